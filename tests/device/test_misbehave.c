/* SPDX-License-Identifier: ISC */
/* Faults that stand between the requests and a device, and its variants. */
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

#define RUN(spec, steps)	run(spec, steps, COUNT(steps))

static void
run(const char *spec, const struct step *steps, size_t n)
{
	struct rig r;

	rig_open(&r, spec);
	rig_run(&r, steps, n);
	rig_close(&r);
}

/* One request takes long; the device is what it was. */
static void
test_one_slow_request(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072,slow=getstatus@2,slow-for=1500");
	rig_run(&r, steps, 1);
	assert_int_equal(sim_latency(r.sim), 300);
	rig_run(&r, steps + 1, 1);
	assert_int_equal(sim_latency(r.sim), 1500300);
	rig_run(&r, steps + 2, 1);
	assert_int_equal(sim_latency(r.sim), 300);
	rig_close(&r);
}

/* What goes on meanwhile goes on. */
static void
test_time_passes_in_a_slow_request(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000a00000400", .state = 4 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};
	static const struct step gone[] = {
		{ DETACH, 100, .state = 1 },
		{ GETSTATE, .answer = SIM_GONE, .state = GONE },
	};

	(void)state;
	RUN("dfu11,slow=getstatus@2,slow-for=10", steps);
	RUN("dfu11,mode=app,will-detach=1,slow=getstate@1,slow-for=50", gone);
}

static void
test_a_state_that_sticks(void **state)
{
	static const struct step sync[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000000000300", .state = 3 },
		{ STEP_WAIT, 60000, .state = 3 },
		{ GETSTATUS, .hex = "000000000300", .state = 3 },
		{ GETSTATE, .hex = "03", .state = 3 },
		{ ABORT, .state = 2 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
	};
	static const struct step manifest[] = {
		{ DNLOAD, 0, .state = 6 },
		{ GETSTATUS, .hex = "000000000600", .state = 6 },
		{ GETSTATUS, .hex = "000000000600", .state = 6 },
		{ STEP_RESET, .state = 2 },
	};

	(void)state;
	RUN("tinyusb,sticks=3", sync);
	RUN("stm32f072,sticks=6", manifest);
	rig_refuse("dfu11,sticks=5", "sticks", "none|3|6");
}

static void
test_getstatus_tells_the_state_before(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000a00000300", .state = 4 },
		{ STEP_WAIT, 10, .state = 3 },
		{ GETSTATUS, .hex = "000000000300", .state = 5 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ GETSTATE, .hex = "05", .state = 5 },
	};

	(void)state;
	RUN("dfu11,late=1", steps);
}

/* What changes it is stalled there; to read it is not. */
static void
test_a_read_only_alternate_setting(void **state)
{
	static const struct step plain[] = {
		{ DNLOAD, 0, .hex = "2100000000", .answer = SIM_STALL,
		    .state = 10, .status = 11 },
		{ CLRSTATUS, .state = 2 },
		{ UPLOAD, 0, 4, "a5a4a7a6", .state = 9 },
	};
	static const struct step dfuse[] = {
		{ DNLOAD, 0, .hex = "21000400f8", .state = 3 },
		{ ABORT, .answer = SIM_STALL, .state = 10, .status = 15 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 0, .hex = "4100000008", .answer = SIM_STALL,
		    .state = 10, .status = 11 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 2, .hex = "01", .answer = SIM_STALL, .state = 10,
		    .status = 11 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 0, .state = 6 },
	};
	static const struct step other[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "tinyusb,read-only=1");
	rig_run(&r, other, 1);
	rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 1, 0, 0, NULL);
	rig_run(&r, plain, COUNT(plain) - 1);
	assert_int_equal(rig_request(&r, 0xa1, UPLOAD, 0, 0, 4, NULL),
	    SIM_ACK);
	rig_close(&r);
	RUN("dfu11,read-only=0", plain);
	RUN("stm32f072,read-only=0", dfuse);
	rig_refuse("dfu11,read-only=128", "read-only", "ALT from 0 to 127");
}

