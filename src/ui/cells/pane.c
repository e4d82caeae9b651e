/* SPDX-License-Identifier: ISC */
#include "ui/cells/pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define LINES		512
#define TAB		8
#define SEQUENCE_MOST	64	/* bytes of an escape sequence */
#define ESCAPE		0x1b
#define BELL		0x07

struct pane_cell {
	uint32_t	cp;
	uint8_t		style;
};

struct pane_line {
	struct pane_cell *cells;
	int		  n;
	int		  cap;
};

enum pane_state {
	PANE_TEXT,
	PANE_ESCAPE,		/* what kind of sequence? */
	PANE_CSI,		/* "[", up to a letter */
	PANE_STRING,		/* "]", "P": up to a bell or ESC \ */
	PANE_CHARSET		/* one more byte */
};

struct pane {
	int		 cols;
	struct pane_line lines[LINES];
	size_t		 first;		/* the oldest */
	size_t		 n;
	int		 col;		/* of the last line */
	uint8_t		 style;
	bool		 bold;
	enum pane_state	 state;
	char		 sequence[SEQUENCE_MOST];
	size_t		 nsequence;
	uint8_t		 partial[4];	/* of a character */
	size_t		 npartial;
	bool		 whole;
};

struct pane *
pane_new(int cols)
{
	struct pane *p = mem_alloc(sizeof(*p));

	p->n = 1;
	pane_resize(p, cols);
	return (p);
}

void
pane_free(struct pane *p)
{
	size_t i;

	if (p == NULL)
		return;
	for (i = 0; i < LINES; i++)
		free(p->lines[i].cells);
	free(p);
}

void
pane_resize(struct pane *p, int cols)
{
	p->cols = cols > 1 ? cols : 1;
}

bool
pane_whole(const struct pane *p)
{
	return (p->whole);
}

static struct pane_line *
last_line(struct pane *p)
{
	return (&p->lines[(p->first + p->n - 1) % LINES]);
}

static void
new_line(struct pane *p)
{
	if (p->n < LINES)
		p->n++;
	else
		p->first = (p->first + 1) % LINES;
	last_line(p)->n = 0;
}

static void
put(struct pane *p, uint32_t cp)
{
	struct pane_line *l;

	if (p->col >= p->cols) {
		new_line(p);
		p->col = 0;
	}
	l = last_line(p);
	if (l->cap <= p->col) {
		l->cap = p->col < p->cols ? p->cols : p->col + 1;
		l->cells = mem_array(l->cells, (size_t)l->cap,
		    sizeof(*l->cells));
	}
	for (; l->n < p->col; l->n++)
		l->cells[l->n] = (struct pane_cell){ ' ', STYLE_NORMAL };
	l->cells[p->col] = (struct pane_cell){ cp, p->style };
	if (l->n <= p->col)
		l->n = p->col + 1;
	p->col++;
}

/* Colours that mean something; the others are told apart by nothing. */
static void
set_colour(struct pane *p, unsigned long code)
{
	static const struct {
		unsigned long	code;
		enum style	style;
	} colours[] = {
		{ 2, STYLE_DIM }, { 31, STYLE_DANGER }, { 32, STYLE_GOOD },
		{ 33, STYLE_WARNING }, { 90, STYLE_DIM },
		{ 91, STYLE_DANGER }, { 92, STYLE_GOOD },
		{ 93, STYLE_WARNING },
	};
	size_t i;

	if (code == 0 || code == 39 || code == 22)
		p->style = STYLE_NORMAL;
	else if (code == 1 && p->style == STYLE_NORMAL)
		p->style = STYLE_STRONG;
	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		if (colours[i].code == code)
			p->style = (uint8_t)colours[i].style;
	}
}

static void
set_colours(struct pane *p)
{
	const char *s = p->sequence;
	char *end;
	unsigned long code;

	do {
		code = strtoul(s, &end, 10);
		/* 38;5;N and 38;2;R;G;B name colours that have no role. */
		if (code == 38 || code == 48)
			return;
		set_colour(p, code);
		s = end + 1;
	} while (*end == ';');
}

static void
erase(struct pane *p)
{
	struct pane_line *l = last_line(p);
	unsigned long how = strtoul(p->sequence, NULL, 10);

	if (how == 2)
		l->n = 0;
	else if (how == 0 && l->n > p->col)
		l->n = p->col;
}

