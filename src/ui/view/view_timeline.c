/* SPDX-License-Identifier: ISC */
/* States over time, as a logic analyser shows them. */
#include "ui/prompt/keys.h"
#include "ui/view/screens.h"
#include "ui/view/timeline_reading.h"

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/finding.h"

#define LABELS		27	/* columns of the names of lanes */
#define LABELS_MIDDLE	23
#define LABELS_SMALL	12
#define TICKS		12	/* columns between labels of time, at least */
#define DENSE		3	/* more requests than this are a solid block */
#define ROWS_UNDER	4	/* requests, waits, events, findings */

/* What one drawing shares. */
struct chart {
	struct area		 area;		/* lanes, right of labels */
	struct area		 labels;
	const struct frame	*sc;
	struct timeline_view	*view;
	struct timeline_axis	 axis;
	uint64_t		 start;		/* time 0 */
	uint8_t			 order[TIMELINE_LANES];
	unsigned		 nlanes;
	int			 row[TIMELINE_LANES];
	int			 gap;		/* rows from lane to lane */
	int			 under;		/* first row below the lanes */
};

static uint64_t
time_at(const struct chart *c, int col)
{
	return (timeline_axis_time(&c->axis, c->view->left + col));
}

static int
column_of(const struct chart *c, uint64_t t)
{
	double at = timeline_axis_column(&c->axis, t) - c->view->left;

	return (at < 0 ? -1 : at > 100000 ? 100000 : (int)at);
}

static enum line
line_of(uint8_t how)
{
	return (how == ESTIMATE_REPORTED ? LINE_HEAVY : how == ESTIMATE_MOVED ?
	    LINE_LIGHT : LINE_DOTTED);
}

/* "8.3 ms", "54 us". */
static void
add_scale(struct buf *b, double scale)
{
	if (scale < 1000)
		buf_addf(b, "%.*f us", scale < 10 ? 1 : 0, scale);
	else if (scale < 1000000)
		buf_addf(b, "%.*f ms", scale < 10000 ? 1 : 0, scale / 1000);
	else
		text_duration(b, (uint64_t)scale);
}

static void
draw_labels(struct chart *c, uint8_t present)
{
	struct buf b = { 0 };
	unsigned i;
	uint8_t lane;

	add_scale(&b, c->axis.scale);
	buf_adds(&b, c->labels.cols > LABELS_SMALL ? " per column" : "/col");
	area_fit(c->labels, 0, 1, c->labels.cols - 2, STYLE_LABEL,
	    buf_str(&b));

	for (i = 0; i < c->nlanes; i++) {
		lane = c->order[i];
		buf_reset(&b);
		timeline_lane_words(&b, &c->view->timeline, lane);
		area_text(c->labels, c->row[lane], 0, STYLE_STRONG,
		    lane == present ? ">" : "");
		area_fit(c->labels, c->row[lane], 1, c->labels.cols - 2,
		    lane == present ? STYLE_STRONG : STYLE_LABEL,
		    buf_str(&b));
	}
	buf_free(&b);
	area_text(c->labels, c->under, 1, STYLE_LABEL, "requests");
	area_text(c->labels, c->under + 1, 1, STYLE_LABEL, "wait");
	area_text(c->labels, c->under + 2, 1, STYLE_LABEL, "events");
	area_text(c->labels, c->under + 3, 1, STYLE_LABEL, "findings");
}

/* "//12.4 s//" where so much time is left out, "//70 times//" so often. */
static void
draw_cut(struct chart *c, const struct timeline_piece *p)
{
	int col = (int)(p->at - c->view->left);
	struct buf b = { 0 };

	if (p->times != 0)
		buf_addf(&b, "%u times", p->times);
	else
		clock_age(&b, p->from, p->to);
	area_textf(c->area, 0, col, STYLE_WARNING, "//%s//", buf_str(&b));
	buf_free(&b);
}

