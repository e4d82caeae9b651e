/* SPDX-License-Identifier: ISC */
#include "job/flash_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define RANGES 4 /* are named, and the others counted */
#define BLANK	0xff

static bool
is_blank(const uint8_t *data, size_t n)
{
	size_t i;

	for (i = 0; i < n && data[i] == BLANK; i++)
		continue;
	return (i == n);
}

/* The page that holds address, added behind the last if it is not there. */
static size_t
page_at(struct plan *p, const struct layout *l, uint32_t address)
{
	const struct layout_segment *s = layout_at(l, address);
	uint32_t start = layout_sector(l, address);
	size_t i = p->npages;

	while (i > 0 && p->pages[i - 1].address > start)
		i--;
	if (i > 0 && p->pages[i - 1].address == start)
		return (i - 1);
	/* Blocks come by address, so that pages do, too. */
	p->pages = mem_array(p->pages, p->npages + 1, sizeof(*p->pages));
	p->pages[p->npages] = (struct plan_page){ .address = start,
	    .size = s != NULL ? s->size : 1,
	    .erasable = s != NULL && (s->kind & LAYOUT_ERASABLE) != 0 };
	return (p->npages++);
}

static void
add_block(struct plan *p, const struct layout *l, uint32_t anchor,
    uint32_t address, const uint8_t *data, uint16_t len)
{
	struct plan_block *b;
	uint32_t at = address;

	p->blocks = mem_array(p->blocks, p->nblocks + 1, sizeof(*p->blocks));
	b = &p->blocks[p->nblocks++];
	*b = (struct plan_block){ .address = address, .len = len,
	    .data = data, .anchor = anchor };
	b->first = b->last = page_at(p, l, at);
	while (p->pages[b->last].address + (p->pages[b->last].size - 1) <
	    address + (len - 1u)) {
		at = p->pages[b->last].address + p->pages[b->last].size;
		b->last = page_at(p, l, at);
	}
}

/* Flash takes half words: an odd end is followed by a blank byte. */
static bool
is_odd(const struct plan *p, size_t i)
{
	const struct plan_block *b = &p->blocks[i];

	return (b->len % 2 != 0 && b->len != UINT16_MAX &&
	    p->pages[b->last].erasable && (i + 1 == p->nblocks ||
	    b[1].address - b->address > b->len));
}

static void
pad(struct plan *p)
{
	struct plan_block *b;
	size_t i, n = 0;

	for (i = 0; i < p->nblocks; i++)
		n += is_odd(p, i) ? p->blocks[i].len + 1u : 0;
	p->odd = n != 0 ? mem_alloc(n) : NULL;
	for (i = n = 0; i < p->nblocks; i++) {
		b = &p->blocks[i];
		if (!is_odd(p, i))
			continue;
		memcpy(p->odd + n, b->data, b->len);
		b->data = p->odd + n;
		p->odd[n + b->len++] = BLANK;
		b->padded = true;
		n += b->len;
	}
}

static void
add_segment(struct plan *p, const struct layout *l, uint32_t start,
    const struct image_segment *s, uint16_t size)
{
	size_t at, n;

	for (at = 0; at < s->len; at += n) {
		n = s->len - at < size ? s->len - at : size;
		add_block(p, l, start, start + (uint32_t)at, s->data + at,
		    (uint16_t)n);
	}
}

void
plan_make(struct plan *p, const struct image *image, const struct layout *l,
    uint8_t alternate, uint32_t base, uint16_t size)
{
	const struct image_segment *s;
	size_t i;

	*p = (struct plan){ 0 };
	for (i = 0; i < image->nsegments; i++) {
		s = &image->segments[i];
		if (image->kind == IMAGE_DFUSE && s->alternate != alternate)
			continue;
		add_segment(p, l, image->addressed ? s->address : base, s,
		    size);
	}
	pad(p);
}

void
plan_free(struct plan *p)
{
	free(p->blocks);
	free(p->pages);
	free(p->odd);
	free(p->beside);
	*p = (struct plan){ 0 };
}

void
plan_compare(struct plan *p, size_t i, const uint8_t *data)
{
	struct plan_block *b = &p->blocks[i];

	/* The first look: what is beside the image stays as it is. */
	if (b->kept && !b->written && !b->doubt)
		memcpy(p->beside + (b->data - p->beside), data, b->len);
	else if (b->padded && !b->written && !b->doubt)
		p->odd[b->data - p->odd + b->len - 1] = data[b->len - 1];
	b->same = memcmp(data, b->data, b->len) == 0;
	b->blank = is_blank(data, b->len);
	b->differs = !b->same;
}

