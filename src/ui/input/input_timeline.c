/* SPDX-License-Identifier: ISC */
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
input_timeline(const struct input *in)
{
	struct view *view = in->view;
	struct frame f;
	size_t i;

	if (app_session(in->app) == NULL)
		return;
	screen_show(view, SCREEN_TIMELINE);
	frame_begin(&f, view, in->app, in->now);
	frame_end(&f);
	i = selected_moment(view);
	if (view->list.paused && i < view->timeline.timeline.n)
		timeline_view_go(&view->timeline,
		    timeline_moment(&view->timeline.timeline, i).at);
}

void
input_sequence(const struct input *in)
{
	if (app_session(in->app) != NULL)
		screen_show(in->view, SCREEN_SEQUENCE);
}

void
input_zoom(const struct input *in)
{
	bool closer = in->act == ACT_ZOOM_IN;

	if (!sequence_view_zoom(&in->view->sequence, closer ? 1 : -1))
		input_notice(in, "sequence", closer ? "every field is shown; "
		    "Enter decodes the request" : "whole operations are shown "
		    "already");
}

void
input_fit(const struct input *in)
{
	timeline_view_fit(&in->view->timeline);
}

void
input_gaps(const struct input *in)
{
	in->view->timeline.whole ^= true;
}

/* Selects the request of the next trouble. */
static bool
select_trouble(struct view *view, int step)
{
	const struct timeline *sc = &view->timeline.timeline;
	struct timeline_moment now = { .request = sc->live.by }, found;
	size_t i = selected_moment(view), to;

	to = i == SIZE_MAX && step > 0 ? SIZE_MAX :
	    timeline_seek(sc, i, step, TIMELINE_TROUBLE);
	if (to != SIZE_MAX)
		found = timeline_moment(sc, to);
	else if (step > 0 && sc->live.marks != 0 && now.request != 0 &&
	    i < sc->n && timeline_moment(sc, i).request < now.request)
		found = now;
	else
		return (false);
	select_moment(view, &found);
	return (true);
}

static int
step_of(enum act a)
{
	return (a == ACT_NEXT_TROUBLE || a == ACT_NEXT_FINDING ? 1 : -1);
}

static void
notice_none(const struct input *in, const char *what, int step)
{
	input_notice(in, what, step > 0 ? "none follows" :
	    "none comes before");
}

void
input_trouble(const struct input *in)
{
	if (!select_trouble(in->view, step_of(in->act)))
		notice_none(in, "problem", step_of(in->act));
}

/* They stand in the order in which they were proved, each cause once. */
static const struct finding *
next_finding(const struct findings *f, uint64_t at, int step)
{
	const struct finding *found = NULL;
	size_t i;

	for (i = 0; i < f->n; i++) {
		if (f->list[i].life == FINDING_WITHDRAWN)
			continue;
		if (step > 0 && f->list[i].at > at)
			return (&f->list[i]);
		if (step < 0 && f->list[i].at < at)
			found = &f->list[i];
	}
	return (found);
}

/* The finding after or before that time, named; NULL: there is none. */
static const struct finding *
seek_finding(const struct input *in, uint64_t at, int step)
{
	const struct session *s = app_session(in->app);
	const struct finding *f = s == NULL ? NULL :
	    next_finding(s->findings, at, step);

	if (f != NULL)
		input_notice(in, f->row->id, f->row->title);
	else if (s != NULL && s->findings->n == 0)
		input_notice(in, "findings", "no findings yet");
	else
		notice_none(in, "findings", step);
	return (f);
}

void
input_finding(const struct input *in)
{
	struct list *l = &in->view->list;
	const struct fold_row *row = list_selected(l);
	const struct finding *f = seek_finding(in, row != NULL && l->paused ?
	    row->end : in->now, step_of(in->act));
	size_t i;

	if (f == NULL)
		return;
	i = fold_find_request(&l->fold, f->last);
	if (i < fold_count(&l->fold))
		list_select(l, i);
}

