/* SPDX-License-Identifier: ISC */
#include "analysis/timeline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/spec.h"
#include "diagnosis/verdict.h"
#include "wire/usb.h"

#define BLOCK_BITS	5
#define BLOCK		((size_t)1 << BLOCK_BITS)
/* What is shorter is never taken for a gap, us. */
#define GAP_LEAST	500000
#define NONE		SIZE_MAX

void
timeline_clear(struct timeline *sc)
{
	size_t i;

	packed_clear(&sc->moments);
	for (i = 0; i < TIMELINE_LEVELS; i++)
		free(sc->sums[i]);
	memset(sc, 0, sizeof(*sc));
}

size_t
timeline_memory(const struct timeline *sc)
{
	size_t n = packed_memory(&sc->moments), i;

	for (i = 0; i < TIMELINE_LEVELS; i++)
		n += sc->sums_cap[i] * sizeof(*sc->sums[i]);
	return (n);
}

/* Moments before the last, as numbers. */
enum { AT, TOOK, POLL, MARKS, LANE, INDEX, REQUEST, FIELDS };

static void
pack(struct timeline *sc, const struct timeline_moment *m)
{
	const uint64_t v[FIELDS] = { [AT] = m->at, [TOOK] = m->took,
	    [POLL] = m->poll, [MARKS] = m->marks,
	    [LANE] = m->lane | (uint64_t)m->how << 8, [INDEX] = m->index,
	    [REQUEST] = m->request };

	sc->moments.width = FIELDS;
	sc->moments.steady = 1 << AT | 1 << INDEX | 1 << REQUEST;
	packed_add(&sc->moments, v);
}

struct timeline_moment
timeline_moment(const struct timeline *sc, size_t i)
{
	uint64_t v[FIELDS];

	if (i + 1 == sc->n)
		return (sc->last);
	packed_get(&sc->moments, i, v);
	return ((struct timeline_moment){ .at = v[AT],
	    .took = (uint32_t)v[TOOK], .poll = (uint32_t)v[POLL],
	    .marks = (uint16_t)v[MARKS], .lane = (uint8_t)v[LANE],
	    .how = (uint8_t)(v[LANE] >> 8), .index = (size_t)v[INDEX],
	    .request = (uint32_t)v[REQUEST] });
}

static uint8_t
lane_of(struct timeline *sc, uint8_t state)
{
	unsigned i;

	if (state == NO_STATE)
		return (TIMELINE_UNKNOWN);
	if (state < DFU_STATE_COUNT)
		return (state);
	for (i = 0; i < sc->nodd; i++)
		if (sc->odd[TIMELINE_ODD + i] == state)
			return ((uint8_t)(TIMELINE_ODD + i));
	if (TIMELINE_ODD + sc->nodd == TIMELINE_LANES)
		return (TIMELINE_LANES - 1);
	sc->odd[TIMELINE_ODD + sc->nodd] = state;
	return ((uint8_t)(TIMELINE_ODD + sc->nodd++));
}

/* Summaries: sums[k][i] is of 32^(k+1) moments from i * 32^(k+1) on. */

static void
sum_moment(struct timeline_sum *sum, const struct timeline_moment *m)
{
	sum->lanes |= 1u << m->lane;
	sum->marks |= m->marks;
	sum->requests += (m->marks & TIMELINE_REQUEST) != 0;
}

static void
sum_add(struct timeline_sum *sum, const struct timeline_sum *with)
{
	sum->lanes |= with->lanes;
	sum->marks |= with->marks;
	sum->requests += with->requests;
}

static struct timeline_sum *
sum_at(struct timeline *sc, unsigned level, size_t i)
{
	size_t cap = sc->sums_cap[level];

	if (i >= cap) {
		sc->sums_cap[level] = cap == 0 ? 64 : cap * 2;
		sc->sums[level] = mem_array(sc->sums[level],
		    sc->sums_cap[level], sizeof(*sc->sums[level]));
		memset(sc->sums[level] + cap, 0, (sc->sums_cap[level] - cap) *
		    sizeof(*sc->sums[level]));
	}
	return (&sc->sums[level][i]);
}

