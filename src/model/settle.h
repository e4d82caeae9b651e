/*
 * Brings a device to dfuIDLE by what its state needs: ABORT, CLRSTATUS, or
 * patience. Nothing is sent to one that says it is there already.
 */
#ifndef MODEL_SETTLE_H
#define MODEL_SETTLE_H

#include <stdbool.h>

#include "model/poll.h"

struct settle {
	struct poll	 poll;
	bool		 active;	/* poll is at work */
	bool		 ending;	/* a job ends: ask briefly, and check */
	unsigned	 acts;
};

void	settle_begin(struct settle *w, bool ending);
void	settle_free(struct settle *w);

/*
 * As poll_next. POLL_DONE: it is in dfuIDLE; POLL_REFUSED: its state is not
 * one that this can lead out of, or it does not obey.
 */
enum poll_end settle_next(struct settle *w, struct job *j,
	    const struct session *s,
	    const struct job_settings *set, uint64_t now,
	    enum job_step *step);

/* Why not, and the command that helps: "it is in dfuMANIFEST: leave ..." */
void	settle_words(const struct settle *w, const struct session *s,
	    enum poll_end end, uint64_t now, struct buf *b);

/* "dfuIDLE (#4)", "a state that is not known". */
void	settle_state(const struct session *s, uint64_t now, struct buf *b);

#endif