/* The lanes that those between went through, as those beside them did. */
static void
draw_fold(struct chart *c, const struct timeline_piece *p)
{
	int from = (int)(p->at - c->view->left), col, row;
	int to = (int)(p->at + p->width - c->view->left);
	unsigned i;

	for (i = 0; i < c->nlanes; i++) {
		row = c->row[c->order[i]];
		for (col = from + 1; col < to; col++)
			area_text(c->area, row, col, STYLE_WARNING,
			    (p->lanes & 1u << c->order[i]) == 0 ? " " : "/");
	}
	for (col = from + 1; col < to; col++)
		area_text(c->area, c->under, col, STYLE_DIM, "#");
}

static const struct timeline_piece *
folded_at(const struct chart *c, int col)
{
	const struct timeline_piece *p = c->axis.pieces;
	const struct timeline_piece *end = p + c->axis.n;
	double at = c->view->left + col;

	for (; p < end; p++)
		if (p->times != 0 && at > p->at && at + 1 <= p->at + p->width)
			return (p);
	return (NULL);
}

/* The line is cut as well, in the lane in which it is. */
static void
draw_break(struct chart *c, const struct timeline_piece *p)
{
	uint64_t middle = p->from + (p->to - p->from) / 2;
	struct timeline_stretch x = timeline_stretch(&c->view->timeline,
	    c->sc->session, c->sc->now, middle, middle + 1);
	int col = (int)(p->at + p->width / 2 - c->view->left) - 1;

	if (p->times != 0)
		draw_fold(c, p);
	else if (p->cut && x.began && x.first == x.last)
		area_text(c->area, c->row[x.last], col, STYLE_WARNING, "//");
}

/* A label stands right of its tick, if there is room up to the next thing. */
static void
draw_tick(struct chart *c, uint64_t t, uint64_t step, int end, int *free)
{
	int col = column_of(c, t + c->start);
	struct buf b = { 0 };

	timeline_axis_words(&b, t, step);
	if (col >= *free && col + area_columns(&c->area, buf_str(&b)) < end) {
		area_text(c->area, 0, col, STYLE_LABEL, buf_str(&b));
		area_text(c->area, 1, col, STYLE_LABEL, "'");
		*free = col + area_columns(&c->area, buf_str(&b)) + 1;
	} else if (col >= 0 && col < end) {
		area_text(c->area, 1, col, STYLE_DIM, "'");
	}
	buf_free(&b);
}

static void
draw_piece(struct chart *c, const struct timeline_piece *p, uint64_t step)
{
	double from = p->at - c->view->left, to = from + p->width;
	uint64_t t, last;
	int free = 0, end;

	if (to <= 0 || from >= c->area.cols)
		return;
	if (p->cut) {
		draw_cut(c, p);
		return;
	}
	end = p->to >= c->sc->now ? c->area.cols + 1 : (int)to;
	t = from < 0 ? time_at(c, 0) : p->from;
	last = to > c->area.cols ? time_at(c, c->area.cols) : p->to;
	t = t > c->start ? (t - c->start + step - 1) / step * step : 0;
	for (; t + c->start <= last; t += step)
		draw_tick(c, t, step, end, &free);
}

static void
draw_axis(struct chart *c)
{
	uint64_t step = timeline_axis_step(&c->axis, TICKS);
	size_t i;

	for (i = 0; i < c->axis.n; i++)
		draw_piece(c, &c->axis.pieces[i], step);
}

static struct timeline_stretch
stretch_at(const struct chart *c, int col)
{
	uint64_t from = time_at(c, col), to = time_at(c, col + 1);

	/* What happens now is in the last column. */
	if (to >= c->sc->now)
		to = c->sc->now + 1;
	return (timeline_stretch(&c->view->timeline, c->sc->session, c->sc->now,
	    from, to > from ? to : from + 1));
}

/* More happened in one column than lines can tell. */
static bool
is_dense(const struct timeline_stretch *x)
{
	uint32_t both = 1u << x->first | 1u << x->last;

	return ((x->lanes & ~both) != 0 || (x->requests > DENSE &&
	    (x->lanes & (x->lanes - 1)) != 0));
}

