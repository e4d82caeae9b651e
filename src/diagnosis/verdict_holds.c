/* When the rows of verdicts hold: one question each. */
#include "diagnosis/verdict_own.h"

#include <string.h>

#include "dfu/spec.h"
#include "session/limits.h"

static uint8_t
state_of(const struct verdict_facts *f)
{
	return (f->s->estimate.how == ESTIMATE_UNKNOWN ? NO_STATE :
	    f->s->estimate.state);
}

static bool
timed_into(const struct verdict_facts *f, uint8_t state)
{
	return (
	    f->estimate.how == ESTIMATE_TIMED && f->estimate.state == state);
}

/* Off the bus, back on it. */

bool
verdict_left(const struct verdict_facts *f)
{
	return (!f->s->present);
}

bool
verdict_left_asked(const struct verdict_facts *f)
{
	return (!f->s->present && f->s->departure.leaving.by != 0);
}

/* Since it came back, nothing was answered. */
bool
verdict_back(const struct verdict_facts *f)
{
	return (f->s->arrivals > 1 && f->s->last_answer < f->s->arrived_at);
}

bool
verdict_back_dead(const struct verdict_facts *f)
{
	return (verdict_back(f) && f->last != NULL);
}

bool
verdict_back_runtime(const struct verdict_facts *f)
{
	return (verdict_back(f) && session_runtime(f->s));
}

bool
verdict_back_no_dfu(const struct verdict_facts *f)
{
	return (verdict_back(f) && session_function(f->s) == NULL);
}

bool
verdict_back_dfu_entered(const struct verdict_facts *f)
{
	return (verdict_back(f) && f->s->departure.runtime);
}

static bool
same_id(const struct verdict_facts *f)
{
	const struct departure *d = &f->s->departure;

	return (f->s->who != NULL && f->s->who->vendor == d->vendor &&
	    f->s->who->product == d->product);
}

/* At once: whoever comes later may have been plugged in again. */
bool
verdict_back_dfu_again(const struct verdict_facts *f)
{
	return (verdict_back(f) && f->s->departure.leaving.by != 0 &&
	    same_id(f) &&
	    f->s->arrived_at - f->s->left_at < SESSION_BACK_WITHIN);
}

bool
verdict_back_other(const struct verdict_facts *f)
{
	return (verdict_back(f) && !same_id(f));
}

/* Requests without an answer. */

bool
verdict_pending(const struct verdict_facts *f)
{
	return (f->s->pending.number != 0);
}

static bool
no_answer(const struct request *r)
{
	switch ((enum outcome)r->outcome) {
	case OUTCOME_OK:
	case OUTCOME_SHORT:
	case OUTCOME_STALL:
		return (false);
	case OUTCOME_UNKNOWN:
	case OUTCOME_TIMEOUT:
	case OUTCOME_CANCELLED:
	case OUTCOME_BUSERROR:
	case OUTCOME_BABBLE:
	case OUTCOME_GONE:
	case OUTCOME_DENIED:
	case OUTCOME_BUSY:
		break;
	}
	return (true);
}

bool
verdict_unanswered(const struct verdict_facts *f)
{
	return (f->last != NULL && no_answer(f->last));
}

bool
verdict_unanswered_needs_reset(const struct verdict_facts *f)
{
	return (verdict_unanswered(f) &&
	    state_of(f) == DFU_STATE_MANIFEST_WAIT_RESET);
}

bool
verdict_unanswered_twice(const struct verdict_facts *f)
{
	const struct request *r = f->last;

	return (verdict_unanswered(f) && r > f->s->requests &&
	    r[-1].at >= f->s->arrived_at && no_answer(&r[-1]));
}

/* Errors. */

/* Nothing but this first answer has told of a state. */
static bool
is_first_answer(const struct session *s)
{
	return (s->npath == 1 && s->path[0].from == NO_STATE);
}

bool
verdict_start_value(const struct verdict_facts *f)
{
	const struct dfu_status_reply *last = &f->s->status.reply;

	return (state_of(f) == DFU_STATE_ERROR && f->stack != NULL &&
	    f->s->status.known && is_first_answer(f->s) &&
	    last->bStatus != DFU_STATUS_OK &&
	    last->bStatus == dfu_stack_start_value(f->stack, NULL));
}

bool
verdict_undefined(const struct verdict_facts *f)
{
	return (state_of(f) != NO_STATE &&
	    dfu_state_row(state_of(f)) == NULL);
}

bool
verdict_stalled(const struct verdict_facts *f)
{
	return (f->last != NULL && f->last->outcome == OUTCOME_STALL);
}

bool
verdict_error(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_ERROR);
}

bool
verdict_refused(const struct verdict_facts *f)
{
	return (verdict_error(f) && f->s->status.known &&
	    f->s->status.reply.bState == DFU_STATE_ERROR);
}