static void
test_a_page_size_that_lies(void **state)
{
	static const struct step erase[] = {
		{ DNLOAD, 0, .hex = "4100080008", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 100, .state = 3 },
		{ GETSTATUS, .state = 5 },
	};
	static const struct {
		const char	*spec;
		uint32_t	 first, last;
	} rows[] = {
		{ "stm32f072,flash=pattern,pages=true", 0x800, 0xfff },
		{ "stm32f072,flash=pattern,pages=half", 0x800, 0xbff },
		{ "stm32f072,flash=pattern,pages=double", 0, 0xfff },
	};
	uint8_t p[4];
	struct rig r;
	uint32_t at;
	bool erased;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		rig_open(&r, rows[i].spec);
		rig_run(&r, erase, COUNT(erase));
		for (at = 0; at < 0x2000; at += sizeof p) {
			assert_true(sim_peek(r.sim, 0x08000000 + at, p,
			    sizeof p));
			erased = at >= rows[i].first && at <= rows[i].last;
			if ((memcmp(p, "\xff\xff\xff\xff", 4) == 0) != erased)
				fail_msg("%s: 0x%x", rows[i].spec, at);
		}
		rig_close(&r);
	}
}

static void
test_pages_lie_on_the_others_too(void **state)
{
	static const struct {
		const char	*profile;
		uint32_t	 address, size;
	} rows[] = {
		{ "st", 0x08004000, 1024 },
		{ "mboot", 0x08010000, 0x10000 },
		{ "libopencm3", 0x08004000, 1024 },
		{ "blackmagic", 0x08004000, 1024 },
		{ "gd32", 0x08004000, 1024 },
	};
	uint8_t command[5] = { 0x41 }, p[2];
	struct buf spec = { 0 };
	struct rig r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&spec);
		buf_addf(&spec, "%s,flash=pattern,pages=half",
		    rows[i].profile);
		put_u32(command + 1, rows[i].address);
		rig_open(&r, buf_str(&spec));
		rig_request(&r, 0x21, DNLOAD, 0, 0, 5, command);
		rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL);
		sim_peek(r.sim, rows[i].address + rows[i].size / 2 - 2, p, 2);
		assert_memory_equal(p, "\xff\xff", 2);
		sim_peek(r.sim, rows[i].address + rows[i].size / 2, p, 2);
		assert_memory_not_equal(p, "\xff\xff", 2);
		rig_close(&r);
	}
	buf_free(&spec);
}

/* As long as it is asked, whatever it is, it stays. */
static void
test_leaves_when_idle(void **state)
{
	static const struct step steps[] = {
		{ STEP_WAIT, 900, .state = 2 },
		{ GETSTATE, .hex = "02", .state = 2 },
		{ STEP_WAIT, 999, .state = 2 },
		{ DNLOAD, 2, .hex = "01", .state = 3 },
		{ STEP_WAIT, 60000, .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 60000, .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ ABORT, .state = 2 },
		{ STEP_WAIT, 999, .state = 2 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 60000, .state = GONE },
	};
	static const struct step reset[] = {
		{ STEP_WAIT, 900, .state = 2 },
		{ STEP_RESET, .state = 2 },
		{ STEP_WAIT, 999, .state = 2 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
		{ STEP_WAIT, 1000, .state = GONE },
	};
	static const struct step app[] = {
		{ STEP_WAIT, 1000, .state = GONE },
		{ STEP_WAIT, 100, .state = 0 },
		{ STEP_WAIT, 60000, .state = 0 },
	};

	(void)state;
	RUN("stm32f072,idle=1000", steps);
	RUN("st,idle=1000", reset);
	RUN("dfu11,idle=1000", app);
}

/* It knows how long the image is. */
static void
test_restarts_after_the_last_block(void **state)
{
	static const struct step plain[] = {
		{ DNLOAD, 0, .hex = "0102030405060708", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 1, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 100, .state = 0 },
	};
	static const struct step dfuse[] = {
		{ DNLOAD, 0, .hex = "2100000008", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ STEP_WAIT, 100, .state = 5 },
		{ DNLOAD, 2, .hex = "01", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ STEP_WAIT, 1, .state = GONE },
	};
	static const struct step forgotten[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ STEP_RESET, .state = 0 },
		{ STEP_WAIT, 100, .state = 0 },
	};
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,size=8,poll=0,ends=short");
	rig_run(&r, plain, COUNT(plain));
	sim_descriptors(r.sim, &b);
	assert_int_equal(b.data[18 + 9 + 7], 1);	/* run-time mode */
	buf_free(&b);
	rig_close(&r);
	RUN("stm32f072,ends=short", dfuse);
	RUN("dfu11,size=8,poll=0,ends=short", forgotten);
}

