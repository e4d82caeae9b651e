/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "source/listener.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/mem.h"
#include "source/listener_own.h"
#include "trace/fact.h"
#include "trace/identity.h"
#include "wire/usb.h"

/* Of what is not ended, and of what may yet turn out to be DFU. */
#define OPEN_MOST	256
#define HELD_MOST	256
#define SPARE_BYTES	((size_t)8 * 1024)
#define HELD_BYTES	((size_t)64 * 1024)
#define DEVICES_MOST	1024
#define YEAR_2000	946684800u	/* s since 1970 */

struct listener *
listener_new(uint16_t *last)
{
	struct listener *l = mem_alloc(sizeof(*l));

	l->last_dev = last;
	l->numbers = &l->number;
	return (l);
}

void
listener_borrow(struct listener *l)
{
	l->borrows = true;
}

/* One is kept for the next: transfers begin and end all the time. */
static void
free_open(struct listener *l, struct listener_open *o)
{
	if (l->spare == NULL && o->data.cap <= SPARE_BYTES) {
		buf_reset(&o->data);
		l->spare = o;
		return;
	}
	buf_free(&o->data);
	free(o);
}

static struct listener_open *
new_open(struct listener *l)
{
	struct listener_open *o = l->spare;

	if (l->nopen == l->open_cap) {
		l->open_cap = l->open_cap == 0 ? 8 : 2 * l->open_cap;
		l->open = mem_array(l->open, l->open_cap, sizeof(*l->open));
	}
	if (o == NULL)
		o = mem_alloc(sizeof(*o));
	l->spare = NULL;
	return (l->open[l->nopen++] = o);
}

static void
clear_queue(struct listener_queue *q)
{
	size_t i;

	for (i = q->next; i < q->n; i++)
		identity_free(q->list[i].who);
	q->n = q->next = 0;
	buf_reset(&q->bytes);
}

static void
free_queue(struct listener_queue *q)
{
	clear_queue(q);
	free(q->list);
	buf_free(&q->bytes);
}

static void
free_device(struct listener_device *d)
{
	identity_free(d->who);
	buf_free(&d->config);
	free_queue(&d->held);
	free(d);
}

void
listener_free(struct listener *l)
{
	size_t i;

	if (l == NULL)
		return;
	for (i = 0; i < l->ndevices; i++)
		free_device(l->devices[i]);
	for (i = 0; i < l->nopen; i++)
		free_open(l, l->open[i]);
	if (l->spare != NULL)
		buf_free(&l->spare->data);
	free(l->spare);
	free(l->devices);
	free(l->open);
	free(l->buses);
	free_queue(&l->out);
	identity_free(l->told);
	free(l);
}

/* Takes over who. */
static void
enqueue(struct listener_queue *q, const struct event *e,
    struct identity *who, const uint8_t *lent)
{
	struct listener_queued *x;

	if (q->n == q->cap) {
		q->cap = q->cap < 16 ? 32 : q->cap * 2;
		q->list = mem_array(q->list, q->cap, sizeof(*q->list));
	}
	x = &q->list[q->n++];
	x->e = *e;
	x->who = who;
	x->numbered = false;
	x->at = q->bytes.len;
	if (e->kept != 0 && e->data == lent)
		x->at = LISTENER_LENT;
	else if (e->kept != 0)
		buf_add(&q->bytes, e->data, e->kept);
}

static void
dequeued(const struct listener_queue *q, const struct listener_queued *x,
    struct event *e)
{
	*e = x->e;
	if (e->kept == 0)
		e->data = NULL;
	else if (x->at != LISTENER_LENT)
		e->data = q->bytes.data + x->at;
	e->who = x->who;
}

void
listener_begins(struct listener *l, uint64_t zero)
{
	struct buf wall = { 0 };
	struct event e;

	if (l->begun)
		return;
	l->begun = true;
	l->zero = zero;
	/* Analysers count from 0: that is no wall clock. */
	if (zero / 1000000 > YEAR_2000)
		clock_wall_at(&wall, zero);
	if (wall.len != 0) {
		e = event_text(EVENT_WALL, 0, 0, buf_str(&wall));
		enqueue(&l->out, &e, NULL, NULL);
	}
	buf_free(&wall);
}

