/* SPDX-License-Identifier: ISC */
/* The end of a download: dfuMANIFEST and what is around it. */
#include "diagnosis/verdict_own.h"

#include <string.h>

#include "base/code.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "session/limits.h"

static bool
manifest(const struct verdict_facts *f)
{
	return (verdict_state(f) == DFU_STATE_MANIFEST);
}

static bool
manifest_waits(const struct verdict_facts *f)
{
	return (manifest(f) && session_wait_left(f->s, f->now) != 0);
}

static bool
manifest_tolerant(const struct verdict_facts *f)
{
	return (manifest(f) && verdict_timed_into(f, DFU_STATE_MANIFEST_SYNC) &&
	    (f->stack == NULL || strcmp(f->stack->id, "strict") == 0));
}

static bool
manifest_outlook(
    const struct verdict_facts *f, enum dfu_input input, struct dfu_outlook *o)
{
	struct dfu_conditions c = session_conditions(f->s);

	return (f->stack != NULL &&
	    dfu_stack_outlook(f->stack, DFU_STATE_MANIFEST, input, &c, o) &&
	    o->certainty != DFU_KNOWN_SPEC);
}

static bool
needs_reset(const struct verdict_facts *f)
{
	return (verdict_state(f) == DFU_STATE_MANIFEST_WAIT_RESET);
}

static bool
survives_reset(const struct verdict_facts *f)
{
	struct dfu_conditions c = session_conditions(f->s);
	struct dfu_outlook o;

	return (needs_reset(f) && f->stack != NULL &&
	    dfu_stack_outlook(f->stack, DFU_STATE_MANIFEST_WAIT_RESET,
		DFU_IN_RESET, &c, &o) &&
	    o.next == DFU_STATE_MANIFEST_WAIT_RESET);
}

/* What was cut before its end did not manifest, whatever followed. */
static bool
done_stays(const struct verdict_facts *f)
{
	const struct memory_operation *cut = session_memory_cut(f->s);

	return (verdict_state(f) == DFU_STATE_IDLE && f->s->leaving.by != 0 &&
	    f->s->leaving.polls != 0 && (cut == NULL || !cut->plain));
}

static bool
manifest_sync(const struct verdict_facts *f)
{
	return (verdict_state(f) == DFU_STATE_MANIFEST_SYNC);
}

/* Some stacks have finished when they say so: the next poll only shows it. */
static bool
manifested(const struct verdict_facts *f)
{
	return (manifest_sync(f) && f->estimate.how != ESTIMATE_UNKNOWN &&
	    f->estimate.state == DFU_STATE_IDLE);
}

void
verdict_words_still(const struct session *s, struct buf *b)
{
	uint8_t state =
	    s->reported.known ? s->reported.state : s->estimate.state;
	bool back = state == DFU_STATE_IDLE;

	buf_adds(b, back ? "the device is back in " :
		"the device still reports ");
	dfu_state_words(b, state);
	if (s->leaving.polls != 0)
		verdict_add_polls(b, s->leaving.polls);
	if (back) {
		buf_addc(b, '.');
		return;
	}
	buf_adds(b, s->leaving.polls != 0 ? ", for " : " for ");
	text_duration(b,
	    s->reported.at > s->wait_stats.since && s->wait_stats.here ?
		s->reported.at - s->wait_stats.since :
		0);
	buf_addc(b, '.');
}

static void
say_reset(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "The device is in dfuMANIFEST-WAIT-RESET");
	verdict_add_number(b, f->s->estimate.by);
}

static void
say_needs_reset(const struct verdict_facts *f, struct buf *b)
{
	say_reset(f, b);
	buf_adds(b, " and waits for a bus reset.");
}

static void
say_needs_replug(const struct verdict_facts *f, struct buf *b)
{
	say_reset(f, b);
	buf_addf(b, ". On %s a bus reset does not end that state.",
	    f->stack != NULL ? f->stack->name : "this DFU stack");
}

