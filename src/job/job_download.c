/*
 * A plain download (DFU 1.1 chapters 6 and 7): blocks in order, the
 * zero-length one, and the manifestation as the attributes have it: a
 * tolerant device says that it is done, one with bitWillDetach leaves, and
 * any other waits for a bus reset.
 */
#include "job/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/image.h"
#include "job/image_fit.h"
#include "job/work.h"
#include "session/session.h"
#include "wire/usb.h"

#define BLOCK_MS	40000	/* a block may be busy for so long */
#define MANIFEST_MS	60000
#define BRIEF_MS	1000	/* for one who may be silent by now (A.2.9) */
#define GRACE		250000	/* us: for one who may leave by itself */
#define FIRSTS		4

enum phase {
	PHASE_FILE,
	PHASE_FIRST,
	PHASE_TO_IDLE,
	PHASE_ASK,
	PHASE_BLOCKS,
	PHASE_AGAIN,		/* it refused the first block: once more */
	PHASE_ZERO,		/* the end of the download, manifestation */
	PHASE_VERIFY,
	PHASE_VERIFIED,
	PHASE_RESET,
	PHASE_BACK,		/* off the bus, or on its way */
	PHASE_END
};

struct download_job {
	struct work	 work;
	struct flash_order order;
	char		*path;
	struct image	 image;
	bool		 has_image;
	bool		 told;
	bool		 stopped;
	bool		 retried;
	bool		 manifested;	/* it says so, or has left */
	bool		 told_unread;
	char		*question;
	enum phase	 phase;
	uint16_t	 block;
	size_t		 accepted;	/* bytes */
	uint16_t	 size;
	uint64_t	 since;		/* the reset, or its leaving, us */
	uint32_t	 arrivals;
	unsigned	 firsts;
	struct buf	 verified;
	int		 verified_code;
};

static const struct image_segment *
data_of(const struct download_job *k)
{
	return (&k->image.segments[0]);
}

static uint8_t
attributes(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL && f->functional.present ?
	    f->functional.bmAttributes : DFU_ATTR_CAN_DNLOAD |
	    DFU_ATTR_CAN_UPLOAD | DFU_ATTR_MANIFESTATION_TOLERANT);
}

static bool
check(struct download_job *k, const struct session *s,
    const struct job_settings *set)
{
	const struct image_note *wrong = image_wrong(&k->image);
	struct buf why = { 0 };
	bool good;

	if ((attributes(s) & DFU_ATTR_CAN_DNLOAD) == 0) {
		work_fail(&k->work, CODE_PROTOCOL, "the device takes no "
		    "download (bitCanDnload is clear)");
		return (false);
	}
	good = wrong == NULL && image_matches(&k->image, s->who->vendor,
	    s->who->product, s->who->version, &why);
	buf_reset(&why);
	if (good)
		good = image_fit_check(&k->image, s, 0, &why);
	else if (wrong == NULL)
		image_matches(&k->image, s->who->vendor, s->who->product,
		    s->who->version, &why);
	if (!good)
		work_fail(&k->work, CODE_BAD_FILE, "%s: %s", k->path,
		    wrong != NULL ? wrong->text : buf_str(&why));
	buf_free(&why);
	k->size = work_block_size(s, set);
	return (good);
}

static bool
first(struct download_job *k, const struct session *s,
    const struct job_settings *set, enum job_step *step)
{
	struct work *w = &k->work;

	if (!work_is_there(w, s))
		return (false);
	if (session_dfuse(s)) {
		work_fail(w, CODE_USAGE, "the device speaks DfuSe: flash");
		return (false);
	}
	w->job.child = k->firsts++ < FIRSTS ? work_first(s) : NULL;
	*step = JOB_CALL;
	if (w->job.child != NULL)
		return (true);
	if (check(k, s, set))
		k->phase = PHASE_TO_IDLE;
	return (false);
}

