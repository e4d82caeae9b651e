/* SPDX-License-Identifier: ISC */
#include "ui/view/sequence_view.h"

#include <string.h>

/* So that a long capture does not hold up one frame. */
#define EVENTS_AT_ONCE	5000

void
sequence_view_update(struct sequence_view *l, const struct sessions *b,
    const struct session *s)
{
	if (l->operations.of != s)
		l->top = 0;
	l->behind = operations_update(&l->operations, b, s, EVENTS_AT_ONCE);
}

void
sequence_view_clear(struct sequence_view *l)
{
	operations_clear(&l->operations);
	memset(l, 0, sizeof(*l));
}

struct sequence_unit
sequence_unit(const struct sequence_view *l, const struct fold *f, size_t i)
{
	struct sequence_unit u = { .first = i, .end = i + 1 };
	const struct fold_row *row = fold_at(f, i);
	struct operation op;

	if (l->zoom != SEQUENCE_OPERATIONS || row->event)
		return (u);
	/* One that never ended is in no operation. */
	if (!operations_of(&l->operations, row->last, &op) ||
	    op.last < row->last)
		return (u);
	u.whole = true;
	u.operation = op;
	u.first = fold_find_request(f, op.first);
	while (u.first < i && fold_at(f, u.first)->event)
		u.first++;
	u.end = fold_find_request(f, op.last);
	if (u.end < i)
		u.end = i;
	if (u.end < fold_count(f) && fold_at(f, u.end)->first <= op.last &&
	    !fold_at(f, u.end)->event)
		u.end++;
	if (u.end <= i)
		u.end = i + 1;
	return (u);
}

void
sequence_view_step(struct sequence_view *l, struct list *list, long step)
{
	size_t n = fold_count(&list->fold), i = list->selected;
	struct sequence_unit u;

	if (l->zoom != SEQUENCE_OPERATIONS || n == 0 || step > 1000000 ||
	    step < -1000000) {
		list_step(list, step);
		return;
	}
	for (; step != 0 && i < n; step += step > 0 ? -1 : 1) {
		u = sequence_unit(l, &list->fold, i);
		if (step > 0 && u.end < n)
			i = u.end;
		else if (step < 0 && u.first > 0)
			i = sequence_unit(l, &list->fold, u.first - 1).first;
		else
			break;
	}
	list_select(list, i);
	if (step > 0 && sequence_unit(l, &list->fold, i).end == n)
		list->paused = false;
}

bool
sequence_view_zoom(struct sequence_view *l, int step)
{
	int to = (int)l->zoom + step;

	if (to < 0 || to >= SEQUENCE_ZOOM_COUNT)
		return (false);
	l->zoom = (enum sequence_zoom)to;
	l->opened = false;
	return (true);
}
