/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/memory_map.h"
#include "tests/ui/harness.h"
#include "wire/usb.h"

#define FLASH	0x08000000u

static void
begin(struct harness *st, struct memory_map *m)
{
	memset(m, 0, sizeof(*m));
	harness_begin(st);
	harness_arrive(st, &harness_stm32);
}

static void
end(struct harness *st, struct memory_map *m)
{
	memory_map_clear(m);
	harness_end(st);
}

static void
update(struct harness *st, struct memory_map *m)
{
	assert_false(memory_map_update(m, st->app.sessions->list[0],
	    st->app.sessions->trace, SIZE_MAX));
}

/* A DNLOAD that is taken, and the GETSTATUS that executes it. */
static void
dnload(struct harness *st, uint16_t block, const void *p, uint16_t n)
{
	harness_ask(st, 1000, DFU_DNLOAD, block, p, n);
	harness_answer(st, 300, OUTCOME_OK, NULL, n);
	harness_status(st, 400, 0, 10, DFU_STATE_DNBUSY);
}

static void
command(struct harness *st, uint8_t byte, uint32_t address)
{
	uint8_t p[5] = { byte, (uint8_t)address, (uint8_t)(address >> 8),
	    (uint8_t)(address >> 16), (uint8_t)(address >> 24) };

	dnload(st, 0, p, sizeof(p));
}

static void
done(struct harness *st)
{
	harness_status(st, 20000, 0, 0, DFU_STATE_DNLOAD_IDLE);
}

static uint8_t
flags(const struct memory_map *m, uint32_t offset, uint32_t n)
{
	uint8_t whole;

	memory_map_flags(m, FLASH + offset, (uint64_t)FLASH + offset + n,
	    &whole);
	return (whole);
}

static void
an_erase_counts_when_it_was_executed(void **state)
{
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	command(&st, DFUSE_ERASE, FLASH + 0x900);
	update(&st, &m);
	assert_int_equal(m.nranges, 0);
	done(&st);
	update(&st, &m);
	assert_int_equal(m.nranges, 1);
	assert_int_equal(flags(&m, 0x800, 0x800), MEMORY_ERASED);
	assert_int_equal(flags(&m, 0x7ff, 1), 0);
	assert_int_equal(flags(&m, 0x1000, 1), 0);
	end(&st, &m);
}

static void
a_refused_erase_does_not_count(void **state)
{
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	command(&st, DFUSE_ERASE, 0x20000000);
	harness_status(&st, 900, DFU_STATUS_ERR_TARGET, 0, DFU_STATE_ERROR);
	update(&st, &m);
	assert_int_equal(m.nranges, 0);
	end(&st, &m);
}

static void
an_erase_that_was_never_answered_is_in_doubt(void **state)
{
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	command(&st, DFUSE_ERASE, FLASH);
	harness_leave(&st, 1000);
	update(&st, &m);
	assert_int_equal(flags(&m, 0, 0x800), MEMORY_DOUBT);
	end(&st, &m);
}

/* An erase or a write that went well ends the doubt of one that did not. */
static void
doubt_ends_with_the_next_that_is_done(void **state)
{
	static const uint8_t block[2048];
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	command(&st, DFUSE_ERASE, FLASH);
	harness_ask(&st, 900, DFU_GETSTATUS, 0, NULL, 0);
	harness_answer(&st, 900, OUTCOME_TIMEOUT, NULL, 0);
	update(&st, &m);
	assert_int_equal(flags(&m, 0, 0x800), MEMORY_DOUBT);
	command(&st, DFUSE_ERASE, FLASH);
	done(&st);
	update(&st, &m);
	assert_int_equal(flags(&m, 0, 0x800), MEMORY_ERASED);
	command(&st, DFUSE_SET_ADDRESS, FLASH);
	done(&st);
	dnload(&st, 2, block, sizeof(block));
	harness_leave(&st, 1000);
	update(&st, &m);
	assert_int_equal(flags(&m, 0, 0x800), MEMORY_ERASED | MEMORY_DOUBT);
	end(&st, &m);
}

/* It was taken, and given up before a GETSTATUS made the device do it. */
static void
what_never_began_leaves_no_doubt(void **state)
{
	static const uint8_t erase[] = { DFUSE_ERASE, 0, 0, 0, 8 };
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	harness_ask(&st, 1000, DFU_DNLOAD, 0, erase, sizeof(erase));
	harness_answer(&st, 300, OUTCOME_OK, NULL, sizeof(erase));
	harness_ask(&st, 1000, DFU_ABORT, 0, NULL, 0);
	harness_answer(&st, 300, OUTCOME_OK, NULL, 0);
	update(&st, &m);
	assert_int_equal(m.nranges, 0);
	end(&st, &m);
}

/* Alike, but not side by side: what lies between was not touched. */
static void
what_lies_between_stays_as_it_was(void **state)
{
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	command(&st, DFUSE_ERASE, FLASH);
	done(&st);
	command(&st, DFUSE_ERASE, FLASH + 0x1000);
	done(&st);
	update(&st, &m);
	assert_int_equal(m.nranges, 2);
	assert_int_equal(flags(&m, 0x800, 0x800), 0);
	assert_int_equal(memory_map_bytes(&m, MEMORY_ERASED), 0x1000);
	command(&st, DFUSE_ERASE, FLASH + 0x800);
	done(&st);
	update(&st, &m);
	assert_int_equal(m.nranges, 1);
	assert_int_equal(flags(&m, 0, 0x1800), MEMORY_ERASED);
	end(&st, &m);
}

