/* SPDX-License-Identifier: ISC */
/*
 * Who has a USB device, and why we may not have it.
 */
#ifndef TRANSPORT_USB_HOLDER_H
#define TRANSPORT_USB_HOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "transport/usb_sysfs.h"

#define USB_NODE_LENGTH	24

/* The udev rule that comes with the program. */
#define USB_HOLDER_RULE	"60-dfuscope.rules"

/* "/dev/bus/usb/001/005", the node of device number devnum on that bus. */
void	usb_node(char node[USB_NODE_LENGTH], unsigned bus, unsigned devnum);

/*
 * Who holds one of the interfaces: "usbhid (kernel driver)" or "dfu-util (pid
 * 1234)", for the caller to free; NULL if nobody does. This process does not
 * count.
 */
char	*usb_holder(const char *place, const struct usb_interfaces *in,
	    const char *node);

/*
 * The path of the udev rule, where it is installed below root ("" but in
 * tests), for the caller to free; NULL: nowhere.
 */
char	*usb_holder_rule(const char *root);

/*
 * One sentence each: why it could not be opened, and what helps. root stands
 * before the folders of udev: "" but in tests.
 */
void	usb_say_denied(struct buf *b, const char *node, const char *root);
void	usb_say_busy(struct buf *b, const char *place,
	    const struct usb_interfaces *in, const char *node);

#endif
