/* SPDX-License-Identifier: ISC */
/*
 * Tells a session what happened, in wire order, and asks what it makes of it:
 * a test is a list of steps.
 */
#ifndef TESTS_DIAGNOSIS_WALK_H
#define TESTS_DIAGNOSIS_WALK_H

#include "tests/dfu/check.h"

#include <stdbool.h>

#include "diagnosis/sessions.h"
#include "wire/usb.h"

enum step_kind {
	STEP_SUBMIT,		/* a request of the DFU class */
	STEP_COMPLETE,		/* its end */
	STEP_LEFT,
	STEP_RESET,		/* a bus reset that went well */
	STEP_BACK,		/* it arrives again, as another dev */
	STEP_IS			/* nothing happens: only look */
};

#define ANY	(-1)
#define NONE	(-2)		/* unknown; no deadline */

/*
 * One event at ms, and what must be the case then (from the same moment on):
 * how and state of the belief (ANY: not looked at, NONE: unknown), the state
 * reported, and the next deadline in ms.
 */
struct step {
	int		 ms;
	enum step_kind	 kind;
	uint8_t		 request;
	uint16_t	 value;
	uint16_t	 length;	/* of an UPLOAD */
	enum outcome	 outcome;
	const char	*hex;		/* data of a DNLOAD; the reply */
	int		 how;
	int		 state;
	int		 reported;
	int		 deadline;
};

#define UNKNOWN		ESTIMATE_UNKNOWN
#define REPORTED	ESTIMATE_REPORTED
#define MOVED		ESTIMATE_MOVED
#define TIMED		ESTIMATE_TIMED

/* A request and its answer 1 ms later, and what is then the case. */
#define ASK(ms, request, value, length, out, outcome, in, how, state, said, \
    due) \
	{ ms, STEP_SUBMIT, request, value, length, OUTCOME_UNKNOWN, out, \
	    ANY, ANY, ANY, ANY }, \
	{ (ms) + 1, STEP_COMPLETE, 0, 0, 0, OUTCOME_##outcome, in, how, \
	    state, said, due }
#define STATUS(ms, hex, state, due) \
	ASK(ms, DFU_GETSTATUS, 0, 0, NULL, OK, hex, REPORTED, state, state, \
	    due)
#define STATE(ms, hex, state, due) \
	ASK(ms, DFU_GETSTATE, 0, 0, NULL, OK, hex, REPORTED, state, state, due)
#define SEND(ms, request, outcome, how, state, said, due) \
	ASK(ms, request, 0, 0, NULL, outcome, NULL, how, state, said, due)
#define AT(ms, how, state, said, due) \
	{ ms, STEP_IS, 0, 0, 0, OUTCOME_UNKNOWN, NULL, how, state, said, due }
#define HAPPENS(ms, kind, hex, how, state, said, due) \
	{ ms, kind, 0, 0, 0, OUTCOME_UNKNOWN, hex, how, state, said, due }

struct walk {
	struct sessions	*sessions;
	struct session	*s;
	uint64_t	 now;
	uint16_t	 dev;
	uint32_t	 number;
};

/* A bench with the device that spec (of sim_new) describes, just arrived. */
void	walk_open(struct walk *t, const char *spec);
void	walk_close(struct walk *t);

/* All steps; what differs fails the test and names the step. */
void	walk_run(struct walk *t, const struct step *steps, size_t n);

/* An arrival of spec at place. */
void	walk_arrive(struct walk *t, const char *spec, const char *place);

/* Any event, at t->now, of t->dev. */
void	walk_apply(struct walk *t, struct event e);

#endif
