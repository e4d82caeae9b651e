/* SPDX-License-Identifier: ISC */
/* The console: which of its panes are in sight, and where. */
#include "ui/view/screens.h"

#define WIDE_COLS	100
#define MID_COLS	80
#define MID_ROWS	24
#define VERY_WIDE	150
#define LIST_COLS	43
#define DECODE_COLS	140	/* from which the list has a pane beside */
#define LEAST_LIST	4	/* rows of requests in sight */
#define MAP_LEAST	(MAP_ROWS - 1)	/* the diagram without its path */

/* Frames around panes share their lines, so that they join. */
static void
frame_pane(struct area a, int row, int col, int rows, int cols,
    const char *title)
{
	area_frame(area_part(a, row, col, rows, cols), STYLE_FRAME, title);
}

static const char *
if_title(const struct frame *sc)
{
	if (sc->app->policy.served || (sc->session != NULL &&
	    !sc->session->present))
		return ("Device");
	if ((!frame_first_query(sc) || sc->app->policy.past) &&
	    runner_bound(&sc->app->policy) != NULL)
		return ("More requests");
	if (!frame_first_query(sc))
		return (sc->print.stack != NULL ?
		    "Next: * reported ' inferred" : "Next request");
	return (session_requests(sc->session) == 0 ? "First query" :
	    "Query again");
}

static void
draw_list(struct area a, int row, int col, int rows, int cols,
    const struct frame *sc)
{
	struct buf title = { 0 };

	view_requests_title(&title, sc);
	frame_pane(a, row, col, rows, cols, buf_str(&title));
	buf_free(&title);
	view_requests(area_part(a, row + 1, col + 1, rows - 2, cols - 2), sc);
}

/* The request that is selected, else the latest one, decoded. */
static void
draw_decoded(struct area a, int row, int col, const struct frame *sc)
{
	const struct fold_row *at = list_selected(&sc->view->list);
	int rows = a.rows - row;
	struct buf title = { 0 };

	if (at == NULL || at->event)
		buf_adds(&title, "Decoded");
	else
		buf_addf(&title, "#%u decoded", at->last);
	frame_pane(a, row, col, rows, a.cols - col, buf_str(&title));
	buf_free(&title);
	view_detail(area_part(a, row + 1, col + 1, rows - 2, a.cols - col - 2),
	    sc);
}

/* Below all others. */
static void
draw_requests(struct area a, int row, const struct frame *sc)
{
	int rows = a.rows - row, cols = a.cols;

	/* The syntax of what is typed covers a row more. */
	if (sc->view->prompt.open && rows > 5)
		rows -= view_prompt_rows(sc, a.canvas->rows) - 2;
	if (a.cols >= DECODE_COLS)
		cols = a.cols * 3 / 5;
	if (rows >= 4)
		draw_list(a, row, 0, rows, cols, sc);
	if (cols < a.cols && view_tool_beside(sc))
		view_tool_output(area_part(a, row, cols - 1, rows,
		    a.cols - cols + 1), sc);
	else if (cols < a.cols)
		draw_decoded(area_part(a, 0, 0, row + rows, a.cols), row,
		    cols - 1, sc);
}

static void
draw_states(struct area a, int rows, int cols, const struct frame *sc,
    void (*map)(struct area, const struct frame *))
{
	struct area in = area_part(a, 1, 1, rows - 2, cols - 2);

	frame_pane(a, 0, 0, rows, cols, "State");
	map(in, sc);
	/* The diagram without its lowest row: the path has room above. */
	if (map == view_map && in.rows < MAP_ROWS)
		view_map_path(area_part(a, 0, 9, 1, cols - 10), sc);
}

