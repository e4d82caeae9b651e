/* SPDX-License-Identifier: ISC */
/*
 * flash and verify through DfuSe: read what is there, erase and write what
 * has to be, read it back, leave. What each page holds is told by what was
 * read and what was accepted, and by nothing else.
 */
#include "job/job_flash.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "job/flash_plan.h"
#include "job/image_fit.h"
#include "job/memory_job.h"
#include "session/limits.h"
#include "session/session.h"

#define AGAIN 2 /* a spoiled block is read so often again */

enum phase {
	PHASE_ELSE = MEMORY_OWN, /* another job does it */
	PHASE_READ,
	PHASE_UNREAD, /* it may not have been read: to dfuIDLE */
	PHASE_ERASE,
	PHASE_WRITE,
	PHASE_VERIFY,
	PHASE_BACK,  /* option bytes: it resets itself */
	PHASE_AGAIN, /* it is back: to what was written */
	PHASE_READY, /* to leave */
	PHASE_LEAVE
};

struct flash_job {
	struct memory_job m;
	struct flash_order order;
	bool was_reset; /* by option bytes */
	uint8_t alternate;
	struct plan plan;
	bool asked_names;
	bool was_read;		/* all of it, before anything was done */
	struct buf unread; /* why it was not read first */
	bool is_different; /* read back: the next two are valid */
	uint32_t differs_at;
	enum block_how differs;
	struct buf notes;  /* what is odd about the file */
};

static bool
is_option_bytes(const struct flash_job *k)
{
	return (k->m.layout.name != NULL &&
	    strstr(k->m.layout.name, "Option") != NULL);
}

/* By its attributes and its map it can be read. */
static bool
is_readable(const struct flash_job *k, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	const struct layout_segment *g;
	size_t i;

	/* It left meanwhile, and came back as something else. */
	if (f == NULL)
		return (false);
	if (f->functional.present &&
	    (f->functional.bmAttributes & DFU_ATTR_CAN_UPLOAD) == 0)
		return (false);
	for (i = 0; i < k->plan.nblocks; i++) {
		g = layout_at(&k->m.layout, k->plan.blocks[i].address);
		if (g == NULL || (g->kind & LAYOUT_READABLE) == 0)
			return (false);
	}
	return (true);
}

/* Option bytes are one block from their start (AN3156). */
static bool
is_whole(struct flash_job *k)
{
	const struct layout_segment *g = &k->m.layout.segments[0];

	if (is_option_bytes(k) && k->order.leave) {
		memory_job_fail(&k->m, CODE_USAGE,
		    "cannot leave after option bytes: the device resets "
		    "itself, and 0x%08x holds no application. Leave out "
		    "\"leave\"",
		    g->start);
		return (false);
	}
	if (!is_option_bytes(k) ||
	    (k->plan.nblocks == 1 && k->plan.blocks[0].address == g->start &&
		k->plan.blocks[0].len == g->size * g->count))
		return (true);
	memory_job_fail(&k->m, CODE_BAD_FILE,
	    "cannot write these option bytes: the file must hold exactly %u "
	    "bytes at 0x%08x",
	    g->size * g->count, g->start);
	return (false);
}

static bool
is_addressed(struct flash_job *k, const struct session *s)
{
	struct memory_job *m = &k->m;

	if (m->image.addressed && k->order.has_address)
		memory_job_fail(m, CODE_USAGE,
		    "%s has its own addresses. Leave out ADDR",
		    m->path);
	else if (!m->image.addressed && !k->order.has_address &&
	    !image_fit_base(s, &k->order.address))
		memory_job_fail(m, CODE_USAGE,
		    "%s has no address, and the device names no writable "
		    "memory. Give ADDR after FILE",
		    m->path);
	return (!m->failed);
}

static void
say_unreadable(
    const struct flash_job *k, const struct session *s, struct buf *b)
{
	const struct dfu_function *f = session_function(s);

	if (f == NULL)
		buf_adds(b, "the device no longer has a DFU interface");
	else if (f->functional.present &&
	    (f->functional.bmAttributes & DFU_ATTR_CAN_UPLOAD) == 0)
		buf_adds(b, "the device does not support upload "
			    "(bitCanUpload is clear)");
	else
		buf_addf(b,
		    "alternate setting %u has no readable memory there",
		    k->alternate);
}

