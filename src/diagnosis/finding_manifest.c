/* SPDX-License-Identifier: ISC */
/* Findings: the end of a download, manifestation, and leaving. */
#include "diagnosis/finding_rule.h"

#include "base/text.h"
#include "session/limits.h"
#include "wire/usb.h"

#define SECOND		1000000
#define ITSELF		(5 * SECOND)	/* us: later it is a hand */
#define LEAVE_TAKES	(60 * SECOND)	/* us for a leave to make it leave */

static bool
asks(const struct finding_case *c)
{
	return (finding_asks(&c->r->setup));
}

/* The latest answer told that state, and nothing was sent since. */
static bool
was_told(const struct finding_case *c, uint8_t state)
{
	return (c->s->present && !c->w->here.reset &&
	    c->w->here.past.state == state && c->s->reported.known &&
	    c->s->reported.by == c->w->here.past.number);
}

/* That long ago the announced wait was over, and nothing happened since. */
static bool
idle_for(const struct finding_case *c, uint64_t us)
{
	return (c->s->pending.number == 0 && finding_idle(c) >= us &&
	    session_wait_left(c->s, c->now >= us ? c->now - us : 0) == 0);
}

static bool
is_moved_pointer(struct finding_case *c)
{
	const struct finding_state *w = c->w;

	if (!finding_is_end(c) || !finding_dfuse(c) || !w->here.placed ||
	    w->here.partial ||
	    !c->s->pointer_known || c->s->pointer == w->here.lowest)
		return (false);
	return (finding_since(c, w->here.lowest_by,
	    "image written from 0x%08x, address pointer at 0x%08x",
	    w->here.lowest,
	    c->s->pointer));
}

static bool
is_leave_unaddressed(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_END || !finding_dfuse(c) ||
	    c->s->pointer_known)
		return (false);
	return (finding_since(c, c->w->leave.by,
	    "zero-length DNLOAD without a set-address, then %s",
	    finding_status(c)));
}

#define ENDED	"The device accepted the blocks, but the zero-length DNLOAD " \
	"put it into dfuERROR: "

/* What the status tells of the reason; the row tells of any other. */
static const struct {
	uint8_t		 status;
	const char	*mechanism;
	const char	*advice;
} refusals[] = {
	{ DFU_STATUS_ERR_NOTDONE, ENDED "it reports the image as incomplete "
	    "(errNOTDONE).", NULL },
	{ DFU_STATUS_ERR_VERIFY, ENDED "it reports that the verification of the "
	    "image failed (errVERIFY).", NULL },
	{ DFU_STATUS_ERR_FIRMWARE, ENDED "it reports the firmware as corrupt "
	    "(errFIRMWARE), so it does not start it.",
	    "Check that the image is for this device and its address, then "
	    "download again." },
	{ DFU_STATUS_ERR_UNKNOWN, ENDED "it gives no reason (errUNKNOWN).",
	    "Download again, then leave. If that fails too, try another port "
	    "or computer: the same leave worked there (reported)." }
};

static void
tell_refusal(struct finding_case *c)
{
	size_t i;

	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (refusals[i].status != c->r->reply.bStatus)
			continue;
		c->mechanism = refusals[i].mechanism;
		c->advice = refusals[i].advice;
	}
}

static bool
is_leave_refused(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_END || c->w->leave.by == 0 ||
	    !c->r->replied)
		return (false);
	if ((c->r->told & EVENT_KNOWS_STATUS) != 0)
		tell_refusal(c);
	return (finding_since(c, c->w->leave.by, "zero-length DNLOAD, then %s",
	    finding_status(c)));
}

/* A download that is not open any more: its end alone is an error now. */
static bool
is_end_refused(struct finding_case *c)
{
	const struct request *end = session_request(c->s, c->w->leave.by);

	/* In dfuIDLE there was none that it could end. */
	if (finding_dfuse(c) || (end != NULL &&
	    end->before == DFU_STATE_IDLE) || !is_leave_refused(c))
		return (false);
	c->advice = NULL;
	return (finding_say(c, ", after %u byte%s",
	    c->w->here.stored, TEXT_S(c->w->here.stored)));
}

/* Nothing was downloaded, or ABORT ended it; else the device lost blocks. */
static bool
is_end_in_idle(struct finding_case *c)
{
	uint32_t unended = c->w->here.unended;

	if (!finding_is_end(c) || !finding_plain(c) ||
	    c->r->before != DFU_STATE_IDLE || c->w->here.dropped != 0)
		return (false);
	return (finding_since(c, unended != 0 ? unended : c->r->number,
	    "zero-length DNLOAD in dfuIDLE%s",
	    unended != 0 ? ", after ABORT ended the download" : ""));
}

