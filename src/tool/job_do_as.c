/* SPDX-License-Identifier: ISC */
/*
 * do-as: walks the rows of a dialect, request by request. Where the tool would
 * loop for ever it stops and says so; where the tool stops looking it waits a
 * moment, sending nothing, to tell what became of the device.
 */
#include "tool/do_as_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "job/image_fit.h"
#include "job/jobs.h"
#include "tool/job_do_as.h"
#include "trace/words.h"
#include "wire/usb.h"

static enum job_step
wait_until(struct do_as_job *k, uint64_t t)
{
	k->job.until = t;
	k->job.skippable = k->job.announced = false;
	return (JOB_WAIT);
}

/* The tool sleeps for as long as the device announced. */
static bool
sleeps(struct do_as_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	if (now >= k->due)
		return (false);
	if (set->skipped != 0 && s->status.known &&
	    set->skipped == s->status.by)
		return (false);
	job_wait_announced(&k->job, k->due);
	return (true);
}

/* A request that can no longer reach the device has failed as it would. */
static enum job_step
send(struct do_as_job *k, const struct session *s,
    const struct setup *setup, const uint8_t *data, enum do_as_phase then,
    uint64_t now)
{
	bool own = (setup->bmRequestType & USB_RECIP_MASK) ==
	    USB_RECIP_INTERFACE;

	k->phase = then;
	k->setup = *setup;
	k->begun = true;
	k->resets = false;
	k->told = k->answered = false;
	if (k->left || !s->present) {
		k->answered = true;
		k->outcome = OUTCOME_GONE;
		k->ended = now;
		return (wait_until(k, now));
	}
	k->job.child = job_xfer(setup, data, own);
	return (JOB_CALL);
}

static enum job_step
send_class(struct do_as_job *k, const struct session *s, uint8_t bRequest,
    enum do_as_phase then, uint64_t now)
{
	const struct dfu_request_row *row = dfu_request_row(bRequest);
	const struct setup setup = { .bmRequestType = row->bmRequestType,
	    .bRequest = bRequest, .wLength = row->reply };

	return (send(k, s, &setup, NULL, then, now));
}

/* What depends on what was learnt on the way. False: it is left out. */
static bool
resolve(const struct do_as_job *k, struct tool_act *a,
    const struct session *s)
{
	struct layout l = { 0 };

	if (a->step->when == SCRIPT_IN_DFU)
		return (!dfu_state_is(k->state, DFU_STATES_RUNTIME));
	if (a->step->when != SCRIPT_OPTIONS)
		return (true);
	if (!tool_plan_options(s, &l))
		return (false);
	a->address = l.segments[0].start;
	a->len = (uint16_t)layout_total(&l);
	layout_free(&l);
	return (true);
}

/* Nothing of this step is sent: on to what it asks. */
static void
after_sent(struct do_as_job *k, uint64_t now)
{
	const struct script_step *step = k->plan.acts[k->at].step;

	if (step->poll != NULL)
		do_as_begin_poll(k, step->poll, now);
	else
		do_as_next_step(k);
}

static enum job_step
begin_step(struct do_as_job *k, const struct session *s, uint64_t now)
{
	struct tool_act *a = &k->plan.acts[k->at];
	const uint8_t *data;
	struct setup setup;
	uint8_t bytes[5];

	if (!resolve(k, a, s)) {
		do_as_next_step(k);
		return (wait_until(k, now));
	}
	if (k->at >= k->plan.leave && k->leave_from == 0 &&
	    a->step->send == SCRIPT_ZERO) {
		k->leave_from = now != 0 ? now : 1;
		k->manifest = false;
	}
	if (a->step->send == SCRIPT_NOTHING) {
		after_sent(k, now);
		return (wait_until(k, now));
	}
	if (a->step->send == SCRIPT_RESET) {
		k->phase = DO_AS_ACT;
		k->letter = SCRIPT_RESET_GO;
		return (wait_until(k, now));
	}
	tool_plan_request(a, s, &setup, bytes, &data);
	return (send(k, s, &setup, data, DO_AS_SENT, now));
}

/* A request, not a question, was answered, refused, lost or skipped. */
static void
after_request(struct do_as_job *k, uint64_t now)
{
	const struct script_step *step = k->plan.acts[k->at].step;

	if (!k->answered || outcome_is_answer(k->outcome)) {
		if (k->answered && step->send == SCRIPT_DATA)
			k->accepted += k->plan.acts[k->at].len;
		after_sent(k, now);
		return;
	}
	switch (step->refused) {
	case SCRIPT_GO:
		do_as_next_step(k);
		break;
	case SCRIPT_WHY_FAIL:
	case SCRIPT_WHY_GO:
		k->letter = step->refused;
		k->phase = DO_AS_WHY;
		break;
	default:
		do_as_give_up(k, &step->says);
		break;
	}
}

