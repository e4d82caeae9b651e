/* SPDX-License-Identifier: ISC */
/*
 * usbfs, as far as libusb needs it. Runs in umockdev's thread; waits never.
 */
#include "config.h"

#include <sys/ioctl.h>

#include <errno.h>
#include <linux/usbdevice_fs.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "tests/lab/lab_bus.h"
#include "wire/usb.h"

#define NEVER	UINT64_MAX

/* A URB between SUBMITURB and its reaping. */
struct lab_urb {
	UMockdevIoctlData	*data;
	UMockdevIoctlData	*buffer;
	uint64_t		 due;
	int			 status;
	int			 actual;
};

/* URBs belong to an open file, not to a device. */
struct lab_client {
	struct lab_device	*device;
	UMockdevIoctlClient	*client;	/* referenced */
	unsigned		 devnum;
	GQueue			*urbs;
};

/* An answer that comes later. */
struct later {
	UMockdevIoctlClient	*client;
	uint64_t		 us;
	int			 error;
};

static void
urb_free(void *p)
{
	struct lab_urb *u = p;

	g_object_unref(u->data);
	g_object_unref(u->buffer);
	g_free(u);
}

static void
client_free(void *p)
{
	struct lab_client *c = p;

	g_queue_free_full(c->urbs, urb_free);
	g_object_unref(c->client);
	g_free(c);
}

static struct lab_client *
client_of(struct lab_device *d, UMockdevIoctlClient *client)
{
	struct lab_client *c;
	unsigned i;

	for (i = 0; i < d->clients->len; i++) {
		c = g_ptr_array_index(d->clients, i);
		if (c->client == client)
			return (c);
	}
	c = g_new0(struct lab_client, 1);
	c->device = d;
	c->client = g_object_ref(client);
	c->devnum = d->devnum;
	c->urbs = g_queue_new();
	g_ptr_array_add(d->clients, c);
	buf_adds(&d->log, "open\n");
	return (c);
}

static bool
is_stale(struct lab_client *c)
{
	return (c->devnum != c->device->devnum || lab_is_gone(c->device));
}

/* error 0: success */
static void
answer(UMockdevIoctlClient *client, int error)
{
	umockdev_ioctl_client_complete(client, error == 0 ? 0 : -1, error);
}

static void *
later_main(void *p)
{
	struct later *l = p;
	struct timespec ts = {
		.tv_sec = (time_t)(l->us / 1000000),
		.tv_nsec = (long)(l->us % 1000000 * 1000)
	};

	nanosleep(&ts, NULL);
	answer(l->client, l->error);
	g_object_unref(l->client);
	g_free(l);
	return (NULL);
}

static void
answer_later(UMockdevIoctlClient *client, int error, uint64_t us)
{
	struct later *l;
	pthread_t thread;

	if (us == 0) {
		answer(client, error);
		return;
	}
	l = g_new0(struct later, 1);
	l->client = g_object_ref(client);
	l->us = us;
	l->error = error;
	if (pthread_create(&thread, NULL, later_main, l) == 0)
		pthread_detach(thread);
}

static UMockdevIoctlData *
resolve(UMockdevIoctlData *from, size_t offset, size_t n)
{
	return (umockdev_ioctl_data_resolve(from, offset, n, NULL));
}

/* The argument as an unsigned int behind a pointer. */
static unsigned
get_unsigned(UMockdevIoctlClient *client)
{
	UMockdevIoctlData *d = resolve(umockdev_ioctl_client_get_arg(client),
	    0, sizeof(unsigned));
	unsigned v = 0;

	if (d != NULL) {
		memcpy(&v, d->data, sizeof(v));
		g_object_unref(d);
	}
	return (v);
}

static int
get_capabilities(UMockdevIoctlClient *client)
{
	uint32_t v = USBDEVFS_CAP_ZERO_PACKET |
	    USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
	    USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
	UMockdevIoctlData *d = resolve(umockdev_ioctl_client_get_arg(client),
	    0, sizeof(v));

	if (d == NULL)
		return (EFAULT);
	memcpy(d->data, &v, sizeof(v));
	g_object_unref(d);
	return (0);
}

