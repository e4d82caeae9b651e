/* SPDX-License-Identifier: ISC */
#include "wire/capture.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"

#define FILE_HEADER	24
#define RECORD_HEADER	16
#define BLOCK_HEADER	8
#define BLOCK_LEAST	12
/* The longest that anyone wrote on purpose. */
#define RECORD_MOST	((uint32_t)256 * 1024 * 1024)
#define INTERFACES_MOST	4096

/* Of Great Scott Gadgets, and the word that their blocks begin with. */
#define PACKETRY	62392
#define PACKETRY_EVENT	0x334300

void
capture_free(struct capture *c)
{
	free(c->interfaces);
	*c = (struct capture){ 0 };
}

bool
capture_is_pcap(const uint8_t *p, size_t n)
{
	static const uint8_t magics[][4] = {
		{ 0xa1, 0xb2, 0xc3, 0xd4 }, { 0xd4, 0xc3, 0xb2, 0xa1 },
		{ 0xa1, 0xb2, 0x3c, 0x4d }, { 0x4d, 0x3c, 0xb2, 0xa1 },
	};
	size_t i;

	for (i = 0; n >= 4 && i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (memcmp(p, magics[i], 4) == 0)
			return (true);
	}
	return (false);
}

bool
capture_is_pcapng(const uint8_t *p, size_t n)
{
	if (n < 12 || memcmp(p, "\x0a\x0d\x0d\x0a", 4) != 0)
		return (false);
	return (memcmp(p + 8, "\x1a\x2b\x3c\x4d", 4) == 0 ||
	    memcmp(p + 8, "\x4d\x3c\x2b\x1a", 4) == 0);
}

static struct capture_interface *
add_interface(struct capture *c)
{
	struct capture_interface *i;

	c->interfaces = mem_array(c->interfaces, c->ninterfaces + 1,
	    sizeof(*c->interfaces));
	i = &c->interfaces[c->ninterfaces++];
	*i = (struct capture_interface){ .resolution = 6 };
	return (i);
}

/* Too few bytes: more of them, or a file that is cut. */
static enum capture_result
too_few(size_t n, bool last)
{
	return (!last ? CAPTURE_MORE : n == 0 ? CAPTURE_END : CAPTURE_CUT);
}

/* Of a record of `length` bytes enough is here: all, or a window full. */
static bool
is_enough(size_t n, uint64_t length)
{
	return (n >= length || n >= CAPTURE_WINDOW);
}

static enum capture_result
pcap_header(struct capture *c, struct reader *r, uint64_t *used)
{
	const uint8_t *p = r->p;
	struct capture_interface *i = add_interface(c);

	c->big = p[0] == 0xa1;
	c->nano = p[c->big ? 3 : 0] == 0x4d;
	r->big = c->big;
	reader_bytes(r, 16);
	i->snap = reader_u32(r);
	i->link = reader_u32(r) & 0xffff;
	i->resolution = c->nano ? 9 : 6;
	*used = FILE_HEADER;
	return (CAPTURE_NOTHING);
}

/* The longest record that an interface promises, and some that are longer. */
static bool
is_absurd(uint32_t captured, struct buf *why)
{
	if (captured <= RECORD_MOST)
		return (false);
	buf_addf(why, "claims to have %u bytes", captured);
	return (true);
}

/* What is here of the bytes that a record holds. */
static void
take_data(struct capture_record *r, struct reader *from, uint32_t captured)
{
	size_t n = reader_left(from);

	r->captured = captured < n ? captured : (uint32_t)n;
	r->data = reader_bytes(from, r->captured);
	if (r->original < r->captured)
		r->original = r->captured;
}

static enum capture_result
pcap_record(struct capture *c, struct reader *in, bool last, uint64_t *used,
    struct capture_record *r, struct buf *why)
{
	const struct capture_interface *i = &c->interfaces[0];
	uint64_t s, part;
	uint32_t captured;

