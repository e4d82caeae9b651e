/* SPDX-License-Identifier: ISC */
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

static void (*const acts[ACT_COUNT])(const struct input *in) = {
	[ACT_NONE] = input_none,
#define KEY(id, name, ...)	[ACT_##id] = input_##name,
#include "ui/prompt/screens.def"
};

const struct input_row *
input_row(const struct input *in)
{
	return (&input_rows[in->view->screen]);
}

void
input_act(const struct input *in, enum act a)
{
	const struct input_row *row = input_row(in);
	struct input now = *in;

	now.act = a;
	if (row->act == NULL || !row->act(&now, a))
		acts[a](&now);
}

void
input_notice(const struct input *in, const char *what, const char *why)
{
	buf_reset(&in->view->notice);
	buf_addf(&in->view->notice, "%s: %s", what, why);
	in->view->notice_at = in->now;
}

void
input_fire(const struct input *in, const char *line)
{
	buf_adds(in->line, line);
	*in->by_key = true;
}

void
input_none(const struct input *in)
{
	(void)in;
}

void
input_stay(const struct input *in, long step)
{
	(void)in;
	(void)step;
}

void
input_scroll(const struct input *in, long step)
{
	struct view *view = in->view;
	long to = view->scroll + step;

	view->scroll = (int)(to < 0 ? 0 : to > view->scroll_max ?
	    view->scroll_max : to);
}

void
input_leave(const struct input *in)
{
	struct view *view = in->view;

	if (view->screen == SCREEN_SEQUENCE && view->sequence.opened)
		sequence_view_zoom(&view->sequence, -1);
	else
		screen_back(view);
}

/* Rows that a page key goes over. */
static long
page_rows(const struct input *in)
{
	const struct input_row *row = input_row(in);
	int rows = row->rows != NULL ? row->rows(in->view) :
	    in->view->scroll_rows;

	return (rows > 1 ? rows - 1 : 10);
}

void
input_move(const struct input *in)
{
	enum act a = in->act;
	bool up = a == ACT_UP || a == ACT_PAGE_UP || a == ACT_FIRST;
	long step = a == ACT_UP || a == ACT_DOWN ? 1 :
	    a == ACT_FIRST || a == ACT_LAST ? ALL_ROWS : page_rows(in);

	input_row(in)->move(in, up ? -step : step);
}

void
input_open(const struct input *in)
{
	input_row(in)->open(in);
}

void
input_back(const struct input *in)
{
	input_row(in)->back(in);
	buf_reset(&in->view->notice);
}

void
input_tab(const struct input *in)
{
	in->view->tab = (enum tab)((in->view->tab + 1) % TAB_COUNT);
}

void
input_prompt(const struct input *in)
{
	prompt_open(&in->view->prompt, "");
}

void
input_show(const struct input *in)
{
	enum screen_id screen = keys_row(in->act)->shows;

	if (in->view->screen != screen && (!screen_rows[screen].of_device ||
	    app_session(in->app) != NULL))
		screen_show(in->view, screen);
}
