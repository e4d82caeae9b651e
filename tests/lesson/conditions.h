/* SPDX-License-Identifier: ISC */
/*
 * Conditions as bits, and the requests of the 77 cells.
 */
#ifndef TESTS_LESSON_CONDITIONS_H
#define TESTS_LESSON_CONDITIONS_H

#include "dfu/transition.h"

#define DEFAULTS	(DFU_WHEN_CAN_DNLOAD | DFU_WHEN_CAN_UPLOAD | \
    DFU_WHEN_TOLERANT | DFU_WHEN_AGREES | DFU_WHEN_FIRMWARE_VALID)

static inline struct dfu_conditions
conditions_of(unsigned bits)
{
	struct dfu_conditions c = {
		.can_dnload = (bits & DFU_WHEN_CAN_DNLOAD) != 0,
		.can_upload = (bits & DFU_WHEN_CAN_UPLOAD) != 0,
		.tolerant = (bits & DFU_WHEN_TOLERANT) != 0,
		.block_done = (bits & DFU_WHEN_BLOCK_DONE) != 0,
		.manifest_done = (bits & DFU_WHEN_MANIFEST_DONE) != 0,
		.agrees = (bits & DFU_WHEN_AGREES) != 0,
		.firmware_valid = (bits & DFU_WHEN_FIRMWARE_VALID) != 0,
		.dfuse = (bits & DFU_WHEN_DFUSE) != 0,
	};

	return (c);
}

#endif
