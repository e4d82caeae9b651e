/* SPDX-License-Identifier: ISC */
#include "wire/usb_record.h"

#include "base/bytes.h"
#include "wire/usb.h"

#define IN_BIT	0x80

/* What stands in a field for how a transfer ended. */
struct code_row {
	uint32_t	 code;
	enum outcome	 outcome;
};

/*
 * Linux, minus errno (error-codes.rst). A transfer that timed out is killed:
 * its status is ENOENT, and only the caller sees a timeout.
 */
static const struct code_row linux_codes[] = {
	{ 2, OUTCOME_TIMEOUT },		/* ENOENT */
	{ 13, OUTCOME_DENIED },		/* EACCES, of a submission */
	{ 16, OUTCOME_BUSY },		/* EBUSY, likewise */
	{ 32, OUTCOME_STALL },		/* EPIPE */
	{ 71, OUTCOME_BUSERROR },	/* EPROTO */
	{ 62, OUTCOME_BUSERROR },	/* ETIME */
	{ 75, OUTCOME_BABBLE },		/* EOVERFLOW */
	{ 84, OUTCOME_BUSERROR },	/* EILSEQ */
	{ 104, OUTCOME_CANCELLED },	/* ECONNRESET */
	{ 108, OUTCOME_GONE },		/* ESHUTDOWN */
	{ 19, OUTCOME_GONE },		/* ENODEV */
	{ 110, OUTCOME_TIMEOUT },	/* ETIMEDOUT */
	{ 115, OUTCOME_UNKNOWN },	/* EINPROGRESS */
	{ 121, OUTCOME_SHORT },		/* EREMOTEIO */
	{ 0, OUTCOME_OK },
};

/* USBD_STATUS of Windows (usb.h of its driver kit). */
static const struct code_row windows_codes[] = {
	{ 0xc0000004, OUTCOME_STALL },
	{ 0xc0000005, OUTCOME_TIMEOUT },	/* the device is silent */
	{ 0xc0000008, OUTCOME_BABBLE },		/* data overrun */
	{ 0xc0000012, OUTCOME_BABBLE },
	{ 0xc0000030, OUTCOME_STALL },		/* the endpoint is halted */
	{ 0xc0006000, OUTCOME_TIMEOUT },
	{ 0xc0007000, OUTCOME_GONE },
	{ 0xc0010000, OUTCOME_CANCELLED },
	{ 0xc0000009, OUTCOME_SHORT },		/* data underrun */
	{ 0, OUTCOME_OK },
};

/* IOReturn of Darwin (IOReturn.h, USB.h). */
static const struct code_row darwin_codes[] = {
	{ 0xe000404f, OUTCOME_STALL },
	{ 0xe0004051, OUTCOME_TIMEOUT },	/* transaction timed out */
	{ 0xe00002c0, OUTCOME_GONE },
	{ 0xe00002d6, OUTCOME_TIMEOUT },
	{ 0xe00002e8, OUTCOME_BABBLE },		/* overrun */
	{ 0xe00002eb, OUTCOME_CANCELLED },
	{ 0xe00002e7, OUTCOME_SHORT },		/* underrun */
	{ 0xe00002ed, OUTCOME_TIMEOUT },	/* not responding */
	{ 0, OUTCOME_OK },
};

static uint8_t
outcome_of(const struct code_row *rows, uint32_t code)
{
	if (code == 0)
		return (OUTCOME_OK);
	for (; rows->code != 0; rows++) {
		if (rows->code == code)
			return ((uint8_t)rows->outcome);
	}
	return (OUTCOME_BUSERROR);
}

enum outcome
usb_record_linux_outcome(uint32_t code)
{
	return ((enum outcome)outcome_of(linux_codes, code));
}

uint32_t
usb_record_linux_code(enum outcome outcome)
{
	const struct code_row *row;

	for (row = linux_codes; row->code != 0; row++) {
		if (row->outcome == outcome && row->outcome != OUTCOME_SHORT)
			return (row->code);
	}
	return (0);
}

static void
take_data(struct usb_record *r, struct reader *in, uint64_t there)
{
	size_t n = reader_left(in);

	r->there = there < UINT32_MAX ? (uint32_t)there : UINT32_MAX;
	r->kept = r->there < n ? r->there : (uint32_t)n;
	r->data = reader_bytes(in, r->kept);
}

static void
take_setup(struct usb_record *r, struct reader *in)
{
	const uint8_t *p = reader_bytes(in, SETUP_LENGTH);

	r->has_setup = p != NULL;
	if (p != NULL)
		r->setup = setup_unpack(p);
}

