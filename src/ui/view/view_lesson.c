/* SPDX-License-Identifier: ISC */
/*
 * The lesson under way: the map, which is always there; what it says and
 * asks; what went before. Text that has no room beside the map stands below.
 */
#include "ui/view/screens.h"

#include <string.h>

#include "dfu/pages.h"
#include "dfu/spec.h"
#include "lesson/lesson_run.h"
#include "lesson/rule.h"

#define LEAST_ROWS	24
#define LEAST_COLS	80
#define WIDE_ROWS	30
#define WIDE_COLS	100
#define LIST_COLS	43	/* of the map as a list, with its frame */
#define LIST_ROWS	14
#define PIECES		16

/* A piece of what is said: beside the map, or below it. */
struct lesson_piece {
	struct buf	 text;
	enum style	 style;
	int		 order;	/* to go below: the highest first; 0: never */
	bool		 below;
	bool		 spare;	/* left out where there is no room */
};

struct lesson_pieces {
	struct lesson_piece	 list[PIECES];
	size_t		 n;
};

static struct buf *
add_piece(struct lesson_pieces *b, enum style st, int order)
{
	struct lesson_piece *k = &b->list[b->n < PIECES ? b->n++ : PIECES - 1];

	k->style = st;
	k->order = order;
	return (&k->text);
}

static void
add_words(struct lesson_pieces *b, enum style st, int order, const char *text)
{
	if (text != NULL && *text != '\0')
		buf_adds(add_piece(b, st, order), text);
}

/* Paragraph by paragraph; returns the row behind. */
static int
draw_text(struct area a, int row, enum style st, const char *text)
{
	struct buf line = { 0 };
	size_t n;

	while (*text != '\0') {
		n = strcspn(text, "\n");
		buf_reset(&line);
		buf_add(&line, text, n);
		row += area_wrap(a, row, 1, a.cols - 2, st, buf_str(&line));
		text += n + (text[n] == '\n');
	}
	buf_free(&line);
	return (row);
}

/* Rows that it takes in a, without drawing it. */
static int
rows_of(struct area a, const char *text)
{
	struct area nowhere = area_part(a, 0, 0, 0, a.cols);

	return (draw_text(nowhere, 0, STYLE_NORMAL, text));
}

/* What is asked. */

static void
add_answer(struct lesson_pieces *b, const struct lesson_run *r)
{
	struct buf *t = add_piece(b, STYLE_STRONG, 0);
	unsigned a;

	for (a = LESSON_ANSWERED; a <= LESSON_LEFT; a++) {
		if (!lesson_offers_answer(r, (enum lesson_answer)a))
			continue;
		buf_addf(t, a == r->answer ? "%s[%s]" : "%s %s ",
		    t->len != 0 ? " " : "", a == LESSON_SILENT ? "no answer" :
		    lesson_answer_name((enum lesson_answer)a));
	}
}

static void
add_choices(struct lesson_pieces *b, const struct lesson_run *r)
{
	size_t i;

	for (i = 0; i < lesson_choices_count(r); i++)
		buf_addf(add_piece(b, i == r->choice ? STYLE_SELECTED :
		    STYLE_STRONG, 3), "%s%zu %s", i == r->choice ? "> " : "  ",
		    i + 1, lesson_choice_words(r, i));
}

/* The latest one: it says more than those before. */
static void
add_hints(struct lesson_pieces *b, const struct lesson_run *r)
{
	if (r->hints != 0)
		lesson_hint_words(r, r->hints - 1,
		    add_piece(b, STYLE_LABEL, 5));
}

static void
add_state(struct lesson_pieces *b, const struct lesson_run *r)
{
	struct buf *t = add_piece(b, STYLE_STRONG, 0);

	buf_adds(t, "then in > ");
	if (r->mark == LESSON_GONE)
		buf_adds(t, "gone");
	else
		dfu_state_label(t, (uint8_t)r->mark);
}