/* Map and, beside it, now above what-if, or all three side by side. */
static void
draw_wide(struct area a, const struct frame *sc)
{
	int top = a.rows - LEAST_LIST - 1, left = MAP_COLS + 2;
	int right = a.cols - left + 1, half;

	if (top > MAP_ROWS + 2)
		top = MAP_ROWS + 2;
	draw_states(a, top, left, sc, view_map);
	if (a.cols >= VERY_WIDE) {
		half = right / 2;
		frame_pane(a, 0, left - 1, top, half, "Now");
		view_now(area_part(a, 1, left, top - 2, half - 2), sc);
		frame_pane(a, 0, left + half - 2, top, right - half + 1,
		    if_title(sc));
		view_what_if(area_part(a, 1, left + half - 1, top - 2,
		    right - half - 1), sc);
	} else {
		/* So that the bus reset stays among the requests. */
		half = a.rows - top > LEAST_LIST + 1 ? 10 : 9;
		frame_pane(a, 0, left - 1, half, right, "Now");
		view_now(area_part(a, 1, left, half - 2, right - 2), sc);
		frame_pane(a, half - 1, left - 1, top - half + 1, right,
		    if_title(sc));
		view_what_if(area_part(a, half, left, top - half - 1,
		    right - 2), sc);
	}
	draw_requests(a, top - 1, sc);
}

static void
draw_now(struct area a, int left, int top, const struct frame *sc)
{
	int right = a.cols - left + 1, used;
	struct area pane = area_part(a, 1, left, top - 2, right - 2);

	if (sc->view->tab == TAB_IF) {
		frame_pane(a, 0, left - 1, top, right, if_title(sc));
		view_what_if(pane, sc);
	} else if (frame_first_query(sc)) {
		frame_pane(a, 0, left - 1, 6, right, "Now");
		view_now(area_part(pane, 0, 0, 4, pane.cols), sc);
		frame_pane(a, 5, left - 1, top - 5, right, if_title(sc));
		view_what_if(area_part(pane, 5, 0, top - 7, pane.cols), sc);
	} else {
		frame_pane(a, 0, left - 1, top, right,
		    sc->app->policy.served ? "Now (Tab: Device)" :
		    "Now (Tab: Next request)");
		used = view_now(area_part(pane, 0, 0, top - 6, pane.cols),
		    sc);
		view_what_if_brief(area_part(pane, used, 0,
		    pane.rows - used, pane.cols), sc);
	}
}

static void
draw_middle(struct area a, const struct frame *sc)
{
	int top = MAP_LIST_ROWS + 2, left = LIST_COLS;

	draw_states(a, top, left, sc, view_map_list);
	draw_now(a, left, top, sc);
	draw_requests(a, top - 1, sc);
}

static void
draw_tabs(struct area a, const struct frame *sc)
{
	const char *const names[TAB_COUNT] = { "Now",
	    sc->app->policy.served ? "Device" : "Next request", "Requests" };
	int col = 1;
	unsigned i;

	for (i = 0; i < TAB_COUNT; i++) {
		bool here = i == sc->view->tab;

		col += area_textf(a, 0, col, here ? STYLE_STRONG : STYLE_DIM,
		    here ? "[%s]" : " %s ", names[i]);
	}
	area_text(a, 0, col + 1, STYLE_KEY, "Tab");
}

static void
draw_small(struct area a, const struct frame *sc)
{
	struct area pane = area_part(a, 2, 0, a.rows - 2, a.cols);
	int used;

	view_map_line(area_part(a, 0, 0, 1, a.cols), sc);
	draw_tabs(area_part(a, 1, 0, 1, a.cols), sc);
	switch (sc->view->tab) {
	case TAB_NOW:
		used = view_now(area_part(pane, 0, 0, pane.rows < 10 ?
		    pane.rows : pane.rows - 4, pane.cols), sc) + 1;
		view_requests(area_part(pane, used, 0, pane.rows - used,
		    pane.cols), sc);
		break;
	case TAB_IF:
		view_what_if(pane, sc);
		break;
	case TAB_REQUESTS:
		view_requests(pane, sc);
		break;
	}
}

void
view_console(struct area a, const struct frame *sc)
{
	const struct canvas *c = a.canvas;
	int rows = MAP_LEAST + LEAST_LIST + 3;

	if (c->cols >= WIDE_COLS && a.rows >= rows)
		draw_wide(a, sc);
	else if (c->cols >= MID_COLS && c->rows >= MID_ROWS)
		draw_middle(a, sc);
	else
		draw_small(a, sc);
}

enum screen_id
view_console_instead(const struct view *view, const struct app *app)
{
	(void)view;
	return (app->sessions->n == 0 ? SCREEN_DEVICES :
	    app->policy.served ? SCREEN_SERVED : SCREEN_CONSOLE);
}

void
view_served(struct area a, const struct frame *sc)
{
	view_console(a, sc);
}
