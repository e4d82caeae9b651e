/* SPDX-License-Identifier: ISC */
/* Facts have three values; what a source does not hold is not known. */
#include "config.h"

#include <string.h>

#include "diagnosis/sessions.h"
#include "tests/dfu/check.h"
#include "tests/diagnosis/walk.h"

static struct session *
session_of(struct walk *w)
{
	return (w->sessions->list[0]);
}

/* The walk's device, arriving once more from a source that lacks facts. */
static void
arrive_lacking(struct walk *w, uint16_t lacks)
{
	struct identity *who = identity_copy(session_of(w)->who);

	who->lacks = lacks;
	walk_apply(w, (struct event){ .kind = EVENT_ARRIVED, .dev = 1,
	    .who = who });
	identity_free(who);
}

static void
test_a_live_device_holds_all(void **state)
{
	struct walk w;
	unsigned i;

	(void)state;
	walk_open(&w, "stm32f072");
	for (i = 0; i < FACT_COUNT; i++)
		assert_int_equal(session_fact(session_of(&w), (enum fact)i),
		    i == FACT_OTHERS ? KNOWN_NO : KNOWN_YES);
	assert_true(session_knows(session_of(&w), FACTS_ALL));
	walk_close(&w);
}

static void
test_what_the_source_lacks_is_not_known(void **state)
{
	struct walk w;
	unsigned i, k;

	(void)state;
	walk_open(&w, "stm32f072");
	for (i = 0; i < FACT_COUNT; i++) {
		arrive_lacking(&w, FACT(i));
		for (k = 0; k < FACT_COUNT; k++)
			assert_int_equal(session_fact(session_of(&w),
			    (enum fact)k) == KNOWN_NOT, k == i);
		assert_false(session_knows(session_of(&w), FACT(i)));
		assert_true(session_knows(session_of(&w),
		    (uint16_t)(FACTS_ALL & ~FACT(i))));
	}
	walk_close(&w);
}

static void
test_a_plain_device_has_no_map(void **state)
{
	struct walk w;

	(void)state;
	walk_open(&w, "dfu11");
	assert_int_equal(session_fact(session_of(&w), FACT_MAP), KNOWN_NO);
	walk_close(&w);
}

static void
test_others_are_counted_apart(void **state)
{
	struct walk w;
	struct event e = { .kind = EVENT_SUBMIT, .dev = 1, .number = 1,
	    .agent = EVENT_BY_OTHER,
	    .setup = { .bmRequestType = 0xa1, .bRequest = 3, .wLength = 6 } };

	(void)state;
	walk_open(&w, "dfu11");
	walk_apply(&w, e);
	assert_int_equal(session_of(&w)->sent, 0);
	assert_int_equal(session_of(&w)->seen, 1);
	assert_int_equal(session_requests(session_of(&w)), 1);
	assert_int_equal(session_fact(session_of(&w), FACT_OTHERS),
	    KNOWN_YES);
	walk_close(&w);
}

static void
ask(struct walk *w, uint32_t number, uint64_t at, struct event answer)
{
	static const struct setup getstatus = { .bmRequestType = 0xa1,
	    .bRequest = 3, .wLength = 6 };
	struct event e = { .kind = EVENT_SUBMIT, .dev = 1, .number = number,
	    .setup = getstatus };

	w->now = at;
	walk_apply(w, e);
	w->now = at + 100;
	answer.kind = EVENT_COMPLETE;
	answer.outcome = OUTCOME_OK;
	answer.number = number;
	walk_apply(w, answer);
}

/* A tool printed the state alone: neither status nor wait is known. */
static void
test_an_answer_tells_some_of_it(void **state)
{
	static const uint8_t busy[6] = { 0, 0, 0, 0, 4, 0 };
	struct event told = { .basis = EVENT_TOLD,
	    .known = EVENT_KNOWS_STATE, .data = busy, .len = 6, .kept = 6 };
	struct event seen = { .data = busy, .len = 6, .kept = 6 };
	struct walk w;
	const struct session *s;

	(void)state;
	walk_open(&w, "dfu11");
	s = session_of(&w);
	ask(&w, 1, 1000, told);
	assert_int_equal(s->reported.state, 4);
	assert_int_equal(session_fact(s, FACT_STATUS), KNOWN_YES);
	assert_int_equal(session_fact(s, FACT_WAITS), KNOWN_NOT);
	assert_int_equal(session_fact(s, FACT_ERROR_CODE), KNOWN_NOT);
	assert_true(session_holds(s, FACT(FACT_STATUS)));
	assert_false(session_holds(s, FACT(FACT_STATUS) | FACT(FACT_WAITS)));
	/* No wait was announced that time could end. */
	assert_int_equal(session_estimate(s, 99000000).how,
	    ESTIMATE_REPORTED);
	ask(&w, 2, 2000, seen);
	assert_true(session_holds(s, FACT(FACT_STATUS) | FACT(FACT_WAITS) |
	    FACT(FACT_ERROR_CODE)));
	told.known = EVENT_KNOWS_STATUS;
	ask(&w, 3, 3000, told);
	assert_int_equal(s->reported.by, 2);
	assert_int_equal(session_fact(s, FACT_STATUS), KNOWN_NOT);
	walk_close(&w);
}

