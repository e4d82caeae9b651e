/* SPDX-License-Identifier: ISC */
/*
 * A session as a file for others: a picture of its states over time, or its
 * sequence of requests as text.
 */
#ifndef REPORT_EXPORT_H
#define REPORT_EXPORT_H

#include <stdbool.h>

#include "command/app.h"
#include "command/export.h"
#include "dfu/image.h"

/* Appends the file that w is for, of s as it is at now. */
void	export_write(struct buf *b, const struct app *d,
	    const struct session *s, const struct export *w,
	    uint64_t now);

/*
 * Appends what was downloaded to s, as Intel HEX if the name at path ends in
 * ".hex", else as bytes from the first to the last; said tells what is in it.
 * False: said tells why there is none.
 */
bool	export_image(struct buf *b, const struct app *d,
	    const struct session *s, const char *path, struct buf *said);

/*
 * Holds what was downloaded to s against the image (its bytes at the address
 * of w, else where the download begins, if it has none), or NULL: against what
 * was read back since. said gets a sentence. True: all of it is the same.
 */
bool	export_compare(const struct app *d, const struct session *s,
	    const struct image_comparison *w, const struct image *image,
	    struct buf *said);

#endif
