#include "ui/hand.h"

#include <string.h>

#include "ui/hand_list.h"

static void
show(struct look *look, enum look_screen screen)
{
	look->screen = screen;
	look->scroll = 0;
}

struct scene
look_scene(struct look *look, const struct desk *d, uint64_t now)
{
	struct scene sc = { .desk = d, .now = now, .look = look };

	sc.session = desk_session(d);
	sc.runner = desk_runner(d);
	if (sc.session != NULL)
		sc.belief = session_believed(sc.session, now);
	list_update(&look->list, d->bench, sc.session);
	if (look->list.hunt_failed) {
		look->list.hunt_failed = false;
		buf_reset(&look->notice);
		buf_addf(&look->notice, "nothing in the list says \"%s\"",
		    buf_str(&look->list.sought));
		look->notice_at = now;
	}
	if (d->help)
		show(look, LOOK_HELP);
	if (d->bench->nsessions == 0 && look->screen == LOOK_CONSOLE)
		look->screen = LOOK_DEVICES;
	if (look->screen == LOOK_DEVICES && !look->asked_devices &&
	    d->bench->nsessions == 1)
		look->screen = LOOK_CONSOLE;
	if (d->bench->nsessions > 1 && !look->chosen) {
		look->screen = LOOK_DEVICES;
		look->asked_devices = true;
		look->chosen = true;
	}
	return (sc);
}

void
look_free(struct look *look)
{
	list_free(&look->list);
	edit_free(&look->edit);
	prompt_free(&look->prompt);
	buf_free(&look->notice);
	buf_free(&look->box);
	buf_free(&look->copy);
}

void
hand_notice(const struct hand *h, const char *what, const char *why)
{
	buf_reset(&h->look->notice);
	buf_addf(&h->look->notice, "%s: %s", what, why);
	h->look->notice_at = h->now;
}

/* A request is never queued: says which one is in the way. */
static void
notice_refusal(const struct hand *h, const char *name, const char *why)
{
	const struct session *s = desk_session(h->desk);
	const char *cancel = keys_of_command(h->look->rc,
	    command_named("cancel"));

	hand_notice(h, name, why);
	if (s == NULL || s->pending.number == 0)
		return;
	buf_addf(&h->look->notice, ": #%u ", s->pending.number);
	words_request_name(&h->look->notice, &s->pending.setup);
	buf_adds(&h->look->notice, ", for ");
	clock_age(&h->look->notice, s->pending.at, h->now);
	if (cancel != NULL)
		buf_addf(&h->look->notice, "; %s cancels it", cancel);
}

static void
select_device(const struct hand *h, long step)
{
	long n = (long)h->desk->bench->nsessions;
	long to = (long)h->look->device + step;

	if (n > 0)
		h->look->device = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
}

static void
scroll(struct look *look, long step)
{
	long to = look->scroll + step;

	look->scroll = (int)(to < 0 ? 0 : to > look->scroll_max ?
	    look->scroll_max : to);
}

static void
move(const struct hand *h, long step)
{
	switch (h->look->screen) {
	case LOOK_CONSOLE:
		list_step(&h->look->list, step);
		break;
	case LOOK_DEVICES:
		select_device(h, step);
		break;
	case LOOK_DETAIL:
	case LOOK_HELP:
		scroll(h->look, step);
		break;
	case LOOK_EDIT:
		break;
	}
}

static void
open_selected(const struct hand *h)
{
	struct look *look = h->look;

	if (look->screen == LOOK_DEVICES && h->desk->bench->nsessions > 0) {
		buf_addf(h->line, "device %zu", look->device + 1);
		look->asked_devices = false;
		look->chosen = true;
		show(look, LOOK_CONSOLE);
	} else if (look->screen == LOOK_CONSOLE &&
	    list_selected(&look->list) != NULL) {
		look->list.paused = true;
		show(look, LOOK_DETAIL);
	}
}

static void
back(const struct hand *h)
{
	struct look *look = h->look;

	look->asked_devices = false;
	if (look->screen != LOOK_CONSOLE)
		show(look, LOOK_CONSOLE);
	else if (look->list.fold.sieve.n > 0)
		hand_filter(h, "");
	else
		look->list.paused = false;
	buf_reset(&look->notice);
}

static void
turn_tab(struct look *look, const struct hand *h)
{
	(void)h;
	look->tab = (enum look_tab)((look->tab + 1) % LOOK_TAB_COUNT);
}

static bool
act(const struct hand *h, enum act a)
{
	struct look *look = h->look;
	long page = look->list.rows > 1 ? look->list.rows - 1 : 10;

	switch (a) {
	case ACT_UP:
		move(h, -1);
		break;
	case ACT_DOWN:
		move(h, 1);
		break;
	case ACT_PAGE_UP:
		move(h, -page);
		break;
	case ACT_PAGE_DOWN:
		move(h, page);
		break;
	case ACT_FIRST:
		move(h, -1000000000);
		break;
	case ACT_LAST:
		move(h, 1000000000);
		break;
	case ACT_OPEN:
		open_selected(h);
		break;
	case ACT_BACK:
		back(h);
		break;
	case ACT_TAB:
		turn_tab(look, h);
		break;
	case ACT_LEFT:
	case ACT_RIGHT:
		if (look->screen == LOOK_DETAIL) {
			list_step(&look->list, a == ACT_LEFT ? -1 : 1);
			look->list.paused = true;
			look->scroll = 0;
		}
		break;
	case ACT_PROMPT:
		prompt_open(&look->prompt, "");
		break;
	case ACT_PAUSE:
	case ACT_FOLD:
	case ACT_SEARCH:
	case ACT_NEXT:
	case ACT_PREVIOUS:
	case ACT_FILTER:
	case ACT_MARK:
	case ACT_NEXT_MARK:
	case ACT_PREVIOUS_MARK:
	case ACT_COPY:
	case ACT_COPY_COMMAND:
	case ACT_EDIT:
		hand_list(h, a);
		break;
	case ACT_HELP:
		show(look, LOOK_HELP);
		break;
	case ACT_DEVICES:
		look->asked_devices = true;
		show(look, LOOK_DEVICES);
		break;
	case ACT_REDRAW:
	case ACT_SUSPEND:
		return (false);
	case ACT_NONE:
		break;
	}
	return (true);
}

