/* SPDX-License-Identifier: ISC */
/*
 * A canvas is an array of cells: code point, width, style. Views draw into
 * areas of it and cannot draw outside; no terminal is needed to test them.
 */
#ifndef UI_CELLS_CANVAS_H
#define UI_CELLS_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What a text is, not how it looks: term.c gives roles their looks. */
enum style {
	STYLE_NORMAL,
	STYLE_DIM,		/* not now, or not so important */
	STYLE_FRAME,
	STYLE_TITLE,
	STYLE_LABEL,		/* the name of a value */
	STYLE_STRONG,
	STYLE_PRESENT,		/* reported: the brightest of all */
	STYLE_ESTIMATED,
	STYLE_PATH,		/* the way taken */
	STYLE_GOOD,
	STYLE_WARNING,
	STYLE_DANGER,
	STYLE_KEY,
	STYLE_KEY_DANGER,
	STYLE_SELECTED,
	STYLE_BAR,		/* header and key bar */
	STYLE_WRONG,		/* a word that is */
	STYLE_ADVICE,		/* the key that is advised */
	STYLE_GHOST,		/* where a request that waits would lead */
	STYLE_TILE_GOOD,	/* a word on ground of its colour */
	STYLE_TILE_WARNING,
	STYLE_TILE_DANGER
};
#define STYLE_COUNT	(STYLE_TILE_DANGER + 1)

/* Heavier lines win where two meet. */
enum line {
	LINE_NONE,
	LINE_DOTTED,		/* by time alone */
	LINE_LIGHT,
	LINE_HEAVY
};

enum head {
	HEAD_UP,
	HEAD_DOWN,
	HEAD_LEFT,
	HEAD_RIGHT
};

struct cell {
	uint32_t	cp;
	uint8_t		width;	/* 1, 2; 0: the right half of the one before */
	uint8_t		style;	/* enum style */
	uint8_t		arms;	/* lines that leave the cell, two bits each */
};

struct canvas {
	int		 rows;
	int		 cols;
	bool		 ascii;		/* nothing but ASCII may be sent */
	int		 cursor_row;	/* -1: no cursor */
	int		 cursor_col;
	struct cell	*cells;		/* row by row */
};

/* Part of a canvas, with coordinates of its own; clipped to where it lies. */
struct area {
	struct canvas	*canvas;
	int		 row;		/* of its origin on the canvas */
	int		 col;
	int		 rows;
	int		 cols;
	int		 top;		/* drawn from here (canvas rows) ... */
	int		 left;
	int		 bottom;	/* ... to before here */
	int		 right;
};

/* A blank canvas; sizes below 1 count as 1. The caller frees. */
struct canvas	*canvas_new(int rows, int cols, bool ascii);
void		 canvas_free(struct canvas *c);

/* Another size, blank. */
void		 canvas_resize(struct canvas *c, int rows, int cols);
void		 canvas_clear(struct canvas *c);

/* The cell there, or NULL outside. */
const struct cell *canvas_cell(const struct canvas *c, int row, int col);

/*
 * Appends the text, row by row, blanks at the end of a row dropped. With
 * styles, a second picture follows in which each cell is a letter.
 */
void		 canvas_dump(const struct canvas *c, struct buf *b,
		    bool styles);

struct area	 canvas_area(struct canvas *c);

/* A part of an area; any numbers, even negative ones. */
struct area	 area_part(struct area a, int row, int col, int rows,
		    int cols);

/*
 * Writes text of the program's own, from left to right; what must not reach a
 * terminal becomes '?', what has no width is dropped. Returns the columns it
 * takes, shown or not.
 */
int		 area_text(struct area a, int row, int col, enum style st,
		    const char *s);
int		 area_textf(struct area a, int row, int col, enum style st,
		    const char *fmt, ...)
		    __attribute__((format(printf, 5, 6)));

/* The same for text of a device or a file: text_escape first. */
int		 area_foreign(struct area a, int row, int col, enum style st,
		    const char *s);

/* At most width columns; what is longer ends in an ellipsis. */
int		 area_fit(struct area a, int row, int col, int width,
		    enum style st, const char *s);

/* Ends at the right edge. */
void		 area_right(struct area a, int row, enum style st,
		    const char *s);

/* Breaks at blanks; returns the rows it takes, shown or not. */
int		 area_wrap(struct area a, int row, int col, int width,
		    enum style st, const char *s);

/* Blanks of that style. */
void		 area_fill(struct area a, int row, int col, int rows, int cols,
		    enum style st);
void		 area_restyle(struct area a, int row, int col, int cols,
		    enum style st);

/* A line along one row or one column, ends included; joins what it meets. */
void		 area_line(struct area a, int row, int col, int row2, int col2,
		    enum line l, enum style st);
void		 area_head(struct area a, int row, int col, enum head h,
		    enum line l, enum style st);

/* A frame around the area with a title in it (may be NULL). */
void		 area_frame(struct area a, enum style st, const char *title);

/* What is inside the frame. */
struct area	 area_inside(struct area a);

/* A bar: full of width cells are filled. */
void		 area_bar(struct area a, int row, int col, int width, int full,
		    enum style st);

/* Columns of s as area_text would draw it. */
int		 area_columns(const struct area *a, const char *s);

#endif
