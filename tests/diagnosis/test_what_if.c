/* SPDX-License-Identifier: ISC */
/*
 * What the rows of dfu/stack.c claim, held to what the same software was
 * observed to do; and the story of a leave that does not finish.
 */
#include "tests/dfu/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "diagnosis/clue.h"
#include "diagnosis/fingerprint.h"
#include "diagnosis/sessions.h"
#include "diagnosis/what_if.h"
#include "tests/device/proof.h"
#include "wire/usb.h"

static const char *const words[DFU_INPUT_COUNT] = {
	"DETACH", "DNLOAD", "DNLOAD0", "UPLOAD", "UPLOADS", "UPLOAD0",
	"GETSTATUS", "CLRSTATUS", "GETSTATE", "ABORT", "UNKNOWN", "RESET",
	"POWER", "TIMEOUT",
};

static enum dfu_input
input_of(const char *word)
{
	int in;

	for (in = 0; in < (int)DFU_INPUT_COUNT; in++) {
		if (strcmp(words[in], word) == 0)
			break;
	}
	assert_true(in < (int)DFU_INPUT_COUNT);
	return ((enum dfu_input)in);
}

/* The matrices have a block to be done in 3 and 4, the rest in 6 and 7. */
static struct dfu_conditions
conditions_in(int state, uint8_t attributes)
{
	return (dfu_conditions_working(dfu_conditions_of(attributes, 0),
	    dfu_state_is((uint8_t)state, DFU_STATES_BLOCK) ? DFU_WORK_BLOCK :
	    dfu_state_is((uint8_t)state, DFU_STATES_MANIFEST) ? DFU_WORK_END :
	    DFU_WORK_NONE));
}

static void
hold_cell(const struct dfu_stack *stack, const struct matrix_cell *cell)
{
	struct dfu_conditions c = conditions_in(cell->state, 0x0f);
	enum dfu_input in = input_of(cell->input);
	bool gone = cell->leaves && cell->next < 0;
	struct dfu_outlook o;

	if (!dfu_stack_outlook(stack, cell->state, in, &c, &o))
		fail_msg("%s: nothing is said of %s in %u", stack->id,
		    cell->input, cell->state);
	if (in < DFU_IN_RESET &&
	    (cell->answer == SIM_STALL) != (o.response == DFU_RESPONSE_STALL))
		fail_msg("%s: %s in %u is answered otherwise", stack->id,
		    cell->input, cell->state);
	if (cell->says >= 0 && o.next != DFU_NEXT_GONE && in < DFU_IN_RESET &&
	    o.says != (uint8_t)cell->says)
		fail_msg("%s: %s in %u says %d, not %u", stack->id,
		    cell->input, cell->state, cell->says, o.says);
	if (o.next == DFU_NEXT_GONE ? !cell->leaves && cell->next >= 0 :
	    gone || o.next != (uint8_t)cell->next)
		fail_msg("%s: %s in %u leads to %d, not to %u", stack->id,
		    cell->input, cell->state, cell->next, o.next);
}

/* Every matrix is what the row of that stack says. */
static void
stacks_do_what_was_seen(void **state)
{
	const struct dfu_stack *stack;
	const struct proof *p;
	size_t i, k;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		p = proof_of(i);
		stack = dfu_stack_named(p->stack != NULL ? p->stack : "");
		if (stack == NULL)
			fail_msg("the simulated device %s has no row in "
			    "dfu/stack.c", p->profile);
		for (k = 0; k < p->count; k++)
			hold_cell(stack, &p->cells[k]);
	}
}

/* The simulated ROM is held to its deviations by a test of its own. */
static void
st_rom_deviates_where_the_simulated_one_does(void **state)
{
	const struct dfu_stack *rom = dfu_stack_named("st-rom");
	const struct sim_deviation_row *row;
	struct dfu_conditions c;
	struct dfu_outlook o;
	size_t i;
	int in;

	(void)state;
	for (i = 0; i < sim_deviations_count; i++) {
		row = &sim_deviations[i];
		if (strcmp(row->profile, "stm32f072") != 0)
			continue;
		for (in = 0; strcmp(dfu_input_name((enum dfu_input)in),
		    row->input) != 0; in++)
			assert_true(in + 1 < (int)DFU_INPUT_COUNT);
		c = conditions_in(row->state, 0x0b);
		if (!dfu_stack_outlook(rom, row->state, (enum dfu_input)in,
		    &c, &o))
			fail_msg("nothing is said of %s in %u", row->input,
			    row->state);
		if (o.next != row->next)
			fail_msg("%s in %u leads to %u, not to %u",
			    row->input, row->state, row->next, o.next);
		if (in < (int)DFU_IN_RESET)
			assert_int_equal(o.response == DFU_RESPONSE_STALL,
			    row->answer == SIM_STALL);
	}
}

