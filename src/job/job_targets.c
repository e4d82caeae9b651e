/*
 * flash and verify of a container with data for other alternate settings
 * than the one in use (UM0391: targets): each is selected in its turn. All of
 * it is checked, and asked for once, before anything is written.
 */
#include "job/flash_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "session/limits.h"

#define FIRSTS	4	/* requests before it begins, at most */
#define TARGETS	256

enum phase {
	PHASE_FILE,
	PHASE_CHECK,
	PHASE_ASK,
	PHASE_SELECT,
	PHASE_FLASH,
	PHASE_BACK,		/* to the first, to leave from there */
	PHASE_LEAVE,
	PHASE_END
};

struct targets_job {
	struct work	 work;
	struct flash_order order;
	char		*path;
	struct image	 image;
	bool		 has_image;
	bool		 asked;		/* for the file */
	bool		 running;	/* a job whose end counts */
	uint8_t		 alternates[TARGETS];	/* option bytes last */
	size_t		 n;
	size_t		 at;
	bool		 options;	/* the last one is option bytes */
	uint32_t	 start;		/* of the first */
	unsigned	 firsts;
	char		*question;
	enum phase	 phase;
};

static bool
is_options(const struct session *s, uint8_t alternate)
{
	return (layout_is_option_bytes(session_alternate_name(s, alternate)));
}

/* Each once, ascending; what resets the device comes last. */
static void
collect(struct targets_job *k, const struct session *s)
{
	bool has[TARGETS] = { false };
	unsigned pass, i;

	for (i = 0; i < k->image.nsegments; i++)
		has[k->image.segments[i].alternate] = true;
	k->n = 0;
	k->options = false;
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < TARGETS; i++) {
			if (!has[i] || is_options(s, (uint8_t)i) !=
			    (pass == 1))
				continue;
			k->alternates[k->n++] = (uint8_t)i;
			k->options = pass == 1;
		}
	}
}

/* Names tell where memory is: all that are needed are read first. */
static bool
lacks_name(const struct targets_job *k, const struct session *s)
{
	const struct dfu_alternate *a;
	size_t i;

	for (i = 0; i < k->n; i++) {
		a = dfu_function_alternate(session_function(s),
		    k->alternates[i]);
		if (a != NULL && a->iInterface != 0 &&
		    session_alternate_name(s, k->alternates[i]) == NULL)
			return (true);
	}
	return (false);
}

static struct flash_order
part_of(const struct targets_job *k)
{
	struct flash_order part = k->order;

	part.part = true;
	part.leave = false;
	return (part);
}

/* As its flash will look at it; b gets what goes where. */
static bool
check_one(struct targets_job *k, const struct session *s,
    const struct job_settings *set, size_t i, struct buf *b)
{
	struct flash_order part = part_of(k);
	struct flash_job *f = (struct flash_job *)job_flash(k->path, &part);
	bool good;

	f->image = k->image;
	good = flash_check(f, s, set, k->alternates[i]);
	if (!good)
		work_fail(&k->work, f->work.code, "%s",
		    buf_str(&f->work.said));
	if (good && i == 0)
		k->start = plan_start(&f->plan);
	if (good)
		buf_addf(b, "%s%u (", i == 0 ? "" : ", ",
		    k->alternates[i]);
	if (good)
		text_escape(b, f->layout.name, strlen(f->layout.name));
	if (good)
		buf_addf(b, "), %llu bytes from 0x%08x",
		    (unsigned long long)plan_image_bytes(&f->plan),
		    plan_start(&f->plan));
	/* The image is borrowed: has_image is not set. */
	job_free(&f->work.job);
	return (good);
}

static bool
check(struct targets_job *k, const struct session *s,
    const struct job_settings *set)
{
	struct buf b = { 0 };
	size_t i;

	text_escape(&b, k->path, strlen(k->path));
	buf_addf(&b, " to %zu alternate setting%s, one after the other: ",
	    k->n, k->n == 1 ? "" : "s");
	for (i = 0; i < k->n && !k->work.failed; i++)
		check_one(k, s, set, i, &b);
	buf_adds(&b, ". What is there now is lost. ");
	if (k->options)
		buf_adds(&b, "Option bytes are among it: a wrong value can "
		    "lock the device for ever. ");
	buf_adds(&b, "Do it?");
	k->question = buf_take(&b);
	if (!k->work.failed && k->order.leave &&
	    is_options(s, k->alternates[0]))
		work_fail(&k->work, CODE_USAGE, "the device resets itself "
		    "when it takes option bytes: leave out \"leave\"");
	return (!k->work.failed);
}

