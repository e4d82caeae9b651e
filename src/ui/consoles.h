/*
 * One console for each device: what the operator left behind when he turned
 * to another one is there again when he comes back.
 */
#ifndef UI_CONSOLES_H
#define UI_CONSOLES_H

#include "ui/view.h"

/* The desk turned to another session: puts the look away, takes the other. */
void	consoles_turn(struct look *look, const struct desk *d);
void	consoles_free(struct look *look);

/* Goes to a screen; screen_back returns to the one before. */
void	screen_show(struct look *look, enum look_screen screen);
void	screen_back(struct look *look);

/* Nothing lies under it: q ends the program; elsewhere it goes back. */
bool	screen_is_first(const struct look *look);

/* Forgets the way: the screen is the first one. */
void	screen_home(struct look *look, enum look_screen screen);

#endif
