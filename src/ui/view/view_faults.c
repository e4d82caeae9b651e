/* SPDX-License-Identifier: ISC */
/* A device that is served: its own state, and what is wrong with it. */
#include "ui/view/view.h"

#include "dfu/spec.h"

#define NAME		3
#define NOW		18
#define VALUES		42
#define SENTENCE	3	/* rows of what the selected one does */

static void
add_own(const struct frame *sc, struct buf *b)
{
	if (sc->app->truth < 0)
		buf_adds(b, "not on the bus");
	else
		dfu_state_label(b, (uint8_t)sc->app->truth);
}

static void
add_told(const struct frame *sc, struct buf *b)
{
	const struct session *s = sc->session;

	if (!s->reported.known) {
		buf_adds(b, "nothing");
		return;
	}
	dfu_state_label(b, s->reported.state);
	buf_addf(b, " by #%u", s->reported.by);
}

static int
draw_own(struct area a, const struct frame *sc)
{
	struct buf own = { 0 }, told = { 0 };
	int col = 1;

	add_own(sc, &own);
	add_told(sc, &told);
	col += area_text(a, 0, col, STYLE_LABEL, "own state") + 2;
	col += area_text(a, 0, col, STYLE_GOOD, buf_str(&own)) + 3;
	col += area_text(a, 0, col, STYLE_LABEL, "reported") + 2;
	area_fit(a, 0, col, a.cols - col - 1, STYLE_NORMAL, buf_str(&told));
	buf_free(&own);
	buf_free(&told);
	return (2);
}

static void
draw_fault(struct area a, int row, const struct app_fault *f, bool selected)
{
	bool set = app_fault_is_set(f);

	if (set)
		area_text(a, row, NAME - 1, STYLE_WARNING, "*");
	area_fit(a, row, NAME, NOW - NAME - 1,
	    set ? STYLE_WARNING : STYLE_NORMAL, f->name);
	area_fit(a, row, NOW, VALUES - NOW - 1,
	    set ? STYLE_WARNING : STYLE_NORMAL, buf_str(&f->now));
	area_fit(a, row, VALUES, a.cols - VALUES - 1, STYLE_DIM, f->value);
	if (!selected)
		return;
	area_restyle(a, row, 0, a.cols, STYLE_SELECTED);
	area_text(a, row, 1, STYLE_SELECTED, ">");
}

/* The selected one is in sight, with others around it. */
static size_t
first_row(const struct frame *sc, size_t rows)
{
	size_t n = sc->app->nfaults, at = sc->view->fault;

	if (n <= rows || at < rows / 2)
		return (0);
	at -= rows / 2;
	return (at > n - rows ? n - rows : at);
}

void
view_faults(struct area a, const struct frame *sc)
{
	const struct app *d = sc->app;
	int top, rows, row;
	size_t i, at = sc->view->fault;

	if (d->nfaults == 0) {
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL,
		    "This device is not served from here, so no faults can be "
		    "set.");
		return;
	}
	if (at >= d->nfaults)
		at = sc->view->fault = d->nfaults - 1;
	top = draw_own(a, sc);
	area_text(a, top - 1, NAME, STYLE_LABEL, "fault");
	area_text(a, top - 1, NOW, STYLE_LABEL, "now");
	area_text(a, top - 1, VALUES, STYLE_LABEL, "can be");
	rows = a.rows - top - SENTENCE - 1;
	if (rows < 1)
		rows = 1;
	sc->view->scroll_rows = rows;
	i = first_row(sc, (size_t)rows);
	for (row = 0; row < rows && i < d->nfaults; i++, row++)
		draw_fault(a, top + row, &d->faults[i], i == at);
	area_wrap(area_part(a, a.rows - SENTENCE, 0, SENTENCE, a.cols), 0, 1,
	    a.cols - 2, STYLE_NORMAL, d->faults[at].sentence);
}

static int
draw_labelled(
    struct area a, int row, const char *label, enum style st, const char *text)
{
	area_text(a, row, 1, STYLE_LABEL, label);
	area_fit(a, row, 11, a.cols - 12, st, text);
	return (row + 1);
}

void
view_served_device(struct area a, const struct frame *sc)
{
	const struct app_fault *f;
	struct buf b = { 0 };
	bool any = false;
	int row;
	size_t i;

	add_own(sc, &b);
	row = draw_labelled(a, 0, "own state", STYLE_GOOD, buf_str(&b));
	for (i = 0; i < sc->app->nfaults; i++) {
		f = &sc->app->faults[i];
		if (!app_fault_is_set(f))
			continue;
		buf_reset(&b);
		buf_addf(&b, "%s=%s", f->name, buf_str(&f->now));
		row = draw_labelled(
		    a, row, any ? "" : "faults", STYLE_WARNING, buf_str(&b));
		any = true;
	}
	if (!any)
		draw_labelled(a, row, "faults", STYLE_DIM, "none");
	buf_free(&b);
}
