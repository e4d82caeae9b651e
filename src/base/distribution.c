/* SPDX-License-Identifier: ISC */
#include "base/distribution.h"

#include <stddef.h>

/* Where v is counted: itself, or its power of two and the four bits below. */
static size_t
slot_of(uint64_t v)
{
	unsigned power;

	if (v < DISTRIBUTION_EXACT)
		return ((size_t)v);
	power = 63 - (unsigned)__builtin_clzll(v);
	return (DISTRIBUTION_EXACT + (power - 6) * DISTRIBUTION_STEPS +
	    ((v >> (power - 4)) & (DISTRIBUTION_STEPS - 1)));
}

uint64_t
distribution_value(size_t slot)
{
	unsigned power;
	uint64_t step;

	if (slot < DISTRIBUTION_EXACT)
		return (slot);
	slot -= DISTRIBUTION_EXACT;
	power = (unsigned)(slot / DISTRIBUTION_STEPS) + 6;
	step = UINT64_C(1) << (power - 4);
	return ((UINT64_C(1) << power) +
	    (slot % DISTRIBUTION_STEPS + 1) * step - 1);
}

void
distribution_add(struct distribution *s, uint64_t v)
{
	if (s->n == 0 || v < s->min)
		s->min = v;
	if (s->n == 0 || v > s->max)
		s->max = v;
	s->n++;
	s->sum += v;
	s->counts[slot_of(v)]++;
}

uint64_t
distribution_quantile(const struct distribution *s, double share)
{
	uint64_t wanted = (uint64_t)(share * (double)s->n), seen = 0, v;
	size_t i, n = sizeof(s->counts) / sizeof(s->counts[0]);

	for (i = 0; i < n; i++) {
		seen += s->counts[i];
		if (seen >= wanted && seen != 0)
			break;
	}
	v = i < n ? distribution_value(i) : s->max;
	return (v > s->max ? s->max : v < s->min ? s->min : v);
}
