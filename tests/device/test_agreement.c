/* SPDX-License-Identifier: ISC */
/*
 * The state machine is stated twice: by the simulated devices, from the prose
 * of DFU 1.1, and by the table of moves, from appendix A.2. For each state,
 * input and setting both must say the same; a profile that deviates must do
 * so in exactly the cells that it lists. What real software was observed to
 * do is held against the table in the same way, under any conditions.
 */
#include "tests/device/inputs.h"
#include "tests/device/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dfu/spec.h"
#include "dfu/transition.h"

#define STATES		DFU_STATE_COUNT
#define CELLS		((size_t)STATES * DFU_INPUT_COUNT)

struct setting {
	const char	*spec;		/* of the device */
	unsigned	 can;		/* DFU_WHEN_ bits of the table */
	bool		 busy_replies;	/* answers where A.2 says STALL */
	bool		 re_attaches;	/* bitWillDetach: a reset by itself */
	bool		 deviates;	/* as its rows say */
};

struct cell {
	const struct setting	*setting;
	uint8_t			 state;
	enum dfu_input		 input;
	char			 name[96];
};

#define DN	DFU_WHEN_CAN_DNLOAD
#define UP	DFU_WHEN_CAN_UPLOAD
#define TOL	DFU_WHEN_TOLERANT
#define VALID	DFU_WHEN_FIRMWARE_VALID

/* size=4096: an UPLOAD can be answered short. */
static const struct setting settings[] = {
	{ .spec = "dfu11,size=4096,tolerant=0", .can = DN | UP | VALID },
	{ .spec = "dfu11,size=4096,tolerant=1",
	    .can = DN | UP | TOL | VALID },
	{ .spec = "dfu11,size=4096,tolerant=0,will-detach=1",
	    .can = DN | UP | VALID, .re_attaches = true },
	{ .spec = "dfu11,size=4096,tolerant=1,can-dnload=0",
	    .can = UP | TOL | VALID },
	{ .spec = "dfu11,size=4096,tolerant=1,can-upload=0",
	    .can = DN | TOL | VALID },
	{ .spec = "dfu11,size=4096,tolerant=0,firmware=corrupt",
	    .can = DN | UP },
	{ .spec = "dfu11,size=4096,tolerant=1,busy=reply",
	    .can = DN | UP | TOL | VALID, .busy_replies = true },
	{ .spec = "stm32f072", .can = DN | UP | VALID, .deviates = true },
};

static struct cell cells[COUNT(settings) * CELLS];

/* sim_force_state says: 3 has a block to process, 6 has all data. */
static struct dfu_conditions
conditions(const struct setting *t)
{
	struct dfu_conditions c = {
		.can_dnload = (t->can & DN) != 0,
		.can_upload = (t->can & UP) != 0,
		.tolerant = (t->can & TOL) != 0,
		.firmware_valid = (t->can & VALID) != 0,
		.agrees = 1,
	};

	return (c);
}

/* In words, so that two of them can be compared and shown. */
static void
show(char *out, size_t n, bool answers, enum sim_answer answer, int state)
{
	static const char *const words[] = {
		[SIM_ACK] = "acknowledges", [SIM_STALL] = "stalls",
		[SIM_SILENT] = "is silent", [SIM_GONE] = "is gone",
		[SIM_BUSERROR] = "breaks",
	};

	snprintf(out, n, "%s, state %d", answers ? words[answer] : "-",
	    state);
}

static void
show_table(char *out, size_t n, const struct cell *k, enum dfu_input input)
{
	struct dfu_conditions c = conditions(k->setting);
	const struct dfu_transition *m = dfu_transition(k->state, input, &c);
	enum sim_answer answer = SIM_ACK;

	assert_non_null(m);
	if (m->response == DFU_RESPONSE_STALL)
		answer = SIM_STALL;
	if (m->response == DFU_RESPONSE_NONE_EXPECTED)
		answer = SIM_SILENT;
	show(out, n, m->response != DFU_RESPONSE_NONE, answer, m->next);
}

/* Run-time GETSTATUS and GETSTATE are optional: either answer agrees. */
static bool
is_open(const struct cell *k)
{
	struct dfu_conditions c = conditions(k->setting);
	const struct dfu_transition *m = dfu_transition(k->state, k->input, &c);

	return (m != NULL && m->response == DFU_RESPONSE_ANY);
}

static const struct sim_deviation_row *
deviation_of(const struct cell *k)
{
	const struct sim_deviation_row *d;
	const char *name = k->setting->spec;
	size_t i, n = strcspn(name, ",");

	for (i = 0; i < sim_deviations_count; i++) {
		d = &sim_deviations[i];
		if (strlen(d->profile) == n &&
		    strncmp(d->profile, name, n) == 0 &&
		    d->state == k->state &&
		    strcmp(d->input, dfu_input_name(k->input)) == 0)
			return (d);
	}
	return (NULL);
}

