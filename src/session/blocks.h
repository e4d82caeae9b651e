/* SPDX-License-Identifier: ISC */
/*
 * Blocks of memory that were written or read, by address: of each as little
 * as tells whether it is the same as another, and how two differ.
 */
#ifndef SESSION_BLOCKS_H
#define SESSION_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;

#define BLOCKS_FIRST	4
#define BLOCKS_MOST	(1u << 20)	/* are kept; older ones go */

struct block {
	uint32_t	 address;	/* of plain DFU: bytes from its start */
	uint32_t	 crc;		/* CRC-32 of its bytes */
	uint32_t	 by;		/* the request that carried it */
	uint16_t	 len;		/* > 0 */
	uint8_t		 alternate;	/* setting */
	bool		 differs;	/* what was read back is not this */
	bool		 erased;	/* before, by the device's word */
	uint8_t		 first[BLOCKS_FIRST];	/* or len of them */
};

/* Zero it to begin. Blocks are disjoint, by alternate setting and address. */
struct blocks {
	struct block	*list;
	size_t		 n;
	size_t		 cap;
	size_t		 differ;	/* of them */
	bool		 forgotten;	/* some, to keep no more */
};

void	blocks_free(struct blocks *b);

/* Takes a copy of *block in place of all that it overlaps. */
void	blocks_put(struct blocks *b, const struct block *block);

/* Forgets what has a byte in from..to. */
void	blocks_remove(struct blocks *b, uint8_t alternate, uint32_t from,
	    uint32_t to);

/* The first block of that setting that ends at or behind from; n: none. */
size_t	blocks_find(const struct blocks *b, uint8_t alternate, uint32_t from);

/* Block i was read back, and differs or not. */
void	blocks_mark(struct blocks *b, size_t i, bool differs);

/*
 * What is known of some bytes: all (nhead is len), or how they begin and end,
 * and their CRC.
 */
struct block_view {
	uint32_t	 len;
	const uint8_t	*head;
	uint32_t	 nhead;
	const uint8_t	*tail;		/* the last ntail bytes */
	uint32_t	 ntail;
	bool		 has_crc;
	uint32_t	 crc;
};

/* Of n bytes that are all there. */
struct block_view block_view_of(const uint8_t *data, uint32_t n);
/* Of what a request carried; false: too little of it was kept. */
bool	block_view_event(const struct event *e, struct block_view *v);
/* Of a block that is remembered; v borrows from it. */
struct block_view block_view_block(const struct block *block);
/* n of its bytes from `from` on. */
struct block_view block_view_part(const struct block_view *v, uint32_t from,
	    uint32_t n);

/* How bytes differ from those that were written. */
enum block_how {
	BLOCK_SAME,
	BLOCK_UNTOLD,		/* too little is known to tell */
	BLOCK_BLANK,		/* all ones: not written, or protected */
	BLOCK_OLD,		/* as before: protected */
	BLOCK_ANDED,	/* ones of both, old and new: it was not erased */
	BLOCK_STAYED,	/* nor all ones, though erased: protected */
	BLOCK_OTHER
};
#define BLOCK_HOW_COUNT	(BLOCK_OTHER + 1)

struct block_difference {
	enum block_how	 how;
	bool		 exact;	/* at is where the first byte differs */
	uint32_t	 at;	/* from the first byte on; 0 if not exact */
};

/*
 * Views of the same length; old is what was there before, or NULL. erased: the
 * device said that it had erased it before it was written.
 */
struct block_difference block_compare(const struct block_view *is,
	    const struct block_view *asked, const struct block_view *old,
	    bool erased);

/* "it is all ff: it was not written, or is protected"; NULL: SAME, UNTOLD. */
const char *block_how_words(enum block_how how);

#endif
