/* What a session makes of events: clauses are those of DFU 1.1. */
#include "tests/model/steps.h"

#include <string.h>

#include "dfu/dfuse.h"

#define UNKNOWN		BELIEF_UNKNOWN
#define REPORTED	BELIEF_REPORTED
#define MOVED		BELIEF_MOVED
#define TIMED		BELIEF_TIMED

/* A request and its answer 1 ms later, and what is then the case. */
#define ASK(ms, request, value, length, out, outcome, in, how, state, said, \
    due) \
	{ ms, STEP_SUBMIT, request, value, length, OUTCOME_UNKNOWN, out, \
	    ANY, ANY, ANY, ANY }, \
	{ (ms) + 1, STEP_COMPLETE, 0, 0, 0, OUTCOME_##outcome, in, how, \
	    state, said, due }
#define STATUS(ms, hex, state, due) \
	ASK(ms, DFU_GETSTATUS, 0, 0, NULL, OK, hex, REPORTED, state, state, \
	    due)
#define STATE(ms, hex, state, due) \
	ASK(ms, DFU_GETSTATE, 0, 0, NULL, OK, hex, REPORTED, state, state, due)
#define SEND(ms, request, outcome, how, state, said, due) \
	ASK(ms, request, 0, 0, NULL, outcome, NULL, how, state, said, due)
#define AT(ms, how, state, said, due) \
	{ ms, STEP_IS, 0, 0, 0, OUTCOME_UNKNOWN, NULL, how, state, said, due }
#define HAPPENS(ms, kind, hex, how, state, said, due) \
	{ ms, kind, 0, 0, 0, OUTCOME_UNKNOWN, hex, how, state, said, due }

static void
run(const char *spec, const struct step *steps, size_t n)
{
	struct stage t;

	stage_open(&t, spec);
	stage_run(&t, steps, n);
	stage_close(&t);
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
	struct stage t;
	static const struct step steps[] = {
		STATUS(0, "006400000400", 4, 101),
	};

	(void)state;
	stage_open(&t, "dfu11");
	stage_run(&t, steps, COUNT(steps));
	stage_apply(&t, e);
	e.kind = EVENT_COMPLETE;
	e.outcome = OUTCOME_STALL;
	stage_apply(&t, e);
	assert_int_equal(t.s->belief.how, REPORTED);
	assert_int_equal(session_deadline(t.s, t.now), 101000);
	assert_int_equal(session_request(t.s, 9)->outcome, OUTCOME_STALL);
	stage_close(&t);
}

static void
assert_visit(const struct session *s, uint8_t state, uint32_t count,
    uint64_t ms)
{
	if (s->visits[state].count != count ||
	    s->visits[state].total != ms * 1000)
		fail_msg("state %u: %u visits, %llu us", state,
		    s->visits[state].count,
		    (unsigned long long)s->visits[state].total);
}

static void
assert_trail(const struct session *s, size_t i, int from, int to, int input,
    enum outcome outcome, uint32_t by)
{
	const struct trail_step *p = &s->trail[i];

	assert_true(i < s->ntrail);
	if (p->from != from || p->to != to || p->input != input ||
	    p->outcome != outcome || p->by != by)
		fail_msg("trail %zu: %u to %u, input %d, outcome %d, by %u",
		    i, p->from, p->to, p->input, p->outcome, p->by);
}

