/* erase-range, wipe and unprotect: what destroys and writes nothing. */
#include "job/jobs.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "job/work.h"
#include "session/limits.h"
#include "session/session.h"

#define FIRSTS		4
#define WIPE_S		120	/* a mass erase may be busy for so long */

enum what {
	WHAT_RANGE,
	WHAT_WIPE,
	WHAT_UNPROTECT
};

enum phase {
	PHASE_FIRST,
	PHASE_TO_IDLE,
	PHASE_ASK,
	PHASE_DO,
	PHASE_BACK,		/* it has reset itself: does it come back? */
	PHASE_END
};

/* What differs between the two that are one command. */
static const struct {
	const char	*word;		/* to be typed */
	const char	*question;
	const char	*done;
	enum dfu_kind	 command;
} wholes[] = {
	[WHAT_WIPE] = { "wipe", "Mass erase: everything that the memory of "
	    "the device holds is lost. Do it?", "everything was erased, as "
	    "the device says; not read back", DFU_KIND_MASS_ERASE },
	[WHAT_UNPROTECT] = { "unprotect", "Read unprotect: the read "
	    "protection is lifted, everything that the device holds is "
	    "lost, and it resets itself. Do it?", "the read protection was "
	    "lifted, as the device says; not read back",
	    DFU_KIND_READ_UNPROTECT },
};

struct erase_job {
	struct work	 work;
	enum what	 what;
	uint32_t	 address;
	uint32_t	 length;
	struct layout	 layout;
	enum phase	 phase;
	bool		 stopped;
	uint32_t	 start;		/* of the first page */
	uint64_t	 at;		/* pages below are erased */
	uint64_t	 end;		/* behind the last page */
	uint64_t	 left_at;	/* us */
	unsigned	 firsts;
	char		*question;
};

/* Every page of the range can be erased. */
static bool
is_in_map(struct erase_job *k)
{
	uint64_t at = k->address, to = at + k->length;
	const struct layout_segment *g;

	while (at < to) {
		g = at <= UINT32_MAX ? layout_at(&k->layout, (uint32_t)at) :
		    NULL;
		if (g == NULL || (g->kind & LAYOUT_ERASABLE) == 0) {
			work_fail(&k->work, CODE_USAGE, "0x%08llx is in no "
			    "page that can be erased",
			    (unsigned long long)at);
			return (false);
		}
		at = layout_sector(&k->layout, (uint32_t)at) +
		    (uint64_t)g->size;
	}
	k->start = layout_sector(&k->layout, k->address);
	k->at = k->start;
	k->end = at;
	return (true);
}

static bool
check(struct erase_job *k, const struct session *s)
{
	memory_io_begin(&k->work.io, session_transfer_size(s));
	if (k->what == WHAT_RANGE)
		return (work_layout(&k->work, s, s->alternate,
		    &k->layout) && is_in_map(k));
	if (!session_dfuse(s))
		work_fail(&k->work, CODE_USAGE,
		    "the device does not speak DfuSe");
	return (!k->work.failed);
}

static bool
first(struct erase_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;

	w->begun = now != 0 ? now : 1;
	if (!work_is_there(w, s))
		return (false);
	w->job.child = k->firsts++ < FIRSTS ? work_first(s) : NULL;
	*step = JOB_CALL;
	if (w->job.child != NULL)
		return (true);
	if (check(k, s))
		k->phase = PHASE_TO_IDLE;
	return (false);
}

static enum job_step
ask(struct erase_job *k)
{
	bool range = k->what == WHAT_RANGE;

	k->question = range ? mem_printf("The pages from 0x%08x to 0x%08llx "
	    "are erased. What they hold is lost. Do it?", k->start,
	    (unsigned long long)k->end - 1) :
	    mem_strdup(wholes[k->what].question);
	k->work.job.effect = (struct effect){ .kind = EFFECT_ASK,
	    .text = k->question,
	    .word = range ? NULL : wholes[k->what].word };
	return (JOB_EFFECT);
}

