/* SPDX-License-Identifier: ISC */
#include "diagnosis/dialect.h"

#include <string.h>

#include "dfu/dfuse.h"
#include "diagnosis/fingerprint.h"
#include "wire/usb.h"

/* Get commands is answered with few bytes; firmware goes on. */
#define COMMANDS_MOST	16

const char *
dialect_line(enum dfu_dialect d)
{
	switch (d) {
	case DFU_DIALECT_UNKNOWN:
		break;
	case DFU_DIALECT_DFUSE:
		return ("dialect dfuse");
	case DFU_DIALECT_PLAIN:
		return ("dialect plain");
	}
	return (NULL);
}

const char *
dialect_title(enum dfu_dialect d)
{
	switch (d) {
	case DFU_DIALECT_UNKNOWN:
		return ("undecided");
	case DFU_DIALECT_DFUSE:
		return ("DfuSe");
	case DFU_DIALECT_PLAIN:
		return ("plain DFU");
	}
	return (NULL);
}

static bool
decide(struct session *s, enum dfu_dialect d, const char *why, uint32_t by)
{
	bool changed = s->dialect != d;

	s->dialect = (uint8_t)d;
	s->dialect_why = why;
	s->dialect_by = by;
	return (changed);
}

/* The id is its own: a shared one decides nothing. */
static bool
is_plain_stack(const struct session *s)
{
	struct fingerprint f = fingerprint_of(s, NULL);

	return (f.stack != NULL && f.certainty >= FINGERPRINT_OWN &&
	    dfu_stack_plain(f.stack));
}

/* DfuSe puts the memory layout into the names, behind an '@'. */
static bool
decide_by_names(struct session *s, const struct dfu_function *f)
{
	bool layout = false, unread = false, read = false;
	const char *name;
	size_t i;

	for (i = 0; i < f->nalternates; i++) {
		name = session_alternate_name(s,
		    f->alternates[i].bAlternateSetting);
		layout |= name != NULL && name[0] == '@';
		read |= name != NULL;
		unread |= name == NULL && f->alternates[i].iInterface != 0;
	}
	if (!layout && (read || !unread))
		return (decide(s, DFU_DIALECT_PLAIN,
		    "bcdDFUVersion is not 011a, and no name is a memory "
		    "layout", 0));
	if (is_plain_stack(s))
		return (decide(s, DFU_DIALECT_PLAIN,
		    "the DFU stack is known to use plain DFU", 0));
	return (decide(s, DFU_DIALECT_UNKNOWN, layout ?
	    "a name is a memory layout, but bcdDFUVersion is not 011a" :
	    "bcdDFUVersion is not 011a, and no name was read", 0));
}

static bool
decide_anew(struct session *s)
{
	const struct dfu_function *f = session_function(s);

	if (s->dialect_said != DFU_DIALECT_UNKNOWN)
		return (decide(s, (enum dfu_dialect)s->dialect_said,
		    "set by you", 0));
	if (f != NULL && f->functional.present &&
	    f->functional.bcdDFUVersion == DFU_VERSION_DFUSE)
		return (decide(s, DFU_DIALECT_DFUSE,
		    "bcdDFUVersion is 011a", 0));
	if (s->dialect_shown != 0)
		return (decide(s, DFU_DIALECT_DFUSE, "the device answered "
		    "UPLOAD of block 0 with its DfuSe commands",
		    s->dialect_shown));
	if (f == NULL)
		return (decide(s, DFU_DIALECT_UNKNOWN,
		    session_fact(s, FACT_DESCRIPTORS) == KNOWN_NOT ?
		    "the descriptors are unknown" :
		    "the device has no DFU interface", 0));
	return (decide_by_names(s, f));
}

/* "00 21 41", and "92" where it can be unprotected (AN3156). */
static bool
lists_commands(const struct request *r, const struct event *e)
{
	static const uint8_t commands[] = { DFUSE_GET_COMMANDS,
		DFUSE_SET_ADDRESS, DFUSE_ERASE, DFUSE_READ_UNPROTECT };
	const struct dfu_request_row *row = dfu_request_of(&r->setup);
	size_t n = e->kept < sizeof(commands) ? e->kept : sizeof(commands);

	return (row != NULL && row->bRequest == DFU_UPLOAD &&
	    r->setup.wValue == 0 && outcome_is_answer(e->outcome) &&
	    e->len == e->kept && e->len <= COMMANDS_MOST && n >= 3 &&
	    memcmp(e->data, commands, n) == 0);
}

/* True: it may tell the dialect, as the commands or as a name. */
static bool
hear_answer(struct session *s, const struct event *e)
{
	const struct request *r = session_request(s, e->number);

	if (r == NULL)
		return (false);
	if (lists_commands(r, e))
		s->dialect_shown = e->number;
	return (s->dialect_shown == e->number ||
	    r->meaning.kind == DFU_KIND_GET_DESCRIPTOR);
}

static void
hear_word(struct session *s, const struct event *e)
{
	static const enum dfu_dialect words[] = { DFU_DIALECT_DFUSE,
		DFU_DIALECT_PLAIN };
	const char *line;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		line = dialect_line(words[i]);
		if (s->present && strlen(line) == e->kept &&
		    memcmp(line, e->data, e->kept) == 0)
			s->dialect_said = (uint8_t)words[i];
	}
}

bool
dialect_event(struct session *s, const struct event *e)
{
	switch ((enum event_kind)e->kind) {
	case EVENT_ARRIVED:
		s->dialect_said = DFU_DIALECT_UNKNOWN;
		s->dialect_shown = 0;
		decide_anew(s);
		return (false);
	case EVENT_COMPLETE:
		return (hear_answer(s, e) && decide_anew(s));
	case EVENT_COMMAND:
		hear_word(s, e);
		return (decide_anew(s));
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_LEFT:
	case EVENT_OPENED:
	case EVENT_CLOSED:
	case EVENT_SUBMIT:
	case EVENT_RESET:
	case EVENT_NOTE:
	case EVENT_LOST:
		break;
	}
	return (false);
}

void
dialect_tell(const struct session *s, struct buf *b)
{
	enum dfu_dialect d = session_dialect(s);

	buf_addf(b, "%s: %s", dialect_title(d), s->dialect_why);
	if (s->dialect_by != 0)
		buf_addf(b, " (#%u)", s->dialect_by);
	if (d == DFU_DIALECT_UNKNOWN)
		buf_adds(b, "; query: get-commands; set: dialect dfuse|plain");
}
