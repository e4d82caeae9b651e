/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "tests/device/steps.h"

#define DETACH		DFU_DETACH
#define DNLOAD		DFU_DNLOAD
#define UPLOAD		DFU_UPLOAD
#define GETSTATUS	DFU_GETSTATUS
#define CLRSTATUS	DFU_CLRSTATUS
#define GETSTATE	DFU_GETSTATE
#define ABORT		DFU_ABORT

#define RUN(spec, steps)	run(spec, steps, COUNT(steps))

static void
run(const char *spec, const struct step *steps, size_t n)
{
	struct rig r;

	rig_open(&r, spec);
	rig_run(&r, steps, n);
	rig_close(&r);
}

static void
holds(struct rig *r, uint32_t address, const char *bytes, size_t n)
{
	uint8_t there[8];

	assert_true(n <= sizeof there &&
	    sim_peek(r->sim, address, there, n));
	assert_memory_equal(there, bytes, n);
}

static void
test_download_and_leave(void **state)
{
	static const struct step begin[] = {
		{ DNLOAD, 0, .hex = "4100200008", .state = 3 },
		{ GETSTATUS, .hex = "006400000400", .state = 5 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 0, .hex = "2100200008", .state = 3 },
		{ GETSTATUS, .hex = "006400000400", .state = 5 },
	};
	static const struct step leave[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1, .state = GONE },
		{ GETSTATUS, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
	};
	static uint8_t image[300], there[300];
	struct rig r;

	(void)state;
	rig_fill(image, sizeof image);
	memcpy(image, "\x00\x10\x00\x20", 4);
	rig_open(&r, "libopencm3,flash=pattern");
	rig_run(&r, begin, COUNT(begin));
	rig_block(&r, 2, image, sizeof image);
	assert_true(sim_peek(r.sim, 0x08002000, there, sizeof there));
	assert_memory_equal(there, image, sizeof image);
	rig_run(&r, leave, COUNT(leave));
	rig_close(&r);
}

/* Without an application it comes back as what it was. */
static void
test_leaves_into_itself(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
	};

	(void)state;
	RUN("libopencm3", steps);
}

static void
test_an_erase_moves_the_pointer(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "2100200008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 0, .hex = "4100300008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 5 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "libopencm3");
	rig_run(&r, steps, COUNT(steps));
	holds(&r, 0x08003000, "\x01\x02", 2);
	holds(&r, 0x08002000, "\xff\xff", 2);
	rig_close(&r);
}

/* The length of a command is not looked at: the address is an old one. */
static void
test_an_erase_of_everything_takes_a_page(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "2100240008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 0, .hex = "41", .state = 3 },
		{ GETSTATUS, .state = 5 },
	};
	uint8_t before[2];
	struct rig r;

	(void)state;
	rig_open(&r, "libopencm3,flash=pattern");
	sim_peek(r.sim, 0x08002800, before, 2);
	rig_run(&r, steps, COUNT(steps));
	holds(&r, 0x08002400, "\xff\xff", 2);
	holds(&r, 0x080027fe, "\xff\xff", 2);
	holds(&r, 0x08002800, (const char *)before, 2);
	rig_close(&r);
}

static void
test_nothing_is_an_error(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "92", .state = 3 },
		{ GETSTATUS, .hex = "006400000400", .state = 5 },
		{ DNLOAD, 0, .hex = "2100200008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "0304", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ STEP_RESET, .state = 5 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "libopencm3");
	rig_run(&r, steps, COUNT(steps));
	holds(&r, 0x08002000, "\x01\x02", 2);
	rig_close(&r);
}

/* To write where there is nothing ends it. */
static void
test_a_wrong_address_kills_it(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 0, .hex = "2100000140", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ GETSTATUS, .hex = "006400000400", .state = 5 },
		{ GETSTATUS, .answer = SIM_SILENT, .state = 5 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
		{ GETSTATE, .hex = "02", .state = 2 },
	};

	(void)state;
	RUN("libopencm3", steps);
}

static void
test_replies_and_descriptors(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "libopencm3,poll=7");
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 3, 2, NULL),
	    SIM_ACK);
	assert_int_equal(r.in.len, 6);
	assert_int_equal(rig_request(&r, 0x21, DNLOAD, 0, 0, 1025,
	    (const uint8_t *)"no data is looked at"), SIM_STALL);
	assert_int_equal(rig_request(&r, 0x21, DNLOAD, 1, 0, 2,
	    (const uint8_t *)"\x41\x42"), SIM_ACK);
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL),
	    SIM_ACK);
	assert_memory_equal(r.in.data, "\0\7\0\0\4", 5);
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\x83\x04\x11\xdf", 4);
	assert_memory_equal(b.data + b.len - 9,
	    "\x09\x21\x09\xff\x00\x00\x04\x1a\x01", 9);
	assert_string_equal(sim_string(r.sim, 2), "DFU Demo");
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_and_leave),
		cmocka_unit_test(test_leaves_into_itself),
		cmocka_unit_test(test_an_erase_moves_the_pointer),
		cmocka_unit_test(test_an_erase_of_everything_takes_a_page),
		cmocka_unit_test(test_nothing_is_an_error),
		cmocka_unit_test(test_a_wrong_address_kills_it),
		cmocka_unit_test(test_replies_and_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
