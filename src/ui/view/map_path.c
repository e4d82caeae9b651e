/* SPDX-License-Identifier: ISC */
#include "ui/view/map_path.h"

#include <stdio.h>
#include <string.h>

#include "dfu/spec.h"

/*
 * From the last step back to where the way began: unknown, or dfuIDLE. At rest
 * it is over: what is left of it is how it ended.
 */
static size_t
map_path_start(const struct session *s)
{
	const struct path_step *step;
	size_t i;

	if (s->npath > 0 && s->path[s->npath - 1].to != NO_STATE &&
	    dfu_state_is(s->path[s->npath - 1].to, DFU_STATES_REST))
		return (s->npath - 1);
	for (i = s->npath; i > 0; i--) {
		step = &s->path[i - 1];
		if (step->from == step->to)
			continue;
		if (step->from == NO_STATE)
			return (i);
		if (dfu_state_is(step->from, DFU_STATES_REST))
			return (i - 1);
	}
	return (0);
}

static void
add_time(struct map_path *w, const struct frame *sc)
{
	const struct estimate *was = &sc->session->estimate;

	if (sc->estimate.how != ESTIMATE_TIMED ||
	    was->how == ESTIMATE_UNKNOWN || was->state == sc->estimate.state)
		return;
	w->steps[w->n++] = (struct path_step){ .from = was->state,
	    .to = sc->estimate.state, .input = DFU_IN_TIME,
	    .outcome = OUTCOME_OK, .at = sc->estimate.since };
}

void
map_path_find(struct map_path *w, const struct frame *sc)
{
	const struct session *s = sc->session;
	const struct path_step *last;
	size_t i;

	memset(w, 0, sizeof(*w));
	for (i = map_path_start(s); i < s->npath; i++)
		if (s->path[i].from != s->path[i].to)
			w->steps[w->n++] = s->path[i];
	last = s->npath > 0 ? &s->path[s->npath - 1] : NULL;
	if (last != NULL && !outcome_is_answer(last->outcome) &&
	    last->outcome != OUTCOME_UNKNOWN)
		w->failed = last;
	if (s->present)
		add_time(w, sc);
}

static bool
is_estimated(const struct frame *sc, uint8_t state)
{
	return ((sc->estimate.how == ESTIMATE_MOVED ||
	    sc->estimate.how == ESTIMATE_TIMED) && sc->estimate.state == state);
}

static void
set_clock(struct mark *m, const struct frame *sc)
{
	struct buf b = { 0 };

	clock_age(&b, sc->estimate.since, sc->now);
	snprintf(m->clock, sizeof(m->clock), "%s", buf_str(&b));
	buf_free(&b);
}

struct mark
map_path_mark(const struct frame *sc, uint8_t state)
{
	const struct session *s = sc->session;
	struct mark m = { MARK_NONE, STYLE_NORMAL, STYLE_NORMAL, "" };
	bool reported = s->reported.known && s->reported.state == state;

	if (!s->present) {
		if (reported) {
			m.kind = MARK_REPORTED;
			m.style = m.clock_style = STYLE_STRONG;
			snprintf(m.clock, sizeof(m.clock), "last");
		}
	} else if (is_estimated(sc, state)) {
		m.kind = MARK_ESTIMATED;
		m.style = reported ? STYLE_PRESENT : STYLE_ESTIMATED;
		m.clock_style = STYLE_ESTIMATED;
		set_clock(&m, sc);
	} else if (reported) {
		/* The brightest, also where another state is expected. */
		m.kind = MARK_REPORTED;
		m.style = STYLE_PRESENT;
		m.clock_style = STYLE_STRONG;
		if (!frame_unknown(sc) && sc->estimate.state == state)
			set_clock(&m, sc);
		else
			snprintf(m.clock, sizeof(m.clock), "#%u",
			    s->reported.by);
	} else if (sc->ghost == state) {
		m.kind = MARK_GHOST;
		m.style = m.clock_style = STYLE_GHOST;
		snprintf(m.clock, sizeof(m.clock), "next");
	}
	return (m);
}

void
map_path_box(
    struct buf *b, const struct mark *m, uint8_t state, const char *clock)
{
	static const char *const before[] = { "", "[[ ", "( ", "{ " };
	static const char *const behind[] = { "", " ]]", " )", " }" };

	buf_adds(b, before[m->kind]);
	dfu_state_label(b, state);
	if (clock != NULL && *clock != '\0')
		buf_addf(b, "  %s", clock);
	buf_adds(b, behind[m->kind]);
}

const char *
map_path_input(const struct path_step *step)
{
	if (step->input < 0)
		return ("request");
	if (step->input == DFU_IN_DNLOAD0)
		return ("DNLOAD len=0");
	return (dfu_input_name((enum dfu_input)step->input));
}

void
map_path_step_words(const struct path_step *step, struct buf *b)
{
	buf_addf(b, "%s %s", map_path_input(step), outcome_mark(step->outcome));
	if (step->by != 0)
		buf_addf(b, " #%u", step->by);
}

bool
map_path_apart(const struct frame *sc)
{
	const struct session *s = sc->session;

	return (!s->present || frame_unknown(sc) ||
	    (s->reported.known && s->reported.state >= DFU_STATE_COUNT &&
	    sc->estimate.state == s->reported.state));
}

void
map_path_why_unknown(const struct frame *sc, struct buf *b)
{
	const struct session *s = sc->session;
	const struct request *r;

	if (!s->present) {
		clock_age(b, s->left_at, sc->now);
		buf_adds(b, " ago");
	} else if (s->pending.number != 0 && s->estimate.by == 0) {
		buf_addf(b, "#%u asks now", s->pending.number);
	} else if (s->estimate.by != 0) {
		r = session_request(s, s->estimate.by);
		buf_addf(b, "since #%u", s->estimate.by);
		if (r != NULL && *outcome_mark(r->outcome) != '\0')
			buf_addf(b, ": %s", outcome_mark(r->outcome));
	} else {
		buf_adds(b, session_requests(s) == 0 ? "not queried" :
		    "not queried since");
	}
}

static void
step_words(struct buf *b, const struct path_step *step)
{
	if (step->input == DFU_IN_TIME)
		buf_adds(b, " ┄time→ ");
	else
		buf_addf(b, " ─%s%s%s→ ", map_path_input(step),
		    outcome_is_answer(step->outcome) ? "" : " ",
		    outcome_mark(step->outcome));
	if (step->to == NO_STATE)
		buf_addc(b, '?');
	else
		buf_addf(b, "%u", step->to);
}

void
map_path_line(struct area a, const struct map_path *w)
{
	struct buf b = { 0 };
	size_t i, first;
	int room = a.cols - 6;

	for (first = 0; first < w->n; first++) {
		buf_reset(&b);
		if (first > 0)
			buf_adds(&b, "… ");
		if (w->steps[first].from == NO_STATE)
			buf_addc(&b, '?');
		else
			buf_addf(&b, "%u", w->steps[first].from);
		for (i = first; i < w->n; i++)
			step_words(&b, &w->steps[i]);
		if (area_columns(&a, buf_str(&b)) <= room)
			break;
	}
	if (w->n > 0) {
		area_text(a, 0, 1, STYLE_LABEL, "path");
		area_fit(a, 0, 6, room, STYLE_PATH, buf_str(&b));
	}
	buf_free(&b);
}
