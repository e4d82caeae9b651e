/* SPDX-License-Identifier: ISC */
#include "job/memory_job.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diagnosis/verdict.h"
#include "job/image_fit.h"
#include "job/jobs.h"
#include "session/session.h"

#define FIRSTS 4 /* requests before it begins, at most */

static const struct memory_kind *
kind_of(const struct memory_job *m)
{
	return ((const struct memory_kind *)m->job.ops);
}

static const struct memory_phase *
row_of(const struct memory_job *m)
{
	const struct memory_phase *row = &kind_of(m)->phases[m->phase];

	assert(row->turn != NULL);
	return (row);
}

void *
memory_job_new(size_t size, const struct memory_kind *kind, const char *path)
{
	struct memory_job *m = mem_alloc(size);

	assert(kind->phases[MEMORY_END].anyway);
	m->job.ops = &kind->ops;
	m->path = path == NULL ? NULL : mem_strdup(path);
	return (m);
}

void
memory_job_free(struct job *j)
{
	struct memory_job *m = (struct memory_job *)j;

	if (kind_of(m)->free != NULL)
		kind_of(m)->free(m);
	if (m->has_image)
		image_free(&m->image);
	to_idle_free(&m->to_idle);
	memory_io_free(&m->io);
	layout_free(&m->layout);
	buf_free(&m->said);
	buf_free(&m->tail);
	free(m->question);
	free(m->remark);
	free(m->error);
	free(m->path);
}

void
memory_job_event(struct job *j, const struct session *s, const struct event *e)
{
	struct memory_job *m = (struct memory_job *)j;

	(void)s;
	if (e->kind == EVENT_LEFT && m->begun != 0)
		m->left = true;
	poll_event(&m->to_idle.poll, e);
	poll_event(&m->io.poll, e);
}

void
memory_job_file(struct job *j, const void *p, size_t n, const char *error)
{
	struct memory_job *m = (struct memory_job *)j;
	struct buf why = { 0 };
	int code = CODE_OK;

	/* That a remark was made is no file. */
	if (m->remark != NULL)
		return;
	if (!kind_of(m)->saves) {
		code = image_fit_read(&m->image, m->path, m->raw, p, n, error,
		    &why);
		m->has_image = code == CODE_OK;
	} else if (error != NULL) {
		code = CODE_USAGE;
		buf_adds(&why, error);
	}
	if (code == CODE_OK)
		return;
	m->code = code;
	m->error = buf_take(&why);
}

void
memory_job_fail(struct memory_job *m, int code, const char *fmt, ...)
{
	va_list ap;

	m->failed = true;
	m->busy = false;
	m->code = code;
	va_start(ap, fmt);
	buf_addv(&m->said, fmt, ap);
	va_end(ap);
}

static void
fail_as(struct memory_job *m, enum poll_end how)
{
	m->failed = true;
	m->busy = false;
	m->code = how == POLL_GONE ? CODE_LOST : CODE_PROTOCOL;
}

void
memory_job_fail_io(struct memory_job *m, enum poll_end how)
{
	fail_as(m, how);
	memory_io_words(&m->io, &m->said);
	buf_adds(&m->said, ": ");
	poll_words(&m->io.poll, how, &m->said);
}

void
memory_job_fail_poll(
    struct memory_job *m, enum poll_end how, const char *fmt, ...)
{
	va_list ap;

	fail_as(m, how);
	va_start(ap, fmt);
	buf_addv(&m->said, fmt, ap);
	va_end(ap);
	buf_adds(&m->said, ": ");
	poll_words(&m->io.poll, how, &m->said);
}

enum memory_turn
memory_job_enter(struct memory_job *m, uint8_t phase, uint64_t now)
{
	m->phase = phase;
	m->since = now;
	m->called = m->busy = false;
	m->at = m->again = 0;
	m->done = 0;
	return (MEMORY_TURN);
}

/* Nothing was sent, or all that could help: then nothing is in the end. */
static void
finish(struct memory_job *m)
{
	m->quiet = m->phase < MEMORY_TO_IDLE ||
	    (m->phase == MEMORY_TO_IDLE && !m->stopped);
	if (kind_of(m)->failed != NULL)
		kind_of(m)->failed(m);
	memory_job_enter(m, MEMORY_END, m->since);
}

