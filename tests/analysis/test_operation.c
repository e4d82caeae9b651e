/* SPDX-License-Identifier: ISC */
/* What an operator calls one thing, made of the requests it took. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/operation.h"
#include "dfu/spec.h"
#include "tests/ui/harness.h"
#include "wire/usb.h"

static const uint8_t set_address[] = { 0x21, 0, 0, 0, 8 };
static const uint8_t erase_page[] = { 0x41, 0, 8, 0, 8 };
static const uint8_t erase_all[] = { 0x41 };
static const uint8_t block[64];

/* A DNLOAD with the polls that it takes. */
static void
dnload(struct harness *st, uint16_t number, const void *p, uint16_t n)
{
	harness_ask(st, 800, DFU_DNLOAD, number, p, n);
	harness_answer(st, 300, OUTCOME_OK, NULL, n);
	harness_status(st, 400, 0, 104, DFU_STATE_DNBUSY);
	harness_status(st, 105000, 0, 0, DFU_STATE_DNLOAD_IDLE);
}

static void
begin(struct harness *st)
{
	harness_begin(st);
	harness_arrive(st, &harness_stm32);
	harness_state(st, 1000, DFU_STATE_IDLE);
}

static void
update(struct operations *o, const struct harness *st, size_t budget)
{
	while (operations_update(o, st->app.sessions,
	    st->app.sessions->list[0], budget))
		continue;
}

static void
assert_words(const struct operations *o, size_t i, const char *want)
{
	struct operation op = operations_at(o, i);
	struct buf b = { 0 };

	assert_true(i < o->n);
	operation_words(&b, &op);
	buf_adds(&b, ": ");
	operation_cost(&b, &op);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void
flash(struct harness *st)
{
	uint16_t i;

	begin(st);
	dnload(st, 0, erase_page, sizeof(erase_page));
	dnload(st, 0, set_address, sizeof(set_address));
	for (i = 2; i < 5; i++)
		dnload(st, i, block, sizeof(block));
	dnload(st, 0, erase_all, sizeof(erase_all));
	harness_ask(st, 900, DFU_DNLOAD, 2, NULL, 0);
	harness_answer(st, 300, OUTCOME_OK, NULL, 0);
	harness_status(st, 700, 0, 0, DFU_STATE_MANIFEST);
	harness_leave(st, 100);
}

static void
assert_flash(const struct operations *o)
{
	assert_int_equal(o->n, 6);
	assert_words(o, 0, "query: 1 request, 0.4 ms");
	assert_words(o, 1, "erase sector 0x08000800: 3 requests, 107 ms");
	assert_words(o, 2, "set address 0x08000000: 3 requests, 107 ms");
	assert_words(o, 3, "write block 2 to 4, 192 bytes at 0x08000000: "
	    "9 requests, 322 ms");
	assert_words(o, 4, "erase everything: 3 requests, 107 ms");
	assert_words(o, 5, "leave: 2 requests, 1 ms");
}

static void
requests_are_grouped(void **state)
{
	struct operations o = { .n = 0 };
	struct harness st;

	(void)state;
	flash(&st);
	update(&o, &st, 1000);
	assert_flash(&o);
	assert_int_equal(operations_at(&o, 3).polls, 6);
	assert_int_equal(operations_at(&o, 3).state, DFU_STATE_DNLOAD_IDLE);
	operations_clear(&o);
	harness_end(&st);
}

/* However few events at a time: the same. */
static void
it_is_the_same_bit_by_bit(void **state)
{
	struct operations o = { .n = 0 };
	struct harness st;

	(void)state;
	flash(&st);
	update(&o, &st, 1);
	assert_flash(&o);
	operations_clear(&o);
	harness_end(&st);
}

static void
times_tell_wire_from_waits(void **state)
{
	struct operations o = { .n = 0 };
	struct harness st;

	(void)state;
	begin(&st);
	dnload(&st, 0, erase_page, sizeof(erase_page));
	update(&o, &st, 1000);
	assert_int_equal(operations_at(&o, 1).end - operations_at(&o, 1).at,
	    300 + 400 + 700 + 105000 + 700);
	assert_int_equal(operations_at(&o, 1).asked, 300 + 700 + 700);
	assert_int_equal(operations_at(&o, 1).announced, 104000);
	assert_int_equal(operations_at(&o, 1).waited, 105000);
	operations_clear(&o);
	harness_end(&st);
}

static void
refusals_and_silence_are_counted(void **state)
{
	struct operations o = { .n = 0 };
	struct harness st;

	(void)state;
	begin(&st);
	harness_ask(&st, 800, DFU_DNLOAD, 2, block, sizeof(block));
	harness_answer(&st, 300, OUTCOME_STALL, NULL, 0);
	harness_status(&st, 400, DFU_STATUS_ERR_TARGET, 0, DFU_STATE_ERROR);
	harness_status(&st, 400, DFU_STATUS_ERR_TARGET, 0, DFU_STATE_ERROR);
	harness_ask(&st, 800, DFU_CLRSTATUS, 0, NULL, 0);
	harness_answer(&st, 5000, OUTCOME_TIMEOUT, NULL, 0);
	update(&o, &st, 1000);
	/* The error was read: who looks again looks for himself. */
	assert_int_equal(o.n, 4);
	assert_words(&o, 1, "write block 2: 2 requests, 1 ms, "
	    "STALL");
	assert_int_equal(operations_at(&o, 1).outcome, OUTCOME_STALL);
	assert_int_equal(operations_at(&o, 2).kind, OPERATION_QUERY);
	assert_words(&o, 3, "clear status: 1 request, 5 ms, 1 unanswered");
	operations_clear(&o);
	harness_end(&st);
}

/* A reset, a device that came anew: nothing goes on over that. */
static void
what_is_no_request_ends_an_operation(void **state)
{
	struct operations o = { .n = 0 };
	struct harness st;

	(void)state;
	begin(&st);
	harness_leave(&st, 100);
	harness_arrive(&st, &harness_stm32);
	harness_state(&st, 1000, DFU_STATE_IDLE);
	harness_state(&st, 1000, DFU_STATE_IDLE);
	update(&o, &st, 1000);
	assert_int_equal(o.n, 2);
	assert_int_equal(operations_at(&o, 1).requests, 2);
	operations_clear(&o);
	harness_end(&st);
}

static void
each_request_is_found_in_its_own(void **state)
{
	struct operations o = { .n = 0 };
	struct operation op, of;
	struct harness st;
	size_t i;
	uint32_t n;

	(void)state;
	flash(&st);
	update(&o, &st, 1000);
	assert_false(operations_of(&o, 0, &of));
	for (i = 0; i < o.n; i++) {
		op = operations_at(&o, i);
		for (n = op.first; n <= op.last; n++) {
			assert_true(operations_of(&o, n, &of));
			assert_int_equal(of.first, op.first);
			assert_int_equal(of.at, op.at);
		}
	}
	operations_clear(&o);
	harness_end(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_grouped),
		cmocka_unit_test(it_is_the_same_bit_by_bit),
		cmocka_unit_test(times_tell_wire_from_waits),
		cmocka_unit_test(refusals_and_silence_are_counted),
		cmocka_unit_test(what_is_no_request_ends_an_operation),
		cmocka_unit_test(each_request_is_found_in_its_own)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
