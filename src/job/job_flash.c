/*
 * flash and verify through DfuSe: read what is there, erase and write what
 * has to be, read it back, leave. What each page holds is told by what was
 * read and what was accepted, and by nothing else.
 */
#include "job/flash_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "session/limits.h"

#define FIRSTS	4	/* requests before it begins, at most */

static void
enter(struct flash_job *k, enum flash_phase phase, uint64_t now)
{
	k->phase = phase;
	k->at = k->again = 0;
	k->done = 0;
	k->work.since = now;
	k->work.busy = false;
}

static enum job_step
ask_file(struct flash_job *k)
{
	k->asked = true;
	k->work.job.effect = (struct effect){ .kind = EFFECT_READ_FILE,
	    .text = k->path };
	return (JOB_EFFECT);
}

/* What may have changed, or was looked at. */
static bool
has_pages_to_tell(const struct flash_job *k)
{
	return (k->work.failed && k->plan.npages != 0 &&
	    k->phase >= FLASH_READ);
}

static void
fail_io(struct flash_job *k, enum poll_end how, uint64_t now)
{
	/* Option bytes take effect by a reset of the device (AN3156). */
	if (how == POLL_GONE && k->phase == FLASH_WRITE &&
	    flash_is_option_bytes(k) && flash_may_have_acted(k)) {
		buf_adds(&k->work.said, "option bytes sent; the device "
		    "reset itself, as it does when it takes them");
		k->phase = FLASH_BACK;
		k->work.since = now;
		k->was_reset = true;
		return;
	}
	work_fail_io(&k->work, how);
	if (how == POLL_REFUSED && k->work.io.poll.replied &&
	    k->work.io.poll.reply.bStatus == DFU_STATUS_ERR_VENDOR)
		buf_adds(&k->work.said, "; where memory is read protected, "
		    "unprotect lifts that and erases all");
}

static void
finish(struct flash_job *k)
{
	/* Nothing was sent, or all that could help. */
	k->work.quiet = k->phase < FLASH_TO_IDLE ||
	    (k->phase == FLASH_TO_IDLE && !k->stopped);
	if (has_pages_to_tell(k))
		plan_words(&k->plan, &k->work.tail);
	k->phase = FLASH_END;
}

/* Phases: false when the next one can begin at once. */

static bool
first(struct flash_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now, enum job_step *step)
{
	struct work *w = &k->work;

	w->begun = now != 0 ? now : 1;
	if (!work_is_there(w, s))
		return (false);
	if (!session_dfuse(s)) {
		w->job.child = k->order.only_verify ?
		    job_compare_plain(k->path) :
		    job_download(k->path, &k->order);
		k->phase = FLASH_PLAIN;
		*step = JOB_CALL;
		return (true);
	}
	w->job.child = k->firsts++ < FIRSTS ? work_first(s) : NULL;
	if (w->job.child != NULL) {
		*step = JOB_CALL;
		return (true);
	}
	if (!k->order.here && !k->order.part &&
	    targets_are_needed(&k->image, s->alternate)) {
		w->job.child = job_targets(k->path, &k->order);
		k->phase = FLASH_PLAIN;
		*step = JOB_CALL;
		return (true);
	}
	if (flash_check(k, s, set, s->alternate))
		enter(k, FLASH_TO_IDLE, now);
	return (false);
}

static bool
after_read(struct flash_job *k, enum poll_end how, uint64_t now)
{
	if (how == POLL_GOING)
		return (true);
	if (how == POLL_REFUSED && !k->order.only_verify) {
		poll_words(&k->work.io.poll, how, &k->unread);
		enter(k, FLASH_UNREAD, now);
	} else if (how != POLL_DONE) {
		fail_io(k, how, now);
	} else if (k->order.only_verify) {
		if (plan_difference(&k->plan) < k->plan.nblocks)
			flash_say_difference(k);
		enter(k, FLASH_READY, now);
	} else {
		enter(k, FLASH_UNREAD, now);
	}
	return (false);
}

static bool
decide(struct flash_job *k, const struct session *s, uint64_t now)
{
	/* Without a first look there is nothing to write back. */
	if (k->unread.len != 0 || k->order.no_read ||
	    !flash_is_readable(k, s))
		plan_drop_kept(&k->plan);
	plan_decide(&k->plan);
	enter(k, plan_write_bytes(&k->plan) != 0 ||
	    plan_erase_bytes(&k->plan) != 0 ? FLASH_ASK : FLASH_READY, now);
	return (false);
}

