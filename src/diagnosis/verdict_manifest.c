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

void
verdict_words_still(const struct session *s, struct buf *b)
{
	uint8_t state =
	    s->reported.known ? s->reported.state : s->estimate.state;
	bool back = state == DFU_STATE_IDLE;

	buf_adds(b, back ? "back in " : "still in ");
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
say_still(const struct verdict_facts *f, struct buf *b)
{
	verdict_words_still(f->s, b);
}

static void
add_leave(const struct verdict_facts *f, struct buf *b)
{
	const struct leaving *l = &f->s->leaving;

	if (l->found)
		buf_addf(b,
		    "found in dfuMANIFEST (#%u): a leave was begun "
		    "before",
		    l->by);
	else if (l->by != 0)
		buf_addf(b, "the leave (#%u) was accepted", l->by);
	else
		verdict_say_state(f, b);
}

/* Why not the obvious things. */
static void
add_no_abort(const struct verdict_facts *f, struct buf *b)
{
	struct dfu_outlook o;

	buf_adds(b, " No ABORT, and no dfu-util, which sends it: ");
	if (!manifest_outlook(f, DFU_IN_ABORT, &o))
		buf_adds(b,
		    f->by_spec.state == DFU_STATE_MANIFEST ?
			"it is an error here (A.2.8)." :
			"it does not help here (A.2.9).");
	else if (o.note != NULL)
		buf_addf(
		    b, "%s (%s).", o.note, dfu_certainty_words(o.certainty));
	else if (o.response == DFU_RESPONSE_STALL)
		buf_addf(b, "%s refuses it.", f->stack->name);
	else if (o.next == DFU_STATE_MANIFEST)
		buf_addf(b, "%s ignores it.", f->stack->name);
	else
		buf_addf(b, "on %s it gives the leave up.", f->stack->name);
}

static void
say_manifest_waits(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b, "; ");
	verdict_add_announced(f, b);
	buf_addc(b, '.');
	add_no_abort(f, b);
}

static void
say_manifest_tolerant(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b,
	    " and the announced wait is over: GETSTATUS ends it in "
	    "dfuIDLE (A.2.7).");
}

/* What asking on does, by the stack. */
static void
add_polling(const struct verdict_facts *f, struct buf *b)
{
	struct dfu_outlook o;

	if (!manifest_outlook(f, DFU_IN_GETSTATUS, &o))
		return;
	buf_addf(b, " GETSTATUS on %s (%s): ", f->stack->name,
	    dfu_certainty_words(o.certainty));
	if (o.next == DFU_NEXT_GONE)
		buf_adds(b, "it leaves.");
	else if (o.next != DFU_STATE_MANIFEST)
		buf_addf(b, "it goes to %s.", dfu_state_name(o.next));
	else
		buf_addf(
		    b, "%s.", o.note != NULL ? o.note : "it changes nothing");
}

static void
say_manifest_late(const struct verdict_facts *f, struct buf *b)
{
	add_leave(f, b);
	buf_adds(b, " and is not finished.");
	if (f->by_spec.how == ESTIMATE_TIMED) {
		buf_adds(b, " By DFU 1.1: ");
		dfu_state_words(b, f->by_spec.state);
		buf_addf(b, " (%u)%s.", f->by_spec.state,
		    f->by_spec.state == DFU_STATE_MANIFEST_WAIT_RESET ?
			", no answer" :
			"");
	}
	add_polling(f, b);
	add_no_abort(f, b);
}

static const struct verdict_row manifest_rows[] = {
	{ .word = "busy",
	    .origin = VERDICT_FROM_LEAVE,
	    .holds = manifest_waits,
	    .say = say_manifest_waits },
	{ .word = "needs-poll",
	    .holds = manifest_tolerant,
	    .say = say_manifest_tolerant },
	{ .word = "overdue",
	    .severity = SEVERITY_WARNING,
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LEAVE,
	    .clock = VERDICT_REPORTED,
	    .from = VERDICT_PATIENCE,
	    .holds = manifest,
	    .say = say_manifest_late },
	{ .word = "busy",
	    .origin = VERDICT_FROM_LEAVE,
	    .holds = manifest,
	    .say = say_manifest_late },
	{ .word = "needs-replug",
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LEAVE,
	    .holds = survives_reset,
	    .say = say_still,
	    .more =
		"On this stack the state survives a bus reset." },
	{ .word = "needs-reset",
	    .code = CODE_PROTOCOL,
	    .origin = VERDICT_FROM_LEAVE,
	    .holds = needs_reset,
	    .say = say_still,
	    .more = "It waits for a bus reset." },
	{ .word = "done",
	    .origin = VERDICT_FROM_LEAVE,
	    .holds = done_stays,
	    .say = say_still,
	    .more = "Manifestation is done. Where the device does not start "
		    "the new firmware by itself, a bus reset does." },
	{ .word = "needs-poll",
	    .quiet = true,
	    .holds = manifest_sync,
	    .say = verdict_say_state,
	    .more = "GETSTATUS starts manifestation." },
};
const struct verdict_table verdict_manifest = { manifest_rows,
	sizeof(manifest_rows) / sizeof(manifest_rows[0]) };
