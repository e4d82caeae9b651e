/* SPDX-License-Identifier: ISC */
/* What is known of a session's device, fact by fact. */
#include <string.h>

#include "dfu/layout.h"
#include "session/session.h"

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

static void
note_option_bytes(struct session *s, uint8_t n)
{
	if (layout_is_option_bytes(session_alternate_name(s, n)))
		s->option_bytes[n / 8] |= (uint8_t)(1 << n % 8);
}

void
session_note_names(struct session *s)
{
	const struct dfu_function *f = session_function(s);
	size_t i;

	s->map = (uint8_t)has_map(s);
	memset(s->option_bytes, 0, sizeof(s->option_bytes));
	for (i = 0; f != NULL && i < f->nalternates; i++)
		note_option_bytes(s, f->alternates[i].bAlternateSetting);
	/* The host may name more of them than there are. */
	for (i = 0; s->who != NULL && i < s->who->nnames; i++)
		note_option_bytes(s, s->who->names[i].alternate);
}

/* Always so where it is known at all. */
#define PLAIN	(FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_PAYLOAD) | \
    FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE))

/* Those that are so, and in *known those of which that is known. */
static uint16_t
facts_of(const struct session *s, uint16_t *known)
{
	const struct dfu_function *f = session_function(s);
	uint16_t so = PLAIN;

	*known = s->who == NULL ? 0 :
	    (uint16_t)(FACTS_ALL & ~(s->who->lacks | s->untold));
	if (s->descriptors.nfunctions != 0)
		so |= FACT(FACT_DESCRIPTORS);
	if (f == NULL)
		*known &= (uint16_t)~FACT(FACT_ATTRIBUTES);
	else if (f->functional.present)
		so |= FACT(FACT_ATTRIBUTES);
	if (s->map == KNOWN_NOT)
		*known &= (uint16_t)~FACT(FACT_MAP);
	else if (s->map == KNOWN_YES)
		so |= FACT(FACT_MAP);
	if (s->seen != 0) {
		*known |= FACT(FACT_OTHERS);
		so |= FACT(FACT_OTHERS);
	}
	return (so & *known);
}

enum known
session_fact(const struct session *s, enum fact fact)
{
	uint16_t known, so = facts_of(s, &known);

	return (so & FACT(fact)	    ? KNOWN_YES :
		known & FACT(fact) ? KNOWN_NO :
				     KNOWN_NOT);
}

uint16_t
session_facts(const struct session *s)
{
	uint16_t known;

	return (facts_of(s, &known));
}

bool
session_knows(const struct session *s, uint16_t facts)
{
	uint16_t known;

	facts_of(s, &known);
	return ((facts & ~known) == 0);
}

bool
session_holds(const struct session *s, uint16_t facts)
{
	return ((facts & ~session_facts(s)) == 0);
}
