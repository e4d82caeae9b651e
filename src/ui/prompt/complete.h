/* SPDX-License-Identifier: ISC */
/*
 * What a half-typed line could become.
 */
#ifndef UI_PROMPT_COMPLETE_H
#define UI_PROMPT_COMPLETE_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Completes the word at the end of line (a NUL-terminated part of a line of
 * commands) as far as it is unique: *from is where that word begins, word
 * what is to stand in its place; the candidates, if there are several, are
 * appended to choices. Reads folders where the name of a file is wanted.
 */
void	complete_line(const char *line, size_t *from, struct buf *word,
	    struct buf *choices);

/* The same for a line of the list's filter (filter.h). */
void	complete_filter(const char *line, size_t *from, struct buf *word,
	    struct buf *choices);

#endif
