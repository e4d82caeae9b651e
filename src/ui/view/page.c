/* SPDX-License-Identifier: ISC */
#include "ui/view/page.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
page_add(struct page *p, enum style st, const char *head, int column,
    const char *text)
{
	struct page_line *l;

	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 64 : p->cap * 2;
		p->lines = mem_array(p->lines, p->cap, sizeof(*p->lines));
	}
	l = &p->lines[p->n++];
	l->style = st;
	l->head = mem_strdup(head);
	l->styles = NULL;
	l->column = column;
	l->text = mem_strdup(text);
}

void
page_cells(struct page *p, const char *head, const uint8_t *styles)
{
	page_add(p, STYLE_NORMAL, head, 0, NULL);
	p->lines[p->n - 1].styles = mem_copy(styles, strlen(head));
}

void
page_title(struct page *p, const char *title)
{
	if (p->n > 0)
		page_add(p, STYLE_NORMAL, NULL, 0, NULL);
	page_add(p, STYLE_TITLE, title, 0, NULL);
}

static void
draw_cells(struct area a, int row, const struct page_line *l)
{
	char cell[2] = "";
	int i;

	for (i = 0; l->head[i] != '\0'; i++) {
		cell[0] = l->head[i];
		area_text(a, row, 1 + i, (enum style)l->styles[i], cell);
	}
}

/* Draws one line at row, returns the rows it takes. */
static int
draw_line(struct area a, int row, const struct page_line *l)
{
	int rows = 1, n;

	if (l->styles != NULL)
		draw_cells(a, row, l);
	else if (l->head != NULL)
		area_text(a, row, 1, l->style, l->head);
	if (l->text != NULL) {
		n = a.cols - l->column - 1;
		rows = area_wrap(a, row, l->column, n < 10 ? 10 : n,
		    STYLE_NORMAL, l->text);
	}
	return (rows < 1 ? 1 : rows);
}

/* b stands in s; case does not count. */
static bool
says(const char *s, const char *b)
{
	size_t i;

	for (; s != NULL && *s != '\0'; s++) {
		for (i = 0; b[i] != '\0'; i++)
			if (tolower((unsigned char)s[i]) !=
			    tolower((unsigned char)b[i]))
				break;
		if (b[i] == '\0')
			return (true);
	}
	return (false);
}

static bool
line_says(const struct page_line *l, const struct view *view)
{
	const char *sought = buf_str(&view->sought);

	return (view->sought.len != 0 && (says(l->head, sought) ||
	    says(l->text, sought)));
}

/* Scrolls to the next line that has what is sought, round the ends. */
static void
seek(struct area nowhere, const struct page *p, struct view *view)
{
	int row = 0, before = -1, after = -1, first = -1, last = -1;
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (line_says(&p->lines[i], view)) {
			first = first < 0 ? row : first;
			last = row;
			if (row < view->scroll)
				before = row;
			else if (row > view->scroll && after < 0)
				after = row;
		}
		row += draw_line(nowhere, 0, &p->lines[i]);
	}
	if (view->seek > 0)
		view->scroll = after >= 0 ? after : first;
	else
		view->scroll = before >= 0 ? before : last;
	if (first >= 0)
		return;
	view->scroll = 0;
	buf_reset(&view->notice);
	buf_addf(&view->notice, "this page does not contain \"%s\"",
	    buf_str(&view->sought));
	view->notice_at = UINT64_MAX;
}

void
page_draw(struct area a, const struct page *p, struct view *view)
{
	struct area nowhere = area_part(a, 0, 0, 0, 0);
	int total = 0, row, from;
	size_t i;

	nowhere.cols = a.cols;
	for (i = 0; i < p->n; i++)
		total += draw_line(nowhere, 0, &p->lines[i]);
	view->scroll_rows = a.rows;
	view->scroll_max = total > a.rows ? total - a.rows : 0;
	if (view->seek != 0)
		seek(nowhere, p, view);
	view->seek = 0;
	if (view->scroll > view->scroll_max)
		view->scroll = view->scroll_max;
	row = -view->scroll;
	for (i = 0; i < p->n && row < a.rows; i++) {
		from = row;
		row += draw_line(a, row, &p->lines[i]);
		if (line_says(&p->lines[i], view))
			area_text(a, from, 0, STYLE_KEY, ">");
	}
	if (view->scroll < view->scroll_max)
		area_text(a, a.rows - 1, a.cols - 1, STYLE_KEY, "↓");
	if (view->scroll > 0)
		area_text(a, 0, a.cols - 1, STYLE_KEY, "↑");
}

void
page_free(struct page *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		free(p->lines[i].head);
		free(p->lines[i].styles);
		free(p->lines[i].text);
	}
	free(p->lines);
	memset(p, 0, sizeof(*p));
}
