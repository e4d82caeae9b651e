/* SPDX-License-Identifier: ISC */
/*
 * What a wrong answer is told: made of the rule that decides the case and of
 * its condition, never of what the lesson says.
 */
#ifndef LESSON_FEEDBACK_H
#define LESSON_FEEDBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dfu/transition.h"
#include "lesson/lesson.h"

/* Nobody asked for the state, or for the answer; or there is no answer. */
#define LESSON_UNASKED	(-2)

/* One input in one state: what came of it, and what was said. */
struct lesson_case {
	uint8_t			from;		/* state before */
	enum dfu_input		input;		/* UPLOAD: by length */
	struct dfu_conditions	conditions;
	bool			will_detach;	/* bitWillDetach */
	int			truth_state;	/* or LESSON_GONE */
	int			truth_answer;	/* enum lesson_answer */
	int			said_state;
	int			said_answer;	/* or LESSON_UNASKED, as all */
};

/*
 * Writes the sentences for that case, complete with capitals and full stops,
 * into buf (at most cap bytes with the NUL) and returns their length, as
 * snprintf does. Right answers get the sentence of the rule, and so does a
 * device that does otherwise than DFU 1.1. 0 for an undefined state or input,
 * and for time that moved nothing where it could: a timer may be running.
 *
 * Of the conditions, what no descriptor tells (block done, manifestation
 * complete, data missing, firmware valid) yields to the truth that proves it.
 */
size_t	lesson_feedback(char *buf, size_t cap, const struct lesson_case *c);

#endif
