/* SPDX-License-Identifier: ISC */
/* The predicates of lint that ask descriptors and states. */
#include "dfu/lint_rules.h"

#include "dfu/layout.h"
#include "dfu/spec.h"
#include "wire/usb.h"

#define LENGTH_10	7	/* of the functional descriptor, DFU 1.0 */
#define LENGTH_11	9
#define LINUX_MOST	4096	/* bytes of a control transfer by usbfs */
#define LONG_DETACH	10000	/* ms */
#define RESERVED	0xf0	/* bits of bmAttributes */

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))

/* The functional descriptor, or NULL if there is none. */
static const struct dfu_functional *
functional(const struct lint_look *k)
{
	const struct dfu_function *f = k->s->function;

	return (f != NULL && f->functional.present ? &f->functional : NULL);
}

static bool
has(const struct dfu_functional *f, uint8_t attribute)
{
	return ((f->bmAttributes & attribute) != 0);
}

/* A name of the function begins like a memory layout. */
static bool
any_layout(const struct lint_look *k)
{
	size_t i;

	for (i = 0; i < COUNT(k->s->names); i++)
		if (k->s->names[i] != NULL && k->s->names[i][0] == '@')
			return (true);
	return (false);
}

LINT_RULE(lint_lost_bytes)
{
	(void)arg;
	if (k->survey.lost)
		buf_addf(b, "%zu bytes from offset %zu",
		    k->s->nbytes - k->survey.lost_at, k->survey.lost_at);
	return (k->survey.lost);
}

/* Where bytes are lost, it is known already that the length is wrong. */
LINT_RULE(lint_total_length)
{
	bool is = k->survey.total_wrong && !k->survey.lost;

	(void)arg;
	if (is)
		buf_addf(b, "wTotalLength %u, but %zu bytes",
		    k->survey.total_said, k->survey.total_is);
	return (is);
}

LINT_RULE(lint_interface_count)
{
	(void)arg;
	if (k->survey.count_wrong)
		buf_addf(b, "bNumInterfaces %u, but %u interfaces",
		    k->survey.count_said, k->survey.count_is);
	return (k->survey.count_wrong);
}

LINT_RULE(lint_alternate_twice)
{
	(void)arg;
	if (k->survey.twice)
		buf_addf(b, "alternate %u", k->survey.twice_number);
	return (k->survey.twice);
}

/* USB 2.0 9.6.5: counted from zero, without holes. */
LINT_RULE(lint_alternate_gap)
{
	const struct dfu_function *f = k->s->function;
	size_t i;

	(void)arg;
	for (i = 0; f != NULL && i < f->nalternates; i++) {
		if (dfu_function_alternate(f, (uint8_t)i) != NULL)
			continue;
		buf_addf(b, "alternate %zu is missing", i);
		return (true);
	}
	return (false);
}

LINT_RULE(lint_no_name)
{
	const struct dfu_function *f = k->s->function;
	size_t i;

	(void)arg;
	for (i = 0; f != NULL && f->nalternates > 1 && i < f->nalternates;
	    i++) {
		if (f->alternates[i].iInterface != 0)
			continue;
		buf_addf(b, "alternate %u", f->alternates[i].
		    bAlternateSetting);
		return (true);
	}
	return (false);
}

LINT_RULE(lint_packet_size)
{
	const struct dfu_descriptors *d = k->s->descriptors;
	uint8_t n = d->bMaxPacketSize0;

	(void)arg;
	if (!d->has_device || n == 8 || n == 16 || n == 32 || n == 64 ||
	    (n == 9 && d->bcdUSB >= 0x0300))
		return (false);
	buf_addf(b, "bMaxPacketSize0 %u", n);
	return (true);
}

/* Ids that say less than they seem to. */
static const struct {
	uint16_t	 vendor;
	uint16_t	 product;
	const char	*who;
} shared_ids[] = {
	{ 0x0483, 0xdf11, "ST's ROMs and their copies" },
	{ 0x0525, 0xa4a5, "the default of Linux and U-Boot gadgets" },
	{ 0x1209, 0x0001, "the test id of pid.codes, for everyone" },
	{ 0x1209, 0x0002, "the test id of pid.codes, for everyone" },
	{ 0x1eaf, 0x0003, "all Maple and STM32duino bootloaders" },
	{ 0x28e9, 0x0189, "all GD32 bootloaders" },
	{ 0xcafe, 0x4000, "TinyUSB's examples" },
};

