/* SPDX-License-Identifier: ISC */
/* Firmware files of text: Intel HEX and S-record. */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <string.h>

#include "dfu/image.h"
#include "tests/dfu/make_image.h"

/* A file, and the runs that come of it: "ADDRESS=DATA ...". */
struct row {
	const char	*file;
	const char	*runs;		/* NULL: refused */
	const char	*words;		/* in the refusal or a note, or NULL */
	size_t		 line;		/* of the note */
	bool		 wrong;
};

/* Checksums by hand: two's complement of the sum. */
#define END	":00000001FF\n"
static const struct row ihex[] = {
	{ ":040000006162636472\n" END, "0=abcd", NULL, 0, false },
	{ ":0400000061626364 72\n" END, NULL, "line 1: character 18 is no", 0,
	    false },
	/* CR LF, CR, blanks, a mark, lower case, nothing behind the end */
	{ "\xef\xbb\xbf\r\n \t\r\n:04000000616263" "6472 \r\n:00000001ff",
	    "0=abcd", NULL, 0, false },
	{ ":0400000061626364" "72\r:0400040065666768" "5E\r" END,
	    "0=abcdefgh", NULL, 0, false },
	{ ":0400000061626364" "72\n" END "\n\x1a", "0=abcd", NULL, 0, false },
	/* out of order, touching; with a gap */
	{ ":0400040065666768" "5E\n:0400000061626364" "72\n" END,
	    "0=abcdefgh", NULL, 0, false },
	{ ":0400100065666768" "52\n:0400000061626364" "72\n" END,
	    "0=abcd 10=efgh", NULL, 0, false },
	/* linear: 0x0800 << 16; goes on past 64 KiB */
	{ ":020000040800F2\n:04FFFE0061626364" "75\n" END, "800fffe=abcd",
	    NULL, 0, false },
	/* segment 0x1000 << 4; wraps in it */
	{ ":020000021000EC\n:0400000061626364" "72\n" END, "10000=abcd",
	    NULL, 0, false },
	{ ":020000021000EC\n:04FFFE0061626364" "75\n" END,
	    "10000=cd 1fffe=ab", "wraps at the end of the segment", 2,
	    false },
	/* neither: it can only go on */
	{ ":04FFFE0061626364" "75\n" END, "fffe=abcd", "crosses 64 KiB", 1,
	    false },
	/* the last byte there is, and one more */
	{ ":02000004FFFFFC\n:04FFFC0061626364" "77\n" END, "fffffffc=abcd",
	    NULL, 0, false },
	{ ":02000004FFFFFC\n:04FFFD0061626364" "76\n" END, NULL,
	    "line 2: the data for 0xfffffffd reaches past 0xffffffff", 0,
	    false },
	/* start addresses */
	{ ":0400000508000145A9\n:0400000061626364" "72\n" END, "0=abcd",
	    NULL, 0, false },
	{ ":0400000508000145A9\n:0400000508000146A8\n:0400000061626364"
	    "72\n" END, "0=abcd", "a second start address", 2, false },
	/* the end */
	{ ":0400000061626364" "72\n", "0=abcd", "without an end record", 1,
	    true },
	{ ":0400000061626364" "72\n" END ":0400000061626364" "72\n",
	    "0=abcd", "data follows the end record in line 2", 3,
	    true },
	/* wrong */
	{ ":0400000061626364" "73\n" END, NULL, "line 1: the checksum is 73; "
	    "it should be 72", 0, false },
	{ END, NULL, "Intel HEX and has no data", 0, false },
	{ ":0500000061626364" "71\n" END, NULL, "line 1: the record announces "
	    "5 bytes of data, but has 4", 0, false },
	{ ":0400000661626364" "6C\n" END, NULL, "unknown record type 06", 0,
	    false },
	{ ":03000004080000F1\n" END, NULL, "type 04 has 2 bytes", 0, false },
	{ ":0400000061626364" "72\n\nhello\n", NULL,
	    "line 3: a record must begin with ':'", 0, false },
	{ ":0400000061626364" "7\n", NULL, "line 1: half a byte", 0, false },
	{ ":0400\n", NULL, "line 1: the record is truncated: 2 of at least 5",
	    0, false },
	/* comments */
	{ "; made by a tool\n# and another\n:0400000061626364" "72\n"
	    "// the end\n" END "; behind it\n", "0=abcd",
	    "4 comment lines were skipped", 1, false },
	{ ":0400000061626364" "72\n;\n" END, "0=abcd",
	    "1 comment line was skipped", 2, false },
	{ ":0400000061626364" "72\nno comment\n" END, NULL,
	    "line 2: a record must begin with ':'", 0, false },
	/* twice */
	{ ":0400000061626364" "72\n:0400020063646566" "68\n" END, "0=abcdef",
	    "2 bytes, the first for 0x00000002, are present twice", 2, false },
	{ ":0400000061626364" "72\n:0400000061626364" "72\n" END, "0=abcd",
	    "4 bytes, the first for 0x00000000, are present twice", 2, false },
	{ ":0400000061626364" "72\n:0400020063646666" "67\n:01000500" "6694\n"
	    END, "0=abcdff", "3 bytes, the first for 0x00000002", 2, false },
	{ ":0400000061626364" "72\n:0400020063656566" "67\n" END, NULL,
	    "which begins at line 1, and at 0x00000003 they differ", 0, false },
	/* of micro:bit, whose first record may be an address */
	{ ":0400000A9901C0DEBA\n", NULL, "line 1: the file is a Universal "
	    "Hex of the micro:bit: firmware for several boards (the first "
	    "is 9901)", 0, false },
	{ ":020000040000FA\n:0400000A9903C0DEB8\n", NULL,
	    "line 2: the file is a Universal Hex", 0, false },
	{ ":0400000A9903C0DFB7\n", NULL, "unknown record type 0A", 0, false },
	/* at an odd address */
	{ ":0400010061626364" "71\n" END, "1=abcd", "1 run of data begins at "
	    "an odd address, the first at 0x00000001", IMAGE_NOWHERE, false },
	{ ":03000000616263D7\n:0100100064" "8B\n" END, "0=abc 10=d", NULL,
	    0, false },
	{ ":040000006162636472\n:0400030065666768" "5F\n" END, NULL,
	    "line 2: the data for 0x00000003-0x00000006 overlaps that for "
	    "0x00000000-0x00000003, which begins at line 1", 0,
	    false },
};

