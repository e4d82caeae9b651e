/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as what a tool writes to its terminal, which is of the width that
 * the first byte says and half of it later on. All that can be seen of them
 * is cells within the area, and none of them is a control.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "ui/cells/canvas.h"
#include "ui/cells/pane.h"

#define ROWS	8

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check(const struct pane *pane, int cols, int up)
{
	struct canvas *c = canvas_new(ROWS + 2, cols + 2, false);
	struct area a = area_part(canvas_area(c), 1, 1, ROWS, cols);
	int row, col;

	must(pane_draw(pane, a, up, true) >= 0);
	for (row = 0; row < c->rows; row++) {
		for (col = 0; col < c->cols; col++) {
			const struct cell *x = &c->cells[row * c->cols + col];

			must(x->cp >= ' ' || x->width == 0);
			must(x->cp < 0x7f || x->cp >= 0xa0);
			must((row > 0 && row <= ROWS && col > 0 &&
			    col <= cols) || x->cp == ' ');
		}
	}
	must(c->cursor_row <= ROWS && c->cursor_col <= cols);
	canvas_free(c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	int cols = n != 0 ? p[0] % 100 + 2 : 2;
	struct pane *pane = pane_new(cols);
	size_t half = n / 2;

	if (n != 0)
		pane_write(pane, p + 1, half > 0 ? half - 1 : 0);
	check(pane, cols, 0);
	pane_resize(pane, cols / 2);
	pane_write(pane, p + half, n - half);
	check(pane, cols / 2, 0);
	check(pane, cols, 3);
	(void)pane_whole(pane);
	pane_free(pane);
	return (0);
}
