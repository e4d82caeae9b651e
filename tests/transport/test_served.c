/* SPDX-License-Identifier: ISC */
/*
 * What hosts ask the devices of a server, as events: in order, each request
 * once, and the device's own state beside what the host was told.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <string.h>

#include "tests/serve/host.h"
#include "trace/identity.h"
#include "transport/transports.h"
#include "wire/usb.h"

#define BEGAN	1000000000	/* the loop's clock, when the server began */

static const struct setup getstatus = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };
static const struct setup configure = { 0, USB_REQ_SET_CONFIGURATION, 1, 0,
	0 };
static const struct setup hub_reset = { 0x80, USB_REQ_GET_DESCRIPTOR,
	USB_DT_DEVICE << 8, 0, 64 };
static const struct setup download = { 0x21, DFU_DNLOAD, 0, 0, 5 };

/* A server whose turns are made by the transport, and a host at it. */
static struct bench bench;
static struct transport *transport;
static struct dev_numbers numbers;

static void
open_served(const char *const *specs)
{
	numbers.last = 0;
	bench_open(&bench, specs);
	transport = transport_serve(bench.serve, &bench.log, BEGAN, &numbers);
}

static void
close_served(void)
{
	transport->ops->close(transport);
	bench_close(&bench);
}

static bool
next(struct event *e)
{
	return (transport->ops->read(transport, BEGAN + bench.now, e));
}

/* The next event is of that kind; notes, of who came and went, apart. */
static void
expect(struct event *e, enum event_kind kind)
{
	do
		assert_true(next(e));
	while (e->kind == EVENT_NOTE && kind != EVENT_NOTE);
	if (e->kind != kind)
		fail_msg("%s instead of %s", event_kind_name(e->kind),
		    event_kind_name(kind));
}

static void
expect_nothing(void)
{
	struct event e;

	while (next(&e)) {
		if (e.kind != EVENT_NOTE)
			fail_msg("%s", event_kind_name(e.kind));
	}
}

static void
expect_request(const struct setup *s, enum outcome outcome, uint32_t len)
{
	struct event e;
	uint32_t number;

	expect(&e, EVENT_SUBMIT);
	assert_true(setup_equal(&e.setup, s));
	assert_int_equal(e.agent, EVENT_BY_OTHER);
	number = e.number;
	expect(&e, EVENT_COMPLETE);
	assert_int_equal(e.number, number);
	assert_int_equal(e.outcome, outcome);
	assert_int_equal(e.len, len);
	assert_int_equal(e.kept, setup_is_in(s) ? len : 0);
}

static void
test_requests(void **state)
{
	static const char *const specs[] = { "stm32f072", "dfu11", NULL };
	static const uint8_t set_address[5] = { 0x21, 0, 0, 0, 8 };
	struct answer a = { 0 };
	struct event e;
	struct host h;

	(void)state;
	open_served(specs);
	expect(&e, EVENT_ARRIVED);
	assert_int_equal(e.dev, 1);
	assert_string_equal(e.who->place, "1-1");
	assert_int_equal(e.who->product, 0xdf11);
	expect(&e, EVENT_ARRIVED);
	assert_int_equal(e.dev, 2);
	expect_nothing();
	host_open(&h, &bench);
	host_attach(&h, "1-1");
	expect(&e, EVENT_NOTE);
	assert_memory_equal(e.data, "1-1 host attaches it", e.len);
	assert_true(host_ask(&h, &getstatus, NULL, &a));
	expect_request(&getstatus, OUTCOME_OK, 6);
	assert_true(host_ask(&h, &download, set_address, &a));
	expect(&e, EVENT_SUBMIT);
	assert_int_equal(e.dev, 1);
	assert_int_equal(e.kept, 5);
	assert_memory_equal(e.data, set_address, 5);
	expect(&e, EVENT_COMPLETE);
	assert_int_equal(e.len, 5);
	assert_int_equal(transport->ops->truth(transport, 1), 3);
	assert_int_equal(transport->ops->truth(transport, 2), 2);
	assert_true(host_ask(&h, &configure, NULL, &a));
	expect_request(&configure, OUTCOME_OK, 0);
	assert_true(host_ask(&h, &hub_reset, NULL, &a));
	expect(&e, EVENT_RESET);
	assert_int_equal(e.outcome, OUTCOME_UNKNOWN);
	expect(&e, EVENT_RESET);
	assert_int_equal(e.outcome, OUTCOME_OK);
	expect_request(&hub_reset, OUTCOME_SHORT, 18);
	expect_nothing();
	host_close(&h);
	buf_free(&a.data);
	close_served();
}

/* Each way in which a request ends; faults are set from here. */
static void
test_endings(void **state)
{
	static const char *const specs[] = { "dfu11", NULL };
	static const struct { const char *fault; enum outcome outcome;
	    uint32_t len; } endings[] = {
		{ "stall=getstatus@1", OUTCOME_STALL, 0 },
		{ "buserror=getstatus@1", OUTCOME_BUSERROR, 0 },
		{ "short=getstatus@1", OUTCOME_SHORT, 3 },
	};
	struct answer a = { 0 };
	struct buf error = { 0 };
	struct event e;
	struct host h;
	uint64_t now = BEGAN;
	size_t i;

	(void)state;
	open_served(specs);
	expect(&e, EVENT_ARRIVED);
	host_open(&h, &bench);
	host_attach(&h, "1-1");
	for (i = 0; i < COUNT(endings); i++) {
		now = BEGAN + bench.now;
		assert_true(transport->ops->fault(transport, 1, now,
		    endings[i].fault, &error));
		assert_true(host_ask(&h, &getstatus, NULL, &a));
		expect_request(&getstatus, endings[i].outcome,
		    endings[i].len);
	}
	assert_false(transport->ops->fault(transport, 1, BEGAN + bench.now,
	    "stall=nothing", &error));
	assert_true(error.len != 0);
	/* Given up by the host. */
	assert_true(transport->ops->fault(transport, 1, BEGAN + bench.now,
	    "silent=getstatus@1", &error));
	host_submit(&h, &getstatus, NULL);
	expect(&e, EVENT_SUBMIT);
	expect_nothing();
	host_unlink(&h, h.seqnum);
	expect(&e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_CANCELLED);
	/* Unplugged while it owes an answer, and there again. */
	assert_true(transport->ops->fault(transport, 1, BEGAN + bench.now,
	    "silent=getstatus@1", &error));
	host_submit(&h, &getstatus, NULL);
	expect(&e, EVENT_SUBMIT);
	transport->ops->plug(transport, 1, BEGAN + bench.now, false);
	bench_settle(&bench);
	expect(&e, EVENT_COMPLETE);
	assert_int_equal(e.outcome, OUTCOME_GONE);
	expect(&e, EVENT_LEFT);
	assert_int_equal(transport->ops->truth(transport, 1), -1);
	transport->ops->plug(transport, 1, BEGAN + bench.now, true);
	expect(&e, EVENT_ARRIVED);
	assert_int_equal(e.dev, 2);
	expect_nothing();
	host_close(&h);
	buf_free(&a.data);
	buf_free(&error);
	close_served();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_endings),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
