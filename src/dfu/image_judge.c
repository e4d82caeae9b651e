/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "base/bytes.h"
#include "dfu/image_own.h"

#define VECTORS		16	/* bytes: SP, reset, NMI, HardFault */
#define CODE_END	0x20000000u	/* Armv7-M B3.1: code below, */
#define RAM_END		0x40000000u	/* SRAM up to here */

static uint32_t
word(const uint8_t *p, size_t i)
{
	struct reader r = reader_of(p + 4 * i, 4);

	return (reader_u32(&r));
}

/* Headers of boot loaders, which count as firmware (dfu-prefix makes them). */
static void
judge_prefix(struct image *image, const uint8_t *p, size_t n)
{
	static const uint8_t lpc[] = { 0, 0, 0, 0, 0, 0, 0, 0,
	    0xff, 0xff, 0xff, 0xff };

	if (n > 8 && p[0] == 1 && p[1] == 0 && word(p, 1) == n - 8)
		image_note(image, false, 0, "the first 8 bytes are the prefix "
		    "of TI's bootloader, for address 0x%05x; dfuscope sends "
		    "them as data", (word(p, 0) >> 16) * 1024);
	else if (n > 16 && p[0] == 0x1a && p[1] == 0x3f &&
	    memcmp(p + 4, lpc, sizeof(lpc)) == 0)
		image_note(image, false, 0, "the first 16 bytes are the "
		    "prefix of NXP's bootloader for LPC; dfuscope sends them "
		    "as data");
}

static void
judge_raw(struct image *image)
{
	const uint8_t *p = image->segments[0].data;
	size_t n = image->segments[0].len;

	judge_prefix(image, p, n);
	if (!image->has_suffix && image_wrong(image) == NULL)
		image_note(image, false, IMAGE_NOWHERE, "the file has no DFU "
		    "suffix: dfuscope cannot verify that it is complete or "
		    "meant for this device");
}

/* What a vector table holds: code near to each other, and RAM for a stack. */
static bool
are_vectors(const uint8_t *p, uint64_t n, uint32_t *lowest,
    uint32_t *highest)
{
	uint32_t sp = word(p, 0), v;
	size_t i;

	*lowest = UINT32_MAX;
	*highest = 0;
	for (i = 1; i < VECTORS / 4; i++) {
		v = word(p, i);
		if (v < VECTORS || v >= CODE_END ||
		    (v & 1) != (word(p, 1) & 1))
			return (false);
		v &= ~1u;
		*lowest = v < *lowest ? v : *lowest;
		*highest = v > *highest ? v : *highest;
	}
	return (sp >= CODE_END && sp < RAM_END && sp % 4 == 0 &&
	    *highest - *lowest < n);
}

static bool
holds(const struct image *image, uint32_t address)
{
	const struct image_segment *s;
	size_t i;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		if (address >= s->address && address - s->address < s->len)
			return (true);
	}
	return (false);
}

/* Only what is sure: a file that looks like nothing gets no note. */
static void
judge_vectors(struct image *image)
{
	const struct image_segment *s = &image->segments[0];
	uint32_t lowest, highest, reset;
	struct buf b = { 0 };

	if (s->len < VECTORS || !are_vectors(s->data, image_total(image),
	    &lowest, &highest))
		return;
	reset = word(s->data, 1);
	buf_addf(&b, "looks like a Cortex-M image: initial SP 0x%08x, reset "
	    "vector 0x%08x", word(s->data, 0), reset);
	if ((reset & 1) == 0)
		buf_adds(&b, ", without the Thumb bit: no Cortex-M starts "
		    "there");
	if (image->addressed && !holds(image, reset & ~1u))
		buf_adds(&b, ", which is outside the file");
	else if (!image->addressed && s->len > highest)
		buf_addf(&b, "; it belongs at 0x%08x or below", lowest);
	else if (!image->addressed)
		buf_addf(&b, "; it belongs at 0x%08x-0x%08x",
		    (uint32_t)(highest - s->len + 1), lowest);
	image_note(image, false, IMAGE_NOWHERE, "%s", buf_str(&b));
	buf_free(&b);
}

/* Data at an address of their own, that are a file and no machine code. */
static void
judge_contents(struct image *image)
{
	const struct image_segment *s;
	const char *looks = NULL;
	size_t i;

	for (i = 0; i < image->nsegments && looks == NULL; i++) {
		s = &image->segments[i];
		looks = image_begins_as(s->data, s->len);
	}
	if (looks == NULL)
		return;
	image_note(image, false, IMAGE_NOWHERE, "the data for 0x%08x begins "
	    "like %s", s->address, looks);
	image_note_aloud(image);
}

/*
 * ST's flash is written in half words or more, from even addresses. An odd end
 * can be followed by a blank byte; nothing can be put ahead of an odd start.
 */
static void
judge_addresses(struct image *image)
{
	const struct image_segment *s, *first = NULL;
	size_t i, odd = 0;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		if (s->address % 2 != 0 && odd++ == 0)
			first = s;
	}
	if (first == NULL)
		return;
	image_note(image, false, IMAGE_NOWHERE, "%zu run%s at an odd address, "
	    "the first at 0x%08x: flash written in half-words does not allow "
	    "that", odd, odd == 1 ? " of data begins" :
	    "s of data begin", first->address);
	image_note_aloud(image);
}

void
image_judge(struct image *image)
{
	image_judge_suffix(image);
	if (image->kind == IMAGE_RAW) {
		judge_raw(image);
	} else {
		judge_contents(image);
		judge_addresses(image);
	}
	judge_vectors(image);
}
