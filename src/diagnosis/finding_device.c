/* SPDX-License-Identifier: ISC */
/* Findings: what descriptors and strings say, as far as tools trip over it. */
#include "diagnosis/finding_rule.h"

#include <string.h>

#include "base/bytes.h"
#include "wire/usb.h"

static const struct dfu_functional *
functional(const struct finding_case *c)
{
	const struct dfu_function *f = session_function(c->s);

	return (f != NULL ? &f->functional : NULL);
}

static bool
is_missing(struct finding_case *c)
{
	const struct dfu_functional *f = functional(c);

	if (f == NULL || f->present ||
	    session_fact(c->s, FACT_ATTRIBUTES) != KNOWN_NO)
		return (false);
	return (finding_say(c, "interface %u has no functional descriptor",
	    session_function(c->s)->bInterfaceNumber));
}

static bool
is_sizeless(struct finding_case *c)
{
	const struct dfu_functional *f = functional(c);

	if (f == NULL || !f->present || f->wTransferSize != 0)
		return (false);
	return (finding_say(c, "wTransferSize 0"));
}

static bool
is_old_version(struct finding_case *c)
{
	const struct dfu_functional *f = functional(c);

	if (f == NULL || !f->present || f->bLength < 9 ||
	    f->bcdDFUVersion != DFU_VERSION_10)
		return (false);
	return (finding_say(c, "%u bytes, bcdDFUVersion 0x0100",
	    f->bLength));
}

/* No version, but one if its bytes are read the other way round. */
static bool
is_version_swapped(struct finding_case *c)
{
	const struct dfu_functional *f = functional(c);
	unsigned swapped;

	if (f == NULL || !f->present || f->bLength < 9 ||
	    f->bcdDFUVersion >= DFU_VERSION_10)
		return (false);
	swapped = (f->bcdDFUVersion & 0xffu) << 8 | f->bcdDFUVersion >> 8;
	return (swapped >= DFU_VERSION_10 && finding_say(c,
	    "bcdDFUVersion 0x%04x; with swapped bytes 0x%04x",
	    f->bcdDFUVersion, swapped));
}

static bool
is_dfuse_protocol(struct finding_case *c)
{
	const struct dfu_function *f = session_function(c->s);

	if (f == NULL || f->nalternates == 0 ||
	    f->functional.bcdDFUVersion != DFU_VERSION_DFUSE ||
	    f->alternates[0].bInterfaceProtocol == USB_PROTOCOL_DFU ||
	    (f->alternates[0].bInterfaceProtocol ==
	    USB_PROTOCOL_RUNTIME && f->nalternates == 1))
		return (false);
	return (finding_say(c, "bInterfaceProtocol %u, DfuSe 1.1a",
	    f->alternates[0].bInterfaceProtocol));
}

static bool
is_layout_odd(struct finding_case *c)
{
	const char *name = session_alternate_name(c->s, c->s->alternate);
	struct layout l = { 0 };
	unsigned odd;

	if (name == NULL)
		return (false);
	layout_parse(&l, name, strlen(name));
	/* Three digits are what ST's own ROMs write. */
	odd = l.odd & ~(unsigned)LAYOUT_ODD_DIGITS;
	layout_free(&l);
	if (odd == 0)
		return (false);
	return (finding_say(c, "%s", layout_odd_words(odd & -odd)));
}

/* A HID descriptor stands before the DFU one, of the same type. */
static bool
is_shared_type(struct finding_case *c)
{
	const struct buf *d = c->s->who != NULL ?
	    &c->s->who->descriptors : NULL;
	uint8_t class = 0;
	size_t i;

	for (i = 0; d != NULL && i + 5 < d->len && d->data[i] >= 2;
	    i += d->data[i]) {
		if (d->data[i + 1] == USB_DT_INTERFACE)
			class = d->data[i + 5];
		if (d->data[i + 1] == USB_DT_DFU && class == 3)
			return (finding_say(c, "a HID descriptor at byte "
			    "%zu", i));
	}
	return (false);
}

static bool
asked_for(const struct finding_case *c, uint8_t type)
{
	return ((c->r->setup.bmRequestType & USB_TYPE_MASK) ==
	    USB_TYPE_STANDARD && c->r->setup.bRequest ==
	    USB_REQ_GET_DESCRIPTOR && c->r->setup.wValue >> 8 == type);
}

static bool
is_class_descriptor(struct finding_case *c)
{
	if (!asked_for(c, USB_DT_DFU) || c->r->outcome != OUTCOME_STALL)
		return (false);
	return (finding_say(c, "GET_DESCRIPTOR of type 0x21: STALL"));
}

static bool
is_short_string(struct finding_case *c)
{
	if (!asked_for(c, USB_DT_STRING) || c->e->kept < 2 ||
	    c->e->data[0] <= c->e->len ||
	    c->r->setup.wLength < c->e->data[0])
		return (false);
	return (finding_say(c, "bLength %u, %u bytes received", c->e->data[0],
	    c->e->len));
}

/* Plain ASCII, a byte a character, where two are right. */
static bool
is_narrow_string(struct finding_case *c)
{
	uint32_t i;

	if (!asked_for(c, USB_DT_STRING) || c->e->kept < 4 ||
	    (c->r->setup.wValue & 0xff) == 0)
		return (false);
	for (i = 2; i < c->e->kept; i++) {
		if (c->e->data[i] < 0x20 || c->e->data[i] > 0x7e)
			return (false);
	}
	return (finding_say(c, "string %u: \"%.*s\" in single bytes",
	    c->r->setup.wValue & 0xff, (int)(c->e->kept - 2),
	    (const char *)c->e->data + 2));
}

