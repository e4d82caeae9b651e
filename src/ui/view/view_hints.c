/* SPDX-License-Identifier: ISC */
/* What somebody who has never seen the console wants to know. Shown once. */
#include "ui/view/view.h"

static const struct {
	const char	*key;
	const char	*words;
} hints[] = {
	{ "s", "query the state. Nothing has been sent to the device yet." },
	{ "F1", "explain the present state and what to try. Enter shows the "
	    "verdict in full." },
	{ "?", "list the keys. Keys marked ! can lose or destroy something." }
};
#define NHINTS	((int)(sizeof(hints) / sizeof(hints[0])))

void
view_hints(struct area a)
{
	int width = a.cols < 100 ? a.cols : 100, rows = 0, i;
	struct area nowhere = area_part(a, 0, 0, 0, 0), box, in;

	for (i = 0; i < NHINTS; i++)
		rows += area_wrap(nowhere, 0, 0, width - 8, STYLE_NORMAL,
		    hints[i].words);
	box = area_part(a, a.rows - rows - 2, (a.cols - width) / 2, rows + 2,
	    width);
	area_fill(box, 0, 0, box.rows, box.cols, STYLE_NORMAL);
	area_frame(box, STYLE_ESTIMATED, "Getting started (any key closes)");
	in = area_inside(box);
	for (i = 0, rows = 0; i < NHINTS; i++) {
		area_text(in, rows, 1, STYLE_KEY, hints[i].key);
		rows += area_wrap(in, rows, 4, width - 8, STYLE_NORMAL,
		    hints[i].words);
	}
}
