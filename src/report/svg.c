/* SPDX-License-Identifier: ISC */
/* States over time as an SVG, for a bug report. */
#include "report/svg.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/finding.h"
#include "report/svg_own.h"

#define WIDTH		1200
#define PLOT		920
#define TOP		92	/* the first lane */
#define LANE		34
#define CUT		70
#define TICKS		90
#define STUB		12	/* the line goes on at the end */
#define DOTS		2000	/* more cannot be told apart */

/* Text of any origin: escaped for people first, then for XML. */
static void
add_xml(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '&':
			buf_adds(b, "&amp;");
			break;
		case '<':
			buf_adds(b, "&lt;");
			break;
		case '>':
			buf_adds(b, "&gt;");
			break;
		case '"':
			buf_adds(b, "&quot;");
			break;
		default:
			buf_addc(b, *s);
			break;
		}
	}
}

/* UTF-8 of U+FFFE and U+FFFF, which no XML may hold. */
static void
drop_strange(struct buf *b)
{
	size_t i;

	for (i = 0; i + 2 < b->len; i++)
		if (b->data[i] == 0xef && b->data[i + 1] == 0xbf &&
		    b->data[i + 2] >= 0xbe)
			memcpy(b->data + i, "???", 3);
}

void
svg_text(struct drawing *d, double x, double y, const char *class,
    const char *s)
{
	struct buf safe = { 0 };

	text_print(&safe, s, strlen(s));
	drop_strange(&safe);
	buf_addf(d->b, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y,
	    class);
	add_xml(d->b, buf_str(&safe));
	buf_adds(d->b, "</text>\n");
	buf_free(&safe);
}

void
svg_box(struct drawing *d, double x, double y, double w, double h,
    const char *class)
{
	buf_addf(d->b, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
	    "height=\"%.1f\" class=\"%s\"/>\n", x, y, w, h, class);
}

static void
add_stroke(struct drawing *d, double x, double y, double x2, double y2,
    const char *class)
{
	buf_addf(d->b, "<path d=\"M%.1f %.1fL%.1f %.1f\" class=\"%s\"/>\n",
	    x, y, x2, y2, class);
}

double
svg_x(const struct drawing *d, uint64_t t)
{
	return (SVG_LEFT + timeline_axis_column(&d->axis, t));
}

static void
begin(struct drawing *d, int height)
{
	buf_addf(d->b, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n"
	    "<style>\n"
	    "text{font:13px sans-serif;fill:#222;white-space:pre}\n"
	    ".title{font:bold 16px sans-serif}\n"
	    ".name{text-anchor:end}\n"
	    ".tick{text-anchor:middle;fill:#555}\n"
	    ".cut{text-anchor:middle;font-style:italic;fill:#8a4b00}\n"
	    ".mark{text-anchor:middle;font-weight:bold;fill:#fff}\n"
	    ".note{text-anchor:middle;font-weight:bold}\n"
	    ".bad{fill:#b00020}\n"
	    "path{fill:none;stroke-linecap:round}\n"
	    ".grid{stroke:#ddd}\n"
	    ".reported{stroke:#0b5394;stroke-width:3.5}\n"
	    ".moved{stroke:#0b5394;stroke-width:1.5}\n"
	    ".timed{stroke:#666;stroke-width:1.5;stroke-dasharray:3 4}\n"
	    ".off{stroke:#b00020;stroke-width:3.5}\n"
	    ".request{stroke:#222;stroke-width:1.2}\n"
	    ".pending{fill:#f4b400}\n"
	    ".wait{fill:#cfe2f3}\n"
	    ".overdue{fill:#f4a3a8}\n"
	    ".said{fill:#0b5394}\n"
	    ".break{stroke:#8a4b00;stroke-width:1.5}\n"
	    ".trouble{fill:#b00020}\n"
	    ".event{fill:#555}\n"
	    ".warning{fill:#b45f06}\n"
	    "</style>\n", WIDTH, height, WIDTH, height);
	buf_addf(d->b, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n",
	    WIDTH, height);
}

