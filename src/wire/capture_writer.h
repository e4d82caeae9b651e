/* SPDX-License-Identifier: ISC */
/*
 * Writes captures as pcapng, little-endian, with times in microseconds.
 */
#ifndef WIRE_CAPTURE_WRITER_H
#define WIRE_CAPTURE_WRITER_H

#include <stdint.h>

#include "base/buf.h"
#include "wire/usb_record.h"

/* A section that this application wrote, and its one interface. */
void	capture_write_begin(struct buf *b, const char *application,
	    uint32_t link, const char *interface);

/*
 * A packet: captured bytes of original; ncomments texts stand at it. time: us
 * since 1970.
 */
void	capture_write_packet(struct buf *b, uint64_t time, const void *p,
	    uint32_t captured, uint32_t original, char *const *comments,
	    size_t ncomments);

/* An entry of systemd's journal: "NAME=TEXT\n" of any number. */
void	capture_write_journal(struct buf *b, const char *entry);

/* How many packets there were, and how many are not here. */
void	capture_write_end(struct buf *b, uint64_t time, uint64_t received,
	    uint64_t lost);

/*
 * A record of usbmon (link type 220) with r's id, bus, device, setup, outcome,
 * moved and data; r->kind is SUBMIT or COMPLETE. What no kernel says (a device
 * that may not be opened) is an error of submission.
 */
void	capture_write_usb(struct buf *b, const struct usb_record *r);

#endif
