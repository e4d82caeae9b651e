/* SPDX-License-Identifier: ISC */
/*
 * recover: one action after the other until the device is in dfuIDLE or off the
 * bus. Each wait is bounded and each action is tried a bounded number of times
 * in each state, whatever the device answers.
 */
#include "job/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/fingerprint.h"
#include "job/poll.h"
#include "session/limits.h"
#include "session/session.h"
#include "wire/usb.h"

#define TO_IDLE		1000000		/* us undisturbed before a look */
#define PACE		10000		/* us between two GETSTATUS, least */
#define SPACE		600000		/* where asking is not the cure */
#define ERASE_SPACE	5000000		/* eight of them are LIMIT_ERASE_S */
#define DETACHING	500000		/* us for it to drop off the bus */
#define WAIT_MOST	((uint64_t)LIMIT_ERASE_S * 1000000)
#define POLL_MOST	60000000	/* us of one action of polls */
#define LOOKS		3		/* in vain: no word out of it */
#define TIMEOUTS	2		/* the same, of 5 s each */

enum recover_phase {
	PHASE_BEGIN,
	PHASE_TO_IDLE,		/* before the first look */
	PHASE_QUERY,		/* GETSTATUS: what is it in now? */
	PHASE_QUERIED,
	PHASE_PICK,		/* the next action */
	PHASE_WAIT,
	PHASE_POLL,             /* GETSTATUS until it is in another state */
	PHASE_REQUEST,		/* the action's own request */
	PHASE_REQUESTED,
	PHASE_RESET,
	PHASE_DONE
};

/* What was tried is counted for each state; those undefined are one. */
#define STATES		(DFU_STATE_COUNT + 2)
#define STATE_UNDEFINED	DFU_STATE_COUNT
#define STATE_UNKNOWN	(DFU_STATE_COUNT + 1)

struct recover_job {
	struct job		 job;
	struct poll poll; /* of looks and of polls */
	enum recover_reach	 reach;
	enum recovery_action	 action;
	enum recover_phase		 phase;
	bool			 waiting;	/* a request is under way */
	bool			 acting;	/* try is being made */
	bool			 second;	/* CLRSTATUS of the pair */
	struct recovery_try try;
	unsigned		 tries[STATES][RECOVERY_COUNT];
	unsigned		 done;		/* actions, ever */
	unsigned		 looks;		/* in vain, one after another */
	unsigned		 timeouts;	/* of them */
	uint32_t sent;
	uint64_t		 started;	/* of the action, us */
	uint64_t		 pause;		/* us: then on */
	uint64_t		 left;		/* us, 0: it did not */
	size_t			 mine;		/* first try of this job */
	const struct dfu_stack	*stack;
	struct recovery_log	*log;
};

/* What this job did, each action. */
static void
say_tries(const struct recover_job *k, struct buf *b)
{
	const struct recovery_try *t;
	size_t i;

	for (i = k->mine; i < k->log->n; i++) {
		t = &k->log->tries[i];
		buf_addf(b, "%s%s ", i == k->mine ? "" : "; ",
		    recovery_rows[t->action].id);
		recovery_try_words(b, t);
	}
}

static void
say_sent(const struct recover_job *k, struct buf *b)
{
	buf_addf(b, " after %u %s", k->sent, k->sent == 1 ? "request" :
	    "requests");
	if (k->log->n > k->mine)
		buf_adds(b, ": ");
	say_tries(k, b);
}

static void
say_back(struct buf *b, const struct recover_job *k, const struct session *s)
{
	if (!s->present) {
		buf_addf(b, "; nothing reconnected within %u s",
		    SESSION_BACK_WITHIN / 1000000);
		return;
	}
	buf_addf(b, "; it reconnected as %04x:%04x, %s%s, after ",
	    s->who->vendor,
	    s->who->product, session_mode_words(s),
	    session_function(s) == NULL || session_runtime(s) ? "" : " again");
	text_duration(b, s->arrived_at - k->left);
}

/* What is left where no request helps. */
static void
say_rest(const struct recover_job *k, const struct session *s, uint64_t now,
    struct buf *b)
{
	struct recovery_option options[RECOVERY_COUNT];
	const struct recovery_try *reset = recovery_tried(k->log,
	    RECOVERY_RESET);
	size_t i;