	if (in->len < RECORD_HEADER)
		return (too_few(in->len, last));
	s = reader_u32(in);
	part = reader_u32(in);
	captured = reader_u32(in);
	r->original = reader_u32(in);
	r->number = c->number + 1;
	if (is_absurd(captured, why))
		return (CAPTURE_BAD);
	*used = RECORD_HEADER + (uint64_t)captured;
	if (!is_enough(in->len, *used))
		return (too_few(in->len, last));
	c->number++;
	r->kind = CAPTURE_PACKET;
	r->time = s * 1000000 + (c->nano ? part / 1000 : part);
	r->link = i->link;
	r->snap = i->snap;
	r->big = c->big;
	take_data(r, in, captured);
	return (CAPTURE_GOT);
}

/* pcapng */

/* Ticks since 1970 as us: by tens, or with the high bit set by twos. */
static uint64_t
us_of(const struct capture_interface *i, uint64_t ticks)
{
	unsigned power = i->resolution & 0x7f;
	uint64_t us = ticks, part;

	if (i->resolution & 0x80) {
		if (power >= 64)
			return (0);
		us = (ticks >> power) * 1000000;
		part = power == 0 ? 0 : ticks & (UINT64_MAX >> (64 - power));
		for (; power > 40; power--)
			part >>= 1;
		us += part * 1000000 >> power;
	} else {
		for (; power > 6 && us != 0; power--)
			us /= 10;
		for (; power < 6; power++)
			us *= 10;
	}
	return (us + (uint64_t)i->offset * 1000000);
}

/* The next option; false: there is none. */
static bool
next_option(struct reader *r, uint16_t *code, struct reader *value)
{
	uint16_t length;

	if (reader_left(r) < 4)
		return (false);
	*code = reader_u16(r);
	length = reader_u16(r);
	*value = reader_part(r, length);
	if (!r->bad && length % 4 != 0 && reader_left(r) >= 4u - length % 4)
		reader_bytes(r, 4u - length % 4);
	return (!value->bad && *code != PCAPNG_OPTION_END);
}

static bool
is_text(const struct reader *value, const char *text)
{
	size_t n = strlen(text);

	return (value->len >= n && memcmp(value->p, text, n) == 0);
}

static void
section(struct capture *c, struct reader *body)
{
	struct reader value;
	uint16_t code;

	c->ninterfaces = 0;
	c->own = false;
	reader_bytes(body, 16);
	while (next_option(body, &code, &value)) {
		if (code == PCAPNG_APPLICATION)
			c->own = is_text(&value, "dfuscope ");
	}
}

static bool
interface(struct capture *c, struct reader *body, struct buf *why)
{
	struct capture_interface *i;
	struct reader value;
	uint16_t code;

	if (c->ninterfaces == INTERFACES_MOST) {
		buf_addf(why, "follows descriptions of more than %u "
		    "interfaces", INTERFACES_MOST);
		return (false);
	}
	i = add_interface(c);
	i->link = reader_u16(body);
	reader_u16(body);
	i->snap = reader_u32(body);
	while (next_option(body, &code, &value)) {
		if (code == PCAPNG_RESOLUTION && value.len >= 1)
			i->resolution = reader_u8(&value);
		if (code == PCAPNG_OFFSET && value.len >= 8)
			i->offset = (int64_t)reader_u64(&value);
	}
	return (true);
}

static bool
find_interface(const struct capture *c, uint32_t number, struct buf *why)
{
	if (number < c->ninterfaces)
		return (true);
	buf_addf(why, "belongs to interface %u, which the file does not "
	    "describe",
	    number);
	return (false);
}

static void
of_interface(const struct capture *c, uint32_t number,
    struct capture_record *r)
{
	const struct capture_interface *i = &c->interfaces[number];

	r->interface = number;
	r->link = i->link;
	r->snap = i->snap;
	r->big = c->big;
}

static uint64_t
read_time(const struct capture_interface *i, struct reader *body)
{
	uint64_t high = reader_u32(body);

	return (us_of(i, high << 32 | reader_u32(body)));
}

static void
comment(struct capture_record *r, struct reader *body, uint32_t captured)
{
	struct reader value;
	uint16_t code;

	if (captured % 4 != 0)
		reader_bytes(body, 4 - captured % 4);
	while (next_option(body, &code, &value)) {
		if (code == PCAPNG_COMMENT && r->facts == NULL &&
		    is_text(&value, "#")) {
			r->facts = value.p;
			r->facts_length = (uint32_t)value.len;
		}
		if (code != PCAPNG_COMMENT || r->comment != NULL)
			continue;
		r->comment = value.p;
		r->comment_length = (uint32_t)value.len;
	}
}

