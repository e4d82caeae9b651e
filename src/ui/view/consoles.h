/* SPDX-License-Identifier: ISC */
/*
 * One console for each device: what the operator left behind when he turned
 * to another one is there again when he comes back.
 */
#ifndef UI_VIEW_CONSOLES_H
#define UI_VIEW_CONSOLES_H

#include "ui/view/view.h"

/*
 * The application state turned to another session: puts away what was seen of
 * the one, takes out what was seen of the other.
 */
void	consoles_turn(struct view *view, const struct app *d);
void	consoles_free(struct view *view);

#endif