/* How the device can be had by other programs. */
static void
add_export(struct lesson_pieces *b, const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	if (s->exports)
		buf_addf(add_piece(b, STYLE_LABEL, 4), "On the bus of this "
		    "machine, for other tools: dfuscope serve %s",
		    r->at.lesson->devices[s->device]);
}

static void
add_keys(struct lesson_pieces *b, const struct lesson_run *r, const char *enter)
{
	unsigned left = lesson_hints_count(r) > r->hints ?
	    lesson_hints_count(r) - r->hints : 0;
	struct buf *t = add_piece(b, STYLE_KEY, 0);

	buf_adds(t, enter);
	if (left != 0 && !r->config.exam && r->phase != LESSON_TELLS)
		buf_addf(t, "%sh hint (%u left)", t->len != 0 ? "   " : "",
		    left);
}

static void
add_question(struct lesson_pieces *b, const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	add_words(b, STYLE_NORMAL, 4, s->text);
	if (s->send != NULL)
		buf_addf(add_piece(b, STYLE_TITLE, 2), "> %s", s->send);
	if (s->ask == LESSON_ONE || s->ask == LESSON_SIDE ||
	    lesson_asks_number(r))
		add_words(b, STYLE_LABEL, 0, lesson_ask_rows[s->ask].question);
	if (lesson_asks_answer(r))
		add_answer(b, r);
	if (lesson_asks_state(r))
		add_state(b, r);
	if (lesson_asks_number(r))
		buf_addf(add_piece(b, STYLE_STRONG, 0), "number: %s_",
		    r->typed);
	add_choices(b, r);
	add_hints(b, r);
	add_export(b, r);
	add_keys(b, r, s->ask == LESSON_READ ? (s->send != NULL ?
	    "Enter Send" : "Enter Continue") : "Enter Answer");
}

static void
add_goal(struct lesson_pieces *b, const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	struct buf *t;
	size_t i;

	add_words(b, STYLE_NORMAL, 4, s->text);
	t = add_piece(b, STYLE_STRONG, 0);
	for (i = 0; i < s->ngoals; i++)
		if (!s->quiet || s->goals[i].kind != LESSON_GOAL_STATE)
			buf_addf(t, "%s%s", t->len == 0 ? "Goal: " : ", ",
			    s->goals[i].words);
	t = add_piece(b, STYLE_NORMAL, 0);
	buf_addf(t, "sent %zu", lesson_trace_requests(&r->moves, 0));
	if (s->par != 0)
		buf_addf(t, ", best %u", s->par);
	for (i = 0, t = NULL; i < 32; i++) {
		if ((s->forbidden >> i & 1u) == 0)
			continue;
		if (t == NULL)
			t = add_piece(b, STYLE_NORMAL, 1);
		buf_addf(t, "%s%s", t->len == 0 ? "not allowed: " : ", ",
		    i == 31 ? "bus reset" : dfu_request_row((uint8_t)i)->name);
	}
	add_hints(b, r);
	add_export(b, r);
	if (r->phase == LESSON_SHOWS) {
		if (r->shows.len != 0)
			buf_addf(add_piece(b, STYLE_GHOST, 0), "> %s",
			    buf_str(&r->shows));
		return;
	}
	if (r->forbidden != NULL)
		buf_addf(add_piece(b, STYLE_WARNING, 0), "Not allowed here: "
		    "%s. Backspace undoes it, Enter starts again.",
		    r->forbidden);
	add_keys(b, r, "H show me how");
}