/* A line of commands, a prompt to be finished, or why not. */
static void
command_key(const struct hand *h, const struct key_does *d)
{
	const char *why = NULL;

	if (d->line == NULL)
		return;
	if (d->row != NULL)
		why = command_refusal(d->row, desk_session(h->desk), h->now);
	if (why != NULL) {
		notice_refusal(h, d->row->name, why);
		return;
	}
	if (d->prompt) {
		prompt_open(&h->look->prompt, d->line);
		return;
	}
	buf_reset(&h->look->notice);
	buf_adds(h->line, d->line);
	*h->by_key = true;
}

static bool
question_press(const struct hand *h, const struct press *p)
{
	const struct runner *r = desk_runner(h->desk);

	if (r == NULL || r->question == NULL)
		return (false);
	if (p->kind == PRESS_CHAR && (p->cp == 'y' || p->cp == 'Y'))
		buf_adds(h->line, "yes");
	else if (p->kind == PRESS_ESCAPE || (p->kind == PRESS_CHAR &&
	    (p->cp == 'n' || p->cp == 'N')))
		buf_adds(h->line, "no");
	return (true);
}

static void
prompt_key(const struct hand *h, const struct press *p)
{
	struct prompt *prompt = &h->look->prompt;

	switch (prompt_press(prompt, p)) {
	case PROMPT_OPEN:
	case PROMPT_CLOSED:
		return;
	case PROMPT_EDIT:
		hand_edit_line(h);
		return;
	case PROMPT_LINE:
		break;
	}
	buf_reset(&h->look->notice);
	if (prompt->kind == PROMPT_SEARCH)
		list_seek(&h->look->list, buf_str(&prompt->text));
	else if (prompt->kind == PROMPT_FILTER)
		hand_filter(h, buf_str(&prompt->text));
	else
		buf_adds(h->line, buf_str(&prompt->text));
	if (prompt->trouble.len > 0)
		hand_notice(h, "history", buf_str(&prompt->trouble));
}

static void
edit_key(const struct hand *h, const struct press *p)
{
	struct look *look = h->look;
	const struct session *s = desk_session(h->desk);

	switch (edit_press(&look->edit, p)) {
	case EDIT_OPEN:
		return;
	case EDIT_SEND:
		if (s != NULL)
			edit_command(&look->edit, s, h->line);
		break;
	case EDIT_LEFT:
		break;
	}
	show(look, LOOK_CONSOLE);
}

static void
click(const struct hand *h, const struct press *p)
{
	struct list *l = &h->look->list;
	long row = (long)p->row - l->at;
	size_t i = l->top + (size_t)row;

	if (h->look->screen != LOOK_CONSOLE || row < 0 || row >= l->rows ||
	    i >= fold_count(&l->fold))
		return;
	if (l->paused && l->selected == i)
		open_selected(h);
	else
		list_select(l, i);
}

/* Pasted text never fires keys: it goes into the prompt. */
static void
paste(const struct hand *h, const struct press *p)
{
	if (!h->look->prompt.open)
		prompt_open(&h->look->prompt, "");
	prompt_key(h, p);
}

/* Screens and boxes that take every press themselves. */
static bool
taken(const struct hand *h, const struct press *p)
{
	struct look *look = h->look;

	if (question_press(h, p))
		return (true);
	if (look->box.len > 0 && p->kind != PRESS_RESIZE) {
		buf_reset(&look->box);
		return (true);
	}
	if (look->prompt.open && p->kind != PRESS_PASTE) {
		prompt_key(h, p);
		return (true);
	}
	if (look->screen == LOOK_EDIT && !look->prompt.open) {
		edit_key(h, p);
		return (true);
	}
	return (false);
}

bool
hand_press(struct look *look, const struct desk *d, uint64_t now,
    const struct press *p, struct buf *line, bool *by_key)
{
	struct hand h = { look, d, now, line, by_key };
	struct key_does does;

	*by_key = false;
	does = keys_find(look->rc, p);
	if (does.act == ACT_REDRAW || does.act == ACT_SUSPEND)
		return (false);
	if (taken(&h, p))
		return (true);
	if (p->kind == PRESS_PASTE)
		paste(&h, p);
	else if (p->kind == PRESS_CLICK)
		click(&h, p);
	else if (p->kind == PRESS_WHEEL_UP || p->kind == PRESS_WHEEL_DOWN)
		move(&h, p->kind == PRESS_WHEEL_UP ? -3 : 3);
	else if (does.act != ACT_NONE)
		return (act(&h, does.act));
	else
		command_key(&h, &does);
	return (true);
}
