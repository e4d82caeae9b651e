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

/* What keys can do to the screen. */
enum act {
	ACT_NONE,
	ACT_UP,
	ACT_DOWN,
	ACT_LEFT,
	ACT_RIGHT,
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
	ACT_WHAT_IF,
	ACT_PAUSE,
	ACT_FOLD,
	ACT_SEARCH,
	ACT_NEXT,
	ACT_PREVIOUS,
	ACT_FILTER,
	ACT_MARK,
	ACT_NEXT_MARK,
	ACT_PREVIOUS_MARK,
	ACT_COPY,
	ACT_COPY_COMMAND,
	ACT_EDIT,
	ACT_RECOVER,
	ACT_RECOVERY_ACTION,		/* the digit says which */
	ACT_RECOVERY_ACTIONS,
	ACT_SAVE_WAY,
	ACT_TIMELINE,
	ACT_SEQUENCE,
	ACT_ZOOM_IN,
	ACT_ZOOM_OUT,
	ACT_FIT,
	ACT_GAPS,		/* cut, or in full */
	ACT_NEXT_TROUBLE,
	ACT_PREVIOUS_TROUBLE,
	ACT_NEXT_FINDING,
	ACT_PREVIOUS_FINDING,
	ACT_FINDINGS,
	ACT_PROOF,
	ACT_TRY,
	ACT_REDRAW,
	ACT_SUSPEND
};
#define ACT_COUNT	(ACT_SUSPEND + 1)

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
	struct rc_key		*keys;
	size_t			 nkeys;
};

#define RC_JOURNALS_MAX	100000

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
