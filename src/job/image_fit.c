/* SPDX-License-Identifier: ISC */
#include "job/image_fit.h"

#include <string.h>

#include "base/code.h"
#include "base/text.h"
#include "dfu/layout.h"
#include "diagnosis/fingerprint.h"

#define END_OF_MEMORY	(UINT64_C(1) << 32)
#define ALTERNATES	256
#define RANGES		4	/* are named, and the others counted */

/* One run of the file, and the memory it is held against. */
struct fit {
	const struct session	*session;
	bool			 addressed;	/* by the file itself */
	const struct layout	*layout;
	uint8_t			 alternate;
	uint64_t		 from;
	uint64_t		 to;
};

static uint64_t
end_of(const struct layout_segment *s)
{
	return (s->start + (uint64_t)s->count * s->size);
}

static void
say_run(struct buf *why, const struct fit *f)
{
	buf_addf(why, "the file has data for 0x%08llx-0x%08llx: ",
	    (unsigned long long)f->from, (unsigned long long)f->to - 1);
}

static void
say_name(struct buf *why, const struct fit *f)
{
	buf_addf(why, "alternate setting %u (", f->alternate);
	text_escape(why, f->layout->name, strlen(f->layout->name));
	buf_adds(why, ")");
}

static void
say_alternate(struct buf *b, const struct session *s, uint8_t alternate)
{
	const char *name = session_alternate_name(s, alternate);
	struct layout layout = { 0 };

	buf_addf(b, "alternate setting %u", alternate);
	if (name != NULL && layout_parse(&layout, name, strlen(name))) {
		buf_adds(b, " (");
		text_escape(b, layout.name, strlen(layout.name));
		buf_addc(b, ')');
	}
	layout_free(&layout);
}

/* The other alternate setting whose memory holds that address, or -1. */
static int
other_alternate(const struct session *s, uint8_t alternate, uint32_t address)
{
	struct layout layout;
	const char *name;
	bool holds;
	int i;

	for (i = 0; i < ALTERNATES; i++) {
		name = session_alternate_name(s, (uint8_t)i);
		if (i == alternate || name == NULL)
			continue;
		holds = layout_parse(&layout, name, strlen(name)) &&
		    layout_at(&layout, address) != NULL;
		layout_free(&layout);
		if (holds)
			return (i);
	}
	return (-1);
}

/* An alternate setting that has a name, which was not read; or -1. */
static int
nameless_alternate(const struct session *s)
{
	const struct dfu_alternate *a;
	int i;

	for (i = 0; i < ALTERNATES; i++) {
		a = dfu_function_alternate(session_function(s), (uint8_t)i);
		if (a != NULL && a->iInterface != 0 &&
		    session_alternate_name(s, (uint8_t)i) == NULL)
			return (i);
	}
	return (-1);
}

/* Who does take it. */
static void
say_other(struct buf *why, const struct fit *f, uint32_t address)
{
	int other = other_alternate(f->session, f->alternate, address);
	int nameless = f->addressed ? nameless_alternate(f->session) : -1;

	if (other < 0 && nameless < 0)
		return;
	buf_adds(why, "; ");
	say_alternate(why, f->session, (uint8_t)(other < 0 ? nameless :
	    other));
	buf_addf(why, "%s: \"flash FILE fits\" writes only the data for "
	    "alternate setting %u",
	    other < 0 ? ", whose name was not read, may have that address" :
		" has that address",
	    f->alternate);
}

/* No segment holds that address: name those next to it. */
static void
say_outside(struct buf *why, const struct fit *f, uint32_t address)
{
	const struct layout_segment *s, *below = NULL, *above = NULL;
	size_t i;

	say_run(why, f);
	buf_addf(why, "0x%08x is outside the memory of ", address);
	say_name(why, f);
	for (i = 0; i < f->layout->nsegments; i++) {
		s = &f->layout->segments[i];
		if (s->start < address)
			below = s;
		else if (above == NULL)
			above = s;
	}
	if (below != NULL)
		buf_addf(why, ", which ends at 0x%08llx",
		    (unsigned long long)end_of(below) - 1);
	if (above != NULL)
		buf_addf(why, "%s at 0x%08x", below != NULL ?
		    " and continues" : ", which begins", above->start);
	say_other(why, f, address);
}

