/* SPDX-License-Identifier: ISC */
/*
 * The map: the eleven states, the way the device took, where it is. The
 * arrows drawn are those of figure A.1 that a healthy device takes; others
 * that were taken are told in the line below.
 */
#include "ui/view/map_path.h"

#include <limits.h>
#include <string.h>

#include "dfu/spec.h"
#include "lesson/lesson_run.h"

/* Where the name of a state stands, its clock, and what failed there. */
struct node {
	int8_t	row;
	int8_t	col;
	bool	below;		/* the clock */
	int8_t	fail_row;
	int8_t	fail_col;
	int8_t	fail_width;
};

static const struct node nodes[DFU_STATE_COUNT] = {
	[DFU_STATE_APP_IDLE]		= { 0, 4, true, 1, 4, 22 },
	[DFU_STATE_APP_DETACH]		= { 0, 29, true, 1, 29, 27 },
	[DFU_STATE_IDLE]		= { 2, 25, false, 1, 34, 22 },
	[DFU_STATE_DNLOAD_SYNC]		= { 6, 25, false, 5, 42, 18 },
	[DFU_STATE_DNBUSY]		= { 8, 4, true, 9, 4, 13 },
	[DFU_STATE_DNLOAD_IDLE]		= { 10, 25, false, 9, 39, 21 },
	[DFU_STATE_MANIFEST_SYNC]	= { 12, 25, false, 11, 45, 15 },
	[DFU_STATE_MANIFEST]		= { 14, 25, false, 15, 38, 22 },
	[DFU_STATE_MANIFEST_WAIT_RESET]	= { 16, 25, false, 15, 38, 22 },
	[DFU_STATE_UPLOAD_IDLE]		= { 4, 4, true, 5, 4, 25 },
	[DFU_STATE_ERROR]		= { 4, 46, true, 5, 44, 16 }
};

enum tolerance { ANY, TOLERANT, NOT_TOLERANT };

/* An arrow: a line through points, a head at the last one. */
struct arrow {
	uint8_t		 from;
	uint8_t		 to;
	int8_t		 input;
	enum tolerance	 when;
	enum head	 head;
	int8_t		 n;
	int8_t		 points[4][2];
	const char	*label;
	int8_t		 row;
	int8_t		 col;	/* negative: the label ends before -col */
};