static bool
is_aborted(struct finding_case *c)
{
	if (!finding_is(c, DFU_ABORT) || c->w->op.blocks == 0 ||
	    c->r->before != DFU_STATE_DNLOAD_IDLE || !finding_plain(c))
		return (false);
	return (finding_since(
	    c, c->w->op.first, "ABORT after %u block%s", c->w->op.blocks,
	    TEXT_S(c->w->op.blocks)));
}

/* Downloaded again, and ended in order. */
static bool
is_ended_after_all(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->e->kind == EVENT_SUBMIT && finding_is_end(c) &&
	    c->r->before == DFU_STATE_DNLOAD_IDLE);
}

/* As far as it is known: nothing is there to be started otherwise. */
static bool
is_written(const struct session *s)
{
	return (!session_memory_is_cut(s) &&
	    session_memory_mismatch(s) == NULL);
}

static bool
is_leave_unsent(struct finding_case *c)
{
	if (!finding_is(c, DFU_ABORT) || c->w->op.blocks == 0 ||
	    c->r->before != DFU_STATE_DNLOAD_IDLE || !finding_dfuse(c) ||
	    !is_written(c->s))
		return (false);
	return (finding_since(c, c->w->op.first,
	    "ABORT after %u block%s, no zero-length DNLOAD",
	    c->w->op.blocks, TEXT_S(c->w->op.blocks)));
}

/* Verified first, perhaps; then it is told to leave, or it differs. */
static bool
leaves_after_all(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return ((c->e->kind == EVENT_SUBMIT && finding_is_end(c)) ||
	    !is_written(c->s));
}

static bool
is_found_in_manifest(struct finding_case *c)
{
	if (c->w->here.told != 0 || c->w->leave.by > c->w->gone.after ||
	    c->state == DFU_STATE_MANIFEST_WAIT_RESET ||
	    !finding_knows_before(c))
		return (false);
	return (finding_say(c, "first answer: %s",
	    dfu_state_name(c->state)));
}

/* How often it was asked before nothing but asking is taken for help. */
#define IN_VAIN		3

/*
 * The announced wait is over, and this stack is known to be led out by that
 * request; or it is overdue, and asking on was tried: then it is what may
 * help, and no mistake.
 */
static bool
may_help(const struct finding_case *c)
{
	const struct request *first = session_request(c->s, c->w->stay.first);
	const struct prediction *p = c->r->predicted;
	uint64_t stayed;

	if (first == NULL)
		return (false);
	stayed = c->now - first->done;
	if (c->r->predicted->by != NULL && p->known &&
	    p->stack.next != DFU_STATE_MANIFEST &&
	    p->stack.next != DFU_STATE_ERROR)
		return (stayed >= (uint64_t)first->reply.bwPollTimeout * 1000);
	return (c->w->stay.told >= IN_VAIN &&
	    stayed >= LIMIT_OVERDUE_MS * 1000);
}

static bool
is_request_in_manifest(struct finding_case *c)
{
	struct buf name = { 0 };

	if (asks(c) || !was_told(c, DFU_STATE_MANIFEST) ||
	    finding_is_stuck(c->s) || may_help(c))
		return (false);
	words_request_name(&name, &c->r->setup);
	finding_since(c, c->w->here.past.number, "%s in dfuMANIFEST",
	    buf_str(&name));
	buf_free(&name);
	return (true);
}

static bool
wants_polls(struct finding_case *c)
{
	if (c->state != DFU_STATE_MANIFEST || finding_stayed(c) < 2 ||
	    c->w->here.early == c->r->number || !finding_dfuse(c))
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuMANIFEST repeated after the announced wait"));
}

static bool
is_endless(struct finding_case *c)
{
	if (c->state != DFU_STATE_MANIFEST || !session_is_stuck(c->s))
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuMANIFEST %u times in %.1f s", c->w->stay.told + 1,
	    (double)(c->now - c->w->stay.since) / 1e6));
}

/*
 * Whoever had begun the leave has given it up: who finds the device so has
 * not, nor has the operator, who reads while our program holds it.
 */
static bool
is_given_up(const struct finding_case *c, uint64_t us)
{
	return (was_told(c, DFU_STATE_MANIFEST) && !c->s->leaving.found &&
	    (c->e != NULL || (!c->s->opened && idle_for(c, us))));
}

