#include "ui/hand.h"

#include <string.h>

#include "model/lesson.h"
#include "ui/consoles.h"
#include "ui/hand_list.h"
#include "ui/hand_recover.h"
#include "ui/keys.h"

struct scene
look_scene(struct look *look, const struct desk *d, uint64_t now)
{
	struct scene sc = { .desk = d, .now = now, .look = look };

	consoles_turn(look, d);
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
	if (look->screen == LOOK_DEVICE)
		memory_map_update(&look->memory, sc.session, d->bench->trace);
	if (d->help)
		screen_show(look, LOOK_HELP);
	if (d->what_if) {
		look->what_if = d->what_if_row;
		screen_show(look, LOOK_WHAT_IF);
	}
	if (d->bench->nsessions == 0 && look->screen == LOOK_CONSOLE)
		screen_home(look, LOOK_DEVICES);
	if (look->screen == LOOK_DEVICES && !look->asked_devices &&
	    d->bench->nsessions == 1)
		screen_home(look, LOOK_CONSOLE);
	if (d->bench->nsessions > 1 && !look->chosen) {
		screen_home(look, LOOK_DEVICES);
		look->asked_devices = true;
		look->chosen = true;
	}
	return (sc);
}

void
look_free(struct look *look)
{
	consoles_free(look);
	list_free(&look->list);
	memory_map_clear(&look->memory);
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
select_subject(struct look *look, long step)
{
	long n = (long)dfu_pages_count, to = (long)look->subject + step;

	look->subject = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
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
	case LOOK_SUBJECTS:
		select_subject(h->look, step);
		break;
	case LOOK_DETAIL:
	case LOOK_HELP:
	case LOOK_DEVICE:
	case LOOK_PAGE:
	case LOOK_WHAT_IF:
		scroll(h->look, step);
		break;
	case LOOK_RECOVER:
		hand_recover_move(h, step);
		break;
	case LOOK_EDIT:
		break;
	}
}

/* Turns to a device; its console is as it was left. */
static void
open_device(const struct hand *h, size_t i)
{
	size_t n = h->desk->bench->nsessions;

	if (i >= n) {
		buf_reset(&h->look->notice);
		buf_addf(&h->look->notice, n == 1 ? "there is no device %zu: "
		    "only 1" : "there is no device %zu: 1 to %zu", i + 1, n);
		h->look->notice_at = h->now;
		return;
	}
	buf_addf(h->line, "device %zu", i + 1);
	h->look->device = i;
	h->look->asked_devices = false;
	h->look->chosen = true;
	screen_home(h->look, LOOK_CONSOLE);
}

static void
open_selected(const struct hand *h)
{
	struct look *look = h->look;

	if (look->screen == LOOK_DEVICES && h->desk->bench->nsessions > 0) {
		open_device(h, look->device);
	} else if (look->screen == LOOK_CONSOLE &&
	    list_selected(&look->list) != NULL) {
		look->list.looking = !look->list.paused;
		look->list.paused = true;
		screen_show(look, LOOK_DETAIL);
	} else if (look->screen == LOOK_SUBJECTS) {
		look->page = &dfu_pages[look->subject];
		screen_show(look, LOOK_PAGE);
	} else if (look->screen == LOOK_RECOVER) {
		hand_recover(h, ACT_OPEN, NULL);
	}
}

static void
back(const struct hand *h)
{
	struct look *look = h->look;

	if (look->screen == LOOK_DEVICES)
		look->asked_devices = false;
	/* A list that followed before follows again. */
	if (look->screen == LOOK_DETAIL && look->list.looking)
		look->list.paused = look->list.looking = false;
	if (look->screen != LOOK_CONSOLE)
		screen_back(look);
	else if (look->list.fold.sieve.n > 0)
		hand_filter(h, "");
	else
		look->list.paused = false;
	buf_reset(&look->notice);
}

/* The page about what is in sight; from a page: all of them. */
static void
about(const struct hand *h)
{
	struct look *look = h->look;
	struct scene sc = look_scene(look, h->desk, h->now);
	const struct dfu_page *page = page_about(&sc);

	if (page != NULL)
		look->subject = (size_t)(page - dfu_pages);
	if (page == NULL || look->screen == LOOK_PAGE ||
	    look->screen == LOOK_HELP) {
		screen_show(look, LOOK_SUBJECTS);
		return;
	}
	look->page = page;
	screen_show(look, LOOK_PAGE);
}

static void
help(const struct hand *h)
{
	if (h->look->screen == LOOK_HELP)
		about(h);
	else
		screen_show(h->look, LOOK_HELP);
}

static void
list_devices(const struct hand *h)
{
	h->look->asked_devices = true;
	h->look->device = h->desk->current;
	screen_show(h->look, LOOK_DEVICES);
}

