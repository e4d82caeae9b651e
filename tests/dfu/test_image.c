/* SPDX-License-Identifier: ISC */
/* Firmware files: whole ones, wrong ones, cut ones. */
#include "tests/dfu/check_image.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/dfu/make_image.h"

static void (*const whole_files[])(struct buf *) = { make_whole_dfuse,
	make_whole_ihex, make_whole_srec, make_whole_elf, make_whole_uf2,
	make_whole_gzip };

/* The suffix. */

/* Made with dfu-suffix 0.11. */
static const char golden[] = "hello dfu\x00\x02\x11\xdf\x83\x04\x00\x01"
    "UFD\x10\xe4\xb2\x44\x7b";

static void
test_suffix_of_dfu_suffix(void **state)
{
	struct buf b = { 0 }, own = { 0 };
	struct image image;

	(void)state;
	buf_add(&b, golden, sizeof(golden) - 1);
	buf_adds(&own, "hello dfu");
	make_suffix(&own, 0x0483, 0xdf11, 0x0200, 0x0100);
	assert_int_equal(own.len, b.len);
	assert_memory_equal(own.data, b.data, b.len);

	image = check_read_good(&b);
	assert_int_equal(image.kind, IMAGE_RAW);
	assert_false(image.addressed);
	assert_true(image.has_suffix && image.suffix_good);
	assert_int_equal(image.suffix.idVendor, 0x0483);
	assert_int_equal(image.suffix.idProduct, 0xdf11);
	assert_int_equal(image.suffix.bcdDevice, 0x0200);
	assert_int_equal(image.suffix.bcdDFU, 0x0100);
	assert_int_equal(image.suffix.bLength, 16);
	assert_int_equal(image.suffix.dwCRC, 0x7b44b2e4);
	assert_int_equal(image.nsegments, 1);
	check_segment(&image, 0, 0, 0, "hello dfu");
	assert_null(image_wrong(&image));
	image_free(&image);
	buf_free(&own);
	buf_free(&b);
}

/* Any byte changed to anything: never read as a good file. */
static void
test_every_byte_counts(void **state)
{
	uint8_t file[sizeof(golden) - 1];
	struct buf error = { 0 };
	struct image image;
	size_t i;
	int x;

	(void)state;
	for (i = 0; i < sizeof(file); i++) {
		for (x = 1; x < 256; x++) {
			memcpy(file, golden, sizeof(file));
			file[i] ^= (uint8_t)x;
			buf_reset(&error);
			if (check_read_copy(&image, file, sizeof(file),
			    &error) && image_wrong(&image) == NULL)
				fail_msg("byte %zu ^ %02x: good", i, x);
			image_free(&image);
		}
	}
	buf_free(&error);
}

static void
test_suffix_that_is_odd(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	buf_add(&b, golden, sizeof(golden) - 5);
	make_u32(&b, 0);
	check_noted(&b, "its unset value", false, 21);
	buf_add(&b, golden, sizeof(golden) - 5);
	make_u32(&b, 0x12345678);
	image = check_read_good(&b);
	assert_true(image.has_suffix && !image.suffix_good);
	image_free(&image);
	check_noted(&b, "the CRC of the file is 0x7b44b2e4", true, 21);

	buf_adds(&b, "\1\2\3");
	make_suffix(&b, 1, 2, 3, 0x011a);
	check_noted(&b, "not a DfuSe container", false, 9);
	buf_adds(&b, "\1\2\3");
	make_suffix(&b, 1, 2, 3, 0x0110);
	check_noted(&b, NULL, false, 0);
	buf_adds(&b, "\1\2\3");
	make_suffix(&b, 1, 2, 3, 0x0200);
	check_noted(&b, "not a version of DFU", false, 9);

	buf_adds(&b, "\1\2\3");
	make_suffix(&b, 1, 2, 3, 0x0100);
	make_suffix(&b, 1, 2, 3, 0x0100);
	check_noted(&b, "another DFU suffix precedes this one", false, 3);
	/* What looks like one, and has no good CRC, is firmware. */
	buf_adds(&b, "\1\2\3");
	make_suffix(&b, 1, 2, 3, 0x0100);
	b.data[0]++;
	make_suffix(&b, 1, 2, 3, 0x0100);
	check_noted(&b, NULL, false, 0);

	buf_adds(&b, "\1\2\3");
	make_suffix(&b, 1, 2, 3, 0x0100);
	buf_adds(&b, "more");
	check_noted(&b, "4 bytes follow", true, 19);
	make_suffix(&b, 1, 2, 3, 0x0100);
	check_refused(&b, "only a DFU suffix");
	check_refused(&b, "empty");
}

