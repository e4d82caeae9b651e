/* SPDX-License-Identifier: ISC */
#include "wire/usb_bus.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"

#define ADDRESSES	128
#define CRC		2
#define SPLIT_ISOCHRONOUS	1	/* USB 2.0 table 8-5 */

/* A control transfer to one address. */
/* Sent in a start-split: its handshake comes later. */
struct split {
	bool		 kept;
	uint8_t		 endpoint;
	uint8_t		 pid;
	uint32_t	 length;
	struct buf	 data;
};

struct control {
	bool		 open;
	bool		 told;		/* its begin */
	struct setup	 setup;
	uint64_t	 at;		/* us */
	uint64_t	 id;
	struct buf	 data;		/* of either direction */
	bool		 cut;		/* some of it was not captured */
	uint8_t		 toggle;	/* of what was taken last */
	struct split	 splits[2];	/* of endpoint 0, and of others */
};

struct usb_bus {
	struct control	*controls[ADDRESSES];
	uint64_t	 id;
	uint16_t	 bus;
	/* The transaction under way. */
	uint8_t		 token;		/* 0: none */
	uint8_t		 address;
	uint8_t		 endpoint;
	uint8_t		 data_pid;	/* 0: no data yet */
	uint64_t	 data_at;
	uint32_t	 length;	/* of the data on the bus */
	struct buf	 data;		/* as much as was captured */
	bool		 cut;
	bool		 start;		/* a start-split */
	bool		 complete;	/* a complete-split */
	bool		 split;		/* its token comes next */
	uint8_t		 split_type;
	struct buf	 told;		/* data of the records handed out */
};

struct usb_bus *
usb_bus_new(void)
{
	return (mem_alloc(sizeof(struct usb_bus)));
}

void
usb_bus_free(struct usb_bus *b)
{
	size_t i;

	if (b == NULL)
		return;
	for (i = 0; i < ADDRESSES; i++) {
		if (b->controls[i] == NULL)
			continue;
		buf_free(&b->controls[i]->data);
		buf_free(&b->controls[i]->splits[0].data);
		buf_free(&b->controls[i]->splits[1].data);
		free(b->controls[i]);
	}
	buf_free(&b->data);
	buf_free(&b->told);
	free(b);
}

static struct control *
control_of(struct usb_bus *b)
{
	struct control **c = &b->controls[b->address];

	if (*c == NULL)
		*c = mem_alloc(sizeof(**c));
	return (*c);
}

static bool
has_data_in(const struct control *c)
{
	return (setup_is_in(&c->setup) && c->setup.wLength != 0);
}

static struct usb_record
record_of(const struct usb_bus *b, const struct control *c,
    enum usb_record_kind kind, uint8_t address, uint64_t at)
{
	return ((struct usb_record){ .kind = kind, .id = c->id, .time = at,
	    .host = USB_HOST_BUS, .bus = b->bus, .device = address,
	    .endpoint = setup_is_in(&c->setup) ? 0x80 : 0,
	    .transfer = USB_TRANSFER_CONTROL, .room = UINT32_MAX });
}

static void
with_data(const struct usb_bus *b, struct usb_record *r)
{
	r->data = b->told.data;
	r->kept = r->there = (uint32_t)b->told.len;
}

/* Its begin, told when all that goes out is known; that goes into told. */
static struct usb_record
submit(struct usb_bus *b, struct control *c, uint8_t address)
{
	struct usb_record r = record_of(b, c, USB_RECORD_SUBMIT, address,
	    c->at);

	buf_reset(&b->told);
	buf_add(&b->told, c->data.data, c->data.len);
	r.has_setup = true;
	r.setup = c->setup;
	r.moved = c->setup.wLength;
	if (!has_data_in(c)) {
		with_data(b, &r);
		if (c->cut)
			r.there = c->setup.wLength;
	}
	c->told = true;
	return (r);
}

static size_t
end(struct usb_bus *b, struct control *c, enum outcome outcome, uint64_t at,
    struct usb_record out[2])
{
	bool refused = outcome != OUTCOME_OK;
	struct usb_record *r = out;

	if (!c->told)
		*r++ = submit(b, c, b->address);
	*r = record_of(b, c, USB_RECORD_COMPLETE, b->address, at);
	r->outcome = (uint8_t)outcome;
	r->moved = refused ? 0 : (uint32_t)c->data.len;
	if (has_data_in(c) && !refused) {
		buf_reset(&b->told);
		buf_add(&b->told, c->data.data, c->data.len);
		with_data(b, r);
	}
	c->open = false;
	return ((size_t)(r - out) + 1);
}

