/* SPDX-License-Identifier: ISC */
/*
 * Wrong words, one at a time: each row spoils one thing of the strings or the
 * descriptors, as some real device does, and leaves the device as it was.
 */
#include <string.h>

#include "base/bytes.h"
#include "device/profile.h"
#include "wire/usb.h"

enum part {
	/* What the descriptors are made of. */
	PART_SET,		/* bits of bmAttributes */
	PART_CLEAR,
	PART_DETACH,
	PART_SIZE,
	PART_VERSION,
	PART_PROTOCOL,
	PART_PACKET,		/* bMaxPacketSize0 */
	PART_NO_SERIAL,
	PART_SERIAL,
	PART_NAME,
	PART_ALTERNATES,
	/* The bytes of the configuration. */
	PART_COUNT,		/* more in bNumInterfaces */
	PART_TOTAL,		/* more in wTotalLength */
	PART_FIELD,		/* of the last interface: offset, value */
	PART_FIRST,		/* of all its alternates: the same, added */
	PART_LENGTH,		/* of the functional descriptor */
	PART_NONE,		/* without it */
	PART_TWICE,		/* 1: they differ */
	PART_AHEAD,		/* 1: before all interfaces */
	PART_COMPANY		/* another interface */
};

#define NUMBER_AT	3	/* bAlternateSetting */
#define ENDPOINTS_AT	4
#define PROTOCOL_AT	7
#define NAME_AT		8

#define FIELD(at, value)	((at) << 8 | (value))

static const struct wrong {
	enum part	 part;
	uint16_t	 value;
	const char	*text;
} wrongs[] = {
	[WRONG_TOTAL_LENGTH] = { PART_TOTAL, 9, NULL },
	[WRONG_INTERFACE_COUNT] = { PART_COUNT, 1, NULL },
	[WRONG_ALTERNATE_GAP] = { PART_FIRST, FIELD(NUMBER_AT, 1), NULL },
	[WRONG_ALTERNATE_TWICE] = { PART_FIELD, FIELD(NUMBER_AT, 0), NULL },
	[WRONG_ALTERNATE_UNNAMED] = { PART_FIELD, FIELD(NAME_AT, 0), NULL },
	[WRONG_TWO_ALTERNATES] = { PART_ALTERNATES, 2, NULL },
	[WRONG_COMPANY] = { PART_COMPANY, 0, NULL },
	[WRONG_ENDPOINTS] = { PART_FIELD, FIELD(ENDPOINTS_AT, 2), NULL },
	[WRONG_PACKET_SIZE] = { PART_PACKET, 20, NULL },
	[WRONG_PROTOCOL_0] = { PART_PROTOCOL, 0, NULL },
	[WRONG_PROTOCOL_1] = { PART_PROTOCOL, USB_PROTOCOL_RUNTIME, NULL },
	[WRONG_PROTOCOL_2] = { PART_PROTOCOL, USB_PROTOCOL_DFU, NULL },
	[WRONG_PROTOCOL_MIXED] = { PART_FIELD,
	    FIELD(PROTOCOL_AT, USB_PROTOCOL_RUNTIME), NULL },
	[WRONG_FUNCTIONAL_NONE] = { PART_NONE, 0, NULL },
	[WRONG_FUNCTIONAL_LONG] = { PART_LENGTH, 11, NULL },
	[WRONG_FUNCTIONAL_TWICE] = { PART_TWICE, 0, NULL },
	[WRONG_FUNCTIONAL_DIFFERS] = { PART_TWICE, 1, NULL },
	[WRONG_FUNCTIONAL_AHEAD] = { PART_AHEAD, 1, NULL },
	[WRONG_FUNCTIONAL_BETWEEN] = { PART_AHEAD, 0, NULL },
	[WRONG_VERSION_1_0] = { PART_VERSION, 0x0100, NULL },
	[WRONG_VERSION_1_1] = { PART_VERSION, 0x0110, NULL },
	[WRONG_VERSION_DFUSE] = { PART_VERSION, 0x011a, NULL },
	[WRONG_VERSION_NONE] = { PART_VERSION, 0, NULL },
	[WRONG_NO_DNLOAD] = { PART_CLEAR, ATTRIBUTE_CAN_DNLOAD, NULL },
	[WRONG_NO_UPLOAD] = { PART_CLEAR, ATTRIBUTE_CAN_UPLOAD, NULL },
	[WRONG_NO_TRANSFER] = { PART_CLEAR,
	    ATTRIBUTE_CAN_DNLOAD | ATTRIBUTE_CAN_UPLOAD, NULL },
	[WRONG_TOLERANT] = { PART_SET, ATTRIBUTE_TOLERANT, NULL },
	[WRONG_INTOLERANT] = { PART_CLEAR, ATTRIBUTE_TOLERANT, NULL },
	[WRONG_WILL_DETACH] = { PART_SET, ATTRIBUTE_WILL_DETACH, NULL },
	[WRONG_RESERVED] = { PART_SET, 0xf0, NULL },
	[WRONG_DETACH_NO_TIME] = { PART_DETACH, 0, NULL },
	[WRONG_DETACH_LONG] = { PART_DETACH, 0xffff, NULL },
	[WRONG_SIZE_ZERO] = { PART_SIZE, 0, NULL },
	[WRONG_SIZE_SMALL] = { PART_SIZE, 32, NULL },
	[WRONG_SIZE_LARGE] = { PART_SIZE, 0x8000, NULL },
	[WRONG_SIZE_ODD] = { PART_SIZE, 1000, NULL },
	[WRONG_SERIAL_NONE] = { PART_NO_SERIAL, 0, NULL },
	[WRONG_SERIAL_GARBLED] = { PART_SERIAL, 0, "\xe4\xb3\x83\xe4\xa8\xb2" },
	[WRONG_LAYOUT_PLAIN] = { PART_NAME, 0, "Internal Flash" },
	[WRONG_LAYOUT_DFUSE] = { PART_NAME, 0,
	    "@Internal Flash /0x08000000/64*02Kg" },
	[WRONG_LAYOUT_EMPTY] = { PART_NAME, 0, "@Internal Flash" },
	[WRONG_LAYOUT_ZERO] = { PART_NAME, 0,
	    "@Internal Flash /0x08000000/04*016Kg,01*000Kg" },
	[WRONG_LAYOUT_LETTER] = { PART_NAME, 0,
	    "@Internal Flash /0x08000000/04*016Kg,01*064Kq" },
	[WRONG_LAYOUT_CAPITAL] = { PART_NAME, 0,
	    "@Internal Flash /0x08000000/04*016KG" },
	[WRONG_LAYOUT_NO_UNIT] = { PART_NAME, 0,
	    "@Internal Flash /0x08000000/99*128g" },
	[WRONG_LAYOUT_OVERLAP] = { PART_NAME, 0,
	    "@Option Bytes   /0x1FFF7800/01*048 e/0x1FFF7800/01*048 e" },
	[WRONG_LAYOUT_BEYOND] = { PART_NAME, 0,
	    "@SPI Flash : M25P64 /0xFFFF0000/64*64Kg" },
	[WRONG_LAYOUT_TAIL] = { PART_NAME, 0,
	    "@Internal Flash /0x08000000/04*016Kg 64*02Kg" },
	[WRONG_LAYOUT_FEATURE] = { PART_NAME, 0,
	    "@Device Feature/0xFFFF0000/01*004 g" },
	[WRONG_LAYOUT_DIGITS] = { PART_NAME, 0,
	    "@Internal Flash  /0x08000000/1001*0128Kg" },
	[WRONG_LAYOUT_BLANKS] = { PART_NAME, 0,
	    "@Internal Flash /0x08000000/04*016Kg   " },
	[WRONG_LAYOUT_READ_ONLY] = { PART_NAME, 0,
	    "@Internal Flash /0x08000000/04*016Ka" },
};