/* At d->plot: the end itself. */
static struct timeline_stretch
stretch_at(const struct drawing *d, int x)
{
	uint64_t from = x < d->plot ? timeline_axis_time(&d->axis, x) : d->now;
	uint64_t to = timeline_axis_time(&d->axis, x + 1);

	return (timeline_stretch(&d->timeline, d->s, d->now, from,
	    to > from ? to : from + 1));
}

static const char *
class_of(uint8_t lane, uint8_t how)
{
	if (lane == TIMELINE_OFF)
		return ("off");
	return (how == ESTIMATE_REPORTED ? "reported" : how == ESTIMATE_MOVED ?
	    "moved" : "timed");
}

static void
draw_lanes(struct drawing *d)
{
	struct buf name = { 0 };
	unsigned i;

	for (i = 0; i < d->nlanes; i++) {
		buf_reset(&name);
		timeline_lane_words(&name, &d->timeline, d->order[i]);
		svg_text(d, SVG_LEFT - 10, d->y[d->order[i]] + 4, "name",
		    buf_str(&name));
		add_stroke(d, SVG_LEFT, d->y[d->order[i]], SVG_LEFT + d->plot,
		    d->y[d->order[i]], "grid");
	}
	svg_text(d, SVG_LEFT - 10, d->bottom + 16, "name", "requests");
	svg_text(d, SVG_LEFT - 10, d->bottom + 38, "name", "events");
	if (d->nfindings != 0)
		svg_text(d, SVG_LEFT - 10, d->bottom + 60, "name", "findings");
	buf_free(&name);
}

/* One class of shade, joined from pixel to pixel. */
static void
draw_shade(struct drawing *d, const char *class, double y, double height,
    bool (*holds)(const struct timeline_stretch *))
{
	struct timeline_stretch s;
	int x, from = -1;

	for (x = 0; x <= d->plot; x++) {
		s = stretch_at(d, x);
		if (x < d->plot && holds(&s)) {
			from = from < 0 ? x : from;
			continue;
		}
		if (from >= 0)
			svg_box(d, SVG_LEFT + from, y, x - from, height, class);
		from = -1;
	}
}

static bool
is_waiting(const struct timeline_stretch *s)
{
	return (s->waiting && !s->overdue);
}

static bool
is_overdue(const struct timeline_stretch *s)
{
	return (s->overdue);
}

static bool
is_pending(const struct timeline_stretch *s)
{
	return (s->pending);
}

static void
draw_climb(struct drawing *d, int x, const struct timeline_stretch *s)
{
	int low = d->y[s->first], high = low;
	unsigned i;

	for (i = 0; i < d->nlanes; i++) {
		if ((s->lanes & 1u << d->order[i]) == 0)
			continue;
		low = d->y[d->order[i]] < low ? d->y[d->order[i]] : low;
		high = d->y[d->order[i]] > high ? d->y[d->order[i]] : high;
	}
	if (low != high)
		add_stroke(d, SVG_LEFT + x, low, SVG_LEFT + x, high,
		    class_of(s->last, s->how));
}

static void
draw_line(struct drawing *d)
{
	struct timeline_stretch s, run = { .began = false };
	int x, from = 0;

	for (x = 0; x <= d->plot; x++, run = s) {
		s = stretch_at(d, x);
		if (!s.began)
			continue;
		if (run.began && (run.last != s.last || run.how != s.how ||
		    (s.lanes & (s.lanes - 1)) != 0)) {
			add_stroke(d, SVG_LEFT + from, d->y[run.last],
			    SVG_LEFT + x, d->y[run.last],
			    class_of(run.last, run.how));
			from = x;
		} else if (!run.began) {
			from = x;
		}
		draw_climb(d, x, &s);
	}
	if (run.began)
		add_stroke(d, SVG_LEFT + from, d->y[run.last], SVG_LEFT +
		    d->plot + STUB, d->y[run.last],
		    class_of(run.last, run.how));
}

