/* SPDX-License-Identifier: ISC */
/*
 * The table of moves: DFU 1.1 appendix A.2, one row for each state, input and
 * condition. It says what a device that follows the specification does.
 */
#ifndef DFU_TRANSITION_H
#define DFU_TRANSITION_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/spec.h"
#include "wire/usb.h"
#include "wire/xfer.h"

/* What can happen to a device in a state. */
enum dfu_input {
	DFU_IN_DETACH,
	DFU_IN_DNLOAD,		/* wLength > 0 */
	DFU_IN_DNLOAD0,		/* wLength 0 */
	DFU_IN_UPLOAD,		/* answered in full */
	DFU_IN_UPLOAD_SHORT,	/* answered with less than wLength */
	DFU_IN_UPLOAD0,		/* wLength 0 */
	DFU_IN_GETSTATUS,
	DFU_IN_CLRSTATUS,
	DFU_IN_GETSTATE,
	DFU_IN_ABORT,
	DFU_IN_OTHER,		/* any other class request */
	DFU_IN_RESET,		/* bus reset */
	DFU_IN_POWER,		/* power-on reset */
	DFU_IN_TIME		/* the state's own timer ran out */
};
#define DFU_INPUT_COUNT	(DFU_IN_TIME + 1)

/* "DNLOAD of length 0", "bus reset"; NULL if in is out of range. */
const char	*dfu_input_name(enum dfu_input in);

/* By bRequest; of DNLOAD and UPLOAD those with bytes. */
extern const uint8_t dfu_request_inputs[DFU_REQUEST_COUNT];

/*
 * The input that a class request is. UPLOAD counts as answered in full: only
 * the answer tells. A known bRequest in the wrong direction is OTHER.
 * Requests of other types are no input: returns -1.
 */
static inline int
dfu_input_of(const struct setup *s)
{
	if (!setup_is_class(s))
		return (-1);
	if (dfu_request_of(s) == NULL)
		return (DFU_IN_OTHER);
	if (s->bRequest == DFU_DNLOAD && s->wLength == 0)
		return (DFU_IN_DNLOAD0);
	if (s->bRequest == DFU_UPLOAD && s->wLength == 0)
		return (DFU_IN_UPLOAD0);
	return (dfu_request_inputs[s->bRequest]);
}

/* What the rows' conditions ask about the device. */
struct dfu_conditions {
	uint8_t	can_dnload:1;
	uint8_t	can_upload:1;
	uint8_t	tolerant:1;
	uint8_t	block_done:1;		/* the DNLOADed block is processed */
	uint8_t	manifest_done:1;	/* manifestation is complete */
	uint8_t	agrees:1;		/* all data was there at DNLOAD 0 */
	uint8_t	firmware_valid:1;
	uint8_t	dfuse:1;		/* AN3156: DNLOAD 0 leaves in dfuIDLE */
	/* These no row of A.2 asks; stacks do. */
	uint8_t	read_waits:1;		/* an UPLOAD takes effect later */
	uint8_t	open:1;			/* a transfer given up is not closed */
	uint8_t	at_once:1;		/* done before it says that it began */
	uint8_t	unannounced:1;		/* it said 0 ms for what it does */
};

/*
 * The same conditions as bits of dfu_transition.mask and dfu_transition.want.
 */
#define DFU_WHEN_CAN_DNLOAD	0x01
#define DFU_WHEN_CAN_UPLOAD	0x02
#define DFU_WHEN_TOLERANT	0x04
#define DFU_WHEN_BLOCK_DONE	0x08
#define DFU_WHEN_MANIFEST_DONE	0x10
#define DFU_WHEN_AGREES		0x20
#define DFU_WHEN_FIRMWARE_VALID	0x40
#define DFU_WHEN_DFUSE		0x80

/* The device of attributes, with nothing known to be finished or wrong. */
static inline struct dfu_conditions
dfu_conditions_of(uint8_t bmAttributes, int dfuse)
{
	return ((struct dfu_conditions){
	    .can_dnload = (bmAttributes & DFU_ATTR_CAN_DNLOAD) != 0,
	    .can_upload = (bmAttributes & DFU_ATTR_CAN_UPLOAD) != 0,
	    .tolerant =
		(bmAttributes & DFU_ATTR_MANIFESTATION_TOLERANT) != 0,
	    .agrees = 1, .firmware_valid = 1, .dfuse = dfuse != 0 });
}

enum dfu_response {
	DFU_RESPONSE_OK,	/* acknowledged */
	DFU_RESPONSE_STALL,
	DFU_RESPONSE_NONE,	/* not a request: nothing to answer */
	DFU_RESPONSE_ANY,	/* left open by the text */
	DFU_RESPONSE_NONE_EXPECTED	/* the device cannot answer (A.2.9) */
};

struct dfu_transition {
	uint8_t		 state;
	uint8_t		 input;		/* enum dfu_input */
	uint8_t		 response;	/* enum dfu_response */
	uint8_t		 next;
	uint8_t		 mask;		/* DFU_WHEN_ bits that are asked */
	uint8_t		 want;		/* and what each of them must be */
	const char	*clause;	/* "A.2.8" */
	const char	*note;		/* why, or NULL */
};

/*
 * What A.2 says of input in state under conditions c; NULL for an undefined
 * state. Every other pair has exactly one row for any conditions (checked).
 */
const struct dfu_transition *dfu_transition(uint8_t state, enum dfu_input input,
		    const struct dfu_conditions *c);

/*
 * Appends what the device must be for that row of its cell: "if
 * tolerant and manifestation is complete"; nothing if the row holds for all.
 */
void		 dfu_transition_when(const struct dfu_transition *m,
		    struct buf *b);

/* All rows, for printing and for self-checks; NULL past the last. */
size_t		 dfu_transitions_count(void);
const struct dfu_transition *dfu_transitions_row(size_t i);

#endif
