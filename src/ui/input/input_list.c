/* SPDX-License-Identifier: ISC */
/* Keys of the list of requests, of one of them, and the editor. */
#include "ui/input/input_act.h"

#include "lesson/lesson_run.h"

#include <string.h>

#include "trace/journal.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"

static void
box(const struct input *in, const struct buf *text)
{
	struct view *view = in->view;

	buf_reset(&view->box);
	view->box_is_log = false;
	buf_add(&view->box, text->data, text->len);
	buf_reset(&view->copy);
	buf_add(&view->copy, text->data, text->len);
}

/* One event as a line of the journal, with the words behind it. */
static void
add_line(struct buf *b, const struct event *e, const struct event *submit,
    const struct dfu_meaning *m)
{
	struct buf words = { 0 };

	if (e == NULL)
		return;
	if (submit != NULL || e->kind == EVENT_SUBMIT)
		words_event(&words, e, submit, m);
	journal_print(b, e, words.len > 0 ? buf_str(&words) : NULL);
	buf_free(&words);
}

static void
copy_journal(const struct input *in, const struct fold_row *row)
{
	const struct trace *t = in->app->sessions->trace;
	const struct request *r = row->event ? NULL :
	    session_request(app_session(in->app), row->last);
	const struct event *submit;
	struct buf b = { 0 };

	if (r == NULL) {
		add_line(&b, trace_get(t, row->index), NULL, NULL);
	} else {
		submit = trace_get(t, r->submit);
		add_line(&b, submit, NULL, &r->meaning);
		if (r->complete != NO_EVENT)
			add_line(&b, trace_get(t, r->complete), submit,
			    &r->meaning);
	}
	box(in, &b);
	buf_free(&b);
}

static void
copy_command(const struct input *in, const struct fold_row *row)
{
	const struct request *r = row->event ? NULL :
	    session_request(app_session(in->app), row->last);
	const struct event *submit = r == NULL ? NULL :
	    trace_get(in->app->sessions->trace, r->submit);
	struct buf b = { 0 };
	struct xfer x;

	if (submit == NULL) {
		input_notice(in, "copy", "no request is selected");
		return;
	}
	if (submit->elided || submit->kept != submit->len) {
		input_notice(in, "copy", "only part of its data is kept");
		return;
	}
	x = (struct xfer){ .setup = submit->setup, .data = submit->kept > 0 ?
	    submit->data : NULL };
	edit_control(&b, &x);
	buf_addc(&b, '\n');
	box(in, &b);
	buf_free(&b);
}

void
input_sift(const struct input *in, const char *text)
{
	struct list_filter list_filter;
	struct buf why = { 0 };
	size_t at;

	if (list_filter_parse(&list_filter, text, &why, &at))
		list_sift(&in->view->list, &list_filter);
	else
		input_notice(in, "filter", buf_str(&why));
	buf_free(&why);
}

/* The request that is held comes before all others. */
static bool
edit_held(const struct input *in)
{
	const struct runner *r = app_runner(in->app);
	struct edit *e = &in->view->edit;

	if (r == NULL || !runner_is_paused(r) ||
	    r->paused.kind != EFFECT_SUBMIT)
		return (false);
	edit_begin(e, &r->paused.xfer.setup, r->paused.xfer.data,
	    r->paused.xfer.data != NULL ? r->paused.xfer.setup.wLength : 0);
	e->instead = true;
	screen_show(in->view, SCREEN_EDIT);
	return (true);
}

/* A draft is taken up again unless another request is selected. */
void
input_edit(const struct input *in)
{
	const struct session *s = app_session(in->app);
	const struct list *l = &in->view->list;
	const struct fold_row *row = l->paused ? list_selected(l) : NULL;
	const struct request *r;
	struct edit *e = &in->view->edit;

	if (s == NULL) {
		input_notice(in, "edit", "no device is shown; 0 lists the "
		    "devices");
		return;
	}
	if (edit_held(in))
		return;
	r = row == NULL || row->event ? NULL : session_request(s, row->last);
	if (!e->kept || (r != NULL && r->number != e->from))
		edit_begin_request(e, s, r, r == NULL ? NULL :
		    trace_get(in->app->sessions->trace, r->submit));
	screen_show(in->view, SCREEN_EDIT);
}