void
listener_starts(struct listener *l, uint64_t zero, uint64_t now)
{
	size_t i;

	l->begun = true;
	l->zero = zero;
	l->now = now;
	/* Who was there before anything was heard is there from now on. */
	for (i = 0; i < l->ndevices; i++) {
		l->devices[i]->first = l->devices[i]->last = zero + now;
		listener_judge(l, l->devices[i]);
	}
}

void
listener_event(struct listener *l, const struct event *e)
{
	struct event copy = *e;

	l->begun = true;
	copy.time = l->now = e->time > l->now ? e->time : l->now;
	if (e->kind == EVENT_ARRIVED)
		l->narrived++;
	enqueue(&l->out, &copy, e->who != NULL ? identity_copy(e->who) : NULL,
	    NULL);
}

/* On the trace's clock, which never goes back. */
static uint64_t
time_of(struct listener *l, uint64_t at)
{
	uint64_t t = at == CAPTURE_TIMELESS || at < l->zero ? 0 :
	    at - l->zero;

	return (t > l->now ? t : l->now);
}

/* e's time is that of the capture. */
static void
emit(struct listener *l, struct event *e, struct identity *who)
{
	e->time = l->now = time_of(l, e->time);
	enqueue(&l->out, e, who, l->lent);
}

bool
listener_read(struct listener *l, struct event *e)
{
	struct listener_queued *x;

	if (l->told != NULL)
		identity_free(l->told);
	l->told = NULL;
	if (l->out.next == l->out.n) {
		clear_queue(&l->out);
		return (false);
	}
	x = &l->out.list[l->out.next++];
	dequeued(&l->out, x, e);
	l->told = x->who;
	return (true);
}

unsigned
listener_devices(const struct listener *l)
{
	return (l->narrived);
}

struct listener_device *
listener_find(const struct listener *l, uint8_t host, uint16_t bus,
    uint16_t address)
{
	size_t i;

	for (i = l->ndevices; i > 0; i--) {
		if (l->devices[i - 1]->host == host &&
		    l->devices[i - 1]->bus == bus &&
		    l->devices[i - 1]->address == address)
			return (l->devices[i - 1]);
	}
	return (NULL);
}

/* One that nobody was told of, and that is silent the longest; or n. */
static size_t
oldest_untold(const struct listener *l)
{
	size_t i, best = l->ndevices;

	for (i = 0; i < l->ndevices; i++) {
		if (!l->devices[i]->told && (best == l->ndevices ||
		    l->devices[i]->last < l->devices[best]->last))
			best = i;
	}
	return (best);
}

static void
forget_open(struct listener *l, const struct listener_device *d)
{
	size_t i, n = 0;

	for (i = 0; i < l->nopen; i++) {
		if (l->open[i]->device == d)
			free_open(l, l->open[i]);
		else
			l->open[n++] = l->open[i];
	}
	l->nopen = n;
}

void
listener_forget(struct listener *l, struct listener_device *d)
{
	size_t i;

	for (i = 0; i < l->ndevices && l->devices[i] != d; i++)
		continue;
	forget_open(l, d);
	free_device(d);
	memmove(l->devices + i, l->devices + i + 1,
	    (--l->ndevices - i) * sizeof(*l->devices));
}

/* NULL: there are too many already. */
struct listener_device *
listener_new_device(struct listener *l, uint8_t host, uint16_t bus,
    uint16_t address)
{
	struct listener_device *d;

	if (l->ndevices == DEVICES_MOST) {
		size_t i = oldest_untold(l);

		if (i == l->ndevices)
			return (NULL);
		listener_forget(l, l->devices[i]);
	}
	d = mem_alloc(sizeof(*d));
	d->host = host;
	d->bus = bus;
	d->address = address;
	d->room = UINT32_MAX;
	d->who = identity_new();
	d->who->bus = bus;
	d->who->devnum = address;
	d->who->transport = mem_strdup(usb_host_name(host));
	l->devices = mem_array(l->devices, l->ndevices + 1,
	    sizeof(*l->devices));
	l->devices[l->ndevices++] = d;
	return (d);
}