/* bLength may grow: what it counts is not firmware (DFU 1.1 B). */
static void
test_suffix_that_grew(void **state)
{
	struct buf b = { 0 }, made = { 0 };
	struct image image;

	(void)state;
	buf_adds(&b, "\1\2\3neew");
	make_suffix(&b, 1, 2, 3, 0x0100);
	/* Its CRC no longer holds: the byte is in front of it. */
	b.data[b.len - 5] = 20;
	image = check_read_good(&b);
	assert_true(image.has_suffix);
	assert_int_equal(image.segments[0].len, 3);
	assert_non_null(check_note_with(&image, "4 bytes are not defined"));
	image_free(&image);
	b.data[b.len - 5] = 12;
	image = check_read_good(&b);
	assert_non_null(check_note_with(&image, "minimum of 16"));
	assert_non_null(image_wrong(&image));
	image_free(&image);
	buf_free(&b);
	buf_free(&made);
}

static void
test_suffix_that_is_cut(void **state)
{
	struct buf b = { 0 };
	size_t k;

	(void)state;
	for (k = 1; k <= 5; k++) {
		buf_add(&b, golden, sizeof(golden) - 1 - k);
		check_noted(&b, "is truncated in its DFU suffix", true,
		    sizeof(golden) - 1 - k);
	}
}

static const struct {
	uint16_t	 vendor, product, version;	/* in the file */
	bool		 fits;		/* 0483:df11, version 2200 */
	const char	*why;
} matches[] = {
	{ 0x0483, 0xdf11, 0x2200, true, "0483:df11, version 2200; the device "
	    "is 0483:df11, version 2200, the same" },
	{ 0x0483, 0xdf11, 0x0100, true, "0483:df11, version 0100; the device" },
	{ 0x0483, 0xdf11, 0xffff, true, "0483:df11, any version" },
	{ 0x0483, 0xffff, 0xffff, true, "any product of vendor 0483" },
	{ 0xffff, 0xdf11, 0xffff, true, "product df11 of any vendor" },
	{ 0xffff, 0xffff, 0xffff, true, "any device, any version" },
	{ 0x0483, 0xdf12, 0xffff, false, "0483:df12, any version; the device "
	    "is 0483:df11" },
	{ 0x0484, 0xdf11, 0x2200, false, "0484:df11" },
	{ 0xffff, 0xdf12, 0xffff, false, "product df12 of any vendor" },
};

static void
test_matches(void **state)
{
	struct buf why = { 0 }, b = { 0 };
	struct image image;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(matches); i++) {
		buf_reset(&b);
		buf_reset(&why);
		buf_adds(&b, "\1\2\3");
		make_suffix(&b, matches[i].vendor, matches[i].product,
		    matches[i].version, 0x0100);
		image = check_read_good(&b);
		assert_int_equal(image_matches(&image, 0x0483, 0xdf11,
		    0x2200, &why), matches[i].fits);
		if (strstr(buf_str(&why), matches[i].why) == NULL)
			fail_msg("\"%s\", not \"%s\"", buf_str(&why),
			    matches[i].why);
		image_free(&image);
	}
	buf_cut(&b, 3);
	buf_reset(&why);
	image = check_read_good(&b);
	assert_true(image_matches(&image, 1, 2, 3, &why));
	assert_string_equal(buf_str(&why),
	    "the file does not name its device");
	image_free(&image);
	buf_free(&why);
	buf_free(&b);
}

/* Raw binary. */

/* The first words of a program for a Cortex-M. */
static void
make_vectors(struct buf *b, uint32_t sp, uint32_t reset, size_t n)
{
	make_u32(b, sp);
	make_u32(b, reset);
	make_u32(b, reset + 0x10);
	make_u32(b, reset + 0x20);
	while (b->len < n)
		buf_addc(b, 0xff);
}

