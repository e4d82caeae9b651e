/* SPDX-License-Identifier: ISC */
#include "diagnosis/recovery.h"

#include <string.h>

#include "dfu/spec.h"
#include "diagnosis/finding.h"
#include "session/limits.h"
#include "session/session.h"

#define BIT(action)	(1u << (action))
#define ENOUGH		2	/* in vain: then it is not tried again */
#define UNANSWERED	2	/* requests in a row: it will not answer */

const struct recovery_row recovery_rows[] = {
	[RECOVERY_WAIT] = { .id = "wait", .name = "wait",
	    .sentence = "waits until the announced wait is over, at least 1 s "
	    "after the last change", .risk = "nothing",
	    .danger = DFU_DANGER_NONE, .command = "wait" },
	[RECOVERY_POLL] = { .id = "getstatus", .name = "poll",
	    .sentence = "sends GETSTATUS at the announced pace until the "
	    "state changes",
	    .risk = "the state, if the device follows DFU 1.1 exactly: an "
	    "early poll in dfuDNBUSY or dfuMANIFEST is an error",
	    .danger = DFU_DANGER_NONE, .command = "getstatus" },
	[RECOVERY_CLRSTATUS] = { .id = "clrstatus", .name = "CLRSTATUS",
	    .sentence = "clears the error",
	    .risk = "the error code as evidence; outside dfuERROR it may cause "
	    "an error", .danger = DFU_DANGER_LOSES, .command = "clrstatus" },
	[RECOVERY_ABORT] = { .id = "abort", .name = "ABORT",
	    .sentence = "ends the transfer",
	    .risk = "the transfer in progress; in dfuMANIFEST the leave",
	    .danger = DFU_DANGER_LOSES, .command = "abort" },
	[RECOVERY_PAIR] = { .id = "clrstatus-pair", .name = "CLRSTATUS twice",
	    .sentence = "the first CLRSTATUS causes an error, the second "
	        "clears it",
	    .risk = "the transfer or manifestation in progress",
	    .danger = DFU_DANGER_LOSES,
	    .command = "clrstatus; getstatus; clrstatus" },
	[RECOVERY_DETACH] = { .id = "detach", .name = "DETACH",
	    .sentence = "asks the device to change its mode; some DFU stacks "
	    "do a system reset",
	    .risk = "everything unfinished; the device may not reconnect",
	    .danger = DFU_DANGER_LOSES, .command = "detach" },
	[RECOVERY_ALTERNATE] = { .id = "alternate", .name = "alternate 0",
	    .sentence = "selects alternate setting 0 (SET_INTERFACE)",
	    .risk = "state and error, on DFU stacks that start again with "
	        "SET_INTERFACE",
	    .danger = DFU_DANGER_LOSES, .command = "alt 0" },
	[RECOVERY_RESET] = { .id = "reset", .name = "bus reset",
	    .sentence = "resets the bus at this port",
	    .risk = "state, error and every transfer; the device may "
	    "reconnect with another "
	    "id", .danger = DFU_DANGER_LOSES, .command = "reset" },
	[RECOVERY_UNPLUG] = { .id = "unplug", .name = "unplug",
	    .sentence = "removes power by hand",
	    .risk = "everything but the contents of the flash",
	    .danger = DFU_DANGER_LOSES },
};
_Static_assert(sizeof(recovery_rows) / sizeof(recovery_rows[0]) ==
    RECOVERY_COUNT, "each recovery action has its row");

int
recovery_named(const char *id)
{
	int i;

	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (strcmp(recovery_rows[i].id, id) == 0)
			return (i);
	}
	return (-1);
}

const char *
recovery_forecast_words(enum recovery_forecast forecast)
{
	switch (forecast) {
	case RECOVERY_OUT:
		return ("works");
	case RECOVERY_MOVES:
		return ("progress");
	case RECOVERY_UNKNOWN:
		return ("unknown");
	case RECOVERY_POINTLESS:
		return ("no effect");
	case RECOVERY_HARMS:
		return ("harmful");
	}
	return (NULL);
}