static void
say_not_writable(struct buf *why, const struct fit *f, uint32_t address,
    const struct layout_segment *s)
{
	bool readable = (s->kind & LAYOUT_READABLE) != 0;

	say_run(why, f);
	buf_addf(why, "0x%08x is in 0x%08x-0x%08llx of ", address,
	    s->start, (unsigned long long)end_of(s) - 1);
	say_name(why, f);
	buf_addf(why, ", which is %s (type %c)", !readable ?
	    "neither readable nor writable" :
	    (s->kind & LAYOUT_ERASABLE) != 0 ?
	    "not writable" : "read only", 0x60 | s->kind);
}

static bool
run_fits(const struct fit *f, struct buf *why)
{
	const struct layout_segment *s;
	uint64_t at;

	for (at = f->from; at < f->to; at = end_of(s)) {
		s = layout_at(f->layout, (uint32_t)at);
		if (s == NULL) {
			say_outside(why, f, (uint32_t)at);
			return (false);
		}
		if ((s->kind & LAYOUT_WRITABLE) == 0) {
			say_not_writable(why, f, (uint32_t)at, s);
			return (false);
		}
	}
	return (true);
}

static void
also(struct buf *why, const char *what, uint8_t alternate)
{
	buf_addf(why, "%sthe memory of alternate setting %u was not checked: "
	    "its name %s", why->len != 0 ? "; " : "", alternate,
	    what);
}

/* Notes go to unsure, which is for all runs. */
static bool
check_run(const struct session *s, struct fit *f, struct buf *unsure,
    struct buf *why)
{
	const char *name = session_alternate_name(s, f->alternate);
	struct layout layout;
	bool fits = true;

	if (f->to > END_OF_MEMORY) {
		buf_addf(why, "the data at 0x%08llx end past 0xffffffff "
		    "(bytes: %llu)", (unsigned long long)f->from,
		    (unsigned long long)(f->to - END_OF_MEMORY));
		return (false);
	}
	if (dfu_function_alternate(session_function(s), f->alternate) ==
	    NULL) {
		buf_addf(why, "the file has data for 0x%08llx in alternate "
		    "setting %u, but the device has no such setting",
		    (unsigned long long)f->from, f->alternate);
		return (false);
	}
	if (name == NULL) {
		also(unsure, "was not read", f->alternate);
		return (true);
	}
	if (layout_parse(&layout, name, strlen(name))) {
		f->layout = &layout;
		fits = run_fits(f, why);
	} else {
		also(unsure, "is no memory layout", f->alternate);
	}
	layout_free(&layout);
	return (fits);
}

/* Plain DFU takes one run of bytes and is not told where they go. */
static bool
check_plain(const struct image *image, struct buf *why)
{
	const struct image_segment *a = image->segments;

	if (image->kind == IMAGE_DFUSE) {
		buf_adds(why, "the file is a DfuSe container, but the device "
		    "uses plain DFU");
		return (false);
	}
	if (image->nsegments > 1) {
		buf_addf(why, "plain DFU has no addresses, but the file has a "
		    "gap at 0x%08llx-0x%08x",
		    (unsigned long long)a[0].address + a[0].len,
		    a[1].address - 1);
		return (false);
	}
	if (image->addressed)
		buf_addf(why, "plain DFU has no addresses: the file's "
		    "address 0x%08x was not checked", a[0].address);
	return (true);
}

int
image_fit_read(struct image *image, const char *path, bool raw,
    const void *p, size_t n, const char *error, struct buf *why)
{
	struct buf wrong = { 0 };
	bool good;

	if (error != NULL) {
		buf_adds(why, error);
		return (CODE_NO_INPUT);
	}
	good = image_read_file(image, path, raw, p, n, &wrong);
	if (!good)
		buf_addf(why, "%s: %s", path, buf_str(&wrong));
	buf_free(&wrong);
	return (good ? CODE_OK : CODE_BAD_FILE);
}

bool
image_fit_device(
    const struct image *image, const struct session *s, struct buf *why)
{
	const struct image_note *wrong = image_wrong(image);
	size_t len = why->len;

	if (wrong != NULL) {
		buf_adds(why, wrong->text);
		return (false);
	}
	if (!image_matches(
		image, s->who->vendor, s->who->product, s->who->version, why))
		return (false);
	buf_cut(why, len);
	return (true);
}

