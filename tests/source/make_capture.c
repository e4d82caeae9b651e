/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "tests/source/make_capture.h"

#include <string.h>

#include "wire/usb.h"

#define USBPCAP	249
#define DARWIN	266

void
maker_free(struct maker *m)
{
	buf_free(&m->file);
	buf_free(&m->data);
}

static void
put(struct buf *b, bool big, uint64_t v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_addc(b, (int)(v >> 8 * (big ? n - 1 - i : i) & 0xff));
}

static void
number(struct maker *m, uint64_t v, size_t n)
{
	put(&m->file, m->form.big, v, n);
}

void
maker_patch(struct maker *m, size_t at, uint64_t v, size_t n)
{
	struct buf b = { 0 };

	put(&b, m->form.big, v, n);
	memcpy(m->file.data + at, b.data, n);
	buf_free(&b);
}

static void
pad(struct buf *b)
{
	while (b->len % 4 != 0)
		buf_addc(b, 0);
}

void
maker_block(struct maker *m, uint32_t type, const void *p, size_t n)
{
	size_t length = 12 + (n + 3) / 4 * 4;

	maker_begin(m);
	number(m, type, 4);
	number(m, length, 4);
	buf_add(&m->file, p, n);
	pad(&m->file);
	number(m, length, 4);
}

static void
interface(struct maker *m)
{
	struct buf b = { 0 };

	put(&b, m->form.big, m->link, 2);
	put(&b, m->form.big, 0, 2);
	put(&b, m->form.big, m->form.snap, 4);
	/* if_tsresol */
	put(&b, m->form.big, 9, 2);
	put(&b, m->form.big, 1, 2);
	put(&b, m->form.big, m->form.nano ? 9 : 6, 1);
	pad(&b);
	put(&b, m->form.big, 0, 4);
	maker_block(m, 1, b.data, b.len);
	buf_free(&b);
}

void
maker_interface(struct maker *m)
{
	maker_begin(m);
	interface(m);
	m->interface++;
}

void
maker_section(struct maker *m)
{
	struct buf b = { 0 };

	m->begun = true;
	put(&b, m->form.big, 0x1a2b3c4d, 4);
	put(&b, m->form.big, 1, 2);
	put(&b, m->form.big, 0, 2);
	put(&b, m->form.big, UINT64_MAX, 8);
	maker_block(m, 0x0a0d0d0a, b.data, b.len);
	buf_free(&b);
	m->interface = 0;
	interface(m);
}

void
maker_begin(struct maker *m)
{
	if (m->begun)
		return;
	m->begun = true;
	if (m->bus == 0)
		m->bus = 1;
	if (m->form.ng) {
		maker_section(m);
		return;
	}
	number(m, m->form.nano ? 0xa1b23c4d : 0xa1b2c3d4, 4);
	number(m, 2, 2);
	number(m, 4, 2);
	number(m, 0, 8);
	number(m, m->form.snap, 4);
	number(m, m->link, 4);
}

void
maker_packet(struct maker *m, const void *p, size_t n)
{
	size_t kept = m->form.snap != 0 && m->form.snap < n ? m->form.snap :
	    n;
	uint64_t t = m->time * (m->form.nano ? 1000 : 1);
	struct buf b = { 0 };

	maker_begin(m);
	m->records++;
	if (m->form.ng) {
		put(&b, m->form.big, m->interface, 4);
		put(&b, m->form.big, t >> 32, 4);
		put(&b, m->form.big, t, 4);
		put(&b, m->form.big, kept, 4);
		put(&b, m->form.big, n, 4);
		buf_add(&b, p, kept);
		maker_block(m, 6, b.data, b.len);
		buf_free(&b);
		return;
	}
	number(m, m->time / 1000000, 4);
	number(m, m->time % 1000000 * (m->form.nano ? 1000 : 1), 4);
	number(m, kept, 4);
	number(m, n, 4);
	buf_add(&m->file, p, kept);
}

