/* SPDX-License-Identifier: ISC */
/* What was asked here and in another recording, side by side. */
#include "ui/view/screens.h"
#include "ui/view/view.h"

#include <string.h>

#include "analysis/difference.h"

#define NUMBER	9	/* columns of "#120-131" */
#define ASKED	(3 + 2 * NUMBER)

static enum style
row_style(const struct difference_row *row)
{
	if (row->equal != 0)
		return (STYLE_DIM);
	return (row->b == NULL ? STYLE_WARNING : row->a == NULL ?
	    STYLE_PATH : STYLE_NORMAL);
}

static void
draw_number(struct area a, int row, int col, const struct difference_step *s)
{
	struct buf b = { 0 };

	difference_number(s, &b);
	area_fit(a, row, col, NUMBER - 1, STYLE_LABEL, buf_str(&b));
	buf_free(&b);
}

/* Where there is no room for both, what it does says more than the block. */
static void
add_asked(struct buf *b, const struct area *a, const char *asked, int room)
{
	const char *does = strstr(asked, "  ");

	if (does != NULL && area_columns(a, asked) > room) {
		buf_add(b, asked, strcspn(asked, " "));
		asked = does + 1;
	}
	buf_adds(b, asked);
}

static void
draw_row(struct area a, int at, const struct difference_row *row)
{
	int answer = ASKED + (a.cols - ASKED) * 55 / 100;
	enum style st = row_style(row);
	struct buf b = { 0 };

	if (row->equal != 0) {
		area_textf(a, at, ASKED, st, "... %zu equal", row->equal);
		return;
	}
	area_text(a, at, 1, st, difference_mark(row));
	draw_number(a, at, 3, row->a);
	draw_number(a, at, 3 + NUMBER, row->b);
	add_asked(&b, &a, row->a != NULL ? row->a->asked : row->b->asked,
	    answer - ASKED - 1);
	area_fit(a, at, ASKED, answer - ASKED - 1, st, buf_str(&b));
	buf_reset(&b);
	difference_answer(row, &b);
	area_fit(a, at, answer, a.cols - answer - 1, st, buf_str(&b));
	buf_free(&b);
}

/* Both, the first difference, and what the marks mean; rows that it takes. */
static int
draw_head(struct area a, const struct difference *d)
{
	struct buf b = { 0 };
	int row = 0;

	difference_title(&d->a, 'A', &b);
	area_fit(a, row++, 1, a.cols - 2, STYLE_NORMAL, buf_str(&b));
	buf_reset(&b);
	difference_title(&d->b, 'B', &b);
	area_fit(a, row++, 1, a.cols - 2, STYLE_NORMAL, buf_str(&b));
	buf_reset(&b);
	difference_words(d, &b);
	row += area_wrap(a, row, 1, a.cols - 2, STYLE_STRONG, buf_str(&b));
	buf_free(&b);
	if (d->n != 0) {
		area_text(a, row, 3, STYLE_LABEL, "A");
		area_text(a, row, 3 + NUMBER, STYLE_LABEL, "B");
		area_text(a, row++, ASKED, STYLE_LABEL,
		    "< only in A   > only in B");
	}
	if (d->too_long)
		area_text(a, row++, 1, STYLE_WARNING,
		    "The rest is too long to compare.");
	return (row);
}

/* The selected row is in sight, and what stands before the first one. */
static void
scroll(struct view *view, size_t n, int rows)
{
	int at = (int)view->difference;

	view->scroll_rows = rows;
	view->scroll_max = (int)n > rows ? (int)n - rows : 0;
	if (at < view->scroll)
		view->scroll = at;
	if (at >= view->scroll + rows)
		view->scroll = at - rows / 2;
	if (view->scroll > view->scroll_max)
		view->scroll = view->scroll_max;
}

void
view_difference(struct area a, const struct frame *sc)
{
	const struct difference *d = sc->app->difference;
	struct view *view = sc->view;
	struct area rest;
	size_t i;
	int top, row;

	if (d == NULL) {
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL, "Nothing is "
		    "compared yet: diff FILE compares this session with a "
		    "recording.");
		return;
	}
	if (view->difference >= d->n)
		view->difference = d->n != 0 ? d->n - 1 : 0;
	top = draw_head(a, d);
	rest = area_part(a, top, 0, a.rows - top, a.cols);
	if (rest.rows <= 0)
		return;
	scroll(view, d->n, rest.rows);
	for (row = 0; row < rest.rows; row++) {
		i = (size_t)(view->scroll + row);
		if (i >= d->n)
			break;
		draw_row(rest, row, &d->rows[i]);
		if (i != view->difference)
			continue;
		area_restyle(rest, row, 0, rest.cols, STYLE_SELECTED);
	}
	if (view->scroll < view->scroll_max)
		area_text(a, a.rows - 1, a.cols - 1, STYLE_KEY, "↓");
	if (view->scroll > 0)
		area_text(rest, 0, a.cols - 1, STYLE_KEY, "↑");
}
