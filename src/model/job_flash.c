/*
 * flash and verify through DfuSe: read what is there, erase and write what
 * has to be, read it back, leave. What each page holds is told by what was
 * read and what was accepted, and by nothing else.
 */
#include "model/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/image.h"
#include "model/fit.h"
#include "model/flash_plan.h"
#include "model/limits.h"
#include "model/session.h"
#include "model/work.h"

#define AGAIN	2	/* a spoiled block is read so often again */
#define FIRSTS	4	/* requests before it begins, at most */

enum phase {
	PHASE_FILE,
	PHASE_FIRST,		/* names, alternate */
	PHASE_PLAIN,		/* the device takes no addresses: a download */
	PHASE_SETTLE,
	PHASE_READ,
	PHASE_UNREAD,		/* it could not be read: to dfuIDLE again */
	PHASE_ASK,
	PHASE_ERASE,
	PHASE_WRITE,
	PHASE_VERIFY,
	PHASE_READY,		/* to leave */
	PHASE_LEAVE,
	PHASE_END
};

struct flash_job {
	struct work	 work;
	struct flash_order order;
	char		*path;
	bool		 asked;		/* for the file */
	unsigned	 firsts;
	struct image	 image;
	bool		 has_image;
	bool		 stopped;
	struct layout	 layout;
	struct plan	 plan;
	char		*question;
	enum phase	 phase;
	size_t		 at;		/* block or page */
	unsigned	 again;
	uint64_t	 done;		/* bytes of this phase */
	struct buf	 unread;	/* why it was not read first */
};

static void
enter(struct flash_job *k, enum phase phase, uint64_t now)
{
	k->phase = phase;
	k->at = k->again = 0;
	k->done = 0;
	k->work.since = now;
	k->work.busy = false;
}

static bool
verifies_only(const struct flash_job *k)
{
	return (k->order.only_verify);
}

static bool
is_option_bytes(const struct flash_job *k)
{
	return (k->layout.name != NULL &&
	    strstr(k->layout.name, "Option") != NULL);
}

/* Files. */

static enum job_step
ask_file(struct flash_job *k)
{
	k->asked = true;
	k->work.job.effect = (struct effect){ .kind = EFFECT_READ_FILE,
	    .text = k->path };
	return (JOB_EFFECT);
}

static bool
is_for_device(struct flash_job *k, const struct session *s)
{
	const struct image_note *wrong = image_wrong(&k->image);
	struct buf why = { 0 };
	bool good = wrong == NULL && image_matches(&k->image, s->who->vendor,
	    s->who->product, s->who->version, &why);

	if (!good)
		work_fail(&k->work, JOB_BAD_FILE, "%s: %s", k->path,
		    wrong != NULL ? wrong->text : buf_str(&why));
	buf_free(&why);
	return (good);
}

/* Option bytes are one block from their start (AN3156). */
static bool
is_whole(struct flash_job *k)
{
	const struct layout_segment *g = &k->layout.segments[0];

	if (!is_option_bytes(k) || (k->plan.nblocks == 1 &&
	    k->plan.blocks[0].address == g->start &&
	    k->plan.blocks[0].len == g->size * g->count))
		return (true);
	work_fail(&k->work, JOB_BAD_FILE, "option bytes are written as one "
	    "block of %u bytes from 0x%08x", g->size * g->count, g->start);
	return (false);
}