static void
say_done(const struct verdict_facts *f, struct buf *b)
{
	buf_adds(b, "Manifestation is done: the device is back in dfuIDLE");
	verdict_add_polls(b, f->s->leaving.polls);
	buf_adds(b,
	    ". A bus reset starts the application if the device has not "
	    "started it.");
}

static void
add_leave(const struct verdict_facts *f, struct buf *b)
{
	const struct leaving *l = &f->s->leaving;

	if (l->found)
		buf_addf(b,
		    "The device was already leaving at the first query "
		    "(#%u)",
		    l->by);
	else if (l->by != 0)
		buf_addf(b, "The device accepted the leave (#%u)", l->by);
	else
		buf_adds(b, "The device is in a leave");
}
static void
say_manifest_waits(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b, " and asked for ");
	verdict_add_announced(f, b);
	buf_addc(b, '.');
}

static void
say_manifest_tolerant(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b,
	    " and its announced wait is over. The next poll returns it to "
	    "dfuIDLE (A.2.7).");
}

/* What a poll does, by the stack; false: that is not known. */
static bool
add_polling(const struct verdict_facts *f, struct buf *b)
{
	struct dfu_outlook o;

	if (!manifest_outlook(f, DFU_IN_GETSTATUS, &o))
		return (false);
	buf_addf(b, " %s ", f->stack->name);
	if (o.next == DFU_NEXT_GONE)
		buf_adds(b, "leaves on the next poll");
	else if (o.next != DFU_STATE_MANIFEST)
		buf_addf(b, "goes to %s on the next poll",
		    dfu_state_name(o.next));
	else
		buf_adds(b, o.note != NULL ? o.note : "does not advance on a "
		    "poll");
	buf_addf(b, " (%s).", dfu_certainty_words(o.certainty));
	return (true);
}

static void
say_manifest_late(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b, " but still reports dfuMANIFEST");
	if (f->s->reported.by != f->s->leaving.by)
		verdict_add_number(b, f->s->reported.by);
	buf_addc(b, '.');
	if (add_polling(f, b) || f->by_spec.how != ESTIMATE_TIMED)
		return;
	buf_adds(b, " By DFU 1.1 the device should be in ");
	dfu_state_words(b, f->by_spec.state);
	if (f->by_spec.state == DFU_STATE_MANIFEST_WAIT_RESET)
		buf_adds(b, " and not answer (A.2.9)");
	buf_addc(b, '.');
}

static const struct verdict_row manifest_rows[] = {
	{ .word = "busy",
	    .origin = VERDICT_FROM_REPORT,
	    .holds = manifest_waits,
	    .say = say_manifest_waits },
	{ .word = "needs-poll",
	    .holds = manifest_tolerant,
	    .say = say_manifest_tolerant },
	{ .word = "overdue",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_REPORT,
	    .clock = VERDICT_REPORTED,
	    .from = VERDICT_PATIENCE,
	    .holds = manifest,
	    .say = say_manifest_late },
	{ .word = "busy",
	    .origin = VERDICT_FROM_REPORT,
	    .holds = manifest,
	    .say = say_manifest_late },
	{ .word = "needs-replug",
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LEAVE,
	    .holds = survives_reset,
	    .say = say_needs_replug },
	{ .word = "needs-reset",
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LEAVE,
	    .holds = needs_reset,
	    .say = say_needs_reset },
	{ .word = "done",
	    .origin = VERDICT_FROM_LEAVE,
	    .holds = done_stays,
	    .say = say_done },
	{ .word = "needs-poll",
	    .quiet = true,
	    .holds = manifested,
	    .say = verdict_say_state,
	    .more = "It is expected in dfuIDLE by now; the next poll shows "
	    "it." },
	{ .word = "needs-poll",
	    .quiet = true,
	    .holds = manifest_sync,
	    .say = verdict_say_state,
	    .more = "The next poll starts manifestation." },
};
const struct verdict_table verdict_manifest = { manifest_rows,
	sizeof(manifest_rows) / sizeof(manifest_rows[0]) };
