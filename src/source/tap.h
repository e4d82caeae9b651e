/* SPDX-License-Identifier: ISC */
/*
 * What a tap in another tool tells, made into events: the requests of its
 * processes, and what else they do to a device. Devices arrive elsewhere.
 */
#ifndef SOURCE_TAP_H
#define SOURCE_TAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"

struct identity;
struct tap;

/* Requests are counted in *numbers; time 0 of the trace is that of the tap. */
struct tap	*tap_new(uint32_t *numbers);
void		 tap_free(struct tap *t);

/*
 * A device, told of already by that number; what was heard of it before is
 * told now. It left again.
 */
void		 tap_arrived(struct tap *t, const struct identity *who,
		    uint16_t dev);
void		 tap_left(struct tap *t, uint16_t dev);

/* A packet of the socket; false: it is no message, and is passed over. */
bool		 tap_take(struct tap *t, const uint8_t *p, size_t n);

/*
 * A process of the tool is gone, at that time: what it had asked for and not
 * got is over. lost: messages are missing as far as is known.
 */
void		 tap_ended(struct tap *t, uint32_t pid, uint64_t time);

/* The next event; *e borrows until the next call of this room. */
bool		 tap_next(struct tap *t, struct event *e);

/* Control transfers, to whatever device; processes that said hello. */
unsigned long	 tap_requests(const struct tap *t);
unsigned long	 tap_processes(const struct tap *t);

#endif