	if (reset != NULL) {
		buf_adds(b, "; the bus reset had no effect. Unplug the device");
		return;
	}
	recovery_option(s, k->stack, now, options);
	for (i = 0; options[i].action != RECOVERY_RESET; i++)
		continue;
	if (options[i].forecast > RECOVERY_UNKNOWN)
		buf_addf(b, "; a bus reset has no effect (%s: %s). Unplug "
		    "the device", options[i].whose,
		    buf_str(&options[i].words));
	else
		buf_addf(b, "; no request is known to help. Try recover reset "
		    "(bus reset; %s, %s: %s), then unplug the device",
		    options[i].whose, dfu_certainty_words(options[i].certainty),
		    buf_str(&options[i].words));
	recovery_options_free(options);
}

static enum job_step
done_left(struct recover_job *k, const struct session *s)
{
	struct buf *b = &k->job.result.text;

	k->job.result.code = CODE_OK;
	buf_adds(b, "recovered: the device disconnected");
	say_sent(k, b);
	say_back(b, k, s);
	return (JOB_DONE);
}

static enum job_step
done_out(struct recover_job *k, uint8_t state)
{
	struct buf *b = &k->job.result.text;

	k->job.result.code = CODE_OK;
	if (k->done == 0 && k->log->n == k->mine) {
		buf_addf(b, "nothing to recover: the device is in %s",
		    dfu_state_name(state));
		return (JOB_DONE);
	}
	buf_addf(b, "recovered: the device is in %s", dfu_state_name(state));
	say_sent(k, b);
	return (JOB_DONE);
}

static enum job_step
done_one(struct recover_job *k, uint8_t state)
{
	const struct recovery_try *t = &k->log->tries[k->log->n - 1];

	/* Waiting is for what is busy, or may be. */
	k->job.result.code = t->before != state ||
	    (t->action == RECOVERY_WAIT && (state == NO_STATE ||
	    dfu_state_is(state, DFU_STATES_BUSY))) ? CODE_OK : CODE_PROTOCOL;
	buf_addf(&k->job.result.text, "%s, ", recovery_rows[t->action].name);
	recovery_try_words(&k->job.result.text, t);
	return (JOB_DONE);
}

static enum job_step
done_stuck(struct recover_job *k, const struct session *s,
    uint8_t state, uint64_t now)
{
	struct buf *b = &k->job.result.text;

	k->job.result.code = CODE_PROTOCOL;
	if (state == NO_STATE)
		buf_adds(b, "the device does not answer");
	else if (dfu_state_row(state) == NULL)
		buf_addf(b, "the device is still in undefined state %u", state);
	else
		buf_addf(b, "the device is still in %s", dfu_state_name(state));
	say_sent(k, b);
	say_rest(k, s, now, b);
	return (JOB_DONE);
}

static enum job_step
send(struct recover_job *k, struct job *child)
{
	k->waiting = true;
	k->job.child = child;
	return (JOB_CALL);
}

static enum job_step
pause_until(struct recover_job *k, uint64_t t)
{
	k->job.until = t;
	return (JOB_WAIT);
}

static const struct request *
last_request(const struct session *s)
{
	return (s->nrequests > 0 ? &s->requests[s->nrequests - 1] : NULL);
}

/* The state as it said itself; silence after dfuMANIFEST is a word too. */
static uint8_t
state_now(const struct session *s)
{
	const struct estimate *b = &s->estimate;

	if (b->how == ESTIMATE_REPORTED || (b->how != ESTIMATE_UNKNOWN &&
	    b->state == DFU_STATE_MANIFEST_WAIT_RESET))
		return (b->state);
	return (NO_STATE);
}

static unsigned *
tries_of(struct recover_job *k, uint8_t state, enum recovery_action action)
{
	if (state == NO_STATE)
		return (&k->tries[STATE_UNKNOWN][action]);
	return (&k->tries[state < DFU_STATE_COUNT ? state : STATE_UNDEFINED]
	    [action]);
}

/* The try is over: written down. */
static void
end_try(struct recover_job *k, uint8_t after, bool left)
{
	if (!k->acting)
		return;
	k->acting = false;
	k->done++;
	k->try.after = after;
	k->try.left = left;
	/* Requests of the time before a state was known lead nowhere. */
	k->log->tries[k->log->n++] = k->try;
	k->log->over = left || (after != NO_STATE && recovery_is_out(after));
}

