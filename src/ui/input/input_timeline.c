#include "ui/input/input_timeline.h"

#include "diagnosis/finding.h"
#include "ui/input/input.h"
#include "ui/view/screen_stack.h"

/* The moment of the row that is selected, or SIZE_MAX. */
static size_t
selected_moment(const struct view *view)
{
	const struct fold_row *row = list_selected(&view->list);

	if (row == NULL)
		return (SIZE_MAX);
	return (row->event ? timeline_find(&view->timeline.timeline, row->at) :
	    timeline_of_request(&view->timeline.timeline, row->last));
}

static void
select_moment(struct view *view, const struct timeline_moment *m)
{
	struct list *l = &view->list;
	size_t i;

	i = m->request != 0 ? fold_find_request(&l->fold, m->request) :
	    fold_find(&l->fold, m->index);
	if (i < fold_count(&l->fold))
		list_select(l, i);
}

/* Scope and ladder show the same place if one was chosen. */
static void
show_timeline(const struct input *h)
{
	struct view *view = h->view;
	struct frame f;
	size_t i;

	if (app_session(h->app) == NULL)
		return;
	screen_show(view, SCREEN_TIMELINE);
	frame_begin(&f, view, h->app, h->now);
	frame_end(&f);
	i = selected_moment(view);
	if (view->list.paused && i < view->timeline.timeline.n)
		timeline_view_go(
		    &view->timeline, view->timeline.timeline.moments[i].at);
}

static void
show_sequence(const struct input *h)
{
	struct view *view = h->view;
	size_t i = timeline_view_moment(&view->timeline, h->now);

	if (app_session(h->app) == NULL)
		return;
	if (view->screen == SCREEN_TIMELINE && view->timeline.held &&
	    i < view->timeline.timeline.n)
		select_moment(view, &view->timeline.timeline.moments[i]);
	screen_show(view, SCREEN_SEQUENCE);
}

static void
zoom(const struct input *h, bool in)
{
	struct view *view = h->view;

	if (view->screen == SCREEN_TIMELINE)
		timeline_view_zoom(&view->timeline, h->now, in ? 0.5 : 2);
	else if (!sequence_view_zoom(&view->sequence, in ? 1 : -1))
		input_notice(h, "ladder", in ? "this is every field; Enter "
		    "decodes the request" : "these are whole operations");
}

/* In the ladder: the action of the next trouble. */
static bool
seek_action(struct view *view, int step)
{
	const struct timeline *sc = &view->timeline.timeline;
	struct timeline_moment now = { .request = sc->live.by };
	size_t i = selected_moment(view), to;

	to = i == SIZE_MAX && step > 0 ? SIZE_MAX :
	    timeline_seek(sc, i, step, TIMELINE_TROUBLE);
	if (to != SIZE_MAX)
		select_moment(view, &sc->moments[to]);
	else if (step > 0 && sc->live.marks != 0 && now.request != 0 &&
	    i < sc->n && sc->moments[i].request < now.request)
		select_moment(view, &now);
	else
		return (false);
	return (true);
}

static void
seek_trouble(const struct input *h, int step)
{
	struct view *view = h->view;
	bool found;

	if (view->screen == SCREEN_TIMELINE)
		found = timeline_view_seek(&view->timeline, h->now, step,
		    TIMELINE_TROUBLE);
	else
		found = seek_action(view, step);
	if (!found)
		input_notice(h, "trouble", step > 0 ? "there is none after "
		    "this" : "there is none before this");
}

/* Where the operator looks, us. */
static uint64_t
looked_at(const struct input *h)
{
	const struct view *view = h->view;
	const struct fold_row *row = list_selected(&view->list);

	if (view->screen == SCREEN_TIMELINE)
		return (view->timeline.held ? view->timeline.cursor : h->now);
	return (row != NULL && view->list.paused ? row->end : h->now);
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
seek_finding(const struct input *h, int step)
{
	const struct session *s = app_session(h->app);
	struct list *l = &h->view->list;
	const struct finding *f = s == NULL ? NULL :
	    next_finding(s->findings, looked_at(h), step);
	size_t i;

	if (f == NULL) {
		input_notice(h, "findings", s != NULL && s->findings->n == 0 ?
		    "nothing was found" : step > 0 ? "there is none after "
		    "this" : "there is none before this");
		return;
	}
	if (h->view->screen == SCREEN_TIMELINE) {
		timeline_view_go(&h->view->timeline, f->at);
	} else {
		i = fold_find_request(&l->fold, f->last);
		if (i < fold_count(&l->fold))
			list_select(l, i);
	}
	input_notice(h, f->row->id, f->row->title);
}

bool
input_timeline(const struct input *h, enum act a)
{
	struct timeline_view *l = &h->view->timeline;

	if (a == ACT_TIMELINE)
		show_timeline(h);
	else if (a == ACT_SEQUENCE)
		show_sequence(h);
	else if (a == ACT_ZOOM_IN || a == ACT_ZOOM_OUT)
		zoom(h, a == ACT_ZOOM_IN);
	else if (a == ACT_NEXT_TROUBLE || a == ACT_PREVIOUS_TROUBLE)
		seek_trouble(h, a == ACT_NEXT_TROUBLE ? 1 : -1);
	else if (a == ACT_NEXT_FINDING || a == ACT_PREVIOUS_FINDING)
		seek_finding(h, a == ACT_NEXT_FINDING ? 1 : -1);
	else if (a == ACT_FIT)
		timeline_view_fit(l);
	else if (a == ACT_GAPS)
		l->whole = !l->whole;
	else if (a == ACT_PAUSE && h->view->screen == SCREEN_TIMELINE)
		l->held = !l->held;
	else
		return (false);
	return (true);
}

void
input_timeline_move(const struct input *h, enum act a, long step)
{
	struct timeline_view *l = &h->view->timeline;

	if (a == ACT_UP || a == ACT_DOWN)
		timeline_view_seek(l, h->now, a == ACT_UP ? -1 : 1, UINT16_MAX);
	else if (a == ACT_LAST)
		l->held = false;
	else if (a == ACT_FIRST)
		timeline_view_go(l, timeline_begin(&l->timeline, h->now));
	else
		timeline_view_move(l, h->now, (double)step);
}

void
input_sequence_move(const struct input *h, long step)
{
	sequence_view_step(&h->view->sequence, &h->view->list, step);
}

void
input_timeline_open(const struct input *h)
{
	struct view *view = h->view;
	size_t i = timeline_view_moment(&view->timeline, h->now);
	const struct timeline_moment *m = view->timeline.timeline.moments;

	while (i < view->timeline.timeline.n && m[i].request == 0 && i > 0)
		i--;
	if (i >= view->timeline.timeline.n || m[i].request == 0) {
		input_notice(h, "open", "no request was sent before this");
		return;
	}
	select_moment(view, &m[i]);
	screen_show(view, SCREEN_DETAIL);
}

void
input_sequence_open(const struct input *h)
{
	struct view *view = h->view;

	if (view->sequence.zoom == SEQUENCE_OPERATIONS) {
		view->list.paused = true;
		view->sequence.zoom = SEQUENCE_REQUESTS;
		return;
	}
	view->list.looking = !view->list.paused;
	view->list.paused = true;
	screen_show(view, SCREEN_DETAIL);
}
