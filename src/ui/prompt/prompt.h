/* SPDX-License-Identifier: ISC */
/*
 * The prompt: one line, edited, completed, checked as it is typed. What the
 * line is (commands, a text to look for, a filter) is the caller's business.
 */
#ifndef UI_PROMPT_PROMPT_H
#define UI_PROMPT_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/cells/press.h"
#include "ui/prompt/history.h"

enum prompt_kind {
	PROMPT_COMMAND,
	PROMPT_SEARCH,
	PROMPT_FILTER
};

struct prompt {
	bool		 open;
	enum prompt_kind kind;
	struct buf	 text;
	size_t		 at;		/* byte the cursor stands on */
	struct buf	 error;		/* why it cannot be sent, or "" */
	size_t		 wrong;		/* byte where the wrong word begins */
	struct buf	 choices;	/* what Tab could have meant, or "" */
	struct buf	 killed;	/* what Ctrl-Y brings back */
	struct history	 history;	/* of commands */
	size_t		 recalled;	/* history.n: none */
	bool		 seeking;	/* Ctrl-R: sought is being typed */
	struct buf	 sought;
	struct buf	 trouble;	/* why the history was not kept */
};

enum prompt_result {
	PROMPT_OPEN,		/* go on */
	PROMPT_CLOSED,		/* given up */
	PROMPT_LINE,		/* text is a line to be carried out */
	PROMPT_EDIT		/* text is wanted in the editor of bytes */
};

/* Opens it, empty or with a text to begin with. */
void	prompt_open(struct prompt *p, const char *text);
void	prompt_ask(struct prompt *p, enum prompt_kind kind,
	    const char *text);
void	prompt_close(struct prompt *p);
void	prompt_free(struct prompt *p);

/*
 * Takes one press. On PROMPT_LINE the line is in text and correct, commands
 * are in the history; the prompt is closed.
 */
enum prompt_result prompt_press(struct prompt *p, const struct press *press);

/*
 * The word at wrong is finished, so that the error is one; else it may only
 * be that more is to come.
 */
bool	prompt_is_wrong(const struct prompt *p);

#endif
