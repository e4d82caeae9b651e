/* SPDX-License-Identifier: ISC */
#include "ui/view/menu.h"

#include <stdlib.h>
#include <string.h>

#include "ui/view/view.h"

#define RULES_COLS	37	/* of the pane of rules, with its frame */
#define RULES_WIDE	50
#define WIDE		120
#define AT_SCORE	22
#define BAR		10
#define AT_ID		6
#define AT_STATE	17
#define AT_TITLE	32
#define PAGE		10

static void
draw_row(struct area a, int at, const struct menu *m, size_t i)
{
	const struct menu_row *r = &m->rows[i];

	area_textf(a, at, i < 9 ? 4 : 3, STYLE_KEY, "%zu", i + 1);
	area_text(a, at, AT_ID, i == m->next ? STYLE_STRONG : STYLE_NORMAL,
	    r->id);
	area_fit(a, at, AT_STATE, (a.cols < AT_TITLE + 20 ? a.cols :
	    AT_TITLE) - AT_STATE - 1, STYLE_NORMAL, buf_str(&r->state));
	if (a.cols >= AT_TITLE + 20)
		area_fit(a, at, AT_TITLE, a.cols - AT_TITLE - 1, STYLE_NORMAL,
		    r->title);
	if (i != m->selected)
		return;
	area_restyle(a, at, 0, a.cols, STYLE_SELECTED);
	area_text(a, at, 1, STYLE_SELECTED, ">");
}

static void
draw_rows(struct area a, struct menu *m)
{
	int at;

	if (a.rows <= 0)
		return;
	if (m->selected < m->top)
		m->top = m->selected;
	if (m->selected >= m->top + (size_t)a.rows)
		m->top = m->selected - (size_t)a.rows + 1;
	for (at = 0; at < a.rows && m->top + (size_t)at < m->n; at++)
		draw_row(a, at, m, m->top + (size_t)at);
}

/* "3 of 5, due", behind a bar where there is room for one. */
static void
draw_score(struct area a, int at, const struct menu_rule *r)
{
	int col = AT_SCORE;

	if (r->seen == 0) {
		area_text(a, at, col, STYLE_DIM, "not asked yet");
		return;
	}
	if (a.cols >= AT_SCORE + BAR + 16) {
		area_bar(a, at, col, BAR, (int)((uint64_t)r->right * BAR /
		    r->seen), STYLE_GOOD);
		col += BAR + 1;
	}
	col += area_textf(a, at, col, STYLE_NORMAL, "%u of %u", r->right,
	    r->seen);
	if (r->due)
		area_fit(a, at, col, a.cols - col, STYLE_WARNING, ", due");
}

static void
draw_rules(struct area a, const struct menu *m)
{
	size_t i;

	for (i = 0; i < m->nrules && (int)i < a.rows; i++) {
		area_text(a, (int)i, 1, STYLE_STRONG, m->rules[i].id);
		area_fit(a, (int)i, 5, AT_SCORE - 6, STYLE_NORMAL,
		    m->rules[i].name);
		draw_score(a, (int)i, &m->rules[i]);
	}
}

/* In full, for its row may have no room. */
static void
draw_selected(struct area a, const struct menu *m)
{
	const struct menu_row *r = &m->rows[m->selected];
	int col = 1;

	col += area_text(a, 0, col, STYLE_STRONG, r->id) + 2;
	area_text(a, 0, col, STYLE_NORMAL, buf_str(&r->state));
	area_wrap(a, 1, 1, a.cols - 2, STYLE_NORMAL, r->title);
}

static void
draw_head(struct area a, const struct menu *m)
{
	struct buf b = { 0 };

	if (a.cols >= 60)
		area_text(a, 0, 1, STYLE_STRONG, "dfuscope learn");
	buf_addf(&b, "%zu card%s due", m->due, m->due == 1 ? " is" : "s are");
	buf_addf(&b, "   next: %s ", m->next < m->n ? m->rows[m->next].id :
	    "an exam");
	area_right(a, 0, m->due != 0 ? STYLE_WARNING : STYLE_NORMAL,
	    buf_str(&b));
	buf_free(&b);
}

