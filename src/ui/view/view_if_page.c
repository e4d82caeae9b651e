/* SPDX-License-Identifier: ISC */
/* Every request in full: what it would do, who says so, what it costs. */
#include "ui/view/page.h"

#include "diagnosis/fingerprint.h"
#include "diagnosis/what_if.h"

#define WIDEST	100

static void
add_line(struct page *p, const char *label, const char *text,
    const char *source)
{
	struct buf b = { 0 };

	buf_adds(&b, text);
	if (source != NULL)
		buf_addf(&b, " (%s)", source);
	page_add(p, STYLE_LABEL, label, 15, buf_str(&b));
	buf_free(&b);
}

static void
add_stack(struct page *p, const char *name, const struct what_if_words *w)
{
	struct buf b = { 0 }, label = { 0 };

	buf_addf(&label, "  %s", name);
	if (w->certainty != NULL)
		buf_addf(&b, "%s: %s", w->certainty, w->source);
	add_line(p, buf_str(&label), buf_str(&w->stack), b.len != 0 ?
	    buf_str(&b) : NULL);
	buf_free(&label);
	buf_free(&b);
}

static void
add_row(struct page *p, const struct frame *sc,
    const struct what_if_row *row, const struct dfu_stack *stack)
{
	const char *key = frame_key(sc, row->command);
	struct what_if_words w;
	struct buf b = { 0 };

	what_if_tell(sc->session, row, stack, sc->now, &w);
	if (w.spec.len != 0 || w.stack.len != 0) {
		page_title(p, row->name);
		if (key != NULL && !sc->app->policy.past)
			buf_addf(&b, "  key %s", key);
		if (w.differs)
			buf_addf(&b, "  DFU 1.1 and %s differ", stack->name);
		if (b.len != 0)
			page_add(p, w.differs ? STYLE_WARNING : STYLE_DIM,
			    buf_str(&b), 0, NULL);
		if (w.spec.len != 0)
			add_line(p, "  DFU 1.1", buf_str(&w.spec),
			    buf_str(&w.clause));
		if (w.stack.len != 0)
			add_stack(p, stack->name, &w);
	}
	if (w.undo != NULL) {
		add_line(p, "  undo", w.undo, NULL);
		add_line(p, "  loses", w.spoils != NULL ? w.spoils :
		    "nothing", w.side_effect_source);
	}
	what_if_words_free(&w);
	buf_free(&b);
}

void
view_what_if_page(struct area a, const struct frame *sc)
{
	struct buf b = { 0 };
	struct page p = { 0 };
	size_t i;

	if (sc->session == NULL)
		return;
	if (!sc->session->present) {
		frame_off_bus(sc, &b);
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL, buf_str(&b));
		buf_free(&b);
		return;
	}
	what_if_title(sc->session, sc->now, &b);
	page_add(&p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	buf_reset(&b);
	buf_adds(&b, "DFU stack: ");
	fingerprint_words(sc->session, &sc->print, &b);
	page_add(&p, STYLE_NORMAL, NULL, 1, buf_str(&b));
	for (i = 0; i < what_if_rows_count; i++) {
		if (what_if_wanted(&what_if_rows[i], sc->view->what_if,
		    sc->session))
			add_row(&p, sc, &what_if_rows[i], sc->print.stack);
	}
	page_draw(area_part(a, 0, 0, a.rows, a.cols < WIDEST ? a.cols :
	    WIDEST), &p, sc->view);
	page_free(&p);
	buf_free(&b);
}