bool
recovery_is_out(uint8_t state)
{
	return (dfu_state_is(state, DFU_STATES_REST));
}

bool
recovery_is_stuck(const struct session *s, uint64_t now)
{
	struct estimate b = session_estimate(s, now);

	if (!s->present || b.how == ESTIMATE_UNKNOWN)
		return (false);
	if (b.state == DFU_STATE_ERROR || b.state >= DFU_STATE_COUNT ||
	    b.state == DFU_STATE_MANIFEST_WAIT_RESET)
		return (true);
	/* A busy device is given the time that it asked for, and some. */
	return (dfu_state_is(s->estimate.state, DFU_STATES_BUSY) &&
	    session_wait_left(s, now) == 0 &&
	    now - s->estimate.since >= LIMIT_OVERDUE_MS * 1000);
}

/* The state and the stack that a action is judged by. */
struct view {
	const struct session	*s;
	const struct dfu_stack	*stack;	/* never NULL */
	bool			 named;		/* it is a real one */
	uint64_t		 now;
	/* It says that it stays where it should not be any more. */
	bool			 stuck;
	bool			 known;		/* the state is */
	uint8_t			 state;		/* by the stack */
	unsigned		 tried;		/* actions in vain, BIT() */
};

/* What an input does now; false: neither stack nor specification knows. */
static bool
outlook(const struct view *v, enum dfu_input input, struct dfu_outlook *o,
    uint8_t *from, const char **whose)
{
	struct prediction w = predict(v->s, input, v->stack, v->now);
	struct dfu_conditions c = session_conditions(v->s);

	/* As of its last answer: what was expected of time was not so. */
	if (v->stuck) {
		*from = v->state;
		*whose = v->stack->name;
		if (v->named && predict_from(v->s, v->stack, &v->s->estimate,
		    input, o))
			return (true);
		*whose = "DFU 1.1";
		return (dfu_stack_outlook(dfu_stack_named("strict"),
		    v->state, input, &c, o));
	}
	*whose = w.known ? v->stack->name : "DFU 1.1";
	return (prediction_first(&w, o, from));
}

static void
arrow(struct buf *b, uint8_t state)
{
	buf_adds(b, "-> ");
	if (state == DFU_NEXT_GONE)
		buf_adds(b, "disconnected");
	else
		buf_adds(b, dfu_state_name(state));
}

static void
judge_refused(struct recovery_option *r, uint8_t from,
    const struct dfu_outlook *o)
{
	buf_adds(&r->words, "STALL");
	if (o->next != from) {
		buf_addc(&r->words, ' ');
		arrow(&r->words, o->next);
	}
	r->forecast = RECOVERY_POINTLESS;
	if (o->next == DFU_STATE_ERROR && from != DFU_STATE_ERROR)
		r->forecast = RECOVERY_HARMS;
	else if (dfu_state_is(from, DFU_STATES_WORK)) {
		r->forecast = RECOVERY_HARMS;
		buf_adds(&r->words, ", the operation in progress may be lost");
	}
	if (o->note != NULL)
		buf_addf(&r->words, "; %s", o->note);
}

/* By where it leads. */
static void
judge_outlook(struct recovery_option *r, uint8_t from,
    const struct dfu_outlook *o)
{
	r->certainty = o->certainty;
	if (o->response == DFU_RESPONSE_STALL) {
		judge_refused(r, from, o);
		return;
	}
	if (o->response == DFU_RESPONSE_NONE_EXPECTED) {
		r->forecast = RECOVERY_POINTLESS;
		buf_adds(&r->words, "no answer");
		return;
	}
	if (o->next == from) {
		r->forecast = RECOVERY_POINTLESS;
		buf_adds(&r->words, o->response == DFU_RESPONSE_NONE ?
		    "the state survives" : "no change");
	} else {
		arrow(&r->words, o->next);
		r->forecast = o->next == DFU_NEXT_GONE ||
		    recovery_is_out(o->next) ? RECOVERY_OUT :
		    o->next == DFU_STATE_ERROR ? RECOVERY_HARMS :
		    RECOVERY_MOVES;
	}
	if (o->note != NULL)
		buf_addf(&r->words, "; %s", o->note);
}