static void
draw_dense(struct chart *c, int col, const struct timeline_stretch *x)
{
	int low = -1, high = -1, row;
	unsigned i;

	for (i = 0; i < c->nlanes; i++) {
		if ((x->lanes & 1u << c->order[i]) == 0)
			continue;
		high = c->row[c->order[i]];
		low = low < 0 ? high : low;
	}
	for (row = low + 1; row < high; row++)
		area_text(c->area, row, col, STYLE_PATH, "│");
	for (i = 0; i < c->nlanes; i++)
		if ((x->lanes & 1u << c->order[i]) != 0)
			area_text(c->area, c->row[c->order[i]], col,
			    timeline_reading_style(c->order[i], x->how), "█");
}

/* The line on to the next column, and up or down to where it goes on. */
static void
draw_line(struct chart *c, int col, const struct timeline_stretch *x,
    const struct timeline_stretch *before)
{
	enum line down = line_of(x->how);
	int from = c->row[x->first], to = c->row[x->last];

	if (before != NULL && before->began && before->last == x->first)
		area_line(c->area, from, col - 1, from, col,
		    line_of(before->how),
		    timeline_reading_style(x->first, before->how));
	if (x->first != x->last)
		area_line(c->area, from, col, to, col, down,
		    timeline_reading_style(x->last, x->how));
	if (before != NULL && before->began && before->last != x->first)
		area_line(c->area, c->row[before->last], col, from, col,
		    line_of(x->how_first),
		    timeline_reading_style(x->first, x->how_first));
}

static void
draw_requests(struct chart *c, int col, const struct timeline_stretch *x)
{
	int row = c->under;

	if (x->requests > 9)
		area_text(c->area, row, col, STYLE_STRONG, "#");
	else if (x->requests > 1)
		area_textf(c->area, row, col, STYLE_STRONG, "%u",
		    x->requests);
	else if (x->requests == 1)
		area_text(c->area, row, col, STYLE_STRONG, "|");
	else if (x->pending)
		area_text(c->area, row, col, STYLE_WARNING, "-");
}

static void
draw_marks(struct chart *c, int col, const struct timeline_stretch *x)
{
	uint16_t grave = (uint16_t)(x->marks & TIMELINE_TROUBLE &
	    ~TIMELINE_OVERDUE);
	char letter[2] = { timeline_mark_letter(
	    (uint16_t)(x->marks & ~TIMELINE_OVERDUE)), 0 };
	enum style st = grave != 0 ? STYLE_DANGER : STYLE_STRONG;

	if (letter[0] != 0)
		area_text(c->area, c->under + 2, col, st, letter);
	if (grave != 0)
		area_text(c->area, c->row[x->last], col, st, letter);
	if (x->overdue)
		area_text(c->area, c->under + 1, col, STYLE_DANGER, "!");
	else if (x->waiting)
		area_text(c->area, c->under + 1, col, STYLE_LABEL, "░");
}

/* Where the line is when patience ends. */
static void
draw_late(struct chart *c, int col, const struct timeline_stretch *x)
{
	if (x->marks & TIMELINE_OVERDUE)
		area_text(c->area, c->row[x->last], col, STYLE_DANGER, "!");
}

static enum style
finding_style(const struct finding *f)
{
	switch (f->row->severity) {
	case SEVERITY_NOTE:
		break;
	case SEVERITY_WARNING:
		return (STYLE_WARNING);
	case SEVERITY_ERROR:
		return (STYLE_DANGER);
	}
	return (STYLE_LABEL);
}

/* The gravest is drawn last: it is what is seen of several. */
static void
draw_findings(struct chart *c)
{
	const struct finding *f;
	size_t i = c->sc->findings.standing;
	int col;

	while (i-- > 0) {
		f = c->sc->findings.list[i];
		col = column_of(c, f->at);
		if (col == c->area.cols)
			col--;
		area_text(c->area, c->under + 3, col, finding_style(f), "F");
	}
}

