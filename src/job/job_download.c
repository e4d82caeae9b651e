/* SPDX-License-Identifier: ISC */
/*
 * A plain download (DFU 1.1 chapters 6 and 7): blocks in order, the
 * zero-length one, and the manifestation as the attributes have it: a
 * tolerant device says that it is done, one with bitWillDetach leaves, and
 * any other waits for a bus reset.
 */
#include "job/jobs.h"

#include <string.h>

#include "base/text.h"
#include "job/image_fit.h"
#include "job/memory_job.h"
#include "session/session.h"
#include "wire/usb.h"

#define BLOCK_MS	40000	/* a block may be busy for so long */
#define MANIFEST_MS	60000
#define BRIEF_MS	1000	/* for one who may be silent by now (A.2.9) */
#define GRACE 250000            /* us: for one who may leave by itself */

enum phase {
	PHASE_BLOCKS = MEMORY_OWN,
	PHASE_AGAIN,		/* it refused the first block: once more */
	PHASE_ZERO,		/* the end of the download, manifestation */
	PHASE_VERIFY,
	PHASE_RESET,
	PHASE_BACK /* off the bus, or on its way */
};

struct download_job {
	struct memory_job m;
	struct flash_order order;
	bool retried;
	bool told_unread;
	uint16_t	 block;
	size_t		 accepted;	/* bytes */
	uint16_t size;
	struct buf	 verified;
	int		 verified_code;
};

static const struct image_segment *
data_of(const struct download_job *k)
{
	return (&k->m.image.segments[0]);
}

static uint8_t
attributes(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL && f->functional.present ?
	    f->functional.bmAttributes : DFU_ATTR_CAN_DNLOAD |
	    DFU_ATTR_CAN_UPLOAD | DFU_ATTR_MANIFESTATION_TOLERANT);
}

static void
check(struct download_job *k, struct job_turn *t)
{
	struct buf why = { 0 };

	k->size = memory_job_block_size(t);
	if ((attributes(t->s) & DFU_ATTR_CAN_DNLOAD) == 0)
		memory_job_fail(&k->m, CODE_PROTOCOL,
		    "the device does not support download (bitCanDnload is "
		    "clear)");
	else if (k->order.verify &&
	    (attributes(t->s) & DFU_ATTR_CAN_UPLOAD) == 0)
		k->m.warning = MEMORY_UNVERIFIED;
	if (!k->m.failed &&
	    (!image_fit_device(&k->m.image, t->s, &why) ||
	    !image_fit_check(&k->m.image, t->s, 0, &why)))
		memory_job_fail(
		    &k->m, CODE_BAD_FILE, "%s: %s", k->m.path, buf_str(&why));
	buf_free(&why);
}

static enum memory_turn
first(struct memory_job *m, struct job_turn *t)
{
	enum memory_turn how;

	if (!memory_job_is_there(m, t->s))
		return (MEMORY_TURN);
	if (session_dialect(t->s) == DFU_DIALECT_DFUSE) {
		memory_job_fail(
		    m, CODE_USAGE, "the device uses DfuSe. Run flash");
		return (MEMORY_TURN);
	}
	how = memory_job_ready(m, t);
	if (how == MEMORY_NEXT)
		check((struct download_job *)m, t);
	return (how);
}

static void
ask(struct memory_job *m, struct job_turn *t, struct buf *b)
{
	const char *name = session_alternate_name(t->s, t->s->alternate);
	struct buf notes = { 0 };

	buf_adds(b, "Download ");
	text_escape(b, m->path, strlen(m->path));
	buf_addf(b, " (%zu byte%s) to alternate setting %u",
	    m->image.segments[0].len, TEXT_S(m->image.segments[0].len),
	    t->s->alternate);
	if (name != NULL) {
		buf_adds(b, " \"");
		text_escape(b, name, strlen(name));
		buf_addc(b, '"');
	}
	buf_adds(b, "? The firmware in the device is replaced and lost. ");
	image_words_aloud(&m->image, &notes);
	if (notes.len != 0)
		buf_addf(b, "Note: %s. ", buf_str(&notes));
	buf_free(&notes);
	if (m->warning != NULL)
		buf_addf(b, "Note: %s. ", m->warning);
}

static uint16_t
next_length(const struct download_job *k)
{
	size_t left = data_of(k)->len - k->accepted;

	return (left < k->size ? (uint16_t)left : k->size);
}