/* An enhanced packet, or one of the kind that was there before. */
static enum capture_result
packet(struct capture *c, struct reader *body, uint32_t type,
    struct capture_record *r, struct buf *why)
{
	uint32_t number = type == PCAPNG_ENHANCED ? reader_u32(body) :
	    reader_u16(body), captured;

	r->number = c->number + 1;
	if (type == PCAPNG_PACKET)
		reader_u16(body);
	if (!find_interface(c, number, why))
		return (CAPTURE_BAD);
	of_interface(c, number, r);
	r->time = read_time(&c->interfaces[number], body);
	captured = reader_u32(body);
	r->original = reader_u32(body);
	if (body->bad || is_absurd(captured, why)) {
		if (body->bad)
			buf_adds(why, "is shorter than its own header");
		return (CAPTURE_BAD);
	}
	c->number++;
	r->kind = CAPTURE_PACKET;
	take_data(r, body, captured);
	if (r->captured == captured)
		comment(r, body, captured);
	return (CAPTURE_GOT);
}

/* It has no time, and is of the first interface. */
static enum capture_result
simple_packet(struct capture *c, struct reader *body,
    struct capture_record *r, struct buf *why)
{
	uint32_t captured = UINT32_MAX;

	r->number = c->number + 1;
	if (!find_interface(c, 0, why))
		return (CAPTURE_BAD);
	of_interface(c, 0, r);
	r->original = reader_u32(body);
	if (r->original < captured)
		captured = r->original;
	if (r->snap != 0 && r->snap < captured)
		captured = r->snap;
	c->number++;
	r->kind = CAPTURE_PACKET;
	r->time = CAPTURE_TIMELESS;
	take_data(r, body, captured);
	return (CAPTURE_GOT);
}

static enum capture_result
statistics(struct capture *c, struct reader *body, struct capture_record *r)
{
	uint32_t number = reader_u32(body);
	struct capture_interface *i;
	struct reader value;
	uint16_t code;
	uint64_t lost = 0;

	if (body->bad || number >= c->ninterfaces)
		return (CAPTURE_NOTHING);
	i = &c->interfaces[number];
	of_interface(c, number, r);
	r->time = read_time(i, body);
	while (next_option(body, &code, &value)) {
		if (code == PCAPNG_DROPPED && value.len >= 8)
			lost = reader_u64(&value);
	}
	if (lost <= i->lost)
		return (CAPTURE_NOTHING);
	r->kind = CAPTURE_LOST;
	r->lost = lost - i->lost;
	i->lost = lost;
	return (CAPTURE_GOT);
}

/* Codes of the events in Packetry's blocks. */
static enum capture_bus
bus_of(uint8_t code)
{
	static const uint8_t buses[] = {
		[1] = CAPTURE_BUS_STOPPED, [2] = CAPTURE_BUS_STOPPED,
		[3] = CAPTURE_BUS_STOPPED, [12] = CAPTURE_BUS_UNPOWERED,
		[13] = CAPTURE_BUS_POWERED, [14] = CAPTURE_BUS_RESUMED,
		[15] = CAPTURE_BUS_SUSPENDED, [16] = CAPTURE_BUS_RESET,
	};

	return (code < sizeof(buses) ? (enum capture_bus)buses[code] :
	    CAPTURE_BUS_OTHER);
}

static enum capture_result
custom(struct capture *c, struct reader *body, struct capture_record *r)
{
	uint32_t number, word;

	if (reader_u32(body) != PACKETRY)
		return (CAPTURE_NOTHING);
	word = reader_u32(body);
	number = reader_u32(body);
	if (body->bad || word >> 8 != PACKETRY_EVENT ||
	    number >= c->ninterfaces)
		return (CAPTURE_NOTHING);
	of_interface(c, number, r);
	r->time = read_time(&c->interfaces[number], body);
	r->kind = CAPTURE_BUS;
	r->bus = bus_of((uint8_t)word);
	return (body->bad || r->bus == CAPTURE_BUS_OTHER ? CAPTURE_NOTHING :
	    CAPTURE_GOT);
}

