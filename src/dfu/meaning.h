/* SPDX-License-Identifier: ISC */
/*
 * What a request means: worked out here, once, from its setup packet, its
 * bytes and what is known of the device; everybody else reads the result.
 * The DfuSe half is AN3156 rev 18.
 */
#ifndef DFU_MEANING_H
#define DFU_MEANING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/xfer.h"

struct dfuse_command_row;

/* Which of the two ways of reading blocks the device follows. */
enum dfu_dialect {
	DFU_DIALECT_UNKNOWN = 0,	/* it may be either */
	DFU_DIALECT_DFUSE,
	DFU_DIALECT_PLAIN
};

/* "unknown", "dfuse", "plain". */
const char	*dfu_dialect_name(enum dfu_dialect d);

/*
 * How much harm a request can do. LOSES: a state or an error that could have
 * told something is gone. DESTROYS: data is gone or cannot be got back.
 */
enum dfu_danger {
	DFU_DANGER_NONE,
	DFU_DANGER_LOSES,
	DFU_DANGER_DESTROYS
};

enum dfu_kind {
	DFU_KIND_NONE,
	DFU_KIND_OTHER,		/* neither of the DFU class nor standard */
	DFU_KIND_STANDARD,	/* any but the next two */
	DFU_KIND_GET_DESCRIPTOR,
	DFU_KIND_SET_INTERFACE,
	DFU_KIND_DETACH,
	DFU_KIND_GETSTATUS,
	DFU_KIND_CLRSTATUS,
	DFU_KIND_GETSTATE,
	DFU_KIND_ABORT,
	DFU_KIND_WRITE,		/* DNLOAD of a block of data */
	DFU_KIND_END,		/* DNLOAD of length 0: that was all */
	DFU_KIND_READ,		/* UPLOAD of a block of data */
	/* DfuSe alone: */
	DFU_KIND_LEAVE,		/* DNLOAD of length 0 */
	DFU_KIND_WRITE_RESERVED, /* block 1 */
	DFU_KIND_READ_RESERVED,
	DFU_KIND_GET_COMMANDS,	/* UPLOAD of block 0 */
	DFU_KIND_SET_ADDRESS,	/* DNLOADs of block 0, from here on */
	DFU_KIND_ERASE,		/* of one sector */
	DFU_KIND_MASS_ERASE,
	DFU_KIND_READ_UNPROTECT,
	DFU_KIND_COMMAND	/* that no known command reads like */
};
#define DFU_KIND_COUNT	(DFU_KIND_COMMAND + 1)

/* What is known of the device when the request is sent. */
struct dfu_context {
	enum dfu_dialect dialect;
	bool		 option_bytes;	/* the alternate setting is those */
	bool		 pointer_known;
	uint32_t	 pointer;	/* DfuSe address pointer */
	uint16_t	 transfer_size;	/* wTransferSize */
};

/* What is lost: as its kind has it, or else. */
enum dfu_lost {
	DFU_LOST_BY_KIND,
	DFU_LOST_UNKNOWN,	/* a request outside the DFU class */
	DFU_LOST_MEMORY,	/* what it holds there */
	DFU_LOST_OPTIONS,	/* option bytes */
	DFU_LOST_BY_RESET	/* of the bus, which is no request */
};

/* A request keeps its own: small. */
struct dfu_meaning {
	uint8_t		 dialect; /* that it was read in, enum dfu_dialect */
	uint8_t		 kind;		/* enum dfu_kind */
	/*
	 * Of an undecided device, whose kind is that by plain DFU: the DfuSe
	 * command that it would be, else DFU_KIND_NONE.
	 */
	uint8_t		 maybe;
	uint8_t		 danger;	/* enum dfu_danger */
	bool		 addressed;	/* address is where it acts */
	uint8_t		 lost;		/* enum dfu_lost */
	/* Bytes from there on: wLength of a block, 1 of a command, else 0. */
	uint16_t	 length;
	/*
	 * Of a block in DfuSe whose pointer is not known: what is to be added
	 * to the pointer, and addressed is false. An undecided device has a
	 * block there if it speaks DfuSe.
	 */
	uint32_t	 address;
	uint32_t	 maybe_address;	/* of maybe, if it takes one */
};

/* What is lost, a phrase; NULL: nothing is. */
const char *dfu_meaning_loss(const struct dfu_meaning *m);

/*
 * s with the first n bytes (5 are enough) of its OUT data stage; data may be
 * NULL. A command is known by wLength and its first byte, its address needs
 * all five. A block lies at (wValue - 2) * wTransferSize + pointer, modulo
 * 2^32.
 */
struct dfu_meaning dfu_meaning(const struct setup *s, const uint8_t *data,
	    size_t n, const struct dfu_context *c);

/*
 * What a DNLOAD or UPLOAD means in DfuSe, appended to b: "set address
 * 0x08000000", "write 2048 bytes at 0x08000800", "leave". data (n bytes) as
 * for dfu_meaning. Of an undecided device it is both readings of what a
 * command would be: "set address 0x08000000, or 5 bytes of firmware".
 * Otherwise nothing is appended.
 */
void	dfu_meaning_words(struct buf *b, const struct dfu_meaning *m,
	    const struct setup *s, const uint8_t *data, size_t n);

/*
 * The row of the DfuSe command that an undecided device may take it for, while
 * a plain one would store it as firmware; NULL: it is no such request.
 */
const struct dfuse_command_row *dfu_meaning_undecided(
	    const struct dfu_meaning *m);

#endif
