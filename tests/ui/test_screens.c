/* Which key leads to which screen, and what each device's console keeps. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dfu/spec.h"
#include "model/command.h"
#include "tests/ui/stage.h"
#include "ui/keys.h"

static const char *
key(struct stage *st, struct buf *line, enum press_kind kind, uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };
	bool by_key;

	return (stage_press(st, &p, line, &by_key));
}

static void
begin(struct stage *st, const char *scene)
{
	stage_begin(st);
	assert_true(stage_scene(st, scene));
	canvas_free(stage_draw(st, 24, 80, false));
}

static void
digits_open_consoles_and_send_nothing(void **state)
{
	struct buf line = { 0 };
	struct stage st;

	(void)state;
	begin(&st, "devices");
	assert_int_equal(st.look.screen, LOOK_DEVICES);
	assert_string_equal(key(&st, &line, PRESS_CHAR, '2'), "device 2");
	assert_int_equal(st.look.screen, LOOK_CONSOLE);
	assert_string_equal(key(&st, &line, PRESS_CHAR, '9'), "");
	assert_non_null(strstr(buf_str(&st.look.notice), "1 to 4"));
	key(&st, &line, PRESS_CHAR, '0');
	assert_int_equal(st.look.screen, LOOK_DEVICES);
	key(&st, &line, PRESS_DOWN, 0);
	assert_string_equal(key(&st, &line, PRESS_ENTER, 0), "device 2");
	buf_free(&line);
	stage_end(&st);
}

static void
no_key_sends_where_the_device_is_not_in_sight(void **state)
{
	struct buf line = { 0 };
	struct stage st;

	(void)state;
	begin(&st, "devices");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'g'), "");
	assert_true(st.look.notice.len > 0);
	assert_string_equal(key(&st, &line, PRESS_CHAR, 'q'), "quit");
	assert_int_equal(st.look.notice.len, 0);
	buf_free(&line);
	stage_end(&st);
}

static void
each_console_is_left_as_it_was(void **state)
{
	struct buf line = { 0 };
	struct stage st;

	(void)state;
	begin(&st, "stuck");
	key(&st, &line, PRESS_UP, 0);
	key(&st, &line, PRESS_UP, 0);
	assert_int_equal(st.look.list.selected, 4);
	stage_arrive(&st, &stage_dfu11);
	st.look.chosen = true;
	st.desk.current = 1;
	key(&st, &line, PRESS_NONE, 0);
	assert_false(st.look.list.paused);
	assert_int_equal(st.look.list.fold.nrows, 1);
	st.desk.current = 0;
	key(&st, &line, PRESS_NONE, 0);
	assert_true(st.look.list.paused);
	assert_int_equal(st.look.list.selected, 4);
	assert_int_equal(st.look.list.fold.nrows, 7);
	buf_free(&line);
	stage_end(&st);
}

static void
escape_goes_back_the_whole_way(void **state)
{
	struct buf line = { 0 };
	struct stage st;

	(void)state;
	begin(&st, "stuck");
	key(&st, &line, PRESS_UP, 0);
	key(&st, &line, PRESS_ENTER, 0);
	key(&st, &line, PRESS_FUNCTION, 1);
	assert_int_equal(st.look.screen, LOOK_PAGE);
	assert_string_equal(st.look.page->subject, "leave");
	key(&st, &line, PRESS_FUNCTION, 1);
	assert_int_equal(st.look.screen, LOOK_SUBJECTS);
	key(&st, &line, PRESS_CHAR, '?');
	assert_int_equal(st.look.screen, LOOK_HELP);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.look.screen, LOOK_SUBJECTS);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.look.screen, LOOK_PAGE);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.look.screen, LOOK_DETAIL);
	key(&st, &line, PRESS_ESCAPE, 0);
	assert_int_equal(st.look.screen, LOOK_CONSOLE);
	buf_free(&line);
	stage_end(&st);
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
	struct stage st;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(about) / sizeof(about[0]); i++) {
		begin(&st, about[i][0]);
		key(&st, &line, PRESS_FUNCTION, 1);
		assert_string_equal(st.look.page->subject, about[i][1]);
		stage_end(&st);
	}
	begin(&st, "error");
	key(&st, &line, PRESS_FUNCTION, 1);
	key(&st, &line, PRESS_FUNCTION, 1);
	key(&st, &line, PRESS_ENTER, 0);
	assert_string_equal(st.look.page->subject, "errFIRMWARE");
	stage_end(&st);
	begin(&st, "none");
	key(&st, &line, PRESS_FUNCTION, 1);
	assert_int_equal(st.look.screen, LOOK_SUBJECTS);
	stage_end(&st);
	buf_free(&line);
}

static void
hints_go_with_the_first_key(void **state)
{
	struct buf line = { 0 };
	struct stage st;

	(void)state;
	begin(&st, "hints");
	assert_string_equal(key(&st, &line, PRESS_CHAR, 's'), "getstate");
	assert_false(st.look.hints);
	buf_free(&line);
	stage_end(&st);
}

static const char *
refusal(const struct stage *st, const char *name)
{
	return (command_refusal(command_named(name), desk_session(&st->desk),
	    desk_runner(&st->desk), st->now));
}

static void
commands_that_make_no_sense_are_refused(void **state)
{
	struct stage st;

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
	stage_end(&st);
	begin(&st, "pending");
	assert_null(refusal(&st, "cancel"));
	assert_non_null(refusal(&st, "getstate"));
	assert_non_null(refusal(&st, "leave"));
	stage_end(&st);
	begin(&st, "runtime");
	assert_non_null(refusal(&st, "leave"));
	assert_null(refusal(&st, "detach"));
	stage_end(&st);
	begin(&st, "gone");
	assert_non_null(refusal(&st, "getstatus"));
	assert_null(refusal(&st, "quit"));
	stage_end(&st);
}

static void
names_are_asked_for_while_one_is_missing(void **state)
{
	struct stage_device d = stage_stm32;
	struct stage st;

	(void)state;
	d.name = NULL;
	stage_begin(&st);
	stage_arrive(&st, &d);
	assert_null(refusal(&st, "names"));
	stage_end(&st);
}

/* A key bar or a help that names a key which does nothing would lie. */
static void
labels_stand_where_their_keys_work(void **state)
{
	size_t i;
	unsigned screen;

	(void)state;
	for (i = 0; i < key_rows_count; i++)
		for (screen = 0; screen < LOOK_SCREEN_COUNT; screen++)
			if (key_rows[i].bar & KEY_ON(screen))
				assert_true(keys_work(&key_rows[i],
				    (enum look_screen)screen));
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
		cmocka_unit_test(labels_stand_where_their_keys_work)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
