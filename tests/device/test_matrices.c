/* SPDX-License-Identifier: ISC */
/*
 * The simulated devices that are modelled on real device software do what that
 * was observed to do, in every state that requests can reach.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/device/proof.h"

#define FOUR	"00100020"	/* data that an application begins with */

struct test {
	const struct proof		*proof;
	const struct matrix_cell	*cell;
};

static void
download(struct rig *r, const struct proof *d)
{
	unsigned i;

	proof_dnload(r, d->first, "\x00\x10\x00\x20", 4);
	for (i = 0; i < 3 && sim_state(r->sim) != 5; i++) {
		proof_getstatus(r);
		r->now += 100000;
		sim_run(r->sim, r->now);
	}
}

static void
reach(struct rig *r, const struct proof *d, uint8_t state)
{
	if (d->begin != NULL)
		d->begin(r);
	switch (state) {
	case 1:
		rig_request(r, 0x21, DFU_DETACH, 1000, 0, 0, NULL);
		break;
	case 3:
	case 4:
		proof_dnload(r, d->first, "\x00\x10\x00\x20", 4);
		if (state == 4)
			proof_getstatus(r);
		break;
	case 5:
	case 6:
	case 7:
		download(r, d);
		if (state > 5)
			proof_dnload(r, (uint16_t)(d->first + 1), NULL, 0);
		if (state == 7)
			proof_getstatus(r);
		break;
	case 9:
		rig_request(r, 0xa1, DFU_UPLOAD, d->first, 0, d->full, NULL);
		if (sim_state(r->sim) != state)
			proof_getstatus(r);
		break;
	case 10:
		assert_non_null(d->fall);
		d->fall(r);
		break;
	default:
		break;
	}
	if (sim_state(r->sim) != state)
		fail_msg("%s: in %d instead of %d", d->profile,
		    sim_state(r->sim), state);
}

/* The input of a cell as a step; a transfer goes on with the next block. */
static struct step
input_of(const struct proof *d, const struct matrix_cell *c)
{
	static const struct {
		const char	*name;
		struct step	 step;
	} inputs[] = {
		{ "DETACH", { DFU_DETACH, .hex = NULL } },
		{ "DNLOAD", { DFU_DNLOAD, .hex = FOUR } },
		{ "DNLOAD0", { DFU_DNLOAD, .hex = NULL } },
		{ "UPLOAD", { DFU_UPLOAD, .length = 1 } },
		{ "UPLOADS", { DFU_UPLOAD, .length = 1 } },
		{ "UPLOAD0", { DFU_UPLOAD, .length = 0 } },
		{ "GETSTATUS", { DFU_GETSTATUS, .hex = NULL } },
		{ "CLRSTATUS", { DFU_CLRSTATUS, .hex = NULL } },
		{ "GETSTATE", { DFU_GETSTATE, .hex = NULL } },
		{ "ABORT", { DFU_ABORT, .hex = NULL } },
		{ "UNKNOWN", { 7, .hex = NULL } },
		{ "RESET", { STEP_RESET, .hex = NULL } },
		{ "POWER", { STEP_PLUG, .hex = NULL } },
		{ "TIMEOUT", { STEP_WAIT, 1000, .hex = NULL } },
	};
	struct step step;
	size_t i;

	for (i = 0; strcmp(inputs[i].name, c->input) != 0;)
		assert_true(++i < COUNT(inputs));
	step = inputs[i].step;
	if (step.request == DFU_DNLOAD || step.request == DFU_UPLOAD)
		step.value = (uint16_t)(d->first +
		    (c->state == 5 || c->state == 9));
	if (step.length != 0)
		step.length = d->full;
	step.answer = c->answer;
	step.state = c->next;
	step.status = c->status;
	return (step);
}

/* The bStatus is the one from before, which the reply may have cleared. */
static void
check_reply(const struct rig *r, const struct matrix_cell *c, int before)
{
	if (c->says == NOTHING)
		return;
	if (strcmp(c->input, "GETSTATE") == 0) {
		assert_int_equal(r->in.len, 1);
		assert_int_equal(r->in.data[0], c->says);
		return;
	}
	assert_int_equal(r->in.len, DFU_GETSTATUS_LENGTH);
	assert_int_equal(r->in.data[0], before);
	assert_int_equal(r->in.data[1], c->poll);
	assert_int_equal(r->in.data[2] | r->in.data[3], 0);
	assert_int_equal(r->in.data[4], c->says);
}

#define LEAVES_WITHIN	6000	/* us */

