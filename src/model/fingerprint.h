/*
 * Which device stack this is likely to be: from descriptors, and from what
 * its answers so far contradict. Never a certainty; the operator may know
 * better.
 */
#ifndef MODEL_FINGERPRINT_H
#define MODEL_FINGERPRINT_H

#include <stdint.h>

#include "base/buf.h"
#include "dfu/stack.h"

struct session;

struct fingerprint {
	const struct dfu_stack	*stack;		/* NULL: none is likely */
	const char		*evidence;	/* why, a phrase */
	const char		*source;	/* who says that this tells */
	uint32_t		 against;	/* a request that contradicts */
};

/* The likeliest stack; fixed, if not NULL, is the operator's word. */
struct fingerprint fingerprint_of(const struct session *s,
	    const struct dfu_stack *fixed);

/* Its stack alone, which costs less; NULL: none is likely. */
const struct dfu_stack *fingerprint_stack(const struct session *s,
	    const struct dfu_stack *fixed);

/* "ST ROM (AN3156 rev 18): its product string; contradicted by #7" */
void	fingerprint_words(const struct fingerprint *f, struct buf *b);

#endif