static void
begin_try(struct recover_job *k, enum recovery_action action, uint8_t state,
    uint64_t now)
{
	k->try = (struct recovery_try){ .action = (uint8_t)action,
	    .before = state, .after = state, .at = now };
	k->acting = true;
	k->second = false;
	k->started = now;
	(*tries_of(k, state, action))++;
}

static void
begin(struct recover_job *k, const struct session *s,
    const struct job_settings *set)
{
	k->log = set->recovery;
	k->stack = fingerprint_of(s, set->stack).stack;
	if (k->log->over || k->log->dev != s->dev ||
	    k->log->n >= RECOVERY_TRIES / 2)
		*k->log = (struct recovery_log){ .dev = s->dev };
	k->log->stack = k->stack;
	k->mine = k->log->n;
	k->phase = state_now(s) != NO_STATE ||
	    (k->reach == RECOVER_ONE && (k->action == RECOVERY_RESET ||
	    k->action == RECOVERY_WAIT)) ? PHASE_PICK : PHASE_TO_IDLE;
}

/* A device that is at work is not disturbed by the first look. */
static enum job_step
to_idle(struct recover_job *k, const struct session *s, uint64_t now)
{
	const struct request *last = last_request(s);
	uint64_t quiet = s->arrived_at;

	if (last != NULL && last->done > quiet)
		quiet = last->done;
	quiet += TO_IDLE;
	if (now < quiet)
		return (pause_until(k, quiet));
	k->phase = PHASE_QUERY;
	return (JOB_WAIT);
}

/* Asked as it is: what fails is looked at and counted here. */
static void
ask(struct recover_job *k, enum poll_follow follow)
{
	poll_begin_asking(&k->poll, follow, POLL_MOST / 1000);
	k->poll.due = k->poll.asked = 0;
	k->poll.once = k->poll.hurries = true;
}

/* One turn of the asking; true: it is over. What waits is not skipped. */
static bool
is_asked(struct recover_job *k, struct job_turn *t)
{
	bool over = poll_next(&k->poll, t) != POLL_GOING;

	k->job.skippable = false;
	return (over);
}

static enum job_step
look(struct recover_job *k)
{
	ask(k, POLL_NOTHING);
	k->phase = PHASE_QUERIED;
	return (JOB_WAIT);
}

static enum job_step
looked(struct recover_job *k, struct job_turn *t)
{
	uint8_t state;

	if (!is_asked(k, t))
		return (t->step);
	state = state_now(t->s);
	if (state == NO_STATE) {
		k->looks++;
		k->timeouts += k->poll.outcome == OUTCOME_TIMEOUT;
		if (k->looks < LOOKS && k->timeouts < TIMEOUTS) {
			k->phase = PHASE_QUERY;
			return (JOB_WAIT);
		}
	}
	k->looks = k->timeouts = 0;
	/* The pair is over when the first has not made an error. */
	if (k->acting && k->try.action == RECOVERY_PAIR && !k->second &&
	    state == DFU_STATE_ERROR) {
		k->second = true;
		k->phase = PHASE_REQUEST;
		return (JOB_WAIT);
	}
	end_try(k, state, false);
	k->phase = PHASE_PICK;
	return (JOB_WAIT);
}

/* An action may be run without being named. */
static bool
may_run(struct recover_job *k, const struct recovery_option *o, uint8_t state)
{
	unsigned most = o->forecast == RECOVERY_OUT &&
		o->action != RECOVERY_POLL && o->action != RECOVERY_RESET ?
	    2 :
	    1;

	if (o->forecast > RECOVERY_UNKNOWN || o->action == RECOVERY_UNPLUG ||
	    *tries_of(k, state, o->action) >= most)
		return (false);
	/* It says nothing more: only this does not need its word. */
	if (state == NO_STATE && o->action != RECOVERY_RESET)
		return (false);
	if (o->action == RECOVERY_DETACH)
		return (o->forecast == RECOVERY_OUT);
	/* In dfuMANIFEST-WAIT-RESET that is what it waits for (A.2.9). */
	if (o->action == RECOVERY_RESET)
		return (k->reach == RECOVER_ALL ||
		    state == DFU_STATE_MANIFEST_WAIT_RESET);
	return (true);
}

