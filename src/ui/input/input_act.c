/* What keys do on all screens, and which screen does something else. */
#include "ui/input/input_act.h"

#include "ui/prompt/keys.h"
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"

/* Rows to either end. */
#define ALL_ROWS	1000000000

const struct input_row input_rows[SCREEN_COUNT] = {
#define SCREEN(id, name, view, input)	[SCREEN_##id] = { SCREEN_COLUMN input },
#include "ui/prompt/screens.def"
};

static void (*const acts[ACT_COUNT])(const struct input *h, enum act a) = {
	[ACT_NONE] = input_none,
#define KEY(id, name, ...)	[ACT_##id] = input_##name,
#include "ui/prompt/screens.def"
};

const struct input_row *
input_row(const struct input *h)
{
	return (&input_rows[h->view->screen]);
}

void
input_act(const struct input *h, enum act a)
{
	const struct input_row *row = input_row(h);

	if (row->act == NULL || !row->act(h, a))
		acts[a](h, a);
}

void
input_notice(const struct input *h, const char *what, const char *why)
{
	buf_reset(&h->view->notice);
	buf_addf(&h->view->notice, "%s: %s", what, why);
	h->view->notice_at = h->now;
}

void
input_fire(const struct input *h, const char *line)
{
	buf_adds(h->line, line);
	*h->by_key = true;
}

void
input_none(const struct input *h, enum act a)
{
	(void)h;
	(void)a;
}

/* See input_press: they never come here. */
void
input_terminal(const struct input *h, enum act a)
{
	input_none(h, a);
}

void
input_nothing(const struct input *h)
{
	(void)h;
}

void
input_stay(const struct input *h, long step)
{
	(void)h;
	(void)step;
}

void
input_scroll(const struct input *h, long step)
{
	struct view *view = h->view;
	long to = view->scroll + step;

	view->scroll = (int)(to < 0 ? 0 : to > view->scroll_max ?
	    view->scroll_max : to);
}

void
input_leave(const struct input *h)
{
	screen_back(h->view);
}

/* Rows that a page key goes over. */
static long
page_rows(const struct input *h)
{
	const struct input_row *row = input_row(h);
	int rows = row->rows != NULL ? row->rows(h->view) :
	    h->view->scroll_rows;

	return (rows > 1 ? rows - 1 : 10);
}

void
input_move(const struct input *h, enum act a)
{
	bool up = a == ACT_UP || a == ACT_PAGE_UP || a == ACT_FIRST;
	long step = a == ACT_UP || a == ACT_DOWN ? 1 :
	    a == ACT_FIRST || a == ACT_LAST ? ALL_ROWS : page_rows(h);

	input_row(h)->move(h, up ? -step : step);
}

void
input_open(const struct input *h, enum act a)
{
	(void)a;
	input_row(h)->open(h);
}

void
input_back(const struct input *h, enum act a)
{
	(void)a;
	input_row(h)->back(h);
	buf_reset(&h->view->notice);
}

void
input_tab(const struct input *h, enum act a)
{
	(void)a;
	h->view->tab = (enum tab)((h->view->tab + 1) % TAB_COUNT);
}

void
input_prompt(const struct input *h, enum act a)
{
	(void)a;
	prompt_open(&h->view->prompt, "");
}

void
input_times(const struct input *h, enum act a)
{
	(void)a;
	h->view->times ^= true;
}

void
input_show(const struct input *h, enum act a)
{
	enum screen_id screen = keys_row(a)->shows;

	if (h->view->screen != screen && (!screen_rows[screen].of_device ||
	    app_session(h->app) != NULL))
		screen_show(h->view, screen);
}

void
input_what_if(const struct input *h, enum act a)
{
	h->view->what_if = NULL;
	input_show(h, a);
}