/* By what this device did itself. */
static void
seen(struct recovery_option *r, const char *words)
{
	buf_reset(&r->words);
	buf_adds(&r->words, words);
	r->forecast = RECOVERY_POINTLESS;
	r->certainty = DFU_KNOWN_RUN;
	r->whose = "this device";
}

/* One request, or the bus reset. */
static void
judge_input(const struct view *v, enum dfu_input input,
    struct recovery_option *r)
{
	struct dfu_outlook o;
	uint8_t from;

	if (outlook(v, input, &o, &from, &r->whose))
		judge_outlook(r, from, &o);
}

/*
 * Requests without an answer, one after the other, the latest of them; a bus
 * reset in between begins anew.
 */
static unsigned
unanswered(const struct session *s)
{
	size_t i = s->nrequests;
	unsigned n = 0;

	while (i-- > 0 && s->requests[i].at >= s->arrived_at &&
	    s->requests[i].at >= s->reset_at &&
	    (s->requests[i].outcome == OUTCOME_TIMEOUT ||
	    s->requests[i].outcome == OUTCOME_CANCELLED))
		n++;
	return (n);
}

/* After a bus reset, or when it came back so, one is enough. */
static bool
is_silent(const struct session *s)
{
	bool anew = s->reset_at != 0 || (s->arrivals > 1 &&
	    s->last_answer <= s->arrived_at);

	return (unanswered(s) >= (anew ? 1 : UNANSWERED));
}

/* Where time is not what it takes, a few of the same answers tell. */
static bool
changes_nothing(const struct session *s)
{
	const struct wait_stats *l = &s->wait_stats;

	return (session_is_stuck(s) || (l->here &&
	    !dfu_state_is(l->state, DFU_STATES_BUSY) &&
	    l->polls >= LIMIT_STUCK_SYNC));
}

/* Nobody should sleep through that. */
static bool
is_absurd(const struct view *v)
{
	return (session_wait_left(v->s, v->now) != 0 &&
	    v->s->status.reply.bwPollTimeout > LIMIT_ANNOUNCED_S * 1000u);
}

static bool
will_detach(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL && f->functional.present &&
	    (f->functional.bmAttributes & DFU_ATTR_WILL_DETACH) != 0);
}

/* Time alone: the announced wait, or what settles without being asked. */
static void
judge_wait(const struct view *v, struct recovery_option *r)
{
	uint64_t left = session_wait_left(v->s, v->now);

	r->certainty = DFU_KNOWN_SPEC;
	r->forecast = RECOVERY_POINTLESS;
	if (is_absurd(v)) {
		buf_adds(&r->words, "no known operation needs so long a wait");
		return;
	}
	if (v->known && v->state == DFU_STATE_APP_DETACH &&
	    !will_detach(v->s)) {
		buf_adds(&r->words, "without a bus reset the device returns "
		    "to appIDLE");
		return;
	}
	if (left != 0 || (v->known && v->state == DFU_STATE_APP_DETACH &&
	    v->s->timer != SESSION_NEVER && v->now < v->s->timer)) {
		r->forecast = RECOVERY_MOVES;
		buf_adds(&r->words, "the announced wait is not over");
		return;
	}
	buf_adds(&r->words, "no wait is announced");
}

static bool
is_query(const struct request *r)
{
	int input = dfu_input_of(&r->setup);

	return (input == DFU_IN_GETSTATUS || input == DFU_IN_GETSTATE);
}

