/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/identity.h"
#include "trace/pack.h"
#include "trace/read_back.h"

/* How far a line is from the one before: */
#define GAP_NONE	0		/* the event stands in no journal */
#define GAP_JUMP	UINT16_MAX	/* see jumps */

/* One that stands in no journal stays. */
struct stays {
	size_t		 i;		/* in the chunk */
	struct packed	 p;
	uint32_t	 extra;
};

struct chunk {
	struct packed	*slots;		/* NULL: out of memory */
	uint32_t	*extra;		/* NULL: all are 0 */
	uint16_t	*gaps;		/* NULL: all are GAP_NONE */
	uint64_t	*jumps;		/* offsets, in order */
	size_t		 njumps;
	struct stays	*stays;		/* while it is out of memory */
	size_t		 nstays;
	uint32_t	 check;		/* of what it held */
};

/* What was read back; the least lately used goes. */
struct back {
	struct event	*events;	/* NULL: free */
	size_t		 chunk;
	uint64_t	 used;
};

struct trace {
	size_t			 first;		/* index of the oldest kept */
	size_t			 end;
	size_t			 payload;	/* bytes of data kept */

	/* A window: a ring, and the data of its events that have little. */
	struct event		*ring;		/* NULL: no window */
	uint8_t		       (*data)[PACK_INLINE];
	size_t			 size;

	/* All. */
	size_t			 per;		/* events of a chunk */
	struct chunk		*chunks;
	size_t			 nchunks;
	size_t			 chunks_cap;
	size_t			 in;		/* the first one in memory */
	size_t			 most;
	size_t			 lost;
	struct intern		 styles;	/* of packed events */
	struct event		 open[TRACE_OPEN];
	size_t			 opened;

	int			 fd;
	bool			 has_at;	/* of the next event */
	uint64_t		 at;
	uint64_t		 before;	/* of the last in this chunk */
	struct back		 back[TRACE_BACK];
	uint64_t		 uses;
	size_t			 missed;
	struct buf		 trouble;
};

struct trace *
trace_new(void)
{
	struct trace *t = mem_alloc(sizeof(*t));

	t->fd = -1;
	t->per = TRACE_CHUNK;
	return (t);
}

struct trace *
trace_new_window(size_t size)
{
	struct trace *t = trace_new();

	t->size = size != 0 ? size : 1;
	t->ring = mem_array(NULL, t->size, sizeof(*t->ring));
	t->data = mem_array(NULL, t->size, sizeof(*t->data));
	return (t);
}

void
trace_bound(struct trace *t, size_t most)
{
	t->most = most;
}

size_t
trace_bound_of(const struct trace *t)
{
	return (t->most);
}

void
trace_chunk(struct trace *t, size_t chunk)
{
	if (t->end == 0)
		t->per = chunk != 0 ? chunk : 1;
}

void
trace_store(struct trace *t, int fd)
{
	t->fd = fd;
}

void
trace_next_at(struct trace *t, uint64_t offset)
{
	t->has_at = t->fd >= 0;
	t->at = offset;
}

/* A window. */

static void
forget(struct trace *t, struct event *e)
{
	t->payload -= e->kept;
	if (e->kept > PACK_INLINE)
		free((void *)(uintptr_t)e->data);
	if (e->who != NULL)
		identity_free((struct identity *)(uintptr_t)e->who);
}

/* Mostly it needs no division. */
static size_t
place_in_ring(const struct trace *t, size_t i)
{
	return ((t->size & (t->size - 1)) == 0 ? i & (t->size - 1) :
	    i % t->size);
}

static const uint8_t *
keep_data(const struct trace *t, size_t place, const struct event *e)
{
	if (e->kept == 0 || e->kept > PACK_INLINE)
		return (mem_copy(e->data, e->kept));
	return (memcpy(t->data[place], e->data, e->kept));
}

static size_t
add_to_ring(struct trace *t, const struct event *e)
{
	size_t place = place_in_ring(t, t->end);
	struct event *copy = &t->ring[place];

	if (t->end - t->first == t->size) {
		forget(t, copy);
		t->first++;
	}
	*copy = *e;
	copy->data = keep_data(t, place, e);
	copy->who = e->who != NULL ? identity_copy(e->who) : NULL;
	t->payload += e->kept;
	return (t->end++);
}

/* Chunks. */

static size_t
held_by(const struct trace *t, size_t chunk)
{
	size_t from = chunk * t->per;

	return (t->end - from < t->per ? t->end - from : t->per);
}

static void
free_chunk(struct trace *t, struct chunk *c, size_t n)
{
	size_t i;

	for (i = 0; c->slots != NULL && i < n; i++)
		pack_free(&t->styles, &c->slots[i]);
	for (i = 0; i < c->nstays; i++)
		pack_free(&t->styles, &c->stays[i].p);
	free(c->slots);
	free(c->extra);
	free(c->gaps);
	free(c->jumps);
	free(c->stays);
	memset(c, 0, sizeof(*c));
}

