#include "ui/scope_look.h"

#include <string.h>

/* So that a long capture does not hold up one frame. */
#define EVENTS_AT_ONCE	10000
/* Columns of a cut. */
#define CUT		9
/* Zoomed in no further than this, us a column. */
#define CLOSEST		5.0

void
scope_look_update(struct scope_look *l, const struct bench *b,
    const struct session *s, const struct dfu_stack *fixed, uint64_t now)
{
	if (l->scope.of != s) {
		scope_look_fit(l);
		l->held = false;
	}
	l->behind = scope_update(&l->scope, b, s, EVENTS_AT_ONCE);
	scope_judge(&l->scope, s, fixed, now);
}

void
scope_look_clear(struct scope_look *l)
{
	scope_clear(&l->scope);
	memset(l, 0, sizeof(*l));
}

static double
columns(const struct scope_look *l)
{
	return (l->cols > 0 ? l->cols : 1);
}

static void
make_axis(const struct scope_look *l, uint64_t now, struct scope_axis *a)
{
	struct scope_frame f = { .now = now, .columns = columns(l),
	    .cut = l->whole ? 0 : CUT, .scale = l->scale };

	scope_axis_make(a, &l->scope, &f);
}

void
scope_look_axis(struct scope_look *l, uint64_t now, struct scope_axis *a)
{
	double at, last;

	make_axis(l, now, a);
	if (!l->held || l->cursor > now)
		l->cursor = now;
	if (l->cursor < a->pieces[0].from)
		l->cursor = a->pieces[0].from;
	at = scope_axis_column(a, l->cursor);
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
scope_look_moment(const struct scope_look *l, uint64_t now)
{
	size_t i = scope_find(&l->scope, (l->held ? l->cursor : now) + 1);

	return (i > 0 ? i - 1 : SIZE_MAX);
}

void
scope_look_go(struct scope_look *l, uint64_t t)
{
	l->cursor = t;
	l->held = true;
}

void
scope_look_move(struct scope_look *l, uint64_t now, double by)
{
	struct scope_axis a;
	double at, to;

	scope_look_axis(l, now, &a);
	at = scope_axis_column(&a, l->cursor);
	if (at >= a.width)
		at = a.width - 1;
	to = (double)(int64_t)at + by;
	if (to >= a.width) {
		l->held = false;
		return;
	}
	/* The end of a column: what is in it has then happened. */
	scope_look_go(l, scope_axis_time(&a, to < 0 ? 0 : to + 0.999));
}

/* The trouble of now is behind all moments, or among the last of them. */
static bool
seek_live(const struct scope_look *l, uint64_t at, int step, size_t found,
    uint16_t marks)
{
	const struct scope_live *live = &l->scope.live;

	if ((live->marks & marks) == 0 || (step > 0 ? live->from <= at :
	    live->from >= at))
		return (false);
	return (found == SIZE_MAX || (step > 0 ? live->from <
	    l->scope.moments[found].at : live->from >=
	    l->scope.moments[found].at));
}

bool
scope_look_seek(struct scope_look *l, uint64_t now, int step, uint16_t marks)
{
	size_t i = scope_look_moment(l, now), to = SIZE_MAX;

	if (!l->held && step < 0)
		i = l->scope.n;
	if (i != SIZE_MAX || step > 0)
		to = scope_seek(&l->scope, i, step, marks);
	if (seek_live(l, l->held ? l->cursor : now + 1, step, to, marks))
		scope_look_go(l, l->scope.live.from);
	else if (to != SIZE_MAX)
		scope_look_go(l, l->scope.moments[to].at);
	else
		return (false);
	return (true);
}

void
scope_look_zoom(struct scope_look *l, uint64_t now, double factor)
{
	struct scope_axis a;
	double at, all;

	scope_look_axis(l, now, &a);
	at = scope_axis_column(&a, l->cursor) - l->left;
	if (l->scale <= 0)
		l->scale = a.scale;
	l->scale *= factor;
	if (l->scale < CLOSEST)
		l->scale = CLOSEST;
	make_axis(l, now, &a);
	all = a.width;
	l->left = scope_axis_column(&a, l->cursor) - at;
	if (all <= columns(l))
		scope_look_fit(l);
}

void
scope_look_fit(struct scope_look *l)
{
	l->scale = 0;
	l->left = 0;
}
