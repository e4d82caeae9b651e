/* SPDX-License-Identifier: ISC */
/*
 * How often and how long the device was in each state, from answer to answer,
 * and where the time of the operations went.
 */
#include "ui/view/screens.h"
#include "ui/view/view.h"

#include "base/text.h"
#include "dfu/spec.h"

/* So that a long recording does not hold up one frame. */
#define TIMING_AT_ONCE	5000

struct stay {
	uint64_t	count;
	uint64_t	total;		/* us, the present one counted */
};

/* The same as explain tells, so that the two never differ. */
static struct stay
stay_of(const struct frame *sc, uint8_t state)
{
	const struct timing *t = &sc->view->timing;
	const struct timing_sum *took;
	struct timing_line line;

	if (t->of != sc->session || !timing_state(t, state, sc->now, &line))
		return ((struct stay){ 0 });
	took = &line.parts[TIMING_TOOK];
	return ((struct stay){ .count = took->n, .total = took->total });
}

/* A duration in at most 8 columns: "104 ms", "23.6 min". */
static void
add_short(struct buf *b, uint64_t us)
{
	if (us < 60000000)
		text_duration(b, us);
	else if (us < 6000000000)
		buf_addf(b, "%.1f min", (double)us / 6e7);
	else
		buf_addf(b, "%.1f h", (double)us / 3.6e9);
}

static void
draw_row(struct area a, int row, const struct frame *sc, uint8_t state,
    uint64_t longest)
{
	struct stay t = stay_of(sc, state);
	const struct timing *timing = &sc->view->timing;
	bool here = sc->session->present && timing->of == sc->session &&
	    timing->here && timing->state == state;
	enum style st = here ? STYLE_STRONG : t.count > 0 ? STYLE_NORMAL :
	    STYLE_DIM;
	int room = a.cols - 45;
	struct buf b = { 0 };

	area_text(a, row, 1, st, here ? ">" : "");
	area_textf(a, row, 3, st, "%2u %s", state,
	    dfu_state_name(state));
	if (t.count > 0) {
		buf_addf(&b, "%llu", (unsigned long long)t.count);
		area_text(a, row, 33 - area_columns(&a, buf_str(&b)),
		    st, buf_str(&b));
		buf_reset(&b);
		if (here && t.total < 60000000)
			clock_age(&b, 0, t.total);
		else
			add_short(&b, t.total);
		area_text(a, row, 35, st, buf_str(&b));
		if (room > 4 && longest > 0)
			area_bar(a, row, 44, room, (int)((t.total *
			    (uint64_t)room + longest - 1) / longest),
			    STYLE_PATH);
	}
	buf_free(&b);
}

/* A line a state; a state that is not drawn takes none. */
static int
draw_waits(struct area a, int row, const struct frame *sc)
{
	const struct wait_stats *l = &sc->session->wait_stats;
	struct buf b = { 0 };
	uint8_t i;
	bool any = false;

	for (i = 0; i < WAIT_STATS_STATES; i++) {
		if (!wait_stats_tells(l, i))
			continue;
		if (!any)
			area_text(a, row++, 3, STYLE_LABEL, "announced waits");
		any = true;
		buf_reset(&b);
		dfu_state_label(&b, i);
		buf_adds(&b, ": ");
		wait_stats_words(&l->rows[i], &b);
		row += area_wrap(a, row, 3, a.cols - 4, STYLE_NORMAL,
		    buf_str(&b));
	}
	buf_free(&b);
	return (row + any);
}

static void
add_cell(struct area a, int row, int right, uint64_t us)
{
	struct buf b = { 0 };

	add_short(&b, us);
	area_text(a, row, right - area_columns(&a, buf_str(&b)),
	    STYLE_NORMAL, buf_str(&b));
	buf_free(&b);
}

/* Where the columns of the operations end. */
enum { COUNT_ENDS = 30, TOTAL_ENDS = 40, MEDIAN_ENDS = 50, OWN_ENDS = 58 };

static void
draw_operation(struct area a, int row, const char *name,
    const struct timing_line *line)
{
	const struct timing_sum *took = &line->parts[TIMING_TOOK];
	struct buf b = { 0 };

	buf_addf(&b, "%llu", (unsigned long long)took->n);
	area_text(a, row, 3, STYLE_NORMAL, name);
	area_text(a, row, COUNT_ENDS - area_columns(&a, buf_str(&b)),
	    STYLE_NORMAL, buf_str(&b));
	add_cell(a, row, TOTAL_ENDS, took->total);
	add_cell(a, row, MEDIAN_ENDS, took->median);
	add_cell(a, row, OWN_ENDS, line->parts[TIMING_OWN].total);
	buf_free(&b);
}