/* The ABORT, CLRSTATUS or reset that a letter means is sent. */
static enum job_step
act(struct do_as_job *k, const struct session *s, uint64_t now)
{
	bool aborts = k->letter == SCRIPT_ABORT_ASK ||
	    k->letter == SCRIPT_ABORT_GO;

	if (k->letter != SCRIPT_RESET_GO)
		return (send_class(k, s, aborts ? DFU_ABORT : DFU_CLRSTATUS,
		    DO_AS_ACTED, now));
	k->phase = DO_AS_ACTED;
	k->begun = k->resets = true;
	k->answered = false;
	k->job.child = job_reset();
	return (JOB_CALL);
}

static enum job_step
ask(struct do_as_job *k, const struct session *s, uint64_t now)
{
	k->rounds++;
	if (!do_as_is_mute(k, s))
		return (send_class(k, s, DFU_GETSTATUS, DO_AS_ASKED, now));
	/* Taken for answered, and for success: with nothing new. */
	do_as_next_step(k);
	return (wait_until(k, now));
}

/* Nothing is sent any more; the device may be about to leave. */
static enum job_step
watch(struct do_as_job *k, const struct session *s, uint64_t now)
{
	if (k->watch_until == 0)
		k->watch_until = now + SESSION_GONE_WITHIN;
	if (k->leave_from != 0 && !k->left && s->present &&
	    now < k->watch_until)
		return (wait_until(k, k->watch_until));
	k->phase = DO_AS_END;
	return (wait_until(k, now));
}

static enum job_step
ask_file(struct do_as_job *k)
{
	if (k->order.task != SCRIPT_FLASH || k->asked) {
		k->phase = k->error.len != 0 ? DO_AS_END : DO_AS_CHECK;
		return (JOB_WAIT);
	}
	k->asked = true;
	k->job.effect = (struct effect){ .kind = EFFECT_READ_FILE,
	    .text = k->path };
	return (JOB_EFFECT);
}

static enum job_step
check(struct do_as_job *k, const struct session *s,
    const struct job_settings *set)
{
	if (!do_as_check(k, s, set)) {
		k->phase = DO_AS_END;
		return (JOB_WAIT);
	}
	k->phase = DO_AS_STEP;
	if (k->order.task != SCRIPT_FLASH)
		return (JOB_WAIT);
	k->job.effect = (struct effect){ .kind = EFFECT_ASK,
	    .text = do_as_question(k) };
	return (JOB_EFFECT);
}

/* One turn. JOB_WAIT with a time that has come: another turn at once. */
static enum job_step
turn(struct do_as_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	wait_until(k, now);
	k->stack = set->stack;
	switch (k->phase) {
	case DO_AS_FILE:
		return (ask_file(k));
	case DO_AS_CHECK:
		return (check(k, s, set));
	case DO_AS_STEP:
		if (k->at == k->plan.n)
			k->phase = DO_AS_WATCH;
		else if (sleeps(k, s, set, now))
			return (JOB_WAIT);
		else
			return (begin_step(k, s, now));
		break;
	case DO_AS_SENT:
		after_request(k, now);
		break;
	case DO_AS_ASK:
		return (sleeps(k, s, set, now) ? JOB_WAIT : ask(k, s, now));
	case DO_AS_ASKED:
		/* Skipped: as if it had said what the tool waits for. */
		if (k->answered)
			do_as_after_answer(k, now);
		else
			do_as_next_step(k);
		break;
	case DO_AS_ACT:
		return (sleeps(k, s, set, now) ? JOB_WAIT : act(k, s, now));
	case DO_AS_ACTED:
		do_as_after_act(k, now);
		break;
	case DO_AS_WHY:
		if (!do_as_is_mute(k, s))
			return (send_class(k, s, DFU_GETSTATUS,
			    DO_AS_TOLD_WHY, now));
		k->phase = DO_AS_TOLD_WHY;
		break;
	case DO_AS_TOLD_WHY:
		if (k->letter == SCRIPT_WHY_GO)
			do_as_next_step(k);
		else
			do_as_give_up(k, &k->plan.acts[k->at].step->says);
		break;
	case DO_AS_WATCH:
		return (watch(k, s, now));
	case DO_AS_END:
		do_as_say(k, s, now);
		return (JOB_DONE);
	}
	return (JOB_WAIT);
}

static enum job_step
do_as_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct do_as_job *k = (struct do_as_job *)j;
	enum job_step step;

	do
		step = turn(k, s, set, now);
	while (step == JOB_WAIT && k->job.until <= now);
	return (step);
}

static void
take_status(struct do_as_job *k, const struct event *e)
{
	k->told = outcome_is_answer(e->outcome) &&
	    dfu_status_decode(e->data, e->kept, &k->reply);
	/* fwupd looks at why it was refused, and keeps what it saw. */
	if (k->told && k->phase == DO_AS_TOLD_WHY) {
		k->state = k->reply.bState;
		k->status = k->reply.bStatus;
	}
}

