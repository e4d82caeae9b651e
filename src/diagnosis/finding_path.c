/* SPDX-License-Identifier: ISC */
/* Findings: paths that cannot be, and states that are not left. */
#include "diagnosis/finding_rule.h"

#include "base/text.h"
#include "diagnosis/conformance.h"
#include "wire/usb.h"

/*
 * Neither DFU 1.1 nor the likely stack gives this answer here; the state is
 * known from the answer to *since.
 */
static bool
cannot_be(const struct finding_case *c, struct conformance *a)
{
	/* A STALL does not tell where it leaves the device. */
	if (c->w->here.past.outcome == OUTCOME_STALL ||
	    conformance_foretold(c->r, c->s->stack))
		return (false);
	*a = conformance_of(c->s, c->r, c->s->stack);
	/* Its names may tell which stack it is. */
	if (a->of == NULL && session_fact(c->s, FACT_MAP) == KNOWN_NOT)
		return (false);
	return (a->spec == CONFORMS_NO && a->since > c->w->here.opened &&
	    (a->of == NULL || a->stack == CONFORMS_NO));
}

/* GETSTATUS has to lead out of it, and three answers tell that it does not. */
static bool
is_sync_stuck(struct finding_case *c)
{
	if (!dfu_state_is(c->state, DFU_STATES_SYNC) ||
	    !session_is_stuck(c->s))
		return (false);
	return (finding_since(c, c->w->stay.first,
	    "%s %u times in a row, although GETSTATUS should end that state",
	    dfu_state_name(c->state), finding_stayed(c) + 1));
}

/* A block was taken, and the device is where it was before. */
static bool
is_dropped(struct finding_case *c)
{
	const struct finding_state *w = c->w;

	if (c->state != DFU_STATE_IDLE || w->work.kind != DFU_KIND_WRITE ||
	    w->work.over || w->here.reset ||
	    w->here.past.number + 1 != c->r->number ||
	    (c->s->stack != NULL && c->s->stack->late) ||
	    (w->here.past.request == DFU_DNLOAD ?
	    !outcome_is_answer(w->here.past.outcome) :
	    !dfu_state_is(w->here.past.state, DFU_STATES_BLOCK)))
		return (false);
	return (finding_since(c, w->work.by,
	    "a block of %u byte%s was accepted, then dfuIDLE",
	    w->work.length, TEXT_S(w->work.length)));
}

static bool
is_impossible(struct finding_case *c)
{
	const struct request *was;
	struct conformance a;

	/*
	 * Undefined states and a SYNC state that stays have rows of their own;
	 * whoever is done before its time, or answers where it need not, loses
	 * nothing.
	 */
	if (dfu_state_row(c->state) == NULL || c->r->before == c->state ||
	    c->w->stay.state == c->state ||
	    c->w->here.hasty || c->state == DFU_STATE_MANIFEST_WAIT_RESET ||
	    !cannot_be(c, &a))
		return (false);
	was = session_request(c->s, a.since);
	finding_since(c, a.since, "%s (#%u)", was != NULL ?
	    dfu_state_name(was->after) : "another state", a.since);
	if (c->w->here.past.number != a.since)
		finding_say(c, ", then %s", dfu_request_row(
		    c->w->here.past.request)->name);
	return (finding_say(c, ", then %s (#%u): not possible by %s",
	    dfu_state_name(c->state), c->r->number,
	    a.clause != NULL ? a.clause : "A.2"));
}

/* The state does not take it from any device, whatever it can do. */
static bool
is_out_of_place(const struct finding_case *c)
{
	struct dfu_conditions able = session_conditions(c->s);
	const struct dfu_transition *m;
	int input = session_input_of(c->r);

	able.can_dnload = able.can_upload = 1;
	m = input < 0 || c->r->before == NO_STATE ? NULL :
	    dfu_transition(c->r->before, (enum dfu_input)input, &able);
	return (m == NULL || m->response != DFU_RESPONSE_OK);
}

/* What the state does not take was acknowledged. */
static bool
is_taken_anyway(struct finding_case *c)
{
	struct buf name = { 0 };
	struct conformance a;

	/* Of dfuMANIFEST, and of dropped blocks, there are others. */
	if (finding_asks(&c->r->setup) || session_runtime(c->s) ||
	    dfu_state_is(c->r->before, DFU_STATES_MUTE) ||
	    c->r->before == DFU_STATE_MANIFEST ||
	    c->w->here.dropped != 0 || !is_out_of_place(c) ||
	    !cannot_be(c, &a))
		return (false);
	words_request_name(&name, &c->r->setup);
	finding_since(c, a.since, "%s in %s (#%u): accepted (#%u)",
	    buf_str(&name), c->r->before == NO_STATE ? "that state" :
	    dfu_state_name(c->r->before), a.since, c->r->number);
	buf_free(&name);
	return (true);
}