static bool
deviates(uint8_t state, enum dfu_input in)
{
	size_t i;

	for (i = 0; i < sim_deviations_count; i++) {
		if (strcmp(sim_deviations[i].profile, "stm32f072") == 0 &&
		    sim_deviations[i].state == state &&
		    strcmp(sim_deviations[i].input,
		    dfu_input_name(in)) == 0)
			return (true);
	}
	return (false);
}

/* And nowhere else: there the simulated one is held to A.2 by its test. */
static void
st_rom_follows_a2_where_the_simulated_one_does(void **state)
{
	const struct dfu_stack *rom = dfu_stack_named("st-rom");
	const struct dfu_transition *m;
	struct dfu_conditions c;
	struct dfu_outlook o;
	uint8_t s;
	int in;

	(void)state;
	for (s = DFU_STATE_IDLE; s < DFU_STATE_COUNT; s++) {
		c = conditions_in(s, 0x0b);
		for (in = 0; in < (int)DFU_INPUT_COUNT; in++) {
			if (rom->cells[s] == NULL ||
			    deviates(s, (enum dfu_input)in))
				continue;
			assert_true(dfu_stack_outlook(rom, s,
			    (enum dfu_input)in, &c, &o));
			m = dfu_transition(s, (enum dfu_input)in, &c);
			/* After an answer as A.2 has it, it may leave. */
			if ((o.next == DFU_NEXT_GONE ? o.says : o.next) !=
			    m->next ||
			    o.response != (enum dfu_response)m->response)
				fail_msg("%s in %u", dfu_input_name(
				    (enum dfu_input)in), s);
		}
	}
}

/* SET_INTERFACE, put to each simulated device in each state it has. */
static void
alternates_do_what_the_simulated_ones_do(void **state)
{
	const struct setup setup = { .bmRequestType = 0x01,
	    .bRequest = USB_REQ_SET_INTERFACE };
	struct buf error = { 0 }, in = { 0 };
	const struct proof *p;
	struct dfu_outlook o;
	struct sim *sim;
	unsigned held;
	uint8_t s;
	size_t i;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		p = proof_of(i);
		for (held = 0, s = DFU_STATE_IDLE; s < DFU_STATE_COUNT; s++) {
			sim = sim_new(p->profile, &error);
			assert_non_null(sim);
			sim_force_state(sim, 0, s);
			if (sim_state(sim) == s &&
			    s != DFU_STATE_MANIFEST_WAIT_RESET &&
			    dfu_stack_alternate(dfu_stack_named(
			    p->stack), s, &o)) {
				assert_int_equal(sim_control(sim, 0, &setup,
				    NULL, &in), SIM_ACK);
				if (sim_state(sim) != o.next)
					fail_msg("%s: %u leads to %d",
					    p->profile, s,
					    sim_state(sim));
				held++;
			}
			sim_free(sim);
		}
		if (held < 6)
			fail_msg("%s: only %u states", p->profile, held);
	}
	buf_free(&error);
	buf_free(&in);
}

/* A session of a simulated device's descriptors, told what happens. */
struct tale {
	struct sessions	*sessions;
	struct session	*session;
	uint32_t	 number;
	uint64_t	 now;
};

