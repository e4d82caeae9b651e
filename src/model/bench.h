/*
 * The bench: the trace, and one session for each place a device was seen at.
 */
#ifndef MODEL_BENCH_H
#define MODEL_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "model/session.h"
#include "trace/trace.h"

struct bench {
	struct trace		 *trace;
	struct session		**sessions;	/* in order of first arrival */
	size_t			  nsessions;
	size_t			  requests_kept; /* a session; 0: all */
	const char		 *alternate;	/* to look at, borrowed; NULL */
	int			  interface;	/* -1: any */
	uint64_t		  last;		/* time of the last event, us */
};

/* Takes the trace over. requests_kept: how many a session keeps, 0: all. */
struct bench	*bench_new(struct trace *trace, size_t requests_kept);
void		 bench_free(struct bench *b);

/* The only writer: adds e to the trace and to the session it concerns. */
void		 bench_apply(struct bench *b, const struct event *e);

/* The session whose present or latest device is dev, or NULL. */
struct session	*bench_by_dev(const struct bench *b, uint16_t dev);

/* The index of a session of this bench. */
size_t		 bench_index(const struct bench *b, const struct session *s);

/* The SUBMIT that a COMPLETE answers, while it is kept; else NULL. */
const struct event *bench_submit_of(const struct bench *b,
		    const struct event *complete);

/* When time alone next changes a session or its verdict, or SESSION_NEVER. */
uint64_t	 bench_deadline(const struct bench *b, uint64_t now);

#endif
