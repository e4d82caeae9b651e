/* SPDX-License-Identifier: ISC */
/*
 * What many rounds of the same script came to: how they ended, how often the
 * device left, after how many GETSTATUS, and how long that took. It does not
 * grow with the rounds.
 */
#ifndef JOB_REPEAT_STATS_H
#define JOB_REPEAT_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/distribution.h"
#include "base/buf.h"
#include "job/job.h"
#include "trace/event.h"

struct session;

struct repeat_stats {
	uint64_t	rounds;
	uint64_t	failed;		/* ended with a code */
	uint64_t	left;		/* rounds in which it left the bus */
	uint64_t	came_back;	/* of those, before the round ended */
	struct distribution	polls; /* GETSTATUS from leave to leaving */
	struct distribution	leaving;	/* us, the same */
	struct distribution	requests;	/* a round */
	struct buf	first_failure;	/* "round 3: sentence" */

	/* The present round. */
	uint64_t	began;		/* requests sent before, in all */
	bool		asked;		/* the zero-length DNLOAD was sent */
	uint64_t	asked_at;	/* us */
	uint64_t	answers;	/* to GETSTATUS since */
	bool		has_left;
};

void	repeat_stats_free(struct repeat_stats *k);

/* An event of the session's device was applied. */
void	repeat_stats_event(struct repeat_stats *k, const struct session *s,
	    const struct event *e);

/* A round has ended. */
void	repeat_stats_round(struct repeat_stats *k, const struct session *s,
	    const struct job_result *r);

/* Some lines of text, each with its newline. */
void	repeat_stats_words(const struct repeat_stats *k, struct buf *b);

#endif
