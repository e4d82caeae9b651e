/* SPDX-License-Identifier: ISC */
/*
 * "Did you mean": of the names that are offered, the one that a word which
 * is none of them was probably meant to be.
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct nearest {
	const char	*word;		/* borrowed; may be NULL: no word */
	const char	*name;		/* borrowed, the best so far, or NULL */
	unsigned	 distance;	/* of that one, in half letters */
};

void		 nearest_begin(struct nearest *n, const char *word);

/*
 * A name that could be meant, which outlives n: one that the word is the
 * beginning of (from two letters on), or that differs, case aside, in one
 * letter of three at most. Of equals the first offered stays.
 */
void		 nearest_offer(struct nearest *n, const char *name);

/* The best name, or NULL. */
const char	*nearest_name(const struct nearest *n);

/* Appends "; did you mean NAME?", or nothing; false: nothing. */
bool		 nearest_ask(const struct nearest *n, struct buf *b);

#endif
