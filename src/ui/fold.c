#include "ui/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* So that a long capture does not hold up one frame. */
#define EVENTS_AT_ONCE	20000

void
fold_clear(struct fold *f)
{
	free(f->rows);
	memset(f, 0, sizeof(*f));
}

static struct fold_row *
add_row(struct fold *f, const struct event *e, size_t index)
{
	struct fold_row *row;
	uint64_t before = 0;

	if (f->nrows > 0)
		before = f->rows[f->nrows - 1].end;
	if (f->nrows == f->cap) {
		f->cap = f->cap == 0 ? 64 : f->cap * 2;
		f->rows = mem_array(f->rows, f->cap, sizeof(*f->rows));
	}
	row = &f->rows[f->nrows++];
	memset(row, 0, sizeof(*row));
	row->index = index;
	row->at = e->time;
	row->before = before;
	return (row);
}

static bool
is_ours(struct fold *f, const struct bench *b, const struct session *s,
    const struct event *e)
{
	size_t i;

	for (i = 0; i < f->ndevs; i++)
		if (f->devs[i] == e->dev)
			return (true);
	if (e->kind != EVENT_ARRIVED || e->who == NULL)
		return (e->dev != 0 && e->dev == s->dev);
	if (strcmp(e->who->place, s->place) != 0 &&
	    bench_by_dev(b, e->dev) != s)
		return (false);
	f->devs[f->ndevs++ % FOLD_DEVICES] = e->dev;
	if (f->ndevs > FOLD_DEVICES)
		f->ndevs = FOLD_DEVICES;
	return (true);
}

static bool
same_answer(const struct bench *b, const struct request *x,
    const struct request *y)
{
	const struct event *e, *g;

	if (!setup_is_in(&x->setup) || !setup_equal(&x->setup, &y->setup) ||
	    x->outcome != y->outcome || x->done == 0 || y->done == 0)
		return (false);
	if (x->replied && y->replied)
		return (memcmp(&x->reply, &y->reply, sizeof(x->reply)) == 0);
	e = trace_get(b->trace, x->complete);
	g = trace_get(b->trace, y->complete);
	if (e == NULL || g == NULL)
		return (false);
	return (e->len == g->len && e->kept == g->kept &&
	    (e->kept == 0 || memcmp(e->data, g->data, e->kept) == 0));
}

/* The last row has its answer: it may be one more of the row before. */
static void
fold_last(struct fold *f, const struct bench *b, const struct session *s)
{
	struct fold_row *last = &f->rows[f->nrows - 1], *row = last - 1;
	const struct request *x, *y;

	if (f->nrows < 2 || row->event)
		return;
	x = session_request(s, row->last);
	y = session_request(s, last->last);
	if (x == NULL || y == NULL || !same_answer(b, x, y))
		return;
	row->last = last->last;
	row->end = last->end;
	row->count++;
	f->nrows--;
}

static void
complete(struct fold *f, const struct bench *b, const struct session *s,
    const struct event *e)
{
	struct fold_row *row;
	size_t i;

	for (i = f->nrows; i > 0; i--) {
		row = &f->rows[i - 1];
		if (!row->event && row->last == e->number)
			break;
	}
	if (i == 0)
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
take(struct fold *f, const struct bench *b, const struct session *s,
    const struct event *e, size_t index)
{
	struct fold_row *row;

	if (f->start == 0)
		f->start = e->time;
	if (!is_ours(f, b, s, e))
		return;
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
	}
}

bool
fold_update(struct fold *f, const struct bench *b, const struct session *s)
{
	const struct event *e;
	size_t end, n = 0;

	if (f->of != s) {
		fold_clear(f);
		f->of = s;
	}
	if (s == NULL)
		return (false);
	end = trace_end(b->trace);
	if (f->next < trace_first(b->trace))
		f->next = trace_first(b->trace);
	for (; f->next < end && n < EVENTS_AT_ONCE; f->next++, n++) {
		e = trace_get(b->trace, f->next);
		if (e != NULL)
			take(f, b, s, e, f->next);
	}
	return (f->next < end);
}
