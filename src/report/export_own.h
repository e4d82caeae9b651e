/* SPDX-License-Identifier: ISC */
/* What the files of an export share. */
#ifndef REPORT_EXPORT_OWN_H
#define REPORT_EXPORT_OWN_H

#include "report/export.h"
#include "source/capture_back.h"

#define EXPORT_MADE_UP	CAPTURE_BACK_MADE_UP
#define EXPORT_ZERO	CAPTURE_BACK_ZERO
#define EXPORT_EVENT	CAPTURE_BACK_EVENT

/*
 * The first block of what was downloaded: of the alternate setting in use, else
 * of the first that was written; written.n: there is none.
 */
size_t	export_image_first(const struct session *s);

/* The bytes of a block in what its request carried; NULL: not kept. */
const uint8_t *export_image_bytes(const struct app *d,
	    const struct session *s, const struct block *block);

/* The session as pcapng. */
void	export_pcapng(struct buf *b, const struct app *d,
	    const struct session *s);

#endif