static void
free_back(struct trace *t, struct back *b)
{
	read_back_free(b->events, t->per);
	b->events = NULL;
}

void
trace_free(struct trace *t)
{
	size_t i;

	if (t == NULL)
		return;
	for (i = t->first; t->ring != NULL && i < t->end; i++)
		forget(t, &t->ring[place_in_ring(t, i)]);
	for (i = 0; i < t->nchunks; i++)
		free_chunk(t, &t->chunks[i], held_by(t, i));
	for (i = 0; i < TRACE_BACK; i++)
		free_back(t, &t->back[i]);
	free(t->ring);
	free(t->data);
	free(t->chunks);
	intern_free(&t->styles);
	buf_free(&t->trouble);
	free(t);
}

static struct chunk *
new_chunk(struct trace *t)
{
	struct chunk *c;

	if (t->nchunks == t->chunks_cap) {
		t->chunks_cap += t->chunks_cap / 2 + 16;
		t->chunks = mem_array(t->chunks, t->chunks_cap,
		    sizeof(*t->chunks));
	}
	c = &t->chunks[t->nchunks++];
	memset(c, 0, sizeof(*c));
	c->slots = mem_array(NULL, t->per, sizeof(*c->slots));
	return (c);
}

/* Where the event at i stands. */
static void
note_place(struct trace *t, struct chunk *c, size_t i)
{
	uint64_t gap = t->at - t->before;

	if (c->gaps == NULL)
		c->gaps = mem_alloc(t->per * sizeof(*c->gaps));
	if (c->njumps == 0 || t->at <= t->before || gap >= GAP_JUMP) {
		c->jumps = mem_array(c->jumps, c->njumps + 1,
		    sizeof(*c->jumps));
		c->jumps[c->njumps++] = t->at;
		gap = GAP_JUMP;
	}
	c->gaps[i] = (uint16_t)gap;
	t->before = t->at;
}

/* Its events in order, as far as a journal tells them again. */
static uint32_t
check_of(const struct trace *t, const struct chunk *c)
{
	uint32_t check = 0;
	struct event e;
	size_t i;

	for (i = 0; i < t->per; i++) {
		e = pack_open(&t->styles, &c->slots[i], 0);
		check = read_back_check(check, &e);
	}
	return (check);
}

static void
keep_here(struct chunk *c, size_t i)
{
	c->stays = mem_array(c->stays, c->nstays + 1, sizeof(*c->stays));
	c->stays[c->nstays++] = (struct stays){ .i = i, .p = c->slots[i],
	    .extra = c->extra != NULL ? c->extra[i] : 0 };
}

/* It can be read back: what the journal has goes. */
static void
page_out(struct trace *t, struct chunk *c)
{
	size_t i;

	c->check = check_of(t, c);
	for (i = 0; i < t->per; i++) {
		if (c->gaps[i] == GAP_NONE) {
			keep_here(c, i);
			continue;
		}
		t->payload -= pack_payload(&t->styles, &c->slots[i]);
		pack_free(&t->styles, &c->slots[i]);
	}
	free(c->slots);
	free(c->extra);
	c->slots = NULL;
	c->extra = NULL;
}

static void
lose(struct trace *t, struct chunk *c)
{
	size_t i;

	for (i = 0; i < t->per; i++)
		t->payload -= pack_payload(&t->styles, &c->slots[i]);
	free_chunk(t, c, t->per);
	t->lost += t->per;
	if (t->first == t->in * t->per)
		t->first += t->per;
}

/* Most of it stands in a journal. */
static bool
is_stored(const struct trace *t, const struct chunk *c)
{
	size_t i, n = 0;

	for (i = 0; c->gaps != NULL && i < t->per; i++)
		n += c->gaps[i] != GAP_NONE;
	return (t->fd >= 0 && n > t->per / 2);
}

static void
keep_bound(struct trace *t)
{
	struct chunk *c;

	while (t->most != 0 && (t->in + 1) * t->per + t->most <= t->end) {
		c = &t->chunks[t->in];
		if (is_stored(t, c))
			page_out(t, c);
		else
			lose(t, c);
		t->in++;
	}
}

size_t
trace_add(struct trace *t, const struct event *e)
{
	struct chunk *c;
	uint32_t extra;
	size_t i;

	if (t->ring != NULL)
		return (add_to_ring(t, e));
	i = t->end % t->per;
	c = i == 0 ? new_chunk(t) : &t->chunks[t->nchunks - 1];
	c->slots[i] = pack_event(&t->styles, e, &extra);
	if (extra != 0 && c->extra == NULL)
		c->extra = mem_alloc(t->per * sizeof(*c->extra));
	if (c->extra != NULL)
		c->extra[i] = extra;
	if (t->has_at)
		note_place(t, c, i);
	t->has_at = false;
	t->payload += e->kept;
	t->end++;
	keep_bound(t);
	return (t->end - 1);
}

