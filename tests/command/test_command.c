/* SPDX-License-Identifier: ISC */
/* The table of commands, and lines of commands before anything is sent. */
#include "tests/dfu/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/line.h"
#include "base/mem.h"
#include "command/app.h"
#include "command/app_effect.h"
#include "command/command.h"
#include "job/job.h"
#include "trace/trace.h"

/* What the program must understand; a row less is a promise broken. */
static const char *const promised[] = { "detach", "dnload", "upload",
    "getstatus", "clrstatus", "getstate", "abort", "reset", "alt", "control",
    "get-commands", "set-address", "erase", "mass-erase", "read-unprotect",
    "leave", "recover", "wait", "expect", "until", "repeat", "step",
    "continue", "break", "watch", "names", "release", "timeout", "xfer-size",
    "mark", "help", "quit", "cancel" };

static void
test_table_is_complete(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(promised); i++) {
		if (command_named(promised[i]) == NULL)
			fail_msg("%s is missing", promised[i]);
	}
	assert_null(command_named("getstatu"));
	assert_null(command_named("GETSTATUS"));
	assert_null(command_named(""));
	assert_null(command_keyed(0));
	assert_null(command_keyed(0x7f));
}

static void
check_row(const struct command_row *row)
{
	if ((row->compile != NULL) + (row->act != NULL) + (row->job != NULL) +
	    (row->effect != APP_NOTHING) != 1)
		fail_msg("%s: not one of compile, act, job and effect",
		    row->name);
	if (row->sentence == NULL || *row->sentence == '\0' ||
	    row->args == NULL)
		fail_msg("%s: no sentence or words", row->name);
	if ((row->key != 0) != (row->label != NULL))
		fail_msg("%s: a key without a label", row->name);
	if (row->press != NULL && strncmp(row->press, row->name,
	    strlen(row->name)) != 0)
		fail_msg("%s: its key fires another one", row->name);
	if (command_named(row->name) != row ||
	    (row->key != 0 && command_keyed(row->key) != row))
		fail_msg("%s: not the only one", row->name);
	assert_non_null(command_group_title(row->group));
	/* Words of the line and of names do not meet. */
	assert_int_equal(strcspn(row->name, " \t;#\"\n"),
	    strlen(row->name));
}

/* The literal stands among the words of args. */
static bool
is_in_args(const char *args, const char *word, size_t n)
{
	const char *p = args;

	while ((p = strstr(p, word)) != NULL) {
		if ((p == args || strchr(" [|", p[-1]) != NULL) &&
		    (word[n - 1] == ':' || strchr(" ]|", p[n]) != NULL))
			return (true);
		p += n;
	}
	return (false);
}

/* What is completed is what help and the manual page tell of. */
static void
check_places(const struct command_row *row)
{
	const struct command_place *p;
	struct line_reader w;

	for (p = row->places; p->words != 0 || p->literals != NULL; p++) {
		line_begin(&w, p->literals != NULL ? p->literals : "");
		for (; line_peek(&w) != NULL; line_take(&w))
			if (!is_in_args(row->args, line_peek(&w),
				strlen(line_peek(&w))))
				fail_msg("%s: %s is not in its words",
				    row->name, line_peek(&w));
		line_end(&w);
	}
	assert_true(p < row->places + COMMAND_PLACES + 1);
	p = row->places;
	if (strstr(row->args, "FILE") != NULL &&
	    !((p[0].words | p[1].words | p[2].words) &
		(WORDS_FILE | WORDS_AT_FILE)))
		fail_msg("%s: its file is not completed", row->name);
	if (strstr(row->args, "WHAT") != NULL && p->words != WORDS_CONDITION)
		fail_msg("%s: its condition is not completed", row->name);
	if (strstr(row->args, "COMMAND") != NULL &&
	    !((p[0].words | p[1].words) & WORDS_COMMAND))
		fail_msg("%s: its command is not completed", row->name);
}

static void
test_table_agrees_with_itself(void **state)
{
	const struct command_row *row;
	size_t i;

	(void)state;
	for (i = 0; (row = command_at(i)) != NULL; i++) {
		check_row(row);
		check_places(row);
	}
	assert_true(i > COUNT(promised));
}