static bool
first(struct targets_job *k, const struct session *s,
    const struct job_settings *set, enum job_step *step)
{
	struct work *w = &k->work;

	if (!work_is_there(w, s))
		return (false);
	collect(k, s);
	if (lacks_name(k, s) && k->firsts++ < FIRSTS) {
		w->job.child = job_names();
		*step = JOB_CALL;
		return (true);
	}
	if (check(k, s, set))
		k->phase = k->order.only_verify ? PHASE_SELECT : PHASE_ASK;
	return (false);
}

static enum job_step
ask(struct targets_job *k)
{
	k->phase = PHASE_SELECT;
	k->work.job.effect = (struct effect){ .kind = EFFECT_ASK,
	    .text = k->question,
	    .word = k->options ? "option-bytes" : NULL };
	return (JOB_EFFECT);
}

/* True: a SET_INTERFACE is on its way. */
static bool
select_alternate(struct targets_job *k, const struct session *s, size_t i,
    enum job_step *step)
{
	if (s->alternate == k->alternates[i] && (s->alternate == 0 ||
	    s->alternate_set))
		return (false);
	k->work.job.child = job_alternate(k->alternates[i]);
	*step = JOB_CALL;
	return (true);
}

static bool
is_selected(struct targets_job *k, const struct session *s, size_t i)
{
	if (k->work.left || !s->present)
		work_fail(&k->work, CODE_LOST, "%sthe device left the bus",
		    k->work.said.len != 0 ? "; " : "");
	else if (s->alternate != k->alternates[i])
		work_fail(&k->work, CODE_PROTOCOL, "%salternate setting %u "
		    "cannot be selected", k->work.said.len != 0 ? "; " : "",
		    k->alternates[i]);
	return (!k->work.failed);
}

static bool
flash_one(struct targets_job *k, const struct session *s,
    enum job_step *step)
{
	struct flash_order part = part_of(k);

	if (!is_selected(k, s, k->at))
		return (false);
	k->work.job.child = job_flash(k->path, &part);
	k->running = true;
	*step = JOB_CALL;
	return (true);
}

static bool
leave(struct targets_job *k, const struct session *s, enum job_step *step)
{
	if (!is_selected(k, s, 0))
		return (false);
	k->running = true;
	k->work.job.child = job_leave_briefly(true, k->start, k->order.max,
	    LIMIT_LEAVE_S * 1000);
	*step = JOB_CALL;
	return (true);
}

static enum job_step
ask_file(struct targets_job *k)
{
	k->asked = true;
	k->work.job.effect = (struct effect){ .kind = EFFECT_READ_FILE,
	    .text = k->path };
	return (JOB_EFFECT);
}

/* One phase; true: *step is to be returned. */
static bool
turn(struct targets_job *k, const struct session *s,
    const struct job_settings *set, uint64_t now, enum job_step *step)
{
	struct work *w = &k->work;

	switch (k->phase) {
	case PHASE_FILE:
		if (!k->asked) {
			*step = ask_file(k);
			return (true);
		}
		w->begun = now != 0 ? now : 1;
		if (w->error != NULL)
			work_fail(w, w->code, "%s", w->error);
		k->phase = PHASE_CHECK;
		return (false);
	case PHASE_CHECK:
		return (first(k, s, set, step));
	case PHASE_ASK:
		*step = ask(k);
		return (true);
	case PHASE_SELECT:
		k->phase = PHASE_FLASH;
		return (select_alternate(k, s, k->at, step));
	case PHASE_FLASH:
		return (flash_one(k, s, step));
	case PHASE_BACK:
		k->phase = PHASE_LEAVE;
		return (select_alternate(k, s, 0, step));
	case PHASE_LEAVE:
		return (leave(k, s, step));
	case PHASE_END:
		*step = work_end(w, s, now);
		return (true);
	}
	return (true);
}

static void
say_left_out(struct targets_job *k)
{
	size_t i = k->at + (k->phase == PHASE_FLASH);

	for (; i < k->n && k->phase >= PHASE_SELECT &&
	    k->phase <= PHASE_FLASH; i++)
		buf_addf(&k->work.tail, "%salternate setting %u: not begun",
		    k->work.tail.len != 0 ? "; " : "", k->alternates[i]);
}

