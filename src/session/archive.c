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
	intern_free(&a->styles);
	free(a->open);
	memset(a, 0, sizeof(*a));
}

size_t
archive_bytes(const struct archive *a)
{
	return (a->cap * sizeof(*a->list) +
	    intern_memory(&a->styles, sizeof(struct request)) +
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

static uint32_t
style_number(struct archive *a, const struct request *r)
{
	struct request style;

	style_of(&style, r);
	return (intern_keep(&a->styles, &style, sizeof(style), UINT32_MAX));
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
	*r = *(const struct request *)intern_get(&a->styles, x->style);
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

void
archive_mean(struct archive *a, size_t i, const struct request *r)
{
	a->list[i].style = style_number(a, r);
	a->list[i].address = r->meaning.address;
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