static const struct row srec[] = {
	{ "S10700006162636" "46E\nS9030000FC\n", "0=abcd", NULL, 0, false },
	{ "S2081234566162636" "4D1\nS804000000FB\n", "123456=abcd", NULL, 0,
	    false },
	{ "S309080000006162636" "464\r\nS70508000001F1\r\n", "8000000=abcd",
	    NULL, 0, false },
	{ "S0080000" "68656C6C6FE3\nS10700006162636" "46E\nS9030000FC\n",
	    "0=abcd", NULL, 0, false },
	{ "S10700006162636" "46E\nS5030001FB\nS9030000FC\n", "0=abcd", NULL,
	    0, false },
	{ "S10700006162636" "46E\nS5030002FA\nS9030000FC\n", "0=abcd",
	    "announces 2 data records, but has 1", 2, true },
	{ "S10700006162636" "46E\n", "0=abcd", "without an end record", 1,
	    true },
	{ "S10700006162636" "46E\nS9030000FC\nS9030000FC\n", "0=abcd",
	    "end record in line 2", 3, true },
	/* small letters */
	{ "s10700006162636" "46e\ns9030000fc\n", "0=abcd", NULL, 0, false },
	{ "s309080000006162636" "464\r\nS70508000001f1\r\n", "8000000=abcd",
	    NULL, 0, false },
	{ "s4030000fc\n", NULL, "record type S4 is reserved", 0, false },
	/* comments */
	{ "# by srec_cat\nS10700006162636" "46E\nS9030000FC\n", "0=abcd",
	    "1 comment line was skipped", 1, false },
	{ "S10700006162636" "46F\n", NULL,
	    "line 1: the checksum is 6F; it should be 6E", 0, false },
	{ "S10800006162636" "46D\n", NULL, "announces 8 bytes after", 0,
	    false },
	{ "S1FF\n", NULL, "line 1: the record is truncated: of at least 4", 0,
	    false },
	{ "S4030000FC\n", NULL, "record type S4 is reserved", 0, false },
	{ "S9030000FC\n", NULL, "S-record and has no data", 0, false },
	{ "S10700006162636" "46E\nX9030000FC\n", NULL,
	    "line 2: a record must begin with 'S'", 0, false },
	{ "S309FFFFFFFD6162636" "472\n", NULL,
	    "line 1: the data for 0xfffffffd reaches past", 0, false },
	{ "S10700006162636" "46E\nS10700036162636" "46B\nS9030000FC\n", NULL,
	    "overlap", 0, false },
};

