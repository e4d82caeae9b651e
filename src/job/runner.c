/* SPDX-License-Identifier: ISC */
#include "job/runner.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "job/jobs.h"
#include "job/runner_own.h"
#include "job/to_idle.h"
#include "session/limits.h"
#include "wire/usb.h"

void
runner_init(struct runner *r)
{
	*r = (struct runner){ 0 };
}

static void
drop_question(struct runner *r)
{
	free(r->question);
	r->question = NULL;
	r->word = NULL;
	r->asks_guess = false;
}

/* Forgets the job, how it ended apart. */
static void
drop_jobs(struct runner *r)
{
	while (r->depth > 0)
		job_free(r->jobs[--r->depth]);
	r->has_paused = r->granted = r->wake_granted = r->asks_wake = false;
	r->guessed = r->querying = r->queried = false;
	r->waits_until = 0;
	r->broke = r->instead = false;
	r->broke_at = NULL;
	r->inserted = r->stopping = 0;
	r->gate = RUNNER_RUN;
	drop_question(r);
}

void
runner_clear(struct runner *r)
{
	drop_jobs(r);
	buf_free(&r->result.text);
}

bool
runner_winds_down(const struct runner *r)
{
	size_t i;

	for (i = 0; i < r->depth; i++) {
		if (r->jobs[i]->ops->stop != NULL)
			return (true);
	}
	return (false);
}

bool
runner_busy(const struct runner *r)
{
	return (r->depth > 0);
}

void
runner_start(struct runner *r, struct job *j, bool by_key)
{
	r->jobs[r->depth++] = j;
	r->by_key = by_key;
	r->ended = false;
	r->gate = r->stepping ? RUNNER_PAUSE : RUNNER_RUN;
}

static bool
reaches_device(const struct effect *e)
{
	return (e->kind == EFFECT_SUBMIT || e->kind == EFFECT_RESET);
}

void
runner_end_with(struct runner *r, int code, const char *text)
{
	/* The text may belong to a job that goes now. */
	char *copy = mem_strdup(text);

	drop_jobs(r);
	r->result.code = code;
	buf_reset(&r->result.text);
	buf_adds(&r->result.text, copy);
	r->ended = true;
	free(copy);
}

bool
runner_is_paused(const struct runner *r)
{
	return (r->gate == RUNNER_PAUSE && r->has_paused &&
	    reaches_device(&r->paused));
}

bool
runner_takes_in(const struct runner *r)
{
	return (runner_is_paused(r) && r->inserted == 0 &&
	    r->question == NULL && r->depth < JOB_DEPTH);
}

void
runner_insert(struct runner *r, struct job *j, bool by_key, bool instead)
{
	r->aside = r->paused;
	r->aside_by_key = r->by_key;
	r->aside_granted = r->granted;
	r->aside_guessed = r->guessed;
	r->aside_gate = RUNNER_PAUSE;
	r->has_paused = r->granted = r->guessed = false;
	r->by_key = by_key;
	r->instead = instead;
	r->jobs[r->depth++] = j;
	r->inserted = r->depth;
	r->gate = RUNNER_RUN;
	r->ended = false;
}

/* What was put in has ended: back to the request that is held. */
static void
end_inserted(struct runner *r, struct job *j)
{
	struct buf *text = &r->result.text;

	r->result.code = j->result.code;
	buf_reset(text);
	buf_add(text, j->result.text.data, j->result.text.len);
	/* What the query came to stands in the question. */
	r->ended = !r->querying;
	r->queried = r->querying;
	r->querying = false;
	r->depth--;
	job_free(j);
	r->inserted = 0;
	r->paused = r->aside;
	r->has_paused = true;
	r->by_key = r->aside_by_key;
	r->granted = r->aside_granted;
	r->guessed = r->aside_guessed;
	r->gate = r->aside_gate;
	if (r->instead)
		runner_skip(r);
}

