/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "tests/device/steps.h"

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
test_spec_names_what_is_wrong_and_possible(void **state)
{
	(void)state;
	rig_refuse("", "\"\"", "dfu11");
	rig_refuse("nosuch,stuck=1", "\"nosuch\"", "stm32f072");
	rig_refuse("stm32f07", "\"stm32f07\"",
	    "; did you mean stm32f072?");
	rig_refuse("stm32f072,stukc=1", "\"stukc\"",
	    "; did you mean stuck?");
	rig_refuse("stm32f072,frob=1", "\"frob\"",
	    "stm32f072 takes: stuck=N|never|random, ");
	rig_refuse("stm32f072,", "\"\"", "stuck=");
	rig_refuse("stm32f072,mode=app", "\"mode\"", "rdp=0|1");
	rig_refuse("stm32f072,a\033=1", "\"a\\x1b\"", "stuck=");
	rig_refuse("stm32f072,stuck=soon", "\"soon\"",
	    "stuck=N|never|random, N from 0 to 4294967294");
	rig_refuse("stm32f072,stuck", "stuck", "N|never|random");
	rig_refuse("stm32f072,stuck=4294967295", "4294967295", "never");
	rig_refuse("dfu11,poll=16777216", "poll", "16777215");
	rig_refuse("dfu11,size=7", "size", "SIZE from 8 to 65535");
	rig_refuse("dfu11,tolerant=2", "tolerant", "0|1");
	rig_refuse("dfu11,tolerant=N", "tolerant", "0|1");
	rig_refuse("dfu11,silent=getstatus", "silent", "detach dnload");
	rig_refuse("dfu11,silent=getstatus@0", "getstatus@0", "N from 1");
	rig_refuse("dfu11,silent=nothing@1", "nothing@1", "any");
	rig_refuse("dfu11,silent=@1", "silent", "any");
}

/* Profiles named in a row are there, and take its initial value. */
static void
take_initial(const struct sim_parameter_row *row, const char *profile)
{
	struct buf list = { 0 }, word = { 0 }, spec = { 0 };
	struct rig r;

	buf_addf(&list, " %s ", row->profiles != NULL ? row->profiles :
	    profile);
	buf_addf(&word, " %s ", profile);
	buf_addf(&spec, "%s,%s=%s", profile, row->name,
	    row->initial != NULL ? row->initial :
	    strstr(row->value, "STATUS") != NULL ? "any@0x10:9:4" :
	    "any@0x10");
	if (strstr(buf_str(&list), buf_str(&word)) != NULL) {
		rig_open(&r, buf_str(&spec));
		rig_close(&r);
	}
	buf_free(&list);
	buf_free(&word);
	buf_free(&spec);
}

static void
test_spec_takes_every_initial_value(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < sim_parameters_count; i++) {
		for (k = 0; k < sim_profiles_count; k++)
			take_initial(&sim_parameters[i],
			    sim_profiles[k].name);
	}
}

static void
test_rows_are_complete(void **state)
{
	size_t i;

	(void)state;
	assert_true(sim_profiles_count >= 2);
	for (i = 0; i < sim_profiles_count; i++) {
		assert_non_null(sim_profiles[i].name);
		assert_non_null(sim_profiles[i].sentence);
	}
	for (i = 0; i < sim_parameters_count; i++) {
		assert_non_null(sim_parameters[i].name);
		assert_non_null(sim_parameters[i].value);
		assert_non_null(sim_parameters[i].sentence);
	}
	for (i = 0; i < sim_deviations_count; i++)
		assert_non_null(sim_deviations[i].why);
}

static void
test_faults_hit_the_nth_request_and_change_nothing(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ GETSTATE, .answer = SIM_BUSERROR, .state = 2 },
		{ GETSTATUS, .answer = SIM_SILENT, .state = 2 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ DNLOAD, 0, .hex = "01", .answer = SIM_STALL, .state = 2 },
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .answer = SIM_SILENT, .state = 3 },
		{ GETSTATUS, .hex = "000a00000400", .state = 4 },
	};

	(void)state;
	RUN("dfu11,silent=getstatus@2,silent=getstatus@4,stall=dnload@1,"
	    "buserror=getstate@1", steps);
}

static void
test_fault_any_counts_all_class_requests(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .state = 2 },
		{ STEP_OTHER, .answer = SIM_STALL, .state = 10, .status = 15 },
		{ CLRSTATUS, .answer = SIM_GONE, .state = GONE },
		{ GETSTATE, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
		{ GETSTATUS, .state = 2 },
	};

	(void)state;
	RUN("stm32f072,gone=any@3", steps);
}

