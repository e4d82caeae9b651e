/* SPDX-License-Identifier: ISC */
/* A traced tool: its requests, and below them what it writes. */
#include "ui/view/screens.h"

#include "ui/cells/pane.h"

#define LEAST_PANE	6	/* rows with their frame */

/* Half of it for the requests, but not at the cost of either. */
static int
list_rows(int rows)
{
	return (rows < 2 * LEAST_PANE ? 0 : rows / 2);
}

static void
draw_list(struct area a, const struct frame *sc)
{
	struct buf title = { 0 };

	view_requests_title(&title, sc);
	area_frame(a, STYLE_FRAME, buf_str(&title));
	buf_free(&title);
	view_requests(area_inside(a), sc);
}

static void
add_title(struct buf *b, const struct tool_view *t)
{
	if (t->pane == NULL)
		buf_adds(b, "No tool has been traced. Start one with :trace "
		    "COMMAND");
	else
		buf_addf(b, "%s%s", buf_str(&t->line), t->runs ?
		    ": keys go to the tool, F6 back" : ": ended");
}

bool
view_tool_beside(const struct frame *sc)
{
	const struct tool_view *t = &sc->view->tool;

	return (t->runs && t->pane != NULL && !sc->view->list.paused);
}

void
view_tool_output(struct area a, const struct frame *sc)
{
	struct tool_view *t = &sc->view->tool;
	struct area in = area_inside(a);
	struct buf title = { 0 };

	buf_addf(&title, "%s: F6 for its keys", buf_str(&t->line));
	area_frame(a, STYLE_FRAME, buf_str(&title));
	buf_free(&title);
	t->rows = in.rows;
	t->cols = in.cols;
	pane_draw(t->pane, in, 0, false);
}

void
view_tool(struct area a, const struct frame *sc)
{
	struct tool_view *t = &sc->view->tool;
	int top = list_rows(a.rows), row = top > 0 ? top - 1 : 0;
	struct area box = area_part(a, row, 0, a.rows - row, a.cols), in;
	struct buf title = { 0 };

	if (top > 0)
		draw_list(area_part(a, 0, 0, top, a.cols), sc);
	/* Last: its title stands in the line that both share. */
	add_title(&title, t);
	area_frame(box, STYLE_FRAME, buf_str(&title));
	buf_free(&title);
	in = area_inside(box);
	t->rows = in.rows;
	t->cols = in.cols;
	sc->view->scroll_rows = in.rows;
	if (t->pane != NULL)
		sc->view->scroll_max = pane_draw(t->pane, in,
		    sc->view->scroll, t->runs) + sc->view->scroll;
}
