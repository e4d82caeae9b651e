/* SPDX-License-Identifier: ISC */
/*
 * Firmware files: raw binary, with or without the DFU suffix, ST's DfuSe
 * container, Intel HEX, S-record, ELF, UF2; any of them in gzip. What a file
 * says, what of it is wrong, and the bytes that would be written where. What
 * is recognised as something else is refused by its name.
 */
#ifndef DFU_IMAGE_H
#define DFU_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/layout.h"

enum image_kind {
	IMAGE_RAW,		/* bytes without an address */
	IMAGE_DFUSE,		/* UM0391 */
	IMAGE_IHEX,
	IMAGE_SREC,
	IMAGE_ELF,		/* its loadable segments */
	IMAGE_UF2
};

/* Bytes that belong together: one contiguous run. */
struct image_segment {
	uint32_t	 address;	/* meaningless if !image.addressed */
	uint8_t		 alternate;	/* 0 unless the file says one */
	const uint8_t	*data;		/* owned by the image */
	size_t		 len;		/* never 0 */
};

/* DFU 1.1 appendix B. */
struct image_suffix {
	uint16_t	 bcdDevice;	/* 0xffff: any */
	uint16_t	 idProduct;
	uint16_t	 idVendor;
	uint16_t	 bcdDFU;	/* 0x0100, 0x0110; 0x011a: DfuSe */
	uint8_t		 bLength;
	uint32_t	 dwCRC;
};

/* A target of a DfuSe container. */
struct image_target {
	uint8_t		 bAlternateSetting;
	char		*szTargetName;	/* as it is in the file; NULL: none */
	uint32_t	 dwNbElements;
};

#define IMAGE_NOWHERE	SIZE_MAX	/* the file as a whole */

/* What is odd but can be lived with, or wrong. */
struct image_note {
	bool		 wrong;		/* the file is not to be trusted */
	bool		 by_line;	/* at counts lines, from 1 */
	bool		 aloud;		/* who writes the file says it too */
	size_t		 at;		/* byte, from 0; line; nowhere */
	char		*text;		/* a sentence */
};

struct image {
	enum image_kind		 kind;
	bool			 addressed;
	size_t			 size;		/* of the file */
	size_t			 unpacked;	/* from gzip; 0: was not */
	bool			 has_suffix;
	bool			 suffix_good;	/* signature and CRC hold */
	struct image_suffix	 suffix;
	struct image_segment	*segments;	/* ascending, disjoint per
						   alternate */
	size_t			 nsegments;
	struct image_target	*targets;	/* IMAGE_DFUSE: at least one */
	size_t			 ntargets;
	struct image_note	*notes;
	size_t			 nnotes;
	char			*header;	/* text of S0, or NULL */
	bool			 has_entry;	/* HEX, S-record */
	uint32_t		 entry;
	char			*about;		/* machine, family; or NULL */
	/* private to image*.c */
	uint8_t			*store;
	size_t			 suffix_end;
};

/*
 * Reads a whole file of n bytes. False: it cannot be used; error holds a
 * sentence that names what is wrong and where; image is then empty. Places in
 * notes and errors count in what came out of gzip, if it was in gzip.
 */
bool	image_read(struct image *image, const uint8_t *p, size_t n,
	    struct buf *error);

/*
 * The same for the file at path, whose name may promise something else than
 * it holds. raw: its bytes as they are, whatever they look like; only a DFU
 * suffix is taken off.
 */
bool	image_read_file(struct image *image, const char *path, bool raw,
	    const uint8_t *p, size_t n, struct buf *error);
void	image_free(struct image *image);

/* "raw binary", "DfuSe", "Intel HEX", "S-record", "ELF", "UF2" */
const char *image_kind_name(enum image_kind kind);

/* A note that says that the file is wrong, or NULL. */
const struct image_note *image_wrong(const struct image *image);

/*
 * Appends what is to be said by whoever writes the file, "; " between: for
 * which machine it is, if it says so, and notes.
 */
void	image_words_aloud(const struct image *image, struct buf *b);

/* The largest file that is unpacked, bytes. */
#define IMAGE_UNPACKED_MOST	(64u << 20)

/*
 * What a file is that begins with these n bytes, if it is a file that no
 * device can run as it is: "an ELF file". NULL: nothing tells. 16 bytes are
 * enough for most.
 */
const char *image_begins_as(const uint8_t *p, size_t n);

/*
 * Keeps what of the image lies in memory of l that can be written, for that
 * alternate, where bytes without an address begin at base; they have
 * addresses then. Returns how many runs were left out, and in *left, which
 * the caller frees, what they are; their data is NULL.
 */
size_t	image_keep_inside(struct image *image, const struct layout *l,
	    uint8_t alternate, uint32_t base, struct image_segment **left);

/*
 * Holds the vector table that n bytes begin with (Armv7-M B1.5.3: initial SP,
 * reset) against the memory l they are written to at start. True: a device
 * that starts there would not run; b gets a sentence without a stop.
 */
bool	image_vectors_astray(const uint8_t *p, size_t n, uint32_t start,
	    const struct layout *l, struct buf *b);

/*
 * The same for an image of which bytes without an address begin at base, if
 * it has something for the start of the flash of l; then the reset vector has
 * to be inside of the file as well.
 */
bool	image_astray(const struct image *image, const struct layout *l,
	    uint8_t alternate, uint32_t base, struct buf *b);

/* Bytes in all segments. */
uint64_t image_total(const struct image *image);

/*
 * What the suffix says of a device with these ids (DFU 1.1 appendix B: ffff
 * fits any). False: the file is for another device. why gets a sentence in
 * either case. The version is the one of the firmware in the file, so it is
 * told and never decides; a file without a suffix fits, and why says so.
 */
bool	image_matches(const struct image *image, uint16_t idVendor,
	    uint16_t idProduct, uint16_t bcdDevice, struct buf *why);

/* "0483:df11, version 0200": for which device; "any" for ffff. */
void	image_suffix_ids(struct buf *b, const struct image_suffix *s);

#endif
