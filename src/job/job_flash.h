/* SPDX-License-Identifier: ISC */
/*
 * What a flash of one alternate setting of several shows beforehand.
 */
#ifndef JOB_JOB_FLASH_H
#define JOB_JOB_FLASH_H

#include "dfu/image.h"
#include "job/jobs.h"

/*
 * Checks, as job_flash would before it sends anything, what of the image goes
 * to that alternate setting. CODE_OK: b gets "0 (its name), 1024 bytes from
 * 0x08000000" and *start that address; else another code, and b says why.
 */
int	job_flash_check(const char *path, const struct image *image,
	    const struct flash_order *order, uint8_t alternate,
	    struct job_turn *t, struct buf *b, uint32_t *start);

/* flash or verify of all its targets, one after the other. */
struct job *job_targets(const char *path, const struct flash_order *order);

#endif
