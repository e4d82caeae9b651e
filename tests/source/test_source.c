/* SPDX-License-Identifier: ISC */
/*
 * What a file is, and what happened according to it: whole, cut, damaged, of
 * another kind, and what is no file at all.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "base/mem.h"
#include "source/source.h"
#include "trace/identity.h"
#include "trace/journal.h"

#define HEAD	"dfuscope-journal 1 0.1.0\n"
#define ARRIVED(dev)	"0.000000 d" #dev " arrived transport=\"sim\" " \
	"place=\"p" #dev "\" id=0483:df11 version=2200 bus=0 devnum=0 " \
	"incarnation=0\n"

static char path[64];

static void
write_file(const char *text, size_t n)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* Each event as a line of "time dDEV kind text". */
static void
tell(struct source *s, struct buf *told, enum source_result *end)
{
	struct buf error = { 0 };
	struct event e;

	do {
		*end = source_read(s, &e, &error);
		if (*end != SOURCE_EVENT)
			continue;
		buf_addf(told, "%llu d%u %s", (unsigned long long)e.time,
		    e.dev, event_kind_name((enum event_kind)e.kind));
		if (e.kind == EVENT_LOST || e.kind == EVENT_NOTE) {
			buf_addc(told, ' ');
			buf_add(told, e.data, e.kept);
		}
		buf_addc(told, '\n');
	} while (*end == SOURCE_EVENT || *end == SOURCE_LATER);
	buf_free(&error);
}

/* What it tells in order, and where it is cut. */
static void
assert_told(const char *text, size_t n, const char *expected,
    unsigned long cut, unsigned long damaged)
{
	struct buf error = { 0 }, told = { 0 };
	enum source_result end;
	struct source *s;

	write_file(text, n);
	s = source_open(path, NULL, &error);
	if (s == NULL)
		fail_msg("%s", buf_str(&error));
	tell(s, &told, &end);
	assert_int_equal(end, SOURCE_END);
	assert_string_equal(buf_str(&told), expected);
	assert_int_equal(source_cut(s), cut);
	assert_int_equal(source_damaged(s, NULL), damaged);
	source_close(s);
	buf_free(&told);
	buf_free(&error);
}

#define TOLD(text, expected, cut, damaged) \
	assert_told(text, strlen(text), expected, cut, damaged)

static void
test_reads_whole(void **state)
{
	(void)state;
	TOLD(HEAD, "", 0, 0);
	TOLD(HEAD "0.000000 d1 left\n\n; x\n1.000000 d1 left\n",
	    "0 d1 left\n1000000 d1 left\n", 0, 0);
	TOLD("dfuscope-journal 1 0.1.0\r\n0.000000 d1 left\r\n",
	    "0 d1 left\n", 0, 0);
	/* Two of them in one file. */
	TOLD(HEAD "0.000000 d1 left\n" HEAD "0.000000 d1 left\n",
	    "0 d1 left\n0 d1 left\n", 0, 0);
}

/* A program that was killed: nothing of the last line is taken. */
static void
test_reads_to_the_last_whole_line(void **state)
{
	(void)state;
	TOLD(HEAD "0.000000 d1 left\n0.0000", "0 d1 left\n", 3, 0);
	TOLD(HEAD "0.000000 d1 left", "", 2, 0);
	TOLD(HEAD "0.000000 d1 left\n1.000000 d1 note text=\"a\" ; b",
	    "0 d1 left\n", 3, 0);
	TOLD("dfuscope-journal 1 0.1.0", "", 1, 0);
	TOLD("dfuscope-jour", "", 1, 0);
	TOLD("dfuscope", "", 1, 0);
	/* A machine that lost its power leaves zeros. */
	assert_told(HEAD "0.000000 d1 left\n\0\0\0\0",
	    strlen(HEAD "0.000000 d1 left\n") + 4, "0 d1 left\n", 3, 0);
}

