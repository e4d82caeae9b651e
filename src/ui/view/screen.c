/* SPDX-License-Identifier: ISC */
/* Layout: the band, the screen in sight, message and keys. */
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"

/* From this size on the lowest line of the console bears the message. */
#define MID_ROWS	24
#define MID_COLS	80

static void
draw_body(struct area a, const struct frame *sc)
{
	const struct screen_row *row = screen_row(sc->view);
	struct buf title = { 0 };

	if (view_lesson_keeps(sc)) {
		area_text(a, 1, 2, STYLE_STRONG, "After your answer.");
		return;
	}
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

void
view_hit(const struct frame *sc, struct area a, int row, int col, int cols,
    const char *key)
{
	struct view *view = sc->view;
	struct hit *h = &view->hits[view->nhits];

	if (key == NULL || view->nhits == VIEW_HITS || row < 0 ||
	    row >= a.rows || col >= a.cols || !keys_named(key, &h->press))
		return;
	h->row = a.row + row;
	h->col = a.col + col;
	h->cols = cols < a.cols - col ? cols : a.cols - col;
	view->nhits++;
}

int
view_key(const struct frame *sc, struct area a, int row, int col,
    enum style st, const char *key)
{
	int n;

	/* What is advised looks like a button. */
	n = st == STYLE_ADVICE ? area_textf(a, row, col, st, " %s ", key) :
	    area_text(a, row, col, st, key);
	view_hit(sc, a, row, col, n, key);
	return (n);
}

static void
draw_too_small(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };
	int row;

	row = area_wrap(a, 0, 0, a.cols, STYLE_WARNING, "too small");
	buf_addf(&b, "%dx%d needed", VIEW_LEAST_COLS, VIEW_LEAST_ROWS);
	row += area_wrap(a, row, 0, a.cols, STYLE_NORMAL, buf_str(&b));
	buf_reset(&b);
	if (sc->session != NULL) {
		view_verdict_word(sc, &b);
		area_wrap(a, row, 0, a.cols, STYLE_STRONG, buf_str(&b));
	}
	buf_free(&b);
}

static void
draw_over(struct area body, const struct frame *sc)
{
	if (sc->view->hints && screen_row(sc->view)->now)
		view_hints(body);
	if (sc->view->box.len > 0)
		view_box(body, sc);
	if (frame_asked(sc) != NULL)
		view_question(body, sc);
}

void
screen_draw(struct canvas *c, struct frame *sc)
{
	struct area all = canvas_area(c), body, band;
	bool shared = (screen_row(sc->view)->now ||
	    screen_row(sc->view)->shares) && c->rows >= MID_ROWS &&
	    c->cols >= MID_COLS;
	int bottom = shared ? 1 : 2;

	canvas_clear(c);
	sc->view->nhits = 0;
	if (c->rows < VIEW_LEAST_ROWS || c->cols < VIEW_LEAST_COLS) {
		draw_too_small(all, sc);
		return;
	}
	if (sc->view->lesson != NULL)
		view_lesson_header(area_part(all, 0, 0, 1, c->cols), sc);
	else
		view_header(area_part(all, 0, 0, 1, c->cols), sc);
	sc->band_rows = view_band_rows(all, sc);
	band = area_part(all, 1, 0, sc->band_rows, c->cols);
	body = area_part(all, 1 + sc->band_rows, 0,
	    c->rows - 1 - bottom - sc->band_rows, c->cols);
	draw_body(body, sc);
	if (sc->band_rows != 0 && view_is_paused(sc))
		view_paused(band, sc);
	else if (sc->band_rows != 0)
		view_band_verdict(band, sc);
	draw_over(body, sc);
	if (sc->view->prompt.open) {
		sc->view->nhits = 0;
		bottom = view_prompt_rows(sc, c->rows);
		view_prompt(area_part(all, c->rows - bottom, 0, bottom,
		    c->cols), sc);
		return;
	}
	view_message(area_part(all, c->rows - 2, 0, 1, c->cols), sc, shared);
	view_keys(area_part(all, c->rows - 1, 0, 1, c->cols), sc);
}
