/* SPDX-License-Identifier: ISC */
/*
 * Text in lines of at most WRAP_COLUMNS columns.
 */
#ifndef REPORT_WRAP_H
#define REPORT_WRAP_H

#include "base/buf.h"

#define WRAP_COLUMNS	78

/*
 * Appends text as lines: the first is indented by `first` columns, the others
 * by `rest`. A newline in it begins a line; a word that is too long for any
 * line is broken. No line ends in a blank.
 */
void	wrap_hang(struct buf *b, int first, int rest, const char *text);

/* The same with one indent, and label before the text; NULL: nothing. */
void	wrap_add(struct buf *b, int indent, const char *label,
	    const char *text);

#endif
