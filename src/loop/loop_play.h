/* SPDX-License-Identifier: ISC */
/* Lines of commands, played on a simulated device and a clock of their own. */
#ifndef LOOP_LOOP_PLAY_H
#define LOOP_LOOP_PLAY_H

#include "lesson/lesson_trace.h"

/*
 * As struct lesson_bench has it: opens the target ("sim:..."), plays the lines
 * one after the other, each to the end of its job, and tells in t what the
 * device did. False: the target or a line is wrong, or a line has no end.
 */
bool	loop_play(const struct lesson_play *p, struct lesson_trace *t,
	    struct buf *error);

extern const struct lesson_bench loop_bench;

#endif
