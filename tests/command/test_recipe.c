/* SPDX-License-Identifier: ISC */
/* Recipes before anything is sent: parameters, errors, what they source. */
#include "tests/dfu/check.h"

#include <stdlib.h>
#include <string.h>

#include "command/recipe.h"

/* Files that exist in this test alone. */
static const struct {
	const char	*path;
	const char	*text;
} files[] = {
	{ "plain", "getstatus\n\n# remark\n  clrstatus # $nothing\n;\nabort" },
	{ "one", "param A 7\nparam B\ndnload $A\nmark $$A is \"$A $B\"\n" },
	{ "nest", "getstatus\nsource leaf X=1\nrepeat 2 source leaf X=2\n" },
	{ "leaf", "param X\ngetstate\nwait $X\n" },
	{ "deep", "source nest\nuntil gone source bad\n" },
	{ "bad", "getstatus\n\n\nfrobnicate 3\n" },
	{ "me", "getstatus\nsource other\n" },
	{ "other", "source me\n" },
	{ "gone", "source nowhere\n" },
	{ "late", "getstatus\nparam A 1\n" },
	{ "twice", "param A 1\nparam A 2\n" },
	{ "need", "param A\n" },
	{ "name", "param 1A\n" },
	{ "words", "param A 1 2\n" },
	{ "dollar", "wait $\n" },
	{ "unknown", "wait $A\n" },
	{ "blank", "param A \"a b\"\nmark $A\n" },
	{ "quoted", "param A \"a b\"\nmark \"$A\"\n" },
	{ "tells", "# export svg x\nmark export it; getstatus\n" },
	{ "exports", "try on gone export sequence a.txt\n" },
	{ "outer-export", "getstatus\nsource exports\n" },
	{ "quote", "param A \"a\\\"b\"\nmark \"$A\"\n" },
};

static const char *
file_of(const char *path)
{
	size_t i;

	for (i = 0; i < COUNT(files); i++) {
		if (strcmp(files[i].path, path) == 0)
			return (files[i].text);
	}
	return (NULL);
}

static bool
check(const char *path, char *const *args, size_t nargs,
    struct recipe_check *c, struct buf *error)
{
	const char *wanted, *text;
	bool ok = true;

	recipe_check_begin(c, path, args, nargs);
	while (ok && (wanted = recipe_check_wants(c)) != NULL) {
		text = file_of(wanted);
		if (text == NULL) {
			buf_addf(error, "no %s", wanted);
			return (false);
		}
		ok = recipe_check_give(c, (const uint8_t *)text,
		    strlen(text), error);
	}
	return (ok);
}

static void
test_lines(void **state)
{
	struct recipe_check c;
	struct buf error = { 0 };

	(void)state;
	assert_true(check("plain", NULL, 0, &c, &error));
	assert_int_equal(c.recipe.nlines, 3);
	assert_int_equal(c.recipe.lines[0].number, 1);
	assert_string_equal(c.recipe.lines[0].text, "getstatus");
	assert_int_equal(c.recipe.lines[1].number, 4);
	assert_string_equal(c.recipe.lines[1].text, "  clrstatus ");
	assert_int_equal(c.recipe.lines[2].number, 6);
	recipe_check_end(&c);
}

/* What is exported begins with the first event: the commands say so. */
static void
test_whole(void **state)
{
	static const struct {
		const char	*path;
		bool		 whole;
	} rows[] = {
		{ "plain", false },
		{ "tells", false },
		{ "exports", true },
		{ "outer-export", true },
	};
	struct recipe_check c;
	struct buf error = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		assert_true(check(rows[i].path, NULL, 0, &c, &error));
		if (c.sources.whole != rows[i].whole)
			fail_msg("%s", rows[i].path);
		recipe_check_end(&c);
	}
}

