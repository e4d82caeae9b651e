/* SPDX-License-Identifier: ISC */
/* What was found: the list, and the page about one of it. */
#include "ui/prompt/keys.h"
#include "ui/view/findings_shown.h"
#include "ui/view/page.h"
#include "ui/view/view.h"

#include <string.h>

#include "base/text.h"
#include "diagnosis/finding_part.h"

#define LIST_SHARE	3	/* the list takes at most a third */
#define WIDE		96
#define WIDEST		100
#define LABEL		11	/* columns of the labels of parts */

static enum style
style_of(enum severity s)
{
	switch (s) {
	case SEVERITY_NOTE:
		return (STYLE_LABEL);
	case SEVERITY_WARNING:
		return (STYLE_WARNING);
	case SEVERITY_ERROR:
		return (STYLE_DANGER);
	}
	return (STYLE_NORMAL);
}

/* What precedes the title of one that does not stand. */
static const char *
doubt(const struct finding *f, uint64_t now)
{
	switch (finding_life(f, now)) {
	case FINDING_SO_FAR:
		return ("so far: ");
	case FINDING_STANDS:
		break;
	case FINDING_WITHDRAWN:
		return ("withdrawn: ");
	}
	return ("");
}

static void
draw_row(struct area a, int row, const struct finding *f, bool selected,
    uint64_t now)
{
	const char *fault = finding_fault_words(f->row->fault);
	int room = a.cols - 25 - (a.cols >= WIDE ? 22 : 0);
	bool gone = f->life == FINDING_WITHDRAWN;
	struct buf b = { 0 };

	area_text(a, row, 3, gone ? STYLE_DIM : style_of(f->row->severity),
	    severity_name(f->row->severity));
	finding_requests(f, &b);
	area_fit(a, row, 11, 13, gone ? STYLE_DIM : STYLE_NORMAL,
	    buf_str(&b));
	buf_reset(&b);
	buf_adds(&b, doubt(f, now));
	buf_adds(&b, f->row->title);
	area_fit(a, row, 25, room, gone ? STYLE_DIM : STYLE_STRONG,
	    buf_str(&b));
	if (a.cols >= WIDE)
		area_fit(a, row, a.cols - 21, 20, gone ? STYLE_DIM :
		    STYLE_NORMAL, fault);
	buf_free(&b);
	if (!selected)
		return;
	area_restyle(a, row, 0, a.cols, STYLE_SELECTED);
	area_text(a, row, 1, STYLE_SELECTED, ">");
}

/* A label beside its text; one that is too long for that, above it. */
static void
add_part(struct page *p, enum finding_part part, const struct finding *f,
    const struct frame *sc)
{
	const struct advice *a = frame_advised(sc) == f ? &sc->advice : NULL;
	bool past = sc->app->policy.past;
	const char *key = keys_of_act(sc->view->rc, ACT_TRY);
	const char *label = finding_part_label(part);
	struct buf b = { 0 };

	if (part == FINDING_PART_TRY && a != NULL && a->command != NULL &&
	    !past)
		buf_addf(&b, "%s  ", key != NULL ? key : ":");
	finding_part_words(part, f->row, f, a, &b);
	if (b.len != 0 && strlen(label) >= LABEL) {
		page_add(p, STYLE_LABEL, label, 0, NULL);
		page_add(p, STYLE_NORMAL, NULL, LABEL, buf_str(&b));
	} else if (b.len != 0) {
		page_add(p, STYLE_LABEL, label, LABEL, buf_str(&b));
	}
	buf_free(&b);
}

static void
draw_page(struct area a, const struct finding *f, const struct frame *sc)
{
	const struct finding_row *row = f->row;
	enum finding_part part;
	struct page p = { 0 };
	struct buf b = { 0 };

	buf_addf(&b, "%s: %s%s", severity_name(row->severity),
	    doubt(f, sc->now), row->title);
	page_add(&p, f->life == FINDING_WITHDRAWN ? STYLE_DIM :
	    style_of(row->severity), buf_str(&b), 0, NULL);
	for (part = FINDING_PART_EVIDENCE; part < FINDING_PART_COUNT; part++)
		add_part(&p, part, f, sc);
	page_draw(area_part(a, 0, 0, a.rows, a.cols < WIDEST ? a.cols :
	    WIDEST), &p, sc->view);
	page_free(&p);
	buf_free(&b);
}

void
view_finding(struct area a, const struct frame *sc)
{
	const struct findings_shown *f = &sc->findings;

	if (f->n != 0)
		draw_page(a, f->list[f->selected], sc);
}

void
view_findings(struct area a, const struct frame *sc)
{
	const struct findings_shown *f = &sc->findings;
	int rows, row, top;
	size_t i;

	if (f->n == 0) {
		area_wrap(a, 0, 1, a.cols - 2, STYLE_NORMAL, "No findings "
		    "yet. Problems appear here as requests are sent.");
		return;
	}
	rows = a.rows / LIST_SHARE < 3 ? 3 : a.rows / LIST_SHARE;
	if (rows > (int)f->n)
		rows = (int)f->n;
	top = (int)f->selected >= rows ? (int)f->selected - rows + 1 : 0;
	for (i = 0; i < f->n; i++) {
		row = (int)i - top;
		if (row >= 0 && row < rows)
			draw_row(a, row, f->list[i], i == f->selected,
			    sc->now);
	}
	sc->view->scroll = 0;
	draw_page(area_part(a, rows + 1, 0, a.rows - rows - 1, a.cols),
	    f->list[f->selected], sc);
}
