/* SPDX-License-Identifier: ISC */
#include "diagnosis/advice.h"

#include <string.h>

#include "base/code.h"
#include "dfu/spec.h"
#include "diagnosis/finding.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/verdict.h"
#include "session/limits.h"
#include "session/session.h"
#include "session/session_memory.h"

struct advice_case {
	const struct session	*s;
	uint64_t		 now;
	struct estimate		 estimate;	/* at now */
	struct advice		*a;	/* what a row may add to */
};

static bool
is_lost(const struct advice_case *c)
{
	return (!c->s->present && c->s->arrivals != 0 &&
	    c->s->departure.cause == DEPARTURE_UNASKED);
}

/* The memory is half written when it comes back, too. */
static bool
is_lost_cut(const struct advice_case *c)
{
	return (is_lost(c) && session_memory_is_cut(c->s));
}

static bool
is_unplugged(const struct advice_case *c)
{
	return (!c->s->present && c->s->arrivals != 0 &&
	    c->s->departure.cause == DEPARTURE_HAND);
}

static bool
is_unplugged_cut(const struct advice_case *c)
{
	return (is_unplugged(c) && session_memory_is_cut(c->s));
}

/* It went as it was told to; what then starts may have no USB. */
static bool
is_left(const struct advice_case *c)
{
	return (!c->s->present && (c->s->arrivals == 0 ||
	    c->s->departure.cause == DEPARTURE_LEAVE));
}

/* It was to come back. */
static bool
is_missed(const struct advice_case *c)
{
	return (!c->s->present && c->now >= c->s->left_at +
	    SESSION_BACK_WITHIN);
}

static bool
is_away(const struct advice_case *c)
{
	return (!c->s->present);
}

static bool
is_denied(const struct advice_case *c)
{
	const struct request *r = session_last_ended(c->s);

	return (c->s->refused == OUTCOME_DENIED ||
	    (r != NULL && r->outcome == OUTCOME_DENIED));
}

static bool
is_in_use(const struct advice_case *c)
{
	const struct request *r = session_last_ended(c->s);

	return (c->s->refused == OUTCOME_BUSY ||
	    (r != NULL && r->outcome == OUTCOME_BUSY));
}

static bool
is_refused(const struct advice_case *c)
{
	return (c->s->refused != OUTCOME_UNKNOWN);
}

static bool
is_late(const struct advice_case *c)
{
	c->a->proof = c->s->pending.number;
	return (c->s->pending.number != 0 && c->now >= c->s->pending.at +
	    LIMIT_OVERDUE_MS * 1000);
}

static bool
is_pending(const struct advice_case *c)
{
	return (c->s->pending.number != 0);
}

static bool
is_answered_since(const struct session *s, uint64_t since)
{
	return (s->last_answer > since);
}

/* Something was asked of it since it arrived, and it did not answer. */
static bool
is_unheard(const struct advice_case *c)
{
	const struct request *r = session_last_ended(c->s);

	return (r != NULL && r->at >= c->s->arrived_at &&
	    !is_answered_since(c->s, c->s->arrived_at));
}

/* Run-time mode after a leave is where it was to go; no DFU, no request. */
static bool
is_elsewhere(const struct advice_case *c)
{
	return (session_function(c->s) == NULL || (c->s->arrivals > 1 &&
	    session_runtime(c->s) && !is_unheard(c) &&
	    !is_answered_since(c->s, c->s->arrived_at)));
}

/* Its memory is half written, and it runs, or tries to. */
static bool
is_cut_elsewhere(const struct advice_case *c)
{
	return (is_elsewhere(c) && session_memory_is_cut(c->s));
}

static bool
is_untouched(const struct advice_case *c)
{
	return (session_requests(c->s) == 0 &&
	    c->estimate.how == ESTIMATE_UNKNOWN);
}

/* DETACH was accepted, and no bus reset came in time. */
static bool
is_expired(const struct advice_case *c)
{
	return (session_runtime(c->s) &&
	    c->s->estimate.how != ESTIMATE_UNKNOWN &&
	    c->s->estimate.state == DFU_STATE_APP_DETACH &&
	    c->estimate.state == DFU_STATE_APP_IDLE);
}

