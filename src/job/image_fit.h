/* SPDX-License-Identifier: ISC */
/*
 * Whether a firmware file fits the memory that a device says it has.
 */
#ifndef JOB_IMAGE_FIT_H
#define JOB_IMAGE_FIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/image.h"
#include "session/session.h"

/*
 * As job_ops.file, for the firmware file at path: reads the image, which the
 * caller frees, and returns CODE_OK; or another code, and why is a sentence.
 * raw: its bytes, whatever it is.
 */
int	image_fit_read(struct image *image, const char *path, bool raw,
	    const void *p, size_t n, const char *error, struct buf *why);

/*
 * What is wrong with the image as such, or that it says itself to be for
 * another device; false: why is a sentence, else it is as it was.
 */
bool	image_fit_device(const struct image *image, const struct session *s,
	    struct buf *why);

/*
 * Holds the segments of the image against the layouts of the alternate
 * settings they go to: what the file says for DfuSe, else the one in use. A
 * file without addresses begins at base. False: why holds a sentence with the
 * first address that does not fit and the part of the memory that does not
 * take it. True: as far as can be told; why gets a sentence if something
 * could not be checked (a name that was not read, plain DFU), else nothing.
 */
bool	image_fit_check(const struct image *image, const struct session *s,
	    uint32_t base, struct buf *why);

/*
 * Where a file without addresses begins that is given none: the first memory
 * of the alternate setting in use that can be written. False: not known.
 */
bool	image_fit_base(const struct session *s, uint32_t *base);

/*
 * The image, which has addresses, does not fit, and another alternate setting
 * whose name was not read may have memory for what is outside.
 */
bool	image_fit_lacks_names(const struct image *image,
	    const struct session *s);

/*
 * What image_keep_inside left out for that alternate, n runs: which bytes, and
 * which other alternate setting has memory for them.
 */
void	image_fit_words_left(const struct session *s, uint8_t alternate,
	    const struct image_segment *left, size_t n, struct buf *b);

/*
 * image_astray, where the loader is one of those that run on a Cortex-M and
 * start what is at the beginning of its flash; elsewhere nothing is known of
 * what the first words mean. False: nothing to say.
 */
bool	image_fit_astray(const struct image *image, const struct session *s,
	    uint8_t alternate, uint32_t base, struct buf *why);

#endif