static enum memory_turn
send_blocks(struct memory_job *m, struct job_turn *t)
{
	struct download_job *k = (struct download_job *)m;
	enum poll_end how;

	while (k->accepted < data_of(k)->len) {
		if (!m->busy)
			poll_begin(&m->io.poll, DFU_DNLOAD, k->block,
			    data_of(k)->data + k->accepted, next_length(k),
			    POLL_BLOCK, BLOCK_MS);
		how = memory_job_poll(m, t);
		if (how == POLL_GOING)
			return (MEMORY_STEP);
		/* A transfer that was given up may still be open there. */
		if (how == POLL_REFUSED && k->accepted == 0 && !k->retried) {
			k->retried = true;
			return (memory_job_enter(m, PHASE_AGAIN, t->now));
		}
		if (how != POLL_DONE) {
			memory_job_fail_poll(m, how, "block %u", k->block);
			return (MEMORY_TURN);
		}
		k->accepted += next_length(k);
		k->block++;
	}
	return (MEMORY_NEXT);
}

static void
begin_end(struct download_job *k, const struct session *s)
{
	struct poll *p = &k->m.io.poll;

	poll_begin(p, DFU_DNLOAD, k->block, NULL, 0, POLL_MANIFEST,
	    MANIFEST_MS);
	/* Without a word of it, the time alone is the bound. */
	if (k->order.leave && k->order.has_max)
		p->most = k->order.max > 0 ? k->order.max : 1;
	if ((attributes(s) & DFU_ATTR_MANIFESTATION_TOLERANT) != 0)
		return;
	p->timeout = BRIEF_MS;
	if ((attributes(s) & DFU_ATTR_WILL_DETACH) != 0)
		p->grace = GRACE;
}

/* It is in its manifestation, by its own word. */
static bool
is_manifesting(const struct poll *p)
{
	return (
	    p->replied && dfu_state_is(p->reply.bState, DFU_STATES_MANIFEST));
}

static enum memory_turn
say_manifested(struct download_job *k, const char *how, enum phase next,
    const struct job_turn *t)
{
	struct buf notes = { 0 };

	image_words_aloud(&k->m.image, &notes);
	buf_addf(&k->m.said, "downloaded %zu byte%s%s%s%s; the device %s",
	    data_of(k)->len, TEXT_S(data_of(k)->len),
	    notes.len != 0 ? " (note: " : "",
	    buf_str(&notes), notes.len != 0 ? ")" : "", how);
	buf_free(&notes);
	return (memory_job_enter(&k->m, (uint8_t)next, t->now));
}

static enum memory_turn
end_download(struct memory_job *m, struct job_turn *t)
{
	struct download_job *k = (struct download_job *)m;
	const struct poll *p = &m->io.poll;
	bool tolerant =
	    (attributes(t->s) & DFU_ATTR_MANIFESTATION_TOLERANT) != 0;
	enum poll_end how;

	if (!m->busy)
		begin_end(k, t->s);
	how = memory_job_poll(m, t);
	if (how == POLL_GOING)
		return (MEMORY_STEP);
	if (how == POLL_GONE && outcome_is_answer(p->taken))
		return (say_manifested(k, "disconnected", PHASE_BACK, t));
	if (how == POLL_DONE &&
	    p->reply.bState == DFU_STATE_MANIFEST_WAIT_RESET)
		return (
		    say_manifested(k, "waits for a bus reset", PHASE_RESET, t));
	if (how == POLL_DONE)
		return (
		    say_manifested(k, "reports that it is done",
			PHASE_VERIFY, t));
	/* Silence is what A.2.9 promises. */
	if (how == POLL_SILENT && !tolerant && is_manifesting(p))
		return (say_manifested(k,
		    "does not answer, as expected while it waits for a bus "
		    "reset",
		    PHASE_RESET, t));
	memory_job_fail_poll(m, how, "the end of the download");
	return (MEMORY_TURN);
}

static enum memory_turn
after_verify(struct download_job *k, uint64_t now)
{
	struct memory_job *m = &k->m;

	if (k->verified.len == 0) {
		k->told_unread = true;
		buf_adds(&m->said, ", not read back");
		if (k->order.verify) {
			/* It was written, which is half of what was asked. */
			memory_job_fail(m, CODE_PROTOCOL, ": the device does "
			    "not support upload (bitCanUpload is clear)");
			return (MEMORY_TURN);
		}
	} else if (k->verified_code == CODE_OK) {
		buf_addf(&m->said, "; %s", buf_str(&k->verified));
	} else {
		memory_job_fail(
		    m, k->verified_code, "; %s", buf_str(&k->verified));
		/* The comparison has led it back, and has said so. */
		m->quiet = true;
		return (memory_job_enter(m, MEMORY_END, now));
	}
	return (memory_job_enter(
	    m, k->order.leave ? PHASE_RESET : MEMORY_END, now));
}

