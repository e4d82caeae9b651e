/* SPDX-License-Identifier: ISC */
#include "dfu/image_own.h"

#include <string.h>
#include <zlib.h>

#include "base/bytes.h"

#define SUFFIX_LENGTH	16
#define SIGNATURE	8	/* from the end */
#define CRC_LENGTH	4
#define LOOK_BACK	1024	/* for a suffix that is not at the end */

#define BCD_DFUSE	0x011a
#define ANY		0xffff

static const uint8_t signature[] = { 'U', 'F', 'D', SUFFIX_LENGTH };

/* The register is not inverted at the end, as zlib's is (DFU 1.1 B). */
static uint32_t
crc_of(const uint8_t *p, size_t n)
{
	return ((uint32_t)crc32_z(crc32_z(0, NULL, 0), p, n) ^ 0xffffffff);
}

static void
judge_crc(struct image *image, const uint8_t *p, size_t n)
{
	uint32_t crc = crc_of(p, n - CRC_LENGTH), says = image->suffix.dwCRC;

	image->suffix_good = crc == says;
	if (crc == says)
		return;
	if (says == 0 || says == 0xffffffff)
		image_note(image, false, n - CRC_LENGTH, "dwCRC is 0x%08x, "
		    "its unset value: dfuscope cannot verify that the file is "
		    "complete", says);
	else
		image_note(image, true, n - CRC_LENGTH, "dwCRC is 0x%08x, but "
		    "the CRC of the file is 0x%08x: the file was changed or "
		    "truncated", says, crc);
}

static void
read_fields(struct image_suffix *s, const uint8_t *p)
{
	struct reader r = reader_of(p, SUFFIX_LENGTH);

	s->bcdDevice = reader_u16(&r);
	s->idProduct = reader_u16(&r);
	s->idVendor = reader_u16(&r);
	s->bcdDFU = reader_u16(&r);
	reader_bytes(&r, 3);
	s->bLength = reader_u8(&r);
	s->dwCRC = reader_u32(&r);
}

/* A signature further ahead whose CRC holds: more was added to the file. */
static void
look_for_buried(struct image *image, const uint8_t *p, size_t n)
{
	size_t i, first = n > LOOK_BACK ? n - LOOK_BACK : SIGNATURE;
	struct reader r;

	for (i = first; i + SIGNATURE < n; i++) {
		if (memcmp(p + i, signature, sizeof(signature)) != 0)
			continue;
		r = reader_of(p + i + 4, CRC_LENGTH);
		if (reader_u32(&r) != crc_of(p, i + 4))
			continue;
		image_note(image, true, i + SIGNATURE, "a DFU suffix ends "
		    "here, but %zu bytes follow; dfuscope reads the file "
		    "without a suffix", n - i - SIGNATURE);
		return;
	}
}

/* What tells that there should be a suffix, where there is none. */
static void
look_for_damage(struct image *image, const uint8_t *p, size_t n)
{
	size_t i, equal = 0;

	for (i = 0; n >= SUFFIX_LENGTH && i < sizeof(signature); i++)
		equal += p[n - SIGNATURE + i] == signature[i];
	if (equal == 3) {
		image_note(image, true, n - SIGNATURE, "these bytes look like "
		    "a DFU suffix with a changed signature");
		return;
	}
	for (i = 1; i <= 5 && n >= SUFFIX_LENGTH; i++) {
		if (memcmp(p + n - SIGNATURE + i, signature,
		    i < 5 ? 4 : 3) != 0)
			continue;
		image_note(image, true, n, "the file is truncated in its DFU "
		    "suffix: %zu byte%s missing", i, i > 1 ? "s are" : " is");
		return;
	}
	look_for_buried(image, p, n);
}

/* A second suffix ahead of the first: a tool was used twice. */
static void
look_for_twin(struct image *image, const uint8_t *p, size_t n)
{
	struct reader r;

	if (n < SUFFIX_LENGTH ||
	    memcmp(p + n - SIGNATURE, signature, sizeof(signature)) != 0)
		return;
	r = reader_of(p + n - CRC_LENGTH, CRC_LENGTH);
	if (reader_u32(&r) != crc_of(p, n - CRC_LENGTH))
		return;
	image_note(image, false, n - SUFFIX_LENGTH, "another DFU suffix "
	    "precedes this one: its %u bytes count as firmware",
	    SUFFIX_LENGTH);
	image_note_aloud(image);
}

