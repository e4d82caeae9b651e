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

#define VECTOR	"\x00\x10\x00\x20"

static void
test_download_upload_and_leave(void **state)
{
	static const struct step manifest[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000000000700", .state = 6 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
	};
	static uint8_t image[2500];
	struct rig r;
	uint16_t i;

	(void)state;
	rig_fill(image, sizeof image);
	memcpy(image, VECTOR, 4);
	rig_open(&r, "dapboot,flash=pattern");
	for (i = 0; i < 2; i++)
		rig_block(&r, 77, image + i * 1024, 1024);
	rig_block(&r, 0, image + 2048, 452);
	rig_run(&r, manifest, COUNT(manifest));
	for (i = 0; i < 2; i++)
		rig_expect(&r, 99, 1024, image + i * 1024, 1024);
	rig_expect(&r, 0, 452, image + 2048, 452);
	assert_int_equal(sim_state(r.sim), 9);
	rig_close(&r);
}

static void
test_no_application_is_errFIRMWARE(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01020304", .state = 3 },
		{ GETSTATUS, .hex = "001900000400", .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "0a0000000a00", .state = 10, .status = 10 },
		{ ABORT, .state = 10, .status = 10 },
		{ CLRSTATUS, .state = 2 },
	};

	(void)state;
	RUN("dapboot", steps);
}

/* EP0 answers NAK while it programs, however long the host waited. */
static void
test_ep0_waits_for_the_flash(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01020304", .state = 3 },
		{ GETSTATUS, .hex = "000100000400", .state = 5 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "dapboot,poll=400,announce=1");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_latency(r.sim), 400000);
	rig_close(&r);
}

static void
test_upload_gives_stale_bytes(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01020304", .state = 3 },
		{ UPLOAD, 0, 6, "010203040000", .state = 3 },
		{ DNLOAD, 0, .hex = "0909", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ UPLOAD, 0, 6, "090903040000", .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 0, 6, "01020304ffff", .state = 9 },
	};

	(void)state;
	RUN("dapboot", steps);
}

static void
test_an_odd_byte_is_lost(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "010203", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 0, 4, "0102ffff", .state = 9 },
	};

	(void)state;
	RUN("dapboot", steps);
}

static void
test_detach_is_a_system_reset(void **state)
{
	static const struct step steps[] = {
		{ DETACH, 1000, .state = 2 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
		{ STEP_RESET, .state = 2 },
		{ DNLOAD, 0, .hex = "00100020", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DETACH, 1000, .state = 5 },
		{ STEP_WAIT, 60000, .state = GONE },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "dapboot");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_incarnation(r.sim), 3);
	rig_close(&r);
}

static void
test_stuck_ends_by_detach_or_by_asking(void **state)
{
	static const struct step asked[] = {
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ ABORT, .state = 7 },
		{ CLRSTATUS, .state = 7 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1, .state = GONE },
	};
	static const struct step detached[] = {
		{ DETACH, .state = 7 },
		{ STEP_WAIT, 1, .state = GONE },
	};

	(void)state;
	RUN("dapboot,start=manifest,stuck=2", asked);
	RUN("dapboot,start=manifest,stuck=never", detached);
}

static void
test_descriptors(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "dapboot");
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\x09\x12\x42\xdb", 4);
	assert_memory_equal(b.data + b.len - 9,
	    "\x09\x21\x0b\xff\x00\x00\x04\x10\x01", 9);
	assert_int_equal(rig_request(&r, 0x21, DNLOAD, 0, 0, 1025,
	    (const uint8_t *)"no data is looked at"), SIM_STALL);
	assert_int_equal(sim_state(r.sim), 2);
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_upload_and_leave),
		cmocka_unit_test(test_no_application_is_errFIRMWARE),
		cmocka_unit_test(test_ep0_waits_for_the_flash),
		cmocka_unit_test(test_upload_gives_stale_bytes),
		cmocka_unit_test(test_an_odd_byte_is_lost),
		cmocka_unit_test(test_detach_is_a_system_reset),
		cmocka_unit_test(test_stuck_ends_by_detach_or_by_asking),
		cmocka_unit_test(test_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
