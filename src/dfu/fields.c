/* SPDX-License-Identifier: ISC */
#include "dfu/fields.h"

#include "dfu/descriptor.h"
#include "dfu/spec.h"
#include "wire/usb.h"

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

#define DT_ENDPOINT		5
#define DT_ASSOCIATION		11

/* Offsets inside the interface descriptor (USB 2.0 table 9-12). */
#define AT_CLASS		5
#define AT_SUBCLASS		6

static void
words_bcd(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	buf_addf(b, "%x.%02x", v >> 8, v & 0xff);
}

static void
words_string(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	if (v == 0)
		buf_adds(b, "no string");
	else
		buf_addf(b, "string %u", v);
}

static const struct {
	uint8_t		 class;
	const char	*name;
} classes[] = {
	{ 0x00, "defined by each interface" }, { 0x01, "audio" },
	{ 0x02, "communications" }, { 0x03, "human interface" },
	{ 0x06, "image" }, { 0x07, "printer" }, { 0x08, "mass storage" },
	{ 0x09, "hub" }, { 0x0a, "communications data" },
	{ 0x0b, "smart card" }, { 0x0e, "video" },
	{ 0xe0, "wireless controller" }, { 0xef, "miscellaneous" },
	{ 0xfe, "application specific" }, { 0xff, "vendor specific" }
};

static void
words_class(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	size_t i;

	(void)d;
	for (i = 0; i < COUNT(classes); i++)
		if (classes[i].class == v)
			buf_adds(b, classes[i].name);
}

static bool
is_dfu(const struct dfu_piece *d)
{
	return (d->type == USB_DT_INTERFACE && d->length > AT_SUBCLASS &&
	    d->bytes[AT_CLASS] == USB_CLASS_APPLICATION &&
	    d->bytes[AT_SUBCLASS] == USB_SUBCLASS_DFU);
}

static void
words_subclass(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)v;
	if (is_dfu(d))
		buf_adds(b, "device firmware upgrade (DFU)");
}

static void
words_protocol(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	if (!is_dfu(d))
		return;
	if (v == USB_PROTOCOL_RUNTIME)
		buf_adds(b, "run-time mode");
	else if (v == USB_PROTOCOL_DFU)
		buf_adds(b, "DFU mode");
	else if (v == 0)
		buf_adds(b, "DFU 1.0: does not distinguish the modes");
	else
		buf_adds(b, "not defined by DFU 1.1");
}

static void
words_power(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	buf_addf(b, "at most %u mA", v * 2);
}

static void
words_config(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	buf_adds(b, v & 0x40 ? "self powered" : "bus powered");
	if (v & 0x20)
		buf_adds(b, ", can wake the host");
}

static void
words_total(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	(void)v;
	buf_adds(b, "bytes, including all that follows");
}

static void
words_attributes(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	size_t i;
	bool any = false;

	(void)d;
	for (i = 0; i < dfu_attributes_count; i++) {
		if (!(v & dfu_attributes[i].mask))
			continue;
		buf_addf(b, "%s%s", any ? ", " : "", dfu_attributes[i].name);
		any = true;
		v = (uint16_t)(v & ~dfu_attributes[i].mask);
	}
	if (!any)
		buf_adds(b, "none of the four bits");
	if (v != 0)
		buf_addf(b, "; 0x%02x is reserved", v);
}

static void
words_ms(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	(void)v;
	buf_adds(b, "ms at most between DETACH and the bus reset");
}

static void
words_transfer(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	(void)v;
	buf_adds(b, "bytes per block at most");
}

static void
words_version(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	if (v == DFU_VERSION_DFUSE)
		buf_adds(b, "DfuSe 1.1a, ST's extension");
	else if (v == DFU_VERSION_11 || v == DFU_VERSION_10 || v == 0x0101)
		buf_addf(b, "DFU %x.%x", v >> 8, v == 0x0101 ? 1 :
		    v >> 4 & 0xf);
	else
		buf_addf(b, "%x.%02x: not a version of DFU", v >> 8, v & 0xff);
}

static void
words_endpoint(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	(void)d;
	buf_addf(b, "%u %s", v & 0xf, v & 0x80 ? "IN" : "OUT");
}

static void
words_transfer_type(struct buf *b, const struct dfu_piece *d, uint16_t v)
{
	static const char *const types[] = { "control", "isochronous",
	    "bulk", "interrupt" };

	(void)d;
	buf_adds(b, types[v & 3]);
}

/* USB 2.0 9.6 and DFU 1.1 4.1.3, field for field. */
#define HEAD	{ "bLength", 1, NULL }, { "bDescriptorType", 1, NULL }

static const struct dfu_field_row device[] = {
	HEAD,
	{ "bcdUSB", 2, words_bcd }, { "bDeviceClass", 1, words_class },
	{ "bDeviceSubClass", 1, NULL }, { "bDeviceProtocol", 1, NULL },
	{ "bMaxPacketSize0", 1, NULL }, { "idVendor", 2, NULL },
	{ "idProduct", 2, NULL }, { "bcdDevice", 2, words_bcd },
	{ "iManufacturer", 1, words_string }, { "iProduct", 1, words_string },
	{ "iSerialNumber", 1, words_string },
	{ "bNumConfigurations", 1, NULL }
};

