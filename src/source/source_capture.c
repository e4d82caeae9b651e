/* SPDX-License-Identifier: ISC */
/* Captures as sources: wire/ knows their records, the listener devices. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "source/capture_back.h"
#include "source/listener.h"
#include "source/source_own.h"
#include "source/window.h"
#include "wire/usb_bus.h"

/* Records that a call looks at. */
#define SHARE	4096
#define INTERFACES	64

struct capture_source {
	struct window		 window;
	struct capture		 capture;
	struct listener		*listener;
	struct capture_back	 back;	/* of what was exported */
	uint16_t		 devices;
	struct usb_bus		*buses[INTERFACES];	/* of analysers */
	bool			 usb;	/* some record was */
	bool			 ended;
	bool			 said;	/* that there is nothing */
	uint64_t		 record;	/* looked at last */
};

bool
source_capture_begin(struct source *s, struct buf *error)
{
	struct capture_source *c = mem_alloc(sizeof(*c));

	(void)error;
	s->state = c;
	c->listener = listener_new(&c->devices);
	/* The window moves only when nothing is left to be read of it. */
	listener_borrow(c->listener);
	window_begin(&c->window, s->lines.fd, CAPTURE_WINDOW, false);
	return (true);
}

/* What is packed may be a capture, or anything else. */
bool
source_capture_begin_gzip(struct source *s, struct buf *error)
{
	struct capture_source *c = mem_alloc(sizeof(*c));
	struct window *w = &c->window;
	struct buf words = { 0 };
	const uint8_t *p;
	size_t n;

	s->state = c;
	c->listener = listener_new(&c->devices);
	listener_borrow(c->listener);
	window_begin(w, s->lines.fd, CAPTURE_WINDOW, true);
	while (w->to < 12 && !w->ended && window_fill(w, error))
		continue;
	p = w->bytes;
	n = w->to;
	if (capture_is_pcap(p, n) || capture_is_pcapng(p, n))
		return (true);
	if (error->len == 0) {
		source_sniff(p, n, &words);
		buf_addf(error, "not a journal or a capture: gzip data, "
		    "probably %s",
		    buf_str(&words));
	}
	buf_free(&words);
	source_place(s, 0, error);
	return (false);
}

void
source_capture_end(struct source *s)
{
	struct capture_source *c = s->state;
	size_t i;

	if (c == NULL)
		return;
	for (i = 0; i < INTERFACES; i++)
		usb_bus_free(c->buses[i]);
	window_end(&c->window);
	capture_free(&c->capture);
	listener_free(c->listener);
	capture_back_free(&c->back);
	free(c);
}

/* A record that cannot be read is counted, and the first is told. */
static void
damaged(struct source *s, struct capture_source *c, uint64_t record,
    const struct buf *why)
{
	struct buf text = { 0 };

	if (s->damaged++ == 0)
		s->first = (unsigned long)record;
	buf_addf(&text, "record %llu ", (unsigned long long)record);
	buf_add(&text, why->data, why->len);
	if (s->damaged == 1 || c->ended)
		listener_text(c->listener, EVENT_LOST, 0, 0, 0,
		    buf_str(&text));
	buf_free(&text);
}

static void
give(struct capture_source *c, const struct usb_record *records, size_t n,
    uint64_t number)
{
	size_t i;

	for (i = 0; i < n; i++)
		listener_record(c->listener, &records[i], number);
}

static void
bus_packet(struct capture_source *c, const struct capture_record *r)
{
	struct usb_bus **bus = &c->buses[r->interface % INTERFACES];
	struct usb_record out[2];

	if (*bus == NULL)
		*bus = usb_bus_new();
	give(c, out, usb_bus_packet(*bus, r, out), r->number);
}

static void
comment(struct capture_source *c, const struct capture_record *r,
    const struct usb_record *u)
{
	struct buf text = { 0 };

	if (r->comment_length == 0 || c->capture.own)
		return;
	buf_addf(&text, "comment on record %llu: ",
	    (unsigned long long)r->number);
	text_escape(&text, r->comment, r->comment_length);
	listener_text(c->listener, EVENT_NOTE, u->host, u->bus, u->device,
	    buf_str(&text));
	buf_free(&text);
}

