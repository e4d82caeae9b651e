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
test_download_and_upload_are_equal(void **state)
{
	static const struct step manifest[] = {
		{ DNLOAD, 3, .state = 6 },
		{ GETSTATUS, .hex = "003c00000700", .state = 7 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 60, .state = 6 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
	};
	static uint8_t image[2500];
	struct rig r;
	uint16_t i;

	(void)state;
	rig_fill(image, sizeof image);
	rig_open(&r, "tinyusb");
	for (i = 0; i < 2; i++)
		rig_block(&r, i, image + i * 1024, 1024);
	rig_block(&r, 2, image + 2048, 452);
	rig_run(&r, manifest, COUNT(manifest));
	for (i = 0; i < 2; i++)
		rig_expect(&r, i, 1024, image + i * 1024, 1024);
	rig_expect(&r, 2, 1024, image + 2048, 452);
	rig_expect(&r, 3, 1024, NULL, 0);
	assert_int_equal(sim_state(r.sim), 2);
	rig_close(&r);
}

static void
test_busy_says_poll_0(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
		{ GETSTATUS, .hex = "006400000400", .state = 4 },
		{ GETSTATUS, .hex = "000000000400", .state = 4 },
		{ GETSTATE, .hex = "04", .state = 4 },
		{ STEP_WAIT, 100, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};

	(void)state;
	RUN("tinyusb,poll=100", steps);
}

/* Only what the host does helps where the application forgets to. */
static void
test_finish_never(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 60000, .state = 7 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ ABORT, .state = 2 },
	};
	struct rig r;

	(void)state;
	RUN("tinyusb,finish=never", steps);
	rig_open(&r, "tinyusb,finish=never,stuck=1");
	rig_run(&r, steps, 4);
	rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 0, 0, 0, NULL);
	assert_int_equal(sim_state(r.sim), 2);
	rig_close(&r);
}

static void
test_intolerant_still_answers(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000500000700", .state = 7 },
		{ STEP_WAIT, 5, .state = 8 },
		{ GETSTATUS, .hex = "000000000800", .state = 8 },
		{ CLRSTATUS, .state = 2 },
	};

	(void)state;
	RUN("tinyusb,tolerant=0,finish=5", steps);
}

static void
test_stuck_counts_getstatus(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1000, .state = 7 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1, .state = 6 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
	};

	(void)state;
	RUN("tinyusb,start=manifest,stuck=2", steps);
}

/* The write that an ABORT leaves behind may still fail. */
static void
test_error_after_an_abort(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 64, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ ABORT, .state = 2 },
		{ STEP_WAIT, 25, .state = 10, .status = 6 },
		{ ABORT, .state = 2 },
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
	};

	(void)state;
	RUN("tinyusb", steps);
}

/* The end of a manifestation that was aborted changes nothing. */
static void
test_abort_of_a_manifestation(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 65, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 25, .state = 10, .status = 6 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .state = 7 },
		{ ABORT, .state = 2 },
		{ STEP_WAIT, 60, .state = 2 },
	};

	(void)state;
	RUN("tinyusb", steps);
}

static void
test_set_interface_begins_anew(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 64, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 25, .state = 10, .status = 6 },
	};
	static const struct step eeprom[] = {
		{ UPLOAD, 0, 1024, .state = 2 },
		{ UPLOAD, 0, 1025, .answer = SIM_STALL, .state = 2 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "tinyusb");
	rig_run(&r, steps, COUNT(steps));
	rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 1, 0, 0, NULL);
	rig_run(&r, eeprom, 1);
	assert_int_equal(r.in.len, 100);
	rig_run(&r, eeprom + 1, 1);
	rig_close(&r);
}

static void
test_descriptors_of_the_example(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "tinyusb,size=64,tolerant=0");
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\xfe\xca\x00\x40", 4);
	assert_memory_equal(b.data + b.len - 9,
	    "\x09\x21\x03\xe8\x03\x40\x00\x01\x01", 9);
	assert_string_equal(sim_string(r.sim, 5), "EEPROM");
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_and_upload_are_equal),
		cmocka_unit_test(test_busy_says_poll_0),
		cmocka_unit_test(test_finish_never),
		cmocka_unit_test(test_intolerant_still_answers),
		cmocka_unit_test(test_stuck_counts_getstatus),
		cmocka_unit_test(test_error_after_an_abort),
		cmocka_unit_test(test_abort_of_a_manifestation),
		cmocka_unit_test(test_set_interface_begins_anew),
		cmocka_unit_test(test_descriptors_of_the_example),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
