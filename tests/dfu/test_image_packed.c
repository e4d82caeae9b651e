/* SPDX-License-Identifier: ISC */
/* Firmware in ELF, UF2 and gzip: what comes out of it, and what does not. */
#include "tests/dfu/check_image.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/dfu/make_image.h"

/* ELF. */

/* What is loaded, as an ARM has it. */
#define TEXT	{ 1, 0, 0x08000000, 0x08000000, "abcdefgh" }
#define DATA	{ 1, 0, 0x20000000, 0x08000010, "data" }
#define BSS	{ 1, 0, 0x20000100, 0x20000100, NULL }

static void
test_elf_of_each_kind(void **state)
{
	struct make_elf e = { .type = 2, .segments = { TEXT, DATA, BSS } };
	static const uint16_t machines[] = { 40, 243, 94, 8 };
	static const char *const names[] = { "ARM", "RISC-V", "Xtensa",
		"MIPS" };
	struct buf b = { 0 }, about = { 0 };
	struct image image;
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		e.wide = (i & 1) != 0;
		e.high_first = (i & 2) != 0;
		e.machine = machines[i];
		buf_reset(&b);
		make_elf(&b, &e);
		image = check_read_good(&b);
		assert_int_equal(image.kind, IMAGE_ELF);
		assert_true(image.addressed);
		assert_int_equal(image.nsegments, 2);
		check_segment(&image, 0, 0, 0x08000000, "abcdefgh");
		check_segment(&image, 1, 0, 0x08000010, "data");
		buf_reset(&about);
		buf_addf(&about, "for %s, %u bits, %s byte first", names[i],
		    e.wide ? 64u : 32u, e.high_first ? "high" : "low");
		assert_string_equal(image.about, buf_str(&about));
		assert_true(image.has_entry);
		assert_int_equal(image.entry, 0x08000001);
		assert_int_equal(image.nnotes, 0);
		image_free(&image);
	}
	buf_free(&about);
	buf_free(&b);
}

/* Each a change of an ELF that is good. */
static const struct {
	struct make_elf	 e;
	const char	*words;
} elves[] = {
	{ { .type = 2, .machine = 62, .wide = true, .segments = { TEXT } },
	    "an ELF program for x86-64 (a computer), not firmware" },
	{ { .type = 2, .machine = 3, .segments = { TEXT } },
	    "an ELF program for x86" },
	{ { .type = 1, .machine = 40 }, "an ELF object that was not linked" },
	{ { .type = 4, .machine = 40, .segments = { TEXT } },
	    "an ELF core dump, not firmware" },
	{ { .type = 3, .machine = 183, .wide = true, .segments = { { 3, 0, 0,
	    0, "/lib/ld-linux-aarch64.so.1" }, TEXT } },
	    "for an operating system (it requests "
	    "\"/lib/ld-linux-aarch64.so.1\")" },
	{ { .type = 2, .machine = 40 }, "ELF file has no segments" },
	{ { .type = 2, .machine = 40, .segments = { BSS } },
	    "is ELF and has no data" },
	{ { .type = 2, .machine = 40, .segments = { TEXT, { 1, 0, 0,
	    0x08000004, "efgh" } } }, "byte 124: the data for "
	    "0x08000004-0x08000007 overlaps that for 0x08000000-0x08000007" },
	{ { .type = 2, .machine = 40, .segments = { TEXT, { 1, 0, 0,
	    0x08000007, "x" } } }, "and at 0x08000007 they differ" },
	{ { .type = 2, .machine = 183, .wide = true, .segments = { { 1, 0, 0,
	    0x100000000, "x" } } }, "byte 120: the segment is for "
	    "0x100000000, which is above 4 GiB" },
	{ { .type = 2, .machine = 40, .segments = { { 1, 0, 0, 0xfffffffe,
	    "abc" } } }, "reaches past 0xffffffff" },
	{ { .type = 2, .machine = 40, .segments = { { 1, 83, 0, 0x08000000,
	    "ab" } } }, "should have 2 bytes from byte 83, but the file "
	    "ends before: it is truncated" },
};