static void
test_visits_and_trail(void **state)
{
	static const struct step steps[] = {
		STATUS(0, "000000000200", 2, NONE),
		ASK(10, DFU_DNLOAD, 0, 0, "0011", OK, NULL, MOVED, 3, 2,
		    NONE),
		STATUS(20, "006400000400", 4, 121),
		STATUS(50, "003200000400", 4, 101),
		STATUS(201, "000000000500", 5, NONE),
		SEND(300, DFU_DETACH, STALL, MOVED, 10, 5, NONE),
		SEND(310, DFU_CLRSTATUS, OK, MOVED, 2, 5, NONE),
	};
	struct stage t;

	(void)state;
	stage_open(&t, "dfu11");
	stage_run(&t, steps, COUNT(steps));
	assert_visit(t.s, 2, 2, 10);	/* 1 to 11, and now */
	assert_visit(t.s, 3, 2, 10 + 101);	/* 11 to 21, 101 to 202 */
	assert_visit(t.s, 4, 1, 80);		/* 21 to 101 */
	assert_visit(t.s, 5, 1, 99);
	assert_visit(t.s, 10, 1, 10);
	assert_int_equal(t.s->ntrail, 7);
	assert_trail(t.s, 0, NO_STATE, 2, DFU_IN_GETSTATUS, OUTCOME_OK, 1);
	assert_trail(t.s, 1, 2, 3, DFU_IN_DNLOAD, OUTCOME_OK, 2);
	assert_trail(t.s, 2, 3, 4, DFU_IN_GETSTATUS, OUTCOME_OK, 3);
	assert_trail(t.s, 3, 4, 3, DFU_IN_TIME, OUTCOME_OK, 0);
	assert_trail(t.s, 4, 3, 5, DFU_IN_GETSTATUS, OUTCOME_OK, 5);
	assert_trail(t.s, 5, 5, 10, DFU_IN_DETACH, OUTCOME_STALL, 6);
	assert_trail(t.s, 6, 10, 2, DFU_IN_CLRSTATUS, OUTCOME_OK, 7);
	stage_close(&t);
}

/* The last SESSION_TRAIL steps, oldest first. */
static void
test_trail_is_bounded(void **state)
{
	struct step steps[] = {
		SEND(0, DFU_DETACH, STALL, MOVED, 10, ANY, NONE),
		SEND(1, DFU_CLRSTATUS, OK, MOVED, 2, ANY, NONE),
	};
	struct stage t;
	int i;

	(void)state;
	stage_open(&t, "dfu11");
	for (i = 0; i < 20; i++)
		stage_run(&t, steps, COUNT(steps));
	assert_int_equal(t.s->ntrail, SESSION_TRAIL);
	assert_int_equal(t.s->trail[SESSION_TRAIL - 1].by, 40);
	assert_int_equal(t.s->trail[0].by, 40 - SESSION_TRAIL + 1);
	stage_close(&t);
}

/* Nothing announced: a wait of 0 ms is over at once. */
static void
test_wait_of_nothing(void **state)
{
	static const struct step steps[] = {
		ASK(0, DFU_GETSTATUS, 0, 0, NULL, OK, "000000000700", TIMED,
		    8, 7, NONE),
		ASK(9, DFU_GETSTATUS, 0, 0, NULL, OK, "000000000700", TIMED,
		    8, 7, NONE),
	};
	struct stage t;

	(void)state;
	stage_open(&t, "dfu11,tolerant=0");
	stage_run(&t, steps, COUNT(steps));
	/* The device contradicted: it was in dfuMANIFEST all the time. */
	assert_visit(t.s, 7, 1, 0);
	assert_int_equal(t.s->ntrail, 1);
	assert_int_equal(t.s->reported.since, 1000);
	stage_close(&t);
}

/* The state is reported again without a break: since stays. */
static void
test_since(void **state)
{
	static const struct step steps[] = {
		STATE(0, "07", 7, NONE),
		STATE(100, "07", 7, NONE),
		STATE(200, "07", 7, NONE),
	}, other[] = {
		SEND(300, DFU_GETSTATUS, TIMEOUT, UNKNOWN, NONE, 7, NONE),
		STATE(400, "07", 7, NONE),
	};
	struct stage t;

	(void)state;
	stage_open(&t, "dfu11,tolerant=1");
	stage_run(&t, steps, COUNT(steps));
	assert_int_equal(t.s->reported.at, 201000);
	assert_int_equal(t.s->reported.by, 3);
	assert_int_equal(t.s->reported.since, 1000);
	stage_run(&t, other, COUNT(other));
	assert_int_equal(t.s->reported.since, 401000);
	stage_close(&t);
}

