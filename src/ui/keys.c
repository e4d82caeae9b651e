#include "ui/keys.h"

#define CONSOLE	KEY_ON(LOOK_CONSOLE)
#define DETAIL	KEY_ON(LOOK_DETAIL)
#define DEVICE	KEY_ON(LOOK_DEVICE)
#define LISTS	(KEY_ON(LOOK_DEVICES) | KEY_ON(LOOK_SUBJECTS))
#define ALL	KEY_ON_ALL

const struct key_row key_rows[] = {
	{ PRESS_CHAR, ':', ACT_PROMPT, ":", "types a command; Tab completes",
	    "Command", ALL, ALL },
	{ PRESS_CHAR, '?', ACT_HELP, "?", "shows the keys that work here; "
	    "once more: pages about everything", "Help", ALL, ALL },
	{ PRESS_UP, 0, ACT_UP, "Up", "goes a row up; the list of requests no "
	    "longer follows", NULL, ALL, 0 },
	{ PRESS_DOWN, 0, ACT_DOWN, "Down", "goes a row down", NULL, ALL, 0 },
	{ PRESS_PAGE_UP, 0, ACT_PAGE_UP, "PgUp", "goes up a page", NULL,
	    ALL, 0 },
	{ PRESS_PAGE_DOWN, 0, ACT_PAGE_DOWN, "PgDn", "goes down a page",
	    NULL, ALL, 0 },
	{ PRESS_HOME, 0, ACT_FIRST, "Home", "goes to the first row", NULL,
	    ALL, 0 },
	{ PRESS_END, 0, ACT_LAST, "End", "goes to the last row; the list of "
	    "requests follows again", NULL, ALL, 0 },
	{ PRESS_ENTER, 0, ACT_OPEN, "Enter", "goes deeper: opens what is "
	    "selected, decodes a request; sends nothing", "Open",
	    CONSOLE | LISTS, LISTS },
	{ PRESS_ESCAPE, 0, ACT_BACK, "Esc", "goes back; in the console: "
	    "follows the latest request again", "Back", ALL,
	    ALL & ~CONSOLE },
	{ PRESS_FUNCTION, 1, ACT_ABOUT, "F1", "a page about what is in "
	    "sight: the state, the request; once more: all pages", "About",
	    ALL, DETAIL | DEVICE },
	{ PRESS_CHAR, 'i', ACT_DEVICE, "i", "shows the device: its memory, "
	    "alternate settings, descriptors; sends nothing", "Device",
	    CONSOLE | DETAIL, CONSOLE },
	{ PRESS_CHAR, 't', ACT_TIMES, "t", "shows visits and time of each "
	    "state instead of the map, and back", NULL, CONSOLE, 0 },
	{ PRESS_TAB, 0, ACT_TAB, "Tab",
	    "changes what a small screen shows: now, if you send, requests",
	    NULL, CONSOLE, 0 },
	{ PRESS_CHAR, '0', ACT_DEVICES, "0  F2", "lists the devices", NULL,
	    ALL, 0 },
	{ PRESS_FUNCTION, 2, ACT_DEVICES, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '1', ACT_NUMBER, "1 to 9", "opens the console of the "
	    "device of that number; each is left as it was; sends nothing",
	    NULL, ALL, 0 },
	{ PRESS_CHAR, '2', ACT_NUMBER, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '3', ACT_NUMBER, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '4', ACT_NUMBER, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '5', ACT_NUMBER, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '6', ACT_NUMBER, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '7', ACT_NUMBER, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '8', ACT_NUMBER, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, '9', ACT_NUMBER, NULL, NULL, NULL, ALL, 0 },
	{ PRESS_CHAR, PRESS_CONTROL('l'), ACT_REDRAW, "Ctrl-L",
	    "draws the screen anew", NULL, ALL, 0 },
	{ PRESS_CHAR, PRESS_CONTROL('z'), ACT_SUSPEND, NULL, NULL, NULL,
	    ALL, 0 }
};
const size_t key_rows_count = sizeof(key_rows) / sizeof(key_rows[0]);

enum act
keys_act(const struct press *p)
{
	size_t i;

	for (i = 0; i < key_rows_count; i++)
		if (key_rows[i].kind == p->kind && key_rows[i].cp == p->cp)
			return (key_rows[i].act);
	return (ACT_NONE);
}

bool
keys_work(const struct key_row *row, enum look_screen screen)
{
	return ((row->on & KEY_ON(screen)) != 0);
}

bool
keys_command(enum look_screen screen)
{
	return (screen == LOOK_CONSOLE || screen == LOOK_DETAIL ||
	    screen == LOOK_DEVICE);
}
