/* What keys do to scope and ladder. For hand.c alone. */
#ifndef UI_HAND_SCOPE_H
#define UI_HAND_SCOPE_H

#include "ui/hand_list.h"

/* False: the act is none of these screens'. */
bool	hand_scope(const struct hand *h, enum act a);

/* Rows, columns or units; Left and Right too. */
void	hand_scope_move(const struct hand *h, enum act a, long step);
void	hand_ladder_move(const struct hand *h, long step);

/* Enter there. */
void	hand_scope_open(const struct hand *h);
void	hand_ladder_open(const struct hand *h);

#endif