static void
draw_columns(struct chart *c)
{
	struct timeline_stretch x, before = { .began = false };
	int col, end = column_of(c, c->sc->now);
	size_t i;

	if (end >= c->area.cols)
		end = c->area.cols - 1;
	for (col = 0; col <= end; col++, before = x) {
		x = stretch_at(c, col);
		if (!x.began || folded_at(c, col) != NULL)
			continue;
		if (is_dense(&x))
			draw_dense(c, col, &x);
		else
			draw_line(c, col, &x, col > 0 ? &before : NULL);
		draw_requests(c, col, &x);
	}
	for (i = 0; i < c->axis.n; i++)
		draw_break(c, &c->axis.pieces[i]);
	for (col = 0; col <= end; col++) {
		x = stretch_at(c, col);
		if (!x.began)
			continue;
		draw_marks(c, col, &x);
		draw_late(c, col, &x);
	}
	draw_findings(c);
}

static void
draw_cursor(struct chart *c)
{
	int col = column_of(c, c->view->cursor), row;
	const struct cell *cell;

	if (col >= c->area.cols)
		col = c->area.cols - 1;
	area_text(c->area, 1, col, STYLE_SELECTED, "▼");
	for (row = 2; row < c->under + ROWS_UNDER; row++) {
		cell = canvas_cell(c->area.canvas, c->area.row + row,
		    c->area.col + col);
		if (cell != NULL && cell->cp == ' ')
			area_text(c->area, row, col, STYLE_LABEL, "┆");
		else
			area_restyle(c->area, row, col, 1, STYLE_SELECTED);
	}
}

/* "S STALL  G gone": the letters that stand among the events. */
static void
add_letters(struct buf *b, const struct timeline *t)
{
	uint16_t seen = timeline_sum(t, 0, t->n).marks, m;
	size_t i;

	for (i = 0; (m = timeline_mark(i)) != 0; i++) {
		if ((seen & m) != 0 && timeline_mark_letter(m) != 0 &&
		    m != TIMELINE_OVERDUE)
			buf_addf(b, "%s%c %s", b->len != 0 ? "  " : "",
			    timeline_mark_letter(m), timeline_mark_name(m));
	}
}

/* Two keys for there and back, or one. */
static void
add_key(struct buf *b, const struct frame *sc, enum act act, enum act back,
    const char *words)
{
	const char *key = keys_of_act(sc->view->rc, act);

	if (key == NULL)
		return;
	buf_addf(b, "%s%s ", b->len != 0 ? "  " : "", key);
	key = back != ACT_NONE ? keys_of_act(sc->view->rc, back) : NULL;
	if (key != NULL)
		buf_addf(b, "%s ", key);
	buf_adds(b, words);
}

/* Keys that the bar has no room for. */
static void
add_keys(struct buf *b, const struct frame *sc)
{
	add_key(b, sc, ACT_LEFT, ACT_RIGHT, "cursor");
	add_key(b, sc, ACT_PREVIOUS_TROUBLE, ACT_NEXT_TROUBLE, "problem");
	add_key(b, sc, ACT_PREVIOUS_FINDING, ACT_NEXT_FINDING, "finding");
	add_key(b, sc, ACT_GAPS, ACT_NONE, "gaps");
	add_key(b, sc, ACT_PAUSE, ACT_NONE, "pause");
}

/* The letters, and in the same row or one more what else is drawn. */
static void
draw_signs(struct area a, int row, bool roomy, const struct chart *c)
{
	struct buf b = { 0 };

	add_letters(&b, &c->view->timeline);
	if (c->sc->findings.standing != 0)
		buf_adds(&b, b.len != 0 ? "  F finding" : "F finding");
	if (roomy) {
		area_fit(a, row++, 1, a.cols - 2, STYLE_LABEL, buf_str(&b));
		buf_reset(&b);
	}
	buf_addf(&b, "%s| 2-9 # requests  - no answer yet",
	    b.len != 0 ? "  " : "");
	area_fit(a, row, 1, a.cols - 2, STYLE_LABEL, buf_str(&b));
	buf_free(&b);
}

