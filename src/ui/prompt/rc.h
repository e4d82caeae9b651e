/* SPDX-License-Identifier: ISC */
/*
 * What the operator has settled in his own file: keys and settings.
 *
 *	# comment
 *	key KEY COMMAND...	a line of commands, or what the screen does
 *	key KEY "TEXT"		is put into the prompt, to be finished
 *	key KEY none
 *	set NAME VALUE
 */
#ifndef UI_PROMPT_RC_H
#define UI_PROMPT_RC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/cells/press.h"
#include "ui/prompt/screens.h"

enum rc_background {
	RC_BACKGROUND_AUTO,
	RC_BACKGROUND_DARK,
	RC_BACKGROUND_LIGHT
};

struct rc_key {
	struct press	 press;
	char		*name;		/* of the key */
	enum act	 act;		/* ACT_NONE: see line */
	char		*line;		/* commands; NULL: the key is dead */
	bool		 prompt;	/* line is put into the prompt */
};

struct rc {
	bool			 color;
	bool			 ascii;
	bool			 mouse;
	bool			 clipboard;
	bool			 history;
	enum rc_background	 background;
	unsigned		 journals;	/* kept, at least 1 */
	unsigned		 keep_events;	/* in memory, at least 1 */
	struct rc_key		*keys;
	size_t			 nkeys;
};

#define RC_JOURNALS_MAX	100000
#define RC_KEEP_EVENTS	4000000
#define RC_KEEP_EVENTS_MAX	1000000000

/* The settings as they are without a file. */
void	rc_init(struct rc *rc);
void	rc_free(struct rc *rc);

/*
 * Takes in a file's text. What is wrong is left out, and a line about it,
 * that names file, line and word, is appended to errors.
 */
void	rc_parse(struct rc *rc, const char *text, const char *name,
	    struct buf *errors);

/* Appends everything that is in force, as rc_parse reads it. */
void	rc_print(const struct rc *rc, struct buf *b);

#endif
