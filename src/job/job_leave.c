/*
 * leave: asks the device to leave DFU mode and watches until it has, or until
 * it is clear that it has not. Four things can be said in the end: it left
 * (and what came back), it is still there, it refused, it is silent.
 */
#include "job/jobs.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/verdict.h"
#include "session/limits.h"
#include "session/session.h"
#include "wire/usb.h"

#define PACE		10000	/* us between two GETSTATUS at least */
/* wValue of the zero-length DNLOAD in DfuSe: what dfu-util sends. */
#define DFUSE_LEAVE_BLOCK	2

enum phase {
	PHASE_QUERY,		/* the state is unknown: one GETSTATUS */
	PHASE_TO_IDLE,		/* a block is being processed: until done */
	PHASE_POINTER,		/* set the address pointer */
	PHASE_POINTER_POLL,	/* until it is done */
	PHASE_ZERO,		/* the zero-length DNLOAD */
	PHASE_POLL,		/* GETSTATUS until it is gone */
	PHASE_WHY,		/* refused: one GETSTATUS tells why */
	PHASE_VANISHING,	/* a bus error: does it leave? */
	PHASE_GONE		/* left: does anything come back? */
};

struct leave_job {
	struct job	job;
	bool		has_address;
	uint32_t	address;
	unsigned	max;
	uint64_t	bound;		/* us */

	enum phase	phase;
	bool		begun;
	bool		waiting;	/* a request is under way */
	unsigned	answers;	/* to GETSTATUS in PHASE_POLL */
	uint64_t	started;	/* the zero-length DNLOAD, us */
	uint64_t	asked;		/* the latest GETSTATUS, us */
	uint64_t	left;		/* us */
	uint64_t	vanish_by;	/* us: then a bus error was just that */
	const char	*refused;	/* which request was refused */
	bool		brief;		/* that it left is enough */
	const struct job_settings *set;	/* of this step */
	const struct dfu_stack	*stack;
};

static enum job_step
send(struct leave_job *k, struct job *child)
{
	k->waiting = true;
	k->job.child = child;
	return (JOB_CALL);
}

static enum job_step
send_getstatus(struct leave_job *k, uint64_t now)
{
	k->asked = now;
	return (send(k, job_class(DFU_GETSTATUS)));
}

static enum job_step
pause_until(struct leave_job *k, uint64_t t)
{
	k->job.until = t;
	k->job.skippable = k->job.announced = false;
	return (JOB_WAIT);
}

static enum job_step
pause_announced(struct leave_job *k, uint64_t t)
{
	return (job_wait_announced(&k->job, t));
}

/* Code and sentence are those of the row: the watch says the same. */
static enum job_step
end_as(struct leave_job *k, const char *word, const struct session *s,
    uint64_t now)
{
	struct verdict v = verdict_as(word, s, k->stack, now);

	k->job.result.code = v.row->code;
	verdict_words(&v, s, now, &k->job.result.text);
	return (JOB_DONE);
}

static enum job_step
say_refused(struct leave_job *k, const struct session *s, const char *hint)
{
	struct buf *b = &k->job.result.text;
	const struct verdict_row *row = verdict_named("refused");

	k->job.result.code = row->code;
	buf_addf(b, "%s%s%s: ", row->word, k->refused != NULL ? " at " : "",
	    k->refused != NULL ? k->refused : "");
	verdict_words_state(s, b);
	if (hint != NULL)
		buf_addf(b, "; %s", hint);
	return (JOB_DONE);
}

static enum job_step
say_silent(struct leave_job *k, const struct session *s, uint64_t now)
{
	buf_adds(&k->job.result.text, "silent: ");
	return (end_as(k, "silent", s, now));
}

static enum job_step
say_still(struct leave_job *k, const struct session *s, uint64_t now)
{
	if (s->status.reply.bState != DFU_STATE_MANIFEST)
		return (end_as(k, "still-there", s, now));
	if (s->leaving.polls >= LIMIT_LEAVE)
		return (end_as(k, "never-left", s, now));
	/* Fewer than it takes for that word: nothing worse is called for. */
	k->job.result.code = verdict_named("never-left")->code;
	verdict_words_still(s, &k->job.result.text);
	buf_adds(&k->job.result.text, " leave asks on.");
	return (JOB_DONE);
}

static enum job_step
say_left(struct leave_job *k, const struct session *s, uint64_t now)
{
	if (!k->brief || s->present)
		return (end_as(k, s->present ? "came-back" : "left", s, now));
	buf_addf(&k->job.result.text, "the device left after %u GETSTATUS (",
	    k->answers);
	text_duration(&k->job.result.text, k->left - k->started);
	buf_adds(&k->job.result.text, ")");
	return (JOB_DONE);
}

