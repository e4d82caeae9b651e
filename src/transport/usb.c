/* SPDX-License-Identifier: ISC */
/*
 * Real devices, through libusb: what is asynchronous and stays in the
 * caller's thread. What blocks is in usb_task.c.
 */
#include "config.h"

#include <errno.h>
#include <libusb.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "transport/usb_device.h"
#include "transport/usb_kmsg.h"
#include "transport/usb_sysfs.h"
#include "transport/usb_worker.h"

#define PORTS_MAX	7	/* USB 2.0 4.1.1: tiers below the root */

#define CLOSE_WAIT	1000000		/* us until stuck work is abandoned */
#define SHORT_OF_FDS	10000		/* us: caller cannot poll them all */

/* Arrivals. */

static char *
place_of(libusb_device *device)
{
	uint8_t ports[PORTS_MAX];
	struct buf b = { 0 };
	int i, n = libusb_get_port_numbers(device, ports, PORTS_MAX);

	buf_addf(&b, "%u", libusb_get_bus_number(device));
	for (i = 0; i < n; i++)
		buf_addf(&b, "%c%u", i == 0 ? '-' : '.', ports[i]);
	/* A root hub has no port. */
	if (n <= 0)
		buf_reset(&b);
	return (buf_take(&b));
}

static void
device_add(struct usb *u, libusb_device *device, uint64_t now)
{
	unsigned bus = libusb_get_bus_number(device);
	unsigned devnum = libusb_get_device_address(device);
	struct usb_device *d;
	char *place;

	/* It was reported before, when the callback was set or by sysfs. */
	if (usb_device_at(u, bus, devnum) != NULL)
		return;
	place = place_of(device);
	/* What was here before the program is as complete as it gets. */
	d = usb_device_add(u, place, bus, devnum, u->plugs ? now : 0);
	d->device = libusb_ref_device(device);
	free(place);
}

static void
device_free(struct usb_device *d)
{
	if (d->device != NULL)
		libusb_unref_device(d->device);
	free(d->place);
	free(d->home);
	free(d);
}

static int LIBUSB_CALL
on_plug(libusb_context *context, libusb_device *device,
    libusb_hotplug_event event, void *arg)
{
	struct usb *u = arg;
	struct usb_device *d;

	(void)context;
	if (event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED) {
		device_add(u, device, clock_now());
		return (0);
	}
	d = usb_device_at(u, libusb_get_bus_number(device),
	    libusb_get_device_address(device));
	if (d != NULL)
		usb_device_gone(d, clock_now());
	return (0);
}

/* Transfers. */

static enum outcome
outcome_of(const struct libusb_transfer *t, const struct setup *s)
{
	switch (t->status) {
	case LIBUSB_TRANSFER_COMPLETED:
		return (setup_is_in(s) && t->actual_length < s->wLength ?
		    OUTCOME_SHORT : OUTCOME_OK);
	case LIBUSB_TRANSFER_ERROR:
		return (OUTCOME_BUSERROR);
	case LIBUSB_TRANSFER_TIMED_OUT:
		return (OUTCOME_TIMEOUT);
	case LIBUSB_TRANSFER_CANCELLED:
		return (OUTCOME_CANCELLED);
	case LIBUSB_TRANSFER_STALL:
		return (OUTCOME_STALL);
	case LIBUSB_TRANSFER_NO_DEVICE:
		return (OUTCOME_GONE);
	case LIBUSB_TRANSFER_OVERFLOW:
		return (OUTCOME_BABBLE);
	}
	return (OUTCOME_UNKNOWN);
}

static void
request_free(struct usb_request *r)
{
	r->owner->pending = NULL;
	free(r->transfer->buffer);
	libusb_free_transfer(r->transfer);
	free(r);
}

static void LIBUSB_CALL
on_complete(struct libusb_transfer *t)
{
	struct usb_request *r = t->user_data;
	struct setup s = setup_unpack(t->buffer);
	struct event e = {
		.time = r->owner->usb->now,
		.number = r->number,
		.dev = r->owner->dev,
		.kind = EVENT_COMPLETE,
		.outcome = (uint8_t)outcome_of(t, &s),
		.len = (uint32_t)t->actual_length
	};

	if (setup_is_in(&s)) {
		e.kept = e.len;
		e.data = t->buffer + SETUP_LENGTH;
	}
	if (!r->told)
		usb_queue_add(&r->owner->usb->queue, &e);
	request_free(r);
}