/* busy=reply: the one thing in which it is no strict device. */
static bool
replies_busy(const struct cell *k)
{
	return (k->setting->busy_replies &&
	    (k->state == DFU_STATE_DNBUSY || k->state == DFU_STATE_MANIFEST) &&
	    (k->input == DFU_IN_GETSTATUS || k->input == DFU_IN_GETSTATE));
}

/* Time runs out and the device does itself what a reset would do. */
static bool
re_attaches(const struct cell *k)
{
	return (k->setting->re_attaches && k->input == DFU_IN_TIME &&
	    (k->state == DFU_STATE_APP_DETACH ||
	    k->state == DFU_STATE_MANIFEST ||
	    k->state == DFU_STATE_MANIFEST_WAIT_RESET));
}

/* False: the profile has no such state, or this firmware forbids it. */
static bool
force(struct rig *r, const struct cell *k)
{
	sim_force_state(r->sim, r->now, k->state);
	return (sim_state(r->sim) == k->state);
}

static void
check_cell(void **state)
{
	const struct cell *k = *state;
	const struct sim_deviation_row *d = deviation_of(k);
	char wanted[64], got[64], table[64];
	struct rig_result result;
	struct rig r;

	rig_open(&r, k->setting->spec);
	if (!force(&r, k)) {
		rig_close(&r);
		assert_true(k->setting->deviates);
		assert_null(d);
		return;
	}
	result = rig_put(&r, k->input);
	rig_close(&r);
	show(got, sizeof(got), result.answers, result.answer, result.state);
	show_table(table, sizeof(table), k, k->input);
	snprintf(wanted, sizeof(wanted), "%s", table);
	if (d != NULL)
		show(wanted, sizeof(wanted), result.answers, d->answer,
		    d->next);
	if (replies_busy(k))
		show(wanted, sizeof(wanted), true, SIM_ACK, k->state);
	if (re_attaches(k))
		show_table(wanted, sizeof(wanted), k, DFU_IN_RESET);
	if (is_open(k) && result.answer == SIM_STALL)
		show(wanted, sizeof(wanted), true, SIM_STALL, k->state);
	if (strcmp(got, wanted) != 0)
		fail_msg("%s: %s; wanted: %s", k->name, got, wanted);
	if (d != NULL && strcmp(wanted, table) == 0)
		fail_msg("%s: listed, but no deviation", k->name);
}

/* Every row is one of the cells tried: no word in it is mistyped. */
static void
test_rows_are_cells(void **state)
{
	size_t i, k, seen;

	(void)state;
	for (i = 0; i < sim_deviations_count; i++) {
		seen = 0;
		for (k = 0; k < COUNT(cells); k++)
			seen += cells[k].setting->deviates &&
			    deviation_of(&cells[k]) == &sim_deviations[i];
		if (seen != 1)
			fail_msg("row %zu: %s in state %u", i,
			    sim_deviations[i].input, sim_deviations[i].state);
	}
}

/* An UPLOAD of 4096 bytes must have been answered short to mean anything. */
static void
test_short_uploads_are_short(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, settings[0].spec);
	sim_force_state(r.sim, 0, DFU_STATE_UPLOAD_IDLE);
	assert_int_equal(rig_input(&r, DFU_IN_UPLOAD_SHORT), SIM_ACK);
	assert_in_range(r.in.len, 0, 4095);
	sim_force_state(r.sim, r.now, DFU_STATE_UPLOAD_IDLE);
	rig_close(&r);
	rig_open(&r, settings[0].spec);
	sim_force_state(r.sim, 0, DFU_STATE_UPLOAD_IDLE);
	assert_int_equal(rig_input(&r, DFU_IN_UPLOAD), SIM_ACK);
	assert_int_equal(r.in.len, 16);
	rig_close(&r);
}

/* The inputs as the matrices name them. */
static const char *const words[DFU_INPUT_COUNT] = {
	"DETACH", "DNLOAD", "DNLOAD0", "UPLOAD", "UPLOADS", "UPLOAD0",
	"GETSTATUS", "CLRSTATUS", "GETSTATE", "ABORT", "UNKNOWN", "RESET",
	"POWER", "TIMEOUT",
};

/* list is of words, separated by a blank. */
static bool
has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; (list = strstr(list, word)) != NULL; list += n) {
		if (list[n] == '\0' || list[n] == ' ')
			return (true);
	}
	return (false);
}

