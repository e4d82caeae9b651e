/* SPDX-License-Identifier: ISC */
#include "wire/usbip.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "wire/usb.h"

#define VERSION		0x0111
#define OPERATION	8	/* bytes of its header */
#define TRANSFER	48	/* of a transfer's, request or answer */

/* Codes of operations; an answer has no REQUEST bit. */
#define REQUEST		0x8000
#define OP_IMPORT	0x0003
#define OP_DEVLIST	0x0005

#define CMD_SUBMIT	1
#define CMD_UNLINK	2
#define RET_SUBMIT	3
#define RET_UNLINK	4

#define DIRECTION_OUT	0
#define DIRECTION_IN	1
#define ENDPOINT_MAX	15

/* number_of_packets of what is not isochronous: older hosts say 0. */
#define NO_PACKETS	0xffffffff

static struct reader
big_reader(const uint8_t *p, size_t n)
{
	struct reader r = reader_of(p, n);

	r.big = true;
	return (r);
}

static enum usbip_reading
broken(const char **why, const char *reason)
{
	*why = reason;
	return (USBIP_BROKEN);
}

static enum usbip_reading
read_busid(struct reader *from, struct usbip_request *r, const char **why)
{
	const uint8_t *p = reader_bytes(from, USBIP_BUSID_LENGTH);

	if (p == NULL)
		return (USBIP_PART);
	if (memchr(p, '\0', USBIP_BUSID_LENGTH) == NULL)
		return (broken(why, "a bus id without a terminating NUL"));
	memcpy(r->busid, p, USBIP_BUSID_LENGTH);
	return (USBIP_WHOLE);
}

enum usbip_reading
usbip_read_operation(const uint8_t *p, size_t n, struct usbip_request *r,
    size_t *used, const char **why)
{
	struct reader from = big_reader(p, n);
	enum usbip_reading reading = USBIP_WHOLE;
	uint16_t version, code;

	*r = (struct usbip_request){ 0 };
	version = reader_u16(&from);
	code = reader_u16(&from);
	reader_u32(&from);
	if (n >= sizeof version && version != VERSION)
		return (broken(why, "a version other than USB/IP 1.1.1"));
	if (n < OPERATION)
		return (USBIP_PART);
	if (code == (REQUEST | OP_DEVLIST))
		r->kind = USBIP_DEVLIST;
	else if (code == (REQUEST | OP_IMPORT)) {
		r->kind = USBIP_IMPORT;
		reading = read_busid(&from, r, why);
	} else
		return (broken(why, "an unsupported operation"));
	*used = from.pos;
	return (reading);
}

/* The part of CMD_SUBMIT that is its own. */
static enum usbip_reading
read_submit(struct reader *from, struct usbip_request *r, const char **why)
{
	const uint8_t *setup;
	uint32_t packets;

	r->kind = USBIP_SUBMIT;
	reader_u32(from);	/* transfer_flags: the host's own business */
	r->length = reader_u32(from);
	reader_u32(from);	/* start_frame */
	packets = reader_u32(from);
	reader_u32(from);	/* interval */
	setup = reader_bytes(from, SETUP_LENGTH);
	assert(setup != NULL);
	r->setup = setup_unpack(setup);
	if (packets != 0 && packets != NO_PACKETS)
		return (broken(why, "isochronous packets"));
	if (r->length > USBIP_DATA_MAX)
		return (broken(why, "a transfer of more than 65535 bytes"));
	if (r->in || r->length == 0)
		return (USBIP_WHOLE);
	r->data = reader_bytes(from, r->length);
	return (r->data != NULL ? USBIP_WHOLE : USBIP_PART);
}

static enum usbip_reading
read_unlink(struct reader *from, struct usbip_request *r)
{
	r->kind = USBIP_UNLINK;
	r->unlink = reader_u32(from);
	reader_bytes(from, TRANSFER - 24);
	return (USBIP_WHOLE);
}

