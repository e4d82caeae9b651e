/*
 * What is said to an answer: made from the rules, never from the lesson's own
 * words, so that it cannot contradict what the device did.
 */
#ifndef LESSON_FEEDBACK_H
#define LESSON_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dfu/spec.h"
#include "dfu/transition.h"

/* A device's state as it is, or one of these. */
#define LESSON_GONE	(-1)	/* it is not on the bus */
#define LESSON_UNASKED	(-2)	/* nobody asked for it */

/* What a device does with a request, as a pupil says it. */
enum lesson_answer {
	LESSON_ANSWERED,
	LESSON_STALLED,
	LESSON_SILENT,		/* no answer, not even a STALL */
	LESSON_LEFT,		/* it left the bus instead */
	LESSON_NO_ANSWER_ASKED	/* reset, power, time; or nobody asked */
};

/* One question, what is so, and what was said. */
struct lesson_case {
	uint8_t			 from;	/* enum dfu_state */
	enum dfu_input		 input;
	struct dfu_conditions	 conditions;	/* as they were then */
	bool			 will_detach;	/* bitWillDetach */
	int			 truth_state;	/* or GONE */
	enum lesson_answer	 truth_answer;
	int			 said_state;	/* or GONE, or UNASKED */
	enum lesson_answer	 said_answer;
};

/*
 * Writes what is said to c into buf, at most cap bytes with the final NUL;
 * returns the length of the whole text, as snprintf does. It begins with
 * "Right" or "No".
 */
size_t	lesson_feedback(char *buf, size_t cap, const struct lesson_case *c);

#endif
