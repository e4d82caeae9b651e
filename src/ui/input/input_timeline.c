/* Keys of states over time, and of the ladder. */
#include "ui/input/input_act.h"

#include "diagnosis/finding.h"
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
void
input_timeline(const struct input *h, enum act a)
{
	struct view *view = h->view;
	struct frame f;
	size_t i;

	(void)a;
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

void
input_sequence(const struct input *h, enum act a)
{
	(void)a;
	if (app_session(h->app) != NULL)
		screen_show(h->view, SCREEN_SEQUENCE);
}

void
input_zoom(const struct input *h, enum act a)
{
	bool in = a == ACT_ZOOM_IN;

	if (!sequence_view_zoom(&h->view->sequence, in ? 1 : -1))
		input_notice(h, "ladder", in ? "this is every field; Enter "
		    "decodes the request" : "these are whole operations");
}

void
input_fit(const struct input *h, enum act a)
{
	(void)a;
	timeline_view_fit(&h->view->timeline);
}

void
input_gaps(const struct input *h, enum act a)
{
	(void)a;
	h->view->timeline.whole ^= true;
}

/* Selects the request of the next trouble. */
static bool
select_trouble(struct view *view, int step)
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

static int
step_of(enum act a)
{
	return (a == ACT_NEXT_TROUBLE || a == ACT_NEXT_FINDING ? 1 : -1);
}

static void
notice_none(const struct input *h, const char *what, int step)
{
	input_notice(h, what, step > 0 ? "there is none after this" :
	    "there is none before this");
}

void
input_trouble(const struct input *h, enum act a)
{
	if (!select_trouble(h->view, step_of(a)))
		notice_none(h, "trouble", step_of(a));
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

/* The finding after or before that time, named; NULL: there is none. */
static const struct finding *
seek_finding(const struct input *h, uint64_t at, int step)
{
	const struct session *s = app_session(h->app);
	const struct finding *f = s == NULL ? NULL :
	    next_finding(s->findings, at, step);

	if (f != NULL)
		input_notice(h, f->row->id, f->row->title);
	else if (s != NULL && s->findings->n == 0)
		input_notice(h, "findings", "nothing was found");
	else
		notice_none(h, "findings", step);
	return (f);
}

void
input_finding(const struct input *h, enum act a)
{
	struct list *l = &h->view->list;
	const struct fold_row *row = list_selected(l);
	const struct finding *f = seek_finding(h, row != NULL && l->paused ?
	    row->end : h->now, step_of(a));
	size_t i;

	if (f == NULL)
		return;
	i = fold_find_request(&l->fold, f->last);
	if (i < fold_count(&l->fold))
		list_select(l, i);
}

void
input_timeline_move(const struct input *h, long step)
{
	timeline_view_move(&h->view->timeline, h->now, (double)step);
}

/* Up and down go from moment to moment, the others along the time. */
static bool
move_cursor(const struct input *h, enum act a)
{
	struct timeline_view *l = &h->view->timeline;

	if (a == ACT_UP || a == ACT_DOWN)
		timeline_view_seek(l, h->now, a == ACT_UP ? -1 : 1, UINT16_MAX);
	else if (a == ACT_LEFT || a == ACT_RIGHT)
		timeline_view_move(l, h->now, a == ACT_LEFT ? -1 : 1);
	else if (a == ACT_LAST)
		l->held = false;
	else if (a == ACT_FIRST)
		timeline_view_go(l, timeline_begin(&l->timeline, h->now));
	else
		return (false);
	return (true);
}

static void
cursor_to_trouble(const struct input *h, int step)
{
	if (!timeline_view_seek(&h->view->timeline, h->now, step,
	    TIMELINE_TROUBLE))
		notice_none(h, "trouble", step);
}

static void
cursor_to_finding(const struct input *h, int step)
{
	struct timeline_view *l = &h->view->timeline;
	const struct finding *f = seek_finding(h, l->held ? l->cursor :
	    h->now, step);

	if (f != NULL)
		timeline_view_go(l, f->at);
}

/* The ladder then shows the place of the cursor. */
static void
select_cursor(const struct input *h)
{
	const struct timeline_view *l = &h->view->timeline;
	size_t i = timeline_view_moment(l, h->now);

	if (l->held && i < l->timeline.n)
		select_moment(h->view, &l->timeline.moments[i]);
}

bool
input_timeline_act(const struct input *h, enum act a)
{
	struct timeline_view *l = &h->view->timeline;

	if (a == ACT_SEQUENCE) {
		select_cursor(h);
		return (false);
	}
	if (a == ACT_ZOOM_IN || a == ACT_ZOOM_OUT)
		timeline_view_zoom(l, h->now, a == ACT_ZOOM_IN ? 0.5 : 2);
	else if (a == ACT_NEXT_TROUBLE || a == ACT_PREVIOUS_TROUBLE)
		cursor_to_trouble(h, step_of(a));
	else if (a == ACT_NEXT_FINDING || a == ACT_PREVIOUS_FINDING)
		cursor_to_finding(h, step_of(a));
	else if (a == ACT_PAUSE)
		l->held = !l->held;
	else
		return (move_cursor(h, a));
	return (true);
}

int
input_timeline_columns(const struct view *view)
{
	return (view->timeline.cols * 3 / 4);
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

	if (view->sequence.zoom != SEQUENCE_OPERATIONS) {
		input_list_open(h);
	} else if (list_selected(&view->list) != NULL) {
		view->list.paused = true;
		view->sequence.zoom = SEQUENCE_REQUESTS;
	}
}
