/* SPDX-License-Identifier: ISC */
/* Events of what a log tells: in order, each with its line. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "source/log_own.h"
#include "trace/identity.h"
#include "wire/usb.h"

/* So much is told at most before the device itself is. */
#define HELD_MOST	1024

static struct log_event *
push(struct log *l, enum event_kind kind, enum event_basis basis)
{
	struct log_event *q;

	if (l->n == l->cap) {
		l->cap = l->cap == 0 ? 64 : l->cap * 2;
		l->queue = mem_array(l->queue, l->cap, sizeof(*l->queue));
	}
	q = &l->queue[l->n++];
	memset(q, 0, sizeof(*q));
	if (l->now <= l->last)
		l->now = l->last + 1;
	l->last = l->now;
	q->e = (struct event){ .kind = (uint8_t)kind, .time = l->now,
	    .dev = l->dev,
	    .line = (uint32_t)(l->telling != 0 ? l->telling : l->line),
	    .agent = EVENT_BY_OTHER };
	q->e.basis = (unsigned)basis & 0xfU;
	return (q);
}

static void
add_descriptor(struct buf *b, const struct log_device *d)
{
	uint8_t device[18] = { 18, 1, 0, 2, 0, 0, 0, 64 };
	uint8_t interface[9] = { 9, 4, 0, 0, 0, 0xfe, 1, 2, 0 };
	uint8_t functional[9] = { 9, 0x21 };
	uint8_t configuration[9] = { 9, 2, 0, 0, 1, 1, 0, 0x80, 50 };
	unsigned i, n = d->no_dfu ? 0 : d->alternate + 1U;
	bool told = d->bcd_dfu != 0 && !d->no_functional && !d->no_dfu;

	put_u16(device + 8, d->vendor);
	put_u16(device + 10, d->product);
	put_u16(device + 12, d->version);
	device[17] = 1;
	put_u16(configuration + 2, (uint16_t)(9 + 9 * n + (told ? 9 : 0)));
	interface[2] = d->interface;
	interface[7] = d->runtime ? 1 : 2;
	functional[2] = d->has_attributes ||
	    d->attributes != 0 ? d->attributes : 0x03;
	put_u16(functional + 3, d->detach);
	put_u16(functional + 5, d->transfer_size != 0 ? d->transfer_size :
	    4096);
	put_u16(functional + 7, d->bcd_dfu);
	buf_add(b, device, sizeof(device));
	buf_add(b, configuration, sizeof(configuration));
	for (i = 0; i < n; i++) {
		interface[3] = (uint8_t)i;
		buf_add(b, interface, sizeof(interface));
	}
	if (told)
		buf_add(b, functional, sizeof(functional));
}

/*
 * Waits and states are told or not by each answer. What the tool told of
 * descriptors and commands has been put in their place; a capture has neither
 * but by requests.
 */
static uint16_t
lacks(const struct log_device *d)
{
	uint16_t mask = FACT(FACT_OTHERS);

	if (d->captured)
		mask |= FACT(FACT_DESCRIPTORS);
	if (!d->clock)
		mask |= FACT(FACT_CLOCK);
	if (!d->has_attributes)
		mask |= FACT(FACT_ATTRIBUTES);
	if (!d->has_map)
		mask |= FACT(FACT_MAP);
	return (mask);
}

static struct identity *
identity_of(const struct log *l)
{
	const struct log_device *d = &l->device;
	struct identity *who = identity_new();

	who->transport = mem_strdup("log");
	who->place = mem_strdup(d->place[0] != '\0' ? d->place : "log");
	who->vendor = d->vendor;
	who->product = d->product;
	who->version = d->version;
	who->lacks = lacks(d);
	who->size_untold = (d->transfer_size == 0 || d->size_assumed) &&
	    !d->captured;
	if (d->serial.len != 0) {
		who->serial = mem_alloc(d->serial.len + 1);
		memcpy(who->serial, d->serial.data, d->serial.len);
	}
	if (!d->known)
		return (who);
	add_descriptor(&who->descriptors, d);
	if (d->name.len != 0)
		identity_name(who, d->interface, d->alternate,
		    (const char *)d->name.data, d->name.len);
	return (who);
}

void
log_release(struct log *l)
{
	if (l->held == 0)
		return;
	l->queue[l->held - 1].who = identity_of(l);
	l->held = 0;
}

void
log_need(struct log *l)
{
	if (l->held != 0 && l->n - l->head > HELD_MOST)
		log_release(l);
	if (l->device.arrived)
		return;
	log_release(l);
	l->dev++;
	push(l, EVENT_ARRIVED, l->device.known ? EVENT_TOLD : EVENT_INFERRED);
	l->held = l->n;
	l->device.arrived = true;
	l->present = true;
	l->state = LOG_UNTOLD;
	l->leave_sent = false;
	l->pending = false;
}

