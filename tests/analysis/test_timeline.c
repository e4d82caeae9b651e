/* SPDX-License-Identifier: ISC */
/* States over time: what a stretch of time holds, however it is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/timeline.h"
#include "analysis/timeline_axis.h"
#include "dfu/spec.h"
#include "diagnosis/verdict.h"
#include "tests/ui/harness.h"
#include "wire/usb.h"

#define ALL	((size_t)1 << 40)

static const struct session *
make(struct timeline *sc, struct harness *st, const char *scene)
{
	const struct session *s;

	harness_begin(st);
	assert_true(harness_scene(st, scene));
	s = st->app.sessions->list[0];
	assert_false(timeline_update(sc, st->app.sessions, s, ALL));
	return (s);
}

static void
finish(struct timeline *sc, struct harness *st)
{
	timeline_clear(sc);
	harness_end(st);
}

static struct timeline_stretch
end_of(const struct timeline *sc, const struct session *s,
    const struct harness *st)
{
	return (timeline_stretch(sc, s, st->now, st->now, st->now + 1));
}

static void
judge(struct timeline *sc, const struct session *s, uint64_t now)
{
	struct verdict v = verdict_of(s, NULL, now);

	timeline_judge(sc, s, &v, now);
}

static void
time_alone_is_told_from_reports(void **state)
{
	struct timeline sc = { .n = 0 };
	struct harness st;
	const struct session *s = make(&sc, &st, "scope-stuck");
	struct timeline_stretch x = end_of(&sc, s, &st);
	const struct timeline_moment *m = &sc.last;

	(void)state;
	/* Its ROM is known to stay; of another device time is believed. */
	assert_int_equal(x.last, DFU_STATE_MANIFEST);
	assert_int_equal(x.how, ESTIMATE_REPORTED);
	session_take_stack(st.app.sessions->list[0], NULL);
	x = end_of(&sc, s, &st);
	assert_int_equal(x.last, DFU_STATE_MANIFEST_WAIT_RESET);
	assert_int_equal(x.how, ESTIMATE_TIMED);
	assert_int_equal(m->lane, DFU_STATE_MANIFEST);
	assert_int_equal(m->how, ESTIMATE_REPORTED);
	finish(&sc, &st);
}

/* What the verdict warns of is a trouble, though nothing happened since. */
static void
overdue_by_time_alone_is_a_trouble(void **state)
{
	struct timeline sc = { .n = 0 };
	struct harness st;
	const struct session *s = make(&sc, &st, "scope-stuck");
	uint64_t said = sc.last.at, late = said +
	    VERDICT_PATIENCE;

	(void)state;
	judge(&sc, s, late - 1);
	assert_int_equal(sc.live.marks, 0);
	judge(&sc, s, st.now);
	assert_int_equal(sc.live.marks, TIMELINE_OVERDUE);
	assert_int_equal(sc.live.from, late);
	assert_int_equal(sc.live.by, s->reported.by);
	assert_string_equal(sc.live.word, "overdue");
	assert_false(timeline_stretch(&sc, s, st.now, said, late).overdue);
	assert_true(timeline_stretch(&sc, s, st.now, late, late + 1).overdue);
	assert_true(end_of(&sc, s, &st).overdue);
	finish(&sc, &st);
}

/* It stays in the picture when something happens at last. */
static void
what_was_overdue_stays_a_trouble(void **state)
{
	struct timeline sc = { .n = 0 };
	struct harness st;
	const struct session *s = make(&sc, &st, "scope-stuck");
	uint64_t late = sc.last.at + VERDICT_PATIENCE;
	size_t i;

	(void)state;
	harness_leave(&st, 0);
	assert_false(timeline_update(&sc, st.app.sessions, s, ALL));
	judge(&sc, s, st.now);
	assert_int_equal(sc.live.marks, 0);
	i = timeline_seek(&sc, sc.n - 1, -1, TIMELINE_TROUBLE);
	assert_int_not_equal(i, SIZE_MAX);
	assert_true((timeline_moment(&sc, i).marks & TIMELINE_OVERDUE) != 0);
	assert_int_equal(timeline_moment(&sc, i).at, late);
	assert_true(timeline_stretch(&sc, s, st.now, late, late + 1).overdue);
	assert_false(timeline_stretch(&sc, s, st.now, late - 9, late).overdue);
	assert_false(end_of(&sc, s, &st).overdue);
	finish(&sc, &st);
}

