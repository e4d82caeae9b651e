/* SPDX-License-Identifier: ISC */
#include "analysis/ideal_host.h"

#include "session/session.h"

/* The first moment not before at when it asks after waits of that length. */
static uint64_t
next_due(uint64_t from, uint64_t wait, uint64_t at)
{
	if (wait == 0 || at <= from)
		return (at > from + wait ? at : from + wait);
	return (from + (at - from + wait - 1) / wait * wait);
}

static uint64_t
still_busy(struct ideal_host *o, const struct request *r)
{
	uint64_t spent = o->due - o->from;

	if (r->done < o->due)
		return (0);
	o->from = o->due;
	o->due = next_due(o->from, (uint64_t)r->reply.bwPollTimeout * 1000,
	    r->done);
	return (spent);
}

uint64_t
ideal_host_request(struct ideal_host *o, const struct request *r)
{
	uint64_t spent = r->done - r->at;

	if (o->waits && r->replied && r->reply.bState == o->state)
		return (still_busy(o, r));
	if (o->waits)
		spent += o->due - o->from;
	o->waits = r->replied;
	o->state = r->reply.bState;
	o->from = r->done;
	o->due = r->done + (uint64_t)r->reply.bwPollTimeout * 1000;
	return (spent);
}