static struct usb_request *
request_new(struct usb_device *d, uint32_t number, const struct xfer *x)
{
	struct usb_request *r = mem_alloc(sizeof(*r));
	uint8_t *bytes = mem_alloc(SETUP_LENGTH + (size_t)x->setup.wLength);

	setup_pack(&x->setup, bytes);
	if (x->data != NULL && !setup_is_in(&x->setup))
		memcpy(bytes + SETUP_LENGTH, x->data, x->setup.wLength);
	r->number = number;
	r->owner = d;
	r->transfer = libusb_alloc_transfer(0);
	if (r->transfer == NULL) {
		free(bytes);
		free(r);
		return (NULL);
	}
	libusb_fill_control_transfer(r->transfer, d->handle, bytes,
	    on_complete, r, x->timeout);
	return (r);
}

static void
usb_submit(struct transport *t, uint16_t dev, uint32_t number,
    const struct xfer *x, uint64_t now)
{
	struct usb *u = usb_of(t);
	struct usb_device *d = usb_device_find(u, dev);
	int error;

	if (d == NULL || d->gone) {
		usb_say_complete(u, dev, number, OUTCOME_GONE, now);
		return;
	}
	if (!usb_device_is_idle(d) || d->handle == NULL) {
		usb_refuse(u, dev, number, d->handle == NULL ?
		    "the device is not open" : "the device is busy with "
			"another request", now);
		return;
	}
	d->pending = request_new(d, number, x);
	error = d->pending == NULL ? LIBUSB_ERROR_NO_MEM :
	    libusb_submit_transfer(d->pending->transfer);
	if (error == LIBUSB_SUCCESS)
		return;
	if (d->pending != NULL)
		request_free(d->pending);
	if (error == LIBUSB_ERROR_NO_DEVICE)
		usb_say_complete(u, dev, number, OUTCOME_GONE, now);
	else
		usb_refuse(u, dev, number, libusb_strerror(error), now);
}

void
usb_request_cancel(struct usb_device *d)
{
	if (d->pending != NULL)
		libusb_cancel_transfer(d->pending->transfer);
}

static bool
any_pending(const struct usb *u)
{
	size_t i;

	for (i = 0; i < u->ndevices; i++)
		if (u->devices[i]->pending != NULL)
			return (true);
	return (false);
}

/* The contexts of libusb: the common one, and one a device of its own. */
static void
handle_events(struct usb *u)
{
	struct timeval none = { 0 };
	size_t i;

	if (u->closes != 0)
		return;
	libusb_handle_events_timeout_completed(u->context, &none, NULL);
	for (i = 0; i < u->ndevices; i++)
		if (u->devices[i]->context != NULL)
			libusb_handle_events_timeout_completed(
			    u->devices[i]->context, &none, NULL);
}

static void
usb_turn(struct usb *u, uint64_t now)
{
	struct usb_task *t;
	size_t i, kept = 0;

	u->now = now;
	handle_events(u);
	usb_rescan_step(u, now);
	usb_device_listen(u, now);
	while ((t = usb_worker_done(u->worker)) != NULL)
		usb_task_end(t, now);
	for (i = 0; i < u->ndevices; i++)
		usb_device_step(u->devices[i], now);
	for (i = 0; i < u->ndevices; i++) {
		if (usb_device_is_over(u->devices[i]))
			device_free(u->devices[i]);
		else
			u->devices[kept++] = u->devices[i];
	}
	u->ndevices = kept;
}

static bool
usb_read(struct transport *t, uint64_t now, struct event *e)
{
	struct usb *u = usb_of(t);

	if (usb_queue_pop(&u->queue, e))
		return (true);
	/* One look a turn of the loop: a second would only delay it. */
	if (now == u->now)
		return (false);
	usb_turn(u, now);
	return (usb_queue_pop(&u->queue, e));
}

/* The transport. */