static void
test_reads_past_damage(void **state)
{
	static const char oops[] = ": column 1: expected a time: seconds, a "
	    "dot and six digits\n";
	struct buf want = { 0 };

	(void)state;
	buf_addf(&want, "0 d1 arrived\n0 d1 lost cannot read line 3%s"
	    "2000000 d1 left\n", oops);
	TOLD(HEAD ARRIVED(1) "oops\n2.000000 d1 left\n", buf_str(&want), 0,
	    1);
	/* Without a device, and at the end. */
	buf_reset(&want);
	buf_addf(&want, "0 d0 lost cannot read line 2%s", oops);
	TOLD(HEAD "oops\n", buf_str(&want), 0, 1);
	/* In a row: told once. Apart: told twice. */
	buf_reset(&want);
	buf_addf(&want, "0 d1 arrived\n0 d1 lost cannot read lines 3-5; the "
	    "first%s2000000 d1 closed\n2000000 d1 lost cannot read line "
	    "7%s3000000 d1 left\n", oops, oops);
	TOLD(HEAD ARRIVED(1) "oops\noops\noops\n2.000000 d1 closed\n"
	    "oops\n3.000000 d1 left\n", buf_str(&want), 0, 4);
	/* Damage, and cut off in the line behind it. */
	buf_reset(&want);
	buf_addf(&want, "0 d0 lost cannot read line 2%s", oops);
	TOLD(HEAD "oops\n0.000000 d1 le", buf_str(&want), 3, 1);
	buf_free(&want);
}

#define SUBMIT(number) \
	"1.000000 d1 submit #" number " setup=a103000000000600 timeout=5000\n"

/* They are found by their numbers. */
static void
test_numbers_of_requests_grow(void **state)
{
	struct buf want = { 0 };

	(void)state;
	buf_adds(&want, "0 d1 arrived\n1000000 d1 submit\n1000000 d1 lost "
	    "cannot read lines 4-6; the first: request #7 comes after #7, but "
	    "numbers only grow in a journal\n1000000 d1 submit\n");
	TOLD(HEAD ARRIVED(1) SUBMIT("7") SUBMIT("7") SUBMIT("6")
	    "1.000000 d1 complete #6 stall\n" SUBMIT("8"), buf_str(&want), 0,
	    3);
	buf_free(&want);
}

/* Which device it was about: as far as the line says so, else all. */
static void
test_damage_is_told_to_whom_it_concerns(void **state)
{
#define BOTH	"0 d1 arrived\n0 d2 arrived\n"
#define BAD	"lost cannot read line 4: column "
#define KIND	"unknown word\n"
#define BEGIN	"1: expected a time: seconds, a dot and six digits\n"
	(void)state;
	TOLD(HEAD ARRIVED(1) ARRIVED(2) "1.000000 d2 left oops\n",
	    BOTH "0 d2 " BAD "18: " KIND, 0, 1);
	TOLD(HEAD ARRIVED(1) ARRIVED(2) "oops\n",
	    BOTH "0 d1 " BAD BEGIN "0 d2 " BAD BEGIN, 0, 1);
	/* There is no such device; one has gone. */
	TOLD(HEAD ARRIVED(1) ARRIVED(2) "1.000000 d3 left oops\n",
	    BOTH "0 d1 " BAD "18: " KIND "0 d2 " BAD "18: " KIND, 0, 1);
	TOLD(HEAD ARRIVED(2) "0.500000 d2 left\n1.000000 d2 left oops\n",
	    "0 d2 arrived\n500000 d2 left\n500000 d0 " BAD "18: " KIND, 0,
	    1);
	/* A row about the same one, and about two. */
	TOLD(HEAD ARRIVED(1) ARRIVED(2) "1.000000 d2 left oops\n"
	    "1.000000 d2 left oops\n", BOTH "0 d2 lost cannot read lines "
	    "4-5; the first: column 18: " KIND, 0, 2);
	TOLD(HEAD ARRIVED(1) ARRIVED(2) "1.000000 d2 left oops\n"
	    "1.000000 d1 left oops\n", BOTH "0 d1 lost cannot read lines "
	    "4-5; the first: column 18: " KIND "0 d2 lost cannot "
	    "read lines 4-5; the first: column 18: " KIND, 0, 2);
}

