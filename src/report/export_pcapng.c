/* SPDX-License-Identifier: ISC */
/*
 * A session as a capture of usbmon, for Wireshark: descriptors first, so that
 * it knows DFU when it sees it; words as comments; what is no packet as
 * entries of a journal, from which source/ reads the session back.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "analysis/follow.h"
#include "base/mem.h"
#include "report/export_own.h"
#include "trace/journal.h"
#include "trace/words.h"
#include "wire/capture_writer.h"
#include "wire/usb.h"

#define APPLICATION	"dfuscope " PACKAGE_VERSION
#define COMMENTS	16

struct pcapng {
	struct buf		*b;
	const struct sessions	*sessions;
	const struct session	*s;
	uint64_t		 zero;	/* us since 1970 */
	uint16_t		 bus;
	uint8_t			 address;
	uint64_t		 id;	/* of packets that are made up */
	uint64_t		 packets;
	uint64_t		 lost;
	uint64_t		 last;	/* us since 1970 */
	/* Of what stood before the next packet, and its own words. */
	char			*comments[COMMENTS];
	size_t			 ncomments;
};

static void
add_comment(struct pcapng *x, const char *text)
{
	if (x->ncomments < COMMENTS - 2)
		x->comments[x->ncomments++] = mem_strdup(text);
}

static void
packet(struct pcapng *x, const struct usb_record *r)
{
	struct buf bytes = { 0 };
	uint32_t more = r->there - r->kept;
	size_t i;

	capture_write_usb(&bytes, r);
	capture_write_packet(x->b, r->time, bytes.data, (uint32_t)bytes.len,
	    (uint32_t)bytes.len + more, x->comments, x->ncomments);
	for (i = 0; i < x->ncomments; i++)
		free(x->comments[i]);
	x->ncomments = 0;
	x->packets++;
	x->last = r->time;
	buf_free(&bytes);
}

static struct usb_record
record(const struct pcapng *x, enum usb_record_kind kind,
    const struct setup *s, uint64_t time)
{
	return ((struct usb_record){ .kind = kind, .bus = x->bus,
	    .device = x->address, .setup = *s, .time = time,
	    .outcome = OUTCOME_OK });
}

/* What the host knew without asking, as if it had asked. */
static void
made_up(struct pcapng *x, const uint8_t *p, uint16_t n, uint64_t time)
{
	struct setup s = { .bmRequestType = USB_DIR_IN,
	    .bRequest = USB_REQ_GET_DESCRIPTOR, .wLength = n,
	    .wValue = (uint16_t)(p[1] << 8) };
	struct usb_record r = record(x, USB_RECORD_SUBMIT, &s, time);

	r.id = EXPORT_MADE_UP | ++x->id;
	r.moved = n;
	add_comment(x, "not on the bus: known to the host");
	packet(x, &r);
	r.kind = USB_RECORD_COMPLETE;
	r.data = p;
	r.kept = r.there = n;
	add_comment(x, "not on the bus: known to the host");
	packet(x, &r);
}

static void
descriptors(struct pcapng *x, const struct identity *who, uint64_t time)
{
	const uint8_t *p = who->descriptors.data;
	size_t n = who->descriptors.len, length;

	for (; n >= 4; p += length, n -= length) {
		length = p[1] == USB_DT_CONFIG ? p[2] | (size_t)p[3] << 8 :
		    p[0];
		if (length < 4 || length > n)
			length = n;
		made_up(x, p, (uint16_t)length, time);
	}
}

/* No packet: it stands in the journal, and at the next one. */
static void
remark(struct pcapng *x, const struct event *e)
{
	struct buf line = { 0 }, words = { 0 }, entry = { 0 };

	journal_print(&line, e, NULL);
	words_event(&words, e, NULL, NULL);
	buf_addf(&entry, "__REALTIME_TIMESTAMP=%llu\nSYSLOG_IDENTIFIER="
	    "dfuscope\nMESSAGE=%s\n" EXPORT_ZERO "=%llu\n" EXPORT_EVENT "=%s",
	    (unsigned long long)(x->zero + e->time), buf_str(&words),
	    (unsigned long long)x->zero, buf_str(&line));
	capture_write_journal(x->b, buf_str(&entry));
	add_comment(x, buf_str(&words));
	if (e->kind == EVENT_LOST)
		x->lost++;
	buf_free(&line);
	buf_free(&words);
	buf_free(&entry);
}

/* Behind the number: what no packet of usbmon has a place for. */
static void
add_facts(struct buf *b, const struct event *e)
{
	buf_addf(b, "#%u, by %s", e->number,
	    event_agent_name((enum event_agent)e->agent));
	if (e->basis != EVENT_SEEN)
		buf_addf(b, ", %s", event_basis_name(
		    (enum event_basis)e->basis));
	if (e->timeout != 0)
		buf_addf(b, ", at most %u ms", e->timeout);
	if (!e->elided)
		return;
	buf_addf(b, ", CRC-32 %08x, ends with ", e->crc);
	buf_addhex(b, e->data + EVENT_ELIDED_EDGE, EVENT_ELIDED_EDGE);
}

