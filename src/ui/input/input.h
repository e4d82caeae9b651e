/*
 * The operator's hand: what presses do to the look, and which command line
 * they make. No terminal is needed.
 */
#ifndef UI_INPUT_INPUT_H
#define UI_INPUT_INPUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "command/app_effect.h"
#include "ui/cells/press.h"
#include "ui/view/view.h"

/*
 * The frame of the application state at now; takes in what is new for the list.
 */
struct frame	view_frame(struct view *view, const struct app *d,
		    uint64_t now);
/* Shows what a command asked for: help, a what-if, the ways out. */
void		view_show(struct view *view, const struct app *d,
		    const struct app_effect *e, uint64_t now);
/* What is in sight is not all taken in yet: draw again soon. */
bool		view_behind(const struct view *view);
void		view_free(struct view *view);

/*
 * Takes a press. If it makes a command line, that is appended to line, and
 * *by_key says that a single key fired it. Returns false if the press is
 * for the terminal (redraw, suspend): see keys_act.
 */
bool	input_press(struct view *view, const struct app *d, uint64_t now,
	    const struct press *p, struct buf *line, bool *by_key);

#endif