static void
test_presence_and_incarnations(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072");
	assert_true(sim_present(r.sim));
	assert_int_equal(sim_incarnation(r.sim), 1);
	assert_int_equal(sim_deadline(r.sim), SIM_NEVER);
	sim_reset(r.sim, 10);
	assert_int_equal(sim_incarnation(r.sim), 1);
	sim_plug(r.sim, 20, true);
	assert_int_equal(sim_incarnation(r.sim), 1);
	sim_plug(r.sim, 30, false);
	sim_plug(r.sim, 40, false);
	assert_false(sim_present(r.sim));
	assert_int_equal(sim_state(r.sim), -1);
	assert_int_equal(sim_status(r.sim), -1);
	sim_plug(r.sim, 50, true);
	assert_int_equal(sim_incarnation(r.sim), 2);
	rig_close(&r);
}

static void
test_unplugged_while_away_stays_away(void **state)
{
	static const struct step steps[] = {
		{ DFU_DETACH, 100, .state = 1 },
		{ STEP_WAIT, 10, .state = GONE },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_WAIT, 1000, .state = GONE },
		{ STEP_PLUG, .state = 0 },
	};

	(void)state;
	RUN("dfu11,mode=app,will-detach=1", steps);
}

static void
test_time_never_goes_back(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,mode=app");
	sim_run(r.sim, 1000000);
	r.now = 5;
	assert_int_equal(rig_request(&r, 0x21, DFU_DETACH, 1000, 0, 0, NULL),
	    SIM_ACK);
	assert_int_equal(sim_deadline(r.sim), 2000000);
	sim_run(r.sim, 1999999);
	assert_int_equal(sim_state(r.sim), 1);
	sim_run(r.sim, 2000000);
	assert_int_equal(sim_state(r.sim), 0);
	rig_close(&r);
}

static void
test_latency_is_a_parameter(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11");
	assert_int_equal(sim_latency(r.sim), 300);
	rig_close(&r);
	rig_open(&r, "dfu11,latency=0x10,latency=17");
	assert_int_equal(sim_latency(r.sim), 17);
	rig_close(&r);
}

/* A standard request and its reply, or a STALL. */
struct standard {
	uint8_t		 type;
	uint8_t		 request;
	uint16_t	 value;
	uint16_t	 index;
	uint16_t	 length;
	enum sim_answer	 answer;
	const char	*hex;
};

static void
run_standard(const struct standard *list, size_t n)
{
	struct buf hex = { 0 };
	struct rig r;
	size_t i;

	rig_open(&r, "stm32f072");
	for (i = 0; i < n; i++) {
		if (rig_request(&r, list[i].type, list[i].request,
		    list[i].value, list[i].index, list[i].length, NULL) !=
		    list[i].answer)
			fail_msg("request %zu: answer", i);
		buf_reset(&hex);
		buf_addhex(&hex, r.in.data, r.in.len);
		if (list[i].hex != NULL)
			assert_string_equal(buf_str(&hex), list[i].hex);
	}
	buf_free(&hex);
	rig_close(&r);
}

static void
test_USB_9_4_3_get_descriptor(void **state)
{
	static const struct standard list[] = {
		{ 0x80, 6, 0x0100, 0, 18, SIM_ACK,
		    "12010001000000408304" "11df002201020301" },
		{ 0x80, 6, 0x0100, 0, 8, SIM_ACK, "1201000100000040" },
		{ 0x80, 6, 0x0101, 0, 18, SIM_STALL, NULL },
		{ 0x80, 6, 0x0200, 0, 9, SIM_ACK, "0902240001010" "0c032" },
		{ 0x80, 6, 0x0201, 0, 9, SIM_STALL, NULL },
		{ 0x80, 6, 0x0300, 0, 255, SIM_ACK, "04030904" },
		{ 0x80, 6, 0x0303, 0x0409, 255, SIM_ACK,
		    "1a03460046004600460046004600460045004600460046004600" },
		{ 0x80, 6, 0x0303, 0x0409, 4, SIM_ACK, "1a034600" },
		{ 0x80, 6, 0x0306, 0x0409, 255, SIM_STALL, NULL },
		{ 0x81, 6, 0x2100, 0, 9, SIM_ACK, "09210bff0000081a01" },
		{ 0x80, 6, 0x0600, 0, 10, SIM_STALL, NULL },
		{ 0x00, 6, 0x0100, 0, 0, SIM_STALL, NULL },
	};

	(void)state;
	run_standard(list, COUNT(list));
}

