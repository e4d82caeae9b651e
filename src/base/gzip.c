/* SPDX-License-Identifier: ISC */
#define ZLIB_CONST
#include "base/gzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/mem.h"

#define DEFLATE		8
#define RESERVED	0xe0	/* of the flags */
#define WITH_GZIP	(15 + 16)	/* as inflateInit2 wants to be told */
#define CALL_MOST	(1u << 30)	/* avail_in counts in unsigned int */

struct gzip {
	z_stream	 z;
	bool		 begun;
	int		 code;
};

bool
gzip_is(const uint8_t *p, size_t n)
{
	return (n >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == DEFLATE &&
	    (n == 3 || (p[3] & RESERVED) == 0));
}

struct gzip *
gzip_new(void)
{
	return (mem_alloc(sizeof(struct gzip)));
}

static void
end(struct gzip *z)
{
	if (z->begun)
		inflateEnd(&z->z);
	z->begun = false;
}

void
gzip_free(struct gzip *z)
{
	if (z == NULL)
		return;
	end(z);
	free(z);
}

enum gzip_result
gzip_unpack(struct gzip *z, const uint8_t *p, size_t n, size_t *taken,
    uint8_t *out, size_t room, size_t *given)
{
	uInt in = n < CALL_MOST ? (uInt)n : CALL_MOST;
	uInt fits = room < CALL_MOST ? (uInt)room : CALL_MOST;

	*taken = *given = 0;
	z->code = Z_OK;
	if (!z->begun) {
		z->z = (z_stream){ 0 };
		z->code = inflateInit2(&z->z, WITH_GZIP);
		z->begun = z->code == Z_OK;
	}
	if (!z->begun)
		return (GZIP_DAMAGED);
	z->z.next_in = p;
	z->z.avail_in = in;
	z->z.next_out = out;
	z->z.avail_out = fits;
	z->code = inflate(&z->z, Z_NO_FLUSH);
	*taken = in - z->z.avail_in;
	*given = fits - z->z.avail_out;
	if (z->code == Z_STREAM_END) {
		end(z);
		return (GZIP_MEMBER);
	}
	return (z->code == Z_OK || z->code == Z_BUF_ERROR ? GZIP_GOES_ON :
	    GZIP_DAMAGED);
}

const char *
gzip_words(const struct gzip *z)
{
	return (z->z.msg != NULL ? z->z.msg : "the data cannot be unpacked");
}
