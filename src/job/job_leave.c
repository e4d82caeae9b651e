/* SPDX-License-Identifier: ISC */
/*
 * leave: asks the device to leave DFU mode and watches until it has, or until
 * it is clear that it has not. Four things can be said in the end: it left,
 * it is still there, it refused, it is silent. What comes back is waited for
 * where something is behind it in its line or recipe that does not do so.
 */
#include "job/jobs.h"

#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/verdict.h"
#include "job/poll.h"
#include "session/limits.h"
#include "session/session.h"
#include "wire/usb.h"

/* us between two GETSTATUS at least: the first HURRIED of them, the rest. */
#define PACE		10000
#define HURRIED		20
#define PACE_LATER	65000
/* wValue of the zero-length DNLOAD in DfuSe: what dfu-util sends. */
#define DFUSE_LEAVE_BLOCK	2

enum phase {
	PHASE_BEGIN,
	PHASE_LOOK,             /* the state is unknown: one GETSTATUS */
	PHASE_BLOCK,            /* a block is being processed: until done */
	PHASE_POINTER,		/* set the address pointer */
	PHASE_ZERO,             /* the zero-length DNLOAD, until it is gone */
	PHASE_WHY               /* a GETSTATUS was refused: one more */
};

struct leave_job {
	struct job	job;
	struct poll poll;
	bool		has_address;
	uint32_t	address;
	uint8_t bytes[5]; /* the command that sets it */
	unsigned	max;
	uint64_t	bound;		/* us */
	bool brief;                     /* that it left is enough */

	enum phase	phase;
	bool looked;
	bool queried;
	bool read_only;
	uint64_t started;               /* the zero-length DNLOAD, us */
	uint64_t	left;		/* us */
	uint64_t	vanish_by;	/* us: then a bus error was just that */
	const char *refused;            /* which request was refused */
	const struct dfu_stack	*stack;
};

/* Code and sentence are those of the row: the watch says the same. */
static enum job_step
end(struct leave_job *k, const struct session *s, uint64_t now)
{
	struct verdict v = verdict_of_device(s, k->stack, now);

	k->job.result.code = v.row->code;
	verdict_words(&v, s, now, &k->job.result.text);
	return (JOB_DONE);
}

static enum job_step
say_refused(struct leave_job *k, const struct session *s, const char *hint)
{
	struct buf *b = &k->job.result.text;

	k->job.result.code = verdict_named("error")->code;
	if (k->refused != NULL)
		buf_addf(b, "the device rejected %s: ", k->refused);
	else
		buf_adds(b, "cannot leave: ");
	verdict_words_state(s, b);
	if (hint != NULL)
		buf_addf(b, "; %s", hint);
	return (JOB_DONE);
}

static enum job_step
say_silent(struct leave_job *k, const struct session *s, uint64_t now)
{
	struct verdict v = verdict_of_device(s, k->stack, now);

	buf_addf(&k->job.result.text, "%s: ", v.row->word);
	return (end(k, s, now));
}

static enum job_step
say_still(struct leave_job *k, const struct session *s, uint64_t now)
{
	if (s->status.reply.bState == DFU_STATE_IDLE ||
	    s->status.reply.bState == DFU_STATE_MANIFEST_WAIT_RESET ||
	    session_is_stuck(s))
		return (end(k, s, now));
	/* Fewer than it takes for that word: nothing worse is called for. */
	k->job.result.code = verdict_named("stuck")->code;
	verdict_words_still(s, &k->job.result.text);
	buf_adds(&k->job.result.text, " Run leave to continue polling.");
	return (JOB_DONE);
}

/*
 * That it left is enough where nothing is behind this that needs a device, or
 * where that waits for one itself.
 */
static bool
is_brief(const struct leave_job *k)
{
	return (k->brief || !k->job.followed || k->job.back_wanted != NULL);
}

static enum job_step
say_left(struct leave_job *k, const struct session *s, uint64_t now)
{
	struct buf *b = &k->job.result.text;

	if (!is_brief(k) || s->present)
		return (end(k, s, now));
	verdict_words_left(s, b);
	if (k->job.back_wanted != NULL)
		buf_addf(b, "; \"%s\" waits for the device to reconnect",
		    k->job.back_wanted);
	return (JOB_DONE);
}

/* poll was begun: it is asked once and again, not too soon, and not for ever.
 */
static enum job_step
follow(struct leave_job *k, enum phase phase)
{
	k->phase = phase;
	k->poll.once = true;
	k->poll.pace = PACE;
	k->poll.until = k->started + k->bound;
	k->poll.most = phase == PHASE_ZERO ? k->max : 0;
	return (JOB_WAIT);
}