/* Everything that can be wrong before anything is sent. */
static bool
check(struct flash_job *k, const struct session *s,
    const struct job_settings *set)
{
	struct buf why = { 0 };
	uint16_t size = work_block_size(s, set);
	bool fits;

	if (!is_for_device(k, s) || !work_layout(&k->work, s, &k->layout))
		return (false);
	if (k->image.addressed == k->order.has_address) {
		work_fail(&k->work, JOB_USAGE, k->image.addressed ?
		    "%s says itself where it goes: leave the address out" :
		    "%s does not say where it goes: give an address behind "
		    "it", k->path);
		return (false);
	}
	fits = fit_check(&k->image, s, k->order.address, &why);
	if (!fits)
		work_fail(&k->work, JOB_BAD_FILE, "%s: %s", k->path,
		    buf_str(&why));
	buf_free(&why);
	if (!fits)
		return (false);
	plan_make(&k->plan, &k->image, &k->layout, s->alternate,
	    k->order.address, size);
	if (k->plan.nblocks == 0)
		work_fail(&k->work, JOB_BAD_FILE, "%s has nothing for "
		    "alternate setting %u", k->path, s->alternate);
	memory_io_begin(&k->work.io, session_transfer_size(s));
	return (k->plan.nblocks != 0 && is_whole(k));
}

/* Reading. */

static void
next_read(struct flash_job *k)
{
	k->done += k->plan.blocks[k->at].len;
	k->at++;
	k->again = 0;
}

/* A block came; or half of it, or too much: that is tried again. */
static enum poll_end
take_block(struct flash_job *k, enum poll_end how)
{
	const struct poll *p = &k->work.io.poll;
	const struct plan_block *b = &k->plan.blocks[k->at];
	bool spoiled = (how == POLL_DONE && p->in.len < b->len) ||
	    (how == POLL_SILENT && p->outcome == OUTCOME_BABBLE);

	if (spoiled && k->again++ < AGAIN)
		return (POLL_GOING);
	if (spoiled)
		return (POLL_SILENT);
	if (how == POLL_DONE) {
		plan_compare(&k->plan, k->at, p->in.data);
		next_read(k);
	}
	return (how);
}

/* Reads block after block; DONE when none is left. */
static enum poll_end
read_blocks(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	const struct plan_block *b;
	enum poll_end how;

	for (;;) {
		while (!w->busy && k->at < k->plan.nblocks &&
		    k->plan.blocks[k->at].same)
			next_read(k);
		if (k->at == k->plan.nblocks)
			return (POLL_DONE);
		b = &k->plan.blocks[k->at];
		if (!w->busy) {
			w->io.anchor = b->anchor;
			memory_io_read(&w->io, b->address, b->len);
		}
		how = work_io(w, s, now, step);
		if (how == POLL_GOING)
			return (how);
		how = take_block(k, how);
		if (how != POLL_DONE && how != POLL_GOING)
			return (how);
	}
}

static bool
is_readable(const struct flash_job *k, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	const struct layout_segment *g;
	size_t i;

	if (f->functional.present && (f->functional.bmAttributes &
	    DFU_ATTR_CAN_UPLOAD) == 0)
		return (false);
	for (i = 0; i < k->plan.nblocks; i++) {
		g = layout_at(&k->layout, k->plan.blocks[i].address);
		if (g == NULL || (g->kind & LAYOUT_READABLE) == 0)
			return (false);
	}
	return (true);
}

/* Asking. */

static enum job_step
ask(struct flash_job *k)
{
	struct buf b = { 0 };
	uint64_t erase = plan_erase_bytes(&k->plan);

	text_escape(&b, k->path, strlen(k->path));
	buf_addf(&b, " to 0x%08x: ", plan_start(&k->plan));
	if (k->unread.len != 0)
		buf_addf(&b, "what is there could not be read (%s); ",
		    buf_str(&k->unread));
	if (erase != 0)
		buf_addf(&b, "%llu bytes are erased, ",
		    (unsigned long long)erase);
	buf_addf(&b, "%llu bytes are written. What is there now is lost. ",
	    (unsigned long long)plan_write_bytes(&k->plan));
	if (is_option_bytes(k))
		buf_adds(&b, "These are option bytes: a wrong value can lock "
		    "the device for ever. ");
	buf_adds(&b, "Do it?");
	free(k->question);
	k->question = buf_take(&b);
	k->work.job.effect = (struct effect){ .kind = EFFECT_ASK,
	    .text = k->question,
	    .word = is_option_bytes(k) ? "option-bytes" : NULL };
	return (JOB_EFFECT);
}

