/* SPDX-License-Identifier: ISC */
/* The rows of known device software are well formed, and keep their word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "dfu/spec.h"
#include "dfu/stack.h"

static unsigned
words_in(const char *line)
{
	unsigned n = 0;

	while (*line != '\0') {
		n++;
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	return (n);
}

static void
every_line_has_a_word_for_each_input(void **state)
{
	uint8_t s;
	size_t i;

	(void)state;
	for (i = 0; i < dfu_stacks_count; i++) {
		for (s = 0; s < DFU_STATE_COUNT; s++) {
			if (dfu_stacks[i].cells[s] == NULL)
				continue;
			if (words_in(dfu_stacks[i].cells[s]) !=
			    DFU_INPUT_COUNT)
				fail_msg("%s, state %u: %u words",
				    dfu_stacks[i].id, s,
				    words_in(dfu_stacks[i].cells[s]));
		}
	}
}

static void
every_claim_leads_to_a_state_or_off_the_bus(void **state)
{
	struct dfu_conditions c = dfu_conditions_of(0x0f, 1);
	struct dfu_outlook o;
	unsigned known = 0;
	uint8_t s;
	size_t i;
	int in;

	(void)state;
	for (i = 0; i < dfu_stacks_count; i++) {
		for (s = 0; s < DFU_STATE_COUNT; s++) {
			for (in = 0; in < (int)DFU_INPUT_COUNT; in++) {
				if (!dfu_stack_outlook(&dfu_stacks[i], s,
				    (enum dfu_input)in, &c, &o))
					continue;
				known++;
				assert_true(o.next < DFU_STATE_COUNT ||
				    o.next == DFU_NEXT_GONE);
			}
		}
	}
	assert_true(known > 600);
}

static void
ids_are_found_and_unique(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < dfu_stacks_count; i++) {
		assert_ptr_equal(dfu_stack_named(dfu_stacks[i].id),
		    &dfu_stacks[i]);
		/* The narrowest column that shows it. */
		assert_true(strlen(dfu_stacks[i].name) <= 11);
	}
	assert_null(dfu_stack_named("no such stack"));
	assert_ptr_equal(dfu_stack_named("strict"), DFU_STACK_STRICT);
}

/* The same request heals one and spoils the other: the rows must say so. */
static void
getstatus_in_dfuMANIFEST_differs(void **state)
{
	struct dfu_conditions c = dfu_conditions_of(0x0b, 1);
	struct dfu_outlook o;

	(void)state;
	assert_true(dfu_stack_outlook(dfu_stack_named("strict"),
	    DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, &c, &o));
	assert_int_equal(o.response, DFU_RESPONSE_STALL);
	assert_int_equal(o.next, DFU_STATE_ERROR);
	assert_true(dfu_stack_outlook(dfu_stack_named("st-rom"),
	    DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, &c, &o));
	assert_int_equal(o.response, DFU_RESPONSE_OK);
	assert_int_equal(o.next, DFU_STATE_MANIFEST);
	assert_int_equal(o.certainty, DFU_KNOWN_REPORT);
	assert_non_null(o.note);
	assert_true(dfu_stack_outlook(dfu_stack_named("dapboot"),
	    DFU_STATE_MANIFEST, DFU_IN_DETACH, &c, &o));
	assert_int_equal(o.next, DFU_NEXT_GONE);
	assert_false(dfu_stack_outlook(dfu_stack_named("embassy"),
	    DFU_STATE_IDLE, DFU_IN_GETSTATUS, &c, &o));
}

static void
start_values_have_a_source(void **state)
{
	const char *source;
	size_t i, n = 0;

	(void)state;
	for (i = 0; i < dfu_stacks_count; i++) {
		source = NULL;
		if (dfu_stack_start_value(&dfu_stacks[i], &source) == 0) {
			assert_null(source);
			continue;
		}
		assert_non_null(source);
		n++;
	}
	assert_int_equal(n, 2);
	assert_int_equal(dfu_stack_start_value(dfu_stack_named("st-rom"),
	    NULL), DFU_STATUS_ERR_FIRMWARE);
	assert_int_equal(dfu_stack_start_value(dfu_stack_named("st"), NULL),
	    DFU_STATUS_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_has_a_word_for_each_input),
		cmocka_unit_test(every_claim_leads_to_a_state_or_off_the_bus),
		cmocka_unit_test(ids_are_found_and_unique),
		cmocka_unit_test(getstatus_in_dfuMANIFEST_differs),
		cmocka_unit_test(start_values_have_a_source),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