static const struct arrow arrows[] = {
	{ DFU_STATE_APP_IDLE, DFU_STATE_APP_DETACH, DFU_IN_DETACH, ANY,
	    HEAD_RIGHT, 2, { { 0, 12 }, { 0, 25 } }, "DETACH", 0, 17 },
	{ DFU_STATE_APP_DETACH, DFU_STATE_IDLE, DFU_IN_RESET, ANY, HEAD_LEFT,
	    4, { { 0, 40 }, { 0, 57 }, { 2, 57 }, { 2, 46 } },
	    "bus reset", 0, 45 },
	{ DFU_STATE_IDLE, DFU_STATE_UPLOAD_IDLE, DFU_IN_UPLOAD, ANY,
	    HEAD_DOWN, 3, { { 2, 23 }, { 2, 8 }, { 3, 8 } },
	    "UPLOAD", 2, 10 },
	{ DFU_STATE_UPLOAD_IDLE, DFU_STATE_IDLE, DFU_IN_ABORT, ANY, HEAD_UP,
	    3, { { 4, 19 }, { 4, 26 }, { 3, 26 } }, "ABORT", 3, -25 },
	{ DFU_STATE_IDLE, DFU_STATE_DNLOAD_SYNC, DFU_IN_DNLOAD, ANY,
	    HEAD_DOWN, 2, { { 3, 30 }, { 5, 30 } }, "DNLOAD", 5, 32 },
	{ DFU_STATE_ERROR, DFU_STATE_IDLE, DFU_IN_CLRSTATUS, ANY, HEAD_UP, 3,
	    { { 4, 43 }, { 4, 33 }, { 3, 33 } }, "CLRSTATUS", 3, 35 },
	{ DFU_STATE_DNLOAD_SYNC, DFU_STATE_DNBUSY, DFU_IN_GETSTATUS, ANY,
	    HEAD_DOWN, 3, { { 6, 23 }, { 6, 8 }, { 7, 8 } },
	    "GETSTATUS", 6, 10 },
	{ DFU_STATE_DNBUSY, DFU_STATE_DNLOAD_SYNC, DFU_IN_TIME, ANY, HEAD_UP,
	    3, { { 8, 15 }, { 8, 26 }, { 7, 26 } }, "time", 8, 20 },
	{ DFU_STATE_DNLOAD_SYNC, DFU_STATE_DNLOAD_IDLE, DFU_IN_GETSTATUS, ANY,
	    HEAD_DOWN, 2, { { 7, 30 }, { 9, 30 } }, "GETSTATUS", 9, -29 },
	{ DFU_STATE_DNLOAD_IDLE, DFU_STATE_DNLOAD_SYNC, DFU_IN_DNLOAD, ANY,
	    HEAD_UP, 2, { { 9, 37 }, { 7, 37 } }, "DNLOAD", 8, 39 },
	{ DFU_STATE_DNLOAD_IDLE, DFU_STATE_MANIFEST_SYNC, DFU_IN_DNLOAD0, ANY,
	    HEAD_DOWN, 2, { { 11, 30 }, { 11, 30 } }, "DNLOAD len=0", 11, 32 },
	{ DFU_STATE_MANIFEST_SYNC, DFU_STATE_MANIFEST, DFU_IN_GETSTATUS, ANY,
	    HEAD_DOWN, 2, { { 13, 30 }, { 13, 30 } }, "GETSTATUS", 13, 32 },
	{ DFU_STATE_MANIFEST, DFU_STATE_MANIFEST_SYNC, DFU_IN_TIME, TOLERANT,
	    HEAD_LEFT, 4, { { 14, 38 }, { 14, 57 }, { 12, 57 }, { 12, 44 } },
	    "time", 13, -56 },
	{ DFU_STATE_MANIFEST, DFU_STATE_MANIFEST_WAIT_RESET, DFU_IN_TIME,
	    NOT_TOLERANT, HEAD_DOWN, 2, { { 15, 30 }, { 15, 30 } },
	    "time", 15, 32 }
};
/* "[[ " or " ( " in front of a state. */
#define BRACKET		3
#define NARROWS	(sizeof(arrows) / sizeof(arrows[0]))

static bool
drawn(const struct arrow *w, const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	if (w->when == ANY || f == NULL || !f->functional.present)
		return (true);
	return (session_conditions(s).tolerant == (w->when == TOLERANT));
}

static bool
dimmed(const struct frame *sc, uint8_t state)
{
	bool app = dfu_state_is(state, DFU_STATES_RUNTIME);

	return (!sc->session->present ||
	    app != session_runtime(sc->session));
}

/* The columns a state takes, its box included: [*from, *to). */
static void
node_span(const struct area *a, const struct frame *sc, uint8_t state,
    int *from, int *to)
{
	const struct node *n = &nodes[state];
	struct mark m = map_path_mark(sc, state);
	struct buf text = { 0 };

	*from = n->col - (m.kind == MARK_NONE ? 1 : m.kind == MARK_REPORTED ?
	    4 : 3) - (state > 9);
	if (m.kind == MARK_NONE)
		dfu_state_label(&text, state);
	else
		map_path_box(&text, &m, state, n->below ? NULL : m.clock);
	*to = *from + area_columns(a, buf_str(&text)) + 2;
	buf_free(&text);
}

/* Heads that point along a row stand right at the state they point to. */
static int
head_col(const struct area *a, const struct frame *sc, const struct arrow *w)
{
	int from, to;

	node_span(a, sc, w->to, &from, &to);
	if (w->head == HEAD_LEFT)
		return (to);
	return (w->head == HEAD_RIGHT ? from - 1 : w->points[w->n - 1][1]);
}

static void
draw_label(struct area a, const struct arrow *w, enum style st,
    const char *text)
{
	int width = area_columns(&a, text);

	area_text(a, w->row, w->col < 0 ? -w->col - width : w->col, st, text);
}

/*
 * The request behind the arrow, unless the state at its end would cover the
 * last digits: a number cut short is another number.
 */
