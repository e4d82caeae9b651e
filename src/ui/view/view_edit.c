/* SPDX-License-Identifier: ISC */
/* The editor of one request: what it is, what it would do, what it costs. */
#include "ui/view/screens.h"

#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "ui/view/setup_words.h"
#include "wire/usb.h"

#define VALUE_COL	18
#define WORDS_COL	34

static void
draw_field(struct area a, int row, const struct edit *e, enum edit_field f,
    const char *name, int digits, unsigned value, const char *words)
{
	bool here = e->field == f;
	int col;

	area_text(a, row, 1, here ? STYLE_STRONG : STYLE_NORMAL,
	    here ? ">" : " ");
	area_text(a, row, 3, STYLE_LABEL, name);
	col = VALUE_COL + area_textf(a, row, VALUE_COL, here ?
	    STYLE_SELECTED : STYLE_STRONG, "0x%0*x", digits, value);
	area_textf(a, row, col + 2, STYLE_LABEL, "%u", value);
	area_fit(a, row, WORDS_COL, a.cols - WORDS_COL - 1, STYLE_NORMAL,
	    words);
	if (here) {
		a.canvas->cursor_row = a.row + row;
		a.canvas->cursor_col = a.col + col - 1;
	}
}

static void
draw_fields(struct area a, const struct edit *e, const struct setup *s)
{
	struct buf b = { 0 };

	setup_type_words(&b, s->bmRequestType);
	draw_field(a, 0, e, EDIT_TYPE, "bmRequestType", 2, s->bmRequestType,
	    buf_str(&b));
	buf_reset(&b);
	setup_request_words(&b, s);
	draw_field(a, 1, e, EDIT_REQUEST, "bRequest", 2, s->bRequest,
	    buf_str(&b));
	buf_reset(&b);
	setup_value_words(&b, s);
	draw_field(a, 2, e, EDIT_VALUE, "wValue", 4, s->wValue, buf_str(&b));
	buf_reset(&b);
	setup_index_words(&b, s);
	draw_field(a, 3, e, EDIT_INDEX, "wIndex", 4, s->wIndex, buf_str(&b));
	draw_field(a, 4, e, EDIT_LENGTH, "wLength", 4, s->wLength,
	    setup_is_in(s) ? "bytes requested at most" :
	    "length of the data");
	buf_free(&b);
}

static bool
in_data(const struct edit *e)
{
	return (e->field == EDIT_HEX || e->field == EDIT_TEXT);
}

static void
draw_byte(struct area a, int row, const struct edit *e, size_t i)
{
	bool here = i == e->at, in = i < e->data.len;
	int hex = 10 + (int)(i % EDIT_ROW) * 3, text = 60 +
	    (int)(i % EDIT_ROW);
	uint8_t c = in ? e->data.data[i] : ' ';

	hex += i % EDIT_ROW >= EDIT_ROW / 2;
	if (in)
		area_textf(a, row, hex, here && e->field != EDIT_HEX ?
		    STYLE_STRONG : STYLE_NORMAL, "%02x", c);
	area_textf(a, row, text, here && e->field != EDIT_TEXT ?
	    STYLE_STRONG : STYLE_NORMAL, "%c", c >= 0x20 && c < 0x7f ? c :
	    '.');
	if (!here)
		return;
	if (e->field == EDIT_HEX)
		area_restyle(a, row, hex, 2, STYLE_SELECTED);
	if (e->field == EDIT_TEXT)
		area_restyle(a, row, text, 1, STYLE_SELECTED);
	if (in_data(e)) {
		a.canvas->cursor_row = a.row + row;
		a.canvas->cursor_col = a.col + (e->field == EDIT_TEXT ?
		    text : hex + e->low);
	}
}