static enum job_step
ask(struct download_job *k, const struct session *s)
{
	const char *name = session_alternate_name(s, s->alternate);
	struct buf b = { 0 };

	text_escape(&b, k->path, strlen(k->path));
	buf_addf(&b, ", %zu bytes, to alternate setting %u", data_of(k)->len,
	    s->alternate);
	if (name != NULL) {
		buf_adds(&b, " (");
		text_escape(&b, name, strlen(name));
		buf_addc(&b, ')');
	}
	buf_adds(&b, ". What firmware it holds is lost. Do it?");
	k->question = buf_take(&b);
	k->work.job.effect = (struct effect){ .kind = EFFECT_ASK,
	    .text = k->question };
	return (JOB_EFFECT);
}

static uint16_t
next_length(const struct download_job *k)
{
	size_t left = data_of(k)->len - k->accepted;

	return (left < k->size ? (uint16_t)left : k->size);
}

static void
say_incomplete(struct download_job *k)
{
	buf_addf(&k->work.tail, "%zu of %zu bytes accepted", k->accepted,
	    data_of(k)->len);
	if (k->accepted != 0 || k->phase == PHASE_BLOCKS)
		buf_adds(&k->work.tail, ", the firmware in the device is "
		    "not complete");
}

static enum poll_end
turn_poll(struct download_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	enum poll_end how = w->left ? POLL_GONE :
	    poll_next(&w->io.poll, &w->job, s, w->set, now, step);

	w->busy = how == POLL_GOING;
	return (how);
}

static void
fail(struct download_job *k, enum poll_end how)
{
	struct work *w = &k->work;

	if (k->phase == PHASE_ZERO)
		work_fail(w, how == POLL_GONE ? CODE_LOST : CODE_PROTOCOL,
		    "the end of the download: ");
	else
		work_fail(w, how == POLL_GONE ? CODE_LOST : CODE_PROTOCOL,
		    "block %u: ", k->block);
	poll_words(&w->io.poll, how, &w->said);
	say_incomplete(k);
}

static bool
send_blocks(struct download_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	enum poll_end how;

	while (k->accepted < data_of(k)->len) {
		if (!w->busy)
			poll_begin(&w->io.poll, DFU_DNLOAD, k->block,
			    data_of(k)->data + k->accepted, next_length(k),
			    POLL_BLOCK, BLOCK_MS);
		how = turn_poll(k, s, now, step);
		if (how == POLL_GOING)
			return (true);
		/* A transfer that was given up may still be open there. */
		if (how == POLL_REFUSED && k->accepted == 0 && !k->retried) {
			k->retried = true;
			k->phase = PHASE_AGAIN;
			return (false);
		}
		if (how != POLL_DONE) {
			fail(k, how);
			return (false);
		}
		k->accepted += next_length(k);
		k->block++;
	}
	k->phase = PHASE_ZERO;
	return (false);
}

static void
begin_end(struct download_job *k, const struct session *s)
{
	struct poll *p = &k->work.io.poll;

	poll_begin(p, DFU_DNLOAD, k->block, NULL, 0, POLL_MANIFEST,
	    MANIFEST_MS);
	if ((attributes(s) & DFU_ATTR_MANIFESTATION_TOLERANT) != 0)
		return;
	p->timeout = BRIEF_MS;
	if ((attributes(s) & DFU_ATTR_WILL_DETACH) != 0)
		p->grace = GRACE;
}

static void
say_manifested(struct download_job *k, const char *how)
{
	k->manifested = true;
	buf_addf(&k->work.said, "%zu bytes downloaded, %s", data_of(k)->len,
	    how);
}

/* It is in its manifestation, by its own word. */
static bool
is_manifesting(const struct poll *p)
{
	return (
	    p->replied && dfu_state_is(p->reply.bState, DFU_STATES_MANIFEST));
}

