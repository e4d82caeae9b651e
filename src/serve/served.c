/* SPDX-License-Identifier: ISC */
#include "serve/served.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "serve/say.h"
#include "wire/usb.h"

#define BUSNUM		1
#define SIM_PREFIX	"sim:"		/* as -T has it; may be left out */

/* What a hub's reset asks first, before it has given an address. */
#define RESET_LENGTH	64

struct served *
served_new(const char *spec, uint32_t number, struct buf *error)
{
	struct served *d;
	struct sim *sim;

	if (strncmp(spec, SIM_PREFIX, strlen(SIM_PREFIX)) == 0)
		spec += strlen(SIM_PREFIX);
	sim = sim_new(spec, error);
	if (sim == NULL)
		return (NULL);
	d = mem_alloc(sizeof *d);
	d->sim = sim;
	d->spec = mem_strdup(spec);
	d->busid = mem_printf("%d-%u", BUSNUM, number);
	d->devnum = number;
	return (d);
}

static void
free_transfer(struct served_transfer *t)
{
	buf_free(&t->out);
	buf_free(&t->reply);
}

static void
drop_all(struct served *d)
{
	size_t i;

	for (i = 0; i < d->waiting_count; i++)
		free_transfer(&d->waiting[i]);
	d->waiting_count = 0;
}

void
served_free(struct served *d)
{
	if (d == NULL)
		return;
	drop_all(d);
	free(d->waiting);
	sim_free(d->sim);
	free(d->spec);
	free(d->busid);
	free(d);
}

/* The first setting of each interface that the descriptors tell of. */
static void
describe_interfaces(struct reader from, struct usbip_device *to)
{
	bool seen[UINT8_MAX + 1] = { false };
	struct usbip_interface *i;
	struct reader d;
	uint8_t length, number;

	while (reader_left(&from) >= 2 &&
	    to->interfaces_count < USBIP_INTERFACES_MAX) {
		length = from.p[from.pos];
		if (length < 2)
			break;
		d = reader_part(&from, length);
		reader_u8(&d);
		if (reader_u8(&d) != USB_DT_INTERFACE)
			continue;
		number = reader_u8(&d);
		reader_u16(&d);
		i = &to->interfaces[to->interfaces_count];
		i->code[0] = reader_u8(&d);
		i->code[1] = reader_u8(&d);
		i->code[2] = reader_u8(&d);
		if (d.bad || seen[number])
			continue;
		seen[number] = true;
		to->interfaces_count++;
	}
}

void
served_describe(const struct served *d, struct usbip_device *to)
{
	struct buf b = { 0 };
	struct reader from;

	*to = (struct usbip_device){ .path = d->spec, .busid = d->busid,
	    .busnum = BUSNUM, .devnum = d->devnum, .speed = USBIP_SPEED_FULL,
	    .bConfigurationValue = 1 };
	sim_descriptors(d->sim, &b);
	from = reader_of(b.data, b.len);
	reader_bytes(&from, 4);
	to->code[0] = reader_u8(&from);
	to->code[1] = reader_u8(&from);
	to->code[2] = reader_u8(&from);
	reader_u8(&from);
	to->idVendor = reader_u16(&from);
	to->idProduct = reader_u16(&from);
	to->bcdDevice = reader_u16(&from);
	reader_bytes(&from, 3);
	to->bNumConfigurations = reader_u8(&from);
	describe_interfaces(from, to);
	buf_free(&b);
}

void
served_hold(struct served *d)
{
	d->held = true;
	d->configured = false;
	d->incarnation = sim_incarnation(d->sim);
}

/* The transfer that EP0 is at, or NULL. The others have no endpoint here. */
static struct served_transfer *
current(const struct served *d)
{
	size_t i;

	for (i = 0; i < d->waiting_count; i++) {
		if (d->waiting[i].endpoint == 0)
			return (&d->waiting[i]);
	}
	return (NULL);
}

/* A transfer is over: a line, unless somebody looks on. */
static void
tell(const struct served *d, const struct served_transfer *t, uint64_t now,
    enum outcome outcome, const char *how, struct buf *log)
{
	const struct serve_watcher *w = d->watcher;

	if (w == NULL)
		say_transfer(log, d, t, how);
	else if (t->begun && t->endpoint == 0)
		w->ended(w->arg, d->devnum - 1, now, outcome, t->reply.data,
		    t->reply.len);
}

void
served_release(struct served *d, uint64_t now)
{
	const struct served_transfer *t = current(d);
	const struct serve_watcher *w = d->watcher;

	if (w != NULL && t != NULL && t->begun)
		w->ended(w->arg, d->devnum - 1, now, sim_present(d->sim) ?
		    OUTCOME_CANCELLED : OUTCOME_GONE, NULL, 0);
	drop_all(d);
	d->held = false;
}

bool
served_is_lost(const struct served *d)
{
	return (d->held && (!sim_present(d->sim) ||
	    sim_incarnation(d->sim) != d->incarnation));
}

/* The place of a transfer, or waiting_count. */
static size_t
find(const struct served *d, uint32_t seqnum)
{
	size_t i;

	for (i = 0; i < d->waiting_count; i++) {
		if (d->waiting[i].seqnum == seqnum)
			break;
	}
	return (i);
}

bool
served_has(const struct served *d, uint32_t seqnum)
{
	return (find(d, seqnum) < d->waiting_count);
}

static void
take_out(struct served *d, size_t i)
{
	free_transfer(&d->waiting[i]);
	memmove(&d->waiting[i], &d->waiting[i + 1],
	    (--d->waiting_count - i) * sizeof *d->waiting);
}

