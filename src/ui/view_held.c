/*
 * The request that is held, across the whole width: what would be sent next,
 * what it would do, and the keys that decide.
 */
#include "ui/keys.h"
#include "ui/view.h"

#include "model/what_if.h"

#define TEXT_COL	14
#define ROWS		5

static bool
is_held(const struct scene *sc)
{
	return (sc->runner != NULL && sc->session != NULL &&
	    sc->look->screen == LOOK_CONSOLE && runner_holds(sc->runner));
}

int
view_held_rows(const struct scene *sc)
{
	return (is_held(sc) ? ROWS : 0);
}

static void
draw_key(struct area a, int row, const struct scene *sc, const char *command)
{
	const char *key = scene_key(sc, command);
	const struct command_row *c = command_named(command);
	int col = 1;

	if (key != NULL)
		col += 1 + area_text(a, row, col, STYLE_KEY, key);
	area_fit(a, row, col, TEXT_COL - col - 1, STYLE_NORMAL,
	    c->label != NULL ? c->label : c->name);
}

static void
tell_prospect(const struct scene *sc, struct buf *does, struct buf *costs)
{
	const struct effect *held = &sc->runner->held;
	const struct what_if_row *row = held->kind == EFFECT_RESET ?
	    what_if_named("reset") : what_if_row_of(&held->xfer,
	    sc->session);
	const struct dfu_stack *stack = scene_stack(sc);
	struct what_if_words w;

	if (row == NULL) {
		buf_adds(does, "what it does is not in the tables");
		return;
	}
	what_if_tell(sc->session, row, stack, sc->now, &w);
	/* Where the two part, the device is what counts. */
	if (w.differs && w.stack.len != 0 && stack != NULL)
		buf_addf(does, "%s: %s (%s); ", stack->name,
		    buf_str(&w.stack), w.certainty != NULL ? w.certainty :
		    "not known how well");
	if (w.spec.len != 0)
		buf_addf(does, "spec: %s (%s)", buf_str(&w.spec),
		    buf_str(&w.clause));
	else
		buf_adds(does, "the state is not known");
	if (!w.differs && w.stack.len != 0 && stack != NULL)
		buf_addf(does, "; %s the same", stack->name);
	if (w.spoils != NULL)
		buf_addf(costs, "lost: %s", w.spoils);
	what_if_words_free(&w);
}

void
view_held(struct area a, const struct scene *sc)
{
	struct buf next = { 0 }, does = { 0 }, costs = { 0 };
	const char *edit = keys_of_act(sc->look->rc, ACT_EDIT);
	int width = a.cols - TEXT_COL - 1;

	if (!is_held(sc) || a.rows < ROWS)
		return;
	runner_held_words(sc->runner, sc->session, &next);
	tell_prospect(sc, &does, &costs);
	area_text(a, 0, 1, STYLE_WARNING, "held, next:");
	area_fit(a, 0, TEXT_COL, width, STYLE_STRONG, buf_str(&next));
	draw_key(a, 1, sc, "step");
	area_wrap(area_part(a, 1, 0, 2, a.cols), 0, TEXT_COL, width,
	    STYLE_NORMAL, buf_str(&does));
	draw_key(a, 2, sc, "skip");
	area_fit(a, 3, TEXT_COL, width, STYLE_NORMAL, costs.len != 0 ?
	    buf_str(&costs) : "lost: nothing");
	draw_key(a, 3, sc, "continue");
	buf_reset(&next);
	if (edit != NULL)
		buf_addf(&next, "%s changes it; ", edit);
	buf_adds(&next, "any request goes before it; :step state, :break");
	area_fit(a, 4, TEXT_COL, width, STYLE_DIM, buf_str(&next));
	buf_free(&next);
	buf_free(&does);
	buf_free(&costs);
}
