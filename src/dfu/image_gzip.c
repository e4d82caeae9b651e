/* SPDX-License-Identifier: ISC */
/* gzip (RFC 1952), unpacked in memory. */
#include "base/gzip.h"
#include "dfu/image_own.h"

#define CHUNK		16384

bool
image_is_gzip(const uint8_t *p, size_t n)
{
	return (gzip_is(p, n));
}

/* What was unpacked is not all of it; z is NULL if nothing is wrong yet. */
static bool
refuse(const struct gzip *z, size_t at, size_t got, struct buf *error)
{
	if (got > IMAGE_UNPACKED_MOST)
		buf_addf(error, "the gzip file unpacks to more than %u MiB",
		    IMAGE_UNPACKED_MOST >> 20);
	else if (z == NULL)
		buf_addf(error, "the gzip file is truncated: it ends after "
		    "%zu unpacked byte%s", got,
		    got == 1 ? "" : "s");
	else
		buf_addf(error, "the gzip file is damaged near byte %zu: %s",
		    at, gzip_words(z));
	return (false);
}

/* One member, from *at on, which is moved behind it. */
static bool
unpack_member(const uint8_t *p, size_t n, size_t *at, struct buf *out,
    struct buf *error)
{
	enum gzip_result is = GZIP_GOES_ON;
	struct gzip *z = gzip_new();
	uint8_t chunk[CHUNK];
	size_t taken = 1, given = 0;

	while (is == GZIP_GOES_ON && (taken != 0 || given != 0) &&
	    out->len <= IMAGE_UNPACKED_MOST) {
		is = gzip_unpack(z, p + *at, n - *at, &taken, chunk, CHUNK,
		    &given);
		*at += taken;
		buf_add(out, chunk, given);
	}
	if (is != GZIP_MEMBER || out->len > IMAGE_UNPACKED_MOST)
		refuse(is == GZIP_DAMAGED ? z : NULL, *at, out->len, error);
	gzip_free(z);
	return (is == GZIP_MEMBER && out->len <= IMAGE_UNPACKED_MOST);
}

bool
image_unpack(struct image *image, const uint8_t *p, size_t n, struct buf *out,
    struct buf *error)
{
	size_t at = 0, i;

	do {
		if (!unpack_member(p, n, &at, out, error))
			return (false);
	} while (image_is_gzip(p + at, n - at));
	/* Tapes and flash are filled up with nothing. */
	for (i = at; i < n && p[i] == p[at] && (p[at] == 0 ||
	    p[at] == 0xff); i++)
		continue;
	if (out->len == 0) {
		buf_adds(error, "the gzip file holds no data");
		return (false);
	}
	image->unpacked = out->len;
	if (i < n) {
		image_note(image, false, at, "%zu byte%s after the gzip data, "
		    "ignored", n - at, n - at == 1 ? "" : "s");
		image_note_aloud(image);
	}
	image_note(image, false, IMAGE_NOWHERE, "unpacked from gzip: %zu "
	    "bytes from %zu", out->len, n);
	image_note_aloud(image);
	return (true);
}