/* Erasing and writing: what was sent may be done, whatever came back. */

static void
note_page(struct flash_job *k, bool done)
{
	struct plan_page *g = &k->plan.pages[k->at];

	plan_erased(&k->plan, k->at);
	g->erased = done;
	g->doubt = !done;
}

static void
note_block(struct flash_job *k, bool done)
{
	struct plan_block *b = &k->plan.blocks[k->at];

	b->same = b->blank = false;
	b->written = done;
	b->doubt = !done;
}

static bool
may_have_acted(const struct flash_job *k)
{
	return (memory_io_may_have_acted(&k->work.io, true));
}

static enum poll_end
erase_pages(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	enum poll_end how = POLL_DONE;

	for (;;) {
		k->at = plan_next_page(&k->plan, k->at);
		if (k->at == k->plan.npages)
			return (POLL_DONE);
		if (!w->busy)
			memory_io_command(&w->io, DFUSE_ERASE, 5,
			    k->plan.pages[k->at].address,
			    LIMIT_ERASE_S * 1000);
		how = work_io(w, s, now, step);
		if (how == POLL_GOING)
			return (how);
		if (how == POLL_DONE || may_have_acted(k))
			note_page(k, how == POLL_DONE);
		if (how != POLL_DONE)
			return (how);
		k->done += k->plan.pages[k->at++].size;
	}
}

static enum poll_end
write_blocks(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	const struct plan_block *b;
	enum poll_end how;

	for (;;) {
		k->at = plan_next_block(&k->plan, k->at);
		if (k->at == k->plan.nblocks)
			return (POLL_DONE);
		b = &k->plan.blocks[k->at];
		if (!w->busy) {
			w->io.anchor = b->anchor;
			memory_io_write(&w->io, b->address, b->data, b->len);
		}
		how = work_io(w, s, now, step);
		if (how == POLL_GOING)
			return (how);
		if (how == POLL_DONE || may_have_acted(k))
			note_block(k, how == POLL_DONE);
		if (how != POLL_DONE)
			return (how);
		k->done += k->plan.blocks[k->at++].len;
	}
}

/* Ending. */

/* "131072 bytes at 0x08000000 written and verified in 13.6 s" */
static void
say_success(struct flash_job *k, uint64_t now)
{
	struct buf *b = &k->work.said;
	uint64_t written = plan_write_bytes(&k->plan);

	buf_addf(b, "0x%08x to 0x%08llx: ", plan_start(&k->plan),
	    (unsigned long long)plan_end(&k->plan) - 1);
	if (verifies_only(k) || (written == 0 && k->unread.len == 0))
		buf_addf(b, "verified, it holds the %llu bytes of the file%s",
		    (unsigned long long)plan_bytes(&k->plan),
		    verifies_only(k) ? "" : " already");
	else
		buf_addf(b, "%llu of %llu bytes written%s",
		    (unsigned long long)written,
		    (unsigned long long)plan_bytes(&k->plan),
		    k->order.verify ? " and all verified" :
		    ", not read back");
	if (plan_erase_bytes(&k->plan) != 0)
		buf_addf(b, ", %llu erased",
		    (unsigned long long)plan_erase_bytes(&k->plan));
	buf_adds(b, " (");
	text_duration(b, now - k->work.begun);
	buf_addc(b, ')');
	if (k->unread.len != 0)
		buf_addf(b, "; it was not read first: %s",
		    buf_str(&k->unread));
}

static void
say_difference(struct flash_job *k)
{
	const struct plan_block *b =
	    &k->plan.blocks[plan_difference(&k->plan)];

	work_fail(&k->work, JOB_PROTOCOL, "read back, 0x%08x to 0x%08x "
	    "differs from the file", b->address, b->address + b->len - 1);
}