/* What cannot be read is not verified, and not written in its stead. */
static bool
is_verifiable(struct flash_job *k, const struct session *s)
{
	if (!k->order.only_verify || is_readable(k, s))
		return (true);
	memory_job_fail(&k->m, CODE_PROTOCOL, "%s", "");
	say_unreadable(k, s, &k->m.said);
	return (false);
}

/* What lies outside is left out, and told; false: nothing is left. */
static bool
keep_inside(struct flash_job *k, const struct session *s, uint8_t alternate)
{
	struct memory_job *m = &k->m;
	struct image_segment *left;
	size_t n = image_keep_inside(&m->image, &m->layout, alternate,
	    k->order.address, &left);

	if (n != 0) {
		buf_adds(&k->notes, "left out: ");
		image_fit_words_left(s, alternate, left, n, &k->notes);
	}
	free(left);
	if (m->image.nsegments == 0)
		memory_job_fail(m, CODE_BAD_FILE,
		    "%s has no data for alternate setting %u; %s",
		    m->path, alternate, buf_str(&k->notes));
	return (!m->failed);
}

/* What is odd about the file, for the question and for the end. */
static void
collect_notes(struct flash_job *k, const struct session *s, uint8_t alternate)
{
	struct buf b = { 0 };

	image_words_aloud(&k->m.image, &b);
	if (b.len != 0)
		buf_addf(&k->notes, "%s%s", k->notes.len != 0 ? "; " : "",
		    buf_str(&b));
	buf_reset(&b);
	if (image_fit_astray(&k->m.image, s, alternate, k->order.address, &b))
		buf_addf(&k->notes, "%s%s", k->notes.len != 0 ? "; " : "",
		    buf_str(&b));
	buf_free(&b);
}

/* Everything that can be wrong before anything is sent; false: it failed. */
static bool
check(struct flash_job *k, const struct job_turn *t, uint8_t alternate)
{
	struct memory_job *m = &k->m;
	uint16_t size = memory_job_block_size(t);
	struct buf why = { 0 };

	m->begun = t->now != 0 ? t->now : 1;
	if (!image_fit_device(&m->image, t->s, &why) ||
	    (memory_job_layout(m, t->s, alternate) && is_addressed(k, t->s) &&
		(!k->order.fits || keep_inside(k, t->s, alternate)) &&
		!image_fit_check(&m->image, t->s, k->order.address, &why)))
		memory_job_fail(
		    m, CODE_BAD_FILE, "%s: %s", m->path, buf_str(&why));
	buf_free(&why);
	if (m->failed)
		return (false);
	collect_notes(k, t->s, alternate);
	k->alternate = alternate;
	plan_make(
	    &k->plan, &m->image, &m->layout, alternate, k->order.address, size);
	if (k->plan.nblocks == 0)
		memory_job_fail(m, CODE_BAD_FILE,
		    "%s has no data for alternate setting %u. Leave out "
		    "\"here\"",
		    m->path, alternate);
	if (!k->order.only_verify)
		plan_keep(&k->plan, size);
	memory_io_begin(&m->io, session_transfer_size(t->s));
	return (k->plan.nblocks != 0 && is_whole(k) &&
	    is_verifiable(k, t->s));
}

/* The image has data for another alternate setting than this one. */
static bool
has_targets(const struct image *image, uint8_t alternate)
{
	size_t i;

	for (i = 0; i < image->nsegments; i++)
		if (image->kind == IMAGE_DFUSE &&
		    image->segments[i].alternate != alternate)
			return (true);
	return (false);
}

