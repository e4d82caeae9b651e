/* SPDX-License-Identifier: ISC */
/* What a session believes: clauses are those of DFU 1.1. */
#include "tests/diagnosis/walk.h"

static void
run(const char *spec, const struct step *steps, size_t n)
{
	struct walk t;

	walk_open(&t, spec);
	walk_run(&t, steps, n);
	walk_close(&t);
}

#define RUN(spec, steps)	run(spec, steps, COUNT(steps))

static void
test_unknown_until_it_answers(void **state)
{
	static const struct step steps[] = {
		AT(0, UNKNOWN, NONE, NONE, NONE),
		{ 5, STEP_SUBMIT, DFU_GETSTATE, 0, 0, OUTCOME_UNKNOWN, NULL,
		    UNKNOWN, NONE, NONE, NONE },
		{ 6, STEP_COMPLETE, 0, 0, 0, OUTCOME_OK, "02", REPORTED, 2, 2,
		    NONE },
		AT(99999, REPORTED, 2, 2, NONE),
	};

	(void)state;
	RUN("dfu11", steps);
}

/* A.2.5: when bwPollTimeout is over, dfuDNBUSY is left for dfuDNLOAD-SYNC. */
static void
test_a_2_5_time_moves_dnbusy(void **state)
{
	static const struct step steps[] = {
		STATUS(0, "000000000200", 2, NONE),
		ASK(10, DFU_DNLOAD, 0, 0, "0011", OK, NULL, MOVED, 3, 2,
		    NONE),
		STATUS(20, "006400000400", 4, 121),
		AT(120, REPORTED, 4, 4, 121),
		AT(121, TIMED, 3, 4, NONE),
		STATUS(200, "000000000500", 5, NONE),
	};

	(void)state;
	RUN("dfu11", steps);
}

/* The device is slower than it said: its word counts, time begins anew. */
static void
test_a_2_5_overdue_then_busy_again(void **state)
{
	static const struct step steps[] = {
		STATUS(0, "006400000400", 4, 101),
		AT(101, TIMED, 3, 4, NONE),
		STATUS(150, "003200000400", 4, 201),
		AT(201, TIMED, 3, 4, NONE),
	};

	(void)state;
	RUN("dfu11", steps);
}

/* GETSTATE announces no wait: the old one goes on. */
static void
test_getstate_keeps_the_wait(void **state)
{
	static const struct step steps[] = {
		STATUS(0, "006400000400", 4, 101),
		STATE(10, "04", 4, 101),
		AT(101, TIMED, 3, 4, NONE),
	};

	(void)state;
	RUN("dfu11", steps);
}

/* A.2.8: a tolerant device goes to dfuMANIFEST-SYNC, another waits. */
static void
test_a_2_8_time_moves_manifest(void **state)
{
	static const struct step tolerant[] = {
		STATUS(0, "000a00000700", 7, 11),
		AT(11, TIMED, 6, 7, NONE),
	}, strict[] = {
		STATUS(0, "000a00000700", 7, 11),
		AT(11, TIMED, 8, 7, NONE),
	};

	(void)state;
	RUN("dfu11,tolerant=1", tolerant);
	RUN("dfu11,tolerant=0", strict);
}

/* A.2.9: nothing but a reset is answered, so silence changes nothing. */
static void
test_a_2_9_silence_is_expected(void **state)
{
	static const struct step steps[] = {
		STATUS(0, "000a00000700", 7, 11),
		SEND(20, DFU_GETSTATUS, TIMEOUT, TIMED, 8, 7, ANY),
		SEND(30, DFU_GETSTATUS, STALL, MOVED, 10, 7, NONE),
	};

	(void)state;
	RUN("dfu11,tolerant=0", steps);
}

/* A.2.2: the detach timer leads back to appIDLE, a reset to dfuIDLE. */
static void
test_a_2_2_detach(void **state)
{
	static const struct step timer[] = {
		STATE(0, "00", 0, NONE),
		ASK(10, DFU_DETACH, 500, 0, NULL, OK, NULL, MOVED, 1, 0, 511),
		AT(510, MOVED, 1, 0, 511),
		AT(511, TIMED, 0, 0, NONE),
	}, reset[] = {
		STATE(0, "00", 0, NONE),
		ASK(10, DFU_DETACH, 500, 0, NULL, OK, NULL, MOVED, 1, 0, 511),
		HAPPENS(20, STEP_RESET, NULL, MOVED, 2, ANY, NONE),
	}, late[] = {
		STATE(0, "00", 0, NONE),
		ASK(10, DFU_DETACH, 500, 0, NULL, OK, NULL, MOVED, 1, 0, 511),
		HAPPENS(600, STEP_RESET, NULL, UNKNOWN, NONE, ANY, NONE),
	};

	(void)state;
	RUN("dfu11,mode=app", timer);
	RUN("dfu11,mode=app", reset);
	RUN("dfu11,mode=app", late);
}

