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
		{ DNLOAD, 0, .hex = "4100000208", .state = 2 },
		{ GETSTATUS, .hex = "000000000400", .state = 5 },
		{ DNLOAD, 0, .hex = "2100000208", .state = 5 },
		{ GETSTATUS, .hex = "000000000400", .state = 5 },
	};
	static const struct step leave[] = {
		{ DNLOAD, 0, .state = 5 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
	};
	static uint8_t image[2500];
	struct rig r;

	(void)state;
	rig_fill(image, sizeof image);
	image[0] = 0;		/* marked as valid */
	rig_open(&r, "mboot,flash=pattern");
	rig_run(&r, begin, COUNT(begin));
	rig_block(&r, 2, image, 2048);
	rig_block(&r, 3, image + 2048, 452);
	rig_expect(&r, 2, 2048, image, 2048);
	rig_expect(&r, 3, 452, image + 2048, 452);
	assert_int_equal(sim_state(r.sim), 5);
	rig_run(&r, leave, COUNT(leave));
	rig_close(&r);
}

/* Nothing happens before GETSTATUS, and the last request counts. */
static void
test_getstatus_does_it(void **state)
{
	static const struct step last[] = {
		{ DNLOAD, 0, .hex = "2100000208", .state = 2 },
		{ DNLOAD, 2, .hex = "01020304", .state = 2 },
		{ UPLOAD, 2, 1, "ff", .state = 2 },
		{ GETSTATUS, .hex = "000000000900", .state = 9 },
		{ DNLOAD, 0, .state = 9 },
		{ DNLOAD, 0, .hex = "2100000408", .state = 9 },
		{ STEP_RESET, .state = 9 },
		{ GETSTATUS, .hex = "000000000400", .state = 5 },
		{ DNLOAD, 2, .hex = "0102", .state = 5 },
		{ ABORT, .state = 2 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ UPLOAD, 2, 2, "ffff", .state = 2 },
	};

	(void)state;
	RUN("mboot", last);
}

static void
test_errors_have_a_text_and_are_told_once(void **state)
{
	static const struct step own[] = {
		{ DNLOAD, 0, .hex = "4100400008", .state = 2 },
		{ GETSTATUS, .hex = "000000000400", .state = 10, .status = 8 },
		{ GETSTATUS, .hex = "080000000a10", .state = 10 },
		{ GETSTATUS, .hex = "000000000a00", .state = 10 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 2, .hex = "01", .state = 2 },
		{ GETSTATUS, .state = 10, .status = 8 },
		{ ABORT, .state = 2 },
	};
	static const struct step range[] = {
		{ DNLOAD, 0, .hex = "2100001008", .state = 2 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "01", .state = 5 },
		{ GETSTATUS, .hex = "000000000400", .state = 10, .status = 8 },
		{ GETSTATUS, .hex = "080000000a11", .state = 10 },
	};
	static const struct step command[] = {
		{ DNLOAD, 0, .hex = "92", .state = 2 },
		{ GETSTATUS, .hex = "000000000400", .state = 10 },
		{ GETSTATUS, .hex = "000000000a00", .state = 10 },
	};
	struct rig r;

	(void)state;
	RUN("mboot", own);
	RUN("mboot", range);
	RUN("mboot", command);
	rig_open(&r, "mboot");
	assert_string_equal(sim_string(r.sim, 0x10), "Can't overwrite mboot");
	assert_string_equal(sim_string(r.sim, 0x11), "Address out of range");
	assert_null(sim_string(r.sim, 0x12));
	rig_close(&r);
}