/* What the present state, if it is known, allows to begin with. */
static enum job_step
begin(struct leave_job *k, const struct session *s, uint64_t now)
{
	const struct estimate *b = &s->estimate;

	k->started = now;
	if (b->how == ESTIMATE_UNKNOWN) {
		if (k->begun)
			return (say_refused(k, s, NULL));
		k->begun = true;
		k->phase = PHASE_QUERY;
		return (send_getstatus(k, now));
	}
	switch (b->state) {
	case DFU_STATE_MANIFEST_SYNC:
	case DFU_STATE_MANIFEST:
	case DFU_STATE_MANIFEST_WAIT_RESET:
		/* The leave is under way: only the end of it is missing. */
		k->phase = PHASE_POLL;
		if (!k->begun)
			return (send_getstatus(k, now));
		k->answers = 1;
		return (JOB_WAIT);
	case DFU_STATE_DNLOAD_SYNC:
	case DFU_STATE_DNBUSY:
		k->phase = PHASE_TO_IDLE;
		return (JOB_WAIT);
	case DFU_STATE_ERROR:
		return (say_refused(k, s, "clrstatus leaves dfuERROR"));
	case DFU_STATE_UPLOAD_IDLE:
		return (say_refused(k, s, "abort ends the upload first"));
	case DFU_STATE_APP_IDLE:
	case DFU_STATE_APP_DETACH:
		return (say_refused(k, s, "it is not in DFU mode"));
	default:
		k->phase = k->has_address ? PHASE_POINTER : PHASE_ZERO;
		return (JOB_WAIT);
	}
}

static enum job_step
send_pointer(struct leave_job *k)
{
	uint8_t bytes[5];
	size_t n = dfuse_command_pack(DFU_KIND_SET_ADDRESS, k->address, bytes);

	return (send(k, job_dnload(0, bytes, n)));
}

static enum job_step	go_on(struct leave_job *, const struct session *,
			    uint64_t);

static enum job_step
refused(struct leave_job *k, const char *what, uint64_t now)
{
	k->refused = what;
	k->phase = PHASE_WHY;
	return (send_getstatus(k, now));
}

/* When to ask again: as announced, but not too soon. */
static uint64_t
poll_due(const struct leave_job *k, const struct session *s)
{
	uint64_t due = s->status.at +
	    (uint64_t)s->status.reply.bwPollTimeout * 1000;

	if (k->set->skipped == s->status.by)
		due = 0;
	return (due < k->asked + PACE ? k->asked + PACE : due);
}

static enum job_step
after_pointer_poll(struct leave_job *k, const struct session *s,
    uint64_t now)
{
	uint64_t due = poll_due(k, s);

	if (s->status.reply.bState == DFU_STATE_DNBUSY &&
	    now - k->started >= k->bound)
		return (say_still(k, s, now));
	if (s->status.reply.bState == DFU_STATE_DNBUSY)
		return (now < due ? pause_announced(k, due) :
		    send_getstatus(k, now));
	if (s->status.reply.bState == DFU_STATE_ERROR) {
		k->refused = "set-address";
		return (say_refused(k, s, NULL));
	}
	k->phase = PHASE_ZERO;
	return (JOB_WAIT);
}

/*
 * A block or a command is on its way: a DNLOAD now would be an error. Its end
 * is asked for first, at the pace that the device announces.
 */
static enum job_step
to_idle(struct leave_job *k, const struct session *s, uint64_t now)
{
	uint64_t due = now + job_wait_left(s, k->set, now);

	if (s->estimate.how == ESTIMATE_UNKNOWN ||
	    !dfu_state_is(s->estimate.state, DFU_STATES_BLOCK))
		return (begin(k, s, now));
	if (k->asked != 0 && now - k->started >= k->bound)
		return (say_still(k, s, now));
	if (k->asked != 0 && due < k->asked + PACE)
		due = k->asked + PACE;
	return (now < due ? pause_announced(k, due) :
	    send_getstatus(k, now));
}

static enum job_step
after_poll(struct leave_job *k, const struct session *s, uint64_t now)
{
	uint64_t due;

	switch (s->status.reply.bState) {
	case DFU_STATE_MANIFEST_SYNC:
	case DFU_STATE_MANIFEST:
		break;
	case DFU_STATE_IDLE:
	case DFU_STATE_MANIFEST_WAIT_RESET:
		return (say_still(k, s, now));
	default:
		return (say_refused(k, s, NULL));
	}
	if (k->answers >= k->max || now - k->started >= k->bound)
		return (say_still(k, s, now));
	due = poll_due(k, s);
	if (due > k->started + k->bound)
		due = k->started + k->bound;
	if (now < due)
		return (pause_announced(k, due));
	if (now - k->started >= k->bound)
		return (say_still(k, s, now));
	return (send_getstatus(k, now));
}

