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

/* Inlined: then n is a constant, and the loop is none. */
static inline __attribute__((always_inline)) uint64_t
number(struct reader *r, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);
	uint64_t v = 0;
	size_t i;

	if (p == NULL)
		return (0);
	for (i = 0; i < n; i++)
		v = v << 8 | p[r->big ? i : n - 1 - i];
	return (v);
}

uint8_t
reader_u8(struct reader *r)
{
	return ((uint8_t)number(r, 1));
}

uint16_t
reader_u16(struct reader *r)
{
	return ((uint16_t)number(r, 2));
}

uint32_t
reader_u24(struct reader *r)
{
	return ((uint32_t)number(r, 3));
}

uint32_t
reader_u32(struct reader *r)
{
	return ((uint32_t)number(r, 4));
}

uint64_t
reader_u64(struct reader *r)
{
	return (number(r, 8));
}

struct reader
reader_part(struct reader *r, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);
	struct reader part = reader_of(p, p != NULL ? n : 0);

	part.bad = p == NULL;
	part.big = r->big;
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