static void
test_elf_refused(void **state)
{
	struct buf b = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(elves); i++) {
		make_elf(&b, &elves[i].e);
		check_refused(&b, elves[i].words);
	}
	make_whole_elf(&b);
	b.data[4] = 3;
	check_refused(&b, "byte 4: the file begins like ELF, but is neither");
	make_whole_elf(&b);
	b.data[5] = 0;
	check_refused(&b, "byte 5: the file begins like ELF, but has no "
	    "byte order");
	/* e_phentsize */
	make_whole_elf(&b);
	b.data[42] = 31;
	check_refused(&b, "byte 52: the program headers do not fit");
	/* e_phnum of which there are more elsewhere */
	make_whole_elf(&b);
	b.data[44] = b.data[45] = 0xff;
	check_refused(&b, "the program headers do not fit");
	/* Four bytes alone are enough to tell, three and a letter are not. */
	buf_add(&b, "\177ELF", 4);
	check_refused(&b, "byte 4: the file ends in the ELF header");
	buf_add(&b, "\177ELG\1\1\1", 7);
	check_noted(&b, "no DFU suffix: dfuscope", false, IMAGE_NOWHERE);
}

/* A machine that is not known, and one that is AArch64 and no program. */
static void
test_elf_machines(void **state)
{
	struct make_elf e = { .type = 2, .machine = 4711, .segments = {
	    TEXT } };
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_elf(&b, &e);
	image = check_read_good(&b);
	assert_string_equal(image.about, "for machine 4711, 32 bits, low byte "
	    "first");
	image_free(&image);
	buf_reset(&b);
	e.machine = 183;
	e.wide = true;
	make_elf(&b, &e);
	image = check_read_good(&b);
	check_segment(&image, 0, 0, 0x08000000, "abcdefgh");
	image_free(&image);
	buf_free(&b);
}

static void
test_elf_without_paddr(void **state)
{
	struct make_elf e = { .type = 2, .machine = 40, .segments = {
	    { 1, 0, 0x1000, 0, "abcd" }, { 1, 0, 0x2000, 0, "efgh" } } };
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_elf(&b, &e);
	image = check_read_good(&b);
	assert_int_equal(image.nsegments, 2);
	check_segment(&image, 0, 0, 0x1000, "abcd");
	check_segment(&image, 1, 0, 0x2000, "efgh");
	assert_non_null(check_note_with(&image, "dfuscope uses p_vaddr"));
	image_free(&image);
	/* One that is set is enough. */
	buf_reset(&b);
	e.segments[0].paddr = 0x3000;
	make_elf(&b, &e);
	image = check_read_good(&b);
	check_segment(&image, 0, 0, 0, "efgh");
	check_segment(&image, 1, 0, 0x3000, "abcd");
	image_free(&image);
	buf_free(&b);
}

/* A section header of 32 bits. */
static void
add_section(struct buf *b, uint32_t type, uint32_t flags, uint32_t offset,
    uint32_t size)
{
	uint32_t words[10] = { 0, type, flags, 0, offset, size, 0, 0, 0, 0 };
	size_t i;

	for (i = 0; i < 10; i++)
		make_u32(b, words[i]);
}

/*
 * A segment from byte 0 on: the ELF's own headers (84 bytes) and four bytes of
 * firmware behind them, which sections tell apart, if there are any.
 */
static void
make_headed(struct buf *b, uint32_t type, uint32_t flags, uint16_t sections)
{
	make_elf(b, &(struct make_elf){ .type = 2, .machine = 40,
	    .segments = { { 1, 0, 0, 0x08000000, "text" } } });
	/* p_offset and p_filesz */
	memset(b->data + 52 + 4, 0, 4);
	b->data[52 + 16] = 88;
	if (sections == 0)
		return;
	b->data[32] = 88;
	b->data[46] = 40;
	b->data[48] = (uint8_t)sections;
	add_section(b, 0, 0, 0, 0);
	add_section(b, 8, 2, 84, 4);
	add_section(b, type, flags, 84, 4);
}

