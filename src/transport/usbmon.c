/* SPDX-License-Identifier: ISC */
/*
 * Listens to what others ask of the devices of a bus: a tap of usbmon. No
 * request is sent, and no device is opened; who is there is read in sysfs.
 */
#include "config.h"

#include "transport/usbmon.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "source/listener.h"
#include "trace/identity.h"
#include "transport/transport.h"
#include "transport/usb_look.h"

/* The kernel takes multiples of its page; older ones no more than 1200 KiB. */
#define RING_KIB	1024
#define LEAST_KIB	8
#define MOST_KIB	1200
#define FETCH		64	/* events at a time */
#define HEADER		64

#define MON_STATS	_IOR(0x92, 3, struct usbmon_stats)
#define MON_RING_SIZE	_IO(0x92, 4)
#define MON_MFETCH	_IOWR(0x92, 7, struct usbmon_fetch)

#define LISTENS	"not sent: this target only listens (usbmon). To send " \
	"requests, use -T usb"

struct usbmon {
	struct transport	 head;
	int			 fd;
	uint8_t			*ring;
	size_t			 size;		/* of it */
	struct listener		*listener;
	bool			 begun;
	uint32_t		 offsets[FETCH];
	uint32_t		 n, next;	/* fetched, taken */
	uint64_t		 record;
	uint64_t		 lost;
	/* To be told: that a device cannot be opened. */
	struct event		 answer;
	bool			 has_answer;
};

