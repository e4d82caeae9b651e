/* SPDX-License-Identifier: ISC */
#include "wire/capture_writer.h"

#include <string.h>

#include "base/bytes.h"

static void
put(struct buf *b, uint64_t v, size_t n)
{
	for (; n > 0; n--, v >>= 8)
		buf_addc(b, (int)(v & 0xff));
}

static void
pad(struct buf *b, size_t from)
{
	while ((b->len - from) % 4 != 0)
		buf_addc(b, 0);
}

/* Begins a block; its length is put in when it ends. */
static size_t
begin(struct buf *b, uint32_t type)
{
	size_t at = b->len;

	put(b, type, 4);
	put(b, 0, 4);
	return (at);
}

static void
end(struct buf *b, size_t at)
{
	uint32_t length = (uint32_t)(b->len - at + 4);

	put(b, length, 4);
	put_u32(b->data + at + 4, length);
}

static void
option(struct buf *b, uint16_t code, const void *p, size_t n)
{
	size_t from;

	n = n < UINT16_MAX ? n : UINT16_MAX;
	put(b, code, 2);
	put(b, n, 2);
	from = b->len;
	buf_add(b, p, n);
	pad(b, from);
}

static void
number_option(struct buf *b, uint16_t code, uint64_t v)
{
	put(b, code, 2);
	put(b, 8, 2);
	put(b, v, 8);
}

void
capture_write_begin(struct buf *b, const char *application, uint32_t link,
    const char *interface)
{
	size_t at = begin(b, PCAPNG_SECTION);

	put(b, PCAPNG_ORDER, 4);
	put(b, 1, 2);
	put(b, 0, 2);
	put(b, UINT64_MAX, 8);
	option(b, PCAPNG_APPLICATION, application, strlen(application));
	put(b, PCAPNG_OPTION_END, 4);
	end(b, at);
	at = begin(b, PCAPNG_INTERFACE);
	put(b, link, 2);
	put(b, 0, 2);
	put(b, 0, 4);
	option(b, PCAPNG_NAME, interface, strlen(interface));
	option(b, PCAPNG_RESOLUTION, "\6", 1);
	put(b, PCAPNG_OPTION_END, 4);
	end(b, at);
}

void
capture_write_packet(struct buf *b, uint64_t time, const void *p,
    uint32_t captured, uint32_t original, char *const *comments,
    size_t ncomments)
{
	size_t at = begin(b, PCAPNG_ENHANCED), from, i;

	put(b, 0, 4);
	put(b, time >> 32, 4);
	put(b, time & UINT32_MAX, 4);
	put(b, captured, 4);
	put(b, original, 4);
	from = b->len;
	buf_add(b, p, captured);
	pad(b, from);
	for (i = 0; i < ncomments; i++)
		option(b, PCAPNG_COMMENT, comments[i], strlen(comments[i]));
	if (ncomments != 0)
		put(b, PCAPNG_OPTION_END, 4);
	end(b, at);
}

void
capture_write_journal(struct buf *b, const char *entry)
{
	size_t at = begin(b, PCAPNG_JOURNAL), from = b->len;

	buf_adds(b, entry);
	pad(b, from);
	end(b, at);
}

void
capture_write_end(struct buf *b, uint64_t time, uint64_t received,
    uint64_t lost)
{
	size_t at = begin(b, PCAPNG_STATISTICS);

	put(b, 0, 4);
	put(b, time >> 32, 4);
	put(b, time & UINT32_MAX, 4);
	number_option(b, PCAPNG_RECEIVED, received);
	number_option(b, PCAPNG_DROPPED, lost);
	put(b, PCAPNG_OPTION_END, 4);
	end(b, at);
}

#define IN_PROGRESS	115	/* EINPROGRESS */

void
capture_write_usb(struct buf *b, const struct usb_record *r)
{
	bool in = setup_is_in(&r->setup), submit = r->kind ==
	    USB_RECORD_SUBMIT;
	uint32_t status = submit ? IN_PROGRESS :
	    usb_record_linux_code((enum outcome)r->outcome);
	uint8_t setup[SETUP_LENGTH];
	bool failed = !submit && (r->outcome == OUTCOME_DENIED ||
	    r->outcome == OUTCOME_BUSY);

	put(b, r->id, 8);
	buf_addc(b, submit ? 'S' : failed ? 'E' : 'C');
	buf_addc(b, USB_TRANSFER_CONTROL);
	buf_addc(b, in ? 0x80 : 0);
	buf_addc(b, r->device & 0x7f);
	put(b, r->bus, 2);
	buf_addc(b, submit ? 0 : '-');
	buf_addc(b, r->there != 0 ? 0 : submit == in ? '<' : '>');
	put(b, r->time / 1000000, 8);
	put(b, r->time % 1000000, 4);
	put(b, 0u - status, 4);
	put(b, r->moved, 4);
	put(b, r->there, 4);
	setup_pack(&r->setup, setup);
	if (submit)
		buf_add(b, setup, sizeof(setup));
	else
		put(b, 0, 8);
	put(b, 0, 8);
	put(b, in ? 0x200 : 0, 4);
	put(b, 0, 4);
	buf_add(b, r->data, r->kept);
}