enum usbip_reading
usbip_read_transfer(const uint8_t *p, size_t n, struct usbip_request *r,
    size_t *used, const char **why)
{
	struct reader from = big_reader(p, n);
	enum usbip_reading reading;
	uint32_t command, direction;

	*r = (struct usbip_request){ 0 };
	command = reader_u32(&from);
	r->seqnum = reader_u32(&from);
	r->devid = reader_u32(&from);
	direction = reader_u32(&from);
	r->endpoint = reader_u32(&from);
	if (n >= sizeof command && command != CMD_SUBMIT &&
	    command != CMD_UNLINK)
		return (broken(why, "a command that hosts do not send"));
	if (n < TRANSFER)
		return (USBIP_PART);
	if (direction != DIRECTION_OUT && direction != DIRECTION_IN)
		return (broken(why, "an invalid direction"));
	if (r->endpoint > ENDPOINT_MAX)
		return (broken(why, "an invalid endpoint"));
	r->in = direction == DIRECTION_IN;
	reading = command == CMD_SUBMIT ? read_submit(&from, r, why) :
	    read_unlink(&from, r);
	*used = from.pos;
	return (reading);
}

static void
add_be16(struct buf *b, uint16_t v)
{
	uint8_t two[2];

	put_be16(two, v);
	buf_add(b, two, sizeof two);
}

static void
add_be32(struct buf *b, uint32_t v)
{
	uint8_t four[4];

	put_be32(four, v);
	buf_add(b, four, sizeof four);
}

static void
add_zeros(struct buf *b, size_t n)
{
	static const uint8_t zeros[USBIP_PATH_LENGTH];

	assert(n <= sizeof zeros);
	buf_add(b, zeros, n);
}

/* A string in a field of that size, its end included. */
static void
add_field(struct buf *b, const char *s, size_t size)
{
	size_t n = strlen(s);

	if (n > size - 1)
		n = size - 1;
	buf_add(b, s, n);
	add_zeros(b, size - n);
}

static void
add_operation(struct buf *b, uint16_t code, uint32_t status)
{
	add_be16(b, VERSION);
	add_be16(b, code);
	add_be32(b, status);
}

static void
add_device(struct buf *b, const struct usbip_device *d)
{
	add_field(b, d->path, USBIP_PATH_LENGTH);
	add_field(b, d->busid, USBIP_BUSID_LENGTH);
	add_be32(b, d->busnum);
	add_be32(b, d->devnum);
	add_be32(b, d->speed);
	add_be16(b, d->idVendor);
	add_be16(b, d->idProduct);
	add_be16(b, d->bcdDevice);
	buf_add(b, d->code, sizeof d->code);
	buf_addc(b, d->bConfigurationValue);
	buf_addc(b, d->bNumConfigurations);
	buf_addc(b, d->interfaces_count);
}

uint32_t
usbip_devid(const struct usbip_device *d)
{
	return (d->busnum << 16 | d->devnum);
}

void
usbip_add_devlist(struct buf *b, const struct usbip_device *d, size_t n)
{
	size_t i, k;

	add_operation(b, OP_DEVLIST, USBIP_DONE);
	add_be32(b, (uint32_t)n);
	for (i = 0; i < n; i++) {
		add_device(b, &d[i]);
		for (k = 0; k < d[i].interfaces_count; k++) {
			buf_add(b, d[i].interfaces[k].code,
			    sizeof d[i].interfaces[k].code);
			buf_addc(b, 0);
		}
	}
}

void
usbip_add_import(struct buf *b, enum usbip_result result,
    const struct usbip_device *d)
{
	add_operation(b, OP_IMPORT, (uint32_t)result);
	if (result == USBIP_DONE)
		add_device(b, d);
}

/* An answer's devid, direction and endpoint are 0. */
static void
add_answer(struct buf *b, uint32_t command, uint32_t seqnum,
    enum usbip_status status)
{
	add_be32(b, command);
	add_be32(b, seqnum);
	add_zeros(b, 12);
	add_be32(b, (uint32_t)(int32_t)status);
}

void
usbip_add_submitted(struct buf *b, uint32_t seqnum, enum usbip_status status,
    const uint8_t *data, uint32_t actual)
{
	add_answer(b, RET_SUBMIT, seqnum, status);
	add_be32(b, actual);
	add_zeros(b, TRANSFER - 28);
	if (data != NULL)
		buf_add(b, data, actual);
}

void
usbip_add_unlinked(struct buf *b, uint32_t seqnum, enum usbip_status status)
{
	add_answer(b, RET_UNLINK, seqnum, status);
	add_zeros(b, TRANSFER - 24);
}