static int
kernel_open(const char *path)
{
	return (open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

static void *
kernel_map(int fd, size_t size)
{
	void *p;

	if (ioctl(fd, MON_RING_SIZE, size) < 0)
		return (NULL);
	p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	return (p != MAP_FAILED ? p : NULL);
}

static int
kernel_fetch(int fd, struct usbmon_fetch *f)
{
	return (ioctl(fd, MON_MFETCH, f));
}

static int
kernel_stats(int fd, struct usbmon_stats *s)
{
	return (ioctl(fd, MON_STATS, s));
}

static const struct usbmon_calls kernel = {
	.open = kernel_open,
	.map = kernel_map,
	.fetch = kernel_fetch,
	.stats = kernel_stats,
	.devices = USB_SYSFS_DEVICES,
};

const struct usbmon_calls *usbmon_calls = &kernel;

static void
usbmon_close(struct transport *head)
{
	struct usbmon *u = (struct usbmon *)head;

	if (u->ring != NULL)
		munmap(u->ring, u->size);
	if (u->fd >= 0)
		close(u->fd);
	listener_free(u->listener);
	free(u);
}

/* What is wrong with the node, and what to do. */
static void
complain(const char *path, int code, struct buf *error)
{
	buf_addf(error, "%s: %s", path, strerror(code));
	if (code == EACCES || code == EPERM)
		buf_addf(error, ". Listening needs root, as usbmon shows all "
		    "traffic, also of keyboards and disks. Run sudo "
		    "dfuscope, or once: sudo setfacl -m u:$USER:r %s", path);
	else if (code == ENOENT || code == ENODEV || code == ENXIO)
		buf_adds(error, ". Check the bus number (lsusb), or load the "
		    "kernel module: sudo modprobe usbmon");
}

static int
number_of(const char *dir, const char *name, const char *file)
{
	char *path = mem_printf("%s/%s/%s", dir, name, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC), v = -1;
	char text[16] = "";
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (n > 0)
		v = (int)strtol(text, NULL, 10);
	if (fd >= 0)
		close(fd);
	free(path);
	return (v);
}

/* A device of the bus, as sysfs has it. */
static void
look(struct usbmon *u, const char *name, unsigned bus)
{
	int number = number_of(usbmon_calls->devices, name, "busnum");
	int address = number_of(usbmon_calls->devices, name, "devnum");
	struct usb_look l = { 0 };

	if (number <= 0 || address <= 0 || strchr(name, ':') != NULL ||
	    strncmp(name, "usb", 3) == 0 ||
	    (bus != 0 && (unsigned)number != bus))
		return;
	usb_look_init(&l, name, (unsigned)number, (unsigned)address, true);
	usb_look_run(&l);
	if (l.who != NULL) {
		free(l.who->transport);
		l.who->transport = mem_strdup("usbmon");
		l.who->bus = (uint16_t)number;
		l.who->devnum = (uint16_t)address;
		listener_device(u->listener, l.who);
	}
	usb_look_free(&l);
}

/* Hubs come before what hangs on them, by their names. */
static void
look_around(struct usbmon *u, unsigned bus)
{
	struct dirent **names;
	int i, n = scandir(usbmon_calls->devices, &names, NULL, alphasort);

	for (i = 0; i < n; i++) {
		look(u, names[i]->d_name, bus);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* "BUS[,ring=KIB]" */
static bool
parse(const char *arg, uint64_t *bus, uint64_t *kib)
{
	static const char name[] = ",ring=";
	size_t n = strcspn(arg, ",");
	char *number = mem_printf("%.*s", (int)n, arg);
	bool good = text_number(number, 255, bus);

	free(number);
	*kib = RING_KIB;
	if (arg[n] == '\0')
		return (good);
	return (good && strncmp(arg + n, name, strlen(name)) == 0 &&
	    text_number(arg + n + strlen(name), MOST_KIB, kib) &&
	    *kib >= LEAST_KIB && *kib % 4 == 0);
}

static struct transport *
usbmon_open(const char *arg, struct dev_numbers *numbers, struct buf *error)
{
	struct usbmon *u;
	uint64_t bus, kib;
	char *path;

	if (!parse(arg, &bus, &kib)) {
		buf_adds(error, "usbmon: expected a bus number from lsusb, "
		    "or 0 for all: usbmon:1. Optional: the size of the ring, "
		    "a multiple of 4 from 8 to 1200 KiB: usbmon:1,ring=64");
		return (NULL);
	}
	u = mem_alloc(sizeof(*u));
	u->size = (size_t)kib * 1024;
	u->head.ops = &transport_usbmon;
	u->head.numbers = numbers;
	u->listener = listener_new(&numbers->last);
	path = mem_printf("/dev/usbmon%u", (unsigned)bus);
	u->fd = usbmon_calls->open(path);
	if (u->fd >= 0)
		u->ring = usbmon_calls->map(u->fd, u->size);
	if (u->ring == NULL) {
		complain(path, errno, error);
		usbmon_close(&u->head);
		u = NULL;
	} else {
		look_around(u, (unsigned)bus);
	}
	free(path);
	return (u != NULL ? &u->head : NULL);
}

static size_t
usbmon_pollfds(struct transport *head, struct pollfd *fds, size_t max)
{
	const struct usbmon *u = (const struct usbmon *)head;

	if (max == 0 || u->fd < 0)
		return (0);
	fds[0] = (struct pollfd){ .fd = u->fd, .events = POLLIN };
	return (1);
}

static uint64_t
usbmon_deadline(const struct transport *head)
{
	const struct usbmon *u = (const struct usbmon *)head;

	return (u->has_answer ? 0 : TRANSPORT_NEVER);
}

/* Events that the ring had no room for. */
static void
count_lost(struct usbmon *u)
{
	struct usbmon_stats s = { 0 };
	struct buf text = { 0 };

	if (usbmon_calls->stats(u->fd, &s) < 0 || s.dropped == 0)
		return;
	u->lost += s.dropped;
	buf_addf(&text, "the kernel dropped %u event%s here, %llu so far: "
	    "those requests are missing", s.dropped,
	    s.dropped == 1 ? "" : "s", (unsigned long long)u->lost);
	listener_text(u->listener, EVENT_LOST, USB_HOST_LINUX, 0, 0,
	    buf_str(&text));
	buf_free(&text);
}

/* An event of the ring, which the kernel wrote. */
static void
take(struct usbmon *u, uint32_t offset)
{
	const uint16_t one = 1;
	struct capture_record r = { .kind = CAPTURE_PACKET,
	    .link = CAPTURE_USB_LINUX_MMAPPED, .number = ++u->record,
	    .time = CAPTURE_TIMELESS, .big = *(const uint8_t *)&one == 0 };
	struct usb_record record;
	struct buf why = { 0 };

	if (offset > u->size - HEADER)
		return;
	r.data = u->ring + offset;
	r.captured = r.original = (uint32_t)(u->size - offset);
	if (usb_record_read(&r, &record, &why) == USB_RECORD_READ)
		listener_record(u->listener, &record, u->record);
	buf_free(&why);
}

/* More of the ring; false: there is nothing. */
static bool
fetch(struct usbmon *u)
{
	struct usbmon_fetch f = { .offsets = u->offsets, .fetch = FETCH,
	    .flush = u->n };
	int code = usbmon_calls->fetch(u->fd, &f);

	u->next = u->n = 0;
	if (code < 0) {
		if (errno == EAGAIN || errno == EINTR)
			return (false);
		listener_text(u->listener, EVENT_LOST, USB_HOST_LINUX, 0, 0,
		    "usbmon has ended: the bus no longer exists");
		close(u->fd);
		u->fd = -1;
		return (true);
	}
	u->n = f.fetch < FETCH ? f.fetch : FETCH;
	count_lost(u);
	return (u->n != 0);
}

/* usbmon has the wall clock, and the trace another. */
static void
begin(struct usbmon *u, uint64_t now)
{
	struct timespec t;

	u->begun = true;
	clock_gettime(CLOCK_REALTIME, &t);
	listener_starts(u->listener, (uint64_t)t.tv_sec * 1000000 +
	    (uint64_t)t.tv_nsec / 1000 - now, now);
}

static bool
usbmon_read(struct transport *head, uint64_t now, struct event *e)
{
	struct usbmon *u = (struct usbmon *)head;

	if (!u->begun)
		begin(u, now);
	if (u->has_answer) {
		u->has_answer = false;
		*e = u->answer;
		e->time = now;
		return (true);
	}
	for (;;) {
		if (listener_read(u->listener, e)) {
			if (e->time > now)
				e->time = now;
			return (true);
		}
		if (u->next < u->n)
			take(u, u->offsets[u->next++]);
		else if (u->fd < 0 || !fetch(u))
			return (false);
	}
}

/* Nothing is sent; who asks for it is told why. */

static void
usbmon_open_device(struct transport *head, uint16_t dev, uint64_t now)
{
	struct usbmon *u = (struct usbmon *)head;

	u->answer = event_text(EVENT_OPENED, now, dev, LISTENS);
	u->answer.outcome = OUTCOME_DENIED;
	u->has_answer = true;
}

static void
usbmon_close_device(struct transport *head, uint16_t dev, uint64_t now)
{
	struct usbmon *u = (struct usbmon *)head;

	u->answer = (struct event){ .kind = EVENT_CLOSED, .dev = dev,
	    .time = now };
	u->has_answer = true;
}

static void
usbmon_submit(struct transport *head, uint16_t dev, uint32_t number,
    const struct xfer *x, uint64_t now)
{
	struct usbmon *u = (struct usbmon *)head;

	(void)x;
	u->answer = (struct event){ .kind = EVENT_COMPLETE, .dev = dev,
	    .number = number, .outcome = OUTCOME_DENIED, .time = now };
	u->has_answer = true;
}

static void
usbmon_cancel(struct transport *head, uint16_t dev, uint64_t now)
{
	(void)head;
	(void)dev;
	(void)now;
}

static void
usbmon_reset(struct transport *head, uint16_t dev, uint64_t now)
{
	struct usbmon *u = (struct usbmon *)head;

	u->answer = event_text(EVENT_RESET, now, dev, LISTENS);
	u->answer.outcome = OUTCOME_DENIED;
	u->has_answer = true;
}

const struct transport_ops transport_usbmon = {
	.name = "usbmon",
	.usage = "usbmon:BUS[,ring=KIB]",
	.live = true,
	.sentence = "show the requests of other programs to the devices of a "
	    "bus; sends nothing",
	.open = usbmon_open,
	.close = usbmon_close,
	.pollfds = usbmon_pollfds,
	.deadline = usbmon_deadline,
	.read = usbmon_read,
	.open_device = usbmon_open_device,
	.close_device = usbmon_close_device,
	.submit = usbmon_submit,
	.cancel = usbmon_cancel,
	.reset = usbmon_reset,
};
