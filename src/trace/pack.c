/* SPDX-License-Identifier: ISC */
#include "trace/pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/identity.h"

void
pack_styles_free(struct pack_styles *s)
{
	free(s->list);
	free(s->table);
	memset(s, 0, sizeof(*s));
}

size_t
pack_styles_memory(const struct pack_styles *s)
{
	return (s->cap * sizeof(*s->list) + s->size * sizeof(*s->table));
}

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

static size_t
hash_of(const struct event *style)
{
	uint64_t words[sizeof(*style) / sizeof(uint64_t)], h = 0;
	size_t i;

	memcpy(words, style, sizeof(words));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15u;
	return ((size_t)(h >> 32));
}

static size_t
place_of(const struct pack_styles *s, const struct event *style)
{
	size_t i = hash_of(style) & (s->size - 1);

	while (s->table[i] != 0 && memcmp(&s->list[s->table[i] - 1], style,
	    sizeof(*style)) != 0)
		i = (i + 1) & (s->size - 1);
	return (i);
}

static void
grow(struct pack_styles *s)
{
	size_t i;

	s->cap = s->cap == 0 ? 16 : s->cap * 2;
	s->list = mem_array(s->list, s->cap, sizeof(*s->list));
	free(s->table);
	s->size = s->cap * 2;
	s->table = mem_alloc(s->size * sizeof(*s->table));
	for (i = 0; i < s->n; i++)
		s->table[place_of(s, &s->list[i])] = (uint16_t)(i + 1);
}

/* PACK_WHOLE: there are too many of them. */
static uint16_t
style_number(struct pack_styles *s, const struct event *e)
{
	struct event style;
	size_t place;

	style_of(&style, e);
	if (s->n == s->cap)
		grow(s);
	place = place_of(s, &style);
	if (s->table[place] != 0)
		return ((uint16_t)(s->table[place] - 1));
	if (s->n + 1 >= PACK_WHOLE)
		return (PACK_WHOLE);
	s->list[s->n++] = style;
	s->table[place] = (uint16_t)s->n;
	return ((uint16_t)(s->n - 1));
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
pack_event(struct pack_styles *s, const struct event *e, uint32_t *extra)
{
	struct packed p = { .time = e->time, .number = e->number,
	    .value = e->setup.wValue, .style = PACK_WHOLE };

	*extra = e->crc != 0 ? e->crc : e->line;
	if (e->who == NULL && (e->crc == 0 || e->line == 0))
		p.style = style_number(s, e);
	if (p.style == PACK_WHOLE)
		p.u.whole = copy_whole(e);
	else if (e->kept > PACK_INLINE)
		p.u.data = mem_copy(e->data, e->kept);
	else if (e->kept != 0)
		memcpy(p.u.bytes, e->data, e->kept);
	return (p);
}

struct event
pack_open(const struct pack_styles *s, const struct packed *p, uint32_t extra)
{
	struct event e;

	if (p->style == PACK_WHOLE)
		return (*p->u.whole);
	e = s->list[p->style];
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
pack_free(const struct pack_styles *s, struct packed *p)
{
	if (p->style != PACK_WHOLE) {
		if (s->list[p->style].kept > PACK_INLINE)
			free(p->u.data);
		return;
	}
	free((void *)(uintptr_t)p->u.whole->data);
	identity_free((struct identity *)(uintptr_t)p->u.whole->who);
	free(p->u.whole);
}

size_t
pack_payload(const struct pack_styles *s, const struct packed *p)
{
	return (p->style == PACK_WHOLE ? p->u.whole->kept :
	    s->list[p->style].kept);
}