static void
end_job(struct runner *r)
{
	struct job *j = r->jobs[r->depth - 1];
	struct job *parent;

	if (r->inserted == r->depth) {
		end_inserted(r, j);
		return;
	}
	if (r->depth == 1 || r->depth == r->stopping) {
		runner_end_with(r, j->result.code, buf_str(&j->result.text));
		return;
	}
	parent = r->jobs[--r->depth - 1];
	if (parent->ops->child != NULL)
		parent->ops->child(parent, &j->result);
	if (parent->ops->separate)
		r->granted = r->guessed = false;
	job_free(j);
}

void
runner_skip(struct runner *r)
{
	struct job *j = r->jobs[r->depth - 1];

	r->has_paused = r->instead = false;
	/* A single request ends; a job of many has only lost one of them. */
	buf_reset(&j->result.text);
	j->result.code = CODE_OK;
	end_job(r);
}

static void
hold_at(struct runner *r, const struct condition *c)
{
	r->gate = RUNNER_PAUSE;
	r->broke_at = c;
}

static bool
same_state(const struct estimate *a, const struct estimate *b)
{
	return (a->how == ESTIMATE_UNKNOWN || b->how == ESTIMATE_UNKNOWN ?
	    a->how == b->how : a->state == b->state);
}

static void
break_if(struct runner *r, const struct session *s, const struct event *e)
{
	size_t i;

	if ((r->gate != RUNNER_RUN && r->gate != RUNNER_STEP_STATE) ||
	    r->inserted != 0 || (e->kind != EVENT_COMPLETE &&
	    e->kind != EVENT_LEFT && e->kind != EVENT_ARRIVED))
		return;
	if (r->gate == RUNNER_STEP_STATE &&
	    (e->kind != EVENT_COMPLETE ||
	    !same_state(&r->stepped_from, &s->estimate)))
		r->gate = RUNNER_PAUSE;
	for (i = 0; i < r->nbreaks; i++) {
		if (!condition_foresees(&r->breaks[i]) &&
		    condition_holds(&r->breaks[i], s, s->said_stack,
		    e->time))
			hold_at(r, &r->breaks[i]);
	}
}

static void
opened(struct runner *r, const struct event *e)
{
	struct buf text = { 0 };

	r->opening = false;
	if (e->outcome == OUTCOME_OK)
		return;
	/* Nobody asked for it just now: it would be tried for ever. */
	if (r->depth == 0) {
		r->watch = 0;
		return;
	}
	text_escape(&text, e->data, e->kept);
	if (text.len == 0)
		buf_adds(&text, outcome_words(e->outcome));
	runner_end_with(r, e->outcome == OUTCOME_DENIED ? CODE_DENIED :
	    CODE_LOST, buf_str(&text));
	buf_free(&text);
}

/* Let go for another program: the watch would take it back at once. */
static void
closed(struct runner *r)
{
	struct job *j = r->depth > 0 ? r->jobs[r->depth - 1] : NULL;

	if (r->watch == 0)
		return;
	r->watch = 0;
	if (j != NULL && buf_str(&j->result.text)[0] == '\0')
		buf_adds(&j->result.text, "device closed; watch is off, as "
		    "it would open the device again. \"watch\" turns it on");
}

void
runner_event(struct runner *r, const struct session *s,
    const struct event *e)
{
	/* While its own is held back, what ends is a request of the watch. */
	bool foreign = e->kind == EVENT_COMPLETE && r->has_paused;
	size_t i;

	/* What another program opens or closes is its own. */
	if (e->agent == EVENT_BY_OTHER &&
	    (e->kind == EVENT_OPENED || e->kind == EVENT_CLOSED))
		return;
	if (e->kind == EVENT_OPENED)
		opened(r, e);
	if (e->kind == EVENT_LEFT)
		r->opening = false;
	for (i = 0; i < r->depth && !foreign; i++) {
		/* Nor is that of a job put in a matter of those below it. */
		if (e->kind == EVENT_COMPLETE && i + 1 < r->inserted)
			continue;
		if (r->jobs[i]->ops->event != NULL)
			r->jobs[i]->ops->event(r->jobs[i], s, e);
	}
	if (e->kind == EVENT_CLOSED)
		closed(r);
	if (r->depth > 0)
		break_if(r, s, e);
}

