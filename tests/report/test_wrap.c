/* SPDX-License-Identifier: ISC */
/* Text in lines of at most WRAP_COLUMNS columns. */
#include "tests/dfu/check.h"

#include <locale.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "report/wrap.h"

static void
add_times(struct buf *b, size_t n, const char *s)
{
	while (n-- > 0)
		buf_adds(b, s);
}

/* A word of n times s behind "a ", whose last line must be that long. */
static void
check_fit(size_t n, const char *s, bool fits)
{
	struct buf text = { 0 }, want = { 0 }, got = { 0 };

	buf_adds(&text, "a ");
	add_times(&text, n, s);
	buf_adds(&want, fits ? "a " : "a\n");
	add_times(&want, n, s);
	buf_addc(&want, '\n');
	wrap_hang(&got, 0, 0, buf_str(&text));
	assert_string_equal(buf_str(&got), buf_str(&want));
	buf_free(&text);
	buf_free(&want);
	buf_free(&got);
}

static void
a_word_that_does_not_fit_begins_a_line(void **state)
{
	(void)state;
	check_fit(WRAP_COLUMNS - 2, "x", true);
	check_fit(WRAP_COLUMNS - 1, "x", false);
	/* Columns count, not bytes or characters. */
	check_fit(WRAP_COLUMNS - 2, "é", true);
	check_fit(WRAP_COLUMNS - 1, "é", false);
	check_fit(WRAP_COLUMNS / 2 - 1, "漢", true);
	check_fit(WRAP_COLUMNS / 2, "漢", false);
}

static void
a_word_too_long_for_any_line_is_broken(void **state)
{
	struct buf text = { 0 }, want = { 0 }, got = { 0 };

	(void)state;
	add_times(&text, WRAP_COLUMNS + 4, "x");
	add_times(&want, WRAP_COLUMNS - 2, "x");
	buf_adds(&want, "\n    xxxxxx\n");
	buf_adds(&got, "");
	wrap_hang(&got, 2, 4, buf_str(&text));
	assert_int_equal(strncmp(buf_str(&got), "  x", 3), 0);
	assert_string_equal(buf_str(&got) + 2, buf_str(&want));
	buf_free(&text);
	buf_free(&want);
	buf_free(&got);
}

static void
newlines_and_labels(void **state)
{
	struct buf got = { 0 };

	(void)state;
	wrap_hang(&got, 1, 3, "one  two\nthree");
	assert_string_equal(buf_str(&got), " one two\n   three\n");
	buf_reset(&got);
	wrap_add(&got, 2, "does: ", "nothing");
	wrap_add(&got, 2, "does: ", NULL);
	assert_string_equal(buf_str(&got), "  does: nothing\n");
	buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_that_does_not_fit_begins_a_line),
		cmocka_unit_test(a_word_too_long_for_any_line_is_broken),
		cmocka_unit_test(newlines_and_labels)
	};

	/* How wide a character is the locale says. */
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
