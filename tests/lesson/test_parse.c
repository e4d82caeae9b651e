/* SPDX-License-Identifier: ISC */
/* Lessons as text: what each word says, and what is wrong in which line. */
#include "tests/dfu/check.h"

#include "dfu/spec.h"
#include "lesson/lesson.h"

static void
test_parse_errors(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
		{ "", "the lesson has no line \"lesson ID\"" },
		{ "lesson a\ntitle b\ndevice c sim:dfu11\nstep\n",
		    "line 4: step 1 lacks a text" },
		{ "text a\n", "line 1: this line belongs in a step: text" },
		{ "step\ntitle b\n",
		    "line 2: this line belongs before the first step: title" },
		{ "frobnicate\n", "line 1: unknown word: frobnicate" },
		{ "device a\n", "line 1: device takes a name and a target: "
		    "a" },
		{ "device a usb\n", "line 1: a lesson uses simulated "
		    "devices: the target begins with \"sim:\": usb" },
		{ "step\non b\n", "line 2: unknown device: b" },
		{ "step\nsend frobnicate\n", "line 2: unknown command "
		    "\"frobnicate\": frobnicate" },
		{ "step\nsend abort\nsend abort\n",
		    "line 3: a step has one such line: abort" },
		{ "step\nask time\n", "line 2: ask takes one of state "
		    "answer move address ms bytes one side: time" },
		{ "step\nask state\nask state\n",
		    "line 3: a step has one ask line: state" },
		{ "step\nchoice dfuIDLE\n",
		    "line 2: not a possible answer to this ask: dfuIDLE" },
		{ "step\nask state\nchoice nowhere\n",
		    "line 3: not a possible answer to this ask: nowhere" },
		{ "step\nask answer\nchoice dfuIDLE\n",
		    "line 3: not a possible answer to this ask: dfuIDLE" },
		{ "step\nask state\nchoice dfuIDLE\nchoice dfuIDLE\n",
		    "line 4: the same choice a second time: dfuIDLE" },
		{ "step\nask state\nright dfuIDLE\n",
		    "line 3: the device decides what is right here; "
		    "remove this line: dfuIDLE" },
		{ "step\nask side\nright me\n", "line 3: right takes host, "
		    "device, bus or nobody: me" },
		{ "step\nask ms\nright soon\n",
		    "line 3: right takes a number here: soon" },
		{ "step\nwhy dfuIDLE no\n", "line 2: why comes after ask "
		    "and its choices: dfuIDLE no" },
		{ "step\nask move\nwhy nowhere no\n", "line 3: why must "
		    "begin with an answer to what is asked: nowhere no" },
		{ "step\nask move\nwhy dfuIDLE\n",
		    "line 3: why has no text: dfuIDLE" },
		{ "step\nask move\nwhy silent a\nwhy no answer b\n",
		    "line 4: a second why for the same answer: no answer b" },
		{ "step\nhint a\nhint b\nhint c\nhint d\n",
		    "line 5: a step has three hints at most: d" },
		{ "step\nrule six\n", "line 2: a rule is a letter and a "
		    "number, such as R6: six" },
		{ "step\npar 0\n",
		    "line 2: expected a number from 1 to 1000: 0" },
		{ "step\nreview 10\n",
		    "line 2: expected a number from 1 to 9: 10" },
		{ "step\nquiet please\n",
		    "line 2: this line takes no words: please" },
		{ "step\ngoal state nowhere\n",
		    "line 2: unknown state: \"nowhere\"" },
		{ "step\ngoal request frobnicate\n",
		    "line 2: unknown request: \"frobnicate\"" },
		{ "step\ngoal request upload 70000\n", "line 2: expected a "
		    "block number, not \"70000\"" },
		{ "step\ngoal gone soon\n",
		    "line 2: unknown word in a goal: \"soon\"" },
		{ "step\nask move\ngoal gone\n",
		    "line 3: a step asks or has a goal: gone" },
		{ "step\nforbid abort frobnicate\n", "line 2: forbid takes "
		    "requests, or reset: frobnicate" },
		{ "step\ntext a\ngoal gone\n",
		    "line 1: step 1 lacks a solution for its goal" },
		{ "step\ntext a\nask one\nchoice a\nchoice b\n",
		    "line 1: step 1 lacks the right answer" },
		{ "step\ntext a\nask bytes\n", "line 1: step 1 lacks "
		    "something to send, or the right answer" },
		{ "step\nreach nowhere\n", "line 2: unknown state: nowhere" },
	};
	struct buf error = { 0 };
	struct lesson l;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (lesson_parse(&l, rows[i].text, &error))
			fail_msg("no error: %s", rows[i].text);
		assert_string_equal(buf_str(&error), rows[i].error);
		buf_reset(&error);
	}
	buf_free(&error);
}

/* Each word says what it says; old names of answers are the same answers. */
static void
test_parse(void **state)
{
	static const char text[] = "lesson a\ntitle b\nrequires c\n"
	    "device d sim:dfu11\ncard R1 all\nstep\nbegin dnload 0 hex:00\n"
	    "text e\nask move\nsend getstatus\nrule R3\nwhy dnbusy not yet\n"
	    "why silent it speaks\nhint f\nhint g\nreview 3\nquiet\ntry\n"
	    "export\nstep\ntext h\nask one\nchoice i\nright i j\n"
	    "why i too short\nstep\ntext k\ngoal state idle in 4\n"
	    "goal request upload 2\ngoal status errTARGET\n"
	    "forbid abort reset\npar 2\nsolution upload 0 4; abort\n"
	    "step\ntext l\nreach gone\nsolution detach\n";
	struct buf error = { 0 };
	struct lesson_step *s;
	struct lesson l;

	(void)state;
	if (!lesson_parse(&l, text, &error))
		fail_msg("%s", buf_str(&error));
	assert_string_equal(l.requires, "c");
	assert_int_equal(l.ncards, 1);
	s = &l.steps[0];
	assert_string_equal(s->begin, "dnload 0 hex:00");
	assert_int_equal(s->ask, LESSON_MOVE);
	assert_string_equal(lesson_why(s, "dfuDNBUSY"), "not yet");
	assert_string_equal(lesson_why(s, "no answer"), "it speaks");
	assert_null(lesson_why(s, "STALL"));
	assert_string_equal(s->rule, "R3");
	assert_int_equal(s->nhints, 2);
	assert_int_equal(s->review, 3);
	assert_true(s->quiet && s->try && s->exports);
	s = &l.steps[1];
	assert_int_equal(s->nchoices, 2);
	assert_string_equal(s->right, "i j");
	assert_string_equal(lesson_why(s, "i"), "too short");
	s = &l.steps[2];
	assert_int_equal(s->ngoals, 3);
	assert_int_equal(s->goals[0].value, DFU_STATE_IDLE);
	assert_int_equal(s->goals[0].within, 4);
	assert_int_equal(s->goals[1].block, 2);
	assert_int_equal(s->goals[2].condition.kind, CONDITION_STATUS);
	assert_int_equal(s->forbidden, LESSON_RESET | 1u << 6);
	assert_int_equal(l.steps[3].goals[0].kind, LESSON_GOAL_GONE);
	lesson_free(&l);
	buf_free(&error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_parse_errors),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
