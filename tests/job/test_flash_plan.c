/* SPDX-License-Identifier: ISC */
/* What has to be erased and written, on pages of every size. */
#include "config.h"

#include "tests/dfu/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "job/flash_plan.h"

#define F4	"@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg"
#define F0	"@Internal Flash  /0x08000000/064*0002Kg"
#define OPTIONS	"@Option Bytes  /0x1FFFF800/01*016 e"
#define MOST	0x20000

struct harness {
	struct layout	l;
	struct image	image;
	struct plan	plan;
	uint8_t		*bytes;		/* of the image */
	uint8_t		*memory;	/* of the device, from base */
	uint32_t	base;
};

/* An image of n bytes of 0x5a over memory that is full of held. */
static void
begin(struct harness *s, const char *layout, uint32_t base, size_t n,
    uint16_t size, uint8_t held)
{
	struct buf error = { 0 };

	s->base = base;
	s->bytes = mem_alloc(n);
	s->memory = mem_alloc(MOST);
	memset(s->bytes, 0x5a, n);
	memset(s->memory, held, MOST);
	assert_true(layout_parse(&s->l, layout, strlen(layout)));
	assert_true(image_read(&s->image, s->bytes, n, &error));
	plan_make(&s->plan, &s->image, &s->l, 0, base, size);
}

static void
read_all(struct harness *s)
{
	size_t i;

	for (i = 0; i < s->plan.nblocks; i++)
		plan_compare(&s->plan, i, s->memory +
		    (s->plan.blocks[i].address - s->base));
}

static void
finish(struct harness *s)
{
	plan_free(&s->plan);
	image_free(&s->image);
	layout_free(&s->l);
	free(s->bytes);
	free(s->memory);
}

static void
expect_words(const struct harness *s, const char *words)
{
	struct buf b = { 0 };

	plan_words(&s->plan, &b);
	assert_string_equal(buf_str(&b), words);
	buf_free(&b);
}

static void
unread_needs_everything(void **state)
{
	struct harness s = { 0 };

	(void)state;
	begin(&s, F4, 0x08000000, 70000, 2048, 0);
	plan_decide(&s.plan);
	assert_int_equal(s.plan.npages, 5);
	assert_int_equal(plan_erase_bytes(&s.plan), 4 * 16384 + 65536);
	assert_int_equal(plan_write_bytes(&s.plan), 70000);
	expect_words(&s, "0x08000000-0x0801ffff untouched");
	finish(&s);
}

static void
same_needs_nothing(void **state)
{
	struct harness s = { 0 };

	(void)state;
	begin(&s, F0, 0x08000000, 5000, 2048, 0x5a);
	read_all(&s);
	plan_decide(&s.plan);
	assert_int_equal(plan_erase_bytes(&s.plan), 0);
	assert_int_equal(plan_write_bytes(&s.plan), 0);
	expect_words(&s, "0x08000000-0x080017ff verified");
	finish(&s);
}

static void
blank_needs_no_erase(void **state)
{
	struct harness s = { 0 };

	(void)state;
	begin(&s, F0, 0x08000800, 4096, 2048, 0xff);
	read_all(&s);
	plan_decide(&s.plan);
	assert_int_equal(plan_erase_bytes(&s.plan), 0);
	assert_int_equal(plan_write_bytes(&s.plan), 4096);
	finish(&s);
}

/* One byte of a large page: all of the image in that page goes again. */
static void
one_byte_takes_its_page(void **state)
{
	struct harness s = { 0 };

	(void)state;
	begin(&s, F4, 0x08000000, 65536, 2048, 0x5a);
	s.memory[20000] = 0;
	read_all(&s);
	plan_decide(&s.plan);
	assert_int_equal(plan_erase_bytes(&s.plan), 16384);
	assert_int_equal(plan_write_bytes(&s.plan), 16384);
	assert_int_equal(plan_next_page(&s.plan, 0), 1);
	assert_int_equal(s.plan.blocks[plan_next_block(&s.plan, 0)].address,
	    0x08004000);
	expect_words(&s, "0x08000000-0x08003fff verified, "
	    "0x08004000-0x08007fff untouched, 0x08008000-0x0800ffff verified");
	finish(&s);
}

/* A block in two pages: what erases the one must erase the other. */
static void
a_block_in_two_pages_takes_both(void **state)
{
	struct harness s = { 0 };

	(void)state;
	/* Blocks begin in the middle of pages. */
	begin(&s, F0, 0x08000400, 8192, 2048, 0x5a);
	s.memory[4000] = 0;
	read_all(&s);
	plan_decide(&s.plan);
	/* The block at 0x08000c00 differs: pages 1 and 2, then all. */
	assert_int_equal(plan_erase_bytes(&s.plan), 5 * 2048);
	assert_int_equal(plan_write_bytes(&s.plan), 8192);
	finish(&s);
}

/* Ones that an erase leaves need not be written. */
static void
ones_are_not_written(void **state)
{
	struct harness s = { 0 };

	(void)state;
	begin(&s, F0, 0x08000000, 6144, 2048, 0);
	memset((uint8_t *)(uintptr_t)s.plan.blocks[1].data, 0xff, 2048);
	plan_decide(&s.plan);
	assert_int_equal(plan_erase_bytes(&s.plan), 6144);
	assert_int_equal(plan_write_bytes(&s.plan), 4096);
	finish(&s);
}

/* An odd end is padded where there are half words to be programmed. */
static void
an_odd_end_is_padded(void **state)
{
	struct harness s = { 0 };

	(void)state;
	begin(&s, F0, 0x08000000, 2049, 2048, 0);
	assert_int_equal(s.plan.blocks[1].len, 2);
	assert_int_equal(s.plan.blocks[1].data[0], 0x5a);
	assert_int_equal(s.plan.blocks[1].data[1], 0xff);
	finish(&s);
}

static void
option_bytes_are_not_erased(void **state)
{
	struct harness s = { 0 };

	(void)state;
	begin(&s, OPTIONS, 0x1ffff800, 16, 2048, 0);
	read_all(&s);
	plan_decide(&s.plan);
	assert_int_equal(plan_erase_bytes(&s.plan), 0);
	assert_int_equal(plan_write_bytes(&s.plan), 16);
	finish(&s);
}

static void
pages_say_what_is_known(void **state)
{
	struct harness s = { 0 };

	(void)state;
	begin(&s, F0, 0x08000000, 12288, 2048, 0);
	read_all(&s);
	plan_decide(&s.plan);
	s.plan.pages[0].erased = s.plan.blocks[0].written = true;
	s.plan.pages[1].erased = true;
	s.plan.pages[2].doubt = true;
	s.plan.pages[3].erased = s.plan.blocks[3].doubt = true;
	s.plan.blocks[4].differs = true;
	expect_words(&s, "0x08000000-0x080007ff written, "
	    "0x08000800-0x08000fff erased, 0x08001000-0x08001fff unknown, "
	    "0x08002000-0x080027ff differs, 0x08002800-0x08002fff untouched");
	finish(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unread_needs_everything),
		cmocka_unit_test(same_needs_nothing),
		cmocka_unit_test(blank_needs_no_erase),
		cmocka_unit_test(one_byte_takes_its_page),
		cmocka_unit_test(a_block_in_two_pages_takes_both),
		cmocka_unit_test(ones_are_not_written),
		cmocka_unit_test(an_odd_end_is_padded),
		cmocka_unit_test(option_bytes_are_not_erased),
		cmocka_unit_test(pages_say_what_is_known),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
