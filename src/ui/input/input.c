/* Who takes a press: the question, a box, the prompt, a screen, a key. */
#include "ui/input/input.h"

#include <string.h>

#include "ui/input/input_act.h"
#include "ui/prompt/keys.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"

/* A request is never queued: says which one is in the way. */
static void
notice_refusal(const struct input *h, const char *name, const char *why)
{
	const struct session *s = app_session(h->app);
	const char *cancel = keys_of_command(h->view->rc,
	    command_named("cancel"));

	input_notice(h, name, why);
	if (s == NULL || s->pending.number == 0)
		return;
	buf_addf(&h->view->notice, ": #%u ", s->pending.number);
	words_request_name(&h->view->notice, &s->pending.setup);
	buf_adds(&h->view->notice, ", for ");
	clock_age(&h->view->notice, s->pending.at, h->now);
	if (cancel != NULL)
		buf_addf(&h->view->notice, "; %s cancels it", cancel);
}

/* A line of commands, a prompt to be finished, or why not. */
static void
command_key(const struct input *h, const struct key_does *d)
{
	const char *why = NULL;

	if (d->line == NULL)
		return;
	/* As in a pager: one page back. */
	if (d->row == command_named("quit") &&
	    strcmp(d->line, d->row->name) == 0 &&
	    !screen_is_first(h->view)) {
		input_act(h, ACT_BACK);
		return;
	}
	if (d->row != NULL && d->row->group != COMMAND_HOUSE &&
	    !screen_rows[h->view->screen].commands) {
		input_notice(h, d->row->name, "not from here; Esc goes back to "
		    "the console");
		return;
	}
	if (d->row != NULL)
		why = command_refusal(d->row, app_session(h->app),
		    app_runner(h->app), h->now);
	if (why != NULL) {
		notice_refusal(h, d->row->name, why);
		return;
	}
	if (d->prompt) {
		prompt_open(&h->view->prompt, d->line);
		return;
	}
	buf_reset(&h->view->notice);
	input_fire(h, d->line);
}

static bool
question_press(const struct input *h, const struct press *p)
{
	const struct runner *r = app_runner(h->app);
	bool yes = p->kind == PRESS_CHAR && (p->cp == 'y' || p->cp == 'Y');
	bool quit = h->app->question.len != 0;

	/* The word of a question is typed into the prompt. */
	if (!quit && (r == NULL || r->question == NULL ||
	    (r->word != NULL && h->view->prompt.open)))
		return (false);
	if (yes && !quit && r->word != NULL)
		prompt_open(&h->view->prompt, "yes ");
	else if (yes)
		buf_adds(h->line, "yes");
	else if (p->kind == PRESS_ESCAPE || (p->kind == PRESS_CHAR &&
	    (p->cp == 'n' || p->cp == 'N')))
		buf_adds(h->line, "no");
	return (true);
}

static void
prompt_key(const struct input *h, const struct press *p)
{
	struct prompt *prompt = &h->view->prompt;

	switch (prompt_press(prompt, p)) {
	case PROMPT_OPEN:
	case PROMPT_CLOSED:
		return;
	case PROMPT_EDIT:
		input_edit_line(h);
		return;
	case PROMPT_LINE:
		break;
	}
	buf_reset(&h->view->notice);
	if (prompt->kind == PROMPT_SEARCH)
		list_seek(&h->view->list, buf_str(&prompt->text));
	else if (prompt->kind == PROMPT_FILTER)
		input_sift(h, buf_str(&prompt->text));
	else
		buf_adds(h->line, buf_str(&prompt->text));
	if (prompt->trouble.len > 0)
		input_notice(h, "history", buf_str(&prompt->trouble));
}

/* Pasted text never fires keys: it goes into the prompt. */
static void
paste(const struct input *h, const struct press *p)
{
	if (!h->view->prompt.open)
		prompt_open(&h->view->prompt, "");
	prompt_key(h, p);
}

/* Screens and boxes that take every press themselves. */
static bool
taken(const struct input *h, const struct press *p)
{
	const struct input_row *row = input_row(h);
	struct view *view = h->view;

	if (question_press(h, p))
		return (true);
	if (view->box.len > 0 && p->kind != PRESS_RESIZE) {
		buf_reset(&view->box);
		return (true);
	}
	if (view->prompt.open && p->kind != PRESS_PASTE) {
		prompt_key(h, p);
		return (true);
	}
	if (row->press != NULL && !view->prompt.open &&
	    p->kind != PRESS_FUNCTION) {
		row->press(h, p);
		return (true);
	}
	return (false);
}

bool
input_press(struct view *view, const struct app *d, uint64_t now,
    const struct press *p, struct buf *line, bool *by_key)
{
	struct input h = { view, d, now, line, by_key, p };
	struct key_does does = keys_find(view->rc, view->screen, p);

	*by_key = false;
	if (does.act == ACT_REDRAW || does.act == ACT_SUSPEND)
		return (false);
	view->hints = false;
	buf_reset(&view->notice);
	if (taken(&h, p))
		return (true);
	if (p->kind == PRESS_PASTE)
		paste(&h, p);
	else if (p->kind == PRESS_CLICK && input_row(&h)->click != NULL)
		input_row(&h)->click(&h, p);
	else if (p->kind == PRESS_WHEEL_UP || p->kind == PRESS_WHEEL_DOWN)
		input_row(&h)->move(&h, p->kind == PRESS_WHEEL_UP ? -3 : 3);
	else if (does.act != ACT_NONE)
		input_act(&h, does.act);
	else
		command_key(&h, &does);
	return (true);
}
