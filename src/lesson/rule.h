/* SPDX-License-Identifier: ISC */
/*
 * Twelve rules that decide what a device does by DFU 1.1: all of appendix A.2
 * follows from them. Lessons teach the rules, not the table; each case is
 * decided by the first of a few general rows that fits.
 */
#ifndef LESSON_RULE_H
#define LESSON_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/transition.h"

#define RULE_COUNT	12

struct rule {
	const char	*id;		/* "R6" */
	const char	*name;		/* "ABORT" */
	const char	*text;		/* the statement, with its condition */
	const char	*clause;	/* "A.2.3, A.2.6, A.2.10" */
};

/* By number, from 1 to RULE_COUNT; NULL for any other. */
const struct rule *rule_of(unsigned number);

/* The number of "R6" or "r6"; 0 for anything else. */
unsigned	 rule_parse(const char *word);

/* A condition that no row of A.2 asks: bitWillDetach. Beside DFU_WHEN_. */
#define RULE_WHEN_WILL_DETACH	0x100

/* The conditions as bits: DFU_WHEN_ and RULE_WHEN_WILL_DETACH. */
uint16_t	 rule_conditions(const struct dfu_conditions *c,
		    bool will_detach);

/* In rule_move.then: the device is not on the bus. */
#define RULE_THEN_GONE		0x8000

/* What a device does by the rules. */
struct rule_move {
	unsigned	 rule;		/* the number of the one that decides */
	enum dfu_response response;
	uint8_t		 next;
	/*
	 * Where elapsed time takes it after that without a request, as bits of
	 * states and RULE_THEN_GONE: a device with bitWillDetach.
	 */
	uint16_t	 then;
	uint16_t	 asked;		/* conditions that this cell asks */
};

/*
 * Decides one case; when holds the conditions. False for an undefined state or
 * input.
 */
bool		 rule_decide(struct rule_move *m, uint8_t state,
		    enum dfu_input input, uint16_t when);

/*
 * Appends the sentence for that case, with rule and clause and without a full
 * stop: "dfuIDLE does not list CLRSTATUS: STALL, and dfuERROR follows (R1,
 * A.2.3)".
 */
void		 rule_tell(struct buf *b, uint8_t state, enum dfu_input input,
		    uint16_t when);

/* "a DNLOAD with data", "GETSTATUS", "a bus reset"; "" if out of range. */
const char	*rule_input_words(enum dfu_input input);

#endif