static void
packet(struct source *s, struct capture_source *c,
    const struct capture_record *r)
{
	struct buf why = { 0 };
	struct usb_record u;
	struct event e;

	if (usb_record_is_bus(r->link)) {
		c->usb = true;
		bus_packet(c, r);
		return;
	}
	switch (usb_record_read(r, &u, &why)) {
	case USB_RECORD_READ:
		c->usb = true;
		if (c->capture.own) {
			if (capture_back_packet(&c->back, r, &u, &e))
				listener_event(c->listener, &e);
			break;
		}
		listener_record(c->listener, &u, r->number);
		comment(c, r, &u);
		break;
	case USB_RECORD_SHORT:
		damaged(s, c, r->number, &why);
		break;
	case USB_RECORD_NONE:
		break;
	}
	buf_free(&why);
}

static void
take(struct source *s, struct capture_source *c,
    const struct capture_record *r)
{
	struct buf text = { 0 };
	struct event e;

	switch (r->kind) {
	case CAPTURE_PACKET:
		packet(s, c, r);
		break;
	case CAPTURE_BUS:
		listener_bus(c->listener, r->bus, USB_HOST_BUS,
		    (uint16_t)(r->interface + 1), r->time);
		break;
	case CAPTURE_LOST:
		/* What it lost stands in its journal. */
		if (c->capture.own)
			break;
		buf_addf(&text, "the capture counts %llu lost record%s",
		    (unsigned long long)r->lost,
		    r->lost == 1 ? "" : "s");
		listener_text(c->listener, EVENT_LOST, 0, 0, 0,
		    buf_str(&text));
		break;
	case CAPTURE_JOURNAL:
		if (c->capture.own && capture_back_entry(&c->back, r, &e))
			listener_event(c->listener, &e);
		break;
	}
	buf_free(&text);
}

/* What no bus packet ended. */
static void
finish(struct capture_source *c)
{
	struct usb_record out[2];
	size_t i, n;

	c->ended = true;
	for (i = 0; i < INTERFACES; i++) {
		while (c->buses[i] != NULL &&
		    (n = usb_bus_end(c->buses[i], out)) != 0)
			give(c, out, n, c->record);
	}
	listener_end_runs(c->listener);
}

/* The end is there: what can be said of a file that tells of no DFU. */
static enum source_result
at_end(struct source *s, struct capture_source *c, struct event *e,
    struct buf *error)
{
	if (c->said || listener_devices(c->listener) != 0)
		return (SOURCE_END);
	c->said = true;
	if (!c->usb && s->cut == 0 && s->damaged == 0) {
		buf_addf(error, "none of the %llu packets in this capture is "
		    "readable USB traffic",
		    (unsigned long long)c->capture.number);
		source_place(s, 0, error);
		return (SOURCE_BAD);
	}
	listener_text(c->listener, EVENT_NOTE, 0, 0, 0, "no device in this "
	    "capture has a DFU interface or received a DFU request");
	return (listener_read(c->listener, e) ? SOURCE_EVENT : SOURCE_END);
}

/* One record more, or as much of the file; false: it cannot be read. */
static bool
step(struct source *s, struct capture_source *c, struct buf *error)
{
	struct window *w = &c->window;
	struct capture_record r;
	struct buf why = { 0 };
	uint64_t used;

	switch (capture_next(&c->capture, w->bytes + w->from, w->to - w->from,
	    w->ended, &used, &r, &why)) {
	case CAPTURE_GOT:
		c->record = r.number;
		take(s, c, &r);
		window_take(w, used);
		break;
	case CAPTURE_NOTHING:
		window_take(w, used);
		break;
	case CAPTURE_MORE:
		buf_free(&why);
		return (window_fill(w, error));
	case CAPTURE_CUT:
		finish(c);
		if (w->damage.len != 0)
			damaged(s, c, c->record, &w->damage);
		else
			s->cut = (unsigned long)r.number;
		break;
	case CAPTURE_BAD:
		finish(c);
		damaged(s, c, r.number, &why);
		break;
	case CAPTURE_END:
		/* The rest of a record that was passed over is not there. */
		finish(c);
		if (w->damage.len != 0)
			damaged(s, c, c->record, &w->damage);
		else if (w->skip != 0)
			s->cut = (unsigned long)r.number;
		break;
	}
	buf_free(&why);
	return (true);
}

enum source_result
source_capture_read(struct source *s, struct event *e, struct buf *error)
{
	struct capture_source *c = s->state;
	unsigned n;

	for (n = 0; n < SHARE; n++) {
		if (listener_read(c->listener, e))
			return (SOURCE_EVENT);
		if (c->ended)
			return (at_end(s, c, e, error));
		if (!step(s, c, error)) {
			source_place(s, 0, error);
			return (SOURCE_BAD);
		}
	}
	return (SOURCE_LATER);
}
