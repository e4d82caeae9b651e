/* SPDX-License-Identifier: ISC */
/*
 * read: memory into a file, by address (DfuSe) or as a plain upload, which
 * ends with a block that comes short (DFU 1.1 6.2). With a file to compare
 * with it is the verify of plain DFU.
 */
#include "job/jobs.h"

#include <string.h>

#include "base/text.h"
#include "job/memory_job.h"
#include "session/session.h"
#include "wire/usb.h"

#define AGAIN 2 /* a spoiled block is read so often again */
/* An upload that does not end by itself ends here. */
#define PLAIN_MOST	(64u << 20)

enum phase {
	PHASE_READ = MEMORY_OWN,
	PHASE_SAVE
};

struct read_job {
	struct memory_job m; /* length, plain: what is expected */
	bool has_address;
	struct buf	 got;
	uint16_t	 size;
	uint16_t block; /* plain */
};

/* Every byte of it is memory that can be read. */
static void
check_range(struct memory_job *m, const struct session *s)
{
	uint64_t to = m->address + (uint64_t)m->length, at;

	if (!memory_job_layout(m, s, s->alternate))
		return;
	at = layout_without(&m->layout, m->address, to, LAYOUT_READABLE);
	if (at < to)
		memory_job_fail(m, CODE_USAGE,
		    "0x%08llx is not readable memory of alternate setting %u",
		    (unsigned long long)at, s->alternate);
}

static void
check(struct memory_job *m, struct job_turn *t)
{
	struct read_job *k = (struct read_job *)m;
	const struct dfu_function *f = session_function(t->s);

	k->size = memory_job_block_size(t);
	memory_io_begin(&m->io, session_transfer_size(t->s));
	if (m->has_image)
		m->length = (uint32_t)m->image.segments[0].len;
	if (f == NULL ||
	    (f->functional.present &&
		(f->functional.bmAttributes & DFU_ATTR_CAN_UPLOAD) == 0))
		memory_job_fail(m, CODE_PROTOCOL,
		    "the device does not support upload (bitCanUpload is "
		    "clear)");
	else if (k->has_address)
		check_range(m, t->s);
	else if (session_dialect(t->s) == DFU_DIALECT_DFUSE)
		memory_job_fail(m, CODE_USAGE,
		    "DfuSe needs an address range. Use read ADDR LENGTH FILE");
}

/* How much the next block is asked for. */
static uint16_t
next_length(const struct read_job *k)
{
	size_t left = k->m.length - k->got.len;

	return (k->has_address && left < k->size ? (uint16_t)left : k->size);
}

static void
begin_block(struct read_job *k)
{
	struct memory_io *io = &k->m.io;

	if (!k->has_address) {
		poll_begin(&io->poll, DFU_UPLOAD, k->block, NULL,
		    next_length(k), POLL_NOTHING, 0);
		return;
	}
	io->anchor = k->m.address;
	memory_io_read(io, k->m.address + (uint32_t)k->got.len, next_length(k));
}

static void
fail(struct read_job *k, enum poll_end how)
{
	if (k->has_address)
		memory_job_fail_io(&k->m, how);
	else
		memory_job_fail_poll(
		    &k->m, how, "upload of block %u", k->block);
}

/* A block of memory that is not whole is read again. */
static bool
is_corrupted(const struct read_job *k, enum poll_end how)
{
	const struct poll *p = &k->m.io.poll;

	if (!k->has_address)
		return (false);
	return ((how == POLL_DONE && p->in.len < next_length(k)) ||
	    (how == POLL_SILENT && p->outcome == OUTCOME_BABBLE));
}

static bool
is_over(const struct read_job *k, size_t came)
{
	if (k->has_address)
		return (k->got.len == k->m.length);
	return (came < k->size || k->got.len > PLAIN_MOST);
}

/* False: *step of the turn is what the job returns. */
static bool
read_blocks(struct read_job *k, struct job_turn *t)
{
	struct memory_job *m = &k->m;
	const struct buf *in = &m->io.poll.in;
	enum poll_end how;

	for (;;) {
		if (!m->busy)
			begin_block(k);
		how = k->has_address ? memory_job_io(m, t) :
				       memory_job_poll(m, t);
		if (how == POLL_GOING)
			return (false);
		if (is_corrupted(k, how) && m->again++ < AGAIN)
			continue;
		if (how != POLL_DONE || is_corrupted(k, how)) {
			fail(k, how == POLL_DONE ? POLL_SILENT : how);
			return (true);
		}
		m->again = 0;
		k->block++;
		if (in->len != 0)
			buf_add(&k->got, in->data, in->len);
		if (is_over(k, in->len))
			return (true);
	}
}

/* What was read before it failed is kept. */
static enum memory_turn
read_all(struct memory_job *m, struct job_turn *t)
{
	struct read_job *k = (struct read_job *)m;

	if (!read_blocks(k, t))
		return (MEMORY_STEP);
	return (k->got.len == 0 ? memory_job_enter(m, MEMORY_END, t->now) :
				  memory_job_enter(m, PHASE_SAVE, t->now));
}

