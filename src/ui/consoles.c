#include "ui/consoles.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The part of a look that belongs to one device. */
struct console_kept {
	struct list		list;
	struct memory_map	memory;
	enum look_tab		tab;
};

static void
put_away(struct look *look, struct console_kept *k)
{
	k->list = look->list;
	k->memory = look->memory;
	k->tab = look->tab;
	memset(&look->list, 0, sizeof(look->list));
	memset(&look->memory, 0, sizeof(look->memory));
}

static void
take_out(struct look *look, struct console_kept *k)
{
	look->list = k->list;
	look->memory = k->memory;
	look->tab = k->tab;
	memset(k, 0, sizeof(*k));
}

void
consoles_turn(struct look *look, const struct desk *d)
{
	size_t n = d->bench->nsessions;

	if (d->current == look->shown || d->current >= n)
		return;
	if (look->nkept < n) {
		look->kept = mem_array(look->kept, n, sizeof(*look->kept));
		memset(look->kept + look->nkept, 0,
		    (n - look->nkept) * sizeof(*look->kept));
		look->nkept = n;
	}
	put_away(look, &look->kept[look->shown]);
	take_out(look, &look->kept[d->current]);
	look->shown = d->current;
}

void
consoles_free(struct look *look)
{
	size_t i;

	for (i = 0; i < look->nkept; i++) {
		list_free(&look->kept[i].list);
		memory_map_clear(&look->kept[i].memory);
	}
	free(look->kept);
	look->kept = NULL;
	look->nkept = 0;
}

void
screen_show(struct look *look, enum look_screen screen)
{
	size_t n = sizeof(look->under) / sizeof(look->under[0]);

	if (look->screen != screen) {
		if (look->nunder == n) {
			memmove(look->under, look->under + 1,
			    (n - 1) * sizeof(look->under[0]));
			look->nunder--;
		}
		look->under[look->nunder].screen = look->screen;
		look->under[look->nunder++].scroll = look->scroll;
	}
	look->screen = screen;
	look->scroll = 0;
}

void
screen_back(struct look *look)
{
	if (look->nunder == 0) {
		screen_home(look, LOOK_CONSOLE);
		return;
	}
	look->nunder--;
	look->screen = look->under[look->nunder].screen;
	look->scroll = look->under[look->nunder].scroll;
}

void
screen_home(struct look *look, enum look_screen screen)
{
	look->nunder = 0;
	look->screen = screen;
	look->scroll = 0;
}

bool
screen_is_first(const struct look *look)
{
	return (look->screen == LOOK_CONSOLE ||
	    (look->screen == LOOK_DEVICES && look->nunder == 0));
}
