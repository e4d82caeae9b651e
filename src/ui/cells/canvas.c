/* SPDX-License-Identifier: ISC */
#include "ui/cells/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define BLANK	((struct cell){ ' ', 1, STYLE_NORMAL, 0 })

struct canvas *
canvas_new(int rows, int cols, bool ascii)
{
	struct canvas *c = mem_alloc(sizeof(*c));

	c->ascii = ascii;
	canvas_resize(c, rows, cols);
	return (c);
}

void
canvas_free(struct canvas *c)
{
	if (c == NULL)
		return;
	free(c->cells);
	free(c);
}

void
canvas_resize(struct canvas *c, int rows, int cols)
{
	c->rows = rows < 1 ? 1 : rows;
	c->cols = cols < 1 ? 1 : cols;
	c->cells = mem_array(c->cells, (size_t)c->rows * (size_t)c->cols,
	    sizeof(*c->cells));
	canvas_clear(c);
}

void
canvas_clear(struct canvas *c)
{
	size_t i, n = (size_t)c->rows * (size_t)c->cols;

	for (i = 0; i < n; i++)
		c->cells[i] = BLANK;
	c->cursor_row = c->cursor_col = -1;
}

static struct cell *
cell_at(struct canvas *c, int row, int col)
{
	if (row < 0 || col < 0 || row >= c->rows || col >= c->cols)
		return (NULL);
	return (&c->cells[(size_t)row * (size_t)c->cols + (size_t)col]);
}

const struct cell *
canvas_cell(const struct canvas *c, int row, int col)
{
	if (row < 0 || col < 0 || row >= c->rows || col >= c->cols)
		return (NULL);
	return (&c->cells[(size_t)row * (size_t)c->cols + (size_t)col]);
}

static void
dump_text(const struct canvas *c, struct buf *b)
{
	const struct cell *cell;
	int row, col;

	for (row = 0; row < c->rows; row++) {
		for (col = 0; col < c->cols; col++) {
			cell = canvas_cell(c, row, col);
			if (cell->width > 0)
				text_encode(b, cell->cp);
		}
		while (b->len > 0 && b->data[b->len - 1] == ' ')
			buf_cut(b, b->len - 1);
		buf_addc(b, '\n');
	}
}

void
canvas_dump(const struct canvas *c, struct buf *b, bool styles)
{
	static const char letters[STYLE_COUNT + 1] = ".-ftlsPBwgWDkKXb";
	int row, col;

	dump_text(c, b);
	for (row = 0; styles && row < c->rows; row++) {
		for (col = 0; col < c->cols; col++)
			buf_addc(b,
			    letters[canvas_cell(c, row, col)->style]);
		buf_addc(b, '\n');
	}
}

struct area
canvas_area(struct canvas *c)
{
	return ((struct area){ c, 0, 0, c->rows, c->cols, 0, 0, c->rows,
	    c->cols });
}

static int
limit(long v, int low, int high)
{
	return (v < low ? low : v > high ? high : (int)v);
}

struct area
area_part(struct area a, int row, int col, int rows, int cols)
{
	struct area p = a;
	long top = (long)a.row + row, left = (long)a.col + col;

	p.row = limit(top, -100000, 100000);
	p.col = limit(left, -100000, 100000);
	p.rows = rows < 0 ? 0 : rows;
	p.cols = cols < 0 ? 0 : cols;
	p.top = limit(top, a.top, a.bottom);
	p.left = limit(left, a.left, a.right);
	p.bottom = limit(top + p.rows, p.top, a.bottom);
	p.right = limit(left + p.cols, p.left, a.right);
	return (p);
}

static bool
visible(const struct area *a, long row, long col)
{
	return (row >= a->top && row < a->bottom && col >= a->left &&
	    col < a->right);
}

/* Overwriting half of a wide character must not leave the other half. */
static void
free_cell(struct canvas *c, int row, int col)
{
	struct cell *cell = cell_at(c, row, col);
	struct cell *other;

	if (cell == NULL)
		return;
	other = cell_at(c, row, cell->width == 0 ? col - 1 : col + 1);
	if (other != NULL && (cell->width == 0 || cell->width == 2)) {
		other->cp = ' ';
		other->width = 1;
	}
}

static void
put_cell(const struct area *a, int row, int col, uint32_t cp, int width,
    enum style st)
{
	long r = (long)a->row + row, c = (long)a->col + col;
	bool first = visible(a, r, c);
	bool second = width == 2 && visible(a, r, c + 1);
	struct cell *cell;

	if (width == 2 && first != second) {
		put_cell(a, row, first ? col : col + 1, ' ', 1, st);
		return;
	}
	if (!first)
		return;
	free_cell(a->canvas, (int)r, (int)c);
	if (second)
		free_cell(a->canvas, (int)r, (int)c + 1);
	cell = cell_at(a->canvas, (int)r, (int)c);
	*cell = (struct cell){ cp, (uint8_t)width, (uint8_t)st, 0 };
	if (second)
		cell[1] = (struct cell){ ' ', 0, (uint8_t)st, 0 };
}

