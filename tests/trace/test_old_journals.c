/* SPDX-License-Identifier: ISC */
/*
 * The journals of version 0.1.0 in tests/journal were written by that version
 * and stay for ever: each is read, and says the same when it is written anew.
 * So does one of a later format, whose kinds and fields nobody here knows; and
 * a damaged field is named and harms nothing else.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/event.h"
#include "trace/identity.h"
#include "trace/journal.h"

/* All lines of all of them, without the newline. */
static char **lines;
static size_t nlines;

static int
setup(void **state)
{
	glob_t found;
	char *line = NULL;
	size_t i, size = 0;
	ssize_t n;
	FILE *f;

	(void)state;
	if (glob(TESTS_DIR "/journal/0.1.0/*.journal", 0, NULL, &found) != 0)
		return (-1);
	for (i = 0; i < found.gl_pathc; i++) {
		f = fopen(found.gl_pathv[i], "r");
		assert_non_null(f);
		while ((n = getline(&line, &size, f)) > 0) {
			line[strcspn(line, "\n")] = '\0';
			lines = mem_array(lines, nlines + 1, sizeof(*lines));
			lines[nlines++] = mem_strdup(line);
		}
		fclose(f);
	}
	free(line);
	globfree(&found);
	return (0);
}

static int
teardown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < nlines; i++)
		free(lines[i]);
	free(lines);
	return (0);
}

/* How much of a line is not a comment: a quoted " ; " is none. */
static size_t
meaning_of(const char *line)
{
	bool quoted = false;
	size_t i;

	for (i = 0; line[i] != '\0'; i++) {
		if (line[i] == '\\' && quoted && line[i + 1] != '\0')
			i++;
		else if (line[i] == '"')
			quoted = !quoted;
		else if (!quoted && strncmp(line + i, " ; ", 3) == 0)
			break;
	}
	return (i);
}

/* Read and printed: the line without its comment, as it was. */
static void
check_rewrite(const char *line, struct event *e,
    struct journal_scratch *scratch)
{
	struct buf error = { 0 }, out = { 0 };
	size_t n = meaning_of(line);

	if (journal_parse(line, strlen(line), e, scratch, &error) !=
	    JOURNAL_EVENT)
		fail_msg("%s: %s", line, buf_str(&error));
	journal_print(&out, e, NULL);
	if (out.len != n + 1 || memcmp(out.data, line, n) != 0)
		fail_msg("%s\nbecomes\n%s", line, buf_str(&out));
	buf_free(&out);
	buf_free(&error);
}

static void
test_read_as_before(void **state)
{
	bool seen[EVENT_KIND_COUNT] = { false };
	struct journal_scratch scratch = { 0 };
	struct buf error = { 0 };
	size_t i, headers = 0;
	struct event e;
	unsigned kind;

	(void)state;
	for (i = 0; i < nlines; i++) {
		if (journal_parse(lines[i], strlen(lines[i]), &e, &scratch,
		    &error) == JOURNAL_HEADER) {
			assert_string_equal(lines[i],
			    "dfuscope-journal 1 0.1.0");
			headers++;
			continue;
		}
		check_rewrite(lines[i], &e, &scratch);
		assert_int_equal(e.basis, EVENT_SEEN);
		assert_int_equal(e.agent, EVENT_BY_SELF);
		assert_true(event_knows(&e, EVENT_KNOWS_ALL));
		seen[e.kind] = true;
	}
	assert_true(headers >= 10);
	/* Events were never lost in it; the rest is there. */
	for (kind = EVENT_OTHER + 1; kind < EVENT_LOST; kind++) {
		if (!seen[kind])
			fail_msg("none is of kind %s",
			    event_kind_name((enum event_kind)kind));
	}
	buf_free(&error);
	journal_scratch_free(&scratch);
}

/* What a later version may add to a line, behind all that it has. */
static void
test_later_is_kept(void **state)
{
	static const char *const more[] = { "pitch=7", "hue=\"r; \\\"d\\\"\"",
	    "depth=1..2 width=0x3" };
	struct journal_scratch scratch = { 0 };
	struct event e;
	size_t i, k;
	char *line;

	(void)state;
	for (i = 0; i < nlines; i++) {
		if (strncmp(lines[i], JOURNAL_MAGIC, 16) == 0)
			continue;
		for (k = 0; k < COUNT(more); k++) {
			line = mem_printf("%.*s %s", (int)meaning_of(lines[i]),
			    lines[i], more[k]);
			check_rewrite(line, &e, &scratch);
			assert_string_equal(e.who->more, more[k]);
			free(line);
		}
	}
	check_rewrite("1.000000 d1 warmed by=\"3 K\" #x ok", &e, &scratch);
	assert_int_equal(e.kind, EVENT_OTHER);
	journal_scratch_free(&scratch);
}

/* The field whose value any text is, quoted or not. */
static bool
is_text(const char *key, size_t n)
{
	const struct journal_field *f;
	size_t i;

	for (i = 0; i < journal_fields_count; i++) {
		f = journal_field(i);
		if (strlen(f->key) == n && memcmp(f->key, key, n) == 0)
			return (*f->value == '"');
	}
	fail_msg("%.*s: not in the table", (int)n, key);
	return (false);
}

/* The same line with that value damaged must be refused, at this column. */
static void
check_damaged(const char *line, const char *equals)
{
	struct journal_scratch scratch = { 0 };
	size_t end = (size_t)(equals - line) + 1, column;
	struct buf error = { 0 };
	struct event e;
	char *bad;

	bad = mem_printf("%.*s~%s", (int)end, line, line + end);
	if (journal_parse(bad, strlen(bad), &e, &scratch, &error) !=
	    JOURNAL_BAD)
		fail_msg("accepted: %s", bad);
	if (sscanf(buf_str(&error), "column %zu:", &column) != 1 ||
	    column <= end || column > strlen(bad) + 1)
		fail_msg("%s: %s", bad, buf_str(&error));
	free(bad);
	buf_free(&error);
	journal_scratch_free(&scratch);
}

/* The beginning of the key before this sign, or NULL: it is in a text. */
static const char *
key_before(const char *line, const char *equals)
{
	const char *p = equals;
	size_t quotes = 0;

	while (p > line && p[-1] != ' ')
		p--;
	for (line = p; line < equals; line++)
		quotes += *line == '"';
	return (quotes == 0 && p < equals ? p : NULL);
}

static void
test_damaged(void **state)
{
	const char *p, *key;
	size_t i, n = 0;
	char *line;

	(void)state;
	for (i = 0; i < nlines; i++) {
		if (strstr(lines[i], " text=") != NULL)
			continue;
		line = mem_printf("%.*s", (int)meaning_of(lines[i]), lines[i]);
		for (p = strchr(line, '='); p != NULL; p = strchr(p + 1, '=')) {
			key = key_before(line, p);
			if (key == NULL || is_text(key, (size_t)(p - key)))
				continue;
			check_damaged(line, p);
			n++;
		}
		free(line);
	}
	assert_true(n > 300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read_as_before),
		cmocka_unit_test(test_later_is_kept),
		cmocka_unit_test(test_damaged),
	};

	return (cmocka_run_group_tests(tests, setup, teardown));
}
