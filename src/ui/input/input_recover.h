/* What keys do on the screen of the ways out. */
#ifndef UI_INPUT_INPUT_RECOVER_H
#define UI_INPUT_INPUT_RECOVER_H

#include "ui/input/input.h"
#include "ui/input/input_list.h"
#include "ui/prompt/keys.h"

/* What a press does on SCREEN_RECOVER alone, or ACT_NONE. */
enum act	input_recover_press(const struct input *h,
		    const struct press *p);

/* Does one of those, or opens and moves what is selected there. */
void		input_recover(const struct input *h, enum act a,
		    const struct press *p);

/* Goes so many rows down, up if negative, in the order that is shown. */
void		input_recover_move(const struct input *h, long step);

#endif