static void
turn_tab(struct look *look)
{
	look->tab = (enum look_tab)((look->tab + 1) % LOOK_TAB_COUNT);
}

/* Rows that a page key goes over. */
static long
page_rows(const struct look *look)
{
	int rows = look->screen == LOOK_CONSOLE ? look->list.rows :
	    look->scroll_rows;

	return (rows > 1 ? rows - 1 : 10);
}

static void
act_move(const struct hand *h, enum act a)
{
	long page = page_rows(h->look);

	if (a == ACT_UP || a == ACT_DOWN)
		move(h, a == ACT_UP ? -1 : 1);
	else if (a == ACT_PAGE_UP || a == ACT_PAGE_DOWN)
		move(h, a == ACT_PAGE_UP ? -page : page);
	else
		move(h, a == ACT_FIRST ? -1000000000 : 1000000000);
}

/* Where one request is decoded: its neighbour. */
static void
turn_request(struct look *look, enum act a)
{
	if (look->screen != LOOK_DETAIL)
		return;
	list_step(&look->list, a == ACT_LEFT ? -1 : 1);
	look->list.paused = true;
	look->scroll = 0;
}

static bool
act(const struct hand *h, enum act a, const struct press *p)
{
	struct look *look = h->look;

	switch (a) {
	case ACT_UP:
	case ACT_DOWN:
	case ACT_PAGE_UP:
	case ACT_PAGE_DOWN:
	case ACT_FIRST:
	case ACT_LAST:
		act_move(h, a);
		break;
	case ACT_OPEN:
		open_selected(h);
		break;
	case ACT_BACK:
		back(h);
		break;
	case ACT_TAB:
		turn_tab(look);
		break;
	case ACT_LEFT:
	case ACT_RIGHT:
		turn_request(look, a);
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
		help(h);
		break;
	case ACT_ABOUT:
		about(h);
		break;
	case ACT_DEVICE:
		if (look->screen != LOOK_DEVICE &&
		    desk_session(h->desk) != NULL)
			screen_show(look, LOOK_DEVICE);
		break;
	case ACT_RECOVER:
	case ACT_RUNG:
	case ACT_RUNGS:
	case ACT_SAVE_WAY:
		hand_recover(h, a, p);
		break;
	case ACT_DEVICES:
		list_devices(h);
		break;
	case ACT_NUMBER:
		/* Where a lesson asks, digits are answers. */
		if (look->lesson == NULL || look->screen != LOOK_CONSOLE ||
		    !lesson_press(look->lesson, p->cp - '0'))
			open_device(h, p->cp - '1');
		break;
	case ACT_TIMES:
		look->times = !look->times;
		break;
	case ACT_WHAT_IF:
		if (desk_session(h->desk) != NULL) {
			look->what_if = NULL;
			screen_show(look, LOOK_WHAT_IF);
		}
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
	if (d->row != NULL && d->row->group != COMMAND_HOUSE &&
	    !keys_command(h->look->screen)) {
		hand_notice(h, d->row->name, "not from here; Esc goes back to "
		    "the console");
		return;
	}
	if (d->row != NULL)
		why = command_refusal(d->row, desk_session(h->desk),
		    desk_runner(h->desk), h->now);
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
	bool yes = p->kind == PRESS_CHAR && (p->cp == 'y' || p->cp == 'Y');

	/* The word of a question is typed into the prompt. */
	if (r == NULL || r->question == NULL ||
	    (r->word != NULL && h->look->prompt.open))
		return (false);
	if (yes && r->word != NULL)
		prompt_open(&h->look->prompt, "yes ");
	else if (yes)
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
	screen_back(look);
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
	if (look->screen == LOOK_EDIT && !look->prompt.open &&
	    p->kind != PRESS_FUNCTION) {
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
	enum act ladder;
	struct key_does does;

	*by_key = false;
	does = keys_find(look->rc, p);
	ladder = hand_recover_press(&h, p);
	if (does.act == ACT_REDRAW || does.act == ACT_SUSPEND)
		return (false);
	look->hints = false;
	buf_reset(&look->notice);
	if (taken(&h, p))
		return (true);
	if (p->kind == PRESS_PASTE)
		paste(&h, p);
	else if (p->kind == PRESS_CLICK)
		click(&h, p);
	else if (p->kind == PRESS_WHEEL_UP || p->kind == PRESS_WHEEL_DOWN)
		move(&h, p->kind == PRESS_WHEEL_UP ? -3 : 3);
	else if (ladder != ACT_NONE || does.act != ACT_NONE)
		return (act(&h, ladder != ACT_NONE ? ladder : does.act, p));
	else
		command_key(&h, &does);
	return (true);
}