static int
claim(struct lab_client *c)
{
	struct lab_device *d = c->device;

	if (d->driver != NULL || (d->claimer != NULL && d->claimer != c))
		return (EBUSY);
	if (d->claimer == NULL)
		lab_show_driver(d, "usbfs");
	d->claimer = c;
	return (0);
}

static int
release(struct lab_client *c)
{
	if (c->device->claimer != c)
		return (EINVAL);
	c->device->claimer = NULL;
	lab_show_driver(c->device, NULL);
	return (0);
}

/* FNV-1a */
static uint32_t
sum_of(const uint8_t *p, size_t n)
{
	uint32_t sum = 2166136261u;
	size_t i;

	for (i = 0; i < n; i++)
		sum = (sum ^ p[i]) * 16777619u;
	return (sum);
}

/* out: the data stage, NULL if there is none. */
static void
log_request(struct lab_device *d, const struct setup *s, const uint8_t *out)
{
	size_t i;

	buf_addf(&d->log, "%02x %02x %04x %04x %04x", s->bmRequestType,
	    s->bRequest, s->wValue, s->wIndex, s->wLength);
	if (d->lab->logs_data && out != NULL && !setup_is_in(s) &&
	    s->wLength != 0) {
		buf_addc(&d->log, ' ');
		for (i = 0; i < 5 && i < s->wLength; i++)
			buf_addf(&d->log, "%02x", out[i]);
		buf_addf(&d->log, ":%08x", sum_of(out, s->wLength));
	}
	buf_addc(&d->log, '\n');
}

static int
status_of(enum sim_answer a, bool babble)
{
	switch (a) {
	case SIM_ACK:
		return (babble ? -EOVERFLOW : 0);
	case SIM_STALL:
		return (-EPIPE);
	case SIM_BUSERROR:
		return (-EPROTO);
	case SIM_GONE:
		return (-ESHUTDOWN);
	case SIM_SILENT:
		break;
	}
	return (-EINPROGRESS);
}

/* Asks the device; the answer waits in the URB until it is due. */
static void
ask(struct lab_device *d, struct lab_urb *u, const struct setup *s)
{
	uint64_t now = lab_now(d->lab);
	struct buf in = { 0 };
	enum sim_answer a;
	size_t n;

	log_request(d, s, u->buffer->data + SETUP_LENGTH);
	a = sim_control(d->sim, now, s, u->buffer->data + SETUP_LENGTH, &in);
	n = in.len < s->wLength ? in.len : s->wLength;
	u->status = status_of(a, in.len > s->wLength);
	u->due = a == SIM_SILENT ? NEVER : now + sim_latency(d->sim);
	if (setup_is_in(s) && n > 0)
		memcpy(u->buffer->data + SETUP_LENGTH, in.data, n);
	u->actual = setup_is_in(s) ? (int)n : a == SIM_ACK ? s->wLength : 0;
	buf_free(&in);
}

static int
submit(struct lab_client *c, UMockdevIoctlClient *client)
{
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
	struct usbdevfs_urb raw;
	struct lab_urb *u;
	struct setup s;

	if (is_stale(c))
		return (ENODEV);
	u = g_new0(struct lab_urb, 1);
	u->data = resolve(arg, 0, sizeof(raw));
	memcpy(&raw, u->data->data, sizeof(raw));
	u->buffer = resolve(u->data, offsetof(struct usbdevfs_urb, buffer),
	    (size_t)raw.buffer_length);
	s = setup_unpack(u->buffer->data);
	if (raw.type != USBDEVFS_URB_TYPE_CONTROL ||
	    raw.buffer_length < SETUP_LENGTH + s.wLength) {
		urb_free(u);
		return (EINVAL);
	}
	if ((s.bmRequestType & USB_RECIP_MASK) == USB_RECIP_INTERFACE &&
	    claim(c) != 0) {
		urb_free(u);
		return (EBUSY);
	}
	ask(c->device, u, &s);
	g_queue_push_tail(c->urbs, u);
	return (0);
}