static void
begin_command(struct erase_job *k)
{
	if (k->what == WHAT_RANGE)
		memory_io_command(&k->work.io, DFU_KIND_ERASE, (uint32_t)k->at,
		    LIMIT_ERASE_S * 1000);
	else
		memory_io_command(&k->work.io, wholes[k->what].command, 0,
		    WIPE_S * 1000);
}

static void
say_range(struct erase_job *k, struct buf *b, bool doubt)
{
	uint64_t next = k->at;
	const char *glue = "";

	if (k->at > k->start) {
		buf_addf(b, "0x%08x to 0x%08llx erased", k->start,
		    (unsigned long long)k->at - 1);
		glue = ", ";
	}
	if (doubt) {
		next = k->at + layout_at(&k->layout, (uint32_t)k->at)->size;
		buf_addf(b, "%s0x%08llx to 0x%08llx unknown", glue,
		    (unsigned long long)k->at, (unsigned long long)next - 1);
		glue = ", ";
	}
	if (next < k->end)
		buf_addf(b, "%s0x%08llx to 0x%08llx untouched", glue,
		    (unsigned long long)next, (unsigned long long)k->end - 1);
}

static void
say_doubt(struct erase_job *k, bool sent)
{
	bool doubt = memory_io_may_have_acted(&k->work.io, sent);

	if (k->what == WHAT_RANGE)
		say_range(k, &k->work.tail, doubt);
	else
		buf_adds(&k->work.tail, doubt ?
		    "what the memory holds now is not known" :
		    "nothing was erased");
}

/* True: *step is to be returned. */
static bool
do_it(struct erase_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;
	enum poll_end how;

	if (!w->busy)
		begin_command(k);
	how = work_io(w, s, now, step);
	if (how == POLL_GOING)
		return (true);
	if (how == POLL_GONE && k->what == WHAT_UNPROTECT &&
	    memory_io_may_have_acted(&w->io, true)) {
		k->left_at = s->present ? s->arrived_at : s->left_at;
		k->phase = PHASE_BACK;
		return (false);
	}
	if (how != POLL_DONE) {
		work_fail_io(w, how);
		say_doubt(k, true);
		return (false);
	}
	if (k->what == WHAT_RANGE) {
		k->at += layout_at(&k->layout, (uint32_t)k->at)->size;
		if (k->at < k->end)
			return (false);
		say_range(k, &w->said, false);
		buf_adds(&w->said, ", as the device says; not read back");
	} else {
		buf_adds(&w->said, wholes[k->what].done);
	}
	k->phase = PHASE_END;
	return (false);
}

static bool
await(struct erase_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct buf *b = &k->work.said;

	k->work.job.until = k->left_at + SESSION_BACK_WITHIN;
	*step = JOB_WAIT;
	if (!s->present && now < k->work.job.until)
		return (true);
	buf_adds(b, "the device reset itself, as it does when its read "
	    "protection is lifted; ");
	if (s->present)
		buf_adds(b, "it is back");
	else
		buf_adds(b, "nothing came back yet");
	k->work.quiet = true;
	k->phase = PHASE_END;
	return (false);
}

static bool
turn(struct erase_job *k, const struct session *s, uint64_t now,
    enum job_step *step)
{
	struct work *w = &k->work;

	switch (k->phase) {
	case PHASE_FIRST:
		return (first(k, s, now, step));
	case PHASE_TO_IDLE:
		if (!work_to_idle(w, s, now, step))
			return (true);
		if (!w->failed)
			k->phase = PHASE_ASK;
		return (false);
	case PHASE_ASK:
		if (k->question == NULL) {
			*step = ask(k);
			return (true);
		}
		k->phase = PHASE_DO;
		w->since = now;
		return (false);
	case PHASE_DO:
		return (do_it(k, s, now, step));
	case PHASE_BACK:
		return (await(k, s, now, step));
	case PHASE_END:
		*step = work_end(w, s, now);
		return (true);
	}
	return (true);
}

