/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "trace/read_back.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "trace/identity.h"

/* A longer line is none that was written here. */
#define LINE_MOST	((size_t)4 * UINT16_MAX)
#define BLOCK		((size_t)64 * 1024)

void
read_back_begin(struct read_back *r, int fd)
{
	memset(r, 0, sizeof(*r));
	r->fd = fd;
}

void
read_back_end(struct read_back *r)
{
	buf_free(&r->bytes);
	journal_scratch_free(&r->scratch);
}

/* More bytes behind those that are there; false: there are none. */
static bool
read_more(struct read_back *r, struct buf *why)
{
	char *block = mem_alloc(BLOCK);
	ssize_t n;

	do {
		n = pread(r->fd, block, BLOCK,
		    (off_t)(r->from + r->bytes.len));
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		buf_add(&r->bytes, block, (size_t)n);
	else if (n == 0)
		buf_adds(why, "the journal was truncated");
	else
		buf_addf(why, "the journal cannot be read: %s",
		    strerror(errno));
	free(block);
	return (n > 0);
}

/* The line at offset, which ends with a newline; NULL: why. */
static char *
line_at(struct read_back *r, uint64_t offset, size_t *n, struct buf *why)
{
	size_t at;
	char *end;

	if (offset < r->from || offset > r->from + r->bytes.len) {
		buf_reset(&r->bytes);
		r->from = offset;
	}
	at = (size_t)(offset - r->from);
	while ((end = r->bytes.len == at ? NULL : memchr(r->bytes.data + at,
	    '\n', r->bytes.len - at)) == NULL) {
		/* What was taken makes room. */
		if (at != 0) {
			memmove(r->bytes.data, r->bytes.data + at,
			    r->bytes.len - at);
			r->bytes.len -= at;
			r->from = offset;
			at = 0;
		}
		if (r->bytes.len > LINE_MOST) {
			buf_adds(why, "the journal was changed");
			return (NULL);
		}
		if (!read_more(r, why))
			return (NULL);
	}
	*n = (size_t)(end - (char *)r->bytes.data) - at;
	*end = '\0';
	return ((char *)r->bytes.data + at);
}

void
read_back_copy(struct event *e, const struct event *from)
{
	*e = *from;
	e->data = mem_copy(from->data, from->kept);
	e->who = from->who != NULL ? identity_copy(from->who) : NULL;
}

bool
read_back_event(struct read_back *r, uint64_t offset, struct event *e,
    struct buf *why)
{
	struct buf error = { 0 };
	enum journal_result is;
	struct event found;
	const char *line;
	size_t n;

	line = line_at(r, offset, &n, why);
	if (line == NULL)
		return (false);
	is = journal_parse(line, n, &found, &r->scratch, &error);
	buf_free(&error);
	if (is != JOURNAL_EVENT) {
		buf_adds(why, "the journal was changed");
		return (false);
	}
	read_back_copy(e, &found);
	return (true);
}

void
read_back_free(struct event *events, size_t n)
{
	size_t i;

	for (i = 0; events != NULL && i < n; i++) {
		free((void *)(uintptr_t)events[i].data);
		identity_free((struct identity *)(uintptr_t)events[i].who);
	}
	free(events);
}

uint32_t
read_back_check(uint32_t check, const struct event *e)
{
	uint64_t words[4] = { e->time, (uint64_t)e->number << 32 | e->len,
	    (uint64_t)e->dev << 16 | (uint64_t)e->kind << 8 | e->outcome,
	    (uint64_t)e->setup.wValue << 48 |
	    (uint64_t)e->setup.wIndex << 32 |
	    (uint64_t)e->setup.wLength << 16 |
	    (uint64_t)e->setup.bmRequestType << 8 | e->setup.bRequest };
	uint64_t h = check;
	size_t i;

	for (i = 0; i < 4; i++)
		h = (h ^ words[i]) * 0x9e3779b97f4a7c15u;
	return ((uint32_t)(h >> 32) ^ (uint32_t)h);
}
