/*
 * What a request would do now: by the specification, which counts time, and
 * by the device stack that this is likely to be.
 */
#ifndef MODEL_WHAT_IF_H
#define MODEL_WHAT_IF_H

#include <stdbool.h>
#include <stdint.h>

#include "dfu/move.h"
#include "dfu/stack.h"

struct session;

struct what_if {
	uint8_t			 state;		/* by the specification */
	const struct dfu_move	*spec;		/* NULL: it says nothing */
	uint8_t			 stack_state;	/* by the stack */
	bool			 known;		/* the next is valid */
	struct dfu_outlook	 stack;
};

/*
 * For one input, at now; stack may be NULL. Nothing is known while the state
 * is not: then spec is NULL and known false.
 */
struct what_if	what_if(const struct session *s, enum dfu_input input,
		    const struct dfu_stack *stack, uint64_t now);

/* The same words for both halves: "stays", "STALL, dfuERROR", "leaves". */
struct dfu_outlook what_if_spec(const struct what_if *w);

/* The two say different things. */
bool	what_if_differs(const struct what_if *w);

#endif
