/* SPDX-License-Identifier: ISC */
/*
 * Exams: what is said to be right is what the simulated devices do, and that
 * is what the rules have; every question can be answered in words.
 */
#include "tests/dfu/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dfu/spec.h"
#include "lesson/exam.h"
#include "lesson/lesson_run.h"
#include "lesson/rule.h"
#include "lesson/sheet.h"
#include "loop/loop_play.h"

static const uint32_t seeds[] = { 0, 7, 4711, UINT32_MAX };

/* "It is in 5 dfuDNLOAD-IDLE. ..." */
static int
told_state(const char *text)
{
	int state = -1;

	if (sscanf(text, "The device is in %d ", &state) != 1)
		return (-1);
	return (state);
}

/* The device is where the text has it, and does what the rules have. */
static void
check_cell(const struct lesson_run *r, const struct exam *e, size_t step)
{
	const struct lesson_step *s = &e->lesson.steps[step];
	const struct lesson_move *m = lesson_trace_last(&r->deed, r->past.n);
	struct dfu_conditions c = r->deed.conditions;
	struct rule_move by_rule;

	assert_int_equal(told_state(s->text), r->past.truth);
	assert_non_null(m);
	assert_int_equal(r->deed.n, r->past.n + 1);
	c.agrees = c.firmware_valid = 1;
	assert_true(rule_decide(&by_rule, (uint8_t)m->before,
	    (enum dfu_input)m->input, rule_conditions(&c,
	    r->deed.will_detach)));
	if (by_rule.next != m->after || (by_rule.response ==
	    DFU_RESPONSE_STALL) != (m->answer == LESSON_STALLED))
		fail_msg("%s: %d, not %d", s->text, m->after, by_rule.next);
	assert_int_equal(by_rule.rule, rule_parse(s->rule));
}

static void
test_key(void **state)
{
	static const unsigned want[EXAM_PARTS] = { 77, 22, 12, 8, 8, 7, 20 };
	unsigned asked[EXAM_PARTS];
	struct lesson_config config = { .bench = &loop_bench };
	struct lesson_run r;
	struct exam e;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT(seeds); i++) {
		exam_make(&e, seeds[i], EXAM_ALL);
		assert_true(e.lesson.nsteps != 0);
		assert_int_equal(strlen(e.parts), e.lesson.nsteps);
		memset(asked, 0, sizeof(asked));
		config.lesson = &e.lesson;
		for (k = 0; k < e.lesson.nsteps; k++) {
			config.resume = k;
			lesson_begin(&r, &config);
			if (r.trouble.len != 0)
				fail_msg("%s: %s", e.lesson.steps[k].text,
				    buf_str(&r.trouble));
			if (lesson_is_question(e.lesson.steps[k].ask)) {
				asked[e.parts[k] - 'A']++;
				lesson_answer_right(&r);
				if (!r.right)
					fail_msg("%s %s",
					    e.lesson.steps[k].text,
					    buf_str(&r.told));
			}
			if (e.parts[k] == 'A')
				check_cell(&r, &e, k);
			lesson_end(&r);
		}
		assert_memory_equal(asked, want, sizeof(want));
		exam_free(&e);
	}
}

/* Of E: what the host is said to do next leads on, and nothing else does. */
static void
test_ends(void **state)
{
	static const struct {
		const char *target;
		const char *next;
		int	    truth;
	} rows[] = {
		{ "sim:dfu11,poll=300,manifest=300,tolerant=1,will-detach=0",
		    "getstatus", DFU_STATE_IDLE },
		{ "sim:dfu11,poll=300,manifest=300,tolerant=1,will-detach=1",
		    "getstatus", DFU_STATE_IDLE },
		{ "sim:dfu11,poll=300,manifest=300,tolerant=0,will-detach=1",
		    "wait 3000", DFU_STATE_APP_IDLE },
		{ "sim:dfu11,poll=300,manifest=300,tolerant=0,will-detach=0",
		    "reset; wait 3000", DFU_STATE_APP_IDLE },
	};
	const char *lines[] = { "dnload 0 hex:00; getstatus; wait; getstatus; "
	    "dnload 1; getstatus; wait", NULL };
	struct lesson_play p = { .lines = lines, .n = 2 };
	struct lesson_trace t;
	struct buf error = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		p.target = rows[i].target;
		lines[1] = rows[i].next;
		if (!loop_play(&p, &t, &error))
			fail_msg("%s: %s", rows[i].target, buf_str(&error));
		assert_int_equal(t.truth, rows[i].truth);
		lesson_trace_free(&t);
	}
}

static void
put(struct buf *b, const struct exam *e)
{
	sheet_lesson(&e->lesson, &loop_bench, false, b);
}

/* The same number is the same exam, and a part is the same in any of them. */
static void
test_seeds(void **state)
{
	struct buf one = { 0 }, two = { 0 };
	struct exam e;

	(void)state;
	exam_make(&e, 7, EXAM_ALL);
	put(&one, &e);
	exam_free(&e);
	exam_make(&e, 7, EXAM_ALL);
	put(&two, &e);
	exam_free(&e);
	assert_string_equal(buf_str(&one), buf_str(&two));
	buf_reset(&two);
	exam_make(&e, 8, EXAM_ALL);
	put(&two, &e);
	exam_free(&e);
	assert_string_not_equal(buf_str(&one), buf_str(&two));
	buf_reset(&two);
	exam_make(&e, 7, 1u << 2);
	assert_int_equal(e.lesson.nsteps, 12);
	assert_int_equal(strspn(e.parts, "C"), 12);
	exam_free(&e);
	buf_free(&one);
	buf_free(&two);
}

