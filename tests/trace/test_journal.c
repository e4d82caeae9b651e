/* SPDX-License-Identifier: ISC */
/*
 * The journal: parse(print(e)) == e for every event there can be, and a line
 * that is no event says in which column.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "trace/identity.h"
#include "trace/journal.h"
#include "trace/words.h"
#include "wire/usb.h"

/* Every byte that a C string can hold, or all 256 of them. */
static void
add_bytes(struct buf *b, int first)
{
	int c;

	for (c = first; c < 256; c++)
		buf_addc(b, c);
}

static enum journal_result
parse(const char *line, struct event *e, struct journal_scratch *scratch,
    struct buf *error)
{
	return (journal_parse(line, strlen(line), e, scratch, error));
}

/* The law, with and without a comment behind it. */
static void
assert_law(const struct event *e)
{
	static const char *const words[] = { NULL, "", "words ; more\n\x01" };
	struct journal_scratch scratch = { 0 };
	struct buf line = { 0 }, error = { 0 };
	struct event back;
	size_t i;

	for (i = 0; i < COUNT(words); i++) {
		buf_reset(&line);
		journal_print(&line, e, words[i]);
		assert_true(line.len > 0 && line.data[line.len - 1] == '\n');
		assert_null(memchr(line.data, '\n', line.len - 1));
		buf_cut(&line, line.len - 1);
		if (journal_parse(buf_str(&line), line.len, &back, &scratch,
		    &error) != JOURNAL_EVENT)
			fail_msg("%s: %s", buf_str(&line), buf_str(&error));
		if (!event_equal(e, &back))
			fail_msg("%s: reads as something else",
			    buf_str(&line));
	}
	buf_free(&line);
	buf_free(&error);
	journal_scratch_free(&scratch);
}

static const struct setup dnload = { 0x21, DFU_DNLOAD, 2, 0, 2048 };
static const struct setup getstatus = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };

static void
test_law_plain_kinds(void **state)
{
	static const uint8_t kinds[] = { EVENT_LEFT, EVENT_CLOSED };
	struct event e = { .time = 3104210, .dev = 7 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		e.kind = kinds[i];
		assert_law(&e);
	}
}

static void
test_law_times(void **state)
{
	static const uint64_t times[] = { 0, 1, 999999, 1000000,
	    86400000000, UINT64_C(1) << 60 };
	struct event e = { .kind = EVENT_LEFT, .dev = UINT16_MAX };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(times); i++) {
		e.time = times[i];
		assert_law(&e);
	}
}

static void
test_law_texts(void **state)
{
	static const uint8_t kinds[] = { EVENT_WALL, EVENT_COMMAND,
	    EVENT_NOTE, EVENT_LOST, EVENT_OPENED, EVENT_RESET };
	struct buf b = { 0 };
	struct event e = { .time = 5, .dev = 1 };
	size_t i;

	(void)state;
	add_bytes(&b, 0);
	for (i = 0; i < COUNT(kinds); i++) {
		e.kind = kinds[i];
		e.data = NULL;
		e.len = e.kept = 0;
		assert_law(&e);
		e.data = b.data;
		e.len = e.kept = (uint32_t)b.len;
		assert_law(&e);
	}
	buf_free(&b);
}

static void
test_law_outcomes(void **state)
{
	static const uint8_t kinds[] = { EVENT_OPENED, EVENT_RESET,
	    EVENT_COMPLETE };
	struct event e = { .dev = 1 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		e.kind = kinds[i];
		for (e.outcome = 0; e.outcome < OUTCOME_COUNT; e.outcome++)
			assert_law(&e);
	}
}

static void
test_law_submit(void **state)
{
	struct buf b = { 0 };
	struct event e = { .kind = EVENT_SUBMIT, .dev = 1,
	    .number = UINT32_MAX, .setup = dnload, .timeout = 5000 };

	(void)state;
	assert_law(&e);
	add_bytes(&b, 0);
	e.data = b.data;
	e.len = e.kept = 256;
	assert_law(&e);
	/* Bytes that were not kept at all. */
	e.data = NULL;
	e.kept = 0;
	e.timeout = 0;
	assert_law(&e);
	buf_free(&b);
}

