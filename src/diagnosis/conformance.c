/* SPDX-License-Identifier: ISC */
#include "diagnosis/conformance.h"

#include "dfu/spec.h"
#include "session/session.h"
#include "wire/usb.h"

/*
 * A judge follows the device by one set of rules: from the state that it
 * last reported, through each request since, it keeps the states (a bit
 * each) that the answers leave possible.
 */
struct judge {
	const struct dfu_stack	*stack;
	struct dfu_conditions	 known;
	const char		*clause;	/* of the rule last looked at */
	uint32_t		 since;	/* the answer that it begins with */
};

/* Requests between two reports of the state that are followed. */
#define FOLLOWED	8

#define HIDDEN		32

/* What only the device knows of itself: any of it may be the case. */
static struct dfu_conditions
suppose(const struct judge *j, unsigned hidden)
{
	struct dfu_conditions c = j->known;

	c.block_done = (hidden & 1) != 0;
	c.manifest_done = (hidden & 2) != 0;
	c.agrees = (hidden & 4) != 0;
	c.at_once = (hidden & 8) != 0;
	c.read_waits = (hidden & 16) != 0;
	return (c);
}

/* The state in its answer, or NO_STATE. */
static uint8_t
said(const struct judge *j, const struct request *r)
{
	const struct dfu_request_row *row = dfu_request_of(&r->setup);

	if (r->replied)
		return (j->stack->late ? NO_STATE : r->reply.bState);
	if (row != NULL && row->bRequest == DFU_GETSTATE &&
	    outcome_is_answer(r->outcome))
		return (r->after);
	return (NO_STATE);
}

/* An error of its own is reported, which may happen in any state. */
static bool
reports_error(const struct judge *j, const struct request *r)
{
	return (said(j, r) == DFU_STATE_ERROR &&
	    (!r->replied || r->reply.bStatus != DFU_STATUS_OK));
}

static bool
fits(const struct judge *j, const struct request *r,
    const struct dfu_outlook *o)
{
	uint8_t state = said(j, r);

	if (r->outcome == OUTCOME_STALL)
		return (o->response == DFU_RESPONSE_STALL ||
		    o->response == DFU_RESPONSE_ANY);
	if (!outcome_is_answer(r->outcome))
		return (o->response == DFU_RESPONSE_NONE_EXPECTED);
	if (o->response != DFU_RESPONSE_OK &&
	    o->response != DFU_RESPONSE_ANY)
		return (false);
	return (o->says == DFU_NEXT_GONE || state == NO_STATE ||
	    state == o->says);
}

static unsigned
bit(uint8_t state)
{
	return (state < DFU_STATE_COUNT ? 1u << state : 0);
}

/* Where time may have moved it; a stack need not keep to its own timer. */
static unsigned
pass_time(const struct judge *j, unsigned states, bool moved)
{
	const struct dfu_transition *m;
	struct dfu_outlook o;
	unsigned all = states;
	uint8_t state;

	/* The detach timer runs by the device's clock. */
	if (!moved && j->stack->certainty == DFU_KNOWN_SPEC)
		states &= bit(DFU_STATE_APP_DETACH);
	for (state = 0; state < DFU_STATE_COUNT; state++) {
		if ((states & bit(state)) == 0)
			continue;
		m = dfu_transition(state, DFU_IN_TIME, &j->known);
		/* Where nobody has looked, as A.2 has it. */
		if (!dfu_stack_outlook(j->stack, state, DFU_IN_TIME,
		    &j->known, &o))
			o.next = m->next;
		all |= bit(o.next);
	}
	return (all);
}

enum fit { FIT_UNKNOWN, FIT_NO, FIT_YES };

/* One state's rules on a request: the states that they leave, in *next. */
static enum fit
fit_state(struct judge *j, uint8_t state, const struct request *r,
    unsigned *next)
{
	const struct dfu_transition *m;
	enum fit fit = FIT_NO;
	struct dfu_conditions c;
	struct dfu_outlook o;
	int input = session_input_of(r);
	unsigned hidden, cases = dfu_stack_depends(j->stack, state,
	    (enum dfu_input)input) ? HIDDEN : 1;

	for (hidden = 0; hidden < cases; hidden++) {
		c = suppose(j, hidden);
		m = dfu_transition(state, (enum dfu_input)input, &c);
		if (!dfu_stack_outlook(j->stack, state, (enum dfu_input)input,
		    &c, &o) || o.certainty == DFU_KNOWN_INFERRED)
			return (FIT_UNKNOWN);
		j->clause = m->clause;
		if (!fits(j, r, &o))
			continue;
		*next |= o.next == DFU_NEXT_GONE ? bit(state) : bit(o.next);
		fit = FIT_YES;
	}
	return (fit);
}

