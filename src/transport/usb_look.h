/* SPDX-License-Identifier: ISC */
/*
 * A look at a device that is new on the bus. The kernel holds reads of sysfs
 * back while it configures a device, which a broken one can make last for
 * seconds: so this may run in a thread of its own.
 */
#ifndef TRANSPORT_USB_LOOK_H
#define TRANSPORT_USB_LOOK_H

#include <stdbool.h>

#include "transport/usb_sysfs.h"

struct usb_look {
	/* What is asked, copied: the device may go meanwhile. */
	char			*place;		/* "": a root hub */
	unsigned		 bus;
	unsigned		 devnum;
	bool			 late;	/* it gets no more complete */

	/* What was seen. */
	struct identity		*who;	/* NULL: not there */
	struct usb_interfaces	 interfaces;
	char			*peer;	/* see usb_sysfs_peer */
	bool			 complete; /* else look again later */
};

/* Copies place. */
void	usb_look_init(struct usb_look *l, const char *place, unsigned bus,
	    unsigned devnum, bool late);

/* Reads sysfs, and who holds the device; touches nothing but *l. */
void	usb_look_run(struct usb_look *l);

/* What was taken out of *l must be NULL there. */
void	usb_look_free(struct usb_look *l);

#endif
