/*
 * Keys of the screen itself. Keys that send something are commands and stand
 * in the table of commands.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stddef.h>

#include "ui/press.h"

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
	ACT_DEVICES,
	ACT_REDRAW,
	ACT_SUSPEND
};

struct key_row {
	enum press_kind	 kind;
	uint32_t	 cp;
	enum act	 act;
	const char	*name;		/* NULL: a second key for the same */
	const char	*sentence;
	const char	*label;		/* for the key bar, or NULL */
};

extern const struct key_row key_rows[];
extern const size_t key_rows_count;

/* What a press does to the screen. */
enum act	 keys_act(const struct press *p);

#endif
