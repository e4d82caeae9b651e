/* SPDX-License-Identifier: ISC */
#include "dfu/descriptor.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "wire/usb.h"

/* What stands in bLength of each kind (USB 2.0 9.6, DFU 1.1 4.1.3). */
#define DEVICE_LENGTH		18
#define CONFIG_LENGTH		9
#define INTERFACE_LENGTH	9
#define FUNCTIONAL_LENGTH	9
#define FUNCTIONAL_LENGTH_10	7

#define PROTOCOL_10		0x00	/* DFU 1.0 knows no protocols */

/* No function: the interface at hand is not one of DFU. */
#define NOWHERE			SIZE_MAX

/* Devices whose bInterfaceProtocol does not say that they are in DFU mode. */
static const struct mode_quirk {
	uint16_t	 idVendor;
	uint16_t	 idProduct;	/* 0 for any */
	uint8_t		 protocol;
	bool		 sole;		/* only without other interfaces */
	const char	*source;
} mode_quirks[] = {
	{ 0x1fc9, 0x000c, USB_PROTOCOL_RUNTIME, false,
	    "dfu-util: the LPC bootloader announces run-time mode" },
	{ 0x0b0e, 0, PROTOCOL_10, true,
	    "dfu-util: old Jabra, one idProduct for both modes" },
};

/* One pass over the bytes. */
struct walk {
	struct dfu_descriptors	*d;
	struct dfu_functional	 shared;	/* ahead of all interfaces */
	size_t			 config_at;
	uint16_t		 config_total;
	uint8_t			 config_value;
	bool			 in_config;
	bool			 has_interface;
	bool			 several;	/* interface numbers */
	uint8_t			 number;	/* of the first interface */
	size_t			 first;		/* function of this config */
	size_t			 current;	/* function, or NOWHERE */
};

static void
fault(struct dfu_descriptors *d, const char *what, size_t at)
{
	if (d->fault != NULL)
		return;
	d->fault = what;
	d->fault_at = at;
}

static void
parse_device(struct walk *w, struct reader r, size_t at)
{
	struct dfu_descriptors *d = w->d;

	if (at != 0) {
		fault(d, "device descriptor among the configurations", at);
		return;
	}
	if (reader_left(&r) < DEVICE_LENGTH - 2) {
		fault(d, "device descriptor too short", at);
		return;
	}
	d->has_device = true;
	d->bcdUSB = reader_u16(&r);
	d->bDeviceClass = reader_u8(&r);
	d->bDeviceSubClass = reader_u8(&r);
	d->bDeviceProtocol = reader_u8(&r);
	d->bMaxPacketSize0 = reader_u8(&r);
	d->idVendor = reader_u16(&r);
	d->idProduct = reader_u16(&r);
	d->bcdDevice = reader_u16(&r);
	d->iManufacturer = reader_u8(&r);
	d->iProduct = reader_u8(&r);
	d->iSerialNumber = reader_u8(&r);
}

static bool
is_mode_quirk(const struct dfu_descriptors *d, uint8_t protocol, bool sole)
{
	const struct mode_quirk *q = mode_quirks;
	size_t n = sizeof(mode_quirks) / sizeof(mode_quirks[0]);

	for (; d->has_device && n-- > 0; q++)
		if (q->idVendor == d->idVendor && q->protocol == protocol &&
		    (q->idProduct == 0 || q->idProduct == d->idProduct) &&
		    (sole || !q->sole))
			return (true);
	return (false);
}

/*
 * DFU 1.1 (S 4.2.3) tells the modes apart by protocol, 1 and 2. DFU 1.0 has 0
 * in both; its device class is FE/01 in DFU mode only (dfu-util,
 * SPEC-differences). The version of DfuSe comes from boot loaders alone, some
 * of which forgot the protocol (dfu-util; DSO Nano). Where the class of the
 * device is not known, a device that is nothing but DFU is in DFU mode.
 */
