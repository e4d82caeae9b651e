/* SPDX-License-Identifier: ISC */
/*
 * Two recordings of what was asked of a device, side by side: which request
 * came next in one and not in the other.
 */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"

struct app;
struct difference;

/*
 * Compares two journals, captures or logs to out; what is wrong with one goes
 * to err. Of each the device that was asked most is taken, and polls with the
 * same answer count once. Returns 0 if the same was asked, 1 if not; 65 or 66
 * as explain_files.
 */
int	diff_files(const char *a, const char *b, FILE *out, FILE *err);

/*
 * The same of the session in view, or of no device, and a file: the
 * application has the difference then, and said a line about it. False: error
 * says what is wrong with the file, and nothing has changed.
 */
bool	diff_app(struct app *app, const char *path, struct buf *said,
	    struct buf *error);

/* What diff_files prints. */
void	diff_text(const struct difference *d, struct buf *b);

#endif
