/* SPDX-License-Identifier: ISC */
/* Host and device, and what went between them. */
#include "ui/view/screens.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"

#define HOST		19	/* column of the host's line */
#define STATES		26	/* columns right of the device's line */
#define WIDE		90
#define BYTES		48	/* columns of what crossed, if there is room */
#define BYTES_FROM	(WIDE + BYTES)
#define BYTES_SHOWN	((BYTES - 2) / 3)
#define BYTES_BESIDE	(BYTES_SHOWN - 8)	/* of data, behind a setup */

struct columns {
	int	host;
	int	device;
	int	state;		/* -1: no room */
	int	bytes;		/* the same */
};

static struct columns
columns_for(int width, enum sequence_zoom zoom)
{
	struct columns c = { HOST, width - 2, -1, -1 };

	/* The fields say it, and need the room. */
	if (width >= WIDE && (zoom != SEQUENCE_FIELDS || width >= WIDE + 30)) {
		if (zoom == SEQUENCE_REQUESTS && width >= BYTES_FROM)
			c.bytes = width - BYTES;
		c.device = (c.bytes < 0 ? width : c.bytes) - STATES - 2;
		c.state = c.device + 2;
	} else if (width < 60) {
		c.host = 8;
	}
	return (c);
}

static enum style
style_of(const struct sequence_line *line)
{
	switch (line->kind) {
	case SEQUENCE_REFUSAL:
		return (STYLE_DANGER);
	case SEQUENCE_SILENCE:
		return (STYLE_WARNING);
	case SEQUENCE_WAIT:
	case SEQUENCE_SENT:
	case SEQUENCE_GOT:
		return (line->bad ? STYLE_WARNING : STYLE_LABEL);
	case SEQUENCE_EVENT:
		return (line->bad ? STYLE_WARNING : STYLE_STRONG);
	case SEQUENCE_ASK:
	case SEQUENCE_ANSWER:
	case SEQUENCE_OPERATION:
		return (line->bad ? STYLE_DANGER : STYLE_NORMAL);
	}
	return (STYLE_NORMAL);
}

/* Text in a line: a blank on either side, never over the heads. */
static void
draw_text(struct area a, int row, const struct columns *c,
    const struct sequence_line *line, bool right)
{
	int room = c->device - c->host - 7, n, col = c->host + 4;

	if (line->why != NULL)
		room -= area_columns(&a, line->why) + 3;
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
    const struct sequence_line *line)
{
	enum line l = line->kind == SEQUENCE_OPERATION ? LINE_HEAVY :
	    LINE_LIGHT;
	enum style st = line->bad ? style_of(line) : STYLE_FRAME;
	bool left = line->kind != SEQUENCE_ASK;

	area_line(a, row, c->host + 1, row, c->device - 1, l, st);
	if (left)
		area_head(a, row, c->host + 1, HEAD_LEFT, l, st);
	if (line->kind == SEQUENCE_ASK || line->kind == SEQUENCE_OPERATION)
		area_head(a, row, c->device - 1, HEAD_RIGHT, l, st);
	if (line->kind == SEQUENCE_REFUSAL || line->why != NULL)
		area_text(a, row, c->device - 1, st, "X");
	if (line->why != NULL)
		area_textf(a, row, c->device - 4 -
		    area_columns(&a, line->why), st, " %s ", line->why);
	draw_text(a, row, c, line, line->kind == SEQUENCE_ANSWER ||
	    line->kind == SEQUENCE_REFUSAL);
}

static void
draw_line(struct area a, int row, const struct columns *c,
    const struct sequence_line *line)
{
	const char *side = line->kind == SEQUENCE_WAIT ? "┆" : "│";

	area_text(a, row, c->host, STYLE_FRAME, side);
	area_text(a, row, c->device, STYLE_FRAME, side);
	switch (line->kind) {
	case SEQUENCE_EVENT:
		area_line(a, row, c->host, row, c->device, LINE_DOTTED,
		    STYLE_FRAME);
		draw_text(a, row, c, line, false);
		break;
	case SEQUENCE_ASK:
	case SEQUENCE_ANSWER:
	case SEQUENCE_REFUSAL:
	case SEQUENCE_OPERATION:
		draw_arrow(a, row, c, line);
		break;
	case SEQUENCE_SILENCE:
		area_text(a, row, c->host + 2, STYLE_WARNING, "×");
		draw_text(a, row, c, line, false);
		break;
	case SEQUENCE_WAIT:
	case SEQUENCE_SENT:
	case SEQUENCE_GOT:
		draw_text(a, row, c, line, line->kind == SEQUENCE_GOT);
		break;
	}
}

