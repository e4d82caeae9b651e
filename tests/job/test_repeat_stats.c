/* SPDX-License-Identifier: ISC */
/* Many rounds, counted. */
#include "tests/diagnosis/walk.h"

#include <string.h>

#include "job/repeat_stats.h"

/* Exact while small; never more than a sixteenth above the value. */
static void
test_distribution(void **state)
{
	static struct distribution s;
	uint64_t v, q;

	(void)state;
	for (v = 0; v < 60; v++) {
		memset(&s, 0, sizeof(s));
		distribution_add(&s, 0);
		distribution_add(&s, v);
		distribution_add(&s, 1000);
		assert_int_equal(distribution_quantile(&s, 0.67), v);
	}
	for (v = 64; v < UINT64_MAX / 3; v = v * 3 - 1) {
		memset(&s, 0, sizeof(s));
		distribution_add(&s, 0);
		distribution_add(&s, v);
		distribution_add(&s, UINT64_MAX);
		q = distribution_quantile(&s, 0.67);
		if (q < v || q - v > v / 16)
			fail_msg("%llu is told as %llu",
			    (unsigned long long)v, (unsigned long long)q);
		assert_true(distribution_quantile(&s, 1) == UINT64_MAX);
		assert_true(distribution_quantile(&s, 0) == 0);
	}
}

static void
ask(struct walk *t, struct repeat_stats *k, uint8_t request)
{
	struct event e = { .kind = EVENT_SUBMIT, .number = ++t->number,
	    .setup = { .bmRequestType = request == DFU_DNLOAD ? 0x21 : 0xa1,
	    .bRequest = request, .wLength = request == DFU_DNLOAD ? 0 : 6 } };
	static const uint8_t reply[6] = { 0, 0, 0, 0, 7, 0 };

	t->now += 1000;
	walk_apply(t, e);
	e = (struct event){ .kind = EVENT_COMPLETE, .number = t->number,
	    .outcome = OUTCOME_OK };
	if (request == DFU_GETSTATUS) {
		e.data = reply;
		e.len = e.kept = sizeof(reply);
	}
	walk_apply(t, e);
	e.dev = t->dev;
	e.time = t->now;
	repeat_stats_event(k, t->s, &e);
}

static void
leave(struct walk *t, struct repeat_stats *k)
{
	struct event e = { .kind = EVENT_LEFT, .dev = t->dev };

	t->now += 1000;
	e.time = t->now;
	walk_apply(t, e);
	repeat_stats_event(k, t->s, &e);
}

static void
test_rounds(void **state)
{
	struct job_result good = { .code = CODE_OK }, bad = { .code = 76 };
	static struct repeat_stats k;
	struct walk t;
	struct buf b = { 0 };

	(void)state;
	walk_open(&t, "dfu11");
	buf_adds(&bad.text, "still there");
	ask(&t, &k, DFU_GETSTATUS);
	ask(&t, &k, DFU_DNLOAD);
	ask(&t, &k, DFU_GETSTATUS);
	repeat_stats_round(&k, t.s, &bad);
	/* The same leave goes on in the next round. */
	ask(&t, &k, DFU_GETSTATUS);
	leave(&t, &k);
	repeat_stats_round(&k, t.s, &good);
	assert_int_equal(k.rounds, 2);
	assert_int_equal(k.failed, 1);
	assert_int_equal(k.left, 1);
	assert_int_equal(k.came_back, 0);
	assert_int_equal(k.polls.n, 1);
	assert_int_equal(k.polls.max, 2);
	assert_int_equal(k.leaving.max, 3000);
	assert_int_equal(k.requests.min, 1);
	assert_int_equal(k.requests.max, 3);
	repeat_stats_words(&k, &b);
	assert_non_null(strstr(buf_str(&b),
	    "1 of 2 rounds succeeded, 1 of 2 left, 0 reconnected\n"));
	assert_non_null(strstr(buf_str(&b),
	    "first failure, round 1: still there\n"));
	buf_free(&b);
	buf_free(&bad.text);
	repeat_stats_free(&k);
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distribution),
		cmocka_unit_test(test_rounds),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
