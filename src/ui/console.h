/*
 * The console: the front a person sits at. hand.h and view.h are the same
 * without a terminal.
 */
#ifndef UI_CONSOLE_H
#define UI_CONSOLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "model/front.h"

/*
 * Takes the terminal over; NULL: error says why not. first: the operator has
 * never seen it and gets three hints.
 */
struct front	*console_new(bool first, struct buf *error);

/* Gives the terminal back. NULL is fine. */
void		 console_free(struct front *f);

#endif
