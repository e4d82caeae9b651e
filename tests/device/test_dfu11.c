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

/* A state, what is sent there, and what becomes of it. */
struct cell {
	uint8_t		state;
	struct step	step;
};

static void
run_cells(const char *spec, const struct cell *cells, size_t n)
{
	struct rig r;
	size_t i;

	for (i = 0; i < n; i++) {
		rig_open(&r, spec);
		sim_force_state(r.sim, 0, cells[i].state);
		assert_int_equal(sim_state(r.sim), cells[i].state);
		rig_run(&r, &cells[i].step, 1);
		rig_close(&r);
	}
}

static void
test_7_download_tolerant(void **state)
{
	static const struct step steps[] = {
		{ GETSTATE, .hex = "02", .state = 2 },
		{ DNLOAD, 0, .hex = "0102030405060708", .state = 3 },
		{ GETSTATE, .hex = "03", .state = 3 },
		{ GETSTATUS, .hex = "000a00000400", .state = 4 },
		{ STEP_WAIT, 10, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 1, .hex = "090a", .state = 3 },
		{ GETSTATUS, .hex = "000a00000400", .state = 4 },
		{ STEP_WAIT, 9, .state = 4 },
		{ STEP_WAIT, 1, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 2, .state = 6 },
		{ GETSTATE, .hex = "06", .state = 6 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ STEP_WAIT, 49, .state = 7 },
		{ STEP_WAIT, 1, .state = 6 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ UPLOAD, 0, 8, "0102030405060708", .state = 9 },
		{ UPLOAD, 1, 8, "090a", .state = 2 },
		{ STEP_RESET, .state = 0 },
	};

	(void)state;
	RUN("dfu11,size=8", steps);
}

static void
test_6_download_and_upload_are_equal(void **state)
{
	static uint8_t image[10000];
	struct rig r;
	uint16_t i, n;

	(void)state;
	rig_fill(image, sizeof image);
	rig_open(&r, "dfu11");
	for (i = 0; i * 1024 < 10000; i++) {
		n = i < 9 ? 1024 : 10000 - 9 * 1024;
		rig_block(&r, (uint16_t)(i + 7), image + i * 1024, n);
	}
	rig_request(&r, 0x21, DNLOAD, i, 0, 0, NULL);
	rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL);
	r.now += 50000;
	rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL);
	assert_int_equal(sim_state(r.sim), 2);
	for (i = 0; i < 9; i++)
		rig_expect(&r, (uint16_t)(i + 3), 1024, image + i * 1024, 1024);
	rig_expect(&r, 12, 1024, image + 9216, 784);
	assert_int_equal(sim_state(r.sim), 2);
	assert_true(sim_peek(r.sim, 0, r.in.data, 784));
	assert_memory_equal(r.in.data, image, 784);
	assert_false(sim_peek(r.sim, 9999, r.in.data, 2));
	rig_close(&r);
}

static void
test_6_1_2_a_block_may_be_done_at_once(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};

	(void)state;
	RUN("dfu11,poll=0", steps);
}

static void
test_A_2_9_waits_for_a_reset_with_ep0_dead(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ STEP_WAIT, 50, .state = 8 },
		{ GETSTATUS, .answer = SIM_SILENT, .state = 8 },
		{ STEP_OTHER, .answer = SIM_SILENT, .state = 8 },
		{ STEP_WAIT, 60000, .state = 8 },
		{ STEP_RESET, .state = 0 },
		{ GETSTATE, .hex = "00", .state = 0 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,tolerant=0,poll=0");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_incarnation(r.sim), 2);
	sim_force_state(r.sim, r.now, 8);
	assert_int_equal(rig_request(&r, 0x80, USB_REQ_GET_DESCRIPTOR, 0x0100,
	    0, 18, NULL), SIM_SILENT);
	rig_close(&r);
}

static void
test_7_will_detach_comes_back_by_itself(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ STEP_WAIT, 50, .state = 8 },
		{ STEP_WAIT, 5, .state = GONE },
		{ GETSTATUS, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 100, .state = 0 },
	};

	(void)state;
	RUN("dfu11,tolerant=0,will-detach=1,poll=0", steps);
}

