/* SPDX-License-Identifier: ISC */
/* Memory layout strings, as seen in the wild and made up worse. */
#include "tests/dfu/check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dfu/layout.h"

#define R	LAYOUT_READABLE
#define E	LAYOUT_ERASABLE
#define W	LAYOUT_WRITABLE

#define NONE	LAYOUT_ODD_NO_MULTIPLIER
#define CAPITAL	LAYOUT_ODD_CAPITAL_TYPE
#define REFUSED	LAYOUT_ODD_REFUSED_SEGMENT
#define OVERLAP	LAYOUT_ODD_OVERLAP
#define BEYOND	LAYOUT_ODD_BEYOND
#define FORCED	LAYOUT_ODD_FORCED_TYPE
#define DIGITS	LAYOUT_ODD_DIGITS
#define TAIL	LAYOUT_ODD_TAIL

#define KIB	1024u
#define MIB	(1024u * 1024u)

struct example {
	const char *text;
	const char *name;
	unsigned odd;
	size_t n;
	struct layout_segment segments[4];
};

static const struct example examples[] = {
	/* F072 */
	{ "@Internal Flash  /0x08000000/064*0002Kg", "Internal Flash",
	    DIGITS, 1, { { 0x08000000, 64, 2 * KIB, R | E | W } } },
	/* F0, F1, F3 */
	{ "@Option Bytes  /0x1FFFF800/01*016 e", "Option Bytes",
	    0, 1, { { 0x1ffff800, 1, 16, R | W } } },
	/* F2, F4, F7 */
	{ "@Device Feature/0xFFFF0000/01*004 e", "Device Feature",
	    0, 1, { { 0xffff0000, 1, 4, R | W } } },
	{ "@Device Feature/0xFFFF0000/01*004 g", "Device Feature",
	    FORCED, 1, { { 0xffff0000, 1, 4, R | W } } },
	{ "@OTP Memory /0x1FFF7800/01*512 e,01*016 e", "OTP Memory",
	    0, 2, { { 0x1fff7800, 1, 512, R | W },
	    { 0x1fff7a00, 1, 16, R | W } } },
	{ "@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg",
	    "Internal Flash", 0, 3, {
	    { 0x08000000, 4, 16 * KIB, R | E | W },
	    { 0x08010000, 1, 64 * KIB, R | E | W },
	    { 0x08020000, 7, 128 * KIB, R | E | W } } },
	/* F745: the multiplier forgotten */
	{ "@Internal Flash  /0x08000000/04*032g,01*128g,03*256g",
	    "Internal Flash", NONE, 3, {
	    { 0x08000000, 4, 32, R | E | W },
	    { 0x08000080, 1, 128, R | E | W },
	    { 0x08000100, 3, 256, R | E | W } } },
	/* G4: the same address twice, or two banks */
	{ "@Option Bytes   /0x1FFFF800/01*048 e/0x1FFFF800/01*048 e",
	    "Option Bytes", OVERLAP, 1, { { 0x1ffff800, 1, 48, R | W } } },
	{ "@Option Bytes  /0x1FFF7800/01*048 e/0x1FFFF800/01*048 e",
	    "Option Bytes", 0, 2, { { 0x1fff7800, 1, 48, R | W },
	    { 0x1ffff800, 1, 48, R | W } } },
	/* U5 */
	{ "@Option Bytes   /0x40022040/01*64 e", "Option Bytes",
	    0, 1, { { 0x40022040, 1, 64, R | W } } },
	{ "@Internal Flash   /0x08000000/256*08Kg", "Internal Flash",
	    DIGITS, 1, { { 0x08000000, 256, 8 * KIB, R | E | W } } },
	{ "@Internal Flash   /0x08000000/512*08Kg", "Internal Flash",
	    DIGITS, 1, { { 0x08000000, 512, 8 * KIB, R | E | W } } },
	/* H7 */
	{ "@Internal Flash   /0x08000000/16*128Kg", "Internal Flash",
	    0, 1, { { 0x08000000, 16, 128 * KIB, R | E | W } } },
	{ "@Option Bytes   /0x5200201C/01*128 e", "Option Bytes",
	    0, 1, { { 0x5200201c, 1, 128, R | W } } },
	/* L1 */
	{ "@Internal Flash  /0x08000000/48*256 a,464*256 g",
	    "Internal Flash", DIGITS, 2, {
	    { 0x08000000, 48, 256, R },
	    { 0x08003000, 464, 256, R | E | W } } },
	/* L07x */
	{ "@Internal Flash  /0x08000000/1536*128g", "Internal Flash",
	    NONE | DIGITS, 1, { { 0x08000000, 1536, 128, R | E | W } } },
	/* L4 */
	{ "@Internal Flash  /0x08000000/0256*0002Kg", "Internal Flash",
	    DIGITS, 1, { { 0x08000000, 256, 2 * KIB, R | E | W } } },
	{ "@OTP Memory  /0x1FFF7000/01*0001Ke", "OTP Memory",
	    DIGITS, 1, { { 0x1fff7000, 1, 1 * KIB, R | W } } },
	/* GD32VF103: wrong, and not for us to mend */
	{ "@Internal Flash  /0x08000000/512*002Kg", "Internal Flash",
	    DIGITS, 1, { { 0x08000000, 512, 2 * KIB, R | E | W } } },
	/* loaders of other makes */
	{ "@Flash/0x08000000/4096*4Kg", "Flash",
	    DIGITS, 1, { { 0x08000000, 4096, 4 * KIB, R | E | W } } },
	{ "@Flash/0x08000000/1001*128Kg,3*128Kg,20*128Ka", "Flash",
	    DIGITS, 3, { { 0x08000000, 1001, 128 * KIB, R | E | W },
	    { 0x0fd20000, 3, 128 * KIB, R | E | W },
	    { 0x0fd80000, 20, 128 * KIB, R } } },
	/* AT32 */
	{ "@Internal Flash  /0x08000000/08*04Ka,1000*04Kg",
	    "Internal Flash", DIGITS, 2, {
	    { 0x08000000, 8, 4 * KIB, R },
	    { 0x08008000, 1000, 4 * KIB, R | E | W } } },
	/* built on libopencm3 */
	{ "@Internal Flash   /0x08000000/8*001Ka,56*001Kg",
	    "Internal Flash", 0, 2, {
	    { 0x08000000, 8, 1 * KIB, R },
	    { 0x08002000, 56, 1 * KIB, R | E | W } } },
	/* a demonstration board of ST's */
	{ "@SPI Flash : M25P64/0x00000000/128*64Kg", "SPI Flash : M25P64",
	    DIGITS, 1, { { 0, 128, 64 * KIB, R | E | W } } },
	/* AIR32 */
	{ "@Internal Flash  /0x08000000/128*002Kg", "Internal Flash",
	    DIGITS, 1, { { 0x08000000, 128, 2 * KIB, R | E | W } } },
	/* no type at all */
	{ "@Option Bytes  /0x1FFFF800/2*016", "Option Bytes",
	    REFUSED, 0, { { 0 } } },
	/* string descriptors cut off */
	{ "@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*1",
	    "Internal Flash", REFUSED, 2, {
	    { 0x08000000, 4, 16 * KIB, R | E | W },
	    { 0x08010000, 1, 64 * KIB, R | E | W } } },
	{ "@Internal Flash  /0x08", "Internal Flash", REFUSED, 0, { { 0 } } },
	{ "@Internal Flash  /0x", "Internal Flash", REFUSED, 0, { { 0 } } },

	/* capitals, as UM0424 prints the codes */
	{ "@A/0x0/01*01KG,01*01KA", "A", CAPITAL, 2,
	    { { 0, 1, KIB, R | E | W }, { KIB, 1, KIB, R } } },
	/* every type letter */
	{ "@A/0x0/1*1Ba,1*1Bb,1*1Bc,1*1Bd", "A", 0, 4,
	    { { 0, 1, 1, R }, { 1, 1, 1, E }, { 2, 1, 1, R | E },
	    { 3, 1, 1, W } } },
	{ "@A/0x0/1*1Be,1*1Bf,1*1Mg", "A", 0, 3,
	    { { 0, 1, 1, R | W }, { 1, 1, 1, E | W },
	    { 2, 1, MIB, R | E | W } } },
	/* b where the multiplier stands is the type */
	{ "@A/0x0/1*1b", "A", NONE, 1, { { 0, 1, 1, E } } },
	{ "@A/0x0/1*1bg,1*1Kg", "A", NONE | REFUSED, 0, { { 0 } } },
	{ "@A/0x0/1*1B", "A", REFUSED, 0, { { 0 } } },
	/* an unknown type leaves a hole */
	{ "@A/0x0/1*1Kg,2*1Kz,1*1Kg", "A", REFUSED, 2,
	    { { 0, 1, KIB, R | E | W }, { 3 * KIB, 1, KIB, R | E | W } } },
	{ "@A/0x0/1*1Kg,0*1Kg,1*0Kg,1*1Kg", "A", REFUSED, 2,
	    { { 0, 1, KIB, R | E | W }, { KIB, 1, KIB, R | E | W } } },
	/* what cannot be read ends its address, not the string */
	{ "@A/0x0/x*1Kg,1*1Kg/0x1000/1*1Kg", "A", REFUSED, 1,
	    { { 0x1000, 1, KIB, R | E | W } } },
	{ "@A/0x0/0x1000/1*1Kg", "A", REFUSED, 1,
	    { { 0x1000, 1, KIB, R | E | W } } },
	{ "@A/0x/1*1Kg/0x1000/1*1Kg", "A", REFUSED, 1,
	    { { 0x1000, 1, KIB, R | E | W } } },
	/* the order is that of the addresses, the right that of the text */
	{ "@A/0x2000/1*1Kg/0x1000/1*1Ka", "A", 0, 2,
	    { { 0x1000, 1, KIB, R }, { 0x2000, 1, KIB, R | E | W } } },
	{ "@A/0x1000/4*1Kg/0x0/5*1Ka/0x1800/9*1Ka/0x1400/1*1Ka", "A",
	    OVERLAP, 1, { { 0x1000, 4, KIB, R | E | W } } },
	/* 4 GiB */
	{ "@A/0xFFFFFC00/1*1Kg", "A", 0, 1,
	    { { 0xfffffc00, 1, KIB, R | E | W } } },
	{ "@A/0xFFFFFC00/1*1Kg,1*1Ba", "A", BEYOND, 1,
	    { { 0xfffffc00, 1, KIB, R | E | W } } },
	{ "@A/0xFFFFFC00/2*1Kg", "A", BEYOND, 0, { { 0 } } },
	{ "@A/0x0/4096*1Mg", "A", DIGITS, 1,
	    { { 0, 4096, MIB, R | E | W } } },
	{ "@A/0x0/4097*1Mg", "A", DIGITS | BEYOND, 0, { { 0 } } },
	{ "@A/0x0/4294967296*4294967296Mg,1*1Kg", "A", DIGITS | BEYOND, 0,
	    { { 0 } } },
	{ "@A/0x0/99999999999999999999999*1Bg", "A", DIGITS | BEYOND, 0,
	    { { 0 } } },
	{ "@A/0x0/1*4294967296Bg", "A", DIGITS | BEYOND, 0, { { 0 } } },
	{ "@A/0x100000000/1*1Kg", "A", DIGITS | BEYOND, 0, { { 0 } } },
	{ "@A/0x0000000001000/1*1Kg", "A", DIGITS, 1,
	    { { 0x1000, 1, KIB, R | E | W } } },
	{ "@A/0x0/4294967295*1Bg", "A", DIGITS, 1,
	    { { 0, 0xffffffff, 1, R | E | W } } },
	/* tails */
	{ "@A/0x0/1*1Kg  ", "A", 0, 1, { { 0, 1, KIB, R | E | W } } },
	{ "@A/0x0/1*1Kg,", "A", REFUSED, 1, { { 0, 1, KIB, R | E | W } } },
	{ "@A/0x0/1*1Kg junk", "A", TAIL, 1, { { 0, 1, KIB, R | E | W } } },
	{ "@A/0x0/1*1Kg/", "A", TAIL, 1, { { 0, 1, KIB, R | E | W } } },
	/* names */
	{ "@/0x0/1*1Kg", "", 0, 1, { { 0, 1, KIB, R | E | W } } },
	{ "@ Bank A/B /0X0/1*1Kg", "Bank A/B", 0, 1,
	    { { 0, 1, KIB, R | E | W } } },
};