static void
add_number(const struct area *a, const struct frame *sc,
    const struct arrow *w, struct buf *label, uint32_t number)
{
	const struct session *s = sc->session;
	bool marked = w->from == sc->estimate.state ||
	    (s->reported.known && w->from == s->reported.state);
	size_t len = label->len;
	int i, end = INT_MAX;

	buf_addf(label, " #%u", number);
	for (i = 0; i < w->n; i++) {
		if (w->points[i][0] == w->row && w->points[i][1] > w->col &&
		    w->points[i][1] < end)
			end = w->points[i][1];
	}
	if (w->col >= 0 && w->col + area_columns(a, buf_str(label)) +
	    (marked ? BRACKET : 0) > end)
		buf_cut(label, len);
}

static void
draw_ghost(struct area a, const struct frame *sc, const struct arrow *w)
{
	int i, n = w->n - 1, head = head_col(&a, sc, w);
	struct buf label = { 0 };

	for (i = 1; i <= n; i++)
		area_line(a, w->points[i - 1][0], w->points[i - 1][1],
		    w->points[i][0], i == n ? head : w->points[i][1],
		    LINE_DOTTED, STYLE_GHOST);
	area_head(a, w->points[n][0], head, w->head, LINE_LIGHT, STYLE_GHOST);
	buf_addf(&label, "%s ?", w->label);
	draw_label(a, w, STYLE_GHOST, buf_str(&label));
	buf_free(&label);
}

static void
draw_arrow(struct area a, const struct frame *sc, const struct arrow *w,
    const struct path_step *step, bool failed)
{
	struct buf label = { 0 };
	enum line l = w->input == DFU_IN_TIME ? LINE_DOTTED : LINE_LIGHT;
	enum style st = STYLE_DIM;
	int i, head = head_col(&a, sc, w);

	buf_adds(&label, w->label);
	if (failed)
		buf_addf(&label, " %s", outcome_mark(step->outcome));
	if (step != NULL && step->by != 0)
		add_number(&a, sc, w, &label, step->by);
	if (step != NULL && !failed && l == LINE_LIGHT)
		l = LINE_HEAVY;
	if (step != NULL)
		st = failed ? STYLE_DANGER : STYLE_PATH;
	else if (!dimmed(sc, w->from))
		st = STYLE_NORMAL;
	for (i = 1; i < w->n; i++)
		area_line(a, w->points[i - 1][0], w->points[i - 1][1],
		    w->points[i][0], i == w->n - 1 ? head : w->points[i][1],
		    l, st == STYLE_NORMAL ? STYLE_DIM : st);
	area_head(a, w->points[w->n - 1][0], head, w->head,
	    step != NULL && !failed ? LINE_HEAVY : LINE_LIGHT,
	    st == STYLE_NORMAL ? STYLE_DIM : st);
	draw_label(a, w, st == STYLE_NORMAL ? STYLE_LABEL : st,
	    buf_str(&label));
	buf_free(&label);
}

static const struct arrow *
arrow_of(const struct path_step *step)
{
	size_t i;

	for (i = 0; i < NARROWS; i++)
		if (arrows[i].from == step->from && step->input ==
		    arrows[i].input && (arrows[i].to == step->to ||
		    !outcome_is_answer(step->outcome)))
			return (&arrows[i]);
	return (NULL);
}

/* A failure without an arrow of its own is told beside the state it left. */
static void
draw_failure(struct area a, const struct path_step *step)
{
	const struct node *n = &nodes[step->from];
	struct buf b = { 0 };

	map_path_step_words(step, &b);
	if (area_columns(&a, buf_str(&b)) > n->fail_width) {
		buf_reset(&b);
		buf_addf(&b, "%s #%u", outcome_mark(step->outcome),
		    step->by);
	}
	area_fit(a, n->fail_row, n->fail_col, n->fail_width, STYLE_DANGER,
	    buf_str(&b));
	buf_free(&b);
}

/* A STALL ends in dfuERROR, from wherever it came. */
static void
draw_error(struct area a, const struct path_step *step)
{
	struct buf b = { 0 };

	buf_adds(&b, "↑ ");
	map_path_step_words(step, &b);
	if (area_columns(&a, buf_str(&b)) > a.cols - 42) {
		buf_reset(&b);
		buf_addf(&b, "↑ STALL #%u", step->by);
	}
	area_right(area_part(a, 6, 42, 1, a.cols - 42), 0, STYLE_DANGER,
	    buf_str(&b));
	buf_free(&b);
}