static void
test_raw_that_is_something(void **state)
{
	struct buf b = { 0 };

	(void)state;
	buf_add(&b, "\1\0\x10\0\4\0\0\0", 8);
	buf_add(&b, "\0\1\2\3", 4);
	check_noted(&b, "for address 0x04000", false, 0);
	buf_add(&b, "\x1a\x3f\1\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\5", 17);
	check_noted(&b, "NXP", false, 0);
	buf_add(&b, "\0\1\2\3", 4);
	check_noted(&b, "no DFU suffix: dfuscope", false, IMAGE_NOWHERE);

	make_vectors(&b, 0x20002000, 0x08000101, 0x400);
	check_noted(&b, "0x08000101; it belongs at 0x07fffd21-0x08000100",
	    false, IMAGE_NOWHERE);
	make_vectors(&b, 0x20002000, 0x08000100, 0x400);
	check_noted(&b, "without the Thumb bit", false, IMAGE_NOWHERE);
}

/* What only might be a vector table is not called one. */
static void
test_raw_that_is_nothing(void **state)
{
	static const uint32_t tables[][2] = { { 0x20002001, 0x08000101 },
	    { 0x50002000, 0x08000101 }, { 0x20002000, 0x28000101 },
	    { 0xffffffff, 0xffffffff }, { 0, 0 } };
	struct buf b = { 0 };
	struct image image;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(tables); i++) {
		buf_reset(&b);
		make_vectors(&b, tables[i][0], tables[i][1], 0x400);
		image = check_read_good(&b);
		assert_null(check_note_with(&image, "Cortex"));
		image_free(&image);
	}
	/* Vectors further apart than the file is long. */
	buf_reset(&b);
	make_vectors(&b, 0x20002000, 0x08000101, 0x20);
	image = check_read_good(&b);
	assert_null(check_note_with(&image, "Cortex"));
	image_free(&image);
	buf_free(&b);
}

/* DfuSe. */

static void
test_dfuse(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_whole_dfuse(&b);
	image = check_read_good(&b);
	assert_int_equal(image.kind, IMAGE_DFUSE);
	assert_true(image.addressed && image.suffix_good);
	assert_int_equal(image.nnotes, 0);
	assert_int_equal(image.ntargets, 2);
	assert_string_equal(image.targets[0].szTargetName, "ST...");
	assert_int_equal(image.targets[0].dwNbElements, 2);
	assert_null(image.targets[1].szTargetName);
	assert_int_equal(image.targets[1].bAlternateSetting, 1);
	assert_int_equal(image.nsegments, 3);
	check_segment(&image, 0, 0, 0x08000000, "abcd");
	check_segment(&image, 1, 0, 0x08000010, "efg");
	check_segment(&image, 2, 1, 0x1ffff800, "option");
	assert_int_equal(image_total(&image), 13);
	image_free(&image);
	buf_free(&b);
}

#define ONE	(274 + 8 + 4)	/* a target of one element of 4 bytes */

/* What writers got wrong: sizes and counts, in a file whose CRC holds. */
static const struct {
	uint32_t	 size;		/* DFUImageSize */
	uint8_t		 targets;
	uint32_t	 target_size, elements;
	const char	*tail;
	uint16_t	 dfu;
	const char	*words;		/* NULL: nothing is odd */
	size_t		 at;
} containers[] = {
	{ 11 + ONE, 1, 12, 1, "", 0x011a, NULL, 0 },
	{ 11 + ONE + 16, 1, 12, 1, "", 0x011a, "includes the suffix", 6 },
	{ 0, 1, 12, 1, "", 0x011a, "DFUImageSize is 0", 6 },
	{ 11 + ONE, 0, 12, 1, "", 0x011a, "bTargets is 0", 10 },
	{ 11 + ONE, 2, 12, 1, "", 0x011a, "bTargets is 2", 10 },
	{ 11 + ONE, 1, 4, 1, "", 0x011a, "dwTargetSize is 4", 277 },
	{ 11 + ONE, 1, 12, 2, "", 0x011a, "dwNbElements is 2", 281 },
	{ 11 + ONE + 3, 1, 12, 1, "xyz", 0x011a, "3 bytes follow", 297 },
	{ 11 + ONE, 1, 12, 1, "", 0x0100, "bcdDFU is 0x0100", 303 },
};