static bool
is_runtime(const struct walk *w, const struct dfu_functional *f,
    uint8_t protocol)
{
	const struct dfu_descriptors *d = w->d;

	if (protocol == USB_PROTOCOL_DFU ||
	    is_mode_quirk(d, protocol, !w->several))
		return (false);
	if (protocol == USB_PROTOCOL_RUNTIME)
		return (true);
	if (f->bcdDFUVersion == DFU_VERSION_DFUSE)
		return (false);
	if (!d->has_device)
		return (w->several);
	return (w->several || d->bDeviceClass != USB_CLASS_APPLICATION ||
	    d->bDeviceSubClass != USB_SUBCLASS_DFU);
}

/* What had to wait until all of the configuration was seen. */
static void
close_config(struct walk *w, size_t end)
{
	struct dfu_function *f;
	size_t i, k;

	if (w->in_config && end - w->config_at != w->config_total)
		fault(w->d, "wTotalLength differs from the length of the "
		    "configuration",
		    w->config_at + 2);
	for (i = w->first; i < w->d->nfunctions; i++) {
		f = &w->d->functions[i];
		if (!f->functional.present && w->shared.present)
			f->functional = w->shared;
		f->runtime = true;
		for (k = 0; k < f->nalternates && f->runtime; k++)
			f->runtime = is_runtime(w, &f->functional,
			    f->alternates[k].bInterfaceProtocol);
	}
}

static void
parse_config(struct walk *w, struct reader r, size_t at)
{
	close_config(w, at);
	*w = (struct walk){
		.d = w->d,
		.config_at = at,
		.first = w->d->nfunctions,
		.current = NOWHERE,
	};
	if (reader_left(&r) < CONFIG_LENGTH - 2) {
		fault(w->d, "configuration descriptor too short", at);
		return;
	}
	w->in_config = true;
	w->config_total = reader_u16(&r);
	reader_u8(&r);		/* bNumInterfaces: they are counted instead */
	w->config_value = reader_u8(&r);
}

static size_t
function_find(const struct walk *w, uint8_t number)
{
	size_t i;

	for (i = w->first; i < w->d->nfunctions; i++)
		if (w->d->functions[i].bInterfaceNumber == number)
			return (i);
	return (NOWHERE);
}

static size_t
function_add(struct walk *w, uint8_t number)
{
	struct dfu_descriptors *d = w->d;

	d->functions = mem_array(d->functions, d->nfunctions + 1,
	    sizeof(*d->functions));
	d->functions[d->nfunctions] = (struct dfu_function){
		.bConfigurationValue = w->config_value,
		.bInterfaceNumber = number,
		.functional = {
			.wTransferSize = DFU_TRANSFER_SIZE_UNKNOWN,
			.bcdDFUVersion = DFU_VERSION_10,
		},
	};
	return (d->nfunctions++);
}

static void
alternate_add(struct walk *w, const struct dfu_alternate *a, size_t at)
{
	struct dfu_function *f = &w->d->functions[w->current];

	if (dfu_function_alternate(f, a->bAlternateSetting) != NULL) {
		fault(w->d, "alternate setting described twice", at);
		return;
	}
	f->alternates = mem_array(f->alternates, f->nalternates + 1,
	    sizeof(*f->alternates));
	f->alternates[f->nalternates++] = *a;
}

static void
parse_interface(struct walk *w, struct reader r, size_t at)
{
	struct dfu_alternate a;
	uint8_t number, class, subclass;

	w->current = NOWHERE;
	if (reader_left(&r) < INTERFACE_LENGTH - 2) {
		fault(w->d, "interface descriptor too short", at);
		return;
	}
	if (!w->in_config)
		fault(w->d, "interface outside a configuration", at);
	number = reader_u8(&r);
	a.bAlternateSetting = reader_u8(&r);
	reader_u8(&r);		/* bNumEndpoints */
	class = reader_u8(&r);
	subclass = reader_u8(&r);
	a.bInterfaceProtocol = reader_u8(&r);
	a.iInterface = reader_u8(&r);

	if (!w->has_interface)
		w->number = number;
	w->has_interface = true;
	w->several = w->several || number != w->number;
	if (class != USB_CLASS_APPLICATION || subclass != USB_SUBCLASS_DFU)
		return;
	w->current = function_find(w, number);
	if (w->current == NOWHERE)
		w->current = function_add(w, number);
	alternate_add(w, &a, at);
}