static void
add_told(struct lesson_pieces *b, const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	const struct rule *rule = s->rule != NULL ?
	    rule_of(rule_parse(s->rule)) : NULL;

	if (r->trouble.len != 0)
		buf_addf(add_piece(b, STYLE_DANGER, 1), "This step is broken: "
		    "%s", buf_str(&r->trouble));
	add_words(b, s->ask == LESSON_READ ? STYLE_NORMAL : r->right ?
	    STYLE_GOOD : STYLE_WARNING, 0, buf_str(&r->told));
	add_words(b, STYLE_NORMAL, 2, buf_str(&r->why));
	add_words(b, STYLE_NORMAL, 4, s->more);
	if (s->ask == LESSON_REACH)
		buf_addf(add_piece(b, STYLE_NORMAL, 2), "The shortest way: %s",
		    s->solution);
	if (rule != NULL) {
		buf_addf(add_piece(b, STYLE_LABEL, 5), "%s %s: %s", rule->id,
		    rule->name, rule->text);
		b->list[b->n - 1].spare = true;
	}
	add_keys(b, r, s->ask == LESSON_REACH && r->nown != 0 ?
	    "Enter Continue   Backspace Undo" : "Enter Continue");
}

/* What the whole came to. */
static void
add_end(struct lesson_pieces *b, const struct lesson_run *r)
{
	const struct lesson *next = lesson_next(r);
	struct buf *t = add_piece(b, STYLE_STRONG, 0);
	size_t i;

	buf_addf(t, "%s: %u of %u right, %u of %u points.",
	    r->late ? "The time is over" : "Lesson finished", r->rights,
	    r->asked, r->score, r->of);
	for (i = 0; i < r->lesson->ncards; i++)
		add_words(b, STYLE_NORMAL, 5, r->lesson->cards[i]);
	if (r->config.exam)
		add_words(b, STYLE_NORMAL, 5, "The marks of each rule are "
		    "printed when you leave.");
	t = add_piece(b, STYLE_KEY, 0);
	if (next != NULL)
		buf_addf(t, "n Next lesson: %s   ", next->id);
	buf_adds(t, "q Quit");
}

static void
fill_pieces(struct lesson_pieces *b, const struct lesson_run *r)
{
	switch (r->phase) {
	case LESSON_ASKS:
		add_question(b, r);
		break;
	case LESSON_GOES:
	case LESSON_SHOWS:
		add_goal(b, r);
		break;
	case LESSON_TELLS:
		add_told(b, r);
		break;
	case LESSON_ENDS:
		add_end(b, r);
		break;
	}
}

static int
rows_below(const struct lesson_pieces *b, struct area a)
{
	size_t i;
	int rows = 0;

	for (i = 0; i < b->n; i++)
		if (b->list[i].below)
			rows += rows_of(a, buf_str(&b->list[i].text));
	return (rows);
}

/* Where they stand: what has no room beside the map goes below it. */
static void
part_pieces(struct lesson_pieces *b, struct area pane, struct area below)
{
	int rows, order;
	size_t i;

	for (order = 6; order > 0; order--) {
		for (i = 0, rows = 0; i < b->n; i++)
			if (!b->list[i].below)
				rows += rows_of(pane,
				    buf_str(&b->list[i].text));
		if (rows <= pane.rows)
			break;
		for (i = 0; i < b->n; i++)
			if (b->list[i].order == order - 1 && order > 1)
				b->list[i].below = true;
	}
	for (i = 0; i < b->n && rows_below(b, below) > below.rows; i++)
		if (b->list[i].spare && b->list[i].below)
			buf_reset(&b->list[i].text);
}

/* Returns the row behind; blanks between them where there is room. */
static int
draw_pieces(struct area a, const struct lesson_pieces *b, bool below)
{
	int rows = 0, n = 0, row = 0;
	size_t i;

	for (i = 0; i < b->n; i++)
		if (b->list[i].below == below) {
			rows += rows_of(a, buf_str(&b->list[i].text));
			n++;
		}
	for (i = 0; i < b->n; i++) {
		if (b->list[i].below != below)
			continue;
		if (row != 0 && !below && rows + n - 1 <= a.rows &&
		    b->list[i].order != 3)
			row++;
		row = draw_text(a, row, b->list[i].style,
		    buf_str(&b->list[i].text));
	}
	return (row);
}

/* The map as a list. */

/* The last move of the step, or NULL. */
static const struct lesson_move *
told_move(const struct lesson_run *r)
{
	if (r->phase != LESSON_TELLS || r->deed.n <= r->past.n)
		return (NULL);
	return (&r->deed.moves[r->deed.n - 1]);
}

