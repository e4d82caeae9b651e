/* SPDX-License-Identifier: ISC */
/*
 * The screens on top of each other: where Esc leads.
 */
#ifndef UI_VIEW_SCREEN_STACK_H
#define UI_VIEW_SCREEN_STACK_H

#include "ui/view/view.h"

/* Goes to a screen; screen_back returns to the one before. */
void	screen_show(struct view *view, enum screen_id screen);
void	screen_back(struct view *view);

/* Nothing lies under it: q ends the program; elsewhere it goes back. */
bool	screen_is_first(const struct view *view);

/* Forgets the way: the screen is the first one. */
void	screen_home(struct view *view, enum screen_id screen);

#endif
