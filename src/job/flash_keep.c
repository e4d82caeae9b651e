/* What lies beside an image in the pages that are erased for it. */
#include "job/flash_plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define RANGES	4	/* are named, and the others counted */

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
	    .len = len, .anchor = anchor, .first = page, .last = page,
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
		    (gap = next_gap(&only, i, &at)) != 0; at += gap) {
			for (done = 0; done < gap; done += n) {
				n = gap - done < size ?
				    (uint16_t)(gap - done) : size;
				add_kept(p, i, (uint32_t)at + done,
				    (uint32_t)at, n);
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
		    p->blocks[i].len : 0;
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
		for (at = 0; p->pages[i].needed &&
		    (gap = next_gap(p, i, &at)) != 0; at += gap) {
			if (at == to && to != 0) {
				to += gap;
				continue;
			}
			if (to != 0 && ranges++ < RANGES)
				buf_addf(b, "%s0x%08llx to 0x%08llx",
				    ranges == 1 ? "" : ", ",
				    (unsigned long long)from,
				    (unsigned long long)to - 1);
			from = at;
			to = at + gap;
		}
	}
	if (to != 0 && ranges++ < RANGES)
		buf_addf(b, "%s0x%08llx to 0x%08llx", ranges == 1 ? "" : ", ",
		    (unsigned long long)from, (unsigned long long)to - 1);
	if (ranges > RANGES)
		buf_addf(b, " and %u more", ranges - RANGES);
}
