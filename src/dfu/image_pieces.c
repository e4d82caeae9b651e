/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/image_own.h"

#define END_OF_MEMORY	(UINT64_C(1) << 32)

bool
pieces_add(struct image_pieces *pieces, const struct image_piece *p,
    const uint8_t *data, size_t n, struct buf *error)
{
	struct image_piece *last = pieces->n > 0 ?
	    &pieces->list[pieces->n - 1] : NULL;

	if (n > END_OF_MEMORY - p->address) {
		buf_addf(error, "byte %zu: the data for 0x%08x reaches past "
		    "0xffffffff", p->at, p->address);
		return (false);
	}
	if (n == 0)
		return (true);
	if (last == NULL || last->alternate != p->alternate ||
	    (uint64_t)last->address + last->len != p->address) {
		if (pieces->n == pieces->cap) {
			pieces->cap = pieces->cap * 2 + 16;
			pieces->list = mem_array(pieces->list, pieces->cap,
			    sizeof(*pieces->list));
		}
		last = &pieces->list[pieces->n++];
		*last = *p;
		last->from = pieces->bytes.len;
		last->len = 0;
	}
	buf_add(&pieces->bytes, data, n);
	last->len += n;
	return (true);
}

static int
compare(const void *a, const void *b)
{
	const struct image_piece *x = a, *y = b;

	if (x->alternate != y->alternate)
		return (x->alternate < y->alternate ? -1 : 1);
	if (x->address != y->address)
		return (x->address < y->address ? -1 : 1);
	return (x->at < y->at ? -1 : x->at > y->at);
}

static bool
is_text(const struct image *image)
{
	return (image->kind == IMAGE_IHEX || image->kind == IMAGE_SREC);
}

/* The piece ahead of b that has address, too. */
static const struct image_piece *
holder_of(const struct image_pieces *pieces, const struct image_piece *b,
    uint32_t address)
{
	const struct image_piece *a = b - 1;

	while (a > pieces->list && (a->address > address ||
	    address - a->address >= a->len))
		a--;
	return (a);
}

/* Two pieces for the same address: which of them counts, nobody knows. */
static void
say_overlap(const struct image *image, const struct image_pieces *pieces,
    const struct image_piece *b, uint32_t address, bool differs,
    struct buf *error)
{
	const struct image_piece *a = holder_of(pieces, b, address);
	const char *unit = is_text(image) ? "line" : "byte";

	buf_addf(error, "%s %zu: the data for 0x%08x-0x%08x overlaps that for "
	    "0x%08x-0x%08x, which begins at %s %zu", unit, b->at,
	    b->address, (uint32_t)(b->address + b->len - 1), a->address,
	    (uint32_t)(a->address + a->len - 1), unit, a->at);
	if (differs)
		buf_addf(error, ", and at 0x%08x they differ", address);
	if (image->ntargets > 1)
		buf_addf(error, " (alternate setting %u)", b->alternate);
}

/* Pieces that touch become one segment; their bytes lie side by side. */
static void
add_segment(struct image *image, const struct image_piece *p, size_t again,
    const uint8_t *data)
{
	struct image_segment *s = image->nsegments > 0 ?
	    &image->segments[image->nsegments - 1] : NULL;
	uint32_t address = p->address + (uint32_t)again;

	if (s != NULL && s->alternate == p->alternate &&
	    (uint64_t)s->address + s->len == address)
		s->len += p->len - again;
	else
		image->segments[image->nsegments++] = (struct image_segment){
		    address, p->alternate, data, p->len - again };
}

/*
 * The first bytes of p (so many) are there already. False: they are not the
 * same ones, or must not come twice at all.
 */
static bool
is_same_again(const struct image *image, const struct image_pieces *pieces,
    const struct image_piece *p, size_t again, struct buf *error)
{
	const struct image_segment *s = &image->segments[image->nsegments - 1];
	const uint8_t *new = pieces->bytes.data + p->from;
	size_t i, at = p->address - s->address;

	for (i = 0; i < again && s->data[at + i] == new[i]; i++)
		continue;
	if (i == again && image->kind != IMAGE_ELF)
		return (true);
	say_overlap(image, pieces, p, p->address + (uint32_t)(i == again ? 0 :
	    i), i != again, error);
	return (false);
}

static void
note_again(struct image *image, const struct image_piece *first, size_t total)
{
	image_note(image, false, first->at, "%zu byte%s, the first for "
	    "0x%08x, %s present twice with equal contents", total,
	    total == 1 ? "" : "s", first->address,
	    total == 1 ? "is" : "are");
	image->notes[image->nnotes - 1].by_line = is_text(image);
	image_note_aloud(image);
}

/* How many of the first bytes of p an earlier piece has reached. */
static size_t
bytes_again(const struct image_piece *p, uint64_t end)
{
	if (p->address >= end)
		return (0);
	return (end - p->address < p->len ? (size_t)(end - p->address) :
	    p->len);
}

bool
pieces_order(struct image *image, struct image_pieces *pieces,
    struct buf *error)
{
	const struct image_piece *p, *first = NULL;
	size_t i, at, again, total = 0;
	uint64_t end = 0;

	if (pieces->n == 0) {
		buf_addf(error, "the file is %s and has no data",
		    image_kind_name(image->kind));
		return (false);
	}
	qsort(pieces->list, pieces->n, sizeof(*pieces->list), compare);
	image->segments = mem_array(NULL, pieces->n,
	    sizeof(*image->segments));
	image->store = mem_alloc(pieces->bytes.len);
	for (i = at = 0; i < pieces->n; i++) {
		p = &pieces->list[i];
		if (i > 0 && p[-1].alternate != p->alternate)
			end = 0;
		again = bytes_again(p, end);
		if (again != 0 && !is_same_again(image, pieces, p, again,
		    error))
			return (false);
		if (again != 0 && first == NULL)
			first = p;
		total += again;
		if (again == p->len)
			continue;
		memcpy(image->store + at, pieces->bytes.data + p->from +
		    again, p->len - again);
		add_segment(image, p, again, image->store + at);
		at += p->len - again;
		end = (uint64_t)p->address + p->len;
	}
	if (first != NULL)
		note_again(image, first, total);
	return (true);
}