static void
draw_keys(struct area a, const struct menu *m)
{
	static const struct {
		const char	*key;
		const char	*label;
	} keys[] = { { "Up Down", "Select" }, { "1 2 3 ...", "Number" },
		{ "Enter", "Open" }, { "q", "Quit" } };
	int col = 1;
	size_t i;

	/* The last two are those that one has to know. */
	for (i = a.cols >= 60 ? 0 : 2; i < sizeof(keys) / sizeof(keys[0]);
	    i++) {
		col += area_text(a, 0, col, STYLE_KEY, keys[i].key) + 1;
		col += area_text(a, 0, col, STYLE_NORMAL, keys[i].label) + 2;
	}
	if (m->typed != 0)
		area_textf(a, 0, col, STYLE_STRONG, "%zu", m->typed);
}

void
menu_draw(struct canvas *c, struct menu *m)
{
	struct area a = canvas_area(c), left, right;
	bool beside = c->cols >= 80;
	int width = c->cols >= WIDE ? RULES_WIDE : RULES_COLS;
	int rows = c->rows - 6;

	canvas_clear(c);
	if (c->rows < VIEW_LEAST_ROWS || c->cols < VIEW_LEAST_COLS ||
	    m->n == 0) {
		area_textf(a, 0, 0, STYLE_WARNING, "%dx%d needed",
		    VIEW_LEAST_COLS, VIEW_LEAST_ROWS);
		return;
	}
	draw_head(area_part(a, 0, 0, 1, c->cols), m);
	left = area_part(a, 1, 0, rows, beside ? c->cols - width + 1 :
	    c->cols);
	right = area_part(a, 1, c->cols - width, rows, width);
	area_frame(left, STYLE_FRAME, "Lessons");
	m->rows_drawn = rows - 2;
	m->cols_drawn = left.cols;
	draw_rows(area_inside(left), m);
	if (beside) {
		area_frame(right, STYLE_FRAME, "Rules: known without help");
		draw_rules(area_inside(right), m);
	}
	draw_selected(area_part(a, c->rows - 4, 0, 3, c->cols), m);
	draw_keys(area_part(a, c->rows - 1, 0, 1, c->cols), m);
}

static void
move(struct menu *m, long step)
{
	long to = (long)m->selected + step;

	m->selected = (size_t)(to < 0 ? 0 : to >= (long)m->n ? (long)m->n - 1 :
	    to);
}

/* A second digit goes on with the first where that is a row. */
static void
type(struct menu *m, size_t digit)
{
	size_t number = m->typed * 10 + digit;

	if (number == 0 || number > m->n)
		number = digit;
	m->typed = number <= m->n ? number : 0;
	if (m->typed != 0)
		m->selected = m->typed - 1;
}

static const struct {
	enum press_kind	 kind;
	long		 step;
} moves[] = { { PRESS_UP, -1 }, { PRESS_DOWN, 1 }, { PRESS_WHEEL_UP, -1 },
	{ PRESS_WHEEL_DOWN, 1 }, { PRESS_PAGE_UP, -PAGE },
	{ PRESS_PAGE_DOWN, PAGE }, { PRESS_HOME, -1000 },
	{ PRESS_END, 1000 } };

enum menu_act
menu_press(struct menu *m, const struct press *p)
{
	size_t i;

	if (p->kind == PRESS_CHAR && p->cp >= '0' && p->cp <= '9') {
		type(m, p->cp - '0');
		return (MENU_STAYS);
	}
	if (p->kind == PRESS_RESIZE)
		return (MENU_STAYS);
	m->typed = 0;
	for (i = 0; i < sizeof(moves) / sizeof(moves[0]); i++)
		if (moves[i].kind == p->kind)
			move(m, moves[i].step);
	if (p->kind == PRESS_ENTER)
		return (MENU_OPENS);
	if (p->kind == PRESS_ESCAPE || (p->kind == PRESS_CHAR &&
	    (p->cp == 'q' || p->cp == PRESS_CONTROL('c'))))
		return (MENU_QUITS);
	/* A click below the head and the frame selects, on what is, opens. */
	if (p->kind == PRESS_CLICK && p->row >= 2 &&
	    p->row < 2 + m->rows_drawn && p->col < m->cols_drawn &&
	    m->top + (size_t)(p->row - 2) < m->n) {
		i = m->top + (size_t)(p->row - 2);
		if (i == m->selected)
			return (MENU_OPENS);
		m->selected = i;
	}
	return (MENU_STAYS);
}

void
menu_free(struct menu *m)
{
	while (m->n != 0)
		buf_free(&m->rows[--m->n].state);
	free(m->rows);
	free(m->rules);
	*m = (struct menu){ .n = 0 };
}
