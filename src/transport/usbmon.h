/* SPDX-License-Identifier: ISC */
/*
 * What a tap of usbmon asks of the kernel, so that tests can stand in for it
 * where there is no /dev/usbmon.
 */
#ifndef TRANSPORT_USBMON_H
#define TRANSPORT_USBMON_H

#include <stddef.h>
#include <stdint.h>

/* Documentation/usb/usbmon.rst of Linux; these have no header of their own. */
struct usbmon_stats {
	uint32_t	 queued;
	uint32_t	 dropped;	/* since it was asked last */
};
struct usbmon_fetch {
	uint32_t	*offsets;	/* of events in the ring */
	uint32_t	 fetch;		/* at most so many; then: so many */
	uint32_t	 flush;		/* first, these are done with */
};

struct usbmon_calls {
	/* As open(2): -1 and errno. */
	int	(*open)(const char *path);
	/* The ring is that large, in bytes; mapped, or NULL and errno. */
	void	*(*map)(int fd, size_t size);
	/* -1 and errno: EAGAIN if there is nothing. */
	int	(*fetch)(int fd, struct usbmon_fetch *f);
	int	(*stats)(int fd, struct usbmon_stats *s);
	const char *devices;	/* a directory as USB_SYSFS_DEVICES */
};

/* The kernel's, if no test puts others here. */
extern const struct usbmon_calls *usbmon_calls;

#endif
