/* SPDX-License-Identifier: ISC */
/*
 * What a firmware file is, as text and as a JSON line.
 */
#ifndef REPORT_IMAGE_H
#define REPORT_IMAGE_H

#include <stdbool.h>

#include "base/buf.h"
#include "dfu/image.h"
#include "session/session.h"

/* Several lines: kind, suffix, what goes where, notes. path is escaped. */
void	image_text(struct buf *b, const char *path,
	    const struct image *image);

/* type "image"; code as the program ends for that file. */
void	image_json(struct buf *b, const char *path,
	    const struct image *image, int code);

/* The same for a file that cannot be read: only what is wrong. */
void	image_json_error(struct buf *b, const char *path, const char *error,
	    int code);

/*
 * Whether it is for that device and fits its memory; bytes without an address
 * are taken to begin where the memory begins. Returns whether it is and fits.
 */
bool	image_fit_text(struct buf *b, const struct image *image,
	    const struct session *s);

/* The same as type "fit"; code is what it has if it is not or does not. */
bool	image_fit_json(struct buf *b, const char *path,
	    const struct image *image, const struct session *s, int code);

#endif
