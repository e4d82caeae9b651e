/* SPDX-License-Identifier: ISC */
/*
 * The first words of a program for a Cortex-M: where its stack begins and
 * where it starts (Armv7-M B1.5.3), held against the memory it goes to.
 */
#include "base/bytes.h"
#include "dfu/image.h"

#define FLASH		0x08000000u	/* of STM32 and what follows them */
#define FLASH_END	0x09000000u
#define VECTORS		8		/* initial SP, reset */
#define BLANK		0xffffffffu

/* RAM of STM32: core-coupled, and Armv7-M B3.1's SRAM. */
static const struct {
	uint32_t	 from;
	uint32_t	 to;
} rams[] = {
	{ 0x10000000u, 0x10100000u },
	{ 0x20000000u, 0x40000000u },
};

static bool
is_stack(uint32_t sp)
{
	size_t i;

	/* It grows down: the first byte past the end is where it begins. */
	for (i = 0; i < sizeof(rams) / sizeof(rams[0]); i++) {
		if (sp % 4 == 0 && sp > rams[i].from && sp <= rams[i].to)
			return (true);
	}
	return (false);
}

/* Flash is seen at 0 as well, if the device starts from it. */
static uint32_t
of_alias(uint32_t address, uint32_t start, const struct layout *l)
{
	return (address < start && layout_at(l, start + address) != NULL ?
	    start + address : address);
}

bool
image_vectors_astray(const uint8_t *p, size_t n, uint32_t start,
    const struct layout *l, struct buf *b)
{
	struct reader r = reader_of(p, n);
	uint32_t sp = reader_u32(&r), reset = reader_u32(&r);
	size_t len = b->len;

	if (r.bad || layout_at(l, start) == NULL)
		return (false);
	if (sp == BLANK && reset == BLANK) {
		buf_addf(b, "the vector table at 0x%08x is blank: no code "
		    "starts there", start);
		return (true);
	}
	if (!is_stack(sp))
		buf_addf(b, "the initial SP is 0x%08x, not in RAM", sp);
	if ((reset & 1) == 0)
		buf_addf(b, "%sthe reset vector 0x%08x lacks the Thumb bit",
		    b->len != len ? ", and " : "", reset);
	else if (layout_at(l, of_alias(reset & ~1u, start, l)) == NULL)
		buf_addf(b, "%sthe reset vector 0x%08x points outside the "
		    "memory", b->len != len ? ", and " : "", reset);
	if (b->len == len)
		return (false);
	buf_addf(b, ": no Cortex-M starts this from 0x%08x", start);
	return (true);
}

/* The address a segment goes to. */
static uint32_t
address_of(const struct image *image, const struct image_segment *s,
    uint32_t base)
{
	return (image->addressed ? s->address : base);
}

static const struct image_segment *
holder_of(const struct image *image, uint8_t alternate, uint32_t base,
    uint32_t address)
{
	const struct image_segment *s;
	uint32_t from;
	size_t i;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		from = address_of(image, s, base);
		if ((image->kind != IMAGE_DFUSE ||
		    s->alternate == alternate) && address >= from &&
		    address - from < s->len)
			return (s);
	}
	return (NULL);
}

/* Where a program begins: the first memory that can be written. */
static bool
flash_start(const struct layout *l, uint32_t *start)
{
	size_t i;

	for (i = 0; i < l->nsegments; i++) {
		*start = l->segments[i].start;
		if ((l->segments[i].kind & LAYOUT_WRITABLE) != 0)
			return (*start >= FLASH && *start < FLASH_END);
	}
	return (false);
}

bool
image_astray(const struct image *image, const struct layout *l,
    uint8_t alternate, uint32_t base, struct buf *b)
{
	const struct image_segment *s;
	uint32_t start, reset;
	struct reader r;
	size_t at;

	if (!flash_start(l, &start))
		return (false);
	s = holder_of(image, alternate, base, start);
	if (s == NULL)
		return (false);
	at = start - address_of(image, s, base);
	if (s->len - at < VECTORS)
		return (false);
	if (image_vectors_astray(s->data + at, s->len - at, start, l, b))
		return (true);
	r = reader_of(s->data + at, s->len - at);
	reader_u32(&r);
	reset = reader_u32(&r);
	if (holder_of(image, alternate, base, of_alias(reset & ~1u, start,
	    l)) != NULL)
		return (false);
	buf_addf(b, "the reset vector 0x%08x points outside the file: the "
	    "code already in memory starts instead", reset);
	return (true);
}
