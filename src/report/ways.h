/* SPDX-License-Identifier: ISC */
/* The ladder of recovery without a screen: what may help, and what it did. */
#ifndef REPORT_WAYS_H
#define REPORT_WAYS_H

#include <stdint.h>

#include "base/buf.h"
#include "command/app.h"

/*
 * The actions for the session in view, the mildest first; nothing without one.
 */
void	ways_text(struct buf *b, const struct app *d, uint64_t now);

/*
 * type "way": an object for each. "expected" is what may be hoped of it,
 * "tried" what it did last, if it was tried.
 */
void	ways_json(struct buf *b, const struct app *d, uint64_t now);

#endif
