/* SPDX-License-Identifier: ISC */
/* Files that are something else, and those that only look like it. */
#include "tests/dfu/check_image.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/dfu/make_image.h"

/* 32 bytes that nobody knows, to follow what begins like something. */
#define REST	"\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10" \
    "\1\2\3\4\5\6\7\10"

struct row {
	const char	*bytes;
	size_t		 n;
	const char	*words;		/* of the refusal; NULL: read as raw */
};
#define ROW(bytes, words)	{ bytes, sizeof(bytes) - 1, words }

/* Each kind, and beside it what is nearly so. */
static const struct row rows[] = {
	ROW("PK\3\4" REST, "the file is a ZIP archive: unzip it"),
	ROW("PK\3\5" REST, NULL),
	ROW("PK\5\6" REST, "an empty ZIP archive"),
	ROW("PK\7\10" REST, "a part of a ZIP archive"),
	ROW("\xfd" "7zXZ\0" REST, "packed with xz: unpack it first (xz -dk)"),
	ROW("\xfd" "7zXY\0" REST, NULL),
	ROW("BZh91AY&SY" REST, "packed with bzip2"),
	ROW("BZh9\x17\x72\x45\x38\x50\x90" REST, "packed with bzip2"),
	ROW("BZh91AY&SZ" REST, NULL),
	ROW("BZh01AY&SY" REST, NULL),
	ROW("\x28\xb5\x2f\xfd" REST, "packed with zstd"),
	ROW("\x28\xb5\x2f\xfc" REST, NULL),
	ROW("\x04\x22\x4d\x18\x64\x40\xa7" REST, "packed with lz4"),
	ROW("\x04\x22\x4d\x18\x02\x40\xa7" REST, NULL),
	ROW("7z\xbc\xaf\x27\x1c" REST, "a 7z archive"),
	ROW("7z\xbc\xaf\x27\x1d" REST, NULL),
	ROW("Rar!\x1a\x07" REST, "a RAR archive"),
	ROW("!<arch>\n" REST, "an ar archive"),
	ROW("%PDF-1.4\n" REST, "a PDF document"),
	ROW("%PDF1.4\n" REST, NULL),
	ROW("\x89PNG\r\n\x1a\n" REST, "a picture (PNG)"),
	ROW("\x89PNG\n\x1a\n" REST, NULL),
	ROW("\xff\xd8\xff\xe0\0\20JFIF" REST, "a picture (JPEG)"),
	ROW("\xff\xd8\xff\xe1" REST, "a picture (JPEG)"),
	ROW("\xff\xd8\xff\xe0" REST, NULL),
	ROW("GIF89a" REST, "a picture (GIF)"),
	ROW("\n\r\r\n" REST, "a packet capture"),
	ROW("\xcf\xfa\xed\xfe\7\0\0\1" REST, "a macOS program"),
	ROW("\xce\xfa\xed\xfe\14\0\0\0" REST, "a macOS program"),
	ROW("\xcf\xfa\xed\xfe\10\0\0\1" REST, NULL),
	ROW("version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
	    "a git-lfs pointer: git lfs pull"),
	ROW("version https://git-lfs.example/\n", "the file is text"),
	ROW("dfuscope-journal 1 0.1.0\n", "a dfuscope journal"),
	ROW("<!DOCTYPE html>\n<html><Title>Not\tFound</title>",
	    "the file is an HTML page (\"Not\\x09Found\"): a server"),
	ROW("\xef\xbb\xbf \n<HTML>\1", "an HTML page: a server"),
	ROW("<html", "an HTML page"),
	ROW("<htm\1\2\3", NULL),
	ROW("<?xml version=\"1.0\"?>\n", "the file is XML"),
	ROW("\xff\xfe:\0" "1\0" "0\0" "0\0\r\0\n\0", "UTF-16 text"),
	ROW("\xfe\xff\0:\0" "1\0" "0\0" "0\0\r\0\n", "UTF-16 text"),
	ROW("\xff\xfe:\0" "1\0" "0\0" "0\1\r\0\n\0", NULL),
	ROW("\xff\xfe:\0" "1\0" "0\0" "0\0\r\0\n", NULL),
	ROW("@0800\n31 40 00 03\nq\n", "addresses after @"),
	ROW("@here\n", "the file is text"),
	ROW("#include <stdio.h>\n\nint\nmain(void)\n{\n}\n",
	    "the file is text, neither Intel HEX nor S-record; it begins "
	    "\"#include <stdio.h>\": not firmware"),
	ROW("gr\xc3\xbc\xc3\x9f dich\n", "the file is text"),
	ROW("gr\xfc\xdf dich\n", NULL),
	ROW("words and words and words and words and words and words and "
	    "words", "the file is text"),
	ROW("words and no more", NULL),
	ROW("words\1\n", NULL),
	ROW("ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ"
	    "ZZZZZZ", NULL),
	ROW("\n\n\n\n\n\n\n\n", NULL),
	/* FIT and U-Boot's images, bitstreams, Apple's and Nordic's headers */
	ROW("\xd0\x0d\xfe\xed" REST, NULL),
	ROW("\x27\x05\x19\x56" REST, NULL),
	ROW("\xff\xff\xff\xff\xaa\x99\x55\x66" REST, NULL),
	ROW("\xff\0\0\xff\x7e\xaa\x99\x7e" REST, NULL),
};

