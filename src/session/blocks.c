/* SPDX-License-Identifier: ISC */
#include "session/blocks.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "trace/event.h"

#define BLANK 0xff
/* So many bytes that fit are no chance: 3 in 4 bits would, each. */
#define ENOUGH 16

void
blocks_free(struct blocks *b)
{
	free(b->list);
	*b = (struct blocks){ .n = 0 };
}

static uint64_t
end_of(const struct block *block)
{
	return ((uint64_t)block->address + block->len - 1);
}

size_t
blocks_find(const struct blocks *b, uint8_t alternate, uint32_t from)
{
	size_t low = 0, high = b->n, middle;
	const struct block *at;

	while (low < high) {
		middle = low + (high - low) / 2;
		at = &b->list[middle];
		if (at->alternate < alternate ||
		    (at->alternate == alternate && end_of(at) < from))
			low = middle + 1;
		else
			high = middle;
	}
	return (low);
}

/* The older half of the time they are from goes. */
static void
forget_old(struct blocks *b)
{
	uint32_t oldest = UINT32_MAX, latest = 0, middle;
	size_t i, n = 0;

	for (i = 0; i < b->n; i++) {
		oldest = b->list[i].by < oldest ? b->list[i].by : oldest;
		latest = b->list[i].by > latest ? b->list[i].by : latest;
	}
	middle = oldest + (latest - oldest) / 2;
	b->differ = 0;
	for (i = 0; i < b->n; i++) {
		if (b->list[i].by <= middle)
			continue;
		b->differ += b->list[i].differs;
		b->list[n++] = b->list[i];
	}
	b->n = n;
	b->forgotten = true;
}

void
blocks_remove(struct blocks *b, uint8_t alternate, uint32_t from, uint32_t to)
{
	size_t i = blocks_find(b, alternate, from), k;

	for (k = i; k < b->n && b->list[k].alternate == alternate &&
	     b->list[k].address <= to;
	     k++)
		b->differ -= b->list[k].differs;
	if (k == i)
		return;
	memmove(b->list + i, b->list + k, (b->n - k) * sizeof(*b->list));
	b->n -= k - i;
}

void
blocks_put(struct blocks *b, const struct block *block)
{
	size_t i;

	blocks_remove(
	    b, block->alternate, block->address, (uint32_t)end_of(block));
	/* Twice as many, so that what goes is not looked for each time. */
	if (b->n == 2 * (size_t)BLOCKS_MOST)
		forget_old(b);
	if (b->n == b->cap) {
		b->cap = b->cap < 16 ? 32 : b->cap + b->cap / 2;
		b->list = mem_array(b->list, b->cap, sizeof(*b->list));
	}
	i = blocks_find(b, block->alternate, block->address);
	memmove(b->list + i + 1, b->list + i, (b->n - i) * sizeof(*b->list));
	b->list[i] = *block;
	b->differ += block->differs;
	b->n++;
}

void
blocks_mark(struct blocks *b, size_t i, bool differs)
{
	b->differ -= b->list[i].differs;
	b->list[i].differs = differs;
	b->differ += differs;
}

/* What is known of bytes. */

static uint32_t
crc_of(const uint8_t *data, size_t n)
{
	return ((uint32_t)crc32_z(crc32_z(0, NULL, 0), data, n));
}

struct block_view
block_view_of(const uint8_t *data, uint32_t n)
{
	return ((struct block_view){ .len = n,
	    .head = data,
	    .nhead = n,
	    .has_crc = true,
	    .crc = crc_of(data, n) });
}

bool
block_view_event(const struct event *e, struct block_view *v)
{
	if (e == NULL || e->len == 0 || e->len > UINT16_MAX)
		return (false);
	if (!e->elided && e->kept == e->len) {
		*v = block_view_of(e->data, e->len);
		return (true);
	}
	if (!e->elided || e->kept != 2 * EVENT_ELIDED_EDGE || e->len < e->kept)
		return (false);
	*v = (struct block_view){ .len = e->len,
		.head = e->data,
		.nhead = EVENT_ELIDED_EDGE,
		.tail = e->data + EVENT_ELIDED_EDGE,
		.ntail = EVENT_ELIDED_EDGE,
		.has_crc = true,
		.crc = e->crc };
	return (true);
}

struct block_view
block_view_block(const struct block *block)
{
	return ((struct block_view){ .len = block->len,
	    .head = block->first,
	    .nhead = block->len < BLOCKS_FIRST ? block->len : BLOCKS_FIRST,
	    .has_crc = true,
	    .crc = block->crc });
}

