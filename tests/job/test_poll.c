/* SPDX-License-Identifier: ISC */
/*
 * A poll, answer by answer: how often it asks, when, and what ends it. Each
 * row plays answers of a device; the session before it is one that knows
 * nothing.
 */
#include "tests/dfu/check.h"

#include <stdlib.h>

#include "job/poll.h"
#include "session/session.h"
#include "wire/usb.h"

/* A poll, the job it works for and the time. */
struct play {
	struct poll p;
	struct job job;
	struct session s;
	struct job_settings set;
	struct job_turn t;
	uint32_t number;
	unsigned sent;
};

static void
play_open(struct play *y)
{
	*y = (struct play){ .s = { .present = true } };
	y->t = (struct job_turn){
		.job = &y->job, .s = &y->s, .set = &y->set, .now = 1000000
	};
}

static enum poll_end
turn(struct play *y)
{
	enum poll_end how = poll_next(&y->p, &y->t);

	if (how != POLL_GOING || y->t.step != JOB_CALL)
		return (how);
	y->sent++;
	job_free(y->job.child);
	y->job.child = NULL;
	return (how);
}

/* What was sent ends so, 100 us later. */
static enum poll_end
answer(struct play *y, enum outcome outcome, const uint8_t *data, uint16_t n)
{
	struct event e = { .kind = EVENT_COMPLETE,
		.outcome = (uint8_t)outcome,
		.number = ++y->number,
		.data = data,
		.len = n,
		.kept = n };

	y->t.now += 100;
	e.time = y->t.now;
	poll_event(&y->p, &e);
	return (turn(y));
}

static enum poll_end
status(struct play *y, uint8_t state, uint32_t ms)
{
	const uint8_t reply[] = { 0, (uint8_t)ms, (uint8_t)(ms >> 8),
		(uint8_t)(ms >> 16), state, 0 };

	return (answer(y, OUTCOME_OK, reply, sizeof(reply)));
}

/* It waits until that time (us); then it has its turn at that. */
static enum poll_end
wait(struct play *y, uint64_t until)
{
	assert_int_equal(y->t.step, JOB_WAIT);
	assert_int_equal(y->job.until, until);
	y->t.now = until;
	return (turn(y));
}

/* One GETSTATUS and four more, at the pace; the sixth is never sent. */
static void
a_stall_is_asked_again_four_times(void **state)
{
	unsigned stalls, i;
	struct play y;

	(void)state;
	for (stalls = 4; stalls <= 5; stalls++) {
		play_open(&y);
		poll_begin_asking(&y.p, POLL_NOTHING, 0);
		assert_int_equal(turn(&y), POLL_GOING);
		for (i = 1; i < stalls; i++) {
			assert_int_equal(
			    answer(&y, OUTCOME_STALL, NULL, 0), POLL_GOING);
			wait(&y, y.t.now + 10000);
		}
		if (stalls == 5) {
			assert_int_equal(
			    answer(&y, OUTCOME_STALL, NULL, 0), POLL_REFUSED);
		} else {
			assert_int_equal(
			    answer(&y, OUTCOME_STALL, NULL, 0), POLL_GOING);
			wait(&y, y.t.now + 10000);
			assert_int_equal(status(&y, 2, 0), POLL_DONE);
		}
		assert_int_equal(y.sent, 5);
		poll_free(&y.p);
	}
}

static void
a_lost_answer_is_asked_for_once_more(void **state)
{
	struct play y;

	(void)state;
	play_open(&y);
	poll_begin_asking(&y.p, POLL_NOTHING, 0);
	turn(&y);
	assert_int_equal(answer(&y, OUTCOME_TIMEOUT, NULL, 0), POLL_GOING);
	assert_int_equal(answer(&y, OUTCOME_TIMEOUT, NULL, 0), POLL_SILENT);
	assert_int_equal(y.sent, 2);

	/* What was answered meanwhile makes it anew. */
	poll_begin_asking(&y.p, POLL_BLOCK, 0);
	turn(&y);
	assert_int_equal(answer(&y, OUTCOME_TIMEOUT, NULL, 0), POLL_GOING);
	assert_int_equal(status(&y, 4, 5), POLL_GOING);
	wait(&y, y.t.now + 5000);
	assert_int_equal(answer(&y, OUTCOME_TIMEOUT, NULL, 0), POLL_GOING);
	assert_int_equal(status(&y, 5, 0), POLL_DONE);
	poll_free(&y.p);
}

static void
once_is_once(void **state)
{
	static const uint8_t half[3];
	struct play y;

	(void)state;
	play_open(&y);
	poll_begin_asking(&y.p, POLL_NOTHING, 0);
	y.p.once = true;
	turn(&y);
	assert_int_equal(answer(&y, OUTCOME_STALL, NULL, 0), POLL_REFUSED);
	poll_begin_asking(&y.p, POLL_NOTHING, 0);
	y.p.once = true;
	turn(&y);
	assert_int_equal(answer(&y, OUTCOME_TIMEOUT, NULL, 0), POLL_SILENT);

	/* Half of an answer says nothing new. */
	y.s.status.reply.bState = DFU_STATE_DNBUSY;
	poll_begin_asking(&y.p, POLL_BLOCK, 0);
	y.p.once = true;
	y.p.asked = 0;
	y.p.pace = 10000;
	turn(&y);
	assert_int_equal(
	    answer(&y, OUTCOME_SHORT, half, sizeof(half)), POLL_GOING);
	wait(&y, y.p.asked + 10000);
	y.s.status.reply.bState = DFU_STATE_DNLOAD_IDLE;
	assert_int_equal(
	    answer(&y, OUTCOME_SHORT, half, sizeof(half)), POLL_DONE);
	assert_int_equal(y.sent, 4);
	poll_free(&y.p);
}