/* AN3156: the pointer is what the GETSTATUS after the command says. */
static void
test_an3156_pointer(void **state)
{
	static const struct step sent[] = {
		ASK(0, DFU_DNLOAD, 0, 0, "2100080008", OK, NULL, MOVED, 3,
		    NONE, NONE),
	}, done[] = {
		STATUS(10, "000000000500", 5, NONE),
	}, refused[] = {
		ASK(20, DFU_DNLOAD, 0, 0, "2100000020", OK, NULL, ANY, ANY,
		    ANY, NONE),
		STATUS(30, "010000000a00", 10, NONE),
	};
	struct stage t;

	(void)state;
	stage_open(&t, "stm32f072");
	assert_true(session_dfuse(t.s));
	stage_run(&t, sent, COUNT(sent));
	assert_false(t.s->pointer_known);
	stage_run(&t, done, COUNT(done));
	assert_true(t.s->pointer_known);
	assert_int_equal(t.s->pointer, 0x08000800);
	stage_run(&t, refused, COUNT(refused));
	assert_int_equal(t.s->pointer, 0x08000800);
	stage_close(&t);
}

static void
test_an3156_erasing(void **state)
{
	static const struct step sent[] = {
		ASK(0, DFU_DNLOAD, 0, 0, "4100000008", OK, NULL, MOVED, 3,
		    NONE, NONE),
		STATUS(10, "006400000400", 4, 111),
	}, done[] = {
		STATUS(200, "000000000500", 5, NONE),
	};
	struct stage t;

	(void)state;
	stage_open(&t, "stm32f072");
	stage_run(&t, sent, COUNT(sent));
	assert_true(t.s->erasing);
	stage_run(&t, done, COUNT(done));
	assert_false(t.s->erasing);
	stage_close(&t);
}

static void
test_next_block(void **state)
{
	static const struct step sent[] = {
		STATE(0, "02", 2, NONE),
		ASK(10, DFU_DNLOAD, 7, 0, "00", OK, NULL, ANY, ANY, ANY, ANY),
	}, refused[] = {
		STATUS(15, "000000000500", 5, NONE),
		ASK(20, DFU_DNLOAD, 99, 0, "00", TIMEOUT, NULL, ANY, ANY, ANY,
		    ANY),
	}, last[] = {
		STATE(25, "05", 5, NONE),
		ASK(30, DFU_DNLOAD, 65535, 0, "00", OK, NULL, ANY, ANY, ANY,
		    ANY),
	}, idle[] = {
		ASK(40, DFU_DNLOAD, 5, 0, "00", OK, NULL, ANY, ANY, ANY, ANY),
		STATE(50, "02", 2, NONE),
	};
	struct stage t;

	(void)state;
	stage_open(&t, "dfu11");
	assert_int_equal(t.s->next_block, 0);
	stage_run(&t, sent, COUNT(sent));
	assert_int_equal(t.s->next_block, 8);
	stage_run(&t, refused, COUNT(refused));
	assert_int_equal(t.s->next_block, 8);
	stage_run(&t, last, COUNT(last));
	assert_int_equal(t.s->next_block, 0);
	stage_run(&t, idle, COUNT(idle));
	assert_int_equal(t.s->next_block, 0);
	stage_close(&t);
}

/* On real hubs an unplug shows as a bus error first. */
static void
check_gone(int ms, enum outcome outcome, enum outcome shown)
{
	const struct step steps[] = {
		{ 0, STEP_SUBMIT, DFU_GETSTATUS, 0, 0, OUTCOME_UNKNOWN, NULL,
		    ANY, ANY, ANY, ANY },
		{ 1, STEP_COMPLETE, 0, 0, 0, outcome, NULL, ANY, ANY, NONE,
		    NONE },
		HAPPENS(ms, STEP_LEFT, NULL, UNKNOWN, NONE, NONE, NONE),
	};
	struct stage t;

	stage_open(&t, "dfu11");
	stage_run(&t, steps, COUNT(steps));
	assert_false(t.s->present);
	assert_int_equal(t.s->requests[0].outcome, shown);
	stage_close(&t);
}

