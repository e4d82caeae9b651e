/* SPDX-License-Identifier: ISC */
#include "trace/event.h"

#include <assert.h>
#include <string.h>
#include <zlib.h>

#include "trace/identity.h"
#include "wire/usb.h"

/* A payload up to this size says more whole than its CRC would. */
#define ELIDE_OVER	64

static const struct {
	const char	*name;
	const char	*sentence;
} kinds[EVENT_KIND_COUNT] = {
	[EVENT_OTHER] = { "other", "an event that only a later version of "
	    "dfuscope can read" },
	[EVENT_WALL] = { "wall", "the wall clock at this time, in UTC and as "
	    "RFC 3339 writes it" },
	[EVENT_ARRIVED] = { "arrived", "a device was connected, or was "
	    "connected already; the line gives it its number" },
	[EVENT_LEFT] = { "left", "the device was disconnected" },
	[EVENT_OPENED] = { "opened", "the host claimed the interface of the "
	    "device, or failed to" },
	[EVENT_CLOSED] = { "closed", "the host released the interface" },
	[EVENT_SUBMIT] = { "submit", "the host sent a request" },
	[EVENT_COMPLETE] = { "complete", "the request ended, with an answer "
	    "or without one" },
	[EVENT_RESET] = { "reset", "the host reset the bus; with the outcome "
	    "unknown the reset begins, with any other it ended" },
	[EVENT_COMMAND] = { "command", "a command that you gave" },
	[EVENT_NOTE] = { "note", "a remark of dfuscope" },
	[EVENT_LOST] = { "lost", "events are missing here; the text gives "
	    "the reason" },
};

const char *
event_kind_name(enum event_kind kind)
{
	return ((unsigned)kind < EVENT_KIND_COUNT ? kinds[kind].name : NULL);
}

const char *
event_kind_sentence(enum event_kind kind)
{
	return ((unsigned)kind < EVENT_KIND_COUNT ? kinds[kind].sentence :
	    NULL);
}

bool
event_kind_parse(const char *name, enum event_kind *kind)
{
	unsigned i;

	/* "other" is no word of a journal: it stands for all unknown ones. */
	for (i = EVENT_OTHER + 1; i < EVENT_KIND_COUNT; i++) {
		assert(kinds[i].name != NULL);
		if (strcmp(name, kinds[i].name) != 0)
			continue;
		*kind = (enum event_kind)i;
		return (true);
	}
	return (false);
}

static const char *const bases[EVENT_BASIS_COUNT] = {
	[EVENT_SEEN] = "seen",
	[EVENT_TOLD] = "told",
	[EVENT_INFERRED] = "inferred",
};

static const char *const agents[EVENT_AGENT_COUNT] = {
	[EVENT_BY_SELF] = "self",
	[EVENT_BY_OTHER] = "other",
	[EVENT_BY_UNKNOWN] = "unknown",
};

/* The index of name in the list, or -1. */
static int
index_of(const char *const *list, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++) {
		if (strcmp(list[i], name) == 0)
			return (i);
	}
	return (-1);
}

const char *
event_basis_name(enum event_basis basis)
{
	return ((unsigned)basis < EVENT_BASIS_COUNT ? bases[basis] : NULL);
}

bool
event_basis_parse(const char *name, enum event_basis *basis)
{
	int i = index_of(bases, EVENT_BASIS_COUNT, name);

	if (i >= 0)
		*basis = (enum event_basis)i;
	return (i >= 0);
}

const char *
event_agent_name(enum event_agent agent)
{
	return ((unsigned)agent < EVENT_AGENT_COUNT ? agents[agent] : NULL);
}

bool
event_agent_parse(const char *name, enum event_agent *agent)
{
	int i = index_of(agents, EVENT_AGENT_COUNT, name);

	if (i >= 0)
		*agent = (enum event_agent)i;
	return (i >= 0);
}

bool
event_equal(const struct event *a, const struct event *b)
{
	if (a->time != b->time || a->number != b->number ||
	    a->dev != b->dev || a->kind != b->kind ||
	    a->outcome != b->outcome || !setup_equal(&a->setup, &b->setup) ||
	    a->timeout != b->timeout || a->len != b->len ||
	    a->kept != b->kept || a->elided != b->elided ||
	    a->basis != b->basis || a->agent != b->agent ||
	    a->known != b->known || a->line != b->line ||
	    (a->elided && a->crc != b->crc))
		return (false);
	if (a->kept != 0 && memcmp(a->data, b->data, a->kept) != 0)
		return (false);
	if (a->who == NULL || b->who == NULL)
		return (a->who == b->who);
	return (identity_equal(a->who, b->who));
}

struct event
event_text(enum event_kind kind, uint64_t time, uint16_t dev,
    const char *text)
{
	struct event e = { .time = time, .dev = dev, .kind = (uint8_t)kind };

	e.data = (const uint8_t *)text;
	e.len = e.kept = (uint32_t)strlen(text);
	return (e);
}

/* Firmware travels in the data stages of DNLOAD and UPLOAD only. */
static bool
carries_payload(const struct setup *s)
{
	return (setup_is_class(s) &&
	    (s->bRequest == DFU_DNLOAD || s->bRequest == DFU_UPLOAD));
}

struct event
event_elide(const struct event *e, const struct event *submit, uint8_t *edge)
{
	struct event out = *e;
	const struct setup *s = submit != NULL ? &submit->setup : &e->setup;

	if (e->elided || e->kept != e->len || e->len <= ELIDE_OVER ||
	    (e->kind != EVENT_SUBMIT && e->kind != EVENT_COMPLETE) ||
	    !carries_payload(s))
		return (out);
	memcpy(edge, e->data, EVENT_ELIDED_EDGE);
	memcpy(edge + EVENT_ELIDED_EDGE,
	    e->data + e->len - EVENT_ELIDED_EDGE, EVENT_ELIDED_EDGE);
	out.elided = true;
	out.crc = (uint32_t)crc32(crc32(0, NULL, 0), e->data, e->len);
	out.data = edge;
	out.kept = 2 * EVENT_ELIDED_EDGE;
	return (out);
}
