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
		{ DNLOAD, 0, .hex = "4100000108", .state = 3 },
		{ GETSTATUS, .hex = "003c00000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 0, .hex = "2100000108", .state = 3 },
		{ GETSTATUS, .hex = "005000000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};
	static const struct step leave[] = {
		{ ABORT, .state = 2 },
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000100000700", .state = GONE },
		{ GETSTATUS, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
	};
	static uint8_t image[1000];
	struct rig r;

	(void)state;
	rig_fill(image, sizeof image);
	memcpy(image, "\x00\x10\x00\x20", 4);
	rig_open(&r, "gd32,flash=pattern");
	rig_run(&r, begin, COUNT(begin));
	rig_block(&r, 2, image, sizeof image);
	rig_run(&r, leave, 1);
	rig_expect(&r, 2, 1000, image, 1000);
	assert_int_equal(sim_state(r.sim), 9);
	rig_run(&r, leave, COUNT(leave));
	rig_close(&r);
}

/* EP0 waits for what was not announced. */
static void
test_data_has_no_wait(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 2, .hex = "01020304", .state = 3 },
		{ GETSTATUS, .hex = "000000000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "gd32,poll-write=500");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_latency(r.sim), 500000);
	rig_close(&r);
}

static void
test_an_erase_moves_the_pointer(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "4100040108", .state = 3 },
		{ GETSTATUS, .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 2, 2, "ffff", .state = 9 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 0, 3, "002141", .state = 9 },
		{ UPLOAD, 0, 4, "002141", .state = 2 },
	};

	(void)state;
	RUN("gd32,flash=pattern", steps);
}

/* Neither a wrong address nor an unknown command is an error. */
static void
test_no_failure_is_told(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "4100000010", .state = 3 },
		{ GETSTATUS, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 0, .hex = "92", .state = 3 },
		{ GETSTATUS, .hex = "005000000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ ABORT, .state = 2 },
		/* Where there is no flash it gives its buffer. */
		{ UPLOAD, 2, 5, "9202ffff10", .state = 9 },
	};

	(void)state;
	RUN("gd32", steps);
}

static void
test_a_state_that_does_not_exist(void **state)
{
	static const struct step steps[] = {
		{ UPLOAD, 1, 4, .answer = SIM_STALL, .state = 15 },
		{ GETSTATUS, .hex = "000000000f00", .state = 15 },
		{ CLRSTATUS, .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
	};

	(void)state;
	RUN("gd32", steps);
}

/* Off the bus and on again; what was an error is one still. */
static void
test_detach_changes_little(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ STEP_RESET, .state = 3 },
		{ DETACH, 1000, .state = 2 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
		{ CLRSTATUS, .state = 10, .status = 14 },
		{ DETACH, 1000, .state = 10, .status = 14 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 100, .state = 10, .status = 14 },
	};

	(void)state;
	RUN("gd32", steps);
}

static void
test_replies_and_descriptors(void **state)
{
	static uint8_t block[2049];
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "gd32");
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 0, 2, NULL),
	    SIM_ACK);
	assert_int_equal(r.in.len, 6);
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\xe9\x28\x89\x01", 4);
	assert_memory_equal(b.data + b.len - 9,
	    "\x09\x21\x0b\xff\x00\x00\x08\x1a\x01", 9);
	/* iInterface: it has no name. */
	assert_int_equal(b.data[18 + 9 + 8], 0);
	assert_null(sim_string(r.sim, 4));
	assert_int_equal(rig_request(&r, 0x21, DNLOAD, 2, 0, 2049, block),
	    SIM_SILENT);
	assert_int_equal(rig_request(&r, 0xa1, GETSTATE, 0, 0, 1, NULL),
	    SIM_SILENT);
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_upload_and_leave),
		cmocka_unit_test(test_data_has_no_wait),
		cmocka_unit_test(test_an_erase_moves_the_pointer),
		cmocka_unit_test(test_no_failure_is_told),
		cmocka_unit_test(test_a_state_that_does_not_exist),
		cmocka_unit_test(test_detach_changes_little),
		cmocka_unit_test(test_replies_and_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