void
log_forget(struct log *l)
{
	log_release(l);
	buf_free(&l->device.name);
	buf_free(&l->device.serial);
	l->device = (struct log_device){ 0 };
	l->present = false;
}

void
log_left(struct log *l, enum event_basis basis)
{
	if (!l->device.arrived || !l->present)
		return;
	push(l, EVENT_LEFT, basis);
	log_release(l);
	l->present = false;
	l->pending = false;
	l->device.arrived = false;
}

static void
set_text(struct log_event *q, const char *text, size_t n)
{
	q->text = mem_alloc(n + 1);
	memcpy(q->text, text, n);
	q->e.len = q->e.kept = (uint32_t)n;
}

void
log_opened(struct log *l, enum outcome how, const char *text, size_t n)
{
	struct log_event *q;

	log_need(l);
	q = push(l, EVENT_OPENED, EVENT_TOLD);
	q->e.outcome = (uint8_t)how;
	set_text(q, text, n);
}

void
log_reset(struct log *l, enum outcome how, enum event_basis basis)
{
	struct log_event *q;

	log_need(l);
	push(l, EVENT_RESET, basis);
	q = push(l, EVENT_RESET, basis);
	q->e.outcome = (uint8_t)how;
}

void
log_submit(struct log *l, uint8_t type, uint8_t request, uint16_t value,
    uint16_t length, const uint8_t *data, size_t n, enum event_basis basis)
{
	struct log_event *q;

	log_need(l);
	if (l->pending)
		log_complete(l, OUTCOME_UNKNOWN, 0, EVENT_INFERRED);
	l->setup = (struct setup){ .bmRequestType = type, .bRequest = request,
	    .wValue = value, .wIndex = l->device.interface,
	    .wLength = length };
	q = push(l, EVENT_SUBMIT, basis);
	q->e.number = ++l->number;
	q->e.setup = l->setup;
	if (!(type & 0x80)) {
		q->e.len = length;
		/* A journal keeps all of them, or none. */
		q->e.kept = n == length && n <= sizeof(q->bytes) ?
		    (uint32_t)n : 0;
		if (q->e.kept != 0)
			memcpy(q->bytes, data, q->e.kept);
	}
	l->pending = true;
}

void
log_complete(struct log *l, enum outcome how, uint32_t len,
    enum event_basis basis)
{
	struct log_event *q;

	if (!l->pending)
		return;
	q = push(l, EVENT_COMPLETE, basis);
	q->e.number = l->number;
	q->e.outcome = (uint8_t)how;
	q->e.len = outcome_is_answer(how) ? len : 0;
	l->pending = false;
}

void
log_answer(struct log *l, uint8_t state, uint8_t status, uint32_t wait,
    uint8_t parts, enum event_basis basis)
{
	struct log_event *q;

	if (!l->pending)
		return;
	log_complete(l, OUTCOME_OK, 6, basis);
	q = &l->queue[l->n - 1];
	q->e.kept = 6;
	q->e.known = parts;
	q->bytes[0] = status;
	put_u24(q->bytes + 1, wait & 0xffffff);
	q->bytes[4] = state;
	l->state = state;
}

void
log_status(struct log *l, uint8_t state, uint8_t status, uint32_t wait,
    uint8_t parts, enum event_basis basis)
{
	log_submit(l, 0xa1, DFU_GETSTATUS, 0, 6, NULL, 0, EVENT_INFERRED);
	log_answer(l, state, status, wait, parts, basis);
}

void
log_status_failed(struct log *l, enum outcome how)
{
	log_submit(l, 0xa1, DFU_GETSTATUS, 0, 6, NULL, 0, EVENT_INFERRED);
	log_complete(l, how, 0, EVENT_TOLD);
}

void
log_simple(struct log *l, uint8_t request, enum outcome how,
    enum event_basis basis)
{
	log_submit(l, 0x21, request, request == DFU_DETACH ? 1000 : 0, 0, NULL,
	    0, basis);
	log_complete(l, how, 0, basis);
}

void
log_command(struct log *l, uint8_t code, uint32_t address)
{
	uint8_t data[5] = { code };
	uint16_t n = 5;

	put_u32(data + 1, address);
	if (code == 0x92 || (code == 0x41 && address == UINT32_MAX))
		n = 1;
	log_submit(l, 0x21, DFU_DNLOAD, 0, n, data, n, EVENT_INFERRED);
}

void
log_data(struct log *l, uint16_t block, uint32_t length)
{
	log_submit(l, 0x21, DFU_DNLOAD, block, (uint16_t)length, NULL, 0,
	    EVENT_INFERRED);
	if (length == 0)
		l->leave_sent = true;
}

#define SAID_MOST	240