static void
test_elf_with_its_headers(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_headed(&b, 1, 2, 3);
	image = check_read_good(&b);
	assert_int_equal(image.nsegments, 1);
	check_segment(&image, 0, 0, 0x08000054, "text");
	assert_non_null(check_note_with(&image, "the segment for 0x08000000 "
	    "begins with the ELF headers: 84 bytes, omitted"));
	image_free(&image);
	buf_reset(&b);
	/* Without sections nothing tells: all of it. */
	make_headed(&b, 1, 2, 0);
	image = check_read_good(&b);
	assert_int_equal(image.segments[0].address, 0x08000000);
	assert_int_equal(image.segments[0].len, 88);
	image_free(&image);
	buf_reset(&b);
	/* Sections that are not in memory are none of it. */
	make_headed(&b, 1, 0, 3);
	check_refused(&b, "has no data");
	/* The table of sections is cut. */
	make_headed(&b, 1, 2, 3);
	buf_cut(&b, b.len - 1);
	check_noted(&b, "the section headers are past the end", true,
	    88 + 3 * 40 - 1);
}

/* UF2. */

#define F0	0x647824b6u	/* STM32F0 */
#define F1	0x5ee21072u
#define FAMILY	0x2000u

static void
test_uf2(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_whole_uf2(&b);
	image = check_read_good(&b);
	assert_int_equal(image.kind, IMAGE_UF2);
	assert_true(image.addressed);
	assert_string_equal(image.about,
	    "for the family STM32F0 (0x647824b6)");
	assert_int_equal(image.nsegments, 2);
	check_segment(&image, 0, 0, 0x08000000, "abcdefgh");
	check_segment(&image, 1, 0, 0x08000100, "ij");
	assert_int_equal(image.nnotes, 0);
	image_free(&image);
	buf_reset(&b);

	/* Any order; a family that is not known, and none. */
	make_uf2(&b, FAMILY, 0x1004, "efgh", 4, 1, 2, 0x12345678);
	make_uf2(&b, FAMILY, 0x1000, "abcd", 4, 0, 2, 0x12345678);
	image = check_read_good(&b);
	check_segment(&image, 0, 0, 0x1000, "abcdefgh");
	assert_string_equal(image.about, "for the family 0x12345678");
	image_free(&image);
	buf_reset(&b);
	make_uf2(&b, 0, 0x1000, "abcd", 4, 0, 1, 4);
	image = check_read_good(&b);
	assert_null(image.about);
	image_free(&image);
	buf_free(&b);
}

static void
test_uf2_elsewhere(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_uf2(&b, 0, 0x1000, "abcd", 4, 0, 3, 0);
	make_uf2(&b, 1, 0x9000, "wxyz", 4, 1, 3, 0);
	make_uf2(&b, 0, 0x2000, "efgh", 4, 2, 3, 0);
	image = check_read_good(&b);
	assert_int_equal(image.nsegments, 2);
	check_segment(&image, 1, 0, 0x2000, "efgh");
	image_free(&image);
	check_noted(&b, "1 block is not for the main flash: ignored", false,
	    IMAGE_NOWHERE);
	make_uf2(&b, 1, 0x9000, "wxyz", 4, 0, 1, 0);
	check_refused(&b, "is UF2 and has no data");
}

static void
test_uf2_numbers(void **state)
{
	struct buf b = { 0 };

	(void)state;
	make_uf2(&b, 0, 0x1000, "abcd", 4, 0, 3, 0);
	make_uf2(&b, 0, 0x1004, "efgh", 4, 1, 3, 0);
	check_noted(&b, "numBlocks is 3, but the file has 2 blocks: it is "
	    "truncated", true, 24);
	make_uf2(&b, 0, 0x1000, "abcd", 4, 0, 1, 0);
	make_uf2(&b, 0, 0x1004, "efgh", 4, 0, 1, 0);
	check_noted(&b, "data was added", true, 24);
	make_uf2(&b, 0, 0x1000, "abcd", 4, 1, 2, 0);
	make_uf2(&b, 0, 0x1004, "efgh", 4, 1, 2, 0);
	check_noted(&b, "block 1 occurs twice", true, 512 + 20);
	make_uf2(&b, 0, 0x1000, "abcd", 4, 0, 2, 0);
	make_uf2(&b, 0, 0x1004, "efgh", 4, 2, 2, 0);
	check_noted(&b, "blockNo is 2, of 2 blocks", true, 512 + 20);
}