static void
test_cell(void **state)
{
	static const struct step unplug = { STEP_UNPLUG, .state = GONE };
	const struct test *t = *state;
	const struct matrix_cell *c = t->cell;
	struct step step = input_of(t->proof, c);
	char *spec = mem_printf("%s%s", t->proof->spec, c->state < 2 ?
	    ",mode=app" : "");
	struct rig r;
	int before;

	rig_open(&r, spec);
	reach(&r, t->proof, c->state);
	if (strcmp(c->input, "UPLOADS") == 0)
		t->proof->shorten(&r, c->state, &step);
	if (step.request == STEP_PLUG)
		rig_run(&r, &unplug, 1);
	before = sim_status(r.sim);
	rig_run(&r, &step, 1);
	check_reply(&r, c, before);
	sim_run(r.sim, r.now + LEAVES_WITHIN);
	assert_int_equal(sim_present(r.sim), !c->leaves && c->next != GONE);
	rig_close(&r);
	free(spec);
}

static void
add_tests(const struct proof *p, struct CMUnitTest *units, struct test *tests)
{
	size_t i;

	for (i = 0; i < p->count; i++) {
		tests[i] = (struct test){ p, &p->cells[i] };
		units[i] = (struct CMUnitTest){
			.name = mem_printf("test_%s_state_%d_%s", p->profile,
			    p->cells[i].state, p->cells[i].input),
			.test_func = test_cell,
			.initial_state = &tests[i],
		};
	}
}

/* It downloads and leaves; false: it is still there. */
static bool
leaves(struct rig *r, const struct proof *p)
{
	reach(r, p, 5);
	proof_dnload(r, (uint16_t)(p->first + 1), NULL, 0);
	proof_getstatus(r);
	sim_run(r->sim, r->now + LEAVES_WITHIN);
	r->now += LEAVES_WITHIN;
	return (!sim_present(r->sim));
}

/* The cells of a state in which there is nobody: all are alike. */
static void
test_who_has_left_answers_nothing(void **state)
{
	const struct proof *p;
	size_t i, n = 0;
	uint8_t request;
	struct rig r;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		p = proof_of(i);
		if (p->count == 0)
			continue;
		rig_open(&r, p->spec);
		if (leaves(&r, p)) {
			n++;
			for (request = 0; request <= 7; request++)
				assert_int_equal(rig_request(&r, 0x21,
				    request, 0, 0, 0, NULL), SIM_GONE);
			sim_reset(r.sim, r.now);
			assert_false(sim_present(r.sim));
			sim_plug(r.sim, r.now, false);
			sim_plug(r.sim, r.now, true);
			assert_int_equal(sim_state(r.sim), 2);
		}
		rig_close(&r);
	}
	/* TinyUSB, U-Boot and Zephyr are tolerant, and stay. */
	assert_int_equal(n, 6);
}

/* A cell for each input of each state that it has. */
static void
test_each_profile_has_a_matrix(void **state)
{
	const struct proof *p;
	size_t i;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		p = proof_of(i);
		if (p->written == NULL && (p->cells == NULL || p->count < 40 ||
		    p->full == 0))
			fail_msg("the simulated device %s has no matrix of "
			    "what its software was observed to do, nor does "
			    "its proof say what it was written from",
			    p->profile);
	}
}

static size_t
cells_of(size_t profile)
{
	const struct proof *p = proof_at(profile);

	return (p != NULL ? p->count : 0);
}

int
main(void)
{
	struct CMUnitTest *units;
	struct test *tests;
	size_t i, n = 2;
	int failed;

	for (i = 0; i < sim_profiles_count; i++)
		n += cells_of(i);
	units = mem_alloc(n * sizeof *units);
	tests = mem_alloc(n * sizeof *tests);
	units[0] = (struct CMUnitTest){
		.name = mem_strdup("test_each_profile_has_a_matrix"),
		.test_func = test_each_profile_has_a_matrix,
	};
	units[1] = (struct CMUnitTest){
		.name = mem_strdup("test_who_has_left_answers_nothing"),
		.test_func = test_who_has_left_answers_nothing,
	};
	n = 2;
	for (i = 0; i < sim_profiles_count; i++) {
		if (cells_of(i) == 0)
			continue;
		add_tests(proof_at(i), units + n, tests + n);
		n += cells_of(i);
	}
	failed = _cmocka_run_group_tests("matrices", units, n, NULL, NULL);
	for (i = 0; i < n; i++)
		free((void *)(uintptr_t)units[i].name);
	free(units);
	free(tests);
	return (failed);
}