void
maker_packetry(struct maker *m, uint8_t code)
{
	uint64_t t = m->time * (m->form.nano ? 1000 : 1);
	struct buf b = { 0 };

	put(&b, m->form.big, 62392, 4);
	put(&b, m->form.big, 0x33430000u | code, 4);
	put(&b, m->form.big, m->interface, 4);
	put(&b, m->form.big, t >> 32, 4);
	put(&b, m->form.big, t, 4);
	maker_block(m, 0x40000bad, b.data, b.len);
	buf_free(&b);
}

/* usbmon */

/* Of outcomes, by enum outcome; 1: it cannot be said. */
static const int32_t linux_status[OUTCOME_COUNT] = {
	[OUTCOME_UNKNOWN] = 1, [OUTCOME_STALL] = -32, [OUTCOME_TIMEOUT] = -2,
	[OUTCOME_CANCELLED] = -104, [OUTCOME_BUSERROR] = -71,
	[OUTCOME_BABBLE] = -75, [OUTCOME_GONE] = -108, [OUTCOME_DENIED] = 1,
	[OUTCOME_BUSY] = 1,
};

static const uint32_t windows_status[OUTCOME_COUNT] = {
	[OUTCOME_UNKNOWN] = 1, [OUTCOME_STALL] = 0xc0000004,
	[OUTCOME_TIMEOUT] = 0xc0006000, [OUTCOME_CANCELLED] = 0xc0010000,
	[OUTCOME_BUSERROR] = 0xc0000011, [OUTCOME_BABBLE] = 0xc0000012,
	[OUTCOME_GONE] = 0xc0007000, [OUTCOME_DENIED] = 1, [OUTCOME_BUSY] = 1,
};

static const uint32_t darwin_status[OUTCOME_COUNT] = {
	[OUTCOME_UNKNOWN] = 1, [OUTCOME_STALL] = 0xe000404f,
	[OUTCOME_TIMEOUT] = 0xe0004051, [OUTCOME_CANCELLED] = 0xe00002eb,
	[OUTCOME_BUSERROR] = 0xe00002bc, [OUTCOME_BABBLE] = 0xe00002e8,
	[OUTCOME_GONE] = 0xe00002c0, [OUTCOME_DENIED] = 1, [OUTCOME_BUSY] = 1,
};

static bool
is_in(const struct maker *m)
{
	return (m->endpoint != 0 ? (m->endpoint & 0x80) != 0 :
	    setup_is_in(&m->setup));
}

static void
put_endpoint(struct buf *b, const struct maker *m)
{
	put(b, false, m->endpoint != 0 ? m->endpoint : is_in(m) ? 0x80 : 0,
	    1);
}

static bool
is_linux(const struct maker *m)
{
	return (m->link == 189 || m->link == 220);
}

bool
maker_can_say(const struct maker *m, enum outcome outcome)
{
	if (is_linux(m))
		return (linux_status[outcome] != 1);
	if (m->link == USBPCAP)
		return (windows_status[outcome] != 1);
	if (m->link == DARWIN)
		return (darwin_status[outcome] != 1);
	return (outcome_is_answer(outcome) || outcome == OUTCOME_STALL);
}