/*
 * A device's node is writable when a request of its has ended, and some nodes
 * always are: while none is under way only its hanging up is of interest.
 * False: there are more.
 */
static bool
add_pollfds(struct libusb_context *context, short mask, struct pollfd *fds,
    size_t *n, size_t max)
{
	const struct libusb_pollfd **list = libusb_get_pollfds(context);
	bool all;
	size_t i;

	for (i = 0; list != NULL && list[i] != NULL && *n < max; i++)
		fds[(*n)++] = (struct pollfd){
			.fd = list[i]->fd,
			.events = (short)(list[i]->events & mask)
		};
	all = list == NULL || list[i] == NULL;
	libusb_free_pollfds(list);
	return (all);
}

/*
 * While a device is being closed libusb lets nobody handle events, and says
 * so through its descriptors: polling them would only burn time.
 */
static size_t
usb_pollfds(struct transport *t, struct pollfd *fds, size_t max)
{
	struct usb *u = usb_of(t);
	short mask = any_pending(u) ? ~0 : ~POLLOUT;
	bool all = max > 0;
	size_t i, n = 0;

	if (max > 0)
		fds[n++] = (struct pollfd){
			.fd = usb_worker_fd(u->worker),
			.events = POLLIN
		};
	if (n < max && usb_device_missed(u, u->now))
		fds[n++] = (struct pollfd){ .fd = u->kmsg, .events = POLLIN };
	if (u->closes == 0)
		all &= add_pollfds(u->context, mask, fds, &n, max);
	for (i = 0; i < u->ndevices && u->closes == 0; i++)
		if (u->devices[i]->context != NULL)
			all &= add_pollfds(u->devices[i]->context, mask, fds,
			    &n, max);
	u->short_of_fds = !all;
	return (n);
}

/* Only a system without timerfd leaves time-outs to its caller. */
static uint64_t
libusb_deadline(const struct usb *u, struct libusb_context *context)
{
	struct timeval tv;

	if (context == NULL || libusb_pollfds_handle_timeouts(context) ||
	    libusb_get_next_timeout(context, &tv) != 1)
		return (TRANSPORT_NEVER);
	return (u->now + (uint64_t)tv.tv_sec * 1000000 +
	    (uint64_t)tv.tv_usec);
}

static uint64_t
usb_deadline(const struct transport *t)
{
	const struct usb *u = (const struct usb *)t;
	uint64_t at, least = libusb_deadline(u, u->context);
	size_t i;

	if (u->queue.first != NULL)
		return (0);
	if (u->short_of_fds)
		least = u->now + SHORT_OF_FDS;
	if (u->rescan != 0 && u->rescan < least)
		least = u->rescan;
	for (i = 0; i < u->ndevices; i++) {
		at = usb_device_deadline(u->devices[i]);
		if (at < least)
			least = at;
		at = libusb_deadline(u, u->devices[i]->context);
		if (at < least)
			least = at;
	}
	return (least);
}

static bool
is_busy(const struct usb *u)
{
	size_t i;

	for (i = 0; i < u->ndevices; i++)
		if (!usb_device_is_idle(u->devices[i]) ||
		    u->devices[i]->handle != NULL)
			return (true);
	return (false);
}

/* True if everything has ended within CLOSE_WAIT. */
static bool
usb_drain(struct usb *u)
{
	uint64_t now = clock_now(), end = now + CLOSE_WAIT;
	struct pollfd fds[16];
	size_t i, n;

	for (i = 0; i < u->ndevices; i++) {
		u->devices[i]->closing = true;
		usb_request_cancel(u->devices[i]);
	}
	for (usb_turn(u, now); is_busy(u); usb_turn(u, now)) {
		now = clock_now();
		if (now >= end)
			return (false);
		n = usb_pollfds(&u->head, fds, sizeof(fds) / sizeof(fds[0]));
		poll(fds, n, 10);
	}
	return (true);
}

/*
 * What a stuck thread or the kernel may still use is left to the end of the
 * process: waiting for it is the greater evil.
 */
