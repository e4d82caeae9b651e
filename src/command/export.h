/*
 * What can be written into a file for others to look at.
 */
#ifndef COMMAND_EXPORT_H
#define COMMAND_EXPORT_H

#include <stdbool.h>

#include "analysis/sequence.h"
#include "base/buf.h"

enum export_kind {
	EXPORT_SVG,		/* states over time, as a picture */
	EXPORT_SEQUENCE		/* what went between host and device, text */
};

/* A wish of the command; the loop grants it. */
struct export_wish {
	bool			wanted;
	enum export_kind	kind;
	enum sequence_zoom	zoom;
	bool			replace;
	struct buf		path;
};

#endif
