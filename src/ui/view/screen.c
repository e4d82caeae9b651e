/* Layout: the screen in sight between header, verdict, message and keys. */
#include "ui/view/screens.h"

#define MID_ROWS	24

static void
draw_body(struct area a, const struct frame *sc)
{
	const struct screen_row *row = screen_row(sc->view);
	struct buf title = { 0 };

	if (row->titled != NULL)
		row->titled(&title, sc);
	else if (row->title != NULL)
		buf_adds(&title, row->title);
	if (title.len != 0) {
		area_frame(a, STYLE_FRAME, buf_str(&title));
		a = area_inside(a);
	}
	buf_free(&title);
	row->draw(a, sc);
}

/* Never at the cost of what is asked or known of the device. */
static int
rows_of_verdict(struct area all, const struct frame *sc)
{
	int rows = view_paused_rows(sc);

	/* A lesson asks for what the verdict would tell, and needs the rows. */
	if (rows == 0 && sc->view->lesson == NULL)
		rows = view_verdict_rows(all, sc);
	return (all.rows >= MID_ROWS || all.rows >= 12 + rows ? rows : 0);
}

void
screen_draw(struct canvas *c, struct frame *sc)
{
	struct area all = canvas_area(c), body, foot;
	int bottom = c->rows > 3 ? 2 : c->rows > 2, said;

	canvas_clear(c);
	view_header(area_part(all, 0, 0, 1, c->cols), sc);
	said = sc->verdict_rows = rows_of_verdict(all, sc);
	if (bottom == 2)
		bottom = 1 + view_message_rows(all, sc);
	body = area_part(all, 1, 0, c->rows - 1 - bottom - said, c->cols);
	draw_body(body, sc);
	foot = area_part(all, c->rows - bottom - said, 0, said, c->cols);
	if (view_paused_rows(sc) != 0)
		view_paused(foot, sc);
	else
		view_verdict(foot, sc);
	if (sc->view->prompt.open) {
		view_prompt(area_part(all, c->rows - 2, 0, 2, c->cols), sc);
	} else if (bottom >= 2) {
		view_message(area_part(all, c->rows - bottom, 0, bottom - 1,
		    c->cols), sc);
		view_keys(area_part(all, c->rows - 1, 0, 1, c->cols), sc);
	}
	if (sc->view->hints && screen_row(sc->view)->now)
		view_hints(body);
	if (sc->view->box.len > 0)
		view_box(body, sc);
	if (frame_asked(sc) != NULL)
		view_question(body, sc);
}
