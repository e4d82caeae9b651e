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

struct reader	reader_of(const void *p, size_t len);
uint8_t		reader_u8(struct reader *r);
uint16_t	reader_u16(struct reader *r);
uint32_t	reader_u24(struct reader *r);
uint32_t	reader_u32(struct reader *r);
uint64_t	reader_u64(struct reader *r);

/* The next n bytes, not copied, or NULL (and bad) if there are fewer. */
const uint8_t	*reader_bytes(struct reader *r, size_t n);

/*
 * A reader of the next n bytes only, in the same order; r stands behind them.
 */
struct reader	reader_part(struct reader *r, size_t n);

/* Bytes not yet read. */
size_t		reader_left(const struct reader *r);

/* Little-endian stores; p has room for 2, 3 or 4 bytes. */
void	put_u16(uint8_t *p, uint16_t v);
void	put_u24(uint8_t *p, uint32_t v);
void	put_u32(uint8_t *p, uint32_t v);

/* Big-endian stores. */
void	put_be16(uint8_t *p, uint16_t v);
void	put_be32(uint8_t *p, uint32_t v);

#endif
