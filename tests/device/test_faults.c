/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "tests/device/proof.h"

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
test_announce_is_not_what_it_needs(void **state)
{
	static const struct step zero[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
		{ GETSTATUS, .hex = "000000000400", .state = 4 },
		{ STEP_WAIT, 9, .state = 4 },
		{ STEP_WAIT, 1, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 1, .state = 6 },
		{ GETSTATUS, .hex = "000000000700", .state = 7 },
	};
	static const struct step absurd[] = {
		{ DNLOAD, 0, .hex = "2100080008", .state = 3 },
		{ GETSTATUS, .hex = "00ffffff0400", .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
	};

	(void)state;
	RUN("dfu11,announce=0", zero);
	RUN("stm32f072,announce=16777215", absurd);
	rig_refuse("dfu11,announce=16777216", "announce", "real|MS");
}

static void
test_short_and_babble(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .hex = "000000", .state = 2 },
		{ UPLOAD, 0, 8, "01020304", .state = 9 },
		{ UPLOAD, 1, 8, .state = 9 },
		{ GETSTATE, .hex = "", .state = 9 },
	};
	struct rig r;

	(void)state;
	rig_open(&r, "dfu11,size=8,short=getstatus@1,short=upload@1,"
	    "babble=upload@2,short=getstate@1");
	assert_true(sim_poke(r.sim, 0, (const uint8_t *)"\1\2\3\4", 4));
	rig_run(&r, steps, 3);
	assert_int_equal(r.in.len, 16);
	rig_run(&r, steps + 3, 1);
	rig_close(&r);
}

static void
test_wrp_is_silent_in_the_ROM(void **state)
{
	static const struct step steps[] = {
		{ DNLOAD, 0, .hex = "4100080008", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 3, .hex = "0000", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ DNLOAD, 0, .hex = "41", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 2, 2, "a5a4", .state = 9 },
		{ UPLOAD, 3, 2, "5d5c", .state = 9 },
	};
	static const struct step free_page[] = {
		{ DNLOAD, 0, .hex = "4100100008", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 104, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ ABORT, .state = 2 },
		{ UPLOAD, 4, 2, "ffff", .state = 9 },
	};
	struct rig r;
	uint8_t options[8];

	(void)state;
	RUN("stm32f072,flash=pattern,wrp=0-1", steps);
	RUN("stm32f072,flash=pattern,wrp=0-1", free_page);
	rig_open(&r, "stm32f072,wrp=16-63");
	assert_true(sim_peek(r.sim, 0x1ffff808, options, 8));
	assert_memory_equal(options, "\xff\x00\x00\xff\x00\xff\x00\xff", 8);
	rig_close(&r);
	rig_refuse("stm32f072,wrp=2-1", "wrp", "PAGE from 0 to 65535");
	rig_refuse("st,wrp=1-", "wrp", "PAGE-PAGE");
	rig_refuse("dfu11,wrp=1", "\"wrp\"", "watchdog=off|MS");
}

static const struct step leave[] = {
	{ DNLOAD, 0, .state = 6 },
	{ GETSTATUS, .state = 7 },
	{ STEP_WAIT, 1, .state = GONE },
	{ STEP_WAIT, 247, .state = GONE },
};

static void
test_back_as_another_profile(void **state)
{
	static const struct step after[] = {
		{ STEP_WAIT, 1, .state = 0 },
		{ GETSTATUS, .hex = "000000000000", .state = 0 },
		{ DETACH, 1000, .state = 1 },
		{ STEP_RESET, .state = GONE },
		{ STEP_WAIT, 250, .state = 0 },
	};
	struct buf b = { 0 };
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072,back=dfu11,back-after=249");
	rig_run(&r, leave, COUNT(leave));
	rig_run(&r, after, COUNT(after));
	sim_descriptors(r.sim, &b);
	assert_memory_equal(b.data + 8, "\x09\x12\x01\x00", 4);
	assert_int_equal(sim_incarnation(r.sim), 3);
	buf_free(&b);
	rig_close(&r);
	rig_refuse("dfu11,back=nosuch", "own|same|dead|app|none|PROFILE",
	    "PROFILE one of dfu11 stm32f072");
}