static void
test_law_complete(void **state)
{
	static const uint8_t six[6] = { 0, 104, 0, 0, 4, 0 };
	struct event e = { .kind = EVENT_COMPLETE, .dev = 1, .number = 5,
	    .outcome = OUTCOME_OK, .data = six, .len = 6, .kept = 6 };

	(void)state;
	assert_law(&e);
	/* Of an OUT request only the count is told. */
	e.data = NULL;
	e.len = 2048;
	e.kept = 0;
	assert_law(&e);
}

static void
test_law_elided(void **state)
{
	struct event submit = { .kind = EVENT_SUBMIT, .dev = 1, .number = 1,
	    .setup = dnload }, done = { .kind = EVENT_COMPLETE, .dev = 1,
	    .number = 1, .outcome = OUTCOME_OK }, e;
	uint8_t edge[2 * EVENT_ELIDED_EDGE];
	struct buf b = { 0 };

	(void)state;
	while (b.len < 2048)
		add_bytes(&b, 0);
	submit.data = b.data;
	submit.len = submit.kept = 2048;
	e = event_elide(&submit, NULL, edge);
	assert_true(e.elided);
	assert_int_equal(e.len, 2048);
	assert_law(&e);
	submit.setup = (struct setup){ 0xa1, DFU_UPLOAD, 2, 0, 2048 };
	submit.len = submit.kept = 0;
	done.data = b.data;
	done.len = done.kept = 65;
	e = event_elide(&done, &submit, edge);
	assert_true(e.elided);
	assert_law(&e);
	done.len = done.kept = 64;
	e = event_elide(&done, &submit, edge);
	assert_false(e.elided);
	assert_law(&e);
	buf_free(&b);
}

/* Replies and commands stay whole, however long they are. */
static void
test_elide_only_payload(void **state)
{
	uint8_t bytes[100] = { 0 }, edge[2 * EVENT_ELIDED_EDGE];
	struct event submit = { .kind = EVENT_SUBMIT, .setup = getstatus },
	    done = { .kind = EVENT_COMPLETE, .data = bytes, .len = 100,
	    .kept = 100 }, note = { .kind = EVENT_NOTE, .data = bytes,
	    .len = 100, .kept = 100 };

	(void)state;
	assert_false(event_elide(&done, &submit, edge).elided);
	assert_false(event_elide(&note, NULL, edge).elided);
	submit.setup = (struct setup){ 0x40, DFU_DNLOAD, 0, 0, 100 };
	submit.data = bytes;
	submit.len = submit.kept = 100;
	assert_false(event_elide(&submit, NULL, edge).elided);
}

static struct identity *
hostile_identity(void)
{
	struct identity *who = identity_new();
	struct buf b = { 0 };

	add_bytes(&b, 1);
	who->transport = mem_strdup("usb");
	who->place = mem_strdup(buf_str(&b));
	who->peer = mem_strdup(buf_str(&b));
	who->manufacturer = mem_strdup(buf_str(&b));
	who->product_name = mem_strdup("\" serial=\"x\" ; left");
	who->serial = mem_strdup("");
	who->holder = mem_strdup(buf_str(&b));
	who->vendor = 0x0483;
	who->product = 0xdf11;
	who->version = 0xffff;
	who->bus = who->devnum = UINT16_MAX;
	who->incarnation = UINT32_MAX;
	who->suspended = true;
	identity_name(who, 255, 255, buf_str(&b), b.len);
	identity_name(who, 0, 0, "", 0);
	add_bytes(&who->descriptors, 0);
	buf_free(&b);
	return (who);
}