static bool
is_goal(const struct lesson_run *r, int state)
{
	const struct lesson_step *s = lesson_step_of(r);
	size_t i;

	/* Where it is, and so where it shall be, is what he has to find. */
	for (i = 0; s != NULL && !s->quiet && s->ask == LESSON_REACH &&
	    i < s->ngoals; i++)
		if ((s->goals[i].kind == LESSON_GOAL_STATE &&
		    s->goals[i].value == state) || (state == LESSON_GONE &&
		    s->goals[i].kind == LESSON_GOAL_GONE))
			return (true);
	return (false);
}

/* Where the device is, as far as the pupil is to see; or -2. */
static int
here_of(const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);

	if (!lesson_marks_state(r))
		return (LESSON_GONE - 1);
	if (r->phase == LESSON_GOES || r->phase == LESSON_SHOWS)
		return (r->moves.begun ? r->moves.truth : r->past.truth);
	if (r->phase == LESSON_TELLS)
		return (s->ask == LESSON_REACH ? r->moves.truth :
		    r->deed.truth);
	return (r->past.truth);
}

static void
draw_state(struct area a, const struct lesson_run *r, int state)
{
	const struct lesson_move *m = told_move(r);
	bool asks = r->phase == LESSON_ASKS && lesson_asks_state(r);
	bool here = here_of(r) == state, mark = asks && r->mark == state;
	bool said = r->phase == LESSON_TELLS && lesson_asks_state(r) &&
	    !r->state_right && r->mark == state;
	int row = state == LESSON_GONE ? DFU_STATE_COUNT : state, n;
	enum style st = mark ? STYLE_SELECTED : said ? STYLE_WRONG : here ?
	    STYLE_PRESENT : asks && !lesson_offers_state(r, state) ?
	    STYLE_DIM : STYLE_NORMAL;
	struct buf b = { 0 };

	buf_addf(&b, "%s%s ", mark ? ">" : is_goal(r, state) ? "@" : " ",
	    here ? "*" : said ? "x" : " ");
	if (state == LESSON_GONE)
		buf_adds(&b, "  gone");
	else {
		buf_adds(&b, state < 10 ? " " : "");
		dfu_state_label(&b, (uint8_t)state);
	}
	n = area_text(a, row, 1, st, buf_str(&b)) + 2;
	buf_reset(&b);
	if (mark)
		buf_adds(&b, "your answer");
	else if (said)
		buf_adds(&b, "said");
	else if (m != NULL && m->after == state && m->before != state &&
	    m->before >= 0)
		buf_addf(&b, "%s from %d", dfu_input_name((enum dfu_input)
		    (m->input < 0 ? DFU_IN_OTHER : m->input)), m->before);
	else if (is_goal(r, state))
		buf_adds(&b, "the goal");
	else if (here)
		buf_adds(&b, "here");
	area_fit(a, row, n + 1, a.cols - n - 1, said ? STYLE_WRONG : mark ?
	    STYLE_STRONG : m != NULL && here ? STYLE_PATH : STYLE_LABEL,
	    buf_str(&b));
	buf_free(&b);
}

static void
draw_list_map(struct area a, const struct lesson_run *r)
{
	int state;

	for (state = 0; state < DFU_STATE_COUNT; state++)
		draw_state(a, r, state);
	if ((r->phase == LESSON_ASKS && lesson_asks_state(r)) ||
	    here_of(r) == LESSON_GONE || is_goal(r, LESSON_GONE) ||
	    r->mark == LESSON_GONE)
		draw_state(a, r, LESSON_GONE);
}

/* What went before. */

static void
state_number(struct buf *b, int state)
{
	if (state == LESSON_GONE)
		buf_adds(b, "gone");
	else if (state < LESSON_GONE)
		buf_addc(b, '?');
	else
		buf_addf(b, "%d", state);
}

