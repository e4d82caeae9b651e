/* SPDX-License-Identifier: ISC */
/* What is written for others to look at. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "dfu/spec.h"
#include "report/export.h"
#include "tests/ui/harness.h"
#include "wire/usb.h"

static void
export(struct buf *b, const char *frame, enum export_kind kind,
    enum sequence_zoom zoom)
{
	struct export w = { .kind = kind, .zoom = zoom };
	struct harness st;

	harness_begin(&st);
	assert_true(harness_scene(&st, frame));
	buf_reset(b);
	export_write(b, &st.app, st.app.sessions->list[0], &w, st.now);
	harness_end(&st);
}

static void
assert_has(const struct buf *b, const char *what)
{
	if (strstr(buf_str(b), what) == NULL)
		fail_msg("no \"%s\" at the end of\n%s", what, buf_str(b) +
		    (b->len > 700 ? b->len - 700 : 0));
}

/* A window of the trace has forgotten the beginning: both files say so. */
static void
what_is_missing_is_said(void **state)
{
	struct export w = { .kind = EXPORT_SVG };
	struct buf b = { 0 };
	struct harness st;

	(void)state;
	harness_begin(&st);
	sessions_free(st.app.sessions);
	st.app.sessions = sessions_new(trace_new_window(4), 4);
	assert_true(harness_scene(&st, "scope-stuck"));
	export_write(&b, &st.app, st.app.sessions->list[0], &w, st.now);
	assert_has(&b, "what came before");
	buf_reset(&b);
	w.kind = EXPORT_SEQUENCE;
	export_write(&b, &st.app, st.app.sessions->list[0], &w, st.now);
	assert_has(&b, "what came before");
	harness_end(&st);
	export(&b, "scope-stuck", EXPORT_SVG, SEQUENCE_REQUESTS);
	assert_null(strstr(buf_str(&b), "not kept"));
	buf_free(&b);
}

/* The verdict's trouble and the findings are in the picture, with words. */
static void
the_picture_says_where_it_stalled(void **state)
{
	struct buf b = { 0 };

	(void)state;
	export(&b, "scope-stuck", EXPORT_SVG, SEQUENCE_REQUESTS);
	assert_has(&b, "class=\"overdue\"");
	assert_has(&b, "!  overdue for 11.9 s: #6 GETSTATUS");
	assert_has(&b, ">findings<");
	assert_has(&b, ">F1<");
	assert_has(&b, "F1  error, host software: Device left in dfuMANIFEST");
	export(&b, "scope-overdue", EXPORT_SVG, SEQUENCE_REQUESTS);
	assert_has(&b, "!  overdue: #6 GETSTATUS in 4 dfuDNBUSY");
	assert_null(strstr(buf_str(&b), ">findings<"));
	buf_free(&b);
}

/* Every '<' opens a tag, every '&' an entity, and tags are balanced. */
static void
assert_xml(const struct buf *b)
{
	const char *p = buf_str(b);
	int depth = 0;

	for (; *p != '\0'; p++) {
		assert_true((unsigned char)*p >= 0x20 || *p == '\n');
		if (*p == '&')
			assert_true(strncmp(p, "&amp;", 5) == 0 ||
			    strncmp(p, "&lt;", 4) == 0 ||
			    strncmp(p, "&gt;", 4) == 0 ||
			    strncmp(p, "&quot;", 6) == 0);
		if (*p != '<')
			continue;
		depth += p[1] == '/' ? -1 : 1;
		p = strchr(p, '>');
		assert_non_null(p);
		if (p[-1] == '/')
			depth--;
		assert_true(depth >= 0);
	}
	assert_int_equal(depth, 0);
}