/* Every scene of which the verdict warns has a trouble in the picture. */
static void
what_the_verdict_warns_of_is_a_trouble(void **state)
{
	const struct session *s;
	struct harness st;
	struct timeline sc;
	struct verdict v;
	size_t i, warned = 0;

	(void)state;
	for (i = 0; harness_scenes[i] != NULL; i++) {
		harness_begin(&st);
		sc = (struct timeline){ .n = 0 };
		assert_true(harness_scene(&st, harness_scenes[i]));
		if (st.app.sessions->n > 0) {
			s = st.app.sessions->list[0];
			timeline_update(&sc, st.app.sessions, s, ALL);
			judge(&sc, s, st.now);
			v = verdict_of(s, NULL, st.now);
			if (v.row->severity != SEVERITY_NOTE) {
				warned++;
				if (sc.live.marks == 0 &&
				    timeline_seek(&sc, sc.n, -1,
					TIMELINE_TROUBLE) == SIZE_MAX)
					fail_msg("%s: %s", harness_scenes[i],
					    v.row->word);
			}
		}
		finish(&sc, &st);
	}
	assert_true(warned >= 8);
}

/*
 * Busy after each announced wait: one trouble, from the moment on at which
 * the verdict would call it so.
 */
static void
overdue_waits_are_marked(void **state)
{
	struct timeline sc = { .n = 0 };
	struct harness st;
	const struct session *s = make(&sc, &st, "scope-overdue");
	size_t i = timeline_seek(&sc, SIZE_MAX, 1, TIMELINE_OVERDUE);
	uint64_t late = s->wait_stats.since + VERDICT_PATIENCE;
	struct timeline_stretch x;

	(void)state;
	assert_int_not_equal(i, SIZE_MAX);
	assert_int_equal(timeline_moment(&sc, i).at, late);
	assert_int_equal(timeline_seek(&sc, i, 1, TIMELINE_TROUBLE), SIZE_MAX);
	x = timeline_stretch(&sc, s, st.now, late - 40000, late);
	assert_true(x.waiting);
	assert_false(x.overdue);
	assert_int_equal(x.lanes, 1u << DFU_STATE_DNBUSY);
	x = timeline_stretch(&sc, s, st.now, late, late + 40000);
	assert_true(x.overdue);
	assert_int_equal(x.lanes, 1u << DFU_STATE_DNBUSY);
	assert_true(end_of(&sc, s, &st).overdue);
	finish(&sc, &st);
}

static void
a_pending_request_is_seen(void **state)
{
	struct timeline sc = { .n = 0 };
	struct harness st;
	const struct session *s = make(&sc, &st, "scope-silent");
	size_t i = timeline_seek(&sc, sc.n, -1, TIMELINE_TIMEOUT);

	(void)state;
	assert_int_not_equal(i, SIZE_MAX);
	assert_int_equal(timeline_moment(&sc, i).took, 5000000);
	assert_true(end_of(&sc, s, &st).pending);
	assert_false(timeline_stretch(&sc, s, st.now,
	    timeline_moment(&sc, i).at + 1,
	    timeline_moment(&sc, i).at + 100000).pending);
	assert_true(timeline_stretch(&sc, s, st.now,
	    timeline_moment(&sc, i).at - 100,
	    timeline_moment(&sc, i).at - 50).pending);
	finish(&sc, &st);
}

/* A bus error that was the leaving is shown as that. */
static void
a_vanished_device_is_off_the_bus(void **state)
{
	struct timeline sc = { .n = 0 };
	struct harness st;
	const struct session *s = make(&sc, &st, "scope-vanished");

	(void)state;
	assert_int_equal(end_of(&sc, s, &st).last, TIMELINE_OFF);
	assert_int_not_equal(timeline_seek(&sc, sc.n, -1, TIMELINE_GONE),
	    SIZE_MAX);
	assert_int_equal(
	    timeline_seek(&sc, sc.n, -1, TIMELINE_BROKEN), SIZE_MAX);
	finish(&sc, &st);
}