void
input_timeline_move(const struct input *in, long step)
{
	timeline_view_move(&in->view->timeline, in->now, (double)step);
}

/* Up and down go from moment to moment, the others along the time. */
static bool
move_cursor(const struct input *in, enum act a)
{
	struct timeline_view *l = &in->view->timeline;

	if (a == ACT_UP || a == ACT_DOWN)
		timeline_view_seek(l, in->now, a == ACT_UP ? -1 : 1,
		    UINT16_MAX);
	else if (a == ACT_LEFT || a == ACT_RIGHT)
		timeline_view_move(l, in->now, a == ACT_LEFT ? -1 : 1);
	else if (a == ACT_LAST)
		l->held = false;
	else if (a == ACT_FIRST)
		timeline_view_go(l, timeline_begin(&l->timeline, in->now));
	else
		return (false);
	return (true);
}

static void
cursor_to_trouble(const struct input *in, int step)
{
	if (!timeline_view_seek(&in->view->timeline, in->now, step,
	    TIMELINE_TROUBLE))
		notice_none(in, "problem", step);
}

static void
cursor_to_finding(const struct input *in, int step)
{
	struct timeline_view *l = &in->view->timeline;
	const struct finding *f = seek_finding(in, l->held ? l->cursor :
	    in->now, step);

	if (f != NULL)
		timeline_view_go(l, f->at);
}

/* The ladder then shows the place of the cursor. */
static void
select_cursor(const struct input *in)
{
	const struct timeline_view *l = &in->view->timeline;
	size_t i = timeline_view_moment(l, in->now);
	struct timeline_moment m;

	if (!l->held || i >= l->timeline.n)
		return;
	m = timeline_moment(&l->timeline, i);
	select_moment(in->view, &m);
}

bool
input_timeline_act(const struct input *in, enum act a)
{
	struct timeline_view *l = &in->view->timeline;

	if (a == ACT_SEQUENCE) {
		select_cursor(in);
		return (false);
	}
	if (a == ACT_ZOOM_IN || a == ACT_ZOOM_OUT)
		timeline_view_zoom(l, in->now, a == ACT_ZOOM_IN ? 0.5 : 2);
	else if (a == ACT_NEXT_TROUBLE || a == ACT_PREVIOUS_TROUBLE)
		cursor_to_trouble(in, step_of(a));
	else if (a == ACT_NEXT_FINDING || a == ACT_PREVIOUS_FINDING)
		cursor_to_finding(in, step_of(a));
	else if (a == ACT_PAUSE)
		l->held = !l->held;
	else
		return (move_cursor(in, a));
	return (true);
}

int
input_timeline_columns(const struct view *view)
{
	return (view->timeline.cols * 3 / 4);
}

void
input_sequence_move(const struct input *in, long step)
{
	sequence_view_step(&in->view->sequence, &in->view->list, step);
}

void
input_timeline_open(const struct input *in)
{
	struct view *view = in->view;
	const struct timeline *sc = &view->timeline.timeline;
	size_t i = timeline_view_moment(&view->timeline, in->now);
	struct timeline_moment m = { .request = 0 };

	if (i < sc->n)
		m = timeline_moment(sc, i);
	while (i < sc->n && m.request == 0 && i > 0)
		m = timeline_moment(sc, --i);
	if (m.request == 0) {
		input_notice(in, "open", "no request was sent before this "
		    "moment");
		return;
	}
	select_moment(view, &m);
	screen_show(view, SCREEN_DETAIL);
}

void
input_sequence_open(const struct input *in)
{
	struct view *view = in->view;

	if (view->sequence.zoom != SEQUENCE_OPERATIONS) {
		input_list_open(in);
	} else if (list_selected(&view->list) != NULL) {
		view->list.paused = true;
		view->sequence.zoom = SEQUENCE_REQUESTS;
		view->sequence.opened = true;
	}
}
