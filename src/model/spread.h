/*
 * Counts of values, for quantiles: it does not grow with how many there are.
 */
#ifndef MODEL_SPREAD_H
#define MODEL_SPREAD_H

#include <stddef.h>
#include <stdint.h>

/* Exact below SPREAD_EXACT, within 1/16 above. */
#define SPREAD_EXACT	64
#define SPREAD_STEPS	16	/* of each power of two above */
struct spread {
	uint64_t	n;
	uint64_t	sum;
	uint64_t	min;
	uint64_t	max;
	uint64_t	counts[SPREAD_EXACT + SPREAD_STEPS * 58];
};

void		spread_add(struct spread *s, uint64_t v);

/* The value that share (0 to 1) of all are not above; n must not be 0. */
uint64_t	spread_quantile(const struct spread *s, double share);

/* The greatest value that counts[slot] counts. */
uint64_t	spread_value(size_t slot);

#endif
