/* What input.c and input_press.c share. */
#ifndef UI_INPUT_INPUT_OWN_H
#define UI_INPUT_INPUT_OWN_H

#include "ui/input/input_list.h"

/* Does it; false: it is the terminal's business. */
bool	input_act(const struct input *h, enum act a, const struct press *p);

/* Goes so many rows down in what is in sight. */
void	input_move(const struct input *h, long step);

/* Goes deeper into what is selected. */
void	input_open_selected(const struct input *h);

#endif
