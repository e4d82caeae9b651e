/* SPDX-License-Identifier: ISC */
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
	 * and behind it
	 *	:N	the answer says state N, and not the one it leads to
	 *	!	what was asked for is done with it
	 *	~	what was asked for is still to be done
	 *	+b +e +u +o	a block, the end of all, an UPLOAD is to be
	 *		done from then on, a transfer is not closed
	 *	'	inferred
	 * Words joined by | are alternatives: the first counts that holds,
	 * and it holds if all of the letters before it do:
	 *	b	a block that was taken is not done
	 *	e	the manifestation is not done
	 *	u	an UPLOAD takes effect now
	 *	o	a transfer was given up, and not closed
	 *	t	bitManifestationTolerant
	 *	q	its application is done before the answer
	 *	z	it announced 0 ms for what it does
	 * NULL: no claim at all.
	 */
	const char		*cells[11];
	bool			 late;	/* GETSTATUS names the state before */
};

extern const struct dfu_stack dfu_stacks[];
extern const size_t dfu_stacks_count;

/* The first of them is DFU 1.1 itself, "strict". */
#define DFU_STACK_STRICT	(&dfu_stacks[0])

const struct dfu_stack *dfu_stack_named(const char *id);

#define DFU_NEXT_GONE	0xff

/* What a device was asked for and has not done. */
enum dfu_work {
	DFU_WORK_NONE,
	DFU_WORK_BLOCK,		/* a block or a command */
	DFU_WORK_END,		/* the manifestation */
	DFU_WORK_READ,		/* an UPLOAD, where that takes effect later */
	DFU_WORK_OPEN,		/* no more, but to close a transfer */
	DFU_WORK_UNKNOWN,	/* it was not seen from its beginning */
	DFU_WORK_KEPT		/* as before; of an outlook alone */
};

/* c, of a device that has that to do. */
static inline struct dfu_conditions
dfu_conditions_working(struct dfu_conditions c, enum dfu_work work)
{
	/* What is not known is as of a device that has just been asked. */
	c.block_done = work != DFU_WORK_BLOCK && work != DFU_WORK_UNKNOWN;
	c.manifest_done = work != DFU_WORK_END && work != DFU_WORK_UNKNOWN;
	c.read_waits = work == DFU_WORK_READ;
	c.open = work == DFU_WORK_OPEN;
	return (c);
}

struct dfu_outlook {
	enum dfu_response	 response;
	uint8_t			 next;		/* or DFU_NEXT_GONE */
	uint8_t			 says;	/* bState, if it is answered with one */
	uint8_t			 work;		/* enum dfu_work, afterwards */
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

/* The same by a row of A.2. */
struct dfu_outlook dfu_transition_outlook(const struct dfu_transition *m);

/* The cell has alternatives, or is as A.2, whose rows have conditions. */
bool	dfu_stack_depends(const struct dfu_stack *stack, uint8_t state,
	    enum dfu_input input);

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