void
memory_job_stop(struct job *j, bool sent, const char *why)
{
	struct memory_job *m = (struct memory_job *)j;

	m->stopped = true;
	if (kind_of(m)->stopped != NULL)
		kind_of(m)->stopped(m, sent);
	m->busy = m->ending = false;
	if (!m->failed)
		memory_job_fail(m, CODE_PROTOCOL, "%s%s",
		    m->said.len != 0 ? "; then " : "", why);
	if (m->phase != MEMORY_END)
		finish(m);
}

enum job_step
memory_job_next(struct job *j, const struct session *s,
    const struct job_settings *set, uint64_t now)
{
	struct memory_job *m = (struct memory_job *)j;
	struct job_turn t = {
		.job = j, .s = s, .set = set, .now = now, .step = JOB_DONE
	};
	enum memory_turn how;

	for (;;) {
		how = row_of(m)->turn(m, &t);
		if (how == MEMORY_STEP)
			return (t.step);
		if (m->failed && !row_of(m)->anyway)
			finish(m);
		else if (how == MEMORY_NEXT)
			memory_job_enter(m, row_of(m)->next, now);
	}
}

enum memory_turn
memory_job_call(struct memory_job *m, struct job_turn *t, struct job *child)
{
	m->called = true;
	m->job.child = child;
	t->step = JOB_CALL;
	return (MEMORY_STEP);
}

enum memory_turn
memory_job_wish(
    struct memory_job *m, struct job_turn *t, const struct effect *effect)
{
	m->called = true;
	m->job.effect = *effect;
	t->step = JOB_EFFECT;
	return (MEMORY_STEP);
}

enum memory_turn
memory_job_open(struct memory_job *m, struct job_turn *t)
{
	const struct effect effect = { .kind = kind_of(m)->saves ?
		    EFFECT_WRITE_FILE :
		    EFFECT_READ_FILE,
		.text = m->path,
		.replace = m->replace };

	if (m->path != NULL && !m->called)
		return (memory_job_wish(m, t, &effect));
	m->begun = t->now != 0 ? t->now : 1;
	if (m->error != NULL)
		memory_job_fail(m, m->code, "%s", m->error);
	return (MEMORY_NEXT);
}

bool
memory_job_is_there(struct memory_job *m, const struct session *s)
{
	if (!s->present)
		memory_job_fail(m, CODE_LOST, "the device is not connected");
	else if (session_runtime(s))
		memory_job_fail(m, CODE_PROTOCOL,
		    "the device is in run-time mode. Run enter-dfu first");
	return (!m->failed);
}

/* The name in use is a memory layout, which was not read. */
static bool
lacks_layout(const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	const struct dfu_alternate *a =
	    f == NULL ? NULL : dfu_function_alternate(f, s->alternate);

	return (a != NULL && a->iInterface != 0 &&
	    session_dialect(s) == DFU_DIALECT_DFUSE &&
	    session_alternate_name(s, s->alternate) == NULL);
}

/* What must be known or selected first: the child that sees to it. */
static struct job *
first_child(struct memory_job *m, const struct job_turn *t)
{
	const struct session *s = t->s;
	bool undecided = session_dialect(s) == DFU_DIALECT_UNKNOWN;

	if (lacks_layout(s) || (undecided && !m->named)) {
		m->named = true;
		return (job_names());
	}
	if (s->alternate != 0 && !s->alternate_set)
		return (job_alternate(s->alternate));
	if (!undecided || m->queried || t->set->read_only)
		return (NULL);
	m->queried = true;
	return (job_query(true));
}

/* Nothing that a plain device would store is sent on a guess. */
static void
refuse_undecided(struct memory_job *m, const struct session *s)
{
	struct buf b = { 0 };

	job_query_refusal(s, &b);
	memory_job_fail(m, CODE_USAGE, "%s", buf_str(&b));
	buf_free(&b);
}