_Static_assert(sizeof wrongs / sizeof wrongs[0] == WRONG_COUNT,
    "what each does");

static bool
is_wrong(const struct sim *s, size_t i)
{
	return ((s->wrongs >> i & 1) != 0);
}

static void
corrupt_identity(struct sim_identity *id, const struct wrong *w)
{
	switch (w->part) {
	case PART_SET:
		id->bmAttributes |= (uint8_t)w->value;
		break;
	case PART_CLEAR:
		id->bmAttributes &= (uint8_t)~w->value;
		break;
	case PART_DETACH:
		id->wDetachTimeOut = w->value;
		break;
	case PART_SIZE:
		id->wTransferSize = w->value;
		break;
	case PART_VERSION:
		id->bcdDFUVersion = w->value;
		break;
	case PART_PROTOCOL:
		id->protocol = (uint8_t)w->value;
		break;
	case PART_PACKET:
		id->packet = (uint8_t)w->value;
		break;
	case PART_NO_SERIAL:
		id->serial = NULL;
		break;
	case PART_SERIAL:
		id->serial = w->text;
		break;
	case PART_NAME:
		id->alternates = &w->text;
		id->names_count = 1;
		break;
	case PART_ALTERNATES:
		if (id->alternates_count < w->value)
			id->alternates_count = (uint8_t)w->value;
		break;
	case PART_COUNT:
	case PART_TOTAL:
	case PART_FIELD:
	case PART_FIRST:
	case PART_LENGTH:
	case PART_NONE:
	case PART_TWICE:
	case PART_AHEAD:
	case PART_COMPANY:
		break;
	}
}

