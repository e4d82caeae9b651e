/* SPDX-License-Identifier: ISC */
/*
 * Reading events back from a journal by where their lines begin, for trace.c
 * alone.
 */
#ifndef TRACE_READ_BACK_H
#define TRACE_READ_BACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "trace/event.h"
#include "trace/journal.h"

struct read_back {
	int			 fd;
	uint64_t		 from;		/* offset of bytes */
	struct buf		 bytes;
	struct journal_scratch	 scratch;
};

void	read_back_begin(struct read_back *r, int fd);
void	read_back_end(struct read_back *r);

/*
 * The event whose line begins at offset, as a copy; false: why has a phrase
 * ("the journal was cut").
 */
bool	read_back_event(struct read_back *r, uint64_t offset,
	    struct event *e, struct buf *why);

/* A copy of from with its bytes and identity. */
void	read_back_copy(struct event *e, const struct event *from);

/* Frees n copies, those that were not made being zeroed, and the array. */
void	read_back_free(struct event *events, size_t n);

/* Of events in order, begun with 0: what a journal does not elide of them. */
uint32_t read_back_check(uint32_t check, const struct event *e);

#endif