void
log_said(struct log *l, const char *text, size_t n)
{
	struct log_event *q;

	/* Of one that has left it is said, too. */
	if (l->dev == 0 || l->present || l->device.arrived)
		log_need(l);
	q = push(l, EVENT_NOTE, EVENT_TOLD);
	set_text(q, text, n < SAID_MOST ? n : SAID_MOST);
}

void
log_says(struct log *l, const struct log_match *m)
{
	log_said(l, m->text, m->n);
}

static bool
has(const char *text, size_t n, const char *word)
{
	size_t k = strlen(word), i;

	for (i = 0; i + k <= n; i++) {
		if (strncasecmp(text + i, word, k) == 0)
			return (true);
	}
	return (false);
}

enum outcome
log_outcome(const char *text, size_t n)
{
	static const struct {
		const char	*word;
		enum outcome	 is;
	} rows[] = {
		{ "PIPE", OUTCOME_STALL }, { "stall", OUTCOME_STALL },
		{ "Errno 32", OUTCOME_STALL }, { "-9", OUTCOME_STALL },
		{ "TIMEOUT", OUTCOME_TIMEOUT },
		{ "timed out", OUTCOME_TIMEOUT },
		{ "Errno 110", OUTCOME_TIMEOUT },
		{ "Errno 10060", OUTCOME_TIMEOUT }, { "-7", OUTCOME_TIMEOUT },
		{ "NO_DEVICE", OUTCOME_GONE },
		{ "No such device", OUTCOME_GONE },
		{ "disconnected", OUTCOME_GONE }, { "-4", OUTCOME_GONE },
		{ "NOT_FOUND", OUTCOME_GONE },
		{ "Entity not found", OUTCOME_GONE },
		{ "ACCESS", OUTCOME_DENIED }, { "denied", OUTCOME_DENIED },
		{ "insufficient perm", OUTCOME_DENIED },
		{ "BUSY", OUTCOME_BUSY },
		{ "OVERFLOW", OUTCOME_BABBLE }, { "-8", OUTCOME_BABBLE },
		{ "ERROR_IO", OUTCOME_BUSERROR },
		{ "Input/Output", OUTCOME_BUSERROR },
		{ "Errno 5]", OUTCOME_BUSERROR }, { "-1", OUTCOME_BUSERROR },
		{ "INTERRUPTED", OUTCOME_CANCELLED },
		{ "cancel", OUTCOME_CANCELLED },
		{ "NetworkError", OUTCOME_BUSERROR },
		{ "transfer error", OUTCOME_BUSERROR },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (has(text, n, rows[i].word))
			return (rows[i].is);
	}
	return (OUTCOME_UNKNOWN);
}

/* The letters and digits of it, in small letters. */
static void
plain_name(const char *text, size_t n, char *to, size_t size)
{
	size_t i, k = 0;

	for (i = 0; i < n && k + 1 < size; i++) {
		if (text[i] >= 'A' && text[i] <= 'Z')
			to[k++] = (char)(text[i] - 'A' + 'a');
		else if ((text[i] >= 'a' && text[i] <= 'z') ||
		    (text[i] >= '0' && text[i] <= '9'))
			to[k++] = text[i];
	}
	to[k] = '\0';
}

/* "download" is "dnload" in the specification, but in dfuDNBUSY. */
static void
shorten(char *name)
{
	char *at = strstr(name, "download");
	bool busy;

	if (at == NULL)
		return;
	busy = strcmp(at + 8, "busy") == 0;
	memmove(at + (busy ? 2 : 6), at + 8, strlen(at + 8) + 1);
	memcpy(at, "dnload", busy ? 2 : 6);
}

/* The number of the name in a table that both ways of writing fit. */
static uint8_t
named(const char *text, size_t n, const char *(*name)(uint8_t), uint8_t count,
    const char *drop)
{
	char want[48], is[48];
	const char *from;
	uint8_t i;

	plain_name(text, n, want, sizeof(want));
	shorten(want);
	from = strstr(want, drop);
	from = from != NULL ? from + strlen(drop) :
	    strncmp(want, "state", 5) == 0 ? want + 5 : want;
	for (i = 0; i < count; i++) {
		plain_name(name(i), strlen(name(i)), is, sizeof(is));
		if (strcmp(want, is) == 0 || strcmp(from, is) == 0)
			return (i);
	}
	return (LOG_UNTOLD);
}

uint8_t
log_state(const char *text, size_t n)
{
	return (named(text, n, dfu_state_name, DFU_STATE_COUNT, "dfustate"));
}

uint8_t
log_status_named(const char *text, size_t n)
{
	/* fwupd's way, and the specification's. */
	if (n >= 10 && strncasecmp(text, "err-stalldp", 10) == 0)
		return (DFU_STATUS_ERR_STALLEDPKT);
	return (named(text, n, dfu_status_name, DFU_STATUS_COUNT,
	    "dfustatus"));
}
