/* SPDX-License-Identifier: ISC */
/*
 * Descriptors and the standard requests of USB 2.0 chapter 9.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/text.h"
#include "device/profile.h"
#include "wire/usb.h"

#define DEVICE_LENGTH		18
#define CONFIG_LENGTH		9
#define INTERFACE_LENGTH	9
#define FUNCTIONAL_LENGTH	9
#define EP0_SIZE		64
#define SELF_POWERED		0x40	/* of bmAttributes, USB 2.0 9.6.3 */

/* An application that has no DFU has an id of its own. */
#define APPLICATION_BIT		0x0100

/* String indices; the alternates follow. */
#define STRING_MANUFACTURER	1
#define STRING_PRODUCT		2
#define STRING_SERIAL		3
#define STRING_ALTERNATE	4

/* The longest string descriptor: an even bLength of one byte. */
#define STRING_MAX		254

static struct sim_identity
identity_of(const struct sim *s)
{
	struct sim_identity id = { .packet = EP0_SIZE };

	s->profile->identify(s, &id);
	sim_corrupt_identity(s, &id);
	if (s->without_dfu) {
		id.idProduct ^= APPLICATION_BIT;
		id.product = "application";
		id.names_count = 0;
		id.alternates_count = 1;
	}
	return (id);
}

static void
add_device(const struct sim_identity *id, struct buf *b)
{
	uint8_t d[DEVICE_LENGTH] = { DEVICE_LENGTH, USB_DT_DEVICE };

	put_u16(d + 2, id->bcdUSB);
	d[7] = id->packet;
	put_u16(d + 8, id->idVendor);
	put_u16(d + 10, id->idProduct);
	put_u16(d + 12, id->bcdDevice);
	d[14] = id->manufacturer != NULL ? STRING_MANUFACTURER : 0;
	d[15] = id->product != NULL ? STRING_PRODUCT : 0;
	d[16] = id->serial != NULL ? STRING_SERIAL : 0;
	d[17] = 1;
	buf_add(b, d, sizeof d);
}

static void
add_interface(const struct sim *s, const struct sim_identity *id,
    uint8_t alternate, struct buf *b)
{
	uint8_t d[INTERFACE_LENGTH] = { INTERFACE_LENGTH, USB_DT_INTERFACE };

	d[3] = alternate;
	d[5] = s->without_dfu ? USB_CLASS_VENDOR : USB_CLASS_APPLICATION;
	d[6] = s->without_dfu ? 0 : USB_SUBCLASS_DFU;
	d[7] = s->without_dfu ? 0 : id->protocol;
	if (id->names_count != 0)
		d[8] = (uint8_t)(STRING_ALTERNATE + alternate);
	buf_add(b, d, sizeof d);
}

static void
add_functional(const struct sim_identity *id, struct buf *b)
{
	uint8_t d[FUNCTIONAL_LENGTH] = { FUNCTIONAL_LENGTH, USB_DT_DFU };

	d[2] = id->bmAttributes;
	put_u16(d + 3, id->wDetachTimeOut);
	put_u16(d + 5, id->wTransferSize);
	put_u16(d + 7, id->bcdDFUVersion);
	buf_add(b, d, sizeof d);
}

static void
add_config(const struct sim *s, const struct sim_identity *id, struct buf *b)
{
	uint8_t d[CONFIG_LENGTH] = { CONFIG_LENGTH, USB_DT_CONFIG };
	struct buf config = { 0 };
	uint8_t i;

	d[4] = 1;
	d[5] = 1;
	d[7] = id->config_attributes;
	d[8] = id->config_power;
	buf_add(&config, d, sizeof d);
	for (i = 0; i < id->alternates_count; i++)
		add_interface(s, id, i, &config);
	if (!s->without_dfu)
		add_functional(id, &config);
	sim_corrupt_config(s, &config);
	buf_add(b, config.data, config.len);
	buf_free(&config);
}

void
sim_descriptors(const struct sim *s, struct buf *b)
{
	struct sim_identity id = identity_of(s);

	add_device(&id, b);
	add_config(s, &id, b);
}

const char *
sim_string(const struct sim *s, uint8_t index)
{
	struct sim_identity id = identity_of(s);

	switch (index) {
	case STRING_MANUFACTURER:
		return (id.manufacturer);
	case STRING_PRODUCT:
		return (id.product);
	case STRING_SERIAL:
		return (id.serial);
	default:
		break;
	}
	if (index < STRING_ALTERNATE || id.names_count == 0 ||
	    index - STRING_ALTERNATE >= id.alternates_count)
		return (sim_error_string(s, index));
	return (id.alternates[(index - STRING_ALTERNATE) % id.names_count]);
}

static void
add_unit(struct buf *b, uint32_t unit)
{
	uint8_t two[2];

	put_u16(two, (uint16_t)unit);
	buf_add(b, two, sizeof two);
}

