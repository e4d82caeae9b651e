/* SPDX-License-Identifier: ISC */
#include "ui/list/fold.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/sequence.h"
#include "base/mem.h"

/* So that a long capture does not hold up one frame. */
#define EVENTS_AT_ONCE	5000
#define ROWS_AT_ONCE	5000
/* Rows at the end that may still change. */
#define UNSETTLED	64

void
fold_clear(struct fold *f)
{
	free(f->rows);
	free(f->shown);
	list_filter_free(&f->list_filter);
	memset(f, 0, sizeof(*f));
}

static struct fold_row *
add_row(struct fold *f, const struct event *e, size_t index)
{
	struct fold_row *row;

	if (f->nrows == f->cap) {
		/* It grows by pages: little at a time costs little. */
		f->cap += f->cap / 32 + 64;
		f->rows = mem_array(f->rows, f->cap, sizeof(*f->rows));
	}
	row = &f->rows[f->nrows++];
	memset(row, 0, sizeof(*row));
	row->index = index;
	row->at = e->time;
	return (row);
}

/* The last row has its answer: it may be one more of the row before. */
static void
fold_last(struct fold *f, const struct sessions *b, const struct session *s)
{
	struct fold_row *last = &f->rows[f->nrows - 1], *row = last - 1;
	const struct request *x, *y;

	if (f->nrows < 2 || row->event)
		return;
	x = session_request(s, row->last);
	y = session_request(s, last->last);
	if (x == NULL || y == NULL || !sequence_same(b->trace, x, y))
		return;
	if (row->loop != 0) {
		last->loop = row->loop;
		return;
	}
	row->last = last->last;
	row->end = last->end;
	row->count++;
	f->nrows--;
}

static void
complete(struct fold *f, const struct sessions *b, const struct session *s,
    const struct event *e)
{
	struct fold_row *row;
	size_t i;

	for (i = f->nrows; i > 0 && f->nrows - i < UNSETTLED; i--) {
		row = &f->rows[i - 1];
		if (!row->event && row->last == e->number)
			break;
	}
	if (i == 0 || f->nrows - i == UNSETTLED)
		return;
	row = &f->rows[i - 1];
	row->end = e->time;
	if (i == f->nrows)
		fold_last(f, b, s);
}

static bool
worth_a_row(const struct event *e)
{
	if (e->kind == EVENT_RESET || e->kind == EVENT_OPENED)
		return (e->outcome != OUTCOME_UNKNOWN &&
		    (e->kind == EVENT_RESET || e->outcome != OUTCOME_OK));
	return (e->kind == EVENT_ARRIVED || e->kind == EVENT_LEFT ||
	    e->kind == EVENT_NOTE || e->kind == EVENT_LOST);
}

static void
take(struct fold *f, const struct sessions *b, const struct session *s,
    const struct event *e, size_t index)
{
	struct fold_row *row;

	if (e->kind == EVENT_SUBMIT) {
		row = add_row(f, e, index);
		row->first = row->last = e->number;
		row->count = 1;
	} else if (e->kind == EVENT_COMPLETE) {
		complete(f, b, s, e);
	} else if (worth_a_row(e)) {
		row = add_row(f, e, index);
		row->event = true;
		row->end = e->time;
		row->last = f->nrows > 1 ? row[-1].last : 0;
	}
}

/* Rows from there on are to be judged anew. */
static void
unjudge(struct fold *f, size_t from)
{
	if (f->settled > from)
		f->settled = from;
	f->judged = f->settled;
	while (f->nshown > 0 && f->shown[f->nshown - 1] >= f->judged)
		f->nshown--;
}

static bool
passes(const struct fold *f, const struct session *s,
    const struct fold_row *row)
{
	const struct request *r;

	if (row->event)
		return (list_filter_passes_event(&f->list_filter, row->last));
	r = session_request(s, row->last);
	return (r == NULL || list_filter_passes(&f->list_filter, r));
}

/* Judges what is new; true while more is left. */
static bool
judge(struct fold *f, const struct session *s)
{
	size_t n;

	if (f->list_filter.n == 0)
		return (false);
	unjudge(f, f->settled);
	for (n = 0; f->judged < f->nrows && n < ROWS_AT_ONCE; n++) {
		if (f->nshown == f->shown_cap) {
			f->shown_cap += f->shown_cap / 32 + 64;
			f->shown = mem_array(f->shown, f->shown_cap,
			    sizeof(*f->shown));
		}
		if (passes(f, s, &f->rows[f->judged]))
			f->shown[f->nshown++] = (uint32_t)f->judged;
		f->judged++;
	}
	/* The latest may still be answered, or become part of a loop. */
	while (f->settled < f->judged && f->settled + UNSETTLED < f->nrows)
		f->settled++;
	return (f->judged < f->nrows);
}

