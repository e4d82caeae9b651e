/* SPDX-License-Identifier: ISC */
/*
 * What a request would do, in one row: of the one that is paused, and of the
 * one that is typed.
 */
#include "ui/view/view.h"

#include <string.h>

#include "diagnosis/what_if.h"

bool
view_forecast_of(const struct frame *sc, int input, struct buf *b)
{
	const struct dfu_stack *stack = sc->print.stack;
	struct dfu_outlook spec;
	struct prediction p;

	if (input < 0)
		return (false);
	p = predict(sc->session, (enum dfu_input)input, stack, sc->now);
	if (p.spec == NULL && !p.known)
		return (false);
	spec = prediction_spec(&p);
	if (p.known)
		outlook_words(b, p.stack_state, &p.stack);
	if (p.known && p.spec != NULL && !prediction_differs(&p)) {
		buf_addf(b, " (%s and DFU 1.1)", stack->name);
		return (true);
	}
	if (p.known)
		buf_addf(b, " (%s, %s)", stack->name,
		    dfu_certainty_words(p.stack.certainty));
	if (p.spec == NULL)
		return (true);
	buf_adds(b, p.known ? "; " : "");
	outlook_words(b, p.state, &spec);
	buf_addf(b, " (DFU 1.1 %s)", p.spec->clause);
	return (true);
}

/* What it is for, "leave", where that is known; else "DNLOAD block 2, ..". */
static void
add_name(struct buf *b, const struct xfer *x, const struct dfu_meaning *m)
{
	struct buf whole = { 0 };
	const char *meaning;

	words_xfer(&whole, x, m);
	meaning = strstr(buf_str(&whole), "  ");
	buf_adds(b, meaning != NULL ? meaning + 2 : buf_str(&whole));
	buf_free(&whole);
}

/* The request that the line is, as far as it is one; what it is goes to b. */
static const struct what_if_row *
row_of(const struct frame *sc, const struct command_row *row,
    const char *line, struct buf *b, const char **loses)
{
	const struct what_if_row *r = what_if_named(row->name);
	struct edit e = { .kept = false };
	struct dfu_meaning m;
	struct xfer x;

	/* What follows the name decides which request these are. */
	if ((strcmp(row->name, "dnload") == 0 ||
	    strcmp(row->name, "control") == 0) &&
	    edit_begin_line(&e, sc->session, line)) {
		x = edit_xfer(&e);
		m = session_xfer_meaning(sc->session, &x);
		add_name(b, &x, &m);
		*loses = m.danger != DFU_DANGER_NONE ?
		    dfu_meaning_loss(&m) : NULL;
		r = what_if_row_of(&m);
		edit_free(&e);
	} else if (r != NULL) {
		buf_adds(b, r->name);
	}
	return (r);
}

enum style
view_forecast(const struct frame *sc, const struct command_row *row,
    const char *line, struct buf *b)
{
	const struct what_if_row *r;
	const char *loses = NULL;
	struct what_if_words w;
	enum style st = STYLE_NORMAL;
	struct prediction p;
	struct dfu_outlook o;
	uint8_t from;

	if (sc->session == NULL)
		return (st);
	r = row_of(sc, row, line, b, &loses);
	if (r == NULL)
		return (st);
	buf_adds(b, r->input == DFU_IN_DNLOAD0 ? " (len=0): " : ": ");
	what_if_tell(sc->session, r, sc->print.stack, sc->now, &w);
	p = what_if_row(sc->session, r, sc->print.stack, sc->now);
	/* What is refused does not do it. */
	if (prediction_first(&p, &o, &from) &&
	    o.response != DFU_RESPONSE_OK)
		loses = NULL;
	if (!view_forecast_of(sc, r->input, b))
		buf_adds(b, frame_unknown(sc) ? "the state is unknown; query "
		    "it first" : buf_str(&w.spec));
	if (loses != NULL)
		buf_addf(b, "; %s", loses);
	else if (w.spoils != NULL)
		buf_addf(b, "; loses %s", w.spoils);
	if (loses != NULL || w.spoils != NULL)
		st = STYLE_DANGER;
	what_if_words_free(&w);
	return (st);
}