static bool
is_abandoned(struct finding_case *c)
{
	if (!finding_dfuse(c) || !is_given_up(c, 2 * SECOND))
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuMANIFEST, then no further poll"));
}

/* It is read, not asked: no error of anybody, but it goes on by polls. */
static bool
is_unasked(struct finding_case *c)
{
	if (!was_told(c, DFU_STATE_MANIFEST) || !finding_dfuse(c) ||
	    !c->s->opened || c->s->leaving.found ||
	    !idle_for(c, 2 * SECOND))
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuMANIFEST, no request since"));
}

static bool
is_unfinished(struct finding_case *c)
{
	if (!finding_plain(c) || (finding_attributes(c->s) &
	    DFU_ATTR_MANIFESTATION_TOLERANT) == 0 ||
	    !is_given_up(c, 5 * SECOND))
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuMANIFEST, then no further poll"));
}

static bool
is_waiting_for_reset(struct finding_case *c)
{
	if (!was_told(c, DFU_STATE_MANIFEST_WAIT_RESET) ||
	    (c->e == NULL && !idle_for(c, 2 * SECOND)))
		return (false);
	return (finding_since(c, c->w->stay.first, c->e != NULL &&
	    c->e->kind == EVENT_SUBMIT ? "a request instead of a bus reset" :
	    "no bus reset followed"));
}

static bool
is_tolerant_but_waits(struct finding_case *c)
{
	if (c->state != DFU_STATE_MANIFEST_WAIT_RESET ||
	    !(finding_attributes(c->s) & DFU_ATTR_MANIFESTATION_TOLERANT))
		return (false);
	return (finding_say(c, "bmAttributes 0x%02x, and "
	    "dfuMANIFEST-WAIT-RESET", finding_attributes(c->s)));
}

static bool
is_straight_to_wait(struct finding_case *c)
{
	if (c->state != DFU_STATE_MANIFEST_WAIT_RESET ||
	    c->w->work.kind != DFU_KIND_END || c->w->work.polls != 0)
		return (false);
	return (finding_since(c, c->w->leave.by,
	    "first answer: dfuMANIFEST-WAIT-RESET"));
}

static bool
is_cut(struct finding_case *c)
{
	if (!dfu_state_is(c->w->here.reset_state, DFU_STATES_MANIFEST) ||
	    c->w->here.reset_left < 10)
		return (false);
	return (finding_since(c, c->w->here.past.number,
	    "bus reset with %u ms of the announced wait left",
	    c->w->here.reset_left));
}

static bool
is_dead_after_reset(struct finding_case *c)
{
	if (!c->w->here.reset || c->r->outcome == OUTCOME_CANCELLED)
		return (false);
	return (finding_no_answer(c, c->w->here.reset_after) &&
	    finding_say(c, " after the bus reset"));
}

static bool
left_on_leave(const struct finding_case *c)
{
	return (c->w->work.kind == DFU_KIND_END && c->w->leave.by != 0 &&
	    !c->w->work.over && c->now - c->w->leave.at < LEAVE_TAKES);
}

/* The GETSTATUS behind the leave, or the leave itself, was cut off. */
static bool
is_left_before_status(struct finding_case *c)
{
	if (!left_on_leave(c) || c->w->work.polls != 0 ||
	    outcome_is_answer(c->w->here.past.outcome))
		return (false);
	return (finding_since(c, c->w->leave.by, "%s: %s, then the device "
	    "disconnected",
	    c->w->here.past.request == DFU_DNLOAD ? "the leave" :
	    "the poll after the leave",
	    finding_ended(c->w->here.past.outcome)));
}

static bool
is_stall_after_leave(struct finding_case *c)
{
	if (!finding_is(c, DFU_GETSTATUS) || c->w->work.kind != DFU_KIND_END ||
	    (!dfu_state_is(c->w->here.past.state, DFU_STATES_MANIFEST) &&
	    c->w->here.past.number != c->w->leave.by))
		return (false);
	return (finding_since(c, c->w->leave.by,
	    c->w->work.polls == 0 ? "STALL for the poll after the leave" :
	    "dfuMANIFEST, then STALL"));
}

static bool
is_left_after_manifest(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_END ||
	    c->w->stay.state != DFU_STATE_MANIFEST ||
	    outcome_is_answer(c->w->here.past.outcome))
		return (false);
	return (finding_since(c, c->w->leave.by,
	    "dfuMANIFEST, then %s",
	    finding_ended(c->w->here.past.outcome)));
}