/* The mildest action that may help, or -1. */
static int
mildest(struct recover_job *k, const struct session *s, uint8_t state,
    uint64_t now)
{
	struct recovery_option options[RECOVERY_COUNT];
	int action = -1;
	size_t i;

	recovery_option(s, k->stack, now, options);
	for (i = 0; i < RECOVERY_COUNT && action < 0; i++) {
		if (may_run(k, &options[i], state))
			action = (int)options[i].action;
	}
	recovery_options_free(options);
	return (action);
}

static unsigned
polls_worth(const struct recover_job *k, const struct session *s,
    uint64_t now)
{
	struct recovery_option options[RECOVERY_COUNT];
	unsigned n = 1;
	size_t i;

	recovery_option(s, k->stack, now, options);
	for (i = 0; i < RECOVERY_COUNT; i++) {
		if (options[i].action == RECOVERY_POLL && options[i].polls != 0)
			n = options[i].polls;
	}
	recovery_options_free(options);
	return (n);
}

static void
begin_polls(
    struct recover_job *k, const struct session *s, uint8_t state, uint64_t now)
{
	uint64_t wait = session_wait_left(s, now);

	ask(k, POLL_CHANGE);
	/* 24 bits of milliseconds are hours: nobody sleeps on that. */
	k->poll.patience = WAIT_MOST;
	k->poll.due = now + (wait < WAIT_MOST ? wait : WAIT_MOST);
	k->poll.begun = now;
	k->poll.from = state;
	k->poll.most = recovery_is_out(state) ? 1 : polls_worth(k, s, now);
	k->phase = PHASE_POLL;
}

static enum job_step
run(struct recover_job *k, const struct session *s, enum recovery_action action,
    uint8_t state, uint64_t now)
{
	begin_try(k, action, state, now);
	switch (action) {
	case RECOVERY_WAIT:
		k->pause = now + session_wait_left(s, now);
		if (s->timer != SESSION_NEVER && s->timer > k->pause)
			k->pause = s->timer;
		/* It may be busy: so long is what a look would give it. */
		if (state == NO_STATE && k->pause < now + TO_IDLE)
			k->pause = now + TO_IDLE;
		if (k->pause > now + WAIT_MOST)
			k->pause = now + WAIT_MOST;
		k->phase = PHASE_WAIT;
		break;
	case RECOVERY_POLL:
		begin_polls(k, s, state, now);
		break;
	case RECOVERY_CLRSTATUS:
	case RECOVERY_PAIR:
	case RECOVERY_ABORT:
	case RECOVERY_DETACH:
	case RECOVERY_ALTERNATE:
	case RECOVERY_RESET:
		k->phase = PHASE_REQUEST;
		break;
	case RECOVERY_UNPLUG:
		k->acting = false;
		return (job_done(&k->job, CODE_USAGE, "unplug the device by "
		    "hand; recover continues when it reconnects"));
	}
	return (JOB_WAIT);
}

static enum job_step
pick(struct recover_job *k, const struct session *s, uint64_t now)
{
	uint8_t state = state_now(s);
	int action = (int)k->action;

	if (k->done > 0 && k->reach <= RECOVER_NEXT)
		return (state != NO_STATE && recovery_is_out(state) ?
		    done_out(k, state) : done_one(k, state));
	if (state != NO_STATE && recovery_is_out(state) &&
	    k->reach != RECOVER_ONE)
		return (done_out(k, state));
	if (k->log->n == RECOVERY_TRIES)
		return (done_stuck(k, s, state, now));
	if (k->reach != RECOVER_ONE)
		action = mildest(k, s, state, now);
	if (action < 0 || (k->reach == RECOVER_ONE && state == NO_STATE &&
	    action != RECOVERY_RESET && action != RECOVERY_WAIT &&
	    action != RECOVERY_UNPLUG))
		return (done_stuck(k, s, state, now));
	return (run(k, s, (enum recovery_action)action, state, now));
}

