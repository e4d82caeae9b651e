/* SPDX-License-Identifier: ISC */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/difference.h"
#include "device/sim.h"
#include "dfu/spec.h"
#include "diagnosis/finding.h"
#include "lesson/lesson_run.h"
#include "tests/ui/harness.h"
#include "ui/prompt/keys.h"

static const char *
key(struct harness *st, struct buf *line, enum press_kind kind, uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };
	bool by_key;

	return (harness_press(st, &p, line, &by_key));
}

static void
a_key_gives_its_command(void **state)
{
	struct press p = { .kind = PRESS_CHAR, .cp = 's' };
	struct buf line = { 0 };
	struct harness st;
	bool by_key;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "unasked");
	assert_string_equal(harness_press(&st, &p, &line, &by_key),
	    "getstate");
	assert_true(by_key);
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'q'), "quit");
	buf_free(&line);
	harness_end(&st);
}

/* Of one that is gone the verdict is in sight, again: the list of pages. */
static void
f1_of_one_that_is_gone_tells_its_verdict(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "gone");
	key(&st, &line, PRESS_FUNCTION, 1);
	assert_int_equal(st.view.screen, SCREEN_VERDICT);
	key(&st, &line, PRESS_FUNCTION, 1);
	assert_int_equal(st.view.screen, SCREEN_SUBJECTS);
	key(&st, &line, PRESS_ESCAPE, 0);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	buf_free(&line);
	harness_end(&st);
}

/* Its letters answer nothing, and none of them is a key of its own. */
static void
a_line_typed_at_a_question_is_dropped(void **state)
{
	static const char typed[] = ":dnload y";
	struct buf line = { 0 };
	struct harness st;
	size_t i;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "question");
	for (i = 0; i < sizeof(typed) - 1; i++)
		assert_string_equal(key(&st, &line, PRESS_CHAR,
		    (uint32_t)(unsigned char)typed[i]), "");
	assert_string_equal(key(&st, &line, PRESS_ENTER, 0), "");
	assert_non_null(st.runner.question);
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'n'), "no");
	buf_free(&line);
	harness_end(&st);
}

/* The cursor begins at the first difference and goes from one to the next. */
static void
differences_are_walked(void **state)
{
	const struct difference *d;
	struct buf line = { 0 };
	struct harness st;
	size_t first;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "difference");
	d = st.app.difference;
	first = d->first;
	assert_true(first < d->n && first == st.view.difference);
	assert_true((d->rows[first].a == NULL) != (d->rows[first].b == NULL));
	key(&st, &line, PRESS_CHAR, '<');
	assert_int_equal(st.view.difference, first);
	key(&st, &line, PRESS_HOME, 0);
	assert_int_equal(st.view.difference, 0);
	key(&st, &line, PRESS_CHAR, '>');
	assert_int_equal(st.view.difference, first);
	key(&st, &line, PRESS_END, 0);
	assert_int_equal(st.view.difference, d->n - 1);
	/* The other's request is not at hand; the session's is decoded. */
	while (d->rows[st.view.difference].a != NULL)
		key(&st, &line, PRESS_UP, 0);
	key(&st, &line, PRESS_ENTER, 0);
	assert_int_equal(st.view.screen, SCREEN_DIFFERENCE);
	assert_non_null(strstr(buf_str(&st.view.notice), "only the other"));
	key(&st, &line, PRESS_HOME, 0);
	key(&st, &line, PRESS_DOWN, 0);
	key(&st, &line, PRESS_ENTER, 0);
	assert_int_equal(st.view.screen, SCREEN_DETAIL);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_DIFFERENCE);
	buf_free(&line);
	harness_end(&st);
}

/* Beside the console q goes back, as in a pager; there it quits. */
static void
q_goes_back_one_page(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "unasked");
	key(&st, &line, PRESS_CHAR, 'i');
	key(&st, &line, PRESS_CHAR, '?');
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'q'), "");
	assert_int_equal(st.view.screen, SCREEN_DEVICE);
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'q'), "");
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'q'), "quit");
	buf_free(&line);
	harness_end(&st);
}

/* Whether to quit is asked before all else, and takes every press. */
static void
back_closes_an_operation_first(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "stuck");
	key(&st, &line, PRESS_FUNCTION, 4);
	assert_int_equal(st.view.screen, SCREEN_SEQUENCE);
	st.view.sequence.zoom = SEQUENCE_OPERATIONS;
	key(&st, &line, PRESS_UP, 0);
	key(&st, &line, PRESS_ENTER, 0);
	assert_int_equal(st.view.sequence.zoom, SEQUENCE_REQUESTS);
	key(&st, &line, PRESS_CHAR, 'q');
	assert_int_equal(st.view.screen, SCREEN_SEQUENCE);
	assert_int_equal(st.view.sequence.zoom, SEQUENCE_OPERATIONS);
	key(&st, &line, PRESS_CHAR, 'q');
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	buf_free(&line);
	harness_end(&st);
}