static void
test_parameters(void **state)
{
	char b[] = "B=two", a[] = "A=0x10";
	char *args[] = { b, a };
	struct recipe_check c;
	struct buf error = { 0 };

	(void)state;
	assert_true(check("one", args, 1, &c, &error));
	assert_string_equal(c.recipe.lines[0].text, "dnload 7");
	assert_string_equal(c.recipe.lines[1].text, "mark $A is \"7 two\"");
	recipe_check_end(&c);
	assert_true(check("one", args, 2, &c, &error));
	assert_string_equal(c.recipe.lines[0].text, "dnload 0x10");
	recipe_check_end(&c);
	assert_true(check("quoted", NULL, 0, &c, &error));
	assert_string_equal(c.recipe.lines[0].text, "mark \"a b\"");
	recipe_check_end(&c);
	assert_true(recipe_is_argument("A="));
	assert_true(recipe_is_argument("_a1=b=c"));
	assert_false(recipe_is_argument("=b"));
	assert_false(recipe_is_argument("1a=b"));
	assert_false(recipe_is_argument("./a=b"));
	assert_false(recipe_is_argument("file"));
}

/* All that is sourced is looked at, as often as it is sourced. */
static void
test_sources(void **state)
{
	struct recipe_check c;
	struct buf error = { 0 };

	(void)state;
	assert_true(check("nest", NULL, 0, &c, &error));
	assert_int_equal(c.sources.n, 3);
	assert_string_equal(c.sources.list[1].args[0], "X=1");
	assert_string_equal(c.sources.list[2].args[0], "X=2");
	assert_int_equal(c.sources.list[1].depth, 1);
	assert_int_equal(c.sources.list[2].depth, 2);
	recipe_check_end(&c);
}

static void
test_errors(void **state)
{
	static const struct {
		const char *path;
		const char *arg;	/* or NULL */
		const char *error;
	} rows[] = {
		{ "bad", NULL, "bad, line 4: unknown command "
		    "\"frobnicate\"" },
		{ "deep", NULL, "bad, line 4: unknown command "
		    "\"frobnicate\"" },
		{ "me", NULL, "me sources itself" },
		{ "gone", NULL, "no nowhere" },
		{ "plain", "A=1", "plain does not have the parameter A" },
		{ "late", NULL, "late, line 2: param must stand before the "
		    "first command" },
		{ "twice", NULL, "twice, line 2: parameter A is already "
		    "declared" },
		{ "need", NULL, "need, line 1: missing value of parameter "
		    "A, which has no default" },
		{ "name", NULL, "name, line 1: param: expected a name of "
		    "letters, digits and _" },
		{ "words", NULL, "words, line 1: too many words after param "
		    "A" },
		{ "dollar", NULL, "dollar, line 1: expected a name after $ "
		    "($$ is a dollar)" },
		{ "unknown", NULL, "unknown, line 1: unknown parameter A; "
		    "declare it with param" },
		{ "blank", NULL, "blank, line 2: the value of A has a blank, "
		    "; or #: it needs \"...\" around it here" },
		{ "quote", NULL, "quote, line 1: the value of A has a quote, "
		    "a backslash or a control character" },
		{ "leaf", "X=x", "leaf, line 3: wait: expected milliseconds "
		    "up to 16777215, not \"x\"" },
	};
	struct recipe_check c;
	struct buf error = { 0 };
	char arg[16], *args[] = { arg };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (rows[i].arg != NULL)
			strncpy(arg, rows[i].arg, sizeof(arg) - 1);
		assert_false(check(rows[i].path, args, rows[i].arg != NULL,
		    &c, &error));
		assert_string_equal(buf_str(&error), rows[i].error);
		buf_reset(&error);
		recipe_check_end(&c);
	}
	buf_free(&error);
}

static void
test_nul(void **state)
{
	static const uint8_t bytes[] = "getstatus\nget\0state\n";
	struct buf error = { 0 };
	struct recipe r;

	(void)state;
	assert_false(recipe_read(&r, "a\nb", bytes, sizeof(bytes) - 1, NULL,
	    0, &error));
	assert_string_equal(buf_str(&error), "a\\x0ab, line 2: the file has "
	    "a NUL byte: not a recipe");
	buf_free(&error);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_nul),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
