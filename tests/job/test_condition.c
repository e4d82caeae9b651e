/* SPDX-License-Identifier: ISC */
/* Conditions of expect, until and break. */
#include "tests/diagnosis/walk.h"

#include <string.h>

#include "base/line.h"
#include "job/condition.h"

static bool
parse(struct condition *c, const char *text, struct buf *error)
{
	struct line_reader w;
	bool ok;

	line_begin(&w, text);
	line_next_command(&w);
	ok = condition_parse(c, &w, error);
	if (ok)
		assert_null(line_peek(&w));
	line_end(&w);
	return (ok);
}

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} rows[] = {
		{ "state dfuIDLE", "state dfuIDLE" },
		{ "state 2", "state dfuIDLE" },
		{ "state 15", "state 15" },
		{ "state 255", "state 255" },
		{ "status errTARGET", "status errTARGET" },
		{ "status target", "status errTARGET" },
		{ "status OK", "status OK" },
		{ "status 255", "status 255" },
		{ "outcome stall", "outcome stall" },
		{ "poll < 100", "poll < 100 ms" },
		{ "poll <= 0x10", "poll <= 16 ms" },
		{ "poll = 0", "poll = 0 ms" },
		{ "poll != 1", "poll != 1 ms" },
		{ "poll >= 4294967295", "poll >= 4294967295 ms" },
		{ "poll > 9", "poll > 9 ms" },
		{ "gone", "gone" },
		{ "back", "back" },
		{ "verdict overdue", "verdict overdue" },
		{ "verdict fine", "verdict fine" },
	};
	struct condition c;
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (!parse(&c, rows[i].text, &b))
			fail_msg("%s: %s", rows[i].text, buf_str(&b));
		buf_reset(&b);
		condition_words(&c, &b);
		assert_string_equal(buf_str(&b), rows[i].words);
		buf_reset(&b);
	}
	buf_free(&b);
}

static void
test_errors_name_the_word(void **state)
{
	static const struct {
		const char *text;
		const char *word;
	} rows[] = {
		{ "", "nothing" }, { "stat dfuIDLE", "\"stat\"" },
		{ "state", "nothing" }, { "state dfuIDEL", "\"dfuIDEL\"" },
		{ "state 256", "\"256\"" }, { "state -1", "\"-1\"" },
		{ "status", "nothing" }, { "status errX", "\"errX\"" },
		{ "outcome fine", "\"fine\"" }, { "poll", "nothing" },
		{ "poll 100", "\"100\"" }, { "poll <", "nothing" },
		{ "poll < x", "\"x\"" }, { "poll < 4294967296", "4294967296" },
		{ "state \"\x1b\"", "\\x1b" },
		{ "verdict", "nothing" }, { "verdict late", "\"late\"" },
	};
	struct condition c;
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&b);
		if (parse(&c, rows[i].text, &b))
			fail_msg("accepted: %s", rows[i].text);
		if (strstr(buf_str(&b), rows[i].word) == NULL)
			fail_msg("%s: %s", rows[i].text, buf_str(&b));
	}
	buf_free(&b);
}

static void
assert_holds(const struct walk *t, const char *text, bool holds)
{
	struct condition c;
	struct buf b = { 0 };

	if (!parse(&c, text, &b))
		fail_msg("%s: %s", text, buf_str(&b));
	if (condition_holds(&c, t->s, NULL, t->now) != holds)
		fail_msg("%s is not %s", text, holds ? "true" : "false");
	/* Whatever is the case can be said. */
	condition_instead(&c, t->s, NULL, t->now, &b);
	assert_true(b.len > 0);
	buf_free(&b);
}

static void
test_nothing_holds_before_an_answer(void **state)
{
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	assert_holds(&t, "state dfuIDLE", false);
	assert_holds(&t, "state 0", false);
	assert_holds(&t, "status OK", false);
	assert_holds(&t, "outcome unknown", false);
	assert_holds(&t, "poll = 0", false);
	assert_holds(&t, "gone", false);
	assert_holds(&t, "back", false);
	assert_holds(&t, "verdict none", true);
	assert_holds(&t, "verdict fine", false);
	walk_close(&t);
}

static void
test_holds(void **state)
{
	static const struct step busy[] = {
		{ 0, STEP_SUBMIT, DFU_GETSTATUS, 0, 0, OUTCOME_UNKNOWN, NULL,
		    ANY, ANY, ANY, ANY },
		{ 1, STEP_COMPLETE, 0, 0, 0, OUTCOME_OK, "016400000400", ANY,
		    ANY, ANY, ANY },
	}, stalled[] = {
		{ 2, STEP_SUBMIT, DFU_ABORT, 0, 0, OUTCOME_UNKNOWN, NULL,
		    ANY, ANY, ANY, ANY },
		{ 3, STEP_COMPLETE, 0, 0, 0, OUTCOME_STALL, NULL, ANY, ANY,
		    ANY, ANY },
		/* One that has not ended is not the last one. */
		{ 4, STEP_SUBMIT, DFU_ABORT, 0, 0, OUTCOME_UNKNOWN, NULL,
		    ANY, ANY, ANY, ANY },
	}, left[] = {
		{ 5, STEP_LEFT, 0, 0, 0, OUTCOME_UNKNOWN, NULL, ANY, ANY,
		    ANY, ANY },
	}, back[] = {
		{ 6, STEP_BACK, 0, 0, 0, OUTCOME_UNKNOWN, NULL, ANY, ANY,
		    ANY, ANY },
	};
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	walk_run(&t, busy, COUNT(busy));
	assert_holds(&t, "state dfuDNBUSY", true);
	assert_holds(&t, "state dfuIDLE", false);
	assert_holds(&t, "status errTARGET", true);
	assert_holds(&t, "status OK", false);
	assert_holds(&t, "outcome ok", true);
	assert_holds(&t, "poll < 100", false);
	assert_holds(&t, "poll <= 100", true);
	assert_holds(&t, "poll = 100", true);
	assert_holds(&t, "poll != 100", false);
	assert_holds(&t, "poll >= 100", true);
	assert_holds(&t, "poll > 100", false);
	assert_holds(&t, "verdict waiting", true);
	assert_holds(&t, "verdict ready", false);
	walk_run(&t, stalled, COUNT(stalled));
	assert_holds(&t, "outcome stall", true);
	assert_holds(&t, "state dfuERROR", true);
	walk_run(&t, left, COUNT(left));
	assert_holds(&t, "gone", true);
	assert_holds(&t, "verdict lost", true);
	assert_holds(&t, "back", false);
	assert_holds(&t, "state dfuERROR", false);
	walk_run(&t, back, COUNT(back));
	assert_holds(&t, "gone", false);
	assert_holds(&t, "back", true);
	assert_holds(&t, "verdict back", true);
	/* What version 0.1.0 called it. */
	assert_holds(&t, "verdict came-back", true);
	assert_holds(&t, "verdict gone", false);
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_errors_name_the_word),
		cmocka_unit_test(test_nothing_holds_before_an_answer),
		cmocka_unit_test(test_holds),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