static void
test_uf2_refused(void **state)
{
	static const uint8_t large[477];
	struct buf b = { 0 };

	(void)state;
	make_whole_uf2(&b);
	buf_cut(&b, b.len - 1);
	check_refused(&b, "byte 1535: the file ends in a UF2 block");
	make_whole_uf2(&b);
	b.data[512]++;
	check_refused(&b, "byte 512: a UF2 block should begin here");
	make_whole_uf2(&b);
	b.data[1023]++;
	check_refused(&b, "byte 1020: the UF2 block lacks its end mark here");
	make_uf2(&b, 0, 0x1000, large, 477, 0, 1, 0);
	check_refused(&b, "byte 16: payloadSize is 477");
	make_uf2(&b, 0x1000, 0, "abcd", 4, 0, 1, 0);
	check_refused(&b, "byte 8: this UF2 file holds files");
	make_uf2(&b, FAMILY, 0x1000, "abcd", 4, 0, 2, F0);
	make_uf2(&b, FAMILY, 0x2000, "abcd", 4, 1, 2, F1);
	check_refused(&b, "byte 540: the file holds firmware for several "
	    "device families, STM32F0 (0x647824b6) and STM32F1");
	make_uf2(&b, 0, 0x1000, "abcd", 4, 0, 2, 0);
	make_uf2(&b, 0, 0x1002, "abcd", 4, 1, 2, 0);
	check_refused(&b, "at 0x00001002 they differ");
	/* The first word is not enough: it is text, too. */
	buf_adds(&b, "UF2\nis a format\n");
	check_refused(&b, "the file is text");
}

/* gzip. */

/* What was packed, and what comes out. */
static void
test_gzip_of_each_kind(void **state)
{
	static const struct {
		void		(*make)(struct buf *);
		enum image_kind	 kind;
		size_t		 nsegments;
	} rows[] = {
		{ make_whole_dfuse, IMAGE_DFUSE, 3 },
		{ make_whole_ihex, IMAGE_IHEX, 2 },
		{ make_whole_srec, IMAGE_SREC, 3 },
		{ make_whole_elf, IMAGE_ELF, 1 },
		{ make_whole_uf2, IMAGE_UF2, 2 },
	};
	struct buf b = { 0 }, packed = { 0 };
	struct image image;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		buf_reset(&b);
		buf_reset(&packed);
		rows[i].make(&b);
		make_gzip(&packed, b.data, (uint16_t)b.len);
		image = check_read_good(&packed);
		assert_int_equal(image.kind, rows[i].kind);
		assert_int_equal(image.nsegments, rows[i].nsegments);
		assert_int_equal(image.size, packed.len);
		assert_int_equal(image.unpacked, b.len);
		assert_null(image_wrong(&image));
		assert_non_null(check_note_with(&image, "unpacked from gzip"));
		image_free(&image);
	}
	buf_free(&packed);
	buf_free(&b);
}

/* A suffix around it, and one in it. */
static void
test_gzip_and_suffix(void **state)
{
	struct buf b = { 0 }, packed = { 0 };
	struct image image;

	(void)state;
	make_whole_gzip(&b);
	make_suffix(&b, 1, 2, 3, 0x0100);
	image = check_read_good(&b);
	assert_true(image.has_suffix && image.suffix_good);
	check_segment(&image, 0, 0, 0, "\1\2\3\4hello");
	image_free(&image);
	buf_reset(&b);

	buf_adds(&b, "\1\2\3");
	make_suffix(&b, 1, 2, 3, 0x0200);
	make_gzip(&packed, b.data, (uint16_t)b.len);
	image = check_read_good(&packed);
	assert_true(image.has_suffix && image.suffix_good);
	check_segment(&image, 0, 0, 0, "\1\2\3");
	assert_int_equal(check_note_with(&image,
	    "not a version of DFU")->at, 9);
	image_free(&image);
	buf_free(&packed);
	buf_free(&b);
}

