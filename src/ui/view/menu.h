/* SPDX-License-Identifier: ISC */
/*
 * The menu of lessons: one to choose, what the rules score, what is due. Made
 * of words; who shows it knows where they come from.
 */
#ifndef UI_VIEW_MENU_H
#define UI_VIEW_MENU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/cells/canvas.h"
#include "ui/cells/press.h"

struct menu_row {
	const char	*id;
	const char	*title;
	struct buf	 state;		/* "step 3 of 14" */
};

struct menu_rule {
	const char	*id;
	const char	*name;
	uint32_t	 right;
	uint32_t	 seen;
	bool		 due;
};

struct menu {
	struct menu_row	 *rows;
	size_t		  n;
	struct menu_rule *rules;
	size_t		  nrules;
	size_t		  due;		/* cards */
	size_t		  next;		/* row that comes next; n: none */
	size_t		  selected;
	size_t		  typed;	/* number so far; 0: none */
	size_t		  top;		/* row, as drawn */
	int		  rows_drawn;
	int		  cols_drawn;	/* of the list */
};

enum menu_act {
	MENU_STAYS,
	MENU_OPENS,		/* the selected row */
	MENU_QUITS
};

void		menu_draw(struct canvas *c, struct menu *m);
enum menu_act	menu_press(struct menu *m, const struct press *p);
void		menu_free(struct menu *m);

#endif