static void
test_back_same_dead_or_not(void **state)
{
	static const struct step same[] = { { STEP_WAIT, 1, .state = 2 },
	    { GETSTATUS, .hex = "000000000200", .state = 2 } };
	static const struct step dead[] = {
		{ STEP_WAIT, 1, .state = 2 },
		{ GETSTATUS, .answer = SIM_SILENT, .state = 2 },
		{ STEP_RESET, .state = 2 },
		{ GETSTATE, .answer = SIM_SILENT, .state = 2 },
		{ STEP_UNPLUG, .state = GONE },
		{ STEP_PLUG, .state = 2 },
		{ GETSTATE, .hex = "02", .state = 2 },
	};
	static const struct step none[] = { { STEP_WAIT, 9999,
	    .state = GONE } };
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072,back=same,back-after=249");
	rig_run(&r, leave, COUNT(leave));
	rig_run(&r, same, COUNT(same));
	rig_close(&r);
	rig_open(&r, "stm32f072,back=dead,back-after=249");
	rig_run(&r, leave, COUNT(leave));
	rig_run(&r, dead, COUNT(dead));
	rig_close(&r);
	rig_open(&r, "dfu11,back=none,tolerant=0,will-detach=1,"
	    "start=manifest");
	rig_run(&r, none, 1);
	rig_close(&r);
}

static void
test_watchdog_resets_what_is_busy(void **state)
{
	static const struct step erase[] = {
		{ DNLOAD, 0, .hex = "41", .state = 3 },
		{ GETSTATUS, .state = 4 },
		{ STEP_WAIT, 49, .state = 4 },
		{ STEP_WAIT, 1, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
		{ UPLOAD, 2, 2, "a5a4", .state = 9 },
	};
	static const struct step at_work[] = {
		{ DNLOAD, 0, .hex = "4100340008", .state = 3 },
		{ GETSTATUS, .state = 3 },
		{ GETSTATUS, .answer = SIM_GONE, .state = GONE },
		{ STEP_WAIT, 100, .state = 2 },
	};
	static const struct step in_time[] = {
		{ DNLOAD, 0, .hex = "4100340008", .state = 3 },
		{ GETSTATUS, .state = 3 },
		{ GETSTATUS, .hex = "000000000500", .state = 5 },
		{ STEP_WAIT, 60000, .state = 5 },
	};
	static const struct step stuck[] = {
		{ STEP_WAIT, 49, .state = 7 },
		{ STEP_WAIT, 1, .state = GONE },
	};

	(void)state;
	RUN("stm32f072,flash=pattern,watchdog=50", erase);
	RUN("st,watchdog=50", at_work);
	RUN("st,watchdog=101", in_time);
	RUN("stm32f072,start=manifest,stuck=never,watchdog=50", stuck);
}

static unsigned
strikes(const char *spec, unsigned n)
{
	unsigned i, others = 0;
	struct rig r;

	rig_open(&r, spec);
	for (i = 0; i < n; i++) {
		if (rig_request(&r, 0xa1, GETSTATE, 0, 0, 1, NULL) != SIM_ACK)
			others++;
	}
	rig_close(&r);
	return (others);
}

static void
test_chaos_is_drawn_from_the_seed(void **state)
{
	(void)state;
	assert_int_equal(strikes("dfu11,chaos=0", 500), 0);
	assert_int_equal(strikes("dfu11,chaos=100", 500), 500);
	assert_in_range(strikes("dfu11,chaos=20", 1000), 140, 260);
	assert_int_equal(strikes("uboot,seed=9,chaos=50", 77),
	    strikes("st,chaos=50,seed=9", 77));
	rig_refuse("dfu11,chaos=101", "chaos", "PERCENT from 0 to 100");
}

static void
check_strings(const char *spec, size_t least, size_t most)
{
	const char *text;
	struct rig r;
	uint8_t i;

	rig_open(&r, spec);
	for (i = 1; i <= 4; i++) {
		text = sim_string(r.sim, i);
		assert_non_null(text);
		assert_in_range(strlen(text), least, most);
		rig_request(&r, 0x80, USB_REQ_GET_DESCRIPTOR,
		    (uint16_t)(0x300 | i), 0x0409, 255, NULL);
		assert_int_equal(r.in.data[0], r.in.len);
	}
	rig_close(&r);
}

static void
test_strings(void **state)
{
	(void)state;
	check_strings("uboot,strings=empty", 0, 0);
	check_strings("st,strings=long", 126, 126);
	check_strings("dapboot,strings=hostile", 1, 100);
}

/* wTotalLength and the bytes there are. */
static void
check_config(const char *spec, uint16_t total, size_t length)
{
	struct buf b = { 0 };
	struct rig r;

	rig_open(&r, spec);
	sim_descriptors(r.sim, &b);
	assert_int_equal(b.data[20] | b.data[21] << 8, total);
	assert_int_equal(b.len - 18, length);
	rig_request(&r, 0x80, USB_REQ_GET_DESCRIPTOR, 0x200, 0, 0xffff, NULL);
	assert_int_equal(r.in.len, length);
	assert_memory_equal(r.in.data, b.data + 18, length);
	buf_free(&b);
	rig_close(&r);
}

static void
test_descriptors(void **state)
{
	struct rig r;

	(void)state;
	check_config("dfu11,descriptors=ok", 27, 27);
	check_config("dfu11,descriptors=cut", 27, 22);
	check_config("dfu11,descriptors=seven", 25, 25);
	check_config("dfu11,descriptors=zero", 29, 29);
	check_config("dfu11,descriptors=loop", 171, 171);
	check_config("tinyusb,descriptors=many", 1170, 1170);
	rig_open(&r, "tinyusb,descriptors=many");
	assert_string_equal(sim_string(r.sim, 4 + 127), "EEPROM");
	assert_null(sim_string(r.sim, 4 + 128));
	assert_int_equal(rig_request(&r, 0x01, USB_REQ_SET_INTERFACE, 127, 0,
	    0, NULL), SIM_ACK);
	rig_close(&r);
}

/* All words of the device that spec describes. */
static void
words_of(const char *spec, struct buf *b)
{
	const char *serial;
	struct rig r;

	buf_reset(b);
	rig_open(&r, spec);
	sim_descriptors(r.sim, b);
	serial = sim_string(r.sim, 3);
	buf_adds(b, serial != NULL ? serial : "none");
	buf_adds(b, sim_string(r.sim, 4));
	rig_close(&r);
}

/* tinyusb says that anyway. */
static bool
is_right(const char *name)
{
	return (strcmp(name, "two-alternates") == 0 ||
	    strcmp(name, "protocol-2") == 0 || strcmp(name, "tolerant") == 0);
}

static void
test_wrong_words(void **state)
{
	static const struct step takes[] = {
		{ DNLOAD, 0, .hex = "01", .state = 3 },
	};
	struct buf good = { 0 }, b = { 0 }, spec = { 0 };
	bool same;
	size_t i;

	(void)state;
	words_of("tinyusb", &good);
	for (i = 0; i < sim_wrongs_count; i++) {
		buf_reset(&spec);
		buf_addf(&spec, "tinyusb,wrong=%s", sim_wrongs[i].name);
		words_of(buf_str(&spec), &b);
		same = b.len == good.len &&
		    memcmp(b.data, good.data, b.len) == 0;
		if (same != is_right(sim_wrongs[i].name))
			fail_msg("wrong=%s", sim_wrongs[i].name);
	}
	buf_free(&good);
	buf_free(&b);
	buf_free(&spec);
	rig_refuse("dfu11,wrong=nothing", "wrong=none|WRONG",
	    "one of total-length");
	/* Only its words are wrong: it takes a download as before. */
	RUN("dfu11,wrong=no-dnload,wrong=size-zero", takes);
}

/* Every wrong word over every other one and over `descriptors`. */
static void
test_wrong_words_combine(void **state)
{
	static const char *const kinds[] = { "ok", "cut", "seven", "zero",
	    "many", "loop" };
	struct buf b = { 0 }, spec = { 0 };
	size_t i, k, n;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		for (n = 0; n < sim_wrongs_count; n++) {
			buf_reset(&spec);
			buf_addf(&spec, "stm32f072,descriptors=%s", kinds[i]);
			for (k = n; k < sim_wrongs_count; k++)
				buf_addf(&spec, ",wrong=%s",
				    sim_wrongs[k].name);
			words_of(buf_str(&spec), &b);
			assert_true(b.len > 18 + 9 + 9);
		}
	}
	buf_free(&b);
	buf_free(&spec);
}

