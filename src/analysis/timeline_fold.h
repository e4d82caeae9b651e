/* SPDX-License-Identifier: ISC */
/*
 * Equal stretches of a timeline: the same states in the same order, over and
 * over, as the blocks of a download. The first and the last of them are shown,
 * those between can be folded.
 */
#ifndef ANALYSIS_TIMELINE_FOLD_H
#define ANALYSIS_TIMELINE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timeline;

#define TIMELINE_FOLDS		8
#define TIMELINE_FOLD_LANES	8	/* changes of state in one, at most */
#define TIMELINE_FOLD_LEAST	3	/* fewer are not worth it */

/* Those between the first and the last. */
struct timeline_fold {
	uint64_t	from;		/* us */
	uint64_t	to;
	uint32_t	times;
	uint32_t	lanes;		/* as bits */
};

/* A change of the lane. */
struct timeline_turn {
	uint64_t	at;		/* us */
	uint8_t		lane;
};

/* What is looked at of it so far. */
struct timeline_folds {
	struct timeline_fold	list[TIMELINE_FOLDS];	/* in order of time */
	size_t			n;
	size_t			seen;	/* moments */
	/* The latest turns, at most: the last is turns[nturns - 1]. */
	struct timeline_turn	turns[3 * TIMELINE_FOLD_LANES];
	size_t			nturns;
	unsigned		period;	/* turns of one; 0: none repeats */
	unsigned		turned;	/* of the one that goes on */
	uint64_t		first;	/* the first one began, us */
	uint64_t		began;	/* the one that goes on */
	struct timeline_fold	open;	/* of those that repeat now */
};

/* Takes in the moments that are new; the latest may still change. */
void	timeline_fold_update(struct timeline_folds *f,
	    const struct timeline *sc);

/* Those that fold at least TIMELINE_FOLD_LEAST; returns how many. */
size_t	timeline_folds_all(const struct timeline_folds *f,
	    struct timeline_fold all[TIMELINE_FOLDS + 1]);

#endif