void
sim_wrong_identity(const struct sim *s, struct sim_identity *id)
{
	size_t i;

	for (i = 0; i < WRONG_COUNT; i++)
		if (is_wrong(s, i))
			corrupt_identity(id, &wrongs[i]);
}

/* Bytes. */

#define NOWHERE		SIZE_MAX
#define CONFIG_LENGTH	9
#define INTERFACE_LENGTH 9
#define FUNCTIONAL_LENGTH 9
#define VENDOR_CLASS	0xff

/* The offset of the next descriptor of that type at or behind `at`. */
static size_t
find(const struct buf *config, size_t at, uint8_t type)
{
	size_t i;

	for (i = 0; i + 2 <= config->len && config->data[i] >= 2;
	    i += config->data[i])
		if (i >= at && config->data[i + 1] == type &&
		    i + config->data[i] <= config->len)
			return (i);
	return (NOWHERE);
}

/* Puts n bytes before `at`. */
static void
insert(struct buf *config, size_t at, const uint8_t *p, size_t n)
{
	buf_add(config, p, n);
	memmove(config->data + at + n, config->data + at,
	    config->len - n - at);
	memcpy(config->data + at, p, n);
}

static void
cut_out(struct buf *config, size_t at, size_t n)
{
	memmove(config->data + at, config->data + at + n,
	    config->len - at - n);
	buf_cut(config, config->len - n);
}

/* Sets a field of the last interface, or adds to it in all of them. */
static void
corrupt_interfaces(struct buf *config, const struct wrong *w)
{
	size_t at, last = NOWHERE, offset = w->value >> 8;
	uint8_t value = (uint8_t)(w->value & 0xff);

	for (at = find(config, 0, USB_DT_INTERFACE); at != NOWHERE;
	    at = find(config, at + 1, USB_DT_INTERFACE)) {
		last = at;
		if (w->part == PART_FIRST)
			config->data[at + offset] = (uint8_t)
			    (config->data[at + offset] + value);
	}
	if (w->part == PART_FIELD && last != NOWHERE)
		config->data[last + offset] = value;
}

static void
corrupt_functional(struct buf *config, const struct wrong *w)
{
	size_t at = find(config, 0, USB_DT_DFU);
	size_t first = find(config, 0, USB_DT_INTERFACE);
	uint8_t copy[FUNCTIONAL_LENGTH];
	size_t n;

	if (at == NOWHERE || first == NOWHERE ||
	    config->data[at] > sizeof copy)
		return;
	n = config->data[at];
	memcpy(copy, config->data + at, n);
	if (w->part == PART_LENGTH) {
		insert(config, at + n, (const uint8_t *)"\0\0\0\0",
		    w->value - n);
		config->data[at] = (uint8_t)w->value;
	} else if (w->part == PART_TWICE) {
		/* Half as large blocks, for who takes the second. */
		copy[6] = (uint8_t)(w->value != 0 ? copy[6] / 2 : copy[6]);
		insert(config, at + n, copy, n);
	} else {
		cut_out(config, at, n);
		if (w->part == PART_AHEAD)
			insert(config, w->value != 0 ? first :
			    first + INTERFACE_LENGTH, copy, n);
	}
}

static void
corrupt_config(struct buf *config, const struct wrong *w)
{
	static const uint8_t other[INTERFACE_LENGTH] = { INTERFACE_LENGTH,
	    USB_DT_INTERFACE, 1, 0, 0, VENDOR_CLASS };

	switch (w->part) {
	case PART_FIELD:
	case PART_FIRST:
		corrupt_interfaces(config, w);
		break;
	case PART_LENGTH:
	case PART_NONE:
	case PART_TWICE:
	case PART_AHEAD:
		corrupt_functional(config, w);
		break;
	case PART_COMPANY:
		config->data[4]++;
		buf_add(config, other, sizeof other);
		break;
	case PART_COUNT:
		config->data[4] = (uint8_t)(config->data[4] + w->value);
		break;
	case PART_SET:
	case PART_CLEAR:
	case PART_DETACH:
	case PART_SIZE:
	case PART_VERSION:
	case PART_PROTOCOL:
	case PART_PACKET:
	case PART_NO_SERIAL:
	case PART_SERIAL:
	case PART_NAME:
	case PART_ALTERNATES:
	case PART_TOTAL:
		break;
	}
}

void
sim_wrong_config(const struct sim *s, struct buf *config)
{
	size_t i;

	for (i = 0; i < WRONG_COUNT; i++)
		if (is_wrong(s, i))
			corrupt_config(config, &wrongs[i]);
}

uint16_t
sim_wrong_total(const struct sim *s)
{
	return (is_wrong(s, WRONG_TOTAL_LENGTH) ?
	    wrongs[WRONG_TOTAL_LENGTH].value : 0);
}