static enum job_step
ask(struct leave_job *k, enum phase phase, enum poll_follow how)
{
	poll_begin_asking(&k->poll, how, 0);
	return (follow(k, phase));
}

static enum job_step
ask_now(struct leave_job *k, enum phase phase, enum poll_follow how)
{
	k->poll.due = k->poll.asked = 0;
	return (ask(k, phase, how));
}

static enum job_step
refuse_address(struct leave_job *k, const struct session *s)
{
	k->job.result.code = CODE_USAGE;
	if (session_dialect(s) == DFU_DIALECT_UNKNOWN)
		job_query_refusal(s, &k->job.result.text);
	else
		buf_adds(&k->job.result.text, "plain DFU has no addresses. "
		    "Leave out ADDR");
	return (JOB_DONE);
}

/* A plain device would store it: it is asked first what it is. */
static enum job_step
send_pointer(struct leave_job *k, const struct session *s)
{
	size_t n = dfuse_command_pack(DFU_KIND_SET_ADDRESS, k->address,
	    k->bytes);

	if (session_dialect(s) == DFU_DIALECT_UNKNOWN && !k->queried &&
	    !k->read_only) {
		k->queried = true;
		k->phase = PHASE_BEGIN;
		k->job.child = job_query(true);
		return (JOB_CALL);
	}
	if (session_dialect(s) != DFU_DIALECT_DFUSE)
		return (refuse_address(k, s));
	k->poll.due = k->poll.asked = 0;
	poll_begin(
	    &k->poll, DFU_DNLOAD, 0, k->bytes, (uint16_t)n, POLL_BLOCK, 0);
	return (follow(k, PHASE_POINTER));
}

static enum job_step
send_zero(struct leave_job *k, const struct session *s, uint64_t now)
{
	k->started = now;
	k->poll.due = k->poll.asked = 0;
	poll_begin(&k->poll, DFU_DNLOAD,
	    session_dialect(s) == DFU_DIALECT_DFUSE ? DFUSE_LEAVE_BLOCK :
						      s->next_block, NULL, 0,
	    POLL_LEAVE, 0);
	return (follow(k, PHASE_ZERO));
}

/* The leave is under way: only the end of it is missing. */
static enum job_step
ask_on(struct leave_job *k, const struct session *s, uint64_t now)
{
	if (!k->looked)
		return (ask_now(k, PHASE_ZERO, POLL_LEAVE));
	if (s->status.reply.bState == DFU_STATE_MANIFEST_WAIT_RESET)
		return (say_still(k, s, now));
	ask(k, PHASE_ZERO, POLL_LEAVE);
	k->poll.answers = 1;
	return (JOB_WAIT);
}

/* What the present state, if it is known, allows to begin with. */
static enum job_step
begin(struct leave_job *k, const struct session *s, uint64_t now)
{
	const struct estimate *b = &s->estimate;

	k->started = now;
	if (b->how == ESTIMATE_UNKNOWN) {
		if (k->looked)
			return (say_refused(k, s, NULL));
		k->looked = true;
		return (ask_now(k, PHASE_LOOK, POLL_NOTHING));
	}
	switch (b->state) {
	case DFU_STATE_MANIFEST_SYNC:
	case DFU_STATE_MANIFEST:
	case DFU_STATE_MANIFEST_WAIT_RESET:
		return (ask_on(k, s, now));
	case DFU_STATE_DNLOAD_SYNC:
	case DFU_STATE_DNBUSY:
		/* A DNLOAD now would be an error: its end is asked for. */
		k->poll.due = now + session_wait_left(s, now);
		return (ask(k, PHASE_BLOCK, POLL_BLOCK));
	case DFU_STATE_ERROR:
		return (say_refused(k, s, "clear the error first: clrstatus "
		    "(c)"));
	case DFU_STATE_UPLOAD_IDLE:
		return (say_refused(k, s, "end the upload first: abort (a)"));
	case DFU_STATE_APP_IDLE:
	case DFU_STATE_APP_DETACH:
		return (say_refused(k, s, "not in DFU mode. Run enter-dfu "
		    "first"));
	default:
		return (
		    k->has_address ? send_pointer(k, s) : send_zero(k, s, now));
	}
}

static const char *
request_words(const struct leave_job *k)
{
	return (k->phase == PHASE_POINTER ? "set-address" :
					    "the zero-length DNLOAD");
}