static enum capture_result
journal(struct reader *body, struct capture_record *r)
{
	r->kind = CAPTURE_JOURNAL;
	r->time = CAPTURE_TIMELESS;
	take_data(r, body, RECORD_MOST);
	return (CAPTURE_GOT);
}

static enum capture_result
block(struct capture *c, struct reader *body, uint32_t type,
    struct capture_record *r, struct buf *why)
{
	switch (type) {
	case PCAPNG_SECTION:
		section(c, body);
		return (CAPTURE_NOTHING);
	case PCAPNG_INTERFACE:
		return (interface(c, body, why) ? CAPTURE_NOTHING :
		    CAPTURE_BAD);
	case PCAPNG_ENHANCED:
	case PCAPNG_PACKET:
		return (packet(c, body, type, r, why));
	case PCAPNG_SIMPLE:
		return (simple_packet(c, body, r, why));
	case PCAPNG_STATISTICS:
		return (statistics(c, body, r));
	case PCAPNG_CUSTOM:
		return (custom(c, body, r));
	case PCAPNG_JOURNAL:
		return (journal(body, r));
	default:
		return (CAPTURE_NOTHING);
	}
}

/* Its order stands behind its length. */
static bool
section_order(struct capture *c, struct reader in, struct buf *why)
{
	uint32_t order;

	in.big = false;
	reader_bytes(&in, BLOCK_HEADER);
	order = reader_u32(&in);
	c->big = order == 0x4d3c2b1au;
	if (c->big || order == PCAPNG_ORDER)
		return (true);
	buf_adds(why, "is followed by a section of unknown byte order");
	return (false);
}

static bool
length_is_good(uint32_t length, uint32_t type, struct buf *why)
{
	if (length < BLOCK_LEAST || length % 4 != 0 ||
	    length > RECORD_MOST || (type == PCAPNG_SECTION && length < 28)) {
		buf_addf(why, "is in, or followed by, a block of %u bytes, "
		    "an invalid length", length);
		return (false);
	}
	return (true);
}

static enum capture_result
pcapng_block(struct capture *c, struct reader *in, bool last,
    uint64_t *used, struct capture_record *r, struct buf *why)
{
	struct reader body, end;
	uint32_t type, length;
	size_t here;

	if (in->len < BLOCK_LEAST)
		return (too_few(in->len, last));
	r->number = c->number + 1;
	type = reader_u32(in);
	if (type == PCAPNG_SECTION) {
		if (!section_order(c, reader_of(in->p, in->len), why))
			return (CAPTURE_BAD);
		in->big = c->big;
	}
	length = reader_u32(in);
	if (!length_is_good(length, type, why))
		return (CAPTURE_BAD);
	*used = length;
	if (!is_enough(in->len, length))
		return (too_few(in->len, last));
	here = length <= in->len ? length - BLOCK_LEAST : reader_left(in);
	body = reader_part(in, here);
	end = reader_part(in, length <= in->len ? 4 : 0);
	if (length <= in->len && reader_u32(&end) != length) {
		buf_addf(why, "is in, or followed by, a block whose two "
		    "lengths differ (one is %u bytes)", length);
		return (CAPTURE_BAD);
	}
	return (block(c, &body, type, r, why));
}

enum capture_result
capture_next(struct capture *c, const uint8_t *p, size_t n, bool last,
    uint64_t *used, struct capture_record *r, struct buf *why)
{
	struct reader in = reader_of(p, n);

	*used = 0;
	*r = (struct capture_record){ .number = c->number + 1 };
	in.big = c->big;
	if (!c->begun) {
		if (n < FILE_HEADER)
			return (too_few(n, last));
		c->begun = true;
		c->ng = capture_is_pcapng(p, n);
		if (!c->ng)
			return (pcap_header(c, &in, used));
	}
	return (c->ng ? pcapng_block(c, &in, last, used, r, why) :
	    pcap_record(c, &in, last, used, r, why));
}
