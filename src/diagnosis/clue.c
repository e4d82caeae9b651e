/* SPDX-License-Identifier: ISC */
#include "diagnosis/clue.h"

#include <string.h>

#include "dfu/spec.h"
#include "session/session.h"

#define ID(vendor, product)	((uint32_t)(vendor) << 16 | (product))

const struct clue clues[] = {
	{ "st-rom", CLUE_PRODUCT, CLUE_OWN, 0, "STM32  BOOTLOADER",
	    "logs of F0, F1, F4 and F7 parts" },
	{ "st-rom", CLUE_ID, CLUE_SHARED, ID(0x0483, 0xdf11), NULL,
	    "logs of F0, F1, F4 and F7 parts" },
	{ "st-rom", CLUE_DEVICE, CLUE_TYPICAL, 0x2200, NULL,
	    "logs of F0 and F4 parts" },
	{ "st-rom", CLUE_ALTERNATE, CLUE_TYPICAL, 0, "@Internal Flash  /0x",
	    "logs of F0 and F4 parts: two blanks before the address" },
	{ "st-rom", CLUE_MANUFACTURER, CLUE_ALWAYS, 0, "STMicroelectronics",
	    "logs of F0, F1, F4 and F7 parts" },
	{ "st-rom", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_DFUSE, NULL,
	    "AN3156" },
	{ "st-rom", CLUE_SIZE, CLUE_TYPICAL, 2048, NULL,
	    "logs of F0 and F4 parts" },

	{ "st", CLUE_PRODUCT, CLUE_OWN, 0, "STM32 DownLoad Firmware Update",
	    "the library's template" },
	{ "st", CLUE_ID, CLUE_SHARED, ID(0x0483, 0xdf11), NULL,
	    "the id that ST's library proposes" },
	{ "st", CLUE_PRODUCT, CLUE_TYPICAL, 0, "DFU in ",
	    "ST's examples: FS or HS Mode" },
	{ "st", CLUE_ALTERNATE, CLUE_TYPICAL, 0, "@Internal Flash   /0x",
	    "the library's template: three blanks before the address" },
	{ "st", CLUE_MANUFACTURER, CLUE_ALWAYS, 0, "STMicroelectronics",
	    "the library's template" },
	{ "st", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_DFUSE, NULL,
	    "usbd_dfu.c" },
	{ "st", CLUE_SIZE, CLUE_TYPICAL, 1024, NULL,
	    "the library's template" },

	{ "libopencm3", CLUE_PRODUCT, CLUE_OWN, 0, "DFU Demo",
	    "the example's source" },
	{ "libopencm3", CLUE_MANUFACTURER, CLUE_OWN, 0,
	    "Black Sphere Technologies", "the example's source" },
	{ "libopencm3", CLUE_ID, CLUE_SHARED, ID(0x0483, 0xdf11), NULL,
	    "the example's source" },
	{ "libopencm3", CLUE_ALTERNATE, CLUE_TYPICAL, 0,
	    "@Internal Flash   /0x", "the example's source" },
	{ "libopencm3", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_DFUSE, NULL,
	    "the example's source" },
	{ "libopencm3", CLUE_ATTRIBUTES, CLUE_TYPICAL, 0x09, NULL,
	    "the example's source" },
	{ "libopencm3", CLUE_SIZE, CLUE_TYPICAL, 1024, NULL,
	    "the example's source" },

	{ "mboot", CLUE_PRODUCT, CLUE_OWN, 0, "Pyboard DFU",
	    "mboot's source" },
	{ "mboot", CLUE_MANUFACTURER, CLUE_OWN, 0, "MicroPython",
	    "mboot's source" },
	{ "mboot", CLUE_ID, CLUE_SHARED, ID(0x0483, 0xdf11), NULL,
	    "mboot's source" },
	{ "mboot", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_DFUSE, NULL,
	    "mboot's source" },
	{ "mboot", CLUE_SIZE, CLUE_TYPICAL, 2048, NULL, "mboot's source" },

	{ "gd32", CLUE_PRODUCT, CLUE_OWN, 0, "GD32 USB DFU in",
	    "GigaDevice's example" },
	{ "gd32", CLUE_ID, CLUE_SHARED, ID(0x28e9, 0x0189), NULL,
	    "dfu-util's quirk table" },
	{ "gd32", CLUE_MANUFACTURER, CLUE_TYPICAL, 0, "GigaDevice",
	    "GigaDevice's example" },
	{ "gd32", CLUE_PRODUCT, CLUE_TYPICAL, 0, "GD32",
	    "GigaDevice's example" },
	{ "gd32", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_DFUSE, NULL,
	    "GigaDevice's example" },
	{ "gd32", CLUE_SIZE, CLUE_TYPICAL, 2048, NULL,
	    "GigaDevice's example" },

	{ "dapboot", CLUE_ID, CLUE_OWN, ID(0x1209, 0xdb42), NULL,
	    "dapboot's source" },
	{ "dapboot", CLUE_PRODUCT, CLUE_OWN, 0, "DAPBoot",
	    "dapboot's source" },
	{ "dapboot", CLUE_ALTERNATE, CLUE_OWN, 0, "DAPBoot DFU",
	    "dapboot's source" },
	{ "dapboot", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_11, NULL,
	    "dapboot's source" },

	{ "u-boot", CLUE_PRODUCT, CLUE_OWN, 0, "USB download gadget",
	    "U-Boot's g_dnl.c, whatever the board's id" },
	{ "u-boot", CLUE_ID, CLUE_SHARED, ID(0x0525, 0xa4a5), NULL,
	    "U-Boot's default for gadgets" },
	{ "u-boot", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_11, NULL,
	    "f_dfu.c" },
	{ "u-boot", CLUE_ATTRIBUTES, CLUE_TYPICAL, 0x0f, NULL, "f_dfu.c" },
	{ "u-boot", CLUE_SIZE, CLUE_TYPICAL, 4096, NULL, "f_dfu.c" },
	{ "u-boot", CLUE_DETACH, CLUE_TYPICAL, 0, NULL, "f_dfu.c" },

	{ "tinyusb", CLUE_VENDOR, CLUE_SHARED, 0xcafe, NULL,
	    "the vendor id of its examples" },
	{ "tinyusb", CLUE_DFU, CLUE_ALWAYS, 0x0101, NULL,
	    "the descriptor macro, in DFU mode and run-time mode" },
	{ "tinyusb", CLUE_MANUFACTURER, CLUE_TYPICAL, 0, "TinyUSB",
	    "its examples" },
	{ "tinyusb", CLUE_PRODUCT, CLUE_TYPICAL, 0, "TinyUSB",
	    "its examples" },
	{ "tinyusb", CLUE_ATTRIBUTES, CLUE_TYPICAL, 0x07, NULL,
	    "its examples" },

	{ "openmoko", CLUE_ID, CLUE_OWN, ID(0x1d50, 0x5117), NULL,
	    "dfu-util's quirk table" },
	{ "openmoko", CLUE_ID, CLUE_OWN, ID(0x1457, 0x5119), NULL,
	    "dfu-util's quirk table" },

	{ "black-magic", CLUE_ID, CLUE_OWN, ID(0x1d50, 0x6017), NULL,
	    "Wireshark's table of ids" },
	{ "black-magic", CLUE_PRODUCT, CLUE_OWN, 0, "Black Magic Probe DFU",
	    "its source" },
	{ "black-magic", CLUE_MANUFACTURER, CLUE_TYPICAL, 0, "Black Magic",
	    "its source" },
	{ "black-magic", CLUE_SIZE, CLUE_TYPICAL, 1024, NULL,
	    "its source" },

	{ "stm32duino", CLUE_ID, CLUE_OWN, ID(0x1eaf, 0x0003), NULL,
	    "dfu-util's quirk table" },

	{ "zephyr-next", CLUE_ID, CLUE_SHARED, ID(0x2fe3, 0xffff), NULL,
	    "the sample of the new class" },
	{ "zephyr-next", CLUE_VENDOR, CLUE_SHARED, 0x2fe3, NULL,
	    "the vendor id of Zephyr's samples, of both classes" },
	{ "zephyr-next", CLUE_ALTERNATE, CLUE_TYPICAL, 0, "slot0_image",
	    "the sample of the new class" },
	{ "zephyr-next", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_11, NULL,
	    "usbd_dfu.c" },
	{ "zephyr-next", CLUE_SIZE, CLUE_TYPICAL, 512, NULL,
	    "the sample of the new class" },
	{ "zephyr-next", CLUE_DETACH, CLUE_TYPICAL, 0, NULL,
	    "the sample of the new class" },

	{ "zephyr-legacy", CLUE_VENDOR, CLUE_SHARED, 0x2fe3, NULL,
	    "the vendor id of Zephyr's samples, of both classes" },
	{ "zephyr-legacy", CLUE_DFU, CLUE_ALWAYS, DFU_VERSION_11, NULL,
	    "usb_dfu.c" },

	{ "embassy", CLUE_PRODUCT, CLUE_OWN, 0, "USB-DFU Bootloader example",
	    "embassy's examples" },
	{ "embassy", CLUE_MANUFACTURER, CLUE_TYPICAL, 0, "Embassy",
	    "embassy's examples" },
	{ "embassy", CLUE_ID, CLUE_SHARED, ID(0xc0de, 0xcafe), NULL,
	    "embassy's examples" },
};
const size_t clues_count = sizeof(clues) / sizeof(clues[0]);

