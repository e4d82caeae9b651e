#include "diagnosis/fingerprint.h"

#include <string.h>

#include "diagnosis/conformance.h"
#include "session/session.h"

#define ANY	(-1)

/* What in the descriptors tells; the first row that fits counts. */
static const struct {
	const char	*stack;
	int		 vendor;
	int		 product;
	enum fingerprint_certainty certainty;
	const char	*name;		/* in the product string, or NULL */
	const char	*evidence;
	const char	*source;
	bool		 dfuse;		/* its bcdDFUVersion is 011a */
} rows[] = {
	{ "st-rom", 0x0483, 0xdf11, FINGERPRINT_OWN,
	    "BOOTLOADER", "0483:df11 and the product string of ST's ROM",
	    "logs of F0, F1, F4 and F7 parts", false },
	{ "mboot", ANY, ANY, FINGERPRINT_OWN,
	    "Pyboard DFU", "its product string",
	    "mboot's source", false },
	{ "libopencm3", 0x0483, 0xdf11, FINGERPRINT_OWN,
	    "DFU Demo", "0483:df11 and the product string of its example",
	    "the example's source", false },
	{ "st", 0x0483, 0xdf11, FINGERPRINT_SHARED,
	    NULL, "0483:df11 without the product string of ST's ROM",
	    "ST's library proposes that id", true },
	{ "gd32", 0x28e9, 0x0189, FINGERPRINT_OWN,
	    NULL, "28e9:0189",
	    "dfu-util's quirk table", false },
	{ "dapboot", 0x1209, 0xdb42, FINGERPRINT_OWN,
	    NULL, "1209:db42",
	    "dapboot's source", false },
	{ "u-boot", 0x0525, 0xa4a5, FINGERPRINT_SHARED,
	    NULL, "0525:a4a5",
	    "U-Boot's default for gadgets", false },
	{ "tinyusb", 0xcafe, ANY, FINGERPRINT_SHARED,
	    NULL, "the vendor id of its examples",
	    "TinyUSB's source", false },
	{ "openmoko", 0x1d50, 0x5117, FINGERPRINT_OWN,
	    NULL, "1d50:5117",
	    "dfu-util's quirk table", false },
	{ "openmoko", 0x1457, 0x5119, FINGERPRINT_OWN,
	    NULL, "1457:5119",
	    "dfu-util's quirk table", false },
	{ "black-magic", 0x1d50, 0x6017, FINGERPRINT_OWN,
	    NULL, "1d50:6017",
	    "Wireshark's table of ids", false },
	{ "stm32duino", 0x1eaf, 0x0003, FINGERPRINT_OWN,
	    NULL, "1eaf:0003",
	    "dfu-util's quirk table", false },
	{ "zephyr-next", 0x2fe3, ANY, FINGERPRINT_SHARED,
	    NULL, "the vendor id of its samples",
	    "Zephyr's source", false },
};

/* Its descriptors say that it speaks something else than DfuSe. */
static bool
is_plain(const struct session *s)
{
	const struct dfu_function *f = session_function(s);

	return (f != NULL && f->functional.present &&
	    f->functional.bcdDFUVersion != DFU_VERSION_DFUSE);
}

static bool
fits(size_t i, const struct session *s)
{
	const struct identity *who = s->who;

	if (rows[i].dfuse && is_plain(s))
		return (false);
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
		if (conformance_with(s, &s->requests[i], stack) == CONFORMS_NO)
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
		f.certainty = FINGERPRINT_SAID;
	}
	for (i = 0; f.stack == NULL && s->who != NULL &&
	    i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!fits(i, s))
			continue;
		f.stack = dfu_stack_named(rows[i].stack);
		f.evidence = rows[i].evidence;
		f.source = rows[i].source;
		f.certainty = rows[i].certainty;
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

const char *
fingerprint_certainty_words(enum fingerprint_certainty c)
{
	switch (c) {
	case FINGERPRINT_WEAK:
		return ("possible, by its answers alone");
	case FINGERPRINT_SHARED:
		return ("likely, by an id that others use too");
	case FINGERPRINT_OWN:
		return ("very likely, by an id or string of its own");
	case FINGERPRINT_SAID:
		return ("as you said");
	}
	return (NULL);
}

/* The latest answers, held against the stack and against DFU 1.1. */
static void
count_answers(struct fingerprint_candidate *c, const struct session *s)
{
	size_t i = s->nrequests > LOOKED_AT ? s->nrequests - LOOKED_AT : 0;
	struct conformance a;

	for (; i < s->nrequests; i++) {
		if (s->requests[i].at < s->arrived_at)
			continue;
		a = conformance_of(s, &s->requests[i], c->print.stack);
		if (a.stack == CONFORMS_NO && c->nagainst++ == 0)
			c->print.against = s->requests[i].number;
		if (a.stack == CONFORMS_YES && a.spec == CONFORMS_NO &&
		    c->nspeaks++ == 0)
			c->speaks = s->requests[i].number;
	}
}

/* What contradicts weighs more than what fits. */
static long
weight(const struct fingerprint_candidate *c)
{
	return ((long)c->print.certainty * 4 +
	    (c->nspeaks > 8 ? 8 : (long)c->nspeaks) -
	    4 * (c->nagainst > 8 ? 8 : (long)c->nagainst));
}

static size_t
insert(struct fingerprint_candidate *list, size_t n, size_t max,
    const struct fingerprint_candidate *c)
{
	size_t at = n;

	while (at > 0 && weight(c) > weight(&list[at - 1]))
		at--;
	if (at == max)
		return (n);
	n += n < max;
	memmove(&list[at + 1], &list[at], (n - at - 1) * sizeof(*list));
	list[at] = *c;
	return (n);
}

size_t
fingerprint_candidates(const struct session *s,
    const struct dfu_stack *fixed, struct fingerprint_candidate *list,
    size_t max)
{
	const struct fingerprint by_ids = guess(s, fixed);
	struct fingerprint_candidate c;
	size_t i, n = 0;

	for (i = 0; i < dfu_stacks_count && max != 0; i++) {
		c = (struct fingerprint_candidate){ .print = {
		    .stack = &dfu_stacks[i],
		    .source = dfu_stacks[i].source } };
		if (by_ids.stack == &dfu_stacks[i])
			c.print = by_ids;
		count_answers(&c, s);
		/* Without an id only answers of its own speak for it. */
		if (by_ids.stack == &dfu_stacks[i] ||
		    (c.nspeaks != 0 && c.nagainst == 0))
			n = insert(list, n, max, &c);
	}
	return (n);
}

void
fingerprint_candidate_words(const struct fingerprint_candidate *c,
    struct buf *b)
{
	buf_addf(b, "%s: %s", c->print.stack->name,
	    fingerprint_certainty_words(c->print.certainty));
	if (c->nspeaks != 0)
		buf_addf(b, "; #%u%s as it does, not as DFU 1.1 has it",
		    c->speaks, c->nspeaks > 1 ? " and others" : "");
	if (c->nagainst != 0)
		buf_addf(b, "; #%u%s against it", c->print.against,
		    c->nagainst > 1 ? " and others speak" : " speaks");
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
