/* SPDX-License-Identifier: ISC */
/*
 * What dfu-util and fwupd do otherwise with some devices, as rows: each is
 * somebody's experience with a device of that kind, and matters to who
 * compares what a tool does with what this program sees.
 */
#ifndef DFU_QUIRK_H
#define DFU_QUIRK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dfu/descriptor.h"

/* What is known of a device without asking it. */
struct dfu_quirk_subject {
	uint16_t			 vendor;
	uint16_t			 product;
	uint16_t			 version;	/* bcdDevice */
	uint8_t				 protocol; /* bInterfaceProtocol */
	const char			*serial;	/* or NULL */
	const struct dfu_functional	*functional;	/* or NULL */
	const char			*name;	/* of an alternate, or NULL */
};

struct dfu_quirk {
	const char	*tool;		/* "dfu-util", "fwupd" */
	const char	*name;		/* what the tool calls it, or NULL */
	int32_t		 vendor;	/* DFU_QUIRK_ANY: not asked */
	int32_t		 product;
	int32_t		 last;		/* of a range of products, or ANY */
	int32_t		 version;
	uint8_t		 trait;		/* enum dfu_quirk_trait */
	const char	*does;	/* "waits 5 ms, whatever is announced" */
	const char	*when;	/* "a mass erase announces 100 ms", or NULL */
	const char	*why;	/* the device's side of it */
	const char	*source;
};
#define DFU_QUIRK_ANY	(-1)

/* What a row asks of the descriptors besides the ids. */
enum dfu_quirk_trait {
	DFU_QUIRK_IDS,			/* nothing */
	DFU_QUIRK_SHORT_FUNCTIONAL,	/* bLength is 7 */
	DFU_QUIRK_NO_FUNCTIONAL,	/* there is none */
	DFU_QUIRK_DFUSE_PROTOCOL_0,	/* bcdDFUVersion 011a, protocol 0 */
	DFU_QUIRK_DEVICE_FEATURE,	/* an alternate named Device Feature */
	DFU_QUIRK_GD32_LAYOUT		/* '@' name, serial 3??J */
};

extern const struct dfu_quirk dfu_quirks[];
extern const size_t dfu_quirks_count;

/*
 * The rows that fit a device, in the order of the table: at most max of them
 * into rows. Returns how many fit. DFU_QUIRKS_MAX is always enough.
 */
#define DFU_QUIRKS_MAX	16
size_t	dfu_quirks_of(const struct dfu_quirk_subject *who,
	    const struct dfu_quirk **rows, size_t max);

#endif
