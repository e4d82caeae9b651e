/* SPDX-License-Identifier: ISC */
/*
 * A simulated device and the program that sits before it: what is asked of
 * the one is told to the other, as the wire would show it.
 */
#ifndef TESTS_DIAGNOSIS_SEAT_H
#define TESTS_DIAGNOSIS_SEAT_H

#include <stdbool.h>
#include <stdint.h>

#include "device/sim.h"
#include "session/session.h"
#include "tests/ui/harness.h"

/* A device that leaves by itself after an answer does so within, us. */
#define SEAT_LEAVES	6000

struct seat {
	struct sim	*sim;
	struct harness	 st;
	struct session	*s;
	uint32_t	 incarnation;	/* that the program knows of */
	enum sim_answer	 answer;	/* the last */
	bool		 is_short;	/* less came than was asked for */
	int		 said;		/* bState in it, -1: none */
	uint16_t	 block;		/* of the last transfer */
};

/* begin, NULL: nothing, is done before the program looks. */
void	seat_open(struct seat *t, const char *spec,
	    void (*begin)(struct sim *sim, uint64_t *now));
void	seat_close(struct seat *t);

/* A control transfer of the class or of the standard, with its answer. */
void	seat_ask(struct seat *t, const struct setup *s, const char *out);

/* A bus reset. */
void	seat_reset(struct seat *t);

/* us go by on both sides; what leaves or comes meanwhile is seen. */
void	seat_wait(struct seat *t, uint64_t us);

/* It is not on the bus any more, or another time. */
bool	seat_left(const struct seat *t, uint32_t incarnation);

#endif
