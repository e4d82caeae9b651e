/* SPDX-License-Identifier: ISC */
#include "transport/usb_device.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/identity.h"
#include "transport/usb_holder.h"
#include "transport/usb_kmsg.h"

#define LEFT_WAIT	1000000		/* us for what is still pending */
#define MISSED_FOR	30000000	/* us that the kernel tries, and more */
#define TO_IDLE_WAIT	300000		/* us for sysfs to be complete */
#define TO_IDLE_STEP	20000		/* us between looks at it */

struct usb *
usb_of(struct transport *t)
{
	return ((struct usb *)t);
}

bool
usb_device_is_idle(const struct usb_device *d)
{
	return (d->pending == NULL && d->task == NULL);
}

void
usb_say(struct usb *u, uint16_t dev, enum event_kind kind,
    enum outcome outcome, const char *text, uint64_t now)
{
	struct event e = event_text(kind, now, dev, text != NULL ? text : "");

	e.outcome = (uint8_t)outcome;
	usb_queue_add(&u->queue, &e);
}

void
usb_say_complete(struct usb *u, uint16_t dev, uint32_t number,
    enum outcome outcome, uint64_t now)
{
	struct event e = {
		.time = now,
		.number = number,
		.dev = dev,
		.kind = EVENT_COMPLETE,
		.outcome = (uint8_t)outcome
	};

	usb_queue_add(&u->queue, &e);
}

void
usb_refuse(struct usb *u, uint16_t dev, uint32_t number, const char *why,
    uint64_t now)
{
	char *text = mem_printf("request %u was not sent: %s", number, why);

	usb_say(u, dev, EVENT_NOTE, OUTCOME_UNKNOWN, text, now);
	free(text);
	usb_say_complete(u, dev, number, OUTCOME_CANCELLED, now);
}

struct usb_device *
usb_device_find(const struct usb *u, uint16_t dev)
{
	size_t i;

	for (i = 0; dev != 0 && i < u->ndevices; i++)
		if (u->devices[i]->dev == dev)
			return (u->devices[i]);
	return (NULL);
}

struct usb_device *
usb_device_at(const struct usb *u, unsigned bus, unsigned devnum)
{
	size_t i;

	for (i = 0; i < u->ndevices; i++)
		if (u->devices[i]->bus == bus && !u->devices[i]->gone &&
		    u->devices[i]->devnum == devnum)
			return (u->devices[i]);
	return (NULL);
}

struct usb_device *
usb_device_add(struct usb *u, const char *place, unsigned bus,
    unsigned devnum, uint64_t since)
{
	struct usb_device *d = mem_alloc(sizeof(*d));

	d->usb = u;
	d->bus = bus;
	d->devnum = devnum;
	d->place = mem_strdup(place);
	d->since = since;
	u->devices = mem_array(u->devices, u->ndevices + 1,
	    sizeof(*u->devices));
	u->devices[u->ndevices++] = d;
	return (d);
}

void
usb_device_gone(struct usb_device *d, uint64_t now)
{
	d->gone = true;
	d->since = now;
}

static uint32_t
count_arrival(struct usb *u, const char *place)
{
	size_t i;

	for (i = 0; i < u->nplaces; i++)
		if (strcmp(u->places[i].name, place) == 0) {
			u->places[i].left = 0;
			return (++u->places[i].arrivals);
		}
	u->places = mem_array(u->places, ++u->nplaces, sizeof(*u->places));
	u->places[i] = (struct usb_place){
		.name = mem_strdup(place),
		.arrivals = 1
	};
	return (1);
}

/* Who else is at the place of d and has not left it, or NULL. */
static const struct usb_device *
other_at_home(const struct usb_device *d)
{
	const struct usb_device *other;
	size_t i;

	for (i = 0; i < d->usb->ndevices; i++) {
		other = d->usb->devices[i];
		if (other != d && other->dev != 0 && !other->told &&
		    strcmp(other->home, d->home) == 0)
			return (other);
	}
	return (NULL);
}