static void
the_question_to_quit_is_answered(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "unasked");
	buf_adds(&st.app.question, "Quit?");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 's'), "");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'y'), "yes");
	assert_string_equal(key(&st, &line, PRESS_ESCAPE, 0), "no");
	buf_free(&st.app.question);
	buf_free(&line);
	harness_end(&st);
}

/* A digit marks a state of the map, and leaves the device in view. */
static void
a_digit_in_a_lesson_is_no_device(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "lesson");
	assert_string_equal(key(&st, &line, PRESS_CHAR, '9'), "");
	assert_int_equal(st.view.lesson->mark, DFU_STATE_UPLOAD_IDLE);
	assert_string_equal(key(&st, &line, PRESS_CHAR, '-'), "");
	assert_int_equal(st.view.lesson->mark, DFU_STATE_ERROR);
	assert_string_equal(key(&st, &line, PRESS_CHAR, '0'), "");
	assert_int_equal(st.view.lesson->mark, DFU_STATE_APP_IDLE);
	key(&st, &line, PRESS_RIGHT, 0);
	assert_int_equal(st.view.lesson->answer, LESSON_STALLED);
	key(&st, &line, PRESS_CHAR, 'i');
	assert_string_equal(key(&st, &line, PRESS_CHAR, '1'), "");
	assert_int_equal(st.view.screen, SCREEN_DEVICE);
	buf_free(&line);
	harness_end(&st);
}

static void
a_key_that_cannot_work_says_why(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "pending");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 's'), "");
	assert_non_null(strstr(buf_str(&st.view.notice), "waiting for an "
	    "answer"));
	buf_free(&line);
	harness_end(&st);
}

/* F5, down, Enter, Enter: list, next one, page, request; T does it. */
static void
a_finding_leads_to_proof_and_remedy(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "findings");
	st.view.screen = SCREEN_CONSOLE;
	assert_string_equal(key(&st, &line, PRESS_FUNCTION, 5), "");
	assert_int_equal(st.view.screen, SCREEN_FINDINGS);
	key(&st, &line, PRESS_HOME, 0);
	assert_string_equal(st.view.finding->id, "manifest-abandoned");
	key(&st, &line, PRESS_DOWN, 0);
	assert_string_equal(st.view.finding->id, "request-in-manifest");
	key(&st, &line, PRESS_UP, 0);
	assert_string_equal(st.view.finding->id, "manifest-abandoned");
	/* What was before has no cure; the verdict rests on the next. */
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'T'), "");
	assert_non_null(strstr(buf_str(&st.view.notice), "no command"));
	key(&st, &line, PRESS_DOWN, 0);
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'T'), "clrstatus");
	key(&st, &line, PRESS_ENTER, 0);
	assert_int_equal(st.view.screen, SCREEN_FINDING);
	assert_string_equal(key(&st, &line, PRESS_ENTER, 0), "");
	assert_int_equal(st.view.screen, SCREEN_DETAIL);
	assert_int_equal(list_selected(&st.view.list)->last, 7);
	key(&st, &line, PRESS_ESCAPE, 0);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_FINDINGS);
	assert_string_equal(key(&st, &line, PRESS_CHAR, '#'), "");
	assert_int_equal(st.view.screen, SCREEN_DETAIL);
	buf_free(&line);
	harness_end(&st);
}

static void
a_command_with_arguments_opens_the_prompt(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "unasked");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'm'), "");
	assert_true(st.view.prompt.open);
	key(&st, &line, PRESS_CHAR, 'x');
	assert_string_equal(key(&st, &line, PRESS_ENTER, 0), "mark x");
	buf_free(&line);
	harness_end(&st);
}

static void
a_question_takes_only_yes_and_no(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "question");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 's'), "");
	assert_string_equal(key(&st, &line, PRESS_ENTER, 0), "");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'n'), "no");
	assert_string_equal(key(&st, &line, PRESS_ESCAPE, 0), "no");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'y'), "yes");
	buf_free(&line);
	harness_end(&st);
}

static void
pasted_text_fires_no_key(void **state)
{
	struct press p = { .kind = PRESS_PASTE, .text = "qRy" };
	struct buf line = { 0 };
	struct harness st;
	bool by_key;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "unasked");
	assert_string_equal(harness_press(&st, &p, &line, &by_key), "");
	assert_string_equal(buf_str(&st.view.prompt.text), "qRy");
	harness_end(&st);
	harness_begin(&st);
	harness_scene(&st, "question");
	assert_string_equal(harness_press(&st, &p, &line, &by_key), "");
	buf_free(&line);
	harness_end(&st);
}

