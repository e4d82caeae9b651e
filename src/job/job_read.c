/*
 * read: memory into a file, by address (DfuSe) or as a plain upload, which
 * ends with a block that comes short (DFU 1.1 6.2). With a file to compare
 * with it is the verify of plain DFU.
 */
#include "job/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/image.h"
#include "job/work.h"
#include "session/session.h"
#include "wire/usb.h"

#define AGAIN		2	/* a spoiled block is read so often again */
#define FIRSTS		4
/* An upload that does not end by itself ends here. */
#define PLAIN_MOST	(64u << 20)

enum phase {
	PHASE_FILE,		/* can it be written; what is in it */
	PHASE_FIRST,
	PHASE_TO_IDLE,
	PHASE_READ,
	PHASE_SAVE,
	PHASE_SAVED,
	PHASE_END
};

struct read_job {
	struct work	 work;
	bool		 has_address;
	bool		 compares;
	bool		 replace;
	uint32_t	 address;
	uint32_t	 length;	/* plain: what is expected */
	char		*path;
	struct image	 image;		/* to compare with */
	bool		 has_image;
	bool		 stopped;
	bool		 told;		/* of the file */
	enum phase	 phase;
	struct buf	 got;
	uint16_t	 size;
	uint16_t	 block;		/* plain */
	unsigned	 firsts;
	unsigned	 again;
};

static enum job_step
file_effect(struct read_job *k, enum effect_kind kind)
{
	k->work.job.effect = (struct effect){ .kind = kind, .text = k->path,
	    .replace = k->replace };
	return (JOB_EFFECT);
}

/* Every byte of it is memory that can be read. */
static bool
is_in_map(struct read_job *k, const struct session *s)
{
	uint64_t at = k->address, to = at + k->length;
	const struct layout_segment *g;
	struct layout l = { 0 };
	bool good = work_layout(&k->work, s, s->alternate, &l);

	while (good && at < to) {
		g = layout_at(&l, (uint32_t)at);
		good = at <= UINT32_MAX && g != NULL &&
		    (g->kind & LAYOUT_READABLE) != 0;
		if (good)
			at = g->start + (uint64_t)g->count * g->size;
		else
			work_fail(&k->work, CODE_USAGE, "0x%08llx is not "
			    "memory of alternate setting %u that can be read",
			    (unsigned long long)at, s->alternate);
	}
	layout_free(&l);
	return (good);
}

static bool
check(struct read_job *k, const struct session *s,
    const struct job_settings *set)
{
	const struct dfu_function *f = session_function(s);

	if (f == NULL || (f->functional.present && (f->functional.bmAttributes
	    & DFU_ATTR_CAN_UPLOAD) == 0)) {
		work_fail(&k->work, CODE_PROTOCOL, "the device does not upload "
		    "(bitCanUpload is clear)");
		return (false);
	}
	k->size = work_block_size(s, set);
	memory_io_begin(&k->work.io, session_transfer_size(s));
	if (k->has_address)
		return (is_in_map(k, s));
	if (session_dfuse(s)) {
		work_fail(&k->work, CODE_USAGE, "the device speaks DfuSe: say "
		    "which memory, read ADDR LENGTH FILE");
		return (false);
	}
	return (true);
}

static bool
first(struct read_job *k, const struct session *s,
    const struct job_settings *set, enum job_step *step)
{
	struct work *w = &k->work;

	if (!work_is_there(w, s))
		return (false);
	w->job.child = k->firsts++ < FIRSTS ? work_first(s) : NULL;
	*step = JOB_CALL;
	if (w->job.child != NULL)
		return (true);
	if (check(k, s, set))
		k->phase = PHASE_TO_IDLE;
	return (false);
}

/* How much the next block is asked for. */
static uint16_t
next_length(const struct read_job *k)
{
	size_t left = k->length - k->got.len;

	return (k->has_address && left < k->size ? (uint16_t)left : k->size);
}

static void
begin_block(struct read_job *k)
{
	struct work *w = &k->work;

	if (!k->has_address) {
		poll_begin(&w->io.poll, DFU_UPLOAD, k->block, NULL,
		    next_length(k), POLL_NOTHING, 0);
		return;
	}
	w->io.anchor = k->address;
	memory_io_read(&w->io, k->address + (uint32_t)k->got.len,
	    next_length(k));
}

