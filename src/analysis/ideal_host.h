/* SPDX-License-Identifier: ISC */
/*
 * What a host that obeyed the device would have spent on the same requests:
 * it waits as long as it was told, no longer, and does not ask before.
 */
#ifndef ANALYSIS_IDEAL_HOST_H
#define ANALYSIS_IDEAL_HOST_H

#include <stdbool.h>
#include <stdint.h>

struct request;

/* Zero it to begin. */
struct ideal_host {
	bool		waits;
	uint8_t		state;		/* in which it was told to */
	uint64_t	from;		/* the wait began, us */
	uint64_t	due;		/* it would ask again then, us */
};

/*
 * r has ended: the us that such a host spends on it, with the wait before
 * it. The device is taken at its word: when a wait is over it is ready,
 * unless a later answer says that it was not. Asking again before the wait
 * is over costs nothing: such a host does not do it.
 */
uint64_t ideal_host_request(struct ideal_host *o, const struct request *r);

#endif