static void
test_rows(void **state)
{
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_add(&b, rows[i].bytes, rows[i].n);
		if (rows[i].words != NULL)
			check_refused(&b, rows[i].words);
		else
			check_noted(&b, "no DFU suffix: dfuscope", false,
			    IMAGE_NOWHERE);
	}
}

/* What follows a header at a place that the header names. */
static void
put(struct buf *b, size_t at, const void *p, size_t n)
{
	while (b->len < at + n)
		buf_addc(b, 0xa5);
	memcpy(b->data + at, p, n);
}

static void
test_zip_names_its_file(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add(&b, "PK\3\4", 4);
	put(&b, 26, "\7\0\0\0app.bin", 11);
	check_refused(&b, "(its first file is \"app.bin\"): unzip it");
	buf_add(&b, "PK\3\4", 4);
	put(&b, 26, "\x60\0\0\0this/is/a/name/that/is/very/long/indeed/and/"
	    "then/longer/than/anyone/wants/to/read/in/a/sentence/at/all", 100);
	check_refused(&b, "\"this/is/a/name/that/is/very/long/indeed/\"...)");
	/* Cut in the name. */
	buf_add(&b, "PK\3\4", 4);
	put(&b, 26, "\10\0\0\0app.bin", 11);
	check_refused(&b, "a ZIP archive: unzip it");
}

/* An entry of a ZIP directory. */
static void
put_entry(struct buf *b, const char *name)
{
	uint8_t head[46] = { 'P', 'K', 1, 2 };

	head[28] = (uint8_t)strlen(name);
	head[32] = 3;	/* a comment */
	buf_add(b, head, sizeof(head));
	buf_adds(b, name);
	buf_adds(b, "etc");
}

static void
make_zip(struct buf *b, const char *const *names, size_t n, uint8_t from)
{
	uint8_t end[22] = { 'P', 'K', 5, 6 };
	size_t i;

	buf_add(b, "PK\3\4", 4);
	put(b, 26, "\0\0\0\0", 4);
	for (i = 0; i < n; i++)
		put_entry(b, names[i]);
	end[16] = from;
	buf_add(b, end, sizeof(end));
}

static void
test_zip_counts_its_files(void **state)
{
	static const char *const one[] = { "doc/", "doc/README.md",
	    "out/Board.HEX" };
	static const char *const two[] = { "a.bin", "b.uf2", "c.txt" };
	static const char *const none[] = { "LICENSE" };
	struct buf b = { 0 };

	(void)state;
	make_zip(&b, one, 3, 30);
	check_refused(&b, "a ZIP archive of 2 files, 1 with the name of a "
	    "firmware file: \"out/Board.HEX\" (unzip -j ARCHIVE "
	    "\"out/Board.HEX\" extracts it): unzip it");
	make_zip(&b, two, 3, 30);
	check_refused(&b, "a ZIP archive of 3 files, 2 with the name of a "
	    "firmware file: \"a.bin\": unzip it");
	make_zip(&b, none, 1, 30);
	check_refused(&b, "a ZIP archive of 1 file, the first is \"LICENSE\", "
	    "none has the name of a firmware file: unzip it");
	/* A directory that is not there. */
	make_zip(&b, two, 3, 29);
	check_refused(&b, "a ZIP archive: unzip it");
	make_zip(&b, two, 3, 255);
	check_refused(&b, "a ZIP archive: unzip it");
}