static enum poll_end
turn_block(struct read_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	enum poll_end how;

	if (k->has_address)
		return (work_io(w, s, now, step));
	how = w->left ? POLL_GONE :
	    poll_next(&w->io.poll, &w->job, s, w->set, now, step);
	w->busy = how == POLL_GOING;
	return (how);
}

static void
fail(struct read_job *k, enum poll_end how)
{
	struct work *w = &k->work;

	if (k->has_address) {
		work_fail_io(w, how);
		return;
	}
	work_fail(w, how == POLL_GONE ? CODE_LOST : CODE_PROTOCOL,
	    "upload of block %u: ", k->block);
	poll_words(&w->io.poll, how, &w->said);
}

/* A block of memory that is not whole is read again. */
static bool
is_corrupted(const struct read_job *k, enum poll_end how)
{
	const struct poll *p = &k->work.io.poll;

	if (!k->has_address)
		return (false);
	return ((how == POLL_DONE && p->in.len < next_length(k)) ||
	    (how == POLL_SILENT && p->outcome == OUTCOME_BABBLE));
}

static bool
is_over(const struct read_job *k, size_t came)
{
	if (k->has_address)
		return (k->got.len == k->length);
	return (came < k->size || k->got.len > PLAIN_MOST);
}

/* False: the phase is over. */
static bool
read_on(struct read_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	const struct buf *in = &w->io.poll.in;
	enum poll_end how;

	for (;;) {
		if (!w->busy)
			begin_block(k);
		how = turn_block(k, s, now, step);
		if (how == POLL_GOING)
			return (true);
		if (is_corrupted(k, how) && k->again++ < AGAIN)
			continue;
		if (how != POLL_DONE || is_corrupted(k, how)) {
			fail(k, how == POLL_DONE ? POLL_SILENT : how);
			return (false);
		}
		k->again = 0;
		k->block++;
		if (in->len != 0)
			buf_add(&k->got, in->data, in->len);
		if (is_over(k, in->len))
			return (false);
	}
}

static void
say_read(struct read_job *k, uint64_t now)
{
	struct buf *b = &k->work.said;

	buf_addf(b, "%s%zu bytes ", b->len != 0 ? "; " : "", k->got.len);
	if (k->has_address)
		buf_addf(b, "from 0x%08x ", k->address);
	buf_adds(b, "read into ");
	text_escape(b, k->path, strlen(k->path));
	buf_adds(b, " (");
	text_duration(b, now - k->work.begun);
	buf_addc(b, ')');
}

/* A device may give more than the file has: memory ends where it likes. */
static void
compare(struct read_job *k)
{
	const struct image_segment *g = &k->image.segments[0];
	size_t i, n = g->len < k->got.len ? g->len : k->got.len;

	for (i = 0; i < n && g->data[i] == k->got.data[i]; i++)
		continue;
	if (i < g->len)
		work_fail(&k->work, CODE_PROTOCOL, i == n ?
		    "the device gives %zu bytes only, all like the file" :
		    "read back, byte %zu differs from the file", i);
	else
		buf_addf(&k->work.said, "verified, the device gives the %zu "
		    "bytes of the file", g->len);
}

static void
finish(struct read_job *k)
{
	k->work.quiet = k->phase < PHASE_TO_IDLE ||
	    (k->phase == PHASE_TO_IDLE && !k->stopped);
	k->phase = PHASE_END;
}

static bool
after_read(struct read_job *k)
{
	if (k->compares && !k->work.failed)
		compare(k);
	if (k->compares || k->got.len == 0)
		finish(k);
	else
		k->phase = PHASE_SAVE;
	return (false);
}

static bool
begin(struct read_job *k, enum job_step *step, uint64_t now)
{
	struct work *w = &k->work;

	if (!k->told) {
		k->told = true;
		*step = file_effect(k, k->compares ? EFFECT_READ_FILE :
		    EFFECT_WRITE_FILE);
		return (true);
	}
	w->begun = now != 0 ? now : 1;
	w->since = now;
	k->phase = PHASE_FIRST;
	if (w->error == NULL)
		return (false);
	work_fail(w, w->code, "%s", w->error);
	k->phase = PHASE_FILE;
	finish(k);
	return (false);
}

