/* SPDX-License-Identifier: ISC */
/* An image and the memory it goes to: what is inside, and what starts. */
#include "tests/dfu/check_image.h"

#include <stdlib.h>
#include <string.h>

#include "dfu/layout.h"
#include "tests/dfu/make_image.h"

#define INTERNAL	"@Internal Flash  /0x08000000/04*001Kg"

static struct layout
layout_of(const char *name)
{
	struct layout l;

	assert_true(layout_parse(&l, name, strlen(name)));
	return (l);
}

static void
print_segments(struct buf *b, const struct image_segment *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_addf(b, "%s%u:%x+%zx", i > 0 ? " " : "", s[i].alternate,
		    s[i].address, s[i].len);
}

/* "INSIDE | OUTSIDE" of image, which is freed. */
static void
check_inside(struct image *image, const char *name, uint32_t base,
    const char *wanted)
{
	struct layout l = layout_of(name);
	struct image_segment *left;
	struct buf b = { 0 };
	size_t n, i;

	n = image_keep_inside(image, &l, 0, base, &left);
	assert_true(image->addressed);
	print_segments(&b, image->segments, image->nsegments);
	buf_adds(&b, " | ");
	print_segments(&b, left, n);
	assert_string_equal(buf_str(&b), wanted);
	for (i = 0; i < n; i++)
		assert_null(left[i].data);
	free(left);
	image_free(image);
	layout_free(&l);
	buf_free(&b);
}

static struct image
raw_of(size_t n)
{
	struct buf b = { 0 };
	struct image image;

	while (b.len < n)
		buf_addc(&b, (int)(b.len & 0xff));
	image = check_read_good(&b);
	buf_free(&b);
	return (image);
}

static void
test_inside(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	image = raw_of(0x1000);
	check_inside(&image, INTERNAL, 0x08000000, "0:8000000+1000 | ");
	image = raw_of(0x1001);
	check_inside(&image, INTERNAL, 0x08000000,
	    "0:8000000+1000 | 0:8001000+1");
	image = raw_of(0x1001);
	check_inside(&image, INTERNAL, 0x07ffffff,
	    "0:8000000+1000 | 0:7ffffff+1");
	image = raw_of(0x2002);
	check_inside(&image, INTERNAL, 0x07ffffff,
	    "0:8000000+1000 | 0:7ffffff+1 0:8001000+1001");
	image = raw_of(16);
	check_inside(&image, INTERNAL, 0xfffffff8, " | 0:fffffff8+10");
	/* What cannot be written, between two parts that can. */
	image = raw_of(0xc00);
	check_inside(&image, "@X /0x08000000/1*001Kg,1*001Ka,1*001Kg",
	    0x08000000, "0:8000000+400 0:8000800+400 | 0:8000400+400");
	/* Two parts that follow each other are one run. */
	image = raw_of(0x800);
	check_inside(&image, "@X /0x08000000/1*001Kg,1*001Ke", 0x08000000,
	    "0:8000000+800 | ");

	make_whole_dfuse(&b);
	image = check_read_good(&b);
	check_inside(&image, INTERNAL, 0,
	    "0:8000000+4 0:8000010+3 | 1:1ffff800+6");
	buf_reset(&b);
	make_whole_srec(&b);
	image = check_read_good(&b);
	check_inside(&image, INTERNAL, 0,
	    "0:8000000+8 | 0:1234+1 0:123456+2");
	buf_free(&b);
}

/* The bytes that stay are those that belong there. */
static void
test_inside_keeps_bytes(void **state)
{
	struct layout l = layout_of("@X /0x08000000/1*001Kg,1*001Ka,1*001Kg");
	struct image image = raw_of(0xc00);
	struct image_segment *left;

	(void)state;
	assert_int_equal(image_keep_inside(&image, &l, 0, 0x08000010, &left),
	    2);
	assert_int_equal(image.nsegments, 2);
	assert_int_equal(image.segments[0].data[0], 0);
	assert_int_equal(image.segments[1].address, 0x08000800);
	assert_int_equal(image.segments[1].data[0], 0xf0);
	assert_int_equal(left[1].address, 0x08000c00);
	free(left);
	image_free(&image);
	layout_free(&l);
}

/* Initial SP and reset vector at the start of 4 KiB of flash. */
static const struct {
	uint32_t	 sp, reset;
	const char	*words;		/* NULL: it starts */
} vectors[] = {
	{ 0x20004000, 0x08000401, NULL },
	{ 0x20000400, 0x08000fff, NULL },
	{ 0x10008000, 0x08000401, NULL },	/* core-coupled */
	{ 0x24080000, 0x08000401, NULL },	/* AXI SRAM of an H7 */
	{ 0x20004000, 0x00000401, NULL },	/* by the alias at 0 */
	{ 0x20004002, 0x08000401, "SP is 0x20004002, not in RAM: no "
	    "Cortex-M starts this from 0x08000000" },
	{ 0x20000000, 0x08000401, "SP is 0x20000000, not in RAM" },
	{ 0x08004000, 0x08000401, "SP is 0x08004000" },
	{ 0x20004000, 0x08000400, "0x08000400 lacks the Thumb bit" },
	{ 0x20004000, 0x08001001, "0x08001001 points outside the memory" },
	{ 0x20004000, 0x20000101, "0x20000101 points outside the memory" },
	{ 0x20004000, 0x00001001, "0x00001001 points outside the memory" },
	{ 0x464c457f, 0x00010101, "not in RAM, and the reset vector 0x00010101 "
	    "points outside" },
	{ 0xffffffff, 0xffffffff, "the vector table at 0x08000000 is blank" },
};

