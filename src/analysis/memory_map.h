/* SPDX-License-Identifier: ISC */
/*
 * What this session did to the memory of a device: which addresses were
 * erased, written and read (DfuSe), how many blocks crossed (plain DFU).
 * Derived from the session's requests, taken in as they end.
 */
#ifndef ANALYSIS_MEMORY_MAP_H
#define ANALYSIS_MEMORY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/session.h"
#include "trace/trace.h"

#define MEMORY_ERASED	0x1
#define MEMORY_WRITTEN	0x2	/* and not erased since */
#define MEMORY_READ	0x4
#define MEMORY_DOUBT	0x8	/* begun, and no verdict was seen */

/* Addresses from <= a < to that were touched in the same way. */
struct memory_range {
	uint64_t	from;
	uint64_t	to;
	uint8_t		flags;
};

/* Blocks that were accepted (down) or sent (up). */
struct memory_blocks {
	uint32_t	count;
	uint16_t	last;		/* wBlockNum */
	uint64_t	bytes;
};

enum memory_op_kind {
	MEMORY_OP_NONE,
	MEMORY_OP_ERASE,
	MEMORY_OP_ERASE_ALL,
	MEMORY_OP_WRITE
};

/* Taken by the device, and executed only on a GETSTATUS (AN3156). */
struct memory_op {
	enum memory_op_kind	kind;
	uint64_t		from;
	uint64_t		to;
	bool			begun;	/* dfuDNBUSY was reported */
};

struct memory_map {
	const struct session	*of;
	uint16_t		 revision;	/* of its requests */
	struct memory_range	*ranges;	/* by address, disjoint */
	size_t			 nranges;
	size_t			 cap;
	uint32_t		 after;	/* requests up to this are in */
	uint8_t			 alternate;
	struct memory_op	 op;
	/* Commands or firmware: the dialect was not decided. */
	uint32_t		 undecided;
	uint32_t		 undecided_by;	/* the latest, a request */
	struct memory_blocks	 down;
	struct memory_blocks	 up;
};

/*
 * Takes in the requests of s that ended since the last call; another session
 * begins anew. t holds the data of its requests. At most `budget` requests;
 * true while more are left.
 */
bool	memory_map_update(struct memory_map *m, const struct session *s,
	    const struct trace *t, size_t budget);
void	memory_map_clear(struct memory_map *m);

/*
 * How from <= a < to was touched: *whole has the flags that all of it has,
 * the result those that any of it has.
 */
uint8_t	memory_map_flags(const struct memory_map *m, uint64_t from,
	    uint64_t to, uint8_t *whole);

/* Bytes that have that flag. */
uint64_t memory_map_bytes(const struct memory_map *m, uint8_t flag);

#endif
