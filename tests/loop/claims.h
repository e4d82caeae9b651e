/* SPDX-License-Identifier: ISC */
/*
 * Whether what a job says of memory is so, held against the memory itself.
 */
#ifndef TESTS_LOOP_CLAIMS_H
#define TESTS_LOOP_CLAIMS_H

#include "tests/loop/trial.h"

struct claims {
	uint32_t	 base;		/* of the image */
	const uint8_t	*image;
	size_t		 n;
	const uint8_t	*before;	/* what memory held, of n bytes too */
};

/*
 * Every "0xA to 0xB WORD" of text is true of the device, and together they
 * leave out nothing if all is set. The test fails otherwise.
 */
void	claims_check(const struct trial *t, const struct claims *c,
	    const char *text);

/* The memory of a device of that spec as it begins; the caller frees. */
uint8_t	*claims_before(const char *spec, uint32_t base, size_t n);

#endif
