#include "diagnosis/what_if.h"

#include "session/session.h"

/*
 * The state as the stack would have it: time moves only where the stack says
 * so. A timer that ran out by the specification may mean nothing to it.
 */
static uint8_t
stack_state(const struct session *s, const struct dfu_stack *stack,
    const struct dfu_conditions *c, uint64_t now)
{
	uint8_t state = s->estimate.state;
	struct dfu_outlook o;

	if (now >= s->timer &&
	    dfu_stack_outlook(stack, state, DFU_IN_TIME, c, &o) &&
	    o.next != DFU_NEXT_GONE)
		state = o.next;
	return (state);
}

struct what_if
what_if(const struct session *s, enum dfu_input input,
    const struct dfu_stack *stack, uint64_t now)
{
	struct dfu_conditions c = session_conditions(s);
	struct estimate b = session_estimate(s, now);
	struct what_if w = { 0 };

	if (b.how == ESTIMATE_UNKNOWN)
		return (w);
	/* The announced wait is over: the device is believed to be done. */
	c.block_done = c.manifest_done = b.how == ESTIMATE_TIMED;
	w.state = b.state;
	w.spec = dfu_transition(b.state, input, &c);
	if (stack == NULL || dfu_state_row(s->estimate.state) == NULL)
		return (w);
	w.stack_state = stack_state(s, stack, &c, now);
	w.known = dfu_stack_outlook(stack, w.stack_state, input, &c,
	    &w.stack);
	return (w);
}

struct what_if
what_if_row(const struct session *s, const struct what_if_row *row,
    const struct dfu_stack *stack, uint64_t now)
{
	struct what_if w;

	if (row->input != WHAT_IF_ALTERNATE)
		return (what_if(s, (enum dfu_input)row->input, stack, now));
	/* Where it stands is the same for every request. */
	w = what_if(s, DFU_IN_GETSTATE, stack, now);
	w.known = stack != NULL && w.spec != NULL &&
	    dfu_stack_alternate(stack, w.stack_state, &w.stack);
	w.spec = NULL;
	return (w);
}

struct dfu_outlook
what_if_spec(const struct what_if *w)
{
	struct dfu_outlook o = { .certainty = DFU_KNOWN_SPEC };

	if (w->spec != NULL) {
		o.response = (enum dfu_response)w->spec->response;
		o.next = o.says = w->spec->next;
		o.note = w->spec->note;
	}
	return (o);
}

bool
what_if_differs(const struct what_if *w)
{
	if (w->spec == NULL || !w->known)
		return (false);
	return (w->spec->response != w->stack.response ||
	    w->spec->next != w->stack.next);
}