static enum usb_record_result
too_short(const struct capture_record *from, struct buf *why)
{
	buf_addf(why, "has only %u bytes, less than its header",
	    from->captured);
	return (USB_RECORD_SHORT);
}

/* Answers with less than was asked for are no error on any system. */
static void
judge(struct usb_record *r)
{
	if (r->outcome == OUTCOME_SHORT)
		r->outcome = OUTCOME_OK;
}

/*
 * usbmon, 48 or 64 bytes. Where the data lies follows from the type and the
 * direction: QEMU's files have another flag for it, count the header in, and
 * number nothing.
 */
static enum usb_record_result
read_linux(const struct capture_record *from, struct usb_record *r,
    struct buf *why)
{
	struct reader in = reader_of(from->data, from->captured);
	uint32_t header = usb_record_header(from->link), captured;
	const uint8_t *p = reader_bytes(&in, header);
	bool big = from->big;
	uint64_t s;
	uint8_t type;

	if (p == NULL)
		return (too_short(from, why));
	r->id = bytes_u64(p, big);
	type = p[8];
	r->transfer = p[9];
	r->endpoint = p[10];
	r->device = p[11];
	r->bus = bytes_u16(p + 12, big);
	s = bytes_u64(p + 16, big);
	r->code = bytes_u32(p + 28, big);
	r->moved = bytes_u32(p + 32, big);
	captured = bytes_u32(p + 36, big);
	if (type != 'S' && type != 'C' && type != 'E')
		return (USB_RECORD_NONE);
	r->kind = type == 'S' ? USB_RECORD_SUBMIT : USB_RECORD_COMPLETE;
	if (r->kind == USB_RECORD_SUBMIT && p[14] == 0) {
		r->has_setup = true;
		r->setup = setup_unpack(p + 40);
	}
	if (r->time == CAPTURE_TIMELESS && s != 0)
		r->time = s * 1000000 + bytes_u32(p + 24, big);
	/* What a disk wrote may be longer than what was captured of it. */
	if (captured > from->original - header)
		captured = from->original - header;
	if ((r->kind == USB_RECORD_SUBMIT) == ((r->endpoint & IN_BIT) == 0))
		take_data(r, &in, captured);
	if (r->kind == USB_RECORD_COMPLETE)
		r->outcome = outcome_of(linux_codes, 0u - r->code);
	r->no_stall = type == 'S' && r->code == 0 && r->bus == 0 &&
	    r->id != 0;
	/* QEMU says so of a refusal. */
	if (type == 'C' && r->code == 0u - 121 && r->bus == 0 && r->id == 0)
		r->outcome = OUTCOME_STALL;
	return (USB_RECORD_READ);
}

/* Stages of a control transfer in USBPcap's files. */
enum { STAGE_SETUP, STAGE_DATA, STAGE_STATUS, STAGE_COMPLETE };

static enum usb_record_result
read_windows(const struct capture_record *from, struct usb_record *r,
    struct buf *why)
{
	struct reader in = reader_of(from->data, from->captured);
	uint32_t header, length;
	uint8_t completes, stage;

	if (from->captured < 27)
		return (too_short(from, why));
	header = reader_u16(&in);
	r->id = reader_u64(&in);
	r->code = reader_u32(&in);
	reader_u16(&in);
	completes = reader_u8(&in) & 1;
	r->bus = reader_u16(&in);
	r->device = reader_u16(&in);
	r->endpoint = reader_u8(&in);
	r->transfer = reader_u8(&in);
	length = reader_u32(&in);
	if (r->transfer != USB_TRANSFER_CONTROL) {
		r->kind = completes ? USB_RECORD_COMPLETE : USB_RECORD_SUBMIT;
		r->moved = r->there = length;
		if (completes)
			r->outcome = outcome_of(windows_codes, r->code);
		return (USB_RECORD_READ);
	}
	stage = reader_u8(&in);
	if (header < 28 || in.bad || header > from->captured)
		return (too_short(from, why));
	in.pos = header;
	r->kind = stage == STAGE_SETUP ? USB_RECORD_SUBMIT :
	    stage == STAGE_DATA ? USB_RECORD_DATA : USB_RECORD_COMPLETE;
	if (stage == STAGE_SETUP) {
		take_setup(r, &in);
		length = length > SETUP_LENGTH ? length - SETUP_LENGTH : 0;
		r->may_follow = length == 0;
	}
	take_data(r, &in, length);
	r->moved = length;
	if (r->kind == USB_RECORD_COMPLETE)
		r->outcome = outcome_of(windows_codes, r->code);
	/* Of what went out it has no length: all of it. */
	if (r->outcome == OUTCOME_OK && (r->endpoint & IN_BIT) == 0)
		r->moved = UINT32_MAX;
	return (USB_RECORD_READ);
}