static void
tell(struct tale *t, const char *spec)
{
	struct buf error = { 0 };
	struct sim *sim = sim_new(spec, &error);
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .dev = 1, .who = who };
	const char *name = sim_string(sim, 2);
	struct reader r;

	*t = (struct tale){ .sessions = sessions_new(trace_new(), 0) };
	who->place = mem_strdup("1-1");
	sim_descriptors(sim, &who->descriptors);
	r = reader_of(who->descriptors.data, who->descriptors.len);
	reader_bytes(&r, 8);
	who->vendor = reader_u16(&r);
	who->product = reader_u16(&r);
	if (name != NULL)
		who->product_name = mem_strdup(name);
	name = sim_string(sim, 4);
	if (name != NULL)
		identity_name(who, 0, 0, name, strlen(name));
	sessions_apply(t->sessions, &e);
	t->session = t->sessions->list[0];
	identity_free(who);
	sim_free(sim);
	buf_free(&error);
}

static void
ask(struct tale *t, uint8_t request, uint16_t value, enum outcome outcome,
    int bState)
{
	uint8_t reply[6] = { 0, 0, 0, 0, (uint8_t)bState, 0 };
	struct event e = { .kind = EVENT_SUBMIT, .dev = 1,
	    .number = ++t->number, .time = t->now += 1000 };

	e.setup = (struct setup){ .bRequest = request, .wValue = value,
	    .bmRequestType = bState >= 0 ? 0xa1 : 0x21,
	    .wLength = bState >= 0 ? 6 : 0 };
	sessions_apply(t->sessions, &e);
	e.kind = EVENT_COMPLETE;
	e.outcome = (uint8_t)outcome;
	e.time = t->now += 300;
	if (bState >= 0) {
		e.len = e.kept = 6;
		e.data = reply;
	}
	sessions_apply(t->sessions, &e);
}

/* What is told of every row names who says so, in every state. */
static void
each_row_says_its_source(void **state)
{
	struct what_if_words w;
	size_t i, k;
	struct tale t;
	uint8_t s;

	(void)state;
	tell(&t, "stm32f072");
	for (s = 0; s < DFU_STATE_COUNT; s++) {
		ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, s);
		for (i = 0; i < dfu_stacks_count * what_if_rows_count; i++) {
			k = i % what_if_rows_count;
			what_if_tell(t.session, &what_if_rows[k],
			    &dfu_stacks[i / what_if_rows_count], t.now, &w);
			assert_true(w.spec.len > 0);
			assert_true(w.clause.len > 0);
			assert_true(w.stack.len > 0);
			assert_non_null(w.undo);
			assert_non_null(w.side_effect_source);
			if (strstr(buf_str(&w.stack), "unknown") == NULL) {
				assert_non_null(w.certainty);
				assert_non_null(w.source);
			}
			what_if_words_free(&w);
		}
	}
	sessions_free(t.sessions);
}

static void
what_is_lost_depends_on_state_and_stack(void **state)
{
	const struct what_if_row *clear = what_if_named("clrstatus");
	struct what_if_words w;
	struct tale t;

	(void)state;
	tell(&t, "stm32f072");
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_ERROR);
	what_if_tell(t.session, clear, dfu_stack_named("st-rom"), t.now, &w);
	assert_non_null(strstr(w.spoils, "bStatus"));
	assert_string_equal(w.undo, "not possible");
	what_if_words_free(&w);
	what_if_tell(t.session, what_if_named("getstatus"),
	    dfu_stack_named("mboot"), t.now, &w);
	assert_non_null(strstr(w.spoils, "bStatus"));
	what_if_words_free(&w);
	what_if_tell(t.session, what_if_named("getstatus"), NULL, t.now, &w);
	assert_null(w.spoils);
	what_if_words_free(&w);
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_DNLOAD_SYNC);
	what_if_tell(t.session, what_if_named("alt"),
	    dfu_stack_named("tinyusb"), t.now, &w);
	assert_true(w.differs);
	assert_non_null(strstr(buf_str(&w.stack), "dfuIDLE"));
	what_if_words_free(&w);
	/* Refused in place by this stack: nothing is lost but that. */
	what_if_tell(t.session, what_if_named("erase"),
	    dfu_stack_named("tinyusb"), t.now, &w);
	assert_null(w.spoils);
	what_if_words_free(&w);
	what_if_tell(t.session, what_if_named("erase"), NULL, t.now, &w);
	assert_non_null(strstr(w.undo, "CLRSTATUS"));
	what_if_words_free(&w);
	sessions_free(t.sessions);
}