/* GETSTATUS has named the error since it was made; or none is answered. */
static bool
reason_told(const struct session *s)
{
	const struct request *r;
	size_t i = s->nrequests;
	unsigned stalls = 0;

	while (i-- > 0 && s->requests[i].at >= s->arrived_at) {
		r = &s->requests[i];
		stalls += is_query(r) && r->outcome == OUTCOME_STALL;
		if (stalls == 2)
			return (true);
		if (r->replied)
			return (r->reply.bState == DFU_STATE_ERROR);
		if (!is_query(r) && outcome_is_answer((enum outcome)r->outcome))
			break;
	}
	return (false);
}

/*
 * GETSTATUS again and again. Where a stack is reported to go on by it in the
 * end, that is worth many; where it is known to change nothing, the question
 * only tells whether time has.
 */
static void
judge_poll(const struct view *v, struct recovery_option *r)
{
	struct dfu_outlook o;
	uint8_t from;

	r->polls = LIMIT_RECOVER_POLLS;
	if (v->known && dfu_state_row(v->state) == NULL) {
		r->forecast = RECOVERY_POINTLESS;
		buf_adds(&r->words, "the device has already reported this "
		    "state");
		return;
	}
	if (is_silent(v->s)) {
		seen(r, "the device does not answer");
		return;
	}
	if (changes_nothing(v->s)) {
		seen(r, "many polls changed nothing");
		return;
	}
	if (!v->known || !outlook(v, DFU_IN_GETSTATUS, &o, &from,
	    &r->whose)) {
		r->forecast = RECOVERY_MOVES;
		buf_adds(&r->words, "reads the state");
		return;
	}
	if (is_absurd(v)) {
		r->forecast = RECOVERY_UNKNOWN;
		buf_adds(&r->words, "shows whether the device is done early");
		return;
	}
	/* Before its time GETSTATUS is an error, but which time is that? */
	if (o.certainty == DFU_KNOWN_SPEC && o.next == DFU_STATE_ERROR &&
	    dfu_state_is(v->state, DFU_STATES_BUSY) &&
	    session_wait_left(v->s, v->now) == 0) {
		r->forecast = RECOVERY_UNKNOWN;
		buf_adds(&r->words, "shows whether the device continues; no "
		    "wait is known");
		return;
	}
	if (v->state == DFU_STATE_ERROR && !reason_told(v->s)) {
		r->forecast = RECOVERY_MOVES;
		buf_adds(&r->words, "reads the reason, which CLRSTATUS clears");
		return;
	}
	judge_input(v, DFU_IN_GETSTATUS, r);
	if (o.response == DFU_RESPONSE_NONE_EXPECTED &&
	    v->s->estimate.state != from) {
		/* Time alone has led there, which one question shows. */
		r->forecast = RECOVERY_UNKNOWN;
		r->polls = 1;
		return;
	}
	/* Back to what it said itself, where only time has led on from. */
	if (o.response != DFU_RESPONSE_OK ||
	    !dfu_state_is(from, DFU_STATES_WORK) ||
	    (o.next != from && o.next != v->s->estimate.state))
		return;
	buf_reset(&r->words);
	r->forecast = RECOVERY_UNKNOWN;
	if (o.note != NULL && o.certainty == DFU_KNOWN_REPORT) {
		r->forecast = RECOVERY_OUT;
		r->polls = LIMIT_LEAVE;
		buf_adds(&r->words, o.note);
	} else {
		buf_adds(&r->words, "shows whether the device continues");
		if (o.certainty != DFU_KNOWN_INFERRED)
			r->polls = 2;
	}
}

