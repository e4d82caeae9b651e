/* SPDX-License-Identifier: ISC */
/*
 * What the lessons that come with the program teach, counted: every cell of
 * the seven requests is asked for, every rule is trained often enough, and
 * each lesson has the parts that a lesson has.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "dfu/spec.h"
#include "lesson/lesson_run.h"
#include "lesson/rule.h"
#include "loop/loop_play.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Of each rule, in all lessons. */
#define LEAST_STEPS 4
#define LEAST_LESSONS 2

static void
parse(struct lesson *l, size_t i)
{
	struct buf error = { 0 };

	if (!lesson_parse(l, lesson_texts[i].text, &error))
		fail_msg("lesson %zu: %s", i + 1, buf_str(&error));
	buf_free(&error);
}

/* The move that a step ends with, as the device makes it; false: none. */
static bool
last_move(const struct lesson *l, size_t step, struct lesson_move *m)
{
	struct lesson_script s;
	struct lesson_trace t;
	struct lesson_play p = { 0 };
	struct buf error = { 0 };
	bool made;

	lesson_script_make(&s, l, step, true);
	p.target = s.target;
	p.lines = s.lines;
	p.n = s.n;
	if (!loop_play(&p, &t, &error))
		fail_msg("%s, step %zu: %s", l->id, step + 1, buf_str(&error));
	made = t.n != 0 && t.moves[t.n - 1].line + 1 == s.n;
	if (made)
		*m = t.moves[t.n - 1];
	lesson_trace_free(&t);
	lesson_script_free(&s);
	buf_free(&error);
	return (made);
}

static bool
asks_a_cell(const struct lesson_step *s)
{
	return ((s->ask == LESSON_STATE || s->ask == LESSON_ANSWER ||
		    s->ask == LESSON_MOVE) &&
	    s->send != NULL);
}

static void
test_every_cell_is_asked(void **state)
{
	static const enum dfu_input requests[] = { DFU_IN_DETACH, DFU_IN_DNLOAD,
		DFU_IN_UPLOAD, DFU_IN_GETSTATUS, DFU_IN_CLRSTATUS,
		DFU_IN_GETSTATE, DFU_IN_ABORT };
	unsigned seen[DFU_STATE_COUNT][DFU_INPUT_COUNT] = { { 0 } };
	struct lesson l;
	struct lesson_move m;
	size_t i, k;
	unsigned from;

	(void)state;
	for (i = 0; i < lesson_texts_count; i++) {
		parse(&l, i);
		for (k = 0; k < l.nsteps; k++)
			if (asks_a_cell(&l.steps[k]) && last_move(&l, k, &m) &&
			    m.request && m.before >= 0)
				seen[m.before][m.input]++;
		lesson_free(&l);
	}
	for (from = 0; from < DFU_STATE_COUNT; from++)
		for (i = 0; i < COUNT(requests); i++)
			if (seen[from][requests[i]] == 0)
				fail_msg("nobody asks for %s in %s",
				    dfu_input_name(requests[i]),
				    dfu_state_name((uint8_t)from));
}

static void
test_every_rule_is_trained(void **state)
{
	unsigned steps[RULE_COUNT + 1] = { 0 }, lessons[RULE_COUNT + 1] = { 0 },
				    here, n;
	struct lesson l;
	size_t i, k;

	(void)state;
	for (i = 0; i < lesson_texts_count; i++) {
		parse(&l, i);
		for (k = 0, here = 0; k < l.nsteps; k++) {
			if (!lesson_is_question(l.steps[k].ask))
				continue;
			if (l.steps[k].rule == NULL)
				fail_msg(
				    "%s, step %zu trains no rule", l.id, k + 1);
			n = rule_parse(l.steps[k].rule);
			steps[n]++;
			lessons[n] += (here >> n & 1u) == 0;
			here |= 1u << n;
		}
		lesson_free(&l);
	}
	for (n = 1; n <= RULE_COUNT; n++)
		if (steps[n] < LEAST_STEPS || lessons[n] < LEAST_LESSONS)
			fail_msg("%s: %u steps on %u lessons", rule_of(n)->id,
			    steps[n], lessons[n]);
}

struct parts {
	unsigned examples, questions, goals, reviews, whys;
};

static struct parts
parts_of(const struct lesson *l)
{
	struct parts p = { 0 };
	const struct lesson_step *s;

	for (s = l->steps; s < l->steps + l->nsteps; s++) {
		p.examples += s->ask == LESSON_READ;
		p.questions += lesson_is_question(s->ask);
		p.goals += s->ask == LESSON_REACH;
		p.reviews += s->review;
		p.whys += (unsigned)s->nwhys;
	}
	return (p);
}

