/* SPDX-License-Identifier: ISC */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dfu/spec.h"
#include "tests/ui/harness.h"
#include "wire/usb.h"

static const char *
key(struct harness *st, enum press_kind kind, uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };
	static struct buf line;
	bool by_key;

	if (kind == PRESS_NONE) {
		buf_free(&line);
		return ("");
	}
	return (harness_press(st, &p, &line, &by_key));
}

static void
type(struct harness *st, const char *s)
{
	for (; *s != '\0'; s++)
		key(st, PRESS_CHAR, (uint8_t)*s);
}

static void
view(struct harness *st)
{
	canvas_free(harness_draw(st, 24, 80, false));
}

static void
begin(struct harness *st, const char *frame)
{
	harness_begin(st);
	harness_scene(st, frame);
	view(st);
}

static void
end(struct harness *st)
{
	key(st, PRESS_NONE, 0);
	harness_end(st);
}

static void
filter(struct harness *st, const char *text)
{
	type(st, "f");
	key(st, PRESS_CHAR, PRESS_CONTROL('u'));
	type(st, text);
	key(st, PRESS_ENTER, 0);
	view(st);
}

/* Numbers of the requests that are shown. */
static void
assert_shown(struct harness *st, const char *want)
{
	const struct fold *f = &st->view.list.fold;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < fold_count(f); i++)
		if (!fold_at(f, i)->event)
			buf_addf(&b, "%s%u", b.len == 0 ? "" : " ",
			    fold_at(f, i)->last);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void
a_filter_combines_its_terms(void **state)
{
	struct harness st;

	(void)state;
	begin(&st, "stuck");
	filter(&st, "request getstatus");
	assert_shown(&st, "3 4 6");
	filter(&st, "request getstatus request dnload");
	assert_shown(&st, "2 3 4 5 6");
	filter(&st, "request getstatus since #4");
	assert_shown(&st, "4 6");
	filter(&st, "not request getstatus until 4");
	assert_shown(&st, "1 2");
	/* Sent in that state, or answered with it. */
	filter(&st, "state dfuDNLOAD-IDLE");
	assert_shown(&st, "4 5");
	filter(&st, "outcome stall");
	assert_shown(&st, "");
	key(&st, PRESS_ESCAPE, 0);
	view(&st);
	assert_shown(&st, "1 2 3 4 5 6");
	end(&st);
}

static void
what_comes_later_is_sifted_too(void **state)
{
	struct harness st;

	(void)state;
	begin(&st, "error");
	filter(&st, "outcome stall");
	assert_shown(&st, "2");
	harness_ask(&st, 1000, DFU_UPLOAD, 0, NULL, 8);
	view(&st);
	/* A request in flight is always in sight. */
	assert_shown(&st, "2 4");
	harness_answer(&st, 100, OUTCOME_STALL, NULL, 0);
	harness_ask(&st, 1000, DFU_ABORT, 0, NULL, 0);
	harness_answer(&st, 100, OUTCOME_OK, NULL, 0);
	view(&st);
	assert_shown(&st, "2 4");
	end(&st);
}

static void
a_wrong_filter_says_where(void **state)
{
	struct buf error = { 0 };
	struct list_filter s;
	size_t at;

	(void)state;
	assert_false(list_filter_parse(
	    &s, "request getstatus outcome bad", &error, &at));
	assert_int_equal(at, 26);
	assert_string_equal(buf_str(&error),
	    "expected an outcome, not \"bad\"");
	buf_reset(&error);
	assert_false(list_filter_parse(&s, "not", &error, &at));
	assert_int_equal(at, 3);
	buf_free(&error);
}

static void
the_selected_row_stays(void **state)
{
	struct harness st;

	(void)state;
	begin(&st, "stuck");
	key(&st, PRESS_UP, 0);
	key(&st, PRESS_UP, 0);
	assert_int_equal(list_selected(&st.view.list)->last, 4);
	filter(&st, "request getstatus");
	assert_int_equal(list_selected(&st.view.list)->last, 4);
	key(&st, PRESS_ESCAPE, 0);
	view(&st);
	assert_int_equal(list_selected(&st.view.list)->last, 4);
	assert_true(st.view.list.paused);
	key(&st, PRESS_ESCAPE, 0);
	view(&st);
	assert_int_equal(list_selected(&st.view.list)->last, 6);
	end(&st);
}