static bool
after_io(struct flash_job *k, enum poll_end how, enum flash_phase next,
    uint64_t now)
{
	if (how == POLL_GOING)
		return (true);
	if (how == POLL_DONE)
		enter(k, next, now);
	else
		fail_io(k, how, now);
	return (false);
}

static bool
ready(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	uint32_t start = plan_start(&k->plan);
	bool points = w->io.is_set && w->io.base == start;

	if (k->was_reset) {
		buf_adds(&w->said, "; verified");
		finish(k);
		return (false);
	}
	if (!w->busy && w->said.len == 0)
		flash_say_success(k, now);
	if (!k->order.leave) {
		finish(k);
		return (false);
	}
	/* leave does not begin in dfuUPLOAD-IDLE. */
	if ((w->busy || s->estimate.state != DFU_STATE_DNLOAD_IDLE) &&
	    !work_to_idle(w, s, now, step))
		return (true);
	if (w->failed)
		return (false);
	k->phase = FLASH_LEAVE;
	w->job.child = job_leave_briefly(!points, start, k->order.max,
	    LIMIT_LEAVE_S * 1000);
	*step = JOB_CALL;
	return (true);
}

/* One phase; true: *step is to be returned. */
static bool
turn(struct flash_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now, enum job_step *step)
{
	struct work *w = &k->work;

	switch (k->phase) {
	case FLASH_FILE:
		if (!k->asked) {
			*step = ask_file(k);
			return (true);
		}
		if (w->error != NULL)
			work_fail(w, w->code, "%s", w->error);
		k->phase = FLASH_FIRST;
		return (false);
	case FLASH_FIRST:
		return (first(k, s, set, now, step));
	case FLASH_TO_IDLE:
		if (!work_to_idle(w, s, now, step))
			return (true);
		if (w->failed)
			return (false);
		enter(k, (k->order.no_read && !k->order.only_verify) ||
		    !flash_is_readable(k, s) ? FLASH_UNREAD : FLASH_READ, now);
		return (false);
	case FLASH_READ:
		return (after_read(k, flash_read_blocks(k, s, now, step), now));
	case FLASH_UNREAD:
		/* A download begins in dfuIDLE. */
		return (!work_to_idle(w, s, now, step) || decide(k, s, now));
	case FLASH_ASK:
		if (k->question == NULL) {
			*step = flash_ask(k);
			return (true);
		}
		enter(k, FLASH_ERASE, now);
		return (false);
	case FLASH_ERASE:
		return (after_io(k, flash_erase_pages(k, s, now, step),
		    FLASH_WRITE, now));
	case FLASH_WRITE:
		return (after_io(k, flash_write_blocks(k, s, now, step),
		    k->order.verify ? FLASH_VERIFY : FLASH_READY, now));
	case FLASH_VERIFY:
		if (!after_io(k, flash_read_blocks(k, s, now, step),
		    FLASH_READY, now)) {
			if (!w->failed &&
			    plan_difference(&k->plan) < k->plan.nblocks)
				flash_say_difference(k);
			return (false);
		}
		return (true);
	case FLASH_BACK:
		return (flash_await(k, s, now, step));
	case FLASH_AGAIN:
		if (!work_to_idle(w, s, now, step))
			return (true);
		enter(k, FLASH_VERIFY, now);
		return (false);
	case FLASH_READY:
		return (ready(k, s, now, step));
	case FLASH_LEAVE:
		if (w->job.result.code != CODE_OK && s->present) {
			buf_adds(&w->job.result.text, "; the device is in ");
			to_idle_state(s, now, &w->job.result.text);
		}
		*step = JOB_DONE;
		return (true);
	case FLASH_PLAIN:
		*step = JOB_DONE;
		return (true);
	case FLASH_END:
		*step = work_end(w, s, now);
		return (true);
	}
	return (true);
}

static enum job_step
flash_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct flash_job *k = (struct flash_job *)j;
	enum job_step step = JOB_DONE;

	k->work.set = set;
	do {
		if (k->work.failed && k->phase != FLASH_END &&
		    k->phase != FLASH_PLAIN)
			finish(k);
	} while (!turn(k, s, set, now, &step));
	return (step);
}