/* A key that fires at once fires something that compiles or acts. */
static void
test_keys_compile(void **state)
{
	const struct command_row *row;
	struct buf error = { 0 };
	const char *press;
	struct job *j;
	size_t i;

	(void)state;
	for (i = 0; (row = command_at(i)) != NULL; i++) {
		press = row->press != NULL ? row->press : row->name;
		if (row->key == 0 || press[strlen(press) - 1] == ' ')
			continue;
		j = command_compile(press, &error, NULL);
		if (j == NULL)
			fail_msg("%s: %s", press, buf_str(&error));
		job_free(j);
	}
}

static const char *const good[] = {
	"", " ", ";;", "# x", "\n\n", "getstatus", " getstatus ; getstate;",
	"getstatus # and more; junk", "getstatus\ngetstate\n",
	"getstatus # x\nabort", "\"getstatus\"", "detach", "detach 0",
	"detach 65535", "dnload", "dnload 0", "dnload 0xffff hex:00",
	"dnload hex:00ffAA", "dnload @file", "dnload 3 @file",
	"dnload \"@a file\"", "upload", "upload 1", "upload 0 0",
	"upload 65535 65535", "reset", "alt 0", "alt 255",
	"control 0x80 6 0x0100 0 18", "control 0x40 1 2 3 2 hex:0011",
	"control 0x40 1 2 3 0", "names", "get-commands", "set-address 0",
	"set-address 0xffffffff", "erase 0x08000000", "mass-erase",
	"read-unprotect", "leave", "leave 0x08000000", "leave max 3",
	"leave 0 max 0", "recover", "recover all", "recover next",
	"recover clrstatus-pair", "recover save x",
	"wait", "wait 0", "wait 16777215",
	"expect gone", "expect state dfuIDLE", "expect poll < 10",
	"until gone getstatus", "until state 5 max 3 getstatus",
	"repeat 0 getstatus", "repeat 2 until gone max 9 repeat 3 abort",
	"repeat 1 repeat 1 repeat 1 repeat 1 repeat 1 leave",
	"repeat 2 mark two words", "step", "continue", "break",
	"break status 255", "watch", "watch 10", "watch 100 getstatus",
	"watch off", "cancel", "yes", "no", "arm", "arm off", "release",
	"timeout 0", "timeout 3600000", "xfer-size 65535", "device 1",
	"mark a \"quote kept", "mark \"kept",
	"mark \"a; b\"", "unplug", "plug", "help",
	"quit", "mark see #5",
};