/* A request ended without an answer to go on with. */
static enum job_step
failed(struct leave_job *k, const struct session *s, uint64_t now)
{
	unsigned answers = k->poll.answers;

	switch ((enum outcome)k->poll.outcome) {
	case OUTCOME_STALL:
		if (k->phase == PHASE_WHY)
			return (say_refused(k, s, NULL));
		k->refused = "GETSTATUS";
		if (k->poll.taken == OUTCOME_STALL) {
			k->refused = request_words(k);
			return (say_refused(k, s, NULL));
		}
		ask_now(k, PHASE_WHY, POLL_NOTHING);
		k->poll.answers = answers;
		return (JOB_WAIT);
	case OUTCOME_BUSERROR:
	case OUTCOME_GONE:
		k->vanish_by = now + SESSION_GONE_WITHIN;
		return (JOB_WAIT);
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
go_on(struct leave_job *k, enum poll_end how, const struct session *s,
    uint64_t now)
{
	if (how == POLL_GONE)
		return (job_done(
		    &k->job, CODE_LOST, "the device is not connected"));
	if (how == POLL_STILL)
		return (say_still(k, s, now));
	if (!outcome_is_answer(k->poll.outcome))
		return (failed(k, s, now));
	if (k->poll.taken == OUTCOME_STALL)
		k->refused = request_words(k);
	switch (k->phase) {
	case PHASE_BEGIN:
	case PHASE_LOOK:
	case PHASE_BLOCK:
		return (begin(k, s, now));
	case PHASE_POINTER:
		if (k->poll.reply.bState == DFU_STATE_ERROR)
			k->refused = "set-address";
		return (k->refused != NULL ? say_refused(k, s, NULL) :
					     send_zero(k, s, now));
	case PHASE_ZERO:
		return (how == POLL_DONE ? say_still(k, s, now) :
					   say_refused(k, s, NULL));
	case PHASE_WHY:
		break;
	}
	return (say_refused(k, s, NULL));
}

/* It has left, or may be about to: until t nothing is sent. */
static enum job_step
wait_until(struct leave_job *k, uint64_t t)
{
	k->job.until = t;
	k->job.skippable = k->job.announced = false;
	return (JOB_WAIT);
}

static enum job_step
leave_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct leave_job *k = (struct leave_job *)j;
	struct job_turn t = {
		.job = j, .s = s, .set = set, .now = now, .step = JOB_DONE
	};
	enum job_step step = JOB_WAIT;
	enum poll_end how;

	k->stack = set->stack;
	k->read_only = set->read_only;
	if (k->phase == PHASE_BEGIN)
		step = begin(k, s, now);
	while (step == JOB_WAIT) {
		if (k->left != 0)
			return (is_brief(k) || s->present ||
				    now >= k->left + SESSION_BACK_WITHIN ?
				say_left(k, s, now) :
				wait_until(k, k->left + SESSION_BACK_WITHIN));
		if (k->vanish_by != 0)
			return (now >= k->vanish_by ?
				say_silent(k, s, now) :
				wait_until(k, k->vanish_by));
		if (k->poll.answers >= HURRIED)
			k->poll.pace = PACE_LATER;
		how = poll_next(&k->poll, &t);
		if (how == POLL_GOING)
			return (t.step);
		step = go_on(k, how, s, now);
	}
	return (step);
}

static void
leave_event(struct job *j, const struct session *s, const struct event *e)
{
	struct leave_job *k = (struct leave_job *)j;

	(void)s;
	poll_event(&k->poll, e);
	if (e->kind == EVENT_LEFT && k->left == 0)
		k->left = e->time != 0 ? e->time : 1;
}

static void
leave_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct leave_job *k = (const struct leave_job *)j;

	buf_adds(b, "leave: ");
	if (k->left != 0) {
		buf_adds(b, "the device disconnected; waiting for it to "
		    "reconnect");
	} else if (k->phase == PHASE_ZERO && k->vanish_by == 0 &&
	    outcome_is_answer(k->poll.taken)) {
		buf_addf(
		    b, "poll %u of at most %u, ", k->poll.answers, k->max);
		text_duration(b, now - k->started);
		job_words_wait(j, b, now);
	} else {
		buf_adds(b, "sending the leave request");
	}
}

static void
leave_free(struct job *j)
{
	poll_free(&((struct leave_job *)j)->poll);
}

static const struct job_ops leave_ops = {
	.name = "leave",
	.next = leave_next,
	.event = leave_event,
	.words = leave_words,
	.free = leave_free,
};

struct job *
job_leave(bool has_address, uint32_t address, unsigned max, uint32_t ms)
{
	struct leave_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &leave_ops;
	k->has_address = has_address;
	k->address = address;
	k->max = max > 0 ? max : 1;
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