struct block_view
block_view_part(const struct block_view *v, uint32_t from, uint32_t n)
{
	if (from == 0 && n == v->len)
		return (*v);
	if (v->nhead == v->len)
		return (block_view_of(v->head + from, n));
	return ((struct block_view){ .len = n,
	    .head = v->head,
	    .nhead = from != 0 ? 0 :
		v->nhead < n   ? v->nhead :
				 n });
}

/* How they differ. */

static bool
is_blank(const struct block_view *v)
{
	static const uint8_t ones[] = { BLANK, BLANK, BLANK, BLANK, BLANK,
		BLANK, BLANK, BLANK, BLANK, BLANK, BLANK, BLANK, BLANK, BLANK,
		BLANK, BLANK };
	uLong crc = crc32_z(0, NULL, 0);
	uint32_t i, n;

	for (i = 0; i < v->nhead; i++) {
		if (v->head[i] != BLANK)
			return (false);
	}
	if (v->nhead == v->len)
		return (v->len != 0);
	for (i = v->len; v->has_crc && i != 0; i -= n) {
		n = i < sizeof(ones) ? i : (uint32_t)sizeof(ones);
		crc = crc32_z(crc, ones, n);
	}
	return (v->has_crc && v->crc == (uint32_t)crc);
}

/* Byte i counted from an end, if it is known. */
static const uint8_t *
byte_at(const struct block_view *v, uint32_t i)
{
	if (i < v->nhead)
		return (&v->head[i]);
	if (i < v->len && v->len - i <= v->ntail)
		return (&v->tail[v->ntail - (v->len - i)]);
	return (NULL);
}

/* No one where a zero was written, nor, if that is known, where one was. */
static bool
is_anded(const struct block_view *is, const struct block_view *asked,
    const struct block_view *old)
{
	const uint8_t *a, *b, *o;
	uint32_t i, known = 0;
	bool differs = false;

	for (i = 0; i < is->len; i++) {
		a = byte_at(is, i);
		b = byte_at(asked, i);
		o = old != NULL ? byte_at(old, i) : NULL;
		if (a == NULL || b == NULL) {
			/* The middle of both is not known: on to their ends. */
			if (i + EVENT_ELIDED_EDGE < is->len)
				i = is->len - EVENT_ELIDED_EDGE - 1;
			continue;
		}
		if ((*a & ~*b) != 0 || (o != NULL && *a != (*b & *o)))
			return (false);
		differs |= *a != *b;
		known++;
	}
	return (differs && known >= (is->len < ENOUGH ? is->len : ENOUGH));
}

static bool
same_crc(const struct block_view *a, const struct block_view *b)
{
	return (
	    a->len == b->len && a->has_crc && b->has_crc && a->crc == b->crc);
}

/* The first byte that is known of both and differs; false: there is none. */
static bool
first_different(
    const struct block_view *a, const struct block_view *b, uint32_t *at)
{
	uint32_t n = a->nhead < b->nhead ? a->nhead : b->nhead;

	for (*at = 0; *at < n && a->head[*at] == b->head[*at]; ++*at)
		continue;
	return (*at < n);
}

struct block_difference
block_compare(const struct block_view *is, const struct block_view *asked,
    const struct block_view *old, bool erased)
{
	struct block_difference d = { .how = BLOCK_OTHER };

	d.exact = first_different(is, asked, &d.at);
	if (!d.exact) {
		d.at = 0;
		if (is->nhead == is->len && asked->nhead == is->len)
			d.how = BLOCK_SAME;
		else if (!is->has_crc || !asked->has_crc)
			d.how = BLOCK_UNTOLD;
		else if (is->crc == asked->crc)
			d.how = BLOCK_SAME;
	}
	if (d.how != BLOCK_OTHER)
		return (d);
	if (is_blank(is))
		d.how = BLOCK_BLANK;
	else if (old != NULL && same_crc(is, old))
		d.how = BLOCK_OLD;
	else if (is_anded(is, asked, old))
		d.how = BLOCK_ANDED;
	else if (erased && old == NULL)
		d.how = BLOCK_STAYED;
	return (d);
}

const char *
block_how_words(enum block_how how)
{
	switch (how) {
	case BLOCK_SAME:
	case BLOCK_UNTOLD:
		break;
	case BLOCK_BLANK:
		return ("the block reads all ff: not written, or protected");
	case BLOCK_OLD:
		return ("the block has its old contents: write-protected, or "
			"not written");
	case BLOCK_ANDED:
		return ("the block is old AND new contents: it was not "
			"erased before writing");
	case BLOCK_STAYED:
		return ("the block is not blank either: it may be "
			"write-protected");
	case BLOCK_OTHER:
		return ("the block has other contents");
	}
	return (NULL);
}