/* The first URB that has ended; those of a device that left all have. */
static struct lab_urb *
ended(struct lab_client *c)
{
	struct lab_device *d = c->device;
	uint64_t now = lab_now(d->lab);
	bool stale = is_stale(c);
	struct lab_urb *u;
	GList *l;

	for (l = c->urbs->head; l != NULL; l = l->next) {
		u = l->data;
		if (stale && u->due > now) {
			u->due = d->gone_at + d->slow[LAB_LATE];
			u->status = -ESHUTDOWN;
		}
		if (u->due <= now)
			return (u);
	}
	return (NULL);
}

static int
reap(struct lab_client *c, UMockdevIoctlClient *client)
{
	struct lab_urb *u = ended(c);
	UMockdevIoctlData *pointer;

	if (u == NULL)
		return (is_stale(c) && c->urbs->length == 0 ? ENODEV : EAGAIN);
	memcpy(u->data->data + offsetof(struct usbdevfs_urb, status),
	    &u->status, sizeof(u->status));
	memcpy(u->data->data + offsetof(struct usbdevfs_urb, actual_length),
	    &u->actual, sizeof(u->actual));
	pointer = resolve(umockdev_ioctl_client_get_arg(client), 0,
	    sizeof(void *));
	umockdev_ioctl_data_set_ptr(pointer, 0, u->data);
	g_object_unref(pointer);
	g_queue_remove(c->urbs, u);
	urb_free(u);
	return (0);
}

static int
discard(struct lab_client *c, UMockdevIoctlClient *client)
{
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
	uint64_t now = lab_now(c->device->lab);
	struct lab_urb *u;
	gulong address;
	GList *l;

	memcpy(&address, arg->data, sizeof(address));
	for (l = c->urbs->head; l != NULL; l = l->next) {
		u = l->data;
		if (u->data->client_addr != address || u->due <= now ||
		    is_stale(c))
			continue;
		u->due = now;
		u->status = -ENOENT;
		return (0);
	}
	return (EINVAL);
}

static int
set_interface(struct lab_client *c, UMockdevIoctlClient *client)
{
	struct lab_device *d = c->device;
	struct usbdevfs_setinterface raw;
	struct setup s = { 0x01, USB_REQ_SET_INTERFACE, 0, 0, 0 };
	UMockdevIoctlData *data;
	struct buf in = { 0 };

	data = resolve(umockdev_ioctl_client_get_arg(client), 0, sizeof(raw));
	memcpy(&raw, data->data, sizeof(raw));
	g_object_unref(data);
	s.wValue = (uint16_t)raw.altsetting;
	s.wIndex = (uint16_t)raw.interface;
	log_request(d, &s, NULL);
	if (sim_control(d->sim, lab_now(d->lab), &s, NULL, &in) != SIM_ACK)
		return (EPIPE);
	lab_show_alternate(d, raw.interface, raw.altsetting);
	return (0);
}

static int
set_configuration(struct lab_client *c, unsigned value)
{
	struct lab_device *d = c->device;
	struct setup s = { 0, USB_REQ_SET_CONFIGURATION, (uint16_t)value, 0,
	    0 };
	struct buf in = { 0 };

	log_request(d, &s, NULL);
	return (sim_control(d->sim, lab_now(d->lab), &s, NULL, &in) ==
	    SIM_ACK ? 0 : EPIPE);
}

static int
get_driver(struct lab_client *c, UMockdevIoctlClient *client)
{
	const char *name = c->device->claimer != NULL ? "usbfs" :
	    c->device->driver;
	UMockdevIoctlData *data;

	if (name == NULL)
		return (ENODATA);
	data = resolve(umockdev_ioctl_client_get_arg(client), 0,
	    sizeof(struct usbdevfs_getdriver));
	memcpy(data->data + offsetof(struct usbdevfs_getdriver, driver), name,
	    strlen(name) + 1);
	g_object_unref(data);
	return (0);
}

static int
detach(struct lab_client *c)
{
	struct lab_device *d = c->device;

	if (d->driver == NULL)
		return (ENODATA);
	buf_adds(&d->log, "detach driver\n");
	g_clear_pointer(&d->driver, free);
	lab_show_driver(d, NULL);
	return (0);
}