/* Its kinds are those of endpoint descriptors (USB 2.0 table 9-13). */
static const uint8_t darwin_kinds[] = { USB_TRANSFER_CONTROL, 0, 3, 1 };

static enum usb_record_result
read_darwin(const struct capture_record *from, struct usb_record *r,
    struct buf *why)
{
	struct reader in = reader_of(from->data, from->captured);
	uint32_t header, length;
	uint8_t type, address, kind;

	if (from->captured < 32)
		return (too_short(from, why));
	reader_u16(&in);
	header = reader_u8(&in);
	type = reader_u8(&in);
	length = reader_u32(&in);
	r->code = reader_u32(&in);
	reader_u32(&in);
	r->id = reader_u64(&in);
	r->bus = (uint16_t)(reader_u32(&in) >> 24);
	reader_u8(&in);
	address = reader_u8(&in);
	r->device = address;
	r->endpoint = reader_u8(&in);
	kind = reader_u8(&in);
	r->transfer = kind < sizeof(darwin_kinds) ? darwin_kinds[kind] : 0;
	if (header < 32 || header > from->captured)
		return (too_short(from, why));
	in.pos = header;
	r->kind = type == 0 ? USB_RECORD_SUBMIT : USB_RECORD_COMPLETE;
	if (r->kind == USB_RECORD_SUBMIT &&
	    r->transfer == USB_TRANSFER_CONTROL)
		take_setup(r, &in);
	take_data(r, &in, from->original > in.pos ?
	    from->original - in.pos : 0);
	r->moved = length;
	if (r->kind == USB_RECORD_COMPLETE)
		r->outcome = outcome_of(darwin_codes, r->code);
	return (USB_RECORD_READ);
}

/* The link types, and what stands before their data. */
static const struct link_row {
	uint32_t	 link;
	uint32_t	 header;
	enum usb_host	 host;
	enum usb_record_result (*read)(const struct capture_record *,
	    struct usb_record *, struct buf *);	/* NULL: of the bus */
} links[] = {
	{ CAPTURE_USB_LINUX_MMAPPED, 64, USB_HOST_LINUX, read_linux },
	{ CAPTURE_USB_LINUX, 48, USB_HOST_LINUX, read_linux },
	{ CAPTURE_USBPCAP, 28, USB_HOST_WINDOWS, read_windows },
	{ CAPTURE_USB_DARWIN, 32, USB_HOST_DARWIN, read_darwin },
	{ CAPTURE_USB_2_0, 1, USB_HOST_BUS, NULL },
	{ CAPTURE_USB_2_0_LOW, 1, USB_HOST_BUS, NULL },
	{ CAPTURE_USB_2_0_FULL, 1, USB_HOST_BUS, NULL },
	{ CAPTURE_USB_2_0_HIGH, 1, USB_HOST_BUS, NULL },
};

const char *
usb_host_name(enum usb_host host)
{
	static const char *const names[] = {
		[USB_HOST_LINUX] = "usbmon",
		[USB_HOST_WINDOWS] = "usbpcap",
		[USB_HOST_DARWIN] = "darwin",
		[USB_HOST_BUS] = "analyser",
	};

	return (names[host]);
}

static const struct link_row *
link_of(uint32_t link)
{
	size_t i;

	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].link == link)
			return (&links[i]);
	}
	return (NULL);
}

bool
usb_record_is_bus(uint32_t link)
{
	const struct link_row *row = link_of(link);

	return (row != NULL && row->read == NULL);
}

uint32_t
usb_record_header(uint32_t link)
{
	const struct link_row *row = link_of(link);

	return (row != NULL ? row->header : 0);
}

enum usb_record_result
usb_record_read(const struct capture_record *from, struct usb_record *r,
    struct buf *why)
{
	const struct link_row *row = link_of(from->link);
	enum usb_record_result result;

	*r = (struct usb_record){ .host = row != NULL ? (uint8_t)row->host : 0,
	    .time = from->time, .room = UINT32_MAX };
	if (row == NULL || row->read == NULL)
		return (USB_RECORD_NONE);
	if (from->snap != 0)
		r->room = from->snap > row->header ?
		    from->snap - row->header : 0;
	result = row->read(from, r, why);
	if (result == USB_RECORD_READ && r->kind == USB_RECORD_COMPLETE)
		judge(r);
	return (result);
}
