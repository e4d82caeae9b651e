#include "ui/input/input_list.h"

#include <string.h>

#include "trace/journal.h"
#include "ui/view/screen_stack.h"

static void
box(const struct input *h, const struct buf *text)
{
	struct view *view = h->view;

	buf_reset(&view->box);
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
copy_journal(const struct input *h, const struct fold_row *row)
{
	const struct trace *t = h->app->sessions->trace;
	const struct request *r = row->event ? NULL :
	    session_request(app_session(h->app), row->last);
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
	box(h, &b);
	buf_free(&b);
}

static void
copy_command(const struct input *h, const struct fold_row *row)
{
	const struct request *r = row->event ? NULL :
	    session_request(app_session(h->app), row->last);
	const struct event *submit = r == NULL ? NULL :
	    trace_get(h->app->sessions->trace, r->submit);
	struct buf b = { 0 };
	struct xfer x;

	if (submit == NULL) {
		input_notice(h, "copy", "no request is selected");
		return;
	}
	if (submit->elided || submit->kept != submit->len) {
		input_notice(h, "copy", "the data were not kept whole");
		return;
	}
	x = (struct xfer){ .setup = submit->setup, .data = submit->kept > 0 ?
	    submit->data : NULL };
	edit_control(&b, &x);
	buf_addc(&b, '\n');
	box(h, &b);
	buf_free(&b);
}

void
input_filter(const struct input *h, const char *text)
{
	struct list_filter list_filter;
	struct buf why = { 0 };
	size_t at;

	if (list_filter_parse(&list_filter, text, &why, &at))
		list_sift(&h->view->list, &list_filter);
	else
		input_notice(h, "filter", buf_str(&why));
	buf_free(&why);
}

static void
show_edit(const struct input *h)
{
	screen_show(h->view, SCREEN_EDIT);
}

/* The request that is held comes before all others. */
static bool
edit_held(const struct input *h)
{
	const struct runner *r = app_runner(h->app);
	struct edit *e = &h->view->edit;

	if (r == NULL || !runner_is_paused(r) ||
	    r->paused.kind != EFFECT_SUBMIT)
		return (false);
	edit_begin(e, &r->paused.xfer.setup, r->paused.xfer.data,
	    r->paused.xfer.data != NULL ? r->paused.xfer.setup.wLength : 0);
	e->instead = true;
	show_edit(h);
	return (true);
}

/* A draft is taken up again unless another request is selected. */
static void
edit_selected(const struct input *h)
{
	const struct session *s = app_session(h->app);
	const struct list *l = &h->view->list;
	const struct fold_row *row = l->paused ? list_selected(l) : NULL;
	const struct request *r;
	struct edit *e = &h->view->edit;

	if (s == NULL) {
		input_notice(h, "edit", "there is no device");
		return;
	}
	if (edit_held(h))
		return;
	r = row == NULL || row->event ? NULL : session_request(s, row->last);
	if (!e->kept || (r != NULL && r->number != e->from))
		edit_begin_request(e, s, r, r == NULL ? NULL :
		    trace_get(h->app->sessions->trace, r->submit));
	show_edit(h);
}

void
input_edit_line(const struct input *h)
{
	const struct session *s = app_session(h->app);
	struct prompt *p = &h->view->prompt;

	if (s == NULL || !edit_begin_line(&h->view->edit, s,
	    buf_str(&p->text))) {
		input_notice(h, "edit", s == NULL ? "there is no device" :
		    "only control and dnload with hex: can be edited");
		return;
	}
	prompt_close(p);
	show_edit(h);
}

static void
copy(const struct input *h, enum act a)
{
	const struct fold_row *row = list_selected(&h->view->list);

	if (row == NULL)
		input_notice(h, "copy", "the list is empty");
	else if (a == ACT_COPY)
		copy_journal(h, row);
	else
		copy_command(h, row);
}

static void
seek(const struct input *h, long step)
{
	struct list *l = &h->view->list;

	if (l->sought.len == 0)
		prompt_ask(&h->view->prompt, PROMPT_SEARCH, "");
	else
		list_seek_again(l, step);
	h->view->scroll = 0;
}

static void
next_mark(const struct input *h, long step)
{
	if (!list_next_mark(&h->view->list, step))
		input_notice(h, "marks", h->view->list.nmarks == 0 ?
		    "Space marks a request" : step > 0 ?
		    "there is none further down" :
		    "there is none further up");
	h->view->scroll = 0;
}

void
input_list(const struct input *h, enum act a)
{
	struct list *l = &h->view->list;

	if (a == ACT_PAUSE)
		list_toggle_pause(l);
	else if (a == ACT_FOLD && !list_toggle_fold(l,
	    app_session(h->app)))
		input_notice(h, "fold", "this row is no loop of polls");
	else if (a == ACT_SEARCH)
		prompt_ask(&h->view->prompt, PROMPT_SEARCH, "");
	else if (a == ACT_NEXT || a == ACT_PREVIOUS)
		seek(h, a == ACT_NEXT ? 1 : -1);
	else if (a == ACT_FILTER)
		prompt_ask(&h->view->prompt, PROMPT_FILTER,
		    buf_str(&l->fold.list_filter.text));
	else if (a == ACT_MARK)
		list_toggle_mark(l);
	else if (a == ACT_NEXT_MARK || a == ACT_PREVIOUS_MARK)
		next_mark(h, a == ACT_NEXT_MARK ? 1 : -1);
	else if (a == ACT_COPY || a == ACT_COPY_COMMAND)
		copy(h, a);
	else if (a == ACT_EDIT)
		edit_selected(h);
}
