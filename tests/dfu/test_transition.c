/* SPDX-License-Identifier: ISC */
/*
 * The table of moves against a grid of DFU 1.1 A.2 that was written down
 * apart from it.
 */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dfu/spec.h"
#include "dfu/transition.h"
#include "wire/usb.h"

/*
 * A cell is the next state behind a letter for the answer: S stalls, a
 * acknowledges, o is left open, x cannot answer, . has nothing to answer.
 * "dn?a3:S10" asks a condition first: dn can_dnload, up can_upload, tol
 * tolerant, blk block_done, man manifest_done, agr agrees, fw firmware_valid,
 * st dfuse.
 */
struct grid_row {
	const char *state;
	const char *clause;
	const char *cells[DFU_INPUT_COUNT];
};

#define BOOTS		"fw?.0:.10", "fw?.0:.10"
#define BUSY		"S10", "S10", "S10", "S10", "S10", "S10", "S10", \
			"S10", "S10", "S10", "S10"

static const struct grid_row grid[] = {
	/*   DETACH DNLOAD DNLOAD0 UPLOAD short UPLOAD0
	     GETSTATUS CLRSTATUS GETSTATE ABORT other  reset power time */
	{ "appIDLE", "A.2.1", {
	    "a1", "S0", "S0", "S0", "S0", "S0",
	    "o0", "S0", "o0", "S0", "S0", ".0", ".0", ".0" } },
	{ "appDETACH", "A.2.2", {
	    "S0", "S0", "S0", "S0", "S0", "S0",
	    "a1", "S0", "a1", "S0", "S0", ".2", ".0", ".0" } },
	{ "dfuIDLE", "A.2.3", {
	    "S10", "dn?a3:S10", "st?a6:S10",
	    "up?a9:S10", "up?a9:S10", "up?a9:S10",
	    "a2", "S10", "a2", "a2", "S10", BOOTS, ".2" } },
	{ "dfuDNLOAD-SYNC", "A.2.4", {
	    "S10", "S10", "S10", "S10", "S10", "S10",
	    "blk?a5:a4", "S10", "a3", "S10", "S10", BOOTS, ".3" } },
	{ "dfuDNBUSY", "A.2.5", { BUSY, BOOTS, ".3" } },
	{ "dfuDNLOAD-IDLE", "A.2.6", {
	    "S10", "a3", "agr?a6:S10", "S10", "S10", "S10",
	    "a5", "S10", "a5", "a2", "S10", BOOTS, ".5" } },
	{ "dfuMANIFEST-SYNC", "A.2.7", {
	    "S10", "S10", "S10", "S10", "S10", "S10",
	    "man?tol?a2:a7:a7", "S10", "a6", "S10", "S10", BOOTS, ".6" } },
	{ "dfuMANIFEST", "A.2.8", { BUSY, BOOTS, "tol?.6:.8" } },
	{ "dfuMANIFEST-WAIT-RESET", "A.2.9", {
	    "x8", "x8", "x8", "x8", "x8", "x8",
	    "x8", "x8", "x8", "x8", "x8", BOOTS, ".8" } },
	{ "dfuUPLOAD-IDLE", "A.2.10", {
	    "S10", "S10", "S10", "a9", "a2", "S10",
	    "a9", "S10", "a9", "a2", "S10", BOOTS, ".9" } },
	{ "dfuERROR", "A.2.11", {
	    "S10", "S10", "S10", "S10", "S10", "S10",
	    "a10", "a2", "a10", "S10", "S10", BOOTS, ".10" } },
};

struct cell {
	uint8_t state;
	uint8_t input;
	char name[64];
};

static struct dfu_conditions
conditions(unsigned bits)
{
	struct dfu_conditions c = {
		.can_dnload = (bits & DFU_WHEN_CAN_DNLOAD) != 0,
		.can_upload = (bits & DFU_WHEN_CAN_UPLOAD) != 0,
		.tolerant = (bits & DFU_WHEN_TOLERANT) != 0,
		.block_done = (bits & DFU_WHEN_BLOCK_DONE) != 0,
		.manifest_done = (bits & DFU_WHEN_MANIFEST_DONE) != 0,
		.agrees = (bits & DFU_WHEN_AGREES) != 0,
		.firmware_valid = (bits & DFU_WHEN_FIRMWARE_VALID) != 0,
		.dfuse = (bits & DFU_WHEN_DFUSE) != 0,
	};

	return (c);
}

static bool
condition_holds(const struct dfu_conditions *c, const char *name, size_t n)
{
	const struct {
		const char *name;
		bool value;
	} known[] = {
		{ "dn", c->can_dnload }, { "up", c->can_upload },
		{ "tol", c->tolerant }, { "blk", c->block_done },
		{ "man", c->manifest_done }, { "agr", c->agrees },
		{ "fw", c->firmware_valid }, { "st", c->dfuse },
	};
	size_t i;

	for (i = 0; i < COUNT(known); i++)
		if (strlen(known[i].name) == n &&
		    strncmp(known[i].name, name, n) == 0)
			return (known[i].value);
	fail_msg("unknown condition in %s", name);
	return (false);
}