/* Data that it does not know of is waited for until the host gives up. */
static void
test_unknown_questions_are_never_answered(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "mboot");
	assert_int_equal(rig_request(&r, 0xa1, UPLOAD, 0, 0, 16, NULL),
	    SIM_SILENT);
	assert_int_equal(rig_request(&r, 0xa1, UPLOAD, 1, 0, 16, NULL),
	    SIM_SILENT);
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 0, 5, NULL),
	    SIM_SILENT);
	assert_int_equal(rig_request(&r, 0xa1, ABORT, 0, 0, 1, NULL),
	    SIM_SILENT);
	assert_int_equal(rig_request(&r, 0xa1, ABORT, 0, 0, 0, NULL),
	    SIM_ACK);
	assert_int_equal(rig_request(&r, 0x21, GETSTATUS, 0, 0, 6,
	    (const uint8_t *)"123456"), SIM_ACK);
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL),
	    SIM_ACK);
	assert_int_equal(sim_state(r.sim), 2);
	/* Longer than its buffer: it crashes. */
	assert_int_equal(rig_request(&r, 0xa1, UPLOAD, 2, 0, 2049, NULL),
	    SIM_SILENT);
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL),
	    SIM_SILENT);
	rig_close(&r);
}

static void
test_erase_takes_the_sector_around(void **state)
{
	static const struct step sector[] = {
		{ DNLOAD, 0, .hex = "4134120208", .state = 2 },
		{ GETSTATUS, .state = 5 },
		{ GETSTATUS, .state = 5 },
	};
	static const struct step small[] = {
		{ DNLOAD, 0, .hex = "4100c00008", .state = 5 },
		{ GETSTATUS, .state = 5 },
	};
	static const struct step all[] = {
		{ DNLOAD, 0, .hex = "41", .state = 2 },
		{ GETSTATUS, .state = 5 },
	};
	static uint8_t bytes[2], before[2];
	struct rig r;

	(void)state;
	rig_open(&r, "mboot,flash=pattern,erase=700");
	sim_peek(r.sim, 0x08040000, before, 2);
	rig_run(&r, sector, 2);
	rig_run(&r, sector + 2, 1);
	assert_int_equal(sim_latency(r.sim), 700000);
	sim_peek(r.sim, 0x08020000, bytes, 2);
	assert_memory_equal(bytes, "\xff\xff", 2);
	sim_peek(r.sim, 0x0803fffe, bytes, 2);
	assert_memory_equal(bytes, "\xff\xff", 2);
	sim_peek(r.sim, 0x08040000, bytes, 2);
	assert_memory_equal(bytes, before, 2);
	sim_peek(r.sim, 0x0800bffe, before, 2);
	rig_run(&r, small, COUNT(small));
	sim_peek(r.sim, 0x0800bffe, bytes, 2);
	assert_memory_equal(bytes, before, 2);
	sim_peek(r.sim, 0x0800c000, bytes, 2);
	assert_memory_equal(bytes, "\xff\xff", 2);
	rig_close(&r);
	rig_open(&r, "mboot,flash=pattern");
	sim_peek(r.sim, 0x08007ffe, before, 2);
	rig_run(&r, all, COUNT(all));
	sim_peek(r.sim, 0x08007ffe, bytes, 2);
	assert_memory_equal(bytes, before, 2);
	sim_peek(r.sim, 0x08008000, bytes, 2);
	assert_memory_equal(bytes, "\xff\xff", 2);
	rig_close(&r);
}

/* Bits can only be cleared, and nobody says so. */
static void
test_what_is_not_erased_is_spoiled(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "2100000208", .state = 2 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "0ff0aa", .state = 5 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "fc3f5555", .state = 5 },
		{ GETSTATUS, .state = 5 },
		{ UPLOAD, 2, 4, "0c300000", .state = 5 },
	};

	(void)state;
	RUN("mboot", steps);
}

static void
test_descriptors(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "mboot");
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\x83\x04\x11\xdf", 4);
	assert_memory_equal(b.data + b.len - 9,
	    "\x09\x21\x0b\xff\x00\x00\x08\x1a\x01", 9);
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_upload_and_leave),
		cmocka_unit_test(test_getstatus_does_it),
		cmocka_unit_test(test_errors_have_a_text_and_are_told_once),
		cmocka_unit_test(test_unknown_questions_are_never_answered),
		cmocka_unit_test(test_erase_takes_the_sector_around),
		cmocka_unit_test(test_what_is_not_erased_is_spoiled),
		cmocka_unit_test(test_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
