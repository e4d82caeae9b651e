/* SPDX-License-Identifier: ISC */
/*
 * A list of records of numbers that grows at its end, in few bytes: of each
 * record only what does not follow from those before it is kept. Any record
 * can be had, and neighbours cost little.
 */
#ifndef BASE_PACKED_H
#define BASE_PACKED_H

#include <stddef.h>
#include <stdint.h>

#define PACKED_FIELDS	24	/* of a record, at most */

/* Zero it, but for the first two, to begin. */
struct packed {
	unsigned	 width;		/* fields of a record */
	uint32_t	 steady;	/* those that grow evenly, as bits */
	size_t		 n;
	uint8_t		*bytes;
	size_t		 len;
	size_t		 cap;
	size_t		*blocks;	/* where they begin in bytes */
	size_t		 blocks_cap;
	uint64_t	 last[2][PACKED_FIELDS];	/* the latest first */
	uint64_t	*open;		/* the records of one block */
	size_t		 opened;	/* that block, counted from 1 */
};

void	packed_add(struct packed *p, const uint64_t *record);

/* Record i (< n), width numbers; to open its block changes nothing. */
void	packed_get(const struct packed *p, size_t i, uint64_t *record);

/*
 * Between low and high (low < high), for a search by halves that opens few
 * blocks.
 */
size_t	packed_middle(size_t low, size_t high);

/* It is empty again. */
void	packed_clear(struct packed *p);

/* Bytes of memory that it takes. */
size_t	packed_memory(const struct packed *p);

#endif
