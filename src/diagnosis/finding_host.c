/* SPDX-License-Identifier: ISC */
/* Findings: requests that do not fit, and what was left behind. */
#include "diagnosis/finding_rule.h"

#include "wire/usb.h"

#define MID_TRANSFER	(DFU_STATES_BLOCK | DFU_STATES_OPEN)

static bool
is_found_in_transfer(struct finding_case *c)
{
	if (c->w->here.told != 0 || c->w->work.kind != DFU_KIND_NONE ||
	    !dfu_state_is(c->state, MID_TRANSFER) || !finding_knows_before(c))
		return (false);
	return (finding_say(c, "first answer: %s",
	    dfu_state_name(c->state)));
}

static bool
is_left_in_transfer(struct finding_case *c)
{
	if (!c->s->present || c->s->estimate.how == ESTIMATE_UNKNOWN ||
	    !dfu_state_is(c->s->estimate.state, MID_TRANSFER))
		return (false);
	return (finding_say(c, "closed in %s",
	    dfu_state_name(c->s->estimate.state)));
}

static bool
is_wrong_interface(struct finding_case *c)
{
	const struct dfu_descriptors *d = &c->s->descriptors;
	size_t i;

	for (i = 0; i < d->nfunctions; i++) {
		if (d->functions[i].bInterfaceNumber ==
		    (c->e->setup.wIndex & 0xff))
			return (false);
	}
	if (d->nfunctions == 0)
		return (false);
	return (finding_say(c, "wIndex %u, the DFU interface is %u",
	    c->e->setup.wIndex, d->functions[0].bInterfaceNumber));
}

static bool
needed_interface(struct finding_case *c)
{
	if (c->w->here.set_after == 0)
		return (false);
	return (finding_since(c, c->w->here.past.number,
	    "GETSTATUS stalled until SET_INTERFACE"));
}

static const struct dfu_transition *
move_of(const struct finding_case *c)
{
	struct dfu_conditions conditions = session_conditions(c->s);
	int input = session_input_of(c->r);

	if (input < 0 || c->r->before == NO_STATE)
		return (NULL);
	return (
	    dfu_transition(c->r->before, (enum dfu_input)input, &conditions));
}

#define OF_ATTRIBUTES	(DFU_WHEN_CAN_DNLOAD | DFU_WHEN_CAN_UPLOAD | \
    DFU_WHEN_TOLERANT)

static bool
say_stall(struct finding_case *c, const struct dfu_transition *m)
{
	struct buf name = { 0 };

	words_request_name(&name, &c->r->setup);
	finding_say(c, "%s in %s: STALL (%s)", buf_str(&name),
	    dfu_state_name(c->r->before), m->clause);
	/* A row that is not of every device is told with its condition. */
	if ((m->mask & OF_ATTRIBUTES) != 0 && m->note != NULL)
		finding_say(c, ": %s", m->note);
	buf_free(&name);
	return (true);
}

static bool
is_out_of_place(struct finding_case *c)
{
	const struct dfu_transition *m = move_of(c);

	/* Whether it was still at work, only the announced wait tells. */
	if (dfu_state_is(c->r->before, DFU_STATES_BUSY) &&
	    !session_holds(c->s, FACT(FACT_CLOCK) | FACT(FACT_WAITS)))
		return (false);
	/* Of dfuMANIFEST there is a finding of its own. */
	if (m == NULL || m->response != DFU_RESPONSE_STALL ||
	    m->state == DFU_STATE_MANIFEST || c->w->here.forced ||
	    ((m->mask & OF_ATTRIBUTES) != 0 &&
	    session_fact(c->s, FACT_ATTRIBUTES) != KNOWN_YES))
		return (false);
	/* A question is, before its time, if a time was announced. */
	if (finding_asks(&c->r->setup) &&
	    dfu_state_is(m->state, DFU_STATES_BUSY) &&
	    c->w->here.early != c->r->number)
		return (false);
	return (say_stall(c, m));
}

/* What is asked with a block and a length may be refused for them. */
static bool
is_unlawful(struct finding_case *c)
{
	const struct dfu_transition *m = move_of(c);

	if (m == NULL || m->response != DFU_RESPONSE_OK ||
	    c->r->setup.wLength != 0 || c->w->here.told == 0)
		return (false);
	return (say_stall(c, m));
}

static bool
is_untold(struct finding_case *c)
{
	const struct dfu_transition *m = move_of(c);

	if (!finding_asks(&c->r->setup) || session_runtime(c->s) ||
	    (c->w->here.partial && c->r->before == NO_STATE) ||
	    (m != NULL && m->response != DFU_RESPONSE_OK))
		return (false);
	return (finding_say(c, "%s: STALL",
	    finding_is(c, DFU_GETSTATUS) ? "GETSTATUS" : "GETSTATE"));
}

