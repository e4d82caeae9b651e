/* SPDX-License-Identifier: ISC */
/* Where the time of a session went. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/state_path.h"
#include "analysis/timing.h"
#include "dfu/spec.h"
#include "tests/ui/harness.h"
#include "wire/usb.h"

static const uint8_t erase_page[] = { 0x41, 0, 8, 0, 8 };

/* Between a GETSTATUS and its answer, see harness_status. */
#define ANSWER	700

static void
begin(struct harness *st)
{
	harness_begin(st);
	harness_arrive(st, &harness_stm32);
}

static const struct session *
session_of(const struct harness *st)
{
	return (st->app.sessions->list[0]);
}

/* An erase that announces ms; then polls after these gaps, the last done. */
static void
erase(struct harness *st, uint32_t ms, const uint64_t *gaps, size_t n)
{
	size_t i;

	harness_ask(st, 1000, DFU_DNLOAD, 0, erase_page, sizeof(erase_page));
	harness_answer(st, 300, OUTCOME_OK, NULL, sizeof(erase_page));
	harness_status(st, 0, 0, ms, DFU_STATE_DNBUSY);
	for (i = 0; i < n; i++)
		harness_status(st, gaps[i], 0, ms, i + 1 < n ?
		    DFU_STATE_DNBUSY : DFU_STATE_DNLOAD_IDLE);
}

static void
update(struct timing *t, const struct harness *st, size_t budget)
{
	while (timing_update(t, st->app.sessions, session_of(st), budget))
		continue;
}

static void
ideal_is(const uint64_t *gaps, size_t n, uint64_t want)
{
	struct timing t = { 0 };
	struct timing_line line;
	struct harness st;

	begin(&st);
	erase(&st, 100, gaps, n);
	update(&t, &st, 100);
	assert_true(timing_kind(&t, OPERATION_ERASE, &line));
	assert_int_equal(line.ideal, want);
	assert_int_equal(timing_total(&t).ideal, want);
	timing_clear(&t);
	harness_end(&st);
}

#define IDEAL(want, ...) do { \
	static const uint64_t gaps[] = { __VA_ARGS__ }; \
	ideal_is(gaps, sizeof(gaps) / sizeof(gaps[0]), want); \
} while (0)

/* DNLOAD and its first GETSTATUS, a wait, the GETSTATUS that ends it. */
#define ONE_WAIT	(300 + ANSWER + 100000 + ANSWER)

static void
test_ideal_host(void **state)
{
	(void)state;
	/* In time; late; too early again and again: he waits once. */
	IDEAL(ONE_WAIT, 100000);
	IDEAL(ONE_WAIT, 5000000);
	IDEAL(ONE_WAIT, 10000, 10000, 10000, 10000, 60000);
	/* Busy still when he would have asked: he is told once more. */
	IDEAL(ONE_WAIT + 100000, 110000, 10000);
	IDEAL(ONE_WAIT + 200000, 250000, 10000);
}

/* Operations begin anew then, and are not counted twice. */
static void
test_a_dialect_told_late(void **state)
{
	static const uint64_t gaps[] = { 100000 };
	struct timing t = { 0 };
	struct timing_line line;
	struct harness st;

	(void)state;
	begin(&st);
	erase(&st, 100, gaps, 1);
	erase(&st, 100, gaps, 1);
	update(&t, &st, 100);
	assert_true(timing_kind(&t, OPERATION_ERASE, &line));
	assert_int_equal(line.parts[TIMING_TOOK].n, 2);
	session_read_again(st.app.sessions->list[0], st.app.sessions->trace);
	update(&t, &st, 100);
	assert_true(timing_kind(&t, OPERATION_ERASE, &line));
	assert_int_equal(line.parts[TIMING_TOOK].n, 2);
	timing_clear(&t);
	harness_end(&st);
}