bool
usb_device_is_late(const struct usb_device *d, uint64_t now)
{
	return (now >= d->since + TO_IDLE_WAIT);
}

/* A hub, say, is on both sides of its port to stay. */
static bool
shares_port(const struct usb_device *d, uint64_t now)
{
	const struct usb_device *other = other_at_home(d);

	return (other != NULL && !other->gone &&
	    strcmp(other->place, d->place) != 0 &&
	    usb_device_is_late(d, now));
}

static void
set_home(struct usb_device *d, const char *place)
{
	free(d->home);
	d->home = mem_strdup(place);
}

/* Both sides of a USB 3 port are one place: that on the lower bus. */
static void
find_home(struct usb_device *d, struct usb_look *l, uint64_t now)
{
	bool lower = l->peer != NULL && strtoul(l->peer, NULL, 10) < d->bus;

	set_home(d, lower ? l->peer : d->place);
	if (shares_port(d, now)) {
		set_home(d, d->place);
		return;
	}
	if (lower) {
		l->who->peer = l->who->place;
		l->who->place = l->peer;
	} else {
		l->who->peer = l->peer;
	}
	l->peer = NULL;
}

/* A DFU device has been at the home of d since the program began. */
static bool
is_known_place(const struct usb_device *d)
{
	size_t i;

	for (i = 0; i < d->usb->nplaces; i++)
		if (strcmp(d->usb->places[i].name, d->home) == 0)
			return (true);
	return (false);
}

/*
 * Says that it came, once sysfs is complete. One without DFU is told where a
 * DFU device was before: that is what this one became.
 */
static void
announce(struct usb_device *d, struct usb_look *l, uint64_t now)
{
	struct event e = { .time = now, .kind = EVENT_ARRIVED };

	d->look = now + TO_IDLE_STEP;
	d->interfaces = l->interfaces;
	if (l->who == NULL) {
		d->gone = d->told = true;
		return;
	}
	find_home(d, l, now);
	if (!l->interfaces.dfu && !is_known_place(d)) {
		d->gone = d->told = true;
		return;
	}
	/* The one that was here before must leave first. */
	if (other_at_home(d) != NULL || !l->complete)
		return;
	d->dev = ++d->usb->head.numbers->last;
	l->who->incarnation = count_arrival(d->usb, d->home);
	e.dev = d->dev;
	e.who = l->who;
	l->who = NULL;
	usb_queue_add(&d->usb->queue, &e);
}

/*
 * What was here before the program is told in the first turn, which is all
 * that a batch looks at: nobody is kept waiting by that but its own start.
 */
static void
look(struct usb_device *d, uint64_t now)
{
	struct usb_look l;

	if (d->since != 0) {
		usb_task_start(d, USB_TASK_LOOK, now);
		return;
	}
	usb_look_init(&l, d->place, d->bus, d->devnum, true);
	usb_look_run(&l);
	announce(d, &l, now);
	usb_look_free(&l);
}

/* Why it could not be opened, in a sentence. */
static void
say_why(struct buf *b, const struct usb_device *d, const struct usb_task *t,
    const char *node)
{
	if (t->outcome == OUTCOME_DENIED)
		usb_say_denied(b, node, "");
	else if (t->outcome == OUTCOME_BUSY)
		usb_say_busy(b, d->place, &d->interfaces, node);
	else if (d->interfaces.count == 0)
		buf_addf(b, "cannot open %s: no configuration with a DFU "
		    "interface is active. Select one in sysfs "
		    "(bConfigurationValue)", node);
	else
		buf_addf(b, "cannot open %s: %s", node, t->why);
}

