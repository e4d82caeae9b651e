/* SPDX-License-Identifier: ISC */
/* What each request would do now: by the table of moves, and by the stack. */
#include "ui/prompt/keys.h"
#include "ui/view/view.h"

#include <stdlib.h>
#include <string.h>

#include "dfu/spec.h"
#include "lesson/lesson_run.h"

static int
draw_key(struct area a, int row, int col, const struct command_row *c,
    const struct frame *sc)
{
	const char *key = keys_of_command(sc->view->rc, c);

	/* A key with a longer name is in the help. */
	if (key == NULL || strlen(key) > 3)
		return (2);
	if (c->danger != DFU_DANGER_NONE)
		area_text(a, row, col - 1, STYLE_KEY_DANGER, "!");
	area_text(a, row, col, c->danger == DFU_DANGER_NONE ? STYLE_KEY :
	    STYLE_KEY_DANGER, key);
	return (1 + (int)strlen(key));
}

/* Below the other DNLOAD it is seen what it is. */
static const char *
short_name(const struct prospect *p)
{
	return (p->ends ? "  len=0" : p->name);
}

static void
draw_prospect(struct area a, int row, int col, int width,
    const struct prospect *p, const struct frame *sc)
{
	struct area part = area_part(a, row, col, 1, width);
	struct buf b = { 0 };
	struct dfu_outlook o;
	enum style st;
	uint8_t from;
	int words, n = 1;

	if (!prediction_first(&p->prediction, &o, &from))
		return;
	n += draw_key(part, 0, n, p->row, sc);
	area_text(part, 0, n, STYLE_NORMAL, short_name(p));
	n += 10;
	st = outlook_words(&b, from, &o);
	if (!p->prediction.known && p->prediction.otherwise != NO_STATE)
		buf_addf(&b, " or %u", p->prediction.otherwise);
	words = area_columns(&a, buf_str(&b));
	area_fit(part, 0, n, width - n - 1, st, buf_str(&b));
	if (n + words + 9 < width && !p->prediction.known)
		area_text(part, 0, width - 7, STYLE_DIM,
		    p->prediction.spec->clause);
	buf_free(&b);
}

/* Where there is more about each of them, in a row that is left. */
static void
draw_more(struct area a, int row, const struct frame *sc)
{
	const char *key = keys_of_act(sc->view->rc, ACT_WHAT_IF);

	if (key == NULL || row >= a.rows)
		return;
	area_fit(a, a.rows - 1, 3 + area_text(a, a.rows - 1, 1, STYLE_KEY,
	    key), a.cols - 6, STYLE_DIM, "why, how to undo, what is lost");
}

static void
draw_prospects(struct area a, const struct frame *sc)
{
	int columns = a.rows < FRAME_PROSPECTS && a.cols >= 64 ? 2 : 1;
	int width = a.cols / columns, i, n = 0;
	const struct prospect *p = sc->prospects;

	for (i = 0; i < FRAME_PROSPECTS && n < a.rows * columns; i++, p++) {
		if (p->prediction.spec == NULL && !p->prediction.known)
			continue;
		draw_prospect(a, n / columns, n % columns * width, width, p,
		    sc);
		n++;
	}
	draw_more(a, (n + columns - 1) / columns, sc);
}

static enum style
brief_words(struct buf *b, uint8_t state, const struct dfu_outlook *o)
{
	if (o->next == DFU_NEXT_GONE) {
		buf_adds(b, "leaves");
		return (STYLE_GOOD);
	}
	switch (o->response) {
	case DFU_RESPONSE_STALL:
		buf_adds(b, "STALL");
		if (o->next != state)
			buf_addf(b, " → %u", o->next);
		return (STYLE_DANGER);
	case DFU_RESPONSE_NONE_EXPECTED:
		buf_adds(b, "no answer");
		return (STYLE_WARNING);
	case DFU_RESPONSE_ANY:
		buf_adds(b, "optional");
		return (STYLE_WARNING);
	case DFU_RESPONSE_OK:
	case DFU_RESPONSE_NONE:
		break;
	}
	if (o->next == state)
		buf_adds(b, "no change");
	else
		buf_addf(b, "→ %u", o->next);
	return (STYLE_NORMAL);
}

