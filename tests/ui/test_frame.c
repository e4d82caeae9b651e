/* SPDX-License-Identifier: ISC */
/* What a frame holds is so, and is what its views draw. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/ui/harness.h"

static void
same_verdict(const struct frame *f, const struct session *s)
{
	struct verdict v = verdict_of(s, s->said_stack, f->now);

	assert_ptr_equal(f->verdict.row, v.row);
	assert_ptr_equal(f->verdict.stack, v.stack);
	assert_int_equal(f->verdict.since, v.since);
	assert_int_equal(f->verdict.by, v.by);
	assert_ptr_equal(f->print.stack,
	    fingerprint_stack(s, s->said_stack));
	assert_int_equal(f->estimate.how, session_estimate(s, f->now).how);
}

static void
same_findings(const struct frame *f, const struct session *s)
{
	struct findings_shown shown;
	size_t i;

	findings_take(&shown, s, NULL, f->now);
	assert_int_equal(f->findings.n, shown.n);
	for (i = 0; i < shown.n; i++)
		assert_ptr_equal(f->findings.list[i]->row, shown.list[i]->row);
	findings_drop(&shown);
}

/* What a bar offers is never refused when its key is pressed. */
static void
offers_are_taken(const struct frame *f, const struct session *s)
{
	size_t i;

	for (i = 0; f->offered != NULL && command_at(i) != NULL; i++) {
		if (f->offered[i])
			assert_null(command_refusal(command_at(i), s,
			    f->runner, f->now));
	}
}

static void
a_frame_holds_what_is_so(void **state)
{
	const struct session *s;
	struct harness st;
	struct frame f;
	size_t i;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++) {
		harness_begin(&st);
		assert_true(harness_scene(&st, harness_scenes[i]));
		frame_begin(&f, &st.view, &st.app, st.now);
		s = app_session(&st.app);
		assert_ptr_equal(f.session, s);
		if (s != NULL && f.runner != NULL) {
			same_verdict(&f, s);
			same_findings(&f, s);
			offers_are_taken(&f, s);
		}
		frame_end(&f);
		harness_end(&st);
	}
}

/* The frame is changed behind the session's back: the screen follows it. */
static void
drawn(struct harness *st, int rows, const char *word, struct buf *text)
{
	struct canvas *c = canvas_new(rows, 100, false);
	struct frame f;
	size_t i;

	buf_reset(text);
	frame_begin(&f, &st->view, &st->app, st->now);
	if (word != NULL) {
		f.verdict = (struct verdict){ .row = verdict_named(word) };
		f.findings.n = f.findings.standing = 0;
		for (i = 0; f.offered != NULL && command_at(i) != NULL; i++)
			f.offered[i] = false;
	}
	screen_draw(c, &f);
	frame_end(&f);
	canvas_dump(c, text, false);
	canvas_free(c);
}

static void
views_draw_what_the_frame_holds(void **state)
{
	static const int rows[] = { 30, 14 };
	struct buf text = { 0 };
	struct harness st;
	size_t i;

	(void)state;
	harness_begin(&st);
	harness_scene(&st, "stuck");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		drawn(&st, rows[i], NULL, &text);
		assert_non_null(strstr(buf_str(&text), "OVERDUE"));
		assert_non_null(strstr(buf_str(&text), "F5 1 finding"));
		assert_non_null(strstr(buf_str(&text), "s State"));
		drawn(&st, rows[i], "lost", &text);
		assert_null(strstr(buf_str(&text), "OVERDUE"));
		assert_non_null(strstr(buf_str(&text), "LOST"));
		assert_null(strstr(buf_str(&text), " finding"));
		assert_null(strstr(buf_str(&text), "s State"));
	}
	st.view.screen = SCREEN_FINDINGS;
	drawn(&st, 30, "lost", &text);
	assert_non_null(strstr(buf_str(&text), "No findings yet"));
	buf_free(&text);
	harness_end(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_holds_what_is_so),
		cmocka_unit_test(views_draw_what_the_frame_holds)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