static size_t
begin(struct usb_bus *b, struct control *c, uint64_t at,
    struct usb_record out[2])
{
	size_t n = 0;

	if (b->data.len != SETUP_LENGTH)
		return (0);
	/* The one before was given up. */
	if (c->open && !c->told)
		out[n++] = submit(b, c, b->address);
	c->open = true;
	c->told = false;
	c->setup = setup_unpack(b->data.data);
	c->at = at;
	c->id = ++b->id;
	c->toggle = USB_PID_DATA0;
	c->cut = false;
	buf_reset(&c->data);
	/* The one given up has its data in told still. */
	if (n == 0 && (has_data_in(c) || c->setup.wLength == 0))
		out[n++] = submit(b, c, b->address);
	return (n);
}

/* Data of the data stage; what was sent again is taken once. */
static void
take(struct usb_bus *b, struct control *c)
{
	if (b->data_pid == c->toggle)
		return;
	c->toggle = b->data_pid;
	c->cut = c->cut || b->cut;
	if (c->data.len + b->data.len <= c->setup.wLength)
		buf_add(&c->data, b->data.data, b->data.len);
}

/* The transaction of b->token, its data in b->data, was taken. */
static size_t
acknowledged(struct usb_bus *b, uint64_t at, struct usb_record out[2])
{
	struct control *c = control_of(b);
	bool in = b->token == USB_PID_IN;

	if (b->token == USB_PID_SETUP)
		return (begin(b, c, at, out));
	if (!c->open || b->data_pid == 0)
		return (0);
	if (in == has_data_in(c)) {
		take(b, c);
		if (in || c->told || c->data.len < c->setup.wLength)
			return (0);
		out[0] = submit(b, c, b->address);
		return (1);
	}
	/* The status stage goes the other way, and is empty. */
	return (end(b, c, OUTCOME_OK, at, out));
}

/* A packet of another endpoint than 0. */
static size_t
packet(const struct usb_bus *b, uint8_t transfer, enum outcome outcome,
    uint64_t at, struct usb_record *out)
{
	bool in = b->token == USB_PID_IN;
	uint32_t length = outcome == OUTCOME_OK ? b->length : 0;

	*out = (struct usb_record){ .time = at, .host = USB_HOST_BUS,
	    .bus = b->bus, .device = b->address, .transfer = transfer,
	    .outcome = (uint8_t)outcome, .moved = length, .there = length,
	    .room = UINT32_MAX };
	out->kind = in || outcome != OUTCOME_OK ? USB_RECORD_COMPLETE :
	    USB_RECORD_SUBMIT;
	out->endpoint = (uint8_t)(b->endpoint | (in ? 0x80 : 0));
	return (1);
}

/* Other endpoints come between the halves of a control transfer's split. */
static struct split *
split_of(struct usb_bus *b)
{
	return (&control_of(b)->splits[b->endpoint != 0]);
}

static void
keep_split(struct usb_bus *b)
{
	struct split *x = split_of(b);

	x->kept = b->data_pid != 0;
	x->endpoint = b->endpoint;
	x->pid = b->data_pid;
	x->length = b->length;
	buf_reset(&x->data);
	buf_add(&x->data, b->data.data, b->data.len);
}

/* The transaction under way ended without a handshake, if there is one. */
static size_t
unanswered(struct usb_bus *b, struct usb_record *out)
{
	bool was = b->token != 0 && b->endpoint != 0 && b->data_pid != 0;
	size_t n = 0;

	if (was && b->start && b->split_type != SPLIT_ISOCHRONOUS)
		keep_split(b);
	else if (was)
		n = packet(b, USB_TRANSFER_UNANSWERED, OUTCOME_OK, b->data_at,
		    out);
	b->token = 0;
	return (n);
}

/* The handshake of a transaction with another endpoint than 0. */
static size_t
elsewhere(const struct usb_bus *b, uint8_t pid, uint64_t at,
    struct usb_record *out)
{
	if (pid == USB_PID_STALL)
		return (packet(b, USB_TRANSFER_PACKET, OUTCOME_STALL, at,
		    out));
	if (pid == USB_PID_NAK || b->data_pid == 0)
		return (0);
	return (packet(b, USB_TRANSFER_PACKET, OUTCOME_OK, at, out));
}