/* Waits. */

bool
verdict_wait_absurd(const struct verdict_facts *f)
{
	return (session_wait_left(f->s, f->now) != 0 &&
	    f->s->status.reply.bwPollTimeout > LIMIT_ANNOUNCED_S * 1000u &&
	    f->s->estimate.how != ESTIMATE_UNKNOWN);
}

bool
verdict_manifest(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_MANIFEST);
}

bool
verdict_manifest_given_up(const struct verdict_facts *f)
{
	return (verdict_manifest(f) && f->s->leaving.polls >= LIMIT_LEAVE);
}

bool
verdict_manifest_waits(const struct verdict_facts *f)
{
	return (verdict_manifest(f) && session_wait_left(f->s, f->now) != 0);
}

bool
verdict_manifest_tolerant(const struct verdict_facts *f)
{
	return (verdict_manifest(f) && timed_into(f,
	    DFU_STATE_MANIFEST_SYNC) && (f->stack == NULL ||
	    strcmp(f->stack->id, "strict") == 0));
}

bool
verdict_manifest_outlook(const struct verdict_facts *f,
    enum dfu_input input, struct dfu_outlook *o)
{
	struct dfu_conditions c = session_conditions(f->s);

	return (f->stack != NULL && dfu_stack_outlook(f->stack,
	    DFU_STATE_MANIFEST, input, &c, o) &&
	    o->certainty != DFU_KNOWN_SPEC);
}

static bool
polling(const struct verdict_facts *f, struct dfu_outlook *o)
{
	return (verdict_manifest(f) && verdict_manifest_outlook(f,
	    DFU_IN_GETSTATUS, o));
}

/* It stays, and somebody saw that asking on brings it to an end. */
bool
verdict_manifest_polling_helps(const struct verdict_facts *f)
{
	struct dfu_outlook o;

	return (polling(f, &o) && o.next == DFU_STATE_MANIFEST &&
	    o.certainty == DFU_KNOWN_REPORT);
}

bool
verdict_manifest_poll_ends(const struct verdict_facts *f)
{
	struct dfu_outlook o;

	return (polling(f, &o) && o.next != DFU_STATE_MANIFEST &&
	    o.next != DFU_STATE_ERROR);
}

bool
verdict_manifest_stack_stays(const struct verdict_facts *f)
{
	struct dfu_outlook o;

	return (polling(f, &o) && o.next == DFU_STATE_MANIFEST);
}

bool
verdict_needs_reset(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_MANIFEST_WAIT_RESET);
}

bool
verdict_survives_reset(const struct verdict_facts *f)
{
	struct dfu_conditions c = session_conditions(f->s);
	struct dfu_outlook o;

	return (verdict_needs_reset(f) && f->stack != NULL &&
	    dfu_stack_outlook(f->stack, DFU_STATE_MANIFEST_WAIT_RESET,
	    DFU_IN_RESET, &c, &o) && o.next == DFU_STATE_MANIFEST_WAIT_RESET);
}

bool
verdict_done_stays(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_IDLE &&
	    f->s->leaving.by != 0 && f->s->leaving.polls != 0);
}

bool
verdict_manifest_sync(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_MANIFEST_SYNC);
}

static bool
busy(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_DNBUSY);
}

/* It said so again after the time that it had announced first. */
bool
verdict_busy_late(const struct verdict_facts *f)
{
	const struct wait_stats *l = &f->s->wait_stats;

	return (busy(f) && l->here && f->s->reported.at - l->since >=
	    (l->first > VERDICT_PATIENCE ? l->first : VERDICT_PATIENCE));
}

bool
verdict_busy_waits(const struct verdict_facts *f)
{
	return (busy(f) && session_wait_left(f->s, f->now) != 0);
}

bool
verdict_busy_zero(const struct verdict_facts *f)
{
	return (busy(f) && f->s->wait_stats.zeros >= WAIT_STATS_LOOP);
}

bool
verdict_busy_over(const struct verdict_facts *f)
{
	return (busy(f));
}

bool
verdict_sync(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_DNLOAD_SYNC);
}

bool
verdict_detaching(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_APP_DETACH &&
	    f->estimate.state == DFU_STATE_APP_DETACH);
}

bool
verdict_detach_over(const struct verdict_facts *f)
{
	return (state_of(f) == DFU_STATE_APP_DETACH &&
	    timed_into(f, DFU_STATE_APP_IDLE));
}

bool
verdict_untouched(const struct verdict_facts *f)
{
	return (session_requests(f->s) == 0);
}

bool
verdict_unknown(const struct verdict_facts *f)
{
	return (state_of(f) == NO_STATE);
}

bool
verdict_always(const struct verdict_facts *f)
{
	(void)f;
	return (true);
}
