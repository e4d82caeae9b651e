/* SPDX-License-Identifier: ISC */
/* What requests and answers tell of devices: who they are, and where. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "dfu/descriptor.h"
#include "source/listener_own.h"
#include "wire/usb.h"

#define CONFIG_MOST	((size_t)16 * 1024)
#define BUSES_MOST	256
#define ROOT_HUB	1

/* Of hubs (USB 2.0 table 11-16), and their features. */
#define HUB_SET_FEATURE	0x23
#define HUB_GET_STATUS	0xa3
#define FEATURE_PORT_RESET 4
#define PORT_CONNECTED	0x01

static struct listener_bus *
bus_of(struct listener *l, uint8_t host, uint16_t bus)
{
	size_t i;

	for (i = 0; i < l->nbuses; i++) {
		if (l->buses[i].host == host && l->buses[i].bus == bus)
			return (&l->buses[i]);
	}
	if (l->nbuses == BUSES_MOST)
		l->nbuses = 0;
	l->buses = mem_array(l->buses, l->nbuses + 1, sizeof(*l->buses));
	l->buses[l->nbuses] = (struct listener_bus){ .host = host,
	    .bus = bus };
	return (&l->buses[l->nbuses++]);
}

/* The device on that port that did not leave, or NULL. */
static struct listener_device *
on_port(const struct listener *l, const struct listener_bus *b, uint16_t hub,
    uint16_t port)
{
	struct listener_device *d;
	size_t i;

	for (i = l->ndevices; i > 0; i--) {
		d = l->devices[i - 1];
		if (d->placed && !d->left && d->host == b->host &&
		    d->bus == b->bus && d->hub == hub && d->port == port)
			return (d);
	}
	return (NULL);
}

/* By the port that its hub has just reset. */
static void
put_on_port(struct listener *l, struct listener_device *d,
    struct listener_bus *b)
{
	struct listener_device *was, *hub;

	d->began = true;
	b->resetting = false;
	if (b->port == 0 || d->placed || d->described)
		return;
	was = on_port(l, b, b->hub, b->port);
	if (was != NULL && was != d)
		listener_leaves(l, was, d->first, EVENT_INFERRED);
	d->placed = true;
	d->hub = b->hub;
	d->port = b->port;
	hub = listener_find(l, d->host, d->bus, b->hub);
	free(d->who->place);
	if (b->hub == ROOT_HUB)
		d->who->place = mem_printf("%u-%u", d->bus, b->port);
	else if (hub != NULL && hub->placed)
		d->who->place = mem_printf("%s.%u", hub->who->place, b->port);
	else
		d->who->place = mem_printf("%u-@%u.%u", d->bus, b->hub,
		    b->port);
}

void
listener_on_port(struct listener *l, struct listener_device *d)
{
	const char *place = d->who->place, *last;
	struct listener_device *hub;
	uint64_t port;
	size_t i, n;

	last = place != NULL ? strrchr(place, '.') : NULL;
	if (last == NULL && place != NULL)
		last = strrchr(place, '-');
	if (last == NULL || !text_number(last + 1, 255, &port))
		return;
	d->port = (uint16_t)port;
	d->hub = ROOT_HUB;
	n = (size_t)(last - place);
	for (i = 0; i < l->ndevices && *last == '.'; i++) {
		hub = l->devices[i];
		if (hub->bus == d->bus && hub->who->place != NULL &&
		    strlen(hub->who->place) == n &&
		    memcmp(hub->who->place, place, n) == 0)
			d->hub = hub->address;
	}
	d->placed = true;
}

static void
tell_reset(struct listener *l, struct listener_device *d, uint64_t time)
{
	struct event e = { .time = time, .kind = EVENT_RESET,
	    .outcome = OUTCOME_OK, .agent = EVENT_BY_OTHER };

	d->away = true;
	if (!d->told || d->left)
		return;
	listener_tell(l, d, &e);
}