static size_t
handshake(struct usb_bus *b, uint8_t pid, uint64_t at,
    struct usb_record out[2])
{
	struct control *c;
	struct split *x;
	size_t n = 0;

	if (b->token == 0)
		return (0);
	c = control_of(b);
	if (b->start) {
		/* Of the hub; what the device says comes later. */
		keep_split(b);
		b->token = 0;
		return (0);
	}
	x = split_of(b);
	if (b->complete && x->kept && x->endpoint == b->endpoint &&
	    b->data_pid == 0) {
		b->data_pid = x->pid;
		b->length = x->length;
		buf_reset(&b->data);
		buf_add(&b->data, x->data.data, x->data.len);
	}
	if (b->endpoint != 0)
		n = elsewhere(b, pid, at, out);
	else if (pid == USB_PID_ACK || pid == USB_PID_NYET)
		n = acknowledged(b, at, out);
	else if (pid == USB_PID_STALL && c->open)
		n = end(b, c, OUTCOME_STALL, at, out);
	if (!(b->complete && pid == USB_PID_NYET))
		x->kept = false;
	b->token = 0;
	return (n);
}

static void
token(struct usb_bus *b, const uint8_t *p, size_t n)
{
	b->token = 0;
	b->data_pid = 0;
	buf_reset(&b->data);
	b->start = b->start && b->split;
	b->complete = b->complete && b->split;
	b->split = false;
	if (n < 3)
		return;
	b->token = p[0];
	b->address = p[1] & 0x7f;
	b->endpoint = (uint8_t)(p[1] >> 7 | (p[2] & 7) << 1);
}

static void
data(struct usb_bus *b, const struct capture_record *from)
{
	size_t n = from->original >= 1 + CRC ? from->original - 1 - CRC : 0;

	if (b->token == 0)
		return;
	b->data_pid = from->data[0];
	b->data_at = from->time;
	b->length = (uint32_t)n;
	b->cut = from->captured < from->original;
	if (n > from->captured - 1u)
		n = from->captured - 1u;
	buf_reset(&b->data);
	buf_add(&b->data, from->data + 1, n);
}

size_t
usb_bus_packet(struct usb_bus *b, const struct capture_record *from,
    struct usb_record out[2])
{
	const uint8_t *p = from->data;
	size_t n = from->captured, told;
	bool was_complete;

	if (n == 0)
		return (0);
	b->bus = (uint16_t)(from->interface + 1);
	switch (p[0]) {
	case USB_PID_SPLIT:
		told = unanswered(b, out);
		b->start = n >= 2 && (p[1] & 0x80) == 0;
		b->complete = !b->start;
		b->split = true;
		b->split_type = n >= 4 ? p[3] >> 1 & 3 : 0;
		return (told);
	case USB_PID_SOF:
		return (unanswered(b, out));
	case USB_PID_SETUP:
	case USB_PID_IN:
	case USB_PID_OUT:
	case USB_PID_PING:
		told = unanswered(b, out);
		token(b, p, n);
		return (told);
	case USB_PID_DATA0:
	case USB_PID_DATA1:
	case USB_PID_DATA2:
	case USB_PID_MDATA:
		data(b, from);
		/* What a hub passes on is not acknowledged again. */
		if (!b->complete || b->token != USB_PID_IN)
			return (0);
		n = handshake(b, USB_PID_ACK, from->time, out);
		b->start = b->complete = false;
		return (n);
	case USB_PID_ACK:
	case USB_PID_NAK:
	case USB_PID_STALL:
	case USB_PID_NYET:
		was_complete = b->complete;
		/* A hub's NYET: ask again. */
		n = was_complete && p[0] == USB_PID_NYET ? 0 :
		    handshake(b, p[0], from->time, out);
		b->start = b->complete = false;
		return (n);
	default:
		return (0);
	}
}

size_t
usb_bus_end(struct usb_bus *b, struct usb_record out[2])
{
	size_t i = unanswered(b, out);

	if (i != 0)
		return (i);
	for (i = 0; i < ADDRESSES; i++) {
		if (b->controls[i] == NULL || !b->controls[i]->open ||
		    b->controls[i]->told)
			continue;
		out[0] = submit(b, b->controls[i], (uint8_t)i);
		return (1);
	}
	return (0);
}
