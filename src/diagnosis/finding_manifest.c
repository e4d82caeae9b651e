/* Findings: the end of a download, manifestation, and leaving. */
#include "diagnosis/finding_rule.h"

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
	    "written from 0x%08x, address pointer 0x%08x", w->here.lowest,
	    c->s->pointer));
}

static bool
is_leave_unaddressed(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_END || !finding_dfuse(c) ||
	    c->s->pointer_known)
		return (false);
	return (finding_since(c, c->w->leave.by,
	    "DNLOAD of length 0 without set-address, then %s",
	    finding_status(c)));
}

static bool
is_leave_refused(struct finding_case *c)
{
	if (c->w->work.kind != DFU_KIND_END || c->w->leave.by == 0 ||
	    !c->r->replied)
		return (false);
	return (finding_since(c, c->w->leave.by, "DNLOAD of length 0, then %s",
	    finding_status(c)));
}

/* A download that is not open any more: its end alone is an error now. */
static bool
is_end_refused(struct finding_case *c)
{
	const struct request *end = session_request(c->s, c->w->leave.by);

	/* In dfuIDLE there was none that it could end. */
	return (!finding_dfuse(c) && (end == NULL ||
	    end->before != DFU_STATE_IDLE) && is_leave_refused(c) &&
	    finding_say(c, ", after %u bytes", c->w->here.stored));
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
	    "DNLOAD of length 0 in dfuIDLE%s",
	    unended != 0 ? ", after ABORT ended the download" : ""));
}

static bool
is_aborted(struct finding_case *c)
{
	if (!finding_is(c, DFU_ABORT) || c->w->op.blocks == 0 ||
	    c->r->before != DFU_STATE_DNLOAD_IDLE || !finding_plain(c))
		return (false);
	return (finding_since(
	    c, c->w->op.first, "ABORT after %u blocks", c->w->op.blocks));
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
	    "ABORT after %u blocks, no DNLOAD of length 0",
	    c->w->op.blocks));
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
	return (finding_say(c, "its first answer is %s",
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
	    "dfuMANIFEST again and again after the announced wait"));
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
	    "dfuMANIFEST, and the host asks no more"));
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
	    "dfuMANIFEST, and nothing asked since"));
}

static bool
is_unfinished(struct finding_case *c)
{
	if (!finding_plain(c) || (finding_attributes(c->s) &
	    DFU_ATTR_MANIFESTATION_TOLERANT) == 0 ||
	    !is_given_up(c, 5 * SECOND))
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "dfuMANIFEST, and the host asks no more"));
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
	    "dfuMANIFEST-WAIT-RESET is the first answer"));
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
	return (finding_since(c, c->w->leave.by, "%s: %s, and it left",
	    c->w->here.past.request == DFU_DNLOAD ? "the leave" :
	    "the GETSTATUS after the leave",
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
	    c->w->work.polls == 0 ? "STALL to the GETSTATUS after the leave" :
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
	    "nothing came back in 10 s"));
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
	    "left %.1f s after the leave, back in DFU mode %.1f s later",
	    (double)(c->w->gone.at - l->began) / 1e6,
	    (double)(c->now - c->w->gone.at) / 1e6);
	return (c->w->here.file == NULL || finding_say(c, "; #%u wrote what "
	    "begins as %s does: that is the cause", c->w->here.file_by,
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
	    w->leave.by != 0 ? "bus reset after the download, and DFU mode "
	    "again" : "bus reset, and DFU mode again"));
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
	    finding_say(c, "its first answer is errFIRMWARE"));
}

static bool
is_corrupt(struct finding_case *c)
{
	return (begins_in_error(c) && finding_plain(c) &&
	    c->r->reply.bStatus == DFU_STATUS_ERR_FIRMWARE &&
	    finding_say(c, "its first answer is errFIRMWARE"));
}

static bool
is_found_in_error(struct finding_case *c)
{
	if (!begins_in_error(c))
		return (false);
	return (finding_say(c, "its first answer is dfuERROR") &&
	    (session_fact(c->s, FACT_ERROR_CODE) != KNOWN_YES ||
	    finding_say(c, ", %s", finding_status(c))));
}

