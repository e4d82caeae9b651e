/* SPDX-License-Identifier: ISC */
#include "session/prediction.h"

#include <string.h>

#include "session/session.h"

static bool
is_same(const struct dfu_outlook *a, const struct dfu_outlook *b)
{
	return (a->response == b->response && a->next == b->next &&
	    a->says == b->says);
}

/*
 * By the stack, in the state that it is in by it: b has what is known of that.
 * Where a fact is not known, each value has to lead to the same.
 */
bool
predict_from(const struct session *s, const struct dfu_stack *stack,
    const struct estimate *b, enum dfu_input input, struct dfu_outlook *o)
{
	struct dfu_conditions known = session_conditions(s), c;
	/* What its attributes leave open. */
	bool unsure = session_fact(s, FACT_ATTRIBUTES) == KNOWN_NOT;
	struct dfu_outlook one;
	uint8_t work, tolerant;
	bool any = false;

	for (work = DFU_WORK_NONE; work < DFU_WORK_UNKNOWN; work++) {
		if (b->work != DFU_WORK_UNKNOWN && b->work != work)
			continue;
		for (tolerant = 0; tolerant < 2; tolerant++) {
			if (!unsure && tolerant != known.tolerant)
				continue;
			c = dfu_conditions_working(known, work);
			c.tolerant = tolerant != 0;
			if (!dfu_stack_outlook(stack, b->state, input, &c,
			    &one) || (any && !is_same(o, &one)))
				return (false);
			*o = one;
			any = true;
		}
	}
	return (any);
}

static void
predict_by_spec(const struct session *s, enum dfu_input input,
    const struct estimate *b, struct prediction *p)
{
	const struct dfu_transition *m;
	struct dfu_conditions c;

	if (b->how == ESTIMATE_UNKNOWN)
		return;
	c = dfu_conditions_working(session_conditions(s),
	    (enum dfu_work)b->work);
	p->state = b->state;
	p->spec = dfu_transition(b->state, input, &c);
	if (p->spec == NULL || !(p->spec->mask & DFU_WHEN_FIRMWARE_VALID))
		return;
	c.firmware_valid = 0;
	m = dfu_transition(b->state, input, &c);
	if (m != p->spec)
		p->otherwise = m->next;
}

struct prediction
predict_by(const struct session *s, enum dfu_input input,
    const struct dfu_stack *stack, const struct estimate *own,
    const struct estimate *spec)
{
	struct prediction p = { .by = stack, .stack_state = NO_STATE,
	    .otherwise = NO_STATE };

	predict_by_spec(s, input, spec, &p);
	if (stack == NULL || own->how == ESTIMATE_UNKNOWN ||
	    dfu_state_row(own->state) == NULL)
		return (p);
	p.stack_state = own->state;
	p.known = predict_from(s, stack, own, input, &p.stack);
	return (p);
}

struct prediction
predict(const struct session *s, enum dfu_input input,
    const struct dfu_stack *stack, uint64_t now)
{
	struct estimate spec = session_estimate_spec(s, now), own = spec;

	if (stack != NULL)
		own = session_estimate_by(s, stack, now);
	return (predict_by(s, input, stack, &own, &spec));
}

struct prediction
predict_alternate(const struct session *s, const struct dfu_stack *stack,
    uint64_t now)
{
	/* Where it stands is the same for every request. */
	struct prediction p = predict(s, DFU_IN_GETSTATE, stack, now);

	p.known = p.stack_state != NO_STATE &&
	    dfu_stack_alternate(stack, p.stack_state, &p.stack);
	p.spec = NULL;
	return (p);
}

struct dfu_outlook
prediction_spec(const struct prediction *p)
{
	struct dfu_outlook none = { .certainty = DFU_KNOWN_SPEC };

	return (p->spec != NULL ? dfu_transition_outlook(p->spec) : none);
}

bool
prediction_first(const struct prediction *p, struct dfu_outlook *o,
    uint8_t *from)
{
	if (p->known) {
		*o = p->stack;
		*from = p->stack_state;
		return (true);
	}
	if (p->spec == NULL)
		return (false);
	*o = prediction_spec(p);
	*from = p->state;
	return (true);
}

bool
prediction_differs(const struct prediction *p)
{
	if (p->spec == NULL || !p->known)
		return (false);
	return ((enum dfu_response)p->spec->response != p->stack.response ||
	    p->spec->next != p->stack.next);
}

/* Kept: requests have few of them, over and over again. */

const struct prediction *
predictions_keep(struct intern *k, const struct prediction *p)
{
	struct prediction kept;

	/* Every byte of it is set, those between the members too. */
	memset(&kept, 0, sizeof(kept));
	kept.by = p->by;
	kept.spec = p->spec;
	kept.stack.response = p->stack.response;
	kept.stack.next = p->stack.next;
	kept.stack.says = p->stack.says;
	kept.stack.work = p->stack.work;
	kept.stack.certainty = p->stack.certainty;
	kept.stack.note = p->stack.note;
	kept.state = p->state;
	kept.otherwise = p->otherwise;
	kept.stack_state = p->stack_state;
	kept.known = p->known;
	return (intern_get(k, intern_keep(k, &kept, sizeof(kept),
	    UINT32_MAX)));
}

static uint64_t
read_of(const struct estimate *b)
{
	return (b->how == ESTIMATE_UNKNOWN ? UINT64_C(1) << 16 :
	    (uint64_t)b->work << 8 | b->state);
}

/* All that predict_by() reads but the stack; never 0. */
static uint64_t
read_by(const struct session *s, enum dfu_input input,
    const struct estimate *own, const struct estimate *spec)
{
	struct dfu_conditions c = session_conditions(s);
	uint16_t bits = 0;
	bool unsure = s->stack != NULL &&
	    session_fact(s, FACT_ATTRIBUTES) == KNOWN_NOT;

	_Static_assert(sizeof(c) == sizeof(bits), "the conditions are bits");
	_Static_assert(DFU_INPUT_COUNT <= 16, "an input has four bits");
	memcpy(&bits, &c, sizeof(bits));
	return (read_of(own) | read_of(spec) << 17 | (uint64_t)bits << 34 |
	    (uint64_t)input << 50 | (uint64_t)unsure << 54 |
	    UINT64_C(1) << 55);
}

const struct prediction *
predictions_of(struct session *s, enum dfu_input input,
    const struct estimate *own, const struct estimate *spec)
{
	uint64_t read = read_by(s, input, own, spec);
	/* The upper bits of a product hang on all of its factor's. */
	struct prediction_memo *m = &s->predicted[read * 0x9e3779b97f4a7c15u >>
	    (64 - PREDICTION_MEMO_BITS)];
	struct prediction p;

	if (m->read == read && m->kept->by == s->stack)
		return (m->kept);
	p = predict_by(s, input, s->stack, own, spec);
	*m = (struct prediction_memo){ read,
	    predictions_keep(&s->predictions, &p) };
	return (m->kept);
}