static bool
is_gone(struct finding_case *c)
{
	if (c->s->present || !c->w->gone.ever || !c->w->gone.was_dfu ||
	    c->w->leave.by == 0 || finding_idle(c) < 10 * SECOND ||
	    c->w->gone.at - c->w->leave.at > LEAVE_TAKES)
		return (false);
	return (finding_since(c, c->w->leave.by,
	    "nothing reconnected within 10 s"));
}

static bool
in_dfu_mode(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL && !f->runtime);
}

/* As the device itself may, and not as a hand that plugs it in. */
static bool
came_back_itself(const struct finding_case *c)
{
	return (!c->w->gone.plugged &&
	    c->now - c->w->gone.at < SESSION_BACK_WITHIN);
}

/* A leave made it leave; not a hand, some time after all was done. */
static bool
left_by_itself(const struct finding_case *c)
{
	return (c->s->departure.leaving.by != 0 &&
	    c->w->gone.state != DFU_STATE_IDLE &&
	    c->w->gone.idle < ITSELF);
}

static bool
is_same(const struct finding_case *c)
{
	return (c->s->who->vendor == c->w->gone.vendor &&
	    c->s->who->product == c->w->gone.product);
}

static bool
is_back_in_dfu(struct finding_case *c)
{
	const struct leaving *l = &c->s->departure.leaving;

	if (!c->w->gone.ever || !c->w->gone.was_dfu || !in_dfu_mode(c->s) ||
	    !left_by_itself(c) || !came_back_itself(c) || !is_same(c))
		return (false);
	finding_since(c, l->by,
	    "disconnected %.1f s after the leave, DFU mode again %.1f s later",
	    (double)(c->w->gone.at - l->began) / 1e6,
	    (double)(c->now - c->w->gone.at) / 1e6);
	return (c->w->here.file == NULL || finding_say(c, "; #%u wrote what "
	    "begins like %s: that is the cause", c->w->here.file_by,
	    c->w->here.file));
}

/* It was no success: the same loader is back, of itself. */
static bool
is_back(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->e->kind == EVENT_ARRIVED && in_dfu_mode(c->s) &&
	    c->w->gone.was_dfu && came_back_itself(c) && is_same(c));
}

/* Whoever had stopped asking was right: it left by itself. */
static bool
is_gone_by_itself(const struct finding_case *c, const struct finding *f)
{
	return (c->e->kind == EVENT_LEFT && c->now - f->latest < ITSELF &&
	    c->w->here.acted < f->last);
}

/* The reset came, or it did not need one. */
static bool
is_reset_after_all(const struct finding_case *c, const struct finding *f)
{
	return ((c->e->kind == EVENT_RESET &&
	    c->e->outcome == OUTCOME_OK) || is_gone_by_itself(c, f));
}

/* It did not leave: it tells a state that is none of manifestation. */
static bool
is_not_leaving(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->state != NO_STATE &&
	    !dfu_state_is(c->state, DFU_STATES_MANIFEST | DFU_STATES_MUTE));
}

/* Its software is known to be in DFU mode after a bus reset, as before. */
static bool
stays_on_reset(const struct session *s)
{
	struct dfu_conditions c = session_conditions(s);
	struct dfu_outlook o;

	return (s->stack != NULL && dfu_stack_outlook(s->stack,
	    DFU_STATE_IDLE, DFU_IN_RESET, &c, &o) &&
	    o.certainty != DFU_KNOWN_SPEC && o.next == DFU_STATE_IDLE);
}

/* A bus reset should have ended DFU mode after a download. */
static bool
is_reset_no_exit(struct finding_case *c)
{
	const struct finding_state *w = c->w;

	if (stays_on_reset(c->s) ||
	    !w->bus_reset.ever || c->now - w->bus_reset.at > 10 * SECOND ||
	    !in_dfu_mode(c->s) ||
	    (c->state == NO_STATE ?
		    !w->gone.ever || !w->gone.was_dfu ||
			w->gone.at < w->bus_reset.at || !came_back_itself(c) :
		    !w->here.reset || c->state != DFU_STATE_IDLE))
		return (false);
	return (finding_since(c, w->here.past.number,
	    w->leave.by != 0 ? "bus reset after the download, then DFU mode "
	    "again" : "bus reset, then DFU mode again"));
}

/*
 * No request of now made it: it begins so, or has kept it, as long as nothing
 * but the state is asked for.
 */
