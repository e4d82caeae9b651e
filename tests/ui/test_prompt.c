/* SPDX-License-Identifier: ISC */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ui/prompt/complete.h"
#include "ui/prompt/prompt.h"

static enum prompt_result
press(struct prompt *p, enum press_kind kind, uint32_t cp)
{
	struct press k = { .kind = kind, .cp = cp };

	return (prompt_press(p, &k));
}

static void
type(struct prompt *p, const char *s)
{
	for (; *s != '\0'; s++)
		press(p, PRESS_CHAR, (uint8_t)*s);
}

static void
line_is_edited(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "");
	type(&p, "abort x");
	press(&p, PRESS_BACKSPACE, 0);
	press(&p, PRESS_CHAR, PRESS_CONTROL('w'));
	assert_string_equal(buf_str(&p.text), "");
	type(&p, "getstate");
	press(&p, PRESS_HOME, 0);
	press(&p, PRESS_DELETE, 0);
	type(&p, "g");
	press(&p, PRESS_END, 0);
	press(&p, PRESS_LEFT, 0);
	press(&p, PRESS_CHAR, PRESS_CONTROL('k'));
	assert_string_equal(buf_str(&p.text), "getstat");
	press(&p, PRESS_CHAR, PRESS_CONTROL('u'));
	assert_string_equal(buf_str(&p.text), "");
	prompt_free(&p);
}

static void
a_wrong_line_cannot_be_sent(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "");
	type(&p, "getstate; frobnicate");
	assert_non_null(strstr(buf_str(&p.error), "frobnicate"));
	assert_int_equal(press(&p, PRESS_ENTER, 0), PROMPT_OPEN);
	assert_int_equal(press(&p, PRESS_ESCAPE, 0), PROMPT_CLOSED);
	prompt_free(&p);
}

static void
history_is_recalled(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "");
	type(&p, "getstate");
	assert_int_equal(press(&p, PRESS_ENTER, 0), PROMPT_LINE);
	assert_string_equal(buf_str(&p.text), "getstate");
	prompt_open(&p, "");
	press(&p, PRESS_UP, 0);
	assert_string_equal(buf_str(&p.text), "getstate");
	press(&p, PRESS_DOWN, 0);
	assert_string_equal(buf_str(&p.text), "");
	prompt_free(&p);
}

static void
words_are_completed(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "getstatu");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text), "getstatus ");
	type(&p, "; expect state dfuDNL");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text),
	    "getstatus ; expect state dfuDNLOAD-");
	assert_string_equal(buf_str(&p.choices),
	    "dfuDNLOAD-SYNC dfuDNLOAD-IDLE");
	type(&p, "I");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text),
	    "getstatus ; expect state dfuDNLOAD-IDLE ");
	assert_int_equal(p.error.len, 0);
	prompt_free(&p);
}

static void
a_paste_is_text(void **state)
{
	struct press k = { .kind = PRESS_PASTE,
	    .text = "getstate\nabort\033\n" };
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "");
	assert_int_equal(prompt_press(&p, &k), PROMPT_OPEN);
	assert_string_equal(buf_str(&p.text), "getstate; abort");
	prompt_free(&p);
}

static void
words_are_moved_over_and_brought_back(void **state)
{
	struct press alt = { .kind = PRESS_CHAR, .alt = true };
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "until state dfuIDLE getstatus");
	alt.cp = 'b';
	prompt_press(&p, &alt);
	assert_int_equal(p.at, 20);
	prompt_press(&p, &alt);
	assert_int_equal(p.at, 12);
	alt.cp = 'f';
	prompt_press(&p, &alt);
	assert_int_equal(p.at, 19);
	press(&p, PRESS_CHAR, PRESS_CONTROL('w'));
	assert_string_equal(buf_str(&p.text), "until state  getstatus");
	press(&p, PRESS_END, 0);
	press(&p, PRESS_CHAR, PRESS_CONTROL('y'));
	assert_string_equal(buf_str(&p.text),
	    "until state  getstatusdfuIDLE");
	press(&p, PRESS_CHAR, PRESS_CONTROL('u'));
	press(&p, PRESS_CHAR, PRESS_CONTROL('y'));
	press(&p, PRESS_CHAR, PRESS_CONTROL('y'));
	assert_int_equal(p.text.len, 58);
	prompt_free(&p);
}