static void
an_undefined_state_has_a_lane(void **state)
{
	struct timeline sc = { .n = 0 };
	struct harness st;
	const struct session *s = make(&sc, &st, "undefined");
	uint8_t order[TIMELINE_LANES];
	struct buf b = { 0 };
	unsigned n = timeline_lanes(&sc, s, st.now, order);

	(void)state;
	assert_int_equal(n, 2);
	timeline_lane_words(&b, &sc, order[0]);
	assert_string_equal(buf_str(&b), "15 undefined");
	assert_int_equal(order[1], TIMELINE_UNKNOWN);
	buf_free(&b);
	finish(&sc, &st);
}

/* Any number of undefined states does not break it. */
static void
all_undefined_states_at_once(void **state)
{
	struct timeline sc = { .n = 0 };
	struct buf b = { 0 };
	uint8_t order[TIMELINE_LANES];
	struct harness st;
	unsigned i, n;

	(void)state;
	harness_begin(&st);
	harness_arrive(&st, &harness_dfu11);
	for (i = 11; i < 256; i++)
		harness_status(&st, 1000, 0, 0, (uint8_t)i);
	timeline_update(&sc, st.app.sessions, st.app.sessions->list[0], ALL);
	n = timeline_lanes(&sc, st.app.sessions->list[0], st.now, order);
	assert_true(n > 10 && n <= TIMELINE_LANES);
	for (i = 0; i < n; i++)
		timeline_lane_words(&b, &sc, order[i]);
	buf_free(&b);
	finish(&sc, &st);
}

/* A session of many requests, some of which fail. */
static void
make_long(struct harness *st, unsigned n)
{
	unsigned i;

	harness_begin(st);
	harness_arrive(st, &harness_dfu11);
	srand(7);
	for (i = 0; i < n; i++) {
		harness_ask(st, (uint64_t)(rand() % 3000), DFU_UPLOAD, 0, NULL,
		    8);
		if (rand() % 50 == 0)
			harness_answer(st, 300, OUTCOME_STALL, NULL, 0);
		else
			harness_answer(st, 300, OUTCOME_OK, "12345678", 8);
		harness_state(st, 10, (uint8_t)(rand() % 11));
	}
}

/* The blocks say the same as a walk over all moments. */
static void
sums_are_those_of_a_walk(void **state)
{
	struct timeline sc = { .n = 0 };
	struct timeline_sum got;
	struct harness st;
	uint32_t lanes, requests;
	uint16_t marks;
	size_t k, i, first, end;

	(void)state;
	make_long(&st, 3000);
	while (timeline_update(&sc, st.app.sessions, st.app.sessions->list[0],
	    17))
		continue;
	assert_true(sc.n > 6000);
	for (k = 0; k < 400; k++) {
		first = (size_t)rand() % sc.n;
		end = first + (size_t)rand() % (sc.n - first + 1);
		lanes = requests = marks = 0;
		for (i = first; i < end; i++) {
			lanes |= 1u << timeline_moment(&sc, i).lane;
			marks |= timeline_moment(&sc, i).marks;
			requests += (timeline_moment(&sc, i).marks &
			    TIMELINE_REQUEST) != 0;
		}
		got = timeline_sum(&sc, first, end);
		assert_int_equal(got.lanes, lanes);
		assert_int_equal(got.marks, marks);
		assert_int_equal(got.requests, requests);
	}
	finish(&sc, &st);
}

static void
seeking_finds_each_one(void **state)
{
	struct timeline sc = { .n = 0 };
	struct harness st;
	size_t i, at = SIZE_MAX;

	(void)state;
	make_long(&st, 3000);
	timeline_update(&sc, st.app.sessions, st.app.sessions->list[0], ALL);
	for (i = 0; i < sc.n; i++) {
		if ((timeline_moment(&sc, i).marks & TIMELINE_STALL) == 0)
			continue;
		at = timeline_seek(&sc, at, 1, TIMELINE_STALL);
		assert_int_equal(at, i);
	}
	assert_int_equal(timeline_seek(&sc, at, 1, TIMELINE_STALL), SIZE_MAX);
	at = sc.n;
	for (i = sc.n; i-- > 0;) {
		if ((timeline_moment(&sc, i).marks & TIMELINE_STALL) == 0)
			continue;
		at = timeline_seek(&sc, at, -1, TIMELINE_STALL);
		assert_int_equal(at, i);
	}
	for (i = 0; i < sc.n; i++)
		if (timeline_moment(&sc, i).request != 0)
			assert_int_equal(timeline_of_request(&sc,
			    timeline_moment(&sc, i).request), i);
	finish(&sc, &st);
}