static const struct dfu_field_row config[] = {
	HEAD,
	{ "wTotalLength", 2, words_total }, { "bNumInterfaces", 1, NULL },
	{ "bConfigurationValue", 1, NULL },
	{ "iConfiguration", 1, words_string },
	{ "bmAttributes", 1, words_config }, { "bMaxPower", 1, words_power }
};

static const struct dfu_field_row interface[] = {
	HEAD,
	{ "bInterfaceNumber", 1, NULL }, { "bAlternateSetting", 1, NULL },
	{ "bNumEndpoints", 1, NULL }, { "bInterfaceClass", 1, words_class },
	{ "bInterfaceSubClass", 1, words_subclass },
	{ "bInterfaceProtocol", 1, words_protocol },
	{ "iInterface", 1, words_string }
};

static const struct dfu_field_row endpoint[] = {
	HEAD,
	{ "bEndpointAddress", 1, words_endpoint },
	{ "bmAttributes", 1, words_transfer_type },
	{ "wMaxPacketSize", 2, NULL }, { "bInterval", 1, NULL }
};

static const struct dfu_field_row association[] = {
	HEAD,
	{ "bFirstInterface", 1, NULL }, { "bInterfaceCount", 1, NULL },
	{ "bFunctionClass", 1, words_class },
	{ "bFunctionSubClass", 1, NULL }, { "bFunctionProtocol", 1, NULL },
	{ "iFunction", 1, words_string }
};

static const struct dfu_field_row functional[] = {
	HEAD,
	{ "bmAttributes", 1, words_attributes },
	{ "wDetachTimeOut", 2, words_ms },
	{ "wTransferSize", 2, words_transfer },
	{ "bcdDFUVersion", 2, words_version }
};

#define ROW(type, name, clause, fields) \
	{ type, name, clause, fields, COUNT(fields) }

static const struct dfu_piece_row pieces[] = {
	ROW(USB_DT_DEVICE, "device descriptor", "USB 2.0 9.6.1", device),
	ROW(USB_DT_CONFIG, "configuration descriptor", "USB 2.0 9.6.3",
	    config),
	ROW(USB_DT_INTERFACE, "interface descriptor", "USB 2.0 9.6.5",
	    interface),
	ROW(DT_ENDPOINT, "endpoint descriptor", "USB 2.0 9.6.6", endpoint),
	ROW(DT_ASSOCIATION, "interface association", "USB ECN IAD",
	    association),
	ROW(USB_DT_DFU, "DFU functional descriptor", "DFU 1.1 4.1.3",
	    functional)
};

void
dfu_walk_begin(struct dfu_walk *w, const void *p, size_t n)
{
	*w = (struct dfu_walk){ .r = reader_of(p, n) };
}

/* HID gave its descriptor the type of the functional one. */
static const struct dfu_piece_row *
row_of(const struct dfu_walk *w, uint8_t type)
{
	size_t i;

	if (type == USB_DT_DFU && w->seen && !w->dfu)
		return (NULL);
	for (i = 0; i < COUNT(pieces); i++)
		if (pieces[i].type == type)
			return (&pieces[i]);
	return (NULL);
}

bool
dfu_walk_next(struct dfu_walk *w, struct dfu_piece *d)
{
	size_t left = reader_left(&w->r);

	if (left < 2)
		return (false);
	*d = (struct dfu_piece){ .at = w->r.pos,
	    .bytes = w->r.p + w->r.pos, .length = w->r.p[w->r.pos],
	    .type = w->r.p[w->r.pos + 1] };
	if (d->length < 2 || d->length > left)
		return (false);
	reader_bytes(&w->r, d->length);
	if (d->type == USB_DT_CONFIG)
		w->seen = w->dfu = false;
	if (d->type == USB_DT_INTERFACE) {
		w->seen = true;
		w->dfu = is_dfu(d);
	}
	d->row = row_of(w, d->type);
	return (true);
}

bool
dfu_piece_field(const struct dfu_piece *d, size_t i, struct dfu_field *f)
{
	struct reader r = reader_of(d->bytes, d->length);
	size_t k;

	if (d->row == NULL || i >= d->row->nfields)
		return (false);
	for (k = 0; k < i; k++)
		reader_bytes(&r, d->row->fields[k].size);
	f->at = d->at + r.pos;
	f->row = &d->row->fields[i];
	f->value = f->row->size == 1 ? reader_u8(&r) : reader_u16(&r);
	return (!r.bad);
}

size_t
dfu_piece_named(const struct dfu_piece *d)
{
	struct dfu_field f;
	size_t i, n = 0;

	for (i = 0; dfu_piece_field(d, i, &f); i++)
		n += f.row->size;
	return (n);
}

void
dfu_field_words(struct buf *b, const struct dfu_piece *d,
    const struct dfu_field *f)
{
	if (f->row->words != NULL)
		f->row->words(b, d, f->value);
}
