/* SPDX-License-Identifier: ISC */
/*
 * What lies below the tap in its tests: an ioctl and a close that play usbfs.
 * BELOW_LOG names a file that gets each call as it came.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOWHERE	((void *)8)	/* the kernel refuses it */
#define PENDING	16

int	close(int fd);
int	ioctl(int fd, unsigned long request, ...);

static struct usbdevfs_urb *_Atomic	pending[PENDING];
static atomic_uint			first, next;

static void
log_call(int fd, unsigned long request, const void *p, size_t n)
{
	const char *path = getenv("BELOW_LOG");
	char line[256];
	size_t at, i;
	int log;

	if (path == NULL)
		return;
	at = (size_t)snprintf(line, sizeof(line), "%d %lx", fd, request);
	for (i = 0; i < n && at < sizeof(line) - 4; i++)
		at += (size_t)snprintf(line + at, sizeof(line) - at, " %02x",
		    ((const uint8_t *)p)[i]);
	line[at++] = '\n';
	log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (log >= 0 && write(log, line, at) < 0)
		abort();
	syscall(SYS_close, log);
}

static int
fail(int code)
{
	errno = code;
	return (-1);
}

/* An interface of 9 is somebody else's, a request of 0xee is stalled. */
static int
control(int fd, struct usbdevfs_ctrltransfer *c)
{
	log_call(fd, USBDEVFS_CONTROL, c, 8);
	if (c->bRequest == 0xee)
		return (fail(EPIPE));
	if ((c->bRequestType & 0x80) == 0) {
		log_call(fd, USBDEVFS_CONTROL, c->data, c->wLength);
		return (c->wLength);
	}
	memset(c->data, 0xa5, c->wLength / 2u);
	return (c->wLength / 2);
}

static int
submit(int fd, struct usbdevfs_urb *u)
{
	log_call(fd, USBDEVFS_SUBMITURB, u->buffer, (size_t)u->buffer_length);
	if (u->endpoint == 0x7f)
		return (fail(ENOENT));
	pending[next++ % PENDING] = u;
	return (0);
}

static int
reap(struct usbdevfs_urb **where)
{
	struct usbdevfs_urb *u;
	uint8_t *b;

	if (first == next)
		return (fail(EAGAIN));
	u = pending[first++ % PENDING];
	b = u->buffer;
	u->status = b[1] == 0xee ? -EPIPE : 0;
	u->actual_length = u->status != 0 ? 0 : u->buffer_length - 8;
	if ((b[0] & 0x80) != 0)
		memset(b + 8, 0x5a, (size_t)u->actual_length);
	*where = u;
	return (0);
}

int
ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *p;

	va_start(ap, request);
	p = va_arg(ap, void *);
	va_end(ap);
	if (_IOC_TYPE(request) != 'U')
		return ((int)syscall(SYS_ioctl, fd, request, p));
	if (p == NOWHERE)
		return (fail(EFAULT));
	switch (request) {
	case USBDEVFS_CONTROL:
		return (control(fd, p));
	case USBDEVFS_SUBMITURB:
		return (submit(fd, p));
	case USBDEVFS_REAPURB:
	case USBDEVFS_REAPURBNDELAY:
		return (reap(p));
	case USBDEVFS_DISCARDURB:
	case USBDEVFS_RESET:
		log_call(fd, request, NULL, 0);
		return (0);
	default:
		log_call(fd, request, p, 4);
		if (request == USBDEVFS_CLAIMINTERFACE &&
		    *(const unsigned *)p == 9)
			return (fail(EBUSY));
		return (0);
	}
}

int
close(int fd)
{
	return ((int)syscall(SYS_close, fd));
}
