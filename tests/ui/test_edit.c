/* SPDX-License-Identifier: ISC */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dfu/spec.h"
#include "job/job.h"
#include "tests/ui/harness.h"
#include "ui/prompt/edit.h"

static enum edit_result
press(struct edit *e, enum press_kind kind, uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };

	return (edit_press(e, &p));
}

static void
type(struct edit *e, const char *s)
{
	for (; *s != '\0'; s++)
		press(e, PRESS_CHAR, (uint8_t)*s);
}

static void
assert_command(const struct edit *e, const struct harness *st, const char *want)
{
	struct buf line = { 0 }, error = { 0 };
	struct job *j;

	edit_command(e, st->app.sessions->list[0], &line);
	assert_string_equal(buf_str(&line), want);
	j = command_compile(buf_str(&line), &error, NULL);
	assert_string_equal(buf_str(&error), "");
	assert_non_null(j);
	job_free(j);
	buf_free(&line);
	buf_free(&error);
}

static void
begin(struct harness *st)
{
	harness_begin(st);
	harness_scene(st, "stuck");
}

static void
the_length_follows_the_data(void **state)
{
	struct edit e = { .kept = false };
	struct harness st;

	(void)state;
	begin(&st);
	edit_begin_request(&e, st.app.sessions->list[0], NULL, NULL);
	type(&e, "2100000008");
	assert_int_equal(edit_xfer(&e).setup.wLength, 5);
	assert_command(&e, &st, "dnload 3 hex:2100000008");
	press(&e, PRESS_BACKSPACE, 0);
	press(&e, PRESS_HOME, 0);
	press(&e, PRESS_DELETE, 0);
	assert_command(&e, &st, "dnload 3 hex:000000");
	press(&e, PRESS_BACKTAB, 0);
	assert_int_equal(e.field, EDIT_LENGTH);
	type(&e, "9");
	assert_int_equal(edit_xfer(&e).setup.wLength, 3);
	assert_true(e.notice.len > 0);
	edit_free(&e);
	harness_end(&st);
}

static void
bytes_are_inserted_or_overwritten(void **state)
{
	struct edit e = { .kept = false };
	struct harness st;

	(void)state;
	begin(&st);
	assert_true(edit_begin_line(&e, st.app.sessions->list[0],
	    "dnload 7 hex:010203"));
	press(&e, PRESS_RIGHT, 0);
	type(&e, "aB");
	assert_command(&e, &st, "dnload 7 hex:01ab0203");
	press(&e, PRESS_INSERT, 0);
	type(&e, "ff");
	assert_command(&e, &st, "dnload 7 hex:01abff03");
	type(&e, "1122");
	assert_command(&e, &st, "dnload 7 hex:01abff1122");
	press(&e, PRESS_TAB, 0);
	press(&e, PRESS_END, 0);
	type(&e, "Zg");
	assert_command(&e, &st, "dnload 7 hex:01abff11225a67");
	edit_free(&e);
	harness_end(&st);
}

static void
requests_go_by_name(void **state)
{
	struct edit e = { .kept = false };
	struct harness st;

	(void)state;
	begin(&st);
	edit_begin_request(&e, st.app.sessions->list[0], NULL, NULL);
	e.field = EDIT_REQUEST;
	press(&e, PRESS_RIGHT, 0);
	press(&e, PRESS_RIGHT, 0);
	assert_command(&e, &st, "control 0xa1 0x03 0x0003 0x0000 6");
	press(&e, PRESS_DOWN, 0);
	press(&e, PRESS_DELETE, 0);
	assert_command(&e, &st, "control 0xa1 0x03 0x0000 0x0000 6");
	press(&e, PRESS_DOWN, 0);
	press(&e, PRESS_DOWN, 0);
	press(&e, PRESS_DOWN, 0);
	assert_int_equal(e.field, EDIT_LENGTH);
	type(&e, "4");
	assert_command(&e, &st, "control 0xa1 0x03 0x0000 0x0000 100");
	edit_free(&e);
	harness_end(&st);
}