static bool
is_undefined(struct finding_case *c)
{
	return (dfu_state_row(c->state) == NULL &&
	    finding_say(c, "bState %u", c->state));
}

static bool
is_reply_short(struct finding_case *c)
{
	if (!finding_is(c, DFU_GETSTATUS) || c->e->len >= 6 ||
	    c->r->setup.wLength < 6)
		return (false);
	return (finding_say(c, "GETSTATUS returned %u of 6 bytes",
	    c->e->len));
}

/* The end of the download was taken, and manifestation was never begun. */
static bool
is_end_given_up(struct finding_case *c)
{
	const struct finding_state *w = c->w;
	struct buf name = { 0 };

	if ((!finding_is(c, DFU_ABORT) && !finding_is(c, DFU_CLRSTATUS)) ||
	    w->work.kind != DFU_KIND_END || w->leave.by == 0 ||
	    w->here.past.number != w->leave.by ||
	    !outcome_is_answer(w->here.past.outcome))
		return (false);
	words_request_name(&name, &c->r->setup);
	finding_since(c, w->leave.by,
	    "zero-length DNLOAD, then %s and no GETSTATUS", buf_str(&name));
	buf_free(&name);
	return (true);
}

/* The end was told by a short block; the next one begins a new upload. */
static bool
reads_on(struct finding_case *c)
{
	if (!finding_is(c, DFU_UPLOAD) || !c->w->op.upload_short ||
	    c->e->setup.wValue == 0 ||
	    c->w->here.past.request != DFU_UPLOAD ||
	    c->e->setup.wValue != (uint16_t)(c->w->op.upload_block + 1))
		return (false);
	return (finding_since(c, c->w->here.past.number,
	    "block %u requested after the short block %u",
	    c->e->setup.wValue, c->w->op.upload_block));
}

/* The events end here, and the host had not closed the device. */
static bool
ends_in_transfer(struct finding_case *c)
{
	struct estimate b = session_estimate(c->s, c->now);

	if (!c->s->present || c->w->here.closed || c->w->op.blocks == 0 ||
	    b.how == ESTIMATE_UNKNOWN ||
	    !dfu_state_is(b.state, DFU_STATES_BLOCK | DFU_STATES_OPEN))
		return (false);
	return (finding_since(c, c->w->op.first,
	    "%u block%s sent, then no request in %s",
	    c->w->op.blocks, TEXT_S(c->w->op.blocks), dfu_state_name(b.state)));
}

static bool
goes_on(const struct finding_case *c, const struct finding *f)
{
	(void)f;
	return (c->e->kind == EVENT_SUBMIT);
}

static bool
has_left(const struct finding_case *c, const struct finding *f)
{
	return (c->e->kind == EVENT_LEFT && c->w->here.acted <= f->last);
}

