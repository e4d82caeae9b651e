/*
 * The verdict, across the whole width: at the left its word, how long it has
 * held and the key that helps; at the right why.
 */
#include "ui/view/screens.h"

#include "job/job.h"

#define TEXT_COL	14
#define LEAST_ROWS	3

static enum style
style_of(const struct verdict *v)
{
	switch (v->row->severity) {
	case SEVERITY_NOTE:
		break;
	case SEVERITY_WARNING:
		return (STYLE_WARNING);
	case SEVERITY_ERROR:
		return (STYLE_DANGER);
	}
	return (v->row->code == CODE_OK ? STYLE_GOOD : STYLE_STRONG);
}

static bool
is_shown(const struct frame *sc)
{
	return (sc->session != NULL && screen_row(sc->view)->now &&
	    !sc->verdict.row->quiet);
}

static int
draw_text(struct area a, const struct frame *sc, const struct verdict *v)
{
	struct buf b = { 0 };
	int rows;

	verdict_words(v, sc->session, sc->now, &b);
	rows = area_wrap(a, 0, TEXT_COL, a.cols - TEXT_COL - 1, STYLE_NORMAL,
	    buf_str(&b));
	buf_free(&b);
	return (rows);
}

/* The advice, or the command that ends what is in its way. */
static const char *
remedy_of(const struct frame *sc)
{
	if (sc->runner == NULL || !runner_busy(sc->runner))
		return (sc->advice.command != NULL ? sc->advice.command :
		    sc->advice.kind == ADVICE_BY_HAND ? sc->advice.why : NULL);
	return (sc->runner->waits_until > sc->now ? "skip" : NULL);
}

int
view_verdict_rows(struct area a, const struct frame *sc)
{
	int rows;

	if (!is_shown(sc))
		return (0);
	rows = draw_text(area_part(a, 0, 0, 0, a.cols), sc, &sc->verdict);
	return (rows < LEAST_ROWS ? LEAST_ROWS : rows);
}

static void
draw_remedy(struct area a, const struct frame *sc, const char *command)
{
	const struct command_row *row = command_named(command);
	const char *key = row == NULL ? NULL : frame_key(sc, command);
	int col = 1;

	if (row == NULL) {
		area_fit(a, 2, col, TEXT_COL - col - 1, STYLE_NORMAL, command);
		return;
	}
	if (row->danger != DFU_DANGER_NONE)
		col += area_text(a, 2, col, STYLE_KEY_DANGER, "!");
	if (key != NULL)
		col += 1 + area_text(a, 2, col, row->danger !=
		    DFU_DANGER_NONE ? STYLE_KEY_DANGER : STYLE_KEY, key);
	area_fit(a, 2, col, TEXT_COL - col - 1, STYLE_NORMAL,
	    row->label != NULL ? row->label : row->name);
}

void
view_verdict(struct area a, const struct frame *sc)
{
	struct buf age = { 0 };
	const struct verdict *v = &sc->verdict;
	const char *remedy;

	if (!is_shown(sc) || a.rows < 1)
		return;
	area_fit(a, 0, 1, TEXT_COL - 2, style_of(v), v->row->word);
	clock_age(&age, v->since, sc->now);
	if (a.rows > 1)
		area_fit(a, 1, 1, TEXT_COL - 2, STYLE_DIM, buf_str(&age));
	buf_free(&age);
	remedy = remedy_of(sc);
	if (a.rows > 2 && remedy != NULL)
		draw_remedy(a, sc, remedy);
	draw_text(a, sc, v);
}
