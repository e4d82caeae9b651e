/* SPDX-License-Identifier: ISC */
/* What a session remembers: visits, the way, DfuSe, comings and goings. */
#include "tests/diagnosis/walk.h"

#include <string.h>

#include "dfu/dfuse.h"

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
assert_path(const struct session *s, size_t i, int from, int to, int input,
    enum outcome outcome, uint32_t by)
{
	const struct path_step *p = &s->path[i];

	assert_true(i < s->npath);
	if (p->from != from || p->to != to || p->input != input ||
	    p->outcome != outcome || p->by != by)
		fail_msg("trail %zu: %u to %u, input %d, outcome %d, by %u",
		    i, p->from, p->to, p->input, p->outcome, p->by);
}

static void
test_visits_and_path(void **state)
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
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	walk_run(&t, steps, COUNT(steps));
	assert_visit(t.s, 2, 2, 10);	/* 1 to 11, and now */
	assert_visit(t.s, 3, 2, 10 + 101);	/* 11 to 21, 101 to 202 */
	assert_visit(t.s, 4, 1, 80);		/* 21 to 101 */
	assert_visit(t.s, 5, 1, 99);
	assert_visit(t.s, 10, 1, 10);
	assert_int_equal(t.s->npath, 7);
	assert_path(t.s, 0, NO_STATE, 2, DFU_IN_GETSTATUS, OUTCOME_OK, 1);
	assert_path(t.s, 1, 2, 3, DFU_IN_DNLOAD, OUTCOME_OK, 2);
	assert_path(t.s, 2, 3, 4, DFU_IN_GETSTATUS, OUTCOME_OK, 3);
	assert_path(t.s, 3, 4, 3, DFU_IN_TIME, OUTCOME_OK, 0);
	assert_path(t.s, 4, 3, 5, DFU_IN_GETSTATUS, OUTCOME_OK, 5);
	assert_path(t.s, 5, 5, 10, DFU_IN_DETACH, OUTCOME_STALL, 6);
	assert_path(t.s, 6, 10, 2, DFU_IN_CLRSTATUS, OUTCOME_OK, 7);
	walk_close(&t);
}

