/* SPDX-License-Identifier: ISC */
#include "ui/view/timeline_view.h"

#include <string.h>

/* So that a long capture does not hold up one frame. */
#define EVENTS_AT_ONCE	5000
/* Columns of a cut. */
#define CUT		9
#define FOLD		15
/* Zoomed in no further than this, us a column. */
#define CLOSEST		5.0

void
timeline_view_update(struct timeline_view *l, const struct sessions *b,
    const struct session *s, const struct verdict *v, uint64_t now)
{
	if (l->timeline.of != s) {
		timeline_view_fit(l);
		l->held = false;
	}
	l->behind = timeline_update(&l->timeline, b, s, EVENTS_AT_ONCE);
	timeline_judge(&l->timeline, s, v, now);
}

void
timeline_view_clear(struct timeline_view *l)
{
	timeline_clear(&l->timeline);
	memset(l, 0, sizeof(*l));
}

static double
columns(const struct timeline_view *l)
{
	return (l->cols > 0 ? l->cols : 1);
}

static void
make_axis(const struct timeline_view *l, uint64_t now, struct timeline_axis *a)
{
	struct timeline_frame f = { .now = now, .columns = columns(l),
	    .cut = l->whole ? 0 : CUT, .scale = l->scale };

	/* Whoever looks closer wants to see each of them. */
	if (!l->whole && l->scale <= 0)
		f.fold = FOLD;

	timeline_axis_make(a, &l->timeline, &f);
}

void
timeline_view_axis(
    struct timeline_view *l, uint64_t now, struct timeline_axis *a)
{
	double at, last;

	make_axis(l, now, a);
	if (!l->held || l->cursor > now)
		l->cursor = now;
	if (l->cursor < a->pieces[0].from)
		l->cursor = a->pieces[0].from;
	at = timeline_axis_column(a, l->cursor);
	if (at < l->left)
		l->left = at;
	if (at >= l->left + columns(l))
		l->left = at - columns(l) + 1;
	last = a->width - columns(l);
	if (l->left > last || !l->held)
		l->left = last;
	if (l->left < 0 || l->scale <= 0)
		l->left = 0;
}

size_t
timeline_view_moment(const struct timeline_view *l, uint64_t now)
{
	size_t i = timeline_find(&l->timeline, (l->held ? l->cursor : now) + 1);

	return (i > 0 ? i - 1 : SIZE_MAX);
}

void
timeline_view_go(struct timeline_view *l, uint64_t t)
{
	l->cursor = t;
	l->held = true;
}

void
timeline_view_move(struct timeline_view *l, uint64_t now, double by)
{
	struct timeline_axis a;
	double at, to;

	timeline_view_axis(l, now, &a);
	at = timeline_axis_column(&a, l->cursor);
	if (at >= a.width)
		at = a.width - 1;
	to = (double)(int64_t)at + by;
	if (to >= a.width) {
		l->held = false;
		return;
	}
	/* The end of a column: what is in it has then happened. */
	timeline_view_go(l, timeline_axis_time(&a, to < 0 ? 0 : to + 0.999));
}

/* The trouble of now is behind all moments, or among the last of them. */
static bool
seek_live(const struct timeline_view *l, uint64_t at, int step, size_t found,
    uint16_t marks)
{
	const struct timeline_live *live = &l->timeline.live;

	if ((live->marks & marks) == 0 || (step > 0 ? live->from <= at :
	    live->from >= at))
		return (false);
	return (found == SIZE_MAX || (step > 0 ? live->from <
	    timeline_moment(&l->timeline, found).at : live->from >=
	    timeline_moment(&l->timeline, found).at));
}

bool
timeline_view_seek(
    struct timeline_view *l, uint64_t now, int step, uint16_t marks)
{
	size_t i = timeline_view_moment(l, now), to = SIZE_MAX;

	if (!l->held && step < 0)
		i = l->timeline.n;
	if (i != SIZE_MAX || step > 0)
		to = timeline_seek(&l->timeline, i, step, marks);
	if (seek_live(l, l->held ? l->cursor : now + 1, step, to, marks))
		timeline_view_go(l, l->timeline.live.from);
	else if (to != SIZE_MAX)
		timeline_view_go(l, timeline_moment(&l->timeline, to).at);
	else
		return (false);
	return (true);
}

void
timeline_view_zoom(struct timeline_view *l, uint64_t now, double factor)
{
	struct timeline_axis a;
	double at, all;

	timeline_view_axis(l, now, &a);
	at = timeline_axis_column(&a, l->cursor) - l->left;
	if (l->scale <= 0)
		l->scale = a.scale;
	l->scale *= factor;
	if (l->scale < CLOSEST)
		l->scale = CLOSEST;
	make_axis(l, now, &a);
	all = a.width;
	l->left = timeline_axis_column(&a, l->cursor) - at;
	if (all <= columns(l))
		timeline_view_fit(l);
}

void
timeline_view_fit(struct timeline_view *l)
{
	l->scale = 0;
	l->left = 0;
}