static void
test_5_1_detach_and_reset_in_time(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "000000000000", .state = 0 },
		{ DETACH, 500, .state = 1 },
		{ GETSTATE, .hex = "01", .state = 1 },
		{ STEP_WAIT, 498, .state = 1 },
		{ STEP_RESET, .state = 2 },
		{ STEP_WAIT, 1000, .state = 2 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,mode=app");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_incarnation(r.sim), 2);
	rig_close(&r);
}

static void
test_A_2_2_detach_timer_runs_out(void **state)
{
	static const struct step steps[] = {
		{ DETACH, 500, .state = 1 },
		{ STEP_WAIT, 500, .state = 0 },
		{ STEP_RESET, .state = 0 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,mode=app");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_incarnation(r.sim), 1);
	rig_close(&r);
}

static void
test_5_1_will_detach_needs_no_reset(void **state)
{
	static const struct step steps[] = {
		{ DETACH, 500, .state = 1 },
		{ STEP_WAIT, 5, .state = GONE },
		{ STEP_WAIT, 99, .state = GONE },
		{ STEP_WAIT, 1, .state = 2 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,mode=app,will-detach=1");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_incarnation(r.sim), 2);
	rig_close(&r);
}

/* What the two run-time states stall, and where that leads. */
static void
test_A_2_1_A_2_2_wrong_requests_in_run_time_mode(void **state)
{
	static const struct cell cells[] = {
		{ 0, { DNLOAD, .hex = "01", .answer = SIM_STALL } },
		{ 0, { DNLOAD, .answer = SIM_STALL } },
		{ 0, { UPLOAD, 0, 8, .answer = SIM_STALL } },
		{ 0, { CLRSTATUS, .answer = SIM_STALL } },
		{ 0, { ABORT, .answer = SIM_STALL } },
		{ 0, { STEP_OTHER, .answer = SIM_STALL } },
		{ 1, { DETACH, .answer = SIM_STALL } },
		{ 1, { DNLOAD, .hex = "01", .answer = SIM_STALL } },
		{ 1, { UPLOAD, 0, 8, .answer = SIM_STALL } },
		{ 1, { CLRSTATUS, .answer = SIM_STALL } },
		{ 1, { ABORT, .answer = SIM_STALL } },
		{ 1, { STEP_OTHER, .answer = SIM_STALL } },
	};

	(void)state;
	run_cells("dfu11,mode=app", cells, COUNT(cells));
}

#define STALLS(from, request)						\
	{ from, { request, .hex = request == DNLOAD ? "01" : NULL,	\
	    .length = 8, .answer = SIM_STALL, .state = 10, .status = 15 } }

static void
test_A_2_wrong_requests_end_in_dfuERROR(void **state)
{
	static const struct cell cells[] = {
		STALLS(2, DETACH), STALLS(2, CLRSTATUS), STALLS(2, STEP_OTHER),
		{ 2, { DNLOAD, .answer = SIM_STALL, .state = 10,
		    .status = 15 } },
		STALLS(3, DETACH), STALLS(3, DNLOAD), STALLS(3, UPLOAD),
		STALLS(3, CLRSTATUS), STALLS(3, ABORT), STALLS(3, STEP_OTHER),
		STALLS(4, DETACH), STALLS(4, DNLOAD), STALLS(4, UPLOAD),
		STALLS(4, GETSTATUS), STALLS(4, CLRSTATUS),
		STALLS(4, GETSTATE), STALLS(4, ABORT), STALLS(4, STEP_OTHER),
		STALLS(5, DETACH), STALLS(5, UPLOAD), STALLS(5, CLRSTATUS),
		STALLS(5, STEP_OTHER),
		STALLS(6, DETACH), STALLS(6, DNLOAD), STALLS(6, UPLOAD),
		STALLS(6, CLRSTATUS), STALLS(6, ABORT), STALLS(6, STEP_OTHER),
		STALLS(7, DETACH), STALLS(7, DNLOAD), STALLS(7, UPLOAD),
		STALLS(7, GETSTATUS), STALLS(7, CLRSTATUS),
		STALLS(7, GETSTATE), STALLS(7, ABORT), STALLS(7, STEP_OTHER),
		STALLS(9, DETACH), STALLS(9, DNLOAD), STALLS(9, CLRSTATUS),
		STALLS(9, STEP_OTHER),
		{ 9, { UPLOAD, .answer = SIM_STALL, .state = 10,
		    .status = 15 } },
	};

	(void)state;
	run_cells("dfu11", cells, COUNT(cells));
}

static void
test_A_2_bus_reset_boots_the_firmware(void **state)
{
	static const struct cell valid[] = {
		{ 2, { STEP_RESET, .state = 0 } },
		{ 3, { STEP_RESET, .state = 0 } },
		{ 4, { STEP_RESET, .state = 0 } },
		{ 5, { STEP_RESET, .state = 0 } },
		{ 6, { STEP_RESET, .state = 0 } },
		{ 7, { STEP_RESET, .state = 0 } },
		{ 8, { STEP_RESET, .state = 0 } },
		{ 9, { STEP_RESET, .state = 0 } },
		{ 10, { STEP_RESET, .state = 0 } },
	};
	static const struct cell corrupt[] = {
		{ 2, { STEP_RESET, .state = 10, .status = 10 } },
		{ 4, { STEP_RESET, .state = 10, .status = 10 } },
		{ 8, { STEP_RESET, .state = 10, .status = 10 } },
		{ 10, { STEP_RESET, .state = 10, .status = 10 } },
	};

	(void)state;
	run_cells("dfu11", valid, COUNT(valid));
	run_cells("dfu11,firmware=corrupt", corrupt, COUNT(corrupt));
}

static void
test_4_1_3_attributes_refuse(void **state)
{
	static const struct cell no_dnload[] = { STALLS(2, DNLOAD) };
	static const struct cell no_upload[] = { STALLS(2, UPLOAD) };

	(void)state;
	run_cells("dfu11,can-dnload=0", no_dnload, 1);
	run_cells("dfu11,can-upload=0", no_upload, 1);
}

static void
test_6_1_1_1_end_too_early_is_errNOTDONE(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 1, .answer = SIM_STALL, .state = 10, .status = 9 },
		{ GETSTATUS, .hex = "090000000a00", .state = 10, .status = 9 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 1, .hex = "03", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .state = 6 },
	};

	(void)state;
	RUN("dfu11,want=3,poll=0", steps);
}

static void
test_A_2_11_first_status_is_kept(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "0a0000000a00", .state = 10, .status = 10 },
		{ ABORT, .answer = SIM_STALL, .state = 10, .status = 10 },
		{ GETSTATE, .hex = "0a", .state = 10, .status = 10 },
		{ CLRSTATUS, .state = 2 },
		{ CLRSTATUS, .answer = SIM_STALL, .state = 10, .status = 15 },
	};

	(void)state;
	RUN("dfu11,start=error", steps);
}