/* At the bottom, in so many rows: first what lines mean. */
static void
draw_legend(struct area a, int rows, const struct chart *c)
{
	struct buf keys = { 0 };
	int row = a.rows - (rows > 4 ? 4 : rows);

	if (rows > 0)
		area_fit(a, row, 1, a.cols - 2, STYLE_LABEL, "━ reported  "
		    "─ expected  ┄ unknown  █ several  ░ wait  ! overdue  "
		    "// left out");
	add_keys(&keys, c->sc);
	if (rows > 1)
		area_fit(a, a.rows - 1, 1, a.cols - 2, STYLE_LABEL,
		    buf_str(&keys));
	if (rows > 2)
		draw_signs(a, row + 1, rows > 3, c);
	buf_free(&keys);
}

/* What the cursor reads comes first; the legend has the rows that are left. */
static void
draw_words(struct area a, const struct chart *c)
{
	double col = timeline_axis_column(&c->axis, c->view->cursor);
	int row = c->under + ROWS_UNDER;
	struct area rest;

	if (row + 1 + TIMELINE_READING_ROWS + 2 <= a.rows)
		row++;
	rest = area_part(a, row, 0, a.rows - row, a.cols);
	row += timeline_reading(rest, c->sc,
	    c->view->held && c->axis.scale < 1000 ? 10 : 1000,
	    timeline_axis_time(&c->axis, (double)(int64_t)col + 0.999));
	draw_legend(a, a.rows - row, c);
}

/* Rows of the lanes: as far apart as there is room. */
static void
place_lanes(struct chart *c, struct area a)
{
	int room = a.rows - 2 - ROWS_UNDER - TIMELINE_READING_ROWS - 4,
	    row = 2;
	int n = (int)c->nlanes;
	unsigned i;

	c->gap = n > 0 && room / n >= 3 ? 3 : n > 0 && room / n >= 2 ? 2 : 1;
	for (i = 0; i < c->nlanes; i++, row += c->gap)
		c->row[c->order[i]] = row;
	c->under = row - (c->gap > 1) + 1 - (c->gap == 1);
}

void
view_timeline_title(struct buf *b, const struct frame *sc)
{
	const struct timeline_view *l = &sc->view->timeline;

	buf_adds(b, "Timeline: states over time");
	if (l->scale > 0) {
		buf_adds(b, ", ");
		text_duration(b, (uint64_t)(l->scale * l->cols));
		buf_adds(b, " shown");
	}
	if (l->whole)
		buf_adds(b, ", gaps in full");
	if (l->held)
		buf_adds(b, " (paused, End follows)");
	if (l->behind)
		buf_adds(b, ", reading ...");
}

void
view_timeline(struct area a, const struct frame *sc)
{
	struct chart c = { .sc = sc, .view = &sc->view->timeline };
	int labels = a.cols >= 95 ? LABELS : a.cols >= 70 ? LABELS_MIDDLE :
	    LABELS_SMALL;
	struct timeline_stretch x;

	if (sc->session == NULL)
		return;
	c.area = area_part(a, 0, labels, a.rows, a.cols - labels - 1);
	c.labels = area_part(a, 0, 0, a.rows, labels);
	c.view->cols = c.area.cols;
	c.start = c.view->timeline.follow.start;
	timeline_view_axis(c.view, sc->now, &c.axis);
	if (c.view->timeline.n == 0) {
		area_text(a, 0, 1, STYLE_DIM, c.view->behind ?
		    "reading ..." : "Nothing has happened yet.");
		return;
	}
	c.nlanes =
	    timeline_lanes(&c.view->timeline, sc->session, sc->now, c.order);
	place_lanes(&c, a);
	draw_axis(&c);
	draw_columns(&c);
	x = timeline_stretch(&c.view->timeline, sc->session, sc->now,
	    c.view->cursor, c.view->cursor + 1);
	draw_labels(&c, x.last);
	draw_cursor(&c);
	draw_words(a, &c);
}

void
view_timeline_update(const struct frame *sc)
{
	do {
		timeline_view_update(&sc->view->timeline, sc->app->sessions,
		    sc->session, &sc->verdict, sc->now);
	} while (sc->view->timeline.behind && frame_has_time(sc));
}

bool
view_timeline_behind(const struct view *view)
{
	return (view->timeline.behind);
}