static void
test_USB_9_4_configuration_interface_status(void **state)
{
	static const struct standard list[] = {
		{ 0x80, 0, 0, 0, 2, SIM_ACK, "0100" },
		{ 0x81, 0, 0, 0, 2, SIM_ACK, "0000" },
		{ 0x80, 8, 0, 0, 1, SIM_ACK, "01" },
		{ 0x01, 11, 1, 0, 0, SIM_ACK, NULL },
		{ 0x81, 10, 0, 0, 1, SIM_ACK, "01" },
		{ 0x01, 11, 2, 0, 0, SIM_STALL, NULL },
		{ 0x81, 10, 0, 0, 1, SIM_ACK, "01" },
		{ 0x01, 11, 0, 1, 0, SIM_STALL, NULL },
		{ 0x81, 10, 0, 1, 1, SIM_STALL, NULL },
		{ 0x00, 9, 2, 0, 0, SIM_STALL, NULL },
		{ 0x00, 9, 0, 0, 0, SIM_ACK, NULL },
		{ 0x80, 8, 0, 0, 1, SIM_ACK, "00" },
		{ 0x81, 10, 0, 0, 1, SIM_STALL, NULL },
		{ 0xa1, 5, 0, 0, 1, SIM_STALL, NULL },
		{ 0x00, 9, 1, 0, 0, SIM_ACK, NULL },
		{ 0x81, 10, 0, 0, 1, SIM_ACK, "00" },
		{ 0xa1, 5, 0, 0, 1, SIM_ACK, "02" },
		{ 0x00, 1, 1, 0, 0, SIM_STALL, NULL },
		{ 0x40, 1, 0, 0, 0, SIM_STALL, NULL },
		{ 0xa0, 3, 0, 0, 6, SIM_STALL, NULL },
		{ 0xa1, 3, 0, 1, 6, SIM_STALL, NULL },
		{ 0xa1, 5, 0, 0, 1, SIM_ACK, "02" },
	};

	(void)state;
	run_standard(list, COUNT(list));
}

static void
test_replies_are_cut_to_wLength(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072");
	assert_int_equal(rig_request(&r, 0xa1, GETSTATUS, 0, 0, 3, NULL),
	    SIM_ACK);
	assert_int_equal(r.in.len, 3);
	assert_int_equal(rig_request(&r, 0xa1, GETSTATE, 0, 0, 0, NULL),
	    SIM_ACK);
	assert_int_equal(r.in.len, 0);
	rig_close(&r);
}

static void
test_direction_is_part_of_a_request(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11");
	assert_int_equal(rig_request(&r, 0x21, GETSTATUS, 0, 0, 0, NULL),
	    SIM_STALL);
	assert_int_equal(sim_state(r.sim), 10);
	rig_close(&r);
}

static void
test_alternate_goes_back_to_0_with_a_reset(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072");
	rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 1, 0, 0, NULL);
	assert_int_equal(sim_alternate(r.sim), 1);
	sim_reset(r.sim, r.now);
	assert_int_equal(sim_alternate(r.sim), 0);
	rig_close(&r);
}

static void
test_memory_by_hand(void **state)
{
	uint8_t p[2] = { 1, 2 };
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072");
	assert_true(sim_poke(r.sim, 0x0801fffe, p, 2));
	assert_true(sim_peek(r.sim, 0x0801fffe, p, 2));
	assert_memory_equal(p, "\x01\x02", 2);
	assert_false(sim_poke(r.sim, 0x0801ffff, p, 2));
	assert_false(sim_peek(r.sim, 0x0801ffff, p, 2));
	assert_false(sim_peek(r.sim, 0x20000000, p, 1));
	assert_false(sim_poke(r.sim, 0xffffffff, p, 1));
	rig_close(&r);
}

static void
test_states_that_a_profile_lacks_are_not_forced(void **state)
{
	static const uint8_t lacking[] = { 0, 1, 8, 11, 255 };
	struct rig r;
	size_t i;

	(void)state;
	rig_open(&r, "stm32f072");
	for (i = 0; i < COUNT(lacking); i++) {
		sim_force_state(r.sim, 0, lacking[i]);
		assert_int_equal(sim_state(r.sim), 2);
	}
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spec_names_what_is_wrong_and_possible),
		cmocka_unit_test(test_spec_takes_every_initial_value),
		cmocka_unit_test(test_rows_are_complete),
		cmocka_unit_test(
		    test_faults_hit_the_nth_request_and_change_nothing),
		cmocka_unit_test(test_fault_any_counts_all_class_requests),
		cmocka_unit_test(test_presence_and_incarnations),
		cmocka_unit_test(test_unplugged_while_away_stays_away),
		cmocka_unit_test(test_time_never_goes_back),
		cmocka_unit_test(test_latency_is_a_parameter),
		cmocka_unit_test(test_USB_9_4_3_get_descriptor),
		cmocka_unit_test(test_USB_9_4_configuration_interface_status),
		cmocka_unit_test(test_replies_are_cut_to_wLength),
		cmocka_unit_test(test_direction_is_part_of_a_request),
		cmocka_unit_test(test_alternate_goes_back_to_0_with_a_reset),
		cmocka_unit_test(test_memory_by_hand),
		cmocka_unit_test(
		    test_states_that_a_profile_lacks_are_not_forced),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