static void
end_csi(struct pane *p, uint8_t letter)
{
	static const char *const screens[] = { "?1049", "?1047", "?47" };
	size_t i;

	p->sequence[p->nsequence] = '\0';
	if (letter == 'm')
		set_colours(p);
	else if (letter == 'K')
		erase(p);
	for (i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
		if (strcmp(p->sequence, screens[i]) == 0 &&
		    (letter == 'h' || letter == 'l'))
			p->whole = letter == 'h';
	}
}

/* A byte of a sequence. */
static void
sequence(struct pane *p, uint8_t c)
{
	switch (p->state) {
	case PANE_TEXT:
		break;
	case PANE_ESCAPE:
		p->nsequence = 0;
		p->state = c == '[' ? PANE_CSI : c == ']' || c == 'P' ||
		    c == '_' || c == '^' ? PANE_STRING :
		    c == '(' || c == ')' ? PANE_CHARSET : PANE_TEXT;
		break;
	case PANE_CSI:
		if (c >= 0x40 && c <= 0x7e) {
			end_csi(p, c);
			p->state = PANE_TEXT;
		} else if (c < 0x20) {
			p->state = PANE_TEXT;
		} else if (p->nsequence < SEQUENCE_MOST - 1) {
			p->sequence[p->nsequence++] = (char)c;
		}
		break;
	case PANE_STRING:
		if (c == BELL)
			p->state = PANE_TEXT;
		else if (c == ESCAPE)
			p->state = PANE_ESCAPE;
		break;
	case PANE_CHARSET:
		p->state = PANE_TEXT;
		break;
	}
}

static bool
control(struct pane *p, uint8_t c)
{
	switch (c) {
	case '\r':
		p->col = 0;
		return (true);
	case '\n':
		new_line(p);
		return (true);
	case '\b':
		p->col -= p->col > 0;
		return (true);
	case '\t':
		do
			put(p, ' ');
		while (p->col % TAB != 0 && p->col < p->cols);
		return (true);
	case ESCAPE:
		p->state = PANE_ESCAPE;
		return (true);
	default:
		return (c < 0x20 || c == 0x7f);
	}
}

static size_t
length_of(uint8_t c)
{
	return (c < 0x80 ? 1 : c >= 0xc2 && c < 0xe0 ? 2 :
	    c >= 0xe0 && c < 0xf0 ? 3 : c >= 0xf0 && c < 0xf5 ? 4 : 0);
}

/* Bytes that are no character are told as such. */
static void
character(struct pane *p, uint8_t c)
{
	static const uint8_t masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t cp;
	size_t i, n;

	if (p->npartial != 0 && (c & 0xc0) != 0x80) {
		put(p, 0xfffd);
		p->npartial = 0;
	}
	if (p->npartial == 0 && length_of(c) == 0) {
		put(p, 0xfffd);
		return;
	}
	p->partial[p->npartial++] = c;
	n = length_of(p->partial[0]);
	if (p->npartial < n)
		return;
	cp = p->partial[0] & masks[n];
	for (i = 1; i < n; i++)
		cp = cp << 6 | (p->partial[i] & 0x3f);
	p->npartial = 0;
	/* C1 controls, and what no canvas would take. */
	put(p, cp >= 0x80 && cp < 0xa0 ? 0xfffd : cp);
}

void
pane_write(struct pane *p, const uint8_t *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p->state != PANE_TEXT)
			sequence(p, bytes[i]);
		else if (!control(p, bytes[i]))
			character(p, bytes[i]);
	}
}

static void
draw_line(const struct pane_line *l, struct area a, int row)
{
	int i, col = 0;
	struct buf b = { 0 };

	for (i = 0; i < l->n && col < a.cols; i++) {
		buf_reset(&b);
		text_encode(&b, l->cells[i].cp);
		col += area_text(a, row, col, (enum style)l->cells[i].style,
		    buf_str(&b));
	}
	buf_free(&b);
}

int
pane_draw(const struct pane *p, struct area a, int up, bool cursor)
{
	int n = (int)p->n - up, rows = n < a.rows ? n : a.rows, i;

	for (i = 0; i < rows; i++)
		draw_line(&p->lines[(p->first + (size_t)(n - rows + i)) %
		    LINES], a, i);
	if (cursor && up == 0 && rows > 0 && p->col < a.cols) {
		a.canvas->cursor_row = a.row + rows - 1;
		a.canvas->cursor_col = a.col + p->col;
	}
	return (n - rows);
}
