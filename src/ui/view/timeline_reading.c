/* SPDX-License-Identifier: ISC */
/* What the cursor of states over time reads. */
#include "ui/view/timeline_reading.h"

#include "base/text.h"
#include "dfu/spec.h"
#include "diagnosis/finding.h"

static void
read_request(struct buf *b, const struct frame *sc,
    const struct timeline_moment *m)
{
	const struct request *r = session_request(sc->session, m->request);
	const struct trace *t = sc->app->sessions->trace;
	const struct event *submit, *e;
	size_t bare;

	if (r == NULL) {
		e = trace_get(t, m->index);
		if ((m->marks & TIMELINE_OVERDUE) != 0)
			buf_adds(b, "busy longer than announced");
		else if (m->marks == 0)
			buf_adds(b, "elapsed time");
		else if (e != NULL)
			words_event(b, e, NULL, NULL);
		return;
	}
	buf_addf(b, "#%u ", r->number);
	words_request_name(b, &r->setup);
	submit = trace_get(t, r->submit);
	if (submit != NULL) {
		bare = b->len;
		buf_addc(b, ' ');
		words_request_brief(b, submit, &r->meaning);
		if (b->len == bare + 1)
			buf_cut(b, bare);
		buf_adds(b, " → ");
		e = trace_get(t, r->complete);
		if (e != NULL)
			words_answer(b, submit, e);
	}
	buf_adds(b, ", took ");
	text_duration(b, m->took);
}

static const char *
how_words(uint8_t lane, uint8_t how)
{
	if (lane == TIMELINE_OFF)
		return ("");
	switch ((enum estimate_how)how) {
	case ESTIMATE_UNKNOWN:
		return ("");
	case ESTIMATE_REPORTED:
		return (", reported");
	case ESTIMATE_MOVED:
		return (" by what was sent, not queried since");
	case ESTIMATE_TIMED:
		return (" by elapsed time, not queried since");
	}
	return ("");
}

struct reading {
	const struct frame		*sc;
	const struct timeline_view	*view;
	uint64_t			 start;	/* time 0 */
	uint64_t			 until;	/* the cursor's column ends */
	int				 row;	/* the next one */
};

/* The answer that announced what holds at moment i. */
static size_t
answer_of(const struct reading *c, size_t i)
{
	struct timeline_moment m = timeline_moment(&c->view->timeline, i);
	size_t at = i;

	while (at > 0 && m.request == 0 &&
	    (m.marks & ~(TIMELINE_OVERDUE | TIMELINE_LATE | TIMELINE_NOTE)) ==
		0)
		m = timeline_moment(&c->view->timeline, --at);
	return (m.request != 0 ? at : i);
}

static void
read_wait(struct buf *b, const struct reading *c,
    size_t i, const struct timeline_stretch *x)
{
	struct timeline_moment m = timeline_moment(&c->view->timeline,
	    answer_of(c, i));
	uint64_t over = timeline_wait_end(&m), t = c->view->cursor;

	if (x->overdue)
		buf_adds(b, "OVERDUE: ");
	if ((m.marks & TIMELINE_WAIT) == 0) {
		return;
	}
	buf_addf(b, "%u ms announced, ", m.poll);
	if (t < over) {
		text_duration(b, over - t);
		buf_adds(b, " left");
		return;
	}
	buf_adds(b, "over for ");
	clock_age(b, over, t);
}

static void
read_pending(struct buf *b, const struct reading *c)
{
	const struct pending *p = &c->sc->session->pending;

	if (p->number == 0 || c->view->cursor < p->at)
		return;
	buf_addf(b, "#%u ", p->number);
	words_request_name(b, &p->setup);
	buf_adds(b, " has no answer for ");
	clock_age(b, p->at, c->view->cursor);
}