struct listener_device *
listener_get(struct listener *l, uint8_t host, uint16_t bus,
    uint16_t address)
{
	struct listener_device *d = listener_find(l, host, bus, address);

	return (d != NULL ? d : listener_new_device(l, host, bus, address));
}

void
listener_device(struct listener *l, const struct identity *who)
{
	struct listener_device *d = listener_find(l, USB_HOST_LINUX, who->bus,
	    who->devnum);

	if (d != NULL && d->told)
		return;
	if (d == NULL)
		d = listener_new_device(l, USB_HOST_LINUX, who->bus,
		    who->devnum);
	if (d == NULL)
		return;
	identity_free(d->who);
	d->who = identity_copy(who);
	d->described = true;
	listener_on_port(l, d);
	if (l->begun)
		listener_judge(l, d);
}

/* Requests: what is not told yet waits for the device to be known as DFU. */

static void
drop_held(struct listener_device *d)
{
	struct listener_queue *q = &d->held;
	struct buf bytes = { 0 };
	size_t i, half = q->n / 2, from = half < q->n ? q->list[half].at : 0;

	buf_add(&bytes, q->bytes.data + from, q->bytes.len - from);
	memmove(q->list, q->list + half, (q->n - half) * sizeof(*q->list));
	q->n -= half;
	for (i = 0; i < q->n; i++)
		q->list[i].at -= from;
	buf_free(&q->bytes);
	q->bytes = bytes;
	d->dropped = true;
}

static void
hold(struct listener_device *d, const struct event *e)
{
	if (d->dull)
		return;
	if (d->held.n != 0 && (d->held.n >= HELD_MOST ||
	    d->held.bytes.len + e->kept > HELD_BYTES))
		drop_held(d);
	enqueue(&d->held, e, NULL, NULL);
}

void
listener_tell(struct listener *l, struct listener_device *d,
    struct event *e)
{
	if (!d->told) {
		hold(d, e);
		return;
	}
	e->dev = d->dev;
	emit(l, e, NULL);
}

static void
tell_text(struct listener *l, struct listener_device *d,
    enum event_kind kind, const char *text)
{
	struct event e = event_text(kind, 0, 0, text);

	e.time = l->now + l->zero;
	e.agent = EVENT_BY_OTHER;
	listener_tell(l, d, &e);
}

static uint32_t
next_number(struct listener *l, const struct listener_device *d)
{
	return (d->told ? ++*l->numbers : ++l->provisional);
}

static void
tell_submit(struct listener *l, struct listener_open *o, const uint8_t *data,
    size_t n)
{
	struct event e = { .time = o->at, .kind = EVENT_SUBMIT,
	    .setup = o->setup, .agent = EVENT_BY_OTHER };

	o->held = false;
	e.number = o->number = next_number(l, o->device);
	if (!setup_is_in(&o->setup)) {
		e.len = o->setup.wLength;
		e.kept = n < e.len ? (uint32_t)n : e.len;
		e.data = data;
	}
	listener_tell(l, o->device, &e);
}

/* What had been held back is complete. */
static void
tell_held(struct listener *l, struct listener_open *o)
{
	tell_submit(l, o, o->data.data, o->data.len);
	buf_reset(&o->data);
}

static void
drop_open(struct listener *l, size_t i)
{
	if (l->open[i]->held)
		tell_held(l, l->open[i]);
	free_open(l, l->open[i]);
	memmove(l->open + i, l->open + i + 1,
	    (--l->nopen - i) * sizeof(*l->open));
}

