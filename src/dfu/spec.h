/* SPDX-License-Identifier: ISC */
/*
 * What DFU 1.1 says, as rows: states, requests, statuses, attributes.
 * "S" in a clause is the USB-IF Device Class Specification for Device
 * Firmware Upgrade, revision 1.1 (5 August 2004).
 */
#ifndef DFU_SPEC_H
#define DFU_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/xfer.h"

/* bState (S 6.1.2). Devices send undefined values too: store uint8_t. */
enum dfu_state {
	DFU_STATE_APP_IDLE,
	DFU_STATE_APP_DETACH,
	DFU_STATE_IDLE,
	DFU_STATE_DNLOAD_SYNC,
	DFU_STATE_DNBUSY,
	DFU_STATE_DNLOAD_IDLE,
	DFU_STATE_MANIFEST_SYNC,
	DFU_STATE_MANIFEST,
	DFU_STATE_MANIFEST_WAIT_RESET,
	DFU_STATE_UPLOAD_IDLE,
	DFU_STATE_ERROR
};
#define DFU_STATE_COUNT		(DFU_STATE_ERROR + 1)

/* What states have in common. */
#define DFU_STATES_RUNTIME	0x01	/* of the run-time half */
#define DFU_STATES_REST		0x02	/* nothing is under way */
#define DFU_STATES_BLOCK	0x04	/* a block is worked on */
#define DFU_STATES_OPEN		0x08	/* the next block may come */
#define DFU_STATES_MANIFEST	0x10	/* manifestation is not over */
#define DFU_STATES_SYNC		0x20	/* left by GETSTATUS */
#define DFU_STATES_BUSY		0x40	/* left when bwPollTimeout is over */
#define DFU_STATES_MUTE		0x80	/* answers nothing but a reset */
#define DFU_STATES_WORK		(DFU_STATES_BLOCK | DFU_STATES_MANIFEST)

struct dfu_state_row {
	const char	*name;		/* "dfuDNLOAD-IDLE" */
	const char	*meaning;	/* one sentence */
	const char	*clause;	/* "A.2.6" */
	unsigned	 classes;	/* DFU_STATES_ bits */
};

extern const struct dfu_state_row dfu_states[DFU_STATE_COUNT];

/* NULL for an undefined bState. */
static inline const struct dfu_state_row *
dfu_state_row(uint8_t state)
{
	return (state < DFU_STATE_COUNT ? &dfu_states[state] : NULL);
}

/* It is in one of these classes; never so for an undefined one. */
static inline bool
dfu_state_is(uint8_t state, unsigned classes)
{
	return (state < DFU_STATE_COUNT &&
	    (dfu_states[state].classes & classes) != 0);
}

/* Its name, or "undefined" (the caller shows the number). */
const char	*dfu_state_name(uint8_t state);

/* In a sentence: "dfuIDLE", "undefined state 15". */
void		 dfu_state_words(struct buf *b, uint8_t state);
/* Where states stand in a column: "2 dfuIDLE", "15 undefined". */
void		 dfu_state_label(struct buf *b, uint8_t state);

/*
 * A state by name (case ignored, "dfu" or "app" may be left out where that is
 * unique: "manifest", "error", "idle" is dfuIDLE) or by number 0 to 255.
 */
bool		 dfu_state_parse(const char *s, uint8_t *state);

/* bStatus (S 6.1.2). */
#define DFU_STATUS_OK			0x00
#define DFU_STATUS_ERR_TARGET		0x01
#define DFU_STATUS_ERR_FILE		0x02
#define DFU_STATUS_ERR_WRITE		0x03
#define DFU_STATUS_ERR_ERASE		0x04
#define DFU_STATUS_ERR_CHECK_ERASED	0x05
#define DFU_STATUS_ERR_PROG		0x06
#define DFU_STATUS_ERR_VERIFY		0x07
#define DFU_STATUS_ERR_ADDRESS		0x08
#define DFU_STATUS_ERR_NOTDONE		0x09
#define DFU_STATUS_ERR_FIRMWARE		0x0a
#define DFU_STATUS_ERR_VENDOR		0x0b
#define DFU_STATUS_ERR_UNKNOWN		0x0e
#define DFU_STATUS_ERR_STALLEDPKT	0x0f
#define DFU_STATUS_COUNT		16

struct dfu_status_row {
	const char	*name;		/* "errTARGET" */
	const char	*meaning;
};

const struct dfu_status_row *dfu_status_row(uint8_t status);
const char	*dfu_status_name(uint8_t status);
/* "errTARGET", "undefined status 200". */
void		 dfu_status_words(struct buf *b, uint8_t status);
/* "1 errTARGET", "200 undefined". */
void		 dfu_status_label(struct buf *b, uint8_t status);
/* By name (case ignored, "err" may be left out) or number 0 to 255. */
bool		 dfu_status_parse(const char *s, uint8_t *status);

/* The seven requests (S table 3.2). */
struct dfu_request_row {
	const char	*name;		/* "GETSTATUS" */
	const char	*meaning;	/* what it asks of the device */
	const char	*clause;
	uint8_t		 bRequest;
	uint8_t		 bmRequestType;
	uint16_t	 reply;		/* fixed wLength of an IN reply, or 0 */
};
#define DFU_REQUEST_COUNT	7

extern const struct dfu_request_row dfu_requests[DFU_REQUEST_COUNT];

/* NULL for a bRequest above 6. */
static inline const struct dfu_request_row *
dfu_request_row(uint8_t bRequest)
{
	return (bRequest < DFU_REQUEST_COUNT ? &dfu_requests[bRequest] : NULL);
}
/* By name, case ignored. */
const struct dfu_request_row *dfu_request_named(const char *name);
/* The row of a setup packet: class, interface, right direction; or NULL. */
static inline const struct dfu_request_row *
dfu_request_of(const struct setup *s)
{
	const struct dfu_request_row *row = dfu_request_row(s->bRequest);

	return (row != NULL && row->bmRequestType == s->bmRequestType ?
	    row : NULL);
}

/* bmAttributes of the functional descriptor (S 4.1.3). */
#define DFU_ATTR_CAN_DNLOAD		0x01
#define DFU_ATTR_CAN_UPLOAD		0x02
#define DFU_ATTR_MANIFESTATION_TOLERANT	0x04
#define DFU_ATTR_WILL_DETACH		0x08

struct dfu_attribute_row {
	uint8_t		 mask;
	const char	*name;		/* "bitCanDnload" */
	const char	*set;		/* what it promises when set */
	const char	*clear;		/* and when clear */
	const char	*brief_set;	/* the same in at most 24 letters */
	const char	*brief_clear;
};

extern const struct dfu_attribute_row dfu_attributes[];
extern const size_t dfu_attributes_count;

/* "DFU 1.1 A.2.8" for "A.2.8", "DFU 1.1 6.1.2" for "S 6.1.2", "AN3156". */
void		 dfu_clause_words(struct buf *b, const char *clause);

/* The GETSTATUS reply (S 6.1.2), 6 bytes. */
struct dfu_status_reply {
	uint32_t	bwPollTimeout;	/* ms, 24 bits */
	uint8_t		bStatus;
	uint8_t		bState;		/* entered right after the reply */
	uint8_t		iString;
};

/* False (and *r untouched) with fewer than 6 bytes. */
bool		 dfu_status_decode(const void *p, size_t n,
		    struct dfu_status_reply *r);

#endif
