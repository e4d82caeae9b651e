/* SPDX-License-Identifier: ISC */
/*
 * What the operator did: one key, click or paste, without curses.
 */
#ifndef UI_CELLS_PRESS_H
#define UI_CELLS_PRESS_H

#include <stdbool.h>
#include <stdint.h>

enum press_kind {
	PRESS_NONE,
	PRESS_CHAR,		/* cp; control keys as their code */
	PRESS_UP,
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_HOME,
	PRESS_END,
	PRESS_ENTER,
	PRESS_ESCAPE,
	PRESS_TAB,
	PRESS_BACKTAB,
	PRESS_BACKSPACE,
	PRESS_DELETE,
	PRESS_INSERT,
	PRESS_FUNCTION,		/* cp: 1 for F1 */
	PRESS_CLICK,		/* row, col */
	PRESS_WHEEL_UP,
	PRESS_WHEEL_DOWN,
	PRESS_PASTE,		/* text */
	PRESS_RESIZE
};

struct press {
	enum press_kind	 kind;
	uint32_t	 cp;
	bool		 alt;	/* CHAR, BACKSPACE: with Alt held */
	int		 row;
	int		 col;
	const char	*text;	/* PASTE: valid until the next press */
};

#define PRESS_CONTROL(c)	((uint32_t)(c) & 0x1f)

#endif