/*
 * The latest that is open with this id: ids are used again at once, and QEMU
 * has one for all devices. l->nopen: none.
 */
static size_t
find_open(const struct listener *l, const struct usb_record *r)
{
	size_t i, other = l->nopen;

	for (i = l->nopen; i > 0; i--) {
		if (l->open[i - 1]->id != r->id ||
		    l->open[i - 1]->host != r->host ||
		    l->open[i - 1]->bus != r->bus)
			continue;
		if (l->open[i - 1]->address == r->device)
			return (i - 1);
		if (r->id != 0 && other == l->nopen)
			other = i - 1;
	}
	return (other);
}

static void
submit(struct listener *l, struct listener_device *d,
    const struct usb_record *r)
{
	struct listener_open *o;
	size_t i = find_open(l, r);

	/* The id is used again: that one was never completed. */
	if (i < l->nopen)
		drop_open(l, i);
	if (l->nopen == OPEN_MOST)
		drop_open(l, 0);
	o = new_open(l);
	*o = (struct listener_open){ .data = o->data, .host = r->host,
	    .bus = r->bus, .address = r->device, .id = r->id, .device = d,
	    .setup = r->setup, .at = r->time };
	d->cut = d->cut || r->kept < r->there;
	d->no_stall = d->no_stall || r->no_stall;
	if (!l->adopts)
		listener_sent(l, d, &r->setup, r->time);
	o->held = r->may_follow && !setup_is_in(&r->setup) &&
	    r->setup.wLength != 0;
	if (o->held)
		buf_add(&o->data, r->data, r->kept);
	else
		tell_submit(l, o, r->data, r->kept);
}

/* How it ended, as the session wants it. */
static void
judge(const struct listener_device *d, const struct listener_open *o,
    struct event *e)
{
	bool in = setup_is_in(&o->setup);

	if (e->outcome != OUTCOME_OK)
		return;
	if (d->no_stall && (!in || e->len == 0)) {
		/* What was refused looks like what was done. */
		e->basis = EVENT_INFERRED;
		if (in && o->setup.wLength != 0)
			e->outcome = OUTCOME_STALL;
	}
	if (in && e->outcome == OUTCOME_OK && e->len < o->setup.wLength)
		e->outcome = OUTCOME_SHORT;
}

static void
tell_complete(struct listener *l, struct listener_device *d,
    struct listener_open *o, const struct usb_record *r)
{
	struct event e = { .time = r->time, .kind = EVENT_COMPLETE,
	    .number = o->number, .outcome = r->outcome,
	    .basis = r->basis & 0xf, .agent = EVENT_BY_OTHER };
	bool earlier = r->kept == 0 && o->data.len != 0;
	uint32_t most = o->setup.wLength;

	e.len = earlier ? (uint32_t)o->data.len : r->moved;
	if (e.len > most)
		e.len = most;
	if (setup_is_in(&o->setup)) {
		e.data = earlier ? o->data.data : r->data;
		e.kept = earlier ? (uint32_t)o->data.len : r->kept;
		e.kept = e.kept < e.len ? e.kept : e.len;
	}
	d->cut = d->cut || r->kept < r->there;
	judge(d, o, &e);
	listener_tell(l, d, &e);
	if (!l->adopts)
		listener_answered(l, d, &o->setup, &e);
}

static void
orphan(struct listener *l, struct listener_device *d, uint64_t number)
{
	struct buf text = { 0 };

	buf_addf(&text, "record %llu ends a request whose start is not in "
	    "the capture", (unsigned long long)number);
	tell_text(l, d, EVENT_LOST, buf_str(&text));
	buf_free(&text);
}

static void
complete(struct listener *l, struct listener_device *d,
    const struct usb_record *r, uint64_t number)
{
	size_t i = find_open(l, r);
	struct listener_open *o;

	if (i == l->nopen) {
		orphan(l, d, number);
		return;
	}
	o = l->open[i];
	if (o->held)
		tell_held(l, o);
	/* Out of the table first: what follows may forget the device. */
	memmove(l->open + i, l->open + i + 1,
	    (--l->nopen - i) * sizeof(*l->open));
	tell_complete(l, o->device, o, r);
	free_open(l, o);
}

