/* States over time: what a stretch of time holds, however it is asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dfu/spec.h"
#include "model/scope.h"
#include "model/scope_axis.h"
#include "model/verdict.h"
#include "tests/ui/stage.h"
#include "wire/usb.h"

#define ALL	((size_t)1 << 40)

static const struct session *
make(struct scope *sc, struct stage *st, const char *scene)
{
	const struct session *s;

	stage_begin(st);
	assert_true(stage_scene(st, scene));
	s = st->desk.bench->sessions[0];
	assert_false(scope_update(sc, st->desk.bench, s, ALL));
	return (s);
}

static void
finish(struct scope *sc, struct stage *st)
{
	scope_clear(sc);
	stage_end(st);
}

static struct scope_stretch
end_of(const struct scope *sc, const struct session *s,
    const struct stage *st)
{
	return (scope_stretch(sc, s, st->now, st->now, st->now + 1));
}

static void
time_alone_is_told_from_reports(void **state)
{
	struct scope sc = { .n = 0 };
	struct stage st;
	const struct session *s = make(&sc, &st, "scope-stuck");
	struct scope_stretch x = end_of(&sc, s, &st);
	const struct scope_moment *m = &sc.moments[sc.n - 1];

	(void)state;
	assert_int_equal(x.last, DFU_STATE_MANIFEST_WAIT_RESET);
	assert_int_equal(x.how, BELIEF_TIMED);
	assert_int_equal(m->lane, DFU_STATE_MANIFEST);
	assert_int_equal(m->how, BELIEF_REPORTED);
	finish(&sc, &st);
}

/* What the verdict warns of is a trouble, though nothing happened since. */
static void
overdue_by_time_alone_is_a_trouble(void **state)
{
	struct scope sc = { .n = 0 };
	struct stage st;
	const struct session *s = make(&sc, &st, "scope-stuck");
	uint64_t said = sc.moments[sc.n - 1].at, late = said +
	    VERDICT_PATIENCE;

	(void)state;
	scope_judge(&sc, s, NULL, late - 1);
	assert_int_equal(sc.live.marks, 0);
	scope_judge(&sc, s, NULL, st.now);
	assert_int_equal(sc.live.marks, SCOPE_OVERDUE);
	assert_int_equal(sc.live.from, late);
	assert_int_equal(sc.live.by, s->reported.by);
	assert_string_equal(sc.live.word, "overdue");
	assert_false(scope_stretch(&sc, s, st.now, said, late).overdue);
	assert_true(scope_stretch(&sc, s, st.now, late, late + 1).overdue);
	assert_true(end_of(&sc, s, &st).overdue);
	finish(&sc, &st);
}

/* It stays in the picture when something happens at last. */
static void
what_was_overdue_stays_a_trouble(void **state)
{
	struct scope sc = { .n = 0 };
	struct stage st;
	const struct session *s = make(&sc, &st, "scope-stuck");
	uint64_t late = sc.moments[sc.n - 1].at + VERDICT_PATIENCE;
	size_t i;

	(void)state;
	stage_leave(&st, 0);
	assert_false(scope_update(&sc, st.desk.bench, s, ALL));
	scope_judge(&sc, s, NULL, st.now);
	assert_int_equal(sc.live.marks, 0);
	i = scope_seek(&sc, sc.n - 1, -1, SCOPE_TROUBLE);
	assert_int_not_equal(i, SIZE_MAX);
	assert_true((sc.moments[i].marks & SCOPE_OVERDUE) != 0);
	assert_int_equal(sc.moments[i].at, late);
	assert_true(scope_stretch(&sc, s, st.now, late, late + 1).overdue);
	assert_false(scope_stretch(&sc, s, st.now, late - 9, late).overdue);
	assert_false(end_of(&sc, s, &st).overdue);
	finish(&sc, &st);
}