/* A copy of exactly n bytes, so that the sanitizer sees what is behind. */
static bool
parse(struct layout *l, const char *s, size_t n)
{
	char *copy = malloc(n > 0 ? n : 1);
	bool ok;

	assert_non_null(copy);
	memcpy(copy, s, n);
	ok = layout_parse(l, copy, n);
	free(copy);
	assert_true(l->odd_at <= n);
	return (ok);
}

static void
example_reads(void **state)
{
	const struct example *e = *state;
	const struct layout_segment *want, *got;
	uint64_t total = 0;
	struct layout l;
	size_t i;

	assert_true(parse(&l, e->text, strlen(e->text)));
	assert_string_equal(l.name, e->name);
	assert_int_equal(l.odd, e->odd);
	assert_int_equal(l.nsegments, e->n);
	for (i = 0; i < e->n; i++) {
		want = &e->segments[i];
		got = &l.segments[i];
		assert_int_equal(got->start, want->start);
		assert_int_equal(got->count, want->count);
		assert_int_equal(got->size, want->size);
		assert_int_equal(got->kind, want->kind);
		assert_ptr_equal(layout_at(&l, got->start), got);
		total += (uint64_t)want->count * want->size;
	}
	assert_int_equal(layout_total(&l), total);
	layout_free(&l);
	assert_null(l.name);
}

