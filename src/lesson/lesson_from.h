/* SPDX-License-Identifier: ISC */
/*
 * A lesson made of what happened elsewhere: before each answer the pupil says
 * what it will be, and at the end on whose side it was and what comes next.
 * Here the recording is the device: what is right is what it tells.
 */
#ifndef LESSON_LESSON_FROM_H
#define LESSON_LESSON_FROM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "lesson/lesson.h"
#include "lesson/lesson_trace.h"

struct session;

struct lesson_from {
	struct lesson_bench	 bench;		/* first: it leads here */
	struct lesson		 lesson;
	struct lesson_trace	 whole;
};

/*
 * Of a session whose recording has ended at now (us). False: error says why
 * nothing can be asked of it. It must stay where it is; to be freed.
 */
bool	lesson_from_make(struct lesson_from *f, const struct session *s,
	    const char *name, uint64_t now, struct buf *error);
void	lesson_from_free(struct lesson_from *f);

#endif