static bool
begins_in_error(const struct finding_case *c)
{
	const struct finding_past *past = &c->w->here.past;

	return (c->w->here.acted == 0 && c->r->replied &&
	    finding_knows_before(c) &&
	    (past->number == 0 || past->state == DFU_STATE_ERROR));
}

static bool
is_start_error(struct finding_case *c)
{
	return (begins_in_error(c) && finding_dfuse(c) &&
	    c->r->reply.bStatus == DFU_STATUS_ERR_FIRMWARE &&
	    finding_say(c, "first answer: errFIRMWARE"));
}

static bool
is_corrupt(struct finding_case *c)
{
	return (begins_in_error(c) && finding_plain(c) &&
	    c->r->reply.bStatus == DFU_STATUS_ERR_FIRMWARE &&
	    finding_say(c, "first answer: errFIRMWARE"));
}

static bool
is_found_in_error(struct finding_case *c)
{
	if (!begins_in_error(c))
		return (false);
	return (finding_say(c, "first answer: dfuERROR") &&
	    (session_fact(c->s, FACT_ERROR_CODE) != KNOWN_YES ||
	    finding_say(c, ", %s", finding_status(c))));
}

const struct finding_row finding_manifest_rows[] = {
	{ .id = "leave-moved-pointer",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "Leave jumps to the address written last, not to the "
	        "start",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "A DfuSe device jumps to its address pointer. The "
	    "tool moved that pointer while it wrote the image, so it no "
	    "longer points at the vector table. Without code at that address "
	    "the device resets.",
	    .source = "dfu-util 6e09e4d; AN2662 p. 80",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_BIT(DFU_IN_DNLOAD0),
	    .predicate = is_moved_pointer },
	{ .id = "leave-without-address",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_STATUS),
	    .title = "Leave refused: no start address set",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The host software sent a zero-length DNLOAD to a "
	    "DfuSe device without setting the start address first.",
	    .advice = "Give leave the start address: leave 0x08000000.",
	    .source = "LibUsbDfu 13; AN3156 5.6", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_leave_unaddressed },
	{ .id = "end-refused",
	    .needs = FACT(FACT_STATUS),
	    .title = "Device rejected the complete image",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The device accepted all blocks, but the zero-length "
	    "DNLOAD put it into dfuERROR. The device checked the whole image "
	    "and rejected it: incomplete (errNOTDONE), failed verification "
	    "(errVERIFY) or not startable (errFIRMWARE). The data stays in "
	    "the flash; the download is closed.",
	    .apart = "If the device rejects a second download as well, the "
	    "image is at fault, not the transfer.",
	    .advice = "Download this image again, or another one. Repeating "
	    "only the end of the download is an error now.",
	    .source = "DFU 1.1 A.2.6 and A.2.7", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_end_refused,
	    .general = 1 },
	{ .id = "leave-refused",
	    .needs = FACT(FACT_STATUS),
	    .title = "Device rejected the end of the download",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The device accepted the blocks, but the zero-length "
	    "DNLOAD put it into dfuERROR. The device reports the image as "
	    "incomplete (errNOTDONE) or invalid (errVERIFY, errFIRMWARE), or "
	    "gives no reason (errUNKNOWN).",
	    .apart = "If the device rejects a second download as well, "
	    "suspect the image, not the transfer.",
	    .advice = "Download again, then leave.",
	    .source = "DFU 1.1 A.2.6; ST forum 404374",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_leave_refused,
	    .general = 1 },
	{ .id = "end-in-idle",
	    .needs = FACT(FACT_STATUS),
	    .title = "Zero-length DNLOAD with no download open",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "A plain DFU device stalls a zero-length DNLOAD in "
	    "dfuIDLE: manifestation starts from dfuDNLOAD-IDLE. An ABORT "
	    "after the last block closes the download before its end.",
	    .apart = "A DfuSe device accepts this request in dfuIDLE too, as "
	        "the leave.",
	    .advice = "Download again and omit the ABORT.",
	    .source = "DFU 1.1 A.2.3; LibUsbDfu 9", .when = FINDING_ON_SENT,
	    .requests = FINDING_BIT(DFU_IN_DNLOAD0),
	    .predicate = is_end_in_idle },
	{ .id = "download-aborted",
	    .needs = FACT(FACT_STATUS),
	    .title = "Download aborted before its end",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The host software sent ABORT and the device "
	    "returned to dfuIDLE. Without the zero-length DNLOAD the device "
	    "does not know that the image is complete, and does not manifest "
	    "it.",
	    .advice = "Download again and end with a zero-length DNLOAD.",
	    .firmware = "Do not postpone essential work to dfuMANIFEST.",
	    .source = "DFU 1.1 A.2.6", .when = FINDING_ON_TAKEN,
	    .requests = FINDING_BIT(DFU_IN_ABORT),
	    .predicate = is_aborted, .taken_back = is_ended_after_all },
	{ .id = "leave-not-sent",
	    .needs = FACT(FACT_STATUS),
	    .title = "Image written, no leave sent",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "A DfuSe device writes each block to flash as soon "
	    "as it is answered. ST's tools end with ABORT and send a leave "
	    "only on request. Firmware that waits for dfuMANIFEST-SYNC never "
	    "gets there.",
	    .firmware = "Do not make manifestation the only end of an update.",
	    .source = "ST forum 271603", .when = FINDING_ON_TAKEN,
	    .requests = FINDING_BIT(DFU_IN_ABORT),
	    .predicate = is_leave_unsent,
	    .taken_back = leaves_after_all, .settled = FINDING_ON_LEFT },
	{ .id = "found-in-manifest",
	    .needs = FACT(FACT_STATUS),
	    .title = "Device was already leaving at the first query",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The first answer is a state of manifestation: "
	    "another program began a leave and stopped polling. ABORT, "
	    "which dfu-util sends first, does not end this state.",
	    .source = "electronics.stackexchange 586519; DFU 1.1 A.2.8",
	    .when = FINDING_ON_MANIFEST, .predicate = is_found_in_manifest },
	{ .id = "request-in-manifest",
	    .needs = FACT(FACT_STATUS),
	    .title = "Request not allowed in dfuMANIFEST",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "During manifestation only GETSTATUS is allowed "
	    "until the device reports another state or disconnects. ABORT and "
	    "other requests are errors here (DFU 1.1 A.2.8). After an ABORT "
	    "some devices did not become idle (reported).",
	    .source = "DFU 1.1 A.2.8; fwupd 2057",
	    .when = FINDING_ON_SENT,
	    .requests = ~FINDING_OF_ASKING,
	    .before = FINDING_BIT(DFU_STATE_MANIFEST),
	    .predicate = is_request_in_manifest },
	{ .id = "manifest-wants-polls",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Device leaves dfuMANIFEST only while polled",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The announced wait is over and the state is "
	    "unchanged: this bootloader advances only when requests arrive. "
	    "Each further poll brings the device closer to leaving. A STALL "
	    "or a disconnection then means success.",
	    .firmware = "Enter the ROM through a system reset, with no "
	    "peripheral running.",
	    .source = "electronics.stackexchange 586519",
	    .when = FINDING_ON_MANIFEST, .predicate = wants_polls },
	{ .id = "manifest-endless",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Still in dfuMANIFEST after 100 polls",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device stayed in dfuMANIFEST for 100 polls, "
	    "each after its announced wait. Either the application never "
	    "reports that it is finished, or the bootloader hangs.",
	    .apart = "A device that writes hundreds of megabytes may need "
	    "minutes; check its own display.",
	    .advice = "Power-cycle the device if a bus reset does not help.",
	    .firmware = "Report the end of manifestation in every case "
	    "(TinyUSB: call finish).",
	    .source = "DFU 1.1 A.2.8", .when = FINDING_ON_MANIFEST,
	    .predicate = is_endless },
	{ .id = "manifest-abandoned",
	    .needs = FACT(FACT_STATUS),
	    .title = "Device left in dfuMANIFEST: host stopped polling",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device accepted the leave and answered "
	    "dfuMANIFEST; then the host software stopped polling. Such a "
	    "device finishes only when more requests arrive (reported). "
	    "Without polls the device stays on the bus and runs neither its "
	    "bootloader nor its application.",
	    .apart = "If the device has disconnected by now, it finished "
	        "without polls.",
	    .firmware = "Enter the ROM through a system reset, with no "
	    "peripheral running.",
	    .source = "electronics.stackexchange 586519; AN3156",
	    .when = FINDING_ON_TIME | FINDING_ON_CLOSED,
	    .predicate = is_abandoned,
	    .taken_back = is_gone_by_itself,
	    .settled = FINDING_ON_SENT, .within = ITSELF },
	{ .id = "manifest-unasked",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_STATUS),
	    .title = "Device in dfuMANIFEST needs further polls (reported)",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The device accepted the leave and answered "
	    "dfuMANIFEST. Such bootloaders advance only when requests arrive "
	    "(reported). Pausing before the next poll loses nothing.",
	    .source = "electronics.stackexchange 586519",
	    .when = FINDING_ON_TIME, .predicate = is_unasked },
	{ .id = "manifest-unfinished",
	    .needs = FACT(FACT_ATTRIBUTES) | FACT(FACT_STATUS),
	    .title = "Host does not wait for manifestation to end",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The last answer is a state of manifestation, and no "
	    "request followed. The device may still be programming. A bus "
	    "reset or power loss now can destroy the firmware.",
	    .advice = "Poll until the device reports another state.",
	    .source = "DFU 1.1 7.2; fwupd 2347",
	    .when = FINDING_ON_TIME | FINDING_ON_CLOSED,
	    .predicate = is_unfinished,
	    .taken_back = is_gone_by_itself,
	    .settled = FINDING_ON_SENT, .within = ITSELF },
	{ .id = "waits-for-reset",
	    .needs = FACT(FACT_STATUS),
	    .title = "Update done, device waits for a bus reset",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "In dfuMANIFEST-WAIT-RESET the update is done and "
	    "only a bus reset ends the state. The tool did not send one "
	    "(dfu-util before 0.10 without -R), or the system cannot (WinUSB, "
	    "macOS).",
	    .apart = "A device with bitWillDetach should disconnect without a "
	        "reset.",
	    .advice = "Unplug the device where no bus reset is possible.",
	    .firmware = "Leave after a timeout; accept DETACH in this state.",
	    .source = "DFU 1.1 A.2.9; STM32duino-bootloader 22; lib_xua 560",
	    .when = FINDING_ON_SENT | FINDING_ON_TIME | FINDING_ON_CLOSED,
	    .before = FINDING_BIT(DFU_STATE_MANIFEST_WAIT_RESET),
	    .predicate = is_waiting_for_reset,
	    .taken_back = is_reset_after_all },
	{ .id = "tolerant-but-waits",
	    .needs = FACT(FACT_ATTRIBUTES) | FACT(FACT_STATUS),
	    .title = "Manifestation-tolerant device waits for a reset",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "bitManifestationTolerant announces dfuIDLE after "
	    "manifestation, but the device went to dfuMANIFEST-WAIT-RESET. "
	    "Trust the state, not the bit.",
	    .firmware = "Clear bit 2 of bmAttributes.",
	    .source = "DFU 1.1 4.1.3; renesas/fsp 267",
	    .when = FINDING_ON_MANIFEST, .predicate = is_tolerant_but_waits },
	{ .id = "straight-to-wait-reset",
	    .needs = FACT(FACT_STATUS),
	    .title = "Device skips dfuMANIFEST: no fault",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The first answer after the end of the download is "
	    "dfuMANIFEST-WAIT-RESET. Host software that expects dfuMANIFEST "
	    "reports an error, but the update is complete.",
	    .source = "dfu-core 29; DFU 1.1 A.2.7",
	    .when = FINDING_ON_MANIFEST, .predicate = is_straight_to_wait },
	{ .id = "reset-in-manifest",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "Bus reset interrupted manifestation",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device was programming and had announced a "
	    "wait. The bus reset came before that wait was over. The update "
	    "may be lost, even if the tool reports success.",
	    .advice = "Download again and poll until the device is done.",
	    .source = "fwupd 2347; DFU 1.1 A.2.8", .when = FINDING_ON_RESET,
	    .predicate = is_cut },
	{ .id = "dead-after-reset",
	    .title = "Device does not answer after the bus reset",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "After the bus reset the control endpoint of the "
	    "device serves no request. Only a power cycle helps.",
	    .advice = "Unplug the device and plug it in again.",
	    .firmware = "Set up EP0 again on each bus reset.",
	    .source = "pico-ice 56", .when = FINDING_ON_SILENT,
	    .group = GROUP_SILENT, .predicate = is_dead_after_reset },
	{ .id = "left-before-status",
	    .title = "Device left before answering: counts as success",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The device disconnected right after the zero-length "
	    "DNLOAD and did not wait for GETSTATUS. Tools report an error, "
	    "but the download is complete.",
	    .apart = "If the device reconnects in DFU mode with the same ids, "
	        "the leave failed.",
	    .firmware = "Leave after the status stage of GETSTATUS.",
	    .source = "dfu-util c66695c; device-os 599; crow 128",
	    .when = FINDING_ON_LEFT, .group = GROUP_LEFT,
	    .predicate = is_left_before_status,
	    .taken_back = is_back },
	{ .id = "stall-after-leave",
	    .title = "STALL while leaving: usually harmless",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The leave is in progress and the bootloader no "
	    "longer serves requests. If the device disconnects a moment "
	    "later, the leave worked.",
	    .apart = "If the device is still connected after 1 s, it rejected "
	    "the leave: poll once more.",
	    .firmware = "Answer GETSTATUS, then leave.",
	    .source = "electronics.stackexchange 586519; Klipper 5596",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_stall_after_leave,
	    .taken_back = is_not_leaving },
	{ .id = "left-after-manifest",
	    .needs = FACT(FACT_STATUS),
	    .title = "Last request failed after dfuMANIFEST: no fault",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The device reported dfuMANIFEST. From then on it "
	    "may disconnect or not answer, so that the next request fails.",
	    .source = "dfu-util 666071d; AN3156", .when = FINDING_ON_LEFT,
	    .group = GROUP_LEFT, .predicate = is_left_after_manifest,
	    .taken_back = is_back },
	{ .id = "left-for-good",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "Device left and has not reconnected",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The device carried out the leave. An application "
	    "without USB looks the same, and so does one that crashes early. "
	    "Usual causes: VTOR not set, peripherals left on by the "
	    "bootloader, or a hanging ROM.",
	    .apart = "If the application runs after you press reset, the jump "
	    "is at fault, not the image.",
	    .advice = "Press reset and check whether the application runs.",
	    .firmware = "Set VTOR; reset clocks and USB first; keep "
	    "interrupts off until then.",
	    .source = "micropython 81a7293; AN2662; ST forum 148238",
	    .when = FINDING_ON_TIME, .predicate = is_gone,
	    .taken_back = finding_back },
	{ .id = "reset-stays-in-dfu",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "Bus reset did not end DFU mode",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "After the reset the same bootloader answers in "
	    "dfuIDLE. Some bootloaders need a second reset (Jabra) or a "
	    "transfer before it (m-stack), or have no valid firmware to start.",
	    .apart = "errFIRMWARE in GETSTATUS would mean that the device "
	    "holds no valid firmware.",
	    .advice = "If a second reset does not help, upload one block "
	        "first.",
	    .firmware = "Leave DFU mode on the first reset after a download.",
	    .source = "fwupd 3d2baa747 and fa41739ab; DFU 1.1 A.2.3",
	    .when = FINDING_ON_ARRIVED | FINDING_ON_STATUS,
	    .group = GROUP_BACK, .predicate = is_reset_no_exit },
	{ .id = "back-in-dfu",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "Device left and restarted in DFU mode",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The leave reset the device and the bootloader runs "
	    "again. Possible reasons: no code at the start address, the boot "
	    "pin still set, or an \"empty flash\" flag latched at power-on.",
	    .apart = "A power cycle clears the empty-flash flag; releasing "
	    "the pin rules out the boot pin. A wrong address stays wrong.",
	    .advice = "Release the boot pin, power-cycle the device and check "
	        "the start address.",
	    .firmware = "On Cortex-M0 remap the vectors; reload the option "
	    "bytes.",
	    .source = "AN2662 p. 80; efton.sk g44; ST forum 133230",
	    .when = FINDING_ON_ARRIVED, .group = GROUP_BACK,
	    .predicate = is_back_in_dfu },
	{ .id = "start-error",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "errFIRMWARE in the first answer: usual for ST and "
	        "GigaDevice",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "Bootloaders of ST and GigaDevice start in dfuERROR "
	    "with errFIRMWARE, or keep it from the last session. It does not "
	    "describe the firmware.",
	    .firmware = "Start in dfuIDLE.",
	    .source = "dfu-util's log of an STM32F4; AIOC 15",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_start_error },
	{ .id = "corrupt-at-start",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "Device reports its firmware as corrupt",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "A plain DFU device that starts in dfuERROR with "
	    "errFIRMWARE found no valid firmware and cannot start it. A "
	    "download repairs that.",
	    .apart = "ST-like bootloaders report the same without a fault.",
	    .advice = "Download the firmware.",
	    .source = "DFU 1.1 6.1.2 and A.1", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_corrupt },
	{ .id = "found-in-error",
	    .needs = FACT(FACT_STATUS),
	    .title = "First answer is dfuERROR, no request here caused it",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device either starts in dfuERROR or keeps an "
	    "error from an earlier program. bStatus describes that error.",
	    .firmware = "Start in dfuIDLE.", .source = "DFU 1.1 A.2.11",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_found_in_error },
};
const size_t finding_manifest_count =
    sizeof(finding_manifest_rows) / sizeof(finding_manifest_rows[0]);
