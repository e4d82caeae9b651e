/* SPDX-License-Identifier: ISC */
/* Which key leads to which screen, and what each device's console keeps. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "command/command.h"
#include "dfu/spec.h"
#include "tests/ui/harness.h"
#include "ui/input/input_act.h"
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"

static const char *
key(struct harness *st, struct buf *line, enum press_kind kind, uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };
	bool by_key;

	return (harness_press(st, &p, line, &by_key));
}

static void
begin(struct harness *st, const char *frame)
{
	harness_begin(st);
	assert_true(harness_scene(st, frame));
	canvas_free(harness_draw(st, 24, 80, false));
}

static void
digits_open_consoles_and_send_nothing(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	begin(&st, "devices");
	assert_int_equal(st.view.screen, SCREEN_DEVICES);
	assert_string_equal(key(&st, &line, PRESS_CHAR, '2'), "device 2");
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	assert_string_equal(key(&st, &line, PRESS_CHAR, '9'), "");
	assert_non_null(strstr(buf_str(&st.view.notice), "1 to 4"));
	key(&st, &line, PRESS_CHAR, '0');
	assert_int_equal(st.view.screen, SCREEN_DEVICES);
	key(&st, &line, PRESS_DOWN, 0);
	assert_string_equal(key(&st, &line, PRESS_ENTER, 0), "device 2");
	buf_free(&line);
	harness_end(&st);
}

static void
no_key_sends_where_the_device_is_not_in_sight(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	begin(&st, "devices");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'g'), "");
	assert_true(st.view.notice.len > 0);
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'q'), "quit");
	assert_int_equal(st.view.notice.len, 0);
	buf_free(&line);
	harness_end(&st);
}

static void
each_console_is_left_as_it_was(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	begin(&st, "stuck");
	key(&st, &line, PRESS_UP, 0);
	key(&st, &line, PRESS_UP, 0);
	assert_int_equal(st.view.list.selected, 4);
	harness_arrive(&st, &harness_dfu11);
	st.view.chosen = true;
	st.app.current = 1;
	key(&st, &line, PRESS_NONE, 0);
	assert_false(st.view.list.paused);
	assert_int_equal(st.view.list.fold.nrows, 1);
	st.app.current = 0;
	key(&st, &line, PRESS_NONE, 0);
	assert_true(st.view.list.paused);
	assert_int_equal(st.view.list.selected, 4);
	assert_int_equal(st.view.list.fold.nrows, 7);
	buf_free(&line);
	harness_end(&st);
}

static void
escape_goes_back_the_whole_way(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	begin(&st, "stuck");
	key(&st, &line, PRESS_UP, 0);
	key(&st, &line, PRESS_ENTER, 0);
	key(&st, &line, PRESS_FUNCTION, 1);
	assert_int_equal(st.view.screen, SCREEN_PAGE);
	assert_string_equal(st.view.page->subject, "leave");
	key(&st, &line, PRESS_FUNCTION, 1);
	assert_int_equal(st.view.screen, SCREEN_SUBJECTS);
	key(&st, &line, PRESS_CHAR, '?');
	assert_int_equal(st.view.screen, SCREEN_HELP);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_SUBJECTS);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_PAGE);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_DETAIL);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	buf_free(&line);
	harness_end(&st);
}

static void
f1_is_about_what_is_in_sight(void **state)
{
	static const char *const about[][2] = {
		{ "stuck", "dfuMANIFEST" },
		{ "undefined", "undefined-state" },
		{ "unasked", "GETSTATE" },
		{ "error", "dfuERROR" }
	};
	struct buf line = { 0 };
	struct harness st;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(about) / sizeof(about[0]); i++) {
		begin(&st, about[i][0]);
		key(&st, &line, PRESS_FUNCTION, 1);
		assert_string_equal(st.view.page->subject, about[i][1]);
		harness_end(&st);
	}
	begin(&st, "error");
	key(&st, &line, PRESS_FUNCTION, 1);
	key(&st, &line, PRESS_FUNCTION, 1);
	key(&st, &line, PRESS_ENTER, 0);
	assert_string_equal(st.view.page->subject, "errFIRMWARE");
	harness_end(&st);
	begin(&st, "none");
	key(&st, &line, PRESS_FUNCTION, 1);
	assert_int_equal(st.view.screen, SCREEN_SUBJECTS);
	harness_end(&st);
	buf_free(&line);
}

static void
hints_go_with_the_first_key(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	begin(&st, "hints");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 's'), "getstate");
	assert_false(st.view.hints);
	buf_free(&line);
	harness_end(&st);
}

static const char *
refusal(const struct harness *st, const char *name)
{
	return (command_refusal(command_named(name), app_session(&st->app),
	    app_runner(&st->app), st->now));
}

static void
commands_that_make_no_sense_are_refused(void **state)
{
	struct harness st;

	(void)state;
	begin(&st, "unasked");
	assert_non_null(refusal(&st, "cancel"));
	assert_non_null(refusal(&st, "continue"));
	assert_non_null(refusal(&st, "names"));
	assert_non_null(refusal(&st, "string"));
	assert_non_null(refusal(&st, "wait"));
	assert_non_null(refusal(&st, "yes"));
	assert_non_null(refusal(&st, "release"));
	assert_null(refusal(&st, "getstate"));
	assert_null(refusal(&st, "step"));
	st.runner.stepping = true;
	assert_non_null(refusal(&st, "step"));
	assert_null(refusal(&st, "continue"));
	harness_end(&st);
	begin(&st, "pending");
	assert_null(refusal(&st, "cancel"));
	assert_non_null(refusal(&st, "getstate"));
	assert_non_null(refusal(&st, "leave"));
	harness_end(&st);
	begin(&st, "runtime");
	assert_non_null(refusal(&st, "leave"));
	assert_null(refusal(&st, "detach"));
	harness_end(&st);
	begin(&st, "gone");
	assert_non_null(refusal(&st, "getstatus"));
	assert_null(refusal(&st, "quit"));
	harness_end(&st);
}

static void
names_are_asked_for_while_one_is_missing(void **state)
{
	struct harness_device d = harness_stm32;
	struct harness st;

	(void)state;
	d.name = NULL;
	harness_begin(&st);
	harness_arrive(&st, &d);
	assert_null(refusal(&st, "names"));
	harness_end(&st);
}

/* A key bar or a help that names a key which does nothing would lie. */
static void
labels_stand_where_their_keys_work(void **state)
{
	size_t i;
	unsigned screen;

	(void)state;
	for (i = 0; i < key_rows_count; i++)
		for (screen = 0; screen < SCREEN_COUNT; screen++)
			if (key_rows[i].bar & KEY_ON(screen))
				assert_true(keys_work(&key_rows[i],
				    (enum screen_id)screen));
}