void
served_submit(struct served *d, const struct usbip_request *r)
{
	struct served_transfer *t;

	d->waiting = mem_array(d->waiting, d->waiting_count + 1,
	    sizeof *d->waiting);
	t = &d->waiting[d->waiting_count++];
	*t = (struct served_transfer){ .seqnum = r->seqnum,
	    .endpoint = r->endpoint, .length = r->length, .in = r->in,
	    .setup = r->setup };
	if (r->data != NULL)
		buf_add(&t->out, r->data, r->length);
}

bool
served_unlink(struct served *d, uint64_t now, uint32_t seqnum,
    struct buf *log)
{
	size_t i = find(d, seqnum);

	if (i == d->waiting_count)
		return (false);
	tell(d, &d->waiting[i], now, OUTCOME_CANCELLED,
	    d->waiting[i].begun ? "cancelled by the host, not answered" :
	    "cancelled by the host, not started", log);
	take_out(d, i);
	return (true);
}

/*
 * USB/IP has no message for a bus reset: it shows as the request with which a
 * hub begins anew. The first one belongs to the plug.
 */
static bool
is_reset(const struct served *d, const struct setup *s)
{
	return (d->configured && s->bmRequestType == USB_DIR_IN &&
	    s->bRequest == USB_REQ_GET_DESCRIPTOR &&
	    s->wValue == USB_DT_DEVICE << 8 && s->wLength == RESET_LENGTH);
}

static void
reset(struct served *d, uint64_t now, struct buf *log)
{
	d->configured = false;
	sim_reset(d->sim, now);
	/* One that stayed on the bus is described anew on the same port. */
	if (sim_present(d->sim))
		d->incarnation = sim_incarnation(d->sim);
	if (d->watcher != NULL) {
		d->watcher->reset(d->watcher->arg, d->devnum - 1, now);
		return;
	}
	buf_addf(log, "%s bus reset: ", d->busid);
	say_device(log, d);
}

/* The direction and length that the host prepared are those of the setup. */
static bool
is_possible(const struct served_transfer *t)
{
	if (t->length != t->setup.wLength)
		return (false);
	return (t->length == 0 || t->in == setup_is_in(&t->setup));
}

static void
begin(struct served *d, struct served_transfer *t, uint64_t now,
    struct buf *log)
{
	t->begun = true;
	t->due = now;
	if (!is_possible(t))
		return;
	if (is_reset(d, &t->setup)) {
		reset(d, now, log);
		if (served_is_lost(d))
			return;
	}
	if (d->watcher != NULL)
		d->watcher->began(d->watcher->arg, d->devnum - 1, now,
		    &t->setup, t->out.data);
	t->answer = sim_control(d->sim, now, &t->setup, t->out.data,
	    &t->reply);
	if (t->answer == SIM_SILENT)
		t->due = SIM_NEVER;
	else
		t->due = now + sim_latency(d->sim);
}

static enum usbip_status
status_of(const struct served_transfer *t)
{
	if (!is_possible(t))
		return (USBIP_INVALID);
	switch (t->answer) {
	case SIM_ACK:
		return (t->reply.len > t->length ? USBIP_BABBLE : USBIP_OK);
	case SIM_STALL:
		return (USBIP_STALL);
	case SIM_SILENT:
	case SIM_GONE:
	case SIM_BUSERROR:
		break;
	}
	return (USBIP_BUSERROR);
}

static enum outcome
outcome_of(const struct served_transfer *t, enum usbip_status status)
{
	if (status == USBIP_OK)
		return (t->in && t->reply.len < t->length ? OUTCOME_SHORT :
		    OUTCOME_OK);
	return (status == USBIP_STALL ? OUTCOME_STALL :
	    status == USBIP_BABBLE ? OUTCOME_BABBLE : OUTCOME_BUSERROR);
}

static bool
is_configuration(const struct setup *s)
{
	return (s->bmRequestType == 0 &&
	    s->bRequest == USB_REQ_SET_CONFIGURATION && s->wValue != 0);
}

/* The answer is there: tells the host. */
static void
finish(struct served *d, struct served_transfer *t, uint64_t now,
    struct buf *out, struct buf *log)
{
	enum usbip_status status = status_of(t);
	uint32_t actual = 0;

	if (status == USBIP_OK && is_configuration(&t->setup))
		d->configured = true;
	if (t->in)
		actual = (uint32_t)(t->reply.len < t->length ?
		    t->reply.len : t->length);
	else if (status == USBIP_OK)
		actual = t->length;
	usbip_add_submitted(out, t->seqnum, status,
	    t->in && actual != 0 ? t->reply.data : NULL, actual);
	/* What was not possible never began. */
	if (status != USBIP_INVALID)
		tell(d, t, now, outcome_of(t, status), NULL, log);
	else if (d->watcher == NULL)
		say_transfer(log, d, t, "not possible");
	take_out(d, (size_t)(t - d->waiting));
}

void
served_run(struct served *d, uint64_t now, struct buf *out, struct buf *log)
{
	struct served_transfer *t;

	sim_run(d->sim, now);
	for (;;) {
		t = current(d);
		/* An answer that is there comes before the leaving. */
		if (t != NULL && t->begun && t->due <= now) {
			finish(d, t, now, out, log);
			continue;
		}
		if (served_is_lost(d) || t == NULL || t->begun)
			return;
		begin(d, t, now, log);
		if (served_is_lost(d)) {
			if (d->watcher == NULL)
				say_transfer(log, d, t, "disconnected");
			return;
		}
		if (t->answer == SIM_SILENT && d->watcher == NULL)
			say_transfer(log, d, t, NULL);
	}
}

uint64_t
served_deadline(const struct served *d)
{
	const struct served_transfer *t = current(d);
	uint64_t due = sim_deadline(d->sim);

	if (served_is_lost(d) || (t != NULL && !t->begun))
		return (0);
	return (t != NULL && t->due < due ? t->due : due);
}