/* Columns of the comparison, as the narrowest pane of its kind has it. */
#define AT_SPEC		13
#define AT_STACK	24
#define COMPARED	36

static void
draw_outlook(struct area a, int row, int col, int width, uint8_t state,
    const struct dfu_outlook *o, uint8_t otherwise)
{
	struct buf b = { 0 };
	enum style st = brief_words(&b, state, o);

	if (otherwise != NO_STATE)
		buf_addf(&b, "/%u", otherwise);
	if (o->note != NULL && o->certainty == DFU_KNOWN_REPORT)
		buf_adds(&b, " *");
	else if (o->certainty == DFU_KNOWN_INFERRED)
		buf_adds(&b, " '");
	area_fit(a, row, col, width, st, buf_str(&b));
	buf_free(&b);
}

/* What the stack's cells leave out, under them while there is room. */
static int
draw_note(struct area a, int row, const struct prospect *p,
    const struct dfu_outlook *o)
{
	struct buf b = { 0 };

	if (o->note == NULL || o->certainty == DFU_KNOWN_SPEC)
		return (row);
	buf_addf(&b, "%s %s: %s", o->certainty == DFU_KNOWN_REPORT ? "*" :
	    " ", p->name, o->note);
	row += area_wrap(a, row, 1, a.cols - 2, STYLE_DIM, buf_str(&b));
	buf_free(&b);
	return (row);
}

static void
draw_compared_row(struct area a, int row, const struct prospect *p,
    const struct frame *sc)
{
	const struct prediction *w = &p->prediction;
	struct dfu_outlook spec = prediction_spec(w);
	int col = 1 + draw_key(a, row, 1, p->row, sc);

	area_fit(a, row, col, AT_SPEC - col - 1, prediction_differs(w) ?
	    STYLE_STRONG : STYLE_NORMAL, short_name(p));
	if (w->spec != NULL)
		draw_outlook(a, row, AT_SPEC, AT_STACK - AT_SPEC - 1,
		    w->state, &spec, w->otherwise);
	else
		area_text(a, row, AT_SPEC, STYLE_DIM, "?");
	if (w->known)
		draw_outlook(a, row, AT_STACK, a.cols - AT_STACK - 1,
		    w->stack_state, &w->stack, NO_STATE);
	else
		area_text(a, row, AT_STACK, STYLE_DIM, "?");
}

/* The specification beside what this kind of device is known to do. */
static void
draw_compared(struct area a, const struct frame *sc)
{
	const struct prospect *p = sc->prospects;
	int i, row = 1, notes = 1 + FRAME_PROSPECTS;

	area_text(a, 0, AT_SPEC, STYLE_LABEL, "DFU 1.1");
	area_fit(a, 0, AT_STACK, a.cols - AT_STACK - 1, sc->print.against != 0 ?
	    STYLE_WARNING : STYLE_LABEL, sc->print.stack->name);
	for (i = 0; i < FRAME_PROSPECTS && row < a.rows; i++, p++) {
		if (p->prediction.spec == NULL &&
		    p->prediction.stack_state == NO_STATE)
			continue;
		draw_compared_row(a, row++, p, sc);
		if (p->prediction.known && notes < a.rows - 1)
			notes = draw_note(a, notes, p, &p->prediction.stack);
	}
	draw_more(a, notes > row ? notes : row, sc);
}

/* "STALL → 10" would reach into the next column, as would "no answer". */
static void
squeeze(struct buf *b, uint8_t state, const struct dfu_outlook *o)
{
	char *words = buf_take(b), *p;

	for (p = words; *p != '\0'; p++) {
		if (*p != ' ')
			buf_addc(b, *p);
	}
	free(words);
	if (o->response == DFU_RESPONSE_NONE_EXPECTED) {
		buf_reset(b);
		buf_adds(b, "timeout");
	} else if (o->next == state && (o->response == DFU_RESPONSE_OK ||
	    o->response == DFU_RESPONSE_NONE)) {
		buf_reset(b);
		buf_adds(b, "same");
	}
}