static void
a_half_typed_line_can_be_taken_in(void **state)
{
	struct edit e = { .kept = false };
	struct harness st;
	const struct session *s;

	(void)state;
	begin(&st);
	s = st.app.sessions->list[0];
	assert_true(edit_begin_line(&e, s, ""));
	assert_true(edit_begin_line(&e, s,
	    "control 0x40 9 0 1 200 hex:aabb"));
	assert_command(&e, &st, "control 0x40 0x09 0x0000 0x0001 2 hex:aabb");
	assert_false(edit_begin_line(&e, s, "getstate"));
	assert_false(edit_begin_line(&e, s, "dnload 1 @file"));
	assert_command(&e, &st, "control 0x40 0x09 0x0000 0x0001 2 hex:aabb");
	edit_free(&e);
	harness_end(&st);
}

static void
pasted_digits_are_bytes(void **state)
{
	struct press p = { .kind = PRESS_PASTE, .text = "de ad\nbe:ef x" };
	struct edit e = { .kept = false };
	struct harness st;

	(void)state;
	begin(&st);
	edit_begin_request(&e, st.app.sessions->list[0], NULL, NULL);
	assert_int_equal(edit_press(&e, &p), EDIT_OPEN);
	assert_command(&e, &st, "dnload 3 hex:deadbeef");
	edit_free(&e);
	harness_end(&st);
}

static void
nothing_is_longer_than_a_transfer(void **state)
{
	struct edit e = { .kept = false };
	struct setup s = { 0x21, DFU_REQUEST_COUNT, 0, 0, 0 };
	static uint8_t bytes[65535];

	(void)state;
	edit_begin(&e, &s, bytes, sizeof(bytes));
	type(&e, "1");
	assert_int_equal(e.data.len, 65535);
	assert_true(e.notice.len > 0);
	assert_int_equal(edit_xfer(&e).setup.wLength, 65535);
	edit_free(&e);
}

static const char *
harness_key(struct harness *st, struct buf *line, enum press_kind kind,
    uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };
	bool by_key;

	return (harness_press(st, &p, line, &by_key));
}

/* Begun from the request that is selected; what is left is kept. */
static void
a_draft_is_kept(void **state)
{
	struct buf line = { 0 };
	struct harness st;

	(void)state;
	begin(&st);
	canvas_free(harness_draw(&st, 24, 80, false));
	harness_key(&st, &line, PRESS_HOME, 0);
	harness_key(&st, &line, PRESS_DOWN, 0);
	harness_key(&st, &line, PRESS_DOWN, 0);
	harness_key(&st, &line, PRESS_CHAR, 'e');
	assert_int_equal(st.view.screen, SCREEN_EDIT);
	assert_int_equal(st.view.edit.from, 2);
	harness_key(&st, &line, PRESS_CHAR, 'f');
	harness_key(&st, &line, PRESS_CHAR, 'f');
	assert_string_equal(harness_key(&st, &line, PRESS_ESCAPE, 0), "");
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	harness_key(&st, &line, PRESS_CHAR, 'e');
	assert_string_equal(harness_key(&st, &line, PRESS_ENTER, 0),
	    "dnload 0 hex:ff2100000008");
	assert_int_equal(st.view.screen, SCREEN_CONSOLE);
	buf_free(&line);
	harness_end(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_length_follows_the_data),
		cmocka_unit_test(bytes_are_inserted_or_overwritten),
		cmocka_unit_test(requests_go_by_name),
		cmocka_unit_test(a_half_typed_line_can_be_taken_in),
		cmocka_unit_test(pasted_digits_are_bytes),
		cmocka_unit_test(nothing_is_longer_than_a_transfer),
		cmocka_unit_test(a_draft_is_kept)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