static void
make_container(struct buf *b, size_t i)
{
	make_prefix(b, containers[i].size, containers[i].targets);
	make_target(b, 0, "name", containers[i].target_size,
	    containers[i].elements);
	make_element(b, 0x08000000, "abcd", 4);
	buf_adds(b, containers[i].tail);
	make_suffix(b, 0xffff, 0xffff, 0xffff, containers[i].dfu);
}

static void
test_dfuse_tolerated(void **state)
{
	struct buf b = { 0 };
	struct image image;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(containers); i++) {
		make_container(&b, i);
		image = check_read_good(&b);
		assert_int_equal(image.nsegments, 1);
		check_segment(&image, 0, 0, 0x08000000, "abcd");
		image_free(&image);
		check_noted(&b, containers[i].words, false,
		    containers[i].at);
	}
}

static void
test_dfuse_without_suffix(void **state)
{
	struct buf b = { 0 };

	(void)state;
	make_container(&b, 0);
	buf_cut(&b, b.len - 16);
	check_noted(&b, "has no DFU suffix", true, 11 + ONE);
	/* With nothing to vouch for it, a wrong count is grave. */
	make_container(&b, 4);
	buf_cut(&b, b.len - 16);
	check_noted(&b, "bTargets is 2", true, 10);
}

static void
test_dfuse_refused(void **state)
{
	struct buf b = { 0 };

	(void)state;
	make_container(&b, 0);
	b.data[5] = 2;
	check_refused(&b, "byte 5: unknown version 2");
	make_container(&b, 0);
	b.data[11] = 't';
	check_refused(&b, "byte 11: a target should begin here");
	make_container(&b, 0);
	b.data[11 + 274 + 4] = 5;
	check_refused(&b, "byte 285: the element for 0x08000000 should have 5");
	make_prefix(&b, 11, 0);
	make_suffix(&b, 1, 2, 3, 0x011a);
	check_refused(&b, "has no data");
	make_prefix(&b, 11 + ONE, 1);
	make_target(&b, 0, NULL, 12, 1);
	make_element(&b, 0xfffffffd, "abcd", 4);
	make_suffix(&b, 1, 2, 3, 0x011a);
	check_refused(&b, "0xfffffffd reaches past");
}

/* Elements as they come: joined, told apart by alternate, never doubled. */
static void
test_dfuse_order(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_prefix(&b, 11 + 2 * 274 + 4 * 12, 2);
	make_target(&b, 1, NULL, 3 * 12, 3);
	make_element(&b, 0x1004, "efgh", 4);
	make_element(&b, 0x1000, "abcd", 4);
	make_element(&b, 0xfffffffc, "last", 4);
	make_target(&b, 0, NULL, 12, 1);
	make_element(&b, 0x1002, "0000", 4);
	make_suffix(&b, 1, 2, 3, 0x011a);
	image = check_read_good(&b);
	assert_int_equal(image.nnotes, 0);
	assert_int_equal(image.nsegments, 3);
	check_segment(&image, 0, 0, 0x1002, "0000");
	check_segment(&image, 1, 1, 0x1000, "abcdefgh");
	check_segment(&image, 2, 1, 0xfffffffc, "last");
	image_free(&image);
	buf_free(&b);

	make_prefix(&b, 11 + 274 + 2 * 12, 1);
	make_target(&b, 0, NULL, 2 * 12, 2);
	make_element(&b, 0x1000, "abcd", 4);
	make_element(&b, 0x1003, "efgh", 4);
	make_suffix(&b, 1, 2, 3, 0x011a);
	check_refused(&b, "byte 297: the data for 0x00001003-0x00001006 "
	    "overlaps that for 0x00001000-0x00001003, which begins at byte "
	    "285");
}