static void
usbmon(struct maker *m, int type, int32_t status, uint32_t length,
    const uint8_t *data, uint32_t n)
{
	bool in = is_in(m), submit = type == 'S';
	uint32_t header = m->link == 220 ? 64 : 48;
	uint8_t setup[SETUP_LENGTH];
	struct buf b = { 0 };

	setup_pack(&m->setup, setup);
	put(&b, m->form.big, m->qemu ? 0 : m->id, 8);
	put(&b, false, (uint8_t)type, 1);
	put(&b, false, m->endpoint != 0 ? m->transfer : 2, 1);
	put_endpoint(&b, m);
	put(&b, false, m->address, 1);
	put(&b, m->form.big, m->qemu || m->sigrok ? 0 : m->bus, 2);
	put(&b, false, submit && m->endpoint == 0 ? 0 : '-', 1);
	put(&b, false, m->qemu ? '=' : n != 0 ? 0 : in == submit ? '<' : '>',
	    1);
	put(&b, m->form.big, m->qemu ? 0 : m->time / 1000000, 8);
	put(&b, m->form.big, m->qemu ? 0 : m->time % 1000000, 4);
	put(&b, m->form.big, (uint32_t)status, 4);
	put(&b, m->form.big, length, 4);
	put(&b, m->form.big, m->qemu ? n + header : n, 4);
	if (submit)
		buf_add(&b, setup, sizeof(setup));
	else
		put(&b, false, 0, 8);
	if (m->link == 220) {
		put(&b, m->form.big, 0, 8);
		put(&b, m->form.big, in ? 0x200 : 0, 4);
		put(&b, m->form.big, 0, 4);
	}
	buf_add(&b, data, n);
	maker_packet(m, b.data, b.len);
	buf_free(&b);
}

/* USBPcap: little-endian on any machine. */
static void
usbpcap(struct maker *m, unsigned stage, bool completes, uint32_t status,
    const void *p, uint32_t n, const void *q, uint32_t k)
{
	struct buf b = { 0 };

	put(&b, false, 28, 2);
	put(&b, false, m->id, 8);
	put(&b, false, status, 4);
	put(&b, false, 8, 2);
	put(&b, false, completes, 1);
	put(&b, false, m->bus, 2);
	put(&b, false, m->address, 2);
	put_endpoint(&b, m);
	put(&b, false, m->endpoint != 0 ? m->transfer : 2, 1);
	put(&b, false, n + k, 4);
	put(&b, false, stage, 1);
	buf_add(&b, p, n);
	buf_add(&b, q, k);
	maker_packet(m, b.data, b.len);
	buf_free(&b);
}

static void
darwin(struct maker *m, bool completes, uint32_t status, uint32_t length,
    const void *p, uint32_t n, const void *q, uint32_t k)
{
	struct buf b = { 0 };

	put(&b, false, 0x0100, 2);
	put(&b, false, 32, 1);
	put(&b, false, completes, 1);
	put(&b, false, length, 4);
	put(&b, false, status, 4);
	put(&b, false, 0, 4);
	put(&b, false, m->id, 8);
	put(&b, false, (uint32_t)m->bus << 24, 4);
	put(&b, false, 2, 1);
	put(&b, false, m->address, 1);
	put(&b, false, 0, 2);
	buf_add(&b, p, n);
	buf_add(&b, q, k);
	maker_packet(m, b.data, b.len);
	buf_free(&b);
}

/* The bus: checksums are not looked at, and left 0. */
static void
token(struct maker *m, uint8_t pid)
{
	unsigned at = m->address | (m->endpoint & 0xfu) << 7;
	uint8_t p[3] = { pid, (uint8_t)at, (uint8_t)(at >> 8) };

	maker_packet(m, p, sizeof(p));
}

static void
handshake(struct maker *m, uint8_t pid)
{
	maker_packet(m, &pid, 1);
}

static void
data_packet(struct maker *m, bool one, const uint8_t *p, size_t n)
{
	struct buf b = { 0 };

	put(&b, false, one ? 0x4b : 0xc3, 1);
	buf_add(&b, p, n);
	put(&b, false, 0, 2);
	maker_packet(m, b.data, b.len);
	buf_free(&b);
}

static void
bus_setup(struct maker *m)
{
	uint8_t setup[SETUP_LENGTH];

	setup_pack(&m->setup, setup);
	token(m, 0x2d);
	data_packet(m, false, setup, sizeof(setup));
	handshake(m, 0xd2);
}

static void
split(struct maker *m, bool complete, unsigned type)
{
	uint8_t p[4] = { 0x78, (uint8_t)(3 | (complete ? 0x80 : 0)), 1,
		(uint8_t)(type << 1) };

	maker_packet(m, p, sizeof(p));
}