enum style
timeline_reading_style(uint8_t lane, uint8_t how)
{
	if (lane == TIMELINE_OFF || lane == DFU_STATE_ERROR)
		return (STYLE_DANGER);
	if (lane == TIMELINE_UNKNOWN)
		return (STYLE_WARNING);
	return (how == ESTIMATE_REPORTED ? STYLE_PATH : STYLE_ESTIMATED);
}

static void
read_line(struct area a, struct reading *c, const char *label, enum style st,
    const struct buf *b)
{
	area_text(a, c->row, 1, STYLE_LABEL, label);
	area_fit(a, c->row++, 9, a.cols - 10, st, buf_str(b));
}

static void
read_state(struct area a, struct reading *c)
{
	const struct timeline *l = &c->view->timeline;
	size_t i = timeline_view_moment(c->view, c->sc->now), from = i;
	struct timeline_moment m = timeline_moment(l, i), begin = m;
	uint64_t t = c->view->cursor;
	struct timeline_stretch x = timeline_stretch(&c->view->timeline,
	    c->sc->session, c->sc->now, t, t + 1);
	struct buf b = { 0 };

	/* As far back as the line is straight, within reason. */
	while (from > 0 && i - from < 1000 &&
	    timeline_moment(l, from - 1).lane == x.last)
		begin = timeline_moment(l, --from);
	if (m.how == ESTIMATE_REPORTED && x.how == ESTIMATE_TIMED) {
		clock_age(&b, m.at, t);
		buf_adds(&b, " since it reported ");
		timeline_lane_words(&b, l, m.lane);
		buf_adds(&b, "; by elapsed time ");
		timeline_lane_words(&b, l, x.last);
	} else {
		timeline_lane_words(&b, l, x.last);
		buf_adds(&b, how_words(x.last, x.how));
		buf_adds(&b, i - from == 1000 ? ", for more than " :
		    ", for ");
		clock_age(&b, m.lane != x.last ? m.at : begin.at, t);
	}
	read_line(a, c, "state", timeline_reading_style(x.last, x.how), &b);
	buf_reset(&b);
	read_pending(&b, c);
	if (b.len == 0)
		read_wait(&b, c, i, &x);
	if (b.len != 0)
		read_line(a, c, "wait", x.overdue ? STYLE_DANGER :
		    STYLE_NORMAL, &b);
	buf_free(&b);
}

/* "overdue since 3.656 s, for 12 s: #6 GETSTATUS, 7 dfuMANIFEST" */
static void
live_words(struct buf *b, const struct reading *c)
{
	const struct timeline_live *live = &c->view->timeline.live;
	const struct request *r = session_request(c->sc->session, live->by);
	const struct pending *p = &c->sc->session->pending;
	uint8_t lane = live->marks == TIMELINE_OVERDUE ?
	    c->view->timeline.stay.lane : TIMELINE_UNKNOWN;

	buf_addf(b, "%s since ", live->word);
	clock_time(b, live->from - c->start);
	buf_adds(b, ", for ");
	clock_age(b, live->from, c->sc->now);
	if (r == NULL && live->by != p->number)
		return;
	buf_addf(b, ": #%u ", live->by);
	words_request_name(b, r != NULL ? &r->setup : &p->setup);
	if (lane == TIMELINE_UNKNOWN)
		return;
	buf_adds(b, " reported ");
	timeline_lane_words(b, &c->view->timeline, lane);
}

