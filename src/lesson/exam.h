/* SPDX-License-Identifier: ISC */
/*
 * Exams, drawn from a number: a lesson whose questions are cells of the table
 * and devices with faults. What is right comes from the simulated devices, as
 * in every lesson. Rules are marked alike, and not cells: whoever only knows
 * the most common answer has few of them.
 */
#ifndef LESSON_EXAM_H
#define LESSON_EXAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "lesson/lesson.h"

#define EXAM_PARTS	7	/* A to G */
#define EXAM_ALL	((1u << EXAM_PARTS) - 1)

struct exam {
	struct lesson	 lesson;
	char		*parts;		/* the letter of each step */
	uint32_t	 seed;
};

/* What a part asks for, from 0; NULL: there is no such part. */
const char *exam_part(unsigned part);

/* parts: bits, from A on. To be freed. */
void	exam_make(struct exam *e, uint32_t seed, unsigned parts);
void	exam_free(struct exam *e);

/*
 * What it came to, in lines: marks (by step) for each rule, then each part,
 * and the mean of the rules; the lesson (of shelf, n) for each weak rule.
 */
void	exam_report(const struct exam *e, const bool *marks,
	    const struct lesson *shelf, size_t n, struct buf *b);

#endif