bool
image_fit_check(const struct image *image, const struct session *s,
    uint32_t base, struct buf *why)
{
	const struct image_segment *segment;
	struct buf unsure = { 0 };
	struct fit f = { .session = s, .addressed = image->addressed };
	int unknown = -1;
	bool fits = true;
	size_t i, said;

	if (session_dialect(s) == DFU_DIALECT_PLAIN)
		return (check_plain(image, why));
	for (i = 0; i < image->nsegments && fits; i++) {
		segment = &image->segments[i];
		f.alternate = image->kind == IMAGE_DFUSE ?
		    segment->alternate : s->alternate;
		f.from = image->addressed ? segment->address : base;
		f.to = f.from + segment->len;
		/* What is not known of an alternate is said once. */
		if (f.alternate == unknown && f.to <= END_OF_MEMORY)
			continue;
		said = unsure.len;
		fits = check_run(s, &f, &unsure, why);
		if (unsure.len != said)
			unknown = f.alternate;
	}
	if (fits)
		buf_add(why, unsure.data, unsure.len);
	buf_free(&unsure);
	return (fits);
}

bool
image_fit_lacks_names(const struct image *image, const struct session *s)
{
	struct buf why = { 0 };
	bool fits;

	if (!image->addressed || image->kind == IMAGE_DFUSE ||
	    nameless_alternate(s) < 0)
		return (false);
	fits = image_fit_check(image, s, 0, &why);
	buf_free(&why);
	return (!fits);
}

bool
image_fit_base(const struct session *s, uint32_t *base)
{
	const char *name = session_alternate_name(s, s->alternate);
	struct layout layout;
	bool known = false;
	size_t i;

	if (name == NULL)
		return (false);
	layout_parse(&layout, name, strlen(name));
	for (i = 0; i < layout.nsegments && !known; i++) {
		known = (layout.segments[i].kind & LAYOUT_WRITABLE) != 0;
		*base = layout.segments[i].start;
	}
	layout_free(&layout);
	return (known);
}

static void
say_left(const struct session *s, uint8_t alternate,
    const struct image_segment *left, struct buf *b)
{
	int other = left->alternate != alternate ? left->alternate :
	    other_alternate(s, alternate, left->address);

	buf_addf(b, "0x%08x-0x%08llx (%zu byte%s", left->address,
	    (unsigned long long)left->address + left->len - 1, left->len,
	    left->len == 1 ? "" : "s");
	if (other >= 0) {
		buf_adds(b, ", for ");
		say_alternate(b, s, (uint8_t)other);
	}
	buf_addc(b, ')');
}

void
image_fit_words_left(const struct session *s, uint8_t alternate,
    const struct image_segment *left, size_t n, struct buf *b)
{
	size_t i;

	for (i = 0; i < n && i < RANGES; i++) {
		buf_adds(b, i == 0 ? "" : ", ");
		say_left(s, alternate, &left[i], b);
	}
	if (n > RANGES)
		buf_addf(b, " and %zu more", n - RANGES);
}

/* Loaders of a Cortex-M that start the first words of the flash they show. */
static bool
starts_vectors(const struct session *s)
{
	static const char *const stacks[] = { "st-rom", "st", "mboot",
		"libopencm3", "black-magic" };
	const struct dfu_stack *stack = fingerprint_stack(s, NULL);
	size_t i;

	for (i = 0; stack != NULL && i < sizeof(stacks) / sizeof(stacks[0]);
	    i++) {
		if (strcmp(stack->id, stacks[i]) == 0)
			return (true);
	}
	return (false);
}

bool
image_fit_astray(const struct image *image, const struct session *s,
    uint8_t alternate, uint32_t base, struct buf *why)
{
	const char *name = session_alternate_name(s, alternate);
	struct layout layout;
	bool astray;

	if (name == NULL || session_dialect(s) != DFU_DIALECT_DFUSE ||
	    !starts_vectors(s))
		return (false);
	astray = layout_parse(&layout, name, strlen(name)) &&
	    image_astray(image, &layout, alternate, base, why);
	layout_free(&layout);
	return (astray);
}