static void
test_buserror_then_left_is_gone(void **state)
{
	(void)state;
	check_gone(101, OUTCOME_BUSERROR, OUTCOME_GONE);
	check_gone(2001, OUTCOME_BUSERROR, OUTCOME_GONE);
	check_gone(2002, OUTCOME_BUSERROR, OUTCOME_BUSERROR);
	check_gone(101, OUTCOME_STALL, OUTCOME_STALL);
}

/* Comes back to its place: the same session, knowing nothing of before. */
static void
test_reenumeration(void **state)
{
	static const struct step steps[] = {
		STATUS(0, "006400000400", 4, 101),
		HAPPENS(50, STEP_LEFT, NULL, UNKNOWN, NONE, ANY, NONE),
		HAPPENS(60, STEP_BACK, "stm32f072", UNKNOWN, NONE, NONE,
		    NONE),
	};
	struct stage t;

	(void)state;
	stage_open(&t, "dfu11");
	stage_run(&t, steps, COUNT(steps));
	assert_int_equal(t.bench->nsessions, 1);
	assert_ptr_equal(bench_by_dev(t.bench, 2), t.s);
	assert_null(bench_by_dev(t.bench, 1));
	assert_int_equal(t.s->arrivals, 2);
	assert_true(t.s->present);
	assert_true(session_dfuse(t.s));
	assert_int_equal(t.s->sent, 1);
	assert_int_equal(t.s->ntrail, 0);
	assert_visit(t.s, 4, 1, 49);
	stage_arrive(&t, "dfu11", "1-2");
	assert_int_equal(t.bench->nsessions, 2);
	assert_string_equal(bench_by_dev(t.bench, 3)->place, "1-2");
	stage_close(&t);
}

static void
read_string(struct stage *t, const char *bytes, size_t n)
{
	struct event e = { .kind = EVENT_SUBMIT, .number = 1, .setup = { 0x80,
	    USB_REQ_GET_DESCRIPTOR, USB_DT_STRING << 8 | 5, 0x409, 255 } };

	stage_apply(t, e);
	e = (struct event){ .kind = EVENT_COMPLETE, .number = 1,
	    .outcome = OUTCOME_SHORT, .data = (const uint8_t *)bytes,
	    .len = (uint32_t)n, .kept = (uint32_t)n };
	stage_apply(t, e);
}

static void
test_strings(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *text;
	} rows[] = {
		{ "\x06\x03" "a\0b\0", 6, "ab" },
		{ "\x04\x03\xe9\0", 4, "\xc3\xa9" },
		{ "\x06\x03\x3d\xd8\x00\xde", 6, "\xf0\x9f\x98\x80" },
		/* Half a pair, twice; a byte too much; nothing. */
		{ "\x06\x03\x3d\xd8" "a\0", 6, "\xef\xbf\xbd" "a" },
		{ "\x04\x03\x00\xde", 4, "\xef\xbf\xbd" },
		{ "\x04\x03\x3d\xd8", 4, "\xef\xbf\xbd" },
		{ "\x05\x03" "a\0b", 5, "a" },
		{ "\x02\x03", 2, "" },
	};
	struct stage t;
	size_t i;

	(void)state;
	stage_open(&t, "stm32f072");
	assert_null(session_alternate_name(t.s, 1));
	for (i = 0; i < COUNT(rows); i++) {
		read_string(&t, rows[i].bytes, rows[i].n);
		assert_string_equal(session_alternate_name(t.s, 1),
		    rows[i].text);
	}
	read_string(&t, "\x02", 1);
	stage_close(&t);
}

