/* SPDX-License-Identifier: ISC */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/ui/harness.h"
#include "ui/prompt/keys.h"
#include "ui/prompt/rc.h"

static void
parse(struct rc *rc, const char *text, const char *errors)
{
	struct buf b = { 0 };

	rc_init(rc);
	rc_parse(rc, text, "rc", &b);
	assert_string_equal(buf_str(&b), errors);
	buf_free(&b);
}

static struct key_does
does(const struct rc *rc, enum press_kind kind, uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };

	return (keys_find(rc, SCREEN_CONSOLE, &p));
}

static void
keys_are_remapped(void **state)
{
	struct rc rc;

	(void)state;
	parse(&rc, "key j screen-down # vi\n"
	    "key F5 getstatus; getstate # both\n"
	    "key s none\nkey D \"dnload hex:\"\nkey \"#\" mark it\n", "");
	assert_int_equal(does(&rc, PRESS_CHAR, 'j').act, ACT_DOWN);
	assert_string_equal(does(&rc, PRESS_FUNCTION, 5).line,
	    "getstatus; getstate");
	assert_null(does(&rc, PRESS_CHAR, 's').line);
	assert_true(does(&rc, PRESS_CHAR, 'D').prompt);
	assert_string_equal(does(&rc, PRESS_CHAR, 'D').line, "dnload hex:");
	assert_string_equal(does(&rc, PRESS_CHAR, '#').line, "mark it");
	assert_string_equal(does(&rc, PRESS_CHAR, 'g').line, "getstatus");
	rc_free(&rc);
}

static void
a_command_tells_its_key(void **state)
{
	struct rc rc;

	(void)state;
	parse(&rc, "key F5 getstatus\nkey s abort\nkey g none\n", "");
	assert_string_equal(keys_of_command(&rc, command_named("getstatus")),
	    "F5");
	assert_string_equal(keys_of_command(&rc, command_named("abort")),
	    "s");
	assert_null(keys_of_command(&rc, command_named("getstate")));
	assert_string_equal(keys_of_command(NULL, command_named("getstate")),
	    "s");
	assert_string_equal(keys_of_act(&rc, ACT_HELP), "?");
	assert_string_equal(keys_of_act(&rc, ACT_MARK), "Space");
	rc_free(&rc);
}

static void
errors_name_line_and_word(void **state)
{
	struct rc rc;

	(void)state;
	parse(&rc, "set color purple\n"
	    "\n# nothing\nkey j frob 1\nbogus\nkey Q getstate; wait soon\n"
	    "key\nkey jj getstate\nset ascii on off\nset journals 0\n"
	    "key z screen-up down\nkey k",
	    "rc, line 1: color: expected auto or never, not \"purple\"\n"
	    "rc, line 4: unknown command \"frob\"\n"
	    "rc, line 5: expected key or set, not \"bogus\"\n"
	    "rc, line 6: wait: expected milliseconds up to 16777215, not "
	    "\"soon\"\n"
	    "rc, line 7: expected a key (a character, Space, Tab, Up, F5, "
	    "Ctrl-X ...), not nothing\n"
	    "rc, line 8: expected a key (a character, Space, Tab, Up, F5, "
	    "Ctrl-X ...), not \"jj\"\n"
	    "rc, line 9: too many words: \"off\"\n"
	    "rc, line 10: expected a number from 1 to 100000, not \"0\"\n"
	    "rc, line 11: too many words: \"down\"\n"
	    "rc, line 12: expected a command after the key, not nothing\n");
	assert_int_equal(rc.nkeys, 0);
	assert_true(rc.color);
	assert_false(rc.ascii);
	assert_int_equal(rc.journals, 100);
	rc_free(&rc);
}

static void
settings_are_set(void **state)
{
	struct rc rc;

	(void)state;
	parse(&rc, "set color never\nset ascii on\nset mouse off\n"
	    "set background light\nset journals 7\nset clipboard off\n"
	    "set history off\n", "");
	assert_false(rc.color);
	assert_true(rc.ascii);
	assert_false(rc.mouse);
	assert_false(rc.clipboard);
	assert_false(rc.history);
	assert_int_equal(rc.background, RC_BACKGROUND_LIGHT);
	assert_int_equal(rc.journals, 7);
	assert_int_equal(rc.keep_events, 4000000);
	rc_free(&rc);
	parse(&rc, "set keep-events 1000000000\nset keep-events 1000000001",
	    "rc, line 2: expected a number from 1 to 1000000000, not "
	    "\"1000000001\"\n");
	assert_int_equal(rc.keep_events, 1000000000);
	rc_free(&rc);
}

static void
what_is_printed_reads_back(void **state)
{
	struct buf first = { 0 }, second = { 0 };
	struct rc rc, again;

	(void)state;
	parse(&rc, "key F5 getstatus\nkey d \"dnload hex:\"\nkey é none\n"
	    "set color never\nset journals 12\n", "");
	rc_print(&rc, &first);
	assert_non_null(strstr(buf_str(&first), "\nkey F5 getstatus\n"));
	assert_non_null(strstr(buf_str(&first), "\nkey p \"set-address \"\n"));
	parse(&again, buf_str(&first), "");
	rc_print(&again, &second);
	assert_string_equal(buf_str(&first), buf_str(&second));
	buf_free(&first);
	buf_free(&second);
	rc_free(&rc);
	rc_free(&again);
}

