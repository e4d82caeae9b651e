/* Host and device, and what went between them. */
#include "ui/view.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"

#define HOST		19	/* column of the host's line */
#define STATES		26	/* columns right of the device's line */
#define WIDE		90

struct columns {
	int	host;
	int	device;
	int	state;		/* -1: no room */
};

static struct columns
columns_for(int width, enum ladder_zoom zoom)
{
	struct columns c = { HOST, width - 2, -1 };

	/* The fields say it, and need the room. */
	if (width >= WIDE && (zoom != LADDER_FIELDS || width >= WIDE + 30)) {
		c.device = width - STATES - 2;
		c.state = c.device + 2;
	} else if (width < 60) {
		c.host = 8;
	}
	return (c);
}

static enum style
style_of(const struct ladder_line *line)
{
	switch (line->kind) {
	case LADDER_REFUSAL:
		return (STYLE_DANGER);
	case LADDER_SILENCE:
		return (STYLE_WARNING);
	case LADDER_WAIT:
	case LADDER_SENT:
	case LADDER_GOT:
		return (line->bad ? STYLE_WARNING : STYLE_LABEL);
	case LADDER_EVENT:
		return (line->bad ? STYLE_WARNING : STYLE_STRONG);
	case LADDER_ASK:
	case LADDER_ANSWER:
	case LADDER_OPERATION:
		return (line->bad ? STYLE_DANGER : STYLE_NORMAL);
	}
	return (STYLE_NORMAL);
}

/* Text in a line: a blank on either side, never over the heads. */
static void
draw_text(struct area a, int row, const struct columns *c,
    const struct ladder_line *line, bool right)
{
	int room = c->device - c->host - 7, n, col = c->host + 4;

	n = area_columns(&a, buf_str(&line->text));
	if (right && n < room)
		col = c->device - 3 - n;
	n = area_fit(a, row, col, room, style_of(line), buf_str(&line->text));
	if (n > 0) {
		area_text(a, row, col - 1, STYLE_NORMAL, " ");
		area_text(a, row, col + n, STYLE_NORMAL, " ");
	}
}

static void
draw_arrow(struct area a, int row, const struct columns *c,
    const struct ladder_line *line)
{
	enum line l = line->kind == LADDER_OPERATION ? LINE_HEAVY :
	    LINE_LIGHT;
	enum style st = line->bad ? style_of(line) : STYLE_FRAME;
	bool left = line->kind != LADDER_ASK;

	area_line(a, row, c->host + 1, row, c->device - 1, l, st);
	if (left)
		area_head(a, row, c->host + 1, HEAD_LEFT, l, st);
	if (line->kind == LADDER_ASK || line->kind == LADDER_OPERATION)
		area_head(a, row, c->device - 1, HEAD_RIGHT, l, st);
	if (line->kind == LADDER_REFUSAL)
		area_text(a, row, c->device - 1, st, "X");
	draw_text(a, row, c, line, line->kind == LADDER_ANSWER ||
	    line->kind == LADDER_REFUSAL);
}

static void
draw_line(struct area a, int row, const struct columns *c,
    const struct ladder_line *line)
{
	const char *side = line->kind == LADDER_WAIT ? "┆" : "│";

	area_text(a, row, c->host, STYLE_FRAME, side);
	area_text(a, row, c->device, STYLE_FRAME, side);
	switch (line->kind) {
	case LADDER_EVENT:
		area_line(a, row, c->host, row, c->device, LINE_DOTTED,
		    STYLE_FRAME);
		draw_text(a, row, c, line, false);
		break;
	case LADDER_ASK:
	case LADDER_ANSWER:
	case LADDER_REFUSAL:
	case LADDER_OPERATION:
		draw_arrow(a, row, c, line);
		break;
	case LADDER_SILENCE:
		area_text(a, row, c->host + 2, STYLE_WARNING, "×");
		draw_text(a, row, c, line, false);
		break;
	case LADDER_WAIT:
	case LADDER_SENT:
	case LADDER_GOT:
		draw_text(a, row, c, line, line->kind == LADDER_GOT);
		break;
	}
}

/* When, and on the line of the answer how long it took. */
static void
draw_time(struct area a, int row, const struct scene *sc,
    const struct columns *c, const struct ladder_line *line)
{
	struct buf b = { 0 };

	if (line->at == LADDER_NO_TIME || c->host < HOST)
		return;
	if (line->kind == LADDER_ANSWER || line->kind == LADDER_REFUSAL ||
	    line->kind == LADDER_SILENCE) {
		buf_addc(&b, '+');
		if (line->span < 10000)
			buf_addf(&b, "%u.%u ms", (unsigned)(line->span /
			    1000), (unsigned)(line->span / 100 % 10));
		else
			text_duration(&b, line->span);
	} else {
		clock_time(&b, line->at -
		    sc->look->list.fold.follow.start);
	}
	area_text(a, row, c->host - 1 - area_columns(&a, buf_str(&b)),
	    STYLE_LABEL, buf_str(&b));
	buf_free(&b);
}

/* The line of a rung on which the state behind it stands. */
static size_t
state_line(const struct ladder_rung *rung)
{
	size_t i;

	for (i = rung->n; i > 0; i--)
		if (rung->lines[i - 1].kind != LADDER_GOT)
			return (i - 1);
	return (0);
}

