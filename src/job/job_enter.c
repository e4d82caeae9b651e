/* SPDX-License-Identifier: ISC */
/*
 * enter-dfu: DETACH, and then whatever the attributes say: one with
 * bitWillDetach re-attaches by itself, any other is reset while its detach
 * timer runs (DFU 1.1 5.1). The place is what tells that it is the same.
 */
#include "job/jobs.h"

#include "base/mem.h"
#include "base/text.h"
#include "job/poll.h"
#include "session/session.h"
#include "wire/usb.h"

/* A device of old leaves by itself though it does not say so, us. */
#define LEAVES_WITHIN	100000

enum phase {
	PHASE_BEGIN,
	PHASE_DETACH,
	PHASE_LEAVING,		/* by itself? */
	PHASE_AWAY,		/* it left, or was reset: what comes back? */
	PHASE_END
};

struct enter_job {
	struct job	 job;
	struct poll	 poll;
	enum phase	 phase;
	bool		 left;
	bool		 reset;
	bool		 stopped;
	uint64_t	 since;		/* us */
};

static enum job_step
begin(struct enter_job *k, const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	if (!s->present || f == NULL)
		return (job_done(&k->job, CODE_LOST,
		    "the device has no DFU interface"));
	if (!f->runtime)
		return (job_done(&k->job, CODE_OK,
		    "the device is already in DFU mode"));
	poll_begin(&k->poll, DFU_DETACH, f->functional.present ?
	    f->functional.wDetachTimeOut : 1000, NULL, 0, POLL_NOTHING, 0);
	k->phase = PHASE_DETACH;
	return (JOB_WAIT);
}

static enum job_step
detach(struct enter_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct job_turn t = {
		.job = &k->job, .s = s, .set = set, .now = now, .step = JOB_WAIT
	};
	enum poll_end how = poll_next(&k->poll, &t);

	if (how == POLL_GOING)
		return (t.step);
	if (how != POLL_DONE && how != POLL_GONE) {
		buf_adds(&k->job.result.text, "DETACH: ");
		poll_words(&k->poll, how, &k->job.result.text);
		k->job.result.code = CODE_PROTOCOL;
		return (JOB_DONE);
	}
	k->since = now;
	k->phase = PHASE_LEAVING;
	return (JOB_WAIT);
}

static bool
will_detach(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL && (f->functional.bmAttributes &
	    DFU_ATTR_WILL_DETACH) != 0);
}

static enum job_step
leaving(struct enter_job *k, const struct session *s, uint64_t now)
{
	k->job.until = k->since + (will_detach(s) ? SESSION_GONE_WITHIN :
	    LEAVES_WITHIN);
	if (!k->left && now < k->job.until)
		return (JOB_WAIT);
	k->phase = PHASE_AWAY;
	k->since = now;
	if (k->left)
		return (JOB_WAIT);
	k->reset = true;
	k->job.child = job_reset();
	return (JOB_CALL);
}

static void
say_back(struct enter_job *k, const struct session *s)
{
	struct buf *b = &k->job.result.text;
	const struct dfu_function *f = session_function(s);
	bool in = f != NULL && !f->runtime;

	k->job.result.code = in ? CODE_OK : CODE_PROTOCOL;
	if (!s->present) {
		k->job.result.code = CODE_LOST;
		buf_adds(b, "the device disconnected and nothing reconnected "
		    "within ");
		text_duration(b, SESSION_BACK_WITHIN);
		return;
	}
	buf_addf(b, "%s %04x:%04x, %s",
	    !k->left ? "after DETACH and a bus reset the device is still" :
		       "the device reconnected as",
	    s->who->vendor, s->who->product, session_mode_words(s));
	buf_adds(b, k->reset ? " (DETACH, bus reset)" :
	    " (DETACH; the device detached itself)");
}

static enum job_step
enter_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct enter_job *k = (struct enter_job *)j;
	enum job_step step = JOB_WAIT;
	enum phase was;

	if (k->stopped)
		return (job_done(j, CODE_PROTOCOL, "cancelled; the device is "
		    "%s", s->present ? session_mode_words(s) : "disconnected"));
	do {
		was = k->phase;
		switch (k->phase) {
		case PHASE_BEGIN:
			step = begin(k, s);
			break;
		case PHASE_DETACH:
			step = detach(k, s, set, now);
			break;
		case PHASE_LEAVING:
			step = leaving(k, s, now);
			break;
		case PHASE_AWAY:
			j->until = k->since + SESSION_BACK_WITHIN;
			if (now < j->until && !(k->left && s->present))
				return (JOB_WAIT);
			say_back(k, s);
			k->phase = PHASE_END;
			return (JOB_DONE);
		case PHASE_END:
			return (JOB_DONE);
		}
	} while (step == JOB_WAIT && k->phase != was);
	return (step);
}

static void
enter_event(struct job *j, const struct session *s, const struct event *e)
{
	struct enter_job *k = (struct enter_job *)j;

	(void)s;
	if (e->kind == EVENT_LEFT && k->phase != PHASE_BEGIN)
		k->left = true;
	poll_event(&k->poll, e);
}

static void
enter_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct enter_job *k = (const struct enter_job *)j;

	(void)now;
	buf_adds(b, k->phase == PHASE_AWAY ?
	    "enter-dfu: waiting for the device to reconnect" :
	    "enter-dfu: sending DETACH");
}

static void
enter_stop(struct job *j, bool sent, const char *why)
{
	(void)sent;
	(void)why;
	((struct enter_job *)j)->stopped = true;
}

static void
enter_free(struct job *j)
{
	poll_free(&((struct enter_job *)j)->poll);
}

static const struct job_ops enter_ops = {
	.name = "enter-dfu",
	.next = enter_next,
	.event = enter_event,
	.words = enter_words,
	.stop = enter_stop,
	.free = enter_free,
};

struct job *
job_enter(void)
{
	struct enter_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &enter_ops;
	return (&k->job);
}
