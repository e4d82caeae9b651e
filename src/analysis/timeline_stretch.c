/* SPDX-License-Identifier: ISC */
/* What a stretch of time holds, and the words for it. */
#include "analysis/timeline.h"

#include "dfu/spec.h"

/* The state between two moments, or behind the last one. */
struct stay {
	uint8_t	 lane;
	uint8_t	 how;
};

static uint8_t
live_lane(const struct timeline *sc, const struct session *s,
    const struct estimate *b)
{
	unsigned i;

	if (!s->present && s->arrivals > 0)
		return (TIMELINE_OFF);
	if (b->how == ESTIMATE_UNKNOWN)
		return (TIMELINE_UNKNOWN);
	if (b->state < DFU_STATE_COUNT)
		return (b->state);
	for (i = 0; i < sc->nodd; i++)
		if (sc->odd[TIMELINE_ODD + i] == b->state)
			return ((uint8_t)(TIMELINE_ODD + i));
	return (TIMELINE_LANES - 1);
}

static bool
is_live(const struct timeline *sc, const struct session *s, size_t i)
{
	return (i + 1 == sc->n && s != NULL && sc->of == s);
}

/*
 * The stay behind moment i at time t. Behind the last one time may have
 * moved the state: the session tells.
 */
static struct stay
stay_at(
    const struct timeline *sc, const struct session *s, size_t i, uint64_t t)
{
	const struct timeline_moment m = timeline_moment(sc, i);
	struct stay stay = { m.lane, m.how };
	struct estimate b;

	if (!is_live(sc, s, i))
		return (stay);
	b = session_estimate(s, t);
	if (b.how == ESTIMATE_TIMED || m.request == 0) {
		stay.lane = live_lane(sc, s, &b);
		stay.how = (uint8_t)b.how;
	}
	if (stay.lane == TIMELINE_OFF)
		stay.how = ESTIMATE_REPORTED;
	return (stay);
}

static void
add_pending(struct timeline_stretch *x, const struct timeline *sc,
    const struct session *s, size_t next, uint64_t from, uint64_t to)
{
	struct timeline_moment m;

	if (next < sc->n) {
		m = timeline_moment(sc, next);
		if (m.took > 0 && m.at - m.took < to && m.at > from)
			x->pending = true;
	} else if (s != NULL && s->pending.number != 0 &&
	    s->pending.at < to) {
		x->pending = true;
	}
}

/* The stay behind moment i, as far as it lies in the stretch. */
static void
add_stay(struct timeline_stretch *x, const struct timeline *sc,
    const struct session *s, size_t i, uint64_t from, uint64_t to)
{
	const struct timeline_moment m = timeline_moment(sc, i);
	uint64_t over = timeline_wait_end(&m);

	if (m.poll > 0 && over > from && m.at < to)
		x->waiting = true;
	if ((m.marks & TIMELINE_LATE) != 0 && (i + 1 == sc->n ||
	    timeline_moment(sc, i + 1).at > from))
		x->overdue = true;
	if (is_live(sc, s, i) && (sc->live.marks & TIMELINE_OVERDUE) != 0 &&
	    sc->live.from < to)
		x->overdue = true;
	x->last = stay_at(sc, s, i, to - 1).lane;
	x->how = stay_at(sc, s, i, to - 1).how;
	x->lanes |= 1u << x->last;
}

static void
add_moments(struct timeline_stretch *x, const struct timeline *sc, size_t first,
    size_t end)
{
	struct timeline_sum sum = timeline_sum(sc, first, end);

	x->lanes |= sum.lanes;
	x->marks |= sum.marks;
	x->requests = sum.requests;
	if (sum.requests > 0)
		x->pending = true;
	if (end - first > 1) {
		x->waiting |= (sum.marks & TIMELINE_WAIT) != 0;
		x->overdue |= (sum.marks & TIMELINE_LATE) != 0;
	}
}

