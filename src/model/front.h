/*
 * Who sits in front of the loop: the console, a batch, a server. A front is
 * shown what happens and gives back command lines; it never touches a device.
 */
#ifndef MODEL_FRONT_H
#define MODEL_FRONT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/desk.h"
#include "trace/event.h"

#define FRONT_NEVER	UINT64_MAX

struct front;

struct front_ops {
	/* Stores at most max descriptors to poll; returns how many. */
	size_t	(*pollfds)(struct front *, struct pollfd *fds, size_t max);

	/* When draw wants to be called though nothing happened (a clock). */
	uint64_t (*deadline)(const struct front *, const struct desk *,
	    uint64_t now);

	/*
	 * The next command line, or NULL when there is none now. Valid until
	 * the next call. Commands that the loop itself knows are in the
	 * table like all others. *by_key is set when a single key fired it:
	 * such a request asks before it loses a state.
	 */
	const char *(*command)(struct front *, const struct desk *,
	    uint64_t now, bool *by_key);

	/* e was applied just now. May be NULL. */
	void	(*event)(struct front *, const struct desk *,
	    const struct event *e);

	/* A job of session number i ended. May be NULL. */
	void	(*result)(struct front *, const struct desk *, size_t i,
	    const struct job_result *r);

	/*
	 * A what-if was asked for (desk->what_if_row, NULL: all). NULL if
	 * the front sees to it when it draws.
	 */
	void	(*what_if)(struct front *, const struct desk *,
	    uint64_t now);

	/* The ways out were asked for. NULL as above. */
	void	(*ways)(struct front *, const struct desk *, uint64_t now);

	/* Shows the desk. Called at most 30 times a second. May be NULL. */
	void	(*draw)(struct front *, const struct desk *, uint64_t now);
};

struct front {
	const struct front_ops	*ops;
};

#endif