static void
enter_goes_deeper_and_escape_comes_back(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "stuck");
	canvas_free(harness_draw(&st, 24, 80, false));
	key(&st, &line, PRESS_UP, 0);
	assert_true(st.view.list.paused);
	key(&st, &line, PRESS_ENTER, 0);
	assert_int_equal(st.view.screen, SCREEN_DETAIL);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_false(st.view.list.paused);
	buf_free(&line);
	harness_end(&st);
}

/* On the page of recovery a digit is an action, whatever it is elsewhere. */
static void
a_key_runs_its_action(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "stuck");
	key(&st, &line, PRESS_CHAR, 'r');
	assert_int_equal(st.view.screen, SCREEN_RECOVER);
	assert_int_equal(st.view.action, RECOVERY_POLL);
	key(&st, &line, PRESS_ENTER, 0);
	assert_string_equal(buf_str(&line), "recover getstatus");
	key(&st, &line, PRESS_CHAR, '4');
	assert_string_equal(buf_str(&line), "");
	assert_non_null(strstr(buf_str(&st.view.notice), "harmful here; "
	    ":recover abort runs it nevertheless"));
	assert_int_equal(st.view.action, RECOVERY_POLL);
	key(&st, &line, PRESS_CHAR, '8');
	assert_string_equal(buf_str(&line), "recover reset");
	assert_int_equal(st.view.action, RECOVERY_RESET);
	key(&st, &line, PRESS_CHAR, 'a');
	assert_string_equal(buf_str(&line), "recover");
	key(&st, &line, PRESS_CHAR, '9');
	assert_string_equal(buf_str(&line), "");
	assert_non_null(strstr(buf_str(&st.view.notice), "by hand"));
	key(&st, &line, PRESS_CHAR, 's');
	assert_non_null(strstr(buf_str(&st.view.notice),
	    "no action has worked"));
	key(&st, &line, PRESS_HOME, 0);
	assert_int_equal(st.view.action, RECOVERY_POLL);
	key(&st, &line, PRESS_DOWN, 0);
	assert_int_equal(st.view.action, RECOVERY_RESET);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	buf_free(&line);
	harness_end(&st);
}

static void
the_way_out_can_be_saved(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "recovered");
	/* The cursor is on what worked, wherever it was. */
	st.view.action = RECOVERY_RESET;
	harness_update(&st);
	assert_int_equal(st.view.action, RECOVERY_POLL);
	key(&st, &line, PRESS_CHAR, 's');
	assert_string_equal(buf_str(&st.view.prompt.text), "recover save ");
	key(&st, &line, PRESS_ESCAPE, 0);
	key(&st, &line, PRESS_CHAR, '3');
	assert_non_null(strstr(buf_str(&st.view.notice), "not connected"));
	buf_free(&line);
	harness_end(&st);
}

static void
polls_are_folded(void **state)
{
	const struct fold_row *last;
	struct harness st;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "polled");
	harness_update(&st);
	last = &st.view.list.fold.rows[st.view.list.fold.nrows - 1];
	assert_int_equal(last->count, 215);
	assert_int_equal(last->first, 6);
	assert_int_equal(last->last, 220);
	harness_end(&st);
}

static void
clocks_tick_only_when_one_is_shown(void **state)
{
	struct harness st;

	(void)state;
	harness_begin(&st);
	assert_true(clock_deadline(&st.app, st.now) == UINT64_MAX);
	harness_scene(&st, "unasked");
	assert_true(clock_deadline(&st.app, st.now) == UINT64_MAX);
	harness_state(&st, 0, DFU_STATE_IDLE);
	assert_int_equal(clock_deadline(&st.app, 3000500), 3200000);
	assert_int_equal(clock_deadline(&st.app, 23000500), 24000000);
	harness_end(&st);
}

static void
keys_are_not_given_twice(void **state)
{
	const struct command_row *row;
	size_t i;

	(void)state;
	for (i = 0; i < key_rows_count; i++)
		if (key_rows[i].kind == PRESS_CHAR &&
		    !key_rows[i].local)
			assert_null(command_keyed((int)key_rows[i].cp));
	for (i = 0; (row = command_at(i)) != NULL; i++)
		if (row->key != 0)
			assert_ptr_equal(command_keyed(row->key), row);
}

