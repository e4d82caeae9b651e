/* SPDX-License-Identifier: ISC */
/* The map where there is no room for the diagram: a list, and one line. */
#include "ui/view/map_path.h"

#include <stdio.h>

#include "dfu/spec.h"

static const struct path_step *
step_into(const struct map_path *w, uint8_t state)
{
	size_t i;

	for (i = w->n; i > 0; i--)
		if (w->steps[i - 1].to == state)
			return (&w->steps[i - 1]);
	return (NULL);
}

static void
draw_step(struct area a, int row, int col, const struct path_step *step)
{
	struct buf b = { 0 };
	bool ok = outcome_is_answer(step->outcome);
	int width;

	if (step->input == DFU_IN_TIME)
		buf_adds(&b, "┄ by time");
	else
		buf_addf(&b, "← %s", map_path_input(step));
	if (!ok)
		buf_addf(&b, " %s", outcome_mark(step->outcome));
	if (step->by != 0)
		buf_addf(&b, " #%u", step->by);
	width = area_columns(&a, buf_str(&b));
	if (col + 1 + width <= a.cols)
		area_right(a, row, ok ? STYLE_PATH : STYLE_DANGER,
		    buf_str(&b));
	buf_free(&b);
}

static void
draw_row(struct area a, const struct frame *sc, const struct map_path *w,
    uint8_t state)
{
	const struct path_step *step = step_into(w, state);
	struct mark m = map_path_mark(sc, state);
	struct buf b = { 0 };
	bool app = dfu_state_is(state, DFU_STATES_RUNTIME);
	bool dim = app != session_runtime(sc->session) ||
	    !sc->session->present;
	int n;

	if (m.kind == MARK_NONE) {
		buf_adds(&b, state < 10 ? " " : "");
		dfu_state_label(&b, state);
		n = 3 + area_text(a, state, 2, dim ? STYLE_DIM :
		    step != NULL ? STYLE_PATH : STYLE_NORMAL, buf_str(&b));
	} else {
		map_path_box(&b, &m, state, m.clock);
		n = (m.kind == MARK_REPORTED ? 0 : 1) - (state > 9);
		n = n < 0 ? 0 : n;
		n += area_text(a, state, n, m.style, buf_str(&b));
	}
	if (sc->app->policy.served && sc->app->truth == state)
		n += area_text(a, state, n, STYLE_GOOD, " ◄ own ");
	if (w->failed != NULL && w->failed->from == state &&
	    w->failed->to != DFU_STATE_ERROR)
		step = w->failed;
	if (step != NULL)
		draw_step(a, state, n, step);
	buf_free(&b);
}

/* The key that asks for the state. */
static void
draw_first_query(struct area a, const struct frame *sc)
{
	static const char words[] = "query state";
	const char *key = frame_key(sc, "getstate");
	int col = a.cols - (int)sizeof(words);

	if (!frame_first_query(sc) || key == NULL || sc->app->policy.past)
		return;
	area_text(a, 3, col, STYLE_NORMAL, words);
	view_key(sc, a, 3, col - 3 - area_columns(&a, key), STYLE_ADVICE,
	    key);
}

static void
draw_apart(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };
	struct mark m;
	uint8_t state = sc->session->reported.state;

	if (!sc->session->present) {
		buf_adds(&b, "gone ");
		map_path_why_unknown(sc, &b);
		area_right(a, 0, STYLE_WARNING, buf_str(&b));
	} else if (frame_unknown(sc)) {
		area_right(a, 0, STYLE_STRONG, "state unknown");
		map_path_why_unknown(sc, &b);
		area_right(a, 1, STYLE_NORMAL, buf_str(&b));
		draw_first_query(a, sc);
	} else {
		m = map_path_mark(sc, state);
		map_path_box(&b, &m, state, m.clock);
		area_right(a, 0, m.style, buf_str(&b));
		area_right(a, 1, STYLE_WARNING, "undefined in DFU 1.1");
	}
	buf_free(&b);
}

void
view_map_list(struct area a, const struct frame *sc)
{
	struct map_path map_path;
	uint8_t i;

	if (sc->session == NULL)
		return;
	map_path_find(&map_path, sc);
	for (i = 0; i < DFU_STATE_COUNT; i++)
		draw_row(a, sc, &map_path, i);
	if (map_path_apart(sc))
		draw_apart(a, sc);
}

static int
line_state(struct area a, int col, const struct frame *sc, uint8_t state,
    bool names)
{
	struct mark m = map_path_mark(sc, state);
	struct buf b = { 0 };
	int n;

	if (m.kind == MARK_NONE)
		buf_addf(&b, "%u", state);
	else if (names && (m.kind == MARK_ESTIMATED ||
	    sc->estimate.state == state))
		map_path_box(&b, &m, state, m.clock);
	else
		buf_addf(&b, m.kind == MARK_REPORTED ? "[[%u]]" : m.kind ==
		    MARK_GHOST ? "{%u}" : "(%u)", state);
	n = area_text(a, 0, col, m.kind == MARK_NONE ? STYLE_DIM : m.style,
	    buf_str(&b));
	buf_free(&b);
	return (n + 1);
}

void
view_map_line(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };
	uint8_t i;
	int col = 1;

	if (sc->session == NULL)
		return;
	if (map_path_apart(sc)) {
		buf_adds(&b, !sc->session->present ? "gone " :
		    frame_unknown(sc) ? "state unknown, " : "");
		if (!sc->session->present || frame_unknown(sc))
			map_path_why_unknown(sc, &b);
		else
			buf_addf(&b, "[[ %u undefined ]] not in DFU 1.1",
			    sc->session->reported.state);
		area_fit(a, 0, 1, a.cols - 1, STYLE_STRONG, buf_str(&b));
		buf_free(&b);
		return;
	}
	for (i = 0; i < DFU_STATE_COUNT; i++) {
		if (i == DFU_STATE_IDLE)
			col += area_text(a, 0, col, STYLE_DIM, "│") + 1;
		col += line_state(a, col, sc, i, a.cols >= 30);
	}
}
