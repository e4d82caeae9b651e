#include "diagnosis/recovery.h"

#include <string.h>

#include "dfu/spec.h"
#include "session/limits.h"
#include "session/session.h"

/* us of polls that change nothing, before they count as pointless. */
#define POLLED_FOR	5000000

const struct recovery_row recovery_rows[] = {
	[RECOVERY_WAIT] = { .id = "wait", .name = "wait",
	    .sentence = "waits for what was announced, at least a second "
	    "since the device was last disturbed", .risk = "nothing",
	    .danger = DFU_DANGER_NONE, .command = "wait" },
	[RECOVERY_POLL] = { .id = "getstatus", .name = "paced GETSTATUS",
	    .sentence = "asks GETSTATUS as announced, until the answer "
	    "changes",
	    .risk = "a strict device in dfuDNBUSY or dfuMANIFEST takes it "
	    "for an error", .danger = DFU_DANGER_NONE, .command = "getstatus" },
	[RECOVERY_CLRSTATUS] = { .id = "clrstatus", .name = "CLRSTATUS",
	    .sentence = "clears the error",
	    .risk = "the error that is the evidence; an error where there "
	    "was none", .danger = DFU_DANGER_LOSES, .command = "clrstatus" },
	[RECOVERY_ABORT] = { .id = "abort", .name = "ABORT",
	    .sentence = "ends the transfer",
	    .risk = "the transfer in progress; in dfuMANIFEST the leave",
	    .danger = DFU_DANGER_LOSES, .command = "abort" },
	[RECOVERY_PAIR] = { .id = "clrstatus-pair", .name = "two CLRSTATUS",
	    .sentence = "CLRSTATUS makes an error, a second one clears it",
	    .risk = "the transfer or the manifestation in progress",
	    .danger = DFU_DANGER_LOSES,
	    .command = "clrstatus; getstatus; clrstatus" },
	[RECOVERY_DETACH] = { .id = "detach", .name = "DETACH",
	    .sentence = "asks it to change its mode, which some answer by a "
	    "system reset",
	    .risk = "everything that is not finished; it may not come back",
	    .danger = DFU_DANGER_LOSES, .command = "detach" },
	[RECOVERY_ALTERNATE] = { .id = "alternate", .name = "alternate 0",
	    .sentence = "selects alternate setting 0 (SET_INTERFACE)",
	    .risk = "state and error, on stacks that begin anew with it",
	    .danger = DFU_DANGER_LOSES, .command = "alt 0" },
	[RECOVERY_RESET] = { .id = "reset", .name = "bus reset",
	    .sentence = "resets the bus at its port",
	    .risk = "state, error and every transfer; it may come back as "
	    "another device", .danger = DFU_DANGER_LOSES, .command = "reset" },
	[RECOVERY_UNPLUG] = { .id = "unplug", .name = "unplug",
	    .sentence = "takes its power away, by hand",
	    .risk = "everything but what is in its flash",
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
		return ("gets it out");
	case RECOVERY_MOVES:
		return ("goes on");
	case RECOVERY_UNKNOWN:
		return ("not known");
	case RECOVERY_POINTLESS:
		return ("pointless");
	case RECOVERY_HARMS:
		return ("harms");
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
	bool			 known;		/* the state is */
	uint8_t			 state;		/* by the stack */
};

/* What an input does now; false: neither stack nor specification knows. */
static bool
outlook(const struct view *v, enum dfu_input input, struct dfu_outlook *o,
    uint8_t *from, const char **whose)
{
	struct prediction w = predict(v->s, input, v->stack, v->now);

	*whose = w.known ? v->stack->name : "DFU 1.1";
	return (prediction_first(&w, o, from));
}

static void
arrow(struct buf *b, uint8_t state)
{
	buf_adds(b, "-> ");
	if (state == DFU_NEXT_GONE)
		buf_adds(b, "off the bus");
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
		buf_adds(&r->words, ", and what it is doing may be lost");
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
		    "the state survives it" : "changes nothing");
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

/* Time alone: the announced wait, or what settles without being asked. */
static void
judge_wait(const struct view *v, struct recovery_option *r)
{
	uint64_t left = session_wait_left(v->s, v->now);

	r->certainty = DFU_KNOWN_SPEC;
	if (!v->known) {
		r->forecast = RECOVERY_MOVES;
		buf_adds(&r->words, "lets a busy device settle before it is "
		    "asked");
		return;
	}
	if (left != 0 || (v->s->timer != SESSION_NEVER &&
	    v->now < v->s->timer)) {
		r->forecast = RECOVERY_MOVES;
		buf_adds(&r->words, "the announced wait is not over");
		return;
	}
	r->forecast = RECOVERY_POINTLESS;
	buf_adds(&r->words, "no wait is announced");
}

/* So many went by, over so long, and it is where it was. */
static void
judge_polled(const struct view *v, struct recovery_option *r)
{
	const struct leaving *l = &v->s->leaving;
	unsigned most = r->polls > LIMIT_RECOVER_POLLS ? r->polls :
	    LIMIT_RECOVER_POLLS;

	if (l->by == 0 || l->polls < most || v->now - l->began < POLLED_FOR)
		return;
	buf_reset(&r->words);
	r->forecast = RECOVERY_POINTLESS;
	r->certainty = DFU_KNOWN_RUN;
	r->whose = "this device";
	buf_addf(&r->words, "%u of them changed nothing", l->polls);
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
		buf_adds(&r->words, "it has said so already");
		return;
	}
	if (!v->known || !outlook(v, DFU_IN_GETSTATUS, &o, &from,
	    &r->whose)) {
		r->forecast = RECOVERY_MOVES;
		buf_adds(&r->words, "tells the state");
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
		buf_adds(&r->words, "shows whether it goes on by itself");
		if (o.certainty != DFU_KNOWN_INFERRED)
			r->polls = 2;
	}
	judge_polled(v, r);
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
		buf_adds(&r->words, "gets out of a state that DFU does not "
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
		buf_adds(&r->words, "one is enough");
		return;
	}
	if (first.response == DFU_RESPONSE_STALL &&
	    dfu_state_is(from, DFU_STATES_WORK) && first.next == from) {
		judge_refused(r, from, &first);
		return;
	}
	if (first.next != DFU_STATE_ERROR || from == DFU_STATE_ERROR) {
		buf_adds(&r->words, "changes nothing");
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
	buf_adds(&r->words, "DFU 1.1 does not say what it does");
}

static void
judge_unknown(struct recovery_option *r)
{
	switch (r->action) {
	case RECOVERY_RESET:
		r->forecast = RECOVERY_UNKNOWN;
		buf_adds(&r->words, "most begin anew with it");
		break;
	case RECOVERY_CLRSTATUS:
	case RECOVERY_PAIR:
	case RECOVERY_ABORT:
	case RECOVERY_DETACH:
	case RECOVERY_ALTERNATE:
		r->forecast = RECOVERY_POINTLESS;
		buf_adds(&r->words, "look first: its state is not known");
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
		buf_adds(&r->words, "-> its firmware if that is valid, else "
		    "dfuERROR");
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
		buf_adds(&r.words, "starts anew, with what is in its flash");
	} else if (v->known) {
		judge_known(v, &r);
	} else {
		judge_unknown(&r);
	}
	if (v->known && recovery_is_out(v->state) &&
	    r.forecast <= RECOVERY_UNKNOWN) {
		buf_reset(&r.words);
		buf_adds(&r.words, "there is nothing to recover from");
		r.forecast = RECOVERY_POINTLESS;
	}
	if (r.words.len == 0)
		buf_adds(&r.words, "nobody has said what it does");
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
 * of which nothing is known comes before a reset only, and what does not help
 * comes last.
 */
static int
place(const struct recovery_option *r)
{
	if (r->forecast > RECOVERY_UNKNOWN)
		return (3 + (int)r->forecast);
	if (r->action >= RECOVERY_RESET)
		return (2);
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
	v.state = b.state;
	for (i = 0; i < RECOVERY_COUNT; i++) {
		options[i] = judge(&v, (enum recovery_action)i);
		n += options[i].forecast <= RECOVERY_UNKNOWN;
		for (j = i;
		     j > 0 && place(&options[j]) < place(&options[j - 1]); j--)
			swap(&options[j], &options[j - 1]);
	}
	return (n);
}

void
recovery_options_free(struct recovery_option options[RECOVERY_COUNT])
{
	size_t i;

	for (i = 0; i < RECOVERY_COUNT; i++)
		buf_free(&options[i].words);
}