/* Every scene of which the verdict warns has a trouble in the picture. */
static void
what_the_verdict_warns_of_is_a_trouble(void **state)
{
	const struct session *s;
	struct stage st;
	struct scope sc;
	struct verdict v;
	size_t i, warned = 0;

	(void)state;
	for (i = 0; stage_scenes[i] != NULL; i++) {
		stage_begin(&st);
		sc = (struct scope){ .n = 0 };
		assert_true(stage_scene(&st, stage_scenes[i]));
		if (st.desk.bench->nsessions > 0) {
			s = st.desk.bench->sessions[0];
			scope_update(&sc, st.desk.bench, s, ALL);
			scope_judge(&sc, s, NULL, st.now);
			v = verdict_of(s, NULL, st.now);
			if (v.row->severity != SEVERITY_NOTE) {
				warned++;
				if (sc.live.marks == 0 && scope_seek(&sc, sc.n,
				    -1, SCOPE_TROUBLE) == SIZE_MAX)
					fail_msg("%s: %s", stage_scenes[i],
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
	struct scope sc = { .n = 0 };
	struct stage st;
	const struct session *s = make(&sc, &st, "scope-overdue");
	size_t i = scope_seek(&sc, SIZE_MAX, 1, SCOPE_OVERDUE);
	uint64_t late = s->ledger.since + VERDICT_PATIENCE;
	struct scope_stretch x;

	(void)state;
	assert_int_not_equal(i, SIZE_MAX);
	assert_int_equal(sc.moments[i].at, late);
	assert_int_equal(scope_seek(&sc, i, 1, SCOPE_TROUBLE), SIZE_MAX);
	x = scope_stretch(&sc, s, st.now, late - 40000, late);
	assert_true(x.waiting);
	assert_false(x.overdue);
	assert_int_equal(x.lanes, 1u << DFU_STATE_DNBUSY);
	x = scope_stretch(&sc, s, st.now, late, late + 40000);
	assert_true(x.overdue);
	assert_int_equal(x.lanes, 1u << DFU_STATE_DNBUSY);
	assert_true(end_of(&sc, s, &st).overdue);
	finish(&sc, &st);
}

static void
a_pending_request_is_seen(void **state)
{
	struct scope sc = { .n = 0 };
	struct stage st;
	const struct session *s = make(&sc, &st, "scope-silent");
	size_t i = scope_seek(&sc, sc.n, -1, SCOPE_TIMEOUT);

	(void)state;
	assert_int_not_equal(i, SIZE_MAX);
	assert_int_equal(sc.moments[i].took, 5000000);
	assert_true(end_of(&sc, s, &st).pending);
	assert_false(scope_stretch(&sc, s, st.now, sc.moments[i].at + 1,
	    sc.moments[i].at + 100000).pending);
	assert_true(scope_stretch(&sc, s, st.now, sc.moments[i].at - 100,
	    sc.moments[i].at - 50).pending);
	finish(&sc, &st);
}

/* A bus error that was the leaving is shown as that. */
static void
a_vanished_device_is_off_the_bus(void **state)
{
	struct scope sc = { .n = 0 };
	struct stage st;
	const struct session *s = make(&sc, &st, "scope-vanished");

	(void)state;
	assert_int_equal(end_of(&sc, s, &st).last, SCOPE_OFF);
	assert_int_not_equal(scope_seek(&sc, sc.n, -1, SCOPE_GONE),
	    SIZE_MAX);
	assert_int_equal(scope_seek(&sc, sc.n, -1, SCOPE_BROKEN), SIZE_MAX);
	finish(&sc, &st);
}

static void
an_undefined_state_has_a_lane(void **state)
{
	struct scope sc = { .n = 0 };
	struct stage st;
	const struct session *s = make(&sc, &st, "undefined");
	uint8_t order[SCOPE_LANES];
	struct buf b = { 0 };
	unsigned n = scope_lanes(&sc, s, st.now, order);

	(void)state;
	assert_int_equal(n, 2);
	scope_lane_words(&b, &sc, order[0]);
	assert_string_equal(buf_str(&b), "15 undefined");
	assert_int_equal(order[1], SCOPE_UNKNOWN);
	buf_free(&b);
	finish(&sc, &st);
}

/* Any number of undefined states does not break it. */
static void
all_undefined_states_at_once(void **state)
{
	struct scope sc = { .n = 0 };
	struct buf b = { 0 };
	uint8_t order[SCOPE_LANES];
	struct stage st;
	unsigned i, n;

	(void)state;
	stage_begin(&st);
	stage_arrive(&st, &stage_dfu11);
	for (i = 11; i < 256; i++)
		stage_status(&st, 1000, 0, 0, (uint8_t)i);
	scope_update(&sc, st.desk.bench, st.desk.bench->sessions[0], ALL);
	n = scope_lanes(&sc, st.desk.bench->sessions[0], st.now, order);
	assert_true(n > 10 && n <= SCOPE_LANES);
	for (i = 0; i < n; i++)
		scope_lane_words(&b, &sc, order[i]);
	buf_free(&b);
	finish(&sc, &st);
}

/* A session of many requests, some of which fail. */
static void
make_long(struct stage *st, unsigned n)
{
	unsigned i;

	stage_begin(st);
	stage_arrive(st, &stage_dfu11);
	srand(7);
	for (i = 0; i < n; i++) {
		stage_ask(st, (uint64_t)(rand() % 3000), DFU_UPLOAD, 0, NULL,
		    8);
		if (rand() % 50 == 0)
			stage_answer(st, 300, OUTCOME_STALL, NULL, 0);
		else
			stage_answer(st, 300, OUTCOME_OK, "12345678", 8);
		stage_state(st, 10, (uint8_t)(rand() % 11));
	}
}

/* The blocks say the same as a walk over all moments. */
static void
sums_are_those_of_a_walk(void **state)
{
	struct scope sc = { .n = 0 };
	struct scope_sum got;
	struct stage st;
	uint32_t lanes, requests;
	uint16_t marks;
	size_t k, i, first, end;

	(void)state;
	make_long(&st, 3000);
	while (scope_update(&sc, st.desk.bench, st.desk.bench->sessions[0],
	    17))
		continue;
	assert_true(sc.n > 6000);
	for (k = 0; k < 400; k++) {
		first = (size_t)rand() % sc.n;
		end = first + (size_t)rand() % (sc.n - first + 1);
		lanes = requests = marks = 0;
		for (i = first; i < end; i++) {
			lanes |= 1u << sc.moments[i].lane;
			marks |= sc.moments[i].marks;
			requests += (sc.moments[i].marks & SCOPE_REQUEST) !=
			    0;
		}
		got = scope_sum(&sc, first, end);
		assert_int_equal(got.lanes, lanes);
		assert_int_equal(got.marks, marks);
		assert_int_equal(got.requests, requests);
	}
	finish(&sc, &st);
}

static void
seeking_finds_each_one(void **state)
{
	struct scope sc = { .n = 0 };
	struct stage st;
	size_t i, at = SIZE_MAX;

	(void)state;
	make_long(&st, 3000);
	scope_update(&sc, st.desk.bench, st.desk.bench->sessions[0], ALL);
	for (i = 0; i < sc.n; i++) {
		if ((sc.moments[i].marks & SCOPE_STALL) == 0)
			continue;
		at = scope_seek(&sc, at, 1, SCOPE_STALL);
		assert_int_equal(at, i);
	}
	assert_int_equal(scope_seek(&sc, at, 1, SCOPE_STALL), SIZE_MAX);
	at = sc.n;
	for (i = sc.n; i-- > 0;) {
		if ((sc.moments[i].marks & SCOPE_STALL) == 0)
			continue;
		at = scope_seek(&sc, at, -1, SCOPE_STALL);
		assert_int_equal(at, i);
	}
	for (i = 0; i < sc.n; i++)
		if (sc.moments[i].request != 0)
			assert_int_equal(scope_of_request(&sc,
			    sc.moments[i].request), i);
	finish(&sc, &st);
}

/* Long waits are cut, and each time has its column all the same. */
static void
the_axis_goes_there_and_back(void **state)
{
	struct scope sc = { .n = 0 };
	struct scope_frame f = { .columns = 75, .cut = 9 };
	struct scope_axis a;
	struct stage st;
	double col, before = -1;
	size_t i, cuts = 0;
	uint64_t t;

	(void)state;
	make(&sc, &st, "scope-stuck");
	f.now = st.now;
	scope_axis_make(&a, &sc, &f);
	for (i = 0; i < a.n; i++)
		cuts += a.pieces[i].cut;
	assert_int_equal(cuts, 2);
	assert_true(a.width > 74.9 && a.width < 75.1);
	for (t = 0; t <= st.now; t += 1009) {
		col = scope_axis_column(&a, t);
		assert_true(col >= before);
		before = col;
		assert_true(labs((long)scope_axis_time(&a, col) - (long)t) <=
		    2);
	}
	f.cut = 0;
	scope_axis_make(&a, &sc, &f);
	assert_int_equal(a.n, 1);
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
		cmocka_unit_test(the_axis_goes_there_and_back)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