static bool
is_out(const struct advice_case *c)
{
	return (c->estimate.how != ESTIMATE_UNKNOWN &&
	    !session_is_stuck(c->s) &&
	    recovery_is_out(c->estimate.state));
}

/* A transfer that was seen to begin goes on as whoever began it likes. */
static bool
is_open(const struct advice_case *c)
{
	return (c->estimate.how != ESTIMATE_UNKNOWN &&
	    !session_is_stuck(c->s) &&
	    dfu_state_is(c->estimate.state, DFU_STATES_OPEN) &&
	    session_transfers(c->s));
}

static bool
is_open_download(const struct advice_case *c)
{
	return (is_open(c) && c->estimate.state == DFU_STATE_DNLOAD_IDLE);
}

/* The download was ended, and nobody has asked how that went. */
static bool
is_ended(const struct advice_case *c)
{
	return (c->estimate.how != ESTIMATE_UNKNOWN &&
	    dfu_state_is(c->estimate.state, DFU_STATES_OPEN) &&
	    c->s->leaving.by != 0 && !c->s->leaving.found &&
	    c->s->leaving.accepted && c->s->leaving.polls == 0);
}

/* A recording that does not say how the device stands. */
static bool
is_not_told(const struct advice_case *c)
{
	return (c->estimate.how == ESTIMATE_UNKNOWN &&
	    session_fact(c->s, FACT_STATUS) == KNOWN_NOT);
}

static bool
is_cut(const struct advice_case *c)
{
	return ((is_out(c) || is_open(c)) && session_memory_is_cut(c->s));
}

/* What may come to more when it is done once more, as it was typed. */
static bool
is_repeatable(const char *command)
{
	static const char *const again[] = { "flash", "read", "erase-range",
	    "mass-erase", "enter-dfu" };
	size_t i, n = command == NULL ? 0 : strcspn(command, " ");

	for (i = 0; n != 0 && i < sizeof(again) / sizeof(again[0]); i++)
		if (strlen(again[i]) == n &&
		    strncmp(again[i], command, n) == 0)
			return (true);
	return (false);
}

static bool
is_failed(const struct advice_case *c)
{
	const struct job_failure *j = &c->s->failure;

	return ((is_out(c) || is_open(c)) && j->by != 0 &&
	    (j->code == CODE_PROTOCOL || j->code == CODE_LOST) &&
	    is_repeatable(c->s->command));
}

static bool
is_rejected(const struct advice_case *c)
{
	return (is_failed(c) && c->s->failure.text != NULL &&
	    strstr(c->s->failure.text, "refused") != NULL);
}

/* Where it rests is an estimate: the last answer cannot be read. */
static bool
is_unread(const struct advice_case *c)
{
	const struct request *r = session_last_ended(c->s);
	int input = r != NULL ? dfu_input_of(&r->setup) : -1;

	if (r == NULL || !is_out(c))
		return (false);
	return (r->outcome == OUTCOME_BUSERROR ||
	    r->outcome == OUTCOME_BABBLE || ((input == DFU_IN_GETSTATUS ||
	    input == DFU_IN_GETSTATE) && r->number != c->s->reported.by &&
	    r->outcome != OUTCOME_STALL));
}

static bool
is_mismatch(const struct advice_case *c)
{
	return ((is_out(c) || is_open(c)) &&
	    session_memory_mismatch(c->s) != NULL);
}

