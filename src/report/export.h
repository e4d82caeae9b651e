/*
 * A session as a file for others: a picture of its states over time, or its
 * ladder as text.
 */
#ifndef REPORT_EXPORT_H
#define REPORT_EXPORT_H

#include "command/app.h"
#include "command/export.h"

/* Appends the file that w is for, of s as it is at now. */
void	export_write(struct buf *b, const struct app *d,
	    const struct session *s, const struct export *w,
	    uint64_t now);

/* The two there are. */
void	export_svg(struct buf *b, const struct app *d,
	    const struct session *s, uint64_t now);
void	export_sequence(struct buf *b, const struct app *d,
	    const struct session *s, enum sequence_zoom zoom, uint64_t now);

#endif
