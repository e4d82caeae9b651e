/* SPDX-License-Identifier: ISC */
/*
 * What wrong answers are told: every cell of the seven requests with every
 * wrong state, word for word in feedback.expected, which make accept-feedback
 * writes anew; and every variant, by what no feedback may say.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "dfu/spec.h"
#include "lesson/feedback.h"
#include "lesson/rule.h"
#include "tests/lesson/conditions.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define EXPECTED TESTS_DIR "/lesson/feedback.expected"
#define LONGEST 330

static const enum dfu_input requests[] = { DFU_IN_DETACH, DFU_IN_DNLOAD,
	DFU_IN_UPLOAD, DFU_IN_GETSTATUS, DFU_IN_CLRSTATUS, DFU_IN_GETSTATE,
	DFU_IN_ABORT };

static int
answer_of(enum dfu_response response)
{
	switch (response) {
	case DFU_RESPONSE_OK:
	case DFU_RESPONSE_ANY:
		return (LESSON_ANSWERED);
	case DFU_RESPONSE_STALL:
		return (LESSON_STALLED);
	case DFU_RESPONSE_NONE_EXPECTED:
		return (LESSON_SILENT);
	case DFU_RESPONSE_NONE:
		break;
	}
	return (LESSON_UNASKED);
}

/* The case as a device makes it that follows the rules. */
static struct lesson_case
case_of(uint8_t from, enum dfu_input input, uint16_t when)
{
	struct lesson_case c = { .from = from,
		.input = input,
		.conditions = conditions_of(when),
		.will_detach = (when & RULE_WHEN_WILL_DETACH) != 0 };
	struct rule_move m;

	assert_true(rule_decide(&m, from, input, when));
	c.truth_state = m.next;
	c.truth_answer = answer_of(m.response);
	c.said_state = c.said_answer = LESSON_UNASKED;
	return (c);
}

static const char *
told(const struct lesson_case *c)
{
	static char text[1024];

	assert_true(lesson_feedback(text, sizeof(text), c) < sizeof(text));
	return (text);
}

/* As a whole word. */
static bool
has(const char *begin, size_t n, const char *word)
{
	size_t k = strlen(word);

	for (; n >= k; begin++, n--)
		if (strncmp(begin, word, k) == 0 &&
		    (n == k || strchr(" ,", begin[k]) != NULL))
			return (true);
	return (false);
}

/*
 * No clause names the state and the request together as the way to what is
 * wrong: "X moves a device to S from ... F", "X in F moves the device to S".
 */
static void
check_clause(const struct lesson_case *c, const char *s, size_t n)
{
	static const char *const ways[] = { " moves a device to ",
		" moves the device to " };
	const char *to = dfu_state_name((uint8_t)c->said_state), *way = NULL;
	size_t i, k;

	for (i = 0; i < COUNT(ways) && way == NULL; i++) {
		k = strlen(ways[i]);
		for (way = s; way + k <= s + n; way++)
			if (strncmp(way, ways[i], k) == 0)
				break;
		if (way + k > s + n)
			way = NULL;
	}
	if (way == NULL || !has(way, (size_t)(s + n - way), to))
		return;
	if (has(s, n, dfu_state_name(c->from)) &&
	    has(s, n, rule_input_words(c->input)))
		fail_msg("%s in %s, said %s: %.*s", rule_input_words(c->input),
		    dfu_state_name(c->from), to, (int)n, s);
}

/* "X is right when A; here B": B is not A. */
static void
check_condition(const char *text)
{
	const char *is = strstr(text, " is right when "), *here;
	size_t n;

	if (is == NULL)
		return;
	is += strlen(" is right when ");
	here = strstr(is, "; here ");
	assert_non_null(here);
	n = (size_t)(here - is);
	here += strlen("; here ");
	if (strncmp(is, here, n) == 0 && strchr(".;", here[n]) != NULL)
		fail_msg("the condition holds: %s", text);
}

static void
check_text(const struct lesson_case *c, const char *text)
{
	struct rule_move m;
	char id[8];
	const char *s;
	size_t n;

	rule_decide(&m, c->from, c->input,
	    rule_conditions(&c->conditions, c->will_detach));
	snprintf(id, sizeof(id), "(R%u,", m.rule);
	if (strstr(text, id) == NULL)
		fail_msg("no %s: %s", id, text);
	if (strlen(text) > LONGEST)
		fail_msg("too long: %s", text);
	assert_null(strstr(text, "  "));
	assert_null(strstr(text, ".."));
	assert_int_equal(text[strlen(text) - 1], '.');
	assert_null(strstr(text, "This device"));
	check_condition(text);
	for (s = text; *s != '\0'; s += n + (s[n] != '\0')) {
		n = strcspn(s, ".;");
		if (c->said_state >= 0)
			check_clause(c, s, n);
	}
}