/* The last SESSION_PATH steps, oldest first. */
static void
test_path_is_bounded(void **state)
{
	struct step steps[] = {
		SEND(0, DFU_DETACH, STALL, MOVED, 10, ANY, NONE),
		SEND(1, DFU_CLRSTATUS, OK, MOVED, 2, ANY, NONE),
	};
	struct walk t;
	int i;

	(void)state;
	walk_open(&t, "dfu11");
	for (i = 0; i < 20; i++)
		walk_run(&t, steps, COUNT(steps));
	assert_int_equal(t.s->npath, SESSION_PATH);
	assert_int_equal(t.s->path[SESSION_PATH - 1].by, 40);
	assert_int_equal(t.s->path[0].by, 40 - SESSION_PATH + 1);
	walk_close(&t);
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
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11,tolerant=0");
	walk_run(&t, steps, COUNT(steps));
	/* The device contradicted: it was in dfuMANIFEST all the time. */
	assert_visit(t.s, 7, 1, 0);
	assert_int_equal(t.s->npath, 1);
	assert_int_equal(t.s->reported.since, 1000);
	walk_close(&t);
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
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11,tolerant=1");
	walk_run(&t, steps, COUNT(steps));
	assert_int_equal(t.s->reported.at, 201000);
	assert_int_equal(t.s->reported.by, 3);
	assert_int_equal(t.s->reported.since, 1000);
	walk_run(&t, other, COUNT(other));
	assert_int_equal(t.s->reported.since, 401000);
	walk_close(&t);
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
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	assert_int_equal(session_dialect(t.s), DFU_DIALECT_DFUSE);
	walk_run(&t, sent, COUNT(sent));
	assert_false(t.s->pointer_known);
	walk_run(&t, done, COUNT(done));
	assert_true(t.s->pointer_known);
	assert_int_equal(t.s->pointer, 0x08000800);
	walk_run(&t, refused, COUNT(refused));
	assert_int_equal(t.s->pointer, 0x08000800);
	walk_close(&t);
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
	struct walk t;

	(void)state;
	walk_open(&t, "stm32f072");
	walk_run(&t, sent, COUNT(sent));
	assert_true(t.s->erasing);
	walk_run(&t, done, COUNT(done));
	assert_false(t.s->erasing);
	walk_close(&t);
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
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	assert_int_equal(t.s->next_block, 0);
	walk_run(&t, sent, COUNT(sent));
	assert_int_equal(t.s->next_block, 8);
	walk_run(&t, refused, COUNT(refused));
	assert_int_equal(t.s->next_block, 8);
	walk_run(&t, last, COUNT(last));
	assert_int_equal(t.s->next_block, 0);
	walk_run(&t, idle, COUNT(idle));
	assert_int_equal(t.s->next_block, 0);
	walk_close(&t);
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
	struct walk t;

	walk_open(&t, "dfu11");
	walk_run(&t, steps, COUNT(steps));
	assert_false(t.s->present);
	assert_int_equal(t.s->requests[0].outcome, shown);
	walk_close(&t);
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
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	walk_run(&t, steps, COUNT(steps));
	assert_int_equal(t.sessions->n, 1);
	assert_ptr_equal(sessions_by_dev(t.sessions, 2), t.s);
	assert_null(sessions_by_dev(t.sessions, 1));
	assert_int_equal(t.s->arrivals, 2);
	assert_true(t.s->present);
	assert_int_equal(session_dialect(t.s), DFU_DIALECT_DFUSE);
	assert_int_equal(t.s->sent, 1);
	assert_int_equal(t.s->npath, 0);
	assert_visit(t.s, 4, 1, 49);
	walk_arrive(&t, "dfu11", "1-2");
	assert_int_equal(t.sessions->n, 2);
	assert_string_equal(sessions_by_dev(t.sessions, 3)->place, "1-2");
	walk_close(&t);
}

static void
read_string(struct walk *t, const char *bytes, size_t n)
{
	struct event e = { .kind = EVENT_SUBMIT, .number = 1, .setup = { 0x80,
	    USB_REQ_GET_DESCRIPTOR, USB_DT_STRING << 8 | 5, 0x409, 255 } };

	walk_apply(t, e);
	e = (struct event){ .kind = EVENT_COMPLETE, .number = 1,
	    .outcome = OUTCOME_SHORT, .data = (const uint8_t *)bytes,
	    .len = (uint32_t)n, .kept = (uint32_t)n };
	walk_apply(t, e);
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
	struct walk t;
	size_t i;

	(void)state;
	walk_open(&t, "stm32f072");
	assert_null(session_alternate_name(t.s, 1));
	for (i = 0; i < COUNT(rows); i++) {
		read_string(&t, rows[i].bytes, rows[i].n);
		assert_string_equal(session_alternate_name(t.s, 1),
		    rows[i].text);
	}
	read_string(&t, "\x02", 1);
	walk_close(&t);
}

static void
test_counts_submits(void **state)
{
	static const struct step steps[] = {
		STATE(0, "02", 2, NONE),
		{ 5, STEP_SUBMIT, DFU_GETSTATE, 0, 0, OUTCOME_UNKNOWN, NULL,
		    REPORTED, 2, 2, NONE },
	};
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	walk_run(&t, steps, COUNT(steps));
	assert_int_equal(t.s->sent, 2);
	assert_int_equal(t.s->pending.number, 2);
	assert_int_equal(t.s->pending.at, 5000);
	assert_null(session_request(t.s, 3));
	assert_int_equal(session_request(t.s, 2)->complete, NO_EVENT);
	walk_close(&t);
}

