/* SPDX-License-Identifier: ISC */
/*
 * What a journal tells: sessions, the way through the states, how it stands
 * at the end, what was found, and where the time went. It is read once, from
 * begin to end, and only a window of it is kept.
 */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"

enum explain_as {
	EXPLAIN_TEXT,
	EXPLAIN_JSON,
	EXPLAIN_MARKDOWN	/* of a log: an answer for an issue */
};

/*
 * Explains n journals, one after the other, to out, as text of at most 80
 * columns or as JSON lines; what is wrong with one goes to err. A journal
 * that is cut off is explained as far as it goes, and one with damaged lines
 * without them. Returns the code of the first that could not be read, 65 if
 * it is no journal and 66 if it cannot be opened; else 76 if in one a finding
 * of severity error stands, a device ends stuck, or its memory is incomplete
 * or differs from what was written; or 0. What was withdrawn never counts, and
 * what is only so far does not either.
 */
int	explain_files(char *const *files, size_t n, enum explain_as as,
	    FILE *out, FILE *err);

/*
 * A text that somebody pasted: true: it is a log of another tool, and what it
 * tells is in said, short. False: it is none, and said is as it was.
 */
bool	explain_paste(const char *text, struct buf *said);

#endif
