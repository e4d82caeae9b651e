/* SPDX-License-Identifier: ISC */
#include "ui/view/consoles.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The part of the view that belongs to one device. */
struct console_kept {
	struct list		list;
	struct memory_map	memory;
	enum tab		tab;
};

static void
put_away(struct view *view, struct console_kept *k)
{
	k->list = view->list;
	k->memory = view->memory;
	k->tab = view->tab;
	memset(&view->list, 0, sizeof(view->list));
	memset(&view->memory, 0, sizeof(view->memory));
}

static void
take_out(struct view *view, struct console_kept *k)
{
	view->list = k->list;
	view->memory = k->memory;
	view->tab = k->tab;
	memset(k, 0, sizeof(*k));
}

void
consoles_turn(struct view *view, const struct app *d)
{
	size_t n = d->sessions->n;

	if (d->current == view->shown || d->current >= n)
		return;
	if (view->nkept < n) {
		view->kept = mem_array(view->kept, n, sizeof(*view->kept));
		memset(view->kept + view->nkept, 0,
		    (n - view->nkept) * sizeof(*view->kept));
		view->nkept = n;
	}
	put_away(view, &view->kept[view->shown]);
	take_out(view, &view->kept[d->current]);
	view->shown = d->current;
}

void
consoles_free(struct view *view)
{
	size_t i;

	for (i = 0; i < view->nkept; i++) {
		list_free(&view->kept[i].list);
		memory_map_clear(&view->kept[i].memory);
	}
	free(view->kept);
	view->kept = NULL;
	view->nkept = 0;
}
