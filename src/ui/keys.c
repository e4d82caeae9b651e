#include "ui/keys.h"

const struct key_row key_rows[] = {
	{ PRESS_CHAR, ':', ACT_PROMPT, ":", "types a command; Tab completes",
	    "Command" },
	{ PRESS_CHAR, '?', ACT_HELP, "?  F1", "shows this help", "Help" },
	{ PRESS_FUNCTION, 1, ACT_HELP, NULL, NULL, NULL },
	{ PRESS_ENTER, 0, ACT_OPEN, "Enter",
	    "decodes the request that is selected", NULL },
	{ PRESS_ESCAPE, 0, ACT_BACK, "Esc",
	    "goes back; in the list: follows the latest again", NULL },
	{ PRESS_UP, 0, ACT_UP, "Up", "selects the request above; the list "
	    "no longer follows", NULL },
	{ PRESS_DOWN, 0, ACT_DOWN, "Down", "selects the request below",
	    NULL },
	{ PRESS_PAGE_UP, 0, ACT_PAGE_UP, "PgUp", "goes up a page", NULL },
	{ PRESS_PAGE_DOWN, 0, ACT_PAGE_DOWN, "PgDn", "goes down a page",
	    NULL },
	{ PRESS_HOME, 0, ACT_FIRST, "Home", "selects the first request",
	    NULL },
	{ PRESS_END, 0, ACT_LAST, "End", "follows the latest request", NULL },
	{ PRESS_TAB, 0, ACT_TAB, "Tab",
	    "changes what a small screen shows: now, if you send, requests",
	    NULL },
	{ PRESS_FUNCTION, 2, ACT_DEVICES, "F2", "lists the devices", NULL },
	{ PRESS_CHAR, PRESS_CONTROL('l'), ACT_REDRAW, "Ctrl-L",
	    "draws the screen anew", NULL },
	{ PRESS_CHAR, PRESS_CONTROL('z'), ACT_SUSPEND, NULL, NULL, NULL }
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