static void
test_gzip_members(void **state)
{
	struct buf b = { 0 };
	struct image image;

	(void)state;
	make_gzip(&b, "\1\2\3", 3);
	make_gzip(&b, "\4\5\6", 3);
	image = check_read_good(&b);
	check_segment(&image, 0, 0, 0, "\1\2\3\4\5\6");
	image_free(&image);
	/* Filled up with nothing, then with something. */
	buf_add(&b, "\0\0\0\0", 4);
	image = check_read_good(&b);
	assert_null(check_note_with(&image, "after the gzip data"));
	image_free(&image);
	buf_add(&b, "\1", 1);
	image = check_read_good(&b);
	assert_int_equal(check_note_with(&image, "5 bytes after the gzip "
	    "data, ignored")->at, 2 * 26);
	image_free(&image);
	buf_free(&b);
}

static void
test_gzip_refused(void **state)
{
	struct buf b = { 0 }, packed = { 0 };
	size_t i;

	(void)state;
	for (i = 4; i < 26; i++) {
		make_gzip(&b, "\1\2\3", 3);
		buf_cut(&b, i);
		check_refused(&b, "the gzip file is truncated");
	}
	make_gzip(&b, "\1\2\3", 3);
	b.data[16]++;
	check_refused(&b, "the gzip file is damaged near byte");
	make_gzip(&b, "\1\2\3", 3);
	b.data[25]++;
	check_refused(&b, "incorrect length check");
	make_gzip(&b, "", 0);
	check_refused(&b, "the gzip file holds no data");
	make_whole_gzip(&b);
	make_gzip(&packed, b.data, (uint16_t)b.len);
	check_refused(&packed, "the file is gzip inside gzip");
	buf_reset(&b);
	buf_add(&packed, "PK\3\4 and so on", 14);
	make_gzip(&b, packed.data, (uint16_t)packed.len);
	check_refused(&b, "a ZIP archive");
	buf_free(&packed);
	/* compress(1), and a flag that RFC 1952 does not know. */
	buf_add(&b, "\x1f\x8b\7\0\1\2\3", 7);
	check_noted(&b, "no DFU suffix: dfuscope", false, IMAGE_NOWHERE);
	buf_add(&b, "\x1f\x8b\10\x20\1\2\3", 7);
	check_noted(&b, "no DFU suffix: dfuscope", false, IMAGE_NOWHERE);
}

static void
test_gzip_most(void **state)
{
	struct buf b = { 0 };
	uint8_t *bytes = mem_alloc(65535);
	size_t i;

	(void)state;
	memset(bytes, 0xa5, 65535);
	for (i = 0; i * 65535 <= IMAGE_UNPACKED_MOST; i++)
		make_gzip(&b, bytes, 65535);
	free(bytes);
	check_refused(&b, "unpacks to more than 64 MiB");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elf_of_each_kind),
		cmocka_unit_test(test_elf_refused),
		cmocka_unit_test(test_elf_machines),
		cmocka_unit_test(test_elf_without_paddr),
		cmocka_unit_test(test_elf_with_its_headers),
		cmocka_unit_test(test_uf2),
		cmocka_unit_test(test_uf2_elsewhere),
		cmocka_unit_test(test_uf2_numbers),
		cmocka_unit_test(test_uf2_refused),
		cmocka_unit_test(test_gzip_of_each_kind),
		cmocka_unit_test(test_gzip_and_suffix),
		cmocka_unit_test(test_gzip_members),
		cmocka_unit_test(test_gzip_refused),
		cmocka_unit_test(test_gzip_most),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