/* One more round: what one page needs may make another need it, too. */
static bool
distribution(struct plan *p, struct plan_block *b)
{
	bool all_erased = true, any_erased = false, more = false;
	size_t i;

	for (i = b->first; i <= b->last; i++) {
		any_erased |= p->pages[i].needed;
		all_erased &= p->pages[i].needed;
	}
	b->needed = !b->same || any_erased;
	/* Erased memory holds all ones already. */
	if (all_erased && is_blank(b->data, b->len))
		b->needed = false;
	if (!b->needed || (b->blank && !any_erased))
		return (false);
	for (i = b->first; i <= b->last; i++) {
		more |= p->pages[i].erasable && !p->pages[i].needed;
		p->pages[i].needed |= p->pages[i].erasable;
	}
	return (more);
}

void
plan_decide(struct plan *p)
{
	bool more = true;
	size_t i;

	while (more) {
		more = false;
		for (i = 0; i < p->nblocks; i++)
			more = distribution(p, &p->blocks[i]) || more;
	}
	/* A block that does not need it may have been asked too early. */
	for (i = 0; i < p->nblocks; i++) {
		p->blocks[i].differs = false;
		distribution(p, &p->blocks[i]);
	}
}

size_t
plan_next_page(const struct plan *p, size_t i)
{
	while (i < p->npages && !p->pages[i].needed)
		i++;
	return (i);
}

size_t
plan_next_block(const struct plan *p, size_t i)
{
	while (i < p->nblocks && !p->blocks[i].needed)
		i++;
	return (i);
}

void
plan_erased(struct plan *p, size_t i)
{
	size_t k;

	for (k = 0; k < p->nblocks; k++) {
		if (p->blocks[k].first <= i && i <= p->blocks[k].last)
			p->blocks[k].same = p->blocks[k].blank = false;
	}
}

bool
plan_is_half_done(const struct plan *p)
{
	bool some = false, all = true;
	size_t i;

	for (i = 0; i < p->npages; i++)
		some |= p->pages[i].erased;
	for (i = 0; i < p->nblocks; i++) {
		some |= p->blocks[i].written;
		all &= p->blocks[i].written || !p->blocks[i].needed;
	}
	return (some && !all);
}

uint64_t
plan_erase_bytes(const struct plan *p)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < p->npages; i++)
		n += p->pages[i].needed ? p->pages[i].size : 0;
	return (n);
}

uint64_t
plan_write_bytes(const struct plan *p)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < p->nblocks; i++)
		n += p->blocks[i].needed ? p->blocks[i].len : 0;
	return (n);
}

uint64_t
plan_bytes(const struct plan *p)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < p->nblocks; i++)
		n += p->blocks[i].len;
	return (n);
}

uint64_t
plan_image_bytes(const struct plan *p)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < p->nblocks; i++)
		n += p->blocks[i].kept ? 0 : p->blocks[i].len;
	return (n);
}

uint32_t
plan_start(const struct plan *p)
{
	size_t i;

	for (i = 0; i < p->nblocks && p->blocks[i].kept; i++)
		continue;
	return (i < p->nblocks ? p->blocks[i].address : 0);
}

uint64_t
plan_end(const struct plan *p)
{
	size_t i;

	for (i = p->nblocks; i > 0 && p->blocks[i - 1].kept; i--)
		continue;
	return (i > 0 ? (uint64_t)p->blocks[i - 1].address +
	    p->blocks[i - 1].len : 0);
}

size_t
plan_difference(const struct plan *p)
{
	size_t i;

	for (i = 0; i < p->nblocks && !p->blocks[i].differs; i++)
		continue;
	return (i);
}

/* What is known of the page: only what was read, or was accepted. */
static const char *
holds(const struct plan *p, size_t page)
{
	const struct plan_page *g = &p->pages[page];
	size_t i, n = 0, same = 0, written = 0, open = 0;
	bool doubt = g->doubt, differs = false;
	const struct plan_block *b;

	for (i = 0; i < p->nblocks; i++) {
		b = &p->blocks[i];
		if (b->last < page || b->first > page)
			continue;
		n++;
		doubt |= b->doubt && !b->same && !b->differs;
		differs |= b->differs;
		same += b->same;
		written += b->written;
		open += b->needed && !b->written;
	}
	if (differs)
		return ("differs");
	if (doubt)
		return ("unknown");
	if (same == n)
		return ("verified");
	if (!g->erased && written == 0)
		return ("untouched");
	if (open == 0)
		return ("written");
	return (written == 0 ? "erased" : "partly written");
}