static void
transfer(struct pcapng *x, const struct event *e)
{
	const struct request *q = session_request(x->s, e->number);
	const struct event *submit = e;
	struct buf facts = { 0 }, words = { 0 };
	struct usb_record r;
	struct event copy = *e;

	if (e->kind == EVENT_COMPLETE && q != NULL)
		submit = trace_get(x->sessions->trace, q->submit);
	if (submit == NULL || (e->kind == EVENT_COMPLETE && q == NULL))
		return;
	r = record(x, e->kind == EVENT_SUBMIT ? USB_RECORD_SUBMIT :
	    USB_RECORD_COMPLETE, e->kind == EVENT_SUBMIT ? &e->setup :
	    &q->setup, x->zero + copy.time);
	r.id = e->number;
	r.outcome = copy.outcome;
	r.moved = e->kind == EVENT_SUBMIT ? e->setup.wLength : copy.len;
	add_facts(&facts, &copy);
	words_event(&words, &copy, e->kind == EVENT_COMPLETE ? submit : NULL,
	    q != NULL ? &q->meaning : NULL);
	add_comment(x, buf_str(&facts));
	add_comment(x, buf_str(&words));
	r.data = copy.data;
	r.kept = copy.elided ? EVENT_ELIDED_EDGE : copy.kept;
	if ((e->kind == EVENT_SUBMIT) != setup_is_in(&r.setup))
		r.there = copy.len;
	if (r.kept > r.there)
		r.kept = r.there;
	packet(x, &r);
	buf_free(&facts);
	buf_free(&words);
}

static void
arrives(struct pcapng *x, const struct event *e)
{
	const struct identity *who = e->who;

	x->bus = who->bus != 0 ? who->bus : 1;
	x->address = (uint8_t)(who->devnum != 0 && who->devnum < 128 ?
	    who->devnum : 1 + e->dev % 126);
	remark(x, e);
	descriptors(x, who, x->zero + e->time);
}

/* The wall clock at time 0 of the trace, or 0; its event is copied. */
static uint64_t
find_zero(const struct trace *t, struct event *wall, struct buf *text)
{
	const struct event *e;
	unsigned year, month, day, hour, minute, second, us;
	struct tm tm = { 0 };
	uint64_t zero = 0;
	size_t i;

	for (i = trace_first(t); i < trace_end(t) && zero == 0; i++) {
		e = trace_get(t, i);
		if (e == NULL || e->kind != EVENT_WALL)
			continue;
		buf_reset(text);
		buf_add(text, e->data, e->kept);
		*wall = *e;
		wall->data = text->data;
		if (sscanf(buf_str(text), "%4u-%2u-%2uT%2u:%2u:%2u.%6u",
		    &year, &month, &day, &hour, &minute, &second, &us) != 7)
			continue;
		tm.tm_year = (int)year - 1900;
		tm.tm_mon = (int)month - 1;
		tm.tm_mday = (int)day;
		tm.tm_hour = (int)hour;
		tm.tm_min = (int)minute;
		tm.tm_sec = (int)second;
		zero = (uint64_t)timegm(&tm) * 1000000 + us;
		zero -= e->time < zero ? e->time : zero;
	}
	return (zero);
}

void
export_pcapng(struct buf *b, const struct app *d, const struct session *s)
{
	const struct trace *t = d->sessions->trace;
	struct pcapng x = { .b = b, .sessions = d->sessions, .s = s,
	    .bus = 1, .address = 1 };
	struct follow f = { .next = 0 };
	size_t budget = SIZE_MAX, index, i;
	const struct event *e;
	struct event copy, wall;
	struct buf text = { 0 };
	uint8_t *data;

	x.zero = find_zero(t, &wall, &text);
	capture_write_begin(b, APPLICATION, CAPTURE_USB_LINUX_MMAPPED,
	    "dfuscope");
	if (x.zero != 0)
		remark(&x, &wall);
	buf_free(&text);
	while ((e = follow_next(&f, d->sessions, s, &budget, &index)) !=
	    NULL) {
		/* The trace is asked again, and what it gave is then gone. */
		copy = *e;
		copy.data = data = mem_copy(e->data, e->kept);
		if (copy.kind == EVENT_SUBMIT || copy.kind == EVENT_COMPLETE)
			transfer(&x, &copy);
		else if (copy.kind == EVENT_ARRIVED && copy.who != NULL)
			arrives(&x, &copy);
		else
			remark(&x, &copy);
		free(data);
	}
	for (i = 0; i < x.ncomments; i++)
		free(x.comments[i]);
	capture_write_end(b, x.last, x.packets, x.lost + trace_first(t));
}
