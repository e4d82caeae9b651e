/* SPDX-License-Identifier: ISC */
/*
 * What a session remembers is what it would work out anew: predictions, and
 * where the device stood when a request was sent.
 */
#include "tests/diagnosis/walk.h"

#include <string.h>

#include "device/sim.h"

#define WORKS	(DFU_WORK_UNKNOWN + 1)
#define STANDS	((DFU_STATE_COUNT + 2) * WORKS)	/* unknown, undefined too */
#define REQUESTS	2000

/* One of STANDS. */
static struct estimate
stand(unsigned i)
{
	return ((struct estimate){ .state = (uint8_t)(i / WORKS),
	    .work = (uint8_t)(i % WORKS),
	    .how = i / WORKS > DFU_STATE_COUNT ? ESTIMATE_UNKNOWN :
	    ESTIMATE_MOVED });
}

static bool
is_same(const struct prediction *a, const struct prediction *b)
{
	return (a->by == b->by && a->spec == b->spec &&
	    a->state == b->state && a->otherwise == b->otherwise &&
	    a->stack_state == b->stack_state && a->known == b->known &&
	    a->stack.response == b->stack.response &&
	    a->stack.next == b->stack.next && a->stack.says == b->stack.says &&
	    a->stack.work == b->stack.work &&
	    a->stack.certainty == b->stack.certainty &&
	    a->stack.note == b->stack.note);
}

/* As if they were of a device of that kind; i is one of KINDS. */
static void
pose(struct session *s, unsigned i)
{
	static const uint8_t attributes[] = { 0, DFU_ATTR_CAN_DNLOAD,
		DFU_ATTR_CAN_UPLOAD, DFU_ATTR_MANIFESTATION_TOLERANT, 0xf };

	s->at_once = i & 1;
	s->unannounced = i >> 1 & 1;
	s->dialect = i >> 2 & 1 ? DFU_DIALECT_DFUSE : DFU_DIALECT_PLAIN;
	s->who->lacks = i >> 3 & 1 ? FACT(FACT_ATTRIBUTES) : 0;
	s->descriptors.functions[0].functional.bmAttributes =
	    attributes[(i >> 4) % 5];
	s->stack = (i >> 4) / 5 == 0 ? NULL : &dfu_stacks[(i >> 4) / 5 - 1];
}
#define KINDS	(16 * 5 * ((unsigned)dfu_stacks_count + 1))

struct question {
	unsigned	kind;		/* below KINDS */
	unsigned	input;
	unsigned	own;		/* below STANDS */
	unsigned	spec;
};

static void
ask(struct session *s, const struct question *q)
{
	struct estimate own = stand(q->own), spec = stand(q->spec);
	const struct prediction *kept;
	struct prediction p;

	pose(s, q->kind);
	kept = predictions_of(s, (enum dfu_input)q->input, &own, &spec);
	p = predict_by(s, (enum dfu_input)q->input, s->stack, &own, &spec);
	if (!is_same(kept, &p))
		fail_msg("kind %u, input %u, stands %u, by DFU 1.1 %u",
		    q->kind, q->input, q->own, q->spec);
}

/* One thing is another, then it is as before. */
static void
ask_beside(struct session *s, const struct question *q)
{
	static const struct question steps[] = { { .kind = 1 },
	    { .kind = 2 }, { .kind = 4 }, { .kind = 8 }, { .kind = 16 },
	    { .kind = 80 }, { .input = 1 }, { .own = 1 }, { .own = WORKS },
	    { .spec = 1 }, { .spec = WORKS } };
	struct question other;
	size_t i;

	for (i = 0; i < COUNT(steps); i++) {
		other.kind = (q->kind + steps[i].kind) % KINDS;
		other.input = (q->input + steps[i].input) % DFU_INPUT_COUNT;
		other.own = (q->own + steps[i].own) % STANDS;
		other.spec = (q->spec + steps[i].spec) % STANDS;
		ask(s, q);
		ask(s, &other);
	}
}

static void
predictions_are_those_worked_out(void **state)
{
	struct question q;
	struct walk t;
	unsigned i;

	(void)state;
	walk_open(&t, "dfu11");
	for (i = 0; i < STANDS * DFU_INPUT_COUNT; i++) {
		q.input = i / STANDS;
		q.own = i % STANDS;
		q.spec = (i * 7 + q.input) % STANDS;
		for (q.kind = i % 29; q.kind < KINDS; q.kind += 29)
			ask_beside(t.s, &q);
	}
	t.s->who->lacks = 0;
	walk_close(&t);
}

static unsigned
any(unsigned n)
{
	static uint32_t seed = 1;

	seed = seed * 1664525u + 1013904223u;
	return ((seed >> 8) % n);
}

