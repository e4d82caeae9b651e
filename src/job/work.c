#include "job/work.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "job/jobs.h"
#include "session/session.h"

void
work_free(struct work *w)
{
	to_idle_free(&w->to_idle);
	memory_io_free(&w->io);
	buf_free(&w->said);
	buf_free(&w->tail);
	free(w->error);
}

void
work_event(struct work *w, const struct event *e)
{
	if (e->kind == EVENT_LEFT && w->begun != 0)
		w->left = true;
	poll_event(&w->to_idle.poll, e);
	poll_event(&w->io.poll, e);
}

void
work_fail(struct work *w, int code, const char *fmt, ...)
{
	va_list ap;

	w->failed = true;
	w->busy = false;
	w->code = code;
	va_start(ap, fmt);
	buf_addv(&w->said, fmt, ap);
	va_end(ap);
}

void
work_fail_io(struct work *w, enum poll_end how)
{
	w->failed = true;
	w->busy = false;
	w->code = how == POLL_GONE ? CODE_LOST : CODE_PROTOCOL;
	memory_io_words(&w->io, &w->said);
	buf_adds(&w->said, ": ");
	poll_words(&w->io.poll, how, &w->said);
}

bool
work_image(struct work *w, struct image *image, const char *path,
    const void *p, size_t n, const char *error)
{
	struct buf why = { 0 };
	bool ok;

	if (error != NULL) {
		w->code = CODE_NO_INPUT;
		w->error = mem_strdup(error);
		return (false);
	}
	ok = image_read(image, p, n, &why);
	if (!ok) {
		w->code = CODE_BAD_FILE;
		w->error = mem_printf("%s: %s", path, buf_str(&why));
	}
	buf_free(&why);
	return (ok);
}

bool
work_to_idle(struct work *w, const struct session *s, uint64_t now,
    enum job_step *step)
{
	enum poll_end how;

	if (!w->busy)
		to_idle_begin(&w->to_idle, false);
	w->busy = true;
	how = to_idle_next(&w->to_idle, &w->job, s, w->set, now, step);
	if (how == POLL_GOING)
		return (false);
	w->busy = false;
	if (how == POLL_DONE)
		return (true);
	w->failed = true;
	w->code = how == POLL_GONE ? CODE_LOST : CODE_PROTOCOL;
	if (w->said.len != 0)
		buf_adds(&w->said, "; ");
	to_idle_words(&w->to_idle, s, how, now, &w->said);
	return (true);
}

enum poll_end
work_io(struct work *w, const struct session *s, uint64_t now,
    enum job_step *step)
{
	enum poll_end how;

	/* Whatever is there now, it is not what the work began with. */
	how = w->left ? POLL_GONE :
	    memory_io_next(&w->io, &w->job, s, w->set, now, step);
	w->busy = how == POLL_GOING;
	return (how);
}

void
work_stop(struct work *w, const char *why)
{
	w->busy = w->ending = false;
	w->stopped = true;
	if (w->failed)
		return;
	work_fail(w, CODE_PROTOCOL, "%s%s", w->said.len != 0 ?
	    "; then " : "", why);
}

static void
say_end(struct work *w, const struct session *s, uint64_t now,
    enum poll_end how)
{
	struct buf *b = &w->job.result.text;

	w->job.result.code = w->code;
	if (w->said.len != 0)
		buf_add(b, w->said.data, w->said.len);
	if (!w->left && s->present && (w->stopped || (!w->quiet &&
	    (how != POLL_DONE || w->failed)))) {
		buf_adds(b, "; the device is in ");
		to_idle_state(s, now, b);
	}
	if (w->tail.len != 0)
		buf_addf(b, "; %s", buf_str(&w->tail));
}

enum job_step
work_end(struct work *w, const struct session *s, uint64_t now)
{
	enum job_step step = JOB_DONE;
	enum poll_end how = POLL_GONE;

	if (!w->ending)
		to_idle_begin(&w->to_idle, w->failed);
	w->ending = true;
	if (!w->left && s->present && !w->quiet)
		how = to_idle_next(&w->to_idle, &w->job, s, w->set, now, &step);
	if (how == POLL_GOING)
		return (step);
	say_end(w, s, now, how);
	return (JOB_DONE);
}

bool
work_await(struct work *w, const struct session *s, uint64_t since,
    uint64_t now, enum job_step *step)
{
	struct buf *b = &w->said;

	w->job.until = since + (w->left ? SESSION_BACK_WITHIN :
	    SESSION_GONE_WITHIN);
	*step = JOB_WAIT;
	if (!(w->left && s->present) && now < w->job.until)
		return (true);
	if (!w->left)
		buf_adds(b, "; after the reset it is still there");
	else if (!s->present)
		buf_addf(b, "; nothing came back in %u s",
		    SESSION_BACK_WITHIN / 1000000);
	else
		buf_addf(b, "; it came back as %04x:%04x, %s",
		    s->who->vendor, s->who->product, session_function(s) ==
		    NULL ? "without DFU" : session_runtime(s) ?
		    "in run-time mode" : "in DFU mode");
	return (false);
}

uint16_t
work_block_size(const struct session *s, const struct job_settings *set)
{
	return (set->xfer_size != 0 ? set->xfer_size :
	    session_transfer_size(s));
}

bool
work_layout(struct work *w, const struct session *s, uint8_t alternate,
    struct layout *l)
{
	const char *name = session_alternate_name(s, alternate);

	if (!session_dfuse(s)) {
		work_fail(w, CODE_USAGE, "the device does not speak DfuSe: it "
		    "takes no addresses");
		return (false);
	}
	if (name != NULL && layout_parse(l, name, strlen(name)) &&
	    l->nsegments != 0)
		return (true);
	work_fail(w, CODE_PROTOCOL, "alternate setting %u has no memory map "
	    "in its name: where pages begin is not known", alternate);
	return (false);
}

bool
work_is_there(struct work *w, const struct session *s)
{
	if (!s->present)
		work_fail(w, CODE_LOST, "the device is not on the bus");
	else if (session_runtime(s))
		work_fail(w, CODE_PROTOCOL, "the device is in run-time mode: "
		    "enter-dfu leads to DFU mode");
	return (!w->failed);
}

struct job *
work_first(const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	const struct dfu_alternate *a = f == NULL ? NULL :
	    dfu_function_alternate(f, s->alternate);

	if (a != NULL && a->iInterface != 0 && session_dfuse(s) &&
	    session_alternate_name(s, s->alternate) == NULL)
		return (job_names());
	if (s->alternate != 0 && !s->alternate_set)
		return (job_alternate(s->alternate));
	return (NULL);
}