/* When, and on the line of the answer how long it took. */
static void
draw_time(struct area a, int row, const struct frame *sc,
    const struct columns *c, const struct sequence_line *line)
{
	struct buf b = { 0 };

	if (line->at == SEQUENCE_NO_TIME || c->host < HOST ||
	    !clock_is_known(sc))
		return;
	if (line->kind == SEQUENCE_ANSWER || line->kind == SEQUENCE_REFUSAL ||
	    line->kind == SEQUENCE_SILENCE) {
		buf_addc(&b, '+');
		if (line->span < 10000)
			buf_addf(&b, "%u.%u ms", (unsigned)(line->span /
			    1000), (unsigned)(line->span / 100 % 10));
		else
			text_duration(&b, line->span);
	} else {
		clock_time(&b, line->at -
		    sc->view->list.fold.follow.start);
	}
	area_text(a, row, c->host - 1 - area_columns(&a, buf_str(&b)),
	    STYLE_LABEL, buf_str(&b));
	buf_free(&b);
}

/* The line of a action on which the state behind it stands. */
static size_t
state_line(const struct sequence_row *entry)
{
	size_t i;

	for (i = entry->n; i > 0; i--)
		if (entry->lines[i - 1].kind != SEQUENCE_GOT)
			return (i - 1);
	return (0);
}

static void
draw_state(struct area a, int row, const struct columns *c,
    const struct sequence_row *entry)
{
	struct buf b = { 0 };

	if (c->state < 0 || entry->number == 0)
		return;
	if (entry->state == NO_STATE)
		buf_adds(&b, "unknown");
	else
		dfu_state_label(&b, entry->state);
	area_fit(a, row, c->state, a.cols - c->state - 1, entry->state ==
	    DFU_STATE_ERROR ? STYLE_DANGER : STYLE_LABEL, buf_str(&b));
	buf_free(&b);
}

static void
draw_hex(struct area a, int row, int col, const uint8_t *p, size_t n,
    size_t len)
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < n && i < BYTES_SHOWN; i++)
		buf_addf(&b, "%02x ", p[i]);
	if (len > i)
		buf_adds(&b, "…");
	area_text(a, row, col, STYLE_LABEL, buf_str(&b));
	buf_free(&b);
}

/* The setup packet beside what was asked, the data beside what it went with. */
static void
draw_bytes(struct area a, int row, const struct frame *sc,
    const struct columns *c, const struct sequence_row *entry, size_t i)
{
	const struct request *r = session_request(sc->session, entry->number);
	const struct trace *t = sc->app->sessions->trace;
	uint8_t setup[SETUP_LENGTH];
	const struct event *e;

	if (r == NULL || c->bytes < 0)
		return;
	if (entry->lines[i].kind == SEQUENCE_ASK) {
		setup_pack(&r->setup, setup);
		draw_hex(a, row, c->bytes, setup, sizeof(setup),
		    sizeof(setup));
		e = trace_get(t, r->submit);
		if (e != NULL && e->kept != 0)
			draw_hex(a, row, c->bytes + 3 * SETUP_LENGTH + 1,
			    e->data, e->kept < BYTES_BESIDE ? e->kept :
			    BYTES_BESIDE, e->len);
	} else if (entry->lines[i].kind == SEQUENCE_ANSWER) {
		e = trace_get(t, r->complete);
		if (e != NULL && e->kept != 0)
			draw_hex(a, row, c->bytes, e->data, e->kept, e->len);
	}
}

/* Draws a action whose first line is at row, which may be above the area. */
static void
draw_action(struct area a, int row, const struct frame *sc,
    const struct sequence_row *entry, bool selected, bool marked)
{
	struct columns c = columns_for(a.cols, sc->view->sequence.zoom);
	size_t i, first = entry->n > 1 && entry->lines[0].kind == SEQUENCE_WAIT;

	for (i = 0; i < entry->n; i++) {
		draw_line(a, row + (int)i, &c, &entry->lines[i]);
		draw_time(a, row + (int)i, sc, &c, &entry->lines[i]);
		draw_bytes(a, row + (int)i, sc, &c, entry, i);
		if (i == state_line(entry))
			draw_state(a, row + (int)i, &c, entry);
	}
	row += (int)first;
	if (entry->number != 0)
		area_textf(a, row, 1, STYLE_LABEL, "#%u", entry->number);
	if (selected) {
		area_restyle(a, row, 0, c.host, STYLE_SELECTED);
		area_text(a, row, 0, STYLE_SELECTED, ">");
	}
	if (marked)
		area_text(a, row, 0, selected ? STYLE_SELECTED :
		    STYLE_STRONG, "*");
}

