/* Findings: requests that do not fit, and what was left behind. */
#include "diagnosis/finding_rule.h"

#include "wire/usb.h"

#define MID_TRANSFER	(DFU_STATES_BLOCK | DFU_STATES_OPEN)

static bool
is_found_in_transfer(struct finding_case *c)
{
	if (c->w->told != 0 || c->w->work != DFU_KIND_NONE ||
	    !dfu_state_is(c->state, MID_TRANSFER))
		return (false);
	return (finding_say(c, "its first answer is %s",
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
	return (finding_say(c, "wIndex %u, its DFU interface is %u",
	    c->e->setup.wIndex, d->functions[0].bInterfaceNumber));
}

static bool
needed_interface(struct finding_case *c)
{
	if (c->w->set_after == 0)
		return (false);
	return (finding_since(c, c->w->past.number,
	    "GETSTATUS stalled until SET_INTERFACE"));
}

static const struct dfu_transition *
move_of(const struct finding_case *c)
{
	struct dfu_conditions conditions = session_conditions(c->s);
	int input = dfu_input_of(&c->r->setup);

	if (input < 0 || c->r->before == NO_STATE)
		return (NULL);
	return (
	    dfu_transition(c->r->before, (enum dfu_input)input, &conditions));
}

static bool
say_stall(struct finding_case *c, const struct dfu_transition *m)
{
	struct buf name = { 0 };

	words_request_name(&name, &c->r->setup);
	finding_say(c, "%s in %s: STALL (%s)", buf_str(&name),
	    dfu_state_name(c->r->before), m->clause);
	buf_free(&name);
	return (true);
}

static bool
is_out_of_place(struct finding_case *c)
{
	const struct dfu_transition *m = move_of(c);

	if (m == NULL || m->response != DFU_RESPONSE_STALL)
		return (false);
	return (say_stall(c, m));
}

static bool
is_unlawful(struct finding_case *c)
{
	const struct dfu_transition *m = move_of(c);

	if (m == NULL || m->response != DFU_RESPONSE_OK)
		return (false);
	return (say_stall(c, m));
}

const struct finding_row finding_host_rows[] = {
	{ .id = "found-in-transfer",
	    .title = "found in the middle of an earlier transfer",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Its first answer is a state of a download or "
	    "upload: another program stopped half way. A new download may be "
	    "refused or go on where the old one stopped.",
	    .remedy = "abort", .advice = "In dfuDNBUSY wait first.",
	    .firmware = "Take ABORT in every state of a transfer.",
	    .source = "libmaple 9; DFU 1.1 A.2.6",
	    .when = FINDING_ON_BUSY | FINDING_ON_STATUS,
	    .predicate = is_found_in_transfer },
	{ .id = "left-in-transfer",
	    .title = "left in the middle of a transfer", .class = FINDING_HOST,
	    .severity = SEVERITY_NOTE, .fault = FINDING_FAULT_HOST,
	    .mechanism = "The device was closed in a state of a download or "
	    "upload. The next program finds it there.",
	    .remedy = "abort", .source = "libmaple 9",
	    .when = FINDING_ON_CLOSED, .predicate = is_left_in_transfer },
	{ .id = "wrong-interface",
	    .title = "the request goes to the wrong interface",
	    .class = FINDING_HOST, .severity = SEVERITY_ERROR,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "wIndex must be the number of the DFU interface. "
	    "Another one stalls it, or does something else with it.",
	    .remedy = "detach 1000", .source = "dfu-util 1c5cac0; DFU 1.1 3",
	    .when = FINDING_ON_SENT, .predicate = is_wrong_interface },
	{ .id = "needs-set-interface",
	    .title = "it serves DFU only after SET_INTERFACE",
	    .class = FINDING_HOST, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "Claiming an interface puts nothing on the bus. "
	    "This device waits for SET_INTERFACE before it answers requests "
	    "of the DFU class.",
	    .remedy = "alt 0",
	    .firmware = "Serve the default setting at once.",
	    .source = "dfu-util 3193a11", .when = FINDING_ON_TOLD,
	    .predicate = needed_interface },
	{ .id = "request-out-of-place",
	    .title = "a request that this state does not take",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "The specification has a STALL for this request in "
	    "this state, and dfuERROR after it. The STALL is as it should "
	    "be; some stacks stay in the state that they were in.",
	    .remedy = "getstatus", .source = "DFU 1.1 A.2",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_out_of_place },
	{ .id = "stall-against-spec",
	    .title = "a STALL where the specification has none",
	    .class = FINDING_HOST, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "In this state the request is allowed, and the "
	    "device refused it: its state machine differs, or its state is "
	    "not what was believed.",
	    .apart = "GETSTATUS tells the state that it is really in.",
	    .remedy = "getstatus", .source = "DFU 1.1 A.2",
	    .when = FINDING_ON_STALL, .group = GROUP_STALL,
	    .predicate = is_unlawful },
};
const size_t finding_host_count =
    sizeof(finding_host_rows) / sizeof(finding_host_rows[0]);