static void
a_leave_that_does_not_finish(void **state)
{
	struct fingerprint f;
	struct prediction w;
	struct tale t;

	(void)state;
	tell(&t, "stm32f072");
	w = predict(t.session, DFU_IN_GETSTATUS, NULL, t.now);
	assert_null(w.spec);
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_IDLE);
	ask(&t, DFU_DNLOAD, 2, OUTCOME_OK, -1);
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_MANIFEST);
	f = fingerprint_of(t.session, NULL);
	assert_string_equal(f.stack->id, "st-rom");
	assert_int_equal(f.against, 0);

	/* The specification would have silence; this ROM goes on. */
	w = predict(t.session, DFU_IN_GETSTATUS, f.stack, t.now + 1000000);
	assert_int_equal(w.state, DFU_STATE_MANIFEST_WAIT_RESET);
	assert_int_equal(w.spec->response, DFU_RESPONSE_NONE_EXPECTED);
	assert_int_equal(w.stack_state, DFU_STATE_MANIFEST);
	assert_true(w.known);
	assert_int_equal(w.stack.response, DFU_RESPONSE_OK);
	assert_true(prediction_differs(&w));
	sessions_free(t.sessions);
}

/* No two stacks have one mark of their own, and each has a known name. */
static void
marks_are_of_one_stack(void **state)
{
	const struct clue *a, *b;

	(void)state;
	for (a = clues; a < clues + clues_count; a++) {
		assert_non_null(dfu_stack_named(a->stack));
		assert_true((a->text != NULL) == (a->part ==
		    CLUE_MANUFACTURER || a->part == CLUE_PRODUCT ||
		    a->part == CLUE_ALTERNATE));
		for (b = clues; b < clues + clues_count; b++) {
			if (a->strength == CLUE_OWN && b != a &&
			    b->part == a->part && b->text != NULL &&
			    strcmp(b->stack, a->stack) != 0)
				assert_null(strstr(a->text, b->text));
			if (a->strength == CLUE_OWN && b != a &&
			    a->text == NULL && b->part == a->part)
				assert_int_not_equal(a->number, b->number);
		}
	}
}

static const char *
taken_for(const struct session *s)
{
	struct fingerprint f = fingerprint_of(s, NULL);

	return (f.stack != NULL ? f.stack->id : "nothing");
}

static void
rename_to(char **string, const char *text)
{
	free(*string);
	*string = text != NULL ? mem_strdup(text) : NULL;
}

/*
 * Of each simulated device everything is taken but the ids, and the ids are
 * given to another: neither is taken for the stack.
 */
static void
an_id_alone_tells_nothing(void **state)
{
	struct identity *who;
	struct tale t, other;
	uint16_t vendor, product;
	size_t i, k;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		tell(&t, proof_of(i)->profile);
		tell(&other, "dfu11,wrong=version-1.1");
		who = t.session->who;
		vendor = who->vendor;
		product = who->product;
		rename_to(&who->manufacturer, NULL);
		rename_to(&who->product_name, NULL);
		buf_reset(&who->descriptors);
		who->version = 0;
		for (k = 0; k < who->nnames; k++)
			rename_to(&who->names[k].text, "");
		dfu_descriptors_free(&t.session->descriptors);
		t.session->descriptors = (struct dfu_descriptors){ 0 };
		if (strcmp(taken_for(t.session), "nothing") != 0)
			fail_msg("%04x:%04x alone is taken for %s", vendor,
			    product, taken_for(t.session));
		who = other.session->who;
		who->vendor = vendor;
		who->product = product;
		if (strcmp(taken_for(other.session), "nothing") != 0)
			fail_msg("another's %04x:%04x is taken for %s",
			    vendor, product, taken_for(other.session));
		sessions_free(t.sessions);
		sessions_free(other.sessions);
	}
}

/* Its ids and strings alone tell each of the stacks that are simulated. */
static void
descriptors_tell_the_stack(void **state)
{
	const struct proof *p;
	struct fingerprint f;
	struct tale t;
	size_t i;

	(void)state;
	for (i = 0; i < sim_profiles_count; i++) {
		p = proof_of(i);
		tell(&t, p->profile);
		f = fingerprint_of(t.session, NULL);
		if (strcmp(p->stack, "strict") == 0)
			assert_null(f.stack);
		else if (f.stack == NULL || strcmp(f.stack->id, p->stack) != 0)
			fail_msg("%s is taken for %s", p->profile,
			    f.stack != NULL ? f.stack->id : "nothing");
		sessions_free(t.sessions);
	}
}