static const struct {
	const char	*line;
	const char	*word;		/* named in the error */
} bad[] = {
	{ "getstatu", "unknown command \"getstatu\"; did you mean getstatus?" },
	{ "getstatus; oops", "\"oops\"" },
	{ "getstatus 5", "getstatus: too many words: \"5\"" },
	{ "\"\x1b[2J\"", "\\x1b[2J" },
	{ "\"", "unknown command" }, { "\"getstatus", "unknown command" },
	{ "getstatus \"x", "missing closing quote" },
	{ "flash f as", "expected \"as raw\", not as nothing" },
	{ "flash f as elf", "not as \"elf\"" },
	{ "flash f as raw 1 2", "\"2\"" }, { "flash f 1 fit", "\"fit\"" },
	{ "verify f as raw verify", "\"verify\"" },
	{ "detach 65536", "\"65536\"" }, { "detach -1", "\"-1\"" },
	{ "dnload x", "\"x\"" }, { "dnload 65536", "\"65536\"" },
	{ "dnload hex:0", "\"hex:0\"" }, { "dnload hex:0g", "\"hex:0g\"" },
	{ "dnload hex:", "not 0" }, { "dnload @", "\"@\"" },
	{ "dnload hex:00 0", "\"0\"" }, { "dnload 1 2", "\"2\"" },
	{ "upload 0 65536", "\"65536\"" }, { "upload 1 2 3", "\"3\"" },
	{ "alt", "nothing" }, { "alt 256", "\"256\"" },
	{ "control", "bmRequestType" }, { "control 0x80", "bRequest" },
	{ "control 1 2 3 4 65536", "\"65536\"" },
	{ "control 0x40 1 2 3 2 hex:00", "but the data has 1 byte" },
	{ "control 0x40 1 2 3 2", "but the data has 0 bytes" },
	{ "control 0x80 1 2 3 1 hex:00", "an IN request sends no" },
	{ "set-address", "nothing" },
	{ "set-address 0x100000000", "\"0x100000000\"" },
	{ "erase here", "\"here\"" }, { "mass-erase 0", "\"0\"" },
	{ "recover kick", "\"kick\"" }, { "recover save", "file" },
	{ "recover all 2", "\"2\"" },
	{ "leave max", "nothing" }, { "leave 0 7", "\"7\"" },
	{ "wait 16777216", "\"16777216\"" }, { "expect", "nothing" },
	{ "until gone", "expected a command" }, { "until gone max getstatus",
	    "\"getstatus\"" },
	{ "until gone max 4294967296 abort", "\"4294967296\"" },
	{ "repeat getstatus", "\"getstatus\"" }, { "repeat 2", "expected a "
	    "command" },
	{ "repeat 2 abrt", "repeat: unknown command \"abrt\"" },
	{ "repeat 2 repeat 2 alt x", "repeat: repeat: alt: " },
	{ "repeat 2; abort", "expected a command" },
	{ "repeat 1 repeat 1 repeat 1 repeat 1 repeat 1 repeat 1 abort",
	    "more than 5" },
	{ "break stat", "\"stat\"" }, { "watch 9", "at least 10" },
	{ "watch x", "\"x\"" }, { "watch 10 abort", "\"abort\"" },
	{ "watch off getstatus", "\"getstatus\"" },
	{ "timeout", "nothing" }, { "timeout 3600001", "\"3600001\"" },
	{ "xfer-size 65536", "\"65536\"" }, { "device", "nothing" },
	{ "mark", "expected" }, { "mark ; abort", "expected" },
	{ "quit now", "\"now\"" }, { "step 2", "\"2\"" },
};

static void
test_good_lines(void **state)
{
	struct buf error = { 0 };
	struct job *j;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		j = command_compile(good[i], &error, NULL);
		if (j == NULL || error.len != 0)
			fail_msg("%s: %s", good[i], buf_str(&error));
		job_free(j);
	}
}

static void
test_bad_lines_name_the_word(void **state)
{
	struct buf error = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		buf_reset(&error);
		if (command_compile(bad[i].line, &error, NULL) !=
		    NULL)
			fail_msg("accepted: %s", bad[i].line);
		if (strstr(buf_str(&error), bad[i].word) == NULL)
			fail_msg("%s: %s", bad[i].line, buf_str(&error));
	}
	buf_free(&error);
}

/* However deep it is typed: refused, not a crash. */
static void
test_deep_nesting(void **state)
{
	struct buf line = { 0 }, error = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		buf_adds(&line, "repeat 1 ");
	buf_adds(&line, "getstate");
	assert_null(command_compile(buf_str(&line), &error, NULL));
	assert_non_null(strstr(buf_str(&error), "more than 5"));
	buf_free(&line);
	buf_free(&error);
}

static void
add_hex(struct buf *line, size_t n)
{
	buf_reset(line);
	buf_adds(line, "dnload hex:");
	while (n-- > 0)
		buf_adds(line, "a5");
}

static void
test_hex_limits(void **state)
{
	struct buf line = { 0 }, error = { 0 };
	struct job *j;

	(void)state;
	add_hex(&line, 65535);
	j = command_compile(buf_str(&line), &error, NULL);
	assert_non_null(j);
	job_free(j);
	add_hex(&line, 65536);
	assert_null(command_compile(buf_str(&line), &error, NULL));
	assert_non_null(strstr(buf_str(&error), "65536"));
	buf_free(&line);
	buf_free(&error);
}

