/* SPDX-License-Identifier: ISC */
/*
 * The memory layout string of DfuSe: the name of an alternate setting
 * (UM0424 4.3.2), as real devices write it and as they get it wrong.
 */
#ifndef DFU_LAYOUT_H
#define DFU_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAYOUT_READABLE		0x1
#define LAYOUT_ERASABLE		0x2
#define LAYOUT_WRITABLE		0x4

/* Sectors of one size and kind, in a row. */
struct layout_segment {
	uint32_t	start;
	uint32_t	count;		/* sectors */
	uint32_t	size;		/* bytes a sector */
	uint8_t		kind;		/* LAYOUT_ bits */
};

/* Traits that are wrong or unusual, but were read all the same. */
#define LAYOUT_ODD_NO_MULTIPLIER	0x01	/* bytes meant or forgotten */
#define LAYOUT_ODD_CAPITAL_TYPE		0x02
#define LAYOUT_ODD_REFUSED_SEGMENT	0x04	/* at least one, dropped */
#define LAYOUT_ODD_OVERLAP		0x08	/* first wins */
#define LAYOUT_ODD_BEYOND		0x10	/* past 4 GiB: dropped */
#define LAYOUT_ODD_FORCED_TYPE		0x20	/* "Device Feature" is e */
#define LAYOUT_ODD_DIGITS		0x40	/* more than UM0424 allows */
#define LAYOUT_ODD_TAIL			0x80	/* text behind a segment */

struct layout {
	char			*name;		/* blanks trimmed */
	struct layout_segment	*segments;
	size_t			 nsegments;
	unsigned		 odd;		/* LAYOUT_ODD_ bits */
	size_t			 odd_at;	/* offset of the first oddity */
};

/*
 * Parses s (n bytes). False if it is no layout at all (no '@', no "/0x"):
 * then *l is empty. Release with layout_free either way.
 */
bool	layout_parse(struct layout *l, const char *s, size_t n);
void	layout_free(struct layout *l);

/*
 * The name of an alternate setting (or NULL) says that its memory is option
 * bytes: "@Option Bytes  /0x1FFFF800/01*016 e" (AN3156).
 */
bool	layout_is_option_bytes(const char *name);

/* Words for one LAYOUT_ODD_ bit. */
const char *layout_odd_words(unsigned bit);

/* The segment that holds address, or NULL. */
const struct layout_segment *layout_at(const struct layout *l,
	    uint32_t address);

/* The start of the sector that holds address; address if none does. */
uint32_t layout_sector(const struct layout *l, uint32_t address);

/*
 * The first address from at on that is in no sector of that kind (LAYOUT_
 * bits); at or behind to, where a sector begins: there is none before to.
 */
uint64_t layout_without(const struct layout *l, uint64_t at, uint64_t to,
	    uint8_t kind);

/* Bytes in all segments. */
uint64_t layout_total(const struct layout *l);

#endif