static bool
turn(struct read_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now, enum job_step *step)
{
	struct work *w = &k->work;

	switch (k->phase) {
	case PHASE_FILE:
		return (begin(k, step, now));
	case PHASE_FIRST:
		return (first(k, s, set, step));
	case PHASE_TO_IDLE:
		if (!work_to_idle(w, s, now, step))
			return (true);
		if (!w->failed) {
			k->phase = PHASE_READ;
			w->since = now;
		}
		return (false);
	case PHASE_READ:
		return (read_on(k, s, now, step) || after_read(k));
	case PHASE_SAVE:
		k->phase = PHASE_SAVED;
		*step = file_effect(k, EFFECT_WRITE_FILE);
		w->job.effect.bytes = &k->got;
		return (true);
	case PHASE_SAVED:
		if (w->error == NULL)
			say_read(k, now);
		else
			work_fail(w, CODE_LOST, "%s%s", w->said.len != 0 ?
			    "; " : "", w->error);
		finish(k);
		return (false);
	case PHASE_END:
		*step = work_end(w, s, now);
		return (true);
	}
	return (true);
}

static enum job_step
read_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct read_job *k = (struct read_job *)j;
	enum job_step step = JOB_DONE;

	k->work.set = set;
	do {
		/* What was read before it failed is kept. */
		if (k->work.failed && k->phase < PHASE_SAVE)
			finish(k);
	} while (!turn(k, s, set, now, &step));
	return (step);
}

static void
read_event(struct job *j, const struct session *s, const struct event *e)
{
	(void)s;
	work_event(&((struct read_job *)j)->work, e);
}

static void
read_file(struct job *j, const void *p, size_t n, const char *error)
{
	struct read_job *k = (struct read_job *)j;

	if (k->compares) {
		k->has_image = work_image(&k->work, &k->image, k->path, p, n,
		    error);
		if (k->has_image)
			k->length = (uint32_t)k->image.segments[0].len;
	} else if (error != NULL) {
		k->work.code = CODE_USAGE;
		k->work.error = mem_strdup(error);
	}
}

static bool
read_progress(const struct job *j, struct job_progress *p)
{
	const struct read_job *k = (const struct read_job *)j;

	*p = (struct job_progress){ .what = "reading",
	    .has_address = k->has_address,
	    .address = k->address + (uint32_t)k->got.len,
	    .done = k->got.len, .total = k->length,
	    .since = k->work.since };
	if (p->done > p->total)
		p->total = 0;
	return (k->phase == PHASE_READ);
}

static void
read_words(const struct job *j, struct buf *b, uint64_t now)
{
	struct job_progress p;

	buf_adds(b, "read: ");
	if (read_progress(j, &p))
		job_progress_words(&p, b, now);
	else
		buf_adds(b, ((const struct read_job *)j)->phase >= PHASE_SAVE ?
		    "leads the device back to dfuIDLE" : "begins");
}

static void
read_stop(struct job *j, bool sent, const char *why)
{
	struct read_job *k = (struct read_job *)j;

	(void)sent;
	k->stopped = true;
	work_stop(&k->work, why);
	if (k->phase != PHASE_END)
		finish(k);
}

static void
read_free(struct job *j)
{
	struct read_job *k = (struct read_job *)j;

	work_free(&k->work);
	if (k->has_image)
		image_free(&k->image);
	buf_free(&k->got);
	free(k->path);
}

static const struct job_ops read_ops = {
	.name = "read",
	.next = read_next,
	.event = read_event,
	.file = read_file,
	.words = read_words,
	.progress = read_progress,
	.stop = read_stop,
	.free = read_free,
};

struct job *
job_read(bool has_address, uint32_t address, uint32_t length,
    const char *path, bool replace)
{
	struct read_job *k = mem_alloc(sizeof(*k));

	k->work.job.ops = &read_ops;
	k->has_address = has_address;
	k->address = address;
	k->length = length;
	k->path = mem_strdup(path);
	k->replace = replace;
	return (&k->work.job);
}

struct job *
job_compare_plain(const char *path)
{
	struct job *j = job_read(false, 0, 0, path, false);

	((struct read_job *)j)->compares = true;
	return (j);
}
