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
	assert_true(session_knows(session_of(&w), 0xffff));
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
		    (uint16_t)~FACT(i)));
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
		cmocka_unit_test(test_masks_have_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