/* Moment i was changed: all blocks that hold it are summed up anew. */
static void
sum_again(struct timeline *sc, size_t i)
{
	struct timeline_moment m;
	struct timeline_sum sum;
	unsigned level;
	size_t k, from;

	for (level = 0; level < TIMELINE_LEVELS; level++) {
		memset(&sum, 0, sizeof(sum));
		from = i >> BLOCK_BITS << BLOCK_BITS;
		for (k = from; k < from + BLOCK; k++) {
			if (level == 0 && k < sc->n) {
				m = timeline_moment(sc, k);
				sum_moment(&sum, &m);
			} else if (level > 0 && k < sc->sums_cap[level - 1]) {
				sum_add(&sum, &sc->sums[level - 1][k]);
			}
		}
		i >>= BLOCK_BITS;
		*sum_at(sc, level, i) = sum;
	}
}

/* Of the moments first <= i < end: whole blocks wherever they fit. */
struct timeline_sum
timeline_sum(const struct timeline *sc, size_t first, size_t end)
{
	struct timeline_sum sum = { 0 };
	struct timeline_moment m;
	unsigned level;
	size_t i = first, step;

	while (i < end) {
		for (level = 0, step = 1; level < TIMELINE_LEVELS; level++) {
			if ((i & ((step << BLOCK_BITS) - 1)) != 0 ||
			    i + (step << BLOCK_BITS) > end)
				break;
			step <<= BLOCK_BITS;
		}
		if (level == 0) {
			m = timeline_moment(sc, i);
			sum_moment(&sum, &m);
		} else {
			sum_add(&sum, &sc->sums[level - 1]
			    [i >> (BLOCK_BITS * level)]);
		}
		i += step;
	}
	return (sum);
}

/* The longest stretches are kept, the shortest of them makes room. */
static void
keep_gap(struct timeline *sc, uint64_t from, uint64_t to)
{
	size_t i, least = 0;

	if (to < from + GAP_LEAST)
		return;
	if (sc->ngaps < TIMELINE_GAPS) {
		sc->gaps[sc->ngaps++] = (struct timeline_gap){ from, to };
		return;
	}
	for (i = 1; i < TIMELINE_GAPS; i++)
		if (sc->gaps[i].to - sc->gaps[i].from <
		    sc->gaps[least].to - sc->gaps[least].from)
			least = i;
	if (to - from <= sc->gaps[least].to - sc->gaps[least].from)
		return;
	/* In order of time. */
	memmove(sc->gaps + least, sc->gaps + least + 1,
	    (TIMELINE_GAPS - least - 1) * sizeof(sc->gaps[0]));
	sc->gaps[TIMELINE_GAPS - 1] = (struct timeline_gap){ from, to };
}

static struct timeline_moment *
last(struct timeline *sc)
{
	return (sc->n > 0 ? &sc->last : NULL);
}

static void
add(struct timeline *sc, const struct timeline_moment *m)
{
	const struct timeline_moment *before = last(sc);
	uint64_t sent = m->at - m->took;
	unsigned level;

	if (before != NULL) {
		keep_gap(sc, before->at, sent);
		keep_gap(sc, sent, m->at);
		pack(sc, before);
	}
	sc->last = *m;
	sc->lanes |= 1u << m->lane;
	for (level = 0; level < TIMELINE_LEVELS; level++)
		sum_moment(sum_at(sc, level, sc->n >> (BLOCK_BITS *
		    (level + 1))), m);
	sc->n++;
}

uint64_t
timeline_wait_end(const struct timeline_moment *m)
{
	return (m->at + (uint64_t)m->poll * 1000);
}

