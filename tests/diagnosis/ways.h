/* SPDX-License-Identifier: ISC */
/*
 * Ways of asking each simulated device: for data that it takes and that it
 * gives in full, and into the situations that requests lead to.
 */
#ifndef TESTS_DIAGNOSIS_WAYS_H
#define TESTS_DIAGNOSIS_WAYS_H

#include "tests/diagnosis/seat.h"

#define WAY_STEPS	10

enum ask {
	ASK_GETSTATUS, ASK_GETSTATE, ASK_CLRSTATUS, ASK_ABORT, ASK_DNLOAD,
	ASK_DNLOAD0, ASK_UPLOAD, ASK_RESET, ASK_DETACH, ASK_ALTERNATE,
	ASKS,
	/* These only lead somewhere: what is wrong with them is the data. */
	ASK_WRONG = ASKS,	/* a block, or a command, that fails */
	WAYS
};

/* How each is asked for data that it takes, and that it gives in full. */
struct way_of {
	const char	*profile;
	const char	*spec;		/* a variant, NULL: the profile */
	uint16_t	 first;		/* block */
	uint16_t	 full;
	bool		 counts;	/* blocks, from the first on */
	const char	*wrong;		/* a DNLOAD of 5 bytes, or NULL */
	uint16_t	 wrong_block;
};

#define WAYS_OF		16
extern const struct way_of ways[];
extern const size_t ways_count;	/* WAYS_OF */

/* A way into a situation; waits: for what was announced, behind the step. */
struct way_path {
	uint8_t	ask[WAY_STEPS];
	bool	waits[WAY_STEPS];
	size_t	n;
};

/* "dfu11,tolerant=0" */
const char	*way_spec(const struct way_of *w);

/* Sits down at the device as it begins; with that fault, or NULL. */
void	way_sit(const struct way_of *w, const char *fault, struct seat *t);

/* Asks. */
void	way_put(const struct way_of *w, struct seat *t, enum ask ask);

/* Lets the announced wait pass. */
void	way_wait(struct seat *t);

/* Sits down, and follows the path. */
void	way_go(const struct way_of *w, const char *fault, struct seat *t,
	    const struct way_path *p);

#endif