void
input_edit_line(const struct input *in)
{
	const struct session *s = app_session(in->app);
	struct prompt *p = &in->view->prompt;

	if (s == NULL || !edit_begin_line(&in->view->edit, s,
	    buf_str(&p->text))) {
		input_notice(in, "edit", s == NULL ? "no device is shown; 0 "
		    "lists the devices" :
		    "the editor takes control, and dnload with hex:");
		return;
	}
	prompt_close(p);
	screen_show(in->view, SCREEN_EDIT);
}

void
input_copy(const struct input *in)
{
	const struct fold_row *row = list_selected(&in->view->list);

	if (row == NULL)
		input_notice(in, "copy", "the list is empty");
	else if (in->act == ACT_COPY)
		copy_journal(in, row);
	else
		copy_command(in, row);
}

void
input_search(const struct input *in)
{
	prompt_ask(&in->view->prompt, PROMPT_SEARCH, "");
}

void
input_search_again(const struct input *in)
{
	struct list *l = &in->view->list;

	if (input_on_page(in)) {
		input_seek(in, "", in->act == ACT_NEXT ? 1 : -1);
		return;
	}
	if (l->sought.len == 0)
		input_search(in);
	else
		list_seek_again(l, in->act == ACT_NEXT ? 1 : -1);
	in->view->scroll = 0;
}

void
input_filter(const struct input *in)
{
	prompt_ask(&in->view->prompt, PROMPT_FILTER,
	    buf_str(&in->view->list.fold.list_filter.text));
}

void
input_mark(const struct input *in)
{
	list_toggle_mark(&in->view->list);
}

void
input_marked(const struct input *in)
{
	bool down = in->act == ACT_NEXT_MARK;

	if (!list_next_mark(&in->view->list, down ? 1 : -1))
		input_notice(in, "marks", in->view->list.nmarks == 0 ?
		    "Space marks a request" : down ?
		    "no mark is further down" :
		    "no mark is further up");
	in->view->scroll = 0;
}

void
input_pause(const struct input *in)
{
	list_toggle_pause(&in->view->list);
}

void
input_fold(const struct input *in)
{
	if (!list_toggle_fold(&in->view->list, app_session(in->app)))
		input_notice(in, "fold", "select a row of polls first");
}

void
input_list_move(const struct input *in, long step)
{
	list_step(&in->view->list, step);
}

void
input_list_open(const struct input *in)
{
	struct list *l = &in->view->list;

	/* Back to the question from where it was tried. */
	if (!l->paused && in->view->lesson != NULL &&
	    lesson_return(in->view->lesson))
		return;
	/* Without a selection it is the verdict that is opened. */
	if (!l->paused && screen_row(in->view)->now) {
		screen_show(in->view, SCREEN_VERDICT);
		return;
	}
	if (list_selected(l) == NULL)
		return;
	l->resumes = !l->paused;
	l->paused = true;
	screen_show(in->view, SCREEN_DETAIL);
}

void
input_list_back(const struct input *in)
{
	struct list *l = &in->view->list;

	if (l->fold.list_filter.n > 0)
		input_sift(in, "");
	else
		l->paused = false;
}

int
input_list_rows(const struct view *view)
{
	return (view->list.rows);
}

void
input_list_click(const struct input *in, const struct press *p)
{
	struct list *l = &in->view->list;
	long row = (long)p->row - l->at;
	size_t i = l->top + (size_t)row;

	if (row < 0 || row >= l->rows || i >= fold_count(&l->fold))
		return;
	if (l->paused && l->selected == i)
		input_list_open(in);
	else
		list_select(l, i);
}

/* A list that followed before follows again. */
void
input_detail_back(const struct input *in)
{
	struct list *l = &in->view->list;

	if (l->resumes)
		l->paused = l->resumes = false;
	screen_back(in->view);
}

/* The neighbour of the request that is decoded. */
bool
input_detail_act(const struct input *in, enum act a)
{
	if (a != ACT_LEFT && a != ACT_RIGHT)
		return (false);
	list_step(&in->view->list, a == ACT_LEFT ? -1 : 1);
	in->view->list.paused = true;
	in->view->scroll = 0;
	return (true);
}

bool
input_edit_press(const struct input *in, const struct press *p)
{
	struct view *view = in->view;
	const struct session *s = app_session(in->app);

	switch (edit_press(&view->edit, p)) {
	case EDIT_OPEN:
		return (true);
	case EDIT_SEND:
		if (view->edit.instead)
			buf_adds(in->line, "instead ");
		if (s != NULL)
			edit_command(&view->edit, s, in->line);
		break;
	case EDIT_LEFT:
		break;
	}
	screen_back(view);
	return (true);
}
