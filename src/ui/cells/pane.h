/* SPDX-License-Identifier: ISC */
/*
 * What another program writes to a terminal, as lines of cells. CR, LF, BS,
 * tabs and colours are understood, other sequences are passed over. Foreign
 * bytes: nothing of them reaches the terminal but as cells.
 */
#ifndef UI_CELLS_PANE_H
#define UI_CELLS_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/cells/canvas.h"

struct pane;

/* Lines of that many columns; the oldest go. */
struct pane	*pane_new(int cols);
void		 pane_free(struct pane *p);

void		 pane_write(struct pane *p, const uint8_t *bytes, size_t n);

/* What is written from now on wraps there. */
void		 pane_resize(struct pane *p, int cols);

/* It draws on all of the screen: cells cannot tell what that means. */
bool		 pane_whole(const struct pane *p);

/*
 * Draws the last lines into a, `up` of them passed over; returns how many more
 * there are above. cursor: where the program writes.
 */
int		 pane_draw(const struct pane *p, struct area a, int up,
		    bool cursor);

#endif
