/* SPDX-License-Identifier: ISC */
/*
 * What can be written into a file for others to look at.
 */
#ifndef COMMAND_EXPORT_H
#define COMMAND_EXPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/sequence.h"

enum export_kind {
	EXPORT_SVG,		/* states over time, as a picture */
	EXPORT_PCAPNG,		/* a capture, for Wireshark */
	EXPORT_IMAGE,		/* what was downloaded */
	EXPORT_SEQUENCE		/* what went between host and device, text */
};

struct export {
	enum export_kind	kind;
	enum sequence_zoom	zoom;	/* of EXPORT_SEQUENCE */
	bool			replace;	/* a file that is there */
};

/* What was downloaded is held against a file, or what was read back. */
struct image_comparison {
	bool			read;	/* what was read back */
	bool			raw;	/* the file: its bytes as they are */
	bool			has_address;	/* where a raw file begins */
	uint32_t		address;
};

#endif