static void
test_unprotect_without_reset(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "92", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 100, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 2, 4, .answer = SIM_STALL, .state = 10,
		    .status = 11 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
		{ UPLOAD, 2, 4, "ffffffff", .state = 9 },
	};

	(void)state;
	RUN("stm32f072,rdp=1,flash=pattern,unprotect=stays", steps);
}

/* bStatus and iString as they are given, and the text behind it. */
static void
test_a_failure_of_choice(void **state)
{
	static const struct step down[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 1, .hex = "01", .state = 10, .status = 3 },
		{ GETSTATUS, .hex = "030000000a4d", .state = 10, .status = 3 },
		{ CLRSTATUS, .state = 2 },
		{ STEP_OTHER, .answer = SIM_STALL, .state = 10, .status = 15 },
		{ GETSTATUS, .hex = "0f0000000a00", .state = 10,
		    .status = 15 },
	};
	static const struct step asked[] = {
		{ GETSTATUS, .hex = "070000000a00", .state = 10, .status = 7 },
		{ GETSTATE, .hex = "0a", .state = 10, .status = 7 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,poll=0,fail=dnload@2:3:77");
	assert_null(sim_string(r.sim, 77));
	rig_run(&r, down, 4);
	assert_string_equal(sim_string(r.sim, 77), "simulated reason");
	rig_run(&r, down + 4, COUNT(down) - 4);
	rig_close(&r);
	RUN("st,fail=getstatus@1:7", asked);
	rig_refuse("dfu11,fail=dnload@1", "fail", "STATUS from 0 to 15");
	rig_refuse("dfu11,fail=dnload@1:16", "fail", "ISTRING from 0 to 255");
	rig_refuse("dfu11,fail=dnload@1:1:256", "fail", "REQUEST one of");
	rig_refuse("dfu11,fail=dnload@1:1:1:1", "fail", "N from 1");
	rig_refuse("dfu11,silent=dnload@1:1", "silent", "REQUEST@N");
}

static void
test_first_states(void **state)
{
	static const struct step sync[] = {
		{ GETSTATE, .hex = "03", .state = 3 },
		{ GETSTATUS, .hex = "000a00000400", .state = 4 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 0 },
	};
	static const struct step up[] = {
		{ GETSTATE, .hex = "09", .state = 9 },
		{ ABORT, .state = 2 },
	};
	static const struct step end[] = {
		{ GETSTATUS, .hex = "003c00000700", .state = 7 },
	};
	static const struct step between[] = {
		{ GETSTATE, .hex = "05", .state = 5 },
	};

	(void)state;
	RUN("dfu11,start=3", sync);
	RUN("tinyusb,start=6", end);
	RUN("dapboot,start=5", between);
	RUN("stm32f072,start=9", up);
	rig_refuse("mboot,start=3", "start: 3 is not", "a state of mboot");
	rig_refuse("dfu11,start=4", "start", "error|manifest|3|5|6|9");
}

static void
test_announce_noise(void **state)
{
	uint8_t first[3];
	unsigned i, same = 0;
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,busy=reply,poll=60000,announce=noise");
	sim_force_state(r.sim, 0, 4);
	rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL);
	memcpy(first, r.in.data + 1, 3);
	for (i = 0; i < 8; i++) {
		rig_request(&r, 0xa1, GETSTATUS, 0, 0, 6, NULL);
		same += memcmp(first, r.in.data + 1, 3) == 0;
	}
	assert_int_equal(same, 0);
	rig_close(&r);
}

static void
test_blocks_are_counted_and_wrap(void **state)
{
	static const struct step down[] = {
		{ DNLOAD, 65534, .hex = "01", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 65535, .hex = "02", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 0, .hex = "03", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 65534, 1, "01", .state = 9 },
		{ UPLOAD, 65535, 1, "02", .state = 9 },
		{ UPLOAD, 1, 1, .answer = SIM_STALL, .state = 10,
		    .status = 15 },
		{ CLRSTATUS, .state = 2 },
		{ DNLOAD, 0, .hex = "01", .answer = SIM_STALL, .state = 10,
		    .status = 15 },
	};
	static const struct step any[] = {
		{ DNLOAD, 7, .hex = "01", .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 3, .hex = "01", .state = 3 },
	};

	(void)state;
	RUN("dfu11,poll=0,counts=1,first=65534", down);
	RUN("dfu11,poll=0,first=65534", any);
}