LINT_RULE(lint_shared_id)
{
	const struct dfu_descriptors *d = k->s->descriptors;
	size_t i;

	(void)arg;
	for (i = 0; i < COUNT(shared_ids); i++) {
		if (!d->has_device || d->idVendor != shared_ids[i].vendor ||
		    d->idProduct != shared_ids[i].product)
			continue;
		buf_addf(b, "%04x:%04x: %s", d->idVendor, d->idProduct,
		    shared_ids[i].who);
		return (true);
	}
	return (false);
}

LINT_RULE(lint_endpoints)
{
	(void)arg;
	if (k->survey.endpoints != 0)
		buf_addf(b, "bNumEndpoints %u", k->survey.endpoints);
	return (k->survey.endpoints != 0);
}

LINT_RULE(lint_company)
{
	const struct dfu_function *f = k->s->function;

	(void)arg;
	(void)b;
	return (f != NULL && !f->runtime && k->survey.company);
}

LINT_RULE(lint_functional_absent)
{
	(void)arg;
	(void)b;
	return (k->s->function != NULL && functional(k) == NULL);
}

/* The one of 7 bytes with DfuSe strings is a case of its own. */
LINT_RULE(lint_functional_length)
{
	const struct dfu_functional *f = functional(k);
	bool is;

	if (f == NULL)
		return (false);
	is = arg != 0 ? f->bLength == arg && !any_layout(k) :
	    f->bLength != LENGTH_10 && f->bLength != LENGTH_11;
	if (is)
		buf_addf(b, "bLength %u", f->bLength);
	return (is);
}

LINT_RULE(lint_functional_several)
{
	bool is = k->survey.functionals > 1 &&
	    k->survey.differ == (arg != 0);

	if (is)
		buf_addf(b, "%u of them", k->survey.functionals);
	return (is);
}

LINT_RULE(lint_functional_place)
{
	(void)b;
	return (arg != 0 ? k->survey.ahead : k->survey.between);
}

/* Of a function that counts as DFU mode, for other reasons. */
LINT_RULE(lint_protocol)
{
	const struct dfu_function *f = k->s->function;
	size_t i;

	for (i = 0; f != NULL && !f->runtime && i < f->nalternates; i++) {
		if (f->alternates[i].bInterfaceProtocol != arg)
			continue;
		buf_addf(b, "alternate %u", f->alternates[i].
		    bAlternateSetting);
		return (true);
	}
	return (false);
}

LINT_RULE(lint_protocol_mixed)
{
	const struct dfu_function *f = k->s->function;
	size_t i;

	(void)arg;
	for (i = 1; f != NULL && i < f->nalternates; i++) {
		if (f->alternates[i].bInterfaceProtocol ==
		    f->alternates[0].bInterfaceProtocol)
			continue;
		buf_addf(b, "alternate %u has %u, alternate %u has %u",
		    f->alternates[0].bAlternateSetting,
		    f->alternates[0].bInterfaceProtocol,
		    f->alternates[i].bAlternateSetting,
		    f->alternates[i].bInterfaceProtocol);
		return (true);
	}
	return (false);
}

LINT_RULE(lint_runtime_alternates)
{
	const struct dfu_function *f = k->s->function;
	bool is = f != NULL && f->runtime && f->nalternates > 1;

	(void)arg;
	if (is)
		buf_addf(b, "%zu of them", f->nalternates);
	return (is);
}

static void
say_version(struct buf *b, const struct dfu_functional *f)
{
	buf_addf(b, "bcdDFUVersion %04x", f->bcdDFUVersion);
}