static void
draw_data(struct area a, struct edit *e)
{
	size_t row = e->at / EDIT_ROW, rows = a.rows > 1 ?
	    (size_t)a.rows - 1 : 1, i, r;

	if (in_data(e))
		area_text(a, 0, 1, STYLE_STRONG, ">");
	area_textf(a, 0, 3, STYLE_TITLE, "Data, %zu byte%s", e->data.len,
	    TEXT_S(e->data.len));
	area_text(a, 0, 24, STYLE_LABEL, e->over ?
	    "typing overwrites (Ctrl-O)" : "typing inserts (Ctrl-O)");
	if (row < e->top)
		e->top = row;
	if (row >= e->top + rows)
		e->top = row - rows + 1;
	for (r = 0; r < rows; r++) {
		i = (e->top + r) * EDIT_ROW;
		if (i > e->data.len || (i == e->data.len && i != e->at &&
		    i > 0))
			break;
		area_textf(a, (int)r + 1, 2, STYLE_LABEL, "%6zx", i);
		for (; i < (e->top + r + 1) * EDIT_ROW && i <= e->data.len;
		    i++)
			draw_byte(a, (int)r + 1, e, i);
	}
}

/* Rows from the bottom upwards: what it is and what it would do. */
struct remark {
	struct area	a;
	int		row;
};

static void
say(struct remark *v, const char *label, enum style st, const char *text)
{
	if (*text == '\0')
		return;
	area_text(v->a, v->row, 1, STYLE_LABEL, label);
	area_fit(v->a, v->row, 12, v->a.cols - 13, st, text);
	v->row++;
}

static void
say_move(struct remark *v, const struct frame *sc, const struct xfer *x)
{
	int input = dfu_input_of(&x->setup);
	struct prediction p;
	struct dfu_outlook o;
	struct buf b = { 0 };
	enum style st;
	uint8_t from;

	if (input < 0 || frame_unknown(sc))
		return;
	p = predict(sc->session, (enum dfu_input)input, sc->session->stack,
	    sc->now);
	if (!prediction_first(&p, &o, &from))
		return;
	buf_adds(&b, "in ");
	dfu_state_label(&b, from);
	buf_adds(&b, ": ");
	st = outlook_words(&b, from, &o);
	buf_adds(&b, "  (");
	if (p.known)
		buf_adds(&b, sc->session->stack->name);
	else
		setup_clause_words(&b, p.spec->clause);
	buf_addc(&b, ')');
	say(v, "now", st == STYLE_DIM ? STYLE_NORMAL : st, buf_str(&b));
	buf_free(&b);
}

static void
say_danger(struct remark *v, const struct dfu_meaning *m)
{
	struct buf b = { 0 };

	if (m->danger == DFU_DANGER_NONE) {
		say(v, "loses", STYLE_NORMAL, "nothing");
		return;
	}
	buf_addf(&b, "! %s", dfu_meaning_loss(m) == NULL ?
	    "not known" : dfu_meaning_loss(m));
	say(v, m->danger == DFU_DANGER_DESTROYS ? "destroys" : "loses",
	    STYLE_DANGER, buf_str(&b));
	buf_free(&b);
}

static void
say_what(struct remark *v, const struct frame *sc, const struct xfer *x)
{
	struct dfu_meaning m = session_xfer_meaning(sc->session, x);
	struct buf b = { 0 };

	words_xfer(&b, x, &m);
	say(v, "is", STYLE_STRONG, buf_str(&b));
	buf_reset(&b);
	setup_odd_words(&b, sc->session, x);
	say(v, "odd", STYLE_WARNING, buf_str(&b));
	say_move(v, sc, x);
	say_danger(v, &m);
	buf_reset(&b);
	edit_command(&sc->view->edit, sc->session, &b);
	say(v, "command", STYLE_NORMAL, buf_str(&b));
	buf_free(&b);
}

void
view_edit(struct area a, const struct frame *sc)
{
	struct edit *e = &sc->view->edit;
	struct xfer x = edit_xfer(e);
	struct remark v = { .a = a };
	int data = a.rows - 13;

	if (sc->session == NULL)
		return;
	draw_fields(area_part(a, 0, 0, 5, a.cols), e, &x.setup);
	if (data < 2)
		data = 2;
	if (setup_is_in(&x.setup))
		area_text(a, 6, 3, STYLE_DIM, "The device sends the data.");
	else
		draw_data(area_part(a, 6, 0, data, a.cols), e);
	v.row = 7 + data;
	say_what(&v, sc, &x);
}

void
view_edit_title(struct buf *b, const struct frame *sc)
{
	uint32_t from = sc->view->edit.from;

	buf_adds(b, "Edit request");
	if (from != 0)
		buf_addf(b, ", copied from #%u", from);
}