/* A line of n bytes, newline apart, that is an event or is not. */
static void
add_line(struct buf *b, size_t n)
{
	size_t from = b->len;

	buf_adds(b, "1.000000 d1 left ; ");
	while (b->len - from < n)
		buf_addc(b, 'x');
	buf_addc(b, '\n');
}

static void
test_long_lines(void **state)
{
	struct buf b = { 0 };
	size_t i;

	(void)state;
	/* The longest payload that there can be is read. */
	buf_adds(&b, HEAD "0.000000 d1 complete #1 ok len=65535 data=");
	for (i = 0; i < UINT16_MAX; i++)
		buf_adds(&b, "5a");
	buf_adds(&b, "\n");
	assert_told(buf_str(&b), b.len, "0 d1 complete\n", 0, 0);
	/* At the limit and one over it. */
	buf_reset(&b);
	buf_adds(&b, HEAD);
	add_line(&b, 4 * UINT16_MAX);
	add_line(&b, 4 * UINT16_MAX + 1);
	add_line(&b, 20);
	assert_told(buf_str(&b), b.len, "1000000 d1 left\n1000000 d0 lost "
	    "cannot read line 3: the line has more than 262140 bytes\n"
	    "1000000 d1 left\n", 0, 1);
	/* Much longer, and the file ends in it. */
	buf_reset(&b);
	buf_adds(&b, HEAD);
	add_line(&b, 3000000);
	assert_told(buf_str(&b), b.len, "0 d0 lost cannot read line 2: the "
	    "line has more than 262140 bytes\n", 0, 1);
	assert_told(buf_str(&b), b.len - 1, "", 2, 0);
	buf_free(&b);
}

/* Between two events may stand much that is none: the reader gives way. */
static void
test_gives_way(void **state)
{
	struct buf b = { 0 }, error = { 0 };
	unsigned later = 0;
	struct source *s;
	struct event e;

	(void)state;
	buf_adds(&b, HEAD);
	while (b.len < 2000000)
		buf_adds(&b, "; only words\n");
	buf_adds(&b, "1.000000 d1 left\n");
	write_file(buf_str(&b), b.len);
	s = source_open(path, NULL, &error);
	assert_non_null(s);
	while (source_read(s, &e, &error) == SOURCE_LATER)
		later++;
	assert_int_equal(e.kind, EVENT_LEFT);
	assert_in_range(later, 4, 100);
	source_close(s);
	buf_free(&b);
}

static void
test_where(void **state)
{
	struct buf error = { 0 };
	uint64_t offset;
	size_t length;
	struct source *s;
	struct event e;

	(void)state;
	write_file(HEAD "oops\r\n1.000000 d1 left\r\n",
	    strlen(HEAD) + 6 + 18);
	s = source_open(path, NULL, &error);
	assert_non_null(s);
	assert_string_equal(source_kind_of(s)->name, "journal");
	assert_int_equal(source_read(s, &e, &error), SOURCE_EVENT);
	assert_int_equal(e.kind, EVENT_LOST);
	assert_int_equal(source_read(s, &e, &error), SOURCE_EVENT);
	assert_int_equal(e.kind, EVENT_LEFT);
	source_where(s, &offset, &length);
	assert_int_equal(offset, strlen(HEAD) + 6);
	assert_int_equal(length, strlen("1.000000 d1 left"));
	assert_int_equal(source_line(s), 3);
	assert_int_equal(source_read(s, &e, &error), SOURCE_END);
	assert_int_equal(source_read(s, &e, &error), SOURCE_END);
	source_close(s);
}

/* Not opened, and said why. */
static void
assert_refused(const char *name, int code, const char *complaint)
{
	struct buf error = { 0 };
	int given = 0;

	assert_null(source_open(name, &given, &error));
	assert_int_equal(given, code);
	if (strstr(buf_str(&error), complaint) == NULL)
		fail_msg("%s", buf_str(&error));
	buf_free(&error);
}