static void
test_counts_submits(void **state)
{
	static const struct step steps[] = {
		STATE(0, "02", 2, NONE),
		{ 5, STEP_SUBMIT, DFU_GETSTATE, 0, 0, OUTCOME_UNKNOWN, NULL,
		    REPORTED, 2, 2, NONE },
	};
	struct stage t;

	(void)state;
	stage_open(&t, "dfu11");
	stage_run(&t, steps, COUNT(steps));
	assert_int_equal(t.s->sent, 2);
	assert_int_equal(t.s->pending.number, 2);
	assert_int_equal(t.s->pending.at, 5000);
	assert_null(session_request(t.s, 3));
	assert_int_equal(session_request(t.s, 2)->complete, NO_EVENT);
	stage_close(&t);
}

/* A batch keeps few requests: the latest stay. */
static void
test_keeps_few_requests(void **state)
{
	struct step steps[] = { STATE(0, "02", 2, NONE) };
	struct stage t;
	int i;

	(void)state;
	stage_open(&t, "dfu11");
	t.s->requests_kept = 8;
	for (i = 0; i < 100; i++)
		stage_run(&t, steps, COUNT(steps));
	assert_in_range(t.s->nrequests, 8, 11);
	for (i = 0; i < 8; i++)
		assert_non_null(session_request(t.s, 100 - (uint32_t)i));
	assert_int_equal(t.s->sent, 100);
	stage_close(&t);
}

static void
check_danger(const struct stage *t, uint8_t request, const char *bytes,
    uint16_t n, uint16_t block, enum dfu_danger danger)
{
	const struct dfu_request_row *row = dfu_request_row(request);
	struct xfer x = { .setup = { row->bmRequestType, request, block, 0,
	    n }, .data = (const uint8_t *)bytes };
	const char *loss;
	enum dfu_danger is = session_danger(t->s, &x, &loss);

	if (is != danger || (danger == DFU_DANGER_NONE) != (loss == NULL))
		fail_msg("%s: danger %d instead of %d, lost: %s", row->name,
		    is, danger, loss != NULL ? loss : "nothing");
}

static void
test_danger(void **state)
{
	struct stage t;

	(void)state;
	stage_open(&t, "dfu11");
	check_danger(&t, DFU_GETSTATE, NULL, 1, 0, DFU_DANGER_NONE);
	check_danger(&t, DFU_UPLOAD, NULL, 64, 0, DFU_DANGER_NONE);
	check_danger(&t, DFU_ABORT, NULL, 0, 0, DFU_DANGER_LOSES);
	check_danger(&t, DFU_DNLOAD, NULL, 0, 0, DFU_DANGER_LOSES);
	check_danger(&t, DFU_DNLOAD, "!", 1, 0, DFU_DANGER_DESTROYS);
	stage_close(&t);
	stage_open(&t, "stm32f072");
	check_danger(&t, DFU_DNLOAD, "!\0\0\0\010", 5, 0, DFU_DANGER_NONE);
	check_danger(&t, DFU_DNLOAD, "A\0\0\0\010", 5, 0,
	    DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "A", 1, 0, DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "\x92", 1, 0, DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "?", 1, 0, DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "!", 1, 1, DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "!", 1, 2, DFU_DANGER_DESTROYS);
	stage_close(&t);
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
		cmocka_unit_test(test_unknown_state_told_by_a_sole_cell),
		cmocka_unit_test(test_stall_moves),
		cmocka_unit_test(test_lost_answers_make_it_unknown),
		cmocka_unit_test(test_a_2_10_uploads),
		cmocka_unit_test(test_undefined_state),
		cmocka_unit_test(test_requests_that_are_no_input),
		cmocka_unit_test(test_visits_and_trail),
		cmocka_unit_test(test_trail_is_bounded),
		cmocka_unit_test(test_wait_of_nothing),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_an3156_pointer),
		cmocka_unit_test(test_an3156_erasing),
		cmocka_unit_test(test_next_block),
		cmocka_unit_test(test_buserror_then_left_is_gone),
		cmocka_unit_test(test_reenumeration),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_counts_submits),
		cmocka_unit_test(test_keeps_few_requests),
		cmocka_unit_test(test_danger),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
