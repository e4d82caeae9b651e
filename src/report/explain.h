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

/*
 * Explains the journal at path into b, as text of at most 80 columns or as
 * JSON lines. Returns the exit code: 0; 76 if something of severity error was
 * found; 65 if it is no journal, 66 if it cannot be opened, and error says
 * so. A journal that is cut off is explained as far as it goes, and one with
 * damaged lines without them.
 */
int	explain_journal(struct buf *b, const char *path, bool json,
	    struct buf *error);

/*
 * The same of n files, one after the other, to out; what is wrong with one to
 * err. Returns the code of the first that could not be read, else 76 or 0.
 */
int	explain_files(char *const *files, size_t n, bool json, FILE *out,
	    FILE *err);

#endif