static bool
is_answer(const struct dfu_transition *m, enum sim_answer answer)
{
	switch ((enum dfu_response)m->response) {
	case DFU_RESPONSE_OK:
		return (answer == SIM_ACK);
	case DFU_RESPONSE_STALL:
		return (answer == SIM_STALL);
	case DFU_RESPONSE_ANY:
		return (answer == SIM_ACK || answer == SIM_STALL);
	case DFU_RESPONSE_NONE_EXPECTED:
		return (answer == SIM_SILENT);
	case DFU_RESPONSE_NONE:
		return (true);
	}
	return (false);
}

/*
 * By some row of A.2, whatever its condition, but not by AN3156. On a short
 * first block A.2.3 is silent; its rows have dfuUPLOAD-IDLE.
 */
static bool
follows_a2(const struct matrix_cell *c)
{
	const struct dfu_transition *m;
	size_t i;

	for (i = 0; i < dfu_transitions_count(); i++) {
		m = dfu_transitions_row(i);
		if (m->state == c->state &&
		    strcmp(words[m->input], c->input) == 0 &&
		    (m->mask & m->want & DFU_WHEN_DFUSE) == 0 &&
		    is_answer(m, c->answer) && m->next == c->next)
			return (true);
	}
	return (false);
}

static void
check_matrix(const struct proof *p)
{
	const struct matrix_cell *c;
	const char *list;
	size_t i;

	for (i = 0; i < p->count; i++) {
		c = &p->cells[i];
		list = p->deviates[c->state];
		if (list == NULL)
			fail_msg("%s: nothing is said of state %u", p->profile,
			    c->state);
		else if (has_word(list, c->input) == follows_a2(c))
			fail_msg("%s: %s in state %u %s A.2, but is%s listed",
			    p->profile, c->input, c->state, follows_a2(c) ?
			    "follows" : "deviates from", follows_a2(c) ? "" :
			    " not");
	}
}

/* No word of a list is mistyped, or of a cell that was not observed. */
static void
check_words(const struct proof *p, uint8_t state)
{
	const char *list = p->deviates[state], *word;
	size_t i, k, n, found;

	for (word = list; word != NULL && *word != '\0'; word += n) {
		word += strspn(word, " ");
		n = strcspn(word, " ");
		for (found = 0, i = 0; i < p->count; i++) {
			k = strlen(p->cells[i].input);
			found += p->cells[i].state == state && k == n &&
			    strncmp(p->cells[i].input, word, n) == 0;
		}
		if (found != 1)
			fail_msg("%s: \"%.*s\" in state %u is no cell",
			    p->profile, (int)n, word, state);
	}
}

static bool
has_setting(const char *profile)
{
	size_t i, n = strlen(profile);

	for (i = 0; i < COUNT(settings); i++) {
		if (strncmp(settings[i].spec, profile, n) == 0 &&
		    (settings[i].spec[n] == '\0' ||
		    settings[i].spec[n] == ','))
			return (true);
	}
	return (false);
}

/* Cell by cell, with what deviates listed, or in a setting of above. */
static void
test_each_profile_is_held_to_a2(void **state)
{
	const struct proof *p;
	uint8_t s;
	size_t i;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		p = proof_of(i);
		if (p->count == 0 && !has_setting(p->profile))
			fail_msg("the simulated device %s is not held against "
			    "A.2: no list of the cells that deviate, and no "
			    "setting", p->profile);
		check_matrix(p);
		for (s = 0; s < PROOF_STATES; s++)
			check_words(p, s);
	}
}

static void
name_cell(struct cell *k)
{
	struct dfu_conditions c = conditions(k->setting);
	const struct dfu_transition *m = dfu_transition(k->state, k->input, &c);

	snprintf(k->name, sizeof(k->name), "%s %s %s: %s",
	    m != NULL ? m->clause : "?", dfu_state_name(k->state),
	    dfu_input_name(k->input), k->setting->spec);
}

int
main(void)
{
	static struct CMUnitTest tests[COUNT(cells) + 3];
	size_t i;

	for (i = 0; i < COUNT(cells); i++) {
		cells[i].setting = &settings[i / CELLS];
		cells[i].state = (uint8_t)(i % CELLS / DFU_INPUT_COUNT);
		cells[i].input = (enum dfu_input)(i % DFU_INPUT_COUNT);
		name_cell(&cells[i]);
		tests[i] = (struct CMUnitTest){ cells[i].name, check_cell,
		    NULL, NULL, &cells[i] };
	}
	tests[i++] = (struct CMUnitTest)cmocka_unit_test(test_rows_are_cells);
	tests[i++] = (struct CMUnitTest)cmocka_unit_test(
	    test_each_profile_is_held_to_a2);
	tests[i] = (struct CMUnitTest)cmocka_unit_test(
	    test_short_uploads_are_short);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
