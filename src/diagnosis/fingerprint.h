/* SPDX-License-Identifier: ISC */
/*
 * Which device stack this is likely to be: from descriptors, and from what
 * its answers so far contradict. Never a certainty; the operator may know
 * better.
 */
#ifndef DIAGNOSIS_FINGERPRINT_H
#define DIAGNOSIS_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/stack.h"

struct session;

/* How sure one can be that it is that stack. */
enum fingerprint_certainty {
	FINGERPRINT_WEAK,	/* its answers fit, nothing else is known */
	FINGERPRINT_ID,		/* an id that others use too, and little more */
	FINGERPRINT_SHARED,	/* and the descriptors are in keeping */
	FINGERPRINT_OWN,	/* a mark of its own, and they are in keeping */
	FINGERPRINT_SAID	/* by the operator */
};

struct fingerprint {
	const struct dfu_stack	*stack;		/* NULL: none is likely */
	const char		*source;	/* who says that this tells */
	uint32_t		 against;	/* a request that contradicts */
	enum fingerprint_certainty certainty;
};

/* A stack that it could be, with what its answers say for and against. */
struct fingerprint_candidate {
	struct fingerprint	 print;
	uint32_t		 speaks; /* first that tells it from DFU 1.1 */
	unsigned		 nspeaks;
	unsigned		 nkinds; /* of them, by state and request */
	unsigned		 nagainst;
};
#define FINGERPRINT_CANDIDATES	4

/*
 * The likeliest stacks, the first one first: by descriptors, and by at least
 * two kinds of the latest answers that DFU 1.1 does not give and that stack
 * does. Stores at most max; returns how many. Not for every frame.
 */
size_t	fingerprint_candidates(const struct session *s,
	    const struct dfu_stack *fixed,
	    struct fingerprint_candidate *list, size_t max);

/* "ST ROM: likely, by its descriptors (0483:df11, ...); #4 as it does, ..." */
void	fingerprint_candidate_words(const struct session *s,
	    const struct fingerprint_candidate *c, struct buf *b);

/*
 * What speaks for the stack of f, which is not NULL, and what of the
 * descriptors against it: "0483:df11, product \"DFU Demo\"".
 */
void	fingerprint_evidence(const struct session *s,
	    const struct fingerprint *f, struct buf *b);

const char *fingerprint_certainty_words(enum fingerprint_certainty c);

/*
 * The stack that the descriptors tell; fixed, if not NULL, is the operator's
 * word. An id alone tells none.
 */
struct fingerprint fingerprint_of(const struct session *s,
	    const struct dfu_stack *fixed);

/* Its stack alone, which costs less; NULL: none is likely. */
const struct dfu_stack *fingerprint_stack(const struct session *s,
	    const struct dfu_stack *fixed);

/* "ST ROM (AN3156 rev 18): 0483:df11, ...; #7 speaks against it" */
void	fingerprint_words(const struct session *s,
	    const struct fingerprint *f, struct buf *b);

#endif