/* Behind a hub: another endpoint comes between its halves. */
static void
bus_data_split(struct maker *m, const uint8_t *p, uint32_t n)
{
	split(m, false, 0);
	token(m, 0xe1);
	data_packet(m, true, p, n);
	handshake(m, 0xd2);
	m->endpoint = m->between;
	split(m, false, 2);
	token(m, m->between & 0x80 ? 0x69 : 0xe1);
	if ((m->between & 0x80) == 0)
		data_packet(m, false, p, n);
	handshake(m, 0xd2);
	m->endpoint = 0;
	split(m, true, 0);
	token(m, 0xe1);
	handshake(m, 0xd2);
}

/* Packets of 64 bytes; every third is sent once more, as if an ACK was lost. */
static void
bus_data(struct maker *m, bool in, const uint8_t *p, uint32_t n)
{
	uint32_t at, k;
	bool one = true;

	for (at = 0; at < n; at += k) {
		k = n - at < 64 ? n - at : 64;
		token(m, in ? 0x69 : 0xe1);
		handshake(m, 0x5a);
		token(m, in ? 0x69 : 0xe1);
		data_packet(m, one, p + at, k);
		handshake(m, 0xd2);
		if (at / 64 % 3 == 2) {
			token(m, in ? 0x69 : 0xe1);
			data_packet(m, one, p + at, k);
			handshake(m, 0xd2);
		}
		one = !one;
	}
}

static void
bus_end(struct maker *m, enum outcome outcome, const uint8_t *p, uint32_t n)
{
	bool in = setup_is_in(&m->setup) && m->setup.wLength != 0;
	bool refused = outcome == OUTCOME_STALL;

	if (in && refused) {
		token(m, 0x69);
		handshake(m, 0x1e);
		return;
	}
	if (in)
		bus_data(m, true, p, n);
	token(m, in ? 0xe1 : 0x69);
	if (!refused)
		data_packet(m, true, NULL, 0);
	handshake(m, refused ? 0x1e : 0xd2);
}

void
maker_submit(struct maker *m, const struct setup *s, const uint8_t *data)
{
	uint32_t n = setup_is_in(s) ? 0 : s->wLength;
	uint8_t setup[SETUP_LENGTH];

	maker_begin(m);
	m->id++;
	m->setup = *s;
	buf_reset(&m->data);
	buf_add(&m->data, data, n);
	setup_pack(s, setup);
	if (is_linux(m)) {
		usbmon(m, 'S', m->qemu || m->sigrok ? 0 : -115, s->wLength,
		    data, n);
	} else if (m->link == USBPCAP) {
		usbpcap(m, 0, false, 0, setup, sizeof(setup), data,
		    m->old ? 0 : n);
		if (m->old && n != 0)
			usbpcap(m, 1, false, 0, data, n, NULL, 0);
	} else if (m->link == DARWIN) {
		darwin(m, false, 0, n, setup, sizeof(setup), data, n);
	} else {
		bus_setup(m);
		if (m->between != 0 && n != 0)
			bus_data_split(m, data, n);
		else
			bus_data(m, false, data, n);
	}
}

void
maker_complete(struct maker *m, enum outcome outcome, const uint8_t *data,
    uint32_t n)
{
	bool in = setup_is_in(&m->setup);
	uint32_t moved = !outcome_is_answer(outcome) ? 0 : in ? n :
	    m->setup.wLength;

	maker_begin(m);
	if (!in || !outcome_is_answer(outcome))
		n = 0;
	if (is_linux(m)) {
		usbmon(m, 'C', m->sigrok ? 0 : m->qemu &&
		    outcome == OUTCOME_STALL ? -121 : linux_status[outcome],
		    moved, data, n);
	} else if (m->link == USBPCAP && m->old) {
		if (n != 0)
			usbpcap(m, 1, true, 0, data, n, NULL, 0);
		usbpcap(m, 2, true, windows_status[outcome], NULL, 0, NULL,
		    0);
	} else if (m->link == USBPCAP) {
		usbpcap(m, 3, true, windows_status[outcome], data, n, NULL,
		    0);
	} else if (m->link == DARWIN) {
		darwin(m, true, darwin_status[outcome], moved, data, n, NULL,
		    0);
	} else {
		bus_end(m, outcome, data, n);
	}
}

