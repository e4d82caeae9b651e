/* SPDX-License-Identifier: ISC */
/*
 * What a request would do, by the specification and by the device stack that
 * this is likely to be. There is one prediction: what is shown of it, what is
 * kept with a request and what is believed after its answer all come from
 * here.
 */
#ifndef SESSION_PREDICTION_H
#define SESSION_PREDICTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"
#include "dfu/stack.h"
#include "dfu/transition.h"

struct estimate;
struct session;

struct prediction {
	const struct dfu_stack	*by;	/* or NULL */
	const struct dfu_transition	*spec;	/* NULL: it says nothing */
	struct dfu_outlook		 stack;
	uint8_t	 state;		/* by the specification, with spec */
	uint8_t	 otherwise;	/* by it, where the firmware is not valid, */
				/* which only the device knows; or NO_STATE */
	uint8_t	 stack_state;	/* by the stack; NO_STATE: not known */
	bool	 known;		/* stack is valid */
};

/* The one of k that is the same; valid until intern_free. */
const struct prediction *predictions_keep(struct intern *k,
		    const struct prediction *p);

/*
 * A prediction that was kept, by all that predict_by() reads of the session
 * and of both states. The stack is in kept->by.
 */
struct prediction_memo {
	uint64_t		 read;	/* 0: free */
	const struct prediction	*kept;
};
#define PREDICTION_MEMO_BITS	6
#define PREDICTION_MEMOS	(1 << PREDICTION_MEMO_BITS)

/*
 * predict_by() of the likely stack, kept: from memory where it was asked the
 * same before.
 */
const struct prediction *predictions_of(struct session *s,
		    enum dfu_input input, const struct estimate *own,
		    const struct estimate *spec);

/*
 * For one input, at now (us); stack may be NULL. Nothing is known while the
 * state is not; where what the device has still to do is not known, and
 * matters to the stack, the stack's half is not.
 */
struct prediction predict(const struct session *s, enum dfu_input input,
		    const struct dfu_stack *stack, uint64_t now);

/* The same from the states that it is in then, by the stack and DFU 1.1. */
struct prediction predict_by(const struct session *s, enum dfu_input input,
		    const struct dfu_stack *stack, const struct estimate *own,
		    const struct estimate *spec);

/* The same for SET_INTERFACE, of which the specification says nothing. */
struct prediction predict_alternate(const struct session *s,
		    const struct dfu_stack *stack, uint64_t now);

/*
 * The stack's half alone, from any known state b; o is stored. False: nothing
 * is known.
 */
bool	predict_from(const struct session *s, const struct dfu_stack *stack,
	    const struct estimate *b, enum dfu_input input,
	    struct dfu_outlook *o);

/* Both halves in the same words: "stays", "STALL, dfuERROR", "leaves". */
struct dfu_outlook prediction_spec(const struct prediction *p);

/*
 * The one that counts, and the state that it is about: the stack's where that
 * is known, else the specification's. False: there is none.
 */
bool	prediction_first(const struct prediction *p, struct dfu_outlook *o,
	    uint8_t *from);

/* Both are known, and say different things. */
bool	prediction_differs(const struct prediction *p);

#endif