static uint16_t
outcome_marks(uint8_t outcome)
{
	switch ((enum outcome)outcome) {
	case OUTCOME_UNKNOWN:
	case OUTCOME_OK:
	case OUTCOME_SHORT:
		return (0);
	case OUTCOME_STALL:
		return (TIMELINE_STALL);
	case OUTCOME_TIMEOUT:
		return (TIMELINE_TIMEOUT);
	case OUTCOME_CANCELLED:
		return (TIMELINE_CANCELLED);
	case OUTCOME_GONE:
		return (TIMELINE_GONE);
	case OUTCOME_BUSERROR:
	case OUTCOME_BABBLE:
	case OUTCOME_DENIED:
	case OUTCOME_BUSY:
		return (TIMELINE_BROKEN);
	}
	return (0);
}

/* It told its state itself. */
static bool
reports(const struct request *r)
{
	const struct dfu_request_row *row = dfu_request_of(&r->setup);

	return (r->replied || (row != NULL && r->after != NO_STATE &&
	    row->bRequest == DFU_GETSTATE && outcome_is_answer(r->outcome)));
}

/*
 * When a request was sent the state was believed to be another than the last
 * moment left: what was no request did that, or time.
 */
static void
catch_up(struct timeline *sc, const struct request *r)
{
	struct timeline_moment *m = last(sc), timed = { .index = r->submit };
	uint8_t lane = lane_of(sc, r->before);

	if (m == NULL || m->lane == lane)
		return;
	/* The device contradicts the clock: that move did not happen. */
	if (m->request != 0 && reports(r) && lane_of(sc, r->after) == m->lane)
		return;
	if (m->request == 0) {
		m->lane = lane;
		m->how = lane == TIMELINE_UNKNOWN ? ESTIMATE_UNKNOWN :
		    ESTIMATE_MOVED;
		sc->lanes |= 1u << lane;
		sum_again(sc, sc->n - 1);
		return;
	}
	timed.at = timeline_wait_end(m) < r->at ? timeline_wait_end(m) : r->at;
	timed.lane = lane;
	timed.how =
	    lane == TIMELINE_UNKNOWN ? ESTIMATE_UNKNOWN : ESTIMATE_TIMED;
	add(sc, &timed);
}

/* The moment at which patience ended, before what happened at `before`. */
static void
add_late(struct timeline *sc, uint64_t before, size_t index)
{
	const struct timeline_moment *m = last(sc);
	struct timeline_moment late = { .at = sc->stay.late, .index = index,
	    .marks = TIMELINE_OVERDUE | TIMELINE_LATE };

	if (m == NULL || (m->marks & TIMELINE_LATE) != 0)
		return;
	if (late.at > before)
		late.at = before;
	if (late.at < m->at)
		late.at = m->at;
	late.lane = m->lane;
	late.how = m->how;
	add(sc, &late);
}

/* dfuMANIFEST ends by itself; where the device is tolerant, it may be asked. */
static bool
outstayed(const struct timeline *sc, uint8_t state, uint64_t at)
{
	return (sc->stay.here && sc->stay.lane == DFU_STATE_MANIFEST &&
	    at > sc->stay.late && (state == DFU_STATE_MANIFEST ||
	    state == DFU_STATE_MANIFEST_WAIT_RESET));
}

static void
begin_stay(struct timeline *sc, const struct timeline_moment *m)
{
	uint64_t wait = (uint64_t)m->poll * 1000;

	if (sc->stay.here && sc->stay.lane == m->lane)
		return;
	sc->stay.here = dfu_state_is(m->lane, DFU_STATES_BUSY);
	sc->stay.lane = m->lane;
	sc->stay.late = m->at + (wait > VERDICT_PATIENCE ? wait :
	    VERDICT_PATIENCE);
}

/* Told dfuERROR: that is a trouble, unless the request before it was one. */
static bool
is_error(const struct timeline *sc, const struct timeline_moment *m,
    const struct request *r)
{
	const struct timeline_moment *before = sc->n > 0 ? &sc->last : NULL;

	if (m->lane != DFU_STATE_ERROR && m->lane < TIMELINE_ODD)
		return (false);
	if (before == NULL || before->request == 0)
		/* ROMs start like that; the verdict knows which. */
		return (!r->replied || r->reply.bStatus !=
		    DFU_STATUS_ERR_FIRMWARE);
	return (before->lane != m->lane &&
	    (before->marks & TIMELINE_TROUBLE) == 0);
}

