/* SPDX-License-Identifier: ISC */
/*
 * What the kernel knows of a USB device and shows in sysfs. Reading it opens
 * no device node, sends nothing and wakes nobody.
 */
#ifndef TRANSPORT_USB_SYSFS_H
#define TRANSPORT_USB_SYSFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct identity;

#define USB_SYSFS_DEVICES	"/sys/bus/usb/devices"

/* A path below the device's directory, or of an interface's. */
#define USB_SYSFS_PATH		512

/* "255-15.15.15.15.15.15": five hubs below the root, 15 ports each at most. */
#define USB_SYSFS_PLACE		32

/* The DFU interfaces of the active configuration. */
#define USB_SYSFS_INTERFACES	8
struct usb_interfaces {
	uint8_t	configuration;		/* 0: the device has none active */
	uint8_t	number[USB_SYSFS_INTERFACES];
	bool	named[USB_SYSFS_INTERFACES];	/* its alternate 0 is */
	size_t	count;
	bool	dfu;		/* some configuration has one */
};

/* What udevd listens at: without it nobody is told of what comes and leaves. */
#define USB_UDEVD_CONTROL	"/run/udev/control"

/* One that sysfs shows: by its number another one at that place is told. */
struct usb_seen {
	char		place[USB_SYSFS_PLACE];
	unsigned	devnum;
};

/* This machine has a USB subsystem. */
bool	usb_sysfs_exists(void);

/* udevd runs, and tells libusb what comes and leaves. */
bool	usb_sysfs_udevd(void);

/*
 * Every device at a port of a hub, in the order of their names; *n gets how
 * many. The kernel holds none of these reads back. The caller frees.
 */
struct usb_seen *usb_sysfs_scan(size_t *n);

/*
 * Who is at place ("1-1.2"), descriptors included, or NULL if device number
 * devnum is there no more. *in gets its interfaces that speak DFU, and dfu
 * whether a configuration of it has any. transport, bus, incarnation, holder
 * and the names are left to the caller, who frees it.
 */
struct identity *usb_sysfs_identity(const char *place, unsigned devnum,
	    struct usb_interfaces *in);

/* The kernel has made all of the directories that it makes at arrival. */
bool	usb_sysfs_settled(const char *place, const struct usb_interfaces *in);

/*
 * Adds the names of alternate settings, once it is settled. The host holds
 * that of the current one, of no other.
 */
void	usb_sysfs_names(struct identity *who, const char *place,
	    const struct usb_interfaces *in);

/*
 * The same port on the other bus: "2-1.2" for "1-1.2" if the kernel says that
 * these are the USB 3 and the USB 2 side of one port, for the caller to free;
 * NULL if it has one side only. What is plugged there counts as one place,
 * which goes by the name on the bus of the lower number.
 */
char	*usb_sysfs_peer(const char *place);

/* Opening it would wake it. */
bool	usb_sysfs_suspended(const char *place);

/* The driver bound to that interface, for the caller to free, or NULL. */
char	*usb_sysfs_driver(const char *place, uint8_t configuration,
	    uint8_t interface);

#endif