/* Before the ladder of recovery is asked: the first that holds. */
static const struct {
	bool		 (*holds)(const struct advice_case *c);
	struct advice	 advice;
} rows[] = {
	{ is_lost_cut, { .kind = ADVICE_OUTSIDE, .why = "check cable and "
	    "power, replug the device, then flash again" } },
	{ is_unplugged_cut, { .kind = ADVICE_OUTSIDE, .why = "plug the device "
	    "in, then flash again" } },
	{ is_lost, { .kind = ADVICE_OUTSIDE, .why = "check cable and power, "
	    "then replug the device" } },
	{ is_unplugged, { .kind = ADVICE_OUTSIDE, .why = "plug the device "
	    "in" } },
	{ is_left, { .kind = ADVICE_NONE, .none = "the device left as "
	    "asked" } },
	{ is_missed, { .kind = ADVICE_OUTSIDE, .why = "replug the device" } },
	{ is_away, { .kind = ADVICE_NONE, .none = "the device may still "
	    "reconnect" } },
	{ is_denied, { .kind = ADVICE_OUTSIDE, .why = "install the udev rule "
	    "data/60-dfuscope.rules as root, then replug the device" } },
	{ is_in_use, { .kind = ADVICE_OUTSIDE, .why = "close the program or "
	    "detach the driver that uses the device" } },
	{ is_refused, { .kind = ADVICE_OUTSIDE, .why = "replug the device" } },
	{ is_late, { .kind = ADVICE_REQUEST, .command = "cancel",
	    .forecast = RECOVERY_MOVES, .certainty = DFU_KNOWN_RUN,
	    .why = "stops waiting for the answer" } },
	{ is_pending, { .kind = ADVICE_NONE, .none = "a request waits for its "
	    "answer" } },
	{ is_cut_elsewhere, { .kind = ADVICE_OUTSIDE, .why = "enter DFU mode "
	    "and flash again, or mark complete" } },
	{ is_elsewhere, { .kind = ADVICE_NONE, .none = "the device runs its "
	    "application" } },
	{ is_not_told, { .kind = ADVICE_UNKNOWN, .none = "the source does not "
	    "contain the states" } },
	{ is_untouched, { .kind = ADVICE_REQUEST, .command = "getstate",
	    .action = RECOVERY_POLL, .forecast = RECOVERY_MOVES,
	    .certainty = DFU_KNOWN_SPEC, .why = "reads the state" } },
	{ is_expired, { .kind = ADVICE_JOB, .command = "enter-dfu",
	    .action = RECOVERY_DETACH, .forecast = RECOVERY_MOVES,
	    .certainty = DFU_KNOWN_SPEC,
	    .why = "sends DETACH, then the bus reset in time" } },
	{ is_mismatch, { .kind = ADVICE_OUTSIDE,
	    .why = "write the image again and verify it" } },
	{ is_cut, { .kind = ADVICE_OUTSIDE,
	    .why = "flash again, or accept the memory as it is (mark "
	    "complete)" } },
	{ is_rejected, { .kind = ADVICE_OUTSIDE,
	    .why = "read the findings, then run the command again" } },
	{ is_failed, { .kind = ADVICE_OUTSIDE, .why = "run the command "
	    "again" } },
	{ is_unread, { .kind = ADVICE_REQUEST, .command = "getstate",
	    .action = RECOVERY_POLL, .forecast = RECOVERY_MOVES,
	    .certainty = DFU_KNOWN_SPEC, .why = "reads the state" } },
	{ is_out, { .kind = ADVICE_NONE, .none = "the device is idle" } },
	{ is_ended, { .kind = ADVICE_REQUEST, .command = "getstatus",
	    .action = RECOVERY_POLL, .forecast = RECOVERY_MOVES,
	    .certainty = DFU_KNOWN_SPEC, .why = "reads the result" } },
	{ is_open_download, { .kind = ADVICE_OUTSIDE,
	    .action = RECOVERY_ABORT,
	    .why = "dnload sends the next block; a zero-length DNLOAD ends "
	    "the download" } },
	{ is_open, { .kind = ADVICE_OUTSIDE, .action = RECOVERY_ABORT,
	    .why = "upload reads the next block; abort ends the upload" } },
};

