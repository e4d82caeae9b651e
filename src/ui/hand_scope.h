/* What keys do to scope and ladder. For hand.c alone. */
#ifndef UI_HAND_SCOPE_H
#define UI_HAND_SCOPE_H

#include "ui/hand_list.h"

/* False: the act is none of these screens'. */
bool	input_timeline(const struct input *h, enum act a);

/* Rows, columns or units; Left and Right too. */
void	input_timeline_move(const struct input *h, enum act a, long step);
void	input_sequence_move(const struct input *h, long step);

/* Enter there. */
void	input_timeline_open(const struct input *h);
void	input_sequence_open(const struct input *h);

#endif
