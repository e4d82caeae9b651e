/* SPDX-License-Identifier: ISC */
/*
 * Whose rule an answer broke. The simulated devices are judged by the rules
 * that they are known to keep, which must find nothing, and by others, which
 * must find something.
 */
#include "tests/dfu/check.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "device/sim.h"
#include "diagnosis/conformance.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/sessions.h"
#include "session/session.h"
#include "wire/usb.h"

struct tale {
	struct sessions	*sessions;
	struct session	*s;
	struct sim	*sim;
	uint32_t	 number;
	uint64_t	 now;
	uint16_t	 dev;
	uint32_t	 incarnation;	/* that the session knows of */
};

static void
tell(struct tale *t, enum event_kind kind, enum outcome outcome)
{
	struct event e = { .kind = (uint8_t)kind, .dev = t->dev,
	    .time = t->now, .outcome = (uint8_t)outcome };

	sessions_apply(t->sessions, &e);
}

static void
arrive(struct tale *t)
{
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .dev = ++t->dev,
	    .time = t->now, .who = who };
	const char *name = sim_string(t->sim, 4);

	who->place = mem_strdup("1-1");
	if (name != NULL)
		identity_name(who, 0, 0, name, strlen(name));
	t->incarnation = sim_incarnation(t->sim);
	sim_descriptors(t->sim, &who->descriptors);
	sessions_apply(t->sessions, &e);
	t->s = t->sessions->list[0];
	identity_free(who);
}

static void
tale_open(struct tale *t, const char *spec)
{
	struct buf error = { 0 };

	*t = (struct tale){ .sessions = sessions_new(trace_new(), 0),
	    .sim = sim_new(spec, &error) };
	if (t->sim == NULL)
		fail_msg("%s", buf_str(&error));
	arrive(t);
}

static void
tale_close(struct tale *t)
{
	sim_free(t->sim);
	sessions_free(t->sessions);
}

/* Tells the session where the device went, and puts it back. */
static void
look_for(struct tale *t)
{
	if (sim_present(t->sim) &&
	    sim_incarnation(t->sim) == t->incarnation)
		return;
	tell(t, EVENT_LEFT, OUTCOME_UNKNOWN);
	sim_plug(t->sim, t->now, true);
	arrive(t);
}

static enum outcome
outcome_of(enum sim_answer answer)
{
	switch (answer) {
	case SIM_ACK:
		return (OUTCOME_OK);
	case SIM_STALL:
		return (OUTCOME_STALL);
	case SIM_SILENT:
		return (OUTCOME_TIMEOUT);
	case SIM_GONE:
		return (OUTCOME_GONE);
	case SIM_BUSERROR:
		return (OUTCOME_BUSERROR);
	}
	return (OUTCOME_UNKNOWN);
}

static const struct request *
ask(struct tale *t, struct setup setup, const uint8_t *out)
{
	struct buf in = { 0 };
	bool reads = setup_is_in(&setup);
	struct event e = { .kind = EVENT_SUBMIT, .dev = t->dev,
	    .number = ++t->number, .time = t->now, .setup = setup,
	    .data = reads ? NULL : out,
	    .len = reads ? 0 : setup.wLength };
	enum outcome outcome;

	e.kept = e.len;
	sessions_apply(t->sessions, &e);
	outcome = outcome_of(sim_control(t->sim, t->now, &setup, out, &in));
	t->now += sim_latency(t->sim) + 100;
	sim_run(t->sim, t->now);
	if (outcome == OUTCOME_OK && reads && in.len < setup.wLength)
		outcome = OUTCOME_SHORT;
	e = (struct event){ .kind = EVENT_COMPLETE, .dev = t->dev,
	    .number = t->number, .time = t->now,
	    .outcome = (uint8_t)outcome, .data = (uint8_t *)in.data };
	e.len = reads ? (uint32_t)in.len : setup.wLength;
	e.kept = reads ? e.len : 0;
	sessions_apply(t->sessions, &e);
	buf_free(&in);
	return (&t->s->requests[t->s->nrequests - 1]);
}

static const struct request *
ask_class(struct tale *t, uint8_t request, uint16_t value, uint16_t length)
{
	static const uint8_t data[4096] = { 0x21, 0, 0, 0, 8 };
	bool in = request == DFU_UPLOAD || request == DFU_GETSTATUS ||
	    request == DFU_GETSTATE;
	struct setup s = { .bmRequestType = in ? 0xa1 : 0x21,
	    .bRequest = request, .wValue = value, .wLength = length };

	return (ask(t, s, in ? NULL : data));
}

struct tally {
	unsigned	 judged;
	unsigned	 broken;
	char		 first[128];
};

