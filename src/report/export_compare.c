/* SPDX-License-Identifier: ISC */
/*
 * What was downloaded, held against a file or what was read back, byte by
 * byte: what they have in common and where they differ, and what only one has.
 */
#include "report/export_own.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session/session_memory.h"

#define FILLED	0xff

/* Bytes that one of them does not have, and where the first is. */
struct only {
	uint64_t	 n;
	uint32_t	 first;
};

/* A block of what was downloaded, and what the other has there. */
struct span {
	uint32_t	 address;
	uint32_t	 len;
	uint32_t	 by;		/* request */
	size_t		 at;		/* of it in down, other and has */
};

struct compare {
	const struct app	*app;
	const struct session	*s;
	uint8_t			 alternate;
	struct span		*list;
	size_t			 n;
	struct buf		 down;
	uint8_t			*other;
	bool			*has;
	size_t			 unkept;	/* blocks not kept whole */
	uint64_t		 same, differ;
	uint32_t		 first;		/* that differs */
	uint8_t			 was, is;	/* it: downloaded, other */
	struct only		 down_only, other_only;
	uint64_t		 filled;	/* of ff, not in the file */
};

static void
collect(struct compare *c)
{
	const struct blocks *w = &c->s->memory.written;
	size_t i = export_image_first(c->s);
	const uint8_t *p;

	if (i < w->n)
		c->alternate = w->list[i].alternate;
	c->list = mem_array(NULL, w->n - i + 1, sizeof(*c->list));
	for (; i < w->n && w->list[i].alternate == c->alternate; i++) {
		p = export_image_bytes(c->app, c->s, &w->list[i]);
		if (p == NULL) {
			c->unkept++;
			continue;
		}
		c->list[c->n++] = (struct span){ .address = w->list[i].address,
			.len = w->list[i].len, .by = w->list[i].by,
			.at = c->down.len };
		buf_add(&c->down, p, w->list[i].len);
	}
	c->other = mem_alloc(c->down.len + 1);
	c->has = mem_alloc((c->down.len + 1) * sizeof(*c->has));
}