/* ST's library takes CLRSTATUS in dfuIDLE, where A.2.3 has a STALL. */
static void
test_what_does_not_fit_is_unknown(void **state)
{
	static const struct step steps[] = {
		STATUS(0, "000000000200", 2, NONE),
		SEND(10, DFU_CLRSTATUS, OK, UNKNOWN, NONE, 2, NONE),
	}, guessed[] = {
		STATUS(0, "000000000200", 2, NONE),
		SEND(10, DFU_CLRSTATUS, STALL, MOVED, 10, 2, NONE),
		SEND(20, DFU_CLRSTATUS, OK, MOVED, 2, 2, NONE),
	};
	struct walk t;

	(void)state;
	RUN("st", guessed);
	walk_open(&t, "st");
	walk_run(&t, steps, sizeof(steps) / sizeof(steps[0]));
	assert_string_equal(t.s->estimate.clause, "A.2.3");
	assert_int_equal(t.s->estimate.by, 2);
	walk_close(&t);
}

/* DETACH accepted from an unknown state tells where it is. */
static void
test_unknown_state_told_by_a_sole_cell(void **state)
{
	static const struct step detach[] = {
		ASK(0, DFU_DETACH, 100, 0, NULL, OK, NULL, MOVED, 1, NONE,
		    101),
	}, cleared[] = {
		SEND(0, DFU_CLRSTATUS, OK, MOVED, 2, NONE, NONE),
	}, aborted[] = {
		SEND(0, DFU_ABORT, OK, MOVED, 2, NONE, NONE),
	}, sent[] = {
		ASK(0, DFU_DNLOAD, 0, 0, "00", OK, NULL, MOVED, 3, NONE,
		    NONE),
	}, refused[] = {
		SEND(0, DFU_ABORT, STALL, MOVED, 10, NONE, NONE),
	}, short_answer[] = {
		ASK(0, DFU_GETSTATUS, 0, 0, NULL, SHORT, "0000", ANY, ANY,
		    NONE, NONE),
	};

	(void)state;
	RUN("dfu11,mode=app", detach);
	RUN("dfu11", cleared);
	RUN("dfu11", aborted);
	RUN("dfu11", sent);
	RUN("dfu11", refused);
	RUN("dfu11", short_answer);
}

/* A.2.11, A.2.1: a STALL means dfuERROR, in run-time mode appIDLE. */
static void
test_stall_moves(void **state)
{
	static const struct step dfu[] = {
		STATE(0, "02", 2, NONE),
		SEND(10, DFU_DETACH, STALL, MOVED, 10, 2, NONE),
		SEND(20, DFU_CLRSTATUS, OK, MOVED, 2, 2, NONE),
		SEND(30, DFU_CLRSTATUS, STALL, MOVED, 10, 2, NONE),
	}, app[] = {
		STATE(0, "00", 0, NONE),
		SEND(10, DFU_ABORT, STALL, MOVED, 0, 0, NONE),
	}, other[] = {
		STATE(0, "05", 5, NONE),
		SEND(10, 42, STALL, MOVED, 10, 5, NONE),
	};

	(void)state;
	RUN("dfu11", dfu);
	RUN("dfu11,mode=app", app);
	RUN("dfu11", other);
}

/* After these the state can be anything. */
static void
test_lost_answers_make_it_unknown(void **state)
{
	static const enum outcome outcomes[] = { OUTCOME_TIMEOUT,
	    OUTCOME_CANCELLED, OUTCOME_BUSERROR, OUTCOME_BABBLE,
	    OUTCOME_GONE, OUTCOME_DENIED, OUTCOME_BUSY, OUTCOME_UNKNOWN };
	struct step steps[] = {
		STATE(0, "05", 5, NONE),
		SEND(10, DFU_ABORT, TIMEOUT, UNKNOWN, NONE, 5, NONE),
		STATE(20, "02", 2, NONE),
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(outcomes); i++) {
		steps[3].outcome = outcomes[i];
		RUN("dfu11", steps);
	}
}

/* A.2.10, A.2.3: a short block ends an upload, but not in dfuIDLE. */
static void
test_a_2_10_uploads(void **state)
{
	static const struct step steps[] = {
		STATE(0, "02", 2, NONE),
		ASK(10, DFU_UPLOAD, 0, 4, NULL, OK, "00010203", MOVED, 9, 2,
		    NONE),
		ASK(20, DFU_UPLOAD, 1, 4, NULL, OK, "00010203", MOVED, 9, 2,
		    NONE),
		ASK(30, DFU_UPLOAD, 2, 4, NULL, SHORT, "0001", MOVED, 2, 2,
		    NONE),
	};

	(void)state;
	RUN("dfu11,size=4096", steps);
}

