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
test_download_upload_and_leave(void **state)
{
	static const struct step begin[] = {
		{ DNLOAD, 0, .hex = "4100200008", .state = 3 },
		{ GETSTATUS, .hex = "001400000400", .state = 5 },
		{ DNLOAD, 0, .hex = "2100200008", .state = 3 },
		{ GETSTATUS, .hex = "001b00000400", .state = 5 },
	};
	static const struct step leave[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1, .state = GONE },
		{ ABORT, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
	};
	static uint8_t image[1000];
	struct rig r;

	(void)state;
	rig_fill(image, sizeof image);
	memcpy(image, "\x00\x10\x00\x20", 4);
	rig_open(&r, "blackmagic,flash=pattern");
	rig_run(&r, begin, COUNT(begin));
	rig_block(&r, 2, image, sizeof image);
	rig_expect(&r, 2, 1000, image, 1000);
	assert_int_equal(sim_state(r.sim), 9);
	rig_run(&r, leave, COUNT(leave));
	rig_close(&r);
}

/* Of two erases of one page the second does nothing. */
static void
test_a_page_is_erased_once(void **state)
{
	static const struct step write[] = {
		{ DNLOAD, 0, .hex = "2100200008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 0, .hex = "4100200008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 0, .hex = "4100200008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ UPLOAD, 2, 2, "0102", .state = 9 },
		{ DNLOAD, 0, .hex = "4100240008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 0, .hex = "4100200008", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ UPLOAD, 2, 2, "ffff", .state = 9 },
	};

	(void)state;
	RUN("blackmagic", write);
}

/* An erase elsewhere repeats the error before, or says none. */
static void
test_errors(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "4100000008", .state = 3 },
		{ GETSTATUS, .hex = "001400000400", .state = 10 },
		{ GETSTATUS, .hex = "000000000a00", .state = 10 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 0, .hex = "2100000208", .state = 10, .status = 1 },
		{ GETSTATUS, .hex = "010000000a00", .state = 10, .status = 1 },
		{ ABORT, .state = 2 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ DNLOAD, 0, .hex = "4100000208", .state = 3 },
		{ GETSTATUS, .state = 10, .status = 1 },
		{ DNLOAD, 0, .hex = "2100200008", .state = 3 },
	};

	(void)state;
	RUN("blackmagic", steps);
}

/* The wait goes by the first byte, whatever it is part of. */
static void
test_the_wait_goes_by_a_byte(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "2100200008", .state = 3 },
		{ GETSTATUS, .hex = "002c01000400", .state = 5 },
		{ DNLOAD, 2, .hex = "4101", .state = 3 },
		{ GETSTATUS, .hex = "000500000400", .state = 5 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "blackmagic,poll-write=300,poll-erase=5");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_latency(r.sim), 5000);
	rig_close(&r);
}

/* Before an address is set it reads from 0, where the flash is as well. */
static void
test_uploads(void **state)
{
	static const struct step steps[] = {
		{ UPLOAD, 2, 2, "a5a4", .state = 9 },
		{ GETSTATUS, .hex = "000000000900", .state = 9 },
		{ UPLOAD, 0, 8, "0000000009000000", .state = 9 },
		{ DNLOAD, 0, .hex = "2100fc0108", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ UPLOAD, 2, 1, .state = 9 },
		{ UPLOAD, 3, 1, .answer = SIM_SILENT, .state = 9 },
		{ GETSTATE, .answer = SIM_SILENT, .state = 9 },
	};

	(void)state;
	RUN("blackmagic,flash=pattern", steps);
}

static void
test_detach_is_a_system_reset(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ STEP_RESET, .state = 3 },
		{ DETACH, 1000, .state = 3 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
	};

	(void)state;
	RUN("blackmagic", steps);
}

static void
test_replies_and_descriptors(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "blackmagic");
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 3, 2, NULL),
	    SIM_ACK);
	assert_int_equal(r.in.len, 6);
	assert_int_equal(rig_request(&r, 0x21, DNLOAD, 0, 0, 1025,
	    (const uint8_t *)"no data is looked at"), SIM_STALL);
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\x50\x1d\x17\x60", 4);
	assert_memory_equal(b.data + b.len - 9,
	    "\x09\x21\x0b\xff\x00\x00\x04\x1a\x01", 9);
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_upload_and_leave),
		cmocka_unit_test(test_a_page_is_erased_once),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_the_wait_goes_by_a_byte),
		cmocka_unit_test(test_uploads),
		cmocka_unit_test(test_detach_is_a_system_reset),
		cmocka_unit_test(test_replies_and_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