/* Each comes after the one that it requires; "files" is on paper. */
static void
test_parts(void **state)
{
	struct lesson l, before = { 0 };
	struct parts p;
	size_t i;
	bool paper;

	(void)state;
	assert_int_equal(lesson_texts_count, 13);
	for (i = 0; i < lesson_texts_count; i++) {
		parse(&l, i);
		p = parts_of(&l);
		paper = strcmp(l.id, "files") == 0;
		if (p.examples == 0 || p.questions < 6 ||
		    (p.goals == 0 && !paper) || p.goals > 2 ||
		    p.reviews != (i == 0 ? 0u : 3u) || l.ncards == 0 ||
		    p.whys < p.questions / 5)
			fail_msg("%s: %u examples, %u questions, %u goals, %u "
				 "reviews, %zu cards, %u reasons",
			    l.id, p.examples, p.questions, p.goals, p.reviews,
			    l.ncards, p.whys);
		assert_true(i == 0 ?
			l.requires == NULL :
			paper || strcmp(l.requires, before.id) == 0);
		lesson_free(&before);
		before = l;
	}
	lesson_free(&before);
}

/* Every tempting wrong answer that is named has a reason of its own. */
static void
test_choices_have_reasons(void **state)
{
	const struct lesson_step *s;
	struct lesson l;
	size_t i, k;

	(void)state;
	for (i = 0; i < lesson_texts_count; i++) {
		parse(&l, i);
		for (s = l.steps; s < l.steps + l.nsteps; s++) {
			for (k = 0; s->ask == LESSON_ONE && k < s->nchoices;
			     k++)
				if (strcmp(s->choices[k], s->right) != 0 &&
				    lesson_why(s, s->choices[k]) == NULL)
					fail_msg("%s, line %u: no reason "
						 "against %s",
					    l.id, s->line, s->choices[k]);
		}
		lesson_free(&l);
	}
}

/* The words of the house, in what a pupil reads. */
static void
test_words(void **state)
{
	static const char *const refused[] = { " by itself", "goes on",
		"leads to", "for good", "anew", "of its own", " silent ",
		"comes back", "it is said", " refused", "loader anew" };
	size_t i, k;

	(void)state;
	for (i = 0; i < lesson_texts_count; i++)
		for (k = 0; k < COUNT(refused); k++)
			if (strstr(lesson_texts[i].text, refused[k]) != NULL)
				fail_msg("lesson %zu says \"%s\"", i + 1,
				    refused[k]);
	for (k = 0; k < COUNT(refused); k++)
		for (i = 1; i <= RULE_COUNT; i++)
			assert_null(
			    strstr(rule_of((unsigned)i)->text, refused[k]));
}

/* The state that the step begins in, and whether an answer has told it. */
static bool
was_reported(const struct lesson *l, size_t step, int *truth)
{
	struct lesson_script s;
	struct lesson_trace t;
	struct lesson_play p = { 0 };
	struct buf error = { 0 };
	bool told = false;
	size_t i;

	lesson_script_make(&s, l, step, false);
	p.target = s.target;
	p.lines = s.lines;
	p.n = s.n;
	if (!loop_play(&p, &t, &error))
		fail_msg("%s, step %zu: %s", l->id, step + 1, buf_str(&error));
	for (i = 0; i < t.n; i++)
		told = told || t.moves[i].request;
	*truth = t.truth;
	lesson_trace_free(&t);
	lesson_script_free(&s);
	buf_free(&error);
	return (told);
}

/*
 * The map marks where the device is. Nothing is marked that neither an answer
 * nor the text has told, but that a device begins in idle, where it is asked
 * what becomes of that.
 */
static void
nothing_is_marked_before_it_is_told(void **state)
{
	struct lesson l = { 0 };
	struct lesson_run r;
	unsigned marked = 0, hidden = 0;
	size_t i, k;
	bool told;
	int truth;

	(void)state;
	for (i = 0; i < lesson_texts_count; i++) {
		parse(&l, i);
		for (k = 0; k < l.nsteps; k++) {
			lesson_begin(&r, &(struct lesson_config){
			    .lesson = &l, .resume = k, .bench = &loop_bench });
			told = was_reported(&l, k, &truth);
			if (!lesson_marks_state(&r)) {
				hidden++;
				assert_true(l.steps[k].quiet || !told);
			} else if (!told && truth != DFU_STATE_IDLE &&
			    truth != DFU_STATE_APP_IDLE && strstr(
			    l.steps[k].text, dfu_state_name((uint8_t)truth)) ==
			    NULL)
				fail_msg("%s, step %zu: the map marks %s, and "
				    "nothing has told it", l.id, k + 1,
				    dfu_state_name((uint8_t)truth));
			else
				marked++;
			if (strstr(l.steps[k].text, "othing is known") != NULL)
				assert_false(lesson_marks_state(&r));
			lesson_end(&r);
		}
		lesson_free(&l);
	}
	assert_true(marked > 50 && hidden > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cell_is_asked),
		cmocka_unit_test(test_every_rule_is_trained),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_choices_have_reasons),
		cmocka_unit_test(nothing_is_marked_before_it_is_told),
		cmocka_unit_test(test_words),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
