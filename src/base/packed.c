/* SPDX-License-Identifier: ISC */
#include "base/packed.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define BLOCK	64		/* records; each begins from nothing */
/* A number of 64 bits, seven to a byte. */
#define NUMBER_MOST	10
#define PAGE	4096

static void
put(struct packed *p, uint64_t v)
{
	for (; v > 0x7f; v >>= 7)
		p->bytes[p->len++] = (uint8_t)(v | 0x80);
	p->bytes[p->len++] = (uint8_t)v;
}

static uint64_t
take(const uint8_t **at)
{
	uint64_t v = 0;
	unsigned shift = 0;

	for (;; shift += 7) {
		v |= (uint64_t)(**at & 0x7f) << shift;
		if ((*(*at)++ & 0x80) == 0)
			return (v);
	}
}

/* Small differences of either sign are small numbers. */
static uint64_t
fold(uint64_t difference)
{
	return (difference << 1 ^ (difference >> 63 != 0 ? UINT64_MAX : 0));
}

static uint64_t
unfold(uint64_t v)
{
	return (v >> 1 ^ ((v & 1) != 0 ? UINT64_MAX : 0));
}

/* Field f of record k of a block, by the two before it. */
static uint64_t
expected(const struct packed *p, size_t k, unsigned f, const uint64_t *before,
    const uint64_t *earlier)
{
	if (k == 0)
		return (0);
	return (k > 1 && (p->steady >> f & 1) != 0 ?
	    before[f] + (before[f] - earlier[f]) : before[f]);
}

static void
make_room(struct packed *p, size_t k)
{
	size_t block = p->n / BLOCK;

	if (k == 0) {
		if (block == p->blocks_cap) {
			p->blocks_cap += p->blocks_cap / 32 + 64;
			p->blocks = mem_array(p->blocks, p->blocks_cap,
			    sizeof(*p->blocks));
		}
		p->blocks[block] = p->len;
	}
	if (p->cap - p->len < (size_t)(PACKED_FIELDS + 1) * NUMBER_MOST) {
		/* It grows by pages: little at a time costs little. */
		p->cap += p->cap / 32 + PAGE;
		p->bytes = mem_array(p->bytes, p->cap, 1);
	}
}

void
packed_add(struct packed *p, const uint64_t *record)
{
	size_t k = p->n % BLOCK;
	uint64_t differs[PACKED_FIELDS];
	uint32_t which = 0;
	unsigned f;

	make_room(p, k);
	for (f = 0; f < p->width; f++) {
		differs[f] = fold(record[f] - expected(p, k, f, p->last[0],
		    p->last[1]));
		which |= (uint32_t)(differs[f] != 0) << f;
	}
	put(p, which);
	for (f = 0; f < p->width; f++)
		if (differs[f] != 0)
			put(p, differs[f]);
	memcpy(p->last[1], p->last[0], sizeof(p->last[1]));
	memcpy(p->last[0], record, p->width * sizeof(*record));
	if (p->opened == p->n / BLOCK + 1)
		p->opened = 0;
	p->n++;
}

/* Record k of a block, its bytes from *at on; those before it lie there. */
static void
read_record(const struct packed *p, size_t k, const uint8_t **at, uint64_t *to)
{
	size_t width = p->width;
	uint64_t which = take(at);
	unsigned f;

	for (f = 0; f < width; f++)
		to[f] = expected(p, k, f, k > 0 ? to - width : to,
		    k > 1 ? to - 2 * width : to) +
		    ((which >> f & 1) != 0 ? unfold(take(at)) : 0);
}

static void
open_block(struct packed *p, size_t block)
{
	size_t n = p->n - block * BLOCK, k, width = p->width;
	const uint8_t *at = p->bytes + p->blocks[block];

	if (p->open == NULL)
		p->open = mem_array(NULL, BLOCK * width, sizeof(*p->open));
	for (k = 0; k < n && k < BLOCK; k++)
		read_record(p, k, &at, p->open + k * width);
	p->opened = block + 1;
}

/* What is open is a cache: the list does not change. */
void
packed_get(const struct packed *p, size_t i, uint64_t *record)
{
	const uint8_t *at;

	if (p->opened != i / BLOCK + 1 && i % BLOCK == 0) {
		at = p->bytes + p->blocks[i / BLOCK];
		read_record(p, 0, &at, record);
		return;
	}
	if (p->opened != i / BLOCK + 1)
		open_block((struct packed *)(uintptr_t)p, i / BLOCK);
	memcpy(record, p->open + i % BLOCK * p->width,
	    p->width * sizeof(*record));
}

size_t
packed_middle(size_t low, size_t high)
{
	size_t middle = low + (high - low) / 2, at = middle - middle % BLOCK;

	return (at > low ? at : middle);
}

void
packed_clear(struct packed *p)
{
	free(p->bytes);
	free(p->blocks);
	free(p->open);
	*p = (struct packed){ .width = p->width, .steady = p->steady };
}

size_t
packed_memory(const struct packed *p)
{
	return (p->cap + p->blocks_cap * sizeof(*p->blocks) +
	    (p->open != NULL ? BLOCK * p->width * sizeof(*p->open) : 0));
}