enum memory_turn
memory_job_ready(struct memory_job *m, struct job_turn *t)
{
	struct job *child;

	if (!memory_job_is_there(m, t->s))
		return (MEMORY_TURN);
	child = m->firsts++ < FIRSTS ? first_child(m, t) : NULL;
	if (child != NULL)
		return (memory_job_call(m, t, child));
	if (session_dialect(t->s) != DFU_DIALECT_UNKNOWN)
		return (MEMORY_NEXT);
	refuse_undecided(m, t->s);
	return (MEMORY_TURN);
}

enum memory_turn
memory_job_first(struct memory_job *m, struct job_turn *t)
{
	enum memory_turn how = memory_job_ready(m, t);

	if (how == MEMORY_NEXT)
		kind_of(m)->check(m, t);
	return (how);
}

enum memory_turn
memory_job_to_idle(struct memory_job *m, struct job_turn *t)
{
	enum poll_end how;

	if (!m->busy)
		to_idle_begin(&m->to_idle, false);
	m->busy = true;
	how = to_idle_next(&m->to_idle, t);
	if (how == POLL_GOING)
		return (MEMORY_STEP);
	m->busy = false;
	if (how == POLL_DONE)
		return (MEMORY_NEXT);
	fail_as(m, how);
	if (m->said.len != 0)
		buf_adds(&m->said, "; ");
	to_idle_words(&m->to_idle, t->s, how, t->now, &m->said);
	return (MEMORY_TURN);
}

/* remark, which becomes the job's, is said for the record. */
static enum memory_turn
make_remark(struct memory_job *m, struct job_turn *t, char *remark)
{
	free(m->remark);
	m->remark = remark;
	m->job.effect = (struct effect){ .kind = EFFECT_ACT,
		.text = m->remark };
	t->step = JOB_EFFECT;
	return (MEMORY_STEP);
}

enum memory_turn
memory_job_ask(struct memory_job *m, struct job_turn *t)
{
	struct buf b = { 0 };

	if (m->called)
		return (MEMORY_NEXT);
	if (m->warning != NULL && !m->warned) {
		m->warned = true;
		return (make_remark(m, t, mem_printf("mark %s", m->warning)));
	}
	kind_of(m)->ask(m, t, &b);
	if (b.len > 0 && b.data[b.len - 1] == ' ')
		buf_cut(&b, b.len - 1);
	m->question = buf_take(&b);
	return (memory_job_wish(m, t,
	    &(struct effect){
		.kind = EFFECT_ASK, .text = m->question, .word = m->word }));
}

/* Whatever is there when it has left, it is not what the job began with. */
enum poll_end
memory_job_io(struct memory_job *m, struct job_turn *t)
{
	enum poll_end how = m->left ? POLL_GONE : memory_io_next(&m->io, t);

	m->busy = how == POLL_GOING;
	return (how);
}

enum poll_end
memory_job_poll(struct memory_job *m, struct job_turn *t)
{
	enum poll_end how = m->left ? POLL_GONE : poll_next(&m->io.poll, t);

	m->busy = how == POLL_GOING;
	return (how);
}

static void
say_end(struct memory_job *m, const struct job_turn *t, enum poll_end how)
{
	struct buf *b = &m->job.result.text;

	m->job.result.code = m->code;
	if (m->said.len != 0)
		buf_add(b, m->said.data, m->said.len);
	if (!m->left && t->s->present &&
	    (m->stopped || (!m->quiet && (how != POLL_DONE || m->failed)))) {
		buf_adds(b, "; the device is in ");
		to_idle_state(t->s, t->now, b);
	}
	if (m->tail.len != 0)
		buf_addf(b, "; %s", buf_str(&m->tail));
}

enum memory_turn
memory_job_tell(struct memory_job *m, struct job_turn *t)
{
	enum memory_known knows = MEMORY_KNOWS_NOTHING;
	enum memory_turn how = MEMORY_NEXT;
	struct buf b = { 0 };

	if (!m->told && kind_of(m)->knows != NULL)
		knows = kind_of(m)->knows(m, t->s, &b);
	m->told = true;
	if (knows == MEMORY_KNOWS_WHOLE)
		how = make_remark(m, t, mem_printf("mark "
		    SESSION_MEMORY_WHOLE));
	else if (knows == MEMORY_KNOWS_CUT && !session_memory_is_cut(t->s))
		how = make_remark(m, t, mem_printf("mark "
		    SESSION_MEMORY_CUT ": %s", buf_str(&b)));
	buf_free(&b);
	return (how);
}