struct timeline_stretch
timeline_stretch(const struct timeline *sc, const struct session *s,
    uint64_t now, uint64_t from, uint64_t to)
{
	struct timeline_stretch x = { .first = TIMELINE_UNKNOWN,
	    .last = TIMELINE_UNKNOWN };
	size_t first, end;

	if (to <= from)
		to = from + 1;
	if (to > now + 1)
		to = now + 1 > from ? now + 1 : from + 1;
	first = timeline_find(sc, from);
	end = timeline_find(sc, to);
	x.began = end > 0;
	if (first > 0) {
		x.first = stay_at(sc, s, first - 1, from).lane;
		x.how_first = stay_at(sc, s, first - 1, from).how;
		x.lanes |= 1u << x.first;
		add_stay(&x, sc, s, first - 1, from, to);
	} else if (end > 0) {
		x.first = timeline_moment(sc, 0).lane;
		x.how_first = timeline_moment(sc, 0).how;
	}
	add_pending(&x, sc, s, first, from, to);
	if (end > first) {
		add_moments(&x, sc, first, end);
		add_stay(&x, sc, s, end - 1, from, to);
		add_pending(&x, sc, s, end, from, to);
	}
	if (sc->of == s && sc->live.from >= from && sc->live.from < to)
		x.marks |= sc->live.marks;
	return (x);
}

unsigned
timeline_lanes(const struct timeline *sc, const struct session *s, uint64_t now,
    uint8_t order[TIMELINE_LANES])
{
	uint32_t lanes = sc->lanes;
	unsigned n = 0, i, value;

	if (sc->n > 0)
		lanes |= 1u << stay_at(sc, s, sc->n - 1, now).lane;
	for (i = 0; i < DFU_STATE_COUNT; i++)
		if ((lanes & 1u << i) != 0)
			order[n++] = (uint8_t)i;
	for (value = DFU_STATE_COUNT; value < 256; value++)
		for (i = TIMELINE_ODD; i < TIMELINE_ODD + sc->nodd; i++)
			if (sc->odd[i] == value && (lanes & 1u << i) != 0)
				order[n++] = (uint8_t)i;
	for (i = TIMELINE_UNKNOWN; i <= TIMELINE_OFF; i++)
		if ((lanes & 1u << i) != 0)
			order[n++] = (uint8_t)i;
	return (n);
}

void
timeline_lane_words(struct buf *b, const struct timeline *sc, uint8_t lane)
{
	if (lane < DFU_STATE_COUNT)
		dfu_state_label(b, lane);
	else if (lane == TIMELINE_UNKNOWN)
		buf_adds(b, "unknown");
	else if (lane == TIMELINE_OFF)
		buf_adds(b, "disconnected");
	else
		dfu_state_label(b, sc->odd[lane]);
}

/* The gravest first. */
static const struct {
	uint16_t	 mark;
	char		 letter;
	const char	*name;
} marks[] = {
	{ TIMELINE_GONE, 'G', "gone" },
	{ TIMELINE_TIMEOUT, 'T', "no answer" },
	{ TIMELINE_STALL, 'S', "STALL" },
	{ TIMELINE_BROKEN, 'E', "bus error" },
	{ TIMELINE_CANCELLED, 'C', "cancelled" },
	{ TIMELINE_OVERDUE, '!', "overdue" },
	{ TIMELINE_ERROR, 'X', "error" },
	{ TIMELINE_VERDICT, 'V', "verdict" },
	{ TIMELINE_LOST, '?', "events lost" },
	{ TIMELINE_LEFT, 'L', "left" },
	{ TIMELINE_RESET, 'R', "reset" },
	{ TIMELINE_ARRIVED, 'A', "arrived" },
	{ TIMELINE_NOTE, '=', "remark" }
};
#define NMARKS	(sizeof(marks) / sizeof(marks[0]))

const char *
timeline_mark_name(uint16_t bits)
{
	size_t i;

	for (i = 0; i < NMARKS; i++)
		if ((bits & marks[i].mark) != 0)
			return (marks[i].name);
	return ("");
}

char
timeline_mark_letter(uint16_t bits)
{
	size_t i;

	for (i = 0; i < NMARKS; i++)
		if ((bits & marks[i].mark) != 0)
			return (marks[i].letter);
	return (0);
}

uint16_t
timeline_mark(size_t i)
{
	return (i < NMARKS ? marks[i].mark : 0);
}
