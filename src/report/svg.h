/* SPDX-License-Identifier: ISC */
/*
 * The states of a session over time, as a picture.
 */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "command/app.h"

/* Appends the picture of s as it is at now (us), a whole file. */
void	svg_export(struct buf *b, const struct app *app,
	    const struct session *s, uint64_t now);

#endif
