/* SPDX-License-Identifier: ISC */
/*
 * The lines that were typed before, in this run and in earlier ones.
 */
#ifndef UI_PROMPT_HISTORY_H
#define UI_PROMPT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define HISTORY_MAX	1000

/* Zero it to begin; latest last, no line twice. */
struct history {
	char	**lines;
	size_t	  n;
	char	 *path;		/* of its file, or NULL: kept for this run */
};

/* Reads the file at path, if there is one, and writes to it from now on. */
void	history_open(struct history *h, const char *path);

/*
 * Adds a line, and to the file too, with what other runs have added there
 * meanwhile. False: error says why the file could not be written.
 */
bool	history_add(struct history *h, const char *line, struct buf *error);

/* The latest line before `before` that contains text, or h->n. */
size_t	history_find(const struct history *h, size_t before,
	    const char *text);

void	history_free(struct history *h);

#endif