/* What is wrong with its data or its block is no matter of states. */
static bool
may_be_refused(const struct request *r)
{
	return (r->outcome == OUTCOME_STALL &&
	    (r->setup.bRequest == DFU_DNLOAD ||
	    r->setup.bRequest == DFU_UPLOAD));
}

/* A request that comes from any of states: which it leaves, in *next. */
static enum fit
fit_states(struct judge *j, unsigned states, const struct request *r,
    unsigned *next)
{
	enum fit fit = FIT_NO, one;
	uint8_t state;

	*next = 0;
	for (state = 0; state < DFU_STATE_COUNT; state++) {
		if ((states & bit(state)) == 0)
			continue;
		one = fit_state(j, state, r, next);
		if (one == FIT_UNKNOWN)
			return (FIT_UNKNOWN);
		if (one == FIT_YES)
			fit = FIT_YES;
	}
	/* What is wrong with the data shows only when it is asked for. */
	if (fit == FIT_YES && outcome_is_answer(r->outcome) &&
	    r->setup.bRequest == DFU_DNLOAD &&
	    j->stack->certainty != DFU_KNOWN_SPEC)
		*next |= bit(DFU_STATE_ERROR);
	if (fit == FIT_NO && reports_error(j, r)) {
		*next = bit(DFU_STATE_ERROR);
		return (FIT_YES);
	}
	return (fit == FIT_NO && may_be_refused(r) ? FIT_UNKNOWN : fit);
}

/* It says nothing of what it would have done. */
static bool
is_mute(const struct request *r)
{
	return (!outcome_is_answer(r->outcome) &&
	    r->outcome != OUTCOME_STALL);
}

/* A request that leaves the state alone, whatever the device. */
static bool
only_reads(const struct request *r)
{
	return ((r->setup.bmRequestType & USB_TYPE_MASK) ==
	    USB_TYPE_STANDARD && setup_is_in(&r->setup));
}

/* The states that it can be in after an answer that names one. */
static unsigned
states_after(const struct judge *j, const struct request *r)
{
	unsigned states = bit(said(j, r));
	struct dfu_outlook o;
	uint8_t state;

	for (state = 0; r->replied && states != 0 &&
	    state < DFU_STATE_COUNT; state++) {
		if (dfu_stack_outlook(j->stack, state, DFU_IN_GETSTATUS,
		    &j->known, &o) && o.says == r->reply.bState &&
		    o.says != o.next)
			states |= bit(o.next == DFU_NEXT_GONE ? state :
			    o.next);
	}
	return (states);
}

/* The believed states around a request: as the stack does, or by DFU 1.1. */
struct around {
	uint8_t	stood;
	uint8_t	before;
	uint8_t	after;
};

static struct around
around(const struct judge *j, const struct request *r)
{
	if (j->stack == r->predicted->by)
		return ((struct around){ r->stood, r->before, r->after });
	return ((struct around){ r->spec_stood, r->spec_before,
	    r->spec_after });
}

/* The states before request i of r: from the last report on. 0: not known. */
static unsigned
states_before(struct judge *j, const struct session *s,
    const struct request *r, size_t i)
{
	unsigned states = 0;
	size_t first = i, k;
	struct around a;

	while (first > 0 && i - first < FOLLOWED) {
		first--;
		if (r[first].at < s->arrived_at && r[i].at >= s->arrived_at)
			return (0);
		states = states_after(j, &r[first]);
		if (states != 0)
			break;
	}
	if (first == i || states == 0)
		return (0);
	j->since = r[first].number;
	for (k = first + 1; k <= i; k++) {
		a = around(j, &r[k]);
		/* A reset, an arrival, a gap in the recording. */
		if (a.stood != around(j, &r[k - 1]).after ||
		    a.stood == NO_STATE)
			return (0);
		states = pass_time(j, states, a.stood != a.before);
		if (k == i || only_reads(&r[k]))
			continue;
		if (session_input_of(&r[k]) < 0 || is_mute(&r[k]) ||
		    fit_states(j, states, &r[k], &states) != FIT_YES)
			return (0);
	}
	return (states);
}