/* Its descriptors have that setting. */
static bool
has_setting(const struct session *s, unsigned number)
{
	const struct dfu_function *f = session_function(s);
	size_t i;

	for (i = 0; f != NULL && i < f->nalternates; i++) {
		if (f->alternates[i].bAlternateSetting == number)
			return (true);
	}
	return (false);
}

static bool
is_setting_refused(struct finding_case *c)
{
	if (c->r->meaning.kind != DFU_KIND_SET_INTERFACE ||
	    c->r->outcome != OUTCOME_STALL ||
	    !has_setting(c->s, c->r->setup.wValue))
		return (false);
	return (finding_say(c, "SET_INTERFACE %u: STALL",
	    c->r->setup.wValue));
}

const struct finding_row finding_host_rows[] = {
	{ .id = "found-in-transfer",
	    .needs = FACT(FACT_STATUS),
	    .title = "Device was in an earlier transfer at the first query",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The first answer is a state of a download or "
	    "upload: another program stopped in the middle. The device may "
	    "reject a new download, or continue where the old one stopped.",
	    .advice = "In dfuDNBUSY wait first.",
	    .firmware = "Accept ABORT in every state of a transfer.",
	    .source = "libmaple 9; DFU 1.1 A.2.6",
	    .when = FINDING_ON_BUSY | FINDING_ON_STATUS,
	    .works = FINDING_BIT(DFU_KIND_NONE),
	    .predicate = is_found_in_transfer },
	{ .id = "left-in-transfer",
	    .needs = FACT(FACT_STATUS),
	    .title = "Device left in the middle of a transfer",
	    .class = FINDING_HOST,
	    .severity = SEVERITY_NOTE, .fault = FINDING_FAULT_HOST,
	    .mechanism = "The host software closed the device in a state of a "
	    "download or upload. The next program finds it in that state.",
	    .source = "libmaple 9",
	    .when = FINDING_ON_CLOSED, .predicate = is_left_in_transfer },
	{ .id = "wrong-interface",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "Request sent to another interface",
	    .class = FINDING_HOST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "wIndex must be the number of the DFU interface. "
	    "Another interface stalls the request or does something else with "
	    "it.",
	    .source = "dfu-util 1c5cac0; DFU 1.1 3",
	    .when = FINDING_ON_SENT, .predicate = is_wrong_interface },
	{ .id = "needs-set-interface",
	    .title = "Device serves DFU only after SET_INTERFACE",
	    .class = FINDING_HOST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "Claiming an interface sends nothing on the bus. "
	    "This device waits for SET_INTERFACE before it answers requests "
	    "of the DFU class.",
	    .firmware = "Serve the default setting at once.",
	    .source = "dfu-util 3193a11", .when = FINDING_ON_TOLD,
	    .predicate = needed_interface },
	{ .id = "request-out-of-place",
	    .needs = FACT(FACT_STATUS),
	    .title = "Request not allowed in this state",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "By DFU 1.1 the device stalls this request in this "
	    "state and goes to dfuERROR. The STALL is correct; some DFU "
	    "stacks keep their state.",
	    .source = "DFU 1.1 A.2",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_out_of_place,
	    .general = 1 },
	{ .id = "stall-against-spec",
	    .needs = FACT(FACT_STATUS),
	    .title = "STALL in a state that allows the request",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "This state allows the request, but the device "
	    "stalled it. Its state machine differs from DFU 1.1, or it is not "
	    "in the expected state.",
	    .source = "DFU 1.1 A.2",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_unlawful, .general = 2 },
	{ .id = "state-untold",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "Device stalled the query of its state",
	    .class = FINDING_HOST,
	    .severity = SEVERITY_WARNING, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "This state allows GETSTATUS and GETSTATE, but the "
	    "device stalled one. Possible causes: its firmware does not serve "
	    "DFU, serves it at another interface, or has stopped.",
	    .apart = "If the device answers a later query, it was busy.",
	    .advice = "Check the interface; replug the device.",
	    .firmware = "Answer GETSTATUS in every state.",
	    .source = "DFU 1.1 6.1.2", .when = FINDING_ON_STALL,
	    .group = GROUP_STALL, .predicate = is_untold, .general = 2 },
	{ .id = "setting-refused",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "Device refuses the alternate setting",
	    .class = FINDING_HOST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The device stalled SET_INTERFACE. A device with a "
	    "single setting may do so; it keeps the setting it was in.",
	    .source = "USB 2.0 9.4.10", .when = FINDING_ON_OTHER,
	    .predicate = is_setting_refused },
};
const size_t finding_host_count =
    sizeof(finding_host_rows) / sizeof(finding_host_rows[0]);