/* In one of them something that changes nothing happens in between. */
static void
ask_both(struct walk *t, struct walk *between)
{
	static const uint8_t outcomes[] = { OUTCOME_OK, OUTCOME_OK,
		OUTCOME_STALL, OUTCOME_TIMEOUT, OUTCOME_BUSERROR };
	uint8_t request = (uint8_t)any(DFU_REQUEST_COUNT), bytes[6] = { 0 };
	struct event e = { .kind = EVENT_SUBMIT, .number = ++t->number,
	    .setup = { .bmRequestType = dfu_request_row(request)->bmRequestType,
	    .bRequest = request, .wLength = (uint16_t)any(3) * 3 } };

	t->now = between->now = t->now + any(4) * any(2000) * 100;
	walk_apply(t, e);
	walk_apply(between, e);
	walk_apply(between, (struct event){ .kind = EVENT_WALL });
	bytes[1] = (uint8_t)any(200);
	bytes[4] = (uint8_t)any(DFU_STATE_COUNT);
	bytes[0] = request == DFU_GETSTATE ? bytes[4] : 0;
	t->now = between->now = t->now + any(2) * any(2000) * 100;
	e = (struct event){ .kind = EVENT_COMPLETE, .number = t->number,
	    .outcome = outcomes[any(COUNT(outcomes))] };
	if (outcome_is_answer(e.outcome) && request != DFU_DNLOAD) {
		e.data = bytes;
		e.len = e.kept = request == DFU_GETSTATE ? 1 : sizeof(bytes);
	}
	walk_apply(t, e);
	walk_apply(between, e);
}

static void
stands_alike(const struct estimate *a, const struct estimate *b)
{
	assert_int_equal(a->how, b->how);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->work, b->work);
	assert_int_equal(a->by_stack, b->by_stack);
	assert_int_equal(a->certainty, b->certainty);
	assert_int_equal(a->by, b->by);
	assert_int_equal(a->since, b->since);
	assert_ptr_equal(a->clause, b->clause);
}

static void
is_alike(const struct session *a, const struct session *b)
{
	const struct request *x = &a->requests[a->nrequests - 1],
	    *y = &b->requests[b->nrequests - 1];

	stands_alike(&a->estimate, &b->estimate);
	stands_alike(&a->by_spec, &b->by_spec);
	assert_int_equal(a->timer, b->timer);
	assert_int_equal(a->spec_timer, b->spec_timer);
	assert_int_equal(a->stands, b->stands);
	assert_int_equal(a->npath, b->npath);
	assert_memory_equal(a->path, b->path, sizeof(a->path));
	assert_memory_equal(a->visits, b->visits, sizeof(a->visits));
	assert_int_equal(x->before, y->before);
	assert_int_equal(x->after, y->after);
	assert_int_equal(x->spec_after, y->spec_after);
	assert_true(is_same(x->predicted, y->predicted));
}

/* The answer finds the device where the request did. */
static void
an_answer_begins_where_it_was_asked(void **state)
{
	struct walk t, between;
	size_t i, n;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		walk_open(&t, sim_profiles[i].name);
		walk_open(&between, sim_profiles[i].name);
		for (n = 0; n < REQUESTS; n++) {
			ask_both(&t, &between);
			is_alike(t.s, between.s);
		}
		walk_close(&t);
		walk_close(&between);
	}
}

/* Time did not stand still if something happened after it was asked. */
static void
what_happens_in_between_counts(void **state)
{
	struct walk t;
	struct event e = { .kind = EVENT_SUBMIT, .number = 1, .setup = {
	    .bmRequestType = 0x21, .bRequest = DFU_ABORT } };

	(void)state;
	walk_open(&t, "dfu11");
	walk_apply(&t, e);
	walk_apply(&t, (struct event){ .kind = EVENT_RESET,
	    .outcome = OUTCOME_OK });
	walk_apply(&t, (struct event){ .kind = EVENT_LOST });
	assert_int_equal(session_estimate(t.s, t.now).how, ESTIMATE_UNKNOWN);
	t.s->estimate = t.s->by_spec = (struct estimate){
	    .how = ESTIMATE_REPORTED, .state = DFU_STATE_ERROR };
	e.kind = EVENT_COMPLETE;
	e.outcome = OUTCOME_STALL;
	walk_apply(&t, e);
	assert_int_equal(t.s->by_spec.how, ESTIMATE_MOVED);
	assert_int_equal(t.s->by_spec.state, DFU_STATE_ERROR);
	assert_string_equal(t.s->by_spec.clause, "A.2.11");
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(predictions_are_those_worked_out),
		cmocka_unit_test(an_answer_begins_where_it_was_asked),
		cmocka_unit_test(what_happens_in_between_counts),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
