/* SPDX-License-Identifier: ISC */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dfu/fields.h"
#include "tests/dfu/check.h"

static const uint8_t blob[] = {
	18, 1, 0x10, 1, 0, 0, 0, 64, 0x83, 4, 0x11, 0xdf, 0, 0x22, 1, 2, 3, 1,
	9, 2, 50, 0, 2, 1, 0, 0xc0, 50,
	9, 4, 0, 0, 0, 0xfe, 1, 2, 4,
	9, 0x21, 0x0b, 255, 0, 0, 8, 0x1a, 1,
	9, 4, 1, 0, 0, 3, 1, 2, 0,
	9, 0x21, 0x11, 1, 0, 1, 0x22, 63, 0,
	5, 0x99, 1, 2, 3
};

/* The piece of that number. */
static bool
piece(const void *p, size_t n, size_t i, struct dfu_piece *d)
{
	struct dfu_walk w;
	bool ok = true;

	dfu_walk_begin(&w, p, n);
	for (i++; ok && i > 0; i--)
		ok = dfu_walk_next(&w, d);
	return (ok);
}

static void
check_field(const struct dfu_piece *d, size_t i, const char *name, size_t at,
    uint16_t value, const char *words)
{
	struct buf b = { 0 };
	struct dfu_field f;

	assert_true(dfu_piece_field(d, i, &f));
	assert_string_equal(f.row->name, name);
	assert_int_equal(f.at, at);
	assert_int_equal(f.value, value);
	dfu_field_words(&b, d, &f);
	assert_string_equal(buf_str(&b), words);
	buf_free(&b);
}

static void
fields_have_their_names_and_offsets(void **state)
{
	struct dfu_piece d;

	(void)state;
	assert_true(piece(blob, sizeof(blob), 0, &d));
	check_field(&d, 2, "bcdUSB", 2, 0x0110, "1.10");
	check_field(&d, 13, "bNumConfigurations", 17, 1, "");
	assert_true(piece(blob, sizeof(blob), 2, &d));
	check_field(&d, 7, "bInterfaceProtocol", 34, 2, "DFU mode");
	check_field(&d, 8, "iInterface", 35, 4, "string 4");
	assert_true(piece(blob, sizeof(blob), 3, &d));
	check_field(&d, 2, "bmAttributes", 38, 0x0b,
	    "bitCanDnload, bitCanUpload, bitWillDetach");
	check_field(&d, 5, "bcdDFUVersion", 43, 0x011a,
	    "DfuSe 1.1a, ST's extension");
}

static void
the_descriptor_of_hid_is_not_ours(void **state)
{
	struct dfu_piece d;

	(void)state;
	assert_true(piece(blob, sizeof(blob), 5, &d));
	assert_int_equal(d.type, 0x21);
	assert_null(d.row);
	assert_true(piece(blob, sizeof(blob), 6, &d));
	assert_null(d.row);
	assert_int_equal(dfu_piece_named(&d), 0);
	assert_false(piece(blob, sizeof(blob), 7, &d));
}

static void
a_short_descriptor_has_fewer_fields(void **state)
{
	static const uint8_t old[] = { 7, 0x21, 7, 1, 0, 0, 4 };
	struct dfu_piece d;
	struct dfu_field f;

	(void)state;
	assert_true(piece(old, sizeof(old), 0, &d));
	assert_true(dfu_piece_field(&d, 4, &f));
	assert_false(dfu_piece_field(&d, 5, &f));
	assert_int_equal(dfu_piece_named(&d), 7);
}

static void
a_length_that_lies_ends_the_walk(void **state)
{
	static const uint8_t cut[] = { 9, 4, 0, 0 }, zero[] = { 0, 4, 9, 4 };
	struct dfu_piece d;
	size_t n;

	(void)state;
	assert_false(piece(cut, sizeof(cut), 0, &d));
	assert_false(piece(zero, sizeof(zero), 0, &d));
	for (n = 0; n < sizeof(blob); n++)
		piece(blob, n, 100, &d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_have_their_names_and_offsets),
		cmocka_unit_test(the_descriptor_of_hid_is_not_ours),
		cmocka_unit_test(a_short_descriptor_has_fewer_fields),
		cmocka_unit_test(a_length_that_lies_ends_the_walk)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
