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