static enum clue_answer
answer(bool known, bool fits)
{
	return (!known ? CLUE_UNKNOWN : fits ? CLUE_FITS : CLUE_DIFFERS);
}

static enum clue_answer
ask_string(const char *string, const char *part)
{
	bool known = string != NULL && string[0] != '\0';

	return (answer(known, known && strstr(string, part) != NULL));
}

static enum clue_answer
ask_names(const struct clue *c, const struct session *s)
{
	enum clue_answer known = CLUE_UNKNOWN;
	size_t i;

	for (i = 0; i < s->who->nnames; i++) {
		known = CLUE_DIFFERS;
		if (strstr(s->who->names[i].text, c->text) != NULL)
			return (CLUE_FITS);
	}
	return (known);
}

static enum clue_answer
ask_identity(const struct clue *c, const struct session *s)
{
	const struct identity *who = s->who;
	bool id = who->vendor != 0 || who->product != 0;

	switch (c->part) {
	case CLUE_ID:
		return (answer(id,
		    ID(who->vendor, who->product) == c->number));
	case CLUE_VENDOR:
		return (answer(id, who->vendor == c->number));
	case CLUE_DEVICE:
		return (answer(who->version != 0, who->version == c->number));
	case CLUE_MANUFACTURER:
		return (ask_string(who->manufacturer, c->text));
	case CLUE_PRODUCT:
		return (ask_string(who->product_name, c->text));
	case CLUE_ALTERNATE:
		return (ask_names(c, s));
	case CLUE_DFU:
	case CLUE_ATTRIBUTES:
	case CLUE_SIZE:
	case CLUE_DETACH:
		break;
	}
	return (CLUE_UNKNOWN);
}

