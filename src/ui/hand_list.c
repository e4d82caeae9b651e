#include "ui/hand_list.h"

#include <string.h>

#include "trace/journal.h"
#include "ui/consoles.h"

static void
box(const struct hand *h, const struct buf *text)
{
	struct look *look = h->look;

	buf_reset(&look->box);
	buf_add(&look->box, text->data, text->len);
	buf_reset(&look->copy);
	buf_add(&look->copy, text->data, text->len);
}

/* One event as a line of the journal, with the words behind it. */
static void
add_line(struct buf *b, const struct event *e, const struct event *submit,
    const struct words_context *c)
{
	struct buf words = { 0 };

	if (e == NULL)
		return;
	if (submit != NULL || e->kind == EVENT_SUBMIT)
		words_event(&words, e, submit, c);
	journal_print(b, e, words.len > 0 ? buf_str(&words) : NULL);
	buf_free(&words);
}

static void
copy_journal(const struct hand *h, const struct fold_row *row)
{
	const struct trace *t = h->desk->bench->trace;
	const struct request *r = row->event ? NULL :
	    session_request(desk_session(h->desk), row->last);
	const struct event *submit;
	struct buf b = { 0 };

	if (r == NULL) {
		add_line(&b, trace_get(t, row->index), NULL, NULL);
	} else {
		submit = trace_get(t, r->submit);
		add_line(&b, submit, NULL, &r->context);
		if (r->complete != NO_EVENT)
			add_line(&b, trace_get(t, r->complete), submit,
			    &r->context);
	}
	box(h, &b);
	buf_free(&b);
}

static void
copy_command(const struct hand *h, const struct fold_row *row)
{
	const struct request *r = row->event ? NULL :
	    session_request(desk_session(h->desk), row->last);
	const struct event *submit = r == NULL ? NULL :
	    trace_get(h->desk->bench->trace, r->submit);
	struct buf b = { 0 };
	struct xfer x;

	if (submit == NULL) {
		hand_notice(h, "copy", "no request is selected");
		return;
	}
	if (submit->elided || submit->kept != submit->len) {
		hand_notice(h, "copy", "the data were not kept whole");
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
hand_filter(const struct hand *h, const char *text)
{
	struct sieve sieve;
	struct buf why = { 0 };
	size_t at;

	if (sieve_parse(&sieve, text, &why, &at))
		list_sift(&h->look->list, &sieve);
	else
		hand_notice(h, "filter", buf_str(&why));
	buf_free(&why);
}

static void
show_edit(const struct hand *h)
{
	screen_show(h->look, LOOK_EDIT);
}

/* The request that is held comes before all others. */
static bool
edit_held(const struct hand *h)
{
	const struct runner *r = desk_runner(h->desk);
	struct edit *e = &h->look->edit;

	if (r == NULL || !runner_holds(r) || r->held.kind != EFFECT_SUBMIT)
		return (false);
	edit_begin(e, &r->held.xfer.setup, r->held.xfer.data,
	    r->held.xfer.data != NULL ? r->held.xfer.setup.wLength : 0);
	e->instead = true;
	show_edit(h);
	return (true);
}

/* A draft is taken up again unless another request is selected. */
static void
edit_selected(const struct hand *h)
{
	const struct session *s = desk_session(h->desk);
	const struct list *l = &h->look->list;
	const struct fold_row *row = l->paused ? list_selected(l) : NULL;
	const struct request *r;
	struct edit *e = &h->look->edit;

	if (s == NULL) {
		hand_notice(h, "edit", "there is no device");
		return;
	}
	if (edit_held(h))
		return;
	r = row == NULL || row->event ? NULL : session_request(s, row->last);
	if (!e->kept || (r != NULL && r->number != e->from))
		edit_begin_request(e, s, r, r == NULL ? NULL :
		    trace_get(h->desk->bench->trace, r->submit));
	show_edit(h);
}

void
hand_edit_line(const struct hand *h)
{
	const struct session *s = desk_session(h->desk);
	struct prompt *p = &h->look->prompt;

	if (s == NULL || !edit_begin_line(&h->look->edit, s,
	    buf_str(&p->text))) {
		hand_notice(h, "edit", s == NULL ? "there is no device" :
		    "only control and dnload with hex: can be edited");
		return;
	}
	prompt_close(p);
	show_edit(h);
}

static void
copy(const struct hand *h, enum act a)
{
	const struct fold_row *row = list_selected(&h->look->list);

	if (row == NULL)
		hand_notice(h, "copy", "the list is empty");
	else if (a == ACT_COPY)
		copy_journal(h, row);
	else
		copy_command(h, row);
}

static void
seek(const struct hand *h, long step)
{
	struct list *l = &h->look->list;

	if (l->sought.len == 0)
		prompt_ask(&h->look->prompt, PROMPT_SEARCH, "");
	else
		list_seek_again(l, step);
	h->look->scroll = 0;
}

static void
next_mark(const struct hand *h, long step)
{
	if (!list_next_mark(&h->look->list, step))
		hand_notice(h, "marks", h->look->list.nmarks == 0 ?
		    "Space marks a request" : step > 0 ?
		    "there is none further down" :
		    "there is none further up");
	h->look->scroll = 0;
}

void
hand_list(const struct hand *h, enum act a)
{
	struct list *l = &h->look->list;

	if (a == ACT_PAUSE)
		list_toggle_pause(l);
	else if (a == ACT_FOLD && !list_toggle_fold(l,
	    desk_session(h->desk)))
		hand_notice(h, "fold", "this row is no loop of polls");
	else if (a == ACT_SEARCH)
		prompt_ask(&h->look->prompt, PROMPT_SEARCH, "");
	else if (a == ACT_NEXT || a == ACT_PREVIOUS)
		seek(h, a == ACT_NEXT ? 1 : -1);
	else if (a == ACT_FILTER)
		prompt_ask(&h->look->prompt, PROMPT_FILTER,
		    buf_str(&l->fold.sieve.text));
	else if (a == ACT_MARK)
		list_toggle_mark(l);
	else if (a == ACT_NEXT_MARK || a == ACT_PREVIOUS_MARK)
		next_mark(h, a == ACT_NEXT_MARK ? 1 : -1);
	else if (a == ACT_COPY || a == ACT_COPY_COMMAND)
		copy(h, a);
	else if (a == ACT_EDIT)
		edit_selected(h);
}
