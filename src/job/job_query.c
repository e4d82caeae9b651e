/* SPDX-License-Identifier: ISC */
/*
 * query: asks an undecided device whether it speaks DfuSe, by what destroys
 * nothing in either dialect: an UPLOAD of block 0, which is get commands
 * (AN3156) or the first bytes of the firmware, and an ABORT behind it.
 */
#include "job/jobs.h"

#include "base/mem.h"
#include "diagnosis/dialect.h"
#include "job/to_idle.h"
#include "session/session.h"
#include "wire/usb.h"

enum phase {
	PHASE_IDLE,		/* to dfuIDLE first */
	PHASE_UPLOAD,
	PHASE_ABORT,
	PHASE_BACK		/* it did not go well: to dfuIDLE again */
};

struct query_job {
	struct job	job;
	struct poll	poll;
	struct to_idle	to_idle;
	enum phase	phase;
	bool		begun;		/* the request of this phase */
	bool		leads;		/* to dfuIDLE, if it is not there */
	uint32_t	number;		/* of the UPLOAD if answered */
};

static enum job_step
end(struct query_job *k, const struct session *s)
{
	struct buf *b = &k->job.result.text;

	k->job.result.code = s->present ? CODE_OK : CODE_LOST;
	if (!s->present)
		buf_adds(b, "the device disconnected");
	else if (session_dialect(s) != DFU_DIALECT_UNKNOWN)
		dialect_tell(s, b);
	else if (k->number != 0)
		buf_addf(b, "the dialect is still undecided: the answer to "
		    "UPLOAD of block 0 (#%u) fits both", k->number);
	else
		buf_adds(b, "the dialect is still undecided: UPLOAD of block "
		    "0 was not answered");
	return (JOB_DONE);
}

static void
enter(struct query_job *k, enum phase phase)
{
	k->phase = phase;
	k->begun = false;
}

/* Why it cannot be asked as it is now, or NULL. */
static const char *
obstacle(const struct query_job *k, const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	if (session_runtime(s))
		return ("the device is in run-time mode");
	if (f != NULL && f->functional.present &&
	    (f->functional.bmAttributes & DFU_ATTR_CAN_UPLOAD) == 0)
		return ("the device does not support upload (bitCanUpload is "
		    "clear)");
	if (!k->leads && s->estimate.how != ESTIMATE_UNKNOWN &&
	    s->estimate.state != DFU_STATE_IDLE &&
	    s->estimate.state != DFU_STATE_UPLOAD_IDLE)
		return ("the device is not in dfuIDLE");
	return (NULL);
}

static void
begin(struct query_job *k, const struct session *s)
{
	switch (k->phase) {
	case PHASE_IDLE:
		to_idle_begin(&k->to_idle, false);
		break;
	case PHASE_UPLOAD:
		/* A whole block: some send no less, whatever is asked for. */
		poll_begin(&k->poll, DFU_UPLOAD, 0, NULL,
		    session_transfer_size(s), POLL_NOTHING, 0);
		break;
	case PHASE_ABORT:
		poll_begin(&k->poll, DFU_ABORT, 0, NULL, 0, POLL_NOTHING, 0);
		break;
	case PHASE_BACK:
		to_idle_begin(&k->to_idle, true);
		break;
	}
	k->begun = true;
}

/* A phase has ended like this. False: so has the job. */
static bool
go_on(struct query_job *k, enum poll_end how)
{
	switch (k->phase) {
	case PHASE_IDLE:
		enter(k, PHASE_UPLOAD);
		return (how == POLL_DONE);
	case PHASE_UPLOAD:
		if (how == POLL_DONE)
			k->number = k->poll.number;
		enter(k, how == POLL_DONE ? PHASE_ABORT : PHASE_BACK);
		return (how != POLL_GONE);
	case PHASE_ABORT:
		enter(k, PHASE_BACK);
		return (how != POLL_DONE && how != POLL_GONE);
	case PHASE_BACK:
		break;
	}
	return (false);
}

static enum job_step
say_not_idle(struct query_job *k, const struct job_turn *t, enum poll_end how)
{
	struct job_result *r = &k->job.result;

	to_idle_words(&k->to_idle, t->s, how, t->now, &r->text);
	r->code = how == POLL_GONE ? CODE_LOST : CODE_PROTOCOL;
	return (JOB_DONE);
}

static enum poll_end
turn(struct query_job *k, struct job_turn *t)
{
	if (!k->begun)
		begin(k, t->s);
	return (k->phase == PHASE_IDLE || k->phase == PHASE_BACK ?
	    to_idle_next(&k->to_idle, t) : poll_next(&k->poll, t));
}

static enum job_step
query_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct query_job *k = (struct query_job *)j;
	struct job_turn t = { .job = j, .s = s, .set = set, .now = now,
	    .step = JOB_DONE };
	const char *why = k->phase == PHASE_IDLE ? obstacle(k, s) : NULL;
	enum poll_end how;

	if (why != NULL)
		return (job_done(j, CODE_OK, "cannot query the dialect: %s",
		    why));
	if (!k->leads && k->phase == PHASE_IDLE)
		enter(k, PHASE_UPLOAD);
	do {
		how = turn(k, &t);
		if (how == POLL_GOING)
			return (t.step);
		if (k->phase == PHASE_IDLE && how != POLL_DONE)
			return (say_not_idle(k, &t, how));
	} while (go_on(k, how));
	return (end(k, s));
}

static void
query_event(struct job *j, const struct session *s, const struct event *e)
{
	struct query_job *k = (struct query_job *)j;

	(void)s;
	poll_event(&k->poll, e);
	poll_event(&k->to_idle.poll, e);
}

static void
query_words(const struct job *j, struct buf *b, uint64_t now)
{
	(void)j;
	(void)now;
	buf_adds(b, "querying the dialect");
}

static void
query_free(struct job *j)
{
	struct query_job *k = (struct query_job *)j;

	poll_free(&k->poll);
	to_idle_free(&k->to_idle);
}

static const struct job_ops query_ops = {
	.name = "query",
	.next = query_next,
	.event = query_event,
	.words = query_words,
	.free = query_free,
};

struct job *
job_query(bool leads)
{
	struct query_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &query_ops;
	k->leads = leads;
	return (&k->job);
}

void
job_query_refusal(const struct session *s, struct buf *b)
{
	buf_addf(b, "not sent: the dialect is undecided (%s). Set it: "
	    "dialect dfuse|plain", s->dialect_why);
}