static void
an_answer_speaks_against_a_stack(void **state)
{
	struct buf b = { 0 };
	struct fingerprint f;
	struct tale t;

	(void)state;
	tell(&t, "stm32f072");
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_ERROR);
	ask(&t, DFU_ABORT, 0, OUTCOME_STALL, -1);
	f = fingerprint_of(t.session, dfu_stack_named("tinyusb"));
	assert_int_equal(f.against, 2);
	fingerprint_words(t.session, &f, &b);
	assert_non_null(strstr(buf_str(&b), "#2"));
	f = fingerprint_of(t.session, NULL);
	assert_string_equal(f.stack->id, "st-rom");
	assert_int_equal(f.against, 0);
	buf_free(&b);
	sessions_free(t.sessions);
}

static bool
could_be(const struct fingerprint_candidate *list, size_t n, const char *id)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (strcmp(list[i].print.stack->id, id) == 0)
			return (true);
	}
	return (false);
}

/* Ids that nobody knows: its answers alone tell what it could be. */
static void
answers_name_what_it_could_be(void **state)
{
	struct fingerprint_candidate list[16];
	struct buf b = { 0 };
	struct tale t;
	size_t n;

	(void)state;
	tell(&t, "dfu11");
	t.session->who->vendor = 0xffff;
	n = fingerprint_candidates(t.session, NULL, list, COUNT(list));
	assert_int_equal(n, 0);
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_IDLE);
	/* DFU 1.1 would stall it; half of all stacks do not. */
	ask(&t, DFU_CLRSTATUS, 0, OUTCOME_OK, -1);
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_IDLE);
	ask(&t, DFU_CLRSTATUS, 0, OUTCOME_OK, -1);
	n = fingerprint_candidates(t.session, NULL, list, COUNT(list));
	assert_int_equal(n, 0);
	/* Nor would it have ABORT here. */
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_IDLE);
	ask(&t, DFU_DNLOAD, 0, OUTCOME_OK, -1);
	ask(&t, DFU_ABORT, 0, OUTCOME_OK, -1);
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_IDLE);
	n = fingerprint_candidates(t.session, NULL, list, COUNT(list));
	assert_true(could_be(list, n, "dapboot") && n > 1);
	/* It answers so too, and always says another bcdDFUVersion. */
	assert_false(could_be(list, n, "tinyusb"));
	fingerprint_candidate_words(t.session, &list[0], &b);
	assert_non_null(strstr(buf_str(&b), "by its answers alone; #2"));
	/* dapboot would answer this ABORT. */
	ask(&t, DFU_GETSTATUS, 0, OUTCOME_OK, DFU_STATE_ERROR);
	ask(&t, DFU_ABORT, 0, OUTCOME_STALL, -1);
	n = fingerprint_candidates(t.session, NULL, list, COUNT(list));
	assert_false(could_be(list, n, "dapboot"));
	/* The operator knows better. */
	n = fingerprint_candidates(t.session, dfu_stack_named("tinyusb"),
	    list, COUNT(list));
	assert_true(could_be(list, n, "tinyusb"));
	n = fingerprint_candidates(t.session, dfu_stack_named("tinyusb"),
	    list, 1);
	assert_int_equal(n, 1);
	buf_free(&b);
	sessions_free(t.sessions);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_do_what_was_seen),
		cmocka_unit_test(
		    st_rom_deviates_where_the_simulated_one_does),
		cmocka_unit_test(
		    st_rom_follows_a2_where_the_simulated_one_does),
		cmocka_unit_test(alternates_do_what_the_simulated_ones_do),
		cmocka_unit_test(each_row_says_its_source),
		cmocka_unit_test(what_is_lost_depends_on_state_and_stack),
		cmocka_unit_test(a_leave_that_does_not_finish),
		cmocka_unit_test(descriptors_tell_the_stack),
		cmocka_unit_test(marks_are_of_one_stack),
		cmocka_unit_test(an_id_alone_tells_nothing),
		cmocka_unit_test(an_answer_speaks_against_a_stack),
		cmocka_unit_test(answers_name_what_it_could_be),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
