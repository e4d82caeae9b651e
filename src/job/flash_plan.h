/* SPDX-License-Identifier: ISC */
/*
 * What has to be erased and written so that memory holds an image, and what
 * is known of each page while that is done.
 */
#ifndef JOB_FLASH_PLAN_H
#define JOB_FLASH_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/image.h"
#include "dfu/layout.h"

/* What one transfer carries. */
struct plan_block {
	uint32_t	 address;
	uint16_t	 len;
	const uint8_t	*data;		/* of the image */
	uint32_t	 anchor;	/* where its run begins */
	size_t		 first;		/* pages that it lies in */
	size_t		 last;
	bool		 same;		/* read, and it holds the data */
	bool		 blank;		/* read, and it is all ones */
	bool		 differs;	/* read back, and it is not */
	bool		 kept;		/* not of the image, but beside it */
	bool		 padded;	/* its last byte is not of the image */
	bool		 needed;	/* has to be written */
	bool		 written;	/* accepted */
	bool		 doubt;		/* begun, and no verdict was seen */
};

struct plan_page {
	uint32_t	 address;
	uint32_t	 size;
	bool		 erasable;
	bool		 needed;	/* has to be erased */
	bool		 erased;	/* accepted */
	bool		 doubt;
};

struct plan {
	struct plan_block	*blocks;	/* by address */
	size_t			 nblocks;
	struct plan_page	*pages;		/* by address */
	size_t			 npages;
	uint8_t			*odd;		/* what padded blocks hold */
	uint8_t			*beside;	/* what kept blocks hold */
	bool			 read;		/* the device was read */
};

/*
 * Blocks of at most size bytes and the pages they lie in. The image, which
 * must fit, is borrowed; only what goes to that alternate is taken (all of it
 * if the file says none). base: where bytes without an address begin.
 */
void	plan_make(struct plan *p, const struct image *image,
	    const struct layout *l, uint8_t alternate, uint32_t base,
	    uint16_t size);
void	plan_free(struct plan *p);

/*
 * Blocks, too, for what lies beside the image in pages that can be erased, so
 * that it is written back; drop: it could not be read, and they go again.
 */
void	plan_keep(struct plan *p, uint16_t size);
void	plan_drop_kept(struct plan *p);

/* Bytes of those that are written back. */
uint64_t plan_kept_bytes(const struct plan *p);

/* "0x08001234 to 0x080017ff, ...": what is erased and not written back. */
void	plan_lost_words(const struct plan *p, struct buf *b);

/* What was read where block i lies: n bytes, at least its len. */
void	plan_compare(struct plan *p, size_t i, const uint8_t *data);

/* What is needed, of what was read: everything where nothing was. */
void	plan_decide(struct plan *p);

/* The next one from i on that is needed; count if there is none. */
size_t	plan_next_page(const struct plan *p, size_t i);
size_t	plan_next_block(const struct plan *p, size_t i);

/* Page i is erased: what was read of it holds no longer. */
void	plan_erased(struct plan *p, size_t i);

/* Something was erased or written, and not all that is needed. */
bool	plan_is_half_done(const struct plan *p);

/* Bytes that are needed, of pages and of blocks; of all blocks. */
uint64_t plan_erase_bytes(const struct plan *p);
uint64_t plan_write_bytes(const struct plan *p);
uint64_t plan_bytes(const struct plan *p);

/* Bytes of the image. */
uint64_t plan_image_bytes(const struct plan *p);

/* The lowest address of the image, and the one behind its last. */
uint32_t plan_start(const struct plan *p);
uint64_t plan_end(const struct plan *p);

/* The first block that was read back and differs, or count. */
size_t	plan_difference(const struct plan *p);

/*
 * Which pages hold what: "0x08000000 to 0x08001fff verified, 0x08002000 to
 * 0x080027ff unknown, ...".
 */
void	plan_words(const struct plan *p, struct buf *b);

#endif
