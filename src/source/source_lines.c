/* SPDX-License-Identifier: ISC */
/* Lines of a file, each bounded, however long the file is. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "source/source_own.h"

#define BLOCK	((size_t)64 * 1024)

void
source_lines_begin(struct source_lines *l, int fd, size_t most)
{
	*l = (struct source_lines){ .fd = fd, .most = most };
	l->block = mem_alloc(BLOCK);
}

void
source_lines_end(struct source_lines *l)
{
	free(l->block);
	buf_free(&l->text);
}

/* There are bytes in the block, or the file has ended; false: errno. */
static bool
fill(struct source_lines *l)
{
	ssize_t n;

	if (l->from < l->to || l->ended)
		return (true);
	do
		n = read(l->fd, l->block, BLOCK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return (false);
	l->from = 0;
	l->to = (size_t)n;
	l->ended = n == 0;
	return (true);
}

/* Up to the newline, or all of the block; true: it was there. */
static bool
take(struct source_lines *l)
{
	const uint8_t *p = l->block + l->from, *end;
	size_t n = l->to - l->from;

	end = memchr(p, '\n', n);
	if (end != NULL)
		n = (size_t)(end - p);
	l->skipping = l->skipping || n > l->most - l->text.len;
	if (!l->skipping)
		buf_add(&l->text, p, n);
	n += end != NULL;
	l->from += n;
	l->next += n;
	return (end != NULL);
}

static enum source_line_result
finish(struct source_lines *l, bool whole)
{
	bool was_long = l->skipping;

	l->skipping = false;
	l->number++;
	if (whole && l->text.len != 0 &&
	    l->text.data[l->text.len - 1] == '\r')
		buf_cut(&l->text, l->text.len - 1);
	return (!whole ? SOURCE_LINE_CUT : was_long ? SOURCE_LINE_LONG :
	    SOURCE_LINE_READ);
}

enum source_line_result
source_lines_next(struct source_lines *l)
{
	if (!l->skipping) {
		buf_reset(&l->text);
		l->offset = l->next;
	}
	for (;;) {
		if (!fill(l))
			return (SOURCE_LINE_BAD);
		if (l->ended)
			return (l->next == l->offset ? SOURCE_LINE_END :
			    finish(l, false));
		if (take(l))
			return (finish(l, true));
		if (l->skipping)
			return (SOURCE_LINE_LATER);
	}
}