/* Its answer is the one that was predicted when it was sent. */
static bool
was_foretold(const struct judge *j, const struct request *r)
{
	const struct prediction *p = r->predicted;
	struct dfu_outlook o = p->stack;

	if (session_input_of(r) != dfu_input_of(&r->setup))
		return (false);
	if (j->stack == DFU_STACK_STRICT) {
		o = prediction_spec(p);
		return (p->spec != NULL && fits(j, r, &o));
	}
	return (j->stack == r->predicted->by && p->known &&
	    o.certainty != DFU_KNOWN_INFERRED && fits(j, r, &o));
}

bool
conformance_foretold(const struct request *r, const struct dfu_stack *stack)
{
	struct judge strict = { .stack = DFU_STACK_STRICT };
	struct judge own = { .stack = stack };

	return (was_foretold(&strict, r) ||
	    (stack != NULL && was_foretold(&own, r)));
}

static enum conforms
judge(struct judge *j, const struct session *s, const struct request *r)
{
	struct request room[FOLLOWED + 1];
	const struct request *all;
	unsigned states, next;
	size_t i;

	if (r->done == 0 || is_mute(r) || session_input_of(r) < 0)
		return (CONFORMS_UNJUDGED);
	j->known = session_conditions(s);
	/* That is so now; it was not, maybe. */
	j->known.unannounced = 0;
	all = session_behind(s, r, FOLLOWED, room, &i);
	states = states_before(j, s, all, i);
	if (states == 0)
		return (CONFORMS_UNJUDGED);
	/* What was foretold, by all that was known then, is no deviation. */
	if (was_foretold(j, r))
		return (CONFORMS_YES);
	switch (fit_states(j, states, r, &next)) {
	case FIT_UNKNOWN:
		break;
	case FIT_NO:
		return (CONFORMS_NO);
	case FIT_YES:
		return (CONFORMS_YES);
	}
	return (CONFORMS_UNJUDGED);
}

struct conformance
conformance_of(const struct session *s, const struct request *r,
    const struct dfu_stack *stack)
{
	const struct dfu_stack *strict = DFU_STACK_STRICT;
	struct judge j = { .stack = strict };
	struct conformance a = { .of = stack != strict ? stack : NULL };

	a.spec = judge(&j, s, r);
	a.since = j.since;
	if (a.spec == CONFORMS_NO)
		a.clause = j.clause;
	if (a.of != NULL)
		a.stack = conformance_with(s, r, stack);
	return (a);
}

enum conforms
conformance_with(const struct session *s, const struct request *r,
    const struct dfu_stack *stack)
{
	struct judge j = { .stack = stack };

	return (judge(&j, s, r));
}

bool
conformance_broken(const struct conformance *a)
{
	return (a->spec == CONFORMS_NO || a->stack == CONFORMS_NO);
}

void
conformance_words(const struct conformance *a, struct buf *b)
{
	if (!conformance_broken(a))
		return;
	if (a->spec == CONFORMS_NO) {
		buf_adds(b, "contradicts ");
		dfu_clause_words(b, a->clause);
	} else {
		buf_adds(b, a->spec == CONFORMS_YES ? "as DFU 1.1 defines" :
		    "DFU 1.1 does not decide");
	}
	if (a->of == NULL)
		return;
	switch (a->stack) {
	case CONFORMS_NO:
		buf_addf(b, a->spec == CONFORMS_NO ?
		    " and the known behaviour of %s" :
		    ", but contradicts the known behaviour of %s", a->of->name);
		break;
	case CONFORMS_YES:
		buf_addf(b, ", but matches %s", a->of->name);
		break;
	case CONFORMS_UNJUDGED:
		buf_addf(b, "; unknown for %s", a->of->name);
		break;
	}
}

void
conformance_brief(const struct conformance *a, struct buf *b)
{
	if (a->spec == CONFORMS_NO && a->stack == CONFORMS_NO)
		buf_addf(b, "neither DFU 1.1 nor %s", a->of->name);
	else if (a->spec == CONFORMS_NO)
		buf_adds(b, "not DFU 1.1");
	else if (a->stack == CONFORMS_NO)
		buf_addf(b, "not %s", a->of->name);
}