static bool
end_download(struct download_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	const struct poll *p = &w->io.poll;
	bool tolerant = (attributes(s) & DFU_ATTR_MANIFESTATION_TOLERANT) != 0;
	enum poll_end how;

	if (!w->busy)
		begin_end(k, s);
	how = turn_poll(k, s, now, step);
	if (how == POLL_GOING)
		return (true);
	k->since = now;
	if (how == POLL_GONE && outcome_is_answer(p->taken)) {
		say_manifested(k, "and the device left the bus");
		k->phase = PHASE_BACK;
	} else if (how == POLL_DONE &&
	    p->reply.bState == DFU_STATE_MANIFEST_WAIT_RESET) {
		say_manifested(k, "and the device waits for a bus reset");
		k->phase = PHASE_RESET;
	} else if (how == POLL_DONE) {
		say_manifested(k, "and the device says that it is done");
		k->phase = PHASE_VERIFY;
	} else if (how == POLL_SILENT && !tolerant && is_manifesting(p)) {
		/* Silence is what A.2.9 promises. */
		say_manifested(k, "and the device is silent, as it is when "
		    "it waits for a bus reset");
		k->phase = PHASE_RESET;
	} else {
		fail(k, how);
	}
	return (false);
}

/* Reading back is for one that stays. */
static bool
verify(struct download_job *k, const struct session *s, enum job_step *step)
{
	if (!k->order.verify ||
	    (attributes(s) & DFU_ATTR_CAN_UPLOAD) == 0) {
		k->phase = PHASE_VERIFIED;
		return (false);
	}
	k->phase = PHASE_VERIFIED;
	k->work.job.child = job_compare_plain(k->path);
	*step = JOB_CALL;
	return (true);
}

static bool
after_verify(struct download_job *k, uint64_t now)
{
	struct buf *b = &k->work.said;

	if (k->verified.len == 0) {
		k->told_unread = true;
		buf_adds(b, ", not read back");
	} else if (k->verified_code == CODE_OK) {
		buf_addf(b, "; %s", buf_str(&k->verified));
	} else {
		work_fail(&k->work, k->verified_code, "; %s",
		    buf_str(&k->verified));
		/* The comparison has led it back, and has said so. */
		k->work.quiet = true;
		k->phase = PHASE_END;
		return (false);
	}
	k->since = now;
	k->phase = k->order.leave ? PHASE_RESET : PHASE_END;
	return (false);
}

static bool
reset(struct download_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	k->phase = PHASE_BACK;
	k->arrivals = s->arrivals;
	k->since = now;
	k->work.job.child = job_reset();
	*step = JOB_CALL;
	return (true);
}

/* What comes back; a device that a reset leaves where it is does not. */
static bool
await(struct download_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	if (work_await(&k->work, s, k->since, now, step))
		return (true);
	if (k->verified.len == 0 && !k->told_unread)
		buf_adds(&k->work.said, "; not read back");
	k->work.quiet = true;
	k->phase = PHASE_END;
	return (false);
}

static bool
begin(struct download_job *k, uint64_t now, enum job_step *step)
{
	struct work *w = &k->work;

	if (!k->told) {
		k->told = true;
		w->job.effect = (struct effect){ .kind = EFFECT_READ_FILE,
		    .text = k->path };
		*step = JOB_EFFECT;
		return (true);
	}
	w->begun = now != 0 ? now : 1;
	if (w->error != NULL)
		work_fail(w, w->code, "%s", w->error);
	else
		k->phase = PHASE_FIRST;
	return (false);
}

static bool
turn(struct download_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now, enum job_step *step)
{
	struct work *w = &k->work;

	switch (k->phase) {
	case PHASE_FILE:
		return (begin(k, now, step));
	case PHASE_FIRST:
		return (first(k, s, set, step));
	case PHASE_TO_IDLE:
		if (!work_to_idle(w, s, now, step))
			return (true);
		if (!w->failed)
			k->phase = PHASE_ASK;
		return (false);
	case PHASE_ASK:
		if (k->question == NULL) {
			*step = ask(k, s);
			return (true);
		}
		k->phase = PHASE_BLOCKS;
		w->since = now;
		return (false);
	case PHASE_BLOCKS:
		return (send_blocks(k, s, now, step));
	case PHASE_AGAIN:
		if (!work_to_idle(w, s, now, step))
			return (true);
		if (!w->failed)
			k->phase = PHASE_BLOCKS;
		return (false);
	case PHASE_ZERO:
		return (end_download(k, s, now, step));
	case PHASE_VERIFY:
		return (verify(k, s, step));
	case PHASE_VERIFIED:
		return (after_verify(k, now));
	case PHASE_RESET:
		return (reset(k, s, now, step));
	case PHASE_BACK:
		return (await(k, s, now, step));
	case PHASE_END:
		*step = work_end(w, s, now);
		return (true);
	}
	return (true);
}