void
listener_sent(struct listener *l, struct listener_device *d,
    const struct setup *s, uint64_t time)
{
	struct listener_bus *b = bus_of(l, d->host, d->bus);
	struct listener_device *there;

	if (s->bmRequestType == HUB_SET_FEATURE &&
	    s->bRequest == USB_REQ_SET_FEATURE &&
	    s->wValue == FEATURE_PORT_RESET) {
		b->resetting = true;
		b->hub = d->address;
		b->port = s->wIndex & 0xff;
		there = on_port(l, b, b->hub, b->port);
		if (there != NULL)
			tell_reset(l, there, time);
		return;
	}
	/* Hosts that give addresses themselves show no SET_ADDRESS. */
	if (b->resetting && !d->spoken && !d->told && d->address != 0 &&
	    d->address != b->hub && s->bmRequestType == USB_DIR_IN &&
	    s->bRequest == USB_REQ_GET_DESCRIPTOR)
		put_on_port(l, d, b);
	d->spoken = true;
}

/* One that was told of before, and that d seems to be again; or NULL. */
static struct listener_device *
earlier(const struct listener *l, const struct listener_device *d)
{
	struct listener_device *p, *best = NULL;
	size_t i;

	for (i = 0; i < l->ndevices; i++) {
		p = l->devices[i];
		if (p == d || !p->told || p->followed ||
		    p->host != d->host || p->bus != d->bus ||
		    p->placed != d->placed)
			continue;
		if (d->placed ? p->hub != d->hub || p->port != d->port :
		    !(p->left || p->away) || p->last > d->first ||
		    (p->who->vendor != 0 && d->who->vendor != 0 &&
		    p->who->vendor != d->who->vendor))
			continue;
		if (best == NULL || p->last >= best->last)
			best = p;
	}
	return (best);
}

void
listener_settle(struct listener *l, struct listener_device *d)
{
	struct listener_device *p = d->described ? NULL : earlier(l, d);

	if (p != NULL) {
		listener_leaves(l, p, d->first, EVENT_INFERRED);
		p->followed = true;
		d->who->incarnation = p->who->incarnation + 1;
		free(d->who->place);
		d->who->place = mem_strdup(p->who->place);
	}
	if (d->who->place == NULL)
		d->who->place = mem_printf("%u-@%u", d->bus, d->address);
}

void
listener_judge(struct listener *l, struct listener_device *d)
{
	struct dfu_descriptors parsed;
	bool dfu;

	if (d->told || (!d->described && d->config.len == 0))
		return;
	dfu_descriptors_parse(&parsed, d->who->descriptors.data,
	    d->who->descriptors.len);
	dfu = parsed.nfunctions != 0;
	dfu_descriptors_free(&parsed);
	if (dfu || (d->began && earlier(l, d) != NULL)) {
		listener_arrived(l, d);
		return;
	}
	d->dull = true;
}

static void
put_descriptors(struct listener_device *d)
{
	struct buf *b = &d->who->descriptors;

	buf_reset(b);
	buf_add(b, d->device, d->has_device ? sizeof(d->device) : 0);
	buf_add(b, d->config.data, d->config.len);
}

struct listener_device *
listener_again(struct listener *l, struct listener_device *d)
{
	struct listener_device *n = listener_new_device(l, d->host, d->bus,
	    d->address);

	if (n == NULL)
		return (d);
	n->placed = d->placed;
	n->hub = d->hub;
	n->port = d->port;
	if (d->who->place != NULL)
		n->who->place = mem_strdup(d->who->place);
	n->who->incarnation = d->who->incarnation + 1;
	d->followed = true;
	return (n);
}