/* A lesson asks just that. */
static bool
hidden(const struct frame *sc)
{
	return (sc->view->lesson != NULL && lesson_hides(sc->view->lesson));
}

/* Keys and the number of the state they lead to, where nothing more fits. */
void
view_what_if_brief(struct area a, const struct frame *sc)
{
	int columns = a.cols > 24 ? a.cols / 12 : 1, i, n = 0, col;
	const struct dfu_stack *stack = sc->print.stack;
	const struct prospect *p = sc->prospects;
	struct dfu_outlook o;
	struct buf b = { 0 };
	enum style st;
	uint8_t from;

	if (sc->app->policy.served) {
		view_served_device(a, sc);
		return;
	}
	if (sc->session == NULL || !sc->session->present ||
	    frame_unknown(sc) || a.rows < 2 || hidden(sc))
		return;
	area_textf(a, 0, 1, STYLE_LABEL, "%s, by %s  (0: len=0)",
	    runner_bound(&sc->app->policy) != NULL ? "More" : "Next",
	    stack != NULL ? stack->name : "DFU 1.1");
	for (i = 0; i < FRAME_PROSPECTS && n < (a.rows - 1) * columns;
	    i++, p++) {
		if (!prediction_first(&p->prediction, &o, &from) ||
		    frame_key(sc, p->row->name) == NULL)
			continue;
		col = 1 + n % columns * 12;
		col += draw_key(a, 1 + n / columns, col, p->row, sc);
		buf_reset(&b);
		if (p->ends)
			area_text(a, 1 + n / columns, col++ - 1, STYLE_LABEL,
			    "0 ");
		st = brief_words(&b, from, &o);
		squeeze(&b, from, &o);
		col -= p->ends && b.len > 10;
		area_text(a, 1 + n / columns, col, st, buf_str(&b));
		n++;
	}
	buf_free(&b);
}

static int
draw_offer(struct area a, int row, const char *key, const char *words)
{
	int col = 3;

	if (key != NULL)
		col = 2 + area_text(a, row, 1, STYLE_KEY, key);
	return (area_wrap(a, row, col, a.cols - col - 1, STYLE_NORMAL,
	    words));
}

/* The mildest looks, and what each may spoil. */
static void
draw_first_query(struct area a, const struct frame *sc)
{
	bool roomy = a.rows >= 8;
	int row = 0;

	row += draw_offer(a, row, frame_key(sc, "getstate"), "GETSTATE only "
	    "reads; by DFU 1.1 it is an error in dfuDNBUSY and dfuMANIFEST.");
	row += roomy;
	draw_offer(a, row, frame_key(sc, "getstatus"), "GETSTATUS reads more, "
	    "but advances dfuDNLOAD-SYNC and dfuMANIFEST-SYNC.");
}

void
view_what_if(struct area a, const struct frame *sc)
{
	if (sc->session == NULL)
		return;
	if (sc->app->policy.served)
		view_served_device(a, sc);
	else if (!sc->session->present && sc->app->policy.past)
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL,
		    "The device was disconnected when the recording ended.");
	else if (hidden(sc))
		area_wrap(a, 0, 1, a.cols - 2, STYLE_DIM, "The effect of each "
		    "request is shown once you have answered.");
	else if (!sc->session->present)
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL,
		    sc->app->simulated ? "The device is disconnected. :plug "
		    "plugs it in; its state is unknown then." :
		    "The device is disconnected. dfuscope detects it when it "
		    "reconnects; its state is unknown then.");
	else if (frame_unknown(sc) && sc->app->policy.past)
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL, "The recording "
		    "does not tell the state at its end.");
	else if (frame_first_query(sc))
		draw_first_query(a, sc);
	else if (frame_unknown(sc))
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL, "The state is "
		    "unknown until the pending request is answered.");
	else if (dfu_state_row(sc->estimate.state) == NULL)
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL, "DFU 1.1 does not "
		    "define this state, nor what a request does in it.");
	else if (sc->print.stack != NULL && a.cols >= COMPARED)
		draw_compared(a, sc);
	else
		draw_prospects(a, sc);
}