static void
judge_pair(const struct view *v, struct recovery_option *r)
{
	struct dfu_conditions c = session_conditions(v->s);
	struct dfu_outlook first, second;
	uint8_t from;

	if (v->known && dfu_state_row(v->state) == NULL) {
		r->forecast = RECOVERY_OUT;
		r->certainty = DFU_KNOWN_RUN;
		r->whose = "ST library";
		buf_adds(&r->words, "ends a state that DFU 1.1 does not "
		    "define");
		return;
	}
	if (!outlook(v, DFU_IN_CLRSTATUS, &first, &from, &r->whose))
		return;
	r->certainty = first.certainty;
	r->forecast = RECOVERY_POINTLESS;
	if (first.response == DFU_RESPONSE_NONE_EXPECTED) {
		buf_adds(&r->words, "no answer");
		return;
	}
	if (recovery_is_out(first.next)) {
		buf_adds(&r->words, "a second CLRSTATUS adds nothing");
		return;
	}
	if (first.response == DFU_RESPONSE_STALL &&
	    dfu_state_is(from, DFU_STATES_WORK) && first.next == from) {
		judge_refused(r, from, &first);
		return;
	}
	if (first.next != DFU_STATE_ERROR || from == DFU_STATE_ERROR) {
		buf_adds(&r->words, "no change");
		return;
	}
	if (dfu_stack_outlook(v->stack, DFU_STATE_ERROR, DFU_IN_CLRSTATUS, &c,
	    &second) && second.next != DFU_STATE_IDLE) {
		buf_adds(&r->words, "ends in dfuERROR");
		return;
	}
	r->forecast = RECOVERY_OUT;
	buf_adds(&r->words, "-> dfuERROR -> dfuIDLE");
}

static void
judge_alternate(const struct view *v, struct recovery_option *r)
{
	struct prediction w = predict_alternate(v->s, v->stack, v->now);
	struct dfu_outlook o;
	uint8_t from;

	if (outlook(v, DFU_IN_GETSTATUS, &o, &from, &r->whose) &&
	    o.response == DFU_RESPONSE_NONE_EXPECTED) {
		r->forecast = RECOVERY_POINTLESS;
		buf_adds(&r->words, "no answer");
		return;
	}
	r->certainty = DFU_KNOWN_INFERRED;
	if (v->named && w.known) {
		r->whose = v->stack->name;
		judge_outlook(r, w.stack_state, &w.stack);
		return;
	}
	r->whose = "DFU 1.1";
	buf_adds(&r->words, "DFU 1.1 does not define the effect");
}

static void
judge_unknown(struct recovery_option *r)
{
	switch (r->action) {
	case RECOVERY_RESET:
		r->forecast = RECOVERY_UNKNOWN;
		buf_adds(&r->words, "most devices start again after a bus "
		    "reset");
		break;
	case RECOVERY_CLRSTATUS:
	case RECOVERY_PAIR:
	case RECOVERY_ABORT:
	case RECOVERY_DETACH:
	case RECOVERY_ALTERNATE:
		r->forecast = RECOVERY_POINTLESS;
		buf_adds(&r->words, "query the state first");
		break;
	case RECOVERY_WAIT:
	case RECOVERY_POLL:
	case RECOVERY_UNPLUG:
		break;
	}
}

/* Where the firmware is corrupt, A.2 leads from a bus reset to dfuERROR. */
static void
judge_reset(const struct view *v, struct recovery_option *r)
{
	judge_input(v, DFU_IN_RESET, r);
	if (r->certainty == DFU_KNOWN_SPEC && r->forecast != RECOVERY_MOVES) {
		buf_reset(&r->words);
		buf_adds(&r->words, "-> application if valid, else dfuERROR");
		r->forecast = RECOVERY_OUT;
	}
}

static void
judge_known(const struct view *v, struct recovery_option *r)
{
	switch (r->action) {
	case RECOVERY_CLRSTATUS:
		judge_input(v, DFU_IN_CLRSTATUS, r);
		break;
	case RECOVERY_PAIR:
		judge_pair(v, r);
		break;
	case RECOVERY_ABORT:
		judge_input(v, DFU_IN_ABORT, r);
		break;
	case RECOVERY_DETACH:
		judge_input(v, DFU_IN_DETACH, r);
		break;
	case RECOVERY_ALTERNATE:
		judge_alternate(v, r);
		break;
	case RECOVERY_RESET:
		judge_reset(v, r);
		break;
	case RECOVERY_WAIT:
	case RECOVERY_POLL:
	case RECOVERY_UNPLUG:
		break;
	}
}