static void
add_utf16(struct buf *b, const char *text)
{
	size_t n, left = strlen(text);
	uint32_t cp;

	for (; left > 0; text += n, left -= n) {
		n = text_decode(text, left, &cp);
		if (cp == TEXT_BAD)
			cp = 0xfffd;
		if (cp < 0x10000)
			add_unit(b, cp);
		else {
			add_unit(b, 0xd800 + ((cp - 0x10000) >> 10));
			add_unit(b, 0xdc00 + ((cp - 0x10000) & 0x3ff));
		}
	}
}

static enum sim_answer
add_string(const struct sim *s, uint8_t index, struct buf *b)
{
	const char *text = sim_string(s, index);

	if (text == NULL && index != 0)
		return (SIM_STALL);
	buf_addc(b, 0);
	buf_addc(b, USB_DT_STRING);
	if (index == 0)
		add_unit(b, USB_LANGID_ENGLISH_US);
	else
		add_utf16(b, text);
	buf_cut(b, STRING_MAX);
	b->data[0] = (uint8_t)b->len;
	return (SIM_ACK);
}

static enum sim_answer
get_descriptor(struct sim *s, const struct setup *r)
{
	struct sim_identity id = identity_of(s);
	uint8_t type = (uint8_t)(r->wValue >> 8);
	uint8_t index = (uint8_t)(r->wValue & 0xff);

	if (type == USB_DT_STRING)
		return (add_string(s, index, &s->reply));
	if (index != 0)
		return (SIM_STALL);
	switch (type) {
	case USB_DT_DEVICE:
		add_device(&id, &s->reply);
		return (SIM_ACK);
	case USB_DT_CONFIG:
		add_config(s, &id, &s->reply);
		return (SIM_ACK);
	case USB_DT_DFU:
		add_functional(&id, &s->reply);
		return (SIM_ACK);
	default:
		return (SIM_STALL);
	}
}

static enum sim_answer
get_status(struct sim *s, const struct setup *r)
{
	struct sim_identity id = identity_of(s);
	bool powered = (r->bmRequestType & USB_RECIP_MASK) ==
	    USB_RECIP_DEVICE && (id.config_attributes & SELF_POWERED) != 0;

	add_unit(&s->reply, powered ? 1 : 0);
	return (SIM_ACK);
}

static void
configured(struct sim *s)
{
	if (s->profile->configure != NULL)
		s->profile->configure(s);
}

static enum sim_answer
set_configuration(struct sim *s, const struct setup *r)
{
	if (r->wValue > 1)
		return (SIM_STALL);
	s->configuration = (uint8_t)r->wValue;
	s->alternate = 0;
	configured(s);
	return (SIM_ACK);
}

static enum sim_answer
get_interface(struct sim *s, const struct setup *r)
{
	if (s->configuration == 0 || r->wIndex != 0)
		return (SIM_STALL);
	buf_addc(&s->reply, s->alternate);
	return (SIM_ACK);
}

static enum sim_answer
set_interface(struct sim *s, const struct setup *r)
{
	if (s->configuration == 0 || r->wIndex != 0 ||
	    r->wValue >= identity_of(s).alternates_count)
		return (SIM_STALL);
	s->alternate = (uint8_t)r->wValue;
	configured(s);
	return (SIM_ACK);
}

static enum sim_answer
get_configuration(struct sim *s, const struct setup *r)
{
	(void)r;
	buf_addc(&s->reply, s->configuration);
	return (SIM_ACK);
}

#define ENDPOINT	0x02	/* recipient, USB 2.0 table 9-2 */

/* USB 2.0 table 9-3, as far as such a device needs it. */
static const struct {
	uint8_t	bmRequestType;
	uint8_t	bRequest;
	enum sim_answer (*serve)(struct sim *, const struct setup *);
} requests[] = {
	{ USB_DIR_IN, USB_REQ_GET_STATUS, get_status },
	{ USB_DIR_IN | USB_RECIP_INTERFACE, USB_REQ_GET_STATUS, get_status },
	{ USB_DIR_IN | ENDPOINT, USB_REQ_GET_STATUS, get_status },
	{ USB_DIR_IN, USB_REQ_GET_DESCRIPTOR, get_descriptor },
	{ USB_DIR_IN | USB_RECIP_INTERFACE, USB_REQ_GET_DESCRIPTOR,
	    get_descriptor },
	{ USB_DIR_IN, USB_REQ_GET_CONFIGURATION, get_configuration },
	{ 0, USB_REQ_SET_CONFIGURATION, set_configuration },
	{ USB_DIR_IN | USB_RECIP_INTERFACE, USB_REQ_GET_INTERFACE,
	    get_interface },
	{ USB_RECIP_INTERFACE, USB_REQ_SET_INTERFACE, set_interface },
};

enum sim_answer
sim_standard_request(struct sim *s, const struct setup *r)
{
	size_t i;

	for (i = 0; i < sizeof requests / sizeof requests[0]; i++) {
		if (requests[i].bmRequestType == r->bmRequestType &&
		    requests[i].bRequest == r->bRequest)
			return (requests[i].serve(s, r));
	}
	return (SIM_STALL);
}