static void
draw_move(struct area a, int row, const struct lesson_move *m, unsigned number,
    bool quiet)
{
	struct buf b = { 0 };
	int right = quiet ? 1 : 14, answer = a.cols > 60 ? 36 : 24;

	if (m->request)
		buf_addf(&b, "#%u", number);
	else
		buf_addc(&b, '=');
	area_text(a, row, 1, STYLE_LABEL, buf_str(&b));
	buf_reset(&b);
	lesson_move_words(m, &b);
	area_fit(a, row, 6, answer - 7, STYLE_NORMAL, buf_str(&b));
	buf_reset(&b);
	lesson_move_answer(m, &b);
	area_fit(a, row, answer, a.cols - right - answer,
	    m->request && m->answer != LESSON_ANSWERED ? STYLE_DANGER :
	    STYLE_NORMAL, buf_str(&b));
	buf_reset(&b);
	if (!quiet) {
		state_number(&b, m->before);
		buf_adds(&b, " → ");
		state_number(&b, m->after);
		area_text(a, row, a.cols - 13, STYLE_PATH, buf_str(&b));
	}
	buf_free(&b);
}

static void
draw_moves(struct area a, const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	bool live = r->phase == LESSON_GOES || r->phase == LESSON_SHOWS ||
	    (s != NULL && s->ask == LESSON_REACH);
	const struct lesson_trace *t = live ? &r->moves : r->phase ==
	    LESSON_ASKS ? &r->past : &r->deed;
	size_t first = live ? 0 : r->first, i, from;
	unsigned number = 0;
	int row = 0;

	if (s == NULL || a.rows <= 0 || t->n <= first)
		return;
	from = t->n - first > (size_t)a.rows ? t->n - (size_t)a.rows : first;
	for (i = 0; i < t->n; i++) {
		number += t->moves[i].request;
		if (i >= from)
			draw_move(a, row++, &t->moves[i], number, s->quiet &&
			    r->phase != LESSON_TELLS);
	}
}

/* The whole. */

static void
pane_title(const struct lesson_run *r, struct buf *b)
{
	const struct lesson_step *s = lesson_step_of(r);
	const struct rule *rule = s != NULL && s->rule != NULL ?
	    rule_of(rule_parse(s->rule)) : NULL;

	if (s == NULL)
		buf_adds(b, "End");
	else if (r->phase == LESSON_TELLS && s->ask != LESSON_READ)
		buf_adds(b, s->ask == LESSON_REACH || r->right ? "Right" :
		    "Not right");
	else
		buf_adds(b, s->ask == LESSON_READ ? "Read" : s->ask ==
		    LESSON_REACH ? "Your turn" : "Predict");
	/* The rule's name would give an open question away: a hint has it. */
	if (rule != NULL && r->phase == LESSON_TELLS)
		buf_addf(b, ", %s %s", rule->id, rule->name);
}

static void
draw_frames(struct area a, int top, int left, const struct lesson_run *r)
{
	struct buf title = { 0 };

	area_frame(area_part(a, 0, 0, top, left), STYLE_FRAME,
	    r->phase == LESSON_ASKS && lesson_asks_state(r) ?
	    "State: where will the device be?" : "State");
	pane_title(r, &title);
	area_frame(area_part(a, 0, left - 1, top, a.cols - left + 1),
	    STYLE_FRAME, buf_str(&title));
	area_frame(area_part(a, top - 1, 0, a.rows - top + 1, a.cols),
	    STYLE_FRAME, "So far");
	buf_free(&title);
}

/* The end needs no map: the cards have the whole page. */
static void
draw_end(struct area a, const struct lesson_run *r)
{
	struct lesson_pieces b = { .n = 0 };
	size_t i;

	area_frame(a, STYLE_FRAME, r->lesson->ncards != 0 ?
	    "Remember" : "End");
	fill_pieces(&b, r);
	(void)draw_pieces(area_part(a, 1, 1, a.rows - 2, a.cols - 2), &b,
	    false);
	for (i = 0; i < b.n; i++)
		buf_free(&b.list[i].text);
}

