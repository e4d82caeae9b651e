/* SPDX-License-Identifier: ISC */
/* The picture of states over time: its words, and the marks of findings. */
#include "report/svg_own.h"

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/finding.h"

#define TROUBLES	12	/* the latest, in words */
#define CLOSE		34	/* marks closer than this are joined */

static void
request_words(struct buf *b, const struct drawing *d, const struct request *r)
{
	const struct event *submit = trace_get(d->trace, r->submit);
	size_t bare;

	buf_addf(b, ": #%u ", r->number);
	words_request_name(b, &r->setup);
	bare = b->len;
	buf_addc(b, ' ');
	if (submit != NULL)
		words_request(b, submit, &r->meaning);
	if (b->len == bare + 1)
		buf_cut(b, bare);
}

/* The latest request before moment i, or NULL. */
static const struct request *
told_before(const struct drawing *d, size_t i)
{
	struct timeline_moment m = timeline_moment(&d->timeline, i);

	while (i > 0 && m.request == 0)
		m = timeline_moment(&d->timeline, --i);
	return (session_request(d->s, m.request));
}

/* What the verdict warns of at the end. */
static int
draw_live(struct drawing *d, int y)
{
	const struct timeline_live *live = &d->timeline.live;
	const struct request *r = session_request(d->s, live->by);
	struct buf b = { 0 };

	if (live->marks == 0)
		return (y);
	buf_addf(&b, "%.3f s  %c  %s", (double)(live->from -
	    d->timeline.follow.start) / 1e6, timeline_mark_letter(live->marks),
	    live->word);
	if (d->now > live->from) {
		buf_adds(&b, " for ");
		text_duration(&b, d->now - live->from);
	}
	if (r != NULL)
		request_words(&b, d, r);
	svg_text(d, 20, y, "bad", buf_str(&b));
	buf_free(&b);
	return (y + SVG_ROW);
}

/* The troubles in words, the latest last. */
static int
draw_troubles(struct drawing *d, int y)
{
	struct timeline_moment m;
	size_t at[TROUBLES], n = 0, i = d->timeline.n;
	const struct request *r;
	struct buf b = { 0 };

	while (n < TROUBLES && (i = timeline_seek(&d->timeline, i, -1,
	    TIMELINE_TROUBLE)) != SIZE_MAX)
		at[n++] = i;
	for (; n > 0; n--, y += SVG_ROW) {
		i = at[n - 1];
		m = timeline_moment(&d->timeline, i);
		buf_reset(&b);
		buf_addf(&b, "%.3f s  %c  %s",
		    (double)(m.at - d->timeline.follow.start) / 1e6,
		    timeline_mark_letter(m.marks & TIMELINE_TROUBLE),
		    timeline_mark_name(m.marks & TIMELINE_TROUBLE));
		r = session_request(d->s, m.request);
		/* Where patience ended: who had said so. */
		if (m.marks & TIMELINE_LATE)
			r = told_before(d, i);
		if (r != NULL)
			request_words(&b, d, r);
		if (i > 0) {
			buf_adds(&b, " in ");
			timeline_lane_words(&b, &d->timeline,
			    timeline_moment(&d->timeline, i - 1).lane);
		}
		svg_text(d, 20, y, "bad", buf_str(&b));
	}
	buf_free(&b);
	return (draw_live(d, y));
}

/* What is the case at the end. */
static int
draw_end(struct drawing *d, int y)
{
	struct timeline_stretch s = timeline_stretch(&d->timeline, d->s, d->now,
	    d->now, d->now + 1);
	const struct pending *p = &d->s->pending;
	struct buf b = { 0 };

	buf_addf(&b, "%.3f s, the end: ", (double)(d->now -
	    d->timeline.follow.start) / 1e6);
	timeline_lane_words(&b, &d->timeline, s.last);
	if (s.last != TIMELINE_OFF && s.last != TIMELINE_UNKNOWN)
		buf_adds(&b, s.how == ESTIMATE_REPORTED ? ", reported" :
		    s.how == ESTIMATE_TIMED ? ", by elapsed time, not queried" :
		    ", by the specification, not queried");
	if (d->s->reported.known && s.how != ESTIMATE_REPORTED) {
		buf_adds(&b, "; last report: ");
		dfu_state_label(&b, d->s->reported.state);
		buf_addf(&b, ", #%u, ", d->s->reported.by);
		text_duration(&b, d->now - d->s->reported.at);
		buf_adds(&b, " ago");
	}
	if (p->number != 0) {
		buf_addf(&b, "; #%u ", p->number);
		words_request_name(&b, &p->setup);
		buf_adds(&b, " has no answer after ");
		text_duration(&b, d->now - p->at);
	}
	svg_text(d, 20, y, "", buf_str(&b));
	buf_free(&b);
	return (y + 18);
}

/* The marks: one for those that are close together, "F1", "F2-F4". */
void
svg_findings(struct drawing *d)
{
	struct buf b = { 0 };
	size_t i, first;
	double x, y = d->bottom + 60;

	for (first = 0; first < d->nfindings; first = i) {
		x = svg_x(d, d->findings[first]->at);
		for (i = first + 1; i < d->nfindings &&
		    svg_x(d, d->findings[i]->at) - x < CLOSE; i++)
			continue;
		buf_reset(&b);
		buf_addf(&b, "F%zu", first + 1);
		if (i > first + 1)
			buf_addf(&b, "-F%zu", i);
		svg_box(d, x - 1, y - 13, 2, 16, "warning");
		svg_text(d, x + 4, y, "", buf_str(&b));
	}
	buf_free(&b);
}

/* "F1  0.412 s  error, the device's side: ... (#6)" */
static int
draw_findings(struct drawing *d, int y)
{
	const struct finding *f;
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < d->nfindings; i++, y += SVG_ROW) {
		f = d->findings[i];
		buf_reset(&b);
		buf_addf(&b, "%.3f s  F%zu  %s, %s: %s", (double)(f->at -
		    d->timeline.follow.start) / 1e6, i + 1,
		    severity_name(f->row->severity),
		    finding_fault_words(f->row->fault), f->row->title);
		if (f->first != 0) {
			buf_adds(&b, " (");
			finding_requests(f, &b);
			buf_addc(&b, ')');
		}
		svg_text(d, 20, y, "", buf_str(&b));
	}
	buf_free(&b);
	return (y);
}

/* A window of the trace: what was before is not in the picture. */
static int
draw_missing(struct drawing *d, int y)
{
	struct buf b = { 0 };

	if (trace_first(d->trace) == 0)
		return (y);
	buf_addf(&b, "dfuscope did not keep what came before (%zu event%s).",
	    trace_first(d->trace), TEXT_S(trace_first(d->trace)));
	svg_text(d, 20, y, "bad", buf_str(&b));
	buf_free(&b);
	return (y + SVG_ROW);
}

int
svg_words_lines(const struct drawing *d)
{
	size_t i = d->timeline.n, n = 0;

	while (n < TROUBLES && (i = timeline_seek(&d->timeline, i, -1,
	    TIMELINE_TROUBLE)) != SIZE_MAX)
		n++;
	return ((int)(n + d->nfindings) + (d->timeline.live.marks != 0) +
	    (trace_first(d->trace) != 0) + 1);
}

void
svg_words(struct drawing *d, int y)
{
	y = draw_missing(d, y);
	draw_end(d, draw_findings(d, draw_troubles(d, y)));
}