static void
draw_arrows(
    struct area a, const struct frame *sc, const struct map_path *map_path)
{
	const struct path_step *step;
	const struct arrow *w;
	size_t i, j;

	for (i = 0; i < NARROWS; i++)
		if (drawn(&arrows[i], sc->session))
			draw_arrow(a, sc, &arrows[i], NULL, false);
	for (j = 0; j < map_path->n; j++) {
		step = &map_path->steps[j];
		w = arrow_of(step);
		if (w != NULL && outcome_is_answer(step->outcome))
			draw_arrow(a, sc, w, step, false);
	}
	for (i = 0; i < NARROWS; i++) {
		if (sc->ghost != NO_STATE && drawn(&arrows[i], sc->session) &&
		    arrows[i].from == sc->estimate.state && arrows[i].to ==
		    sc->ghost && arrows[i].input == sc->ghost_input)
			draw_ghost(a, sc, &arrows[i]);
	}
	if (map_path->failed == NULL)
		return;
	w = arrow_of(map_path->failed);
	if (w != NULL && drawn(w, sc->session))
		draw_arrow(a, sc, w, map_path->failed, true);
	else if (map_path->failed->to != DFU_STATE_ERROR &&
	    map_path->failed->from < DFU_STATE_COUNT)
		draw_failure(a, map_path->failed);
	if (map_path->failed->to == DFU_STATE_ERROR)
		draw_error(a, map_path->failed);
}

static void
draw_node(struct area a, const struct frame *sc, uint8_t state)
{
	const struct node *n = &nodes[state];
	struct mark m = map_path_mark(sc, state);
	struct buf text = { 0 };
	int from, to;

	node_span(&a, sc, state, &from, &to);
	area_fill(a, n->row, from, 1, to - from, STYLE_NORMAL);
	if (m.kind == MARK_NONE) {
		dfu_state_label(&text, state);
		area_text(a, n->row, from + 1, dimmed(sc, state) ? STYLE_DIM :
		    STYLE_NORMAL, buf_str(&text));
	} else {
		map_path_box(&text, &m, state, n->below ? NULL : m.clock);
		area_text(a, n->row, from + 1, m.style, buf_str(&text));
		if (n->below)
			area_textf(a, n->row + 1, n->col + (state ==
			    DFU_STATE_ERROR ? 3 : 0), m.clock_style, "%s",
			    m.clock);
	}
	buf_free(&text);
}

/* The key that asks for the state, and what it is called. */
static void
draw_first_query(struct area a, const struct frame *sc)
{
	const char *key = frame_key(sc, "getstate");
	int col = 2;

	if (!frame_first_query(sc) || key == NULL || sc->app->policy.past)
		return;
	col += 1 + view_key(sc, a, 4, col, STYLE_ADVICE, key);
	area_text(a, 4, col, STYLE_NORMAL, "query state");
}

/* Where no state of the specification is to be marked. */
static void
draw_apart(struct area a, const struct frame *sc)
{
	struct area box = area_part(a, 11, 0, 6, 22);
	struct buf text = { 0 };
	struct mark m;

	if (!sc->session->present || frame_unknown(sc)) {
		area_frame(box, STYLE_WARNING, sc->session->present ?
		    "State" : "Device");
		area_text(box, 1, 2, STYLE_STRONG,
		    sc->session->present ? "unknown" : "disconnected");
		map_path_why_unknown(sc, &text);
		area_wrap(area_inside(box), 1, 1, 18, STYLE_NORMAL,
		    buf_str(&text));
		draw_first_query(box, sc);
	} else {
		m = map_path_mark(sc, sc->session->reported.state);
		area_frame(box, STYLE_WARNING, "Undefined in DFU 1.1");
		map_path_box(&text, &m, sc->session->reported.state, NULL);
		area_text(box, 1, 2, m.style, buf_str(&text));
		area_text(box, 2, 2, m.clock_style, m.clock);
	}
	buf_free(&text);
}

/* What a served device is in, whatever it told its host. */
static void
draw_own(struct area a, const struct frame *sc, uint8_t state)
{
	int from, to;

	if (!sc->app->policy.served || sc->app->truth != state)
		return;
	node_span(&a, sc, state, &from, &to);
	area_text(a, nodes[state].row, to, STYLE_GOOD, " ◄ own ");
}

