/* SPDX-License-Identifier: ISC */
/*
 * One control transfer: what is asked, and the ways in which it can end.
 */
#ifndef WIRE_XFER_H
#define WIRE_XFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/usb.h"

#define SETUP_LENGTH	8

/* A setup packet in host byte order (USB 2.0 9.3). */
struct setup {
	uint8_t		bmRequestType;
	uint8_t		bRequest;
	uint16_t	wValue;
	uint16_t	wIndex;
	uint16_t	wLength;
};

void		setup_pack(const struct setup *s, uint8_t out[SETUP_LENGTH]);
struct setup	setup_unpack(const uint8_t in[SETUP_LENGTH]);
bool		setup_equal(const struct setup *a, const struct setup *b);

/* The data stage goes to the host. */
static inline bool
setup_is_in(const struct setup *s)
{
	return ((s->bmRequestType & USB_DIR_IN) != 0);
}

/* A request of the DFU class, whatever its bRequest. */
static inline bool
setup_is_class(const struct setup *s)
{
	return ((s->bmRequestType & (USB_TYPE_MASK | USB_RECIP_MASK)) ==
	    (USB_TYPE_CLASS | USB_RECIP_INTERFACE));
}

/*
 * A control transfer to be made. data holds the wLength bytes of an OUT data
 * stage and is borrowed for the call it is given to; NULL for IN. timeout in
 * milliseconds, 0 for none.
 */
struct xfer {
	struct setup	 setup;
	const uint8_t	*data;
	uint32_t	 timeout;
};

/*
 * How a transfer, an open or a reset ended. Zero is "not known (yet)".
 * SHORT is an IN answer with fewer bytes than wLength: not an error.
 */
enum outcome {
	OUTCOME_UNKNOWN,
	OUTCOME_OK,
	OUTCOME_SHORT,
	OUTCOME_STALL,
	OUTCOME_TIMEOUT,
	OUTCOME_CANCELLED,
	OUTCOME_BUSERROR,
	OUTCOME_BABBLE,
	OUTCOME_GONE,
	OUTCOME_DENIED,
	OUTCOME_BUSY
};
#define OUTCOME_COUNT	(OUTCOME_BUSY + 1)

/* The word in journals, commands and JSON; NULL if o is out of range. */
const char	*outcome_name(enum outcome o);

/* What it means, for people: "the device refused it (STALL)". */
const char	*outcome_words(enum outcome o);

/* The outcome of that name; false and untouched if there is none. */
bool		 outcome_parse(const char *name, enum outcome *o);

/* The device answered and accepted: OK or SHORT. */
static inline bool
outcome_is_answer(enum outcome o)
{
	return (o == OUTCOME_OK || o == OUTCOME_SHORT);
}

#endif
