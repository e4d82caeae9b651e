/* SPDX-License-Identifier: ISC */
/*
 * What presses do to the view, and which command line they make. No terminal
 * is needed.
 */
#ifndef UI_INPUT_INPUT_H
#define UI_INPUT_INPUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "ui/cells/press.h"
#include "ui/view/view.h"

/*
 * Takes a press. If it makes a command line, that is appended to line, and
 * *by_key says that a single key fired it. Returns false if the press is
 * for the terminal (redraw, suspend): see keys_act.
 */
bool	input_press(struct view *view, const struct app *d, uint64_t now,
	    const struct press *p, struct buf *line, bool *by_key);

#endif
