/* SPDX-License-Identifier: ISC */
#include "tests/dfu/make_image.h"

#include <string.h>

void
make_u16(struct buf *b, uint16_t v)
{
	buf_addc(b, v & 0xff);
	buf_addc(b, v >> 8);
}

void
make_u32(struct buf *b, uint32_t v)
{
	make_u16(b, (uint16_t)(v & 0xffff));
	make_u16(b, (uint16_t)(v >> 16));
}

/* Bit by bit, as appendix B defines it: no table, no last inversion. */
static uint32_t
crc_of(const uint8_t *p, size_t n)
{
	uint32_t crc = 0xffffffff;
	int bit;

	while (n-- > 0) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
	}
	return (crc);
}

void
make_suffix(struct buf *b, uint16_t vendor, uint16_t product,
    uint16_t device, uint16_t dfu)
{
	make_u16(b, device);
	make_u16(b, product);
	make_u16(b, vendor);
	make_u16(b, dfu);
	buf_adds(b, "UFD\x10");
	make_u32(b, crc_of(b->data, b->len));
}

void
make_prefix(struct buf *b, uint32_t size, uint8_t targets)
{
	buf_adds(b, "DfuSe\1");
	make_u32(b, size);
	buf_addc(b, targets);
}

void
make_target(struct buf *b, uint8_t alternate, const char *name,
    uint32_t size, uint32_t elements)
{
	char field[255] = "";

	buf_adds(b, "Target");
	buf_addc(b, alternate);
	make_u32(b, name != NULL);
	if (name != NULL)
		memcpy(field, name, strlen(name));
	buf_add(b, field, sizeof(field));
	make_u32(b, size);
	make_u32(b, elements);
}

void
make_element(struct buf *b, uint32_t address, const void *p, uint32_t n)
{
	make_u32(b, address);
	make_u32(b, n);
	buf_add(b, p, n);
}

/* Digits of n bytes of v, high byte first; returns their sum. */
static unsigned
add_digits(struct buf *b, uint32_t v, int n)
{
	unsigned sum = 0, byte;

	while (n-- > 0) {
		byte = v >> (8 * n) & 0xff;
		buf_addf(b, "%02X", byte);
		sum += byte;
	}
	return (sum);
}

static unsigned
add_data(struct buf *b, const uint8_t *p, size_t n)
{
	unsigned sum = 0;

	while (n-- > 0)
		sum += add_digits(b, *p++, 1);
	return (sum);
}

void
make_ihex(struct buf *b, unsigned type, unsigned offset, const void *p,
    size_t n)
{
	unsigned sum;

	buf_addc(b, ':');
	sum = add_digits(b, (uint32_t)n, 1) + add_digits(b, offset, 2) +
	    add_digits(b, type, 1);
	sum += add_data(b, p, n);
	buf_addf(b, "%02X\n", -sum & 0xff);
}

void
make_srec(struct buf *b, unsigned type, uint32_t address, const void *p,
    size_t n)
{
	static const int widths[] = { 2, 2, 3, 4, 2, 2, 3, 4, 3, 2 };
	int width = widths[type];
	unsigned sum;

	buf_addf(b, "S%u", type);
	sum = add_digits(b, (uint32_t)n + (unsigned)width + 1, 1) +
	    add_digits(b, address, width);
	sum += add_data(b, p, n);
	buf_addf(b, "%02X\n", ~sum & 0xff);
}

/* width bytes of v, in the file's own order. */
static void
add_field(struct buf *b, const struct make_elf *e, uint64_t v, size_t width)
{
	size_t i;

	for (i = 0; i < width; i++)
		buf_addc(b, (int)(v >> 8 * (e->high_first ? width - 1 - i :
		    i) & 0xff));
}

/* As wide as an address. */
static void
add_address(struct buf *b, const struct make_elf *e, uint64_t v)
{
	add_field(b, e, v, e->wide ? 8 : 4);
}

static void
add_program_header(struct buf *b, const struct make_elf *e,
    const struct make_segment *s, uint64_t offset)
{
	uint64_t len = s->data != NULL ? strlen(s->data) : 0;

	add_field(b, e, s->type, 4);
	if (e->wide)
		add_field(b, e, 5, 4);
	add_address(b, e, offset);
	add_address(b, e, s->vaddr);
	add_address(b, e, s->paddr);
	add_address(b, e, len);
	/* In memory there is more: zeroes. */
	add_address(b, e, len + 16);
	if (!e->wide)
		add_field(b, e, 5, 4);
	add_address(b, e, 4);
}

