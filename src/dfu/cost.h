/*
 * What a request costs: whether it can be undone, and which evidence of what
 * went wrong it would destroy. Rows; the first that fits counts.
 */
#ifndef DFU_COST_H
#define DFU_COST_H

#include <stdint.h>

#include "dfu/stack.h"

struct dfu_cost {
	const char	*stack;		/* of that id; NULL: of any */
	const char	*command; /* "getstatus", as commands are called */
	int8_t		 state;		/* DFU_COST_ANY */
	int8_t		 dfuse;		/* 0 or 1, or DFU_COST_ANY */
	const char	*undo;		/* how, or why not; a phrase */
	const char	*spoils;	/* evidence lost; NULL: none */
	const char	*source;
};
#define DFU_COST_ANY	(-1)

/* Instead of the command: refused to dfuERROR, or in place; no change. */
#define DFU_COST_REFUSED	"(refused)"
#define DFU_COST_IGNORED	"(ignored)"
#define DFU_COST_STAYS		"(stays)"

extern const struct dfu_cost dfu_costs[];
extern const size_t dfu_costs_count;

/*
 * The row for a command (as the table of commands names it; "dnload 0" is
 * the one of length 0, "wait" is no request) accepted in state to a device of
 * stack (NULL: not known). NULL: no such command.
 */
const struct dfu_cost *dfu_cost_of(const struct dfu_stack *stack,
	    uint8_t state, const char *command, int dfuse);

#endif
