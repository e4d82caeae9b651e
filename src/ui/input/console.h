/* SPDX-License-Identifier: ISC */
/*
 * The console: the front a person sits at. input.h and view.h are the same
 * without a terminal.
 */
#ifndef UI_INPUT_CONSOLE_H
#define UI_INPUT_CONSOLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "command/frontend.h"
#include "lesson/lesson_run.h"
#include "ui/prompt/rc.h"

struct console_config {
	const char		*line;	/* to begin with, or NULL */
	const struct rc	*rc;		/* must outlive the front */
	const char	*history;	/* path of the prompt's, or NULL */
	const char	*notice;	/* to be said at first, or NULL */
	bool		 first;	/* the operator never saw it: hints */
	const struct lesson_config *lesson;	/* to be taken, or NULL */
	const char	*progress;	/* path of how far one is, or NULL */
	const char	*memory;	/* path of what was learnt, or NULL */
	/* How the lesson ended: the run is to be freed; NULL: nobody asks. */
	struct lesson_run *ended;
	bool		*next;		/* the next lesson is wished, or NULL */
	/* What a paste of several lines tells as a log of another tool;
	 * false: it is none, and goes into the prompt. NULL: all do. */
	bool		(*read_paste)(const char *text, struct buf *said);
};

/* Takes the terminal over; NULL: error says why not. */
struct frontend	*console_new(const struct console_config *config,
		    struct buf *error);

/* Gives the terminal back. NULL is fine. */
void		 console_free(struct frontend *f);

#endif