static void
add_wait(struct timeline_moment *m, const struct request *r)
{
	const struct dfu_request_row *row = dfu_request_of(&r->setup);

	if (r->replied) {
		m->poll = r->reply.bwPollTimeout;
		if (m->poll > 0 || dfu_state_is(m->lane, DFU_STATES_BUSY))
			m->marks |= TIMELINE_WAIT;
	} else if (row != NULL && row->bRequest == DFU_DETACH &&
	    m->lane == DFU_STATE_APP_DETACH) {
		m->poll = r->setup.wValue;
		m->marks |= TIMELINE_WAIT;
	}
}

static void
add_request(struct timeline *sc, const struct session *s, const struct event *e,
    size_t index)
{
	const struct request *r = session_request(s, e->number);
	struct timeline_moment m = { .at = e->time, .index = index,
	    .request = e->number };
	const struct timeline_moment *before;

	if (r == NULL || r->done == 0)
		return;
	catch_up(sc, r);
	if (outstayed(sc, r->before, r->at))
		add_late(sc, r->at, r->submit);
	before = last(sc);
	m.took = r->done - r->at < UINT32_MAX ?
	    (uint32_t)(r->done - r->at) : UINT32_MAX;
	if (before != NULL && before->at > e->time - m.took)
		m.took = before->at < e->time ?
		    (uint32_t)(e->time - before->at) : 0;
	m.lane = lane_of(sc, r->after);
	m.how = m.lane == TIMELINE_UNKNOWN ? ESTIMATE_UNKNOWN : reports(r) ?
	    ESTIMATE_REPORTED : before != NULL && before->lane == m.lane ?
	    before->how : ESTIMATE_MOVED;
	m.marks = TIMELINE_REQUEST | outcome_marks(r->outcome);
	add_wait(&m, r);
	if (reports(r)) {
		if (is_error(sc, &m, r))
			m.marks |= TIMELINE_ERROR;
		begin_stay(sc, &m);
		if (sc->stay.here && m.at >= sc->stay.late) {
			add_late(sc, r->at, r->submit);
			m.marks |= TIMELINE_LATE;
		}
	}
	add(sc, &m);
}

/* A bus error may turn out to have been the leaving. */
static void
amend(struct timeline *sc, const struct session *s)
{
	struct timeline_moment *m = last(sc);
	const struct request *r = m == NULL || m->request == 0 ? NULL :
	    session_request(s, m->request);

	if (r == NULL || r->outcome != OUTCOME_GONE)
		return;
	m->marks = (uint16_t)((m->marks & ~TIMELINE_BROKEN) | TIMELINE_GONE);
	sum_again(sc, sc->n - 1);
}

static uint16_t
event_marks(const struct event *e)
{
	switch ((enum event_kind)e->kind) {
	case EVENT_ARRIVED:
		return (TIMELINE_ARRIVED);
	case EVENT_LEFT:
		return (TIMELINE_LEFT);
	case EVENT_RESET:
		return (e->outcome != OUTCOME_UNKNOWN ? TIMELINE_RESET : 0);
	case EVENT_NOTE:
		return (TIMELINE_NOTE);
	case EVENT_LOST:
		return (TIMELINE_LOST);
	case EVENT_OTHER:
	case EVENT_WALL:
	case EVENT_OPENED:
	case EVENT_CLOSED:
	case EVENT_SUBMIT:
	case EVENT_COMPLETE:
	case EVENT_COMMAND:
		break;
	}
	return (0);
}