static void
pictures_say_how_it_ended(void **state)
{
	struct export w = { .kind = EXPORT_SVG };
	struct harness st;
	struct buf b = { 0 };

	(void)state;
	export(&b, "scope-stuck", EXPORT_SVG, 0);
	assert_xml(&b);
	/* Its ROM is known to stay there, of another nothing is known. */
	assert_has(&b, "the end: 7 dfuMANIFEST, reported");
	harness_begin(&st);
	assert_true(harness_scene(&st, "scope-stuck"));
	session_take_stack(st.app.sessions->list[0], NULL);
	buf_reset(&b);
	export_write(&b, &st.app, st.app.sessions->list[0], &w, st.now);
	harness_end(&st);
	assert_has(&b, "the end: 8 dfuMANIFEST-WAIT-RESET, by elapsed time, "
	    "not queried; last report: 7 dfuMANIFEST, #6, 12.4 s ago");
	export(&b, "scope-silent", EXPORT_SVG, 0);
	assert_xml(&b);
	assert_has(&b, "8.208 s  T  no answer: #4 GETSTATUS");
	assert_has(&b, "#5 GETSTATE has no answer after 2.4 s");
	export(&b, "scope-refused", EXPORT_SVG, 0);
	assert_has(&b, "S  STALL: #5 DNLOAD block 1, 7 bytes in 5 "
	    "dfuDNLOAD-IDLE");
	export(&b, "scope-vanished", EXPORT_SVG, 0);
	assert_has(&b, "G  gone: #5 DNLOAD");
	assert_has(&b, "the end: disconnected");
	export(&b, "scope-overdue", EXPORT_SVG, 0);
	assert_has(&b, "class=\"overdue\"");
	buf_free(&b);
}

/* Text of a device can neither leave its place nor spoil the file. */
static void
hostile_text_stays_text(void **state)
{
	struct harness_device d = harness_stm32;
	struct export w = { .kind = EXPORT_SVG };
	struct buf b = { 0 };
	struct harness st;

	(void)state;
	d.product = "</text><script>alert(1)</script>&\"'\033[2J\xef\xbf\xbe";
	harness_begin(&st);
	harness_arrive(&st, &d);
	export_write(&b, &st.app, st.app.sessions->list[0], &w, st.now);
	assert_xml(&b);
	assert_null(strstr(buf_str(&b), "<script"));
	assert_null(strstr(buf_str(&b), "\xef\xbf\xbe"));
	assert_has(&b, "&lt;script&gt;");
	buf_free(&b);
	harness_end(&st);
}

static void
sequences_have_three_zooms(void **state)
{
	struct buf b = { 0 };

	(void)state;
	export(&b, "scope-silent", EXPORT_SEQUENCE, SEQUENCE_OPERATIONS);
	assert_has(&b, "erase sector 0x08000000: 3 requests, 5.1 s, 1 "
	    "unanswered");
	export(&b, "scope-silent", EXPORT_SEQUENCE, SEQUENCE_REQUESTS);
	assert_has(&b, ":   105 ms, 104 ms announced");
	assert_has(&b, "| x no answer within 5.0 s");
	/* What has not ended took no time yet. */
	assert_has(&b, "\n                   | x no answer yet, 2.4 s");
	export(&b, "scope-refused", EXPORT_SEQUENCE, SEQUENCE_REQUESTS);
	assert_has(&b, " STALL --X 10 dfuERROR");
	export(&b, "polled", EXPORT_SEQUENCE, SEQUENCE_FIELDS);
	assert_has(&b, "GETSTATUS ×215 in 3 min 34 s");
	assert_has(&b, "bState 7 dfuMANIFEST");
	assert_has(&b, "21 00 00 00 08");
	buf_free(&b);
}

static void
files_that_are_there_stay(void **state)
{
	char dir[] = "/tmp/dfuscope-test-XXXXXX";
	struct buf path = { 0 }, error = { 0 }, bytes = { 0 };

	(void)state;
	assert_non_null(mkdtemp(dir));
	buf_addf(&path, "%s/file", dir);
	assert_true(file_write(buf_str(&path), "one", 3, false, &error));
	assert_false(file_write(buf_str(&path), "two", 3, false, &error));
	assert_has(&error, "file: the file exists already");
	assert_true(file_read(buf_str(&path), 100, &bytes, &error));
	assert_string_equal(buf_str(&bytes), "one");
	assert_true(file_write(buf_str(&path), "2", 1, true, &error));
	buf_reset(&bytes);
	assert_true(file_read(buf_str(&path), 100, &bytes, &error));
	assert_string_equal(buf_str(&bytes), "2");
	assert_int_equal(unlink(buf_str(&path)), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_false(file_write(buf_str(&path), "2", 1, true, &error));
	buf_free(&path);
	buf_free(&error);
	buf_free(&bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_say_how_it_ended),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(sequences_have_three_zooms),
		cmocka_unit_test(what_is_missing_is_said),
		cmocka_unit_test(the_picture_says_where_it_stalled),
		cmocka_unit_test(files_that_are_there_stay)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
