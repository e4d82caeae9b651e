/*
 * The request that is held, across the whole width: what would be sent next,
 * what it would do, and the keys that decide.
 */
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"

#include "diagnosis/what_if.h"

#define TEXT_COL	14
#define ROWS		5

static bool
is_held(const struct frame *sc)
{
	return (sc->runner != NULL && sc->session != NULL &&
	    screen_row(sc->view)->now && runner_is_paused(sc->runner));
}

int
view_paused_rows(const struct frame *sc)
{
	return (is_held(sc) ? ROWS : 0);
}

static int
draw_key(struct area a, int row, int col, const struct frame *sc,
    const char *command, const char *label)
{
	const char *key = frame_key(sc, command);

	if (key == NULL)
		return (col);
	col += 1 + area_text(a, row, col, STYLE_KEY, key);
	return (col + 2 + area_text(a, row, col, STYLE_NORMAL, label));
}

static void
draw_keys(struct area a, int row, const struct frame *sc)
{
	const char *edit = keys_of_act(sc->view->rc, ACT_EDIT);
	int col = 1;

	col = draw_key(a, row, col, sc, "step", "send it");
	col = draw_key(a, row, col, sc, "skip", "skip it");
	if (edit != NULL) {
		col += 1 + area_text(a, row, col, STYLE_KEY, edit);
		col += 2 + area_text(a, row, col, STYLE_NORMAL, "change it");
	}
	col = draw_key(a, row, col, sc, "continue", "run on");
	area_fit(a, row, col, a.cols - col - 1, STYLE_DIM,
	    "or a request to go before it");
}

static void
tell_prospect(const struct frame *sc, struct buf *does, struct buf *costs)
{
	const struct effect *paused = &sc->runner->paused;
	struct dfu_meaning m = session_xfer_meaning(sc->session, &paused->xfer);
	const struct what_if_row *row = paused->kind == EFFECT_RESET ?
	    what_if_named("reset") :
	    what_if_row_of(&m);
	const struct dfu_stack *stack = sc->print.stack;
	struct what_if_words w;

	if (row == NULL) {
		buf_adds(does, "what it does is not in the tables");
		return;
	}
	what_if_tell(sc->session, row, stack, sc->now, &w);
	/* Where the two part, the device is what counts. */
	if ((w.differs || w.spec.len == 0) && w.stack.len != 0 &&
	    stack != NULL)
		buf_addf(does, "%s: %s (%s); ", stack->name,
		    buf_str(&w.stack), w.certainty != NULL ? w.certainty :
		    "not known how well");
	if (w.spec.len != 0)
		buf_addf(does, "spec: %s (%s)", buf_str(&w.spec),
		    buf_str(&w.clause));
	else
		buf_adds(does, w.stack.len != 0 ?
		    "DFU 1.1 does not know the state" :
		    "the state is not known");
	if (!w.differs && w.spec.len != 0 && w.stack.len != 0 && stack != NULL)
		buf_addf(does, "; %s the same", stack->name);
	if (w.spoils != NULL)
		buf_adds(costs, w.spoils);
	what_if_words_free(&w);
}

void
view_paused(struct area a, const struct frame *sc)
{
	struct buf next = { 0 }, does = { 0 }, costs = { 0 };
	int width = a.cols - TEXT_COL - 1;

	if (!is_held(sc) || a.rows < ROWS)
		return;
	runner_paused_words(sc->runner, sc->session, &next);
	tell_prospect(sc, &does, &costs);
	area_text(a, 0, 1, STYLE_WARNING, "held, next:");
	area_fit(a, 0, TEXT_COL, width, STYLE_STRONG, buf_str(&next));
	area_text(a, 1, 1, STYLE_LABEL, "would");
	area_wrap(area_part(a, 1, 0, 2, a.cols), 0, TEXT_COL, width,
	    STYLE_NORMAL, buf_str(&does));
	area_text(a, 3, 1, STYLE_LABEL, "lost");
	area_fit(a, 3, TEXT_COL, width, STYLE_NORMAL, costs.len != 0 ?
	    buf_str(&costs) : "nothing");
	draw_keys(a, 4, sc);
	buf_free(&next);
	buf_free(&does);
	buf_free(&costs);
}