const struct finding_row finding_manifest_rows[] = {
	{ .id = "leave-moved-pointer",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "the leave jumps to where writing went on",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "DfuSe jumps to the address pointer, which "
	    "set-address moved while the image was written. It does not "
	    "point at the image's vectors any more; where there is no code "
	    "the ROM resets.",
	    .source = "dfu-util 6e09e4d; AN2662 p. 80",
	    .when = FINDING_ON_SENT,
	    .requests = FINDING_BIT(DFU_IN_DNLOAD0),
	    .predicate = is_moved_pointer },
	{ .id = "leave-without-address",
	    .needs = FACT(FACT_PAYLOAD) | FACT(FACT_STATUS),
	    .title = "a leave without an address is refused",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "A DNLOAD of length 0 as plain DFU has it was sent "
	    "to a DfuSe device that was never told where to jump.",
	    .advice = "Say where it begins: leave ADDRESS.",
	    .source = "LibUsbDfu 13; AN3156 5.6", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_leave_unaddressed },
	{ .id = "end-refused",
	    .needs = FACT(FACT_STATUS),
	    .title = "the image was refused at its end",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "All blocks were taken, and the DNLOAD of length 0 "
	    "that ends the download leads to dfuERROR: the device looked at "
	    "the whole image and finds it incomplete (errNOTDONE), wrong "
	    "(errVERIFY), or not to be started (errFIRMWARE). What was "
	    "written stays; the download is closed.",
	    .apart = "Refused a second time, it is the image and not the way "
	    "there.",
	    .advice = "Download it again, or another image; the end alone "
	    "is an error after this.",
	    .source = "DFU 1.1 A.2.6 and A.2.7", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_end_refused,
	    .general = 1 },
	{ .id = "leave-refused",
	    .needs = FACT(FACT_STATUS),
	    .title = "the end of the download is refused",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The image is in, and the DNLOAD of length 0 that "
	    "ends the download leads to dfuERROR: the device finds the image "
	    "incomplete (errNOTDONE), wrong (errVERIFY, errFIRMWARE), or "
	    "cannot say why (errUNKNOWN).",
	    .apart = "With errUNKNOWN the same leave worked from other "
	    "computers: another port or driver tells.",
	    .advice = "Download again, then leave.",
	    .source = "DFU 1.1 A.2.6; ST forum 404374",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_leave_refused,
	    .general = 1 },
	{ .id = "end-in-idle",
	    .needs = FACT(FACT_STATUS),
	    .title = "DNLOAD of length 0 where no download is open",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "In dfuIDLE a plain DFU device stalls it: "
	    "manifestation begins from dfuDNLOAD-IDLE. An ABORT after the "
	    "last block ends the download without it.",
	    .apart = "A DfuSe device takes it in dfuIDLE too, as the leave.",
	    .advice = "Download again, and end it without ABORT.",
	    .source = "DFU 1.1 A.2.3; LibUsbDfu 9", .when = FINDING_ON_SENT,
	    .requests = FINDING_BIT(DFU_IN_DNLOAD0),
	    .predicate = is_end_in_idle },
	{ .id = "download-aborted",
	    .needs = FACT(FACT_STATUS),
	    .title = "the download was aborted, not ended",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "ABORT led back to dfuIDLE: the device was never "
	    "told that the image is complete and does not manifest it.",
	    .advice = "Download again, with DNLOAD of length 0 at the end.",
	    .firmware = "Do not do work only in dfuMANIFEST that must be "
	    "done.",
	    .source = "DFU 1.1 A.2.6", .when = FINDING_ON_TAKEN,
	    .requests = FINDING_BIT(DFU_IN_ABORT),
	    .predicate = is_aborted, .taken_back = is_ended_after_all },
	{ .id = "leave-not-sent",
	    .needs = FACT(FACT_STATUS),
	    .title = "written, but not told to leave",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "With DfuSe each block is in the flash as soon as "
	    "it is answered; ST's tools end with ABORT and leave only when "
	    "told to. Firmware that waits for dfuMANIFEST-SYNC waits in vain.",
	    .firmware = "Do not tie the end of an update to manifestation "
	    "alone.",
	    .source = "ST forum 271603", .when = FINDING_ON_TAKEN,
	    .requests = FINDING_BIT(DFU_IN_ABORT),
	    .predicate = is_leave_unsent,
	    .taken_back = leaves_after_all, .settled = FINDING_ON_LEFT },
	{ .id = "found-in-manifest",
	    .needs = FACT(FACT_STATUS),
	    .title = "found half way through an earlier leave",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Its first answer is a state of manifestation: "
	    "another program began a leave and stopped asking. ABORT is no "
	    "way out of it.",
	    .source = "electronics.stackexchange 586519; DFU 1.1 A.2.8",
	    .when = FINDING_ON_MANIFEST, .predicate = is_found_in_manifest },
	{ .id = "request-in-manifest",
	    .needs = FACT(FACT_STATUS),
	    .title = "a request that dfuMANIFEST does not take",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device is manifesting: only GETSTATUS is "
	    "legal until it reports another state or leaves. ABORT and the "
	    "rest are errors here (DFU 1.1 A.2.8); after one, some devices "
	    "did not become idle (reported).",
	    .source = "DFU 1.1 A.2.8; fwupd 2057",
	    .when = FINDING_ON_SENT,
	    .requests = ~FINDING_OF_ASKING,
	    .before = FINDING_BIT(DFU_STATE_MANIFEST),
	    .predicate = is_request_in_manifest },
	{ .id = "manifest-wants-polls",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "it leaves dfuMANIFEST only when asked on",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The announced wait is over and the state stays: "
	    "this loader goes on only as requests arrive. Each further "
	    "GETSTATUS brings it closer to leaving; a STALL or a vanished "
	    "device then is the success.",
	    .firmware = "Enter the ROM through a reset, with no peripheral "
	    "running.",
	    .source = "electronics.stackexchange 586519",
	    .when = FINDING_ON_MANIFEST, .predicate = wants_polls },
	{ .id = "manifest-endless",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "it does not get out of dfuMANIFEST",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "A hundred GETSTATUS, each after the announced "
	    "wait, did not move it. Its application never says that it is "
	    "finished, or the loader hangs.",
	    .apart = "A device that writes hundreds of megabytes may need "
	    "minutes: its own display tells.",
	    .advice = "A power cycle, where no bus reset helps.",
	    .firmware = "Call the end of manifestation (TinyUSB: finish) in "
	    "every case.",
	    .source = "DFU 1.1 A.2.8", .when = FINDING_ON_MANIFEST,
	    .predicate = is_endless },
	{ .id = "manifest-abandoned",
	    .needs = FACT(FACT_STATUS),
	    .title = "left alone in dfuMANIFEST, it waits",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The leave was accepted and answered with "
	    "dfuMANIFEST, and the host stopped there. Such a device is seen "
	    "to finish only when more requests arrive; left alone it stays "
	    "on the bus, and neither loader nor application runs.",
	    .apart = "If it is gone from the bus by now, it left by itself.",
	    .firmware = "Enter the ROM through a reset, with no peripheral "
	    "running.",
	    .source = "electronics.stackexchange 586519; AN3156",
	    .when = FINDING_ON_TIME | FINDING_ON_CLOSED,
	    .predicate = is_abandoned,
	    .taken_back = is_gone_by_itself,
	    .settled = FINDING_ON_SENT, .within = ITSELF },
	{ .id = "manifest-unasked",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_STATUS),
	    .title = "it stays in dfuMANIFEST while nobody asks",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The leave was accepted and answered with "
	    "dfuMANIFEST. Loaders of this kind are seen to go on only as "
	    "requests arrive; nothing is lost by reading on before the next "
	    "one.",
	    .source = "electronics.stackexchange 586519",
	    .when = FINDING_ON_TIME, .predicate = is_unasked },
	{ .id = "manifest-unfinished",
	    .needs = FACT(FACT_ATTRIBUTES) | FACT(FACT_STATUS),
	    .title = "nobody waits for manifestation to end",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device was manifesting when it answered last, "
	    "and nothing has been asked since. It may still be programming: "
	    "a reset or power off now can lose the firmware.",
	    .advice = "Ask until it says something else.",
	    .source = "DFU 1.1 7.2; fwupd 2347",
	    .when = FINDING_ON_TIME | FINDING_ON_CLOSED,
	    .predicate = is_unfinished,
	    .taken_back = is_gone_by_itself,
	    .settled = FINDING_ON_SENT, .within = ITSELF },
	{ .id = "waits-for-reset",
	    .needs = FACT(FACT_STATUS),
	    .title = "it waits for a bus reset that does not come",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "In dfuMANIFEST-WAIT-RESET the update is done and "
	    "only a bus reset leads out. The tool forgot it (dfu-util before "
	    "0.10 without -R), or the system cannot do one (WinUSB, macOS).",
	    .apart = "A device with bitWillDetach should leave by itself.",
	    .advice = "Unplug it where no reset is possible.",
	    .firmware = "Leave by yourself after a while; accept DETACH.",
	    .source = "DFU 1.1 A.2.9; STM32duino-bootloader 22; lib_xua 560",
	    .when = FINDING_ON_SENT | FINDING_ON_TIME | FINDING_ON_CLOSED,
	    .before = FINDING_BIT(DFU_STATE_MANIFEST_WAIT_RESET),
	    .predicate = is_waiting_for_reset,
	    .taken_back = is_reset_after_all },
	{ .id = "tolerant-but-waits",
	    .needs = FACT(FACT_ATTRIBUTES) | FACT(FACT_STATUS),
	    .title = "it says tolerant and waits for a reset",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "bitManifestationTolerant promises dfuIDLE after "
	    "manifestation; the device went to dfuMANIFEST-WAIT-RESET. "
	    "Believe the state, not the bit.",
	    .firmware = "Clear bit 2 of bmAttributes.",
	    .source = "DFU 1.1 4.1.3; renesas/fsp 267",
	    .when = FINDING_ON_MANIFEST, .predicate = is_tolerant_but_waits },
	{ .id = "straight-to-wait-reset",
	    .needs = FACT(FACT_STATUS),
	    .title = "it skips dfuMANIFEST: that is fine",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The first answer after the end of the download is "
	    "dfuMANIFEST-WAIT-RESET already. Hosts that insist on "
	    "dfuMANIFEST call that an error; it is a good end.",
	    .source = "dfu-core 29; DFU 1.1 A.2.7",
	    .when = FINDING_ON_MANIFEST, .predicate = is_straight_to_wait },
	{ .id = "reset-in-manifest",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) | FACT(FACT_STATUS),
	    .title = "the bus reset cut manifestation short",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device was programming and had announced how "
	    "long; the reset came before that. The update may be lost, "
	    "although the tool reports success.",
	    .advice = "Download again and poll until it is done.",
	    .source = "fwupd 2347; DFU 1.1 A.2.8", .when = FINDING_ON_RESET,
	    .predicate = is_cut },
	{ .id = "dead-after-reset",
	    .title = "it answers nothing after the bus reset",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The bus reset left its control endpoint in a state "
	    "from which no request is served. Only power helps.",
	    .advice = "Unplug it and plug it in again.",
	    .firmware = "Set up EP0 anew on each bus reset.",
	    .source = "pico-ice 56", .when = FINDING_ON_SILENT,
	    .group = GROUP_SILENT, .predicate = is_dead_after_reset },
	{ .id = "left-before-status",
	    .title = "it left before it answered: a good leave",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The device went as soon as it had the DNLOAD of "
	    "length 0 and did not wait for GETSTATUS. Tools report an error; "
	    "the download is complete.",
	    .apart = "Back in DFU mode with the same ids, it was no success.",
	    .firmware = "Leave after the status stage of GETSTATUS.",
	    .source = "dfu-util c66695c; device-os 599; crow 128",
	    .when = FINDING_ON_LEFT, .group = GROUP_LEFT,
	    .predicate = is_left_before_status,
	    .taken_back = is_back },
	{ .id = "stall-after-leave",
	    .title = "a STALL while it leaves: most often fine",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "The leave is under way and the loader no longer "
	    "serves requests. If the device is gone a moment later, that was "
	    "the success.",
	    .apart = "Still there after a second, it refused the leave: ask "
	    "once more.",
	    .firmware = "Answer GETSTATUS, then leave.",
	    .source = "electronics.stackexchange 586519; Klipper 5596",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_stall_after_leave,
	    .taken_back = is_not_leaving },
	{ .id = "left-after-manifest",
	    .needs = FACT(FACT_STATUS),
	    .title = "the last request only found it gone: fine",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "It answered dfuMANIFEST and left, as it should; "
	    "the request after that had nobody to answer it.",
	    .source = "dfu-util 666071d; AN3156", .when = FINDING_ON_LEFT,
	    .group = GROUP_LEFT, .predicate = is_left_after_manifest,
	    .taken_back = is_back },
	{ .id = "left-for-good",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "it left, and nothing has come back",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The leave was carried out. An application without "
	    "USB looks just so; one that crashes at its first interrupt does "
	    "too: vector table not set (VTOR), peripherals left on by the "
	    "loader, the ROM itself stuck.",
	    .apart = "Does it run after pressing reset? Then the jump is at "
	    "fault, not the image.",
	    .advice = "Press reset; look whether the application runs.",
	    .firmware = "Set VTOR; reset clocks and USB first; interrupts "
	    "off until then.",
	    .source = "micropython 81a7293; AN2662; ST forum 148238",
	    .when = FINDING_ON_TIME, .predicate = is_gone,
	    .taken_back = finding_back },
	{ .id = "reset-stays-in-dfu",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "the bus reset did not end DFU mode",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "After the reset the same loader answers in "
	    "dfuIDLE. Some loaders need a second reset (Jabra), a transfer "
	    "before it (m-stack), or have no valid firmware to start.",
	    .apart = "errFIRMWARE in GETSTATUS would say that no firmware is "
	    "there.",
	    .advice = "A one-block upload first, if that does not help.",
	    .firmware = "Leave DFU mode on the first reset after a download.",
	    .source = "fwupd 3d2baa747 and fa41739ab; DFU 1.1 A.2.3",
	    .when = FINDING_ON_ARRIVED | FINDING_ON_STATUS,
	    .group = GROUP_BACK, .predicate = is_reset_no_exit },
	{ .id = "back-in-dfu",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_DESCRIPTORS),
	    .title = "it left and came back in DFU mode",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_OPEN,
	    .mechanism = "The leave reset it, and the loader runs again: the "
	    "address has no code, the boot pin is still held, or the part "
	    "latched \"flash is empty\" at power-on.",
	    .apart = "After a power cycle the empty flag is gone; with the "
	    "pin released a boot pin is; a wrong address stays wrong.",
	    .advice = "Power cycle, boot pin released; check the address.",
	    .firmware = "On Cortex-M0 remap the vectors; reload the option "
	    "bytes.",
	    .source = "AN2662 p. 80; efton.sk g44; ST forum 133230",
	    .when = FINDING_ON_ARRIVED, .group = GROUP_BACK,
	    .predicate = is_back_in_dfu },
	{ .id = "start-error",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "errFIRMWARE at the start: clear it and go on",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "ST's and GigaDevice's loaders begin in dfuERROR "
	    "with errFIRMWARE or keep it from the last session. It says "
	    "nothing about the firmware.",
	    .firmware = "Begin in dfuIDLE.",
	    .source = "dfu-util's log of an STM32F4; AIOC 15",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_start_error },
	{ .id = "corrupt-at-start",
	    .needs = FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE),
	    .title = "it says that its firmware is corrupt",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "A plain DFU device that begins in dfuERROR with "
	    "errFIRMWARE found no valid firmware and cannot start it. A "
	    "download cures that.",
	    .apart = "ST-like loaders say the same without meaning it.",
	    .advice = "Download the firmware.",
	    .source = "DFU 1.1 6.1.2 and A.1", .when = FINDING_ON_ERROR,
	    .group = GROUP_ERROR, .predicate = is_corrupt },
	{ .id = "found-in-error",
	    .needs = FACT(FACT_STATUS),
	    .title = "found in dfuERROR: no request of now made it",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "Its first answer is dfuERROR: it begins so, or has "
	    "kept an error of the program before. What bStatus says is about "
	    "that.",
	    .firmware = "Begin in dfuIDLE.", .source = "DFU 1.1 A.2.11",
	    .when = FINDING_ON_ERROR, .group = GROUP_ERROR,
	    .predicate = is_found_in_error },
};
const size_t finding_manifest_count =
    sizeof(finding_manifest_rows) / sizeof(finding_manifest_rows[0]);