static void
test_law_arrived(void **state)
{
	struct identity *who = identity_new();
	struct event e = { .kind = EVENT_ARRIVED, .dev = 1, .who = who };

	(void)state;
	assert_law(&e);
	identity_free(who);
	who = hostile_identity();
	e.who = who;
	assert_law(&e);
	identity_free(who);
}

static void
test_law_unknown_kind(void **state)
{
	static const char line[] = "1.000002 d3 power mA=100 text=\"a; b\" ; c";
	struct journal_scratch scratch = { 0 };
	struct buf error = { 0 }, out = { 0 };
	struct event e;

	(void)state;
	assert_int_equal(parse(line, &e, &scratch, &error), JOURNAL_EVENT);
	assert_int_equal(e.kind, EVENT_OTHER);
	assert_int_equal(e.dev, 3);
	assert_law(&e);
	journal_print(&out, &e, NULL);
	buf_cut(&out, out.len - 1);
	assert_string_equal(buf_str(&out), line);
	buf_free(&out);
	buf_free(&error);
	journal_scratch_free(&scratch);
}

/* A field that a later format adds is kept as it stands. */
static void
test_unknown_fields_are_kept(void **state)
{
	static const char *const lines[] = {
		"1.000000 d1 left speed=high note=\"a; b\"",
		"1.000000 d1 submit #5 setup=2103000000000000 basis=told "
		    "cost=3",
		"1.000000 d1 arrived id=0483:df11 version=0000 bus=0 devnum=0 "
		    "incarnation=0 colour=\"r\\x22d\"",
	};
	struct journal_scratch scratch = { 0 };
	struct buf error = { 0 }, out = { 0 };
	struct event e;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(lines); i++) {
		assert_int_equal(parse(lines[i], &e, &scratch, &error),
		    JOURNAL_EVENT);
		assert_non_null(e.who->more);
		assert_law(&e);
		buf_reset(&out);
		journal_print(&out, &e, NULL);
		buf_cut(&out, out.len - 1);
		assert_string_equal(buf_str(&out), lines[i]);
	}
	buf_free(&out);
	buf_free(&error);
	journal_scratch_free(&scratch);
}

/* What is told is known in part; what was seen is known whole. */
static void
test_parts_that_are_known(void **state)
{
	struct event e = { .kind = EVENT_COMPLETE };

	(void)state;
	assert_true(event_knows(&e, EVENT_KNOWS_ALL));
	e.basis = EVENT_TOLD;
	e.known = EVENT_KNOWS_STATE;
	assert_true(event_knows(&e, EVENT_KNOWS_STATE));
	assert_false(event_knows(&e, EVENT_KNOWS_STATUS));
	assert_false(event_knows(&e, EVENT_KNOWS_STATE | EVENT_KNOWS_WAIT));
}

static const char *const real_lines[] = {
	"3.104210 d1 submit #5 setup=2101000000000500 timeout=5000 len=5 "
	    "data=2100000008 ; DNLOAD block 0",
	"3.104598 d1 complete #5 ok len=6 data=006800000400 ; dfuDNBUSY",
	"9.000000 d1 submit #6 setup=2101020000000008 timeout=5000 len=2048 "
	    "data=000102030405060708090a0b0c0d0e0f.."
	    "000102030405060708090a0b0c0d0e0f crc=89abcdef",
	"0.000000 d1 arrived transport=\"sim\" place=\"sim-1\" id=0483:df11 "
	    "version=2200 bus=0 devnum=1 incarnation=1 suspended=1 "
	    "name=0.0:\"@Internal \\x22\" descriptors=1201",
	"0.5 d1 left", "0.500000 d1 opened busy text=\"dfu-util (12)\"",
	"7.0 d1 complete #5 ok len=6 data=006800000400 basis=told agent=other "
	    "known=wait,state line=12",
	"7.000000 d1 submit #6 setup=a103000000000600 basis=inferred line=13",
	"0.000000 d1 arrived id=0483:df11 version=0000 bus=0 devnum=0 "
	    "incarnation=0 lacks=clock,descriptors",
	"dfuscope-journal 1 0.1.0", "dfuscope-journal 2 0.2.0",
};