/* The first row that passes and is not gone, of those that pass. */
static size_t
first_shown(const struct fold *f)
{
	size_t low = 0, high = f->nshown, middle;

	if (f->gone == 0)
		return (0);
	while (low < high) {
		middle = low + (high - low) / 2;
		if (f->shown[middle] < f->gone)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

/* Rows that are gone make room: seldom, for many move. */
static void
make_room(struct fold *f)
{
	size_t first = first_shown(f), i;

	if (f->gone < 1024 || f->gone < f->nrows / 4)
		return;
	f->nrows -= f->gone;
	memmove(f->rows, f->rows + f->gone, f->nrows * sizeof(*f->rows));
	f->nshown -= first;
	for (i = 0; i < f->nshown; i++)
		f->shown[i] = f->shown[first + i] - (uint32_t)f->gone;
	f->judged -= f->gone < f->judged ? f->gone : f->judged;
	f->settled -= f->gone < f->settled ? f->gone : f->settled;
	f->gone = 0;
}

/* What is lost of the events takes its rows with it. */
static void
lose(struct fold *f, size_t first)
{
	if (first == 0)
		return;
	while (f->gone + 1 < f->nrows && f->rows[f->gone + 1].index <= first)
		f->gone++;
	if (f->gone < f->nrows && f->rows[f->gone].event &&
	    f->rows[f->gone].index < first)
		f->gone++;
	f->has_lost = true;
	f->lost = (struct fold_row){ .event = 1, .index = first - 1 };
	if (f->gone < f->nrows)
		f->lost.at = f->lost.end = f->rows[f->gone].at;
	make_room(f);
}

bool
fold_update(struct fold *f, const struct sessions *b, const struct session *s)
{
	struct list_filter list_filter;
	const struct event *e;
	size_t budget = EVENTS_AT_ONCE, index;

	if (f->of != s) {
		/* What is looked for stays the same. */
		list_filter = f->list_filter;
		memset(&f->list_filter, 0, sizeof(f->list_filter));
		fold_clear(f);
		f->list_filter = list_filter;
		f->of = s;
	}
	if (s == NULL)
		return (false);
	while ((e = follow_next(&f->follow, b, s, &budget, &index)) != NULL)
		take(f, b, s, e, index);
	lose(f, trace_first(b->trace));
	return (judge(f, s) || follow_behind(&f->follow, b));
}

size_t
fold_memory(const struct fold *f)
{
	return (f->cap * sizeof(*f->rows) + f->shown_cap * sizeof(*f->shown));
}

uint64_t
fold_before(const struct fold *f, const struct fold_row *row)
{
	return (row == &f->lost || row == f->rows ? 0 : row[-1].end);
}

size_t
fold_count(const struct fold *f)
{
	return (f->has_lost + (f->list_filter.n == 0 ? f->nrows - f->gone :
	    f->nshown - first_shown(f)));
}

const struct fold_row *
fold_at(const struct fold *f, size_t i)
{
	if (f->has_lost && i-- == 0)
		return (&f->lost);
	return (&f->rows[f->list_filter.n == 0 ? f->gone + i :
	    f->shown[first_shown(f) + i]]);
}

bool
fold_is_lost(const struct fold *f, const struct fold_row *row)
{
	return (row == &f->lost);
}

size_t
fold_find(const struct fold *f, size_t index)
{
	size_t low = 0, high = fold_count(f), middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (fold_at(f, middle)->index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

size_t
fold_find_request(const struct fold *f, uint32_t number)
{
	size_t low = 0, high = fold_count(f), middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (fold_at(f, middle)->last < number)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

void
fold_sift(struct fold *f, struct list_filter *list_filter)
{
	list_filter_free(&f->list_filter);
	f->list_filter = *list_filter;
	memset(list_filter, 0, sizeof(*list_filter));
	f->nshown = f->judged = f->settled = 0;
}

/* Makes room for n rows where one is, or takes n rows down to one. */
static void
resize(struct fold *f, size_t at, size_t from, size_t to)
{
	size_t tail = f->nrows - at - from;

	if (f->nrows - from + to > f->cap) {
		f->cap = f->nrows - from + to + 64;
		f->rows = mem_array(f->rows, f->cap, sizeof(*f->rows));
	}
	memmove(f->rows + at + to, f->rows + at + from,
	    tail * sizeof(*f->rows));
	f->nrows = f->nrows - from + to;
	unjudge(f, at);
}

static bool
unfold(struct fold *f, const struct session *s, size_t at)
{
	struct fold_row loop = f->rows[at], *row;
	size_t place = session_place_of(s, loop.first);
	const struct request *r;
	uint32_t i;

	if (place + loop.count > session_history(s) ||
	    session_request(s, loop.first) == NULL)
		return (false);
	resize(f, at, 1, loop.count);
	for (i = 0; i < loop.count; i++) {
		row = &f->rows[at + i];
		r = session_nth(s, place + i);
		/* What cannot be read back has its number all the same. */
		*row = loop;
		row->first = row->last = r != NULL ? r->number :
		    loop.first + i;
		row->count = 1;
		row->loop = loop.first;
		if (r == NULL)
			continue;
		row->index = r->submit;
		row->at = r->at;
		row->end = r->done;
	}
	return (true);
}

static void
fold_again(struct fold *f, size_t at)
{
	uint32_t loop = f->rows[at].loop;
	size_t from = at, to = at + 1;
	struct fold_row *row;

	while (from > 0 && f->rows[from - 1].loop == loop)
		from--;
	while (to < f->nrows && f->rows[to].loop == loop)
		to++;
	row = &f->rows[from];
	row->loop = 0;
	row->last = f->rows[to - 1].last;
	row->end = f->rows[to - 1].end;
	row->count = (uint32_t)(to - from) & 0x7fffffff;
	resize(f, from, to - from, 1);
}

bool
fold_toggle(struct fold *f, const struct session *s, size_t i)
{
	size_t at;

	if (i >= fold_count(f))
		return (false);
	if (fold_is_lost(f, fold_at(f, i)))
		return (false);
	at = (size_t)(fold_at(f, i) - f->rows);
	if (f->rows[at].count > 1)
		return (unfold(f, s, at));
	if (f->rows[at].loop == 0)
		return (false);
	fold_again(f, at);
	return (true);
}