static void
learn_device(struct listener *l, struct listener_device *d,
    const struct event *e)
{
	struct listener_device *n;

	if (e->kept < sizeof(d->device))
		return;
	if (d->has_device && d->told &&
	    memcmp(d->device, e->data, sizeof(d->device)) != 0) {
		/* The same address, and another device. */
		listener_leaves(l, d, l->captured, EVENT_INFERRED);
		n = listener_again(l, d);
		if (n == d)
			return;
		d = n;
		d->began = true;
		d->first = d->last = l->captured;
	}
	memcpy(d->device, e->data, sizeof(d->device));
	d->has_device = true;
	if (d->told)
		return;
	d->who->vendor = (uint16_t)(e->data[8] | e->data[9] << 8);
	d->who->product = (uint16_t)(e->data[10] | e->data[11] << 8);
	d->who->version = (uint16_t)(e->data[12] | e->data[13] << 8);
	put_descriptors(d);
}

/* One that was read whole; each is taken once. */
static void
learn_config(struct listener *l, struct listener_device *d,
    const struct event *e)
{
	size_t total, at;

	if (d->told || e->kept < 9)
		return;
	total = (size_t)(e->data[2] | e->data[3] << 8);
	if (total < 9 || e->kept < total ||
	    d->config.len + total > CONFIG_MOST)
		return;
	for (at = 0; at + total <= d->config.len; at++) {
		if (memcmp(d->config.data + at, e->data, total) == 0)
			return;
	}
	buf_add(&d->config, e->data, total);
	put_descriptors(d);
	listener_judge(l, d);
}

/* Address 0 was given another: it is that device from here on. */
static void
readdress(struct listener *l, struct listener_device *d, uint16_t address,
    uint64_t time)
{
	struct listener_bus *b = bus_of(l, d->host, d->bus);
	struct listener_device *old = listener_find(l, d->host, d->bus,
	    address);

	if (d->address != 0 || address == 0 || address > 127 || d->told)
		return;
	if (old != NULL && old->told && !old->left &&
	    (!b->resetting || !old->placed ||
	    on_port(l, b, b->hub, b->port) == old)) {
		/* Reset, and given its address again. */
		if (!b->resetting)
			tell_reset(l, old, time);
		b->resetting = false;
		listener_forget(l, d);
		return;
	}
	if (old != NULL && old->told)
		listener_leaves(l, old, d->first, EVENT_INFERRED);
	else if (old != NULL)
		listener_forget(l, old);
	d->address = d->who->devnum = address;
	d->spoken = true;
	put_on_port(l, d, b);
}

/*
 * What hangs on a port that nobody saw a device come to: the one that was
 * asked to go, or the only one there is. NULL: it cannot be told.
 */
static struct listener_device *
guess_on_port(const struct listener *l, const struct listener_device *hub)
{
	struct listener_device *d, *any = NULL, *away = NULL;
	size_t i, nany = 0, naway = 0;

	for (i = 0; i < l->ndevices; i++) {
		d = l->devices[i];
		if (d == hub || d->is_hub || d->left || d->placed ||
		    d->described || d->host != hub->host ||
		    d->bus != hub->bus || d->address == 0)
			continue;
		nany++;
		any = d;
		if (d->told && d->away) {
			naway++;
			away = d;
		}
	}
	return (naway == 1 ? away : nany == 1 && any->told ? any : NULL);
}

static void
learn_ports(struct listener *l, struct listener_device *d,
    const struct setup *s, const struct event *e)
{
	struct listener_device *there;

	d->is_hub = true;
	if (e->kept < 4 || (e->data[0] & PORT_CONNECTED))
		return;
	there = on_port(l, bus_of(l, d->host, d->bus), d->address,
	    s->wIndex & 0xff);
	if (there == NULL) {
		there = guess_on_port(l, d);
		if (there == NULL)
			return;
		there->placed = true;
		there->hub = d->address;
		there->port = s->wIndex & 0xff;
	}
	listener_leaves(l, there, l->captured, EVENT_SEEN);
}

/*
 * No other class has such a request, or such an answer; DNLOAD and UPLOAD are
 * not among them, for audio and video have requests of the same numbers.
 */