static enum memory_turn
first(struct memory_job *m, struct job_turn *t)
{
	struct flash_job *k = (struct flash_job *)m;
	const struct session *s = t->s;
	enum memory_turn how;

	if (!memory_job_is_there(m, s))
		return (MEMORY_TURN);
	how = session_dialect(s) != DFU_DIALECT_PLAIN ?
	    memory_job_ready(m, t) : MEMORY_NEXT;
	if (how != MEMORY_NEXT)
		return (how);
	if (session_dialect(s) == DFU_DIALECT_PLAIN && k->order.fits)
		memory_job_fail(m, CODE_USAGE, "plain DFU has no addresses, "
		    "so \"fits\" cannot be checked. Leave out \"fits\"");
	if (session_dialect(s) == DFU_DIALECT_PLAIN)
		return (m->failed ? MEMORY_TURN :
		    memory_job_enter(m, PHASE_ELSE, t->now));
	if (!k->order.here && !k->order.part && !k->order.fits &&
	    has_targets(&m->image, s->alternate))
		return (memory_job_enter(m, PHASE_ELSE, t->now));
	if (image_fit_lacks_names(&m->image, s) && !k->asked_names) {
		k->asked_names = true;
		return (memory_job_call(m, t, job_names()));
	}
	check(k, t, s->alternate);
	return (MEMORY_NEXT);
}

/* A plain download, a plain upload that is compared, or several targets. */
static enum memory_turn
do_else(struct memory_job *m, struct job_turn *t)
{
	const struct flash_order *order = &((struct flash_job *)m)->order;

	t->step = JOB_DONE;
	if (m->called)
		return (MEMORY_STEP);
	if (session_dialect(t->s) == DFU_DIALECT_DFUSE)
		return (memory_job_call(m, t, job_targets(m->path, order)));
	return (memory_job_call(m, t,
	    order->only_verify ? job_compare_plain(m->path, order->raw) :
				 job_download(m->path, order)));
}

static void
ask(struct memory_job *m, struct job_turn *t, struct buf *b)
{
	struct flash_job *k = (struct flash_job *)m;
	uint64_t erase = plan_erase_bytes(&k->plan);
	uint64_t kept = plan_kept_bytes(&k->plan);
	struct buf lost = { 0 };

	(void)t;
	buf_adds(b, "Flash ");
	text_escape(b, m->path, strlen(m->path));
	buf_addf(b, " (%llu bytes) to 0x%08x? ",
	    (unsigned long long)plan_image_bytes(&k->plan),
	    plan_start(&k->plan));
	if (k->unread.len != 0)
		buf_addf(b, "The memory could not be compared (%s). ",
		    buf_str(&k->unread));
	if (erase != 0)
		buf_addf(b, "The contents of %llu bytes are erased first and "
		    "lost. ", (unsigned long long)erase);
	buf_addf(b, erase != 0 ? "Then dfuscope writes %llu bytes. " :
	    "The contents of %llu bytes are overwritten and lost. ",
	    (unsigned long long)plan_write_bytes(&k->plan));
	if (kept != 0)
		buf_addf(b, "%llu neighbouring bytes are written back "
		    "unchanged. ", (unsigned long long)kept);
	plan_lost_words(&k->plan, &lost);
	if (lost.len != 0)
		buf_addf(b, "Lost in the same sectors: %s. ",
		    buf_str(&lost));
	buf_free(&lost);
	if (m->warning != NULL)
		buf_addf(b, "Note: %s. ", m->warning);
	if (k->notes.len != 0)
		buf_addf(b, "Note: %s. ", buf_str(&k->notes));
	if (is_option_bytes(k)) {
		buf_adds(b, JOB_OPTION_BYTES);
		m->word = "option-bytes";
	}
}

/* The pages and blocks, one after the other: POLL_DONE when none is left. */

/* Only what is read to verify has to be the same. */
static void
note_difference(struct flash_job *k, const uint8_t *data)
{
	const struct plan_block *b = &k->plan.blocks[k->m.at];
	struct block_view is = block_view_of(data, b->len);
	struct block_view asked = block_view_of(b->data, b->len);
	struct block_difference d;

	if (!b->differs || k->is_different ||
	    (!k->order.only_verify && k->m.phase != PHASE_VERIFY))
		return;
	d = block_compare(&is, &asked, NULL, false);
	k->is_different = true;
	k->differs_at = b->address + d.at;
	k->differs = d.how;
}