/* How the actions are done, each by its mildest command. */
static const struct {
	enum advice_kind	 kind;
	const char		*command;
	const char		*why;
} ways[] = {
	[RECOVERY_WAIT] = { ADVICE_REQUEST, "wait",
	    "pauses until the wait is over" },
	[RECOVERY_POLL] = { ADVICE_REQUEST, "getstatus",
	    "reads the next state" },
	[RECOVERY_CLRSTATUS] = { ADVICE_REQUEST, "clrstatus",
	    "clears the error" },
	[RECOVERY_ABORT] = { ADVICE_REQUEST, "abort", "ends the transfer" },
	[RECOVERY_PAIR] = { ADVICE_JOB, "recover clrstatus-pair",
	    "causes an error and clears it" },
	[RECOVERY_DETACH] = { ADVICE_REQUEST, "detach",
	    "asks the device to leave DFU mode" },
	[RECOVERY_ALTERNATE] = { ADVICE_REQUEST, "alt 0",
	    "selects alternate setting 0" },
	[RECOVERY_RESET] = { ADVICE_REQUEST, "reset",
	    "resets the bus at this port" },
	[RECOVERY_UNPLUG] = { ADVICE_BY_HAND, NULL, "unplug the device" },
};

/* What is not said by polling once more. */
static void
choose_poll(struct advice *a, const struct advice_case *c)
{
	const struct request *r = session_last_ended(c->s);

	if (c->s->estimate.how != ESTIMATE_UNKNOWN &&
	    c->s->estimate.state == DFU_STATE_MANIFEST &&
	    a->forecast == RECOVERY_OUT && a->certainty != DFU_KNOWN_SPEC) {
		a->kind = ADVICE_JOB;
		a->command = "leave";
		a->why = "keeps polling";
	} else if (c->estimate.how == ESTIMATE_UNKNOWN || (r != NULL &&
	    r->outcome == OUTCOME_STALL &&
	    dfu_input_of(&r->setup) == DFU_IN_GETSTATUS)) {
		/* It moves nothing, and is no repetition. */
		a->command = "getstate";
		a->why = "reads the state";
	}
}

/* What ABORT does in dfuMANIFEST, by how well that is known. */
#define DONT(what) {							\
	[DFU_KNOWN_SPEC] = "send ABORT (dfu-util does): " what		\
	    " (specified)",						\
	[DFU_KNOWN_RUN] = "send ABORT (dfu-util does): " what		\
	    " (tested)",						\
	[DFU_KNOWN_SOURCE] = "send ABORT (dfu-util does): " what	\
	    " (source)",						\
	[DFU_KNOWN_REPORT] = "send ABORT (dfu-util does): " what	\
	    " (reported)",						\
	[DFU_KNOWN_INFERRED] = "send ABORT (dfu-util does): " what	\
	    " (inferred)" }
#define CERTAINTIES	(DFU_KNOWN_INFERRED + 1)
static const char *const keeps[CERTAINTIES] = DONT("the device does not "
    "become idle");
static const char *const ends[CERTAINTIES] = DONT("cancels the leave");

/* dfu-util begins with ABORT where it finds a device that is not idle. */
static const char *
dont(const struct advice_case *c, const struct advice *a,
    const struct dfu_stack *stack)
{
	struct dfu_conditions known = session_conditions(c->s);
	struct dfu_outlook o;

	if (c->s->estimate.how == ESTIMATE_UNKNOWN ||
	    c->s->estimate.state != DFU_STATE_MANIFEST ||
	    (a->command != NULL && a->action == RECOVERY_ABORT))
		return (NULL);
	if (stack != NULL && dfu_stack_outlook(stack, DFU_STATE_MANIFEST,
	    DFU_IN_ABORT, &known, &o) && o.certainty != DFU_KNOWN_SPEC)
		return (o.next == DFU_STATE_IDLE ? ends[o.certainty] :
		    keeps[o.certainty]);
	return (session_estimate_spec(c->s, c->now).state ==
	    DFU_STATE_MANIFEST ?
	    "send ABORT (dfu-util does): an error here (A.2.8)" :
	    "send ABORT (dfu-util does): no help here (A.2.9)");
}