const struct finding_row finding_device_rows[] = {
	{ .id = "no-functional-descriptor",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "No DFU functional descriptor", .class = FINDING_DEVICE,
	    .severity = SEVERITY_WARNING, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "lint:functional-absent",
	    .advice = "Make sure that this is the right device; set xfer-size "
	        "N.",
	    .firmware = "Add a functional descriptor of 9 bytes.",
	    .source = "DFU 1.1 4.1.3; po-util 17; dfu-util 00cff46",
	    .when = FINDING_ON_ARRIVED, .predicate = is_missing },
	{ .id = "transfer-size-zero",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "wTransferSize is 0", .class = FINDING_DEVICE,
	    .severity = SEVERITY_ERROR, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "lint:transfer-size-zero",
	    .advice = "Set xfer-size 64, then try larger sizes.",
	    .firmware = "Set wTransferSize.",
	    .source = "DFU 1.1 4.1.3; dfu-util b76b421",
	    .when = FINDING_ON_ARRIVED, .predicate = is_sizeless },
	{ .id = "version-too-old",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "DFU 1.0 announced in a DFU 1.1 descriptor",
	    .class = FINDING_DEVICE, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "A descriptor of nine bytes is the form of DFU 1.1. "
	    "Tools that trust the version detach and reset the device by the "
	    "rules of DFU 1.0.",
	    .firmware = "Set bcdDFUVersion to 0x0110.", .source = "dfu-util "
	    "5a75f3d",
	    .when = FINDING_ON_ARRIVED, .predicate = is_old_version },
	{ .id = "version-swapped",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "Bytes of bcdDFUVersion swapped",
	    .class = FINDING_DEVICE, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "bcdDFUVersion is below 1.0, a version that does not "
	    "exist: the firmware sends the high byte first. Tools that use "
	    "the version treat the device as older than it is.",
	    .firmware = "Send bcdDFUVersion little-endian: 10 01 for 1.1.",
	    .source = "USB 2.0 8.1; DFU 1.1 4.1.3",
	    .when = FINDING_ON_ARRIVED, .predicate = is_version_swapped },
	{ .id = "dfuse-protocol",
	    .needs = FACT(FACT_ATTRIBUTES),
	    .title = "DfuSe version without the protocol of DFU mode",
	    .class = FINDING_DEVICE, .severity = SEVERITY_WARNING,
	    .fault = FINDING_FAULT_DEVICE, .mechanism = "lint:protocol-0",
	    .firmware = "Set bInterfaceProtocol to 2.",
	    .source = "dfu-util fe11ce0", .when = FINDING_ON_ARRIVED,
	    .predicate = is_dfuse_protocol },
	{ .id = "layout-odd",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "Memory layout string deviates from UM0424",
	    .class = FINDING_DEVICE, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "dfuscope reads the string nevertheless. Strict "
	    "tools stop with \"sector has zero size\" or \"non-valid "
	    "multiplier\".",
	    .advice = "The device screen and list -v show the position.",
	    .firmware = "Write the string as UM0424 defines it.",
	    .source = "fwupd 46f5415ed; dfu-util 29343ce",
	    .when = FINDING_ON_ARRIVED, .predicate = is_layout_odd },
	{ .id = "type-shared-with-hid",
	    .needs = FACT(FACT_DESCRIPTORS),
	    .title = "HID descriptor mistaken for the DFU descriptor",
	    .class = FINDING_DEVICE, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_HOST,
	    .mechanism = "Both descriptors have type 0x21. A tool that uses "
	    "the first one reads a wrong wTransferSize.",
	    .source = "dfu-util e123655", .when = FINDING_ON_ARRIVED,
	    .predicate = is_shared_type },
	{ .id = "class-descriptor-stalled",
	    .title = "Functional descriptor cannot be read on its own (STALL)",
	    .class = FINDING_DEVICE, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_NOBODY,
	    .mechanism = "Class descriptors are part of the configuration "
	    "descriptor. A device need not send them one by one.",
	    .source = "dfu-util 286c1dd", .when = FINDING_ON_OTHER,
	    .predicate = is_class_descriptor },
	{ .id = "string-length-wrong",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "String shorter than its bLength",
	    .class = FINDING_DEVICE, .severity = SEVERITY_NOTE,
	    .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "bLength is larger than the number of bytes sent "
	    "(ROM of the STM32F42x). Tools that trust it cannot read the "
	    "memory layout.",
	    .firmware = "Set bLength to the number of bytes sent.",
	    .source = "dfu-util 4f00679", .when = FINDING_ON_OTHER,
	    .predicate = is_short_string },
	{ .id = "string-not-utf16",
	    .needs = FACT(FACT_PAYLOAD),
	    .title = "String is not UTF-16", .class = FINDING_DEVICE,
	    .severity = SEVERITY_NOTE, .fault = FINDING_FAULT_DEVICE,
	    .mechanism = "The string has one byte per character (serial "
	    "number of the GD32VF103, which names the part). Tools show "
	    "question marks.",
	    .firmware = "Send two bytes per character (USB 2.0 9.6.7).",
	    .source = "dfu-util 529fa51", .when = FINDING_ON_OTHER,
	    .predicate = is_narrow_string },
};
const size_t finding_device_count =
    sizeof(finding_device_rows) / sizeof(finding_device_rows[0]);