static void
next_read(struct flash_job *k)
{
	k->m.done += k->plan.blocks[k->m.at].len;
	k->m.at++;
	k->m.again = 0;
}

/* A block came; or half of it, or too much: that is tried again. */
static enum poll_end
take_block(struct flash_job *k, enum poll_end how)
{
	const struct poll *p = &k->m.io.poll;
	const struct plan_block *b = &k->plan.blocks[k->m.at];
	bool corrupted = (how == POLL_DONE && p->in.len < b->len) ||
	    (how == POLL_SILENT && p->outcome == OUTCOME_BABBLE);

	if (corrupted && k->m.again++ < AGAIN)
		return (POLL_GOING);
	if (corrupted)
		return (POLL_SILENT);
	if (how == POLL_DONE) {
		plan_compare(&k->plan, k->m.at, p->in.data);
		note_difference(k, p->in.data);
		next_read(k);
	}
	return (how);
}

static enum poll_end
read_blocks(struct flash_job *k, struct job_turn *t)
{
	struct memory_job *m = &k->m;
	const struct plan_block *b;
	enum poll_end how;

	for (;;) {
		while (!m->busy && k->m.at < k->plan.nblocks &&
		    k->plan.blocks[k->m.at].same)
			next_read(k);
		if (k->m.at == k->plan.nblocks)
			return (POLL_DONE);
		b = &k->plan.blocks[k->m.at];
		if (!m->busy) {
			m->io.anchor = b->anchor;
			memory_io_read(&m->io, b->address, b->len);
		}
		how = memory_job_io(m, t);
		if (how == POLL_GOING)
			return (how);
		how = take_block(k, how);
		if (how != POLL_DONE && how != POLL_GOING)
			return (how);
	}
}

/* The page or the block that is in work was done, or nobody knows. */

static void
note_page(struct flash_job *k, bool done)
{
	struct plan_page *g = &k->plan.pages[k->m.at];

	plan_erased(&k->plan, k->m.at);
	g->erased = done;
	g->doubt = !done;
}

static void
note_block(struct flash_job *k, bool done)
{
	struct plan_block *b = &k->plan.blocks[k->m.at];

	b->same = b->blank = false;
	b->written = done;
	b->doubt = !done;
}

/* Whatever came back, what was sent may be done. */
static bool
may_have_acted(const struct flash_job *k, enum poll_end how)
{
	return (how == POLL_DONE || memory_io_may_have_acted(&k->m.io, true));
}

static enum poll_end
erase_pages(struct flash_job *k, struct job_turn *t)
{
	struct memory_job *m = &k->m;
	enum poll_end how;

	for (;;) {
		k->m.at = plan_next_page(&k->plan, k->m.at);
		if (k->m.at == k->plan.npages)
			return (POLL_DONE);
		if (!m->busy)
			memory_io_command(&m->io, DFU_KIND_ERASE,
			    k->plan.pages[k->m.at].address,
			    LIMIT_ERASE_S * 1000);
		how = memory_job_io(m, t);
		if (how == POLL_GOING)
			return (how);
		if (may_have_acted(k, how))
			note_page(k, how == POLL_DONE);
		if (how != POLL_DONE)
			return (how);
		k->m.done += k->plan.pages[k->m.at++].size;
	}
}

static enum poll_end
write_blocks(struct flash_job *k, struct job_turn *t)
{
	struct memory_job *m = &k->m;
	const struct plan_block *b;
	enum poll_end how;

	for (;;) {
		k->m.at = plan_next_block(&k->plan, k->m.at);
		if (k->m.at == k->plan.nblocks)
			return (POLL_DONE);
		b = &k->plan.blocks[k->m.at];
		if (!m->busy) {
			m->io.anchor = b->anchor;
			memory_io_write(&m->io, b->address, b->data, b->len);
		}
		how = memory_job_io(m, t);
		if (how == POLL_GOING)
			return (how);
		if (may_have_acted(k, how))
			note_block(k, how == POLL_DONE);
		if (how != POLL_DONE)
			return (how);
		k->m.done += k->plan.blocks[k->m.at++].len;
	}
}

/* What it says in the end. */

