/* SPDX-License-Identifier: ISC */
/*
 * Bounded access to bytes, little-endian unless said otherwise. A read past
 * the end gives 0 and sets `bad`; nothing after it is believed. All wire data
 * goes through here.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reader {
	const uint8_t	*p;
	size_t		 len;
	size_t		 pos;
	bool		 bad;
	bool		 big;	/* the bytes that follow are big-endian */
};

static inline struct reader
reader_of(const void *p, size_t len)
{
	return ((struct reader){ .p = p, .len = len });
}

/* The next n bytes, not copied, or NULL (and bad) if there are fewer. */
static inline const uint8_t *
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

/*
 * The number that n bytes are, 8 at most. Inlined: then n is a constant, and
 * a compiler makes one load of it.
 */
static inline __attribute__((always_inline)) uint64_t
bytes_little(const uint8_t *p, size_t n)
{
	uint64_t v = p[0];

	v |= n > 1 ? (uint64_t)p[1] << 8 : 0;
	v |= n > 2 ? (uint64_t)p[2] << 16 : 0;
	v |= n > 3 ? (uint64_t)p[3] << 24 : 0;
	v |= n > 4 ? (uint64_t)p[4] << 32 : 0;
	v |= n > 5 ? (uint64_t)p[5] << 40 : 0;
	v |= n > 6 ? (uint64_t)p[6] << 48 : 0;
	v |= n > 7 ? (uint64_t)p[7] << 56 : 0;
	return (v);
}

static inline __attribute__((always_inline)) uint64_t
bytes_big(const uint8_t *p, size_t n)
{
	uint64_t v = p[n - 1];

	v |= n > 1 ? (uint64_t)p[n - 2] << 8 : 0;
	v |= n > 2 ? (uint64_t)p[n - 3] << 16 : 0;
	v |= n > 3 ? (uint64_t)p[n - 4] << 24 : 0;
	v |= n > 4 ? (uint64_t)p[n - 5] << 32 : 0;
	v |= n > 5 ? (uint64_t)p[n - 6] << 40 : 0;
	v |= n > 6 ? (uint64_t)p[n - 7] << 48 : 0;
	v |= n > 7 ? (uint64_t)p[n - 8] << 56 : 0;
	return (v);
}

static inline __attribute__((always_inline)) uint64_t
reader_number(struct reader *r, size_t n)
{
	const uint8_t *p = reader_bytes(r, n);

	return (p == NULL ? 0 : r->big ? bytes_big(p, n) :
	    bytes_little(p, n));
}

static inline uint8_t
reader_u8(struct reader *r)
{
	return ((uint8_t)reader_number(r, 1));
}

static inline uint16_t
reader_u16(struct reader *r)
{
	return ((uint16_t)reader_number(r, 2));
}

static inline uint32_t
reader_u24(struct reader *r)
{
	return ((uint32_t)reader_number(r, 3));
}

static inline uint32_t
reader_u32(struct reader *r)
{
	return ((uint32_t)reader_number(r, 4));
}

static inline uint64_t
reader_u64(struct reader *r)
{
	return (reader_number(r, 8));
}

/*
 * A reader of the next n bytes only, in the same order; r stands behind them.
 */
struct reader	reader_part(struct reader *r, size_t n);

/* The same of bytes that are there, without a reader. */
static inline uint16_t
bytes_u16(const uint8_t *p, bool big)
{
	return ((uint16_t)(big ? bytes_big(p, 2) : bytes_little(p, 2)));
}

static inline uint32_t
bytes_u32(const uint8_t *p, bool big)
{
	return ((uint32_t)(big ? bytes_big(p, 4) : bytes_little(p, 4)));
}

static inline uint64_t
bytes_u64(const uint8_t *p, bool big)
{
	return (big ? bytes_big(p, 8) : bytes_little(p, 8));
}

/* Bytes not yet read. */
static inline size_t
reader_left(const struct reader *r)
{
	return (r->bad ? 0 : r->len - r->pos);
}

/* Little-endian stores; p has room for 2, 3 or 4 bytes. */
void	put_u16(uint8_t *p, uint16_t v);
void	put_u24(uint8_t *p, uint32_t v);
void	put_u32(uint8_t *p, uint32_t v);

/* Big-endian stores. */
void	put_be16(uint8_t *p, uint16_t v);
void	put_be32(uint8_t *p, uint32_t v);

#endif