size_t
image_read_suffix(struct image *image, const uint8_t *p, size_t n)
{
	struct image_suffix *s = &image->suffix;

	if (n < SUFFIX_LENGTH || memcmp(p + n - SIGNATURE, signature, 3) != 0 ||
	    (p[n - 5] != SUFFIX_LENGTH && p[n - 5] > n)) {
		look_for_damage(image, p, n);
		return (n);
	}
	read_fields(s, p + n - SUFFIX_LENGTH);
	image->has_suffix = true;
	image->suffix_end = n;
	judge_crc(image, p, n);
	if (s->bLength < SUFFIX_LENGTH) {
		image_note(image, true, n - 5, "bLength of the suffix is %u, "
		    "below the minimum of %u, which dfuscope uses", s->bLength,
		    SUFFIX_LENGTH);
		return (n - SUFFIX_LENGTH);
	}
	look_for_twin(image, p, n - s->bLength);
	if (s->bLength > SUFFIX_LENGTH)
		image_note(image, false, n - 5, "bLength of the suffix is %u: "
		    "%u bytes are not defined by DFU 1.1", s->bLength,
		    s->bLength - SUFFIX_LENGTH);
	return (n - s->bLength);
}

void
image_judge_suffix(struct image *image)
{
	uint16_t bcd = image->suffix.bcdDFU;
	size_t at = image->suffix_end - 10;

	if (!image->has_suffix)
		return;
	if (image->kind == IMAGE_DFUSE && bcd != BCD_DFUSE)
		image_note(image, false, at, "bcdDFU is 0x%04x, but should be "
		    "0x011a in a DfuSe file; dfu-util refuses the file", bcd);
	else if (image->kind != IMAGE_DFUSE && bcd == BCD_DFUSE)
		image_note(image, false, at, "bcdDFU is 0x011a (DfuSe), but "
		    "the file is not a DfuSe container; dfu-util refuses the "
		    "file");
	else if (bcd != BCD_DFUSE && bcd != 0x0100 && bcd != 0x0110)
		image_note(image, false, at, "bcdDFU is 0x%04x, not a version "
		    "of DFU", bcd);
	if (image->kind == IMAGE_IHEX || image->kind == IMAGE_SREC)
		image_note(image, false, at, "the file is %s with a DFU "
		    "suffix; dfuscope reads it as such. Tools that check only "
		    "the suffix send the text itself",
		    image_kind_name(image->kind));
}

void
image_suffix_ids(struct buf *b, const struct image_suffix *s)
{
	if (s->idVendor == ANY && s->idProduct == ANY)
		buf_adds(b, "any device");
	else if (s->idVendor == ANY)
		buf_addf(b, "product %04x of any vendor", s->idProduct);
	else if (s->idProduct == ANY)
		buf_addf(b, "any product of vendor %04x", s->idVendor);
	else
		buf_addf(b, "%04x:%04x", s->idVendor, s->idProduct);
	if (s->bcdDevice == ANY)
		buf_adds(b, ", any version");
	else
		buf_addf(b, ", version %04x", s->bcdDevice);
}

bool
image_matches(const struct image *image, uint16_t idVendor,
    uint16_t idProduct, uint16_t bcdDevice, struct buf *why)
{
	const struct image_suffix *s = &image->suffix;
	bool fits;

	if (!image->has_suffix) {
		buf_adds(why, "the file does not name its device");
		return (true);
	}
	fits = (s->idVendor == ANY || s->idVendor == idVendor) &&
	    (s->idProduct == ANY || s->idProduct == idProduct);
	buf_adds(why, "the file is for ");
	image_suffix_ids(why, s);
	buf_addf(why, "; the device is %04x:%04x, version %04x", idVendor,
	    idProduct, bcdDevice);
	if (fits && s->bcdDevice == bcdDevice && bcdDevice != ANY)
		buf_adds(why, ", the same as in the file");
	return (fits);
}
