/* SPDX-License-Identifier: ISC */
/*
 * The kernel's log: the only place that tells of a device that is plugged in
 * and does not enumerate. Reading it sends nothing.
 */
#ifndef TRANSPORT_USB_KMSG_H
#define TRANSPORT_USB_KMSG_H

#include <stdbool.h>
#include <stddef.h>

#include "transport/usb_sysfs.h"

#define USB_KMSG_WORDS	160

/* What a record of the log says of a port. */
struct usb_kmsg {
	char	place[USB_SYSFS_PLACE];		/* "1-1.2" */
	char	words[USB_KMSG_WORDS];		/* the kernel's, cut there */
};

/* The log, from now on; -1 (errno) if it cannot be read. Never blocks. */
int	usb_kmsg_open(void);

/* What was written up to now is of no interest. */
void	usb_kmsg_skip(int fd);

/* The next record that tells of a failed enumeration, or false. */
bool	usb_kmsg_read(int fd, struct usb_kmsg *k);

/*
 * Reads one record as /dev/kmsg has it, "6,339,5140900,-;usb 1-1: device
 * descriptor read/64, error -71": hub_port_init() and hub_port_connect() of
 * drivers/usb/core/hub.c. False: it is about something else.
 */
bool	usb_kmsg_parse(const void *p, size_t n, struct usb_kmsg *k);

#endif
