/* SPDX-License-Identifier: ISC */
/*
 * A wish: what the model wants done. Only the loop does it.
 */
#ifndef TRACE_EFFECT_H
#define TRACE_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
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
	EFFECT_WRITE_FILE,	/* text: its path; bytes, replace */
	EFFECT_ASK,		/* text: a question; word: to be typed */
	EFFECT_ACT /* text: a command that changes the application state */
};

struct effect {
	enum effect_kind	 kind;
	struct xfer		 xfer;
	const char		*text;	/* owned by the job that wished */
	const char		*word;	/* of ASK, or NULL: a yes will do */
	/*
	 * Of WRITE_FILE, owned by the job; NULL: only finds out whether it
	 * could be written. A file that is there is kept unless replace.
	 */
	const struct buf	*bytes;
	bool			 replace;
};

#endif
