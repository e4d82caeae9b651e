/* SPDX-License-Identifier: ISC */
/*
 * Lessons on paper: what a pupil reads, with empty cells to be filled in, and
 * a key on a page of its own. The same words as on the screen, so that who
 * does not see one has them too.
 */
#ifndef LESSON_SHEET_H
#define LESSON_SHEET_H

#include <stdbool.h>

#include "base/buf.h"
#include "lesson/lesson.h"
#include "lesson/lesson_trace.h"

/* What stands before all sheets, and behind them; html: a page of its own. */
void	sheet_begin(const char *title, bool html, struct buf *b);
void	sheet_end(bool html, struct buf *b);

/* The states by number, and the rules. */
void	sheet_map(bool html, struct buf *b);
void	sheet_rules(bool html, struct buf *b);

/* The worksheet of a lesson; and its key, as the devices have it. */
void	sheet_lesson(const struct lesson *l, const struct lesson_bench *bench,
	    bool html, struct buf *b);
void	sheet_key(const struct lesson *l, const struct lesson_bench *bench,
	    bool html, struct buf *b);

#endif