/* As announced, and not sooner than it is worth. */
static enum job_step
poll(struct recover_job *k, struct job_turn *t)
{
	uint8_t state;

	k->poll.pace = k->poll.most == LIMIT_LEAVE ? PACE :
	    t->s->erasing                          ? ERASE_SPACE :
						     SPACE;
	if (!is_asked(k, t))
		return (t->step);
	state = state_now(t->s);
	k->try.outcome = k->poll.outcome;
	k->phase = PHASE_PICK;
	/* One more look tells whether it only missed that one. */
	if (!outcome_is_answer(k->poll.outcome) && state == NO_STATE)
		k->phase = PHASE_QUERY;
	else
		end_try(k, state, false);
	return (JOB_WAIT);
}

static enum job_step
request(struct recover_job *k)
{
	k->phase = PHASE_REQUESTED;
	switch ((enum recovery_action)k->try.action) {
	case RECOVERY_CLRSTATUS:
	case RECOVERY_PAIR:
		return (send(k, job_class(DFU_CLRSTATUS)));
	case RECOVERY_ABORT:
		return (send(k, job_class(DFU_ABORT)));
	case RECOVERY_DETACH:
		return (send(k, job_detach(-1)));
	case RECOVERY_ALTERNATE:
		return (send(k, job_alternate(0)));
	case RECOVERY_RESET:
		k->phase = PHASE_RESET;
		k->pause = 0;
		return (send(k, job_reset()));
	case RECOVERY_WAIT:
	case RECOVERY_POLL:
	case RECOVERY_UNPLUG:
		break;
	}
	k->phase = PHASE_QUERY;
	return (JOB_WAIT);
}

static enum job_step
requested(struct recover_job *k, const struct session *s, uint64_t now)
{
	uint64_t until = last_request(s)->done + DETACHING;

	k->try.outcome = last_request(s)->outcome;
	if (k->try.action == RECOVERY_DETACH && now < until)
		return (pause_until(k, until));
	k->phase = PHASE_QUERY;
	return (JOB_WAIT);
}

/* After a reset it starts anew, as what it was or as another. */
static enum job_step
after_reset(struct recover_job *k, const struct session *s, uint64_t now)
{
	if (k->pause == 0)
		k->pause = now + TO_IDLE;
	if (!s->present && now < k->left + SESSION_BACK_WITHIN)
		return (pause_until(k, k->left + SESSION_BACK_WITHIN));
	if (s->present && now < k->pause)
		return (pause_until(k, k->pause));
	if (!s->present || session_function(s) == NULL) {
		end_try(k, NO_STATE, true);
		return (done_left(k, s));
	}
	k->log->dev = s->dev;
	k->phase = PHASE_QUERY;
	return (JOB_WAIT);
}

/* It left: that is out, and what comes back is worth a word. */
static enum job_step
gone(struct recover_job *k, const struct session *s, uint64_t now)
{
	end_try(k, NO_STATE, true);
	k->log->over = true;
	if (!s->present && now < k->left + SESSION_BACK_WITHIN)
		return (pause_until(k, k->left + SESSION_BACK_WITHIN));
	return (done_left(k, s));
}

static enum job_step
go_on(struct recover_job *k, struct job_turn *t)
{
	const struct session *s = t->s;
	uint64_t now = t->now;

	switch (k->phase) {
	case PHASE_BEGIN:
		begin(k, s, t->set);
		return (JOB_WAIT);
	case PHASE_TO_IDLE:
		return (to_idle(k, s, now));
	case PHASE_QUERY:
		return (look(k));
	case PHASE_QUERIED:
		return (looked(k, t));
	case PHASE_PICK:
		return (pick(k, s, now));
	case PHASE_WAIT:
		if (now < k->pause)
			return (pause_until(k, k->pause));
		k->try.waited = k->pause - k->started;
		end_try(k, state_now(s), false);
		k->phase = PHASE_PICK;
		return (JOB_WAIT);
	case PHASE_POLL:
		return (poll(k, t));
	case PHASE_REQUEST:
		return (request(k));
	case PHASE_REQUESTED:
		return (requested(k, s, now));
	case PHASE_RESET:
		return (after_reset(k, s, now));
	case PHASE_DONE:
		break;
	}
	return (JOB_DONE);
}

static enum job_step
recover_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct recover_job *k = (struct recover_job *)j;
	struct job_turn t = { .job = j, .s = s, .set = set, .now = now };
	enum job_step step;
	enum recover_phase was;

	k->waiting = false;
	if (!s->present && k->phase == PHASE_BEGIN)
		return (job_done(j, CODE_LOST, "the device is not connected"));
	/* A phase that has nothing to do leads to the next at once. */
	do {
		if (k->left != 0 && k->phase != PHASE_RESET &&
		    !(k->try.action == RECOVERY_RESET && s->present))
			return (gone(k, s, now));
		was = k->phase;
		step = go_on(k, &t);
	} while (step == JOB_WAIT && k->phase != was);
	return (step);
}

