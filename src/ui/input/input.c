/* SPDX-License-Identifier: ISC */
/* Who takes a press: the question, a box, the prompt, a screen, a key. */
#include "ui/input/input.h"

#include <string.h>

#include "ui/input/input_act.h"
#include "ui/prompt/keys.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"

/* A request is never queued: says which one is in the way. */
static void
notice_refusal(const struct input *in, const char *name, const char *why)
{
	const struct session *s = app_session(in->app);
	const char *cancel = keys_of_command(in->view->rc,
	    command_named("cancel"));

	input_notice(in, name, why);
	if (s == NULL || s->pending.number == 0)
		return;
	buf_addf(&in->view->notice, ": #%u ", s->pending.number);
	words_request_name(&in->view->notice, &s->pending.setup);
	buf_adds(&in->view->notice, ", for ");
	clock_age(&in->view->notice, s->pending.at, in->now);
	if (cancel != NULL)
		buf_addf(&in->view->notice, "; %s cancels it", cancel);
}

/* A line of commands, a prompt to be finished, or why not. */
static void
command_key(const struct input *in, const struct key_does *d)
{
	const char *why = NULL;

	/* As in a pager: one page back. */
	if (d->row == command_named("quit") &&
	    strcmp(d->line, d->row->name) == 0 &&
	    !screen_is_first(in->view)) {
		input_act(in, ACT_BACK);
		return;
	}
	if (d->row != NULL && d->row->group != COMMAND_HOUSE &&
	    !screen_rows[in->view->screen].commands) {
		input_notice(in, d->row->name, "works in the console; press "
		    "Esc first");
		return;
	}
	if (d->row != NULL)
		why = command_refusal(d->row, app_session(in->app),
		    app_runner(in->app), in->now);
	if (why != NULL) {
		notice_refusal(in, d->row->name, why);
		return;
	}
	if (d->prompt) {
		prompt_open(&in->view->prompt, d->line);
		return;
	}
	buf_reset(&in->view->notice);
	input_fire(in, d->line);
}

/* Something that waits for an answer, other than a movement of the mouse. */
static bool
is_key(const struct press *p)
{
	return (p->kind != PRESS_NONE && p->kind != PRESS_RESIZE &&
	    p->kind != PRESS_CLICK && p->kind != PRESS_WHEEL_UP &&
	    p->kind != PRESS_WHEEL_DOWN);
}

/* Of a line that is typed while a question is open: its n is no answer. */
static bool
drops(const struct input *in, const struct press *p)
{
	bool *on = &in->view->drops_line;

	if (!is_key(p))
		return (false);
	if (*on && (p->kind == PRESS_ENTER || p->kind == PRESS_ESCAPE)) {
		*on = false;
		input_notice(in, "question", "answer the question first");
		return (true);
	}
	if (p->kind == PRESS_CHAR && (p->cp == ':' || p->cp == '/'))
		*on = true;
	if (*on)
		input_notice(in, "question", "answer the question first; what "
		    "you type is ignored up to Enter");
	return (*on);
}

static bool
question_press(const struct input *in, const struct press *p)
{
	const struct runner *r = app_runner(in->app);
	bool yes = p->kind == PRESS_CHAR && (p->cp == 'y' || p->cp == 'Y');
	bool quit = in->app->question.len != 0;

	/* The word of a question is typed into the prompt. */
	if (!quit && (r == NULL || r->question == NULL ||
	    (r->word != NULL && in->view->prompt.open))) {
		in->view->drops_line = false;
		return (false);
	}
	if (drops(in, p))
		return (true);
	if (yes && !quit && r->word != NULL)
		prompt_open(&in->view->prompt, "yes ");
	else if (yes)
		buf_adds(in->line, "yes");
	else if (p->kind == PRESS_ESCAPE || (p->kind == PRESS_CHAR &&
	    (p->cp == 'n' || p->cp == 'N')))
		buf_adds(in->line, "no");
	else if (!quit && runner_asks_guess(r) && p->kind == PRESS_CHAR &&
	    (p->cp == 'q' || p->cp == 'Q'))
		buf_adds(in->line, "query");
	else if (is_key(p))
		input_notice(in, "question", !quit && runner_asks_guess(r) ?
		    "answer the question first: q, y or n" : "answer the "
		    "question first: y or n");
	return (true);
}