static uint32_t
time_limit(const struct runner *r, const struct session *s)
{
	if (r->settings.timeout != 0)
		return (r->settings.timeout);
	return ((s->erasing ? LIMIT_ERASE_S : LIMIT_REQUEST_S) * 1000);
}

/* A request that a break names is held before it is sent, once. */
static void
break_before(struct runner *r, const struct session *s)
{
	struct dfu_meaning m;
	size_t i;

	if (r->broke || r->inserted != 0 || r->paused.kind != EFFECT_SUBMIT)
		return;
	r->broke = true;
	m = session_xfer_meaning(s, &r->paused.xfer);
	for (i = 0; i < r->nbreaks; i++) {
		if (condition_foresees(&r->breaks[i]) &&
		    condition_meets(&r->breaks[i], &r->paused.xfer.setup, &m))
			hold_at(r, &r->breaks[i]);
	}
}

/* The job below can tell what it means that the device is gone. */
static bool
parent_goes_on(const struct runner *r)
{
	return (r->depth >= 2 && r->inserted != r->depth &&
	    r->jobs[r->depth - 2]->ops->stop != NULL);
}

/* Lets the held effect through, or an OPEN that must come first. */
static enum runner_pass
pass_gate(struct runner *r, const struct session *s, struct effect *effect)
{
	enum runner_pass p;

	*effect = r->paused;
	if ((r->paused.kind == EFFECT_ASK || reaches_device(&r->paused)) &&
	    !runner_are_allowed(r))
		return (RUNNER_PASS_ENDED);
	if (r->paused.kind == EFFECT_ASK)
		return (runner_pass_question(r));
	if (!reaches_device(&r->paused))
		return (RUNNER_PASS);
	if (!s->present && parent_goes_on(r)) {
		r->has_paused = false;
		end_job(r);
		return (RUNNER_PASS_ENDED);
	}
	if (!s->present) {
		runner_end_with(r, CODE_LOST, "the device is not connected");
		return (RUNNER_PASS_ENDED);
	}
	break_before(r, s);
	if (r->gate == RUNNER_PAUSE && !r->policy.interactive) {
		runner_end_with(r, CODE_PROTOCOL, "paused at a breakpoint: a "
		    "non-interactive run cannot continue it");
		return (RUNNER_PASS_ENDED);
	}
	if (r->gate == RUNNER_PAUSE || s->pending.number != 0 || r->opening ||
	    r->question != NULL)
		return (RUNNER_PASS_WAIT);
	p = runner_pass_danger(r, &r->paused, s);
	if (p != RUNNER_PASS)
		return (p);
	if (!s->opened) {
		p = runner_pass_wake(r);
		if (p == RUNNER_PASS) {
			r->opening = true;
			*effect = (struct effect){ .kind = EFFECT_OPEN };
		}
		return (p);
	}
	r->broke_at = NULL;
	if (effect->xfer.timeout == 0)
		effect->xfer.timeout = time_limit(r, s);
	if (r->gate == RUNNER_STEP)
		r->gate = RUNNER_PAUSE;
	return (RUNNER_PASS);
}

/* Nobody is there to skip it: the operator has to say that it is meant. */
static bool
refuse_wait(struct runner *r, const struct session *s, const struct job *j,
    uint64_t now)
{
	struct buf b = { 0 };
	bool refused = !r->policy.interactive && !r->policy.yes &&
	    job_wait_absurd(j, s, now, &b);

	/* A job that can lead the device back does so first. */
	if (refused && j->ops->stop != NULL)
		runner_stop(r, s, now, buf_str(&b));
	else if (refused)
		runner_end_with(r, CODE_PROTOCOL, buf_str(&b));
	buf_free(&b);
	return (refused);
}