enum clue_answer
clue_ask(const struct clue *c, const struct session *s)
{
	const struct dfu_function *f = session_function(s);
	bool known = f != NULL && f->functional.present;

	if (s->who == NULL)
		return (CLUE_UNKNOWN);
	switch (c->part) {
	case CLUE_ID:
	case CLUE_VENDOR:
	case CLUE_DEVICE:
	case CLUE_MANUFACTURER:
	case CLUE_PRODUCT:
	case CLUE_ALTERNATE:
		return (ask_identity(c, s));
	case CLUE_DFU:
		return (answer(known, known &&
		    f->functional.bcdDFUVersion == c->number));
	case CLUE_ATTRIBUTES:
		return (answer(known, known &&
		    f->functional.bmAttributes == c->number));
	case CLUE_SIZE:
		return (answer(known, known &&
		    f->functional.wTransferSize == c->number));
	case CLUE_DETACH:
		return (answer(known, known &&
		    f->functional.wDetachTimeOut == c->number));
	}
	return (CLUE_UNKNOWN);
}

void
clue_words(const struct clue *c, struct buf *b)
{
	switch (c->part) {
	case CLUE_ID:
		buf_addf(b, "%04x:%04x", c->number >> 16, c->number & 0xffff);
		break;
	case CLUE_VENDOR:
		buf_addf(b, "vendor %04x", c->number);
		break;
	case CLUE_DEVICE:
		buf_addf(b, "bcdDevice %04x", c->number);
		break;
	case CLUE_MANUFACTURER:
		buf_addf(b, "manufacturer \"%s\"", c->text);
		break;
	case CLUE_PRODUCT:
		buf_addf(b, "product \"%s\"", c->text);
		break;
	case CLUE_ALTERNATE:
		buf_addf(b, "an alternate named \"%s\"", c->text);
		break;
	case CLUE_DFU:
		buf_addf(b, "bcdDFUVersion %04x", c->number);
		break;
	case CLUE_ATTRIBUTES:
		buf_addf(b, "bmAttributes %02x", c->number);
		break;
	case CLUE_SIZE:
		buf_addf(b, "wTransferSize %u", c->number);
		break;
	case CLUE_DETACH:
		buf_addf(b, "wDetachTimeOut %u", c->number);
		break;
	}
}