/* The action that a request is, or -1: something else. */
static int
action_of(const struct request *r)
{
	static const struct {
		enum dfu_kind		 kind;
		enum recovery_action	 action;
	} kinds[] = {
		{ DFU_KIND_CLRSTATUS, RECOVERY_CLRSTATUS },
		{ DFU_KIND_ABORT, RECOVERY_ABORT },
		{ DFU_KIND_DETACH, RECOVERY_DETACH },
		{ DFU_KIND_SET_INTERFACE, RECOVERY_ALTERNATE },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].kind == r->meaning.kind)
			return ((int)kinds[i].action);
	}
	return (-1);
}

/* The state that it told, NO_STATE: it was no question, or told none. */
static uint8_t
told_by(const struct request *r)
{
	int input = dfu_input_of(&r->setup);

	if (r->replied)
		return (r->reply.bState);
	return (input == DFU_IN_GETSTATE &&
	    outcome_is_answer((enum outcome)r->outcome) ? r->after : NO_STATE);
}

/* What was tried in a state that was told before it and behind it. */
struct tries {
	uint8_t		 state;
	unsigned	 since[RECOVERY_COUNT];	/* the report behind it */
	unsigned	 in_vain[RECOVERY_COUNT];
	unsigned	 reports;
};

static void
count_report(struct tries *t)
{
	unsigned i;

	t->reports++;
	/* It made an error and cleared it. */
	if (t->since[RECOVERY_CLRSTATUS] > ENOUGH)
		t->since[RECOVERY_PAIR] = ENOUGH;
	for (i = 0; i < RECOVERY_COUNT; i++) {
		t->in_vain[i] += t->since[i];
		t->since[i] = 0;
	}
}

/* Backwards; false: there it was about something else. */
static bool
count_request(struct tries *t, const struct request *r)
{
	int action = action_of(r);
	uint8_t told = told_by(r);

	if (is_query(r)) {
		if (told == t->state)
			count_report(t);
		return (told == t->state || told == NO_STATE ||
		    told == DFU_STATE_ERROR);
	}
	if (action < 0 || (r->stood != t->state &&
	    (action != RECOVERY_CLRSTATUS || r->stood != DFU_STATE_ERROR)))
		return (false);
	/* What was refused or lost is tried once more. */
	t->since[action] += outcome_is_answer((enum outcome)r->outcome) ?
	    ENOUGH : 1;
	return (true);
}

/* Bits of the actions that were tried often enough. */
static unsigned
tried(const struct session *s)
{
	struct tries t = { .state = s->reported.state };
	size_t i = s->nrequests;
	uint64_t first = UINT64_MAX;
	unsigned bits = 0, k;

	if (!s->reported.known || s->estimate.state != t.state)
		return (0);
	while (i-- > 0 && s->requests[i].at >= s->arrived_at &&
	    count_request(&t, &s->requests[i])) {
		if (told_by(&s->requests[i]) == t.state)
			first = s->requests[i].at;
	}
	for (k = 0; k < RECOVERY_COUNT; k++) {
		if (t.in_vain[k] >= ENOUGH)
			bits |= BIT(k);
	}
	if (s->reset_at <= first)
		return (bits);
	bits |= BIT(RECOVERY_RESET);
	/* As long as before the reset it is not asked again. */
	return (t.reports > LIMIT_STUCK_POLLS ? bits | BIT(RECOVERY_POLL) :
	    bits);
}

