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
		{ DNLOAD, 2, .state = 6 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
	};
	static uint8_t image[5000];
	struct rig r;

	(void)state;
	rig_fill(image, sizeof image);
	rig_open(&r, "uboot");
	rig_block(&r, 0, image, 4096);
	rig_block(&r, 1, image + 4096, 904);
	rig_run(&r, manifest, COUNT(manifest));
	rig_expect(&r, 0, 4096, image, 4096);
	assert_int_equal(sim_state(r.sim), 9);
	rig_expect(&r, 1, 4096, image + 4096, 904);
	assert_int_equal(sim_state(r.sim), 2);
	rig_close(&r);
}

/* The reply that frees it comes after the flush, and tells nothing of it. */
static void
test_ep0_waits_for_the_flush(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "005802000700", .state = 7 },
	};
	static const struct step done[] = {
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
	};
	struct rig r;
	uint64_t before;

	(void)state;
	rig_open(&r, "uboot,manifest=600,write=30");
	rig_run(&r, steps, 1);
	rig_run(&r, steps + 1, 1);
	assert_int_equal(sim_latency(r.sim), 30000);
	rig_run(&r, steps + 2, 2);
	before = r.now;
	rig_run(&r, done, 1);
	assert_int_equal(r.now - before, 600000);
	assert_int_equal(sim_latency(r.sim), 600000);
	rig_close(&r);
}

static void
test_blocks_are_counted(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 0, .state = 10, .status = 14 },
		{ GETSTATUS, .hex = "0e0000000a00", .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ ABORT, .state = 2 },
		{ DNLOAD, 0, .hex = "01", .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 0, .hex = "01", .state = 3 },
	};

	(void)state;
	RUN("uboot", steps);
}

static void
test_upload_after_an_abort_is_stalled(void **state)
{
	static const struct step steps[] = {
		{ UPLOAD, 0, 4096, .state = 9 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 0, 4096, .answer = SIM_STALL, .state = 9 },
		{ GETSTATUS, .hex = "000000000900", .state = 9 },
		{ ABORT, .state = 2 },
		{ DNLOAD, 0, .hex = "01", .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
		{ UPLOAD, 0, 4096, .state = 9 },
		{ UPLOAD, 2, 4096, .answer = SIM_STALL, .state = 9 },
		{ UPLOAD, 1, 4096, .state = 9 },
	};

	(void)state;
	RUN("uboot", steps);
}

static void
test_upload_sends_4096_bytes(void **state)
{
	static const struct step steps[] = {
		{ UPLOAD, 0, 64, .state = 9 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "uboot");
	rig_run(&r, steps, 1);
	assert_int_equal(r.in.len, 4096);
	rig_close(&r);
}

static void
test_error_with_bStatus_OK(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .answer = SIM_STALL, .state = 10 },
		{ GETSTATUS, .hex = "000000000a00", .state = 10 },
		{ ABORT, .answer = SIM_STALL, .state = 10 },
		{ CLRSTATUS, .state = 2 },
	};

	(void)state;
	RUN("uboot", steps);
}

static void
test_detach_ends_the_gadget(void **state)
{
	static const struct step steps[] = {
		{ DETACH, 1000, .state = 0 },
		{ GETSTATUS, .hex = "000000000000", .state = 0 },
		{ ABORT, .answer = SIM_STALL, .state = 0 },
		{ STEP_WAIT, 5, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
	};

	(void)state;
	RUN("uboot", steps);
}

static void
test_vendor_requests_are_taken_for_dfu(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "uboot");
	assert_int_equal(rig_request(&r, 0xc1, DFU_GETSTATE, 0, 0, 1, NULL),
	    SIM_ACK);
	assert_int_equal(r.in.data[0], 2);
	assert_int_equal(rig_request(&r, 0x41, 7, 0, 0, 0, NULL), SIM_STALL);
	assert_int_equal(sim_state(r.sim), 10);
	rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 1, 0, 0, NULL);
	assert_int_equal(sim_state(r.sim), 2);
	rig_close(&r);
}

static void
test_stuck_counts_getstatus(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ GETSTATE, .hex = "07", .state = 7 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
	};

	(void)state;
	RUN("uboot,start=manifest,stuck=2", steps);
}

static void
test_past_the_end_is_errUNKNOWN(void **state)
{
	static uint8_t block[4096];
	static const struct step wrong[] = {
		{ DNLOAD, 64, .hex = "01", .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
	};
	struct rig r;
	uint16_t i;

	(void)state;
	rig_open(&r, "uboot");
	for (i = 0; i < 64; i++)
		rig_block(&r, i, block, sizeof block);
	rig_run(&r, wrong, COUNT(wrong));
	rig_close(&r);
}

static void
test_descriptors(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "uboot");
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\x25\x05\xa5\xa4", 4);
	assert_memory_equal(b.data + b.len - 9,
	    "\x09\x21\x0f\x00\x00\x00\x10\x10\x01", 9);
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_and_upload_are_equal),
		cmocka_unit_test(test_ep0_waits_for_the_flush),
		cmocka_unit_test(test_blocks_are_counted),
		cmocka_unit_test(test_upload_after_an_abort_is_stalled),
		cmocka_unit_test(test_upload_sends_4096_bytes),
		cmocka_unit_test(test_error_with_bStatus_OK),
		cmocka_unit_test(test_detach_ends_the_gadget),
		cmocka_unit_test(test_vendor_requests_are_taken_for_dfu),
		cmocka_unit_test(test_stuck_counts_getstatus),
		cmocka_unit_test(test_past_the_end_is_errUNKNOWN),
		cmocka_unit_test(test_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
