/* What is known of a session's device, fact by fact. */
#include <string.h>

#include "dfu/layout.h"
#include "session/session.h"

static enum known
known_if(bool held, bool so)
{
	return (!held ? KNOWN_NOT : so ? KNOWN_YES : KNOWN_NO);
}

/* The name of some alternate setting is a memory map. */
static enum known
has_map(const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	struct layout l = { 0 };
	const char *name;
	bool all = true, map = false;
	size_t i;

	for (i = 0; f != NULL && i < f->nalternates && !map; i++) {
		name = session_alternate_name(s,
		    f->alternates[i].bAlternateSetting);
		all = all && (name != NULL || f->alternates[i].iInterface == 0);
		if (name == NULL)
			continue;
		map = layout_parse(&l, name, strlen(name));
		layout_free(&l);
	}
	return (map ? KNOWN_YES : f != NULL && all ? KNOWN_NO : KNOWN_NOT);
}

enum known
session_fact(const struct session *s, enum fact fact)
{
	bool held = s->who != NULL &&
	    !((s->who->lacks | s->untold) & FACT(fact));
	const struct dfu_function *f = session_function(s);

	switch (fact) {
	case FACT_CLOCK:
	case FACT_WAITS:
	case FACT_PAYLOAD:
	case FACT_STATUS:
	case FACT_ERROR_CODE:
		return (held ? KNOWN_YES : KNOWN_NOT);
	case FACT_DESCRIPTORS:
		return (known_if(held, s->descriptors.nfunctions != 0));
	case FACT_ATTRIBUTES:
		return (known_if(held && f != NULL,
		    f != NULL && f->functional.present));
	case FACT_MAP:
		return (held ? has_map(s) : KNOWN_NOT);
	case FACT_OTHERS:
		return (s->seen != 0 ? KNOWN_YES :
		    held ? KNOWN_NO : KNOWN_NOT);
	}
	return (KNOWN_NOT);
}

bool
session_knows(const struct session *s, uint16_t facts)
{
	unsigned i;

	for (i = 0; i < FACT_COUNT; i++) {
		if ((facts & FACT(i)) &&
		    session_fact(s, (enum fact)i) == KNOWN_NOT)
			return (false);
	}
	return (true);
}

bool
session_holds(const struct session *s, uint16_t facts)
{
	unsigned i;

	for (i = 0; i < FACT_COUNT; i++) {
		if ((facts & FACT(i)) &&
		    session_fact(s, (enum fact)i) != KNOWN_YES)
			return (false);
	}
	return (true);
}
