/* SPDX-License-Identifier: ISC */
/*
 * A file read in windows, plain or unpacked from gzip: so much of it lies in
 * memory, however long it is.
 */
#ifndef SOURCE_WINDOW_H
#define SOURCE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct gzip;

struct window {
	int		 fd;
	size_t		 size;
	uint8_t		*bytes;
	size_t		 from, to;	/* not taken yet */
	uint64_t	 skip;	/* bytes that are passed over first */
	bool		 ended;		/* nothing follows behind to */
	struct gzip	*gzip;		/* NULL: plain */
	uint8_t		*packed;
	size_t		 packed_from, packed_to;
	bool		 packed_ended;
	bool		 in_member;
	struct buf	 damage;	/* of what is packed: nothing follows */
};

/* size: at least so many bytes can lie in it at once. */
void	window_begin(struct window *w, int fd, size_t size, bool gzip);
void	window_end(struct window *w);

/*
 * Reads on until there are more bytes than before, or the file has ended.
 * False: error says why not.
 */
bool	window_fill(struct window *w, struct buf *error);

/* n bytes were used; they may reach beyond what is here. */
void	window_take(struct window *w, uint64_t n);

#endif