void
view_lesson(struct area a, const struct frame *sc)
{
	const struct lesson_run *r = sc->view->lesson;
	const struct canvas *c = a.canvas;
	bool wide = c->rows >= WIDE_ROWS && c->cols >= WIDE_COLS;
	int top = wide ? MAP_ROWS + 2 : LIST_ROWS;
	int left = wide ? MAP_COLS + 2 : LIST_COLS, row;
	struct lesson_pieces b = { .n = 0 };
	struct area pane, below;

	sc->view->lesson_small = c->rows < LEAST_ROWS || c->cols < LEAST_COLS;
	if (r == NULL)
		return;
	if (sc->view->lesson_small) {
		area_textf(a, 0, 1, STYLE_WARNING, "a lesson needs %dx%d, "
		    "this is %dx%d", LEAST_COLS, LEAST_ROWS, c->cols, c->rows);
		return;
	}
	if (r->phase == LESSON_ENDS) {
		draw_end(a, r);
		return;
	}
	draw_frames(a, top, left, r);
	if (wide)
		view_map_lesson(area_part(a, 1, 1, top - 2, left - 2), r);
	else
		draw_list_map(area_part(a, 1, 1, top - 2, left - 2), r);
	pane = area_part(a, 1, left, top - 2, a.cols - left - 1);
	below = area_part(a, top, 1, a.rows - top - 1, a.cols - 2);
	fill_pieces(&b, r);
	part_pieces(&b, pane, below);
	(void)draw_pieces(pane, &b, false);
	row = draw_pieces(below, &b, true);
	draw_moves(area_part(below, row, 0, below.rows - row, below.cols), r);
	for (row = 0; (size_t)row < b.n; row++)
		buf_free(&b.list[row].text);
}

bool
view_lesson_fits(const struct lesson_run *r)
{
	struct canvas *c = canvas_new(LEAST_ROWS, LEAST_COLS, false);
	struct area a = canvas_area(c);
	struct area pane = area_part(a, 0, 0, LIST_ROWS - 2,
	    LEAST_COLS - LIST_COLS - 1);
	struct area below = area_part(a, 0, 0, LEAST_ROWS - LIST_ROWS - 3,
	    LEAST_COLS - 2);
	struct lesson_pieces b = { .n = 0 };
	int beside = 0, rows;
	size_t i;

	if (r->phase == LESSON_ENDS) {
		pane = area_part(a, 0, 0, LEAST_ROWS - 4, LEAST_COLS - 2);
		below = area_part(a, 0, 0, 0, 0);
	}
	fill_pieces(&b, r);
	part_pieces(&b, pane, below);
	rows = rows_below(&b, below);
	for (i = 0; i < b.n; i++) {
		if (!b.list[i].below)
			beside += rows_of(pane, buf_str(&b.list[i].text));
		buf_free(&b.list[i].text);
	}
	canvas_free(c);
	return (beside <= pane.rows && rows <= below.rows);
}

/* "R3 ###..": how well the rule of the step is known. */
static void
add_bar(struct buf *b, const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	const struct memory_rule *row;
	unsigned i, full;

	if (s == NULL || s->rule == NULL || r->config.memory == NULL ||
	    r->phase != LESSON_TELLS)
		return;
	row = memory_of(r->config.memory, s->rule);
	if (row == NULL)
		return;
	full = row->right * 5 / row->seen;
	buf_addf(b, "   %s ", s->rule);
	for (i = 0; i < 5; i++)
		buf_addc(b, i < full ? '#' : '.');
}

static const char *
place_words(const struct lesson_run *r)
{
	if (r->playing)
		return ("sandbox: Enter returns to the question");
	switch (r->at.kind) {
	case LESSON_STEP:
		break;
	case LESSON_CARD:
		return ("a due card");
	case LESSON_AGAIN:
		return ("again: what was missed");
	}
	return ("");
}