void
make_elf(struct buf *b, const struct make_elf *e)
{
	size_t header = e->wide ? 64 : 52, entry = e->wide ? 56 : 32, i, n;
	uint64_t at;

	for (n = 0; n < 4 && e->segments[n].type != 0; n++)
		continue;
	buf_add(b, "\177ELF", 4);
	buf_addc(b, e->wide ? 2 : 1);
	buf_addc(b, e->high_first ? 2 : 1);
	buf_addc(b, 1);
	for (i = 7; i < 16; i++)
		buf_addc(b, 0);
	add_field(b, e, e->type, 2);
	add_field(b, e, e->machine, 2);
	add_field(b, e, 1, 4);
	add_address(b, e, n != 0 ? e->segments[0].vaddr | 1 : 0);
	add_address(b, e, n != 0 ? header : 0);
	add_address(b, e, 0);
	add_field(b, e, 0, 4);
	add_field(b, e, header, 2);
	add_field(b, e, entry, 2);
	add_field(b, e, n, 2);
	add_field(b, e, 0, 2);
	add_field(b, e, 0, 2);
	add_field(b, e, 0, 2);
	at = header + n * entry;
	for (i = 0; i < n; i++) {
		add_program_header(b, e, &e->segments[i],
		    e->segments[i].offset != 0 ? e->segments[i].offset : at);
		if (e->segments[i].data != NULL && e->segments[i].offset == 0)
			at += strlen(e->segments[i].data);
	}
	for (i = 0; i < n; i++) {
		if (e->segments[i].data != NULL && e->segments[i].offset == 0)
			buf_adds(b, e->segments[i].data);
	}
}

void
make_uf2(struct buf *b, uint32_t flags, uint32_t address, const void *p,
    uint32_t len, uint32_t i, uint32_t n, uint32_t family)
{
	uint8_t data[476] = { 0 };

	memcpy(data, p, len < sizeof(data) ? len : sizeof(data));
	make_u32(b, 0x0a324655);
	make_u32(b, 0x9e5d5157);
	make_u32(b, flags);
	make_u32(b, address);
	make_u32(b, len);
	make_u32(b, i);
	make_u32(b, n);
	make_u32(b, family);
	buf_add(b, data, sizeof(data));
	make_u32(b, 0x0ab16f30);
}

void
make_gzip(struct buf *b, const void *p, uint16_t n)
{
	/* RFC 1952: no flags, no time; RFC 1951: one stored block. */
	buf_add(b, "\x1f\x8b\10\0\0\0\0\0\0\xff\1", 11);
	make_u16(b, n);
	make_u16(b, (uint16_t)~n);
	buf_add(b, p, n);
	make_u32(b, ~crc_of(p, n));
	make_u32(b, n);
}

void
make_whole_dfuse(struct buf *b)
{
	make_prefix(b, 11 + 2 * 274 + 3 * 8 + 4 + 3 + 6, 2);
	make_target(b, 0, "ST...", 2 * 8 + 4 + 3, 2);
	make_element(b, 0x08000000, "abcd", 4);
	make_element(b, 0x08000010, "efg", 3);
	make_target(b, 1, NULL, 8 + 6, 1);
	make_element(b, 0x1ffff800, "option", 6);
	make_suffix(b, 0x0483, 0xdf11, 0x2200, 0x011a);
}

void
make_whole_ihex(struct buf *b)
{
	make_ihex(b, 4, 0, "\x08\x00", 2);
	make_ihex(b, 0, 0xfffc, "abcd", 4);
	make_ihex(b, 4, 0, "\x08\x01", 2);
	make_ihex(b, 0, 0, "efgh", 4);
	make_ihex(b, 0, 0x100, "ij", 2);
	make_ihex(b, 5, 0, "\x08\x00\x01\x45", 4);
	make_ihex(b, 1, 0, "", 0);
	buf_cut(b, b->len - 1);
}

void
make_whole_srec(struct buf *b)
{
	make_srec(b, 0, 0, "hello", 5);
	make_srec(b, 3, 0x08000000, "abcd", 4);
	make_srec(b, 3, 0x08000004, "efgh", 4);
	make_srec(b, 2, 0x123456, "ij", 2);
	make_srec(b, 1, 0x1234, "k", 1);
	make_srec(b, 5, 4, "", 0);
	make_srec(b, 7, 0x08000001, "", 0);
	buf_cut(b, b->len - 1);
}

void
make_whole_elf(struct buf *b)
{
	make_elf(b, &(struct make_elf){ .type = 2, .machine = 40,
	    .segments = { { 1, 0, 0x08000000, 0x08000000, "abcdefgh" },
	    { 1, 0, 0x20000000, 0x08000008, "data" },
	    { 1, 0, 0x20000100, 0x0800000c, NULL } } });
}

void
make_whole_uf2(struct buf *b)
{
	make_uf2(b, 0x2000, 0x08000000, "abcd", 4, 0, 3, 0x647824b6);
	make_uf2(b, 0x2000, 0x08000004, "efgh", 4, 1, 3, 0x647824b6);
	make_uf2(b, 0x2000, 0x08000100, "ij", 2, 2, 3, 0x647824b6);
}

void
make_whole_gzip(struct buf *b)
{
	make_gzip(b, "\1\2\3\4hello", 9);
}
