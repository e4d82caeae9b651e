/* SPDX-License-Identifier: ISC */
/*
 * The sessions: the trace, and one session for each place a device was seen at.
 */
#ifndef DIAGNOSIS_SESSIONS_H
#define DIAGNOSIS_SESSIONS_H

#include <stddef.h>
#include <stdint.h>

#include "session/session.h"
#include "trace/trace.h"

struct sessions {
	struct trace		 *trace;
	struct session		**list;	/* in order of first arrival */
	size_t			  n;
	size_t			  requests_kept; /* a session; 0: all */
	size_t			  at_hand; /* of all; 0: SESSION_AT_HAND */
	const char		 *alternate;	/* to look at, borrowed; NULL */
	int			  interface;	/* -1: any */
	uint64_t		  last;		/* time of the last event, us */
};

/* Takes the trace over. requests_kept: how many a session keeps, 0: all. */
struct sessions	*sessions_new(struct trace *trace, size_t requests_kept);
void		 sessions_free(struct sessions *b);

/*
 * The only writer: adds e to the trace and to the session it concerns. The
 * arrival of a device that is present is a leaving, which it adds, and an
 * arrival.
 */
void		 sessions_apply(struct sessions *b, const struct event *e);

/*
 * e is such an arrival: *left is the leaving that nobody told, to be
 * delivered before e where somebody else hears of events as well.
 */
bool		 sessions_untold_leaving(const struct sessions *b,
		    const struct event *e, struct event *left);

/* The operator's word, as EVENT_COMMAND: "stack ID"; AUTO: by descriptors. */
#define SESSIONS_STACK		"stack"
#define SESSIONS_STACK_AUTO	"auto"

/* The run or recording ends at now (us): see findings_finish. */
void		 sessions_finish(struct sessions *b, uint64_t now, bool cut);

/* The session whose present or latest device is dev, or NULL. */
struct session	*sessions_by_dev(const struct sessions *b, uint16_t dev);

/* The index of a session of these sessions. */
size_t		 sessions_index(const struct sessions *b,
    const struct session *s);

/* The SUBMIT that a COMPLETE answers, while it is kept; else NULL. */
const struct event *sessions_submit_of(const struct sessions *b,
		    const struct event *complete);

/* When time alone next changes a session or its verdict, or SESSION_NEVER. */
uint64_t	 sessions_deadline(const struct sessions *b, uint64_t now);

#endif