static void
say_opened(struct usb_device *d, const struct usb_task *t, uint64_t now)
{
	enum outcome outcome = d->gone ? OUTCOME_GONE : t->outcome;
	char node[USB_NODE_LENGTH];
	struct buf b = { 0 };

	usb_node(node, d->bus, d->devnum);
	if (outcome == OUTCOME_GONE)
		buf_addf(&b, "cannot open %s: the device has disconnected",
		    node);
	else if (outcome != OUTCOME_OK)
		say_why(&b, d, t, node);
	else if (transport_words_slow_open(now - d->opening, &b))
		usb_say(d->usb, d->dev, EVENT_LOST, OUTCOME_UNKNOWN,
		    buf_str(&b), now);
	usb_say(d->usb, d->dev, EVENT_OPENED, outcome,
	    outcome == OUTCOME_OK ? NULL : buf_str(&b), now);
	buf_free(&b);
}

static void
say_task(struct usb_device *d, struct usb_task *t, uint64_t now)
{
	if (t->told)
		return;
	t->told = true;
	switch (t->kind) {
	case USB_TASK_OPEN:
		say_opened(d, t, now);
		break;
	case USB_TASK_RESET:
		usb_say(d->usb, d->dev, EVENT_RESET,
		    d->gone ? OUTCOME_GONE : t->outcome, NULL, now);
		break;
	case USB_TASK_CLOSE:
	case USB_TASK_LOOK:
		break;
	}
}

void
usb_task_finished(struct usb_device *d, struct usb_task *t, uint64_t now)
{
	d->task = NULL;
	if (t->kind == USB_TASK_OPEN) {
		d->handle = t->handle;
		d->context = t->context;
	}
	if (t->kind == USB_TASK_CLOSE)
		d->usb->closes--;
	if (t->kind == USB_TASK_LOOK && !d->gone)
		announce(d, &t->look, now);
	say_task(d, t, now);
}

static bool
is_missed(const struct usb_place *p, uint64_t now)
{
	return (p->left != 0 && now < p->left_at + MISSED_FOR);
}

bool
usb_device_missed(const struct usb *u, uint64_t now)
{
	size_t i;

	for (i = 0; i < u->nplaces; i++)
		if (is_missed(&u->places[i], now))
			return (true);
	return (false);
}

/* What was there first is no news; of each departure it is said once. */
void
usb_device_listen(struct usb *u, uint64_t now)
{
	struct usb_place *p;
	struct usb_kmsg k;
	char *text;
	size_t i;

	while (usb_device_missed(u, now) && usb_kmsg_read(u->kmsg, &k)) {
		for (i = 0; i < u->nplaces; i++) {
			p = &u->places[i];
			if (!is_missed(p, now) ||
			    strcmp(p->name, k.place) != 0)
				continue;
			text = mem_printf("a device reconnected at %s but "
			    "does not enumerate; kernel log: %s", k.place,
			    k.words);
			usb_say(u, p->left, EVENT_NOTE, OUTCOME_UNKNOWN, text,
			    now);
			p->left = 0;
			free(text);
		}
	}
}

/* From now on the kernel may tell of what comes to its place. */
static void
miss(struct usb_device *d, uint64_t now)
{
	struct usb *u = d->usb;
	size_t i;

	if (u->kmsg < 0)
		return;
	if (!usb_device_missed(u, now))
		usb_kmsg_skip(u->kmsg);
	for (i = 0; i < u->nplaces; i++) {
		if (strcmp(u->places[i].name, d->home) != 0)
			continue;
		u->places[i].left = d->dev;
		u->places[i].left_at = now;
	}
}

/* Whatever is still owed is said before the last word on a device. */
static void
say_left(struct usb_device *d, uint64_t now)
{
	struct usb *u = d->usb;

	d->told = true;
	if (d->pending != NULL) {
		d->pending->told = true;
		usb_say_complete(u, d->dev, d->pending->number, OUTCOME_GONE,
		    now);
		usb_request_cancel(d);
	}
	if (d->task != NULL)
		say_task(d, d->task, now);
	if (d->closing)
		usb_say(u, d->dev, EVENT_CLOSED, OUTCOME_OK, NULL, now);
	d->closing = false;
	usb_say(u, d->dev, EVENT_LEFT, OUTCOME_UNKNOWN, NULL, now);
	miss(d, now);
}

