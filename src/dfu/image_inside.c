/* SPDX-License-Identifier: ISC */
/* What of an image lies in memory that takes it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dfu/image.h"

struct runs {
	struct image_segment	*list;
	size_t			 n;
};

static void
add(struct runs *r, const struct image_segment *s)
{
	struct image_segment *last = r->n > 0 ? &r->list[r->n - 1] : NULL;

	if (last != NULL && last->alternate == s->alternate &&
	    (uint64_t)last->address + last->len == s->address) {
		last->len += s->len;
		return;
	}
	r->list = mem_array(r->list, r->n + 1, sizeof(*r->list));
	r->list[r->n++] = *s;
}

/* How many bytes from address on are all inside, or all outside. */
static uint64_t
stretch(const struct layout *l, uint64_t address, uint64_t most, bool *inside)
{
	const struct layout_segment *g = address <= UINT32_MAX ?
	    layout_at(l, (uint32_t)address) : NULL;
	uint64_t n = most, to;
	size_t i;

	*inside = g != NULL && (g->kind & LAYOUT_WRITABLE) != 0;
	if (g != NULL) {
		to = g->start + (uint64_t)g->count * g->size;
		return (to - address < most ? to - address : most);
	}
	for (i = 0; i < l->nsegments; i++) {
		to = l->segments[i].start;
		if (to > address && to - address < n)
			n = to - address;
	}
	return (n);
}

static void
divide(const struct image_segment *s, uint64_t from, const struct layout *l,
    bool elsewhere, struct runs *in, struct runs *out)
{
	struct image_segment part = *s;
	uint64_t at, n;
	bool inside = false;

	for (at = 0; at < s->len; at += n) {
		n = elsewhere ? s->len : stretch(l, from + at, s->len - at,
		    &inside);
		part.address = (uint32_t)(from + at);
		part.len = (size_t)n;
		part.data = inside ? s->data + at : NULL;
		add(inside ? in : out, &part);
	}
}

size_t
image_keep_inside(struct image *image, const struct layout *l,
    uint8_t alternate, uint32_t base, struct image_segment **left)
{
	struct runs in = { 0 }, out = { 0 };
	const struct image_segment *s;
	size_t i;

	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		divide(s, image->addressed ? s->address : base, l,
		    image->kind == IMAGE_DFUSE && s->alternate != alternate,
		    &in, &out);
	}
	free(image->segments);
	image->segments = in.list;
	image->nsegments = in.n;
	image->addressed = true;
	*left = out.list;
	return (out.n);
}