const struct finding_row finding_path_rows[] = {
	{ .id = "sync-stuck",
	    .needs = FACT(FACT_STATUS),
	    .title = "GETSTATUS does not advance this state",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "dfuDNLOAD-SYNC and dfuMANIFEST-SYNC last until a "
	    "GETSTATUS, which should move the device to the next state. This "
	    "device answers and stays. Further polls change nothing.",
	    .apart = "A device that is still working reports dfuDNBUSY or "
	    "dfuMANIFEST and a wait.",
	    .advice = "ABORT, then CLRSTATUS, then a bus reset.",
	    .firmware = "Advance when GETSTATUS is answered, "
	        "manifestation-tolerant or not.",
	    .source = "DFU 1.1 A.2.4 and A.2.7; embassy 6257",
	    .when = FINDING_ON_BUSY | FINDING_ON_MANIFEST,
	    .predicate = is_sync_stuck },
	{ .id = "block-dropped",
	    .needs = FACT(FACT_STATUS),
	    .title = "Block accepted, then dropped",
	    .class = FINDING_DATA, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device acknowledged DNLOAD and then reports "
	    "dfuIDLE: no download is open, so it stored nothing. It will "
	    "reject the end of the download or start nothing.",
	    .apart = "A device that stores the block reports dfuDNLOAD-IDLE.",
	    .advice = "Try another image or alternate setting, or ask the "
	        "manufacturer.",
	    .firmware = "Go to dfuDNLOAD-SYNC on DNLOAD, and keep the "
	    "download open until the zero-length DNLOAD.",
	    .source = "DFU 1.1 A.2.3 to A.2.6", .when = FINDING_ON_STATUS,
	    .group = GROUP_PATH,
	    .states = FINDING_BIT(DFU_STATE_IDLE),
	    .predicate = is_dropped },
	{ .id = "path-impossible",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) |
		FACT(FACT_ATTRIBUTES) | FACT(FACT_STATUS) |
		FACT(FACT_ERROR_CODE),
	    .title = "Two answers that cannot follow each other",
	    .class = FINDING_DEVICE, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "By DFU 1.1 no request sent between the two answers "
	    "moves the device from the first state to the second. No known "
	    "DFU stack does this either. The device lost a request, did not "
	    "do what it acknowledged, or reports a wrong state.",
	    .apart = "Another program that uses the device at the same time "
	    "causes the same picture.",
	    .advice = "Do not rely on the result: read back what was written.",
	    .firmware = "Follow the state table of DFU 1.1.",
	    .source = "DFU 1.1 A.2", .when = FINDING_ON_TOLD,
	    .group = GROUP_PATH, .predicate = is_impossible, .general = 2 },
	{ .id = "end-given-up",
	    .title = "End of the download abandoned by the host",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device accepted the zero-length DNLOAD; "
	    "manifestation starts with the next GETSTATUS. The host software "
	    "sent another request instead. The device returned to its "
	    "previous state and starts nothing.",
	    .advice = "Download again (plain DFU) or leave again (DfuSe), "
	    "then send GETSTATUS.",
	    .source = "DFU 1.1 A.2.7", .when = FINDING_ON_TAKEN,
	    .group = GROUP_PATH,
	    .works = FINDING_BIT(DFU_KIND_END),
	    .predicate = is_end_given_up, .taken_back = has_left,
	    .settled = FINDING_ON_TOLD },
	{ .id = "taken-out-of-place",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) |
		FACT(FACT_ATTRIBUTES) | FACT(FACT_STATUS) |
		FACT(FACT_ERROR_CODE),
	    .title = "Device accepted a request that this state does not allow",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "By DFU 1.1 the device should stall this request in "
	    "this state, but it acknowledged it. The effect on the operation "
	    "in progress is unknown. Of two DNLOADs without a GETSTATUS "
	    "between them one is lost.",
	    .advice = "Query the state; read back what was written.",
	    .firmware = "Stall requests that the state does not allow.",
	    .source = "DFU 1.1 A.2", .when = FINDING_ON_TAKEN,
	    .group = GROUP_PATH,
	    .requests = ~FINDING_OF_ASKING,
	    .predicate = is_taken_anyway, .general = 2 },
	{ .id = "state-undefined",
	    .needs = FACT(FACT_STATUS),
	    .title = "State number not defined by DFU 1.1",
	    .class = FINDING_DEVICE, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "DFU 1.1 numbers its states from 0 to 10, so the "
	    "real state of the device is unknown. Some firmware sends a "
	    "status where the state belongs; 15 is errSTALLEDPKT.",
	    .advice = "Send CLRSTATUS, twice if needed, then GETSTATUS.",
	    .firmware = "Send bState as the fifth byte of the answer.",
	    .source = "DFU 1.1 6.1.2", .when = FINDING_ON_STATUS,
	    .predicate = is_undefined, .beside = true },
	{ .id = "status-short",
	    .title = "GETSTATUS answer too short",
	    .class = FINDING_DEVICE, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The answer must have six bytes. Without all of them "
	    "the host learns neither state nor wait, and tools evaluate old "
	    "buffer contents.",
	    .apart = "GETSTATE may still report the state.",
	    .advice = "Query the state with getstate.",
	    .firmware = "Send all six bytes.", .source = "DFU 1.1 6.1.2",
	    .when = FINDING_ON_TAKEN,
	    .requests = FINDING_BIT(DFU_IN_GETSTATUS),
	    .predicate = is_reply_short },
	{ .id = "reads-on",
	    .title = "Reading continues after the last block",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "A block shorter than requested is the last one. The "
	    "device is in dfuIDLE then, and the next UPLOAD starts a new "
	    "upload. Its data does not continue the previous one.",
	    .apart = "A DfuSe device may still answer by address.",
	    .advice = "Stop at the short block.",
	    .source = "DFU 1.1 6.2 and A.2.10", .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_UPLOAD,
	    .predicate = reads_on },
	{ .id = "ends-in-transfer",
	    .needs = FACT(FACT_STATUS),
	    .title = "Recording ends in the middle of a download",
	    .class = FINDING_HOST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The last known state is an open download, and the "
	    "host software did not close the device: it exited or was killed "
	    "there. What the device reported as done is done; the block or "
	    "sector in progress is unknown, and nothing after it is written.",
	    .advice = "Download again from the beginning.",
	    .source = "DFU 1.1 A.2.6", .when = FINDING_ON_END,
	    .predicate = ends_in_transfer, .taken_back = goes_on },
};
const size_t finding_path_count =
    sizeof(finding_path_rows) / sizeof(finding_path_rows[0]);
