#include "base/bytes.h"

struct reader
reader_of(const void *p, size_t len)
{
	return ((struct reader){ .p = p, .len = len });
}

const uint8_t *
reader_bytes(struct reader *r, size_t n)
{
	const uint8_t *p;

	if (r->bad || n > r->len - r->pos) {
		r->bad = true;
		return (NULL);
	}
	p = r->p + r->pos;
	r->pos += n;
	return (p);
}

static uint32_t
little_endian(struct reader *r, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);
	uint32_t v = 0;

	while (p != NULL && n-- > 0)
		v = v << 8 | p[n];
	return (v);
}

uint8_t
reader_u8(struct reader *r)
{
	return ((uint8_t)little_endian(r, 1));
}

uint16_t
reader_u16(struct reader *r)
{
	return ((uint16_t)little_endian(r, 2));
}

uint32_t
reader_u24(struct reader *r)
{
	return (little_endian(r, 3));
}

uint32_t
reader_u32(struct reader *r)
{
	return (little_endian(r, 4));
}

static uint32_t
big_endian(struct reader *r, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);
	uint32_t v = 0;
	size_t i;

	for (i = 0; p != NULL && i < n; i++)
		v = v << 8 | p[i];
	return (v);
}

uint16_t
reader_be16(struct reader *r)
{
	return ((uint16_t)big_endian(r, 2));
}

uint32_t
reader_be32(struct reader *r)
{
	return (big_endian(r, 4));
}

struct reader
reader_part(struct reader *r, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);
	struct reader part = reader_of(p, p != NULL ? n : 0);

	part.bad = p == NULL;
	return (part);
}

size_t
reader_left(const struct reader *r)
{
	return (r->bad ? 0 : r->len - r->pos);
}

void
put_u16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

void
put_u24(uint8_t *p, uint32_t v)
{
	put_u16(p, (uint16_t)v);
	p[2] = (uint8_t)(v >> 16);
}

void
put_u32(uint8_t *p, uint32_t v)
{
	put_u16(p, (uint16_t)v);
	put_u16(p + 2, (uint16_t)(v >> 16));
}

void
put_be16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

void
put_be32(uint8_t *p, uint32_t v)
{
	put_be16(p, (uint16_t)(v >> 16));
	put_be16(p + 2, (uint16_t)v);
}
