/* SPDX-License-Identifier: ISC */
#include "ui/view/screen_stack.h"
#include "ui/view/screens.h"

#include <string.h>

void
screen_show(struct view *view, enum screen_id screen)
{
	size_t n = sizeof(view->under) / sizeof(view->under[0]);

	if (view->screen != screen) {
		if (view->nunder == n) {
			memmove(view->under, view->under + 1,
			    (n - 1) * sizeof(view->under[0]));
			view->nunder--;
		}
		view->under[view->nunder].screen = view->screen;
		view->under[view->nunder++].scroll = view->scroll;
	}
	view->screen = screen;
	view->scroll = 0;
	buf_reset(&view->sought);
}

void
screen_back(struct view *view)
{
	if (view->nunder == 0) {
		screen_home(view, SCREEN_CONSOLE);
		return;
	}
	buf_reset(&view->sought);
	view->nunder--;
	view->screen = view->under[view->nunder].screen;
	view->scroll = view->under[view->nunder].scroll;
}

void
screen_home(struct view *view, enum screen_id screen)
{
	view->nunder = 0;
	view->screen = screen;
	view->scroll = 0;
}

bool
screen_is_first(const struct view *view)
{
	return (view->nunder == 0 && screen_row(view)->first);
}