/* A device may give more than the file has: memory ends where it likes. */
static enum memory_turn
compare(struct memory_job *m, struct job_turn *t)
{
	struct read_job *k = (struct read_job *)m;
	const struct image_segment *g = &m->image.segments[0];
	struct block_view is, asked;
	struct block_difference d;
	uint32_t n;

	if (!read_blocks(k, t))
		return (MEMORY_STEP);
	if (m->failed)
		return (MEMORY_TURN);
	n = (uint32_t)(g->len < k->got.len ? g->len : k->got.len);
	is = block_view_of(k->got.data, n);
	asked = block_view_of(g->data, n);
	d = block_compare(&is, &asked, NULL, false);
	if (d.how != BLOCK_SAME)
		memory_job_fail_differs(m, t->s, 0, n - 1, true, d.at, d.how);
	else if (n < g->len)
		memory_job_fail(m, CODE_PROTOCOL,
		    "the device returned only %u byte%s, equal to the file "
		    "so far", n, TEXT_S(n));
	else
		buf_addf(&m->said,
		    "verified: the device returned the %zu byte%s of the file",
		    g->len, TEXT_S(g->len));
	return (MEMORY_NEXT);
}

static void
say_read(struct read_job *k, uint64_t now)
{
	struct buf *b = &k->m.said;

	buf_addf(b, "%s%zu byte%s ", b->len != 0 ? "; " : "", k->got.len,
	    TEXT_S(k->got.len));
	if (k->has_address)
		buf_addf(b, "from 0x%08x ", k->m.address);
	buf_adds(b, "read into ");
	text_escape(b, k->m.path, strlen(k->m.path));
	buf_adds(b, " (");
	text_duration(b, now - k->m.begun);
	buf_addc(b, ')');
}

static enum memory_turn
save(struct memory_job *m, struct job_turn *t)
{
	struct read_job *k = (struct read_job *)m;

	if (!m->called)
		return (memory_job_wish(m, t,
		    &(struct effect){ .kind = EFFECT_WRITE_FILE,
			.text = m->path,
			.replace = m->replace,
			.bytes = &k->got }));
	if (m->error == NULL)
		say_read(k, t->now);
	else
		memory_job_fail(m, CODE_LOST, "%s%s",
		    m->said.len != 0 ? "; " : "", m->error);
	return (MEMORY_NEXT);
}

static bool
progress(const struct memory_job *m, struct job_progress *p)
{
	const struct read_job *k = (const struct read_job *)m;

	p->has_address = k->has_address;
	p->address = m->address + (uint32_t)k->got.len;
	p->done = k->got.len;
	p->total = p->done > m->length ? 0 : m->length;
	return (true);
}

static enum memory_known
knows(const struct memory_job *m, const struct session *s, struct buf *b)
{
	(void)b;
	return (!m->failed && session_memory_cut_touches(s, s->alternate, 0,
	    UINT32_MAX) ? MEMORY_KNOWS_WHOLE : MEMORY_KNOWS_NOTHING);
}

static void
read_free(struct memory_job *m)
{
	buf_free(&((struct read_job *)m)->got);
}

#define READ_PHASES                                                            \
	[MEMORY_FILE] = { .turn = memory_job_open, .next = MEMORY_FIRST },     \
	[MEMORY_FIRST] = { .turn = memory_job_first, .next = MEMORY_TO_IDLE }, \
	[MEMORY_TO_IDLE] = { .turn = memory_job_to_idle, .next = PHASE_READ }, \
	[MEMORY_END] = { .turn = memory_job_end,                               \
		.next = MEMORY_END,                                            \
		.anyway = true,                                                \
		.words = "returning the device to dfuIDLE" }

static const struct memory_phase read_phases[] = {
	READ_PHASES,
	[PHASE_READ] = { .turn = read_all,
	    .next = PHASE_SAVE,
	    .verb = "reading" },
	[PHASE_SAVE] = { .turn = save,
	    .next = MEMORY_END,
	    .anyway = true,
	    .words = "returning the device to dfuIDLE" },
};

static const struct memory_phase compare_phases[] = {
	READ_PHASES,
	[PHASE_READ] = { .turn = compare,
	    .next = MEMORY_END,
	    .verb = "reading" },
};

static const struct memory_kind read_kind = {
	.ops = { MEMORY_JOB_OPS, .words = memory_job_words, .name = "read" },
	.phases = read_phases,
	.saves = true,
	.check = check,
	.progress = progress,
	.free = read_free,
};

static const struct memory_kind compare_kind = {
	.ops = { MEMORY_JOB_OPS, .words = memory_job_words, .name = "read" },
	.phases = compare_phases,
	.check = check,
	.progress = progress,
	.knows = knows,
	.free = read_free,
};

struct job *
job_read(bool has_address, uint32_t address, uint32_t length,
    const char *path, bool replace)
{
	struct read_job *k = memory_job_new(sizeof(*k), &read_kind, path);

	k->has_address = has_address;
	k->m.address = address;
	k->m.length = length;
	k->m.replace = replace;
	return (&k->m.job);
}

struct job *
job_compare_plain(const char *path, bool raw)
{
	struct read_job *k = memory_job_new(sizeof(*k), &compare_kind, path);

	k->m.raw = raw;
	return (&k->m.job);
}