static void
test_A_2_5_as_real_devices_answer(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000a00000400", .state = 4 },
		{ STEP_WAIT, 3, .state = 4 },
		{ GETSTATUS, .hex = "000700000400", .state = 4 },
		{ GETSTATE, .hex = "04", .state = 4 },
		{ STEP_WAIT, 10, .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ GETSTATE, .hex = "07", .state = 7 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ ABORT, .answer = SIM_STALL, .state = 10, .status = 15 },
	};

	(void)state;
	RUN("dfu11,busy=reply", steps);
}

static void
test_stuck_counts_rounds_of_manifestation(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ STEP_WAIT, 50, .state = 6 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ STEP_WAIT, 50, .state = 6 },
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ STEP_WAIT, 50, .state = 6 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
	};
	static const struct step intolerant[] = {
		{ GETSTATUS, .hex = "003200000700", .state = 7 },
		{ STEP_WAIT, 1000, .state = 7 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1, .state = 8 },
	};

	(void)state;
	RUN("dfu11,poll=0,stuck=2", steps);
	RUN("dfu11,busy=reply,tolerant=0,stuck=2,start=manifest", intolerant);
}

static void
test_6_1_a_half_download_leaves_no_firmware(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ ABORT, .state = 2 },
		{ STEP_RESET, .state = 10, .status = 10 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 10, .status = 10 },
	};

	(void)state;
	RUN("dfu11,poll=0", steps);
}