/* The top job's next wish into r->held; false: nothing now. */
static bool
ask_job(struct runner *r, const struct session *s, uint64_t now,
    uint64_t *until)
{
	struct job *j = r->jobs[r->depth - 1];

	r->waits_until = 0;
	r->settings.stack = s->said_stack;
	r->settings.recovery = &r->recovery;
	r->settings.read_only = r->policy.read_only;
	if (!runner_may_begin(r, j))
		return (true);
	switch (j->ops->next(j, s, &r->settings, now)) {
	case JOB_EFFECT:
		r->paused = j->effect;
		r->has_paused = true;
		r->broke = r->queried = false;
		return (true);
	case JOB_WAIT:
		*until = j->until;
		r->waits_until = j->skippable ? j->until : 0;
		return (refuse_wait(r, s, j, now));
	case JOB_CALL:
		if (r->depth == JOB_DEPTH) {
			job_free(j->child);
			runner_end_with(r, CODE_USAGE,
			    "commands are nested too deep");
			return (true);
		}
		j->child->followed |= j->followed && j->ops->separate;
		r->jobs[r->depth++] = j->child;
		j->child = NULL;
		return (true);
	case JOB_DONE:
		end_job(r);
		return (true);
	}
	return (false);
}

/* The device is busy by its own word: looking would disturb it. */
static bool
watch_pauses(const struct session *s, uint64_t now)
{
	if (s->status.reply.bwPollTimeout > LIMIT_ANNOUNCED_S * 1000u)
		return (false);
	return (s->estimate.how != ESTIMATE_UNKNOWN &&
	    dfu_state_is(s->estimate.state, DFU_STATES_BUSY) &&
	    session_wait_left(s, now) != 0);
}

static bool
watch(struct runner *r, const struct session *s, uint64_t now,
    struct effect *effect, uint64_t *until)
{
	const struct dfu_request_row *row = dfu_request_row(r->watch_status ?
	    DFU_GETSTATUS : DFU_GETSTATE);
	const struct dfu_function *f = session_function(s);

	if (r->watch == 0 || !s->present || s->pending.number != 0 ||
	    r->opening)
		return (false);
	if (watch_pauses(s, now)) {
		*until = now + session_wait_left(s, now);
		return (false);
	}
	if (now < r->watch_next) {
		*until = r->watch_next;
		return (false);
	}
	/* Looking in the background never wakes a device. */
	if (!s->opened && r->asleep)
		return (false);
	if (!s->opened) {
		r->opening = true;
		*effect = (struct effect){ .kind = EFFECT_OPEN };
		return (true);
	}
	r->watch_next = now + r->watch;
	*effect = (struct effect){ .kind = EFFECT_SUBMIT, .xfer = {
	    .setup = { .bmRequestType = row->bmRequestType,
	    .bRequest = row->bRequest, .wLength = row->reply,
	    .wIndex = f != NULL ? f->bInterfaceNumber : 0 },
	    .timeout = time_limit(r, s) } };
	return (true);
}

/* So that what a job tells of itself holds no time while it is paused. */
static void
tell_paused(const struct runner *r)
{
	size_t i;

	for (i = 0; i < r->depth; i++)
		r->jobs[i]->paused = runner_is_paused(r);
}

const char *
runner_bound(const struct runner_policy *p)
{
	return (p->past ? RUNNER_PAST : p->served ? RUNNER_SERVED : NULL);
}

bool
runner_next(struct runner *r, const struct session *s, uint64_t now,
    struct effect *effect, uint64_t *until)
{
	*until = JOB_FOREVER;
	if (runner_bound(&r->policy) != NULL)
		return (false);
	while (r->depth > 0) {
		if (!r->has_paused && !ask_job(r, s, now, until))
			return (false);
		if (!r->has_paused)
			continue;
		switch (pass_gate(r, s, effect)) {
		case RUNNER_PASS:
			if (effect->kind != EFFECT_OPEN)
				r->has_paused = false;
			tell_paused(r);
			return (true);
		case RUNNER_PASS_WAIT:
			tell_paused(r);
			return (false);
		case RUNNER_PASS_ENDED:
			break;
		}
	}
	return (watch(r, s, now, effect, until));
}