static void
draw_legend(struct area a, const struct frame *sc)
{
	if (sc->ghost != NO_STATE)
		area_text(a, 11, 1, STYLE_GHOST, "{   } next request");
	else if (sc->app->policy.served)
		area_text(a, 11, 1, STYLE_GOOD, "◄ own the device's own");
	area_text(a, 12, 1, STYLE_LABEL, "[[ ]] reported");
	area_text(a, 13, 1, STYLE_LABEL, "(   ) expected");
	area_line(a, 14, 1, 14, 4, LINE_HEAVY, STYLE_LABEL);
	area_text(a, 14, 7, STYLE_LABEL, "path taken");
	area_line(a, 15, 1, 15, 4, LINE_DOTTED, STYLE_LABEL);
	area_text(a, 15, 7, STYLE_LABEL, "by elapsed time");
}

void
view_map(struct area a, const struct frame *sc)
{
	struct map_path map_path;
	uint8_t i;

	if (sc->session == NULL)
		return;
	map_path_find(&map_path, sc);
	draw_arrows(a, sc, &map_path);
	for (i = 0; i < DFU_STATE_COUNT; i++)
		draw_node(a, sc, i);
	for (i = 0; i < DFU_STATE_COUNT; i++)
		draw_own(a, sc, i);
	if (map_path_apart(sc))
		draw_apart(a, sc);
	else
		draw_legend(a, sc);
	map_path_line(area_part(a, MAP_ROWS - 1, 0, 1, a.cols), &map_path);
}

void
view_map_path(struct area a, const struct frame *sc)
{
	struct map_path map_path;

	if (sc->session == NULL)
		return;
	map_path_find(&map_path, sc);
	map_path_line(a, &map_path);
}

/* In a lesson: made of what the step shows, not of a session. */

#define LESSON_NOWHERE	(LESSON_GONE - 1)

struct map_lesson {
	const struct lesson_trace *trace;
	size_t	first;		/* move that is drawn */
	int	here;		/* state, or another number: not to be seen */
	int	mark;		/* under the mark, or another number */
	int	said;		/* wrongly */
	unsigned goals;		/* bits of states */
};

static void
lesson_marks(struct map_lesson *m, const struct lesson_run *r)
{
	const struct lesson_step *s = lesson_step_of(r);
	bool told = r->phase == LESSON_TELLS, reach = s != NULL &&
	    s->ask == LESSON_REACH;
	size_t i;

	*m = (struct map_lesson){ .trace = reach ? &r->moves : told ?
	    &r->deed : &r->past, .first = reach ? 0 : r->first,
	    .mark = LESSON_NOWHERE, .said = LESSON_NOWHERE };
	m->here = !lesson_marks_state(r) ? LESSON_NOWHERE :
	    reach && !r->moves.begun ? r->past.truth : m->trace->truth;
	if (s != NULL && s->quiet && !told)
		m->first = m->trace->n;
	if (r->phase == LESSON_ASKS && lesson_asks_state(r))
		m->mark = r->mark;
	if (told && lesson_asks_state(r) && !r->state_right)
		m->said = r->mark;
	for (i = 0; reach && !s->quiet && i < s->ngoals; i++)
		if (s->goals[i].kind == LESSON_GOAL_STATE)
			m->goals |= 1u << s->goals[i].value;
}

static void
lesson_label(const struct map_lesson *m, uint8_t state, struct buf *b,
    enum style *st)
{
	const char *before = "", *behind = "";

	*st = STYLE_NORMAL;
	if (m->mark == state) {
		before = ">";
		behind = "<";
		*st = STYLE_SELECTED;
	} else if (m->said == state) {
		before = behind = "x";
		*st = STYLE_WRONG;
	} else if (m->here == state) {
		before = behind = "*";
		*st = STYLE_PRESENT;
	} else if ((m->goals >> state & 1u) != 0) {
		before = behind = "@";
		*st = STYLE_GOOD;
	}
	buf_adds(b, before);
	dfu_state_label(b, state);
	buf_adds(b, behind);
}

/* The columns it takes, [*from, *to), a blank on both sides. */
static void
lesson_span(const struct area *a, const struct map_lesson *m, uint8_t state,
    int *from, int *to)
{
	struct buf b = { 0 };
	enum style st;

	lesson_label(m, state, &b, &st);
	*from = nodes[state].col - 1 - (state > 9) -
	    (st != STYLE_NORMAL);
	*to = *from + area_columns(a, buf_str(&b)) + 2;
	buf_free(&b);
}

