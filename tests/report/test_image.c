/* SPDX-License-Identifier: ISC */
/* What is told of a firmware file. */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <string.h>

#include "dfu/image.h"
#include "report/image.h"
#include "tests/dfu/make_image.h"

/* Alternates 0, 1 and 0 again, each of one element of 4 bytes. */
static void
make_three(struct buf *b)
{
	make_prefix(b, 11 + 3 * (274 + 12), 3);
	make_target(b, 0, "first", 12, 1);
	make_element(b, 0x1000, "abcd", 4);
	make_target(b, 1, "other", 12, 1);
	make_element(b, 0x1000, "efgh", 4);
	make_target(b, 0, "again", 12, 1);
	make_element(b, 0x1010, "ijkl", 4);
	make_suffix(b, 1, 2, 3, 0x011a);
}

static size_t
count(const struct buf *b, const char *what)
{
	const char *p = buf_str(b);
	size_t n = 0;

	while ((p = strstr(p, what)) != NULL) {
		p += strlen(what);
		n++;
	}
	return (n);
}

/* Targets of one alternate are one memory, which is told once. */
static void
alternates_are_told_once(void **state)
{
	struct buf file = { 0 }, b = { 0 }, error = { 0 };
	struct image image;

	(void)state;
	make_three(&file);
	assert_true(image_read(&image, file.data, file.len, &error));
	image_text(&b, "x.dfu", &image);
	assert_int_equal(count(&b, "0x00001000-0x00001003"), 2);
	assert_int_equal(count(&b, "0x00001010-0x00001013"), 1);
	assert_int_equal(count(&b, "(nothing)"), 1);
	assert_int_equal(count(&b, "alternate setting 0 "), 2);
	assert_int_equal(count(&b, "alternate setting 1 \"other\", "
	    "1 element\n"), 1);
	assert_int_equal(count(&b, "12 bytes of data"), 1);
	image_free(&image);
	buf_free(&file);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alternates_are_told_once)
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