/* The first span that ends behind address, or n. */
static size_t
find(const struct compare *c, uint32_t address)
{
	size_t low = 0, high = c->n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (c->list[middle].address + (c->list[middle].len - 1) <
		    address)
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

static void
count_only(struct only *o, uint64_t from, uint64_t to)
{
	if (to <= from)
		return;
	if (o->n == 0)
		o->first = (uint32_t)from;
	o->n += to - from;
}

/*
 * The other has these n bytes at address; before: of what was downloaded by
 * later requests it tells nothing.
 */
static void
put(struct compare *c, uint64_t address, const uint8_t *p, size_t n,
    uint32_t before)
{
	uint64_t end = address + n, at = address, to;
	const struct span *x;
	size_t i;

	for (i = find(c, (uint32_t)address); i < c->n &&
	    c->list[i].address < end; i++) {
		x = &c->list[i];
		count_only(&c->other_only, at, x->address);
		at = at < x->address ? x->address : at;
		to = (uint64_t)x->address + x->len;
		to = to < end ? to : end;
		if (x->by < before) {
			memcpy(c->other + x->at + (at - x->address),
			    p + (at - address), (size_t)(to - at));
			memset(c->has + x->at + (at - x->address), true,
			    (size_t)(to - at));
		}
		at = to;
	}
	count_only(&c->other_only, at, end);
}

static void
put_image(struct compare *c, const struct image_comparison *w,
    const struct image *image)
{
	uint64_t base = 0;
	size_t i;

	if (!image->addressed)
		base = w->has_address ? w->address : c->list[0].address;
	for (i = 0; i < image->nsegments; i++) {
		if (image->kind == IMAGE_DFUSE &&
		    image->segments[i].alternate != c->alternate)
			continue;
		put(c, image->addressed ? image->segments[i].address : base,
		    image->segments[i].data, image->segments[i].len,
		    UINT32_MAX);
	}
}

static void
put_reads(struct compare *c)
{
	const struct trace *t = c->app->sessions->trace;
	struct memory_reads walk = { 0 };
	const struct request *r;
	const struct event *e;
	uint32_t address;

	while ((r = session_memory_next_read(c->s, t, &walk, &address)) !=
	    NULL) {
		e = trace_get(t, r->complete);
		if (r->alternate == c->alternate && !e->elided)
			put(c, address, e->data, e->kept, r->number);
	}
	/* Memory beside what was downloaded is nothing that is missing. */
	c->other_only.n = 0;
}

/* Tools fill up the last word or block. */
static void
count_extra(struct compare *c, uint32_t address, uint8_t byte, bool image)
{
	if (image && byte == FILLED)
		c->filled++;
	else
		count_only(&c->down_only, address, (uint64_t)address + 1);
}

static void
count_span(struct compare *c, const struct span *x, bool image)
{
	uint32_t i;

	for (i = 0; i < x->len; i++) {
		if (!c->has[x->at + i]) {
			count_extra(c, x->address + i,
			    c->down.data[x->at + i], image);
		} else if (c->other[x->at + i] == c->down.data[x->at + i]) {
			c->same++;
		} else if (c->differ++ == 0) {
			c->first = x->address + i;
			c->was = c->down.data[x->at + i];
			c->is = c->other[x->at + i];
		}
	}
}

static void
say_bytes(struct buf *b, uint64_t n)
{
	buf_addf(b, "%llu byte%s", (unsigned long long)n, n == 1 ? "" : "s");
}

static void
say_only(struct buf *b, const struct only *o, const char *what)
{
	if (o->n == 0)
		return;
	buf_adds(b, "; ");
	say_bytes(b, o->n);
	buf_addf(b, ", the first at 0x%08x, %s %s", o->first,
	    o->n == 1 ? "was" : "were", what);
}

static void
say(const struct compare *c, const struct image_comparison *w, struct buf *b)
{
	if (c->differ != 0) {
		say_bytes(b, c->differ);
		buf_addf(b, " of %llu differ%s, the first at 0x%08x: 0x%02x "
		    "was downloaded, and 0x%02x %s",
		    (unsigned long long)(c->same + c->differ),
		    c->differ == 1 ? "s" : "", c->first, c->was, c->is,
		    w->read ? "was read back" : "is in the file");
	} else {
		say_bytes(b, c->same);
		buf_adds(b, w->read ? " read back, equal to the download" :
		    " downloaded, equal to the file");
	}
	say_only(b, &c->down_only, w->read ? "downloaded and not read back" :
	    "downloaded and not in the file");
	say_only(b, &c->other_only, "in the file and not downloaded");
	if (c->filled != 0) {
		buf_adds(b, "; ");
		say_bytes(b, c->filled);
		buf_addf(b, " of ff fill%s gaps in the file",
		    c->filled == 1 ? "s" : "");
	}
	if (c->unkept != 0)
		buf_addf(b, "; %zu block%s not compared: dfuscope did not keep "
		    "the bytes; use --payload", c->unkept,
		    c->unkept == 1 ? " was" : "s were");
}

static bool
judge(struct compare *c, const struct image_comparison *w,
    const struct image *image, struct buf *said)
{
	size_t i;

	if (c->n == 0) {
		buf_adds(said, c->unkept == 0 ? "the device has not "
		    "confirmed any written block" : "the written bytes were "
		    "not kept: use --payload to keep them");
		return (false);
	}
	if (image != NULL)
		put_image(c, w, image);
	else
		put_reads(c);
	for (i = 0; i < c->n; i++)
		count_span(c, &c->list[i], image != NULL);
	if (w->read && c->same + c->differ == 0) {
		buf_adds(said, "none of the downloaded data was read back");
		return (false);
	}
	say(c, w, said);
	return (c->differ == 0 && c->down_only.n == 0 &&
	    c->other_only.n == 0 && c->unkept == 0);
}

bool
export_compare(const struct app *d, const struct session *s,
    const struct image_comparison *w, const struct image *image,
    struct buf *said)
{
	struct compare c = { .app = d, .s = s };
	bool same;

	collect(&c);
	same = judge(&c, w, image, said);
	free(c.list);
	free(c.other);
	free(c.has);
	buf_free(&c.down);
	return (same);
}