/* Two alternates are two memories, whatever their addresses. */
static void
test_dfuse_alternates_stay_apart(void **state)
{
	struct buf b = { 0 }, error = { 0 };
	struct image image;

	(void)state;
	make_prefix(&b, 11 + 2 * 274 + 2 * 12, 2);
	make_target(&b, 0, NULL, 12, 1);
	make_element(&b, 0x1000, "abcd", 4);
	make_target(&b, 1, NULL, 12, 1);
	make_element(&b, 0x1004, "efgh", 4);
	make_suffix(&b, 1, 2, 3, 0x011a);
	image = check_read_good(&b);
	assert_int_equal(image.nsegments, 2);
	check_segment(&image, 0, 0, 0x1000, "abcd");
	check_segment(&image, 1, 1, 0x1004, "efgh");
	image_free(&image);
	buf_free(&b);

	/* Nothing for an address is nothing. */
	make_prefix(&b, 11 + 274 + 8 + 12, 1);
	make_target(&b, 0, NULL, 8 + 12, 2);
	make_element(&b, 0x2000, "", 0);
	make_element(&b, 0x1000, "abcd", 4);
	make_suffix(&b, 1, 2, 3, 0x011a);
	image = check_read_good(&b);
	assert_int_equal(image.nsegments, 1);
	check_segment(&image, 0, 0, 0x1000, "abcd");
	image_free(&image);
	buf_free(&b);

	/* Which memory they overlap in is said where there are several. */
	make_prefix(&b, 11 + 2 * 274 + 3 * 12, 2);
	make_target(&b, 0, NULL, 12, 1);
	make_element(&b, 0x1000, "abcd", 4);
	make_target(&b, 3, NULL, 2 * 12, 2);
	make_element(&b, 0x1000, "abcd", 4);
	make_element(&b, 0x1003, "efgh", 4);
	make_suffix(&b, 1, 2, 3, 0x011a);
	check_refused(&b, "(alternate setting 3)");

	make_prefix(&b, 11 + 274 + 2 * 12, 1);
	make_target(&b, 3, NULL, 2 * 12, 2);
	make_element(&b, 0x1000, "abcd", 4);
	make_element(&b, 0x1003, "efgh", 4);
	make_suffix(&b, 1, 2, 3, 0x011a);
	assert_false(check_read_copy(&image, b.data, b.len, &error));
	assert_null(strstr(buf_str(&error), "alternate setting"));
	buf_free(&error);
	buf_free(&b);
}

/* Cut. */

/* Cut to n bytes of total: refused, or with a note that says so. */
static void
check_cut(const struct buf *b, size_t n)
{
	struct buf error = { 0 };
	struct image image;

	if (!check_read_copy(&image, b->data, n, &error)) {
		if (n == b->len)
			fail_msg("%s", buf_str(&error));
	} else if (n < 3) {
		/* Nothing of a format is left: raw, and nothing vouches. */
		assert_true(image.nnotes > 0);
	} else if ((image_wrong(&image) == NULL) != (n == b->len)) {
		fail_msg("%s, %zu of %zu bytes", image_kind_name(image.kind),
		    n, b->len);
	}
	image_free(&image);
	buf_free(&error);
}

static void
test_every_prefix(void **state)
{
	struct buf b = { 0 }, error = { 0 };
	struct image image;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(whole_files); i++) {
		buf_reset(&b);
		whole_files[i](&b);
		for (n = 0; n <= b.len; n++)
			check_cut(&b, n);
	}
	for (n = 1; n < sizeof(golden) - 1; n++) {
		buf_reset(&error);
		assert_true(check_read_copy(&image, golden, n, &error));
		assert_true(image.nnotes > 0);
		image_free(&image);
	}
	buf_free(&error);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suffix_of_dfu_suffix),
		cmocka_unit_test(test_every_byte_counts),
		cmocka_unit_test(test_suffix_that_is_odd),
		cmocka_unit_test(test_suffix_that_grew),
		cmocka_unit_test(test_suffix_that_is_cut),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_raw_that_is_something),
		cmocka_unit_test(test_raw_that_is_nothing),
		cmocka_unit_test(test_dfuse),
		cmocka_unit_test(test_dfuse_tolerated),
		cmocka_unit_test(test_dfuse_without_suffix),
		cmocka_unit_test(test_dfuse_refused),
		cmocka_unit_test(test_dfuse_order),
		cmocka_unit_test(test_dfuse_alternates_stay_apart),
		cmocka_unit_test(test_every_prefix),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
