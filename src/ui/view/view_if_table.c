/* SPDX-License-Identifier: ISC */
/*
 * What each request does in each state: a row a state, of the present one what
 * the standard says and what this kind of device is known to do.
 */
#include "ui/prompt/keys.h"
#include "ui/view/view.h"

#include <string.h>

#include "dfu/spec.h"
#include "diagnosis/what_if.h"
#include "lesson/lesson_run.h"
#include "session/session.h"

#define LABEL_LEAST	12	/* the number, and more */
#define LABEL_WHOLE	27	/* "8 dfuMANIFEST-WAIT-RESET" */
#define COLUMN_LEAST	6
#define COLUMN_MOST	9
#define HEADS		3	/* rows: the key, and a name of two lines */
#define ROOMY		22	/* rows: all states, and one request */

/* The columns, in the order of what_if_rows; names that fit five columns. */
static const struct if_head {
	const char	*ask;
	const char	*first;
	const char	*second;
} heads[] = {
	{ "getstate", "GET-", "STATE" },
	{ "getstatus", "GET-", "STAT." },
	{ "clrstatus", "CLR-", "STAT." },
	{ "abort", "ABORT", "" },
	{ "dnload", "DN-", "LOAD" },
	{ "dnload 0", "DNL.", "len=0" },
	{ "upload", "UP-", "LOAD" },
	{ "detach", "DE-", "TACH" },
	{ "reset", "bus", "reset" },
	{ "wait", "wait", "" },
};
#define NHEADS	(sizeof(heads) / sizeof(heads[0]))

struct table {
	struct area		 a;
	const struct frame	*sc;
	int			 label;		/* columns of the states */
	int			 column;	/* of a request */
	int			 row;		/* the next one */
};

const struct what_if_row *
view_what_if_selected(const struct view *view)
{
	return (what_if_named(heads[view->asked].ask));
}

void
view_what_if_step(struct view *view, long step)
{
	long at = (long)view->asked + step;

	view->asked = at < 0 ? 0 : at >= (long)NHEADS ? NHEADS - 1 :
	    (size_t)at;
}

/* "·" no change, "→3", "×" STALL, "×→10", "none", "out", "any" */
static enum style
cell_words(struct buf *b, uint8_t from, const struct dfu_outlook *o)
{
	enum style st = STYLE_NORMAL;

	if (o->next == DFU_NEXT_GONE) {
		buf_adds(b, "out");
		return (STYLE_GOOD);
	}
	switch (o->response) {
	case DFU_RESPONSE_STALL:
		buf_adds(b, "×");
		st = STYLE_DANGER;
		break;
	case DFU_RESPONSE_NONE_EXPECTED:
		buf_adds(b, "none");
		return (STYLE_WARNING);
	case DFU_RESPONSE_ANY:
		buf_adds(b, "any");
		return (STYLE_WARNING);
	case DFU_RESPONSE_OK:
	case DFU_RESPONSE_NONE:
		break;
	}
	if (o->next != from)
		buf_addf(b, "→%u", o->next);
	else if (b->len == 0)
		buf_adds(b, "·");
	return (o->next == from && st == STYLE_NORMAL ? STYLE_DIM : st);
}

static void
draw_cell(const struct table *t, size_t i, enum style st, const char *words)
{
	area_fit(t->a, t->row, t->label + (int)i * t->column, t->column - 1,
	    st, words);
}

/* Colours are for the row that is open. */
static void
draw_outlook(const struct table *t, size_t i, uint8_t from,
    const struct dfu_outlook *o, uint8_t otherwise, bool open)
{
	struct buf b = { 0 };
	enum style st = cell_words(&b, from, o);

	if (otherwise != NO_STATE && otherwise != o->next)
		buf_addf(&b, "/%u", otherwise);
	draw_cell(t, i, open ? st : STYLE_DIM, buf_str(&b));
	buf_free(&b);
}

/* What the standard says of a device that is done with its work. */
static uint8_t
when_done(const struct session *s, uint8_t state, enum dfu_input input)
{
	struct dfu_conditions c = session_conditions(s);

	c.block_done = c.manifest_done = 1;
	return (dfu_transition(state, input, &c)->next);
}

/* A state that it is not in: by its stack where that is known. */
static void
draw_elsewhere(const struct table *t, uint8_t state)
{
	const struct session *s = t->sc->session;
	const struct dfu_stack *stack = t->sc->print.stack;
	const struct estimate e = { .state = state,
	    .work = DFU_WORK_UNKNOWN };
	struct dfu_conditions c = session_conditions(s);
	struct dfu_outlook o;
	enum dfu_input input;
	uint8_t otherwise;
	size_t i;

	for (i = 0; i < NHEADS; i++) {
		input = (enum dfu_input)what_if_named(heads[i].ask)->input;
		otherwise = NO_STATE;
		if (stack == NULL ||
		    !predict_from(s, stack, &e, input, &o)) {
			o = dfu_transition_outlook(
			    dfu_transition(state, input, &c));
			otherwise = when_done(s, state, input);
		}
		draw_outlook(t, i, state, &o, otherwise, false);
	}
}