/* Signs the views use, and what stands for them in ASCII. */
static const struct {
	uint32_t	cp;
	char		ascii;
} signs[] = {
	{ 0x2190, '<' }, { 0x2191, '^' }, { 0x2192, '>' }, { 0x2193, 'v' },
	{ 0x25c4, '<' }, { 0x25b2, '^' }, { 0x25ba, '>' }, { 0x25bc, 'V' },
	{ 0x2026, '~' }, { 0x2588, '#' }, { 0x2591, '.' }, { 0x2500, '-' },
	{ 0x2501, '=' }, { 0x2504, '.' }, { 0x2502, '|' }, { 0x2503, '#' },
	{ 0x2506, ':' }, { 0x00b7, '.' }, { 0x00d7, 'x' },
	{ 0x2265, '>' }
};

static uint32_t
to_ascii(uint32_t cp)
{
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (signs[i].cp == cp)
			return ((uint32_t)signs[i].ascii);
	return ('?');
}

/* The code point to be shown and its columns; 0: nothing. */
static int
shown(const struct canvas *c, uint32_t *cp)
{
	int width;

	if (c->ascii && *cp >= 0x80)
		*cp = to_ascii(*cp);
	width = text_width(*cp);
	if (width < 0) {
		*cp = '?';
		width = 1;
	}
	return (width);
}

static int
draw_text(const struct area *a, int row, int col, int max, enum style st,
    const char *s)
{
	size_t left = strlen(s), n;
	uint32_t cp;
	int width, at = 0;

	for (; left > 0; s += n, left -= n) {
		n = text_decode(s, left, &cp);
		width = shown(a->canvas, &cp);
		if (width == 0)
			continue;
		if (at + width > max)
			break;
		put_cell(a, row, col + at, cp, width, st);
		at += width;
	}
	return (at);
}

int
area_columns(const struct area *a, const char *s)
{
	size_t left = strlen(s), n;
	uint32_t cp;
	int at = 0;

	for (; left > 0; s += n, left -= n) {
		n = text_decode(s, left, &cp);
		at += shown(a->canvas, &cp);
	}
	return (at);
}

int
area_text(struct area a, int row, int col, enum style st, const char *s)
{
	return (draw_text(&a, row, col, 100000, st, s));
}

int
area_textf(struct area a, int row, int col, enum style st, const char *fmt,
    ...)
{
	struct buf b = { 0 };
	va_list ap;
	int n;

	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	n = area_text(a, row, col, st, buf_str(&b));
	buf_free(&b);
	return (n);
}

int
area_foreign(struct area a, int row, int col, enum style st, const char *s)
{
	struct buf b = { 0 };
	int n;

	text_escape(&b, s, strlen(s));
	n = area_text(a, row, col, st, buf_str(&b));
	buf_free(&b);
	return (n);
}

int
area_fit(struct area a, int row, int col, int width, enum style st,
    const char *s)
{
	int n;

	if (width <= 0)
		return (0);
	if (area_columns(&a, s) <= width)
		return (draw_text(&a, row, col, width, st, s));
	n = draw_text(&a, row, col, width - 1, st, s);
	return (n + area_text(a, row, col + n, st, "…"));
}

void
area_right(struct area a, int row, enum style st, const char *s)
{
	area_text(a, row, a.cols - area_columns(&a, s), st, s);
}

/* Bytes of s that fit into width, up to a blank if there is one. */
static size_t
wrap_length(const struct area *a, const char *s, int width)
{
	size_t left = strlen(s), pos = 0, space = 0, n;
	uint32_t cp;
	int at = 0;

	while (pos < left) {
		n = text_decode(s + pos, left - pos, &cp);
		if (cp == '\n')
			return (pos);
		if (cp == ' ')
			space = pos;
		at += shown(a->canvas, &cp);
		if (at > width)
			return (space > 0 ? space : pos > 0 ? pos : n);
		pos += n;
	}
	return (pos);
}

int
area_wrap(struct area a, int row, int col, int width, enum style st,
    const char *s)
{
	struct buf b = { 0 };
	size_t n;
	int rows = 0;

	if (width <= 0)
		return (0);
	while (*s != '\0') {
		n = wrap_length(&a, s, width);
		buf_reset(&b);
		buf_add(&b, s, n);
		area_text(a, row + rows, col, st, buf_str(&b));
		rows++;
		s += n;
		if (*s == ' ' || *s == '\n')
			s++;
	}
	buf_free(&b);
	return (rows);
}

void
area_fill(struct area a, int row, int col, int rows, int cols, enum style st)
{
	int r, c;

	for (r = row; r < row + rows; r++)
		for (c = col; c < col + cols; c++)
			put_cell(&a, r, c, ' ', 1, st);
}

void
area_restyle(struct area a, int row, int col, int cols, enum style st)
{
	struct cell *cell;
	int c;

	for (c = col; c < col + cols; c++) {
		if (!visible(&a, (long)a.row + row, (long)a.col + c))
			continue;
		cell = cell_at(a.canvas, a.row + row, a.col + c);
		cell->style = (uint8_t)st;
	}
}
