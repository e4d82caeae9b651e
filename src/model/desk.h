/*
 * The desk is where the operator sits: the bench, a runner for each session,
 * which one is in view, and what was last said to him. Fronts read it; the
 * loop alone changes it.
 */
#ifndef MODEL_DESK_H
#define MODEL_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/bench.h"
#include "model/export.h"
#include "model/runner.h"
#include "model/severity.h"

struct what_if_row;

struct desk {
	struct bench		 *bench;
	struct runner		**runners;	/* as many as sessions */
	size_t			  nrunners;
	size_t			  current;	/* session in view */
	const char		 *target;	/* as it was asked for */
	const char		 *journal;	/* path, or NULL */
	bool			  simulated;	/* every target is */
	int			  truth;	/* its own state, or -1 */
	bool			  recording;	/* into a recipe */
	struct runner_policy	  policy;	/* for new runners */

	struct buf		  message;	/* last thing said, or "" */
	enum severity		  message_severity;
	uint64_t		  message_at;

	/* Wishes of commands that act at once; the loop grants them. */
	bool			  quit;
	bool			  help;		/* the front shows its help */
	bool			  what_if;	/* the front tells it */
	const struct what_if_row *what_if_row;	/* of which; NULL: all */
	bool			  ways;		/* the front tells them */
	bool			  cancel; /* the request in flight, the job */
	bool			  plug;		/* the simulated device */
	bool			  unplug;
	bool			  answered;	/* the question: see yes */
	bool			  yes;
	struct buf		  mark; /* text for the journal, or "" */
	struct export_wish	  export;
	struct buf		  record; /* FILE to begin with, or "" */
	bool			  unrecord;	/* ends it */
	struct buf		  instead; /* of the held request, or "" */
	struct buf		  told;	/* what holds now, to be said, or "" */
	struct buf		  question; /* whether to quit, or "" */
	bool			  sure;		/* yes was said to it */
};

/*
 * What the time is for who looks at the desk: that of the last event if what
 * is looked at is past, else now. us.
 */
uint64_t	 desk_now(const struct desk *d, uint64_t now);

/* Puts text into the message line. */
void		 desk_say(struct desk *d, enum severity severity,
		    const char *text, uint64_t now);

/* The session in view and its runner, or NULL. */
const struct session	*desk_session(const struct desk *d);
const struct runner	*desk_runner(const struct desk *d);

/* The stack that session's device is likely to be; NULL: none is. */
const struct dfu_stack	*desk_stack(const struct desk *d,
			    const struct session *s);

/* Gives each new session a runner, at the same index. For the loop alone. */
void			 desk_add_runners(struct desk *d);
void			 desk_free_runners(struct desk *d);

#endif
