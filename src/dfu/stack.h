/*
 * Device stacks: how known device software differs from the table of moves,
 * and how well that is known. A claim is a cell; what nobody has looked at
 * is no claim.
 */
#ifndef DFU_STACK_H
#define DFU_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dfu/transition.h"

/* How a claim is known, the best first. */
enum dfu_certainty {
	DFU_KNOWN_SPEC,		/* written in a specification */
	DFU_KNOWN_RUN,		/* the software was run and watched */
	DFU_KNOWN_SOURCE,	/* its source was read */
	DFU_KNOWN_REPORT,	/* somebody reported it */
	DFU_KNOWN_INFERRED	/* it would be in keeping */
};

const char	*dfu_certainty_words(enum dfu_certainty c);

struct dfu_stack {
	const char		*id;		/* "tinyusb" */
	const char		*name;		/* "TinyUSB", 11 columns */
	const char		*version;	/* what was looked at */
	const char		*source;	/* where this comes from */
	enum dfu_certainty	 certainty;	/* of its cells, unless said */
	const char		*polling;	/* of waits, or NULL */
	/*
	 * A line a state, a word an input in the order of enum dfu_input:
	 *	.	as A.2		?	no claim
	 *	=	answered, the state stays
	 *	>N	answered, goes to state N
	 *	S=	STALL, the state stays
	 *	S>N	STALL, goes to state N
	 *	T=	no answer
	 *	X	leaves the bus
	 * with ' behind it where it is inferred. NULL: no claim at all.
	 */
	const char		*cells[11];
	bool			 late;	/* GETSTATUS names the state before */
};

extern const struct dfu_stack dfu_stacks[];
extern const size_t dfu_stacks_count;

const struct dfu_stack *dfu_stack_named(const char *id);

#define DFU_NEXT_GONE	0xff

struct dfu_outlook {
	enum dfu_response	 response;
	uint8_t			 next;		/* or DFU_NEXT_GONE */
	uint8_t			 says;	/* bState, if it is answered with one */
	enum dfu_certainty	 certainty;
	const char		*note;		/* more about it, or NULL */
};

/*
 * What the stack does with input in state; c for the cells that are as A.2.
 * False: nothing is known.
 */
bool	dfu_stack_outlook(const struct dfu_stack *stack, uint8_t state,
	    enum dfu_input input, const struct dfu_conditions *c,
	    struct dfu_outlook *o);

/*
 * SET_INTERFACE, which is no input of A.2: there the state stays, and the
 * rows say which stacks take it for more. False: nothing is known.
 */
bool	dfu_stack_alternate(const struct dfu_stack *stack, uint8_t state,
	    struct dfu_outlook *o);

/*
 * The bStatus of the dfuERROR that the stack starts in without meaning it, 0:
 * it does not. *source, if not NULL: where that comes from.
 */
uint8_t	dfu_stack_start_value(const struct dfu_stack *stack,
	    const char **source);

/* It is known to speak plain DFU, whatever its alternates are named. */
bool	dfu_stack_plain(const struct dfu_stack *stack);

#endif