/* "c?yes:no": yes may be such a choice too, no may not. */
static const char *
cell_resolve(const char *s, const struct dfu_conditions *c)
{
	size_t n = strcspn(s, "?");

	if (s[n] == '\0')
		return (s);
	if (condition_holds(c, s, n))
		return (cell_resolve(s + n + 1, c));
	return (strrchr(s, ':') + 1);
}

static uint8_t
response_of(char letter)
{
	static const char letters[] = "aS.ox";
	static const uint8_t responses[] = { DFU_RESPONSE_OK,
	    DFU_RESPONSE_STALL, DFU_RESPONSE_NONE, DFU_RESPONSE_ANY,
	    DFU_RESPONSE_NONE_EXPECTED };

	assert_non_null(strchr(letters, letter));
	return (responses[strchr(letters, letter) - letters]);
}

static void
cell_agrees(void **state)
{
	const struct cell *cell = *state;
	const char *want, *clause;
	const struct dfu_transition *m;
	struct dfu_conditions c;
	unsigned bits;

	for (bits = 0; bits < 256; bits++) {
		c = conditions(bits);
		m = dfu_transition(
		    cell->state, (enum dfu_input)cell->input, &c);
		assert_non_null(m);
		want = cell_resolve(grid[cell->state].cells[cell->input], &c);
		assert_int_equal(m->state, cell->state);
		assert_int_equal(m->input, cell->input);
		assert_int_equal(m->response, response_of(*want));
		assert_int_equal(m->next, strtol(want + 1, NULL, 10));
		clause = grid[cell->state].clause;
		if (cell->state == DFU_STATE_IDLE && c.dfuse &&
		    cell->input == DFU_IN_DNLOAD0)
			clause = "AN3156";
		assert_string_equal(m->clause, clause);
	}
}

static void
rows_are_one_for_each(void **state)
{
	size_t found, all = 0, i;
	const struct dfu_transition *m;
	unsigned s, in, bits;

	(void)state;
	for (i = 0; i < dfu_transitions_count(); i++) {
		m = dfu_transitions_row(i);
		assert_int_equal(m->want & ~m->mask, 0);
		all += 256u >> __builtin_popcount(m->mask);
	}
	assert_null(dfu_transitions_row(i));
	assert_int_equal(all, 256 * DFU_STATE_COUNT * DFU_INPUT_COUNT);
	for (s = 0; s < DFU_STATE_COUNT; s++)
		for (in = 0; in < DFU_INPUT_COUNT; in++)
			for (bits = 0; bits < 256; bits++) {
				found = 0;
				for (i = 0; i < dfu_transitions_count(); i++) {
					m = dfu_transitions_row(i);
					found += m->state == s &&
					    m->input == in &&
					    (bits & m->mask) == m->want;
				}
				assert_int_equal(found, 1);
			}
}

static void
grid_names_the_states(void **state)
{
	uint8_t i;

	(void)state;
	assert_int_equal(COUNT(grid), DFU_STATE_COUNT);
	for (i = 0; i < COUNT(grid); i++) {
		assert_string_equal(grid[i].state, dfu_state_name(i));
		assert_string_equal(grid[i].clause, dfu_state_row(i)->clause);
	}
}

/* What a walk over all the rows would find. */
static const struct dfu_transition *
walk_rows(uint8_t state, unsigned input, unsigned bits)
{
	const struct dfu_transition *m;
	size_t i;

	for (i = 0; (m = dfu_transitions_row(i)) != NULL; i++)
		if (m->state == state && m->input == input &&
		    (bits & m->mask) == m->want)
			return (m);
	return (NULL);
}

static void
index_finds_what_a_walk_finds(void **state)
{
	struct dfu_conditions c;
	unsigned bits, input;
	uint8_t s;

	(void)state;
	for (bits = 0; bits < 256; bits++) {
		c = conditions(bits);
		for (s = 0; s <= DFU_STATE_COUNT; s++)
			for (input = 0; input <= DFU_INPUT_COUNT; input++)
				assert_ptr_equal(dfu_transition(s,
				    (enum dfu_input)input, &c),
				    walk_rows(s, input, bits));
	}
}

/* Some move of this input leads out of the state. */
static bool
leads_out(uint8_t s, enum dfu_input input)
{
	const struct dfu_transition *m;
	size_t i;

	for (i = 0; (m = dfu_transitions_row(i)) != NULL; i++)
		if (m->state == s && m->input == input && m->next != s &&
		    m->response != DFU_RESPONSE_STALL)
			return (true);
	return (false);
}

