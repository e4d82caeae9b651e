/* SPDX-License-Identifier: ISC */
/* What stands between host and device for one request. */
#include "tests/dfu/check.h"

#include <string.h>

#include "analysis/sequence.h"
#include "wire/usb.h"

#define MS	1000

static struct request
getstatus(uint64_t at, uint64_t done)
{
	return ((struct request){ .number = 7, .setup = { 0xa1, DFU_GETSTATUS,
	    0, 0, 6 }, .at = at, .done = done, .outcome = OUTCOME_OK,
	    .replied = true, .submit = NO_EVENT, .complete = NO_EVENT });
}

static const struct sequence_line *
line_of(const struct sequence_row *row, enum sequence_kind kind)
{
	size_t i;

	for (i = 0; i < row->n; i++) {
		if (row->lines[i].kind == kind)
			return (&row->lines[i]);
	}
	return (NULL);
}

/* The answer before came at 100 ms, and told to wait so long. */
static void
waits_are_told_with_what_was_announced(void **state)
{
	static const struct {
		uint32_t	 poll;		/* ms */
		uint64_t	 at;		/* us: it is asked again */
		uint64_t	 before;	/* us: what came before ended */
		const char	*words;		/* NULL: nothing is told */
		bool		 bad;
	} rows[] = {
		{ 0, 100 * MS + 999, 100 * MS, NULL, false },
		{ 0, 101 * MS, 100 * MS, "1 ms", false },
		{ 10, 100 * MS + 500, 100 * MS,
		    "0.5 ms, 10 ms announced: polled too early", true },
		{ 10, 110 * MS - 1, 100 * MS,
		    "9 ms, 10 ms announced: polled too early", true },
		{ 10, 110 * MS, 100 * MS, "10 ms, 10 ms announced", false },
		{ 10, 130 * MS, 100 * MS, "30 ms, 10 ms announced", false },
		/* Something else happened meanwhile. */
		{ 10, 130 * MS, 120 * MS, "10 ms", false },
		{ 10, 130 * MS, 0, NULL, false },
		{ 10, 130 * MS, 131 * MS, NULL, false },
	};
	struct sequence_row row = { .n = 0 };
	struct trace *t = trace_new();
	const struct sequence_line *wait;
	struct request first, before;
	struct sequence_step step;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		before = getstatus(99 * MS, 100 * MS);
		before.reply.bwPollTimeout = rows[i].poll;
		first = getstatus(rows[i].at, rows[i].at + 300);
		step = (struct sequence_step){ .first = &first,
		    .last = &first, .count = 1, .before = rows[i].before,
		    .asked = &before };
		sequence_request(&row, t, &step, SEQUENCE_REQUESTS);
		wait = line_of(&row, SEQUENCE_WAIT);
		if ((wait == NULL) != (rows[i].words == NULL))
			fail_msg("row %zu", i);
		if (wait == NULL)
			continue;
		assert_string_equal(buf_str(&wait->text), rows[i].words);
		assert_int_equal(wait->bad, rows[i].bad);
	}
	sequence_clear(&row);
	trace_free(t);
}

static void
answers_are_told_apart(void **state)
{
	static const struct {
		enum outcome		 outcome;
		enum sequence_kind	 kind;
	} rows[] = {
		{ OUTCOME_OK, SEQUENCE_ANSWER },
		{ OUTCOME_SHORT, SEQUENCE_ANSWER },
		{ OUTCOME_STALL, SEQUENCE_REFUSAL },
		{ OUTCOME_TIMEOUT, SEQUENCE_SILENCE },
		{ OUTCOME_GONE, SEQUENCE_SILENCE },
	};
	struct sequence_row row = { .n = 0 };
	struct trace *t = trace_new();
	const struct sequence_line *line;
	struct request r = getstatus(MS, 3 * MS);
	struct sequence_step step = { .first = &r, .last = &r, .count = 1,
	    .now = 2 * MS * MS };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		r.outcome = (uint8_t)rows[i].outcome;
		sequence_request(&row, t, &step, SEQUENCE_REQUESTS);
		line = line_of(&row, rows[i].kind);
		assert_non_null(line);
		assert_int_equal(line->at, 3 * MS);
		assert_int_equal(line->span, 2 * MS);
		assert_int_equal(line->bad, rows[i].kind != SEQUENCE_ANSWER);
	}
	r.done = 0;
	sequence_request(&row, t, &step, SEQUENCE_REQUESTS);
	line = line_of(&row, SEQUENCE_SILENCE);
	assert_non_null(line);
	assert_string_equal(buf_str(&line->text), "no answer yet, 1.8 s");
	assert_true(line->at == SEQUENCE_NO_TIME);
	sequence_clear(&row);
	trace_free(t);
}

/* The same poll several times over is one row, for as long as it took. */
static void
polls_are_counted(void **state)
{
	struct sequence_row row = { .n = 0 };
	struct trace *t = trace_new();
	struct request first = getstatus(MS, 2 * MS);
	struct request last = getstatus(40 * MS, 41 * MS);
	struct sequence_step step = { .first = &first, .last = &last,
	    .count = 12 };

	(void)state;
	last.number = 18;
	sequence_request(&row, t, &step, SEQUENCE_REQUESTS);
	assert_int_equal(row.number, 18);
	assert_string_equal(buf_str(&line_of(&row, SEQUENCE_ASK)->text),
	    "GETSTATUS ×12 in 40 ms");
	assert_true(sequence_same(t, &first, &last));
	last.reply.bState = 4;
	assert_false(sequence_same(t, &first, &last));
	last.reply.bState = 0;
	last.done = 0;
	assert_false(sequence_same(t, &first, &last));
	sequence_clear(&row);
	trace_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_are_told_with_what_was_announced),
		cmocka_unit_test(answers_are_told_apart),
		cmocka_unit_test(polls_are_counted)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