/* What "here" leaves out, and how it is done. */
static void
say_other_targets(struct flash_job *k)
{
	const struct image_segment *g = k->m.image.segments;
	size_t i;

	for (i = 0; i < k->m.image.nsegments && !k->order.part; i++)
		if (k->m.image.kind == IMAGE_DFUSE &&
		    g[i].alternate != k->alternate &&
		    (i == 0 || g[i].alternate != g[i - 1].alternate))
			buf_addf(&k->m.said,
			    "; data for alternate setting %u was not written. "
			    "Run alt %u, then the same command",
			    g[i].alternate, g[i].alternate);
}

/* "131072 bytes at 0x08000000 written and verified in 13.6 s" */
static void
say_success(struct flash_job *k, const struct session *s, uint64_t now)
{
	struct buf *b = &k->m.said;
	uint64_t kept = plan_kept_bytes(&k->plan);
	uint64_t written = plan_write_bytes(&k->plan) - kept;
	struct buf lost = { 0 };

	buf_addf(b, "0x%08x-0x%08llx: ", plan_start(&k->plan),
	    (unsigned long long)plan_end(&k->plan) - 1);
	if (k->order.only_verify || (written == 0 && k->unread.len == 0))
		buf_addf(b, "verified: the device%s holds the %llu bytes of "
		    "the file",
		    k->order.only_verify ? "" : " already",
		    (unsigned long long)plan_image_bytes(&k->plan));
	else
		buf_addf(b,
		    k->order.verify && is_readable(k, s) ?
			"wrote %llu and verified %llu bytes" :
			"wrote %llu of %llu bytes, not read back",
		    (unsigned long long)written,
		    (unsigned long long)plan_image_bytes(&k->plan));
	if (plan_erase_bytes(&k->plan) != 0)
		buf_addf(b, ", %llu erased",
		    (unsigned long long)plan_erase_bytes(&k->plan));
	if (kept != 0)
		buf_addf(b, ", %llu neighbouring bytes written back",
		    (unsigned long long)kept);
	plan_lost_words(&k->plan, &lost);
	if (lost.len != 0)
		buf_addf(b, ", lost in the same sectors: %s", buf_str(&lost));
	buf_free(&lost);
	buf_adds(b, " (");
	text_duration(b, now - k->m.begun);
	buf_addc(b, ')');
	if (k->unread.len != 0)
		buf_addf(b, "; the memory could not be compared first: %s",
		    buf_str(&k->unread));
	if (k->order.verify && !is_readable(k, s)) {
		buf_adds(b, "; cannot verify: ");
		say_unreadable(k, s, b);
	}
	say_other_targets(k);
	if (k->notes.len != 0)
		buf_addf(b, "; note: %s", buf_str(&k->notes));
}

static void
fail_if_different(struct flash_job *k, const struct session *s)
{
	const struct plan *p = &k->plan;
	const struct plan_block *last = &p->blocks[p->nblocks - 1];

	if (plan_difference(p) < p->nblocks)
		memory_job_fail_differs(&k->m, s, p->blocks[0].address,
		    last->address + (last->len - 1u), false, k->differs_at,
		    k->differs);
}

/* Phases. */

static void
fail_io(struct memory_job *m, enum poll_end how)
{
	memory_job_fail_io(m, how);
	if (how != POLL_REFUSED || !m->io.poll.replied ||
	    m->io.poll.reply.bStatus != DFU_STATUS_ERR_VENDOR)
		return;
	if (!((struct flash_job *)m)->was_read)
		buf_adds(&m->said,
		    "; read protection is possible: unprotect removes it and "
		    "erases everything");
	else
		buf_addf(&m->said,
		    "; the memory is readable, so it may be write-protected%s",
		    m->phase == PHASE_WRITE ? ", or not completely erased" :
					      "");
}