/* What, when, of which request, where. */
static void
trouble_words(struct buf *b, const struct reading *c, size_t i)
{
	const struct timeline *t = &c->view->timeline;
	struct timeline_moment m = timeline_moment(t, i), before = m, of;
	const struct request *r;
	size_t said = i;

	/* It left in the middle of that request, or was told to be busy. */
	if (i > 0)
		before = timeline_moment(t, i - 1);
	if ((m.marks & TIMELINE_OVERDUE) != 0) {
		said = answer_of(c, i);
	} else if (m.request == 0 && i > 0 &&
	    (before.marks & TIMELINE_GONE) != 0) {
		said = --i;
		m = before;
		if (i > 0)
			before = timeline_moment(t, i - 1);
	}
	of = timeline_moment(t, said);
	r = session_request(c->sc->session, of.request);
	buf_addf(b, "%s at ", timeline_mark_name(m.marks & TIMELINE_TROUBLE));
	clock_time(b, m.at - c->start);
	if (r != NULL) {
		buf_addf(b, ": #%u ", r->number);
		words_request_name(b, &r->setup);
	}
	if (i > 0) {
		buf_adds(b, said != i ? " reported " : " in ");
		timeline_lane_words(b, t, said != i ? of.lane : before.lane);
	}
}

/* The latest trouble up to the cursor. */
static void
read_trouble(struct area a, struct reading *c, size_t i)
{
	const struct timeline *t = &c->view->timeline;
	struct buf b = { 0 };
	enum style st = STYLE_DANGER;

	i = timeline_seek(t, i + 1, -1, TIMELINE_TROUBLE);
	if (i == SIZE_MAX)
		i = timeline_seek(t, timeline_find(t, c->until + 1), -1,
		    TIMELINE_TROUBLE);
	if (t->live.marks != 0 && c->view->cursor >= t->live.from &&
	    (i == SIZE_MAX || t->live.from >= timeline_moment(t, i).at)) {
		live_words(&b, c);
	} else if (i != SIZE_MAX) {
		trouble_words(&b, c, i);
	} else if (c->view->held) {
		buf_adds(&b, "none so far");
		st = STYLE_NORMAL;
	}
	if (b.len != 0)
		read_line(a, c, "problem", st, &b);
	buf_free(&b);
}

/* The latest finding up to t, or NULL; of one moment the gravest. */
static const struct finding *
latest_finding(const struct reading *c, uint64_t t, size_t *n)
{
	const struct finding *f = NULL, *other;
	size_t i;

	for (i = *n = 0; i < c->sc->findings.standing; i++) {
		other = c->sc->findings.list[i];
		if (other->at > t)
			continue;
		(*n)++;
		if (f == NULL || other->at > f->at)
			f = other;
	}
	return (f);
}

/* None before the cursor may yet be one in its column. */
static void
read_finding(struct area a, struct reading *c)
{
	const struct finding *f;
	struct buf b = { 0 };
	size_t n;

	f = latest_finding(c, c->view->cursor, &n);
	if (f == NULL)
		f = latest_finding(c, c->until, &n);
	if (f == NULL) {
		if (c->sc->findings.standing != 0)
			buf_adds(&b, "none so far");
	} else {
		finding_requests(f, &b);
		buf_addf(&b, "%s%s", b.len > 0 ? " " : "", f->row->title);
		if (n > 1)
			buf_addf(&b, ", the last of %zu", n);
	}
	if (b.len != 0)
		read_line(a, c, "finding", STYLE_NORMAL, &b);
	buf_free(&b);
}

int
timeline_reading(struct area a, const struct frame *sc, uint64_t step,
    uint64_t until)
{
	struct timeline_view *view = &sc->view->timeline;
	struct reading c = { sc, view, view->timeline.follow.start, until,
	    0 };
	size_t i = timeline_view_moment(view, sc->now);
	struct timeline_moment m;
	struct buf b = { 0 };

	if (i == SIZE_MAX)
		return (0);
	m = timeline_moment(&view->timeline, i);
	timeline_axis_words(&b, view->cursor - c.start, step);
	buf_adds(&b, view->held ? ": " : ", now; last: ");
	read_request(&b, sc, &m);
	read_line(a, &c, "at", (m.marks & TIMELINE_TROUBLE) != 0 ?
	    STYLE_DANGER : STYLE_STRONG, &b);
	read_state(a, &c);
	read_trouble(a, &c, i);
	read_finding(a, &c);
	buf_free(&b);
	return (c.row);
}
