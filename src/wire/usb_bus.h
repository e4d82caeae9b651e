/* SPDX-License-Identifier: ISC */
/*
 * Packets of a USB 2.0 bus, as an analyser saw them, made into control
 * transfers (USB 2.0 8.4, 8.5.3): tokens, data, handshakes. There are no ids
 * and no status on a bus: a transfer is told when it has ended, or when the
 * next begins in its place. What other endpoints than 0 exchange is told by
 * the packet: where a transfer ends, and of which kind it is, the bus does
 * not say.
 */
#ifndef WIRE_USB_BUS_H
#define WIRE_USB_BUS_H

#include "wire/usb_record.h"

/* Bytes 0 of packets (USB 2.0 table 8-1). */
#define USB_PID_OUT	0xe1
#define USB_PID_IN	0x69
#define USB_PID_SETUP	0x2d
#define USB_PID_SOF	0xa5
#define USB_PID_PING	0xb4
#define USB_PID_SPLIT	0x78
#define USB_PID_PRE	0x3c
#define USB_PID_DATA0	0xc3
#define USB_PID_DATA1	0x4b
#define USB_PID_DATA2	0x87
#define USB_PID_MDATA	0x0f
#define USB_PID_ACK	0xd2
#define USB_PID_NAK	0x5a
#define USB_PID_STALL	0x1e
#define USB_PID_NYET	0x96

struct usb_bus;

struct usb_bus	*usb_bus_new(void);
void		 usb_bus_free(struct usb_bus *b);

/*
 * Takes a packet. Records come of it, at most two, into out; they borrow from
 * b until the next call. Their time may be before that of earlier ones.
 */
size_t		 usb_bus_packet(struct usb_bus *b,
		    const struct capture_record *from,
		    struct usb_record out[2]);

/* What has not ended where the capture does, one each call; 0: no more. */
size_t		 usb_bus_end(struct usb_bus *b, struct usb_record out[2]);

#endif