void
maker_control(struct maker *m, const struct setup *s, const uint8_t *out,
    enum outcome outcome, const uint8_t *in, uint32_t n)
{
	maker_submit(m, s, out);
	m->time += 200;
	maker_complete(m, outcome, in, n);
	m->time += 100;
}

void
maker_descriptors(struct maker *m, const uint8_t *p, size_t n)
{
	struct setup s = { .bmRequestType = USB_DIR_IN,
	    .bRequest = USB_REQ_GET_DESCRIPTOR };
	size_t length;

	for (; n >= 4; p += length, n -= length) {
		length = p[1] == USB_DT_CONFIG ? p[2] | (size_t)p[3] << 8 :
		    p[0];
		if (length == 0 || length > n)
			length = n;
		s.wValue = (uint16_t)(p[1] << 8);
		s.wLength = (uint16_t)length;
		maker_control(m, &s, NULL, OUTCOME_OK, p, (uint32_t)length);
		if (p[1] == USB_DT_DEVICE)
			continue;
	}
}

static bool
is_bus(const struct maker *m)
{
	return (!is_linux(m) && m->link != USBPCAP && m->link != DARWIN);
}

/* In packets; a NAK before each, and a frame that begins behind it. */
static void
bus_other(struct maker *m, const uint8_t *p, uint32_t n)
{
	static const uint8_t frame[3] = { 0xa5 };
	uint8_t pid = m->endpoint & 0x80 ? 0x69 : 0xe1;
	uint32_t at, k;

	for (at = 0; at < n; at += k) {
		k = n - at < 64 ? n - at : 64;
		if (m->transfer != 0) {
			token(m, pid);
			handshake(m, 0x5a);
		}
		token(m, pid);
		data_packet(m, at / 64 % 2 != 0, p + at, k);
		if (m->transfer != 0)
			handshake(m, 0xd2);
		maker_packet(m, frame, sizeof(frame));
	}
}

void
maker_split(struct maker *m, uint8_t endpoint, const uint8_t *data,
    uint32_t n)
{
	bool in = (endpoint & 0x80) != 0;
	unsigned type = in ? 3 : 2;

	m->endpoint = endpoint;
	split(m, false, type);
	token(m, in ? 0x69 : 0xe1);
	if (!in) {
		data_packet(m, false, data, n);
		handshake(m, 0xd2);
		split(m, true, type);
		token(m, 0xe1);
		handshake(m, 0x96);
	}
	split(m, true, type);
	token(m, in ? 0x69 : 0xe1);
	if (in)
		data_packet(m, false, data, n);
	else
		handshake(m, 0xd2);
	m->endpoint = 0;
}

void
maker_stall(struct maker *m, uint8_t endpoint)
{
	m->endpoint = endpoint;
	token(m, endpoint & 0x80 ? 0x69 : 0xe1);
	handshake(m, 0x1e);
	m->endpoint = 0;
}

void
maker_other(struct maker *m, uint8_t transfer, uint8_t endpoint,
    const uint8_t *data, uint32_t n)
{
	bool in = (endpoint & 0x80) != 0;

	m->transfer = transfer;
	m->endpoint = endpoint;
	m->id++;
	if (is_linux(m)) {
		usbmon(m, 'S', -115, n, data, in ? 0 : n);
		usbmon(m, 'C', 0, n, data, in ? n : 0);
	} else if (is_bus(m)) {
		bus_other(m, data, n);
	} else {
		usbpcap(m, 0, false, 0, data, in ? 0 : n, NULL, 0);
		usbpcap(m, 0, true, 0, data, in ? n : 0, NULL, 0);
	}
	m->endpoint = 0;
}