static enum memory_turn
read_first(struct memory_job *m, struct job_turn *t)
{
	struct flash_job *k = (struct flash_job *)m;
	enum poll_end how;

	if ((k->order.no_read && !k->order.only_verify) ||
	    !is_readable(k, t->s))
		return (MEMORY_NEXT);
	how = read_blocks(k, t);
	if (how == POLL_GOING)
		return (MEMORY_STEP);
	k->was_read = how == POLL_DONE;
	if (how == POLL_REFUSED && !k->order.only_verify)
		poll_words(&m->io.poll, how, &k->unread);
	else if (how != POLL_DONE)
		fail_io(m, how);
	if (!k->order.only_verify || m->failed)
		return (MEMORY_NEXT);
	fail_if_different(k, t->s);
	return (memory_job_enter(m, PHASE_READY, t->now));
}

/* Without a first look there is nothing to write back. */
static enum memory_turn
decide(struct memory_job *m, struct job_turn *t)
{
	struct flash_job *k = (struct flash_job *)m;
	enum memory_turn how = memory_job_to_idle(m, t);

	if (how != MEMORY_NEXT)
		return (how);
	assert(!k->order.only_verify);
	if (k->order.verify && !is_readable(k, t->s))
		m->warning = MEMORY_UNVERIFIED;
	if (k->unread.len != 0 || k->order.no_read || !is_readable(k, t->s))
		plan_drop_kept(&k->plan);
	plan_decide(&k->plan);
	return (
	    plan_write_bytes(&k->plan) != 0 || plan_erase_bytes(&k->plan) != 0 ?
		MEMORY_NEXT :
		memory_job_enter(m, PHASE_READY, t->now));
}

static enum memory_turn
after_io(struct memory_job *m, enum poll_end how)
{
	if (how == POLL_GOING)
		return (MEMORY_STEP);
	if (how != POLL_DONE)
		fail_io(m, how);
	return (MEMORY_NEXT);
}

static enum memory_turn
erase(struct memory_job *m, struct job_turn *t)
{
	return (after_io(m, erase_pages((struct flash_job *)m, t)));
}

static enum memory_turn
write(struct memory_job *m, struct job_turn *t)
{
	struct flash_job *k = (struct flash_job *)m;
	enum poll_end how = write_blocks(k, t);

	/* Option bytes take effect by a reset of the device (AN3156). */
	if (how != POLL_GONE || !is_option_bytes(k) || !may_have_acted(k, how))
		return (after_io(m, how));
	buf_adds(&m->said,
	    "option bytes sent; the device reset itself, as expected after "
	    "option bytes");
	k->was_reset = true;
	return (memory_job_enter(m, PHASE_BACK, t->now));
}

static enum memory_turn
verify(struct memory_job *m, struct job_turn *t)
{
	struct flash_job *k = (struct flash_job *)m;
	enum memory_turn how;

	if (!k->order.verify)
		return (MEMORY_NEXT);
	/* It was written, which is half of what was asked for. */
	if (!is_readable(k, t->s)) {
		say_success(k, t->s, t->now);
		m->failed = true;
		m->code = CODE_PROTOCOL;
		return (MEMORY_TURN);
	}
	how = after_io(m, read_blocks(k, t));
	if (how == MEMORY_NEXT && !m->failed)
		fail_if_different(k, t->s);
	return (how);
}

/* In DFU mode again, so that it can be read back. */
static bool
is_back(const struct session *s)
{
	return (s->present && session_function(s) != NULL &&
	    !session_runtime(s) &&
	    session_dialect(s) == DFU_DIALECT_DFUSE);
}

static enum memory_turn
await(struct memory_job *m, struct job_turn *t)
{
	if (memory_job_await(m, t) == MEMORY_STEP)
		return (MEMORY_STEP);
	if (((struct flash_job *)m)->order.verify && is_back(t->s) &&
	    is_readable((struct flash_job *)m, t->s))
		return (MEMORY_NEXT);
	buf_adds(&m->said, "; not read back");
	m->quiet = true;
	return (memory_job_enter(m, MEMORY_END, t->now));
}

static enum memory_turn
again(struct memory_job *m, struct job_turn *t)
{
	if (m->called)
		return (memory_job_to_idle(m, t));
	m->left = false;
	memory_io_begin(&m->io, session_transfer_size(t->s));
	return (memory_job_call(
	    m, t, job_alternate(((struct flash_job *)m)->alternate)));
}

