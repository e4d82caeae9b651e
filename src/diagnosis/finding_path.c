/* Findings: paths that cannot be, and states that are not left. */
#include "diagnosis/finding_rule.h"

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
	    "%s %u times in a row, and GETSTATUS has to lead out of it",
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
	    "a block of %u bytes was taken, then dfuIDLE", w->work.length));
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
	return (finding_say(c, ", then %s (#%u): not by %s",
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
	finding_since(c, a.since, "%s in %s (#%u): taken (#%u)",
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
	return (finding_say(c, "GETSTATUS was answered with %u of 6 bytes",
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
	    "DNLOAD of length 0, then %s and no GETSTATUS", buf_str(&name));
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
	    "block %u after block %u was answered with less than asked for",
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
	    "%u blocks were sent, and nothing follows in %s",
	    c->w->op.blocks, dfu_state_name(b.state)));
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
	    .title = "GETSTATUS does not lead out of this state",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "dfuDNLOAD-SYNC and dfuMANIFEST-SYNC last until the "
	    "host asks: GETSTATUS itself leads to the next state. This "
	    "device answers it and stays; to ask once more changes nothing.",
	    .apart = "A device that has work to do says dfuDNBUSY or "
	    "dfuMANIFEST, and how long.",
	    .advice = "ABORT, then CLRSTATUS, then a bus reset.",
	    .firmware = "Go on when GETSTATUS is answered, tolerant or not.",
	    .source = "DFU 1.1 A.2.4 and A.2.7; embassy 6257",
	    .when = FINDING_ON_BUSY | FINDING_ON_MANIFEST,
	    .predicate = is_sync_stuck },
	{ .id = "block-dropped",
	    .needs = FACT(FACT_STATUS),
	    .title = "a block was taken and dropped",
	    .class = FINDING_DATA, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "DNLOAD was acknowledged, and the answer after it "
	    "is dfuIDLE: no download is open, so nothing of it is stored. "
	    "The end of the download is refused then, or starts nothing.",
	    .apart = "A device that stores it says dfuDNLOAD-IDLE.",
	    .advice = "Another image or alternate setting; its maker.",
	    .firmware = "Go to dfuDNLOAD-SYNC on DNLOAD, and stay open "
	    "until the DNLOAD of length 0.",
	    .source = "DFU 1.1 A.2.3 to A.2.6", .when = FINDING_ON_STATUS,
	    .group = GROUP_PATH,
	    .states = FINDING_BIT(DFU_STATE_IDLE),
	    .predicate = is_dropped },
	{ .id = "path-impossible",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) |
		FACT(FACT_ATTRIBUTES) | FACT(FACT_STATUS) |
		FACT(FACT_ERROR_CODE),
	    .title = "two answers that cannot follow each other",
	    .class = FINDING_DEVICE, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "By DFU 1.1 no request that was sent leads from the "
	    "state that it told to the one that it tells now, and no "
	    "software that it may run is known to do so. It lost a request, "
	    "did not do what it acknowledged, or tells a wrong state.",
	    .apart = "Another program that uses it at the same time looks "
	    "so, too.",
	    .advice = "Do not build on it: read back what was written.",
	    .firmware = "Follow the table of states.",
	    .source = "DFU 1.1 A.2", .when = FINDING_ON_TOLD,
	    .group = GROUP_PATH, .predicate = is_impossible, .general = 2 },
	{ .id = "end-given-up",
	    .title = "the end of the download was given up",
	    .class = FINDING_MANIFEST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The DNLOAD of length 0 was taken, and manifestation "
	    "begins with the GETSTATUS after it. The host sent another "
	    "request instead: the device is back where it was, and starts "
	    "nothing.",
	    .advice = "Download again (plain DFU) or leave again (DfuSe), "
	    "and ask with GETSTATUS after it.",
	    .source = "DFU 1.1 A.2.7", .when = FINDING_ON_TAKEN,
	    .group = GROUP_PATH,
	    .works = FINDING_BIT(DFU_KIND_END),
	    .predicate = is_end_given_up, .taken_back = has_left,
	    .settled = FINDING_ON_TOLD },
	{ .id = "taken-out-of-place",
	    .needs = FACT(FACT_CLOCK) | FACT(FACT_WAITS) |
		FACT(FACT_ATTRIBUTES) | FACT(FACT_STATUS) |
		FACT(FACT_ERROR_CODE),
	    .title = "a request out of place, and it was taken",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The specification has a STALL for this request in "
	    "this state. The device acknowledged it: what it made of it, and "
	    "of what it was doing, is not known. Of two DNLOADs without a "
	    "GETSTATUS between them one is lost.",
	    .advice = "Ask for the state; read back what was written.",
	    .firmware = "Stall what the state does not take.",
	    .source = "DFU 1.1 A.2", .when = FINDING_ON_TAKEN,
	    .group = GROUP_PATH,
	    .requests = ~FINDING_OF_ASKING,
	    .predicate = is_taken_anyway, .general = 2 },
	{ .id = "state-undefined",
	    .needs = FACT(FACT_STATUS),
	    .title = "a state that DFU 1.1 does not have",
	    .class = FINDING_DEVICE, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "States are numbered from 0 to 10. What it is in is "
	    "not known; some firmware sends a status where the state "
	    "belongs, and 15 is errSTALLEDPKT.",
	    .advice = "clrstatus, if need be twice; then getstatus.",
	    .firmware = "bState is the fifth byte of the answer.",
	    .source = "DFU 1.1 6.1.2", .when = FINDING_ON_STATUS,
	    .predicate = is_undefined, .beside = true },
	{ .id = "status-short",
	    .title = "GETSTATUS is answered with too few bytes",
	    .class = FINDING_DEVICE, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The answer has six bytes; without all of them "
	    "neither state nor wait are told, and tools work with what their "
	    "buffer held before.",
	    .apart = "GETSTATE may still tell the state.",
	    .advice = "Ask with getstate.",
	    .firmware = "Send all six bytes.", .source = "DFU 1.1 6.1.2",
	    .when = FINDING_ON_TAKEN,
	    .requests = FINDING_BIT(DFU_IN_GETSTATUS),
	    .predicate = is_reply_short },
	{ .id = "reads-on",
	    .title = "reading goes on after the last block",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "A block that is shorter than asked for is the last: "
	    "the device is in dfuIDLE then, and the next UPLOAD begins "
	    "another one. What it brings is not what follows.",
	    .apart = "A DfuSe device may answer by address all the same.",
	    .advice = "Stop at the short block.",
	    .source = "DFU 1.1 6.2 and A.2.10", .when = FINDING_ON_SENT,
	    .requests = FINDING_OF_UPLOAD,
	    .predicate = reads_on },
	{ .id = "ends-in-transfer",
	    .needs = FACT(FACT_STATUS),
	    .title = "it ends in the middle of a download",
	    .class = FINDING_HOST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The last thing that is known is a download that is "
	    "open, and the device was not closed: the host's program ended "
	    "or was ended there. What was written is there, the rest is not.",
	    .advice = "Download again, from the beginning.",
	    .source = "DFU 1.1 A.2.6", .when = FINDING_ON_END,
	    .predicate = ends_in_transfer, .taken_back = goes_on },
};
const size_t finding_path_count =
    sizeof(finding_path_rows) / sizeof(finding_path_rows[0]);
