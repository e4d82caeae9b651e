/* SPDX-License-Identifier: ISC */
#include "ui/view/setup_words.h"

#include <string.h>

#include "dfu/spec.h"
#include "wire/usb.h"

const char *
setup_clause(const char *clause)
{
	return (strncmp(clause, "S ", 2) == 0 ? clause + 2 : clause);
}

void
setup_clause_words(struct buf *b, const char *clause)
{
	dfu_clause_words(b, clause);
}

void
setup_type_words(struct buf *b, uint8_t type)
{
	static const char *const types[] = { "standard", "class", "vendor",
	    "reserved type" };
	static const char *const recipients[] = { "device", "interface",
	    "endpoint", "other" };
	uint8_t r = type & USB_RECIP_MASK;

	buf_addf(b, "%s, %s, to the %s", type & USB_DIR_IN ?
	    "device to host" : "host to device",
	    types[(type & USB_TYPE_MASK) >> 5],
	    r < 4 ? recipients[r] : "reserved");
}

void
setup_request_words(struct buf *b, const struct setup *s)
{
	const struct dfu_request_row *row = dfu_request_of(s);
	size_t start = b->len;

	if (row != NULL) {
		buf_addf(b, "%s: %s (DFU 1.1 %s)", row->name, row->meaning,
		    setup_clause(row->clause));
		return;
	}
	words_request_name(b, s);
	if (strncmp(buf_str(b) + start, "0x", 2) == 0) {
		buf_cut(b, start);
		buf_adds(b, "neither a DFU request nor a standard one");
	} else {
		buf_adds(b, " (USB 2.0 9.4)");
	}
}

static void
descriptor_words(struct buf *b, uint16_t value)
{
	static const struct {
		uint8_t		 type;
		const char	*name;
	} names[] = { { USB_DT_DEVICE, "device" },
	    { USB_DT_CONFIG, "configuration" }, { USB_DT_STRING, "string" },
	    { USB_DT_INTERFACE, "interface" },
	    { USB_DT_DFU, "DFU functional" } };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].type == value >> 8)
			break;
	if (i < sizeof(names) / sizeof(names[0]))
		buf_addf(b, "%s descriptor %u", names[i].name, value & 0xff);
	else
		buf_addf(b, "descriptor type 0x%02x, %u", value >> 8,
		    value & 0xff);
}

void
setup_value_words(struct buf *b, const struct setup *s)
{
	const struct dfu_request_row *row = dfu_request_of(s);

	if (row != NULL) {
		if (row->bRequest == DFU_DNLOAD ||
		    row->bRequest == DFU_UPLOAD)
			buf_addf(b, "block %u (wBlockNum)", s->wValue);
		else if (row->bRequest == DFU_DETACH)
			buf_addf(b, "wTimeout %u ms", s->wValue);
		else if (s->wValue == 0)
			buf_adds(b, "zero, as DFU 1.1 requires");
		return;
	}
	if ((s->bmRequestType & USB_TYPE_MASK) != USB_TYPE_STANDARD)
		return;
	if (s->bRequest == USB_REQ_GET_DESCRIPTOR)
		descriptor_words(b, s->wValue);
	else if (s->bRequest == USB_REQ_SET_INTERFACE)
		buf_addf(b, "alternate setting %u", s->wValue);
	else if (s->bRequest == USB_REQ_SET_CONFIGURATION)
		buf_addf(b, "configuration %u", s->wValue);
}

void
setup_index_words(struct buf *b, const struct setup *s)
{
	if ((s->bmRequestType & USB_RECIP_MASK) == USB_RECIP_INTERFACE)
		buf_addf(b, "interface %u", s->wIndex);
	else if ((s->bmRequestType & USB_TYPE_MASK) == USB_TYPE_STANDARD &&
	    s->bRequest == USB_REQ_GET_DESCRIPTOR &&
	    s->wValue >> 8 == USB_DT_STRING)
		buf_addf(b, "language 0x%04x", s->wIndex);
}

static void
odd_type_words(struct buf *b, const struct setup *s)
{
	const struct dfu_request_row *row = dfu_request_row(s->bRequest);

	if (setup_is_class(s) && row != NULL)
		buf_addf(b, "%s has bmRequestType 0x%02x", row->name,
		    row->bmRequestType);
	else if (setup_is_class(s))
		buf_adds(b, "the DFU class does not define this request");
}

void
setup_odd_words(struct buf *b, const struct session *s, const struct xfer *x)
{
	const struct dfu_request_row *row = dfu_request_of(&x->setup);
	const struct dfu_function *f = session_function(s);
	uint16_t size = session_transfer_size(s);

	if (row == NULL) {
		odd_type_words(b, &x->setup);
	} else if (f != NULL && x->setup.wIndex != f->bInterfaceNumber) {
		buf_addf(b, "the DFU interface is %u", f->bInterfaceNumber);
	} else if (row->reply != 0 && x->setup.wLength != row->reply) {
		buf_addf(b, "%s has wLength %u", row->name, row->reply);
	} else if ((row->bRequest == DFU_DNLOAD ||
	    row->bRequest == DFU_UPLOAD) && x->setup.wLength > size) {
		buf_addf(b, "more than wTransferSize, %u bytes", size);
	} else if (row->bRequest != DFU_DNLOAD &&
	    row->bRequest != DFU_UPLOAD && row->bRequest != DFU_DETACH &&
	    x->setup.wValue != 0) {
		buf_addf(b, "%s has wValue 0", row->name);
	} else if (row->reply == 0 && row->bRequest != DFU_DNLOAD &&
	    row->bRequest != DFU_UPLOAD && x->setup.wLength != 0) {
		buf_addf(b, "%s has no data", row->name);
	}
}
