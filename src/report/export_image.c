/* SPDX-License-Identifier: ISC */
/*
 * What was downloaded, put together from its blocks: those that the device
 * says it wrote, each where it lies, the latest where several were written.
 */
#include "report/export_own.h"

#include <string.h>

#include "base/text.h"

#define RAW_MOST	(64u * 1024 * 1024)
#define FILLED		0xff	/* between blocks: as erased flash */
#define HEX_LINE	16

struct image_export {
	struct buf		*b;
	const struct app	*app;
	const struct session	*s;
	uint8_t			 alternate;
	bool			 hex;
	bool			 begun;
	uint32_t		 next;		/* raw: behind the last byte */
	uint32_t		 high;		/* hex: of the address, or ~0 */
	uint64_t		 bytes, gaps;
	size_t			 missing;	/* blocks not kept whole */
};

static void
hex_record(struct buf *b, uint8_t type, uint16_t address, const uint8_t *p,
    size_t n)
{
	uint8_t sum = (uint8_t)(n + type + (address >> 8) + address);
	size_t i;

	buf_addf(b, ":%02X%04X%02X", (unsigned)n, address, type);
	for (i = 0; i < n; i++) {
		buf_addf(b, "%02X", p[i]);
		sum = (uint8_t)(sum + p[i]);
	}
	buf_addf(b, "%02X\n", (uint8_t)(0u - sum));
}

static void
add_hex(struct image_export *x, uint32_t address, const uint8_t *p, size_t n)
{
	uint8_t high[2];
	size_t k;

	for (; n > 0; p += k, n -= k, address += (uint32_t)k) {
		k = HEX_LINE - address % HEX_LINE;
		k = k < n ? k : n;
		if (address >> 16 != x->high) {
			x->high = address >> 16;
			high[0] = (uint8_t)(x->high >> 8);
			high[1] = (uint8_t)x->high;
			hex_record(x->b, 4, 0, high, 2);
		}
		hex_record(x->b, 0, (uint16_t)address, p, k);
	}
}

/* False: the gap before it is too long for a raw file. */
static bool
add_raw(struct image_export *x, uint32_t address, const uint8_t *p, size_t n)
{
	uint32_t gap = x->begun ? address - x->next : 0;

	if (x->b->len + (uint64_t)gap + n > RAW_MOST)
		return (false);
	x->gaps += gap;
	while (gap-- > 0)
		buf_addc(x->b, FILLED);
	buf_add(x->b, p, n);
	return (true);
}

const uint8_t *
export_image_bytes(const struct app *d, const struct session *s,
    const struct block *block)
{
	const struct request *r = session_request(s, block->by);
	const struct event *e = r == NULL ? NULL :
	    trace_get(d->sessions->trace, r->submit);
	uint32_t from = r != NULL && r->meaning.addressed ?
	    block->address - r->meaning.address : 0;

	if (e == NULL || e->elided || e->kept != e->len ||
	    (uint64_t)from + block->len > e->kept)
		return (NULL);
	return (e->data + from);
}

/* False: it does not fit into the file. */
static bool
add_block(struct image_export *x, const struct block *block)
{
	const uint8_t *p = export_image_bytes(x->app, x->s, block);
	bool fits = true;

	if (p == NULL) {
		x->missing++;
		return (true);
	}
	if (x->hex)
		add_hex(x, block->address, p, block->len);
	else
		fits = add_raw(x, block->address, p, block->len);
	x->begun = true;
	x->next = block->address + block->len;
	x->bytes += block->len;
	return (fits);
}

static void
add_said(const struct image_export *x, uint32_t first, struct buf *said)
{
	buf_addf(said, "%llu byte%s, 0x%08x-0x%08x",
	    (unsigned long long)x->bytes, TEXT_S(x->bytes), first, x->next - 1);
	if (x->gaps != 0)
		buf_addf(said, "; %llu byte%s in between not written, ff in "
		    "the file", (unsigned long long)x->gaps, TEXT_S(x->gaps));
	if (x->missing != 0)
		buf_addf(said, "; %zu block%s missing: dfuscope did not keep "
		    "the bytes", x->missing, x->missing == 1 ? " is" : "s are");
}

size_t
export_image_first(const struct session *s)
{
	const struct blocks *w = &s->memory.written;
	size_t i = blocks_find(w, s->alternate, 0);

	return (i < w->n && w->list[i].alternate == s->alternate ? i :
	    w->n != 0 ? 0 : w->n);
}

bool
export_image(struct buf *b, const struct app *d, const struct session *s,
    const char *path, struct buf *said)
{
	const struct blocks *w = &s->memory.written;
	const char *dot = strrchr(path, '.');
	struct image_export x = { .b = b, .app = d, .s = s,
	    .high = UINT32_MAX,
	    .hex = dot != NULL && strcmp(dot, ".hex") == 0 };
	size_t i = export_image_first(s);
	uint32_t first;

	if (i == w->n) {
		buf_adds(said, "the device has not confirmed any written "
		    "block");
		return (false);
	}
	x.alternate = w->list[i].alternate;
	for (first = w->list[i].address; i < w->n &&
	    w->list[i].alternate == x.alternate; i++) {
		if (add_block(&x, &w->list[i]))
			continue;
		buf_addf(said, "0x%08x-0x%08x is too far apart for a raw "
		    "file: use a name that ends in .hex",
		    first, w->list[i].address);
		return (false);
	}
	if (x.bytes == 0) {
		buf_adds(said, "the written bytes were not kept: use "
		    "--payload to keep them");
		return (false);
	}
	if (x.hex)
		hex_record(b, 1, 0, NULL, 0);
	add_said(&x, first, said);
	return (true);
}