/* Words: quotes, escapes, ends. */
static void
test_words(void **state)
{
	static const char line[] = " a\t\"b c\" \"\\\"\\\\\\x41\"d;;\n e#f\ng";
	static const char *const words[] = { "a", "b c", "\"\\A", "d", NULL,
	    "e", NULL, "g", NULL };
	struct line_reader w;
	size_t i;

	(void)state;
	line_begin(&w, line);
	assert_true(line_next_command(&w));
	for (i = 0; i < COUNT(words); i++) {
		if (words[i] == NULL) {
			assert_null(line_peek(&w));
			assert_int_equal(line_next_command(&w),
			    i + 1 < COUNT(words));
			continue;
		}
		assert_string_equal(line_peek(&w), words[i]);
		assert_string_equal(line_peek(&w), words[i]);
		line_take(&w);
	}
	line_end(&w);
}

static void
test_rest(void **state)
{
	static const struct {
		const char *line;
		const char *rest;
		const char *next;
	} rows[] = {
		{ "x  a  b ; y", "a  b", "y" },
		{ "x a #5 b\ny", "a #5 b", "y" },
		{ "x \"a; b\"; y", "\"a; b\"", "y" },
		{ "x \"a; b", "\"a; b", NULL },
		{ "x ; y", "", "y" },
		{ "x a \t\r\n", "a", NULL },
	};
	struct buf b = { 0 };
	struct line_reader w;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		line_begin(&w, rows[i].line);
		assert_true(line_next_command(&w));
		line_take(&w);
		buf_reset(&b);
		line_rest(&w, &b);
		assert_string_equal(buf_str(&b), rows[i].rest);
		assert_int_equal(line_next_command(&w),
		    rows[i].next != NULL);
		if (rows[i].next != NULL)
			assert_string_equal(line_peek(&w), rows[i].next);
		line_end(&w);
	}
	buf_free(&b);
}

/* Acting on the application state without a device. */
static struct app_effect effect;

static void
act(struct app *d, const char *line, bool acts, bool goes,
    const char *complaint)
{
	struct buf error = { 0 };
	bool ok = true;

	buf_free(&effect.text);
	effect = (struct app_effect){ .kind = APP_NOTHING };
	if ((command_act(line, d, &effect, &ok, &error) != NULL) != acts)
		fail_msg("%s: acts or not", line);
	if (acts && ok != goes)
		fail_msg("%s: %s", line, buf_str(&error));
	if (complaint != NULL && strstr(buf_str(&error), complaint) == NULL)
		fail_msg("%s: %s", line, buf_str(&error));
	buf_free(&error);
}

static void
test_act(void **state)
{
	struct app d = { .simulated = false };

	(void)state;
	d.sessions = sessions_new(trace_new(), 0);
	act(&d, "getstatus", false, false, NULL);
	act(&d, "", false, false, NULL);
	act(&d, "\"", false, false, NULL);
	act(&d, "oops", false, false, NULL);
	act(&d, "mark a; getstatus", false, false, NULL);
	assert_int_equal(effect.kind, APP_NOTHING);
	act(&d, "mark two words ;# x", true, true, NULL);
	assert_int_equal(effect.kind, APP_MARK);
	assert_string_equal(buf_str(&effect.text), "two words");
	act(&d, "mark", true, false, "mark: expected a remark");
	act(&d, "trace dfu-util -l", true, true, NULL);
	act(&d, "trace dfu-util \"-l", true, false, "missing closing quote");
	act(&d, "quit now", true, false, "quit: too many words: \"now\"");
	assert_int_equal(effect.kind, APP_NOTHING);
	act(&d, "quit", true, true, NULL);
	assert_int_equal(effect.kind, APP_QUIT);
	act(&d, "yes", true, false, "there is no question to answer");
	act(&d, "step", true, false, "no device");
	act(&d, "watch", true, false, "no device");
	act(&d, "timeout 5", true, false, "no device");
	act(&d, "device 1", true, false, "the list has 0");
	act(&d, "device 0", true, false, "the list has 0");
	act(&d, "unplug", true, false, "only a simulated");
	d.simulated = true;
	act(&d, "unplug", true, true, NULL);
	assert_int_equal(effect.kind, APP_UNPLUG);
	sessions_free(d.sessions);
	buf_free(&effect.text);
}