/* A cut line is refused with its column, or it is a shorter line. */
static void
test_every_cut_is_harmless(void **state)
{
	struct journal_scratch scratch = { 0 };
	struct buf error = { 0 };
	enum journal_result r;
	struct event e;
	unsigned column;
	size_t i, n;
	char *line;

	(void)state;
	for (i = 0; i < COUNT(real_lines); i++) {
		for (n = 0; n <= strlen(real_lines[i]); n++) {
			line = mem_alloc(n + 1);
			memcpy(line, real_lines[i], n);
			buf_reset(&error);
			r = journal_parse(line, n, &e, &scratch, &error);
			if (r == JOURNAL_EVENT)
				assert_law(&e);
			if (r == JOURNAL_BAD &&
			    (sscanf(buf_str(&error), "column %u: ",
			    &column) != 1 || column == 0 || column > n + 2))
				fail_msg("%s: %s", line, buf_str(&error));
			free(line);
		}
	}
	buf_free(&error);
	journal_scratch_free(&scratch);
}

static void
test_bad_lines_name_the_column(void **state)
{
	static const struct {
		const char *line;
		const char *error;
	} bad[] = {
		{ "x", "column 1:" },
		{ "1.00000 d1 left", "column" },
		{ "1.000000 e1 left", "column 9:" },
		{ "1.000000 d99999 left", "column" },
		{ "1.000000 d1 ", "column 13: expected the kind" },
		{ "1.000000 d1 left now", "column 18: unknown word" },
		{ "1.000000 d1 left text=\"a\"", "column 18: this field" },
		{ "1.000000 d1 complete #x", "column" },
		{ "1.000000 d1 complete #1 fine",
		    "column 25: unknown outcome" },
		{ "1.000000 d1 complete #1 ok len=3 data=00", "contradict "
		    "each other" },
		{ "1.000000 d1 complete #1 ok crc=1", "contradict each other" },
		{ "1.000000 d1 complete #1 ok data=0", "column" },
		{ "1.000000 d1 complete #1 ok data=00 data=00", "column" },
		{ "1.000000 d1 submit #1 setup=00", "column" },
		{ "1.000000 d1 note text=\"a", "column" },
		{ "1.000000 d1 note text=\"a\"b", "expected a blank" },
		{ "1.000000 d1 arrived name=0:\"x\"", "I.A" },
		{ "1.000000 d1 arrived id=0483", "column" },
		{ "99999999999999999999.000000 d1 left", "column" },
		{ "dfuscope-journal 3 9", "of the later format 3;" },
		{ "dfuscope-journal x", "expected the format number" },
		{ "1.000000 d1 left basis=heard", "invalid value" },
		{ "1.000000 d1 left agent=me", "invalid value" },
		{ "1.000000 d1 complete #1 ok known=state,", "invalid value" },
		{ "1.000000 d1 left known=state", "is not allowed" },
		{ "1.000000 d1 arrived lacks=clock,", "invalid value" },
		{ "1.000000 d1 left =x", "expected the name of a field" },
	};
	struct journal_scratch scratch = { 0 };
	struct buf error = { 0 };
	struct event e;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		buf_reset(&error);
		if (parse(bad[i].line, &e, &scratch, &error) != JOURNAL_BAD)
			fail_msg("accepted: %s", bad[i].line);
		if (strstr(buf_str(&error), bad[i].error) == NULL)
			fail_msg("%s: %s", bad[i].line, buf_str(&error));
	}
	buf_reset(&error);
	assert_int_equal(journal_parse("1.0\0x", 5, &e, &scratch, &error),
	    JOURNAL_BAD);
	assert_string_equal(buf_str(&error), "column 4: a NUL byte");
	buf_free(&error);
	journal_scratch_free(&scratch);
}

