/* SPDX-License-Identifier: ISC */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "ui/cells/canvas.h"

static void
assert_canvas(const struct canvas *c, const char *want)
{
	struct buf b = { 0 };

	canvas_dump(c, &b, false);
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void
text_is_clipped_on_all_sides(void **state)
{
	struct canvas *c = canvas_new(3, 5, false);
	struct area a = canvas_area(c);

	(void)state;
	assert_int_equal(area_text(a, 1, -2, STYLE_NORMAL, "abcdefghij"), 10);
	area_text(a, -1, 0, STYLE_NORMAL, "no");
	area_text(a, 3, 0, STYLE_NORMAL, "no");
	assert_canvas(c, "\ncdefg\n\n");
	canvas_free(c);
}

static void
parts_cannot_draw_outside(void **state)
{
	struct canvas *c = canvas_new(4, 6, false);
	struct area p = area_part(canvas_area(c), 1, 1, 2, 3);

	(void)state;
	area_fill(canvas_area(c), 0, 0, 4, 6, STYLE_NORMAL);
	area_text(p, 0, -1, STYLE_NORMAL, "abcdef");
	area_text(area_part(p, -1, 2, 9, 9), 2, 0, STYLE_NORMAL, "xyz");
	assert_canvas(c, "\n bcd\n   x\n\n");
	canvas_free(c);
}

static void
half_a_wide_character_is_a_blank(void **state)
{
	struct canvas *c = canvas_new(1, 4, false);
	struct area a = canvas_area(c);

	(void)state;
	area_text(a, 0, -1, STYLE_NORMAL, "漢字漢");
	assert_canvas(c, " 字\n");
	assert_int_equal(canvas_cell(c, 0, 1)->width, 2);
	assert_int_equal(canvas_cell(c, 0, 2)->width, 0);
	assert_int_equal(canvas_cell(c, 0, 3)->cp, ' ');
	area_text(a, 0, 2, STYLE_NORMAL, "x");
	assert_canvas(c, "  x\n");
	assert_int_equal(canvas_cell(c, 0, 1)->width, 1);
	canvas_free(c);
}

static void
marks_without_width_are_dropped(void **state)
{
	struct canvas *c = canvas_new(1, 4, false);

	(void)state;
	area_text(canvas_area(c), 0, 0, STYLE_NORMAL, "e\xcc\x81x");
	assert_canvas(c, "ex\n");
	canvas_free(c);
}

static void
no_byte_reaches_a_cell_raw(void **state)
{
	struct canvas *c = canvas_new(1, 8, false);
	const struct cell *cell;
	char s[4] = "a?b";
	int byte, col;

	(void)state;
	for (byte = 1; byte < 256; byte++) {
		s[1] = (char)byte;
		canvas_clear(c);
		if (byte & 1)
			area_text(canvas_area(c), 0, 0, STYLE_NORMAL, s);
		else
			area_foreign(canvas_area(c), 0, 0, STYLE_NORMAL, s);
		for (col = 0; col < 8; col++) {
			cell = canvas_cell(c, 0, col);
			assert_true(cell->cp >= 0x20 && cell->cp < 0x7f);
		}
	}
	canvas_free(c);
}

static void
lines_join(void **state)
{
	struct canvas *c = canvas_new(3, 7, false);
	struct area a = canvas_area(c);

	(void)state;
	area_frame(area_part(a, 0, 0, 3, 4), STYLE_FRAME, NULL);
	area_frame(area_part(a, 0, 3, 3, 4), STYLE_FRAME, NULL);
	area_line(a, 1, 1, 1, 2, LINE_HEAVY, STYLE_PATH);
	area_line(a, 1, 4, 1, 5, LINE_DOTTED, STYLE_PATH);
	assert_canvas(c, "┌──┬──┐\n│━━│┄┄│\n└──┴──┘\n");
	canvas_free(c);
}

static void
ascii_is_all_that_is_sent_without_utf8(void **state)
{
	struct canvas *c = canvas_new(3, 9, true);
	struct area a = canvas_area(c);
	struct buf b = { 0 };
	size_t i;

	(void)state;
	area_frame(a, STYLE_FRAME, NULL);
	area_text(a, 1, 1, STYLE_NORMAL, "→ ×3 …é");
	canvas_dump(c, &b, true);
	for (i = 0; i < b.len; i++)
		assert_true(b.data[i] < 0x80);
	assert_canvas(c, "+-------+\n|> x3 ~?|\n+-------+\n");
	buf_free(&b);
	canvas_free(c);
}

static void
long_text_ends_in_an_ellipsis(void **state)
{
	struct canvas *c = canvas_new(2, 8, false);
	struct area a = canvas_area(c);

	(void)state;
	assert_int_equal(area_fit(a, 0, 0, 5, STYLE_NORMAL, "abcdefg"), 5);
	area_right(a, 1, STYLE_NORMAL, "end");
	assert_canvas(c, "abcd…\n     end\n");
	canvas_free(c);
}

static void
text_wraps_at_blanks(void **state)
{
	struct canvas *c = canvas_new(4, 6, false);

	(void)state;
	assert_int_equal(area_wrap(canvas_area(c), 0, 0, 6, STYLE_NORMAL,
	    "one two threefour"), 4);
	assert_canvas(c, "one\ntwo\nthreef\nour\n");
	canvas_free(c);
}

static void
smallest_canvas_takes_everything(void **state)
{
	struct canvas *c = canvas_new(0, -3, false);
	struct area a = canvas_area(c), p;

	(void)state;
	assert_int_equal(c->rows, 1);
	assert_int_equal(c->cols, 1);
	area_frame(a, STYLE_FRAME, "title");
	p = area_inside(a);
	area_text(p, 0, 0, STYLE_NORMAL, "x");
	area_wrap(p, 0, 0, p.cols, STYLE_NORMAL, "words");
	area_bar(a, 0, -5, 20, 10, STYLE_GOOD);
	area_line(a, -5, 0, 5, 0, LINE_HEAVY, STYLE_NORMAL);
	area_restyle(a, 0, -2, 9, STYLE_SELECTED);
	area_part(p, 2147483647, -2147483647, 2147483647, 2147483647);
	canvas_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_clipped_on_all_sides),
		cmocka_unit_test(parts_cannot_draw_outside),
		cmocka_unit_test(half_a_wide_character_is_a_blank),
		cmocka_unit_test(marks_without_width_are_dropped),
		cmocka_unit_test(no_byte_reaches_a_cell_raw),
		cmocka_unit_test(lines_join),
		cmocka_unit_test(ascii_is_all_that_is_sent_without_utf8),
		cmocka_unit_test(long_text_ends_in_an_ellipsis),
		cmocka_unit_test(text_wraps_at_blanks),
		cmocka_unit_test(smallest_canvas_takes_everything)
	};

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return (1);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
