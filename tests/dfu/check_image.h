/* SPDX-License-Identifier: ISC */
/*
 * Firmware files, read and looked at.
 */
#ifndef TESTS_DFU_CHECK_IMAGE_H
#define TESTS_DFU_CHECK_IMAGE_H

#include "tests/dfu/check.h"

#include <stdbool.h>

#include "base/buf.h"
#include "dfu/image.h"

/* Reads an exact copy, so that a sanitizer sees a read past the end. */
bool	check_read_copy(struct image *image, const void *p, size_t n,
	    struct buf *error);

/* The file has to be read. */
struct image check_read_good(const struct buf *b);

/* The note whose text has words in it, or NULL. */
const struct image_note *check_note_with(const struct image *image,
	    const char *words);

/* Segment i holds the bytes of data, a string. */
void	check_segment(const struct image *image, size_t i,
	    unsigned alternate, uint32_t address, const char *data);

/* b must be refused with words in the sentence; it is freed. */
void	check_refused(struct buf *b, const char *words);

/*
 * b must be read, with such a note, or none at all if words is NULL; it is
 * freed.
 */
void	check_noted(struct buf *b, const char *words, bool wrong, size_t at);

#endif