static void
count(struct tally *n, const struct tale *t, const struct request *r,
    const struct dfu_stack *stack)
{
	struct conformance a = conformance_of(t->s, r, stack);
	enum conforms one = a.of == NULL ? a.spec : a.stack;

	n->judged += one != CONFORMS_UNJUDGED;
	n->broken += one == CONFORMS_NO;
	if (one != CONFORMS_NO || n->first[0] != '\0')
		return;
	snprintf(n->first, sizeof(n->first), "#%u, request %u of length %u "
	    "in %u: %s, then %u", r->number, r->setup.bRequest,
	    r->setup.wLength, r->before, outcome_name(r->outcome), r->after);
}

static void
wait_as_told(struct tale *t)
{
	t->now += (uint64_t)t->s->status.reply.bwPollTimeout * 1000 + 1000;
	sim_run(t->sim, t->now);
}

static void
poll(struct tale *t, struct tally *n, const struct dfu_stack *stack,
    uint8_t until)
{
	const struct request *r;
	unsigned i;

	for (i = 0; i < 40; i++) {
		r = ask_class(t, DFU_GETSTATUS, 0, 6);
		count(n, t, r, stack);
		if (!r->replied || r->reply.bState == until)
			return;
		wait_as_told(t);
	}
}

/* What a tool does when all goes well. */
static void
flash(struct tale *t, struct tally *n, const struct dfu_stack *stack,
    uint16_t first)
{
	uint16_t i;

	poll(t, n, stack, DFU_STATE_IDLE);
	if (first != 0) {
		count(n, t, ask_class(t, DFU_DNLOAD, 0, 5), stack);
		poll(t, n, stack, DFU_STATE_DNLOAD_IDLE);
	}
	for (i = 0; i < 3; i++) {
		count(n, t, ask_class(t, DFU_DNLOAD,
		    (uint16_t)(first + i), 64), stack);
		poll(t, n, stack, DFU_STATE_DNLOAD_IDLE);
	}
	count(n, t, ask_class(t, DFU_ABORT, 0, 0), stack);
	count(n, t, ask_class(t, DFU_GETSTATE, 0, 1), stack);
	for (i = 0; i < 3; i++)
		count(n, t, ask_class(t, DFU_UPLOAD, (uint16_t)(first + i),
		    64), stack);
	count(n, t, ask_class(t, DFU_ABORT, 0, 0), stack);
	poll(t, n, stack, DFU_STATE_IDLE);
}

static const struct {
	const char	*spec;
	const char	*stack;
	uint16_t	 first;
} profiles[] = {
	{ "dfu11,tolerant=0", "strict", 0 },
	{ "dfu11,tolerant=1", "strict", 0 },
	{ "stm32f072", "st-rom", 2 },
	{ "stm32f072,stuck=7", "st-rom", 2 },
	{ "st", "st", 2 },
	{ "tinyusb", "tinyusb", 0 },
	{ "tinyusb,poll=25,finish=60", "tinyusb", 0 },
	{ "uboot", "u-boot", 0 },
	{ "dapboot", "dapboot", 0 },
};

static void
a_healthy_session_is_quiet(void **state)
{
	const struct dfu_stack *stack;
	struct tally n;
	struct tale t;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(profiles); i++) {
		n = (struct tally){ 0 };
		stack = dfu_stack_named(profiles[i].stack);
		tale_open(&t, profiles[i].spec);
		flash(&t, &n, stack, profiles[i].first);
		count(&n, &t, ask_class(&t, DFU_DNLOAD, 0, 0), stack);
		poll(&t, &n, stack, DFU_STATE_IDLE);
		if (n.broken != 0)
			fail_msg("%s: %s", profiles[i].spec, n.first);
		if (n.judged < 10)
			fail_msg("%s: only %u judged", profiles[i].spec,
			    n.judged);
		tale_close(&t);
	}
}

static uint32_t
dice(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525 + 1013904223;
	return ((*seed >> 12) % sides);
}

