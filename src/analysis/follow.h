/* SPDX-License-Identifier: ISC */
/*
 * Reads the events of one session out of the trace of the sessions, in order
 * and each once: what is built up bit by bit begins with this.
 */
#ifndef ANALYSIS_FOLLOW_H
#define ANALYSIS_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/sessions.h"

#define FOLLOW_DEVICES	16

/* Zero it to begin. */
struct follow {
	size_t		 next;	/* trace index to read on from */
	bool		 begun;	/* start is valid */
	uint64_t	 start;	/* the first event of the trace: time 0, us */
	uint16_t	 devs[FOLLOW_DEVICES];
	size_t		 ndevs;
};

/*
 * The next event of s and its trace index, or NULL. Each event of the trace
 * that is passed takes one off *budget; at 0 nothing more is read.
 */
const struct event *follow_next(struct follow *f, const struct sessions *b,
	    const struct session *s, size_t *budget, size_t *index);

/* The request of s that e ended, or NULL. */
const struct request *follow_ended(const struct session *s,
	    const struct event *e);

/* Both have read the same. */
bool	follow_is_same(const struct follow *f, const struct follow *other);

/* Events are left to be read. */
bool	follow_behind(const struct follow *f, const struct sessions *b);

#endif
