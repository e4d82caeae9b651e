/* SPDX-License-Identifier: ISC */
/*
 * The wait statistics of waits: for each state what GETSTATUS announced, how
 * long the host waited before it went on, and how long the device really took.
 */
#ifndef SESSION_WAIT_STATS_H
#define SESSION_WAIT_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define WAIT_STATS_STATES	11	/* those that DFU 1.1 defines */
#define WAIT_STATS_LOOP	10	/* answers of 0 ms in a row: a loop */
/* Devices round what they announce, and so does the host's clock, us. */
#define WAIT_STATS_SLACK	500000

struct wait_stats_span {
	uint32_t	n;
	uint64_t	min;		/* us; valid unless n is 0 */
	uint64_t	max;
};

struct wait_stats_row {
	struct wait_stats_span	announced;	/* bwPollTimeout */
	struct wait_stats_span	waited;	/* answer to next request */
	/*
	 * From the first answer that named the state to the first that named
	 * another, or until it left: it took at most that long. Only of
	 * dfuDNBUSY and dfuMANIFEST, which a device leaves by itself.
	 */
	struct wait_stats_span	took;
	uint32_t		early;	/* asked before the wait was over */
	uint32_t		zeros;	/* most answers of 0 ms in a row */
};

struct wait_stats {
	struct wait_stats_row	rows[WAIT_STATS_STATES];
	bool			here;	/* the device is in state */
	uint8_t			state;
	uint64_t		since;	/* first answer that named it, us */
	uint64_t		first;	/* announced by that answer, us */
	uint64_t		longest; /* announced since, us */
	uint32_t		polls;	/* GETSTATUS that named it since */
	uint32_t		zeros;	/* answers of 0 ms in a row */
	bool			open;	/* nothing was sent since */
	uint64_t		answered;	/* us */
	uint64_t		wait;		/* us */
};

/* A request is sent at us. */
void	wait_stats_sent(struct wait_stats *l, uint64_t at);

/* GETSTATUS answered: state, and ms announced. */
void	wait_stats_status(struct wait_stats *l, uint8_t state, uint32_t ms,
	    uint64_t at);

/* GETSTATE answered; polled: GETSTATUS, whose wait is not known. */
void	wait_stats_state(struct wait_stats *l, uint8_t state, bool polled,
	    uint64_t at);

/* The device left the bus by itself: that ends a state too. */
void	wait_stats_left(struct wait_stats *l, uint64_t at);

/* The host put an end to the state: that says nothing of the device. */
void	wait_stats_broken(struct wait_stats *l);

/* A row worth telling: a wait was announced, or the state is a wait. */
bool	wait_stats_tells(const struct wait_stats *l, uint8_t state);

/* What is odd about a row. */
struct wait_stats_flag {
	const char	*word;
	const char	*sentence;
	bool		(*holds)(const struct wait_stats_row *r);
};
extern const struct wait_stats_flag wait_stats_flags[];
extern const size_t wait_stats_flags_count;

/*
 * "3 × 100 ms announced, waited 100 ms to 102 ms, took at most 103 ms; zero
 * loop"
 */
void	wait_stats_words(const struct wait_stats_row *r, struct buf *b);

#endif