static void
recover_event(struct job *j, const struct session *s, const struct event *e)
{
	struct recover_job *k = (struct recover_job *)j;

	(void)s;
	poll_event(&k->poll, e);
	if (k->phase == PHASE_BEGIN)
		return;
	if (e->kind == EVENT_LEFT && k->left == 0)
		k->left = e->time;
	if (e->kind != EVENT_SUBMIT || (!k->waiting && !poll_pending(&k->poll)))
		return;
	k->sent++;
	k->log->sent++;
	if (!k->acting)
		return;
	k->try.sent++;
	k->try.polls += k->phase == PHASE_POLL;
	k->try.last = e->number;
	if (k->try.first == 0)
		k->try.first = e->number;
}

/* Ours never fail: what they brought is in the session. */
static void
recover_child(struct job *j, const struct job_result *r)
{
	(void)j;
	(void)r;
}

static void
recover_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct recover_job *k = (const struct recover_job *)j;

	buf_adds(b, "recover: ");
	if (k->left != 0)
		buf_adds(b, "the device disconnected; waiting for it to "
		    "reconnect");
	else if (k->acting)
		buf_adds(b, recovery_rows[k->try.action].name);
	else if (k->phase == PHASE_TO_IDLE)
		buf_adds(b, "waiting one second before the first query");
	else
		buf_adds(b, "querying the state");
	if (k->acting && k->try.action == RECOVERY_POLL)
		buf_addf(b, ", %u of at most %u", k->try.polls, k->poll.most);
	if (k->acting && k->try.action == RECOVERY_WAIT && k->pause > now) {
		buf_adds(b, ", ");
		text_duration(b, k->pause - now);
		buf_adds(b, " left");
	}
}

static void
recover_free(struct job *j)
{
	poll_free(&((struct recover_job *)j)->poll);
}

static const struct job_ops recover_ops = {
	.name = "recover",
	.separate = true,
	.next = recover_next,
	.event = recover_event,
	.child = recover_child,
	.words = recover_words,
	.free = recover_free,
};

struct job *
job_recover(enum recover_reach reach, enum recovery_action action)
{
	struct recover_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &recover_ops;
	k->reach = reach;
	k->action = action;
	return (&k->job);
}

/* save */

struct save_job {
	struct job	 job;
	char		*path;
	struct buf	 recipe;
	bool		 asked;
	char		*error;
};

static enum job_step
save_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct save_job *k = (struct save_job *)j;
	struct buf b = { 0 };
	enum job_step step;

	(void)now;
	if (k->asked && k->error != NULL)
		return (job_done(j, CODE_LOST, "%s", k->error));
	if (k->asked) {
		text_escape(&b, k->path, strlen(k->path));
		step = job_done(j, CODE_OK, "wrote what worked to %s",
		    buf_str(&b));
		buf_free(&b);
		return (step);
	}
	if (!recovery_recipe(set->recovery, s, &k->recipe))
		return (job_done(j, CODE_USAGE, "nothing to save: no "
		    "recovery action has worked yet"));
	k->asked = true;
	j->effect = (struct effect){ .kind = EFFECT_WRITE_FILE,
	    .text = k->path, .bytes = &k->recipe };
	return (JOB_EFFECT);
}

static void
save_told(struct job *j, const void *p, size_t n, const char *error)
{
	(void)p;
	(void)n;
	if (error != NULL)
		((struct save_job *)j)->error = mem_strdup(error);
}

static void
save_free(struct job *j)
{
	struct save_job *k = (struct save_job *)j;

	free(k->path);
	free(k->error);
	buf_free(&k->recipe);
}

static const struct job_ops save_ops = {
	.name = "save",
	.next = save_next,
	.file = save_told,
	.free = save_free,
};

struct job *
job_recover_save(const char *path)
{
	struct save_job *k = mem_alloc(sizeof(*k));

	k->job.ops = &save_ops;
	k->path = mem_strdup(path);
	return (&k->job);
}
