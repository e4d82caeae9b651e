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
	static const struct step erase[] = {
		{ DNLOAD, 0, .hex = "4100300008", .state = 3 },
		{ GETSTATUS, .hex = "006400000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 0, .hex = "4100340008", .state = 3 },
		{ GETSTATUS, .hex = "006400000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 0, .hex = "2100300008", .state = 3 },
		{ GETSTATUS, .hex = "006800000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};
	static const struct step abort[] = { { ABORT, .state = 2 } };
	static const struct step leave[] = {
		{ ABORT, .state = 2 },
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000100000700", .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
		{ STEP_PLUG, .state = 2 },
	};
	static uint8_t image[1500];
	struct rig r;

	(void)state;
	rig_fill(image, sizeof image);
	rig_open(&r, "st,flash=pattern");
	rig_run(&r, erase, COUNT(erase));
	rig_block(&r, 2, image, 1024);
	rig_block(&r, 3, image + 1024, 476);
	rig_run(&r, abort, 1);
	rig_expect(&r, 2, 1024, image, 1024);
	rig_expect(&r, 3, 476, image + 1024, 476);
	rig_run(&r, leave, COUNT(leave));
	rig_close(&r);
}

static void
test_block_1_gives_the_state_15(void **state)
{
	static const struct step steps[] = {
		{ UPLOAD, 1, 64, .answer = SIM_STALL, .state = 15 },
		{ GETSTATUS, .hex = "000000000f00", .state = 15 },
		{ GETSTATE, .hex = "0f", .state = 15 },
		{ ABORT, .state = 15 },
		{ CLRSTATUS, .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
	};

	(void)state;
	RUN("st", steps);
}

static void
test_unknown_command_stays_busy(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "ff00000008", .state = 3 },
		{ GETSTATUS, .hex = "006800000400", .state = 4 },
		{ STEP_WAIT, 60000, .state = 4 },
		{ GETSTATUS, .hex = "000000000400", .state = 4 },
		{ GETSTATE, .hex = "04", .state = 4 },
		{ ABORT, .state = 4 },
		{ CLRSTATUS, .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
	};

	(void)state;
	RUN("st", steps);
}

/* One and three bytes of 41 do nothing, and nothing says so. */
static void
test_other_lengths_are_done_silently(void **state)
{
	static const char *const commands[] = { "41", "92", "410000", "00" };
	struct step steps[] = {
		{ DNLOAD, 0, .state = 3 },
		{ GETSTATUS, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 2, 2, "7574", .state = 9 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(commands); i++) {
		steps[0].hex = commands[i];
		run("st,flash=pattern", steps, COUNT(steps));
	}
}

static void
test_get_has_no_read_unprotect(void **state)
{
	static const struct step steps[] = {
		{ UPLOAD, 0, 3, "002141", .state = 9 },
		{ UPLOAD, 0, 4, "002141", .state = 2 },
	};

	(void)state;
	RUN("st", steps);
}

/* Erased outside, written outside, written twice: errVENDOR. */
static void
test_media_errors_are_errVENDOR(void **state)
{
	static const struct {
		uint16_t	 block;
		const char	*hex;
	} wrong[] = {
		{ 0, "4100000010" }, { 200, "0102" }, { 2, "0102" },
	};
	struct step steps[] = {
		{ DNLOAD, 0, .state = 3 },
		{ GETSTATUS, .state = 10, .status = 11 },
		{ GETSTATUS, .hex = "0b0000000a00", .state = 10, .status = 11 },
		{ UPLOAD, 2, 0, .state = 2, .status = 11 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++) {
		steps[0].value = wrong[i].block;
		steps[0].hex = wrong[i].hex;
		run("st,flash=pattern", steps, COUNT(steps));
	}
}

static void
test_write_protection_is_errVENDOR(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "4100340008", .state = 3 },
		{ GETSTATUS, .state = 10, .status = 11 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 3, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 10, .status = 11 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 3 },
	};

	(void)state;
	RUN("st,wrp=13", steps);
}

static void
test_times_are_announced_modulo_256(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "4100340008", .state = 3 },
		{ GETSTATUS, .hex = "002c00000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "st,poll-erase=300");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_latency(r.sim), 300000);
	rig_close(&r);
}

static void
test_wLength_and_wIndex_are_not_looked_at(void **state)
{
	static uint8_t block[2048];
	struct rig r;

	(void)state;
	rig_open(&r, "st");
	rig_request(&r, 0xa1, GETSTATUS, 0, 1, 3, NULL);
	assert_int_equal(r.in.len, 6);
	assert_int_equal(rig_request(&r, 0xa0, GETSTATE, 0, 0, 1, NULL),
	    SIM_ACK);
	rig_request(&r, 0xa1, UPLOAD, 2, 0, 2048, NULL);
	assert_int_equal(r.in.len, 1024);
	rig_request(&r, 0x21, ABORT, 0, 0, 0, NULL);
	assert_int_equal(rig_request(&r, 0x21, DNLOAD, 2, 0, 2048, block),
	    SIM_STALL);
	assert_int_equal(sim_state(r.sim), 3);
	rig_close(&r);
}

static void
test_detach_drops_off_and_comes_back(void **state)
{
	static const struct step steps[] = {
		{ DETACH, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
	};

	(void)state;
	RUN("st", steps);
}

static void
test_stuck_counts_getstatus(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ ABORT, .state = 7 },
		{ GETSTATE, .hex = "07", .state = 7 },
		{ GETSTATUS, .hex = "000000000700", .state = GONE },
	};
	static const struct step cleared[] = {
		{ CLRSTATUS, .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
	};

	(void)state;
	RUN("st,start=manifest,stuck=2", steps);
	RUN("st,start=manifest,stuck=2", cleared);
}

static void
test_reading_outside_is_a_fault(void **state)
{
	static const struct step steps[] = {
		{ UPLOAD, 200, 64, .answer = SIM_SILENT, .state = 9 },
		{ GETSTATUS, .answer = SIM_SILENT, .state = 9 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
		{ GETSTATUS, .state = 2 },
	};

	(void)state;
	RUN("st", steps);
}

static void
test_descriptors(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "st");
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\x83\x04\x11\xdf", 4);
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
		cmocka_unit_test(test_block_1_gives_the_state_15),
		cmocka_unit_test(test_unknown_command_stays_busy),
		cmocka_unit_test(test_other_lengths_are_done_silently),
		cmocka_unit_test(test_get_has_no_read_unprotect),
		cmocka_unit_test(test_media_errors_are_errVENDOR),
		cmocka_unit_test(test_write_protection_is_errVENDOR),
		cmocka_unit_test(test_times_are_announced_modulo_256),
		cmocka_unit_test(test_wLength_and_wIndex_are_not_looked_at),
		cmocka_unit_test(test_detach_drops_off_and_comes_back),
		cmocka_unit_test(test_stuck_counts_getstatus),
		cmocka_unit_test(test_reading_outside_is_a_fault),
		cmocka_unit_test(test_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