static void
make_action(struct sequence_row *entry, const struct frame *sc,
    const struct sequence_unit *u)
{
	const struct fold_row *row = fold_at(&sc->view->list.fold, u->first);
	const struct trace *t = sc->app->sessions->trace;
	struct sequence_step step = { .count = row->count, .before =
	    fold_before(&sc->view->list.fold, row), .now = sc->now };
	const struct event *e;

	sequence_clear(entry);
	if (u->whole) {
		sequence_operation(entry, &u->operation);
		return;
	}
	if (row->event) {
		e = trace_get(t, row->index);
		if (e != NULL)
			sequence_event(entry, e);
		return;
	}
	step.first = session_request(sc->session, row->first);
	step.last = session_request(sc->session, row->last);
	if (step.first == NULL || step.last == NULL)
		return;
	step.asked = session_before(sc->session, step.first);
	sequence_request(entry, t, &step, sc->view->sequence.zoom);
}

static int
height_of(const struct frame *sc, const struct sequence_unit *u,
    struct sequence_row *entry)
{
	make_action(entry, sc, u);
	return (entry->n > 0 ? (int)entry->n : 1);
}

/*
 * The first unit in sight: as before, but so that the selected one is whole.
 * Goes over no more units than there are rows.
 */
static struct sequence_unit
first_unit(const struct frame *sc, int rows, struct sequence_row *entry)
{
	struct sequence_view *l = &sc->view->sequence;
	const struct fold *f = &sc->view->list.fold;
	struct sequence_unit u = sequence_unit(l, f, sc->view->list.selected);
	struct sequence_unit up;
	int used = height_of(sc, &u, entry);

	if (l->top > u.first)
		l->top = u.first;
	while (u.first > l->top) {
		up = sequence_unit(l, f, u.first - 1);
		used += height_of(sc, &up, entry);
		if (used > rows)
			break;
		u = up;
	}
	/* At the end all rows are used. */
	while (u.first > 0 && used < rows && !sc->view->list.paused) {
		up = sequence_unit(l, f, u.first - 1);
		used += height_of(sc, &up, entry);
		if (used <= rows)
			u = up;
	}
	l->top = u.first;
	return (u);
}

static void
draw_sides(struct area a, const struct frame *sc)
{
	struct columns c = columns_for(a.cols, sc->view->sequence.zoom);

	area_text(a, 0, c.host - 2, STYLE_TITLE, "host");
	area_text(a, 0, c.device - 5, STYLE_TITLE, "device");
	if (c.state >= 0)
		area_text(a, 0, c.state, STYLE_TITLE, "then");
	if (c.bytes >= 0)
		area_text(a, 0, c.bytes, STYLE_TITLE, "bytes: setup, data");
}

void
view_sequence_title(struct buf *b, const struct frame *sc)
{
	const struct sequence_view *l = &sc->view->sequence;
	struct buf list = { 0 };

	buf_addf(b, "Sequence of %s", sequence_zoom_name(l->zoom));
	view_requests_title(&list, sc);
	/* What the list says of itself holds here too. */
	buf_adds(b, buf_str(&list) + strlen("Requests"));
	buf_free(&list);
}

void
view_sequence(struct area a, const struct frame *sc)
{
	struct list *list = &sc->view->list;
	size_t n = fold_count(&list->fold);
	struct area in = area_part(a, 1, 0, a.rows - 1, a.cols);
	struct sequence_row entry = { .n = 0 };
	struct sequence_unit u;
	int row = 0, height;

	if (sc->session == NULL)
		return;
	list->rows = in.rows / 2;
	list->at = -1;
	draw_sides(a, sc);
	if (n == 0) {
		area_text(a, 1, 1, STYLE_DIM, list->behind ? "reading ..." :
		    "No request has been sent.");
		return;
	}
	u = first_unit(sc, in.rows, &entry);
	for (; row < in.rows;
	     u = sequence_unit(&sc->view->sequence, &list->fold, u.end)) {
		height = height_of(sc, &u, &entry);
		draw_action(in, row, sc, &entry, list->paused &&
		    list->selected >= u.first && list->selected < u.end,
		    list_marked(list, fold_at(&list->fold, u.first)));
		row += height;
		if (u.end >= n)
			break;
	}
	sequence_clear(&entry);
}

/* It jumps from trouble to trouble by what the timeline knows. */
void
view_sequence_update(const struct frame *sc)
{
	view_timeline_update(sc);
	do {
		sequence_view_update(&sc->view->sequence, sc->app->sessions,
		    sc->session);
	} while (sc->view->sequence.behind && frame_has_time(sc));
}

bool
view_sequence_behind(const struct view *view)
{
	return (view_timeline_behind(view) || view->sequence.behind);
}