/* Undefined bState values are kept as they are. */
static void
test_undefined_state(void **state)
{
	static const struct step steps[] = {
		STATUS(0, "000000000f00", 15, NONE),
		SEND(10, DFU_ABORT, OK, MOVED, 2, 15, NONE),
		STATE(20, "ff", 255, NONE),
		SEND(30, DFU_ABORT, STALL, MOVED, 10, 255, NONE),
		SEND(40, DFU_ABORT, TIMEOUT, UNKNOWN, NONE, 255, NONE),
		HAPPENS(50, STEP_LEFT, NULL, UNKNOWN, NONE, ANY, NONE),
	};

	(void)state;
	RUN("dfu11", steps);
}

static void
test_requests_that_are_no_input(void **state)
{
	struct event e = { .kind = EVENT_SUBMIT, .number = 9,
	    .setup = { 0x40, 7, 0, 0, 0 } };
	struct walk t;
	static const struct step steps[] = {
		STATUS(0, "006400000400", 4, 101),
	};

	(void)state;
	walk_open(&t, "dfu11");
	walk_run(&t, steps, COUNT(steps));
	walk_apply(&t, e);
	e.kind = EVENT_COMPLETE;
	e.outcome = OUTCOME_STALL;
	walk_apply(&t, e);
	assert_int_equal(t.s->estimate.how, REPORTED);
	assert_int_equal(session_deadline(t.s, t.now), 101000);
	assert_int_equal(session_request(t.s, 9)->outcome, OUTCOME_STALL);
	walk_close(&t);
}

/* The first request and its end, in one. */
static void
control(struct walk *t, struct setup setup, const char *data, uint32_t n)
{
	struct event e = { .kind = EVENT_SUBMIT,
		.number = ++t->number,
		.setup = setup,
		.data = (const uint8_t *)data };

	if (!setup_is_in(&setup))
		e.len = e.kept = n;
	walk_apply(t, e);
	e.kind = EVENT_COMPLETE;
	e.outcome = OUTCOME_OK;
	e.len = e.kept = setup_is_in(&setup) ? n : 0;
	walk_apply(t, e);
}

static void
is_meant(const struct walk *t, uint32_t number, enum dfu_kind kind,
    bool addressed, uint32_t address)
{
	const struct request *r = session_request(t->s, number);

	assert_int_equal(r->meaning.kind, kind);
	assert_int_equal(r->meaning.addressed, addressed);
	if (addressed)
		assert_int_equal(r->meaning.address, address);
}

static const struct setup to_block0 = { 0x21, DFU_DNLOAD, 0, 0, 5 };
static const struct setup to_block3 = { 0x21, DFU_DNLOAD, 3, 0, 64 };
static const struct setup look = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };
#define POINT "\x21\0\0\0\x08"
#define IDLE5 "\0\0\0\0\x05"
static const char block[64];

static void
test_meaning_is_kept(void **state)
{
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	control(&t, to_block3, block, 64);
	control(&t, to_block0, POINT, 5);
	control(&t, to_block3, block, 64);
	control(&t, look, IDLE5, 6);
	control(&t, to_block3, block, 64);
	is_meant(&t, 1, DFU_KIND_WRITE, false, 0);
	is_meant(&t, 2, DFU_KIND_SET_ADDRESS, true, 0x08000000);
	/* The pointer is set by the GETSTATUS, and the block came first. */
	is_meant(&t, 3, DFU_KIND_WRITE, false, 0);
	is_meant(&t, 5, DFU_KIND_WRITE, false, 0);
	assert_false(t.s->pointer_known);
	control(&t, to_block0, POINT, 5);
	control(&t, look, IDLE5, 6);
	control(&t, to_block3, block, 64);
	is_meant(&t, 8, DFU_KIND_WRITE, true, 0x08000800);
	/* What follows says nothing about what came before. */
	is_meant(&t, 5, DFU_KIND_WRITE, false, 0);
	assert_int_equal(session_request(t.s, 8)->revision, t.s->revision);
	walk_close(&t);
}

/* A Set Address that is refused leaves the pointer where it was. */
static void
test_a_refused_pointer_is_none(void **state)
{
	static const uint8_t elsewhere[] = { 0x21, 0, 0x30, 0, 8 };
	struct event e = { .kind = EVENT_SUBMIT, .setup = to_block0,
	    .data = elsewhere, .len = 5, .kept = 5 };
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	control(&t, to_block0, POINT, 5);
	control(&t, look, IDLE5, 6);
	assert_int_equal(t.s->pointer, 0x08000000);
	e.number = ++t.number;
	walk_apply(&t, e);
	e.kind = EVENT_COMPLETE;
	e.outcome = OUTCOME_STALL;
	e.len = e.kept = 0;
	walk_apply(&t, e);
	control(&t, look, IDLE5, 6);
	assert_true(t.s->pointer_known);
	assert_int_equal(t.s->pointer, 0x08000000);
	walk_close(&t);
}