static void
compare(struct do_as_job *k, const struct event *e)
{
	const struct tool_act *a = &k->plan.acts[k->at];

	if (a->step->send != SCRIPT_UPLOAD || a->data == NULL ||
	    !outcome_is_answer(e->outcome))
		return;
	if (e->kept < a->expect || memcmp(e->data, a->data, a->expect) != 0)
		k->differs = true;
	else
		k->compared += a->expect;
}

static void
do_as_event(struct job *j, const struct session *s, const struct event *e)
{
	struct do_as_job *k = (struct do_as_job *)j;

	(void)s;
	if (e->kind == EVENT_LEFT && k->phase > DO_AS_CHECK && !k->left) {
		k->left = true;
		k->left_at = e->time;
	}
	if (e->kind != EVENT_COMPLETE || k->answered)
		return;
	if (k->phase != DO_AS_SENT && k->phase != DO_AS_ASKED &&
	    k->phase != DO_AS_ACTED && k->phase != DO_AS_TOLD_WHY)
		return;
	k->answered = true;
	k->outcome = e->outcome;
	k->ended = e->time;
	/* What is told in the end is what broke it, not what asked why. */
	if (k->phase != DO_AS_TOLD_WHY)
		k->number = e->number;
	if (k->phase == DO_AS_ASKED || k->phase == DO_AS_TOLD_WHY)
		take_status(k, e);
	else if (k->phase == DO_AS_SENT)
		compare(k, e);
}

static void
do_as_file(struct job *j, const void *p, size_t n, const char *error)
{
	struct do_as_job *k = (struct do_as_job *)j;

	k->error_code =
	    image_fit_read(&k->image, k->path, false, p, n, error, &k->error);
	k->has_image = k->error_code == CODE_OK;
}

/* How a request ended is known by its event. */
static void
do_as_child(struct job *j, const struct job_result *r)
{
	(void)j;
	(void)r;
}

/* "GETSTATUS: erases a page, 0x08000800" */
static void
say_step(const struct do_as_job *k, struct buf *b)
{
	const struct tool_act *a = &k->plan.acts[k->at];
	bool places = a->step->send == SCRIPT_ERASE ||
	    a->step->send == SCRIPT_POINTER || a->data != NULL;

	if (k->resets)
		buf_adds(b, "bus reset");
	else
		words_request_name(b, &k->setup);
	buf_addf(b, ": %s", a->step->what);
	if (places)
		buf_addf(b, ", 0x%08x", a->address);
}

static void
do_as_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct do_as_job *k = (const struct do_as_job *)j;
	const struct script *d = k->order.script;

	buf_addf(b, "as %s, ", d->name);
	if (k->phase == DO_AS_WATCH || k->phase == DO_AS_END) {
		buf_adds(b, "done; checking whether the device leaves");
		return;
	}
	if (!k->begun || k->at >= k->plan.n) {
		buf_addf(b, "%s %s", d->version,
		    script_tasks[k->order.task]);
		return;
	}
	buf_addf(b, "%zu/%zu ", k->at + 1, k->plan.n);
	say_step(k, b);
	job_words_wait(j, b, now);
	buf_addf(b, "; %s", d->version);
}

static void
do_as_stop(struct job *j, bool sent, const char *why)
{
	struct do_as_job *k = (struct do_as_job *)j;

	(void)sent;
	k->failed = true;
	buf_adds(&k->stopped, why);
	k->phase = DO_AS_END;
}

static void
do_as_free(struct job *j)
{
	struct do_as_job *k = (struct do_as_job *)j;

	if (k->has_image)
		image_free(&k->image);
	layout_free(&k->layout);
	tool_plan_free(&k->plan);
	buf_free(&k->said);
	buf_free(&k->error);
	buf_free(&k->stopped);
	free(k->question);
	free(k->path);
}

#define DO_AS_OPS(what)                                                \
	{                                                              \
		.name = "do-as", .destroys = what, .next = do_as_next, \
		.event = do_as_event, .file = do_as_file,              \
		.child = do_as_child, .words = do_as_words,            \
		.stop = do_as_stop, .free = do_as_free                 \
	}

static const struct job_ops do_as_ops = DO_AS_OPS(NULL);
static const struct job_ops do_as_flash_ops =
    DO_AS_OPS("the contents of the memory there");

struct job *
job_do_as(const struct tool_order *order, const char *path)
{
	struct do_as_job *k = mem_alloc(sizeof(*k));

	k->job.ops = order->task == SCRIPT_FLASH ? &do_as_flash_ops :
	    &do_as_ops;
	k->order = *order;
	k->state = SCRIPT_NO_STATE;
	k->plan.leave = SIZE_MAX;
	if (path != NULL)
		k->path = mem_strdup(path);
	return (&k->job);
}