/* Reading back is for one that stays. */
static enum memory_turn
verify(struct memory_job *m, struct job_turn *t)
{
	struct download_job *k = (struct download_job *)m;

	if (!m->called && k->order.verify &&
	    (attributes(t->s) & DFU_ATTR_CAN_UPLOAD) != 0)
		return (memory_job_call(m, t,
		    job_compare_plain(m->path, k->order.raw)));
	return (after_verify(k, t->now));
}

static enum memory_turn
reset(struct memory_job *m, struct job_turn *t)
{
	memory_job_enter(m, PHASE_BACK, t->now);
	return (memory_job_call(m, t, job_reset()));
}

/* What comes back; a device that a reset leaves where it is does not. */
static enum memory_turn
await(struct memory_job *m, struct job_turn *t)
{
	struct download_job *k = (struct download_job *)m;

	if (memory_job_await(m, t) == MEMORY_STEP)
		return (MEMORY_STEP);
	if (k->verified.len == 0 && !k->told_unread)
		buf_adds(&m->said, "; not read back");
	m->quiet = true;
	return (MEMORY_NEXT);
}

/* Of its children only the comparison says something. */
static void
download_child(struct job *j, const struct job_result *r)
{
	struct download_job *k = (struct download_job *)j;

	if (k->m.phase != PHASE_VERIFY)
		return;
	k->verified_code = r->code;
	buf_add(&k->verified, r->text.data, r->text.len);
}

static bool
progress(const struct memory_job *m, struct job_progress *p)
{
	const struct download_job *k = (const struct download_job *)m;

	p->done = k->accepted;
	p->total = data_of(k)->len;
	return (true);
}

static void
failed(struct memory_job *m)
{
	const struct download_job *k = (const struct download_job *)m;

	if (m->phase != PHASE_BLOCKS && m->phase != PHASE_ZERO &&
	    (m->phase != PHASE_AGAIN || !m->stopped))
		return;
	buf_addf(&m->tail, "the device accepted %zu of %zu bytes", k->accepted,
	    data_of(k)->len);
	if (m->phase == PHASE_ZERO && is_manifesting(&m->io.poll))
		buf_adds(&m->tail, " and has not finished processing them");
	else if (k->accepted != 0 || m->phase == PHASE_BLOCKS)
		buf_adds(&m->tail,
		    "; its firmware is incomplete");
}

static void
download_free(struct memory_job *m)
{
	buf_free(&((struct download_job *)m)->verified);
}

static const struct memory_phase phases[] = {
	[MEMORY_FILE] = { .turn = memory_job_open, .next = MEMORY_FIRST },
	[MEMORY_FIRST] = { .turn = first, .next = MEMORY_TO_IDLE },
	[MEMORY_TO_IDLE] = { .turn = memory_job_to_idle, .next = MEMORY_ASK },
	[MEMORY_ASK] = { .turn = memory_job_ask,
	    .next = PHASE_BLOCKS,
	    .words = "waiting for confirmation" },
	[PHASE_BLOCKS] = { .turn = send_blocks,
	    .next = PHASE_ZERO,
	    .verb = "downloading" },
	[PHASE_AGAIN] = { .turn = memory_job_to_idle, .next = PHASE_BLOCKS },
	[PHASE_ZERO] = { .turn = end_download,
	    .next = PHASE_VERIFY,
	    .words = "waiting for manifestation" },
	[PHASE_VERIFY] = { .turn = verify, .next = PHASE_RESET },
	[PHASE_RESET] = { .turn = reset, .next = PHASE_BACK },
	[PHASE_BACK] = { .turn = await,
	    .next = MEMORY_END,
	    .words = "waiting for the device to reconnect" },
	[MEMORY_END] = { .turn = memory_job_end,
	    .next = MEMORY_END,
	    .anyway = true,
	    .words = "returning the device to dfuIDLE" },
};

static const struct memory_kind download_kind = {
	.ops = { MEMORY_JOB_OPS, .words = memory_job_words, .name = "flash",
	    .child = download_child, .destroys = "the firmware in the device" },
	.phases = phases,
	.ask = ask,
	.progress = progress,
	.failed = failed,
	.free = download_free,
};

struct job *
job_download(const char *path, const struct flash_order *order)
{
	struct download_job *k =
	    memory_job_new(sizeof(*k), &download_kind, path);

	k->order = *order;
	k->m.raw = order->raw;
	return (&k->m.job);
}