static void
print_runs(struct buf *b, const struct image *image)
{
	const struct image_segment *s;
	size_t i;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		buf_addf(b, "%s%x=%.*s", i > 0 ? " " : "", s->address,
		    (int)s->len, (const char *)s->data);
	}
}

static void
check_note(const struct image *image, const struct row *row)
{
	const struct image_note *n = image->notes;

	if (row->words == NULL) {
		assert_int_equal(image->nnotes, 0);
		return;
	}
	assert_int_equal(image->nnotes, 1);
	assert_int_equal(n->by_line, row->line != IMAGE_NOWHERE);
	if (strstr(n->text, row->words) == NULL || n->at != row->line ||
	    n->wrong != row->wrong)
		fail_msg("line %zu: %s", n->at, n->text);
}

static void
check_rows(const struct row *rows, size_t n, enum image_kind kind)
{
	struct buf runs = { 0 }, error = { 0 };
	struct image image;
	size_t i;

	for (i = 0; i < n; i++) {
		buf_reset(&runs);
		buf_reset(&error);
		if (image_read(&image, (const uint8_t *)rows[i].file,
		    strlen(rows[i].file), &error) !=
		    (rows[i].runs != NULL))
			fail_msg("%s%s", rows[i].file, buf_str(&error));
		if (rows[i].runs == NULL) {
			if (strstr(buf_str(&error), rows[i].words) == NULL)
				fail_msg("%s%s", rows[i].file,
				    buf_str(&error));
			continue;
		}
		assert_int_equal(image.kind, kind);
		print_runs(&runs, &image);
		if (strcmp(buf_str(&runs), rows[i].runs) != 0)
			fail_msg("%s%s", rows[i].file, buf_str(&runs));
		check_note(&image, &rows[i]);
		image_free(&image);
	}
	buf_free(&runs);
	buf_free(&error);
}

static void
test_ihex(void **state)
{
	(void)state;
	check_rows(ihex, COUNT(ihex), IMAGE_IHEX);
}

static void
test_srec(void **state)
{
	(void)state;
	check_rows(srec, COUNT(srec), IMAGE_SREC);
}

static struct image
read_good(struct buf *b)
{
	struct buf error = { 0 };
	struct image image;

	if (!image_read(&image, b->data, b->len, &error))
		fail_msg("%s", buf_str(&error));
	buf_free(b);
	return (image);
}

static void
test_whole(void **state)
{
	struct buf b = { 0 }, runs = { 0 };
	struct image image;

	(void)state;
	make_whole_ihex(&b);
	image = read_good(&b);
	print_runs(&runs, &image);
	assert_string_equal(buf_str(&runs), "800fffc=abcdefgh 8010100=ij");
	assert_true(image.has_entry);
	assert_int_equal(image.entry, 0x08000145);
	image_free(&image);

	buf_reset(&runs);
	make_whole_srec(&b);
	image = read_good(&b);
	print_runs(&runs, &image);
	assert_string_equal(buf_str(&runs),
	    "1234=k 123456=ij 8000000=abcdefgh");
	assert_string_equal(image.header, "hello");
	assert_true(image.has_entry);
	assert_int_equal(image.entry, 0x08000001);
	image_free(&image);
	buf_free(&runs);
}

/* CS:IP, as an 8086 starts; 0 in S9 is no start address. */
static void
test_entry(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_ihex(&b, 3, 0, "\x12\x34\x00\x10", 4);
	make_ihex(&b, 0, 0, "a", 1);
	make_ihex(&b, 1, 0, "", 0);
	image = read_good(&b);
	assert_true(image.has_entry);
	assert_int_equal(image.entry, 0x12350);
	image_free(&image);

	make_srec(&b, 1, 0, "a", 1);
	make_srec(&b, 9, 0, "", 0);
	image = read_good(&b);
	assert_false(image.has_entry);
	image_free(&image);
}

/* It could be read in two ways: the file says in which it was. */
static void
test_suffixed_text(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_ihex(&b, 0, 0, "a", 1);
	make_ihex(&b, 1, 0, "", 0);
	make_suffix(&b, 1, 2, 3, 0x0100);
	image = read_good(&b);
	assert_int_equal(image.kind, IMAGE_IHEX);
	assert_int_equal(image_total(&image), 1);
	assert_int_equal(image.nnotes, 1);
	assert_non_null(strstr(image.notes[0].text, "with a DFU suffix"));
	assert_false(image.notes[0].by_line);
	image_free(&image);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ihex),
		cmocka_unit_test(test_srec),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_suffixed_text),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