static void
plain_names_are_no_layout(void **state)
{
	static const char *const plain[] = {
		"", "@", "RAM 0x32000000", "u-boot", "@Internal Flash",
		"@Internal Flash  /08000000/064*0002Kg", "@/0",
		"Internal Flash  /0x08000000/064*0002Kg",
		" @Internal Flash  /0x08000000/064*0002Kg",
	};
	struct layout l;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(plain); i++) {
		assert_false(parse(&l, plain[i], strlen(plain[i])));
		assert_null(l.name);
		assert_int_equal(l.nsegments, 0);
		assert_int_equal(l.odd, 0);
		layout_free(&l);
	}
}

static void
odd_at_is_the_first(void **state)
{
	static const char s[] = "@A/0x0/1*1Kg,0001*1KG,1*1";
	struct layout l;

	(void)state;
	assert_true(parse(&l, s, strlen(s)));
	assert_int_equal(l.odd, DIGITS | CAPITAL | REFUSED);
	assert_int_equal(l.odd_at, 13);
	layout_free(&l);
}

static void
odd_words(void **state)
{
	unsigned bit;

	(void)state;
	for (bit = 1; bit <= LAYOUT_ODD_TAIL; bit <<= 1)
		assert_non_null(layout_odd_words(bit));
	assert_null(layout_odd_words(0));
	assert_null(layout_odd_words(LAYOUT_ODD_TAIL << 1));
}