static void
test_refused(void **state)
{
	static const struct {
		const char	*text;
		size_t		 n;	/* 0: strlen */
		const char	*complaint;
	} rows[] = {
		{ "", 0, "the file is empty" },
		{ "0.000000 d1 left\n", 0, ": not a journal or a log of a "
		    "known DFU tool: probably a text of another kind" },
		{ "dfuscope-journals 1 0.1.0\n", 0, ": not a journal" },
		{ " dfuscope-journal 1 0.1.0\n", 0, ": not a journal" },
		{ "\x7f""ELF\2\1\1", 0, ": not a journal: probably a "
		    "program (ELF)" },
		{ "\x7f""EL\2\1\1", 0, "probably a binary file" },
		{ "\0", 1, "probably a binary file of unknown format" },
		{ "dfuscope-journal\0", 17, "probably a binary file" },
		{ "dfuscope-journal 3 0.3.0\n", 0, ", line 1: column 19: "
		    "cannot read a journal of the later format 3; this "
		    "version reads formats 1-2" },
		{ "dfuscope-journal 0 0.0.1\n", 0, ", line 1: column 19: "
		    "cannot read a journal of format 0; this version" },
		{ "dfuscope-journal x\n", 0, ", line 1: column 18: expected "
		    "the format number of the journal" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		write_file(rows[i].text, rows[i].n != 0 ? rows[i].n :
		    strlen(rows[i].text));
		assert_refused(path, CODE_BAD_FILE, rows[i].complaint);
		assert_refused(path, CODE_BAD_FILE, path);
	}
}

/* A pipe has no writer, and nobody waits for one. */
static void
test_only_regular_files(void **state)
{
	(void)state;
	assert_refused("no/such\n", CODE_NO_INPUT,
	    "no/such\\x0a: No such file or directory");
	assert_refused(".", CODE_NO_INPUT, ".: Is a directory");
	assert_refused("/dev/zero", CODE_NO_INPUT,
	    "/dev/zero: a device or a socket; dfuscope reads only regular");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(path, CODE_NO_INPUT, "a pipe; dfuscope reads only "
	    "regular");
	unlink(path);
}

/* What the first bytes say, and what is close to it. */
static void
test_sniffs(void **state)
{
	static const struct {
		const char	*bytes;
		size_t		 n;
		const char	*name;	/* NULL: none */
		const char	*words;
	} rows[] = {
#define ROW(bytes, name, words) { bytes, sizeof(bytes) - 1, name, words }
		ROW("", NULL, "an empty file"),
		ROW("dfuscope-journal 1 0.1.0\n", "journal", "a journal of "
		    "dfuscope, format 1, written by version 0.1.0"),
		ROW("dfuscope-journal 12 1.2\r\n0.0", "journal", "a journal "
		    "of dfuscope, format 12, written by version 1.2"),
		ROW("dfuscope-journal 1\n", "journal", "a journal of "
		    "dfuscope, format 1"),
		ROW("dfuscope-jou", "journal", "a journal of dfuscope"),
		ROW("dfuscope-journey", NULL, "a text file of unknown format"),
		ROW("dfuscop", NULL, "a text file of unknown format"),
		ROW("{\"v\":1,\"type\":\"event\"}", "json", "JSON that "
		    "dfuscope printed"),
		ROW("{\"w\":1}", NULL, "a text file of unknown format"),
		ROW("\xd4\xc3\xb2\xa1\2\0\4\0\0\0\0\0\0\0\0\0\0\0\4\0\334\0"
		    "\0\0", "pcap", "a capture (pcap)"),
		ROW("\xa1\xb2\x3c\x4d", "pcap", "a capture (pcap)"),
		ROW("\xa1\xb2\xc3\xd5\0", NULL, "a binary file of unknown "
		    "format"),
		ROW("\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a", "pcapng",
		    "a capture (pcapng)"),
		ROW("\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4d", "pcapng",
		    "a capture (pcapng)"),
		ROW("\x0a\x0d\x0d\x0a\0\0\0\x1c\x1a\x2b\x3c\x4e", NULL,
		    "a binary file of unknown format"),
		ROW("\n\r\r\nabcdefgh", NULL, "a text file of unknown format"),
		ROW("\x1f\x8b\x08\0", "gzip", "a compressed file (gzip)"),
		ROW("\x1f\x8b\x07\0", NULL, "a binary file of unknown format"),
		ROW("\x7f""ELF\1", "elf", "a program (ELF)"),
		ROW("\x7f""ELG\1", NULL, "a binary file of unknown format"),
		ROW("DfuSe\1", "dfuse", "a firmware file (DfuSe)"),
		ROW("DfuSe v1", NULL, "a text file of unknown format"),
		ROW("PK\3\4", "zip", "an archive (zip)"),
		ROW("PK\3\5", NULL, "a binary file of unknown format"),
		ROW("\xff\xfe""d\0f\0", "utf-16", "a UTF-16 text"),
		ROW("dfu-util 0.9\n\nOpening DFU capable USB device...\n"
		    "ID 0483:df11\n", "log", "a log of dfu-util 0.9"),
		ROW("Opening DFU capable USB device...\nID 0483:df11\n"
		    "Done!\n", "log", "a log of dfu-util 0.8 to 0.10"),
		ROW("File: fw.dfu\nWriting memory...\n", "log",
		    "a log of pydfu"),
		ROW("dfu-util 0.9\nis what we use\n", NULL, "a text file of "
		    "unknown format"),
		ROW("\033[1mbold\033[0m\n", NULL, "a text file of unknown "
		    "format"),
#undef ROW
	};
	const struct source_kind *kind;
	struct buf words = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&words);
		kind = source_sniff((const uint8_t *)rows[i].bytes,
		    rows[i].n, &words);
		assert_string_equal(buf_str(&words), rows[i].words);
		if (rows[i].name == NULL)
			assert_null(kind);
		else
			assert_string_equal(kind->name, rows[i].name);
	}
	buf_free(&words);
}