static void
test_vectors(void **state)
{
	struct layout l = layout_of(INTERNAL);
	struct buf b = { 0 }, words = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(vectors); i++) {
		buf_reset(&b);
		buf_reset(&words);
		make_u32(&b, vectors[i].sp);
		make_u32(&b, vectors[i].reset);
		assert_int_equal(image_vectors_astray(b.data, 8, 0x08000000,
		    &l, &words), vectors[i].words != NULL);
		if (vectors[i].words == NULL)
			assert_int_equal(words.len, 0);
		else if (strstr(buf_str(&words), vectors[i].words) == NULL)
			fail_msg("\"%s\", not \"%s\"", buf_str(&words),
			    vectors[i].words);
	}
	/* Too short to tell, and a start that is no memory. */
	assert_false(image_vectors_astray((const uint8_t *)"\1\2\3\4\5\6\7",
	    7, 0x08000000, &l, &words));
	assert_false(image_vectors_astray((const uint8_t *)"\1\2\3\4\5\6\7\10",
	    8, 0x09000000, &l, &words));
	layout_free(&l);
	buf_free(&words);
	buf_free(&b);
}

/* n bytes with a good SP and this reset vector. */
static struct image
program(uint32_t reset, size_t n)
{
	struct buf b = { 0 };
	struct image image;

	make_u32(&b, 0x20004000);
	make_u32(&b, reset);
	while (b.len < n)
		buf_addc(&b, 0xa5);
	image = check_read_good(&b);
	buf_free(&b);
	return (image);
}

static const struct {
	const char	*layout;
	uint32_t	 base, reset;
	const char	*words;		/* NULL: nothing to say */
} images[] = {
	{ INTERNAL, 0x08000000, 0x08000101, NULL },
	{ INTERNAL, 0x08000000, 0x08000100, "lacks the Thumb bit" },
	{ INTERNAL, 0x08000000, 0x08000401, "0x08000401 points outside the "
	    "file" },
	{ INTERNAL, 0x08000000, 0x00000401, "points outside the file" },
	{ INTERNAL, 0x08000000, 0x00000101, NULL },
	/* not at the start */
	{ INTERNAL, 0x08000400, 0x12345678, NULL },
	/* a loader ahead of it, which cannot be written */
	{ "@X /0x08000000/01*001Ka,03*001Kg", 0x08000400, 0x08000501, NULL },
	{ "@X /0x08000000/01*001Ka,03*001Kg", 0x08000400, 0x12345678,
	    "lacks the Thumb bit" },
	/* no flash of that kind: nothing is known of what is first there */
	{ "@X /0x90000000/04*001Kg", 0x90000000, 0x12345678, NULL },
	{ "@X /0x00000000/04*001Kg", 0x00000000, 0x12345678, NULL },
	{ "@X /0x08000000/04*001Ka", 0x08000000, 0x12345678, NULL },
};

static void
test_images(void **state)
{
	struct buf words = { 0 };
	struct image image;
	struct layout l;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(images); i++) {
		buf_reset(&words);
		l = layout_of(images[i].layout);
		image = program(images[i].reset, 0x400);
		assert_int_equal(image_astray(&image, &l, 0, images[i].base,
		    &words), images[i].words != NULL);
		if (images[i].words != NULL &&
		    strstr(buf_str(&words), images[i].words) == NULL)
			fail_msg("\"%s\", not \"%s\"", buf_str(&words),
			    images[i].words);
		image_free(&image);
		layout_free(&l);
	}
	buf_free(&words);
}

/* The table in one run, the code in another; and for another alternate. */
static void
test_runs(void **state)
{
	struct layout l = layout_of(INTERNAL);
	struct buf b = { 0 }, words = { 0 };
	struct image image;

	(void)state;
	make_prefix(&b, 11 + 274 + 2 * 16, 1);
	make_target(&b, 0, NULL, 2 * 16, 2);
	make_element(&b, 0x08000000, "\0\x40\0\x20\1\4\0\10", 8);
	make_element(&b, 0x08000400, "\xfe\xe7\xfe\xe7\xfe\xe7\xfe\xe7", 8);
	make_suffix(&b, 1, 2, 3, 0x011a);
	image = check_read_good(&b);
	assert_false(image_astray(&image, &l, 0, 0, &words));
	assert_false(image_astray(&image, &l, 1, 0, &words));
	image.segments[1].address = 0x08000500;
	assert_true(image_astray(&image, &l, 0, 0, &words));
	image_free(&image);
	layout_free(&l);
	buf_free(&words);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_inside_keeps_bytes),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_images),
		cmocka_unit_test(test_runs),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