static void
addresses_and_sectors(void **state)
{
	static const char s[] =
	    "@F/0x08000000/04*016Kg,01*064Kg/0xFFFFF000/4*1Kg";
	struct layout l;

	(void)state;
	assert_true(parse(&l, s, strlen(s)));
	assert_ptr_equal(layout_at(&l, 0x0800ffff), &l.segments[0]);
	assert_ptr_equal(layout_at(&l, 0x08010000), &l.segments[1]);
	assert_ptr_equal(layout_at(&l, 0xffffffff), &l.segments[2]);
	assert_null(layout_at(&l, 0x07ffffff));
	assert_null(layout_at(&l, 0x08020000));
	assert_int_equal(layout_sector(&l, 0x08007fff), 0x08004000);
	assert_int_equal(layout_sector(&l, 0x0801ffff), 0x08010000);
	assert_int_equal(layout_sector(&l, 0xffffffff), 0xfffffc00);
	assert_int_equal(layout_sector(&l, 0x12345678), 0x12345678);
	assert_int_equal(layout_total(&l), (128 + 4) * KIB);
	layout_free(&l);
}

static void
in_order(const struct layout *l)
{
	const struct layout_segment *s;
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < l->nsegments; i++) {
		s = &l->segments[i];
		assert_true(s->start >= end);
		assert_true(s->count > 0 && s->size > 0);
		assert_true(s->kind >= 1 && s->kind <= 7);
		end = s->start + (uint64_t)s->count * s->size;
		assert_true(end <= UINT64_C(1) << 32);
	}
}

static void
damaged_and_cut(void **state)
{
	struct layout l;
	char p[128];
	size_t i, n, at;
	unsigned v;

	(void)state;
	for (i = 0; i < COUNT(examples); i++) {
		n = strlen(examples[i].text);
		assert_true(n < sizeof(p));
		memcpy(p, examples[i].text, n);
		for (at = 0; at < n; at++) {
			parse(&l, p, at);
			in_order(&l);
			layout_free(&l);
			for (v = 0; v < 256; v++) {
				p[at] = (char)v;
				parse(&l, p, n);
				in_order(&l);
				layout_free(&l);
			}
			p[at] = examples[i].text[at];
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest single[] = {
		cmocka_unit_test(plain_names_are_no_layout),
		cmocka_unit_test(odd_at_is_the_first),
		cmocka_unit_test(odd_words),
		cmocka_unit_test(addresses_and_sectors),
		cmocka_unit_test(damaged_and_cut),
	};
	static struct CMUnitTest tests[COUNT(examples)];
	static struct example copies[COUNT(examples)];
	size_t i;
	int failed;

	for (i = 0; i < COUNT(examples); i++) {
		copies[i] = examples[i];
		tests[i] = (struct CMUnitTest){ .name = examples[i].text,
		    .test_func = example_reads, .initial_state = &copies[i] };
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	failed += cmocka_run_group_tests(single, NULL, NULL);
	return (failed != 0);
}