/* A batch keeps few requests: the latest stay. */
static void
test_keeps_few_requests(void **state)
{
	struct step steps[] = { STATE(0, "02", 2, NONE) };
	struct walk t;
	int i;

	(void)state;
	walk_open(&t, "dfu11");
	t.s->requests_kept = 8;
	for (i = 0; i < 100; i++)
		walk_run(&t, steps, COUNT(steps));
	assert_in_range(t.s->nrequests, 8, 11);
	assert_in_range(t.s->requests_cap, 11, 64);
	for (i = 0; i < 8; i++)
		assert_non_null(session_request(t.s, 100 - (uint32_t)i));
	assert_int_equal(t.s->sent, 100);
	walk_close(&t);
}

/* That a block was answered is known behind those that are kept. */
static void
test_knows_of_blocks_that_are_gone(void **state)
{
	static const struct step block[] = {
		STATUS(0, "000000000200", 2, NONE),
		ASK(10, DFU_DNLOAD, 0, 0, "0011", OK, NULL, MOVED, 3, 2,
		    NONE),
	};
	static const struct step poll[] = {
		STATUS(20, "000000000500", 5, NONE) };
	static const struct step back[] = {
		HAPPENS(30, STEP_LEFT, NULL, ANY, ANY, ANY, ANY),
		HAPPENS(40, STEP_BACK, "dfu11", ANY, ANY, ANY, ANY),
	};
	struct walk t;
	int i;

	(void)state;
	walk_open(&t, "dfu11");
	t.s->requests_kept = 8;
	for (i = 0; i < 40; i++)
		walk_run(&t, poll, COUNT(poll));
	assert_false(session_transfers(t.s));
	walk_run(&t, block, COUNT(block));
	for (i = 0; i < 40; i++)
		walk_run(&t, poll, COUNT(poll));
	assert_null(session_request(t.s, 42));
	assert_true(session_transfers(t.s));
	walk_run(&t, back, COUNT(back));
	assert_false(session_transfers(t.s));
	walk_close(&t);
}

static void
check_danger(const struct walk *t, uint8_t request, const char *bytes,
    uint16_t n, uint16_t block, enum dfu_danger danger)
{
	const struct dfu_request_row *row = dfu_request_row(request);
	struct xfer x = { .setup = { row->bmRequestType, request, block, 0,
	    n }, .data = (const uint8_t *)bytes };
	struct dfu_meaning m = session_xfer_meaning(t->s, &x);

	if (m.danger != danger ||
	    (danger == DFU_DANGER_NONE) != (dfu_meaning_loss(&m) == NULL))
		fail_msg("%s: danger %d instead of %d, lost: %s", row->name,
		    m.danger, danger, dfu_meaning_loss(&m) != NULL ?
		    dfu_meaning_loss(&m) : "nothing");
}

static void
test_danger(void **state)
{
	struct walk t;

	(void)state;
	walk_open(&t, "dfu11");
	check_danger(&t, DFU_GETSTATE, NULL, 1, 0, DFU_DANGER_NONE);
	check_danger(&t, DFU_UPLOAD, NULL, 64, 0, DFU_DANGER_NONE);
	check_danger(&t, DFU_ABORT, NULL, 0, 0, DFU_DANGER_LOSES);
	check_danger(&t, DFU_DNLOAD, NULL, 0, 0, DFU_DANGER_LOSES);
	check_danger(&t, DFU_DNLOAD, "!", 1, 0, DFU_DANGER_DESTROYS);
	walk_close(&t);
	walk_open(&t, "stm32f072");
	check_danger(&t, DFU_DNLOAD, "!\0\0\0\010", 5, 0, DFU_DANGER_NONE);
	check_danger(&t, DFU_DNLOAD, "A\0\0\0\010", 5, 0,
	    DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "A", 1, 0, DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "\x92", 1, 0, DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "?", 1, 0, DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "!", 1, 1, DFU_DANGER_DESTROYS);
	check_danger(&t, DFU_DNLOAD, "!", 1, 2, DFU_DANGER_DESTROYS);
	walk_close(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_visits_and_path),
		cmocka_unit_test(test_path_is_bounded),
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
		cmocka_unit_test(test_knows_of_blocks_that_are_gone),
		cmocka_unit_test(test_danger),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
