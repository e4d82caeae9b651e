/* SPDX-License-Identifier: ISC */
#include "session/session_stats.h"

#include "dfu/spec.h"
#include "session/limits.h"
#include "session/session.h"

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
session_stats_submit(struct session *s, const struct request *r)
{
	if (dfu_input_of(&r->setup) < 0)
		return;
	wait_stats_sent(&s->wait_stats, r->at);
	if (is_zero_dnload(r))
		s->leaving = (struct leaving){ .by = r->number,
		    .began = r->at };
}

static void
looked(struct session *s, const struct request *r, uint8_t state)
{
	/* From the first sync to the wait for a reset. */
	bool manifests =
	    dfu_state_is(state, DFU_STATES_MANIFEST | DFU_STATES_MUTE);
	struct leaving *l = &s->leaving;

	if (l->by == 0 && manifests)
		*l = (struct leaving){ .by = r->number, .found = true,
		    .accepted = true, .began = r->at };
	l->polls += l->by != 0 && r->replied && !l->done;
	l->done = l->by != 0 && state == DFU_STATE_IDLE;
	/* In dfuIDLE it is done; anywhere else it never was one. */
	if (!manifests && state != DFU_STATE_IDLE)
		*l = (struct leaving){ .by = 0 };
}

static bool
works(const struct session *s)
{
	return (s->reported.known &&
	    dfu_state_is(s->reported.state, DFU_STATES_BLOCK));
}

/*
 * DETACH and read unprotect may make it leave some time after they were
 * answered; an answer that shows it at rest ends that.
 */
static void
note_cause(struct session *s, const struct request *r, bool answered)
{
	enum departure_cause cause = DEPARTURE_UNASKED;

	if (r->meaning.kind == DFU_KIND_DETACH)
		cause = DEPARTURE_DETACH;
	else if (r->meaning.kind == DFU_KIND_READ_UNPROTECT)
		cause = DEPARTURE_UNPROTECT;
	if (cause != DEPARTURE_UNASKED && r->outcome != OUTCOME_STALL) {
		s->cause = cause;
		s->cause_by = r->number;
	} else if (answered && (!is_look(r) ||
	    (s->cause == DEPARTURE_DETACH ?
	    s->estimate.state != DFU_STATE_APP_DETACH : !works(s)))) {
		s->cause = DEPARTURE_UNASKED;
		s->cause_by = 0;
	}
}

/* The time between polls counts while nobody thinks it over. */
static uint64_t
between(const struct session *s, uint64_t from, uint64_t to)
{
	uint64_t most = LIMIT_OVERDUE_MS * 1000;

	if (s->status.known)
		most += (uint64_t)s->status.reply.bwPollTimeout * 1000;
	return (from != 0 && to > from && to - from <= most ? to - from : 0);
}

static void
polled(struct session *s, const struct request *r)
{
	struct leaving *l = &s->leaving;

	if (l->by == 0 || l->by == r->number ||
	    dfu_input_of(&r->setup) != DFU_IN_GETSTATUS)
		return;
	l->polling += between(s, l->polled, r->at) + (r->done - r->at);
	l->polled = r->done;
}

void
session_stats_complete(struct session *s, const struct request *r)
{
	bool answered = outcome_is_answer((enum outcome)r->outcome);

	note_cause(s, r, answered);
	if (dfu_input_of(&r->setup) < 0)
		return;
	if (r->replied && (r->told & EVENT_KNOWS_WAIT) != 0)
		wait_stats_status(&s->wait_stats, r->reply.bState,
		    r->reply.bwPollTimeout, r->done);
	else if (answered && is_look(r) && s->reported.by == r->number)
		wait_stats_state(&s->wait_stats, s->reported.state,
		    r->replied, r->done);
	else if (!is_look(r) && (answered || r->outcome == OUTCOME_STALL))
		wait_stats_broken(&s->wait_stats);
	if (answered && is_look(r) && s->reported.by == r->number)
		looked(s, r, s->reported.state);
	else if (answered && s->leaving.by == r->number)
		s->leaving.accepted = true;
	else if ((answered && !is_look(r)) || (s->leaving.by == r->number &&
	    r->outcome == OUTCOME_STALL))
		s->leaving = (struct leaving){ .by = 0 };
	polled(s, r);
}

void
session_stats_left(struct session *s, uint64_t at)
{
	const struct dfu_function *f = session_function(s);

	wait_stats_left(&s->wait_stats, at);
	s->leaving.polling += between(s, s->leaving.polled, at);
	s->departure = (struct departure){ .dfu = f != NULL,
	    .runtime = session_runtime(s),
	    .vendor = s->who != NULL ? s->who->vendor : 0,
	    .product = s->who != NULL ? s->who->product : 0,
	    .by = s->nrequests != 0 ?
	    s->requests[s->nrequests - 1].number : 0,
	    .leaving = s->leaving, .cause = s->cause,
	    .cause_by = s->cause_by };
	if (s->cause == DEPARTURE_HAND || s->cause == DEPARTURE_ANEW) {
		s->departure.leaving = (struct leaving){ .by = 0 };
	} else if (s->leaving.by != 0) {
		s->departure.cause = DEPARTURE_LEAVE;
		s->departure.cause_by = s->leaving.by;
	}
	session_stats_restart(s);
}

void
session_stats_restart(struct session *s)
{
	wait_stats_broken(&s->wait_stats);
	s->leaving = (struct leaving){ .by = 0 };
	s->cause = DEPARTURE_UNASKED;
	s->cause_by = 0;
}

void
session_stats_reset(struct session *s)
{
	enum departure_cause cause = s->cause;
	uint32_t by = s->cause_by;

	session_stats_restart(s);
	s->cause = cause != DEPARTURE_UNASKED ? cause : DEPARTURE_RESET;
	s->cause_by = by;
}

bool
session_is_stuck(const struct session *s)
{
	const struct wait_stats *l = &s->wait_stats;
	uint64_t stayed = l->answered - l->since;

	if (!l->here)
		return (false);
	if (dfu_state_is(l->state, DFU_STATES_SYNC))
		return (l->polls >= LIMIT_STUCK_SYNC);
	return (dfu_state_is(l->state, DFU_STATES_BUSY) &&
	    l->polls >= LIMIT_STUCK_POLLS &&
	    stayed > LIMIT_STUCK_S * 1000000ull && stayed > 2 * l->longest);
}