static void
lifting_read_protection_erases_everything(void **state)
{
	static const uint8_t unprotect[] = { DFUSE_READ_UNPROTECT };
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	dnload(&st, 0, unprotect, sizeof(unprotect));
	done(&st);
	update(&st, &m);
	assert_int_equal(memory_map_bytes(&m, MEMORY_ERASED), 64 * 2048);
	end(&st, &m);
}

static void
mass_erase_covers_the_layout(void **state)
{
	static const uint8_t all[] = { DFUSE_ERASE };
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	dnload(&st, 0, all, sizeof(all));
	done(&st);
	update(&st, &m);
	assert_int_equal(flags(&m, 0, 64 * 2048), MEMORY_ERASED);
	assert_int_equal(memory_map_bytes(&m, MEMORY_ERASED), 64 * 2048);
	end(&st, &m);
}

static void
blocks_lie_where_the_pointer_and_their_number_say(void **state)
{
	static const uint8_t block[2048];
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	command(&st, DFUSE_SET_ADDRESS, FLASH + 0x1000);
	done(&st);
	dnload(&st, 2, block, sizeof(block));
	done(&st);
	dnload(&st, 3, block, 100);
	done(&st);
	harness_ask(&st, 900, DFU_UPLOAD, 2, NULL, 2048);
	harness_answer(&st, 900, OUTCOME_OK, block, 2048);
	update(&st, &m);
	assert_int_equal(flags(&m, 0x1000, 2048),
	    MEMORY_WRITTEN | MEMORY_READ);
	assert_int_equal(flags(&m, 0x1800, 100), MEMORY_WRITTEN);
	assert_int_equal(flags(&m, 0x1864, 1), 0);
	assert_int_equal(memory_map_bytes(&m, MEMORY_WRITTEN), 2148);
	end(&st, &m);
}

static void
erasing_takes_back_what_was_written(void **state)
{
	static const uint8_t block[2048];
	struct memory_map m;
	struct harness st;

	(void)state;
	begin(&st, &m);
	command(&st, DFUSE_SET_ADDRESS, FLASH + 0x400);
	done(&st);
	dnload(&st, 2, block, sizeof(block));
	done(&st);
	command(&st, DFUSE_ERASE, FLASH);
	done(&st);
	update(&st, &m);
	assert_int_equal(flags(&m, 0, 0x800), MEMORY_ERASED);
	assert_int_equal(flags(&m, 0x800, 0x400), MEMORY_WRITTEN);
	assert_int_equal(m.nranges, 2);
	end(&st, &m);
}

/* Step by step it must say the same as all at once. */
static void
updates_may_come_at_any_time(void **state)
{
	static const uint8_t block[2048];
	struct memory_map often, once;
	struct harness st;
	uint32_t i;
	size_t r;

	(void)state;
	begin(&st, &often);
	memset(&once, 0, sizeof(once));
	command(&st, DFUSE_SET_ADDRESS, FLASH);
	done(&st);
	for (i = 0; i < 20; i++) {
		command(&st, DFUSE_ERASE, FLASH + i * 7 % 20 * 0x800);
		update(&st, &often);
		done(&st);
		harness_ask(&st, 10, DFU_DNLOAD, (uint16_t)(2 + i), block,
		    2048);
		update(&st, &often);
		harness_answer(&st, 10, OUTCOME_OK, NULL, 2048);
		harness_status(&st, 10, 0, 0, DFU_STATE_DNLOAD_IDLE);
		update(&st, &often);
	}
	update(&st, &once);
	assert_int_equal(often.nranges, once.nranges);
	for (r = 0; r < once.nranges; r++) {
		assert_int_equal(often.ranges[r].from, once.ranges[r].from);
		assert_int_equal(often.ranges[r].to, once.ranges[r].to);
		assert_int_equal(often.ranges[r].flags,
		    once.ranges[r].flags);
	}
	assert_int_equal(memory_map_bytes(&once, 0xff), 20 * 2048);
	memory_map_clear(&once);
	end(&st, &often);
}

static void
plain_dfu_has_blocks_and_no_addresses(void **state)
{
	struct memory_map m = { .of = NULL };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_arrive(&st, &harness_dfu11);
	dnload(&st, 0, "\1\2\3\4\5\6\7", 7);
	done(&st);
	dnload(&st, 1, "\1\2\3\4\5\6\7", 3);
	update(&st, &m);
	assert_int_equal(m.nranges, 0);
	assert_int_equal(m.down.count, 2);
	assert_int_equal(m.down.bytes, 10);
	assert_int_equal(m.down.last, 1);
	assert_int_equal(m.up.count, 0);
	end(&st, &m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_erase_counts_when_it_was_executed),
		cmocka_unit_test(a_refused_erase_does_not_count),
		cmocka_unit_test(an_erase_that_was_never_answered_is_in_doubt),
		cmocka_unit_test(doubt_ends_with_the_next_that_is_done),
		cmocka_unit_test(what_never_began_leaves_no_doubt),
		cmocka_unit_test(what_lies_between_stays_as_it_was),
		cmocka_unit_test(lifting_read_protection_erases_everything),
		cmocka_unit_test(mass_erase_covers_the_layout),
		cmocka_unit_test(
		    blocks_lie_where_the_pointer_and_their_number_say),
		cmocka_unit_test(erasing_takes_back_what_was_written),
		cmocka_unit_test(updates_may_come_at_any_time),
		cmocka_unit_test(plain_dfu_has_blocks_and_no_addresses)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