static bool
is_dfu(const struct setup *s, const struct event *e)
{
	bool answered = outcome_is_answer((enum outcome)e->outcome);

	if (s->wIndex > UINT8_MAX || (s->bmRequestType & ~USB_DIR_IN) !=
	    (USB_TYPE_CLASS | USB_RECIP_INTERFACE))
		return (false);
	if (s->bmRequestType & USB_DIR_IN) {
		if (s->bRequest == DFU_GETSTATUS)
			return (s->wValue == 0 &&
			    s->wLength == DFU_GETSTATUS_LENGTH &&
			    (!answered || e->kept <= 4 || e->data[4] <= 10));
		return (s->bRequest == DFU_GETSTATE && s->wValue == 0 &&
		    s->wLength == DFU_GETSTATE_LENGTH && answered &&
		    e->kept == 1 && e->data[0] <= 10);
	}
	return (s->wLength == 0 && answered && (s->bRequest == DFU_DETACH ||
	    s->bRequest == DFU_CLRSTATUS || s->bRequest == DFU_ABORT));
}

/* After this it may be gone without a word. */
static bool
sends_away(const struct setup *s, const struct event *e)
{
	if (!outcome_is_answer((enum outcome)e->outcome))
		return (e->outcome != OUTCOME_STALL);
	return (s->bmRequestType == (USB_TYPE_CLASS | USB_RECIP_INTERFACE) &&
	    (s->bRequest == DFU_DETACH ||
	    (s->bRequest == DFU_DNLOAD && s->wLength == 0)));
}

void
listener_answered(struct listener *l, struct listener_device *d,
    const struct setup *s, const struct event *e)
{
	bool answered = outcome_is_answer((enum outcome)e->outcome);
	uint8_t type = (uint8_t)(s->wValue >> 8);

	if (!d->told && !d->dull && is_dfu(s, e))
		listener_arrived(l, d);
	d->away = d->away || sends_away(s, e);
	if (e->outcome == OUTCOME_GONE) {
		listener_leaves(l, d, l->captured, EVENT_SEEN);
		return;
	}
	if (!answered)
		return;
	if (s->bmRequestType == USB_DIR_IN &&
	    s->bRequest == USB_REQ_GET_DESCRIPTOR) {
		if (type == USB_DT_DEVICE)
			learn_device(l, d, e);
		else if (type == USB_DT_CONFIG)
			learn_config(l, d, e);
	} else if (s->bmRequestType == 0 &&
	    s->bRequest == USB_REQ_SET_ADDRESS) {
		readdress(l, d, s->wValue, l->captured);
	} else if (s->bmRequestType == HUB_GET_STATUS && s->bRequest == 0) {
		learn_ports(l, d, s, e);
	}
}

static const struct {
	enum capture_bus what;
	const char	*text;
} remarks[] = {
	{ CAPTURE_BUS_POWERED, "the bus has power" },
	{ CAPTURE_BUS_UNPOWERED, "the bus has no power" },
	{ CAPTURE_BUS_SUSPENDED, "the bus was suspended" },
	{ CAPTURE_BUS_RESUMED, "the bus was resumed" },
};

void
listener_bus(struct listener *l, enum capture_bus what, uint8_t host,
    uint16_t bus, uint64_t time)
{
	struct listener_device *d;
	struct event e;
	size_t i, k;

	listener_begins(l, time);
	if (what == CAPTURE_BUS_RESET)
		bus_of(l, host, bus)->resetting = true;
	for (i = 0; i < l->ndevices; i++) {
		d = l->devices[i];
		if (d->host != host || d->bus != bus || d->left)
			continue;
		if (what == CAPTURE_BUS_RESET)
			tell_reset(l, d, time);
		for (k = 0; d->told && k < sizeof(remarks) /
		    sizeof(remarks[0]); k++) {
			if (remarks[k].what != what)
				continue;
			e = event_text(EVENT_NOTE, time, 0, remarks[k].text);
			e.agent = EVENT_BY_OTHER;
			listener_tell(l, d, &e);
		}
		if (what == CAPTURE_BUS_UNPOWERED)
			listener_leaves(l, d, time, EVENT_SEEN);
	}
}
