#include "ui/hand.h"

#include <string.h>

#include "ui/keys.h"

struct hand {
	struct look		*look;
	const struct desk	*desk;
	uint64_t		 now;
	struct buf		*line;
	bool			*by_key;
};

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
	fold_update(&look->fold, d->bench, sc.session);
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
	fold_clear(&look->fold);
	prompt_free(&look->prompt);
	buf_free(&look->notice);
}

static void
notice(const struct hand *h, const char *fmt, const char *name,
    const char *why)
{
	buf_reset(&h->look->notice);
	buf_addf(&h->look->notice, fmt, name, why);
	h->look->notice_at = h->now;
}

/* A request is never queued: says which one is in the way. */
static void
notice_refusal(const struct hand *h, const char *name, const char *why)
{
	const struct session *s = desk_session(h->desk);
	const struct command_row *cancel = command_named("cancel");

	notice(h, "%s: %s", name, why);
	if (s == NULL || s->pending.number == 0 || cancel == NULL)
		return;
	buf_addf(&h->look->notice, ": #%u ", s->pending.number);
	words_request_name(&h->look->notice, &s->pending.setup);
	buf_adds(&h->look->notice, ", for ");
	clock_age(&h->look->notice, s->pending.at, h->now);
	buf_addf(&h->look->notice, "; %c cancels it", cancel->key);
}

static void
select_row(struct look *look, long step)
{
	long n = (long)look->fold.nrows, to;

	if (n == 0)
		return;
	to = (long)look->selected + step;
	look->selected = (size_t)(to < 0 ? 0 : to >= n ? n - 1 : to);
	look->paused = step < 0 || look->selected + 1 < (size_t)n;
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
		select_row(h->look, step);
		break;
	case LOOK_DEVICES:
		select_device(h, step);
		break;
	case LOOK_DETAIL:
	case LOOK_HELP:
		scroll(h->look, step);
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
	} else if (look->screen == LOOK_CONSOLE && look->fold.nrows > 0) {
		look->paused = true;
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
	else
		look->paused = false;
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
	long page = look->list_rows > 1 ? look->list_rows - 1 : 10;

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
	case ACT_PROMPT:
		prompt_open(&look->prompt, "");
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

/* A key of the table: its text, a prompt to be finished, or why not. */
static void
command_key(const struct hand *h, const struct press *p)
{
	const struct command_row *row;
	const char *text, *why;
	size_t n;

	if (p->kind != PRESS_CHAR || p->cp <= ' ' || p->cp > '~')
		return;
	row = command_keyed((int)p->cp);
	if (row == NULL)
		return;
	why = command_refusal(row, desk_session(h->desk),
	    desk_runner(h->desk), h->now);
	if (why != NULL) {
		notice_refusal(h, row->name, why);
		return;
	}
	text = row->press != NULL ? row->press : row->name;
	n = strlen(text);
	if (n > 0 && text[n - 1] == ' ') {
		prompt_open(&h->look->prompt, text);
		return;
	}
	buf_reset(&h->look->notice);
	buf_adds(h->line, text);
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
	if (prompt_press(&h->look->prompt, p) != PROMPT_LINE)
		return;
	buf_reset(&h->look->notice);
	buf_adds(h->line, buf_str(&h->look->prompt.text));
}

static void
click(const struct hand *h, const struct press *p)
{
	struct look *look = h->look;
	long row = (long)p->row - look->list_at;
	size_t i = look->list_top + (size_t)row;

	if (look->screen != LOOK_CONSOLE || row < 0 ||
	    row >= look->list_rows || i >= look->fold.nrows)
		return;
	if (look->paused && look->selected == i) {
		open_selected(h);
		return;
	}
	look->selected = i;
	look->paused = true;
}

/* Pasted text never fires keys: it goes into the prompt. */
static void
paste(const struct hand *h, const struct press *p)
{
	if (!h->look->prompt.open)
		prompt_open(&h->look->prompt, "");
	prompt_press(&h->look->prompt, p);
}

bool
hand_press(struct look *look, const struct desk *d, uint64_t now,
    const struct press *p, struct buf *line, bool *by_key)
{
	struct hand h = { look, d, now, line, by_key };
	enum act a;

	*by_key = false;
	a = keys_act(p);
	if (a == ACT_REDRAW || a == ACT_SUSPEND)
		return (act(&h, a));
	if (question_press(&h, p))
		return (true);
	if (p->kind == PRESS_PASTE)
		paste(&h, p);
	else if (look->prompt.open)
		prompt_key(&h, p);
	else if (p->kind == PRESS_CLICK)
		click(&h, p);
	else if (p->kind == PRESS_WHEEL_UP || p->kind == PRESS_WHEEL_DOWN)
		move(&h, p->kind == PRESS_WHEEL_UP ? -3 : 3);
	else if (a != ACT_NONE)
		return (act(&h, a));
	else
		command_key(&h, p);
	return (true);
}