static void
test_refusals(void **state)
{
	const struct command_row *row;
	size_t i;

	(void)state;
	for (i = 0; (row = command_at(i)) != NULL; i++)
		if (row->group <= COMMAND_JOB)
			assert_non_null(command_refusal(row, NULL, NULL, 0));
	assert_null(command_refusal(command_named("quit"), NULL, NULL, 0));
	assert_null(command_refusal(command_named("help"), NULL, NULL, 0));
}

/* What the word is taken for, as the sentence about it says. */
static void
assert_taken(const char *word, const char *name)
{
	struct buf error = { 0 };

	assert_null(command_compile(word, &error, NULL));
	if (strstr(buf_str(&error), name) == NULL)
		fail_msg("%s: %s, not %s", word, buf_str(&error), name);
	buf_free(&error);
}

/*
 * Each name with a letter too many is taken for that name, each with one left
 * out for a name; a key alone for what the key sends.
 */
static void
test_did_you_mean(void **state)
{
	const struct command_row *row;
	char word[64], text[160];
	size_t i, at;

	(void)state;
	for (i = 0; (row = command_at(i)) != NULL; i++) {
		for (at = 0; row->name[at] != '\0'; at++) {
			snprintf(word, sizeof(word), "%.*s%s", (int)at + 1,
			    row->name, row->name + at);
			snprintf(text, sizeof(text), "; did you mean %s?",
			    row->name);
			assert_taken(word, text);
			snprintf(word, sizeof(word), "%.*s%s", (int)at,
			    row->name, row->name + at + 1);
			if (command_named(word) == NULL && strlen(word) > 2)
				assert_taken(word, "; did you mean ");
		}
		if (row->key == 0 || row->key > 'z')
			continue;
		snprintf(word, sizeof(word), "%c", row->key);
		snprintf(text, sizeof(text), "; key %s runs %s",
		    word, row->press != NULL ? row->press : row->name);
		if (row->key != '.' && row->key != ',')
			assert_taken(word, text);
	}
	assert_taken("xyzzyxyzzy", "unknown command \"xyzzyxyzzy\"");
	assert_taken("GETSTATE", "; did you mean getstate?");
}

/*
 * The commands of version 0.1.0 are there, and what was renamed in them is
 * taken by both names.
 */
static void
test_old_names(void **state)
{
	static const char *const names[] = {
		"getstate", "getstatus", "clrstatus", "abort", "detach",
		"dnload", "upload", "reset", "alt", "control", "names",
		"string", "get-commands", "set-address", "erase",
		"mass-erase", "read-unprotect", "leave", "flash", "verify",
		"read", "erase-range", "wipe", "unprotect", "enter-dfu",
		"do-as", "recover", "wait", "expect", "until", "repeat", "on",
		"try", "source", "step", "continue", "skip", "instead",
		"break", "watch", "cancel", "yes", "no", "arm", "release",
		"stack", "what-if", "ways", "timeout", "xfer-size", "device",
		"mark", "export", "record", "unplug", "plug", "help", "quit"
	};
	static const char *const lines[] = { "arm", "arm off",
	    "export ladder a.txt", "export ladder operations a.txt",
	    "export ladder requests a.txt replace", "export sequence a.txt",
	    "export sequence fields a.txt" };
	struct buf error = { 0 };
	struct job *j;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		if (command_named(names[i]) == NULL)
			fail_msg("no command %s", names[i]);
	}
	for (i = 0; i < COUNT(lines); i++) {
		j = command_compile(lines[i], &error, NULL);
		if (j == NULL)
			fail_msg("%s: %s", lines[i], buf_str(&error));
		job_free(j);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_is_complete),
		cmocka_unit_test(test_did_you_mean),
		cmocka_unit_test(test_old_names),
		cmocka_unit_test(test_table_agrees_with_itself),
		cmocka_unit_test(test_keys_compile),
		cmocka_unit_test(test_good_lines),
		cmocka_unit_test(test_bad_lines_name_the_word),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_hex_limits),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_act),
		cmocka_unit_test(test_refusals),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