size_t
trace_first(const struct trace *t)
{
	return (t->first);
}

size_t
trace_end(const struct trace *t)
{
	return (t->end);
}

size_t
trace_held(const struct trace *t)
{
	return (t->ring != NULL ? t->first : t->in * t->per);
}

/* Reading back. */

static struct back *
oldest_back(struct trace *t)
{
	struct back *b = t->back;
	size_t i;

	for (i = 1; i < TRACE_BACK; i++)
		if (t->back[i].used < b->used)
			b = &t->back[i];
	free_back(t, b);
	return (b);
}

/* False: trouble says why. */
static bool
read_chunk(struct trace *t, const struct chunk *c, struct event *events)
{
	struct read_back r;
	const struct stays *s = c->stays;
	const uint64_t *jump = c->jumps;
	uint32_t check = 0;
	uint64_t at = 0;
	struct event e;
	bool ok = true;
	size_t i;

	read_back_begin(&r, t->fd);
	for (i = 0; ok && i < t->per; i++) {
		if (c->gaps[i] == GAP_NONE) {
			e = pack_open(&t->styles, &s->p, s->extra);
			read_back_copy(&events[i], &e);
			s++;
		} else {
			at = c->gaps[i] == GAP_JUMP ? *jump++ :
			    at + c->gaps[i];
			ok = read_back_event(&r, at, &events[i], &t->trouble);
		}
		check = ok ? read_back_check(check, &events[i]) : 0;
	}
	read_back_end(&r);
	if (ok && check != c->check)
		buf_adds(&t->trouble, "the journal was changed");
	return (ok && check == c->check);
}

static const struct event *
get_back(struct trace *t, size_t chunk, size_t i)
{
	struct back *b;
	size_t k;

	for (k = 0; k < TRACE_BACK; k++) {
		b = &t->back[k];
		if (b->events == NULL || b->chunk != chunk)
			continue;
		b->used = ++t->uses;
		return (&b->events[i]);
	}
	b = oldest_back(t);
	b->events = mem_alloc(t->per * sizeof(*b->events));
	b->chunk = chunk;
	b->used = ++t->uses;
	if (read_chunk(t, &t->chunks[chunk], b->events))
		return (&b->events[i]);
	free_back(t, b);
	t->missed++;
	return (NULL);
}

/* Opening and reading back are a cache: the trace does not change. */
static const struct event *
get(struct trace *t, size_t i)
{
	const struct chunk *c = &t->chunks[i / t->per];
	struct event *e;

	buf_reset(&t->trouble);
	if (c->slots == NULL && c->gaps == NULL) {
		buf_adds(&t->trouble, "no journal has it");
		return (NULL);
	}
	if (c->slots == NULL)
		return (get_back(t, i / t->per, i % t->per));
	e = &t->open[t->opened++ % TRACE_OPEN];
	*e = pack_open(&t->styles, &c->slots[i % t->per],
	    c->extra != NULL ? c->extra[i % t->per] : 0);
	return (e);
}

const struct event *
trace_get(const struct trace *t, size_t i)
{
	if (i < t->first || i >= t->end)
		return (NULL);
	if (t->ring != NULL)
		return (&t->ring[place_in_ring(t, i)]);
	return (get((struct trace *)(uintptr_t)t, i));
}

size_t
trace_lost(const struct trace *t)
{
	return (t->ring != NULL ? t->first : t->lost);
}

const char *
trace_trouble(const struct trace *t)
{
	return (buf_str(&t->trouble));
}

size_t
trace_missed(const struct trace *t)
{
	return (t->missed);
}

/* What is counted. */

static size_t
chunk_memory(const struct trace *t, const struct chunk *c)
{
	return (sizeof(*c) + c->njumps * sizeof(*c->jumps) +
	    c->nstays * sizeof(*c->stays) +
	    (c->slots != NULL ? t->per * sizeof(*c->slots) : 0) +
	    (c->extra != NULL ? t->per * sizeof(*c->extra) : 0) +
	    (c->gaps != NULL ? t->per * sizeof(*c->gaps) : 0));
}

void
trace_memory(const struct trace *t, size_t *events, size_t *payload)
{
	size_t i;

	*events = sizeof(*t) + t->size * (sizeof(*t->ring) + sizeof(*t->data)) +
	    intern_memory(&t->styles, sizeof(struct event)) +
	    (t->chunks_cap - t->nchunks) * sizeof(*t->chunks);
	for (i = 0; i < t->nchunks; i++)
		*events += chunk_memory(t, &t->chunks[i]);
	for (i = 0; i < TRACE_BACK; i++)
		*events += t->back[i].events != NULL ?
		    t->per * sizeof(struct event) : 0;
	*payload = t->payload;
}