static void
text_is_looked_for(void **state)
{
	struct harness st;

	(void)state;
	begin(&st, "stuck");
	type(&st, "/dnload");
	key(&st, PRESS_ENTER, 0);
	view(&st);
	assert_int_equal(list_selected(&st.view.list)->last, 5);
	type(&st, "b");
	view(&st);
	assert_int_equal(list_selected(&st.view.list)->last, 4);
	type(&st, "n");
	view(&st);
	assert_int_equal(list_selected(&st.view.list)->last, 5);
	type(&st, "/#3");
	key(&st, PRESS_ENTER, 0);
	view(&st);
	assert_int_equal(list_selected(&st.view.list)->last, 3);
	type(&st, "/nowhere");
	key(&st, PRESS_ENTER, 0);
	view(&st);
	assert_int_equal(list_selected(&st.view.list)->last, 3);
	assert_non_null(strstr(buf_str(&st.view.notice), "nowhere"));
	end(&st);
}

static void
a_loop_is_unfolded_and_folded(void **state)
{
	struct harness st;
	size_t n;

	(void)state;
	begin(&st, "polled");
	n = st.view.list.fold.nrows;
	type(&st, "z");
	view(&st);
	assert_int_equal(st.view.list.fold.nrows, n + 214);
	assert_int_equal(list_selected(&st.view.list)->last, 6);
	/* What comes now stays apart, as the rest of the loop. */
	harness_status(&st, 1000, 0, 0, DFU_STATE_MANIFEST);
	view(&st);
	assert_int_equal(st.view.list.fold.nrows, n + 215);
	key(&st, PRESS_DOWN, 0);
	type(&st, "z");
	view(&st);
	assert_int_equal(st.view.list.fold.nrows, n);
	assert_int_equal(list_selected(&st.view.list)->count, 216);
	assert_int_equal(list_selected(&st.view.list)->first, 6);
	assert_int_equal(list_selected(&st.view.list)->last, 221);
	key(&st, PRESS_UP, 0);
	type(&st, "z");
	assert_non_null(strstr(buf_str(&st.view.notice), "row of polls"));
	end(&st);
}

static void
marks_are_found_again(void **state)
{
	struct list *l;
	struct harness st;

	(void)state;
	begin(&st, "stuck");
	l = &st.view.list;
	type(&st, "]");
	assert_non_null(strstr(buf_str(&st.view.notice), "Space"));
	type(&st, " ");
	key(&st, PRESS_HOME, 0);
	key(&st, PRESS_DOWN, 0);
	type(&st, " ");
	assert_int_equal(l->nmarks, 2);
	assert_int_equal(list_mark_of(l, &l->fold.rows[3])->last, 1);
	type(&st, "]");
	assert_int_equal(list_selected(l)->last, 6);
	type(&st, "[");
	assert_int_equal(list_selected(l)->last, 1);
	type(&st, "[");
	assert_int_equal(list_selected(l)->last, 1);
	type(&st, " ");
	assert_int_equal(l->nmarks, 1);
	/* Rows before the only mark are told from it too. */
	assert_int_equal(list_mark_of(l, &l->fold.rows[1])->last, 6);
	filter(&st, "request dnload");
	assert_null(list_mark_of(l, fold_at(&l->fold, 0)));
	end(&st);
}

static void
requests_are_copied(void **state)
{
	struct harness st;

	(void)state;
	begin(&st, "stuck");
	type(&st, "/set address");
	key(&st, PRESS_ENTER, 0);
	view(&st);
	type(&st, "Y");
	assert_string_equal(buf_str(&st.view.copy), "control 0x21 0x01 0x0000 "
	    "0x0000 5 hex:2100000008\n");
	assert_string_equal(buf_str(&st.view.box), buf_str(&st.view.copy));
	view(&st);
	/* The box goes with the next key, which does what it always does. */
	assert_string_equal(key(&st, PRESS_CHAR, 's'), "getstate");
	assert_int_equal(st.view.box.len, 0);
	type(&st, "y");
	assert_non_null(strstr(buf_str(&st.view.notice), "no question"));
	assert_null(strstr(buf_str(&st.view.copy), "submit"));
	type(&st, "C");
	assert_non_null(strstr(buf_str(&st.view.copy), "submit #2 setup="));
	assert_non_null(strstr(buf_str(&st.view.copy), "complete #2 ok"));
	key(&st, PRESS_ESCAPE, 0);
	key(&st, PRESS_HOME, 0);
	type(&st, "Y");
	assert_int_equal(st.view.box.len, 0);
	assert_non_null(strstr(buf_str(&st.view.notice), "no request"));
	end(&st);
}

