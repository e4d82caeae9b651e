/* SPDX-License-Identifier: ISC */
/* What is remembered, and what a file may do to it. */
#include "tests/dfu/check.h"

#include <stdlib.h>
#include <string.h>

#include "lesson/memory.h"

static void
test_gaps(void **state)
{
	/* Right each time it is due: after 1, 3, 7, 21 and 21 days. */
	static const uint32_t gaps[] = { 1, 3, 7, 21, 21 };
	struct lesson_memory m = { .nrules = 0 };
	uint32_t day = 20000;
	size_t i;

	(void)state;
	memory_mark(&m, "R6", true, day);
	for (i = 0; i < COUNT(gaps); i++) {
		assert_false(memory_is_due(memory_of(&m, "R6"),
		    day + gaps[i] - 1));
		assert_true(memory_is_due(memory_of(&m, "R6"),
		    day + gaps[i]));
		day += gaps[i];
		memory_mark(&m, "R6", true, day);
		/* Once more on the same day is no other day. */
		memory_mark(&m, "R6", true, day);
	}
	memory_mark(&m, "R6", false, day);
	assert_true(memory_is_due(memory_of(&m, "R6"), day + 1));
	assert_int_equal(memory_due(&m, day), 0);
	assert_int_equal(memory_due(&m, day + 1), 1);
	/* A clock that goes back makes nothing due. */
	assert_int_equal(memory_due(&m, day - 100), 0);
}

static void
test_round_trip(void **state)
{
	static const char text[] = "rule R6 12 9 2 20420\n"
	    "rule R12 1 0 0 20421\nlesson upload 21 27 20420\n";
	struct lesson_memory m;
	struct buf b = { 0 };

	(void)state;
	memory_read(&m, text);
	memory_print(&m, &b);
	assert_string_equal(buf_str(&b), text);
	memory_finish(&m, "upload", 27, 27, 20500);
	memory_finish(&m, "states", 3, 9, 20500);
	/* The first time through counts. */
	assert_int_equal(memory_lesson_of(&m, "upload")->points, 21);
	assert_int_equal(memory_lesson_of(&m, "states")->points, 3);
	buf_free(&b);
}

/* Each line is spoilt in each place; the others stay as they are. */
static void
test_bad_lines(void **state)
{
	static const char *const bad[] = {
		"", "rule", "rule R6", "rule R6 0 0 0 1", "rule R6 1 2 0 1",
		"rule R6 1 1 4 1", "rule R6 1 1 0 1 1", "rule R6 1 1 0 -1",
		"rule R6 99999999999 1 0 1", "rule ../../x 1 1 0 1",
		"lesson a 2 1 1", "lesson a 1 1", "nothing a 1 1 1",
		"rule R1 1 1 0 1", "\001\377\xff",
		"rule RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR 1 1 0 1"
	};
	static const char good[] = "rule R1 3 2 1 20420\n";
	struct lesson_memory m;
	struct buf b = { 0 }, out = { 0 };
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		buf_addf(&b, "%s%s\n", good, bad[i]);
		memory_read(&m, buf_str(&b));
		memory_print(&m, &out);
		assert_string_equal(buf_str(&out), good);
		buf_reset(&b);
		buf_reset(&out);
	}
	/* More rules and lessons than there is room for. */
	for (k = 0; k < 3 * MEMORY_RULES; k++)
		buf_addf(&b, "rule X%zu 1 1 0 1\nlesson x%zu 1 1 1\n", k, k);
	memory_read(&m, buf_str(&b));
	assert_int_equal(m.nrules, MEMORY_RULES);
	assert_int_equal(m.nlessons, MEMORY_LESSONS);
	memory_mark(&m, "another", true, 1);
	assert_null(memory_of(&m, "another"));
	buf_free(&b);
	buf_free(&out);
}

/* Any bytes: what is kept of them reads back as the same. */
static void
test_any_bytes(void **state)
{
	static const char letters[] = "rulelesson R69 012345\n\n 1 1 0 ";
	struct lesson_memory m;
	struct buf b = { 0 }, one = { 0 }, two = { 0 };
	unsigned round, i;

	(void)state;
	srand(20420);
	for (round = 0; round < 2000; round++) {
		buf_reset(&b);
		for (i = 0; i < 200; i++)
			buf_addc(&b, letters[(size_t)rand() %
			    (sizeof(letters) - 1)]);
		memory_read(&m, buf_str(&b));
		buf_reset(&one);
		buf_reset(&two);
		memory_print(&m, &one);
		memory_read(&m, buf_str(&one));
		memory_print(&m, &two);
		assert_string_equal(buf_str(&one), buf_str(&two));
	}
	buf_free(&b);
	buf_free(&one);
	buf_free(&two);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_any_bytes),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