/* The first that may help; unplugging is one at all times. */
static struct advice
of_options(const struct advice_case *c, const struct dfu_stack *stack)
{
	struct recovery_option options[RECOVERY_COUNT];
	const struct recovery_option *first = &options[0];
	struct advice a;

	recovery_option(c->s, stack, c->now, options);
	a = (struct advice){ .kind = ways[first->action].kind,
	    .command = ways[first->action].command, .action = first->action,
	    .forecast = first->forecast, .certainty = first->certainty,
	    .proof = c->s->estimate.by, .why = ways[first->action].why };
	if (first->action == RECOVERY_POLL)
		choose_poll(&a, c);
	if (first->action == RECOVERY_CLRSTATUS &&
	    c->estimate.state != DFU_STATE_ERROR)
		a.why = "returns the device to dfuIDLE";
	/* Nothing was announced, but it detaches by itself. */
	if (first->action == RECOVERY_WAIT &&
	    session_wait_left(c->s, c->now) == 0)
		a.command = "wait 1000";
	a.dont = dont(c, &a, stack);
	recovery_options_free(options);
	return (a);
}

struct advice
advice_of(const struct session *s, const struct dfu_stack *fixed,
    uint64_t now)
{
	struct advice_case c = { .s = s, .now = now,
	    .estimate = session_estimate(s, now) };
	struct advice a;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		a = rows[i].advice;
		a.proof = s->estimate.by;
		c.a = &a;
		if (rows[i].holds(&c))
			return (a);
	}
	return (of_options(&c, fingerprint_stack(s, fixed)));
}

struct advice
advice_take(struct advice_kept *k, const struct session *s,
    const struct dfu_stack *fixed, size_t events, uint64_t now)
{
	if (k->s == s && k->fixed == fixed && k->events == events &&
	    now >= k->from && now < k->until)
		return (k->advice);
	*k = (struct advice_kept){ .s = s, .fixed = fixed, .events = events,
	    .from = now, .until = verdict_deadline(s, now),
	    .advice = advice_of(s, fixed, now) };
	return (k->advice);
}

const char *
advice_kind_name(enum advice_kind kind)
{
	switch (kind) {
	case ADVICE_NONE:
		return ("none");
	case ADVICE_REQUEST:
		return ("request");
	case ADVICE_JOB:
		return ("job");
	case ADVICE_BY_HAND:
		return ("by hand");
	case ADVICE_OUTSIDE:
		return ("outside");
	case ADVICE_UNKNOWN:
		return ("unknown");
	}
	return (NULL);
}

void
advice_words(const struct advice *a, struct buf *b)
{
	if (a->command != NULL)
		buf_adds(b, a->command);
	else if (a->why != NULL)
		buf_adds(b, a->why);
}

bool
advice_is_action(const struct advice *a)
{
	return (a->kind == ADVICE_BY_HAND || ((a->kind == ADVICE_REQUEST ||
	    a->kind == ADVICE_JOB) && strcmp(a->command, "cancel") != 0));
}

bool
advice_is_given(const struct advice *a)
{
	return (a->command != NULL || a->why != NULL);
}

/* The latest request up to that one that was no question, or 0. */
static uint32_t
moved_by(const struct session *s, uint32_t number)
{
	const struct request *r;
	size_t i = s->nrequests;
	int input;

	while (i-- > 0 && s->requests[i].at >= s->arrived_at) {
		r = &s->requests[i];
		input = dfu_input_of(&r->setup);
		if (r->number <= number && input != DFU_IN_GETSTATUS &&
		    input != DFU_IN_GETSTATE)
			return (r->number);
	}
	return (0);
}

static bool
shows(const struct finding *f, uint32_t number)
{
	return (number != 0 && f->first <= number && number <= f->last);
}

/* It is about the answer that the verdict is made of, or what led there. */
static bool
rests_on(const struct verdict *v, const struct finding *f,
    const struct session *s)
{
	if (f->life == FINDING_WITHDRAWN || f->row->severity == SEVERITY_NOTE)
		return (false);
	if (v->by == 0 || f->last == 0)
		return (v->by == 0 && f->last == 0 && f->at >= s->arrived_at);
	return (shows(f, v->by) || shows(f, moved_by(s, v->by)));
}

const struct finding *
advice_finding(const struct session *s, const struct verdict *v,
    const struct finding *const *list, size_t n)
{
	size_t i;

	if (v->row->severity == SEVERITY_NOTE)
		return (NULL);
	/* The gravest comes first. */
	for (i = 0; i < n; i++) {
		if (rests_on(v, list[i], s))
			return (list[i]);
	}
	return (NULL);
}