static void
test_blank_lines(void **state)
{
	static const char *const blank[] = { "", "; said", "# said" };
	struct journal_scratch scratch = { 0 };
	struct buf error = { 0 };
	struct event e;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(blank); i++)
		assert_int_equal(parse(blank[i], &e, &scratch, &error),
		    JOURNAL_BLANK);
	buf_free(&error);
	journal_scratch_free(&scratch);
}

/* Files. */

static char path[64];

#define HEAD	"dfuscope-journal 2 0.1.0\n"

static size_t
file_has(const char *text)
{
	struct buf b = { 0 };
	FILE *f = fopen(path, "r");
	size_t n = 0;
	const char *p;
	int c;

	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		buf_addc(&b, c);
	fclose(f);
	for (p = buf_str(&b); (p = strstr(p, text)) != NULL; p++)
		n++;
	buf_free(&b);
	return (n);
}

static void
write_block(bool payload)
{
	uint8_t bytes[2048] = { 1, 2, 3 };
	struct event e = { .kind = EVENT_SUBMIT, .dev = 1, .number = 1,
	    .setup = dnload, .data = bytes, .len = 2048, .kept = 2048 };
	struct buf error = { 0 };
	int code;
	struct journal_writer *w = journal_create(path, payload, &code, &error);

	assert_non_null(w);
	journal_write(w, &e, NULL, NULL);
	assert_true(journal_written(w, &error));
	/* It is there before the writer is done with. */
	assert_int_equal(file_has("submit #1 "), 1);
	journal_finish(w);
	assert_int_equal(error.len, 0);
}

static void
test_writer_elides(void **state)
{
	(void)state;
	write_block(false);
	assert_int_equal(file_has(HEAD), 1);
	assert_int_equal(file_has(".."), 1);
	assert_int_equal(file_has("len=2048"), 1);
	write_block(true);
	assert_int_equal(file_has(".."), 0);
	assert_int_equal(file_has("data=010203000000"), 1);
}

static void
test_writer_refused(void **state)
{
	struct buf error = { 0 };
	int code;

	(void)state;
	assert_null(journal_create("no/such/place", false, &code, &error));
	assert_string_equal(buf_str(&error),
	    "journal no/such/place: No such file or directory");
	buf_free(&error);
}

