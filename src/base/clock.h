/* SPDX-License-Identifier: ISC */
/*
 * The clocks of the machine. Only the loop and transports look at them;
 * everybody else is told what time it is.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/buf.h"

/* Microseconds on CLOCK_BOOTTIME, which goes on while the machine sleeps. */
uint64_t	clock_now(void);

/* Appends the wall clock in UTC, RFC 3339 with microseconds. */
void		clock_wall(struct buf *b);

/* The same of a time in us since 1970; nothing if no clock says so. */
void		clock_wall_at(struct buf *b, uint64_t us);

#endif