void
memory_job_fail_differs(struct memory_job *m, const struct session *s,
    uint32_t from, uint32_t to, bool plain, uint32_t at, enum block_how how)
{
	const struct memory_mismatch *d = session_memory_mismatch(s);
	const char *words = block_how_words(how);

	memory_job_fail(m, CODE_PROTOCOL, "%s", "");
	if (d != NULL && d->plain == plain && d->alternate == s->alternate &&
	    d->address >= from && d->address <= to) {
		verdict_words_mismatch(s, &m->said);
		return;
	}
	buf_addf(&m->said, plain ? "the device differs from the file at byte "
	    "%u" :
	    "the device differs from the file at 0x%08x", at);
	buf_addf(&m->said, "%s%s",
	    words != NULL ? ": " : "", words != NULL ? words : "");
}

enum memory_turn
memory_job_end(struct memory_job *m, struct job_turn *t)
{
	enum poll_end how = POLL_GONE;

	if (!m->ending)
		to_idle_begin(&m->to_idle, m->failed);
	m->ending = true;
	if (!m->left && t->s->present && !m->quiet)
		how = to_idle_next(&m->to_idle, t);
	if (how == POLL_GOING || memory_job_tell(m, t) == MEMORY_STEP)
		return (MEMORY_STEP);
	say_end(m, t, how);
	t->step = JOB_DONE;
	return (MEMORY_STEP);
}

enum memory_turn
memory_job_await(struct memory_job *m, struct job_turn *t)
{
	const struct session *s = t->s;
	struct buf *b = &m->said;

	m->job.until =
	    m->since + (m->left ? SESSION_BACK_WITHIN : SESSION_GONE_WITHIN);
	t->step = JOB_WAIT;
	if (!(m->left && s->present) && t->now < m->job.until)
		return (MEMORY_STEP);
	if (!m->left)
		buf_adds(b, "; the device did not disconnect after the reset");
	else if (!s->present)
		buf_addf(b, "; nothing reconnected within %u s",
		    SESSION_BACK_WITHIN / 1000000);
	else
		buf_addf(b, "; the device reconnected as %04x:%04x, %s",
		    s->who->vendor,
		    s->who->product, session_mode_words(s));
	return (MEMORY_NEXT);
}

uint16_t
memory_job_block_size(const struct job_turn *t)
{
	return (t->set->xfer_size != 0 ? t->set->xfer_size :
					 session_transfer_size(t->s));
}

bool
memory_job_layout(
    struct memory_job *m, const struct session *s, uint8_t alternate)
{
	const char *name = session_alternate_name(s, alternate);

	if (session_dialect(s) != DFU_DIALECT_DFUSE) {
		memory_job_fail(m, CODE_USAGE,
		    "this command needs DfuSe; the device uses plain DFU 1.1");
		return (false);
	}
	if (name != NULL && layout_parse(&m->layout, name, strlen(name)) &&
	    m->layout.nsegments != 0)
		return (true);
	memory_job_fail(m, CODE_PROTOCOL,
	    "alternate setting %u has no memory map in its name, so the "
	    "sectors are unknown. By hand: %s",
	    alternate,
	    m->job.ops->destroys == NULL ?
		"set-address ADDRESS, then upload 2, 3, ..." :
		"erase ADDRESS for each sector, set-address ADDRESS, then "
		"dnload 2 @FILE, ...");
	return (false);
}

bool
memory_job_progress(const struct job *j, struct job_progress *p)
{
	const struct memory_job *m = (const struct memory_job *)j;
	const struct memory_phase *row = row_of(m);

	/* While it is paused no time is a measure of it. */
	*p = (struct job_progress){ .what = row->verb,
	    .since = m->job.paused ? UINT64_MAX : m->since };
	return (row->verb != NULL && kind_of(m)->progress(m, p));
}

void
memory_job_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct memory_job *m = (const struct memory_job *)j;
	const char *words = row_of(m)->words;
	struct job_progress p;

	buf_addf(b, "%s: ", j->ops->name);
	if (memory_job_progress(j, &p))
		job_progress_words(&p, b, now);
	else
		buf_adds(b, words != NULL ? words : "starting");
}
