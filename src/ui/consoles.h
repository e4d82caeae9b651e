/*
 * One console for each device: what the operator left behind when he turned
 * to another one is there again when he comes back.
 */
#ifndef UI_CONSOLES_H
#define UI_CONSOLES_H

#include "ui/view.h"

/*
 * The application state turned to another session: puts the look away, takes
 * the other.
 */
void	consoles_turn(struct view *view, const struct app *d);
void	consoles_free(struct view *view);

/* Goes to a screen; screen_back returns to the one before. */
void	screen_show(struct view *view, enum screen_id screen);
void	screen_back(struct view *view);

/* Nothing lies under it: q ends the program; elsewhere it goes back. */
bool	screen_is_first(const struct view *view);

/* Forgets the way: the screen is the first one. */
void	screen_home(struct view *view, enum screen_id screen);

#endif
