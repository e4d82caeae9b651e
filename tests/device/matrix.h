/* SPDX-License-Identifier: ISC */
/*
 * What device software was observed to do, a cell for each state and input.
 */
#ifndef TESTS_DEVICE_MATRIX_H
#define TESTS_DEVICE_MATRIX_H

#include "tests/device/steps.h"

/*
 * input is DETACH; DNLOAD, DNLOAD0 (no data); UPLOAD, UPLOADS (one that is
 * answered short, or with stale bytes), UPLOAD0 (wLength 0); GETSTATUS,
 * CLRSTATUS, GETSTATE, ABORT; UNKNOWN (bRequest 7); RESET (of the bus), POWER
 * (off and on), TIMEOUT (one second passes). answer means nothing for the last
 * three. A transfer that the host saw acknowledged is SIM_ACK even where the
 * software had meant to stall it.
 */
struct matrix_cell {
	uint8_t		 state;
	const char	*input;
	enum sim_answer	 answer;
	int8_t		 next;		/* the device's own, or GONE */
	int8_t		 status;	/* as well; ANY where it is gone */
	int8_t		 says;		/* bState in the reply */
	int8_t		 poll;		/* bwPollTimeout in the reply, ms */
	bool		 leaves;	/* the bus, right after the answer */
};
#define NOTHING	(-1)
#define STAYS	false
#define LEAVES	true

#endif