void
plan_words(const struct plan *p, struct buf *b)
{
	const char *what, *next;
	const struct plan_page *last;
	size_t i, k;

	for (i = 0; i < p->npages; i = k) {
		what = holds(p, i);
		for (k = i + 1; k < p->npages; k++) {
			next = holds(p, k);
			last = &p->pages[k - 1];
			if (strcmp(next, what) != 0 || p->pages[k].address !=
			    last->address + last->size)
				break;
		}
		last = &p->pages[k - 1];
		buf_addf(b, "%s0x%08x-0x%08x %s", i == 0 ? "" : ", ",
		    p->pages[i].address, last->address + (last->size - 1),
		    what);
	}
}

/* What lies beside an image in the pages that are erased for it. */

/* The next run of page that no block holds, from *at on; its length. */
static uint32_t
next_gap(const struct plan *p, size_t page, uint64_t *at)
{
	const struct plan_page *g = &p->pages[page];
	uint64_t end = (uint64_t)g->address + g->size, to = end, from;
	size_t i;

	if (*at < g->address)
		*at = g->address;
	for (i = 0; i < p->nblocks && to == end; i++) {
		from = p->blocks[i].address;
		if (from + p->blocks[i].len <= *at)
			continue;
		if (from <= *at)
			*at = from + p->blocks[i].len;
		else if (from < end)
			to = from;
	}
	return (*at < to ? (uint32_t)(to - *at) : 0);
}

static void
add_kept(struct plan *p, size_t page, uint32_t address, uint32_t anchor,
    uint16_t len)
{
	p->blocks = mem_array(p->blocks, p->nblocks + 1, sizeof(*p->blocks));
	p->blocks[p->nblocks++] = (struct plan_block){ .address = address,
		.len = len,
		.anchor = anchor,
		.first = page,
		.last = page,
		.kept = true };
}

static int
by_address(const void *a, const void *b)
{
	const struct plan_block *x = a, *y = b;

	return (x->address < y->address ? -1 : x->address > y->address);
}

/* Memory for all of them, when it is known how many there are. */
static void
give_memory(struct plan *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->nblocks; i++)
		n += p->blocks[i].kept ? p->blocks[i].len : 0;
	p->beside = n != 0 ? mem_alloc(n) : NULL;
	n = 0;
	for (i = 0; i < p->nblocks; i++) {
		if (!p->blocks[i].kept)
			continue;
		p->blocks[i].data = p->beside + n;
		n += p->blocks[i].len;
	}
}

void
plan_keep(struct plan *p, uint16_t size)
{
	struct plan only = *p;
	uint64_t at;
	uint32_t gap, done;
	uint16_t n;
	size_t i;

	/* Gaps are those of the image, whatever has been added. */
	only.blocks = mem_array(NULL, p->nblocks, sizeof(*p->blocks));
	memcpy(only.blocks, p->blocks, p->nblocks * sizeof(*p->blocks));
	for (i = 0; i < p->npages; i++) {
		for (at = 0; p->pages[i].erasable &&
		     (gap = next_gap(&only, i, &at)) != 0;
		     at += gap) {
			for (done = 0; done < gap; done += n) {
				n = gap - done < size ? (uint16_t)(gap - done) :
							size;
				add_kept(
				    p, i, (uint32_t)at + done, (uint32_t)at, n);
			}
		}
	}
	free(only.blocks);
	qsort(p->blocks, p->nblocks, sizeof(*p->blocks), by_address);
	give_memory(p);
}

void
plan_drop_kept(struct plan *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->nblocks; i++)
		if (!p->blocks[i].kept)
			p->blocks[n++] = p->blocks[i];
	p->nblocks = n;
}

uint64_t
plan_kept_bytes(const struct plan *p)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < p->nblocks; i++)
		n += p->blocks[i].kept && p->blocks[i].needed ?
		    p->blocks[i].len :
		    0;
	return (n);
}

void
plan_lost_words(const struct plan *p, struct buf *b)
{
	unsigned ranges = 0;
	uint64_t at, from = 0, to = 0;
	uint32_t gap;
	size_t i;

	for (i = 0; i < p->npages; i++) {
		for (at = 0;
		     p->pages[i].needed && (gap = next_gap(p, i, &at)) != 0;
		     at += gap) {
			if (at == to && to != 0) {
				to += gap;
				continue;
			}
			if (to != 0 && ranges++ < RANGES)
				buf_addf(b, "%s0x%08llx-0x%08llx",
				    ranges == 1 ? "" : ", ",
				    (unsigned long long)from,
				    (unsigned long long)to - 1);
			from = at;
			to = at + gap;
		}
	}
	if (to != 0 && ranges++ < RANGES)
		buf_addf(b, "%s0x%08llx-0x%08llx", ranges == 1 ? "" : ", ",
		    (unsigned long long)from, (unsigned long long)to - 1);
	if (ranges > RANGES)
		buf_addf(b, " and %u more", ranges - RANGES);
}