static void
the_wrong_word_is_pointed_at(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "getstate; expect stat dfuIDLE");
	assert_int_equal(p.wrong, 17);
	assert_true(prompt_is_wrong(&p));
	/* Who is still typing a word is not wrong yet. */
	prompt_open(&p, "getstate; expec");
	assert_int_equal(p.wrong, 10);
	assert_false(prompt_is_wrong(&p));
	prompt_open(&p, "alt ");
	assert_int_equal(p.wrong, 4);
	assert_false(prompt_is_wrong(&p));
	prompt_free(&p);
}

static void
history_is_searched(void **state)
{
	struct prompt p = { .open = false };
	struct buf why = { 0 };

	(void)state;
	history_add(&p.history, "upload 2", &why);
	history_add(&p.history, "getstate", &why);
	history_add(&p.history, "upload 3", &why);
	history_add(&p.history, "upload 2", &why);
	assert_int_equal(p.history.n, 3);
	prompt_open(&p, "");
	press(&p, PRESS_CHAR, PRESS_CONTROL('r'));
	type(&p, "load");
	assert_string_equal(buf_str(&p.text), "upload 2");
	press(&p, PRESS_CHAR, PRESS_CONTROL('r'));
	assert_string_equal(buf_str(&p.text), "upload 3");
	press(&p, PRESS_CHAR, PRESS_CONTROL('r'));
	assert_string_equal(buf_str(&p.text), "upload 3");
	press(&p, PRESS_ESCAPE, 0);
	assert_true(p.open);
	assert_false(p.seeking);
	type(&p, "0");
	assert_int_equal(press(&p, PRESS_ENTER, 0), PROMPT_LINE);
	assert_string_equal(buf_str(&p.text), "upload 30");
	prompt_free(&p);
	buf_free(&why);
}

static void
history_survives_the_run(void **state)
{
	char folder[] = "history.XXXXXX";
	struct history first = { .n = 0 }, second = { .n = 0 };
	struct buf path = { 0 }, why = { 0 };
	struct stat st;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	buf_addf(&path, "%s/history", folder);
	history_open(&first, buf_str(&path));
	history_open(&second, buf_str(&path));
	assert_true(history_add(&first, "getstate", &why));
	/* Two runs at a time lose nothing of each other. */
	assert_true(history_add(&second, "abort", &why));
	assert_true(history_add(&first, "leave", &why));
	history_free(&second);
	history_open(&second, buf_str(&path));
	assert_int_equal(second.n, 3);
	assert_string_equal(second.lines[0], "getstate");
	assert_string_equal(second.lines[2], "leave");
	assert_int_equal(stat(buf_str(&path), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	for (i = 0; i < HISTORY_MAX + 10; i++) {
		char line[32];

		snprintf(line, sizeof(line), "wait %zu", i);
		assert_true(history_add(&second, line, &why));
	}
	assert_int_equal(second.n, HISTORY_MAX);
	assert_string_equal(second.lines[0], "wait 10");
	history_free(&first);
	history_free(&second);
	assert_int_equal(unlink(buf_str(&path)), 0);
	assert_int_equal(rmdir(folder), 0);
	history_open(&first, buf_str(&path));
	assert_int_equal(first.n, 0);
	assert_false(history_add(&first, "abort", &why));
	assert_non_null(strstr(buf_str(&why), folder));
	assert_int_equal(first.n, 1);
	history_free(&first);
	buf_free(&path);
	buf_free(&why);
}

static void
touch(const char *folder, const char *name)
{
	struct buf path = { 0 };
	FILE *f;

	buf_addf(&path, "%s/%s", folder, name);
	f = fopen(buf_str(&path), "w");
	assert_non_null(f);
	fclose(f);
	buf_free(&path);
}

static void
files_are_completed(void **state)
{
	static const char *const names[] = { "image.bin", "image two.bin",
	    "bad\033name", ".hidden" };
	char folder[] = "files.XXXXXX";
	struct prompt p = { .open = false };
	struct buf text = { 0 };
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (i = 0; i < 4; i++)
		touch(folder, names[i]);
	buf_addf(&text, "dnload @%s/", folder);
	prompt_open(&p, buf_str(&text));
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.choices), "image two.bin image.bin");
	type(&p, ".");
	press(&p, PRESS_TAB, 0);
	buf_addf(&text, "image.bin ");
	assert_string_equal(buf_str(&p.text), buf_str(&text));
	buf_reset(&text);
	buf_addf(&text, "dnload @%s/image", folder);
	prompt_open(&p, buf_str(&text));
	type(&p, " ");
	press(&p, PRESS_BACKSPACE, 0);
	press(&p, PRESS_HOME, 0);
	for (i = 0; i < 7; i++)
		press(&p, PRESS_RIGHT, 0);
	type(&p, "\"");
	press(&p, PRESS_END, 0);
	type(&p, " ");
	press(&p, PRESS_TAB, 0);
	buf_reset(&text);
	buf_addf(&text, "dnload \"@%s/image two.bin\" ", folder);
	assert_string_equal(buf_str(&p.text), buf_str(&text));
	assert_int_equal(p.error.len, 0);
	for (i = 0; i < 4; i++) {
		buf_reset(&text);
		buf_addf(&text, "%s/%s", folder, names[i]);
		assert_int_equal(unlink(buf_str(&text)), 0);
	}
	assert_int_equal(rmdir(folder), 0);
	buf_free(&text);
	prompt_free(&p);
}