static void
finish(struct download_job *k)
{
	k->work.quiet = k->phase < PHASE_TO_IDLE ||
	    (k->phase == PHASE_TO_IDLE && !k->stopped);
	k->phase = PHASE_END;
}

static enum job_step
download_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct download_job *k = (struct download_job *)j;
	enum job_step step = JOB_DONE;

	k->work.set = set;
	do {
		if (k->work.failed && k->phase != PHASE_END)
			finish(k);
	} while (!turn(k, s, set, now, &step));
	return (step);
}

static void
download_event(struct job *j, const struct session *s, const struct event *e)
{
	(void)s;
	work_event(&((struct download_job *)j)->work, e);
}

static void
download_file(struct job *j, const void *p, size_t n, const char *error)
{
	struct download_job *k = (struct download_job *)j;

	k->has_image = work_image(&k->work, &k->image, k->path, p, n, error);
}

/* Of its children only the comparison says something. */
static void
download_child(struct job *j, const struct job_result *r)
{
	struct download_job *k = (struct download_job *)j;

	if (k->phase != PHASE_VERIFIED)
		return;
	k->verified_code = r->code;
	buf_add(&k->verified, r->text.data, r->text.len);
}

static bool
download_progress(const struct job *j, struct job_progress *p)
{
	const struct download_job *k = (const struct download_job *)j;

	*p = (struct job_progress){ .what = "downloading",
	    .done = k->accepted, .since = k->work.since };
	if (k->phase != PHASE_BLOCKS)
		return (false);
	p->total = data_of(k)->len;
	return (true);
}

static void
download_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct download_job *k = (const struct download_job *)j;
	struct job_progress p;

	buf_adds(b, "flash: ");
	if (download_progress(j, &p))
		job_progress_words(&p, b, now);
	else if (k->phase == PHASE_ZERO)
		buf_adds(b, "the device manifests");
	else if (k->phase == PHASE_BACK)
		buf_adds(b, "waits for what comes back");
	else if (k->phase == PHASE_ASK)
		buf_adds(b, "asks before it writes");
	else
		buf_adds(b, k->phase == PHASE_END ?
		    "leads the device back to dfuIDLE" : "begins");
}

static void
download_stop(struct job *j, bool sent, const char *why)
{
	struct download_job *k = (struct download_job *)j;
	bool under_way = k->phase >= PHASE_BLOCKS && k->phase <= PHASE_ZERO;

	(void)sent;
	k->stopped = true;
	work_stop(&k->work, why);
	if (under_way && k->has_image)
		say_incomplete(k);
	if (k->phase != PHASE_END)
		finish(k);
}

static void
download_free(struct job *j)
{
	struct download_job *k = (struct download_job *)j;

	work_free(&k->work);
	if (k->has_image)
		image_free(&k->image);
	buf_free(&k->verified);
	free(k->question);
	free(k->path);
}

static const struct job_ops download_ops = {
	.name = "download",
	.destroys = "the firmware in the device",
	.next = download_next,
	.event = download_event,
	.file = download_file,
	.child = download_child,
	.words = download_words,
	.progress = download_progress,
	.stop = download_stop,
	.free = download_free,
};

struct job *
job_download(const char *path, const struct flash_order *order)
{
	struct download_job *k = mem_alloc(sizeof(*k));

	k->work.job.ops = &download_ops;
	k->path = mem_strdup(path);
	k->order = *order;
	return (&k->work.job);
}