/* A request ended without an answer to go on with. */
static enum job_step
after_failure(struct leave_job *k, const struct session *s,
    enum outcome outcome, uint64_t now)
{
	switch (outcome) {
	case OUTCOME_STALL:
		if (k->phase == PHASE_WHY)
			return (say_refused(k, s, NULL));
		return (refused(k, k->phase == PHASE_POINTER ?
		    "set-address" : k->phase == PHASE_ZERO ?
		    "the zero-length DNLOAD" : "GETSTATUS", now));
	case OUTCOME_BUSERROR:
	case OUTCOME_GONE:
		k->phase = PHASE_VANISHING;
		return (go_on(k, s, now));
	case OUTCOME_UNKNOWN:
	case OUTCOME_OK:
	case OUTCOME_SHORT:
	case OUTCOME_TIMEOUT:
	case OUTCOME_CANCELLED:
	case OUTCOME_BABBLE:
	case OUTCOME_DENIED:
	case OUTCOME_BUSY:
		break;
	}
	return (say_silent(k, s, now));
}

static enum job_step
go_on(struct leave_job *k, const struct session *s, uint64_t now)
{
	switch (k->phase) {
	case PHASE_QUERY:
		return (begin(k, s, now));
	case PHASE_TO_IDLE:
		return (to_idle(k, s, now));
	case PHASE_POINTER:
		if (!k->waiting)
			return (send_pointer(k));
		k->phase = PHASE_POINTER_POLL;
		return (send_getstatus(k, now));
	case PHASE_POINTER_POLL:
		return (after_pointer_poll(k, s, now));
	case PHASE_ZERO:
		if (!k->waiting) {
			k->started = now;
			return (send(k, job_dnload(session_dfuse(s) ?
			    DFUSE_LEAVE_BLOCK : -1, NULL, 0)));
		}
		k->phase = PHASE_POLL;
		return (send_getstatus(k, now));
	case PHASE_POLL:
		return (after_poll(k, s, now));
	case PHASE_WHY:
		return (say_refused(k, s, NULL));
	case PHASE_VANISHING:
		if (k->vanish_by == 0)
			k->vanish_by = now + SESSION_GONE_WITHIN;
		if (now >= k->vanish_by)
			return (say_silent(k, s, now));
		return (pause_until(k, k->vanish_by));
	case PHASE_GONE:
		if (k->brief || s->present ||
		    now >= k->left + SESSION_BACK_WITHIN)
			return (say_left(k, s, now));
		return (pause_until(k, k->left + SESSION_BACK_WITHIN));
	}
	return (JOB_DONE);
}

static enum job_step
leave_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct leave_job *k = (struct leave_job *)j;
	const struct request *last;
	enum job_step step;
	enum phase was;

	k->set = set;
	k->stack = set->stack;
	if (k->left == 0 && k->waiting && k->phase != PHASE_VANISHING) {
		last = &s->requests[s->nrequests - 1];
		if (!outcome_is_answer(last->outcome))
			return (after_failure(k, s, last->outcome, now));
	}
	/* A phase that has nothing to do leads to the next at once. */
	do {
		was = k->phase;
		step = go_on(k, s, now);
		if (k->phase != was)
			k->waiting = step == JOB_CALL;
	} while (step == JOB_WAIT && k->phase != was);
	return (step);
}

static void
leave_event(struct job *j, const struct session *s, const struct event *e)
{
	struct leave_job *k = (struct leave_job *)j;

	if (e->kind == EVENT_LEFT && k->left == 0) {
		k->left = e->time;
		/* The look alone was enough. */
		if (k->phase == PHASE_QUERY && s->status.known &&
		    s->status.reply.bState == DFU_STATE_MANIFEST)
			k->answers = 1;
		k->phase = PHASE_GONE;
	} else if (e->kind == EVENT_COMPLETE && k->phase == PHASE_POLL &&
	    outcome_is_answer(e->outcome)) {
		k->answers++;
	}
}

/* A request that never reached the device ends here as gone does. */
static void
leave_child(struct job *j, const struct job_result *r)
{
	struct leave_job *k = (struct leave_job *)j;

	if (r->code != CODE_OK && k->left == 0)
		k->phase = PHASE_VANISHING;
}

static void
leave_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct leave_job *k = (const struct leave_job *)j;

	buf_adds(b, "leave: ");
	if (k->phase == PHASE_GONE) {
		buf_adds(b, "left, waits for what comes back");
	} else if (k->phase == PHASE_POLL) {
		buf_addf(b, "%u of at most %u GETSTATUS, ", k->answers,
		    k->max);
		text_duration(b, now - k->started);
		job_words_wait(j, b, now);
	} else {
		buf_adds(b, "asks the device to leave");
	}
}

static const struct job_ops leave_ops = {
	.name = "leave",
	.next = leave_next,
	.event = leave_event,
	.child = leave_child,
	.words = leave_words,
};

struct job *
job_leave(bool has_address, uint32_t address, unsigned max, uint32_t ms)
{
	struct leave_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &leave_ops;
	k->has_address = has_address;
	k->address = address;
	k->max = max;
	k->bound = (uint64_t)ms * 1000;
	return (&k->job);
}

struct job *
job_leave_briefly(bool has_address, uint32_t address, unsigned max,
    uint32_t ms)
{
	struct job *j = job_leave(has_address, address, max, ms);

	((struct leave_job *)j)->brief = true;
	return (j);
}