/* Busy to the limit is fine; a microsecond more is not. */
static void
the_limit_counts_from_sending(void **state)
{
	struct play y;

	(void)state;
	play_open(&y);
	poll_begin(&y.p, DFU_DNLOAD, 0, NULL, 0, POLL_BLOCK, 20);
	assert_int_equal(turn(&y), POLL_GOING);
	assert_int_equal(answer(&y, OUTCOME_OK, NULL, 0), POLL_GOING);
	y.t.now = 1000000 + 20000 - 100;
	assert_int_equal(status(&y, 4, 1), POLL_GOING);
	y.t.now = 1000000 + 20000 - 99;
	turn(&y);
	wait(&y, y.p.due);
	assert_int_equal(status(&y, 4, 1), POLL_STILL);
	poll_free(&y.p);
}

/* Not sooner than the pace, not at or behind until, and not too often. */
static void
a_poll_ends_when_it_is_enough(void **state)
{
	struct play y;

	(void)state;
	play_open(&y);
	poll_begin_asking(&y.p, POLL_LEAVE, 0);
	y.p.pace = 10000;
	y.p.until = 1025000;
	turn(&y);
	assert_int_equal(status(&y, 7, 0), POLL_GOING);
	assert_int_equal(wait(&y, 1010000), POLL_GOING);
	assert_int_equal(status(&y, 7, 12), POLL_GOING);
	assert_int_equal(wait(&y, 1022100), POLL_GOING);
	assert_int_equal(status(&y, 7, 60000), POLL_GOING);
	assert_int_equal(y.sent, 3);
	assert_int_equal(wait(&y, 1025000), POLL_STILL);
	assert_int_equal(y.sent, 3);
	assert_int_equal(y.p.answers, 3);

	play_open(&y);
	poll_begin_asking(&y.p, POLL_LEAVE, 0);
	y.p.most = 2;
	turn(&y);
	assert_int_equal(status(&y, 7, 1), POLL_GOING);
	wait(&y, y.t.now + 1000);
	assert_int_equal(status(&y, 7, 1), POLL_STILL);
	assert_int_equal(y.sent, 2);
	poll_free(&y.p);
}

/* No wait is announced: asked at once, then more and more rarely. */
static void
no_wait_is_paced(void **state)
{
	static const uint64_t paces[] = { 0, 1000, 2000, 4000, 8000, 10000,
		10000 };
	struct play y;
	size_t i;

	(void)state;
	play_open(&y);
	poll_begin_asking(&y.p, POLL_BLOCK, 0);
	turn(&y);
	for (i = 0; i < COUNT(paces); i++) {
		assert_int_equal(status(&y, DFU_STATE_DNBUSY, 0), POLL_GOING);
		if (paces[i] != 0) {
			assert_int_equal(y.sent, i + 1);
			assert_int_equal(y.t.job->until, y.p.ended + paces[i]);
			wait(&y, y.t.job->until);
		}
		/* At once is in the same turn. */
		assert_int_equal(y.sent, i + 2);
	}
	poll_free(&y.p);
}

/* Hours are announced, and somebody has a minute. */
static void
patience_ends(void **state)
{
	struct play y;

	(void)state;
	play_open(&y);
	poll_begin_asking(&y.p, POLL_CHANGE, 0);
	y.p.from = DFU_STATE_MANIFEST;
	y.p.patience = 60000000;
	turn(&y);
	assert_int_equal(status(&y, 7, 59999), POLL_GOING);
	wait(&y, y.t.now + 59999000);
	assert_int_equal(status(&y, 7, 0xffffff), POLL_GOING);
	wait(&y, y.t.now + 60000000);
	assert_int_equal(status(&y, 10, 0), POLL_DONE);
	poll_free(&y.p);
}

/* What each state means: going on, done, refused; 11 is no state. */
static void
states_end_a_poll(void **state)
{
	static const struct {
		enum poll_follow follow;
		const char *ends; /* of state 0, 1, ... */
	} rows[] = {
		{ POLL_NOTHING, "dddddddddddd" },
		{ POLL_BLOCK, "rrdggdrrrrrr" },
		{ POLL_MANIFEST, "rrdggdggdrrr" },
		{ POLL_LEAVE, "rrdrrrggdrrr" },
		{ POLL_CHANGE, "ddddgddddddd" },
	};
	const enum poll_end ends[] = {
		['g'] = POLL_GOING, ['d'] = POLL_DONE, ['r'] = POLL_REFUSED
	};
	struct play y;
	uint8_t at;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (at = 0; rows[i].ends[at] != '\0'; at++) {
			play_open(&y);
			poll_begin_asking(&y.p, rows[i].follow, 0);
			y.p.from = DFU_STATE_DNBUSY;
			turn(&y);
			if (status(&y, at, 0) !=
			    ends[(unsigned char)rows[i].ends[at]])
				fail_msg(
				    "follow %d, state %u", rows[i].follow, at);
			poll_free(&y.p);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stall_is_asked_again_four_times),
		cmocka_unit_test(a_lost_answer_is_asked_for_once_more),
		cmocka_unit_test(once_is_once),
		cmocka_unit_test(the_limit_counts_from_sending),
		cmocka_unit_test(a_poll_ends_when_it_is_enough),
		cmocka_unit_test(no_wait_is_paced),
		cmocka_unit_test(patience_ends),
		cmocka_unit_test(states_end_a_poll),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