static enum job_step
targets_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct targets_job *k = (struct targets_job *)j;
	enum job_step step = JOB_DONE;

	k->work.set = set;
	do {
		if (k->work.failed && k->phase != PHASE_END) {
			say_left_out(k);
			/* The one that failed has led it back. */
			k->work.quiet = true;
			k->phase = PHASE_END;
		}
	} while (!turn(k, s, set, now, &step));
	return (step);
}

static void
targets_event(struct job *j, const struct session *s, const struct event *e)
{
	(void)s;
	work_event(&((struct targets_job *)j)->work, e);
}

static void
targets_file(struct job *j, const void *p, size_t n, const char *error)
{
	struct targets_job *k = (struct targets_job *)j;
	struct buf why = { 0 };

	k->work.code = error != NULL ? CODE_NO_INPUT : CODE_BAD_FILE;
	k->has_image = error == NULL && image_read(&k->image, p, n, &why);
	if (error != NULL)
		k->work.error = mem_strdup(error);
	else if (!k->has_image)
		k->work.error = mem_printf("%s: %s", k->path, buf_str(&why));
	else
		k->work.code = CODE_OK;
	buf_free(&why);
}

/* One is done: the next, or what comes behind all. */
static void
advance(struct targets_job *k)
{
	if (k->phase == PHASE_LEAVE)
		k->phase = PHASE_END;
	else if (++k->at < k->n)
		k->phase = PHASE_SELECT;
	else
		k->phase = k->order.leave && !k->work.left ? PHASE_BACK :
		    PHASE_END;
	/* Where it is led when all is done is its own affair. */
	k->work.quiet = k->phase == PHASE_END;
}

static void
targets_child(struct job *j, const struct job_result *r)
{
	struct targets_job *k = (struct targets_job *)j;
	struct work *w = &k->work;

	if (!k->running)
		return;
	k->running = false;
	if (w->said.len != 0)
		buf_adds(&w->said, "; ");
	if (k->phase == PHASE_FLASH)
		buf_addf(&w->said, "alternate setting %u: ",
		    k->alternates[k->at]);
	buf_add(&w->said, r->text.data, r->text.len);
	if (r->code != CODE_OK)
		work_fail(w, r->code, "%s", "");
	else
		advance(k);
}

static void
targets_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct targets_job *k = (const struct targets_job *)j;

	(void)now;
	if (k->phase == PHASE_SELECT || k->phase == PHASE_FLASH)
		buf_addf(b, "alternate setting %u, %zu of %zu",
		    k->alternates[k->at], k->at + 1, k->n);
	else if (!k->running)
		buf_addf(b, "%s: %s", k->order.only_verify ? "verify" :
		    "flash", k->phase <= PHASE_SELECT ?
		    "asks before it writes" : "ends");
}

static void
targets_stop(struct job *j, bool sent, const char *why)
{
	struct targets_job *k = (struct targets_job *)j;

	(void)sent;
	if (!k->work.failed)
		say_left_out(k);
	work_stop(&k->work, why);
	k->work.quiet = k->phase < PHASE_SELECT;
	k->phase = PHASE_END;
}

static void
targets_free(struct job *j)
{
	struct targets_job *k = (struct targets_job *)j;

	work_free(&k->work);
	if (k->has_image)
		image_free(&k->image);
	free(k->question);
	free(k->path);
}

static const struct job_ops targets_ops = {
	.name = "targets",
	.around = true,
	.next = targets_next,
	.event = targets_event,
	.file = targets_file,
	.child = targets_child,
	.words = targets_words,
	.stop = targets_stop,
	.free = targets_free,
};

bool
targets_are_needed(const struct image *image, uint8_t alternate)
{
	size_t i;

	for (i = 0; i < image->nsegments; i++)
		if (image->kind == IMAGE_DFUSE &&
		    image->segments[i].alternate != alternate)
			return (true);
	return (false);
}

struct job *
job_targets(const char *path, const struct flash_order *order)
{
	struct targets_job *k = mem_alloc(sizeof(*k));

	k->work.job.ops = &targets_ops;
	k->path = mem_strdup(path);
	k->order = *order;
	return (&k->work.job);
}
