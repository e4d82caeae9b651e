/* gzip (RFC 1952), unpacked in memory. */
#define ZLIB_CONST
#include <zlib.h>

#include "dfu/image_own.h"

#define DEFLATE		8
#define RESERVED	0xe0	/* of the flags */
#define WITH_GZIP	(15 + 16)	/* as inflateInit2 wants to be told */
#define CHUNK		16384
#define CALL_MOST	(1u << 30)	/* avail_in counts in unsigned int */

bool
image_is_gzip(const uint8_t *p, size_t n)
{
	return (n >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == DEFLATE &&
	    (n == 3 || (p[3] & RESERVED) == 0));
}

/* What was unpacked is not all of it. */
static bool
refuse(const z_stream *z, int code, size_t at, size_t got, struct buf *error)
{
	if (got > IMAGE_UNPACKED_MOST)
		buf_addf(error, "it is compressed with gzip, and unpacks to "
		    "more than %u MiB", IMAGE_UNPACKED_MOST >> 20);
	else if (code == Z_OK || code == Z_BUF_ERROR)
		buf_addf(error, "it is compressed with gzip and was cut: it "
		    "ends in the middle, behind %zu byte%s unpacked", got,
		    got == 1 ? "" : "s");
	else
		buf_addf(error, "it is compressed with gzip and damaged, near "
		    "byte %zu: %s", at, z->msg != NULL ? z->msg :
		    "it cannot be unpacked");
	return (false);
}

/* One member, from *at on, which is moved behind it. */
static bool
unpack_member(const uint8_t *p, size_t n, size_t *at, struct buf *out,
    struct buf *error)
{
	uint8_t chunk[CHUNK];
	z_stream z = { 0 };
	int code = inflateInit2(&z, WITH_GZIP);
	uInt given;

	while (code == Z_OK) {
		given = n - *at < CALL_MOST ? (uInt)(n - *at) : CALL_MOST;
		z.next_in = p + *at;
		z.avail_in = given;
		z.next_out = chunk;
		z.avail_out = CHUNK;
		code = inflate(&z, Z_NO_FLUSH);
		*at += given - z.avail_in;
		buf_add(out, chunk, CHUNK - z.avail_out);
		if (out->len > IMAGE_UNPACKED_MOST)
			break;
	}
	if (code != Z_STREAM_END || out->len > IMAGE_UNPACKED_MOST)
		refuse(&z, code, *at, out->len, error);
	inflateEnd(&z);
	return (code == Z_STREAM_END && out->len <= IMAGE_UNPACKED_MOST);
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
		buf_adds(error, "it is compressed with gzip, and there is "
		    "nothing in it");
		return (false);
	}
	image->unpacked = out->len;
	if (i < n) {
		image_note(image, false, at, "%zu byte%s behind what "
		    "gzip made, not read", n - at, n - at == 1 ? "" : "s");
		image_note_aloud(image);
	}
	image_note(image, false, IMAGE_NOWHERE, "unpacked from gzip, %zu bytes "
	    "from %zu", out->len, n);
	image_note_aloud(image);
	return (true);
}
