/*
 * A trace keeps events and their bytes under one of three policies:
 * all of them, a window of the latest, or in a journal file of which only an
 * index stays in memory.
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

/*
 * Keeps TRACE_INDEX_SIZE bytes an event; events are read back from fd, a
 * journal, as needed. fd stays the caller's and must stay open. Events are
 * added with trace_add_at.
 */
struct trace	*trace_new_file(int fd);
#define TRACE_INDEX_SIZE	32

void		 trace_free(struct trace *);

/* Appends a copy of *e; returns its index, counted from 0 and never reused. */
size_t		 trace_add(struct trace *, const struct event *e);

/* File policy: the event whose journal line is `length` bytes at offset. */
size_t		 trace_add_at(struct trace *, const struct event *e,
		    uint64_t offset, size_t length);

/* Indices first <= i < end are kept. */
size_t		 trace_first(const struct trace *);
size_t		 trace_end(const struct trace *);

/*
 * The event at i, or NULL if it is not kept or cannot be read back. With the
 * file policy it is valid until the next trace_get, else until trace_add
 * (window) or trace_free (all).
 */
const struct event *trace_get(const struct trace *, size_t i);

/* Bytes of memory held for events, payload apart, and for payload. */
void		 trace_memory(const struct trace *, size_t *events,
		    size_t *payload);

#endif
