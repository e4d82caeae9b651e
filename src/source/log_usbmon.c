/* SPDX-License-Identifier: ISC */
/* usbmon's text, 1u and 1t: each transfer as it was. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "source/log_own.h"
#include "trace/identity.h"
#include "wire/usb.h"

#define DATA_MOST	32	/* bytes that a line shows */
#define OPEN_MOST	16

struct open_urb {
	uint64_t	 tag;
	unsigned	 bus, dev;
	struct setup	 setup;
	bool		 used;
};

struct usbmon {
	struct open_urb	 open[OPEN_MOST];
	uint64_t	 first;
	bool		 begun;
	unsigned	 bus, dev;	/* that events are told of */
};

void
log_usbmon_free(struct log *l)
{
	free(l->usbmon);
}

static size_t
words_of(const char *s, size_t n, struct log_hole *w, size_t most)
{
	const char *end = s + n;
	size_t k = 0;

	while (s < end && k < most) {
		while (s < end && *s == ' ')
			s++;
		if (s == end)
			break;
		w[k].text = s;
		while (s < end && *s != ' ')
			s++;
		w[k].n = (size_t)(s - w[k].text);
		k++;
	}
	return (k);
}

static uint64_t
value(const struct log_hole *w, unsigned base)
{
	uint64_t v = 0;
	size_t i;
	int c, d;

	for (i = 0; i < w->n; i++) {
		c = w->text[i];
		d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
		    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
		if (d >= (int)base)
			break;
		v = v * base + (uint64_t)d;
	}
	return (v);
}

/* Behind '=' groups of hexadecimal digits. */
static size_t
bytes_of(const struct log_hole *w, size_t n, uint8_t *to)
{
	struct buf b = { 0 };
	size_t i, k;

	for (i = 0; i < n; i++) {
		if (w[i].n % 2 != 0 || !text_unhex(&b, w[i].text, w[i].n))
			break;
	}
	k = b.len < DATA_MOST ? b.len : DATA_MOST;
	if (k != 0)
		memcpy(to, b.data, k);
	buf_free(&b);
	return (k);
}

/* "Ci:1:023:0" of 1u, "Ci:023:00" of 1t. */
static bool
address_of(const struct log_hole *w, unsigned *bus, unsigned *dev)
{
	struct log_match m;

	if (w->n < 5 || w->text[0] != 'C' ||
	    (w->text[1] != 'i' && w->text[1] != 'o') || w->text[2] != ':')
		return (false);
	if (log_matches("%d:%d:%d", w->text + 3, w->n - 3, &m)) {
		*bus = (unsigned)m.hole[0].value;
		*dev = (unsigned)m.hole[1].value;
		return (true);
	}
	*bus = 0;
	if (!log_matches("%d:%d", w->text + 3, w->n - 3, &m))
		return (false);
	*dev = (unsigned)m.hole[0].value;
	return (true);
}

static void
set_time(struct log *l, struct usbmon *u, uint64_t us)
{
	if (!u->begun)
		u->first = us;
	u->begun = true;
	l->now = us >= u->first ? us - u->first + 1 : l->last;
}

static void
choose(struct log *l, struct usbmon *u, unsigned bus, unsigned dev)
{
	if (l->device.arrived && u->bus == bus && u->dev == dev)
		return;
	log_forget(l);
	u->bus = bus;
	u->dev = dev;
	l->device.clock = l->device.captured = true;
}

static void
on_submitted(struct log *l, struct usbmon *u, const struct log_hole *w,
    size_t n, unsigned bus, unsigned dev)
{
	struct open_urb *o = NULL;
	uint8_t data[DATA_MOST];
	size_t i, k = 0;

	if (n < 11 || w[4].n != 1 || w[4].text[0] != 's')
		return;
	for (i = 0; i < OPEN_MOST && o == NULL; i++) {
		if (!u->open[i].used)
			o = &u->open[i];
	}
	if (o == NULL)
		o = &u->open[0];
	*o = (struct open_urb){ .tag = value(&w[0], 16), .bus = bus,
	    .dev = dev, .used = true, .setup = {
	    .bmRequestType = (uint8_t)value(&w[5], 16),
	    .bRequest = (uint8_t)value(&w[6], 16),
	    .wValue = (uint16_t)value(&w[7], 16),
	    .wIndex = (uint16_t)value(&w[8], 16),
	    .wLength = (uint16_t)value(&w[9], 16) } };
	if ((o->setup.bmRequestType & 0x60) == 0x20)
		choose(l, u, bus, dev);
	else if (!l->device.arrived || u->dev != dev || u->bus != bus)
		return;
	if (n > 12 && w[11].text[0] == '=')
		k = bytes_of(w + 12, n - 12, data);
	l->device.interface = (uint8_t)o->setup.wIndex;
	log_submit(l, o->setup.bmRequestType, o->setup.bRequest,
	    o->setup.wValue, o->setup.wLength, data, k, EVENT_SEEN);
}

