/* SPDX-License-Identifier: ISC */
/*
 * What captures tell of USB transfers, each link type in its own layout, as
 * one thing: a transfer is submitted, goes on, and is completed.
 */
#ifndef WIRE_USB_RECORD_H
#define WIRE_USB_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "wire/capture.h"
#include "wire/xfer.h"

/* Kinds of transfers, as all of these layouts count them. */
#define USB_TRANSFER_CONTROL	2
/*
 * One packet of a transfer whose kind nobody tells, as seen on the bus: it was
 * answered, or it was not (isochronous, or lost).
 */
#define USB_TRANSFER_PACKET	4
#define USB_TRANSFER_UNANSWERED	5

/* Who counts buses and devices: numbers of one mean nothing to another. */
enum usb_host {
	USB_HOST_LINUX,
	USB_HOST_WINDOWS,
	USB_HOST_DARWIN,
	USB_HOST_BUS		/* an analyser on the bus */
};

/* "usbmon", "usbpcap", "darwin", "analyser". */
const char	*usb_host_name(enum usb_host host);

enum usb_record_kind {
	USB_RECORD_SUBMIT,	/* setup; data of OUT, asked */
	USB_RECORD_DATA,	/* data of a transfer, between the two */
	USB_RECORD_COMPLETE	/* outcome; data of IN, moved */
};

struct usb_record {
	enum usb_record_kind	 kind;
	uint64_t		 id;	/* pairs: the latest that is open */
	uint64_t		 time;	/* us since 1970, or CAPTURE_TIMELESS */
	uint8_t			 host;	/* enum usb_host */
	uint16_t		 bus;
	uint16_t		 device;	/* its address */
	uint8_t			 endpoint;	/* bit 7: IN */
	uint8_t			 transfer;
	bool			 has_setup;
	struct setup		 setup;
	uint8_t			 outcome;	/* of COMPLETE */
	uint32_t		 code;	/* what the file has for it */
	uint32_t		 moved;	/* bytes, of COMPLETE */
	const uint8_t		*data;
	uint32_t		 kept;	/* bytes of it */
	uint32_t		 there;	/* bytes of it before it was cut */
	uint32_t		 room;	/* at most so many could be kept */
	bool			 may_follow;	/* OUT data in later records */
	unsigned		 basis;		/* enum event_basis */
	/* As sigrok writes it, which has no word for a STALL. */
	bool			 no_stall;
};

enum usb_record_result {
	USB_RECORD_READ,
	USB_RECORD_NONE,	/* nothing that is USB, or a filler */
	USB_RECORD_SHORT	/* why: the capture cut it, or it is damaged */
};

/* Reads a packet of a link type that has ids. */
enum usb_record_result usb_record_read(const struct capture_record *from,
	    struct usb_record *r, struct buf *why);

/* What an error number of Linux means for a transfer; 0: it is done. */
enum outcome	 usb_record_linux_outcome(uint32_t code);

/* Minus errno, as Linux has it for that outcome. */
uint32_t usb_record_linux_code(enum outcome outcome);

/* A link type whose packets are those of the bus, see usb_bus.h. */
bool	usb_record_is_bus(uint32_t link);

/* Bytes before the data in a record of that link type; 0: not USB. */
uint32_t usb_record_header(uint32_t link);

#endif
