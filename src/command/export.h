/*
 * What can be written into a file for others to look at.
 */
#ifndef COMMAND_EXPORT_H
#define COMMAND_EXPORT_H

#include <stdbool.h>

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

#endif