/* The ROM's blocks need not be as long as its pages. */
static void
test_blocks_and_pages_of_the_ROM(void **state)
{
	static const struct step longer[] = {
		{ UPLOAD, 2, 1025, .answer = SIM_STALL, .state = 10,
		    .status = 15 },
	};
	static const struct step moves[] = {
		{ DNLOAD, 0, .hex = "4100080008", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 100, .state = 3 },
		{ GETSTATUS, .state = 5 },
		{ DNLOAD, 2, .hex = "0102", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .state = 5 },
	};
	uint8_t want[2], there[2];
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072,size=1024,flash=pattern");
	assert_true(sim_peek(r.sim, 0x08000400, want, 2));
	assert_int_equal(rig_request(&r, 0xa1, UPLOAD, 3, 0, 2, NULL),
	    SIM_ACK);
	assert_memory_equal(r.in.data, want, 2);
	rig_run(&r, longer, 1);
	rig_close(&r);
	rig_open(&r, "stm32f072,erase-moves=1");
	rig_run(&r, moves, COUNT(moves));
	assert_true(sim_peek(r.sim, 0x08000800, there, 2));
	assert_memory_equal(there, "\1\2", 2);
	rig_close(&r);
	rig_open(&r, "stm32f072");
	rig_run(&r, moves, COUNT(moves));
	assert_true(sim_peek(r.sim, 0x08000000, there, 2));
	assert_memory_equal(there, "\1\2", 2);
	rig_close(&r);
}

/* On an OTG core the host sees each STALL. */
static void
test_core_of_st(void **state)
{
	static const struct step otg[] = {
		{ DNLOAD, 2, .hex = "01", .state = 3 },
		{ DNLOAD, 3, .answer = SIM_STALL, .state = 3 },
		{ ABORT, .state = 2 },
		{ DNLOAD, 0, .state = 6 },
		{ DNLOAD, 0, .answer = SIM_STALL, .state = 6 },
	};
	static const struct step fs[] = {
		{ DNLOAD, 2, .hex = "01", .state = 3 },
		{ DNLOAD, 3, .state = 3 },
	};

	(void)state;
	RUN("st,core=otg", otg);
	RUN("st,core=fs", fs);
}

/* The answer tells a busy state, and it is in the one behind already. */
static void
test_an_application_that_reports_at_once(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "0102", .state = 3 },
		{ GETSTATUS, .hex = "001900000400", .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "003c00000700", .state = 6 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ UPLOAD, 0, 4, "0102", .state = 2 },
	};
	static const struct step intolerant[] = {
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "003c00000700", .state = 8 },
		{ GETSTATUS, .hex = "000000000800", .state = 8 },
	};
	static const struct step error[] = {
		{ DNLOAD, 64, .hex = "0102", .state = 3 },
		{ GETSTATUS, .hex = "001900000400", .state = 10, .status = 6 },
	};

	(void)state;
	RUN("tinyusb,reports=at-once", steps);
	RUN("tinyusb,reports=at-once,tolerant=0", intolerant);
	RUN("tinyusb,reports=at-once", error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_slow_request),
		cmocka_unit_test(test_time_passes_in_a_slow_request),
		cmocka_unit_test(test_a_state_that_sticks),
		cmocka_unit_test(test_getstatus_tells_the_state_before),
		cmocka_unit_test(test_a_read_only_alternate_setting),
		cmocka_unit_test(test_a_page_size_that_lies),
		cmocka_unit_test(test_pages_lie_on_the_others_too),
		cmocka_unit_test(test_leaves_when_idle),
		cmocka_unit_test(test_restarts_after_the_last_block),
		cmocka_unit_test(test_unprotect_without_reset),
		cmocka_unit_test(test_a_failure_of_choice),
		cmocka_unit_test(test_first_states),
		cmocka_unit_test(test_announce_noise),
		cmocka_unit_test(test_blocks_are_counted_and_wrap),
		cmocka_unit_test(test_blocks_and_pages_of_the_ROM),
		cmocka_unit_test(test_core_of_st),
		cmocka_unit_test(test_an_application_that_reports_at_once),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
