#include "ui/hand_scope.h"

#include "ui/consoles.h"
#include "ui/hand.h"

/* The moment of the row that is selected, or SIZE_MAX. */
static size_t
selected_moment(const struct look *look)
{
	const struct fold_row *row = list_selected(&look->list);

	if (row == NULL)
		return (SIZE_MAX);
	return (row->event ? scope_find(&look->scope.scope, row->at) :
	    scope_of_request(&look->scope.scope, row->last));
}

static void
select_moment(struct look *look, const struct scope_moment *m)
{
	struct list *l = &look->list;
	size_t i;

	i = m->request != 0 ? fold_find_request(&l->fold, m->request) :
	    fold_find(&l->fold, m->index);
	if (i < fold_count(&l->fold))
		list_select(l, i);
}

/* Scope and ladder show the same place if one was chosen. */
static void
show_scope(const struct hand *h)
{
	struct look *look = h->look;
	size_t i;

	if (desk_session(h->desk) == NULL)
		return;
	screen_show(look, LOOK_SCOPE);
	look_scene(look, h->desk, h->now);
	i = selected_moment(look);
	if (look->list.paused && i < look->scope.scope.n)
		scope_look_go(&look->scope, look->scope.scope.moments[i].at);
}

static void
show_ladder(const struct hand *h)
{
	struct look *look = h->look;
	size_t i = scope_look_moment(&look->scope, h->now);

	if (desk_session(h->desk) == NULL)
		return;
	if (look->screen == LOOK_SCOPE && look->scope.held &&
	    i < look->scope.scope.n)
		select_moment(look, &look->scope.scope.moments[i]);
	screen_show(look, LOOK_LADDER);
}

static void
zoom(const struct hand *h, bool in)
{
	struct look *look = h->look;

	if (look->screen == LOOK_SCOPE)
		scope_look_zoom(&look->scope, h->now, in ? 0.5 : 2);
	else if (!ladder_look_zoom(&look->ladder, in ? 1 : -1))
		hand_notice(h, "ladder", in ? "this is every field; Enter "
		    "decodes the request" : "these are whole operations");
}

/* In the ladder: the rung of the next trouble. */
static bool
seek_rung(struct look *look, int step)
{
	const struct scope *sc = &look->scope.scope;
	struct scope_moment now = { .request = sc->live.by };
	size_t i = selected_moment(look), to;

	to = i == SIZE_MAX && step > 0 ? SIZE_MAX :
	    scope_seek(sc, i, step, SCOPE_TROUBLE);
	if (to != SIZE_MAX)
		select_moment(look, &sc->moments[to]);
	else if (step > 0 && sc->live.marks != 0 && now.request != 0 &&
	    i < sc->n && sc->moments[i].request < now.request)
		select_moment(look, &now);
	else
		return (false);
	return (true);
}

static void
seek_trouble(const struct hand *h, int step)
{
	struct look *look = h->look;
	bool found;

	if (look->screen == LOOK_SCOPE)
		found = scope_look_seek(&look->scope, h->now, step,
		    SCOPE_TROUBLE);
	else
		found = seek_rung(look, step);
	if (!found)
		hand_notice(h, "trouble", step > 0 ? "there is none after "
		    "this" : "there is none before this");
}

/* Where the operator looks, us. */
static uint64_t
looked_at(const struct hand *h)
{
	const struct look *look = h->look;
	const struct fold_row *row = list_selected(&look->list);

	if (look->screen == LOOK_SCOPE)
		return (look->scope.held ? look->scope.cursor : h->now);
	return (row != NULL && look->list.paused ? row->end : h->now);
}

/* They stand in the order in which they were proved, each cause once. */
static const struct finding *
next_finding(const struct findings *f, uint64_t at, int step)
{
	const struct finding *found = NULL;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (step > 0 && f->list[i].at > at)
			return (&f->list[i]);
		if (step < 0 && f->list[i].at < at)
			found = &f->list[i];
	}
	return (found);
}

static void
seek_finding(const struct hand *h, int step)
{
	const struct session *s = desk_session(h->desk);
	struct list *l = &h->look->list;
	const struct finding *f = s == NULL ? NULL :
	    next_finding(&s->findings, looked_at(h), step);
	size_t i;

	if (f == NULL) {
		hand_notice(h, "findings", s != NULL && s->findings.n == 0 ?
		    "nothing was found" : step > 0 ? "there is none after "
		    "this" : "there is none before this");
		return;
	}
	if (h->look->screen == LOOK_SCOPE) {
		scope_look_go(&h->look->scope, f->at);
	} else {
		i = fold_find_request(&l->fold, f->last);
		if (i < fold_count(&l->fold))
			list_select(l, i);
	}
	hand_notice(h, f->row->id, f->row->title);
}

bool
hand_scope(const struct hand *h, enum act a)
{
	struct scope_look *l = &h->look->scope;

	if (a == ACT_SCOPE)
		show_scope(h);
	else if (a == ACT_LADDER)
		show_ladder(h);
	else if (a == ACT_ZOOM_IN || a == ACT_ZOOM_OUT)
		zoom(h, a == ACT_ZOOM_IN);
	else if (a == ACT_NEXT_TROUBLE || a == ACT_PREVIOUS_TROUBLE)
		seek_trouble(h, a == ACT_NEXT_TROUBLE ? 1 : -1);
	else if (a == ACT_NEXT_FINDING || a == ACT_PREVIOUS_FINDING)
		seek_finding(h, a == ACT_NEXT_FINDING ? 1 : -1);
	else if (a == ACT_FIT)
		scope_look_fit(l);
	else if (a == ACT_GAPS)
		l->whole = !l->whole;
	else if (a == ACT_PAUSE && h->look->screen == LOOK_SCOPE)
		l->held = !l->held;
	else
		return (false);
	return (true);
}

void
hand_scope_move(const struct hand *h, enum act a, long step)
{
	struct scope_look *l = &h->look->scope;

	if (a == ACT_UP || a == ACT_DOWN)
		scope_look_seek(l, h->now, a == ACT_UP ? -1 : 1, UINT16_MAX);
	else if (a == ACT_LAST)
		l->held = false;
	else if (a == ACT_FIRST)
		scope_look_go(l, scope_begin(&l->scope, h->now));
	else
		scope_look_move(l, h->now, (double)step);
}

void
hand_ladder_move(const struct hand *h, long step)
{
	ladder_look_step(&h->look->ladder, &h->look->list, step);
}

void
hand_scope_open(const struct hand *h)
{
	struct look *look = h->look;
	size_t i = scope_look_moment(&look->scope, h->now);
	const struct scope_moment *m = look->scope.scope.moments;

	while (i < look->scope.scope.n && m[i].request == 0 && i > 0)
		i--;
	if (i >= look->scope.scope.n || m[i].request == 0) {
		hand_notice(h, "open", "no request was sent before this");
		return;
	}
	select_moment(look, &m[i]);
	screen_show(look, LOOK_DETAIL);
}

void
hand_ladder_open(const struct hand *h)
{
	struct look *look = h->look;

	if (look->ladder.zoom == LADDER_OPERATIONS) {
		look->list.paused = true;
		look->ladder.zoom = LADDER_REQUESTS;
		return;
	}
	look->list.looking = !look->list.paused;
	look->list.paused = true;
	screen_show(look, LOOK_DETAIL);
}