static void
draw_lesson_arrow(struct area a, const struct map_lesson *m,
    const struct arrow *w, bool taken)
{
	enum line l = w->input == DFU_IN_TIME ? LINE_DOTTED : taken ?
	    LINE_HEAVY : LINE_LIGHT;
	enum style st = taken ? STYLE_PATH : STYLE_DIM;
	int i, n = w->n - 1, from, to, head = w->points[n][1];

	lesson_span(&a, m, w->to, &from, &to);
	if (w->head == HEAD_LEFT || w->head == HEAD_RIGHT)
		head = w->head == HEAD_LEFT ? to : from - 1;
	for (i = 1; i <= n; i++)
		area_line(a, w->points[i - 1][0], w->points[i - 1][1],
		    w->points[i][0], i == n ? head : w->points[i][1], l, st);
	area_head(a, w->points[n][0], head, w->head, taken ? LINE_HEAVY :
	    LINE_LIGHT, st);
	draw_label(a, w, taken ? STYLE_PATH : STYLE_LABEL, w->label);
}

static bool
lesson_took(const struct map_lesson *m, const struct arrow *w)
{
	const struct lesson_move *v;
	size_t i;

	for (i = m->first; i < m->trace->n; i++) {
		v = &m->trace->moves[i];
		if (v->before == w->from && v->after == w->to &&
		    v->input == w->input)
			return (true);
	}
	return (false);
}

/* A move that the figure has no arrow for is told below. */
static void
draw_lesson_move(struct area a, const struct map_lesson *m)
{
	const struct lesson_move *v = m->trace->n > m->first ?
	    &m->trace->moves[m->trace->n - 1] : NULL;
	struct buf b = { 0 };

	if (v == NULL || v->before < LESSON_GONE || v->after < LESSON_GONE)
		return;
	buf_adds(&b, "last: ");
	if (v->before != LESSON_GONE)
		buf_addf(&b, "%d ", v->before);
	else
		buf_adds(&b, "gone ");
	buf_addf(&b, "──%s%s──> ", dfu_input_name((enum dfu_input)(v->input <
	    0 ? DFU_IN_OTHER : v->input)), v->request && v->answer !=
	    LESSON_ANSWERED ? ", STALL or no answer" : "");
	if (v->after != LESSON_GONE)
		buf_addf(&b, "%d", v->after);
	else
		buf_adds(&b, "gone");
	area_text(a, MAP_ROWS - 1, 1, v->request && v->answer !=
	    LESSON_ANSWERED ? STYLE_DANGER : STYLE_PATH, buf_str(&b));
	buf_free(&b);
}

void
view_map_lesson(struct area a, const struct lesson_run *r)
{
	struct map_lesson m;
	struct buf b = { 0 };
	enum style st;
	int from, to;
	uint8_t i;

	lesson_marks(&m, r);
	for (i = 0; i < 2 * NARROWS; i++) {
		const struct arrow *w = &arrows[i % NARROWS];
		bool taken = lesson_took(&m, w);

		if (taken == (i >= NARROWS) && (w->when == ANY ||
		    r->past.conditions.tolerant == (w->when == TOLERANT)))
			draw_lesson_arrow(a, &m, w, taken);
	}
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		lesson_span(&a, &m, i, &from, &to);
		area_fill(a, nodes[i].row, from, 1, to - from, STYLE_NORMAL);
		buf_reset(&b);
		lesson_label(&m, i, &b, &st);
		area_text(a, nodes[i].row, from + 1, st, buf_str(&b));
	}
	buf_free(&b);
	if (m.here == LESSON_GONE && r->phase != LESSON_ENDS &&
	    lesson_marks_state(r))
		area_text(a, 13, 1, STYLE_PRESENT, "*gone*");
	if (r->phase == LESSON_ASKS && lesson_asks_state(r))
		area_text(a, 14, 1, r->mark == LESSON_GONE ? STYLE_SELECTED :
		    STYLE_LABEL, r->mark == LESSON_GONE ? ">gone<" : " gone");
	draw_lesson_move(a, &m);
}
