/*
 * The hand on the ladder: a key a rung.
 */
#ifndef UI_HAND_RECOVER_H
#define UI_HAND_RECOVER_H

#include "ui/hand.h"
#include "ui/hand_list.h"
#include "ui/keys.h"

/* What a press does on LOOK_RECOVER alone, or ACT_NONE. */
enum act	hand_recover_press(const struct hand *h,
		    const struct press *p);

/* Does one of those, or opens and moves what is selected there. */
void		hand_recover(const struct hand *h, enum act a,
		    const struct press *p);

/* Goes so many rows down, up if negative, in the order that is shown. */
void		hand_recover_move(const struct hand *h, long step);

/* Opens the screen, with the mildest that may help selected. */
void		hand_recover_show(struct look *look, const struct scene *sc);

#endif
