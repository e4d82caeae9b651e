/* SPDX-License-Identifier: ISC */
/*
 * One request on behalf of a job, and what follows it: GETSTATUS at the pace
 * that the device announces, until it has done what was asked. A job holds
 * one, begins it, and gives it its turns until it has ended.
 */
#ifndef JOB_POLL_H
#define JOB_POLL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/spec.h"
#include "job/job.h"

/* What comes behind the request. */
enum poll_follow {
	POLL_NOTHING,		/* its answer is all */
	POLL_BLOCK,		/* GETSTATUS until dfuDNBUSY is over */
	POLL_MANIFEST,		/* GETSTATUS until the manifestation is over */
	POLL_LEAVE,	/* the same where the manifestation has begun */
	POLL_CHANGE		/* GETSTATUS until it is not in from any more */
};

/* How it ended. */
enum poll_end {
	POLL_GOING,		/* not yet: t->step is what the job returns */
	POLL_DONE,		/* accepted, and done */
	POLL_REFUSED,		/* STALL, or an error that it reported */
	POLL_SILENT,		/* no answer that can be used */
	POLL_STILL,		/* busy for longer than the limit */
	POLL_GONE		/* it left the bus */
};

struct poll {
	struct setup		 setup;
	const uint8_t		*data;		/* borrowed until it ended */
	enum poll_follow	 follow;
	uint64_t		 limit;		/* us in all, from sending */
	uint32_t		 timeout;	/* ms a request; 0: as usual */
	uint64_t		 grace;	/* us more before it is asked again */
	bool			 hurries;	/* due may be too early */
	uint64_t		 pace;	/* us between two GETSTATUS, least */
	uint64_t		 patience; /* us of an announced wait; 0: all */
	uint64_t		 until;	/* us: no further GETSTATUS; 0: none */
	unsigned		 most;	/* answers to GETSTATUS; 0: any */
	uint8_t			 from;		/* bState of POLL_CHANGE */
	/*
	 * No GETSTATUS is repeated that fails; where an answer says nothing,
	 * what the session knows counts.
	 */
	bool			 once;

	unsigned		 phase;		/* private to poll.c */
	bool			 left;
	bool			 answered;
	bool			 told;	/* the answer is a status */
	uint8_t			 outcome;	/* of the latest request */
	unsigned		 lost;		/* GETSTATUS without answer */
	unsigned		 again;		/* refused or malformed */
	unsigned		 idle;		/* busy answers without wait */
	uint64_t		 begun;	/* us, of limit; 0: when it is sent */
	uint64_t		 ended;		/* the latest request, us */
	/* These two outlive a begin: a wait that was announced goes on. */
	uint64_t		 due;		/* of the next GETSTATUS, us */
	uint64_t		 asked;		/* the latest GETSTATUS, us */
	uint32_t		 number;	/* of the latest request */

	/* Of the request itself. */
	uint8_t			 taken;		/* its outcome */
	struct buf		 in;		/* what it brought */
	/* The GETSTATUS behind it: how many were answered, and the latest. */
	unsigned		 answers;
	bool			 replied;
	struct dfu_status_reply	 reply;
};

/* Zeroed to begin with; frees what it brought. */
void	poll_free(struct poll *p);

/*
 * Prepares a request of the class: data holds the length bytes of an OUT data
 * stage until it ended. limit in ms: how long it may be busy; 0: any time.
 */
void	poll_begin(struct poll *p, uint8_t bRequest, uint16_t value,
	    const uint8_t *data, uint16_t length, enum poll_follow follow,
	    uint32_t limit);

/*
 * The same without a request: asks how the one before it goes on, or, with
 * POLL_NOTHING, just asks.
 */
void	poll_begin_asking(struct poll *p, enum poll_follow follow,
	    uint32_t limit);

/* A turn of the job it works for. A wait that the operator skips is over. */
enum poll_end poll_next(struct poll *p, struct job_turn *t);

/* As job_ops.event. */
void	poll_event(struct poll *p, const struct event *e);

/* A request is on its way. */
bool	poll_pending(const struct poll *p);

/* Why it ended, behind what was asked: "refused: dfuERROR, status ... (#4)" */
void	poll_words(const struct poll *p, enum poll_end end, struct buf *b);

#endif
