/*
 * What many rounds of the same script came to: how they ended, how often the
 * device left, after how many GETSTATUS, and how long that took. It does not
 * grow with the rounds.
 */
#ifndef MODEL_SOAK_H
#define MODEL_SOAK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/job.h"
#include "model/spread.h"
#include "trace/event.h"

struct session;

struct soak {
	uint64_t	rounds;
	uint64_t	failed;		/* ended with a code */
	uint64_t	left;		/* rounds in which it left the bus */
	uint64_t	came_back;	/* of those, before the round ended */
	struct spread	polls;		/* GETSTATUS from leave to leaving */
	struct spread	leaving;	/* us, the same */
	struct spread	requests;	/* a round */
	struct buf	first_failure;	/* "round 3: sentence" */

	/* The present round. */
	uint64_t	began;		/* requests sent before, in all */
	bool		asked;		/* the zero-length DNLOAD was sent */
	uint64_t	asked_at;	/* us */
	uint64_t	answers;	/* to GETSTATUS since */
	bool		has_left;
};

void	soak_free(struct soak *k);

/* An event of the session's device was applied. */
void	soak_event(struct soak *k, const struct session *s,
	    const struct event *e);

/* A round has ended. */
void	soak_round(struct soak *k, const struct session *s,
	    const struct job_result *r);

/* Some lines of text, each with its newline. */
void	soak_words(const struct soak *k, struct buf *b);

#endif