static void
add_data(struct listener *l, const struct usb_record *r)
{
	size_t i = find_open(l, r);

	if (i == l->nopen)
		return;
	if (l->open[i]->data.len + r->kept <= UINT16_MAX)
		buf_add(&l->open[i]->data, r->data, r->kept);
}

/* Kinds of transfers, as USB_TRANSFER_CONTROL counts them. */
static const char *const transfer_words[] = { "isochronous", "interrupt",
	"control", "bulk" };

static bool
is_packets(const struct listener_run *run)
{
	return (run->transfer == USB_TRANSFER_PACKET ||
	    run->transfer == USB_TRANSFER_UNANSWERED);
}

/* "bulk IN ep 1, 64 bytes, 3 times", "3 packets IN ep 1, 140 bytes". */
static void
add_run(struct buf *b, const struct listener_run *run)
{
	bool packets = is_packets(run);

	if (packets)
		buf_addf(b, "%u packet%s", run->n, run->n == 1 ? "" : "s");
	else
		buf_adds(b, run->transfer < 4 ?
		    transfer_words[run->transfer] : "other");
	buf_addf(b, " %s ep %u, %llu byte%s", run->endpoint & 0x80 ? "IN" :
	    "OUT", run->endpoint & 0x7fu, (unsigned long long)run->bytes,
	    run->bytes == 1 ? "" : "s");
	if (run->transfer == USB_TRANSFER_UNANSWERED)
		buf_adds(b, ", without a handshake");
	if (run->n > 1 && !packets)
		buf_addf(b, ", %u times", run->n);
	if (run->outcome != OUTCOME_OK)
		buf_addf(b, ": %s", outcome_words(
		    (enum outcome)run->outcome));
}

void
listener_end_run(struct listener *l, struct listener_device *d)
{
	struct listener_run run = d->run;
	struct buf text = { 0 };
	struct event e;

	if (run.n == 0)
		return;
	d->run.n = 0;
	add_run(&text, &run);
	e = event_text(EVENT_NOTE, run.at, 0, buf_str(&text));
	e.agent = EVENT_BY_OTHER;
	listener_tell(l, d, &e);
	buf_free(&text);
}

void
listener_end_runs(struct listener *l)
{
	size_t i;

	for (i = 0; i < l->ndevices; i++)
		listener_end_run(l, l->devices[i]);
}

/* Those of a device that is known: what goes on beside DFU. */
static void
add_to_run(struct listener *l, const struct usb_record *r)
{
	bool in = (r->endpoint & 0x80) != 0;
	struct listener_device *d = listener_find(l, r->host, r->bus,
	    r->device);
	struct listener_run is = { .transfer = r->transfer,
		.endpoint = r->endpoint, .n = 1 };
	struct listener_run *run;

	/* OUT shows its bytes as it is asked for, IN as it is done. */
	if (d == NULL || !d->told || d->left ||
	    (r->kind == USB_RECORD_SUBMIT ? in : !in && r->outcome ==
	    OUTCOME_OK) || r->outcome == OUTCOME_CANCELLED)
		return;
	run = &d->run;
	is.bytes = r->kind == USB_RECORD_SUBMIT ? r->there : r->moved;
	is.outcome = r->kind == USB_RECORD_SUBMIT ? OUTCOME_OK : r->outcome;
	is.at = r->time == CAPTURE_TIMELESS ? l->now + l->zero : r->time;
	if (run->n != 0 && run->transfer == is.transfer &&
	    run->endpoint == is.endpoint && run->outcome == is.outcome &&
	    (run->bytes == is.bytes || is_packets(run))) {
		run->n++;
		run->bytes += is_packets(run) ? is.bytes : 0;
		return;
	}
	listener_end_run(l, d);
	*run = is;
}

