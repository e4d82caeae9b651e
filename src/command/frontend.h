/*
 * Who sits in front of the loop: the console, a batch, a server. A front is
 * shown what happens and gives back command lines; it never touches a device.
 */
#ifndef COMMAND_FRONTEND_H
#define COMMAND_FRONTEND_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "command/app.h"
#include "command/app_effect.h"
#include "trace/event.h"

#define FRONTEND_NEVER	UINT64_MAX

struct frontend;

struct frontend_ops {
	/* Stores at most max descriptors to poll; returns how many. */
	size_t	(*pollfds)(struct frontend *, struct pollfd *fds, size_t max);

	/* When draw wants to be called though nothing happened (a clock). */
	uint64_t (*deadline)(const struct frontend *, const struct app *,
	    uint64_t now);

	/*
	 * The next command line, or NULL when there is none now. Valid until
	 * the next call. Commands that the loop itself knows are in the
	 * table like all others. *by_key is set when a single key fired it:
	 * such a request asks before it loses a state.
	 */
	const char *(*command)(struct frontend *, const struct app *,
	    uint64_t now, bool *by_key);

	/* e was applied just now. May be NULL. */
	void	(*event)(struct frontend *, const struct app *,
	    const struct event *e);

	/* A job of session number i ended. May be NULL. */
	void	(*result)(struct frontend *, const struct app *, size_t i,
	    const struct job_result *r);

	/* Help, a what-if or the ways out were asked for. May be NULL. */
	void	(*show)(struct frontend *, const struct app *,
	    const struct app_effect *e, uint64_t now);

	/*
	 * Shows the application state. Called at most 30 times a second. May be
	 * NULL.
	 */
	void	(*draw)(struct frontend *, const struct app *, uint64_t now);
};

struct frontend {
	const struct frontend_ops	*ops;
};

#endif
