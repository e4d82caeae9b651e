/* SPDX-License-Identifier: ISC */
#include "trace/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/identity.h"

/* What an event has in common with others; every byte of it is set. */
static void
style_of(struct event *style, const struct event *e)
{
	memset(style, 0, sizeof(*style));
	style->dev = e->dev;
	style->kind = e->kind;
	style->outcome = e->outcome;
	style->setup = e->setup;
	style->setup.wValue = 0;
	style->timeout = e->timeout;
	style->len = e->len;
	style->kept = e->kept;
	style->elided = e->elided;
	style->basis = e->basis;
	style->agent = e->agent;
	style->known = e->known;
	/* Which of the two the extra is. */
	style->crc = e->crc != 0;
	style->line = e->line != 0;
}

/* PACK_WHOLE: there are too many of them. */
static uint16_t
style_number(struct intern *styles, const struct event *e)
{
	struct event style;
	uint32_t number;

	style_of(&style, e);
	number = intern_keep(styles, &style, sizeof(style), PACK_WHOLE - 1);
	return (number == INTERN_NONE ? PACK_WHOLE : (uint16_t)number);
}

static const struct event *
style_at(const struct intern *styles, const struct packed *p)
{
	return (intern_get(styles, p->style));
}

static struct event *
copy_whole(const struct event *e)
{
	struct event *copy = mem_alloc(sizeof(*copy));

	*copy = *e;
	copy->data = mem_copy(e->data, e->kept);
	copy->who = e->who != NULL ? identity_copy(e->who) : NULL;
	return (copy);
}

struct packed
pack_event(struct intern *styles, const struct event *e, uint32_t *extra)
{
	struct packed p = { .time = e->time, .number = e->number,
	    .value = e->setup.wValue, .style = PACK_WHOLE };

	*extra = e->crc != 0 ? e->crc : e->line;
	if (e->who == NULL && (e->crc == 0 || e->line == 0))
		p.style = style_number(styles, e);
	if (p.style == PACK_WHOLE)
		p.u.whole = copy_whole(e);
	else if (e->kept > PACK_INLINE)
		p.u.data = mem_copy(e->data, e->kept);
	else if (e->kept != 0)
		memcpy(p.u.bytes, e->data, e->kept);
	return (p);
}

struct event
pack_open(const struct intern *styles, const struct packed *p, uint32_t extra)
{
	struct event e;

	if (p->style == PACK_WHOLE)
		return (*p->u.whole);
	e = *style_at(styles, p);
	e.time = p->time;
	e.number = p->number;
	e.setup.wValue = p->value;
	e.crc = e.crc != 0 ? extra : 0;
	e.line = e.line != 0 ? extra : 0;
	e.data = e.kept == 0 ? NULL : e.kept > PACK_INLINE ? p->u.data :
	    p->u.bytes;
	return (e);
}

void
pack_free(const struct intern *styles, struct packed *p)
{
	if (p->style != PACK_WHOLE) {
		if (style_at(styles, p)->kept > PACK_INLINE)
			free(p->u.data);
		return;
	}
	free((void *)(uintptr_t)p->u.whole->data);
	identity_free((struct identity *)(uintptr_t)p->u.whole->who);
	free(p->u.whole);
}

size_t
pack_payload(const struct intern *styles, const struct packed *p)
{
	return (p->style == PACK_WHOLE ? p->u.whole->kept :
	    style_at(styles, p)->kept);
}