/* A dot where the device said its state. */
static void
draw_reports(struct drawing *d)
{
	struct timeline_moment m;
	size_t i;

	for (i = 0; i < d->timeline.n && d->timeline.n <= DOTS; i++) {
		m = timeline_moment(&d->timeline, i);
		if (m.how == ESTIMATE_REPORTED && m.request != 0)
			buf_addf(d->b, "<circle cx=\"%.1f\" cy=\"%d\" "
			    "r=\"3\" class=\"said\"/>\n",
			    svg_x(d, m.at), d->y[m.lane]);
	}
}

static void
draw_requests(struct drawing *d)
{
	struct timeline_stretch s;
	int x;

	for (x = 0; x <= d->plot; x++) {
		s = stretch_at(d, x);
		if (s.requests > 0)
			add_stroke(d, SVG_LEFT + x, d->bottom + 4, SVG_LEFT + x,
			    d->bottom + 20, "request");
	}
}

/* A letter for each mark, the gravest of what comes close together. */
static void
draw_marks(struct drawing *d)
{
	struct timeline_stretch s, more;
	uint16_t bits;
	char letter[2] = "";
	bool bad;
	int x, i;

	for (x = 0; x <= d->plot; x++) {
		s = stretch_at(d, x);
		bits = s.marks & (uint16_t)~(TIMELINE_OVERDUE | TIMELINE_NOTE);
		for (i = 1; timeline_mark_letter(bits) != 0 && i < 12 &&
		    x + i <= d->plot; i++) {
			more = stretch_at(d, x + i);
			bits |= more.marks & (uint16_t)~(TIMELINE_OVERDUE |
			    TIMELINE_NOTE);
		}
		letter[0] = timeline_mark_letter(bits);
		if (letter[0] == 0)
			continue;
		bad = (bits & TIMELINE_TROUBLE) != 0;
		svg_box(d, SVG_LEFT + x - 8, d->bottom + 25, 16, 18, bad ?
		    "trouble" : "event");
		svg_text(d, SVG_LEFT + x, d->bottom + 39, "mark", letter);
		if (bad)
			buf_addf(d->b, "<circle cx=\"%d\" cy=\"%d\" r=\"4\" "
			    "class=\"trouble\"/>\n", SVG_LEFT + x,
			    d->y[s.last]);
		x += 12;
	}
}

static void
draw_cut(struct drawing *d, const struct timeline_piece *p)
{
	double x = SVG_LEFT + p->at + p->width / 2;
	struct buf b = { 0 };
	int i;

	text_duration(&b, p->to - p->from);
	svg_text(d, x, TOP - 30, "cut", buf_str(&b));
	for (i = -1; i <= 1; i += 2)
		add_stroke(d, x + 4 * i - 5, d->bottom, x + 4 * i + 5,
		    TOP - 24, "break");
	buf_free(&b);
}

/* Its label needs room up to that of the cut behind the piece. */
static void
draw_tick(struct drawing *d, const struct timeline_piece *p, uint64_t t,
    uint64_t step)
{
	double x = svg_x(d, t + d->timeline.follow.start);
	bool last = p + 1 == d->axis.pieces + d->axis.n;
	struct buf b = { 0 };

	timeline_axis_words(&b, t, step);
	add_stroke(d, x, TOP - 24, x, d->bottom, "grid");
	if (last || x + TICKS / 3 < SVG_LEFT + p->at + p->width)
		svg_text(d, x, TOP - 30, "tick", buf_str(&b));
	buf_free(&b);
}

static void
draw_axis(struct drawing *d)
{
	uint64_t step = timeline_axis_step(&d->axis, TICKS), t;
	uint64_t start = d->timeline.follow.start;
	const struct timeline_piece *p;
	size_t i;

	for (i = 0; i < d->axis.n; i++) {
		p = &d->axis.pieces[i];
		if (p->cut) {
			draw_cut(d, p);
			continue;
		}
		t = p->from > start ? (p->from - start + step - 1) / step *
		    step : 0;
		for (; t + start <= p->to; t += step)
			draw_tick(d, p, t, step);
	}
}

