/* What the rows of verdicts are made of; for the verdict*.c files alone. */
#ifndef DIAGNOSIS_VERDICT_OWN_H
#define DIAGNOSIS_VERDICT_OWN_H

#include "diagnosis/verdict.h"
#include "session/session.h"

struct verdict_facts {
	const struct session	*s;
	const struct dfu_stack	*stack;	/* or NULL */
	uint64_t		 now;
	struct estimate		 estimate;	/* at now */
	struct estimate		 by_spec;	/* by DFU 1.1 alone */
	const struct request	*last;	/* ended, of this arrival; or NULL */
};

/* The start value of ROMs: errFIRMWARE as the first answer. */
bool	verdict_is_start_value(const struct verdict_facts *f);

/* What the stack does with input in dfuMANIFEST; false: not known. */
bool	verdict_manifest_outlook(const struct verdict_facts *f,
	    enum dfu_input input, struct dfu_outlook *o);

#define HOLDS(name)	bool verdict_##name(const struct verdict_facts *f)
HOLDS(mismatch);
HOLDS(incomplete);
HOLDS(left_asked);
HOLDS(left);
HOLDS(pending);
HOLDS(back_dead);
HOLDS(back_runtime);
HOLDS(back_no_dfu);
HOLDS(back_dfu_entered);
HOLDS(back_dfu_again);
HOLDS(back_other);
HOLDS(back);
HOLDS(unanswered_needs_reset);
HOLDS(unanswered_twice);
HOLDS(unanswered);
HOLDS(start_value);
HOLDS(undefined);
HOLDS(stalled);
HOLDS(refused);
HOLDS(error);
HOLDS(wait_absurd);
HOLDS(manifest_given_up);
HOLDS(manifest_waits);
HOLDS(manifest_tolerant);
HOLDS(manifest_polling_helps);
HOLDS(manifest_poll_ends);
HOLDS(manifest_stack_stays);
HOLDS(manifest);
HOLDS(survives_reset);
HOLDS(needs_reset);
HOLDS(done_stays);
HOLDS(manifest_sync);
HOLDS(busy_late);
HOLDS(busy_waits);
HOLDS(busy_zero);
HOLDS(busy_over);
HOLDS(sync);
HOLDS(detaching);
HOLDS(detach_over);
HOLDS(untouched);
HOLDS(unknown);
HOLDS(always);
#undef HOLDS

#define SAYS(name) \
	void verdict_say_##name(const struct verdict_facts *f, struct buf *b)
SAYS(mismatch);
SAYS(incomplete);
SAYS(left_waits);
SAYS(left_for_good);
SAYS(gone);
SAYS(pending);
SAYS(back);
SAYS(back_dead);
SAYS(unanswered);
SAYS(start_value);
SAYS(error);
SAYS(stalled);
SAYS(absurd);
SAYS(still);
SAYS(manifest_waits);
SAYS(manifest_tolerant);
SAYS(manifest_late);
SAYS(wait);
SAYS(busy_late);
SAYS(detach_over);
SAYS(state);
SAYS(unknown);
#undef SAYS

#endif
