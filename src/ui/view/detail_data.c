/* SPDX-License-Identifier: ISC */
#include "ui/view/detail.h"

#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "dfu/dfuse.h"
#include "wire/usb.h"

void
detail_field(struct page *p, int offset, const char *name, const char *value,
    const char *meaning)
{
	struct buf head = { 0 };

	buf_addf(&head, "%3d  %-14s %s", offset, name, value);
	page_add(p, STYLE_NORMAL, buf_str(&head), 34, meaning);
	buf_free(&head);
}

void
detail_number(struct page *p, int offset, const char *name, int digits,
    unsigned value, const char *meaning)
{
	struct buf b = { 0 };

	buf_addf(&b, "0x%0*x", digits, value);
	if (digits < 8)
		buf_addf(&b, "  %u", value);
	detail_field(p, offset, name, buf_str(&b), meaning);
	buf_free(&b);
}

static bool
is_command(const struct request *r)
{
	return (r->meaning.kind >= DFU_KIND_GET_COMMANDS);
}

static const struct dfuse_command_row *
command_row(uint8_t byte)
{
	size_t i;

	for (i = 0; i < dfuse_commands_count; i++)
		if (dfuse_commands[i].byte == byte)
			return (&dfuse_commands[i]);
	return (NULL);
}

static void
add_command_byte(struct page *p, int offset, const char *name, uint8_t byte)
{
	const struct dfuse_command_row *row = command_row(byte);
	struct buf b = { 0 };

	if (row != NULL)
		buf_addf(&b, "%s: %s (AN3156)", row->name, row->meaning);
	else if (byte == DFUSE_GET_COMMANDS)
		buf_adds(&b, "get commands (AN3156)");
	else
		buf_adds(&b, "no command of AN3156");
	detail_number(p, offset, name, 2, byte, buf_str(&b));
	buf_free(&b);
}

/* A DfuSe command that is sent, or the list of those there are. */
static void
add_command(struct page *p, const struct request *r, const struct event *e)
{
	struct reader words = reader_of(e->data, e->kept);
	uint32_t i;

	if (e->elided)
		return;
	if (setup_is_in(&r->setup)) {
		for (i = 0; i < e->kept && i < 32; i++)
			add_command_byte(p, (int)i, "command", e->data[i]);
		return;
	}
	add_command_byte(p, 0, "command", e->data[0]);
	if (e->kept < 5)
		return;
	reader_u8(&words);
	detail_number(p, 1, "address", 8, reader_u32(&words),
	    r->meaning.kind == DFU_KIND_COMMAND ?
		"" :
		r->meaning.kind == DFU_KIND_SET_ADDRESS ?
		"the pointer, once the next GETSTATUS is answered" :
		"in the sector that is erased");
}

static void
add_string(struct page *p, const struct event *e)
{
	struct reader units = reader_of(e->data, e->kept);
	struct buf text = { 0 }, shown = { 0 };

	reader_u16(&units);
	while (reader_left(&units) >= 2)
		text_encode(&text, reader_u16(&units));
	text_escape(&shown, text.data, text.len);
	detail_field(p, 2, "bString", "", buf_str(&shown));
	buf_free(&shown);
	buf_free(&text);
}

static void
add_descriptor(struct page *p, const struct request *r,
    const struct event *e)
{
	detail_number(p, 0, "bLength", 2, e->data[0], "bytes");
	detail_number(p, 1, "bDescriptorType", 2, e->data[1],
	    e->data[1] == r->setup.wValue >> 8 ? "the type that was requested" :
	    "not the type that was requested");
	if (e->data[1] == USB_DT_STRING && (r->setup.wValue & 0xff) != 0)
		add_string(p, e);
}

static void
add_row(struct page *p, const struct event *e, uint32_t i)
{
	uint32_t at = e->elided && i >= EVENT_ELIDED_EDGE ? e->len - e->kept +
	    i : i, j;
	struct buf b = { 0 };

	buf_addf(&b, "%6x ", at);
	for (j = i; j < i + 16; j++) {
		if (j == i + 8)
			buf_addc(&b, ' ');
		if (j < e->kept)
			buf_addf(&b, " %02x", e->data[j]);
		else
			buf_adds(&b, "   ");
	}
	buf_adds(&b, "  ");
	for (j = i; j < i + 16 && j < e->kept; j++)
		buf_addc(&b, e->data[j] >= 0x20 && e->data[j] < 0x7f ?
		    e->data[j] : '.');
	page_add(p, STYLE_NORMAL, buf_str(&b), 0, NULL);
	buf_free(&b);
}

void
detail_data(struct page *p, const char *title, const struct request *r,
    const struct event *e)
{
	struct buf b = { 0 };
	uint32_t i;

	buf_addf(&b, "%s, %u byte%s", title, e->len, TEXT_S(e->len));
	if (e->elided)
		buf_addf(&b, "; the first and the last %u are kept",
		    EVENT_ELIDED_EDGE);
	page_title(p, buf_str(&b));
	buf_free(&b);
	if (is_command(r) && e->kept > 0)
		add_command(p, r, e);
	else if (r->meaning.kind == DFU_KIND_GET_DESCRIPTOR && e->kept >= 2)
		add_descriptor(p, r, e);
	for (i = 0; i < e->kept; i += 16)
		add_row(p, e, i);
}
