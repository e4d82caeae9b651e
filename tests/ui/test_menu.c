/* SPDX-License-Identifier: ISC */
/* The menu of lessons: what is chosen by which key, and what it shows. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "ui/view/menu.h"

#define ROWS	14

static void
make(struct menu *m)
{
	static const char *const ids[ROWS] = { "look", "download", "time",
	    "upload", "errors", "manifest", "detach", "cells", "dfuse",
	    "leave", "stacks", "diagnose", "files", "exam" };
	size_t i;

	*m = (struct menu){ .due = 2, .next = 3, .selected = 3 };
	m->rows = mem_array(NULL, ROWS, sizeof(*m->rows));
	for (m->n = 0; m->n < ROWS; m->n++) {
		m->rows[m->n] = (struct menu_row){ .id = ids[m->n],
		    .title = "A title that says what it is about" };
		buf_addf(&m->rows[m->n].state, "step 2 of %zu", m->n + 3);
	}
	m->rules = mem_array(NULL, 12, sizeof(*m->rules));
	for (i = 0; i < 12; i++)
		m->rules[i] = (struct menu_rule){ .id = "R4", .name =
		    "DNLOAD", .right = (uint32_t)i, .seen = (uint32_t)i * 2,
		    .due = i == 5 };
	m->nrules = 12;
}

static enum menu_act
press(struct menu *m, enum press_kind kind, uint32_t cp)
{
	struct press p = { .kind = kind, .cp = cp };

	return (menu_press(m, &p));
}

static void
keys_choose(void **state)
{
	struct menu m;
	int i;

	(void)state;
	make(&m);
	assert_int_equal(press(&m, PRESS_DOWN, 0), MENU_STAYS);
	assert_int_equal(m.selected, 4);
	press(&m, PRESS_UP, 0);
	press(&m, PRESS_UP, 0);
	assert_int_equal(m.selected, 2);
	press(&m, PRESS_HOME, 0);
	press(&m, PRESS_UP, 0);
	assert_int_equal(m.selected, 0);
	press(&m, PRESS_END, 0);
	press(&m, PRESS_DOWN, 0);
	assert_int_equal(m.selected, ROWS - 1);
	for (i = 1; i <= 9; i++) {
		press(&m, PRESS_TAB, 0);
		press(&m, PRESS_CHAR, (uint32_t)('0' + i));
		assert_int_equal(m.selected, i - 1);
		press(&m, PRESS_LEFT, 0);
	}
	assert_int_equal(press(&m, PRESS_ENTER, 0), MENU_OPENS);
	assert_int_equal(press(&m, PRESS_ESCAPE, 0), MENU_QUITS);
	assert_int_equal(press(&m, PRESS_CHAR, 'q'), MENU_QUITS);
	menu_free(&m);
}

/* A second digit goes on with the first, if there is such a row. */
static void
numbers_have_two_digits(void **state)
{
	struct menu m;

	(void)state;
	make(&m);
	press(&m, PRESS_CHAR, '1');
	assert_int_equal(m.selected, 0);
	press(&m, PRESS_CHAR, '2');
	assert_int_equal(m.selected, 11);
	press(&m, PRESS_CHAR, '3');
	assert_int_equal(m.selected, 2);
	press(&m, PRESS_CHAR, '0');
	assert_int_equal(m.selected, 2);
	press(&m, PRESS_CHAR, '1');
	press(&m, PRESS_CHAR, '5');
	assert_int_equal(m.selected, 4);
	press(&m, PRESS_CHAR, '1');
	press(&m, PRESS_LEFT, 0);
	press(&m, PRESS_CHAR, '4');
	assert_int_equal(m.selected, 3);
	menu_free(&m);
}

/* On a row of the list: neither beside it nor below it. */
static void
a_click_chooses_a_row(void **state)
{
	struct press p = { .kind = PRESS_CLICK, .row = 4, .col = 6 };
	struct canvas *c = canvas_new(12, 80, false);
	struct menu m;

	(void)state;
	make(&m);
	m.selected = 0;
	menu_draw(c, &m);
	assert_int_equal(menu_press(&m, &p), MENU_STAYS);
	assert_int_equal(m.selected, 2);
	assert_int_equal(menu_press(&m, &p), MENU_OPENS);
	p.col = 70;
	assert_int_equal(menu_press(&m, &p), MENU_STAYS);
	p.col = 6;
	for (p.row = 6; p.row < 12; p.row++)
		assert_int_equal(menu_press(&m, &p), MENU_STAYS);
	assert_int_equal(m.selected, 2);
	canvas_free(c);
	menu_free(&m);
}

static void
it_shows_scores_due_and_next(void **state)
{
	static const int sizes[][2] = { { 12, 40 }, { 24, 80 }, { 30, 100 },
		{ 50, 200 }, { 1, 1 } };
	static const char *const words[] = { "2 cards are due",
		"next: upload", "> 14 exam", "14 exam", "step 2 of 16" };
	struct buf b = { 0 };
	struct canvas *c;
	struct menu m;
	size_t i, k;

	(void)state;
	make(&m);
	m.selected = ROWS - 1;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		c = canvas_new(sizes[i][0], sizes[i][1], i % 2 == 0);
		menu_draw(c, &m);
		buf_reset(&b);
		canvas_dump(c, &b, false);
		for (k = 0; sizes[i][0] > 1 && k < sizeof(words) /
		    sizeof(words[0]); k++)
			if (strstr(buf_str(&b), words[k]) == NULL)
				fail_msg("%dx%d lacks %s:\n%s", sizes[i][1],
				    sizes[i][0], words[k], buf_str(&b));
		if (sizes[i][1] >= 80) {
			assert_non_null(strstr(buf_str(&b), "5 of 10, due"));
			assert_non_null(strstr(buf_str(&b), "not asked yet"));
		}
		canvas_free(c);
	}
	buf_free(&b);
	menu_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_choose),
		cmocka_unit_test(numbers_have_two_digits),
		cmocka_unit_test(a_click_chooses_a_row),
		cmocka_unit_test(it_shows_scores_due_and_next)
	};

	setlocale(LC_ALL, "C.UTF-8");
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