static struct recovery_option
judge(const struct view *v, enum recovery_action action)
{
	struct recovery_option r = { .action = action,
		.forecast = RECOVERY_UNKNOWN,
		.certainty = DFU_KNOWN_INFERRED,
		.whose = "DFU 1.1" };

	if (action == RECOVERY_WAIT) {
		judge_wait(v, &r);
	} else if (action == RECOVERY_POLL) {
		judge_poll(v, &r);
	} else if (action == RECOVERY_UNPLUG) {
		r.forecast = RECOVERY_OUT;
		r.certainty = DFU_KNOWN_SPEC;
		buf_adds(&r.words, "the device starts again with the contents "
		    "of its flash");
	} else if (v->known) {
		judge_known(v, &r);
	} else {
		judge_unknown(&r);
	}
	if (r.forecast <= RECOVERY_UNKNOWN && (v->tried & BIT(action)) != 0)
		seen(&r, "tried, changed nothing");
	if (v->known && recovery_is_out(v->state) &&
	    r.forecast <= RECOVERY_UNKNOWN) {
		buf_reset(&r.words);
		buf_adds(&r.words, "nothing to recover from");
		r.forecast = RECOVERY_POINTLESS;
	}
	if (r.words.len == 0)
		buf_adds(&r.words, "effect unknown");
	return (r);
}

static void
swap(struct recovery_option *a, struct recovery_option *b)
{
	struct recovery_option t = *a;

	*a = *b;
	*b = t;
}

/*
 * What is known to help keeps its order; a request that costs something and
 * of which nothing is known comes behind it, the hand behind that, and what
 * does not help comes last.
 */
static int
place(const struct view *v, const struct recovery_option *r)
{
	if (r->forecast > RECOVERY_UNKNOWN)
		return (4 + (int)r->forecast);
	if (r->action == RECOVERY_UNPLUG)
		return (2);
	/* Done, and to be started: what else leads out does not do that. */
	if (v->known && v->state == DFU_STATE_MANIFEST_WAIT_RESET &&
	    r->action > RECOVERY_POLL && r->action < RECOVERY_RESET)
		return (1);
	/* An error is an error, whatever it is made for. */
	if (r->action == RECOVERY_PAIR && r->certainty == DFU_KNOWN_SPEC)
		return (3);
	return (r->forecast == RECOVERY_UNKNOWN &&
	    recovery_rows[r->action].danger != DFU_DANGER_NONE);
}

size_t
recovery_option(const struct session *s, const struct dfu_stack *stack,
    uint64_t now, struct recovery_option options[RECOVERY_COUNT])
{
	struct view v = { .s = s, .now = now, .stack = stack != NULL ?
	    stack : dfu_stack_named("strict") };
	struct estimate b = session_estimate(s, now);
	size_t i, j, n = 0;

	v.named = strcmp(v.stack->id, "strict") != 0;
	v.known = b.how != ESTIMATE_UNKNOWN;
	v.stuck = session_is_stuck(s) && s->wait_stats.state != b.state;
	v.state = v.stuck ? s->wait_stats.state : b.state;
	v.tried = v.known ? tried(s) :
	    s->reset_at != 0 && is_silent(s) ? BIT(RECOVERY_RESET) : 0;
	for (i = 0; i < RECOVERY_COUNT; i++) {
		options[i] = judge(&v, (enum recovery_action)i);
		n += options[i].forecast <= RECOVERY_UNKNOWN;
		for (j = i;
		     j > 0 && place(&v, &options[j]) <
		     place(&v, &options[j - 1]); j--)
			swap(&options[j], &options[j - 1]);
	}
	return (n);
}

bool
recovery_is_protected(const struct session *s)
{
	const struct finding_row *row = finding_row_named("read-protected");
	const struct findings *all = s->findings;
	size_t i;

	for (i = 0; all != NULL && i < all->n; i++) {
		if (all->list[i].row == row &&
		    all->list[i].life != FINDING_WITHDRAWN &&
		    all->list[i].at >= s->arrived_at)
			return (true);
	}
	return (false);
}

void
recovery_options_free(struct recovery_option options[RECOVERY_COUNT])
{
	size_t i;

	for (i = 0; i < RECOVERY_COUNT; i++)
		buf_free(&options[i].words);
}