static void
test_operation_parts(void **state)
{
	static const uint64_t late[] = { 150000 }, early[] = { 40000, 70000 };
	struct timing t = { 0 };
	struct timing_line line;
	struct timing_total total;
	struct harness st;

	(void)state;
	begin(&st);
	erase(&st, 100, late, 1);
	erase(&st, 100, early, 2);
	update(&t, &st, 1);
	assert_true(timing_kind(&t, OPERATION_ERASE, &line));
	assert_false(timing_kind(&t, OPERATION_WRITE, &line));
	timing_kind(&t, OPERATION_ERASE, &line);
	assert_int_equal(line.parts[TIMING_TOOK].n, 2);
	assert_int_equal(line.parts[TIMING_TOOK].min, 300 + 40000 + 70000 +
	    3 * ANSWER);
	assert_int_equal(line.parts[TIMING_TOOK].max, 300 + 150000 + 2 *
	    ANSWER);
	assert_int_equal(line.parts[TIMING_ANNOUNCED].total, 300000);
	assert_int_equal(line.parts[TIMING_WAITED].total, 260000);
	/* Only what was waited beyond the wait is the host's own. */
	assert_int_equal(line.parts[TIMING_OWN].total, 50000);
	assert_int_equal(line.asked, 600 + 5 * ANSWER);
	total = timing_total(&t);
	assert_int_equal(total.between, 1000);
	assert_int_equal(total.own, 50000);
	assert_int_equal(total.waited, 210000);
	assert_int_equal(total.span, total.between + total.own +
	    total.waited + total.asked);
	timing_clear(&t);
	harness_end(&st);
}

static void
test_state_parts(void **state)
{
	static const uint64_t gaps[] = { 40000, 80000 };
	struct timing t = { 0 };
	struct timing_line line;
	struct harness st;

	(void)state;
	begin(&st);
	erase(&st, 100, gaps, 2);
	update(&t, &st, 100);
	assert_true(timing_state(&t, DFU_STATE_DNBUSY, st.now, &line));
	assert_int_equal(line.parts[TIMING_TOOK].n, 1);
	assert_int_equal(line.parts[TIMING_TOOK].total, 120000 + 2 * ANSWER);
	assert_int_equal(line.parts[TIMING_ANNOUNCED].n, 2);
	assert_int_equal(line.parts[TIMING_ANNOUNCED].max, 100000);
	assert_int_equal(line.parts[TIMING_WAITED].min, 40000);
	assert_int_equal(line.parts[TIMING_OWN].total, 0);
	assert_false(line.loop);
	assert_false(timing_state(&t, DFU_STATE_ERROR, st.now, &line));
	/* The present stay counts as long as it lasts. */
	assert_true(timing_state(&t, DFU_STATE_DNLOAD_IDLE, st.now + 9000,
	    &line));
	assert_int_equal(line.parts[TIMING_TOOK].total, 9000);
	timing_clear(&t);
	harness_end(&st);
}

static void
test_zero_loop(void **state)
{
	struct timing t = { 0 };
	struct timing_line line;
	struct harness st;
	int i;

	(void)state;
	begin(&st);
	for (i = 0; i < 9; i++)
		harness_status(&st, 100, 0, 0, DFU_STATE_MANIFEST);
	update(&t, &st, 100);
	assert_true(timing_state(&t, DFU_STATE_MANIFEST, st.now, &line));
	assert_false(line.loop);
	harness_status(&st, 100, 0, 0, DFU_STATE_MANIFEST);
	update(&t, &st, 100);
	assert_true(timing_state(&t, DFU_STATE_MANIFEST, st.now, &line));
	assert_true(line.loop);
	timing_clear(&t);
	harness_end(&st);
}

/* However many events are taken in at once, and with nothing at all. */
static void
test_slices(void **state)
{
	static const uint64_t gaps[] = { 40000, 80000 };
	struct timing all = { 0 }, one = { 0 };
	struct timing_total a, b;
	struct harness st;
	int i;

	(void)state;
	assert_false(timing_update(&all, NULL, NULL, 5));
	begin(&st);
	for (i = 0; i < 40; i++) {
		erase(&st, (uint32_t)i * 10, gaps, 2);
		update(&one, &st, 1);
	}
	update(&all, &st, SIZE_MAX);
	a = timing_total(&all);
	b = timing_total(&one);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_int_equal(all.operations.n, 1);
	timing_clear(&all);
	timing_clear(&one);
	harness_end(&st);
}