static void
draw_label(const struct table *t, uint8_t state, enum style st)
{
	struct buf b = { 0 };

	if (state == DFU_STATE_MANIFEST_WAIT_RESET && t->label < LABEL_WHOLE)
		buf_adds(&b, "8 …-WAIT-RESET");
	else
		dfu_state_label(&b, state);
	area_fit(t->a, t->row, 1, t->label - 1, st, buf_str(&b));
	buf_free(&b);
}

/* One half of the open row. */
static void
draw_half(struct table *t, const char *whose, uint8_t state, bool stack)
{
	const struct frame *sc = t->sc;
	struct dfu_outlook o;
	struct prediction p;
	size_t i;

	area_fit(t->a, t->row, 3, t->label - 4, STYLE_LABEL, whose);
	for (i = 0; i < NHEADS; i++) {
		p = what_if_row(sc->session, what_if_named(heads[i].ask),
		    sc->print.stack, sc->now);
		o = stack ? p.stack : prediction_spec(&p);
		if (stack ? p.known : p.spec != NULL)
			draw_outlook(t, i, state, &o, stack ? NO_STATE :
			    p.otherwise, true);
		else
			draw_cell(t, i, STYLE_DIM, "?");
		if (i == sc->view->asked)
			area_restyle(t->a, t->row, t->label + (int)i *
			    t->column, t->column - 1, STYLE_SELECTED);
	}
	t->row++;
}

/* The state that it is in: both halves, from where each has it. */
static void
draw_open(struct table *t, uint8_t state)
{
	const struct frame *sc = t->sc;
	uint8_t spec = sc->by_spec.how != ESTIMATE_UNKNOWN ?
	    sc->by_spec.state : state;
	struct buf b = { 0 };

	draw_label(t, state, STYLE_PRESENT);
	area_text(t->a, t->row, 0, STYLE_STRONG, ">");
	t->row++;
	buf_adds(&b, "DFU 1.1");
	if (spec != state)
		buf_addf(&b, ", in %u", spec);
	draw_half(t, buf_str(&b), spec, false);
	buf_free(&b);
	if (sc->print.stack != NULL)
		draw_half(t, sc->print.stack->name, state, true);
}

static void
draw_heads(struct table *t)
{
	const struct command_row *c;
	const char *key;
	size_t i;
	int col;

	for (i = 0; i < NHEADS; i++) {
		col = t->label + (int)i * t->column;
		c = command_named(what_if_named(heads[i].ask)->command);
		key = keys_of_command(t->sc->view->rc, c);
		if (key != NULL && strchr(heads[i].ask, ' ') == NULL)
			area_fit(t->a, t->row, col, t->column - 1,
			    c->danger == DFU_DANGER_NONE ? STYLE_KEY :
			    STYLE_KEY_DANGER, key);
		area_fit(t->a, t->row + 1, col, t->column - 1, STYLE_LABEL,
		    heads[i].first);
		area_fit(t->a, t->row + 2, col, t->column - 1, STYLE_LABEL,
		    heads[i].second);
	}
	area_fit(t->a, t->row + 2, 1, t->label - 2, STYLE_LABEL, "state");
	t->row += HEADS;
}

/* A line of it, and the row behind that. */
static int
draw_line(struct area a, int row, const char *label, const char *words,
    const char *who, const char *source)
{
	struct buf b = { 0 };

	if (words[0] == '\0' || row >= a.rows)
		return (row);
	buf_adds(&b, words);
	if (who != NULL)
		buf_addf(&b, source != NULL ? " (%s: %s)" : " (%s)", who,
		    source);
	area_text(a, row, 3, STYLE_LABEL, label);
	row += area_wrap(a, row, 12, a.cols - 14, STYLE_NORMAL, buf_str(&b));
	buf_free(&b);
	return (row);
}

