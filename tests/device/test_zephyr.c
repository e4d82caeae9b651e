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

/* What was written is read back. */
static void
test_download_and_upload(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 2, .state = 6 },
		{ GETSTATUS, .hex = "006400000600", .state = 2 },
		{ GETSTATUS, .hex = "006400000200", .state = 2 },
	};
	static uint8_t image[700];
	struct rig r;

	(void)state;
	rig_fill(image, sizeof image);
	rig_open(&r, "zephyr");
	rig_block(&r, 0, image, 512);
	rig_block(&r, 1, image + 512, 188);
	rig_run(&r, steps, COUNT(steps));
	rig_expect(&r, 0, 512, image, 512);
	rig_expect(&r, 1, 188, image + 512, 188);
	assert_int_equal(sim_state(r.sim), 9);
	rig_close(&r);
}

static void
test_getstatus_tells_the_state_before(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
		{ GETSTATUS, .hex = "006400000300", .state = 5 },
		{ GETSTATUS, .hex = "006400000500", .state = 5 },
		{ GETSTATE, .hex = "05", .state = 5 },
	};
	static const struct step busy[] = {
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
		{ GETSTATUS, .hex = "000700000300", .state = 4 },
		{ GETSTATE, .hex = "03", .state = 4 },
		{ GETSTATUS, .hex = "000700000300", .state = 4 },
		{ STEP_WAIT, 30, .state = 4 },
		{ GETSTATUS, .hex = "000700000300", .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "000700000600", .state = 7 },
		{ STEP_WAIT, 40, .state = 7 },
		{ GETSTATUS, .hex = "000700000600", .state = 2 },
	};

	(void)state;
	RUN("zephyr", steps);
	RUN("zephyr,write=30,manifest=40,poll=7", busy);
}

/* Not tolerant, it takes everything at last, and nothing leads on. */
static void
test_intolerant(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "006400000700", .state = 8 },
		{ GETSTATUS, .hex = "006400000800", .state = 8 },
		{ CLRSTATUS, .state = 8 },
		{ ABORT, .state = 8 },
		{ STEP_OTHER, .answer = SIM_STALL, .state = 8 },
		{ 7, .state = 8 },
		{ DNLOAD, 0, .hex = "0102", .state = 8 },
		{ STEP_RESET, .state = 8 },
		{ UPLOAD, 9, 4, .answer = SIM_STALL, .state = 10,
		    .status = 14 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 0 },
	};
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "zephyr,tolerant=0,start=manifest");
	sim_descriptors(r.sim, &b);
	assert_int_equal(b.data[b.len - 7], 0x0b);
	rig_run(&r, steps, COUNT(steps));
	buf_free(&b);
	rig_close(&r);
}

static void
test_blocks_are_counted(void **state)
{
	static const struct step up[] = {
		{ UPLOAD, 0, 4, .state = 9 },
		{ UPLOAD, 2, 4, .answer = SIM_STALL, .state = 10,
		    .status = 14 },
		{ ABORT, .answer = SIM_STALL, .state = 10, .status = 14 },
		{ CLRSTATUS, .state = 2 },
		{ UPLOAD, 0, 513, .answer = SIM_STALL, .state = 10,
		    .status = 15 },
	};
	static const struct step down[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 0, .hex = "02", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 3, .answer = SIM_STALL, .state = 10, .status = 14 },
	};

	(void)state;
	RUN("zephyr", up);
	RUN("zephyr", down);
}

static void
test_each_alternate_is_an_image(void **state)
{
	static const struct step down[] = {
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
	};
	static uint8_t block[101];
	uint8_t there[2];
	struct rig r;

	(void)state;
	rig_open(&r, "zephyr");
	rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 1, 0, 0, NULL);
	rig_run(&r, down, 1);
	rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 0, 0, 0, NULL);
	assert_int_equal(sim_state(r.sim), 3);
	sim_peek(r.sim, 0x10000000, there, 2);
	assert_memory_equal(there, "\1\2", 2);
	sim_peek(r.sim, 0, there, 2);
	assert_memory_equal(there, "\xff\xff", 2);
	rig_close(&r);
	rig_open(&r, "zephyr");
	rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 2, 0, 0, NULL);
	assert_string_equal(sim_string(r.sim, 6), "ramdisk0");
	assert_int_equal(rig_request(&r, 0x21, DNLOAD, 0, 0, 101, block),
	    SIM_STALL);
	assert_int_equal(sim_status(r.sim), 14);
	rig_close(&r);
}

/* DETACH leads to DFU mode by itself, a reset does not matter. */
static void
test_run_time_mode(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .answer = SIM_STALL, .state = 0 },
		{ DETACH, 1000, .state = 1 },
		{ ABORT, .answer = SIM_STALL, .state = 1 },
		{ STEP_WAIT, 50, .state = 1 },
		{ STEP_RESET, .state = 1 },
		{ STEP_WAIT, 48, .state = 1 },
		{ STEP_WAIT, 2, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 0 },
	};
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "zephyr,mode=app");
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\xe3\x2f\x01\x00", 4);
	assert_string_equal(sim_string(r.sim, 2), "USBD sample");
	assert_int_equal(b.data[18 + 9 + 7], 1);
	rig_run(&r, steps, COUNT(steps));
	buf_free(&b);
	rig_close(&r);
}

/* In DFU mode nothing but the images has a name. */
static void
test_replies_and_descriptors(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "zephyr");
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\xe3\x2f\xff\xff", 4);
	assert_memory_equal(b.data + 14, "\0\0\0\1", 4);
	assert_memory_equal(b.data + b.len - 9,
	    "\x09\x21\x0f\x00\x00\x00\x02\x10\x01", 9);
	assert_null(sim_string(r.sim, 1));
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 0, 8, NULL),
	    SIM_ACK);
	assert_int_equal(r.in.len, 0);
	assert_int_equal(rig_request(&r, 0xa1, GETSTATE, 0, 0, 2, NULL),
	    SIM_ACK);
	assert_int_equal(r.in.len, 0);
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_download_and_upload),
		cmocka_unit_test(test_getstatus_tells_the_state_before),
		cmocka_unit_test(test_intolerant),
		cmocka_unit_test(test_blocks_are_counted),
		cmocka_unit_test(test_each_alternate_is_an_image),
		cmocka_unit_test(test_run_time_mode),
		cmocka_unit_test(test_replies_and_descriptors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