/* What a fault makes of it is shown of each. */
static void
test_each_profile_bears_a_fault(void **state)
{
	struct buf spec = { 0 };
	const struct proof *p;
	size_t i;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		p = proof_of(i);
		if (p->fault == NULL || p->nsteps == 0)
			fail_msg("nothing shows what a fault makes of the "
			    "simulated device %s", p->profile);
		buf_reset(&spec);
		buf_addf(&spec, "%s,%s", p->profile, p->fault);
		run(buf_str(&spec), p->steps, p->nsteps);
	}
	buf_free(&spec);
}

/* What is fault i now, and its row. */
static const struct sim_parameter_row *
told(const struct rig *r, size_t i, const char *value)
{
	const struct sim_parameter_row *row;
	struct buf now = { 0 };

	row = sim_fault_at(r->sim, i, &now);
	if (row != NULL && value != NULL &&
	    strcmp(buf_str(&now), value) != 0)
		fail_msg("%s is %s, not %s", row->name, buf_str(&now), value);
	buf_free(&now);
	return (row);
}

/* A value that each word of a grammar can be. */
static const struct { const char *word, *value, *told; } words[] = {
	{ "N", "7", "7" }, { "MS", "1234", "1234" }, { "US", "5", "5" },
	{ "PERCENT", "50", "50" }, { "ALT", "1", "1" },
	{ "PROFILE", "mboot", "mboot" }, { "WRONG", "size-zero", "size-zero" },
	{ "REQUEST@N", "getstatus@2", "getstatus@2" },
	{ "REQUEST@N:STATUS[:ISTRING]", "dnload@1:11:3", "dnload@1:11:3" },
};