static void
finish(struct erase_job *k)
{
	k->work.quiet = k->phase < PHASE_TO_IDLE ||
	    (k->phase == PHASE_TO_IDLE && !k->stopped);
	k->phase = PHASE_END;
}

static enum job_step
erase_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct erase_job *k = (struct erase_job *)j;
	enum job_step step = JOB_DONE;

	k->work.set = set;
	do {
		if (k->work.failed && k->phase != PHASE_END)
			finish(k);
	} while (!turn(k, s, now, &step));
	return (step);
}

static void
erase_event(struct job *j, const struct session *s, const struct event *e)
{
	(void)s;
	work_event(&((struct erase_job *)j)->work, e);
}

static bool
erase_progress(const struct job *j, struct job_progress *p)
{
	const struct erase_job *k = (const struct erase_job *)j;

	*p = (struct job_progress){ .what = "erasing",
	    .has_address = true, .address = (uint32_t)k->at,
	    .done = k->at - k->start, .total = k->end - k->start,
	    .since = k->work.since };
	return (k->phase == PHASE_DO && k->what == WHAT_RANGE);
}

static void
erase_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct erase_job *k = (const struct erase_job *)j;
	struct job_progress p;

	buf_addf(b, "%s: ", k->what == WHAT_RANGE ? "erase-range" :
	    wholes[k->what].word);
	if (erase_progress(j, &p))
		job_progress_words(&p, b, now);
	else if (k->phase == PHASE_BACK)
		buf_adds(b, "left, waits for what comes back");
	else if (k->phase == PHASE_DO)
		buf_adds(b, "waits until the device has done it");
	else if (k->phase == PHASE_ASK)
		buf_adds(b, "asks before it erases");
	else
		buf_adds(b, k->phase == PHASE_END ?
		    "leads the device back to dfuIDLE" : "begins");
}

static void
erase_stop(struct job *j, bool sent, const char *why)
{
	struct erase_job *k = (struct erase_job *)j;
	bool doing = k->phase == PHASE_DO && k->work.busy;

	k->stopped = true;
	work_stop(&k->work, why);
	if (k->phase == PHASE_DO)
		say_doubt(k, sent && doing);
	if (k->phase != PHASE_END)
		finish(k);
}

static void
erase_free(struct job *j)
{
	struct erase_job *k = (struct erase_job *)j;

	work_free(&k->work);
	layout_free(&k->layout);
	free(k->question);
}

#define ERASE_OPS(job_name, what)		\
	.name = job_name, .destroys = what,	\
	.next = erase_next,			\
	.event = erase_event,			\
	.words = erase_words,			\
	.progress = erase_progress,		\
	.stop = erase_stop,			\
	.free = erase_free

static const struct job_ops range_ops = {
	ERASE_OPS("erase-range", "what those pages hold")
};
static const struct job_ops wipe_ops = {
	ERASE_OPS("wipe", "everything that the memory holds")
};
static const struct job_ops unprotect_ops = {
	ERASE_OPS("unprotect", "everything that the device holds")
};

static struct job *
new_job(const struct job_ops *ops, enum what what)
{
	struct erase_job *k = mem_alloc(sizeof(*k));

	k->work.job.ops = ops;
	k->what = what;
	return (&k->work.job);
}

struct job *
job_erase_range(uint32_t address, uint32_t length)
{
	struct job *j = new_job(&range_ops, WHAT_RANGE);
	struct erase_job *k = (struct erase_job *)j;

	k->address = address;
	k->length = length;
	return (j);
}

struct job *
job_wipe(void)
{
	return (new_job(&wipe_ops, WHAT_WIPE));
}

struct job *
job_unprotect(void)
{
	return (new_job(&unprotect_ops, WHAT_UNPROTECT));
}
