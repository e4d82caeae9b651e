/* SPDX-License-Identifier: ISC */
/*
 * Events in little memory, for trace.c alone: what requests have in common is
 * kept once, as a style, and a request differs from it by its time, number,
 * value and bytes. An event that does not fit that is kept as it is.
 */
#ifndef TRACE_PACK_H
#define TRACE_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "trace/event.h"

#define PACK_INLINE	8	/* bytes of data that need no memory more */

struct packed {
	uint64_t	 time;
	union {
		uint8_t		 bytes[PACK_INLINE];
		uint8_t		*data;
		struct event	*whole;		/* style is PACK_WHOLE */
	} u;
	uint32_t	 number;
	uint16_t	 style;
	uint16_t	 value;		/* wValue */
};
_Static_assert(sizeof(struct packed) == 24, "a trace holds millions of them");

#define PACK_WHOLE	UINT16_MAX

/* styles: zeroed to begin; what differs from event to event is 0 in them. */

/*
 * A copy of *e with its bytes and identity; *extra is what pack_open needs
 * besides, often 0.
 */
struct packed pack_event(struct intern *styles, const struct event *e,
	    uint32_t *extra);

/* The event again; its bytes and identity are those of p. */
struct event pack_open(const struct intern *styles, const struct packed *p,
	    uint32_t extra);

/* Frees what it holds. */
void	pack_free(const struct intern *styles, struct packed *p);

/* Bytes of data that it holds. */
size_t	pack_payload(const struct intern *styles, const struct packed *p);

#endif
