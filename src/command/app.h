/* SPDX-License-Identifier: ISC */
/*
 * The application state is where the operator sits: the sessions, a runner for
 * each session, which one is in view, and what was last said to him. Fronts
 * read it; the loop alone changes it.
 */
#ifndef COMMAND_APP_H
#define COMMAND_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/sessions.h"
#include "job/runner.h"
#include "session/severity.h"

/* A fault that a simulated device can have, and what it is. */
struct app_fault {
	const char	*name;		/* "stuck" */
	const char	*value;		/* what it can be: "N|never|random" */
	const char	*initial;	/* NULL: nothing */
	const char	*sentence;
	struct buf	 now;		/* what it is */
};

struct app {
	struct sessions		 *sessions;
	struct runner		**runners;	/* as many as sessions */
	size_t			  nrunners;
	size_t			  current;	/* session in view */
	const char		 *target;	/* as it was asked for */
	const char		 *journal;	/* path, or NULL */
	bool			  simulated;	/* every target is */
	int			  truth;	/* its own state, or -1 */
	struct app_fault	 *faults; /* of the served one in view */
	size_t			  nfaults;
	size_t			  cfaults;	/* room for them */
	bool			  recording;	/* into a recipe */
	bool			  leaving;	/* a signal ends the program */
	struct runner_policy	  policy;	/* for new runners */

	/* A recording: bytes read, of so many; 0: it is read, or none. */
	uint64_t		  read_at;
	uint64_t		  read_of;
	/* A frame may take in more before it is shown; NULL: it may not. */
	bool			(*has_time)(const struct app *);

	struct buf		  message;	/* last thing said, or "" */
	enum severity		  message_severity;
	uint64_t		  message_at;

	struct difference	 *difference; /* the last one, or NULL */

	struct buf		  question; /* whether to quit, or "" */
};

/*
 * What the time is for who looks at the application state: that of the last
 * event if what is looked at is past, else now. us.
 */
uint64_t	 app_now(const struct app *d, uint64_t now);

/* Puts text into the message line. */
void		 app_say(struct app *d, enum severity severity,
		    const char *text, uint64_t now);

/* The session in view and its runner, or NULL. */
const struct session	*app_session(const struct app *d);
const struct runner	*app_runner(const struct app *d);

/* It is not what it begins with. */
bool			 app_fault_is_set(const struct app_fault *f);

/* One more fault, all but its empty `now` to be filled in. */
struct app_fault	*app_add_fault(struct app *d);
void			 app_free_faults(struct app *d);

/* Another one takes its place; d is the application's then, or NULL. */
void			 app_take_difference(struct app *app,
			    struct difference *d);

/* Gives each new session a runner, at the same index. For the loop alone. */
void			 app_add_runners(struct app *d);
void			 app_free_runners(struct app *d);

#endif
