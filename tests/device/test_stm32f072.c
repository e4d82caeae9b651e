/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/bytes.h"
#include "tests/device/steps.h"

#define DETACH		DFU_DETACH
#define DNLOAD		DFU_DNLOAD
#define UPLOAD		DFU_UPLOAD
#define GETSTATUS	DFU_GETSTATUS
#define CLRSTATUS	DFU_CLRSTATUS
#define GETSTATE	DFU_GETSTATE
#define ABORT		DFU_ABORT

#define FLASH		0x08000000
#define OPTIONS		0x1ffff800

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
command(struct rig *r, uint8_t byte, uint32_t address)
{
	uint8_t bytes[5] = { byte };

	put_u32(bytes + 1, address);
	rig_block(r, 0, bytes, sizeof bytes);
}

static void
test_AN3156_set_address_runs_at_getstatus(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "2100080008", .state = 3 },
		{ GETSTATUS, .hex = "006800000400", .state = 4 },
		{ STEP_WAIT, 103, .state = 4 },
		{ GETSTATUS, .hex = "000100000400", .state = 4 },
		{ GETSTATE, .hex = "04", .state = 4 },
		{ STEP_WAIT, 1, .state = 3 },
		{ GETSTATE, .hex = "03", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};

	(void)state;
	RUN("stm32f072", steps);
}

static void
test_AN3156_erase_write_read_are_equal(void **state)
{
	static uint8_t image[5000], blank[2048];
	struct rig r;

	(void)state;
	rig_fill(image, sizeof image);
	memset(blank, 0xff, sizeof blank);
	rig_open(&r, "stm32f072,flash=pattern");
	command(&r, 0x41, FLASH + 0x1000);
	command(&r, 0x41, FLASH + 0x1800);
	command(&r, 0x41, FLASH + 0x2000);
	command(&r, 0x21, FLASH + 0x1000);
	rig_block(&r, 2, image, 2048);
	rig_block(&r, 3, image + 2048, 2048);
	rig_block(&r, 4, image + 4096, 904);
	assert_int_equal(rig_request(&r, 0x21, ABORT, 0, 0, 0, NULL), SIM_ACK);
	rig_expect(&r, 2, 2048, image, 2048);
	rig_expect(&r, 3, 2048, image + 2048, 2048);
	rig_expect(&r, 4, 904, image + 4096, 904);
	assert_int_equal(sim_state(r.sim), 9);
	assert_true(sim_peek(r.sim, FLASH + 0x1000 + 5000, r.in.data, 8));
	assert_memory_equal(r.in.data, blank, 8);
	rig_close(&r);
}

static void
test_AN3156_get_commands(void **state)
{
	static const struct step steps[] = {
		{ UPLOAD, 0, 4, "00214192", .state = 9 },
		{ UPLOAD, 0, 64, "00214192", .state = 2 },
		{ UPLOAD, 1, 64, .answer = SIM_STALL, .state = 10,
		    .status = 15 },
	};

	(void)state;
	RUN("stm32f072", steps);
}

/* Everything that ends in an error: the DNLOAD and the bStatus. */
static void
fails(const char *spec, uint16_t block, const char *hex, int status)
{
	struct step steps[] = {
		{ DNLOAD, block, .hex = hex, .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .state = 10, .status = status },
		{ CLRSTATUS, .state = 2 },
	};

	run(spec, steps, COUNT(steps));
}

static void
test_AN3156_errTARGET_outside_of_memory(void **state)
{
	static const struct step upload[] = {
		{ UPLOAD, 66, 64, .answer = SIM_STALL, .state = 10,
		    .status = 1 },
	};

	(void)state;
	fails("stm32f072", 0, "2100000208", 1);
	fails("stm32f072", 0, "2110f8ff1f", 1);
	fails("stm32f072", 0, "4100000208", 1);
	fails("stm32f072", 0, "4100f8ff1f", 1);
	fails("stm32f072", 66, "0102", 1);
	fails("stm32f072", 65535, "0102", 1);
	RUN("stm32f072", upload);
}

static void
test_AN3156_errVENDOR_under_read_protection(void **state)
{
	static const struct step upload[] = {
		{ UPLOAD, 2, 64, .answer = SIM_STALL, .state = 10,
		    .status = 11 },
		{ CLRSTATUS, .state = 2 },
		{ UPLOAD, 0, 4, "00214192", .state = 9 },
	};
	static const struct step set_address[] = {
		{ DNLOAD, 0, .hex = "2100080008", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .state = 5 },
	};

	(void)state;
	fails("stm32f072,rdp=1", 0, "4100000008", 11);
	fails("stm32f072,rdp=1", 0, "41", 11);
	fails("stm32f072,rdp=1", 2, "0102", 11);
	RUN("stm32f072,rdp=1", upload);
	RUN("stm32f072,rdp=1", set_address);
}

