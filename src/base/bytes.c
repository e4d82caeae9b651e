/* SPDX-License-Identifier: ISC */
#include "base/bytes.h"

struct reader
reader_part(struct reader *r, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);
	struct reader part = reader_of(p, p != NULL ? n : 0);

	part.bad = p == NULL;
	part.big = r->big;
	return (part);
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