void
view_lesson_header(struct area a, const struct frame *sc)
{
	const struct lesson_run *r = sc->view->lesson;
	struct buf b = { 0 };

	area_fill(a, 0, 0, 1, a.cols, STYLE_BAR);
	if (r->phase == LESSON_ENDS)
		buf_addf(&b, "learn: %s  finished", r->lesson->id);
	else
		buf_addf(&b, "learn: %s  step %zu of %zu", r->at.lesson->id,
		    r->at.step + 1, r->at.lesson->nsteps);
	add_bar(&b, r);
	if (r->of != 0 && !r->config.exam)
		buf_addf(&b, "   %u of %u", r->score, r->of);
	area_text(a, 0, 1, STYLE_BAR, buf_str(&b));
	if (r->phase != LESSON_ENDS)
		area_right(area_part(a, 0, 0, 1, a.cols - 1), 0, STYLE_BAR,
		    place_words(r));
	buf_free(&b);
}

bool
view_lesson_keeps(const struct frame *sc)
{
	const struct lesson_run *r = sc->view->lesson;
	enum screen_id screen = sc->view->screen;

	if (r == NULL || !lesson_hides(r) || screen == SCREEN_LESSON ||
	    screen == SCREEN_HELP || screen == SCREEN_DEVICE ||
	    screen == SCREEN_DEVICES || screen == SCREEN_CONSOLE)
		return (false);
	/* The page of the state is the last hint. */
	return (screen != SCREEN_PAGE || lesson_hints_count(r) == 0 ||
	    r->hints < lesson_hints_count(r));
}

const struct dfu_page *
view_about_lesson(const struct frame *sc)
{
	const struct lesson_run *r = sc->view->lesson;
	int state = r != NULL ? here_of(r) : LESSON_GONE;

	return (state >= 0 ? dfu_page_of(DFU_PAGE_STATE, (uint8_t)state) :
	    NULL);
}

static void
draw_key(struct area a, int *col, const struct frame *sc, const char *key,
    const char *hit, const char *label)
{
	int from = *col;

	*col += area_text(a, 0, *col, STYLE_KEY, key) + 1;
	*col += area_text(a, 0, *col, STYLE_NORMAL, label) + 2;
	view_hit(sc, a, 0, from, *col - 2 - from, hit);
}

void
view_bar_lesson(struct area a, const struct frame *sc)
{
	const struct lesson_run *r = sc->view->lesson;
	int col = 1;

	if (r == NULL || sc->view->lesson_small) {
		draw_key(a, &col, sc, "q", "q", "Quit");
		return;
	}
	if (r->phase == LESSON_GOES && sc->session != NULL) {
		view_bar_commands(a, sc);
		return;
	}
	if (r->phase == LESSON_ASKS && (lesson_asks_state(r) ||
	    lesson_choices_count(r) != 0))
		draw_key(a, &col, sc, "Up Down", NULL,
		    lesson_asks_state(r) ? "State" : "Choice");
	if (r->phase == LESSON_ASKS && lesson_asks_answer(r))
		draw_key(a, &col, sc, "Left Right", NULL, "Answer");
	if (r->phase != LESSON_ENDS && r->phase != LESSON_SHOWS)
		draw_key(a, &col, sc, "Enter", "Enter", r->phase ==
		    LESSON_ASKS && lesson_is_question(lesson_step_of(r)->ask) ?
		    "Answer" : "Continue");
	if (r->phase == LESSON_ASKS && lesson_hints_count(r) > r->hints)
		draw_key(a, &col, sc, "h", "h", "Hint");
	if ((r->phase == LESSON_ASKS || r->phase == LESSON_TELLS) &&
	    !r->config.recorded && !r->config.exam)
		draw_key(a, &col, sc, "t", "t", r->phase == LESSON_TELLS ||
		    lesson_step_of(r)->try || !lesson_is_question(
		    lesson_step_of(r)->ask) ? "Try" : "Try (no points)");
	draw_key(a, &col, sc, "q", "q", "Quit");
}