static void
add_event(struct timeline *sc, const struct session *s, const struct event *e,
    size_t index)
{
	const struct timeline_moment *before = last(sc);
	struct timeline_moment m = { .at = e->time, .index = index,
	    .marks = event_marks(e), .lane = TIMELINE_UNKNOWN };

	if (m.marks == 0)
		return;
	if ((m.marks & (TIMELINE_LEFT | TIMELINE_ARRIVED)) != 0) {
		if (before != NULL && outstayed(sc, before->lane, m.at))
			add_late(sc, m.at, index);
		sc->stay.here = false;
	}
	if ((m.marks & TIMELINE_LEFT) != 0) {
		amend(sc, s);
		m.lane = TIMELINE_OFF;
		m.how = ESTIMATE_REPORTED;
	} else if ((m.marks & (TIMELINE_NOTE | TIMELINE_LOST)) != 0 &&
	    before != NULL) {
		m.lane = before->lane;
		m.how = before->how;
		m.poll = timeline_wait_end(before) > m.at ?
		    (uint32_t)((timeline_wait_end(before) - m.at) / 1000) : 0;
	}
	add(sc, &m);
}

bool
timeline_update(struct timeline *sc, const struct sessions *b,
    const struct session *s, size_t budget)
{
	const struct event *e;
	size_t index;

	if (sc->of != s) {
		timeline_clear(sc);
		sc->of = s;
	}
	if (s == NULL)
		return (false);
	while ((e = follow_next(&sc->follow, b, s, &budget, &index)) != NULL) {
		if (e->kind == EVENT_COMPLETE)
			add_request(sc, s, e, index);
		else
			add_event(sc, s, e, index);
	}
	timeline_fold_update(&sc->folds, sc);
	return (follow_behind(&sc->follow, b));
}

size_t
timeline_find(const struct timeline *sc, uint64_t t)
{
	size_t low = 0, high = sc->n, middle;

	while (low < high) {
		middle = packed_middle(low, high);
		if (timeline_moment(sc, middle).at < t)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

static uint32_t
number_of(const struct timeline *sc, size_t i)
{
	return (timeline_moment(sc, i).request);
}

size_t
timeline_of_request(const struct timeline *sc, uint32_t number)
{
	size_t low = 0, high = sc->n, middle, i;

	/* Moments without a number take that of the one before. */
	while (low < high) {
		middle = packed_middle(low, high);
		for (i = middle; i > low && number_of(sc, i) == 0;)
			i--;
		if (number_of(sc, i) < number)
			low = middle + 1;
		else
			high = i;
	}
	if (low == sc->n || number_of(sc, low) != number)
		return (NONE);
	return (low);
}

/* Goes over whole blocks that hold none of the marks. */
static size_t
seek_down(const struct timeline *sc, size_t i, uint16_t marks)
{
	unsigned level;
	size_t block;

	while (i < sc->n) {
		for (level = TIMELINE_LEVELS; level > 0; level--) {
			block = (size_t)1 << (BLOCK_BITS * level);
			if ((i & (block - 1)) == 0 && (sc->sums[level - 1]
			    [i / block].marks & marks) == 0)
				break;
		}
		if (level == 0 && (timeline_moment(sc, i).marks & marks) != 0)
			return (i);
		i += (size_t)1 << (BLOCK_BITS * level);
	}
	return (NONE);
}

/* The same towards the beginning: moments before i. */
static size_t
seek_up(const struct timeline *sc, size_t i, uint16_t marks)
{
	unsigned level;
	size_t block;

	while (i > 0) {
		for (level = TIMELINE_LEVELS; level > 0; level--) {
			block = (size_t)1 << (BLOCK_BITS * level);
			if ((i & (block - 1)) == 0 && (sc->sums[level - 1]
			    [i / block - 1].marks & marks) == 0)
				break;
		}
		if (level == 0 &&
		    (timeline_moment(sc, i - 1).marks & marks) != 0)
			return (i - 1);
		i -= (size_t)1 << (BLOCK_BITS * level);
	}
	return (NONE);
}

size_t
timeline_seek(const struct timeline *sc, size_t i, int step, uint16_t marks)
{
	if (step > 0)
		return (seek_down(sc, i + 1, marks));
	return (seek_up(sc, i < sc->n ? i : sc->n, marks));
}

uint64_t
timeline_begin(const struct timeline *sc, uint64_t now)
{
	struct timeline_moment first;

	if (sc->n == 0)
		return (now);
	first = timeline_moment(sc, 0);
	return (first.at - first.took);
}
