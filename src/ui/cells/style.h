/* SPDX-License-Identifier: ISC */
/*
 * What a role of text looks like, for terminals of all kinds.
 */
#ifndef UI_CELLS_STYLE_H
#define UI_CELLS_STYLE_H

#include <stdbool.h>

#include "ui/cells/canvas.h"

/* What stands behind the text. */
enum style_ground {
	STYLE_GROUND_AUTO,	/* what $COLORFGBG says, else dark */
	STYLE_GROUND_DARK,
	STYLE_GROUND_LIGHT
};

struct style_look {
	bool	bold;
	bool	dim;
	bool	reverse;
	bool	underline;
	int	colour;		/* -1: the terminal's own */
};

/* For a terminal of so many colours, 0: none. */
struct style_look style_look(enum style st, int colours,
	    enum style_ground ground);

#endif
