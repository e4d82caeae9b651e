/*
 * A session as a file for others: a picture of its states over time, or its
 * sequence of requests as text.
 */
#ifndef REPORT_EXPORT_H
#define REPORT_EXPORT_H

#include "command/app.h"
#include "command/export.h"

/* Appends the file that w is for, of s as it is at now. */
void	export_write(struct buf *b, const struct app *d,
	    const struct session *s, const struct export *w,
	    uint64_t now);

#endif