/* Anything at all, in any order; what leaves is put back. */
static const struct request *
stray(struct tale *t, uint32_t *seed)
{
	static const uint16_t lengths[] = { 0, 0, 6, 1, 0, 1, 0 };
	struct setup alternate = { .bmRequestType = 0x01,
	    .bRequest = USB_REQ_SET_INTERFACE };
	uint32_t request = dice(seed, 10);
	uint16_t length;

	if (dice(seed, 4) == 0) {
		t->now += dice(seed, 3) == 0 ? 2000000 : 500;
		sim_run(t->sim, t->now);
	}
	look_for(t);
	if (request == 9 && dice(seed, 4) == 0) {
		sim_reset(t->sim, t->now);
		tell(t, EVENT_RESET, OUTCOME_OK);
		look_for(t);
	}
	if (request == 8 && dice(seed, 4) == 0)
		return (ask(t, alternate, NULL));
	if (request > 6)
		request = request == 7 ? DFU_DNLOAD : DFU_GETSTATUS;
	length = lengths[request];
	if (request == DFU_GETSTATUS)
		length = 6;
	else if (request == DFU_GETSTATE)
		length = 1;
	else if (request == DFU_DNLOAD || request == DFU_UPLOAD)
		length = (uint16_t)(dice(seed, 3) * 5);
	return (ask_class(t, (uint8_t)request, (uint16_t)dice(seed, 4),
	    length));
}

static struct tally
wander(const char *spec, const char *id)
{
	const struct dfu_stack *stack = dfu_stack_named(id);
	const struct request *r;
	struct tally n = { 0 };
	uint32_t seed = 1;
	struct tale t;
	unsigned i;

	tale_open(&t, spec);
	for (i = 0; i < 1200; i++) {
		r = stray(&t, &seed);
		count(&n, &t, r, stack);
	}
	tale_close(&t);
	return (n);
}

static void
whatever_is_sent_no_device_breaks_its_own_rules(void **state)
{
	struct tally n;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(profiles); i++) {
		n = wander(profiles[i].spec, profiles[i].stack);
		if (n.broken != 0)
			fail_msg("%s: %u of %u: %s", profiles[i].spec,
			    n.broken, n.judged, n.first);
		if (n.judged < 500)
			fail_msg("%s: only %u judged", profiles[i].spec,
			    n.judged);
	}
}

static void
each_breaks_those_of_others(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(profiles); i++) {
		for (k = 0; k < COUNT(profiles); k++) {
			if (strcmp(profiles[i].stack,
			    profiles[k].stack) == 0)
				continue;
			if (wander(profiles[i].spec,
			    profiles[k].stack).broken == 0)
				fail_msg("%s passes for %s",
				    profiles[i].spec, profiles[k].stack);
		}
	}
}

static void
words_say_whose_rule_it_was(void **state)
{
	const struct dfu_stack *stack = dfu_stack_named("tinyusb");
	const struct request *r;
	struct buf b = { 0 };
	struct conformance a;
	struct tale t;

	(void)state;
	tale_open(&t, "tinyusb");
	ask_class(&t, DFU_GETSTATUS, 0, 6);
	r = ask_class(&t, DFU_CLRSTATUS, 0, 0);
	a = conformance_of(t.s, r, stack);
	conformance_words(&a, &b);
	assert_string_equal(buf_str(&b), "contradicts DFU 1.1 A.2.3, but "
	    "matches TinyUSB");
	buf_reset(&b);
	a = conformance_of(t.s, r, dfu_stack_named("u-boot"));
	conformance_words(&a, &b);
	assert_string_equal(buf_str(&b), "contradicts DFU 1.1 A.2.3 and the "
	    "known behaviour of U-Boot");
	buf_reset(&b);
	conformance_brief(&a, &b);
	assert_string_equal(buf_str(&b), "neither DFU 1.1 nor U-Boot");
	buf_free(&b);
	tale_close(&t);
}

static void
silence_breaks_no_rule(void **state)
{
	struct event e = { .kind = EVENT_SUBMIT };
	struct conformance a;
	struct tale t;
	int i;

	(void)state;
	for (i = OUTCOME_UNKNOWN; i <= OUTCOME_BUSY; i++) {
		if (outcome_is_answer((uint8_t)i) || i == OUTCOME_STALL)
			continue;
		tale_open(&t, "dfu11");
		ask_class(&t, DFU_GETSTATUS, 0, 6);
		e.dev = t.dev;
		e.number = 2;
		e.kind = EVENT_SUBMIT;
		e.setup = (struct setup){ 0xa1, DFU_GETSTATUS, 0, 0, 6 };
		e.time = t.now += 1000;
		sessions_apply(t.sessions, &e);
		e.kind = EVENT_COMPLETE;
		e.outcome = (uint8_t)i;
		sessions_apply(t.sessions, &e);
		a = conformance_of(t.s, &t.s->requests[1], NULL);
		assert_int_equal(a.spec, CONFORMS_UNJUDGED);
		tale_close(&t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_healthy_session_is_quiet),
		cmocka_unit_test(
		    whatever_is_sent_no_device_breaks_its_own_rules),
		cmocka_unit_test(each_breaks_those_of_others),
		cmocka_unit_test(words_say_whose_rule_it_was),
		cmocka_unit_test(silence_breaks_no_rule),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