/* Cut at every byte: what was read is a beginning of what there is. */
static void
test_every_cut(void **state)
{
	static const char text[] = HEAD ARRIVED(1)
	    "1.000000 d1 submit #1 setup=a103000000000600 timeout=5000\n"
	    "1.200000 d1 complete #1 ok len=6 data=000000000200\n"
	    "2.000000 d1 note text=\"fine\"\n2.500000 d1 left\n";
	static const char whole[] = "0 d1 arrived\n1000000 d1 submit\n"
	    "1200000 d1 complete\n2000000 d1 note fine\n2500000 d1 left\n";
	struct buf error = { 0 }, told = { 0 };
	enum source_result end;
	struct source *s;
	size_t n, i, lines;

	(void)state;
	for (n = strlen("dfuscope"); n < sizeof(text); n++) {
		write_file(text, n);
		s = source_open(path, NULL, &error);
		assert_non_null(s);
		buf_reset(&told);
		tell(s, &told, &end);
		assert_int_equal(end, SOURCE_END);
		assert_memory_equal(buf_str(&told), whole, told.len);
		for (lines = i = 0; i < n; i++)
			lines += text[i] == '\n';
		assert_int_equal(source_cut(s), text[n - 1] == '\n' ? 0 :
		    lines + 1);
		for (i = 0; i < told.len; i++)
			lines -= told.data[i] == '\n';
		assert_in_range(lines, 0, 1);
		source_close(s);
	}
	buf_free(&told);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_whole),
		cmocka_unit_test(test_reads_to_the_last_whole_line),
		cmocka_unit_test(test_reads_past_damage),
		cmocka_unit_test(test_numbers_of_requests_grow),
		cmocka_unit_test(test_damage_is_told_to_whom_it_concerns),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_gives_way),
		cmocka_unit_test(test_where),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_only_regular_files),
		cmocka_unit_test(test_sniffs),
		cmocka_unit_test(test_every_cut),
	};
	int failed;

	snprintf(path, sizeof(path), "test_source.%ld.journal",
	    (long)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return (failed);
}
