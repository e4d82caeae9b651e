/* SPDX-License-Identifier: ISC */
/*
 * Counts of values, for quantiles: it does not grow with how many there are.
 */
#ifndef BASE_DISTRIBUTION_H
#define BASE_DISTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

/* Exact below DISTRIBUTION_EXACT, within 1/16 above. */
#define DISTRIBUTION_EXACT	64
#define DISTRIBUTION_STEPS	16	/* of each power of two above */
struct distribution {
	uint64_t	n;
	uint64_t	sum;
	uint64_t	min;
	uint64_t	max;
	uint64_t	counts[DISTRIBUTION_EXACT + DISTRIBUTION_STEPS * 58];
};

void		distribution_add(struct distribution *s, uint64_t v);

/* The value that share (0 to 1) of all are not above; n must not be 0. */
uint64_t	distribution_quantile(const struct distribution *s,
    double share);

/* The greatest value that counts[slot] counts. */
uint64_t	distribution_value(size_t slot);

#endif
