/* What hand.c and hand_press.c share. */
#ifndef UI_HAND_OWN_H
#define UI_HAND_OWN_H

#include "ui/hand_list.h"

/* Does it; false: it is the terminal's business. */
bool	hand_act(const struct hand *h, enum act a, const struct press *p);

/* Goes so many rows down in what is in sight. */
void	hand_move(const struct hand *h, long step);

/* Goes deeper into what is selected. */
void	hand_open_selected(const struct hand *h);

#endif
