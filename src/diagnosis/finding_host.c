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
	{ "found-in-transfer", "found in the middle of an earlier transfer",
	    FINDING_HOST, SEVERITY_WARNING, FINDING_FAULT_HOST,
	    "Its first answer is a state of a download or upload: another "
	    "program stopped half way. A new download may be refused or go "
	    "on where the old one stopped.",
	    NULL, "abort", "In dfuDNBUSY wait first.",
	    "Take ABORT in every state of a transfer.",
	    "libmaple 9; DFU 1.1 A.2.6",
	    FINDING_ON_BUSY | FINDING_ON_STATUS, GROUP_NONE,
	    is_found_in_transfer },
	{ "left-in-transfer", "left in the middle of a transfer",
	    FINDING_HOST, SEVERITY_NOTE, FINDING_FAULT_HOST,
	    "The device was closed in a state of a download or upload. The "
	    "next program finds it there.",
	    NULL, "abort", NULL, NULL, "libmaple 9",
	    FINDING_ON_CLOSED, GROUP_NONE, is_left_in_transfer },
	{ "wrong-interface", "the request goes to the wrong interface",
	    FINDING_HOST, SEVERITY_ERROR, FINDING_FAULT_HOST,
	    "wIndex must be the number of the DFU interface. Another one "
	    "stalls it, or does something else with it.",
	    NULL, "detach 1000", NULL, NULL, "dfu-util 1c5cac0; DFU 1.1 3",
	    FINDING_ON_SENT, GROUP_NONE, is_wrong_interface },
	{ "needs-set-interface", "it serves DFU only after SET_INTERFACE",
	    FINDING_HOST, SEVERITY_NOTE, FINDING_FAULT_DEVICE,
	    "Claiming an interface puts nothing on the bus. This device "
	    "waits for SET_INTERFACE before it answers requests of the DFU "
	    "class.",
	    NULL, "alt 0", NULL, "Serve the default setting at once.",
	    "dfu-util 3193a11", FINDING_ON_TOLD, GROUP_NONE,
	    needed_interface },
	{ "request-out-of-place", "a request that this state does not take",
	    FINDING_HOST, SEVERITY_WARNING, FINDING_FAULT_HOST,
	    "The specification has a STALL for this request in this state, "
	    "and dfuERROR after it. The STALL is as it should be; some stacks "
	    "stay in the state that they were in.",
	    NULL, "getstatus", NULL, NULL, "DFU 1.1 A.2",
	    FINDING_ON_STALL, GROUP_STALL, is_out_of_place },
	{ "stall-against-spec", "a STALL where the specification has none",
	    FINDING_HOST, SEVERITY_WARNING, FINDING_FAULT_DEVICE,
	    "In this state the request is allowed, and the device refused "
	    "it: its state machine differs, or its state is not what was "
	    "believed.",
	    "GETSTATUS tells the state that it is really in.",
	    "getstatus", NULL, NULL, "DFU 1.1 A.2",
	    FINDING_ON_STALL, GROUP_STALL, is_unlawful },
};
const size_t finding_host_count =
    sizeof(finding_host_rows) / sizeof(finding_host_rows[0]);
