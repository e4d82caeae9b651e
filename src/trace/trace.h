/* SPDX-License-Identifier: ISC */
/*
 * A trace keeps events and their bytes: all of them, or a window of the
 * latest. One that keeps all may have a bound: what is older leaves memory, is
 * read back from the journal it stands in when it is looked at, and is lost
 * without one.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"

struct trace;

/* Keeps everything. */
struct trace	*trace_new(void);

/* Keeps the latest `size` events (> 0); older ones are forgotten. */
struct trace	*trace_new_window(size_t size);

/* Events that leave memory together, and come back so. */
#define TRACE_CHUNK	4096

/*
 * From the next event on keeps at least `most` of the latest events in memory
 * and at most a chunk more; 0: all. Not for a window.
 */
void		 trace_bound(struct trace *, size_t most);
size_t		 trace_bound_of(const struct trace *);

/* Another chunk (> 0), while there is no event yet. */
void		 trace_chunk(struct trace *, size_t chunk);

/* The journal that events stand in; fd stays the caller's. -1: none. */
void		 trace_store(struct trace *, int fd);

/* The line of the next event that is added begins there in the journal. */
void		 trace_next_at(struct trace *, uint64_t offset);

void		 trace_free(struct trace *);

/* Appends a copy of *e; returns its index, counted from 0 and never reused. */
size_t		 trace_add(struct trace *, const struct event *e);

/* Indices first <= i < end can be had; those from held on are in memory. */
size_t		 trace_first(const struct trace *);
size_t		 trace_end(const struct trace *);
size_t		 trace_held(const struct trace *);

/* So many events left memory and stand in no journal. */
size_t		 trace_lost(const struct trace *);

/*
 * The event at i, or NULL if it is lost or cannot be read back. It is valid
 * until TRACE_OPEN more were asked for, or TRACE_BACK chunks were read back;
 * in a window until trace_add. Its bytes and identity live as long as it is in
 * memory, else like it.
 */
#define TRACE_OPEN	64
#define TRACE_BACK	4
const struct event *trace_get(const struct trace *, size_t i);

/* Why the last event asked for could not be read back; "" if it could. */
const char	*trace_trouble(const struct trace *);

/* So many times an event could not be read back, so far. */
size_t		 trace_missed(const struct trace *);

/* Bytes of memory held for events, payload apart, and for payload. */
void		 trace_memory(const struct trace *, size_t *events,
		    size_t *payload);

#endif
