/* SPDX-License-Identifier: ISC */
/*
 * The rules against the two other statements of the protocol: the table of
 * moves, and the simulated device that keeps to the letter. All three were
 * written apart from each other.
 */
#include "tests/device/inputs.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "dfu/spec.h"
#include "lesson/rule.h"
#include "tests/lesson/conditions.h"

#define CONDITIONS 256 /* all of DFU_WHEN_ */

/* Every cell under all conditions; bitWillDetach changes no move of A.2. */
static void
test_the_table_follows(void **state)
{
	struct dfu_conditions c;
	const struct dfu_transition *t;
	struct rule_move m;
	unsigned from, in, bits;

	(void)state;
	for (from = 0; from < DFU_STATE_COUNT; from++)
		for (in = 0; in < DFU_INPUT_COUNT; in++)
			for (bits = 0; bits < CONDITIONS; bits++) {
				c = conditions_of(bits);
				assert_int_equal(
				    rule_conditions(&c, false), bits);
				assert_int_equal(rule_conditions(&c, true),
				    bits | RULE_WHEN_WILL_DETACH);
				t = dfu_transition(
				    (uint8_t)from, (enum dfu_input)in, &c);
				assert_true(rule_decide(&m, (uint8_t)from,
				    (enum dfu_input)in, (uint16_t)bits));
				if (m.response != t->response ||
				    m.next != t->next)
					fail_msg("%s in %s under %02x: R%u "
						 "says %d and %s, "
						 "%s %d and %s",
					    dfu_input_name((enum dfu_input)in),
					    dfu_state_name((uint8_t)from), bits,
					    m.rule, m.response,
					    dfu_state_name(m.next), t->clause,
					    t->response,
					    dfu_state_name(t->next));
			}
	assert_false(rule_decide(&m, DFU_STATE_COUNT, DFU_IN_ABORT, 0));
	assert_false(rule_decide(&m, 0, DFU_INPUT_COUNT, 0));
}

/* How many cells of the seven requests each rule decides. */
static void
test_shares(void **state)
{
	static const enum dfu_input requests[] = { DFU_IN_DETACH, DFU_IN_DNLOAD,
		DFU_IN_UPLOAD, DFU_IN_GETSTATUS, DFU_IN_CLRSTATUS,
		DFU_IN_GETSTATE, DFU_IN_ABORT };
	static const unsigned shares[RULE_COUNT + 1] = { 0, 31, 14, 2, 2, 2, 3,
		1, 1, 14, 7, 0, 0 };
	unsigned found[RULE_COUNT + 1] = { 0 };
	struct rule_move m;
	uint8_t from;
	size_t i;

	(void)state;
	for (from = 0; from < DFU_STATE_COUNT; from++) {
		for (i = 0; i < COUNT(requests); i++) {
			assert_true(
			    rule_decide(&m, from, requests[i], DEFAULTS));
			found[m.rule]++;
		}
	}
	assert_memory_equal(found, shares, sizeof(shares));
}

/* A device, and what the rules have to know of it. */
static const struct {
	const char *spec;
	uint16_t when;
} devices[] = {
	{ "dfu11,size=4096,tolerant=0", DEFAULTS & ~DFU_WHEN_TOLERANT },
	{ "dfu11,size=4096,tolerant=1", DEFAULTS },
	{ "dfu11,size=4096,tolerant=1,can-dnload=0",
	    DEFAULTS & ~DFU_WHEN_CAN_DNLOAD },
	{ "dfu11,size=4096,tolerant=1,can-upload=0",
	    DEFAULTS & ~DFU_WHEN_CAN_UPLOAD },
	{ "dfu11,size=4096,tolerant=1,firmware=corrupt",
	    DEFAULTS & ~DFU_WHEN_FIRMWARE_VALID },
	{ "dfu11,size=4096,tolerant=1,want=64", DEFAULTS & ~DFU_WHEN_AGREES },
	{ "dfu11,size=4096,tolerant=0,will-detach=1",
	    (DEFAULTS & ~DFU_WHEN_TOLERANT) | RULE_WHEN_WILL_DETACH },
};

static bool
is_the_answer(const struct rule_move *m, const struct rig_result *r)
{
	switch (m->response) {
	case DFU_RESPONSE_OK:
		return (r->answers && r->answer == SIM_ACK);
	case DFU_RESPONSE_STALL:
		return (r->answers && r->answer == SIM_STALL);
	case DFU_RESPONSE_NONE:
		return (!r->answers);
	case DFU_RESPONSE_ANY:
		return (r->answers && r->answer != SIM_SILENT);
	case DFU_RESPONSE_NONE_EXPECTED:
		return (r->answers && r->answer == SIM_SILENT);
	}
	return (false);
}

/* Where it is after a long time; a request is over at once. */
static bool
is_the_state(const struct rule_move *m, const struct rig_result *r)
{
	unsigned last = m->then & ~(unsigned)RULE_THEN_GONE;

	return (r->state == m->next ||
	    (!r->answers && r->state >= 0 && (last >> r->state & 1) != 0));
}