static void
add_cell(struct buf *b, uint8_t from, enum dfu_input input)
{
	struct lesson_case c = case_of(from, input, DEFAULTS);
	const char *text;

	for (c.said_state = 0; c.said_state < DFU_STATE_COUNT; c.said_state++) {
		if (c.said_state == c.truth_state)
			continue;
		text = told(&c);
		check_text(&c, text);
		buf_addf(b, "%s, %s, said %s: %s\n", dfu_state_name(from),
		    dfu_input_name(input),
		    dfu_state_name((uint8_t)c.said_state), text);
	}
}

static void
read_whole(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "r");
	char chunk[4096];
	size_t n;

	if (f == NULL)
		return;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) != 0)
		buf_add(b, chunk, n);
	fclose(f);
}

static void
write_whole(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(b->data, 1, b->len, f), b->len);
	assert_int_equal(fclose(f), 0);
}

static void
test_every_cell(void **state)
{
	struct buf got = { 0 }, want = { 0 };
	unsigned from, lines = 0;
	size_t i;

	(void)state;
	for (from = 0; from < DFU_STATE_COUNT; from++)
		for (i = 0; i < COUNT(requests); i++)
			add_cell(&got, (uint8_t)from, requests[i]);
	for (i = 0; i < got.len; i++)
		lines += got.data[i] == '\n';
	assert_int_equal(lines, 770);
	if (getenv("DFUSCOPE_UPDATE_FEEDBACK") != NULL)
		write_whole(EXPECTED, &got);
	read_whole(EXPECTED, &want);
	for (i = 0; i < got.len && i < want.len && got.data[i] == want.data[i];
	     i++)
		continue;
	if (got.len != want.len || i != got.len) {
		while (i > 0 && got.data[i - 1] != '\n')
			i--;
		fail_msg("not as in " EXPECTED ": %.300s",
		    (const char *)got.data + i);
	}
	buf_free(&got);
	buf_free(&want);
}

/* All that a cell asks, by whatever way it is decided. */
static uint16_t
asked_by(uint8_t from, enum dfu_input input)
{
	struct rule_move m;
	uint16_t asked = 0;
	unsigned when;

	for (when = 0; when < RULE_WHEN_WILL_DETACH * 2; when++) {
		assert_true(rule_decide(&m, from, input, (uint16_t)when));
		asked |= m.asked;
	}
	return (asked);
}

static void
check_variant(uint8_t from, enum dfu_input input, uint16_t when)
{
	struct lesson_case c = case_of(from, input, when);

	for (c.said_state = LESSON_GONE; c.said_state < DFU_STATE_COUNT;
	     c.said_state++)
		check_text(&c, told(&c));
}

/*
 * All inputs, under all conditions that they ask, with bitWillDetach and
 * "gone" as well; the other conditions as they usually are, or none.
 */
static void
test_every_variant(void **state)
{
	unsigned from, in, when, asked;

	(void)state;
	for (from = 0; from < DFU_STATE_COUNT; from++)
		for (in = 0; in < DFU_INPUT_COUNT; in++) {
			asked = asked_by((uint8_t)from, (enum dfu_input)in);
			for (when = 0; when < RULE_WHEN_WILL_DETACH * 2;
			     when++) {
				if ((when & ~asked) != 0)
					continue;
				check_variant((uint8_t)from, (enum dfu_input)in,
				    (uint16_t)when);
				check_variant((uint8_t)from, (enum dfu_input)in,
				    (uint16_t)(when | (DEFAULTS & ~asked)));
			}
		}
}

/* The state is right, or was not asked for, and the answer is wrong. */
static void
test_replies(void **state)
{
	struct lesson_case c;
	int said;
	unsigned from, in, asked;

	(void)state;
	for (from = 0; from < DFU_STATE_COUNT; from++)
		for (in = 0; in < DFU_IN_RESET; in++)
			for (asked = 0; asked < 2; asked++) {
				c = case_of((uint8_t)from, (enum dfu_input)in,
				    DEFAULTS);
				for (said = LESSON_ANSWERED;
				     said <= LESSON_SILENT; said++) {
					c.said_state = asked == 0 ?
					    LESSON_UNASKED :
					    c.truth_state;
					c.said_answer = said;
					check_text(&c, told(&c));
					assert_true(asked == 0 ||
					    said == c.truth_answer ||
					    (from == 0 &&
						said == LESSON_STALLED) ||
					    strncmp(told(&c),
						"The state is right;",
						19) == 0);
				}
			}
}