static void
set_and_told(const struct rig *r, size_t i, const char *word, size_t n)
{
	const struct sim_parameter_row *row = told(r, i, NULL);
	struct buf b = { 0 }, value = { 0 }, error = { 0 };
	size_t k;

	buf_add(&value, word, n);
	for (k = 0; k < COUNT(words); k++) {
		if (strcmp(buf_str(&value), words[k].word) == 0) {
			buf_reset(&value);
			buf_adds(&value, words[k].value);
		}
	}
	buf_addf(&b, "%s=%s", row->name, buf_str(&value));
	if (!sim_set(r->sim, 0, buf_str(&b), &error))
		fail_msg("%s: %s", buf_str(&b), buf_str(&error));
	told(r, i, buf_str(&value));
	buf_free(&b);
	buf_free(&value);
	buf_free(&error);
}

/* Each fault, each thing that it can be, set and told; and back again. */
static void
test_what_is_set_is_told(void **state)
{
	const struct sim_parameter_row *row;
	const char *p;
	struct rig r;
	size_t i, n;

	(void)state;
	rig_open(&r, "stm32f072");
	for (i = 0; (row = told(&r, i, NULL)) != NULL; i++) {
		assert_null(row->profiles);
		assert_string_not_equal(row->name, "start");
		told(&r, i, row->initial);
		for (p = row->value; *p != '\0'; p += n + (p[n] == '|')) {
			n = strcspn(p, "|");
			set_and_told(&r, i, p, n);
		}
		set_and_told(&r, i, row->initial, strlen(row->initial));
	}
	assert_true(i > 20);
	rig_close(&r);
}

static size_t
fault_named(const struct rig *r, const char *name)
{
	const struct sim_parameter_row *row;
	size_t i;

	for (i = 0; (row = told(r, i, NULL)) != NULL; i++) {
		if (strcmp(row->name, name) == 0)
			return (i);
	}
	fail_msg("no fault %s", name);
	return (0);
}

/* Those of one name go, others stay; what has struck is not told. */
static void
test_triggers_are_turned_off(void **state)
{
	static const struct step steps[] = {
		{ GETSTATUS, .answer = SIM_STALL, .state = 2 },
		{ GETSTATUS, .hex = "000000000200", .state = 2 },
		{ GETSTATE, .answer = SIM_STALL, .state = 2 },
	};
	struct buf error = { 0 };
	struct rig r;
	size_t stall;

	(void)state;
	rig_open(&r, "stm32f072,stall=getstatus@1,stall=getstatus@2,"
	    "buserror=getstatus@2");
	stall = fault_named(&r, "stall");
	told(&r, stall, "getstatus@1,getstatus@2");
	rig_run(&r, steps, 1);
	told(&r, stall, "getstatus@1");
	assert_true(sim_set(r.sim, r.now, "stall=off,buserror=off", &error));
	told(&r, stall, "off");
	assert_true(sim_set(r.sim, r.now, "stall=getstate@1", &error));
	rig_run(&r, steps + 1, 2);
	told(&r, stall, "off");
	rig_close(&r);
}

/* It is away for as long as it is said, and begins anew. */
static void
test_reboot(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, "stm32f072,start=manifest,stuck=never,back-after=40");
	assert_int_equal(sim_state(r.sim), 7);
	sim_reboot(r.sim, r.now);
	assert_false(sim_present(r.sim));
	sim_reboot(r.sim, r.now + 1000);
	sim_run(r.sim, r.now + 39999);
	assert_false(sim_present(r.sim));
	sim_run(r.sim, r.now + 40000);
	assert_int_equal(sim_state(r.sim), 2);
	assert_int_equal(sim_incarnation(r.sim), 2);
	rig_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_announce_is_not_what_it_needs),
		cmocka_unit_test(test_short_and_babble),
		cmocka_unit_test(test_wrp_is_silent_in_the_ROM),
		cmocka_unit_test(test_back_as_another_profile),
		cmocka_unit_test(test_back_same_dead_or_not),
		cmocka_unit_test(test_watchdog_resets_what_is_busy),
		cmocka_unit_test(test_chaos_is_drawn_from_the_seed),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_wrong_words),
		cmocka_unit_test(test_wrong_words_combine),
		cmocka_unit_test(test_each_profile_bears_a_fault),
		cmocka_unit_test(test_what_is_set_is_told),
		cmocka_unit_test(test_triggers_are_turned_off),
		cmocka_unit_test(test_reboot),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
