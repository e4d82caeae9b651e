/* SPDX-License-Identifier: ISC */
/*
 * The request that is paused, in the place of the verdict: what would be sent
 * next, what it would do and lose, and the keys that decide.
 */
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"

#include "diagnosis/what_if.h"

#include <string.h>

/* Columns for "effect  → 8 dfuMANIFEST-WAIT-RESET". */
#define EFFECT_LEAST	38

static int
draw_key(struct area a, int row, int col, const struct frame *sc,
    const char *key, const char *label)
{
	if (key == NULL)
		return (col);
	col += 1 + view_key(sc, a, row, col, STYLE_KEY, key);
	return (col + 3 + area_text(a, row, col, STYLE_NORMAL, label));
}

static void
draw_keys(struct area a, int row, const struct frame *sc)
{
	int col = BAND_TEXT;

	col = draw_key(a, row, col, sc, frame_key(sc, "step"), "Send");
	col = draw_key(a, row, col, sc, frame_key(sc, "skip"), "Skip");
	col = draw_key(a, row, col, sc, keys_of_act(sc->view->rc, ACT_EDIT),
	    "Edit");
	col = draw_key(a, row, col, sc, frame_key(sc, "continue"),
	    "Continue");
	area_fit(a, row, col, a.cols - col - 1, STYLE_DIM,
	    "or send another request first");
}

static const struct what_if_row *
row_of(const struct frame *sc)
{
	const struct effect *paused = &sc->runner->paused;
	struct dfu_meaning m = session_xfer_meaning(sc->session, &paused->xfer);

	return (paused->kind == EFFECT_RESET ? what_if_named("reset") :
	    what_if_row_of(&m));
}

void
view_paused_effect(const struct frame *sc, struct buf *does,
    struct buf *loses)
{
	const struct what_if_row *row = row_of(sc);
	const struct dfu_stack *stack = sc->print.stack;
	struct what_if_words w;

	if (row == NULL) {
		buf_adds(does, "effect not known");
		return;
	}
	what_if_tell(sc->session, row, stack, sc->now, &w);
	/* Where the two part, the device is what counts. */
	if ((w.differs || w.spec.len == 0) && w.stack.len != 0 &&
	    stack != NULL)
		buf_addf(does, "%s: %s (%s); ", stack->name,
		    buf_str(&w.stack), w.certainty != NULL ? w.certainty :
		    "certainty not known");
	if (w.spec.len != 0)
		buf_addf(does, "DFU 1.1: %s (%s)", buf_str(&w.spec),
		    buf_str(&w.clause));
	else
		buf_adds(does, w.stack.len != 0 ?
		    "DFU 1.1 does not define the state" :
		    "the state is not known");
	if (!w.differs && w.spec.len != 0 && w.stack.len != 0 && stack != NULL)
		buf_addf(does, "; the same on %s", stack->name);
	if (w.spoils != NULL)
		buf_adds(loses, w.spoils);
	what_if_words_free(&w);
}

/* What it loses stands in full, what it does in what is left of the row. */
static void
draw_effect(struct area a, const struct frame *sc)
{
	struct buf does = { 0 }, whole = { 0 }, loses = { 0 };
	int row = a.rows > 3 ? 2 : 1, width, end = a.cols - 1;

	view_paused_effect(sc, &whole, &loses);
	if (!view_forecast_of(sc, sc->ghost_input, &does))
		buf_adds(&does, buf_str(&whole));
	if (loses.len == 0)
		buf_adds(&loses, "nothing");
	width = area_columns(&a, buf_str(&loses)) + 6;
	/* Both in one row: where it leads is seen at all times. */
	if (row == 1 && width > end - BAND_TEXT - EFFECT_LEAST)
		width = end - BAND_TEXT - EFFECT_LEAST;
	if (row == 1)
		end -= width + 2;
	area_text(a, 1, BAND_TEXT, STYLE_LABEL, "effect");
	area_fit(a, 1, BAND_TEXT + 8, end - BAND_TEXT - 8, STYLE_NORMAL,
	    buf_str(&does));
	end = row == 1 ? a.cols - 1 - width : BAND_TEXT;
	area_text(a, row, end, STYLE_LABEL, "loses");
	end += row == 1 ? 6 : 8;
	area_fit(a, row, end, a.cols - end - 1, strcmp(buf_str(&loses),
	    "nothing") == 0 ? STYLE_NORMAL : STYLE_DANGER, buf_str(&loses));
	buf_free(&does);
	buf_free(&whole);
	buf_free(&loses);
}

void
view_paused(struct area a, const struct frame *sc)
{
	struct buf next = { 0 }, job = { 0 };
	int col = BAND_TEXT, rows = a.rows > 2 ? a.rows - 1 : 1;

	area_fill(a, 0, 0, a.rows, a.cols, STYLE_NORMAL);
	area_fill(a, 0, 0, rows, BAND_TEXT - 1, STYLE_SELECTED);
	area_text(a, 0, 1, STYLE_SELECTED, "PAUSED");
	if (rows > 1)
		area_text(a, 1, 1, STYLE_SELECTED, "before");
	runner_paused_words(sc->runner, sc->session, &next);
	col += 3 + area_fit(a, 0, col, a.cols - col - 1, STYLE_STRONG,
	    buf_str(&next));
	runner_words(sc->runner, &job, sc->now);
	area_fit(a, 0, col, a.cols - col - 1, STYLE_DIM, buf_str(&job));
	if (rows > 1)
		draw_effect(a, sc);
	draw_keys(a, a.rows - 1, sc);
	buf_free(&next);
	buf_free(&job);
}
