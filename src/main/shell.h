/* SPDX-License-Identifier: ISC */
/*
 * Completion for shells: what could stand where a command line ends. The
 * scripts in data/completion ask `dfuscope complete LINE` and hand the answer
 * on, so that they need no list of their own.
 */
#ifndef MAIN_SHELL_H
#define MAIN_SHELL_H

#include "base/buf.h"

/* What shell_complete says where the name of any file may stand. */
#define SHELL_FILES	":files"

/*
 * Appends what the last word of line could become, one row a candidate: the
 * whole word, a tabulator and a sentence (it may be empty). line is what was
 * typed up to the cursor, "dfuscope run -T si", with the quotes and
 * backslashes of a shell; expansions are not made. A row SHELL_FILES says
 * that a file may stand there, too. Reads folders where a part of a word
 * names a file ("replay:fi").
 */
void	shell_complete(struct buf *out, const char *line);

#endif
