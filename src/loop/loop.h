/* SPDX-License-Identifier: ISC */
/*
 * The loop: one turn waits, turns keys into commands, writes each event to
 * the journal before anyone sees it, lets the model judge it, and performs
 * what the jobs wish for. It owns the clock.
 */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "command/app.h"
#include "command/frontend.h"
#include "session/filter.h"
#include "transport/transport.h"

struct loop_config {
	const struct filter	*filter;	/* NULL: every device */
	struct runner_policy	 policy;
	const char		*target;	/* as shown; NULL: several */
	const char		*journal;	/* path, NULL: none */
	bool			 payload;	/* keep firmware in it whole */
	int			*code;	/* why it cannot be kept; or NULL */
	size_t			 keep;		/* events at all; 0: all */
	size_t			 bound;		/* in memory; 0: all */
	size_t			 chunk;		/* 0: TRACE_CHUNK */
	size_t			 at_hand;	/* 0: SESSION_AT_HAND */
	bool			 virtual; /* jump in time if all allow it */
	uint64_t		 (*clock)(void);	/* NULL: clock_now */
};

struct loop;

/*
 * A loop over n open transports, which it owns from now on. NULL: error says
 * why (the journal cannot be written).
 */
struct loop	*loop_new(const struct loop_config *config,
		    struct transport **transports, size_t n,
		    struct buf *error);

/*
 * Runs until a command quits or nothing can ever happen again.
 * Returns 0, 74 if the journal could no longer be written, or 76 if a recording
 * differed or quit stopped a job (error says how, or what became of it).
 */
int		 loop_run(struct loop *l, struct frontend *frontend,
		    struct buf *error);

/* The application state, for reports after the run. */
const struct app *loop_app(const struct loop *l);

void		 loop_free(struct loop *l);

#endif