static void
flash_event(struct job *j, const struct session *s, const struct event *e)
{
	(void)s;
	work_event(&((struct flash_job *)j)->work, e);
}

static void
flash_file(struct job *j, const void *p, size_t n, const char *error)
{
	struct flash_job *k = (struct flash_job *)j;

	k->has_image = work_image(&k->work, &k->image, k->path, p, n, error);
}

/* The end of a leave, or of a download, is the end of this. */
static void
flash_child(struct job *j, const struct job_result *r)
{
	struct flash_job *k = (struct flash_job *)j;

	if (k->phase != FLASH_LEAVE && k->phase != FLASH_PLAIN)
		return;
	j->result.code = r->code;
	buf_reset(&j->result.text);
	if (k->phase == FLASH_LEAVE) {
		buf_add(&j->result.text, k->work.said.data,
		    k->work.said.len);
		buf_adds(&j->result.text, "; ");
	}
	buf_add(&j->result.text, r->text.data, r->text.len);
}

static bool
flash_progress(const struct job *j, struct job_progress *p)
{
	const struct flash_job *k = (const struct flash_job *)j;
	static const char *const whats[FLASH_END + 1] = {
		[FLASH_READ] = "reading", [FLASH_ERASE] = "erasing",
		[FLASH_WRITE] = "writing", [FLASH_VERIFY] = "verifying",
	};

	*p = (struct job_progress){ .what = whats[k->phase],
	    .has_address = true, .address = k->work.io.address,
	    .done = k->done, .since = k->work.since };
	if (p->what == NULL)
		return (false);
	p->total = k->phase == FLASH_ERASE ? plan_erase_bytes(&k->plan) :
	    k->phase == FLASH_WRITE ? plan_write_bytes(&k->plan) :
	    plan_bytes(&k->plan);
	return (true);
}

static void
flash_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct flash_job *k = (const struct flash_job *)j;
	struct job_progress p;

	if (k->phase == FLASH_PLAIN)
		return;
	buf_addf(b, "%s: ", k->order.only_verify ? "verify" : "flash");
	if (k->phase == FLASH_END)
		buf_adds(b, "leads the device back to dfuIDLE");
	else if (k->phase == FLASH_LEAVE)
		buf_adds(b, "asks the device to leave");
	else if (k->phase == FLASH_ASK)
		buf_adds(b, "asks before it writes");
	else if (k->phase == FLASH_BACK)
		buf_adds(b, "waits for what comes back");
	else if (flash_progress(j, &p))
		job_progress_words(&p, b, now);
	else
		buf_adds(b, "begins");
}

/* What was sent and is being cancelled may have been done. */
static void
flash_stop(struct job *j, bool sent, const char *why)
{
	struct flash_job *k = (struct flash_job *)j;

	if (k->work.busy && memory_io_may_have_acted(&k->work.io, sent)) {
		if (k->phase == FLASH_ERASE)
			flash_note_page(k, false);
		else if (k->phase == FLASH_WRITE)
			flash_note_block(k, false);
	}
	k->stopped = true;
	work_stop(&k->work, why);
	if (k->phase != FLASH_END)
		finish(k);
}

static void
flash_free(struct job *j)
{
	struct flash_job *k = (struct flash_job *)j;

	work_free(&k->work);
	if (k->has_image)
		image_free(&k->image);
	layout_free(&k->layout);
	plan_free(&k->plan);
	buf_free(&k->unread);
	free(k->question);
	free(k->path);
}

static const struct job_ops flash_ops = {
	.name = "flash",
	.destroys = "what the memory holds there",
	.next = flash_next,
	.event = flash_event,
	.file = flash_file,
	.child = flash_child,
	.words = flash_words,
	.progress = flash_progress,
	.stop = flash_stop,
	.free = flash_free,
};

static const struct job_ops verify_ops = {
	.name = "verify",
	.next = flash_next,
	.event = flash_event,
	.file = flash_file,
	.child = flash_child,
	.words = flash_words,
	.progress = flash_progress,
	.stop = flash_stop,
	.free = flash_free,
};

struct job *
job_flash(const char *path, const struct flash_order *order)
{
	struct flash_job *k = mem_alloc(sizeof(*k));

	k->work.job.ops = order->only_verify ? &verify_ops : &flash_ops;
	k->path = mem_strdup(path);
	k->order = *order;
	return (&k->work.job);
}