/*
 * force puts valid firmware into a device in run-time mode, and a whole one
 * into dfuMANIFEST; a device that ended manifestation has one.
 */
static bool
is_possible(uint8_t from, uint16_t when)
{
	return ((when & DFU_WHEN_FIRMWARE_VALID) != 0 ||
	    from != DFU_STATE_MANIFEST_WAIT_RESET);
}

static void
check_device(const char *spec, uint16_t when, uint8_t from, enum dfu_input in,
    struct rig *r)
{
	struct rig_result did = rig_put(r, in);
	struct rule_move m;

	assert_true(rule_decide(&m, from, in, when));
	if (!is_the_answer(&m, &did) || !is_the_state(&m, &did))
		fail_msg("%s: %s in %s: R%u says %d and %s, the device %d and "
			 "%d",
		    spec, dfu_input_name(in), dfu_state_name(from), m.rule,
		    m.response, dfu_state_name(m.next),
		    did.answers ? (int)did.answer : -1, did.state);
}

static void
test_the_device_follows(void **state)
{
	struct rig r;
	unsigned from, in;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(devices); i++)
		for (from = 0; from < DFU_STATE_COUNT; from++)
			for (in = 0; in < DFU_INPUT_COUNT; in++) {
				if (!is_possible(
					(uint8_t)from, devices[i].when))
					continue;
				rig_open(&r, devices[i].spec);
				sim_force_state(r.sim, 0, (uint8_t)from);
				check_device(devices[i].spec, devices[i].when,
				    (uint8_t)from, (enum dfu_input)in, &r);
				rig_close(&r);
			}
}

/* In 3 and in 6, with the work done. */
static void
test_the_device_is_done(void **state)
{
	struct rig r;
	unsigned in;
	size_t i;

	static const struct {
		uint8_t state;
		uint16_t done;
	} rows[] = {
		{ DFU_STATE_DNLOAD_SYNC, DFU_WHEN_BLOCK_DONE },
		{ DFU_STATE_MANIFEST_SYNC, DFU_WHEN_MANIFEST_DONE },
	};

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		for (in = 0; in < DFU_INPUT_COUNT; in++) {
			rig_open(&r, "dfu11,size=4096,tolerant=1");
			sim_force_state(r.sim, 0, rows[i].state);
			rig_put(&r, DFU_IN_GETSTATUS);
			r.now += RIG_LATER;
			rig_put(&r, DFU_IN_TIME);
			assert_int_equal(sim_state(r.sim), rows[i].state);
			check_device("done", DEFAULTS | rows[i].done,
			    rows[i].state, (enum dfu_input)in, &r);
			rig_close(&r);
		}
}

/* Each sentence names its rule, its state's clause and no braces. */
static void
test_sentences(void **state)
{
	struct rule_move m;
	struct buf b = { 0 };
	unsigned from, in, bits;
	char id[8];

	(void)state;
	for (from = 0; from < DFU_STATE_COUNT; from++)
		for (in = 0; in < DFU_INPUT_COUNT; in++)
			for (bits = 0; bits < 2 * CONDITIONS; bits++) {
				rule_decide(&m, (uint8_t)from,
				    (enum dfu_input)in, (uint16_t)bits);
				buf_reset(&b);
				rule_tell(&b, (uint8_t)from, (enum dfu_input)in,
				    (uint16_t)bits);
				snprintf(id, sizeof(id), "(R%u,", m.rule);
				assert_non_null(strstr(buf_str(&b), id));
				assert_null(strchr(buf_str(&b), '{'));
				assert_true(m.response != DFU_RESPONSE_STALL ||
				    strstr(buf_str(&b), "STALL") != NULL ||
				    strstr(buf_str(&b), "stalled") != NULL);
				if (strstr(buf_str(&b),
					dfu_state_name(m.next)) == NULL &&
				    (m.next != from ||
					(strstr(buf_str(&b), "stays") == NULL &&
					    strstr(buf_str(&b),
						"changes nothing") == NULL)))
					fail_msg("where to? %s", buf_str(&b));
			}
	buf_free(&b);
}

static void
test_names(void **state)
{
	unsigned n;

	(void)state;
	for (n = 1; n <= RULE_COUNT; n++) {
		assert_int_equal(rule_parse(rule_of(n)->id), n);
		assert_true(strlen(rule_of(n)->text) > 40);
		assert_true(strlen(rule_of(n)->text) <= 228);
	}
	assert_null(rule_of(0));
	assert_null(rule_of(RULE_COUNT + 1));
	assert_int_equal(rule_parse("r12"), 12);
	assert_int_equal(rule_parse("R0"), 0);
	assert_int_equal(rule_parse("R13"), 0);
	assert_int_equal(rule_parse("ABORT"), 0);
	assert_int_equal(rule_parse(""), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_table_follows),
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_the_device_follows),
		cmocka_unit_test(test_the_device_is_done),
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_names),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