/* So libusb claims again after a reset. */
static int
detach_and_claim(struct lab_client *c, unsigned interface)
{
	detach(c);
	buf_addf(&c->device->log, "claim %u\n", interface);
	return (claim(c));
}

static int
reset(struct lab_client *c)
{
	struct lab_device *d = c->device;

	buf_adds(&d->log, "reset\n");
	sim_reset(d->sim, lab_now(d->lab));
	return (is_stale(c) ? ENODEV : 0);
}

/* What changes the device; all of it fails once that has left. */
static int
change(struct lab_client *c, UMockdevIoctlClient *client,
    unsigned long request)
{
	struct buf *log = &c->device->log;
	unsigned v;

	switch (request) {
	case USBDEVFS_CLAIMINTERFACE:
		v = get_unsigned(client);
		buf_addf(log, "claim %u\n", v);
		return (claim(c));
	case USBDEVFS_SETINTERFACE:
		return (set_interface(c, client));
	case USBDEVFS_SETCONFIGURATION:
		return (set_configuration(c, get_unsigned(client)));
	case USBDEVFS_GETDRIVER:
		return (get_driver(c, client));
	case USBDEVFS_IOCTL:
	case USBDEVFS_DISCONNECT:
		return (detach(c));
	case USBDEVFS_DISCONNECT_CLAIM:
		return (detach_and_claim(c, get_unsigned(client)));
	case USBDEVFS_RESET:
		return (reset(c));
	default:
		return (ENOTTY);
	}
}

static int
perform(struct lab_client *c, UMockdevIoctlClient *client,
    unsigned long request)
{
	switch (request) {
	case USBDEVFS_GET_CAPABILITIES:
		return (is_stale(c) ? ENODEV : get_capabilities(client));
	case USBDEVFS_SUBMITURB:
		return (submit(c, client));
	case USBDEVFS_REAPURB:
	case USBDEVFS_REAPURBNDELAY:
		return (reap(c, client));
	case USBDEVFS_DISCARDURB:
		return (discard(c, client));
	case USBDEVFS_RELEASEINTERFACE:
		buf_addf(&c->device->log, "release %u\n",
		    get_unsigned(client));
		return (release(c));
	default:
		return (is_stale(c) ? ENODEV : change(c, client, request));
	}
}

static gboolean
on_ioctl(UMockdevIoctlBase *handler, UMockdevIoctlClient *client, void *arg)
{
	unsigned long request = umockdev_ioctl_client_get_request(client);
	struct lab_device *d = arg;
	uint64_t slow = 0;
	int error;

	(void)handler;
	pthread_mutex_lock(&d->lab->lock);
	error = perform(client_of(d, client), client, request);
	if (request == USBDEVFS_GET_CAPABILITIES)
		slow = d->slow[LAB_OPEN];
	pthread_mutex_unlock(&d->lab->lock);
	answer_later(client, error, slow);
	return (TRUE);
}

static void
on_connected(UMockdevIoctlBase *handler, UMockdevIoctlClient *client,
    void *arg)
{
	struct lab_device *d = arg;

	(void)handler;
	pthread_mutex_lock(&d->lab->lock);
	client_of(d, client);
	pthread_mutex_unlock(&d->lab->lock);
}

/* umockdev says who came, but not who went. */
void
lab_usbfs_sweep(struct lab_device *d)
{
	struct lab_client *c;
	unsigned i;

	for (i = d->clients->len; i-- > 0;) {
		c = g_ptr_array_index(d->clients, i);
		if (umockdev_ioctl_client_get_connected(c->client))
			continue;
		release(c);
		buf_adds(&d->log, "close\n");
		g_ptr_array_remove_index(d->clients, i);
	}
}

void
lab_usbfs_end(struct lab_device *d)
{
	g_object_unref(d->handler);
	g_ptr_array_unref(d->clients);
}

void
lab_usbfs_begin(struct lab_device *d)
{
	UMockdevIoctlBase *h = umockdev_ioctl_base_new();

	g_signal_connect(h, "handle-ioctl", G_CALLBACK(on_ioctl), d);
	g_signal_connect(h, "client-connected", G_CALLBACK(on_connected), d);
	d->handler = h;
	d->clients = g_ptr_array_new_with_free_func(client_free);
}