void
listener_record(struct listener *l, const struct usb_record *r,
    uint64_t number)
{
	struct listener_device *d;
	struct usb_record at;

	if (r->transfer != USB_TRANSFER_CONTROL || (r->endpoint & 0x7f) != 0) {
		add_to_run(l, r);
		return;
	}
	if (r->time == CAPTURE_TIMELESS) {
		at = *r;
		at.time = l->now + l->zero;
		r = &at;
	}
	if (!l->begun)
		listener_begins(l, r->time);
	l->captured = r->time;
	d = listener_get(l, r->host, r->bus, r->device);
	if (d == NULL)
		return;
	if (d->left && r->kind == USB_RECORD_SUBMIT)
		d = listener_again(l, d);
	if (d->last == 0)
		d->first = r->time;
	d->last = r->time;
	if (d->run.n != 0)
		listener_end_run(l, d);
	l->lent = l->borrows ? r->data : NULL;
	if (r->room < d->room)
		d->room = r->room;
	switch (r->kind) {
	case USB_RECORD_SUBMIT:
		if (r->has_setup)
			submit(l, d, r);
		break;
	case USB_RECORD_DATA:
		add_data(l, r);
		break;
	case USB_RECORD_COMPLETE:
		complete(l, d, r, number);
		break;
	}
	l->lent = NULL;
}

/* It is DFU: its arrival, and what was held back. */

static uint16_t
lacking(const struct listener_device *d)
{
	uint16_t lacks = 0;

	/* Who was there before may have used it, and may do so still. */
	if (!d->began)
		lacks |= FACT(FACT_OTHERS);
	if (!d->described && d->config.len == 0)
		lacks |= FACT(FACT_DESCRIPTORS) | FACT(FACT_ATTRIBUTES) |
		    FACT(FACT_MAP);
	if (d->cut || d->room < 4096)
		lacks |= FACT(FACT_PAYLOAD);
	if (d->room < DFU_GETSTATUS_LENGTH)
		lacks |= FACT(FACT_STATUS) | FACT(FACT_ERROR_CODE) |
		    FACT(FACT_WAITS);
	return (lacks);
}

/* Provisional numbers become real ones, in requests and in what is open. */
static void
renumber_open(struct listener *l, const struct listener_device *d,
    uint32_t from, uint32_t to)
{
	size_t i;

	for (i = 0; i < l->nopen; i++) {
		if (l->open[i]->device == d && !l->open[i]->held &&
		    l->open[i]->number == from && !l->open[i]->real) {
			l->open[i]->number = to;
			l->open[i]->real = true;
		}
	}
}

static void
release(struct listener *l, struct listener_device *d)
{
	struct listener_queue *q = &d->held;
	struct event e;
	size_t i, k;

	for (i = 0; i < q->n; i++) {
		uint32_t was = q->list[i].e.number;

		if (q->list[i].e.kind != EVENT_SUBMIT)
			continue;
		q->list[i].e.number = ++*l->numbers;
		q->list[i].numbered = true;
		renumber_open(l, d, was, *l->numbers);
		for (k = i + 1; k < q->n; k++) {
			if (q->list[k].e.kind == EVENT_COMPLETE &&
			    !q->list[k].numbered &&
			    q->list[k].e.number == was) {
				q->list[k].e.number = *l->numbers;
				q->list[k].numbered = true;
			}
		}
	}
	for (i = 0; i < q->n; i++) {
		if (q->list[i].e.kind == EVENT_COMPLETE &&
		    !q->list[i].numbered)
			continue;
		dequeued(q, &q->list[i], &e);
		e.dev = d->dev;
		emit(l, &e, NULL);
	}
	/* Of what is open the begin was not kept. */
	for (i = l->nopen; i > 0; i--) {
		if (l->open[i - 1]->device == d && !l->open[i - 1]->real &&
		    !l->open[i - 1]->held)
			drop_open(l, i - 1);
	}
	free_queue(q);
	*q = (struct listener_queue){ 0 };
}