/* Word for word, where a condition decides. */
static void
test_conditions(void **state)
{
	static const struct {
		uint8_t from;
		enum dfu_input input;
		uint16_t when;
		int said;
		const char *text;
	} rows[] = {
		{ DFU_STATE_UPLOAD_IDLE, DFU_IN_UPLOAD_SHORT, DEFAULTS,
		    DFU_STATE_UPLOAD_IDLE,
		    "dfuUPLOAD-IDLE is right when the block is full; here "
		    "the block is short. A short block is the last one: "
		    "from dfuUPLOAD-IDLE to dfuIDLE (R5, A.2.10)." },
		{ DFU_STATE_MANIFEST_SYNC, DFU_IN_GETSTATUS, DEFAULTS,
		    DFU_STATE_IDLE,
		    "dfuIDLE is right when manifestation is complete; here "
		    "manifestation is not complete. GETSTATUS starts "
		    "manifestation: dfuMANIFEST (R3, A.2.7)." },
		{ DFU_STATE_MANIFEST, DFU_IN_TIME,
		    DEFAULTS & ~DFU_WHEN_TOLERANT, LESSON_GONE,
		    "A disconnect is right when bitWillDetach is set; here "
		    "bitWillDetach is clear. The announced wait is over and "
		    "the device is not manifestation-tolerant: from "
		    "dfuMANIFEST to dfuMANIFEST-WAIT-RESET (R11, A.2.8)." },
		{ DFU_STATE_APP_DETACH, DFU_IN_DETACH, DEFAULTS,
		    DFU_STATE_ERROR,
		    "In DFU mode dfuERROR follows a STALL; run-time mode has "
		    "no dfuERROR. appDETACH does not list DETACH: STALL, and "
		    "the DETACH is cancelled: appIDLE (R1, A.2.2)." },
	};
	struct lesson_case c;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		c = case_of(rows[i].from, rows[i].input, rows[i].when);
		c.said_state = rows[i].said;
		assert_string_equal(told(&c), rows[i].text);
	}
}

/* A hidden condition yields to what the device did; others do not. */
static void
test_the_truth_proves(void **state)
{
	struct lesson_case c =
	    case_of(DFU_STATE_DNLOAD_SYNC, DFU_IN_GETSTATUS, DEFAULTS);

	(void)state;
	c.truth_state = DFU_STATE_DNLOAD_IDLE;
	c.said_state = DFU_STATE_DNBUSY;
	assert_string_equal(told(&c),
	    "dfuDNBUSY is right when the block is "
	    "not done; here the block is done. GETSTATUS fetches the result "
	    "of the block: dfuDNLOAD-IDLE (R3, A.2.4).");
	c = case_of(DFU_STATE_IDLE, DFU_IN_CLRSTATUS, DEFAULTS);
	c.truth_answer = LESSON_ANSWERED;
	c.said_state = DFU_STATE_IDLE;
	assert_string_equal(told(&c),
	    "By DFU 1.1: dfuIDLE does not list "
	    "CLRSTATUS: STALL, and dfuERROR follows (R1, A.2.3). This device "
	    "answered and is in dfuERROR.");
}

/* What is listed and cannot be done is no deviation from DFU 1.1. */
static void
test_failures(void **state)
{
	struct lesson_case c = case_of(DFU_STATE_IDLE, DFU_IN_UPLOAD, DEFAULTS);

	(void)state;
	c.truth_state = DFU_STATE_ERROR;
	c.truth_answer = LESSON_STALLED;
	c.said_state = DFU_STATE_UPLOAD_IDLE;
	assert_string_equal(told(&c),
	    "dfuIDLE lists an UPLOAD, but the device cannot do it: STALL, and "
	    "dfuERROR follows; bStatus says why (R5, A.2.3).");
	c = case_of(DFU_STATE_DNLOAD_SYNC, DFU_IN_GETSTATUS, DEFAULTS);
	c.truth_state = DFU_STATE_ERROR;
	c.said_state = DFU_STATE_DNLOAD_IDLE;
	assert_string_equal(told(&c),
	    "GETSTATUS fetched an error of the device, and dfuERROR "
	    "follows; bStatus names the error (R3, A.2.4).");
}

static void
test_bounds(void **state)
{
	struct lesson_case c = case_of(DFU_STATE_IDLE, DFU_IN_ABORT, DEFAULTS);
	char text[8] = "1234567";
	size_t n = lesson_feedback(NULL, 0, &c);

	(void)state;
	assert_true(n > sizeof(text));
	assert_int_equal(lesson_feedback(text, sizeof(text), &c), n);
	assert_string_equal(text, "dfuIDLE");
	c = case_of(DFU_STATE_DNBUSY, DFU_IN_TIME, DEFAULTS);
	c.truth_state = DFU_STATE_DNBUSY;
	assert_int_equal(lesson_feedback(text, sizeof(text), &c), 0);
	c.from = DFU_STATE_COUNT;
	assert_int_equal(lesson_feedback(text, sizeof(text), &c), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cell),
		cmocka_unit_test(test_every_variant),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_the_truth_proves),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_bounds),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