static enum outcome
outcome_of(int64_t status, uint64_t length, uint16_t asked)
{
	switch (status) {
	case 0:
		return (length < asked ? OUTCOME_SHORT : OUTCOME_OK);
	case -32:
		return (OUTCOME_STALL);
	case -2:
	case -104:
	case -110:
		return (OUTCOME_TIMEOUT);
	case -19:
	case -108:
		return (OUTCOME_GONE);
	case -75:
		return (OUTCOME_BABBLE);
	default:
		return (OUTCOME_BUSERROR);
	}
}

static void
on_completed(struct log *l, struct usbmon *u, const struct log_hole *w,
    size_t n)
{
	uint64_t tag = value(&w[0], 16), length;
	struct open_urb *o = NULL;
	struct log_event *q;
	uint8_t data[DATA_MOST];
	enum outcome how;
	int64_t status;
	size_t i, k = 0;

	for (i = 0; i < OPEN_MOST && o == NULL; i++) {
		if (u->open[i].used && u->open[i].tag == tag)
			o = &u->open[i];
	}
	if (o == NULL || n < 5)
		return;
	o->used = false;
	if (!l->pending || u->dev != o->dev || u->bus != o->bus ||
	    !setup_equal(&o->setup, &(struct setup){
	    .bmRequestType = l->setup.bmRequestType,
	    .bRequest = l->setup.bRequest, .wValue = l->setup.wValue,
	    .wIndex = o->setup.wIndex, .wLength = l->setup.wLength }))
		return;
	status = w[4].text[0] == '-' ? -(int64_t)value(&(struct log_hole){
	    w[4].text + 1, w[4].n - 1, 0 }, 10) : (int64_t)value(&w[4], 10);
	length = n > 5 ? value(&w[5], 10) : 0;
	how = outcome_of(status, length, o->setup.wLength);
	if (n > 7 && w[6].text[0] == '=')
		k = bytes_of(w + 7, n - 7, data);
	log_complete(l, how, (uint32_t)length, EVENT_SEEN);
	if (!(o->setup.bmRequestType & 0x80) || k == 0 ||
	    !outcome_is_answer(how))
		return;
	/* A journal keeps all of them, or none. */
	if (k > length)
		k = (size_t)length;
	q = &l->queue[l->n - 1];
	q->e.len = q->e.kept = (uint32_t)k;
	memcpy(q->bytes, data, k);
}

static void
on_line(struct log *l, const struct log_match *m)
{
	struct log_hole w[24];
	size_t n = words_of(m->text, m->n, w, 24);
	struct usbmon *u = l->usbmon;
	unsigned bus, dev;

	if (n < 5 || w[2].n != 1 || !address_of(&w[3], &bus, &dev))
		return;
	if (u == NULL)
		u = l->usbmon = mem_alloc(sizeof(*u));
	set_time(l, u, value(&w[1], 10));
	if (w[2].text[0] == 'S')
		on_submitted(l, u, w, n, bus, dev);
	else if (w[2].text[0] == 'C' || w[2].text[0] == 'E')
		on_completed(l, u, w, n);
}

static const struct log_row rows[] = {
	{ "%x %d S Ci:%s", on_line, 0, LOG_TELLS },
	{ "%x %d C Ci:%s", on_line, 0, LOG_TELLS },
	{ "%x %d S Co:%s", on_line, 0, LOG_TELLS },
	{ "%x %d C Co:%s", on_line, 0, LOG_TELLS },
	{ "%x %d E Ci:%s", on_line, 0, LOG_TELLS },
	{ "%x %d E Co:%s", on_line, 0, LOG_TELLS },
	{ NULL, NULL, 0, LOG_WEAK }
};

const struct log_reader log_usbmon = { .name = "usbmon", .rows = rows };
