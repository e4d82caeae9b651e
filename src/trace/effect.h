/*
 * A wish: what the model wants done. Only the loop does it.
 */
#ifndef TRACE_EFFECT_H
#define TRACE_EFFECT_H

#include <stdint.h>

#include "base/buf.h"
#include "wire/xfer.h"

enum effect_kind {
	EFFECT_NONE,
	EFFECT_SUBMIT,		/* xfer */
	EFFECT_CANCEL,		/* the request in flight */
	EFFECT_RESET,		/* bus reset */
	EFFECT_OPEN,
	EFFECT_CLOSE,
	EFFECT_READ_FILE,	/* text: its path; the bytes go to the job */
	EFFECT_WRITE_FILE,	/* text: its path, a new file; bytes */
	EFFECT_ACT		/* text: a command that changes the desk */
};

struct effect {
	enum effect_kind	 kind;
	uint16_t		 dev;
	struct xfer		 xfer;
	const char		*text;	/* owned by the job that wished */
	const struct buf	*bytes;	/* so are these */
};

#endif