static void
the_screen_shows_the_keys_in_force(void **state)
{
	struct buf text = { 0 };
	struct canvas *c;
	struct harness st;
	struct rc rc;

	(void)state;
	parse(&rc, "key F5 getstatus\nkey x screen-help\n", "");
	harness_begin(&st);
	harness_scene(&st, "error");
	st.view.rc = &rc;
	c = harness_draw(&st, 30, 100, false);
	canvas_dump(c, &text, false);
	assert_non_null(strstr(buf_str(&text), " F5 Status "));
	assert_non_null(strstr(buf_str(&text), " F5 GETSTAT"));
	assert_non_null(strstr(buf_str(&text), "x Help"));
	assert_null(strstr(buf_str(&text), "x Detach"));
	canvas_free(c);
	st.view.screen = SCREEN_HELP;
	c = harness_draw(&st, 90, 100, false);
	buf_reset(&text);
	canvas_dump(c, &text, false);
	assert_non_null(strstr(buf_str(&text), " F5  getstatus"));
	canvas_free(c);
	buf_free(&text);
	harness_end(&st);
	rc_free(&rc);
}

/* A key of the operator's own asks as any other key does. */
static void
a_remapped_key_fires_as_a_key(void **state)
{
	struct press p = { .kind = PRESS_FUNCTION, .cp = 5 };
	struct buf line = { 0 };
	struct harness st;
	struct rc rc;
	bool by_key;

	(void)state;
	parse(&rc, "key F5 clrstatus\n", "");
	harness_begin(&st);
	harness_scene(&st, "error");
	st.view.rc = &rc;
	assert_string_equal(harness_press(&st, &p, &line, &by_key),
	    "clrstatus");
	assert_true(by_key);
	harness_end(&st);
	harness_begin(&st);
	harness_scene(&st, "pending");
	st.view.rc = &rc;
	assert_string_equal(harness_press(&st, &p, &line, &by_key), "");
	assert_non_null(strstr(buf_str(&st.view.notice), "waiting for an "
	    "answer"));
	buf_free(&line);
	harness_end(&st);
	rc_free(&rc);
}

/*
 * What version 0.1.0 took in this file is taken: whatever was renamed since
 * keeps its old name beside the new one.
 */
static void
old_names_are_taken(void **state)
{
	static const char *const words[] = {
		"screen-about", "screen-back", "screen-copy",
		"screen-copy-command", "screen-device", "screen-devices",
		"screen-down", "screen-edit", "screen-filter",
		"screen-findings", "screen-first", "screen-fit",
		"screen-fold", "screen-gaps", "screen-help", "screen-ladder",
		"screen-last", "screen-left", "screen-mark", "screen-next",
		"screen-next-finding", "screen-next-mark",
		"screen-next-trouble", "screen-open", "screen-page-down",
		"screen-page-up", "screen-pause", "screen-previous",
		"screen-previous-finding", "screen-previous-mark",
		"screen-previous-trouble", "screen-prompt", "screen-proof",
		"screen-recover", "screen-redraw", "screen-right",
		"screen-scope", "screen-search", "screen-suspend",
		"screen-tab", "screen-times", "screen-try", "screen-up",
		"screen-what-if", "screen-zoom-in", "screen-zoom-out"
	};
	static const char settings[] = "set color never\nset color auto\n"
	    "set background auto\nset background dark\n"
	    "set background light\nset ascii off\nset ascii on\n"
	    "set mouse off\nset mouse on\nset clipboard off\n"
	    "set clipboard on\nset history off\nset history on\n"
	    "set journals 10\n";
	static const struct {
		const char	*old;
		enum act	 act;
	} renamed[] = {
		{ "screen-scope", ACT_TIMELINE },
		{ "screen-ladder", ACT_SEQUENCE },
		{ "screen-next-trouble", ACT_NEXT_TROUBLE },
		{ "screen-previous-trouble", ACT_PREVIOUS_TROUBLE },
	};
	char line[64];
	struct rc rc;
	enum act act;
	size_t i;

	(void)state;
	parse(&rc, settings, "");
	rc_free(&rc);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(line, sizeof(line), "key F9 %s\n", words[i]);
		parse(&rc, line, "");
		rc_free(&rc);
	}
	for (i = 0; i < sizeof(renamed) / sizeof(renamed[0]); i++) {
		assert_true(keys_act_named(renamed[i].old, &act));
		assert_int_equal(act, renamed[i].act);
		/* What is written down has the new one. */
		assert_string_not_equal(keys_row(act)->word, renamed[i].old);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_remapped),
		cmocka_unit_test(old_names_are_taken),
		cmocka_unit_test(a_command_tells_its_key),
		cmocka_unit_test(errors_name_line_and_word),
		cmocka_unit_test(settings_are_set),
		cmocka_unit_test(what_is_printed_reads_back),
		cmocka_unit_test(the_screen_shows_the_keys_in_force),
		cmocka_unit_test(a_remapped_key_fires_as_a_key)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