/* The faults of a simulated device, as the loop brings them. */
static void
bring_faults(struct harness *st, const struct sim *sim)
{
	const struct sim_parameter_row *row;
	struct app_fault *to;
	struct buf now = { 0 };
	size_t i;

	st->app.nfaults = 0;
	for (i = 0; (row = sim_fault_at(sim, i, &now)) != NULL; i++) {
		to = app_add_fault(&st->app);
		to->name = row->name;
		to->value = row->value;
		to->initial = row->initial;
		to->sentence = row->sentence;
		buf_add(&to->now, now.data, now.len);
		buf_reset(&now);
	}
	buf_free(&now);
}

/* What a key made of the fault that is selected is done to the device. */
static void
obey_fault(struct harness *st, struct sim *sim, const char *line)
{
	struct buf error = { 0 };

	assert_memory_equal(line, "fault ", 6);
	if (!sim_set(sim, 0, line + 6, &error))
		fail_msg("%s: %s", line, buf_str(&error));
	bring_faults(st, sim);
}

/* Each one: a key sets it and takes it back, or asks for its number. */
static void
every_fault_has_its_key(void **state)
{
	struct sim *sim = sim_new("stm32f072", NULL);
	const struct app_fault *f;
	struct buf line = { 0 };
	struct harness st;
	size_t i, asked = 0;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "unasked");
	st.app.policy.served = true;
	bring_faults(&st, sim);
	key(&st, &line, PRESS_CHAR, 'F');
	assert_int_equal(st.view.screen, SCREEN_FAULTS);
	for (i = 0; i < st.app.nfaults; i++) {
		assert_int_equal(st.view.fault, i);
		key(&st, &line, PRESS_CHAR, ' ');
		if (line.len != 0) {
			obey_fault(&st, sim, buf_str(&line));
			f = &st.app.faults[i];
			assert_true(app_fault_is_set(f));
			obey_fault(&st, sim, key(&st, &line, PRESS_CHAR, ' '));
			assert_string_equal(buf_str(&f->now), f->initial);
		} else {
			asked++;
			key(&st, &line, PRESS_ESCAPE, 0);
		}
		key(&st, &line, PRESS_ENTER, 0);
		assert_memory_equal(buf_str(&st.view.prompt.text), "fault ",
		    6);
		key(&st, &line, PRESS_ESCAPE, 0);
		key(&st, &line, PRESS_DOWN, 0);
	}
	assert_true(i > 20 && asked > 3 && asked < 10);
	app_free_faults(&st.app);
	buf_free(&line);
	sim_free(sim);
	harness_end(&st);
}

/* Of the console of a server: plugs and resets; nothing that asks. */
static void
a_served_device_is_plugged_by_key(void **state)
{
	static const char asks[] = "sgcadxuNSLWwj.,kApIrT";
	struct buf line = { 0 };
	struct harness st;
	const char *p;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "unasked");
	st.app.policy.served = st.runner.policy.served = true;
	for (p = asks; *p != '\0'; p++) {
		if (*p == 'u')
			continue;
		assert_string_equal(key(&st, &line, PRESS_CHAR,
		    (uint32_t)*p), "");
		assert_false(st.view.prompt.open);
		assert_int_not_equal(st.view.notice.len, 0);
		assert_int_equal(st.view.screen, SCREEN_SERVED);
	}
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'u'), "unplug");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'R'), "restart");
	harness_leave(&st, 1000);
	harness_update(&st);
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'u'), "plug");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'R'), "");
	buf_free(&line);
	harness_end(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_has_its_key),
		cmocka_unit_test(a_served_device_is_plugged_by_key),
		cmocka_unit_test(a_key_gives_its_command),
		cmocka_unit_test(q_goes_back_one_page),
		cmocka_unit_test(a_line_typed_at_a_question_is_dropped),
		cmocka_unit_test(differences_are_walked),
		cmocka_unit_test(f1_of_one_that_is_gone_tells_its_verdict),
		cmocka_unit_test(back_closes_an_operation_first),
		cmocka_unit_test(the_question_to_quit_is_answered),
		cmocka_unit_test(a_digit_in_a_lesson_is_no_device),
		cmocka_unit_test(a_key_that_cannot_work_says_why),
		cmocka_unit_test(a_finding_leads_to_proof_and_remedy),
		cmocka_unit_test(a_command_with_arguments_opens_the_prompt),
		cmocka_unit_test(a_question_takes_only_yes_and_no),
		cmocka_unit_test(pasted_text_fires_no_key),
		cmocka_unit_test(enter_goes_deeper_and_escape_comes_back),
		cmocka_unit_test(a_key_runs_its_action),
		cmocka_unit_test(the_way_out_can_be_saved),
		cmocka_unit_test(polls_are_folded),
		cmocka_unit_test(clocks_tick_only_when_one_is_shown),
		cmocka_unit_test(keys_are_not_given_twice)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
