/* SPDX-License-Identifier: ISC */
#include "ui/view/screens.h"

const struct screen_row screen_rows[SCREEN_COUNT] = {
#define SCREEN(id, name, view, input)	[SCREEN_##id] = {		\
	.draw = view_##name, SCREEN_COLUMN view },
#include "ui/prompt/screens.def"
};

const struct screen_row *
screen_row(const struct view *view)
{
	return (&screen_rows[view->screen]);
}
