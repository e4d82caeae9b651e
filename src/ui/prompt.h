/*
 * The prompt: one line of commands, edited, completed, checked as typed.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/press.h"

#define PROMPT_HISTORY	100

struct prompt {
	bool		 open;
	struct buf	 text;
	size_t		 at;		/* byte the cursor stands on */
	struct buf	 error;		/* why it cannot be sent, or "" */
	struct buf	 choices;	/* what Tab could have meant, or "" */
	char		*history[PROMPT_HISTORY];
	size_t		 nhistory;
	size_t		 recalled;	/* nhistory: none */
};

enum prompt_result {
	PROMPT_OPEN,		/* go on */
	PROMPT_CLOSED,		/* given up */
	PROMPT_LINE		/* text is a line to be carried out */
};

/* Opens it, empty or with a text to begin with. */
void	prompt_open(struct prompt *p, const char *text);
void	prompt_close(struct prompt *p);
void	prompt_free(struct prompt *p);

/*
 * Takes one press. On PROMPT_LINE the line is in text, in the history, and
 * compiles; the prompt is closed.
 */
enum prompt_result prompt_press(struct prompt *p, const struct press *press);

#endif