static void
test_writer_full(void **state)
{
	struct event e = { .kind = EVENT_LEFT, .dev = 1 };
	struct buf error = { 0 };
	struct rlimit was, small = { 64, 64 };
	struct journal_writer *w;
	int code;

	(void)state;
	unlink(path);
	w = journal_create(path, false, &code, &error);
	assert_non_null(w);
	/* No file may be larger than 64 bytes. */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	while (journal_written(w, &error) && error.len == 0)
		journal_write(w, &e, NULL, NULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_non_null(strstr(buf_str(&error), ": File too large"));
	journal_finish(w);
	buf_free(&error);
}

/* A number is taken if it is at most max, and as it stands. */
static void
take_number(const char *text, bool fits, uint64_t is, uint64_t max)
{
	uint64_t v = 1;
	char more[80];

	snprintf(more, sizeof(more), "000%s;", text);
	if (text_decimal(text, max, &v) != (fits ? strlen(text) : 0) ||
	    (fits && v != is) || text_number(text, max, &v) != fits ||
	    (fits && v != is) ||
	    text_decimal(more, max, &v) != (fits ? strlen(text) + 3 : 0) ||
	    (fits && v != is))
		fail_msg("%s of at most %llu", text, (unsigned long long)max);
}

static void
test_numbers_end_at_their_most(void **state)
{
	static const uint64_t most[] = { 0, 9, 15, 255, 65535, 999999,
		UINT32_MAX, UINT64_MAX / 1000000 - 1, UINT64_MAX / 16,
		UINT64_MAX / 10, UINT64_MAX - 16, UINT64_MAX };
	static const char *const beyond[] = { "18446744073709551616",
		"18446744073709551620", "27670116110564327424",
		"99999999999999999999", "184467440737095516150",
		"340282366920938463463374607431768211456" };
	size_t i, k;
	uint64_t n, v;
	char text[40];

	(void)state;
	for (i = 0; i < COUNT(most); i++) {
		for (k = 0; k < COUNT(beyond); k++)
			take_number(beyond[k], false, 0, most[i]);
		for (k = 0; k < 41 * COUNT(most); k++) {
			n = most[k / 41] + k % 41 - 20;
			snprintf(text, sizeof(text), "%llu",
			    (unsigned long long)n);
			take_number(text, n <= most[i], n, most[i]);
			snprintf(text, sizeof(text), "%llx",
			    (unsigned long long)n);
			v = ~n;
			assert_int_equal(text_hexnumber(text, most[i], &v),
			    n <= most[i]);
			assert_true(n > most[i] || v == n);
		}
		assert_false(text_hexnumber("10000000000000000", most[i],
		    &v));
		assert_int_equal(text_decimal("", most[i], &v), 0);
		assert_int_equal(text_decimal("x1", most[i], &v), 0);
	}
}

/* Bytes of any number, whole ones only; else nothing is added. */
static void
test_hex_of_every_length(void **state)
{
	char text[520];
	struct buf b = { 0 };
	size_t n, i;

	(void)state;
	for (i = 0; i < 256; i++)
		snprintf(text + 2 * i, 3, i % 2 ? "%02x" : "%02X",
		    (unsigned)i);
	for (n = 0; n <= 512; n++) {
		buf_reset(&b);
		buf_adds(&b, "ab");
		assert_int_equal(text_unhex(&b, text, n), n % 2 == 0);
		assert_int_equal(b.len, n % 2 == 0 ? 2 + n / 2 : 2);
		for (i = 2; i < b.len; i++)
			assert_int_equal(b.data[i], i - 2);
	}
	text[300] = 'g';
	buf_reset(&b);
	assert_false(text_unhex(&b, text, 512));
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

/* What is added is all there, wherever the room ends. */
static void
test_words_of_every_length(void **state)
{
	struct buf b = { 0 };
	char text[300];
	size_t at, n;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (at = 0; at < 200; at++) {
		for (n = 0; n < 200; n++) {
			buf_free(&b);
			b = (struct buf){ 0 };
			buf_add(&b, text, at);
			buf_addf(&b, "%.*s%c", (int)n, text, 'y');
			assert_int_equal(b.len, at + n + 1);
			assert_int_equal(strlen(buf_str(&b)), b.len);
			assert_int_equal(b.data[b.len - 1], 'y');
		}
	}
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_end_at_their_most),
		cmocka_unit_test(test_hex_of_every_length),
		cmocka_unit_test(test_words_of_every_length),
		cmocka_unit_test(test_law_plain_kinds),
		cmocka_unit_test(test_law_times),
		cmocka_unit_test(test_law_texts),
		cmocka_unit_test(test_law_outcomes),
		cmocka_unit_test(test_law_submit),
		cmocka_unit_test(test_law_complete),
		cmocka_unit_test(test_law_elided),
		cmocka_unit_test(test_elide_only_payload),
		cmocka_unit_test(test_law_arrived),
		cmocka_unit_test(test_law_unknown_kind),
		cmocka_unit_test(test_every_cut_is_harmless),
		cmocka_unit_test(test_bad_lines_name_the_column),
		cmocka_unit_test(test_blank_lines),
		cmocka_unit_test(test_unknown_fields_are_kept),
		cmocka_unit_test(test_parts_that_are_known),
		cmocka_unit_test(test_writer_elides),
		cmocka_unit_test(test_writer_refused),
		cmocka_unit_test(test_writer_full),
	};
	int failed;

	snprintf(path, sizeof(path), "test_journal.%ld.journal",
	    (long)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return (failed);
}
