#include "model/fingerprint.h"

#include <string.h>

#include "model/agree.h"
#include "model/session.h"

#define ANY	(-1)

/* What in the descriptors tells; the first row that fits counts. */
static const struct {
	const char	*stack;
	int		 vendor;
	int		 product;
	const char	*name;		/* in the product string, or NULL */
	const char	*evidence;
	const char	*source;
} rows[] = {
	{ "st-rom", 0x0483, 0xdf11, "BOOTLOADER",
	    "0483:df11 and the product string of ST's ROM",
	    "logs of F0, F1, F4 and F7 parts" },
	{ "mboot", ANY, ANY, "Pyboard DFU", "its product string",
	    "mboot's source" },
	{ "st", 0x0483, 0xdf11, NULL,
	    "0483:df11 without the product string of ST's ROM",
	    "ST's library proposes that id" },
	{ "gd32", 0x28e9, 0x0189, NULL, "28e9:0189",
	    "dfu-util's quirk table" },
	{ "dapboot", 0x1209, 0xdb42, NULL, "1209:db42",
	    "dapboot's source" },
	{ "u-boot", 0x0525, 0xa4a5, NULL, "0525:a4a5",
	    "U-Boot's default for gadgets" },
	{ "tinyusb", 0xcafe, ANY, NULL, "the vendor id of its examples",
	    "TinyUSB's source" },
	{ "openmoko", 0x1d50, 0x5117, NULL, "1d50:5117",
	    "dfu-util's quirk table" },
	{ "openmoko", 0x1457, 0x5119, NULL, "1457:5119",
	    "dfu-util's quirk table" },
	{ "black-magic", 0x1d50, 0x6017, NULL, "1d50:6017",
	    "Wireshark's table of ids" },
	{ "stm32duino", 0x1eaf, 0x0003, NULL, "1eaf:0003",
	    "dfu-util's quirk table" },
	{ "zephyr-next", 0x2fe3, ANY, NULL, "the vendor id of its samples",
	    "Zephyr's source" },
};

static bool
fits(size_t i, const struct identity *who)
{
	return ((rows[i].vendor == ANY || rows[i].vendor == who->vendor) &&
	    (rows[i].product == ANY || rows[i].product == who->product) &&
	    (rows[i].name == NULL || (who->product_name != NULL &&
	    strstr(who->product_name, rows[i].name) != NULL)));
}

/* Looked for among the latest: a long poll loop says nothing new. */
#define LOOKED_AT	64

static uint32_t
first_against(const struct dfu_stack *stack, const struct session *s)
{
	size_t i = s->nrequests > LOOKED_AT ? s->nrequests - LOOKED_AT : 0;

	for (; i < s->nrequests; i++) {
		if (s->requests[i].at < s->arrived_at)
			continue;
		if (agreement_with(s, &s->requests[i], stack) == AGREE_NO)
			return (s->requests[i].number);
	}
	return (0);
}

static struct fingerprint
guess(const struct session *s, const struct dfu_stack *fixed)
{
	struct fingerprint f = { 0 };
	size_t i;

	if (fixed != NULL) {
		f.stack = fixed;
		f.evidence = "you said so";
		f.source = "the operator";
	}
	for (i = 0; f.stack == NULL && s->who != NULL &&
	    i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!fits(i, s->who))
			continue;
		f.stack = dfu_stack_named(rows[i].stack);
		f.evidence = rows[i].evidence;
		f.source = rows[i].source;
	}
	return (f);
}

const struct dfu_stack *
fingerprint_stack(const struct session *s, const struct dfu_stack *fixed)
{
	return (guess(s, fixed).stack);
}

struct fingerprint
fingerprint_of(const struct session *s, const struct dfu_stack *fixed)
{
	struct fingerprint f = guess(s, fixed);

	if (f.stack != NULL)
		f.against = first_against(f.stack, s);
	return (f);
}

void
fingerprint_words(const struct fingerprint *f, struct buf *b)
{
	if (f->stack == NULL) {
		buf_adds(b, "no known stack");
		return;
	}
	buf_addf(b, "%s (%s): %s", f->stack->name, f->stack->version,
	    f->evidence);
	if (f->against != 0)
		buf_addf(b, "; #%u speaks against it", f->against);
}
