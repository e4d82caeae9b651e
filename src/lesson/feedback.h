/*
 * What a wrong answer is told: made of the rule that decides the case and of
 * its condition, never of what the lesson says.
 */
#ifndef LESSON_FEEDBACK_H
#define LESSON_FEEDBACK_H

#include <stddef.h>
#include <stdint.h>

#include "dfu/transition.h"
#include "lesson/lesson.h"
#include "lesson/rule.h"

enum lesson_reply {
	LESSON_REPLY_NONE,	/* not said, or there was no request */
	LESSON_REPLY_ANSWERED,
	LESSON_REPLY_STALL,
	LESSON_REPLY_SILENT	/* no answer */
};

#define LESSON_NOT_SAID	(-2)	/* beside a state and LESSON_GONE */

struct lesson_outcome {
	int		  state;
	enum lesson_reply reply;
};

/* One input in one state: what came of it, and what was said. */
struct lesson_case {
	uint8_t			from;	/* the state before the input */
	enum dfu_input		input;	/* UPLOAD by the length that came */
	uint16_t		when;	/* conditions: rule_conditions() */
	struct lesson_outcome	truth;	/* what the device did */
	struct lesson_outcome	said;
};

/*
 * Writes the sentences for that case, complete with capitals and full stops,
 * into buf (at most cap bytes with the NUL) and returns their length, as
 * snprintf does. Right answers get the sentence of the rule, and so does a
 * device that does otherwise than DFU 1.1. 0 for an undefined state or input.
 *
 * Of when, what no descriptor tells (block done, manifestation complete, data
 * missing, firmware valid) yields to the truth where the truth proves it.
 */
size_t	lesson_feedback(char *buf, size_t cap, const struct lesson_case *c);

#endif