LINT_RULE(lint_version_unknown)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	if (f == NULL || f->bcdDFUVersion == DFU_VERSION_10 ||
	    f->bcdDFUVersion == DFU_VERSION_11 ||
	    f->bcdDFUVersion == DFU_VERSION_DFUSE)
		return (false);
	say_version(b, f);
	return (true);
}

/* What only DFU 1.1 has: protocols in DFU mode, and bitWillDetach. */
LINT_RULE(lint_version_too_low)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	if (f == NULL || f->bLength < LENGTH_11 ||
	    f->bcdDFUVersion != DFU_VERSION_10 ||
	    !has(f, DFU_ATTR_WILL_DETACH))
		return (false);
	say_version(b, f);
	buf_addf(b, ", bmAttributes 0x%02x", f->bmAttributes);
	return (true);
}

LINT_RULE(lint_short_dfuse)
{
	const struct dfu_functional *f = functional(k);
	bool is = f != NULL && f->bLength == LENGTH_10 && any_layout(k);

	(void)arg;
	if (is)
		buf_addf(b, "bLength %u", f->bLength);
	return (is);
}

/* Only where every name is known. */
LINT_RULE(lint_dfuse_no_layout)
{
	const struct dfu_functional *d = functional(k);
	const struct dfu_function *f = k->s->function;
	size_t i;

	(void)arg;
	(void)b;
	if (d == NULL || d->bcdDFUVersion != DFU_VERSION_DFUSE ||
	    f->nalternates == 0 || any_layout(k))
		return (false);
	for (i = 0; i < f->nalternates; i++)
		if (f->alternates[i].iInterface != 0 &&
		    k->s->names[f->alternates[i].bAlternateSetting] == NULL)
			return (false);
	return (true);
}

LINT_RULE(lint_layout_no_dfuse)
{
	const struct dfu_functional *f = functional(k);
	bool is = f != NULL && f->bLength >= LENGTH_11 &&
	    f->bcdDFUVersion != DFU_VERSION_DFUSE && any_layout(k);

	(void)arg;
	if (is)
		say_version(b, f);
	return (is);
}

static void
say_attributes(struct buf *b, const struct dfu_functional *f)
{
	buf_addf(b, "bmAttributes 0x%02x", f->bmAttributes);
}

LINT_RULE(lint_attributes)
{
	const struct dfu_functional *f = functional(k);
	const unsigned both = DFU_ATTR_CAN_DNLOAD | DFU_ATTR_CAN_UPLOAD;

	if (f == NULL || k->s->function->runtime ||
	    (~(unsigned)f->bmAttributes & both) != arg)
		return (false);
	say_attributes(b, f);
	return (true);
}

LINT_RULE(lint_attributes_reserved)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	if (f == NULL || (f->bmAttributes & RESERVED) == 0)
		return (false);
	say_attributes(b, f);
	return (true);
}

/* DETACH is a matter of the run-time mode (A.2.1). */
LINT_RULE(lint_detach_no_time)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	(void)b;
	return (f != NULL && k->s->function->runtime &&
	    f->wDetachTimeOut == 0 && !has(f, DFU_ATTR_WILL_DETACH));
}

LINT_RULE(lint_detach_both)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	if (f == NULL || !k->s->function->runtime ||
	    f->wDetachTimeOut == 0 || !has(f, DFU_ATTR_WILL_DETACH))
		return (false);
	buf_addf(b, "wDetachTimeOut %u ms", f->wDetachTimeOut);
	return (true);
}

LINT_RULE(lint_detach_long)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	if (f == NULL || !k->s->function->runtime ||
	    f->wDetachTimeOut <= LONG_DETACH ||
	    has(f, DFU_ATTR_WILL_DETACH))
		return (false);
	buf_addf(b, "wDetachTimeOut %u ms", f->wDetachTimeOut);
	return (true);
}

static void
say_size(struct buf *b, const struct dfu_functional *f)
{
	buf_addf(b, "wTransferSize %u", f->wTransferSize);
}

LINT_RULE(lint_size_zero)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	(void)b;
	return (f != NULL && f->wTransferSize == 0);
}

