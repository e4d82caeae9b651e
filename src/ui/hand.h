/*
 * The operator's hand: what presses do to the look, and which command line
 * they make. No terminal is needed.
 */
#ifndef UI_HAND_H
#define UI_HAND_H

#include <stdbool.h>

#include "base/buf.h"
#include "ui/press.h"
#include "ui/view.h"

/* The scene of the desk at now; takes in what is new for the list. */
struct scene	look_scene(struct look *look, const struct desk *d,
		    uint64_t now);
/* What is in sight is not all taken in yet: draw again soon. */
bool		look_behind(const struct look *look);
void		look_free(struct look *look);

/*
 * Takes a press. If it makes a command line, that is appended to line, and
 * *by_key says that a single key fired it. Returns false if the press is
 * for the terminal (redraw, suspend): see keys_act.
 */
bool	hand_press(struct look *look, const struct desk *d, uint64_t now,
	    const struct press *p, struct buf *line, bool *by_key);

#endif
