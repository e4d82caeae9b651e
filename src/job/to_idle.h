/* SPDX-License-Identifier: ISC */
/*
 * Brings a device to dfuIDLE by what its state needs: ABORT, CLRSTATUS, or
 * patience. Nothing is sent to one that says it is there already.
 */
#ifndef JOB_TO_IDLE_H
#define JOB_TO_IDLE_H

#include <stdbool.h>

#include "job/poll.h"

struct to_idle {
	struct poll	 poll;
	bool		 active;	/* poll is at work */
	bool		 ending;	/* a job ends: ask briefly, and check */
	unsigned	 acts;
};

void	to_idle_begin(struct to_idle *w, bool ending);
void	to_idle_free(struct to_idle *w);

/*
 * As poll_next. POLL_DONE: it is in dfuIDLE; POLL_REFUSED: its state is not
 * one that this can lead out of, or it does not obey.
 */
enum poll_end to_idle_next(struct to_idle *w, struct job_turn *t);

/* Why not, and the command that helps: "it is in dfuMANIFEST: leave ..." */
void	to_idle_words(const struct to_idle *w, const struct session *s,
	    enum poll_end end, uint64_t now, struct buf *b);

/* "dfuIDLE (#4)", "a state that is not known". */
void	to_idle_state(const struct session *s, uint64_t now, struct buf *b);

#endif