static void
the_detail_goes_to_its_neighbours(void **state)
{
	struct harness st;

	(void)state;
	begin(&st, "stuck");
	/* Without a selection it is the verdict that opens. */
	key(&st, PRESS_ENTER, 0);
	assert_int_equal(st.view.screen, SCREEN_VERDICT);
	key(&st, PRESS_ESCAPE, 0);
	key(&st, PRESS_UP, 0);
	key(&st, PRESS_ENTER, 0);
	assert_int_equal(st.view.screen, SCREEN_DETAIL);
	key(&st, PRESS_LEFT, 0);
	assert_int_equal(list_selected(&st.view.list)->last, 4);
	key(&st, PRESS_RIGHT, 0);
	key(&st, PRESS_RIGHT, 0);
	key(&st, PRESS_RIGHT, 0);
	view(&st);
	assert_int_equal(list_selected(&st.view.list)->last, 6);
	assert_int_equal(st.view.screen, SCREEN_DETAIL);
	end(&st);
}

/* A long trace is taken in bit by bit, and nothing of it is lost. */
static void
a_long_trace_is_read_by_and_by(void **state)
{
	struct harness st;
	int i, frames = 0;

	(void)state;
	harness_begin(&st);
	harness_arrive(&st, &harness_dfu11);
	for (i = 0; i < 15000; i++)
		harness_status(&st, 1000, 0, 0, i % 2 == 0 ? DFU_STATE_IDLE :
		    DFU_STATE_DNLOAD_IDLE);
	do {
		view(&st);
		frames++;
	} while (st.view.list.behind);
	assert_true(frames > 1 && frames < 20);
	assert_int_equal(st.view.list.fold.nrows, 15001);
	filter(&st, "state dfuDNLOAD-IDLE until #10000");
	while (st.view.list.behind)
		view(&st);
	assert_int_equal(fold_count(&st.view.list.fold), 9999);
	end(&st);
}

/* A row that is looked at stays in its place while others are lost. */
static void
what_is_lost_moves_nothing_else(void **state)
{
	const struct fold_row *row;
	struct harness st;
	uint32_t number;
	size_t at, i;

	(void)state;
	harness_begin(&st);
	trace_chunk(st.app.sessions->trace, 4);
	trace_bound(st.app.sessions->trace, 40);
	harness_arrive(&st, &harness_stm32);
	for (i = 0; i < 18; i++)
		harness_state(&st, 1000, i % 2 == 0 ? 2 : 5);
	view(&st);
	list_select(&st.view.list, fold_count(&st.view.list.fold) - 2);
	view(&st);
	/* Neither at the upper edge nor at the lower one. */
	list_select(&st.view.list, st.view.list.top + 1);
	view(&st);
	row = list_selected(&st.view.list);
	number = row->last;
	at = st.view.list.selected - st.view.list.top;
	for (i = 0; i < 16; i++) {
		harness_state(&st, 1000, i % 2 == 0 ? 2 : 5);
		view(&st);
		assert_int_equal(list_selected(&st.view.list)->last, number);
		if (st.view.list.top > 0)
			assert_int_equal(st.view.list.selected -
			    st.view.list.top, at);
	}
	assert_true(trace_lost(st.app.sessions->trace) > 0);
	assert_true(fold_is_lost(&st.view.list.fold,
	    fold_at(&st.view.list.fold, 0)));
	/* And then it is lost itself, and the row of the lost stands there. */
	for (i = 0; i < 40; i++)
		harness_state(&st, 1000, i % 2 == 0 ? 2 : 5);
	view(&st);
	assert_true(st.view.list.selected < fold_count(&st.view.list.fold));
	harness_end(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_filter_combines_its_terms),
		cmocka_unit_test(what_comes_later_is_sifted_too),
		cmocka_unit_test(a_wrong_filter_says_where),
		cmocka_unit_test(the_selected_row_stays),
		cmocka_unit_test(text_is_looked_for),
		cmocka_unit_test(a_loop_is_unfolded_and_folded),
		cmocka_unit_test(marks_are_found_again),
		cmocka_unit_test(requests_are_copied),
		cmocka_unit_test(the_detail_goes_to_its_neighbours),
		cmocka_unit_test(a_long_trace_is_read_by_and_by),
		cmocka_unit_test(what_is_lost_moves_nothing_else),
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
