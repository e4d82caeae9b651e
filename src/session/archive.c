/* SPDX-License-Identifier: ISC */
#include "session/archive.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session.h"

void
archive_free(struct archive *a)
{
	free(a->list);
	free(a->styles);
	free(a->table);
	free(a->open);
	memset(a, 0, sizeof(*a));
}

size_t
archive_bytes(const struct archive *a)
{
	return (a->cap * sizeof(*a->list) +
	    a->styles_cap * sizeof(*a->styles) + a->size * sizeof(*a->table) +
	    (a->open != NULL ? ARCHIVE_OPEN * sizeof(*a->open) : 0));
}

/* What a request has in common with others; every byte of it is set. */
static void
style_of(struct request *style, const struct request *r)
{
	memset(style, 0, sizeof(*style));
	style->stood = r->stood;
	style->alternate = r->alternate;
	style->revision = r->revision;
	style->outcome = r->outcome;
	style->before = r->before;
	style->after = r->after;
	style->spec_stood = r->spec_stood;
	style->spec_before = r->spec_before;
	style->spec_after = r->spec_after;
	style->replied = r->replied;
	style->told = r->told;
	style->reply.bwPollTimeout = r->reply.bwPollTimeout;
	style->reply.bStatus = r->reply.bStatus;
	style->reply.bState = r->reply.bState;
	style->reply.iString = r->reply.iString;
	style->meaning = r->meaning;
	style->meaning.address = 0;
	style->predicted = r->predicted;
}

static size_t
hash_of(const struct request *style)
{
	uint64_t words[sizeof(*style) / sizeof(uint64_t)], h = 0;
	size_t i;

	memcpy(words, style, sizeof(words));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15u;
	return ((size_t)(h >> 32));
}

static size_t
place_of(const struct archive *a, const struct request *style)
{
	size_t i = hash_of(style) & (a->size - 1);

	while (a->table[i] != 0 && memcmp(&a->styles[a->table[i] - 1], style,
	    sizeof(*style)) != 0)
		i = (i + 1) & (a->size - 1);
	return (i);
}

static void
grow_styles(struct archive *a)
{
	size_t i;

	a->styles_cap = a->styles_cap == 0 ? 16 : a->styles_cap * 2;
	a->styles = mem_array(a->styles, a->styles_cap, sizeof(*a->styles));
	free(a->table);
	a->size = a->styles_cap * 2;
	a->table = mem_alloc(a->size * sizeof(*a->table));
	for (i = 0; i < a->nstyles; i++)
		a->table[place_of(a, &a->styles[i])] = (uint32_t)i + 1;
}

static uint32_t
style_number(struct archive *a, const struct request *r)
{
	struct request style;
	size_t place;

	style_of(&style, r);
	if (a->nstyles == a->styles_cap)
		grow_styles(a);
	place = place_of(a, &style);
	if (a->table[place] == 0) {
		a->styles[a->nstyles++] = style;
		a->table[place] = (uint32_t)a->nstyles;
	}
	return (a->table[place] - 1);
}

void
archive_add(struct archive *a, const struct request *r)
{
	size_t after = r->complete == NO_EVENT ? 0 : r->complete - r->submit;

	if (r->submit > UINT32_MAX || after > UINT32_MAX)
		return;
	if (a->n == a->cap) {
		/* It grows by pages: little at a time costs little. */
		a->cap += a->cap / 32 + 64;
		a->list = mem_array(a->list, a->cap, sizeof(*a->list));
	}
	a->list[a->n++] = (struct archived){ .number = r->number,
	    .style = style_number(a, r), .address = r->meaning.address,
	    .submit = (uint32_t)r->submit, .complete = (uint32_t)after };
}

size_t
archive_find(const struct archive *a, uint32_t number)
{
	size_t low = 0, high = a->n, middle, guess;

	guess = a->n == 0 ? 0 : (size_t)(uint32_t)(number - a->list[0].number);
	if (guess < a->n && a->list[guess].number == number)
		return (guess);
	while (low < high) {
		middle = low + (high - low) / 2;
		if (a->list[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

bool
archive_take(const struct archive *a, size_t i, const struct trace *t,
    struct request *r)
{
	const struct archived *x = &a->list[i];
	const struct event *e = trace_get(t, x->submit);

	if (e == NULL)
		return (false);
	*r = a->styles[x->style];
	r->number = x->number;
	r->setup = e->setup;
	r->at = e->time;
	r->meaning.address = x->address;
	r->submit = x->submit;
	r->complete = NO_EVENT;
	if (x->complete == 0)
		return (true);
	r->complete = r->submit + x->complete;
	e = trace_get(t, r->complete);
	if (e != NULL)
		r->done = e->time;
	return (e != NULL);
}

const struct request *
archive_open(struct archive *a, size_t i, const struct trace *t)
{
	struct request *r;

	if (a->open == NULL)
		a->open = mem_array(NULL, ARCHIVE_OPEN, sizeof(*a->open));
	r = &a->open[a->opened % ARCHIVE_OPEN];
	if (!archive_take(a, i, t, r))
		return (NULL);
	a->opened++;
	return (r);
}