static void
test_tar(void **state)
{
	struct buf b = { 0 };

	(void)state;
	put(&b, 0, "app.bin", 8);
	put(&b, 257, "ustar\0", 6);
	check_refused(&b, "a tar archive (its first file is \"app.bin\")");
	put(&b, 0, "app.bin", 8);
	put(&b, 257, "ustaq\0", 6);
	check_noted(&b, "no DFU suffix: dfuscope", false, IMAGE_NOWHERE);
}

/* The header that kernels and UEFI's programs share with Windows'. */
static void
make_pe(struct buf *b, uint8_t subsystem)
{
	put(b, 0, "MZ", 2);
	put(b, 0x3c, "\x80\0\0\0", 4);
	put(b, 0x80, "PE\0\0", 4);
	put(b, 0x80 + 4 + 20 + 68, (uint8_t[]){ subsystem, 0 }, 2);
}

static void
test_programs_for_windows(void **state)
{
	struct buf b = { 0 };

	(void)state;
	make_pe(&b, 3);
	check_refused(&b, "a Windows program: it runs on a computer");
	make_pe(&b, 2);
	check_refused(&b, "a Windows program");
	/* EFI application, as Linux on AArch64 and RISC-V is */
	make_pe(&b, 10);
	check_noted(&b, "no DFU suffix: dfuscope", false, IMAGE_NOWHERE);
	make_pe(&b, 3);
	b.data[0x80] = 'N';
	check_noted(&b, "no DFU suffix: dfuscope", false, IMAGE_NOWHERE);
	/* e_lfanew behind the end */
	make_pe(&b, 3);
	b.data[0x3f] = 0xff;
	check_noted(&b, "no DFU suffix: dfuscope", false, IMAGE_NOWHERE);
}

/* A name that promises, what is in the file, and what is said. */
static const struct {
	const char	*path;
	const char	*bytes;
	const char	*words;		/* in a refusal or a note; NULL: none */
} names[] = {
	{ "a.hex", "<html>\n", "an HTML page, although its name ends in .hex" },
	{ "b/a.HEX", "<html>\n", "although its name ends in .hex" },
	{ "a.html", "<html>\n", "the file is an HTML page: a server" },
	{ "a.bin", ":0400000061626364" "72\n:00000001FF\n",
	    "the name ends in .bin, but the contents are Intel HEX: dfuscope "
	    "reads them as that" },
	{ "a.hex", ":0400000061626364" "72\n:00000001FF\n", NULL },
	{ "a", ":0400000061626364" "72\n:00000001FF\n", NULL },
	{ "hex", ":0400000061626364" "72\n:00000001FF\n", NULL },
	{ "a.hex", "\1\2\3", "the contents are raw binary" },
	{ "a.s19", "\1\2\3", "the contents are raw binary" },
	{ "a.dfu", "\1\2\3", NULL },
	{ "a.hex.gz", "\1\2\3", "the contents are raw" },
	{ ".hex", "\1\2\3", NULL },
};

static void
test_names(void **state)
{
	struct buf error = { 0 };
	struct image image;
	const char *said;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(names); i++) {
		buf_reset(&error);
		said = buf_str(&error);
		if (image_read_file(&image, names[i].path, false,
		    (const uint8_t *)names[i].bytes, strlen(names[i].bytes),
		    &error) && image.nnotes != 0)
			said = image.notes[0].text;
		else
			said = buf_str(&error);
		if (names[i].words == NULL) {
			if (strstr(said, "name") != NULL)
				fail_msg("%s: %s", names[i].path, said);
		} else if (strstr(said, names[i].words) == NULL) {
			fail_msg("%s: %s", names[i].path, said);
		}
		image_free(&image);
	}
	buf_free(&error);
}

