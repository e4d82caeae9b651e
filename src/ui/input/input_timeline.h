/* What keys do to scope and ladder. For input.c alone. */
#ifndef UI_INPUT_INPUT_TIMELINE_H
#define UI_INPUT_INPUT_TIMELINE_H

#include "ui/input/input_list.h"

/* False: the act is none of these screens'. */
bool	input_timeline(const struct input *h, enum act a);

/* Rows, columns or units; Left and Right too. */
void	input_timeline_move(const struct input *h, enum act a, long step);
void	input_sequence_move(const struct input *h, long step);

/* Enter there. */
void	input_timeline_open(const struct input *h);
void	input_sequence_open(const struct input *h);

#endif