static int
draw_operations(struct area a, int row, const struct frame *sc)
{
	const struct timing *t = &sc->view->timing;
	struct timing_total total = timing_total(t);
	struct timing_line line;
	struct buf b = { 0 };
	size_t i;

	if (t->of != sc->session || t->begin == 0)
		return (row);
	area_text(a, row, 3, STYLE_LABEL, "operation");
	area_text(a, row, COUNT_ENDS - 5, STYLE_LABEL, "times");
	area_text(a, row, TOTAL_ENDS - 4, STYLE_LABEL, "took");
	area_text(a, row, MEDIAN_ENDS - 6, STYLE_LABEL, "median");
	area_text(a, row++, OWN_ENDS - 4, STYLE_LABEL, "host");
	for (i = 0; i < OPERATION_KIND_COUNT; i++) {
		if (timing_kind(t, (enum operation_kind)i, &line))
			draw_operation(a, row++, operation_name(
			    (enum operation_kind)i), &line);
	}
	text_duration(&b, total.asked + total.waited + total.own);
	buf_adds(&b, " in all; as the device announced: ");
	text_duration(&b, total.ideal);
	area_text(a, row++, 3, STYLE_NORMAL, buf_str(&b));
	buf_free(&b);
	return (row + 1);
}

/* Rows that the operations take. */
static int
operation_rows(const struct frame *sc)
{
	struct timing_line line;
	int n = 0;
	size_t i;

	for (i = 0; i < OPERATION_KIND_COUNT; i++)
		n += timing_kind(&sc->view->timing, (enum operation_kind)i,
		    &line);
	return (n != 0 ? n + 3 : 0);
}

/* In a low pane only the states that were visited. */
static int
draw_rows(struct area a, const struct frame *sc, bool all)
{
	uint64_t longest = 0;
	struct stay t;
	int row = 1;
	uint8_t i;

	for (i = 0; i < DFU_STATE_COUNT; i++) {
		t = stay_of(sc, i);
		if (t.total > longest)
			longest = t.total;
	}
	for (i = 0; i < DFU_STATE_COUNT; i++)
		if (all || stay_of(sc, i).count > 0)
			draw_row(a, row++, sc, i, longest);
	if (longest == 0)
		area_text(a, row++, 3, STYLE_STRONG, "No state is known yet: "
		    "no time has been counted.");
	return (row);
}

/* Returns the rows that it takes, shown or not. */
static int
draw_all(struct area a, int rows, const struct frame *sc)
{
	int row;

	area_text(a, 0, 3, STYLE_LABEL, "state, as answered");
	area_text(a, 0, 27, STYLE_LABEL, "visits");
	area_text(a, 0, 35, STYLE_LABEL, "time");
	row = draw_rows(a, sc, rows > DFU_STATE_COUNT + 6 +
	    operation_rows(sc));
	row = draw_waits(a, row + (rows > DFU_STATE_COUNT + 2), sc);
	row = draw_operations(a, row, sc);
	row += area_wrap(a, row, 3, a.cols - 5, STYLE_LABEL,
	    "Counted since the device was first seen at this port, from answer "
	    "to answer, without the time in an unknown state.");
	return (row);
}

void
view_times(struct area a, const struct frame *sc)
{
	struct area nowhere = area_part(a, 0, 0, 0, 0);
	struct view *view = sc->view;
	int total;

	if (sc->session == NULL)
		return;
	nowhere.cols = a.cols;
	total = draw_all(nowhere, a.rows, sc);
	view->scroll_rows = a.rows;
	view->scroll_max = total > a.rows ? total - a.rows : 0;
	if (view->scroll > view->scroll_max)
		view->scroll = view->scroll_max;
	draw_all(area_part(a, -view->scroll, 0, a.rows + view->scroll,
	    a.cols), a.rows, sc);
	if (view->scroll < view->scroll_max)
		area_text(a, a.rows - 1, a.cols - 1, STYLE_KEY, "↓");
	if (view->scroll > 0)
		area_text(a, 0, a.cols - 1, STYLE_KEY, "↑");
}

void
view_times_update(const struct frame *sc)
{
	do {
		sc->view->timing_behind = timing_update(&sc->view->timing,
		    sc->app->sessions, sc->session, TIMING_AT_ONCE);
	} while (sc->view->timing_behind && frame_has_time(sc));
}

bool
view_times_behind(const struct view *view)
{
	return (view->timing_behind);
}