/* The request that is selected, in short; Enter has the whole. */
static void
draw_selected(struct area a, const struct frame *sc)
{
	const struct what_if_row *row = view_what_if_selected(sc->view);
	struct what_if_words w;
	struct buf b = { 0 };
	int at = 1;

	what_if_tell(sc->session, row, sc->print.stack, sc->now, &w);
	buf_adds(&b, row->means != NULL ? row->means : row->name);
	if (w.differs)
		buf_adds(&b, ": DFU 1.1 and the device differ");
	area_fit(a, 0, 1, a.cols - 2, w.differs ? STYLE_WARNING :
	    STYLE_TITLE, buf_str(&b));
	at = draw_line(a, at, "device", buf_str(&w.stack), w.certainty,
	    w.source);
	at = draw_line(a, at, "DFU 1.1", buf_str(&w.spec),
	    w.spec.len != 0 ? buf_str(&w.clause) : NULL, NULL);
	if (w.undo != NULL)
		draw_line(a, at, "loses", w.spoils != NULL ? w.spoils :
		    "nothing", NULL, NULL);
	what_if_words_free(&w);
	buf_free(&b);
}

static void
draw_table(struct table *t, uint8_t state, bool open)
{
	uint8_t first = 0, last = DFU_STATE_ERROR, i;

	/* Those of the other mode where there is room. */
	if (t->a.rows < ROOMY && session_runtime(t->sc->session))
		last = DFU_STATE_APP_DETACH;
	else if (t->a.rows < ROOMY)
		first = DFU_STATE_IDLE;
	draw_heads(t);
	for (i = first; i <= last; i++) {
		if (open && i == state) {
			draw_open(t, i);
			continue;
		}
		draw_label(t, i, STYLE_NORMAL);
		draw_elsewhere(t, i);
		t->row++;
	}
}

static void
draw_legend(struct table *t)
{
	const struct dfu_stack *stack = t->sc->print.stack;
	struct buf b = { 0 };

	if (stack != NULL)
		buf_addf(&b, "%s, else ", stack->name);
	buf_adds(&b, "DFU 1.1:  · no change  → next state  × STALL  / or, when "
	    "done");
	area_fit(t->a, t->row, 1, t->a.cols - 2, STYLE_DIM, buf_str(&b));
	t->row++;
	area_fit(t->a, t->row, 1, t->a.cols - 2, STYLE_DIM, "none: no answer  "
	    "out: disconnects  any: not defined  DNL. len=0: zero-length");
	t->row++;
	buf_free(&b);
}

/* Why there is no table. */
static const char *
instead(const struct frame *sc)
{
	if (sc->view->lesson != NULL && lesson_hides(sc->view->lesson))
		return ("The effect of each request is shown once you have "
		    "answered.");
	return (NULL);
}

static void
draw_title(struct table *t)
{
	const struct estimate *e = &t->sc->estimate;
	const char *key = frame_key(t->sc, "getstate");
	struct buf b = { 0 };

	if (e->how == ESTIMATE_UNKNOWN) {
		buf_adds(&b, "The state is not known");
		if (key != NULL && !t->sc->app->policy.past)
			buf_addf(&b, "; %s queries it", key);
	} else {
		buf_adds(&b, e->how == ESTIMATE_REPORTED ? "reported " :
		    "expected ");
		dfu_state_label(&b, e->state);
	}
	if (e->how != ESTIMATE_UNKNOWN && session_estimates_differ(
	    t->sc->session, t->sc->now)) {
		buf_adds(&b, "; by DFU 1.1 it is in ");
		dfu_state_label(&b, t->sc->by_spec.state);
	}
	area_fit(t->a, t->row, 1, t->a.cols - 2, STYLE_NORMAL, buf_str(&b));
	t->row++;
	buf_free(&b);
}

void
view_what_if_table(struct area a, const struct frame *sc)
{
	struct table t = { .a = a, .sc = sc };
	const char *why;
	bool open;

	if (sc->session == NULL)
		return;
	why = instead(sc);
	if (!sc->session->present || why != NULL) {
		struct buf b = { 0 };

		if (why != NULL)
			buf_adds(&b, why);
		else
			frame_off_bus(sc, &b);
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL, buf_str(&b));
		buf_free(&b);
		return;
	}
	t.label = a.cols + 2 - (int)NHEADS * COLUMN_LEAST;
	t.label = t.label < LABEL_LEAST ? LABEL_LEAST :
	    t.label > LABEL_WHOLE ? LABEL_WHOLE : t.label;
	t.column = (a.cols + 2 - t.label) / (int)NHEADS;
	t.column = t.column > COLUMN_MOST ? COLUMN_MOST : t.column;
	open = sc->estimate.how != ESTIMATE_UNKNOWN &&
	    dfu_state_row(sc->estimate.state) != NULL;
	draw_title(&t);
	draw_table(&t, sc->estimate.state, open);
	draw_legend(&t);
	if (open && t.row < a.rows)
		draw_selected(area_part(a, t.row, 0, a.rows - t.row, a.cols),
		    sc);
}
