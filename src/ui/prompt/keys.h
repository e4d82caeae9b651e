/* SPDX-License-Identifier: ISC */
/*
 * Keys: those of the screen itself are rows of screens.def, those that send
 * something are commands and stand in the table of commands; the operator's
 * own file goes before both.
 */
#ifndef UI_PROMPT_KEYS_H
#define UI_PROMPT_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "command/command.h"
#include "ui/cells/press.h"
#include "ui/prompt/rc.h"
#include "ui/prompt/screens.h"

#define KEY_ON(screen)	(1u << (screen))
#define KEY_ON_ALL	(~0u)

struct key_row {
	enum press_kind	 kind;
	uint32_t	 cp;
	uint32_t	 last;		/* 0: or from cp to this one */
	enum act	 act;
	const char	*word;		/* in the operator's file, or NULL */
	const char	*name;		/* NULL: a second key for the same */
	const char	*sentence;
	const char	*label;		/* for the key bar, or NULL */
	const char	*brief;		/* the same on a narrow one, or NULL */
	unsigned	 on;		/* screens on which it does something */
	unsigned	 bar;		/* and on whose key bar it stands */
	enum screen_id	 shows;		/* if it is done by input_show */
	bool		 local;		/* it is no key on other screens */
	bool		 asks;		/* it is for who asks the device */
};

extern const struct key_row key_rows[];
extern const size_t key_rows_count;

/* What a press does: changes the screen, or makes a line of commands. */
struct key_does {
	enum act		 act;	/* ACT_NONE: see line */
	const char		*line;	/* NULL: nothing */
	bool			 prompt; /* line is put into the prompt */
	const struct command_row *row;	/* the first command of line */
};

/*
 * On that screen. rc may be NULL here and below: no key is the operator's
 * own.
 */
struct key_does	 keys_find(const struct rc *rc, enum screen_id screen,
		    const struct press *p);

/* The first row of an act; never ACT_NONE. */
const struct key_row *keys_row(enum act act);

/*
 * The key that fires a command, or does something to the screen, as it is
 * shown: "s", "F5", "Ctrl-X"; NULL if there is none. Valid until rc changes.
 */
const char	*keys_of_command(const struct rc *rc,
		    const struct command_row *row);
const char	*keys_of_act(const struct rc *rc, enum act act);

/* The name of a key, and back; case of a single letter counts. */
void		 keys_name(const struct press *p, struct buf *b);
bool		 keys_named(const char *name, struct press *p);

/* What a word of the operator's file does to the screen. */
bool		 keys_act_named(const char *name, enum act *act);

/* The first command of a line, or NULL. */
const struct command_row *keys_first_command(const char *line);

/* The row does something there. */
bool		 keys_work(const struct key_row *row, enum screen_id screen);

/* The same; served: not if it is for who asks the device, which hosts do. */
bool		 keys_live(const struct key_row *row, enum screen_id screen,
		    bool served);

#endif