/* Rules are marked alike: whoever always says the same has few of them. */
static void
test_marks(void **state)
{
	struct lesson_config config = { .bench = &loop_bench, .exam = true };
	struct lesson_run r;
	struct buf b = { 0 };
	struct exam e;
	unsigned mean, round;

	(void)state;
	exam_make(&e, 7, EXAM_ALL);
	config.lesson = &e.lesson;
	for (round = 0; round < 3; round++) {
		lesson_begin(&r, &config);
		while (r.phase != LESSON_ENDS) {
			if (!lesson_is_question(lesson_step_of(&r)->ask))
				(void)lesson_enter(&r);
			else if (round == 0)
				lesson_answer_right(&r);
			else if (round == 1 && lesson_asks_state(&r) &&
			    lesson_asks_answer(&r))
				assert_true(lesson_say(&r, "STALL 10"));
			else
				lesson_pass(&r);
		}
		exam_report(&e, r.marks, NULL, 0, &b);
		assert_int_equal(sscanf(strstr(buf_str(&b), "rules "),
		    "rules %u", &mean), 1);
		if (round == 0)
			assert_int_equal(mean, 100);
		else
			assert_true(mean < 25);
		if (round == 1)
			assert_non_null(strstr(buf_str(&b), "R10    0 of   7"));
		if (round == 2)
			assert_int_equal(mean, 0);
		buf_reset(&b);
		lesson_end(&r);
	}
	exam_free(&e);
	buf_free(&b);
}

/* Answers as people write them. */
static void
test_words(void **state)
{
	static const struct {
		const char *ask;
		const char *words;
		int	    said;	/* -2: that is no answer */
		int	    right;
	} rows[] = {
		{ "move", "STALL 10", 1, 0 }, { "move", "answered dfuIDLE", 1,
		    1 }, { "move", "ok -> 2", 1, 1 },
		{ "move", "silent, gone", 1, 0 }, { "move", "10", -2, 0 },
		{ "move", "answered nowhere", -2, 0 },
		{ "move", "answered", -2, 0 }, { "state", "2", 1, 1 },
		{ "state", "idle", 1, 1 }, { "state", "99", -2, 0 },
		{ "answer", "answered", 1, 1 }, { "answer", "no answer", 1,
		    0 }, { "answer", "perhaps", -2, 0 },
		{ "ms", "0", 1, 1 }, { "ms", "0x0", 1, 1 },
		{ "ms", "soon", -2, 0 }, { "bytes", "6", 1, 1 },
	};
	struct lesson_config config = { .bench = &loop_bench };
	struct buf text = { 0 }, error = { 0 };
	struct lesson_run r;
	struct lesson l;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&text);
		buf_addf(&text, "lesson a\ntitle b\ndevice c sim:dfu11\nstep\n"
		    "text d\nsend getstatus\nask %s\n", rows[i].ask);
		assert_true(lesson_parse(&l, buf_str(&text), &error));
		config.lesson = &l;
		lesson_begin(&r, &config);
		if (lesson_say(&r, rows[i].words) != (rows[i].said == 1) ||
		    r.right != (rows[i].right == 1))
			fail_msg("%s: \"%s\": %s", rows[i].ask, rows[i].words,
			    buf_str(&r.told));
		lesson_end(&r);
		lesson_free(&l);
	}
	buf_free(&text);
}

static const char lesson[] = "lesson block\ntitle One block & <its> end\n"
    "device strict sim:dfu11,poll=300\n"
    "card R3: 3 to 4 if the block is not done, 3 to 5 if it is.\n"
    "step\ntext The device is in dfuIDLE. It is handed a block.\n"
    "send dnload 0 hex:00112233; getstatus\nmore It is at work.\n"
    "step\nrule R3\ntext The announced time goes by, and it is asked.\n"
    "send wait; getstatus\nask move\nwhy dfuDNBUSY It is done by now.\n"
    "step\ntext Which side, if any?\nask side\nright nobody\n"
    "why host It did all of it well.\n"
    "step\ntext How many milliseconds were that?\nask ms\nright 300\n"
    "step\ntext Back to dfuIDLE.\ngoal state dfuIDLE\npar 1\n"
    "solution abort\n";

#define EXPECTED	TESTS_DIR "/lesson/sheet.expected"

static void
test_sheet(void **state)
{
	struct buf got = { 0 }, error = { 0 };
	char want[16384];
	struct lesson l;
	size_t n;
	FILE *f;

	(void)state;
	assert_true(lesson_parse(&l, lesson, &error));
	sheet_map(false, &got);
	sheet_lesson(&l, &loop_bench, false, &got);
	sheet_key(&l, &loop_bench, false, &got);
	sheet_begin("One block", true, &got);
	sheet_lesson(&l, &loop_bench, true, &got);
	sheet_key(&l, &loop_bench, true, &got);
	sheet_end(true, &got);
	f = fopen(EXPECTED, getenv("DFUSCOPE_UPDATE_SHEET") != NULL ? "w" :
	    "r");
	assert_non_null(f);
	if (getenv("DFUSCOPE_UPDATE_SHEET") != NULL) {
		assert_int_equal(fwrite(got.data, 1, got.len, f), got.len);
	} else {
		n = fread(want, 1, sizeof(want) - 1, f);
		want[n] = '\0';
		assert_string_equal(buf_str(&got), want);
	}
	(void)fclose(f);
	lesson_free(&l);
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sheet),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