static void
draw_legend(struct drawing *d, int y)
{
	struct buf b = { 0 };
	size_t i;

	add_stroke(d, 20, y - 4, 50, y - 4, "reported");
	svg_text(d, 56, y, "", "reported");
	add_stroke(d, 130, y - 4, 160, y - 4, "moved");
	svg_text(d, 166, y, "", "inferred from requests");
	add_stroke(d, 320, y - 4, 350, y - 4, "timed");
	svg_text(d, 356, y, "", "by elapsed time, or unknown");
	svg_box(d, 530, y - 12, 20, 14, "wait");
	svg_text(d, 556, y, "", "announced wait");
	svg_box(d, 660, y - 12, 20, 14, "overdue");
	svg_text(d, 686, y, "", "overdue, still busy");
	svg_box(d, 830, y - 12, 20, 14, "pending");
	svg_text(d, 856, y, "", "request in progress");
	for (i = 0; timeline_mark(i) != 0; i++)
		if (timeline_mark(i) != TIMELINE_NOTE &&
		    timeline_mark(i) != TIMELINE_OVERDUE)
			buf_addf(&b, "%s%c %s", i > 0 ? "   " : "",
			    timeline_mark_letter(timeline_mark(i)),
			    timeline_mark_name(timeline_mark(i)));
	svg_text(d, 20, y + 20, "", buf_str(&b));
	buf_free(&b);
}

static void
draw(struct drawing *d)
{
	struct buf title = { 0 };
	int y = d->bottom + (d->nfindings != 0 ? 100 : 78);
	int height = y + 56 + SVG_ROW * svg_words_lines(d);

	begin(d, height);
	session_title(d->s, &title);
	svg_text(d, 20, 30, "title", buf_str(&title));
	buf_free(&title);
	draw_shade(d, "wait", TOP - 20, d->bottom - TOP + 20, is_waiting);
	draw_shade(d, "overdue", TOP - 20, d->bottom - TOP + 20, is_overdue);
	draw_shade(d, "pending", d->bottom + 8, 8, is_pending);
	draw_lanes(d);
	draw_axis(d);
	draw_line(d);
	draw_reports(d);
	draw_requests(d);
	draw_marks(d);
	svg_findings(d);
	draw_legend(d, y);
	svg_words(d, y + 52);
	buf_adds(d->b, "</svg>\n");
}

static int
earlier(const void *a, const void *b)
{
	const struct finding *const *x = a, *const *y = b;

	if ((*x)->at != (*y)->at)
		return ((*x)->at < (*y)->at ? -1 : 1);
	return ((*x)->first < (*y)->first ? -1 : (*x)->first > (*y)->first);
}

void
svg_export(struct buf *b, const struct app *app, const struct session *s,
    uint64_t now)
{
	struct drawing d = { .b = b, .s = s, .trace = app->sessions->trace,
	    .now = now };
	struct timeline_frame f = { .now = now, .columns = PLOT, .cut = CUT };
	struct finding held[FINDINGS_AT_MOST];
	struct verdict v;
	size_t nheld;
	unsigned i;

	timeline_update(&d.timeline, app->sessions, s, SIZE_MAX);
	v = verdict_of(s, s->stack, now);
	timeline_judge(&d.timeline, s, &v, now);
	timeline_axis_make(&d.axis, &d.timeline, &f);
	d.plot = d.axis.width < PLOT ? (int)d.axis.width : PLOT;
	if (d.timeline.n > 0)
		d.nlanes = timeline_lanes(&d.timeline, s, now, d.order);
	for (i = 0; i < d.nlanes; i++)
		d.y[d.order[i]] = TOP + (int)i * LANE;
	d.bottom = TOP + (int)d.nlanes * LANE - 14;
	d.nfindings = findings_sorted(s, now, held, &nheld, &d.findings);
	if (d.nfindings != 0)
		qsort(d.findings, d.nfindings, sizeof(*d.findings), earlier);
	draw(&d);
	while (nheld > 0)
		finding_free(&held[--nheld]);
	free(d.findings);
	timeline_clear(&d.timeline);
}
