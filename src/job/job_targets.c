/* SPDX-License-Identifier: ISC */
/*
 * flash and verify of a container with data for other alternate settings
 * than the one in use (UM0391: targets): each is selected in its turn. All of
 * it is checked, and asked for once, before anything is written.
 */
#include "job/job_flash.h"

#include <string.h>

#include "base/text.h"
#include "job/memory_job.h"
#include "session/limits.h"
#include "session/session.h"

#define FIRSTS	4	/* requests before it begins, at most */
#define TARGETS	256

enum phase {
	PHASE_SELECT = MEMORY_OWN,
	PHASE_FLASH,
	PHASE_BACK,		/* to the first, to leave from there */
	PHASE_LEAVE
};

struct targets_job {
	struct memory_job m; /* address: of the first */
	struct flash_order order;
	uint8_t		 alternates[TARGETS];	/* option bytes last */
	size_t		 n;
	size_t		 at;
	bool		 options;	/* the last one is option bytes */
	struct buf places;              /* what goes where */
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

	for (i = 0; i < k->m.image.nsegments; i++)
		has[k->m.image.segments[i].alternate] = true;
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

/* As its flash will look at each. */
static void
check(struct targets_job *k, struct job_turn *t)
{
	struct flash_order part = part_of(k);
	struct buf b = { 0 };
	uint32_t start;
	size_t i;
	int code;

	buf_reset(&k->places);
	for (i = 0; i < k->n && !k->m.failed; i++) {
		buf_reset(&b);
		code = job_flash_check(k->m.path, &k->m.image, &part,
		    k->alternates[i], t, &b, &start);
		if (code != CODE_OK)
			memory_job_fail(&k->m, code, "%s", buf_str(&b));
		if (i == 0)
			k->m.address = start;
		buf_addf(&k->places, "%s%s", i == 0 ? "" : ", ", buf_str(&b));
	}
	buf_free(&b);
	if (!k->m.failed && k->order.leave &&
	    is_options(t->s, k->alternates[0]))
		memory_job_fail(&k->m, CODE_USAGE,
		    "cannot leave after option bytes: the device resets "
		    "itself. Leave out \"leave\"");
}

static enum memory_turn
first(struct memory_job *m, struct job_turn *t)
{
	struct targets_job *k = (struct targets_job *)m;

	if (!memory_job_is_there(m, t->s))
		return (MEMORY_TURN);
	collect(k, t->s);
	if (lacks_name(k, t->s) && m->firsts++ < FIRSTS)
		return (memory_job_call(m, t, job_names()));
	check(k, t);
	return (k->order.only_verify ?
		memory_job_enter(m, PHASE_SELECT, t->now) :
		MEMORY_NEXT);
}

static void
ask(struct memory_job *m, struct job_turn *t, struct buf *b)
{
	struct targets_job *k = (struct targets_job *)m;

	(void)t;
	buf_adds(b, "Flash ");
	text_escape(b, m->path, strlen(m->path));
	buf_addf(b, " to %zu alternate setting%s: %s? The contents of the "
	    "memory there are lost. ",
	    k->n, k->n == 1 ? "" : "s", buf_str(&k->places));
	if (k->options) {
		buf_adds(b, JOB_OPTION_BYTES);
		m->word = "option-bytes";
	}
}

static enum memory_turn
select_alternate(struct memory_job *m, struct job_turn *t)
{
	struct targets_job *k = (struct targets_job *)m;
	const struct session *s = t->s;
	uint8_t alternate = k->alternates[m->phase == PHASE_BACK ? 0 : k->at];

	if (m->called ||
	    (s->alternate == alternate && (alternate == 0 || s->alternate_set)))
		return (MEMORY_NEXT);
	return (memory_job_call(m, t, job_alternate(alternate)));
}

static bool
is_selected(struct targets_job *k, const struct session *s, size_t i)
{
	const char *glue = k->m.said.len != 0 ? "; " : "";

	if (k->m.left || !s->present)
		memory_job_fail(
		    &k->m, CODE_LOST, "%sthe device disconnected", glue);
	else if (s->alternate != k->alternates[i])
		memory_job_fail(&k->m, CODE_PROTOCOL,
		    "%scannot select alternate setting %u",
		    glue, k->alternates[i]);
	return (!k->m.failed);
}

static enum memory_turn
flash_one(struct memory_job *m, struct job_turn *t)
{
	struct targets_job *k = (struct targets_job *)m;
	struct flash_order part = part_of(k);

	if (!m->called)
		return (!is_selected(k, t->s, k->at) ?
			MEMORY_TURN :
			memory_job_call(m, t, job_flash(m->path, &part)));
	if (m->failed)
		return (MEMORY_TURN);
	if (++k->at < k->n)
		return (memory_job_enter(m, PHASE_SELECT, t->now));
	if (k->order.leave && !m->left)
		return (MEMORY_NEXT);
	/* Where it is led when all is done is its own affair. */
	m->quiet = true;
	return (memory_job_enter(m, MEMORY_END, t->now));
}

static enum memory_turn
leave(struct memory_job *m, struct job_turn *t)
{
	struct targets_job *k = (struct targets_job *)m;

	if (!m->called)
		return (!is_selected(k, t->s, 0) ?
			MEMORY_TURN :
			memory_job_call(m, t,
			    job_leave_briefly(true, m->address, k->order.max,
				LIMIT_LEAVE_S * 1000)));
	m->quiet = true;
	return (MEMORY_NEXT);
}

static void
targets_child(struct job *j, const struct job_result *r)
{
	struct targets_job *k = (struct targets_job *)j;
	struct memory_job *m = &k->m;

	if (m->phase != PHASE_FLASH && m->phase != PHASE_LEAVE)
		return;
	if (m->said.len != 0)
		buf_adds(&m->said, "; ");
	if (m->phase == PHASE_FLASH)
		buf_addf(
		    &m->said, "alternate setting %u: ", k->alternates[k->at]);
	buf_add(&m->said, r->text.data, r->text.len);
	if (r->code != CODE_OK)
		memory_job_fail(m, r->code, "%s", "");
}

static void
targets_words(const struct job *j, struct buf *b, uint64_t now)
{
	const struct targets_job *k = (const struct targets_job *)j;

	if (k->m.phase == PHASE_SELECT || k->m.phase == PHASE_FLASH)
		buf_addf(b, "alternate setting %u, %zu of %zu",
		    k->alternates[k->at], k->at + 1, k->n);
	else if (k->m.phase != PHASE_LEAVE || !k->m.called)
		memory_job_words(j, b, now);
}

/* The one that failed has led it back. */
static void
failed(struct memory_job *m)
{
	struct targets_job *k = (struct targets_job *)m;
	size_t i = k->at + (m->phase == PHASE_FLASH);

	for (;
	     i < k->n && (m->phase == PHASE_SELECT || m->phase == PHASE_FLASH);
	     i++)
		buf_addf(&m->tail, "%salternate setting %u: not begun",
		    m->tail.len != 0 ? "; " : "", k->alternates[i]);
	m->quiet = !m->stopped || m->phase < MEMORY_OWN;
}

static void
targets_free(struct memory_job *m)
{
	buf_free(&((struct targets_job *)m)->places);
}

static const struct memory_phase phases[] = {
	[MEMORY_FILE] = { .turn = memory_job_open,
	    .next = MEMORY_FIRST,
	    .words = "waiting for confirmation" },
	[MEMORY_FIRST] = { .turn = first,
	    .next = MEMORY_ASK,
	    .words = "waiting for confirmation" },
	[MEMORY_ASK] = { .turn = memory_job_ask,
	    .next = PHASE_SELECT,
	    .words = "waiting for confirmation" },
	[PHASE_SELECT] = { .turn = select_alternate, .next = PHASE_FLASH },
	[PHASE_FLASH] = { .turn = flash_one, .next = PHASE_BACK },
	[PHASE_BACK] = { .turn = select_alternate,
	    .next = PHASE_LEAVE,
	    .words = "ends" },
	[PHASE_LEAVE] = { .turn = leave, .next = MEMORY_END, .words = "ends" },
	[MEMORY_END] = { .turn = memory_job_end,
	    .next = MEMORY_END,
	    .anyway = true,
	    .words = "ends" },
};

#define TARGETS_KIND(job_name)                                   \
	{                                                        \
		.ops = { MEMORY_JOB_OPS, .words = targets_words, \
			.name = job_name, .around = true,        \
			.child = targets_child },                \
		.phases = phases, .ask = ask, .failed = failed,  \
		.free = targets_free                             \
	}

static const struct memory_kind flash_kind = TARGETS_KIND("flash");
static const struct memory_kind verify_kind = TARGETS_KIND("verify");

struct job *
job_targets(const char *path, const struct flash_order *order)
{
	struct targets_job *k = memory_job_new(
	    sizeof(*k), order->only_verify ? &verify_kind : &flash_kind, path);

	k->order = *order;
	k->m.raw = order->raw;
	return (&k->m.job);
}