/* The way through the states. */

static void
state_path_is(const struct harness *st, const char *want)
{
	const struct trace *t = st->app.sessions->trace;
	struct path p = { 0 };
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < trace_end(t); i++)
		state_path_event(&p, session_of(st), trace_get(t, i));
	state_path_finish(&p);
	for (i = 0; i < p.n; i++) {
		if (p.steps[i].loop != 0)
			buf_addf(&b, "(%u of %u)", p.steps[i].rounds,
			    p.steps[i].loop);
		state_path_step_words(&p, i, &b);
		buf_addc(&b, ';');
	}
	assert_string_equal(buf_str(&b), want);
	buf_free(&b);
}

static void
test_path_folds(void **state)
{
	static const uint64_t once[] = { 100000 }, twice[] = { 9, 100000 };
	struct harness st;

	(void)state;
	begin(&st);
	erase(&st, 100, once, 1);
	state_path_is(&st, "connected: unknown;-#1 DNLOAD-> dfuDNLOAD-SYNC;"
	    "-#2 GETSTATUS-> dfuDNBUSY;-#3 GETSTATUS-> dfuDNLOAD-IDLE;");
	erase(&st, 100, twice, 2);
	state_path_is(&st,
	    "connected: unknown;(2 of 3)-#1 DNLOAD-> dfuDNLOAD-SYNC;"
	    "-#2 GETSTATUS x1-2-> dfuDNBUSY;"
	    "-#3 GETSTATUS-> dfuDNLOAD-IDLE;");
	harness_ask(&st, 100, DFU_ABORT, 0, NULL, 0);
	harness_answer(&st, 100, OUTCOME_STALL, NULL, 0);
	harness_leave(&st, 100);
	state_path_is(&st,
	    "connected: unknown;(2 of 3)-#1 DNLOAD-> dfuDNLOAD-SYNC;-#2 "
	    "GETSTATUS x1-2-> dfuDNBUSY;-#3 GETSTATUS-> dfuDNLOAD-IDLE;-#8 "
	    "ABORT STALL-> dfuERROR;-> disconnected;");
	harness_end(&st);
}

/* What does not repeat is cut in the middle, and no request is lost count. */
static void
test_path_is_bounded(void **state)
{
	static struct path p;
	struct harness st;
	const struct trace *t;
	uint64_t told = 0;
	uint32_t seed = 1;
	size_t i;

	(void)state;
	begin(&st);
	for (i = 0; i < 3000; i++) {
		seed = seed * 1103515245u + 12345u;
		harness_state(&st, 100, (uint8_t)(seed >> 16) % 11);
	}
	t = st.app.sessions->trace;
	for (i = 0; i < trace_end(t); i++) {
		state_path_event(&p, session_of(&st), trace_get(t, i));
		assert_true(p.n <= STATE_PATH_MOST);
	}
	state_path_finish(&p);
	assert_true(p.omitted > 1000);
	assert_int_equal(p.steps[1].first, 1);
	assert_int_equal(p.steps[p.n - 1].last, 3000);
	/* What is left out lies between two neighbours. */
	for (i = 1; i < p.n; i++) {
		if (i == p.gap)
			told = p.steps[i].first;
	}
	assert_true(told > p.omitted);
	harness_end(&st);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ideal_host),
		cmocka_unit_test(test_operation_parts),
		cmocka_unit_test(test_a_dialect_told_late),
		cmocka_unit_test(test_state_parts),
		cmocka_unit_test(test_zero_loop),
		cmocka_unit_test(test_slices),
		cmocka_unit_test(test_path_folds),
		cmocka_unit_test(test_path_is_bounded)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
