/* SPDX-License-Identifier: ISC */
/* Any string: what comes out is in order, apart and inside of 4 GiB. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "dfu/layout.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_segments(const struct layout *l)
{
	const struct layout_segment *s;
	uint64_t end = 0, total = 0;
	uint32_t last;
	size_t i;

	for (i = 0; i < l->nsegments; i++) {
		s = &l->segments[i];
		must(s->start >= end);
		must(s->count > 0 && s->size > 0);
		must(s->kind >= 1 && s->kind <= 7);
		end = s->start + (uint64_t)s->count * s->size;
		must(end <= UINT64_C(1) << 32);
		last = (uint32_t)(end - 1);
		must(layout_at(l, s->start) == s && layout_at(l, last) == s);
		must(layout_sector(l, last) == end - s->size);
		total += end - s->start;
	}
	must(layout_total(l) == total);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct layout l;
	bool ok;

	ok = layout_parse(&l, (const char *)p, n);
	must(ok == (l.name != NULL));
	must(ok || (l.nsegments == 0 && l.odd == 0));
	must(l.odd_at <= n && (l.odd & ~0xffu) == 0);
	must(l.nsegments <= n / 4);
	if (ok)
		must(p[0] == '@' && strlen(l.name) < n);
	check_segments(&l);
	layout_free(&l);
	return (0);
}