static void
usb_close(struct transport *t)
{
	static struct usb *abandoned;
	struct usb *u = usb_of(t);
	size_t i;

	if (u->plugs)
		libusb_hotplug_deregister_callback(u->context, u->hotplug);
	if (!usb_drain(u)) {
		u->abandoned = abandoned;
		abandoned = u;
		return;
	}
	for (i = 0; i < u->ndevices; i++)
		device_free(u->devices[i]);
	libusb_exit(u->context);
	if (u->kmsg >= 0)
		close(u->kmsg);
	usb_worker_free(u->worker);
	usb_queue_free(&u->queue);
	for (i = 0; i < u->nplaces; i++)
		free(u->places[i].name);
	free(u->places);
	free(u->seen);
	free(u->devices);
	free(u);
}

/* Without hot-plug there is at least what is there now. */
static void
list_once(struct usb *u)
{
	libusb_device **list;
	ssize_t i, n = libusb_get_device_list(u->context, &list);

	usb_say(u, 0, EVENT_NOTE, OUTCOME_UNKNOWN, "libusb cannot report "
	    "here when a device connects or disconnects", clock_now());
	for (i = 0; i < n; i++)
		device_add(u, list[i], clock_now());
	if (n >= 0)
		libusb_free_device_list(list, 1);
}

static int
compare_age(const void *a, const void *b)
{
	const struct usb_device *const *x = a, *const *y = b;

	if ((*x)->bus != (*y)->bus)
		return ((*x)->bus < (*y)->bus ? -1 : 1);
	return ((*x)->devnum < (*y)->devnum ? -1 : 1);
}

static int
usb_start(struct usb *u)
{
	int error;

	usb_rescan_begin(u, clock_now());
	error = libusb_init(&u->context);
	if (error != LIBUSB_SUCCESS)
		return (error);
	if (!libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG)) {
		list_once(u);
		return (LIBUSB_SUCCESS);
	}
	error = libusb_hotplug_register_callback(u->context,
	    LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED |
	    LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, LIBUSB_HOTPLUG_ENUMERATE,
	    LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
	    LIBUSB_HOTPLUG_MATCH_ANY, on_plug, u, &u->hotplug);
	u->plugs = error == LIBUSB_SUCCESS;
	if (!u->plugs)
		libusb_exit(u->context);
	/* libusb names the latest first. */
	if (u->ndevices > 1)
		qsort(u->devices, u->ndevices, sizeof(*u->devices),
		    compare_age);
	return (error);
}

static struct transport *
usb_open(const char *arg, struct dev_numbers *numbers, struct buf *error)
{
	struct usb *u;
	int code;

	if (arg[0] != '\0') {
		buf_adds(error, "usb takes no argument, not \"");
		text_escape(error, arg, strlen(arg));
		buf_adds(error, "\". Choose a device with -d, -p, -S or -n");
		return (NULL);
	}
	if (!usb_sysfs_exists()) {
		buf_adds(error, "cannot use USB: "
		    USB_SYSFS_DEVICES " cannot be read on this machine");
		return (NULL);
	}
	u = mem_alloc(sizeof(*u));
	u->head.ops = &transport_usb;
	u->head.numbers = numbers;
	u->worker = usb_worker_new();
	u->kmsg = usb_kmsg_open();
	code = u->worker == NULL ? LIBUSB_ERROR_NO_MEM : usb_start(u);
	if (code == LIBUSB_SUCCESS)
		return (&u->head);
	buf_addf(error, "cannot use USB: %s",
	    u->worker == NULL ? strerror(errno) : libusb_strerror(code));
	usb_worker_free(u->worker);
	usb_queue_free(&u->queue);
	if (u->kmsg >= 0)
		close(u->kmsg);
	free(u->seen);
	free(u);
	return (NULL);
}

const struct transport_ops transport_usb = {
	.name = "usb",
	.usage = "usb[,dialect=dfuse|plain]",
	.live = true,
	.sentence = "DFU devices on the USB ports of this machine",
	.open = usb_open,
	.close = usb_close,
	.pollfds = usb_pollfds,
	.deadline = usb_deadline,
	.read = usb_read,
	.open_device = usb_open_device,
	.close_device = usb_close_device,
	.submit = usb_submit,
	.cancel = usb_cancel,
	.reset = usb_reset,
	.asleep = usb_asleep,
};