void
listener_arrived(struct listener *l, struct listener_device *d)
{
	struct event e = { .time = d->held.n != 0 ? d->held.list[0].e.time :
	    d->last, .kind = EVENT_ARRIVED };

	if (d->told || *l->last_dev == UINT16_MAX)
		return;
	if (d->last == 0)
		e.time = l->now + l->zero;
	listener_begins(l, e.time);
	d->told = true;
	d->dev = e.dev = ++*l->last_dev;
	d->who->lacks = lacking(d);
	listener_settle(l, d);
	l->narrived++;
	e.who = d->who;
	emit(l, &e, identity_copy(d->who));
	if (d->dropped)
		tell_text(l, d, EVENT_LOST, "earlier requests to this device "
		    "are left out: its mode was unknown");
	if (d->no_stall)
		tell_text(l, d, EVENT_LOST, "this capture is probably from "
		    "sigrok, which records stalled requests as successful: "
		    "STALLs may be missing");
	release(l, d);
}

void
listener_adopts(struct listener *l, uint32_t *numbers)
{
	l->adopts = true;
	l->numbers = numbers;
}

void
listener_adopt(struct listener *l, const struct identity *who, uint16_t dev)
{
	struct listener_device *d = listener_find(l, USB_HOST_LINUX, who->bus,
	    who->devnum);

	if (d != NULL && d->told && !d->left)
		d->left = true;
	if (d == NULL || d->told)
		d = listener_new_device(l, USB_HOST_LINUX, who->bus,
		    who->devnum);
	if (d == NULL)
		return;
	d->told = true;
	d->dev = dev;
	if (d->dropped)
		tell_text(l, d, EVENT_LOST, "earlier requests to this device "
		    "are left out: the device was unknown");
	release(l, d);
}

void
listener_drop(struct listener *l, uint16_t dev)
{
	size_t i;

	for (i = 0; i < l->ndevices; i++) {
		if (l->devices[i]->told && l->devices[i]->dev == dev)
			l->devices[i]->left = true;
	}
}

void
listener_act(struct listener *l, uint8_t host, uint16_t bus, uint16_t address,
    const struct event *e)
{
	struct listener_device *d = listener_get(l, host, bus, address);
	struct event copy = *e;

	if (d != NULL && d->left && l->adopts)
		d = listener_again(l, d);
	if (d == NULL)
		return;
	d->last = e->time;
	copy.agent = EVENT_BY_OTHER;
	listener_tell(l, d, &copy);
}

void
listener_leaves(struct listener *l, struct listener_device *d,
    uint64_t time, enum event_basis basis)
{
	struct event e = { .time = time, .kind = EVENT_LEFT,
	    .basis = basis & 0xf };

	if (d->left)
		return;
	forget_open(l, d);
	listener_end_run(l, d);
	d->left = true;
	if (d->told)
		listener_tell(l, d, &e);
	else
		clear_queue(&d->held);
}

void
listener_left(struct listener *l, uint8_t host, uint16_t bus,
    uint16_t address, uint64_t time)
{
	struct listener_device *d = listener_find(l, host, bus, address);

	if (d != NULL)
		listener_leaves(l, d, time, EVENT_SEEN);
}

void
listener_text(struct listener *l, enum event_kind kind, uint8_t host,
    uint16_t bus, uint16_t address, const char *text)
{
	struct listener_device *d;
	struct event e;
	bool told = false;
	size_t i;

	if (bus != 0) {
		d = listener_find(l, host, bus, address);
		if (d != NULL)
			tell_text(l, d, kind, text);
		return;
	}
	for (i = 0; i < l->ndevices; i++) {
		if (!l->devices[i]->told || l->devices[i]->left)
			continue;
		tell_text(l, l->devices[i], kind, text);
		told = true;
	}
	if (told)
		return;
	e = event_text(kind, 0, 0, text);
	e.time = l->now + l->zero;
	emit(l, &e, NULL);
}
