/* SPDX-License-Identifier: ISC */
/* What the files of a lesson under way share. Nobody else looks inside. */
#ifndef LESSON_LESSON_OWN_H
#define LESSON_LESSON_OWN_H

#include "lesson/lesson_run.h"

/* lesson_judge.c: the device has shown what is so; marks and tells. */
void	lesson_judge(struct lesson_run *r);
void	lesson_judge_goal(struct lesson_run *r);

/* lesson_live.c: the pupil's device. */
void	lesson_live_drop(struct lesson_run *r);
const char *lesson_live_turn(struct lesson_run *r, const struct app *d,
	    uint64_t now);

/* lesson_run.c: what comes behind this. */
void	lesson_go_on(struct lesson_run *r);
/* An answer, or the time of an exam, was given. */
void	lesson_tell(struct lesson_run *r);

#endif