static enum memory_turn
ready(struct memory_job *m, struct job_turn *t)
{
	struct flash_job *k = (struct flash_job *)m;

	if (k->was_reset)
		buf_adds(&m->said, "; verified");
	else if (m->said.len == 0)
		say_success(k, t->s, t->now);
	/* A leave may be the end of it. */
	if (memory_job_tell(m, t) == MEMORY_STEP)
		return (MEMORY_STEP);
	if (k->was_reset || !k->order.leave)
		return (memory_job_enter(m, MEMORY_END, t->now));
	/* leave does not begin in dfuUPLOAD-IDLE. */
	return (m->busy || t->s->estimate.state != DFU_STATE_DNLOAD_IDLE ?
		memory_job_to_idle(m, t) :
		MEMORY_NEXT);
}

static enum memory_turn
leave(struct memory_job *m, struct job_turn *t)
{
	struct flash_job *k = (struct flash_job *)m;
	uint32_t start = plan_start(&k->plan);
	bool points = m->io.is_set && m->io.base == start;

	if (!m->called)
		return (memory_job_call(m, t,
		    job_leave_briefly(
			!points, start, k->order.max, LIMIT_LEAVE_S * 1000)));
	if (m->job.result.code != CODE_OK && t->s->present) {
		buf_adds(&m->job.result.text, "; the device is in ");
		to_idle_state(t->s, t->now, &m->job.result.text);
	}
	t->step = JOB_DONE;
	return (MEMORY_STEP);
}

/* The end of a leave, or of another job, is the end of this. */
static void
flash_child(struct job *j, const struct job_result *r)
{
	struct memory_job *m = (struct memory_job *)j;

	if (m->phase != PHASE_LEAVE && m->phase != PHASE_ELSE)
		return;
	j->result.code = r->code;
	buf_reset(&j->result.text);
	if (m->phase == PHASE_LEAVE)
		buf_addf(&j->result.text, "%s; ", buf_str(&m->said));
	buf_add(&j->result.text, r->text.data, r->text.len);
}

static bool
progress(const struct memory_job *m, struct job_progress *p)
{
	const struct plan *plan = &((const struct flash_job *)m)->plan;

	p->has_address = true;
	p->address = m->io.address;
	p->done = m->done;
	p->total = m->phase == PHASE_ERASE ? plan_erase_bytes(plan) :
	    m->phase == PHASE_WRITE        ? plan_write_bytes(plan) :
					     plan_bytes(plan);
	return (true);
}

static void
flash_words(const struct job *j, struct buf *b, uint64_t now)
{
	if (((const struct memory_job *)j)->phase != PHASE_ELSE)
		memory_job_words(j, b, now);
}

/* What was sent and is being cancelled may have been done. */
static void
stopped(struct memory_job *m, bool sent)
{
	struct flash_job *k = (struct flash_job *)m;

	if (!m->busy || !memory_io_may_have_acted(&m->io, sent))
		return;
	if (m->phase == PHASE_ERASE)
		note_page(k, false);
	else if (m->phase == PHASE_WRITE)
		note_block(k, false);
}

/* What may have changed, or was looked at. */
static void
failed(struct memory_job *m)
{
	struct flash_job *k = (struct flash_job *)m;

	if (k->plan.npages != 0 && m->phase > MEMORY_TO_IDLE)
		plan_words(&k->plan, &m->tail);
}

/* The pages of it, which may be more than it has blocks in. */
static bool
mends(const struct flash_job *k, const struct session *s)
{
	const struct plan *p = &k->plan;
	const struct plan_page *last;

	if (p->npages == 0)
		return (false);
	last = &p->pages[p->npages - 1];
	return (session_memory_cut_touches(s, k->alternate,
	    p->pages[0].address, last->address + (last->size - 1)));
}

static enum memory_known
knows(const struct memory_job *m, const struct session *s, struct buf *b)
{
	const struct flash_job *k = (const struct flash_job *)m;

	if (!m->failed)
		return (mends(k, s) ? MEMORY_KNOWS_WHOLE :
				      MEMORY_KNOWS_NOTHING);
	if (!plan_is_half_done(&k->plan))
		return (MEMORY_KNOWS_NOTHING);
	plan_words(&k->plan, b);
	return (MEMORY_KNOWS_CUT);
}

