/* SPDX-License-Identifier: ISC */
/*
 * Firmware files, written from the specifications and without the code that
 * reads them.
 */
#ifndef TESTS_DFU_MAKE_IMAGE_H
#define TESTS_DFU_MAKE_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Low byte first. */
void	make_u16(struct buf *b, uint16_t v);
void	make_u32(struct buf *b, uint32_t v);

/* DFU 1.1 appendix B: 16 bytes with a good CRC. */
void	make_suffix(struct buf *b, uint16_t vendor, uint16_t product,
	    uint16_t device, uint16_t dfu);

/* UM0391; sizes are given, so that they can be wrong. */
void	make_prefix(struct buf *b, uint32_t size, uint8_t targets);
void	make_target(struct buf *b, uint8_t alternate, const char *name,
	    uint32_t size, uint32_t elements);
void	make_element(struct buf *b, uint32_t address, const void *p,
	    uint32_t n);

/* A line with its checksum. */
void	make_ihex(struct buf *b, unsigned type, unsigned offset,
	    const void *p, size_t n);
void	make_srec(struct buf *b, unsigned type, uint32_t address,
	    const void *p, size_t n);

/* A segment of an ELF file; what it holds is a string. */
struct make_segment {
	uint32_t	 type;		/* 1: loadable */
	uint64_t	 offset;	/* in the file; 0: behind the others */
	uint64_t	 vaddr;
	uint64_t	 paddr;
	const char	*data;		/* NULL: nothing of it is in the file */
};

struct make_elf {
	bool		 wide;		/* 64 bits */
	bool		 high_first;
	uint16_t	 type;		/* 2: linked */
	uint16_t	 machine;	/* 40: ARM */
	struct make_segment segments[4];	/* until type is 0 */
};

/*
 * System V ABI: header, program headers, then the segments' bytes. No
 * sections, so that e_shnum is 0.
 */
void	make_elf(struct buf *b, const struct make_elf *e);

/* Number i of n blocks of UF2, with that flags and family. */
void	make_uf2(struct buf *b, uint32_t flags, uint32_t address,
	    const void *p, uint32_t len, uint32_t i, uint32_t n,
	    uint32_t family);

/* One member of gzip: n bytes, at most 65535, stored as they are. */
void	make_gzip(struct buf *b, const void *p, uint16_t n);

/* A whole file of each format, the same each time. */
void	make_whole_dfuse(struct buf *b);
void	make_whole_ihex(struct buf *b);
void	make_whole_srec(struct buf *b);
void	make_whole_elf(struct buf *b);
void	make_whole_uf2(struct buf *b);
void	make_whole_gzip(struct buf *b);

#endif