/* A row is whole: what is missing would be called, or be missed in the help. */
static void
each_screen_has_all_its_columns(void **state)
{
	const struct screen_row *row;
	const struct input_row *keys;
	unsigned i;

	(void)state;
	for (i = 0; i < SCREEN_COUNT; i++) {
		row = &screen_rows[i];
		keys = &input_rows[i];
		assert_non_null(row->draw);
		assert_non_null(row->about);
		assert_non_null(row->bar);
		assert_memory_equal(row->keys, "Keys", 4);
		/* Only the console and a lesson make their own boxes. */
		assert_int_equal((row->title != NULL) + (row->titled != NULL),
		    row->now || row->shares ? 0 : 1);
		assert_true(row->command == NULL ||
		    command_named(row->command) != NULL);
		assert_true(row->offers || (row->command == NULL &&
		    row->bar != view_bar_commands));
		assert_true(row->behind == NULL || row->update != NULL);
		assert_non_null(keys->move);
		assert_non_null(keys->open);
		assert_non_null(keys->back);
	}
}

/* So that neither the operator's file nor the help can mean two things. */
static void
each_key_has_all_its_columns(void **state)
{
	const struct key_row *row;
	enum act act;
	size_t i;

	(void)state;
	for (i = 0; i < key_rows_count; i++) {
		row = &key_rows[i];
		assert_true((row->name == NULL) == (row->sentence == NULL));
		assert_true(row->label == NULL || row->name != NULL);
		assert_true(row->on != 0);
		/* A key of one screen alone cannot be given away. */
		assert_true(!row->local || row->word == NULL);
		if (row->word == NULL)
			continue;
		assert_true(keys_act_named(row->word, &act));
		assert_int_equal(act, row->act);
		assert_ptr_equal(keys_row(act), row);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digits_open_consoles_and_send_nothing),
		cmocka_unit_test(
		    no_key_sends_where_the_device_is_not_in_sight),
		cmocka_unit_test(each_console_is_left_as_it_was),
		cmocka_unit_test(escape_goes_back_the_whole_way),
		cmocka_unit_test(f1_is_about_what_is_in_sight),
		cmocka_unit_test(hints_go_with_the_first_key),
		cmocka_unit_test(commands_that_make_no_sense_are_refused),
		cmocka_unit_test(names_are_asked_for_while_one_is_missing),
		cmocka_unit_test(labels_stand_where_their_keys_work),
		cmocka_unit_test(each_screen_has_all_its_columns),
		cmocka_unit_test(each_key_has_all_its_columns)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