static void
classes_are_as_the_moves(void **state)
{
	struct dfu_conditions c = dfu_conditions_of(0x0f, 0);
	uint8_t s;

	(void)state;
	for (s = DFU_STATE_IDLE; s < DFU_STATE_COUNT; s++) {
		assert_int_equal(dfu_state_is(s, DFU_STATES_BUSY),
		    leads_out(s, DFU_IN_TIME));
		assert_int_equal(dfu_state_is(s, DFU_STATES_SYNC),
		    leads_out(s, DFU_IN_GETSTATUS));
		assert_int_equal(dfu_state_is(s, DFU_STATES_OPEN),
		    leads_out(s, DFU_IN_ABORT));
		assert_int_equal(dfu_state_is(s, DFU_STATES_MUTE),
		    dfu_transition(s, DFU_IN_GETSTATUS, &c)->response ==
			DFU_RESPONSE_NONE_EXPECTED);
	}
}

static void
undefined_states_have_no_moves(void **state)
{
	struct dfu_conditions c = dfu_conditions_of(0x0f, 0);

	(void)state;
	assert_null(dfu_transition(DFU_STATE_COUNT, DFU_IN_GETSTATUS, &c));
	assert_null(dfu_transition(15, DFU_IN_CLRSTATUS, &c));
	assert_null(dfu_transition(255, DFU_IN_TIME, &c));
}

static void
inputs_have_names(void **state)
{
	unsigned i, j;

	(void)state;
	for (i = 0; i < DFU_INPUT_COUNT; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(
			    dfu_input_name((enum dfu_input)i),
			    dfu_input_name((enum dfu_input)j));
}

static void
inputs_of_requests_table_32(void **state)
{
	static const struct {
		struct setup setup;
		int input;
	} want[] = {
		{ { 0x21, 0, 1000, 0, 0 }, DFU_IN_DETACH },
		{ { 0x21, 1, 0, 0, 1 }, DFU_IN_DNLOAD },
		{ { 0x21, 1, 9, 0, 0 }, DFU_IN_DNLOAD0 },
		{ { 0xa1, 2, 0, 0, 64 }, DFU_IN_UPLOAD },
		{ { 0xa1, 2, 0, 0, 0 }, DFU_IN_UPLOAD0 },
		{ { 0xa1, 3, 0, 0, 6 }, DFU_IN_GETSTATUS },
		{ { 0x21, 4, 0, 0, 0 }, DFU_IN_CLRSTATUS },
		{ { 0xa1, 5, 0, 0, 1 }, DFU_IN_GETSTATE },
		{ { 0x21, 6, 0, 0, 0 }, DFU_IN_ABORT },
		{ { 0x21, 7, 0, 0, 0 }, DFU_IN_OTHER },
		{ { 0xa1, 255, 0, 0, 0 }, DFU_IN_OTHER },
		{ { 0x21, 3, 0, 0, 6 }, DFU_IN_OTHER },
		{ { 0x80, 6, 0x100, 0, 18 }, -1 },
		{ { 0x01, 11, 0, 0, 0 }, -1 },
		{ { 0xc1, 3, 0, 0, 6 }, -1 },
		{ { 0xa0, 3, 0, 0, 6 }, -1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(want); i++)
		assert_int_equal(dfu_input_of(&want[i].setup), want[i].input);
}

static void
conditions_of_attributes(void **state)
{
	struct dfu_conditions c = dfu_conditions_of(0x0b, 1);

	(void)state;
	assert_true(c.can_dnload && c.can_upload && !c.tolerant && c.dfuse);
	assert_true(c.agrees && c.firmware_valid);
	assert_false(c.block_done || c.manifest_done);
	c = dfu_conditions_of(0x04, 0);
	assert_true(!c.can_dnload && !c.can_upload && c.tolerant && !c.dfuse);
}

#define NCELLS	(DFU_STATE_COUNT * DFU_INPUT_COUNT)

int
main(void)
{
	static const struct CMUnitTest single[] = {
		cmocka_unit_test(grid_names_the_states),
		cmocka_unit_test(rows_are_one_for_each),
		cmocka_unit_test(index_finds_what_a_walk_finds),
		cmocka_unit_test(classes_are_as_the_moves),
		cmocka_unit_test(undefined_states_have_no_moves),
		cmocka_unit_test(inputs_have_names),
		cmocka_unit_test(inputs_of_requests_table_32),
		cmocka_unit_test(conditions_of_attributes),
	};
	static struct CMUnitTest tests[NCELLS];
	static struct cell cells[NCELLS];
	struct cell *cell;
	size_t i;
	int failed;

	for (i = 0; i < NCELLS; i++) {
		cell = &cells[i];
		cell->state = (uint8_t)(i / DFU_INPUT_COUNT);
		cell->input = (uint8_t)(i % DFU_INPUT_COUNT);
		snprintf(cell->name, sizeof(cell->name), "%s %s: %s",
		    grid[cell->state].clause, grid[cell->state].state,
		    dfu_input_name((enum dfu_input)cell->input));
		tests[i] = (struct CMUnitTest){ .name = cell->name,
		    .test_func = cell_agrees, .initial_state = cell };
	}
	failed = cmocka_run_group_tests(single, NULL, NULL);
	failed += cmocka_run_group_tests(tests, NULL, NULL);
	return (failed != 0);
}
