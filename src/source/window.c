/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "source/window.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/gzip.h"
#include "base/mem.h"

#define PACKED	((size_t)64 * 1024)

void
window_begin(struct window *w, int fd, size_t size, bool gzip)
{
	*w = (struct window){ .fd = fd, .size = 2 * size };
	w->bytes = mem_alloc(w->size);
	if (!gzip)
		return;
	w->gzip = gzip_new();
	w->packed = mem_alloc(PACKED);
}

void
window_end(struct window *w)
{
	free(w->bytes);
	free(w->packed);
	gzip_free(w->gzip);
	buf_free(&w->damage);
}

void
window_take(struct window *w, uint64_t n)
{
	size_t here = w->to - w->from;

	if (n <= here) {
		w->from += (size_t)n;
		return;
	}
	w->from = w->to;
	w->skip += n - here;
}

static bool
read_some(int fd, uint8_t *p, size_t room, size_t *got, struct buf *error)
{
	ssize_t n;

	do
		n = read(fd, p, room);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		buf_adds(error, strerror(errno));
	*got = n > 0 ? (size_t)n : 0;
	return (n >= 0);
}

static bool
fill_packed(struct window *w, struct buf *error)
{
	if (w->packed_from < w->packed_to || w->packed_ended)
		return (true);
	w->packed_from = 0;
	if (!read_some(w->fd, w->packed, PACKED, &w->packed_to, error))
		return (false);
	w->packed_ended = w->packed_to == 0;
	return (true);
}

/* A file that is cut gives what there is of it. */
static bool
unpack(struct window *w, size_t *got, struct buf *error)
{
	size_t taken, given;

	*got = 0;
	while (*got == 0) {
		if (!fill_packed(w, error))
			return (false);
		if (w->packed_ended)
			return (true);
		if (!w->in_member && !gzip_is(w->packed + w->packed_from,
		    w->packed_to - w->packed_from)) {
			w->packed_from = w->packed_to;
			continue;
		}
		w->in_member = true;
		switch (gzip_unpack(w->gzip, w->packed + w->packed_from,
		    w->packed_to - w->packed_from, &taken, w->bytes + w->to,
		    w->size - w->to, &given)) {
		case GZIP_GOES_ON:
			break;
		case GZIP_MEMBER:
			w->in_member = false;
			break;
		case GZIP_DAMAGED:
			buf_addf(&w->damage, "is followed by damaged gzip "
			    "data: %s", gzip_words(w->gzip));
			w->packed_ended = true;
			taken = w->packed_to - w->packed_from;
			break;
		}
		w->packed_from += taken;
		*got = given;
		if (taken == 0 && given == 0 && w->in_member)
			w->packed_from = w->packed_to;
	}
	return (true);
}

bool
window_fill(struct window *w, struct buf *error)
{
	size_t got, drop;
	bool ok;

	do {
		/* Moved when little is left, so that little is moved. */
		if (w->from == w->to || w->to == w->size) {
			memmove(w->bytes, w->bytes + w->from,
			    w->to - w->from);
			w->to -= w->from;
			w->from = 0;
		}
		ok = w->gzip != NULL ? unpack(w, &got, error) :
		    read_some(w->fd, w->bytes + w->to, w->size - w->to, &got,
		    error);
		if (!ok)
			return (false);
		w->ended = got == 0;
		w->to += got;
		drop = w->skip < got ? (size_t)w->skip : got;
		w->from += drop;
		w->skip -= drop;
	} while (!w->ended && w->skip != 0);
	return (true);
}