static void
draw_state(struct area a, int row, const struct columns *c,
    const struct ladder_rung *rung)
{
	struct buf b = { 0 };

	if (c->state < 0 || rung->number == 0)
		return;
	if (rung->state == NO_STATE)
		buf_adds(&b, "unknown");
	else
		buf_addf(&b, "%u %s", rung->state,
		    dfu_state_name(rung->state));
	area_fit(a, row, c->state, a.cols - c->state - 1, rung->state ==
	    DFU_STATE_ERROR ? STYLE_DANGER : STYLE_LABEL, buf_str(&b));
	buf_free(&b);
}

/* Draws a rung whose first line is at row, which may be above the area. */
static void
draw_rung(struct area a, int row, const struct scene *sc,
    const struct ladder_rung *rung, bool selected, bool marked)
{
	struct columns c = columns_for(a.cols, sc->look->ladder.zoom);
	size_t i, first = rung->n > 1 && rung->lines[0].kind == LADDER_WAIT;

	for (i = 0; i < rung->n; i++) {
		draw_line(a, row + (int)i, &c, &rung->lines[i]);
		draw_time(a, row + (int)i, sc, &c, &rung->lines[i]);
		if (i == state_line(rung))
			draw_state(a, row + (int)i, &c, rung);
	}
	row += (int)first;
	if (rung->number != 0)
		area_textf(a, row, 1, STYLE_LABEL, "#%u", rung->number);
	if (selected) {
		area_restyle(a, row, 0, c.host, STYLE_SELECTED);
		area_text(a, row, 0, STYLE_SELECTED, ">");
	}
	if (marked)
		area_text(a, row, 0, selected ? STYLE_SELECTED :
		    STYLE_STRONG, "*");
}

static void
make_rung(struct ladder_rung *rung, const struct scene *sc,
    const struct ladder_unit *u)
{
	const struct fold_row *row = fold_at(&sc->look->list.fold, u->first);
	const struct trace *t = sc->desk->bench->trace;
	struct ladder_step step = { .count = row->count, .before =
	    row->before, .now = sc->now };
	const struct event *e;

	ladder_clear(rung);
	if (u->operation != NULL) {
		ladder_operation(rung, u->operation);
		return;
	}
	if (row->event) {
		e = trace_get(t, row->index);
		if (e != NULL)
			ladder_event(rung, e);
		return;
	}
	step.first = session_request(sc->session, row->first);
	step.last = session_request(sc->session, row->last);
	if (step.first == NULL || step.last == NULL)
		return;
	if (step.first > sc->session->requests)
		step.asked = step.first - 1;
	ladder_request(rung, t, &step, sc->look->ladder.zoom);
}

static int
height_of(const struct scene *sc, const struct ladder_unit *u,
    struct ladder_rung *rung)
{
	make_rung(rung, sc, u);
	return (rung->n > 0 ? (int)rung->n : 1);
}

/*
 * The first unit in sight: as before, but so that the selected one is whole.
 * Goes over no more units than there are rows.
 */
static struct ladder_unit
first_unit(const struct scene *sc, int rows, struct ladder_rung *rung)
{
	struct ladder_look *l = &sc->look->ladder;
	const struct fold *f = &sc->look->list.fold;
	struct ladder_unit u = ladder_unit(l, f, sc->look->list.selected);
	struct ladder_unit up;
	int used = height_of(sc, &u, rung);

	if (l->top > u.first)
		l->top = u.first;
	while (u.first > l->top) {
		up = ladder_unit(l, f, u.first - 1);
		used += height_of(sc, &up, rung);
		if (used > rows)
			break;
		u = up;
	}
	/* At the end all rows are used. */
	while (u.first > 0 && used < rows && !sc->look->list.paused) {
		up = ladder_unit(l, f, u.first - 1);
		used += height_of(sc, &up, rung);
		if (used <= rows)
			u = up;
	}
	l->top = u.first;
	return (u);
}

static void
draw_sides(struct area a, const struct scene *sc)
{
	struct columns c = columns_for(a.cols, sc->look->ladder.zoom);

	area_text(a, 0, c.host - 2, STYLE_TITLE, "host");
	area_text(a, 0, c.device - 5, STYLE_TITLE, "device");
	if (c.state >= 0)
		area_text(a, 0, c.state, STYLE_TITLE, "then");
}

void
view_ladder_title(struct buf *b, const struct scene *sc)
{
	const struct ladder_look *l = &sc->look->ladder;
	struct buf list = { 0 };

	buf_addf(b, "ladder of %s", ladder_zoom_name(l->zoom));
	view_requests_title(&list, sc);
	/* What the list says of itself holds here too. */
	buf_adds(b, buf_str(&list) + strlen("requests"));
	buf_free(&list);
}

void
view_ladder(struct area a, const struct scene *sc)
{
	struct list *list = &sc->look->list;
	size_t n = fold_count(&list->fold);
	struct area in = area_part(a, 1, 0, a.rows - 1, a.cols);
	struct ladder_rung rung = { .n = 0 };
	struct ladder_unit u;
	int row = 0, height;

	if (sc->session == NULL)
		return;
	list->rows = in.rows / 2;
	list->at = -1;
	draw_sides(a, sc);
	if (n == 0) {
		area_text(a, 1, 1, STYLE_DIM, list->behind ? "reading ..." :
		    "nothing to be shown");
		return;
	}
	u = first_unit(sc, in.rows, &rung);
	for (; row < in.rows; u = ladder_unit(&sc->look->ladder, &list->fold,
	    u.end)) {
		height = height_of(sc, &u, &rung);
		draw_rung(in, row, sc, &rung, list->paused &&
		    list->selected >= u.first && list->selected < u.end,
		    list_marked(list, fold_at(&list->fold, u.first)));
		row += height;
		if (u.end >= n)
			break;
	}
	ladder_clear(&rung);
}