/* What may have changed, or was looked at. */
static bool
has_pages_to_tell(const struct flash_job *k)
{
	return (k->work.failed && k->plan.npages != 0 &&
	    k->phase >= PHASE_READ);
}

static void
fail_io(struct flash_job *k, enum poll_end how)
{
	/* Option bytes take effect by a reset of the device (AN3156). */
	if (how == POLL_GONE && k->phase == PHASE_WRITE &&
	    is_option_bytes(k) && may_have_acted(k)) {
		work_fail(&k->work, JOB_OK, "option bytes sent; the device "
		    "reset itself, as it does when it takes them; not read "
		    "back");
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
	k->work.quiet = k->phase < PHASE_SETTLE ||
	    (k->phase == PHASE_SETTLE && !k->stopped);
	if (has_pages_to_tell(k)) {
		buf_adds(&k->work.said, "; ");
		plan_words(&k->plan, &k->work.said);
	}
	k->phase = PHASE_END;
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
		w->job.child = verifies_only(k) ?
		    job_compare_plain(k->path) :
		    job_download(k->path, &k->order);
		k->phase = PHASE_PLAIN;
		*step = JOB_CALL;
		return (true);
	}
	w->job.child = k->firsts++ < FIRSTS ? work_first(s) : NULL;
	if (w->job.child != NULL) {
		*step = JOB_CALL;
		return (true);
	}
	if (check(k, s, set))
		enter(k, PHASE_SETTLE, now);
	return (false);
}

static bool
after_read(struct flash_job *k, enum poll_end how, uint64_t now)
{
	if (how == POLL_GOING)
		return (true);
	if (how == POLL_REFUSED && !verifies_only(k)) {
		poll_words(&k->work.io.poll, how, &k->unread);
		enter(k, PHASE_UNREAD, now);
	} else if (how != POLL_DONE) {
		fail_io(k, how);
	} else if (verifies_only(k)) {
		if (plan_difference(&k->plan) < k->plan.nblocks)
			say_difference(k);
		enter(k, PHASE_READY, now);
	} else {
		enter(k, PHASE_UNREAD, now);
	}
	return (false);
}

static bool
decide(struct flash_job *k, uint64_t now)
{
	plan_decide(&k->plan);
	enter(k, plan_write_bytes(&k->plan) != 0 ||
	    plan_erase_bytes(&k->plan) != 0 ? PHASE_ASK : PHASE_READY, now);
	return (false);
}

static bool
after_io(struct flash_job *k, enum poll_end how, enum phase next,
    uint64_t now)
{
	if (how == POLL_GOING)
		return (true);
	if (how == POLL_DONE)
		enter(k, next, now);
	else
		fail_io(k, how);
	return (false);
}

