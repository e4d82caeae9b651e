#include "model/session_watch.h"

#include "dfu/spec.h"
#include "model/session.h"

static bool
is_zero_dnload(const struct request *r)
{
	return (dfu_input_of(&r->setup) == DFU_IN_DNLOAD0);
}

static bool
is_look(const struct request *r)
{
	int input = dfu_input_of(&r->setup);

	return (input == DFU_IN_GETSTATUS || input == DFU_IN_GETSTATE);
}

void
watch_submit(struct session *s, const struct request *r)
{
	if (dfu_input_of(&r->setup) < 0)
		return;
	ledger_sent(&s->ledger, r->at);
	if (is_zero_dnload(r))
		s->leaving = (struct leaving){ .by = r->number,
		    .began = r->at };
}

/* From the first sync to the wait for a reset. */
static bool
is_manifesting(uint8_t state)
{
	return (state == DFU_STATE_MANIFEST_SYNC ||
	    state == DFU_STATE_MANIFEST ||
	    state == DFU_STATE_MANIFEST_WAIT_RESET);
}

static void
looked(struct session *s, const struct request *r, uint8_t state)
{
	struct leaving *l = &s->leaving;

	if (l->by == 0 && is_manifesting(state))
		*l = (struct leaving){ .by = r->number, .found = true,
		    .accepted = true, .began = r->at };
	l->polls += l->by != 0 && r->replied;
	/* In dfuIDLE it is done; anywhere else it never was one. */
	if (!is_manifesting(state) && state != DFU_STATE_IDLE)
		*l = (struct leaving){ .by = 0 };
}

void
watch_complete(struct session *s, const struct request *r)
{
	bool answered = outcome_is_answer((enum outcome)r->outcome);

	if (dfu_input_of(&r->setup) < 0)
		return;
	if (r->replied)
		ledger_status(&s->ledger, r->reply.bState,
		    r->reply.bwPollTimeout, r->done);
	else if (answered && is_look(r) && s->reported.by == r->number)
		ledger_state(&s->ledger, s->reported.state, r->done);
	else if (!is_look(r) && (answered || r->outcome == OUTCOME_STALL))
		ledger_broken(&s->ledger);
	if (answered && is_look(r) && s->reported.by == r->number)
		looked(s, r, s->reported.state);
	else if (answered && s->leaving.by == r->number)
		s->leaving.accepted = true;
	else if ((answered && !is_look(r)) || (s->leaving.by == r->number &&
	    r->outcome == OUTCOME_STALL))
		s->leaving = (struct leaving){ .by = 0 };
}

void
watch_left(struct session *s, uint64_t at)
{
	const struct dfu_function *f = session_function(s);

	ledger_left(&s->ledger, at);
	s->departure = (struct departure){ .dfu = f != NULL,
	    .runtime = session_runtime(s),
	    .vendor = s->who != NULL ? s->who->vendor : 0,
	    .product = s->who != NULL ? s->who->product : 0,
	    .by = s->nrequests != 0 ?
	    s->requests[s->nrequests - 1].number : 0,
	    .leaving = s->leaving };
	s->leaving = (struct leaving){ .by = 0 };
}

void
watch_restart(struct session *s)
{
	ledger_broken(&s->ledger);
	s->leaving = (struct leaving){ .by = 0 };
}