LINT_RULE(lint_size_small)
{
	const struct dfu_functional *f = functional(k);
	const struct dfu_descriptors *d = k->s->descriptors;

	(void)arg;
	if (f == NULL || f->wTransferSize == 0 || !d->has_device ||
	    f->wTransferSize >= d->bMaxPacketSize0)
		return (false);
	say_size(b, f);
	buf_addf(b, ", bMaxPacketSize0 %u", d->bMaxPacketSize0);
	return (true);
}

LINT_RULE(lint_size_large)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	if (f == NULL || f->wTransferSize <= LINUX_MOST)
		return (false);
	say_size(b, f);
	return (true);
}

LINT_RULE(lint_size_packets)
{
	const struct dfu_functional *f = functional(k);
	uint8_t packet = k->s->descriptors->bMaxPacketSize0;

	(void)arg;
	if (f == NULL || packet == 0 || f->wTransferSize <= packet ||
	    f->wTransferSize % packet == 0)
		return (false);
	say_size(b, f);
	buf_addf(b, ", bMaxPacketSize0 %u", packet);
	return (true);
}

/* A sector that begins and ends within blocks. */
static bool
straddles(const struct layout *l, uint16_t size, struct buf *b)
{
	const uint8_t flash = LAYOUT_ERASABLE | LAYOUT_WRITABLE;
	size_t i;

	for (i = 0; i < l->nsegments; i++) {
		if ((l->segments[i].kind & flash) != flash ||
		    l->segments[i].size % size == 0 ||
		    size % l->segments[i].size == 0)
			continue;
		buf_addf(b, "wTransferSize %u, sectors of %u", size,
		    l->segments[i].size);
		return (true);
	}
	return (false);
}

LINT_RULE(lint_size_sectors)
{
	const struct dfu_functional *f = functional(k);
	struct layout l;
	bool is = false;
	size_t i, n;

	(void)arg;
	if (f == NULL || f->wTransferSize == 0)
		return (false);
	for (i = 0; !is && i < COUNT(k->s->names); i++) {
		for (n = 0; k->s->names[i] != NULL &&
		    k->s->names[i][n] != '\0'; n++)
			;
		if (n > 0 && layout_parse(&l, k->s->names[i], n)) {
			is = straddles(&l, f->wTransferSize, b);
			layout_free(&l);
		}
	}
	return (is);
}

#define SEEN(state)	(1u << DFU_STATE_##state)
#define SEEN_APP	(SEEN(APP_IDLE) | SEEN(APP_DETACH))
#define SEEN_DNLOAD	(SEEN(DNLOAD_SYNC) | SEEN(DNBUSY) | \
			    SEEN(DNLOAD_IDLE) | SEEN(MANIFEST_SYNC))

LINT_RULE(lint_seen_wait_reset)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	(void)b;
	return (f != NULL && has(f, DFU_ATTR_MANIFESTATION_TOLERANT) &&
	    (k->s->states & SEEN(MANIFEST_WAIT_RESET)) != 0);
}

LINT_RULE(lint_seen_resumed)
{
	const struct dfu_functional *f = functional(k);

	(void)arg;
	(void)b;
	return (f != NULL && !has(f, DFU_ATTR_MANIFESTATION_TOLERANT) &&
	    k->s->resumed);
}

LINT_RULE(lint_seen_unpromised)
{
	const struct dfu_functional *f = functional(k);
	unsigned states = arg == DFU_ATTR_CAN_DNLOAD ? SEEN_DNLOAD :
	    SEEN(UPLOAD_IDLE);

	if (f == NULL || has(f, (uint8_t)arg) ||
	    (k->s->states & states) == 0)
		return (false);
	say_attributes(b, f);
	return (true);
}

LINT_RULE(lint_seen_other_mode)
{
	const struct dfu_function *f = k->s->function;
	unsigned states = arg != 0 ? k->s->states & ~SEEN_APP :
	    k->s->states & SEEN_APP;
	uint8_t state;

	if (f == NULL || f->runtime != (arg != 0) || states == 0)
		return (false);
	for (state = 0; (states >> state & 1) == 0; state++)
		;
	buf_addf(b, "reported %s", dfu_state_name(state));
	return (true);
}