static void
test_AN2662_unknown_commands_are_errSTALLEDPKT(void **state)
{
	static const char *const commands[] = {
		"00", "21", "210000", "410000", "9200", "ff00000008"
	};
	struct step steps[] = {
		{ DNLOAD, 0, .state = 3 },
		{ GETSTATUS, .hex = "0f0000000a00", .state = 10, .status = 15 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(commands); i++) {
		steps[0].hex = commands[i];
		run("stm32f072", steps, COUNT(steps));
	}
}

static void
test_AN3156_mass_erase(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "41", .state = 3 },
		{ GETSTATUS, .hex = "00f401000400", .state = 4 },
		{ STEP_WAIT, 500, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 2, 4, "ffffffff", .state = 9 },
		{ UPLOAD, 65, 4, "ffffffff", .state = 9 },
	};

	(void)state;
	RUN("stm32f072,flash=pattern,poll-mass-erase=500", steps);
}

static void
test_AN3156_read_unprotect_erases_and_resets(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "92", .state = 3 },
		{ GETSTATUS, .hex = "006400000400", .state = 4 },
		{ STEP_WAIT, 100, .state = GONE },
		{ GETSTATUS, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
		{ UPLOAD, 2, 4, "ffffffff", .state = 9 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072,rdp=1,flash=pattern");
	rig_run(&r, steps, COUNT(steps));
	assert_int_equal(sim_incarnation(r.sim), 2);
	rig_close(&r);
}

static void
test_AN3156_option_bytes_end_in_a_system_reset(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "2100f8ff1f", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 2, 16, "aa55ff00ff00ff00ff00ff00ff00ff00",
		    .state = 9 },
		{ UPLOAD, 2, 64, "aa55ff00ff00ff00ff00ff00ff00ff00",
		    .state = 2 },
		{ DNLOAD, 2, .hex = "bb44ff0000ff00ffff00ff00ff00ff00",
		    .state = 3 },
		{ GETSTATUS, .hex = "006800000400", .state = 4 },
		{ STEP_WAIT, 104, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
		{ UPLOAD, 2, 4, .answer = SIM_STALL, .state = 10,
		    .status = 11 },
	};
	uint8_t p[2];
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072");
	rig_run(&r, steps, COUNT(steps));
	assert_true(sim_peek(r.sim, OPTIONS + 4, p, 2));
	assert_memory_equal(p, "\x00\xff", 2);
	rig_close(&r);
}

static void
test_RM0091_programming_only_erased_half_words(void **state)
{
	static const uint8_t old[] = { 0x12, 0x34 };
	struct rig r;

	(void)state;
	fails("stm32f072,flash=pattern", 2, "0102", 11);
	rig_open(&r, "stm32f072");
	assert_true(sim_poke(r.sim, FLASH + 2, old, 2));
	rig_block(&r, 2, (const uint8_t *)"\x01\x02\x00\x00\x05", 5);
	rig_request(&r, 0x21, ABORT, 0, 0, 0, NULL);
	rig_expect(&r, 2, 6, (const uint8_t *)"\x01\x02\x00\x00\x05\xff", 6);
	rig_close(&r);
}

static void
test_AN3156_leave_in_dfuIDLE(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATE, .hex = "06", .state = 6 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ GETSTATUS, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
	};
	struct rig r;

	(void)state;
	RUN("stm32f072", steps);
	rig_open(&r, "stm32f072");
	rig_run(&r, steps, 3);
	assert_int_equal(sim_deadline(r.sim), r.now);
	assert_true(sim_present(r.sim));
	sim_run(r.sim, r.now);
	assert_false(sim_present(r.sim));
	assert_int_equal(sim_deadline(r.sim), SIM_NEVER);
	rig_close(&r);
}

static void
test_AN3156_leave_without_code_resets(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
	};

	(void)state;
	RUN("stm32f072,back=same", steps);
}

