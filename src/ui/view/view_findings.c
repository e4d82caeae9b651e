/* What was found: the list, and the page about one of it. */
#include "ui/prompt/keys.h"
#include "ui/view/findings_shown.h"
#include "ui/view/page.h"
#include "ui/view/view.h"

#include "base/text.h"

#define LIST_SHARE	3	/* the list takes at most a third */
#define WIDE		96

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
	area_fit(a, row, 11, 13, STYLE_NORMAL, buf_str(&b));
	buf_reset(&b);
	buf_addf(&b, "%s%s", doubt(f, now), f->row->title);
	area_fit(a, row, 25, room, gone ? STYLE_DIM : STYLE_STRONG,
	    buf_str(&b));
	if (a.cols >= WIDE)
		area_fit(a, row, a.cols - 21, 20, STYLE_NORMAL, fault);
	buf_free(&b);
	if (!selected)
		return;
	area_restyle(a, row, 0, a.cols, STYLE_SELECTED);
	area_text(a, row, 1, STYLE_SELECTED, ">");
}

static void
add_part(struct page *p, const char *title, const char *text)
{
	if (text == NULL)
		return;
	page_title(p, title);
	page_add(p, STYLE_NORMAL, NULL, 3, text);
}

/* The advice, at the finding that the verdict rests on; else what helps. */
static void
add_cure(struct page *p, const struct frame *sc, const struct finding *f)
{
	const char *key = keys_of_act(sc->view->rc, ACT_TRY);
	struct buf b = { 0 }, try = { 0 };

	if (frame_advised(sc) == f)
		advice_words(&sc->advice, &try);
	if (try.len == 0 && f->row->advice == NULL)
		return;
	page_title(p, "What to try");
	if (try.len != 0) {
		buf_addf(&b, "  %s", sc->advice.command == NULL ? "-" :
		    key != NULL ? key : ":");
		page_add(p, STYLE_KEY, buf_str(&b), 6, buf_str(&try));
	}
	if (f->row->advice != NULL)
		page_add(p, STYLE_NORMAL, NULL, 3, f->row->advice);
	buf_free(&b);
	buf_free(&try);
}

static void
add_evidence(struct page *p, const struct finding *f)
{
	struct buf b = { 0 };

	finding_requests(f, &b);
	if (f->evidence != NULL)
		buf_addf(&b, "%s%s", b.len != 0 ? ": " : "", f->evidence);
	if (f->count > 1)
		buf_addf(&b, " (%u times)", f->count);
	page_add(p, STYLE_NORMAL, NULL, 3, buf_str(&b));
	buf_free(&b);
}

static void
draw_page(struct area a, const struct finding *f, const struct frame *sc)
{
	const struct finding_row *row = f->row;
	struct page p = { 0 };
	struct buf b = { 0 };

	buf_addf(&b, "%s: %s%s", severity_name(row->severity),
	    doubt(f, sc->now), row->title);
	page_add(&p, style_of(row->severity), buf_str(&b), 0, NULL);
	add_evidence(&p, f);
	buf_reset(&b);
	buf_addf(&b, "On whose side: %s", finding_fault_words(row->fault));
	page_title(&p, buf_str(&b));
	page_add(&p, STYLE_NORMAL, NULL, 3, finding_mechanism(row));
	if (row->apart != NULL)
		page_add(&p, STYLE_NORMAL, NULL, 3, row->apart);
	add_cure(&p, sc, f);
	add_part(&p, "In the firmware", row->firmware);
	add_part(&p, "Known from", row->source);
	page_draw(area_part(a, 0, 0, a.rows, a.cols < 90 ? a.cols : 90), &p,
	    sc->view);
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
		area_text(a, 0, 1, STYLE_NORMAL, "Nothing was found so far.");
		area_wrap(a, 2, 1, a.cols - 2, STYLE_DIM, "Each request and "
		    "answer is judged as it comes; what goes wrong, and what "
		    "only looks so, is listed here.");
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