static void
say(struct walk *t, const char *line)
{
	walk_apply(t, event_text(EVENT_COMMAND, 0, 0, line));
}

/* Unplugged in the middle of a leave: a hand did it, and no request. */
static void
test_unplugged_is_not_left(void **state)
{
	static const struct setup leave = { 0x21, DFU_DNLOAD, 2, 0, 0 };
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	control(&t, leave, NULL, 0);
	assert_int_not_equal(t.s->leaving.by, 0);
	say(&t, "unplug");
	walk_apply(&t, (struct event){ .kind = EVENT_LEFT });
	assert_int_equal(t.s->departure.cause, DEPARTURE_HAND);
	assert_int_equal(t.s->departure.leaving.by, 0);
	walk_close(&t);
}

/* A device of version 1.1 whose alternate setting is named by a layout. */
static void
test_read_again_when_the_dialect_is_known(void **state)
{
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072,wrong=version-1.1");
	assert_int_equal(session_dialect(t.s), DFU_DIALECT_UNKNOWN);
	control(&t, to_block0, POINT, 5);
	control(&t, look, IDLE5, 6);
	control(&t, to_block3, block, 64);
	is_meant(&t, 1, DFU_KIND_WRITE, false, 0);
	assert_int_equal(session_request(t.s, 1)->meaning.maybe,
	    DFU_KIND_SET_ADDRESS);
	is_meant(&t, 3, DFU_KIND_WRITE, false, 0x800);
	assert_false(t.s->pointer_known);
	assert_int_equal(t.s->revision, 0);

	say(&t, "dialect dfuse");
	assert_int_equal(session_dialect(t.s), DFU_DIALECT_DFUSE);
	is_meant(&t, 1, DFU_KIND_SET_ADDRESS, true, 0x08000000);
	is_meant(&t, 3, DFU_KIND_WRITE, true, 0x08000800);
	assert_true(t.s->pointer_known);
	assert_int_equal(t.s->pointer, 0x08000000);
	assert_int_equal(t.s->revision, 1);
	assert_int_equal(session_request(t.s, 3)->revision, 1);
	/* Once more changes nothing. */
	say(&t, "dialect dfuse");
	assert_int_equal(t.s->revision, 1);
	say(&t, "dialect plain");
	is_meant(&t, 1, DFU_KIND_WRITE, false, 0);
	is_meant(&t, 3, DFU_KIND_WRITE, false, 0);
	assert_int_equal(t.s->revision, 2);
	walk_close(&t);
}

/* Requests of an earlier arrival stay what they were. */
static void
test_read_again_is_of_this_arrival(void **state)
{
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	control(&t, to_block0, POINT, 5);
	walk_arrive(&t, "stm32f072", "1-1");
	control(&t, to_block0, POINT, 5);
	session_read_again(t.s, t.sessions->trace);
	is_meant(&t, 1, DFU_KIND_WRITE, false, 0);
	is_meant(&t, 2, DFU_KIND_SET_ADDRESS, true, 0x08000000);
	assert_true(t.s->pointer_pending);
	assert_int_equal(session_request(t.s, 1)->revision, 0);
	assert_int_equal(session_request(t.s, 2)->revision, 1);
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unknown_until_it_answers),
		cmocka_unit_test(test_a_2_5_time_moves_dnbusy),
		cmocka_unit_test(test_a_2_5_overdue_then_busy_again),
		cmocka_unit_test(test_getstate_keeps_the_wait),
		cmocka_unit_test(test_a_2_8_time_moves_manifest),
		cmocka_unit_test(test_a_2_9_silence_is_expected),
		cmocka_unit_test(test_a_2_2_detach),
		cmocka_unit_test(test_what_does_not_fit_is_unknown),
		cmocka_unit_test(test_unknown_state_told_by_a_sole_cell),
		cmocka_unit_test(test_stall_moves),
		cmocka_unit_test(test_lost_answers_make_it_unknown),
		cmocka_unit_test(test_a_2_10_uploads),
		cmocka_unit_test(test_undefined_state),
		cmocka_unit_test(test_requests_that_are_no_input),
		cmocka_unit_test(test_meaning_is_kept),
		cmocka_unit_test(test_a_refused_pointer_is_none),
		cmocka_unit_test(test_unplugged_is_not_left),
		cmocka_unit_test(test_read_again_when_the_dialect_is_known),
		cmocka_unit_test(test_read_again_is_of_this_arrival),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