/* Long waits are cut, and each time has its column all the same. */
static void
the_axis_goes_there_and_back(void **state)
{
	struct timeline sc = { .n = 0 };
	struct timeline_frame f = { .columns = 75, .cut = 9 };
	struct timeline_axis a;
	struct harness st;
	double col, before = -1;
	size_t i, cuts = 0;
	uint64_t t;

	(void)state;
	make(&sc, &st, "scope-stuck");
	f.now = st.now;
	timeline_axis_make(&a, &sc, &f);
	for (i = 0; i < a.n; i++)
		cuts += a.pieces[i].cut;
	assert_int_equal(cuts, 2);
	assert_true(a.width > 74.9 && a.width < 75.1);
	for (t = 0; t <= st.now; t += 1009) {
		col = timeline_axis_column(&a, t);
		assert_true(col >= before);
		before = col;
		assert_true(labs((long)timeline_axis_time(&a, col) - (long)t) <=
		    2);
	}
	f.cut = 0;
	timeline_axis_make(&a, &sc, &f);
	assert_int_equal(a.n, 1);
	finish(&sc, &st);
}

/* Blocks that are alike: the first and the last are shown, none is lost. */
static void
equal_stretches_are_folded(void **state)
{
	struct timeline_fold all[TIMELINE_FOLDS + 1];
	struct timeline sc = { .n = 0 };
	struct timeline_frame f = { .columns = 54, .cut = 9, .fold = 15 };
	struct timeline_axis a;
	struct harness st;
	double col, before = -1;
	uint32_t times = 0;
	size_t i, folds = 0;
	uint64_t t;

	(void)state;
	make(&sc, &st, "scope-many");
	f.now = st.now;
	/* The long one ends a run, and is in none. */
	assert_int_equal(timeline_folds_all(&sc.folds, all), 2);
	assert_true(all[0].to < all[1].from - 150000);
	timeline_axis_make(&a, &sc, &f);
	for (i = 0; i < a.n; i++) {
		times += a.pieces[i].times;
		folds += a.pieces[i].times != 0;
		if (a.pieces[i].times != 0)
			assert_int_equal(a.pieces[i].lanes,
			    1u << DFU_STATE_DNLOAD_SYNC |
			    1u << DFU_STATE_DNBUSY |
			    1u << DFU_STATE_DNLOAD_IDLE);
	}
	assert_int_equal(folds, 2);
	/* 198 blocks and the erase: both ends of each run, the long one. */
	assert_in_range(times, 185, 194);
	assert_true(a.width > 53.9 && a.width < 54.1);
	for (t = 0; t <= st.now; t += 1009) {
		col = timeline_axis_column(&a, t);
		assert_true(col >= before);
		before = col;
	}
	/* Closer, and in full, each is drawn. */
	f.fold = 0;
	timeline_axis_make(&a, &sc, &f);
	for (i = 0; i < a.n; i++)
		assert_int_equal(a.pieces[i].times, 0);
	f.fold = 15;
	f.scale = 1000;
	timeline_axis_make(&a, &sc, &f);
	for (i = 0; i < a.n; i++)
		assert_int_equal(a.pieces[i].times, 0);
	finish(&sc, &st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_alone_is_told_from_reports),
		cmocka_unit_test(overdue_by_time_alone_is_a_trouble),
		cmocka_unit_test(what_was_overdue_stays_a_trouble),
		cmocka_unit_test(what_the_verdict_warns_of_is_a_trouble),
		cmocka_unit_test(overdue_waits_are_marked),
		cmocka_unit_test(a_pending_request_is_seen),
		cmocka_unit_test(a_vanished_device_is_off_the_bus),
		cmocka_unit_test(an_undefined_state_has_a_lane),
		cmocka_unit_test(all_undefined_states_at_once),
		cmocka_unit_test(sums_are_those_of_a_walk),
		cmocka_unit_test(seeking_finds_each_one),
		cmocka_unit_test(the_axis_goes_there_and_back),
		cmocka_unit_test(equal_stretches_are_folded)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