/* What was known before events were lost is not known behind them. */
static void
test_lost_events_take_what_was_known(void **state)
{
	static const uint8_t idle[6] = { 0, 0, 0, 0, 2, 0 };
	struct event seen = { .data = idle, .len = 6, .kept = 6 };
	struct event lost = event_text(EVENT_LOST, 5000, 1, "some");
	struct walk w;
	struct session *s;

	(void)state;
	walk_open(&w, "stm32f072");
	s = session_of(&w);
	ask(&w, 1, 1000, seen);
	s->pointer_known = true;
	assert_true(s->reported.known && s->status.known);
	walk_apply(&w, lost);
	assert_int_equal(session_estimate(s, 6000).how, ESTIMATE_UNKNOWN);
	assert_int_equal(session_estimate_spec(s, 6000).how,
	    ESTIMATE_UNKNOWN);
	assert_false(s->reported.known || s->status.known);
	assert_false(s->pointer_known || s->erasing);
	assert_int_equal(s->leaving.by, 0);
	assert_int_equal(s->pending.number, 0);
	ask(&w, 2, 7000, seen);
	assert_int_equal(session_estimate(s, 8000).how, ESTIMATE_REPORTED);
	walk_close(&w);
}

static uint32_t
poll(struct walk *w, uint32_t number, uint64_t *at, uint8_t told, uint32_t ms,
    uint32_t times)
{
	uint8_t reply[6] = { 0, (uint8_t)ms, (uint8_t)(ms >> 8), 0, told, 0 };
	struct event e = { .data = reply, .len = 6, .kept = 6 };

	while (times-- > 0) {
		*at += ms * 1000 + 200;
		ask(w, number++, *at, e);
	}
	return (number);
}

/* A hundred polls, five seconds, twice the longest wait: all of them. */
static void
test_stuck_by_one_threshold(void **state)
{
	static const struct {
		uint8_t	 told;
		uint32_t ms;
		uint32_t polls;
		bool	 stuck;
	} stays[] = {
		{ 3, 0, 2, false }, { 3, 0, 3, true },
		{ 6, 10, 2, false }, { 6, 10, 3, true },
		{ 4, 60, 99, false }, { 4, 60, 100, true },
		{ 4, 10, 300, false }, { 4, 10, 600, true },
		{ 7, 60, 99, false }, { 7, 60, 100, true },
		{ 2, 60, 200, false }, { 5, 60, 200, false },
		{ 10, 60, 200, false },
	};
	struct walk w;
	uint64_t at;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(stays); i++) {
		walk_open(&w, "dfu11");
		at = 1000;
		poll(&w, 1, &at, stays[i].told, stays[i].ms, stays[i].polls);
		assert_int_equal(session_is_stuck(session_of(&w)),
		    stays[i].stuck);
		walk_close(&w);
	}
	/* Twice the longest wait. */
	walk_open(&w, "dfu11");
	at = 1000;
	i = poll(&w, 1, &at, 4, 20000, 1);
	i = poll(&w, (uint32_t)i, &at, 4, 60, 600);
	assert_false(session_is_stuck(session_of(&w)));
	poll(&w, (uint32_t)i, &at, 4, 60, 200);
	assert_true(session_is_stuck(session_of(&w)));
	walk_close(&w);
}

static void
test_masks_have_names(void **state)
{
	struct buf b = { 0 };
	uint16_t mask, i;

	(void)state;
	for (i = 1; i < 1u << FACT_COUNT; i++) {
		buf_reset(&b);
		fact_mask_print(&b, i);
		assert_true(fact_mask_parse(buf_str(&b), &mask));
		assert_int_equal(mask, i);
	}
	assert_false(fact_mask_parse("", &mask));
	assert_false(fact_mask_parse("clock,", &mask));
	assert_false(fact_mask_parse("clocks", &mask));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_live_device_holds_all),
		cmocka_unit_test(test_what_the_source_lacks_is_not_known),
		cmocka_unit_test(test_a_plain_device_has_no_map),
		cmocka_unit_test(test_others_are_counted_apart),
		cmocka_unit_test(test_an_answer_tells_some_of_it),
		cmocka_unit_test(test_lost_events_take_what_was_known),
		cmocka_unit_test(test_stuck_by_one_threshold),
		cmocka_unit_test(test_masks_have_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