/* As raw: the bytes, whatever they are, and what they look like. */
static void
test_as_raw(void **state)
{
	static void (*const makes[])(struct buf *) = { make_whole_elf,
		make_whole_uf2, make_whole_gzip, make_whole_ihex,
		make_whole_srec };
	static const char *const looks[] = { "an ELF file", "a UF2 file",
		"a gzip file", "an Intel HEX file", "an S-record file" };
	struct buf b = { 0 }, error = { 0 }, aloud = { 0 };
	struct image image;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(makes); i++) {
		buf_reset(&b);
		buf_reset(&aloud);
		makes[i](&b);
		assert_true(image_read_file(&image, "a.bin", true, b.data,
		    b.len, &error));
		assert_int_equal(image.kind, IMAGE_RAW);
		assert_int_equal(image.nsegments, 1);
		assert_int_equal(image.segments[0].len, b.len);
		assert_memory_equal(image.segments[0].data, b.data, b.len);
		image_words_aloud(&image, &aloud);
		if (strstr(buf_str(&aloud), looks[i]) == NULL)
			fail_msg("\"%s\", not %s", buf_str(&aloud), looks[i]);
		image_free(&image);
	}
	/* A suffix is none of it; what looks like nothing is not told. */
	buf_reset(&b);
	buf_reset(&aloud);
	buf_adds(&b, "\1\2\3\4\5\6\7\10\1\2\3\4\5\6\7\10\1\2\3");
	make_suffix(&b, 1, 2, 3, 0x0100);
	assert_true(image_read_file(&image, NULL, true, b.data, b.len,
	    &error));
	assert_int_equal(image.segments[0].len, 19);
	image_words_aloud(&image, &aloud);
	assert_int_equal(aloud.len, 0);
	image_free(&image);
	buf_free(&aloud);
	buf_free(&b);
	assert_int_equal(error.len, 0);
}

/* What can be told by the first 16 bytes of a block. */
static void
test_begins_as(void **state)
{
	static const struct {
		const char	*bytes;
		const char	*name;
	} heads[] = {
		{ "\177ELF\1\1\1\0\0\0\0\0\0\0\0", "an ELF file" },
		{ ":020000040800F2\r", "an Intel HEX file" },
		{ "S00600004844521B", "an S-record file" },
		{ "PK\3\4\24\0\0\0\10\0\x5b\xba\x7d\x5d\x3f", "a ZIP archive" },
		{ "UF2\nWQ]\x9e\0\x20\0\0\0\0\0", "a UF2 file" },
		{ "\x1f\x8b\10\10\xdd\xb2\x0c\x6b\0\3abcde", "a gzip file" },
		{ "<!DOCTYPE html>", "an HTML page" },
		/* code, and words in it */
		{ "\0\x40\0\x20\1\4\0\10\0\0\0\0\0\0\0", NULL },
		{ "firmware 1.2.345", NULL },
		{ ":-) is no record", NULL },
	};
	size_t i;
	const char *name;

	(void)state;
	for (i = 0; i < COUNT(heads); i++) {
		name = image_begins_as((const uint8_t *)heads[i].bytes, 16);
		if (name == NULL || heads[i].name == NULL)
			assert_ptr_equal(name, heads[i].name);
		else
			assert_string_equal(name, heads[i].name);
	}
	assert_null(image_begins_as((const uint8_t *)"\177ELF\1\1\1\0\0\0\0"
	    "\0\0\0\0", 15));
}

/* In a container, as a tool packed it without a look. */
static void
test_contents(void **state)
{
	struct buf b = { 0 };

	(void)state;
	make_prefix(&b, 11 + 274 + 8 + 16, 1);
	make_target(&b, 0, NULL, 8 + 16, 1);
	make_element(&b, 0x08000000, "\177ELF\1\1\1\0\0\0\0\0\0\0\0\0", 16);
	make_suffix(&b, 1, 2, 3, 0x011a);
	check_noted(&b, "the data for 0x08000000 begins like an ELF file",
	    false, IMAGE_NOWHERE);
	make_prefix(&b, 11 + 274 + 8 + 16, 1);
	make_target(&b, 0, NULL, 8 + 16, 1);
	make_element(&b, 0x08000000, "\177ELE\1\1\1\0\0\0\0\0\0\0\0\0", 16);
	make_suffix(&b, 1, 2, 3, 0x011a);
	check_noted(&b, NULL, false, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_zip_names_its_file),
		cmocka_unit_test(test_zip_counts_its_files),
		cmocka_unit_test(test_tar),
		cmocka_unit_test(test_programs_for_windows),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_as_raw),
		cmocka_unit_test(test_begins_as),
		cmocka_unit_test(test_contents),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