/* Leaves with the nth GETSTATUS answered dfuMANIFEST, n at most most. */
static unsigned
answers_until_gone(const char *spec, unsigned most)
{
	static const struct step leave[] = { { DNLOAD, 0, .state = 6 } };
	static const struct step ask[] = {
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ GETSTATE, .answer = SIM_ACK, .state = 7 },
	};
	struct rig r;
	unsigned n = 0;

	rig_open(&r, spec);
	if (sim_state(r.sim) != 7)
		rig_run(&r, leave, 1);
	while (n < most && sim_present(r.sim)) {
		rig_run(&r, ask, 1);
		n++;
		sim_run(r.sim, r.now);
		if (sim_present(r.sim))
			rig_run(&r, ask + 1, 1);
	}
	rig_close(&r);
	return (n);
}

static void
test_stuck_counts_getstatus_only(void **state)
{
	(void)state;
	assert_int_equal(answers_until_gone("stm32f072", 99), 1);
	assert_int_equal(answers_until_gone("stm32f072,stuck=1", 99), 2);
	assert_int_equal(answers_until_gone("stm32f072,stuck=7", 99), 8);
	assert_int_equal(answers_until_gone("stm32f072,stuck=never", 999),
	    999);
	assert_in_range(answers_until_gone("stm32f072,stuck=random", 99), 1,
	    41);
	assert_int_equal(
	    answers_until_gone("stm32f072,stuck=random,seed=9", 99),
	    answers_until_gone("stm32f072,seed=9,stuck=random", 99));
	assert_int_equal(
	    answers_until_gone("stm32f072,start=manifest,stuck=7", 99), 7);
	assert_int_equal(answers_until_gone("stm32f072,start=manifest", 99),
	    1);
}

static void
test_stuck_in_dfuMANIFEST_nothing_else_helps(void **state)
{
	static const struct step steps[] = {
		{ GETSTATE, .hex = "07", .state = 7 },
		{ ABORT, .answer = SIM_STALL, .state = 7 },
		{ CLRSTATUS, .answer = SIM_STALL, .state = 7 },
		{ DETACH, .answer = SIM_STALL, .state = 7 },
		{ DNLOAD, 0, .answer = SIM_STALL, .state = 7 },
		{ DNLOAD, 2, .hex = "01", .answer = SIM_STALL, .state = 7 },
		{ UPLOAD, 2, 64, .answer = SIM_STALL, .state = 7 },
		{ STEP_OTHER, .answer = SIM_STALL, .state = 7 },
		{ STEP_WAIT, 60000, .state = 7 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
		{ STEP_RESET, .state = 2 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
	};

	(void)state;
	RUN("stm32f072,start=manifest,stuck=7", steps);
}

static void
test_first_contact_may_be_dfuERROR(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "0a0000000a00", .state = 10, .status = 10 },
		{ ABORT, .answer = SIM_STALL, .state = 10, .status = 10 },
		{ CLRSTATUS, .state = 2 },
		{ CLRSTATUS, .state = 2 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 10, .status = 10 },
		{ STEP_RESET, .state = 2 },
	};

	(void)state;
	RUN("stm32f072,start=error", steps);
}

static void
test_A_2_where_AN3156_is_silent(void **state)
{
	static const struct step steps[] = {
		{ DETACH, .answer = SIM_STALL, .state = 10, .status = 15 },
		{ CLRSTATUS, .state = 2 },
		{ STEP_OTHER, .answer = SIM_STALL, .state = 10, .status = 15 },
		{ CLRSTATUS, .state = 2 },
		{ UPLOAD, 2, 4, "ffffffff", .state = 9 },
		{ DNLOAD, 2, .hex = "01", .answer = SIM_STALL, .state = 10,
		    .status = 15 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ ABORT, .answer = SIM_STALL, .state = 10, .status = 15 },
		{ CLRSTATUS, .state = 2 },
		{ UPLOAD, 2, 4, "ffffffff", .state = 9 },
		{ UPLOAD, 3, 2049, .answer = SIM_STALL, .state = 10,
		    .status = 15 },
	};

	(void)state;
	RUN("stm32f072", steps);
}

