/*
 * Keys of the screen itself. Keys that send something are commands and stand
 * in the table of commands.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/press.h"
#include "ui/view.h"

enum act {
	ACT_NONE,
	ACT_UP,
	ACT_DOWN,
	ACT_PAGE_UP,
	ACT_PAGE_DOWN,
	ACT_FIRST,
	ACT_LAST,
	ACT_OPEN,
	ACT_BACK,
	ACT_TAB,
	ACT_PROMPT,
	ACT_HELP,
	ACT_ABOUT,
	ACT_DEVICE,
	ACT_DEVICES,
	ACT_NUMBER,		/* the press's digit says which device */
	ACT_TIMES,
	ACT_REDRAW,
	ACT_SUSPEND
};

#define KEY_ON(screen)	(1u << (screen))
#define KEY_ON_ALL	(~0u)

struct key_row {
	enum press_kind	 kind;
	uint32_t	 cp;
	enum act	 act;
	const char	*name;		/* NULL: a second key for the same */
	const char	*sentence;
	const char	*label;		/* for the key bar, or NULL */
	unsigned	 on;		/* screens on which it does something */
	unsigned	 bar;		/* and on whose key bar it stands */
};

extern const struct key_row key_rows[];
extern const size_t key_rows_count;

/* What a press does to the screen. */
enum act	 keys_act(const struct press *p);

/* The row does something there. */
bool		 keys_work(const struct key_row *row, enum look_screen screen);

/* Commands can be fired there by their keys: the device is in sight. */
bool		 keys_command(enum look_screen screen);

#endif
