/* SPDX-License-Identifier: ISC */
/*
 * gzip (RFC 1952), unpacked piece by piece: members may follow one another.
 */
#ifndef BASE_GZIP_H
#define BASE_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gzip;

enum gzip_result {
	GZIP_GOES_ON,
	GZIP_MEMBER,		/* a member ended; the next may be begun */
	GZIP_DAMAGED		/* gzip_words says how */
};

/* The first n bytes of a member; three are enough. */
bool	gzip_is(const uint8_t *p, size_t n);

struct gzip *gzip_new(void);
void	gzip_free(struct gzip *z);

/*
 * Unpacks from n bytes into room bytes; *taken and *given tell how many of
 * them were used. Goes on as long as one of the two is not used up. After
 * GZIP_MEMBER the next call begins a member.
 */
enum gzip_result gzip_unpack(struct gzip *z, const uint8_t *p, size_t n,
	    size_t *taken, uint8_t *out, size_t room, size_t *given);

/* What is wrong with it; valid until the next call. */
const char *gzip_words(const struct gzip *z);

#endif
