/*
 * Firmware files, written from the specifications and without the code that
 * reads them.
 */
#ifndef TESTS_DFU_MAKE_IMAGE_H
#define TESTS_DFU_MAKE_IMAGE_H

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

/* A whole file of each format, the same each time. */
void	make_whole_dfuse(struct buf *b);
void	make_whole_ihex(struct buf *b);
void	make_whole_srec(struct buf *b);

#endif