static void
prompt_key(const struct input *in, const struct press *p)
{
	struct prompt *prompt = &in->view->prompt;

	switch (prompt_press(prompt, p)) {
	case PROMPT_OPEN:
	case PROMPT_CLOSED:
		return;
	case PROMPT_EDIT:
		input_edit_line(in);
		return;
	case PROMPT_LINE:
		break;
	}
	buf_reset(&in->view->notice);
	if (prompt->kind == PROMPT_SEARCH && input_on_page(in))
		input_seek(in, buf_str(&prompt->text), 1);
	else if (prompt->kind == PROMPT_SEARCH)
		list_seek(&in->view->list, buf_str(&prompt->text));
	else if (prompt->kind == PROMPT_FILTER)
		input_sift(in, buf_str(&prompt->text));
	else
		buf_adds(in->line, buf_str(&prompt->text));
	if (prompt->trouble.len > 0)
		input_notice(in, "history", buf_str(&prompt->trouble));
}

/* Pasted text never fires keys: it goes into the prompt. */
static void
paste(const struct input *in, const struct press *p)
{
	if (!in->view->prompt.open)
		prompt_open(&in->view->prompt, "");
	prompt_key(in, p);
}

/* Screens and boxes that take every press themselves. */
static bool
taken(const struct input *in, const struct press *p)
{
	const struct input_row *row = input_row(in);
	struct view *view = in->view;

	if (question_press(in, p))
		return (true);
	/* It goes with any key, which then does what it always does. */
	if (view->box.len > 0 && p->kind != PRESS_RESIZE) {
		buf_reset(&view->box);
		if (p->kind == PRESS_ESCAPE || p->kind == PRESS_CLICK)
			return (true);
	}
	if (view->prompt.open && p->kind != PRESS_PASTE) {
		prompt_key(in, p);
		return (true);
	}
	return (row->press != NULL && !view->prompt.open &&
	    p->kind != PRESS_FUNCTION && row->press(in, p));
}

/* What stands where a click was made, or NULL. */
static const struct press *
clicked(const struct view *view, const struct press *p)
{
	const struct hit *h;
	size_t i;

	/* What was drawn last lies above. */
	for (i = view->nhits; p->kind == PRESS_CLICK && i > 0; i--) {
		h = &view->hits[i - 1];
		if (h->row == p->row && p->col >= h->col &&
		    p->col < h->col + h->cols)
			return (&h->press);
	}
	return (NULL);
}

/* On the screen in sight there is a key that does it. */
static bool
act_works(const struct input *in, enum act act)
{
	size_t i;

	for (i = 0; i < key_rows_count; i++)
		if (key_rows[i].act == act &&
		    keys_live(&key_rows[i], in->view->screen,
		    in->app->policy.served))
			return (true);
	return (false);
}

/* No key is taken in silence. */
static void
answer_unknown(const struct input *in, const struct press *p, bool elsewhere)
{
	const char *help = keys_of_act(in->view->rc, ACT_HELP);
	struct buf name = { 0 }, why = { 0 };

	if (!is_key(p))
		return;
	keys_name(p, &name);
	if (elsewhere)
		buf_adds(&why, "this page has no such key");
	else if (p->kind == PRESS_CHAR && (p->cp == 'y' || p->cp == 'n'))
		buf_adds(&why, "no question is open");
	else
		buf_adds(&why, "this key does nothing");
	if (help != NULL)
		buf_addf(&why, "; %s lists the keys", help);
	input_notice(in, name.len != 0 ? buf_str(&name) : "key",
	    buf_str(&why));
	buf_free(&name);
	buf_free(&why);
}

/* One that belongs to the screen, or to the table of commands. */
static void
plain_key(const struct input *in, const struct press *p,
    const struct key_does *does)
{
	if (does->act != ACT_NONE && act_works(in, does->act))
		input_act(in, does->act);
	else if (does->act == ACT_NONE && does->line != NULL)
		command_key(in, does);
	else
		answer_unknown(in, p, does->act != ACT_NONE);
}

bool
input_press(struct view *view, const struct app *d, uint64_t now,
    const struct press *p, struct buf *line, bool *by_key)
{
	struct input in = { view, d, now, line, by_key, p, ACT_NONE };
	struct key_does does;

	view_turn(view, d);
	does = keys_find(view->rc, view->screen, p);
	if (clicked(view, p) != NULL) {
		struct press there = *clicked(view, p);

		return (input_press(view, d, now, &there, line, by_key));
	}
	*by_key = false;
	if ((does.act == ACT_REDRAW || does.act == ACT_SUSPEND) &&
	    (input_row(&in)->wants == NULL || !input_row(&in)->wants(view)))
		return (false);
	view->hints = false;
	buf_reset(&view->notice);
	if (taken(&in, p))
		return (true);
	if (p->kind == PRESS_PASTE)
		paste(&in, p);
	else if (p->kind == PRESS_CLICK && input_row(&in)->click != NULL)
		input_row(&in)->click(&in, p);
	else if (p->kind == PRESS_WHEEL_UP || p->kind == PRESS_WHEEL_DOWN)
		input_row(&in)->move(&in, p->kind == PRESS_WHEEL_UP ? -3 : 3);
	else
		plain_key(&in, p, &does);
	return (true);
}