static void
flash_free(struct memory_job *m)
{
	plan_free(&((struct flash_job *)m)->plan);
	buf_free(&((struct flash_job *)m)->unread);
	buf_free(&((struct flash_job *)m)->notes);
}

static const struct memory_phase phases[] = {
	[MEMORY_FILE] = { .turn = memory_job_open, .next = MEMORY_FIRST },
	[MEMORY_FIRST] = { .turn = first, .next = MEMORY_TO_IDLE },
	[PHASE_ELSE] = { .turn = do_else, .next = PHASE_ELSE },
	[MEMORY_TO_IDLE] = { .turn = memory_job_to_idle, .next = PHASE_READ },
	[PHASE_READ] = { .turn = read_first,
	    .next = PHASE_UNREAD,
	    .verb = "comparing" },
	[PHASE_UNREAD] = { .turn = decide, .next = MEMORY_ASK },
	[MEMORY_ASK] = { .turn = memory_job_ask,
	    .next = PHASE_ERASE,
	    .words = "waiting for confirmation" },
	[PHASE_ERASE] = { .turn = erase,
	    .next = PHASE_WRITE,
	    .verb = "erasing" },
	[PHASE_WRITE] = { .turn = write,
	    .next = PHASE_VERIFY,
	    .verb = "writing" },
	[PHASE_VERIFY] = { .turn = verify,
	    .next = PHASE_READY,
	    .verb = "verifying" },
	[PHASE_BACK] = { .turn = await,
	    .next = PHASE_AGAIN,
	    .words = "waiting for the device to reconnect" },
	[PHASE_AGAIN] = { .turn = again, .next = PHASE_VERIFY },
	[PHASE_READY] = { .turn = ready, .next = PHASE_LEAVE },
	[PHASE_LEAVE] = { .turn = leave,
	    .next = PHASE_LEAVE,
	    .words = "leaving DFU mode" },
	[MEMORY_END] = { .turn = memory_job_end,
	    .next = MEMORY_END,
	    .anyway = true,
	    .words = "returning the device to dfuIDLE" },
};

#define FLASH_KIND(job_name, what)                                       \
	{                                                                \
		.ops = { MEMORY_JOB_OPS, .words = flash_words,           \
			.name = job_name, .destroys = what,              \
			.child = flash_child },                          \
		.phases = phases, .ask = ask, .progress = progress,      \
		.stopped = stopped, .failed = failed, .knows = knows,    \
		.free = flash_free                                       \
	}

static const struct memory_kind flash_kind =
    FLASH_KIND("flash", "the contents of the memory there");
static const struct memory_kind verify_kind = FLASH_KIND("verify", NULL);

static struct flash_job *
new_flash(const char *path, const struct flash_order *order)
{
	struct flash_job *k = memory_job_new(
	    sizeof(*k), order->only_verify ? &verify_kind : &flash_kind, path);

	k->order = *order;
	k->m.raw = order->raw;
	return (k);
}

struct job *
job_flash(const char *path, const struct flash_order *order)
{
	return (&new_flash(path, order)->m.job);
}

int
job_flash_check(const char *path, const struct image *image,
    const struct flash_order *order, uint8_t alternate, struct job_turn *t,
    struct buf *b, uint32_t *start)
{
	struct flash_job *k = new_flash(path, order);
	int code;

	/* The image is borrowed: has_image is not set. */
	k->m.image = *image;
	if (check(k, t, alternate)) {
		*start = plan_start(&k->plan);
		buf_addf(b, "%u (", alternate);
		text_escape(b, k->m.layout.name, strlen(k->m.layout.name));
		buf_addf(b, "), %llu bytes from 0x%08x",
		    (unsigned long long)plan_image_bytes(&k->plan), *start);
	} else {
		buf_adds(b, buf_str(&k->m.said));
	}
	code = k->m.code;
	job_free(&k->m.job);
	return (code);
}
