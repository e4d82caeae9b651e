/* SPDX-License-Identifier: ISC */
/*
 * Drives a simulated device by hand: a test is a list of steps.
 */
#ifndef TESTS_DEVICE_STEPS_H
#define TESTS_DEVICE_STEPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "device/sim.h"
#include "wire/usb.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* Things to do that are no request of DFU. */
enum {
	STEP_OTHER = 100,	/* an unknown class request */
	STEP_WAIT,		/* value: ms */
	STEP_RESET,
	STEP_UNPLUG,
	STEP_PLUG
};

/*
 * One request and what must come of it. hex is the data of a DNLOAD and the
 * reply of an IN request (NULL: any). state and status are those after it;
 * ANY is not looked at, GONE that it is not on the bus.
 */
struct step {
	int		 request;
	uint16_t	 value;
	uint16_t	 length;	/* of an UPLOAD */
	const char	*hex;
	enum sim_answer	 answer;
	int		 state;
	int		 status;
};
#define GONE	(-1)
#define ANY	(-2)

struct rig {
	struct sim	*sim;
	uint64_t	 now;
	struct buf	 in;	/* the last reply */
};

void	rig_open(struct rig *r, const char *spec);
void	rig_close(struct rig *r);

/* All steps; a mismatch fails the test and names the step. */
void	rig_run(struct rig *r, const struct step *steps, size_t n);

/* One request; the reply is in r->in. */
enum sim_answer	rig_request(struct rig *r, uint8_t type, uint8_t request,
		    uint16_t value, uint16_t index, uint16_t length,
		    const uint8_t *out);

/* DNLOAD of data, then GETSTATUS until it is processed. */
void	rig_block(struct rig *r, uint16_t block, const uint8_t *data,
	    uint16_t n);

/* UPLOAD that must be answered with exactly these bytes. */
void	rig_expect(struct rig *r, uint16_t block, uint16_t length,
	    const uint8_t *data, size_t n);

/* Bytes that no profile makes by itself. */
void	rig_fill(uint8_t *p, size_t n);

/* The spec is refused, and the sentence has both words. */
void	rig_refuse(const char *spec, const char *a, const char *b);

#endif