static bool
functional_equal(const struct dfu_functional *a, const struct dfu_functional *b)
{
	return (a->bmAttributes == b->bmAttributes &&
	    a->wDetachTimeOut == b->wDetachTimeOut &&
	    a->wTransferSize == b->wTransferSize &&
	    a->bcdDFUVersion == b->bcdDFUVersion);
}

static void
parse_functional(struct walk *w, struct reader r, size_t at)
{
	struct dfu_functional f = { .present = true }, *place;

	/* HID gave its descriptor the same type: not ours. */
	if (w->has_interface && w->current == NOWHERE)
		return;
	f.bLength = (uint8_t)(reader_left(&r) + 2);
	if (f.bLength < FUNCTIONAL_LENGTH_10) {
		fault(w->d, "functional descriptor too short", at);
		return;
	}
	f.bmAttributes = reader_u8(&r);
	f.wDetachTimeOut = reader_u16(&r);
	f.wTransferSize = reader_u16(&r);
	f.bcdDFUVersion = f.bLength < FUNCTIONAL_LENGTH ? DFU_VERSION_10 :
	    reader_u16(&r);
	place = w->has_interface ? &w->d->functions[w->current].functional :
	    &w->shared;
	if (!place->present)
		*place = f;
	else if (!functional_equal(place, &f))
		fault(w->d, "the functional descriptors differ", at);
}

/* One descriptor; false if there is no telling where the next one begins. */
static bool
parse_one(struct walk *w, struct reader *r)
{
	size_t at = r->pos;
	uint8_t length = reader_u8(r), type = reader_u8(r);
	struct reader body;

	if (r->bad || length < 2) {
		fault(w->d, r->bad ? "last descriptor truncated" :
		    "bLength is less than 2", at);
		return (false);
	}
	body = reader_part(r, length - 2u);
	if (body.bad) {
		fault(w->d, "last descriptor truncated", at);
		return (false);
	}
	if (type == USB_DT_DEVICE)
		parse_device(w, body, at);
	else if (type == USB_DT_CONFIG)
		parse_config(w, body, at);
	else if (type == USB_DT_INTERFACE)
		parse_interface(w, body, at);
	else if (type == USB_DT_DFU)
		parse_functional(w, body, at);
	return (true);
}

void
dfu_descriptors_parse(struct dfu_descriptors *d, const void *p, size_t n)
{
	struct reader r = reader_of(p, n);
	struct walk w = { .d = d, .current = NOWHERE };

	*d = (struct dfu_descriptors){ 0 };
	while (reader_left(&r) > 0 && parse_one(&w, &r))
		;
	close_config(&w, n);
}

void
dfu_descriptors_free(struct dfu_descriptors *d)
{
	size_t i;

	for (i = 0; i < d->nfunctions; i++)
		free(d->functions[i].alternates);
	free(d->functions);
	*d = (struct dfu_descriptors){ 0 };
}

const struct dfu_alternate *
dfu_function_alternate(const struct dfu_function *f, uint8_t alternate)
{
	size_t i;

	for (i = 0; i < f->nalternates; i++)
		if (f->alternates[i].bAlternateSetting == alternate)
			return (&f->alternates[i]);
	return (NULL);
}

void
dfu_version_words(struct buf *b, uint16_t bcdDFUVersion)
{
	buf_addf(b, "%x.%x", bcdDFUVersion >> 8, bcdDFUVersion >> 4 & 0xf);
	if ((bcdDFUVersion & 0xf) != 0)
		buf_addf(b, "%x", bcdDFUVersion & 0xf);
}