void
runner_file(struct runner *r, const void *p, size_t n, const char *error)
{
	struct job *j = r->depth > 0 ? r->jobs[r->depth - 1] : NULL;

	if (j != NULL && j->ops->file != NULL)
		j->ops->file(j, p, n, error);
}

void
runner_answer(struct runner *r, bool yes)
{
	bool guess = r->asks_guess;

	if (r->question == NULL)
		return;
	drop_question(r);
	if (!yes) {
		runner_end_with(r, CODE_OK, "not sent");
		return;
	}
	if (guess)
		r->guessed = true;
	else if (r->asks_wake)
		r->wake_granted = true;
	else
		r->granted = true;
	r->asks_wake = false;
}

bool
runner_asks_guess(const struct runner *r)
{
	return (r->question != NULL && r->asks_guess);
}

bool
runner_query(struct runner *r)
{
	enum runner_gate gate = r->gate;

	if (!runner_asks_guess(r) || r->inserted != 0 ||
	    r->depth == JOB_DEPTH)
		return (false);
	drop_question(r);
	runner_insert(r, job_query(false), false, false);
	r->aside_gate = gate;
	r->querying = true;
	return (true);
}

bool
runner_skip_wait(struct runner *r, const struct session *s)
{
	if (r->waits_until == 0)
		return (false);
	r->settings.skipped = s->status.known ? s->status.by : 0;
	r->settings.skips++;
	return (true);
}

/* Nothing leads the device back: what is known of it is said. */
static void
drop(struct runner *r, const struct session *s, uint64_t now,
    const char *why)
{
	struct buf b = { 0 };

	buf_adds(&b, why);
	if (s->present) {
		buf_adds(&b, "; the device is in ");
		if (s->pending.number != 0)
			buf_addf(&b, "an unknown state: #%u had no answer yet",
			    s->pending.number);
		else
			to_idle_state(s, now, &b);
	}
	runner_end_with(r, CODE_PROTOCOL, buf_str(&b));
	buf_free(&b);
}

void
runner_stop(struct runner *r, const struct session *s, uint64_t now,
    const char *why)
{
	size_t i;
	bool sent;

	for (i = r->depth; i > 0 && r->jobs[i - 1]->ops->stop == NULL; i--)
		continue;
	if (r->depth == 0)
		return;
	if (i == 0 || r->stopping != 0) {
		drop(r, s, now, why);
		return;
	}
	sent = r->depth > i && !r->has_paused && !r->querying;
	while (r->depth > i)
		job_free(r->jobs[--r->depth]);
	drop_question(r);
	r->has_paused = r->querying = r->queried = false;
	r->inserted = 0;
	r->gate = RUNNER_RUN;
	r->stopping = i;
	r->jobs[i - 1]->ops->stop(r->jobs[i - 1], sent, why);
}

bool
runner_progress(const struct runner *r, struct job_progress *p)
{
	size_t i;

	/* The innermost one that has numbers. */
	for (i = r->depth; i > 0; i--) {
		if (r->jobs[i - 1]->ops->progress != NULL &&
		    r->jobs[i - 1]->ops->progress(r->jobs[i - 1], p))
			return (true);
	}
	return (false);
}

void
runner_give_up(struct runner *r, uint64_t now)
{
	struct buf b = { 0 };

	runner_words(r, &b, now);
	buf_addf(&b, "%snot finished: nothing more can happen",
	    b.len != 0 ? ": " : "");
	runner_end_with(r, CODE_PROTOCOL, buf_str(&b));
	buf_free(&b);
}
