/* SPDX-License-Identifier: ISC */
/*
 * Who sits in front of the loop: the console or a batch. A front end is shown
 * what happens and gives back command lines; it never touches a device.
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

/* A traced tool with a terminal of its own, once in each turn. */
struct frontend_tool {
	const char	*line;		/* its command line */
	bool		 begins;
	bool		 runs;
	bool		 raw;		/* it reads keys one by one */
	const uint8_t	*output;	/* n bytes that it wrote */
	size_t		 n;
	/* What the front end fills in: keys for it, the size it gets. */
	struct buf	*typed;
	int		 rows;
	int		 cols;
};

struct frontend_ops {
	/* Stores at most max descriptors to poll; returns how many. */
	size_t	(*pollfds)(struct frontend *, struct pollfd *fds, size_t max);

	/*
	 * When it wants a turn though nothing happens, us: what it draws has a
	 * clock, or command will then have a line. FRONTEND_NEVER: it waits
	 * for what happens. At the time of the last draw it answers for that.
	 */
	uint64_t (*deadline)(const struct frontend *, const struct app *,
	    uint64_t now);

	/*
	 * The next command line, or NULL when there is none now. Valid until
	 * the next call. *by_key, false before, is set when a single key fired
	 * it: such a request asks before it loses a state.
	 */
	const char *(*command)(struct frontend *, const struct app *,
	    uint64_t now, bool *by_key);

	/*
	 * What runs now on simulated devices is to take no time: the clock
	 * jumps, and nothing is drawn. May be NULL: never.
	 */
	bool	(*hurries)(const struct frontend *);

	/* e was applied just now. May be NULL. */
	void	(*event)(struct frontend *, const struct app *,
	    const struct event *e);

	/*
	 * A job of session number i ended, or what was to be done at once in
	 * the session in view was refused. May be NULL.
	 */
	void	(*result)(struct frontend *, const struct app *, size_t i,
	    const struct job_result *r);

	/* Help, a what-if or the ways out were asked for. May be NULL. */
	void	(*show)(struct frontend *, const struct app *,
	    const struct app_effect *e, uint64_t now);

	/* A tool is traced in it. NULL: none can be. */
	void	(*tool)(struct frontend *, struct frontend_tool *tool);

	/*
	 * Shows the application state. Called at most 30 times a second, but
	 * within 10 ms after a key. May be NULL.
	 */
	void	(*draw)(struct frontend *, const struct app *, uint64_t now);
};

struct frontend {
	const struct frontend_ops	*ops;
};

#endif