static void
arguments_are_completed(void **state)
{
	struct prompt p = { .open = false };

	(void)state;
	prompt_open(&p, "watch of");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text), "watch off ");
	prompt_open(&p, "until outcome st");
	press(&p, PRESS_TAB, 0);
	type(&p, "getstatu");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text),
	    "until outcome stall getstatus ");
	prompt_ask(&p, PROMPT_FILTER, "not request getstatu");
	press(&p, PRESS_TAB, 0);
	type(&p, "outc");
	press(&p, PRESS_TAB, 0);
	type(&p, "ti");
	press(&p, PRESS_TAB, 0);
	assert_string_equal(buf_str(&p.text),
	    "not request getstatus outcome timeout ");
	prompt_free(&p);
}

/* What stands in the line, and what Tab offers or makes of the last word. */
static const struct {
	const char *line;
	const char *made; /* "": several, or none */
	const char *choices;
} completions[] = {
	{ "flash build/x.bin ver", "verify ", "" },
	{ "flash build/x.bin 0x08000000 no", "no-read ", "" },
	{ "flash build/x.bin verify he", "here ", "" },
	{ "read 0x08000000 16 dump.bin re", "replace ", "" },
	{ "until outcome stall max 3 getstatu", "getstatus ", "" },
	{ "until gone ma", "ma", "max mass-erase mark" },
	{ "on verdict over", "overdue ", "" },
	{ "on gone expect state dfuMANIFEST-W", "dfuMANIFEST-WAIT-RESET ", "" },
	{ "break request getstatu", "getstatus ", "" },
	{ "expect poll < ", "", "" },
	{ "expect gone ", "", "" },
	{ "repeat 3 try re", "re",
	    "reset read-unprotect read recover repeat release record "
	    "restart" },
	{ "do-as py", "pydfu ", "" },
	{ "do-as pydfu fl", "flash ", "" },
	{ "do-as pydfu flash x.bin le", "leave ", "" },
	{ "do-as pydfu open le", "le", "" },
	{ "recover ne", "next ", "" },
	{ "export ladder fiel", "fields ", "" },
	{ "export svg x.svg rep", "replace ", "" },
	{ "export ladder fields x.txt rep", "replace ", "" },
	{ "stack au", "auto ", "" },
	{ "arm o", "off ", "" },
	{ "what-if getstatu", "getstatus ", "" },
	{ "mark state dfuI", "dfuI", "" },
	{ "nothing state dfuI", "dfuI", "" },
	{ "getstatus; arm o", "off ", "" },
	{ "control 0x80 6 0x0100 0 18 h", "hex:", "" },
};

static void
each_place_is_completed(void **state)
{
	struct buf word = { 0 }, choices = { 0 };
	size_t i, from;

	(void)state;
	for (i = 0; i < sizeof(completions) / sizeof(completions[0]); i++) {
		buf_reset(&word);
		buf_reset(&choices);
		complete_line(completions[i].line, &from, &word, &choices);
		if (strcmp(buf_str(&word), completions[i].made) != 0 ||
		    strcmp(buf_str(&choices), completions[i].choices) != 0)
			fail_msg("%s: \"%s\" of \"%s\"", completions[i].line,
			    buf_str(&word), buf_str(&choices));
	}
	buf_free(&word);
	buf_free(&choices);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(line_is_edited),
		cmocka_unit_test(a_wrong_line_cannot_be_sent),
		cmocka_unit_test(history_is_recalled),
		cmocka_unit_test(words_are_completed),
		cmocka_unit_test(a_paste_is_text),
		cmocka_unit_test(words_are_moved_over_and_brought_back),
		cmocka_unit_test(the_wrong_word_is_pointed_at),
		cmocka_unit_test(history_is_searched),
		cmocka_unit_test(history_survives_the_run),
		cmocka_unit_test(files_are_completed),
		cmocka_unit_test(arguments_are_completed),
		cmocka_unit_test(each_place_is_completed) };

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