/* Off the bus: the last word, at once or when what is pending has ended. */
static void
step_gone(struct usb_device *d, uint64_t now)
{
	if (d->dev == 0)
		d->told = true;
	else if (!d->told &&
	    (usb_device_is_idle(d) || now >= d->since + LEFT_WAIT))
		say_left(d, now);
}

void
usb_device_step(struct usb_device *d, uint64_t now)
{
	if (d->gone)
		step_gone(d, now);
	else if (d->dev == 0 && d->task == NULL && !d->closing &&
	    now >= d->look)
		look(d, now);
	if (usb_device_is_idle(d) && d->handle != NULL &&
	    (d->closing || d->gone))
		usb_task_start(d, USB_TASK_CLOSE, now);
	if (!usb_device_is_idle(d))
		return;
	if (d->closing)
		usb_say(d->usb, d->dev, EVENT_CLOSED, OUTCOME_OK, NULL, now);
	d->closing = false;
}

bool
usb_device_is_over(const struct usb_device *d)
{
	return (d->told && usb_device_is_idle(d) && d->handle == NULL);
}

uint64_t
usb_device_deadline(const struct usb_device *d)
{
	bool idle = usb_device_is_idle(d);

	if (d->dev == 0 && !d->gone)
		return (idle ? d->look : TRANSPORT_NEVER);
	if (d->gone && !d->told)
		return (idle ? 0 : d->since + LEFT_WAIT);
	if (idle && (d->closing || d->gone))
		return (0);
	return (TRANSPORT_NEVER);
}

/* The operations that need no libusb. */

void
usb_cancel(struct transport *t, uint16_t dev, uint64_t now)
{
	struct usb_device *d = usb_device_find(usb_of(t), dev);

	(void)now;
	if (d != NULL)
		usb_request_cancel(d);
}

void
usb_open_device(struct transport *t, uint16_t dev, uint64_t now)
{
	struct usb_device *d = usb_device_find(usb_of(t), dev);

	if (d == NULL || d->gone)
		usb_say(usb_of(t), dev, EVENT_OPENED, OUTCOME_GONE,
		    "the device has disconnected", now);
	else if (!usb_device_is_idle(d))
		usb_say(usb_of(t), dev, EVENT_OPENED, OUTCOME_BUSY,
		    "the device is still busy with the previous request",
		    now);
	else if (!d->interfaces.dfu)
		usb_say(usb_of(t), dev, EVENT_OPENED, OUTCOME_BUSERROR,
		    TRANSPORT_NO_DFU, now);
	else if (d->handle != NULL)
		usb_say(usb_of(t), dev, EVENT_OPENED, OUTCOME_OK, NULL, now);
	else {
		d->opening = now;
		usb_task_start(d, USB_TASK_OPEN, now);
	}
}

void
usb_close_device(struct transport *t, uint16_t dev, uint64_t now)
{
	struct usb_device *d = usb_device_find(usb_of(t), dev);

	if (d == NULL || d->told) {
		usb_say(usb_of(t), dev, EVENT_CLOSED, OUTCOME_OK, NULL, now);
		return;
	}
	d->closing = true;
	usb_request_cancel(d);
	usb_device_step(d, now);
}

void
usb_reset(struct transport *t, uint16_t dev, uint64_t now)
{
	struct usb_device *d = usb_device_find(usb_of(t), dev);

	if (d == NULL || d->gone)
		usb_say(usb_of(t), dev, EVENT_RESET, OUTCOME_GONE, NULL, now);
	else if (!usb_device_is_idle(d) || d->handle == NULL)
		usb_say(usb_of(t), dev, EVENT_RESET, OUTCOME_BUSY,
		    "the device is not open, or busy with another request",
		    now);
	else
		usb_task_start(d, USB_TASK_RESET, now);
}

bool
usb_asleep(struct transport *t, uint16_t dev)
{
	struct usb_device *d = usb_device_find(usb_of(t), dev);

	return (d != NULL && !d->gone && usb_sysfs_suspended(d->place));
}
