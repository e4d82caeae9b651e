/* SPDX-License-Identifier: ISC */
/*
 * Events that wait to be read, each with a copy of its bytes.
 */
#ifndef TRANSPORT_USB_QUEUE_H
#define TRANSPORT_USB_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/event.h"

struct usb_queued;

/* Zero it to begin. */
struct usb_queue {
	struct usb_queued	*first;
	struct usb_queued	*last;
	struct usb_queued	*shown;	/* what the last pop gave away */
	uint64_t		 time;	/* of the latest event */
};

/*
 * Appends *e: its data are copied, its identity is taken over. A time before
 * that of the event ahead of it is moved up to it.
 */
void	usb_queue_add(struct usb_queue *q, const struct event *e);

/* The oldest event, valid until the next pop; false if there is none. */
bool	usb_queue_pop(struct usb_queue *q, struct event *e);

void	usb_queue_free(struct usb_queue *q);

#endif