static bool
ready(struct flash_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	uint32_t start = plan_start(&k->plan);
	bool points = w->io.is_set && w->io.base == start;

	if (!w->busy && w->said.len == 0)
		say_success(k, now);
	if (!k->order.leave) {
		finish(k);
		return (false);
	}
	/* leave does not begin in dfuUPLOAD-IDLE. */
	if ((w->busy || s->belief.state != DFU_STATE_DNLOAD_IDLE) &&
	    !work_settle(w, s, now, step))
		return (true);
	if (w->failed)
		return (false);
	k->phase = PHASE_LEAVE;
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
	case PHASE_FILE:
		if (!k->asked) {
			*step = ask_file(k);
			return (true);
		}
		if (w->error != NULL)
			work_fail(w, w->code, "%s", w->error);
		k->phase = PHASE_FIRST;
		return (false);
	case PHASE_FIRST:
		return (first(k, s, set, now, step));
	case PHASE_SETTLE:
		if (!work_settle(w, s, now, step))
			return (true);
		if (w->failed)
			return (false);
		enter(k, (k->order.no_read && !verifies_only(k)) ||
		    !is_readable(k, s) ? PHASE_UNREAD : PHASE_READ, now);
		return (false);
	case PHASE_READ:
		return (after_read(k, read_blocks(k, s, now, step), now));
	case PHASE_UNREAD:
		/* A download begins in dfuIDLE. */
		return (!work_settle(w, s, now, step) || decide(k, now));
	case PHASE_ASK:
		enter(k, PHASE_ERASE, now);
		*step = ask(k);
		return (true);
	case PHASE_ERASE:
		return (after_io(k, erase_pages(k, s, now, step),
		    PHASE_WRITE, now));
	case PHASE_WRITE:
		return (after_io(k, write_blocks(k, s, now, step),
		    k->order.verify ? PHASE_VERIFY : PHASE_READY, now));
	case PHASE_VERIFY:
		if (!after_io(k, read_blocks(k, s, now, step), PHASE_READY,
		    now)) {
			if (!w->failed &&
			    plan_difference(&k->plan) < k->plan.nblocks)
				say_difference(k);
			return (false);
		}
		return (true);
	case PHASE_READY:
		return (ready(k, s, now, step));
	case PHASE_PLAIN:
	case PHASE_LEAVE:
		*step = JOB_DONE;
		return (true);
	case PHASE_END:
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

	do {
		if (k->work.failed && k->phase != PHASE_END &&
		    k->phase != PHASE_PLAIN)
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
	struct buf why = { 0 };

	if (error != NULL) {
		k->work.code = JOB_NO_INPUT;
		k->work.error = mem_strdup(error);
		return;
	}
	k->has_image = image_read(&k->image, p, n, &why);
	if (!k->has_image) {
		k->work.code = JOB_BAD_FILE;
		k->work.error = mem_printf("%s: %s", k->path, buf_str(&why));
	}
	buf_free(&why);
}

/* The end of a leave, or of a download, is the end of this. */
static void
flash_child(struct job *j, const struct job_result *r)
{
	struct flash_job *k = (struct flash_job *)j;

	if (k->phase != PHASE_LEAVE && k->phase != PHASE_PLAIN)
		return;
	j->result.code = r->code;
	buf_reset(&j->result.text);
	if (k->phase == PHASE_LEAVE) {
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
	static const char *const whats[PHASE_END + 1] = {
		[PHASE_READ] = "reading", [PHASE_ERASE] = "erasing",
		[PHASE_WRITE] = "writing", [PHASE_VERIFY] = "verifying",
	};

	*p = (struct job_progress){ .what = whats[k->phase],
	    .has_address = true, .address = k->work.io.address,
	    .done = k->done, .since = k->work.since };
	if (p->what == NULL)
		return (false);
	p->total = k->phase == PHASE_ERASE ? plan_erase_bytes(&k->plan) :
	    k->phase == PHASE_WRITE ? plan_write_bytes(&k->plan) :
	    plan_bytes(&k->plan);
	return (true);
}

static void
flash_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct flash_job *k = (const struct flash_job *)j;
	struct job_progress p;

	buf_addf(b, "%s: ", verifies_only(k) ? "verify" : "flash");
	if (k->phase == PHASE_END)
		buf_adds(b, "leads the device back to dfuIDLE");
	else if (k->phase == PHASE_LEAVE)
		buf_adds(b, "asks the device to leave");
	else if (flash_progress(j, &p))
		job_progress_words(&p, b, now);
	else
		buf_adds(b, "begins");
}

/* What was sent and is being cancelled may have been done. */
static void
flash_stop(struct job *j, bool sent)
{
	struct flash_job *k = (struct flash_job *)j;

	if (k->work.busy && memory_io_may_have_acted(&k->work.io, sent)) {
		if (k->phase == PHASE_ERASE)
			note_page(k, false);
		else if (k->phase == PHASE_WRITE)
			note_block(k, false);
	}
	k->stopped = true;
	work_stop(&k->work);
	if (k->phase != PHASE_END)
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