static void
test_power_on_is_run_time_mode(void **state)
{
	static const struct step steps[] = {
		{ GETSTATE, .hex = "02", .state = 2 },
		{ STEP_UNPLUG, .state = GONE },
		{ GETSTATE, .answer = SIM_GONE, .state = GONE },
		{ STEP_PLUG, .state = 0 },
	};

	(void)state;
	RUN("dfu11", steps);
}

static void
test_6_1_1_blocks_larger_than_wTransferSize(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "010203040506070809", .answer = SIM_STALL,
		    .state = 10, .status = 15 },
		{ CLRSTATUS, .state = 2 },
		{ UPLOAD, 0, 9, .answer = SIM_STALL, .state = 10,
		    .status = 15 },
	};

	(void)state;
	RUN("dfu11,size=8", steps);
}

static void
test_6_1_2_errADDRESS_when_memory_is_full(void **state)
{
	static uint8_t block[0xffff];
	struct rig r;
	uint16_t i;

	(void)state;
	rig_open(&r, "dfu11,size=65535,poll=1");
	for (i = 0; i < 4; i++)
		rig_block(&r, i, block, sizeof block);
	rig_request(&r, 0x21, DNLOAD, i, 0, 5, block);
	rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL);
	r.now += 1000;
	rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL);
	assert_int_equal(sim_state(r.sim), 10);
	assert_int_equal(sim_status(r.sim), 8);
	rig_close(&r);
}

static void
test_4_2_two_modes_have_two_identities(void **state)
{
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,mode=app,tolerant=0,will-detach=1");
	sim_descriptors(r.sim, &b);
	assert_int_equal(b.len, 18 + 27);
	assert_memory_equal(b.data + 8, "\x09\x12\x01\x00", 4);
	assert_int_equal(b.data[18 + 9 + 7], USB_PROTOCOL_RUNTIME);
	buf_reset(&b);
	sim_force_state(r.sim, 0, 2);
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\x09\x12\x02\x00", 4);
	assert_int_equal(b.data[18 + 9 + 7], USB_PROTOCOL_DFU);
	assert_memory_equal(b.data + 36,
	    "\x09\x21\x0b\xe8\x03\x00\x04\x10\x01", 9);
	buf_free(&b);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_7_download_tolerant),
		cmocka_unit_test(test_6_download_and_upload_are_equal),
		cmocka_unit_test(test_6_1_2_a_block_may_be_done_at_once),
		cmocka_unit_test(test_A_2_9_waits_for_a_reset_with_ep0_dead),
		cmocka_unit_test(test_7_will_detach_comes_back_by_itself),
		cmocka_unit_test(test_5_1_detach_and_reset_in_time),
		cmocka_unit_test(test_A_2_2_detach_timer_runs_out),
		cmocka_unit_test(test_5_1_will_detach_needs_no_reset),
		cmocka_unit_test(
		    test_A_2_1_A_2_2_wrong_requests_in_run_time_mode),
		cmocka_unit_test(test_A_2_wrong_requests_end_in_dfuERROR),
		cmocka_unit_test(test_A_2_bus_reset_boots_the_firmware),
		cmocka_unit_test(test_4_1_3_attributes_refuse),
		cmocka_unit_test(test_6_1_1_1_end_too_early_is_errNOTDONE),
		cmocka_unit_test(test_A_2_11_first_status_is_kept),
		cmocka_unit_test(test_A_2_5_as_real_devices_answer),
		cmocka_unit_test(test_stuck_counts_rounds_of_manifestation),
		cmocka_unit_test(test_6_1_a_half_download_leaves_no_firmware),
		cmocka_unit_test(test_power_on_is_run_time_mode),
		cmocka_unit_test(test_6_1_1_blocks_larger_than_wTransferSize),
		cmocka_unit_test(test_6_1_2_errADDRESS_when_memory_is_full),
		cmocka_unit_test(test_4_2_two_modes_have_two_identities),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
