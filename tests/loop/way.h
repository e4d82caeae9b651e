/* SPDX-License-Identifier: ISC */
/*
 * Ways out of a state, searched for on the simulated device itself, breadth
 * first: a yardstick that knows no table of the program. Milder is better
 * than shorter: first questions alone, then CLRSTATUS and ABORT, then DETACH
 * and SET_INTERFACE. A way is over when the device has said so itself, or has
 * left.
 */
#ifndef TESTS_LOOP_WAY_H
#define TESTS_LOOP_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/xfer.h"

#define STEPS		24	/* of one way at most */

/* A request, as bytes for the device and as text for the program. */
struct ask {
	const char	*text;
	struct setup	 setup;
	const char	*out;
};

extern const struct ask asks[];
extern const size_t asks_count;

/* A way: which request, and whether the device is let settle before it. */
struct way {
	uint8_t	ask[STEPS];
	bool	settled[STEPS];
	size_t	n;
};

/* Requests of the best way out of where into leads; 0: there is none. */
size_t	way_best(const char *spec, const struct way *into);

/* A bus reset would do instead. */
bool	way_reset_helps(const char *spec, const struct way *into);

/*
 * Where a way leads, as one number; -1 if the device left. With whole, what
 * is under way belongs to it: a command that nobody knows is another thing
 * than a block.
 */
int	way_place(const char *spec, const struct way *w, bool whole);

#endif