static void
test_descriptors_of_the_ROM(void **state)
{
	static const uint8_t expected[] = {
		18, 1, 0x00, 0x01, 0, 0, 0, 64, 0x83, 0x04, 0x11, 0xdf, 0x00,
		0x22, 1, 2, 3, 1,
		9, 2, 36, 0, 1, 1, 0, 0xc0, 50,
		9, 4, 0, 0, 0, 0xfe, 0x01, 0x02, 4,
		9, 4, 0, 1, 0, 0xfe, 0x01, 0x02, 5,
		9, 0x21, 0x0b, 0xff, 0x00, 0x00, 0x08, 0x1a, 0x01,
	};
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072");
	sim_descriptors(r.sim, &b);
	assert_int_equal(b.len, sizeof expected);
	assert_memory_equal(b.data, expected, sizeof expected);
	assert_string_equal(sim_string(r.sim, 1), "STMicroelectronics");
	assert_string_equal(sim_string(r.sim, 2), "STM32  BOOTLOADER");
	assert_string_equal(sim_string(r.sim, 3), "FFFFFFFEFFFF");
	assert_string_equal(sim_string(r.sim, 4),
	    "@Internal Flash  /0x08000000/064*0002Kg");
	assert_string_equal(sim_string(r.sim, 5),
	    "@Option Bytes  /0x1FFFF800/01*016 e");
	assert_null(sim_string(r.sim, 0));
	assert_null(sim_string(r.sim, 6));
	buf_free(&b);
	rig_close(&r);
}

/* The rows that are requests without data, against the device. */
static void
test_deviations_are_what_it_does(void **state)
{
	static const struct {
		const char	*name;
		struct step	 step;
	} inputs[] = {
		{ "DETACH", { DETACH, .hex = NULL } },
		{ "DNLOAD", { DNLOAD, 2, .hex = "0102" } },
		{ "zero-length DNLOAD", { DNLOAD, .hex = NULL } },
		{ "UPLOAD", { UPLOAD, 2, .length = 64 } },
		{ "short UPLOAD", { UPLOAD, 0, .length = 64 } },
		{ "zero-length UPLOAD", { UPLOAD, 2, .length = 0 } },
		{ "GETSTATUS", { GETSTATUS, .hex = NULL } },
		{ "CLRSTATUS", { CLRSTATUS, .hex = NULL } },
		{ "GETSTATE", { GETSTATE, .hex = NULL } },
		{ "ABORT", { ABORT, .hex = NULL } },
		{ "other request", { STEP_OTHER, .hex = NULL } },
		{ "bus reset", { STEP_RESET, .hex = NULL } },
		{ "power-on", { STEP_PLUG, .hex = NULL } },
		{ "time", { STEP_WAIT, 60000, .hex = NULL } },
	};
	static const struct step unplug = { STEP_UNPLUG, .state = GONE };
	const struct sim_deviation_row *d;
	struct step step;
	struct rig r;
	size_t i, k;

	(void)state;
	for (i = 0; i < sim_deviations_count; i++) {
		d = &sim_deviations[i];
		for (k = 0; strcmp(inputs[k].name, d->input) != 0;)
			assert_true(++k < COUNT(inputs));
		step = inputs[k].step;
		step.answer = d->answer;
		step.state = d->next;
		rig_open(&r, d->profile);
		sim_force_state(r.sim, 0, d->state);
		assert_int_equal(sim_state(r.sim), d->state);
		if (step.request == STEP_PLUG)
			rig_run(&r, &unplug, 1);
		rig_run(&r, &step, 1);
		rig_close(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_AN3156_set_address_runs_at_getstatus),
		cmocka_unit_test(test_AN3156_erase_write_read_are_equal),
		cmocka_unit_test(test_AN3156_get_commands),
		cmocka_unit_test(test_AN3156_errTARGET_outside_of_memory),
		cmocka_unit_test(test_AN3156_errVENDOR_under_read_protection),
		cmocka_unit_test(
		    test_AN2662_unknown_commands_are_errSTALLEDPKT),
		cmocka_unit_test(test_AN3156_mass_erase),
		cmocka_unit_test(test_AN3156_read_unprotect_erases_and_resets),
		cmocka_unit_test(
		    test_AN3156_option_bytes_end_in_a_system_reset),
		cmocka_unit_test(
		    test_RM0091_programming_only_erased_half_words),
		cmocka_unit_test(test_AN3156_leave_in_dfuIDLE),
		cmocka_unit_test(test_AN3156_leave_without_code_resets),
		cmocka_unit_test(test_stuck_counts_getstatus_only),
		cmocka_unit_test(test_stuck_in_dfuMANIFEST_nothing_else_helps),
		cmocka_unit_test(test_first_contact_may_be_dfuERROR),
		cmocka_unit_test(test_A_2_where_AN3156_is_silent),
		cmocka_unit_test(test_descriptors_of_the_ROM),
		cmocka_unit_test(test_deviations_are_what_it_does),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
