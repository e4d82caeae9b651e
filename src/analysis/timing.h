/* SPDX-License-Identifier: ISC */
/*
 * Where the session's time went: what each kind of operation and each state
 * took, what of it the device asked for, what the bus and the device needed
 * to answer, and what was the host's own. It does not grow with the session.
 */
#ifndef ANALYSIS_TIMING_H
#define ANALYSIS_TIMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/distribution.h"
#include "analysis/operation.h"
#include "base/buf.h"

/* What is counted of each operation, stay in a state, or wait. */
enum timing_part {
	TIMING_TOOK,		/* an operation; a stay in a state */
	TIMING_ANNOUNCED,	/* bwPollTimeout, when the host went on */
	TIMING_WAITED,		/* from that answer to the next request */
	TIMING_OWN		/* what nobody asked the host to spend */
};
#define TIMING_PARTS	(TIMING_OWN + 1)

struct timing_row {
	struct distribution *parts[TIMING_PARTS]; /* us; NULL: nothing yet */
	uint64_t	 asked;		/* between request and answer */
	uint64_t	 ideal;	/* see struct operation */
	bool		 loop;		/* told 0 ms again and again */
};

struct timing {
	const struct session	*of;
	struct operations	 operations;	/* the present one alone */
	struct follow		 follow;
	struct timing_row	 kinds[OPERATION_KIND_COUNT];
	struct timing_row	 states[DFU_STATE_COUNT];
	uint64_t		 begin;	/* the first request was sent, us */
	uint64_t		 end;	/* the last one ended, us */
	bool			 here;	/* the device is in state */
	uint8_t			 state;
	uint64_t		 since;
	bool			 told;	/* the last answer was a status */
	struct dfu_status_reply	 reply;
	uint64_t		 answered;
	uint32_t		 zeros;	/* polls that said 0 ms in a row */
};

/*
 * Takes in what is new of s, at most so many events; another session begins
 * anew. True while more is left. With a trace that forgets, call it before
 * it does.
 */
bool	timing_update(struct timing *t, const struct sessions *b,
	    const struct session *s, size_t budget);
void	timing_clear(struct timing *t);

/* What a row came to, the operation or the stay that still goes on too. */
struct timing_sum {
	uint64_t	n;
	uint64_t	total;
	uint64_t	min;	/* these four are valid unless n is 0 */
	uint64_t	median;
	uint64_t	most95;
	uint64_t	max;
};
struct timing_line {
	struct timing_sum	parts[TIMING_PARTS];
	uint64_t		asked;
	uint64_t		ideal;	/* of operations */
	bool			loop;
};

/* False: there was none. */
bool	timing_kind(const struct timing *t, enum operation_kind kind,
	    struct timing_line *line);
bool	timing_state(const struct timing *t, uint8_t state, uint64_t now,
	    struct timing_line *line);

/* All operations together, us. */
struct timing_total {
	uint64_t	span;		/* first request to last answer */
	uint64_t	asked;
	uint64_t	waited;		/* as long as it was announced */
	uint64_t	own;		/* within operations */
	uint64_t	between;	/* from one operation to the next */
	uint64_t	ideal;
};
struct timing_total timing_total(const struct timing *t);

/*
 * "12.3 s from the first request to the last answer: the device answered in
 * 0.2 s, announced waits 3.1 s, ..."; nothing without requests.
 */
void	timing_words(const struct timing *t, struct buf *b);

#endif
