/* SPDX-License-Identifier: ISC */
/*
 * What a request costs: whether it can be undone, and which evidence of what
 * went wrong it would destroy. Rows; the first that fits counts.
 */
#ifndef DFU_SIDE_EFFECT_H
#define DFU_SIDE_EFFECT_H

#include <stdint.h>

#include "dfu/stack.h"

struct dfu_side_effect {
	const char	*stack;		/* of that id; NULL: of any */
	const char	*command; /* "getstatus", as commands are called */
	int8_t		 state;		/* DFU_SIDE_EFFECT_ANY */
	int8_t		 dfuse;		/* 0 or 1, or DFU_SIDE_EFFECT_ANY */
	const char	*undo;		/* how, or why not; a phrase */
	const char	*spoils;	/* evidence lost; NULL: none */
	const char	*source;
};
#define DFU_SIDE_EFFECT_ANY	(-1)

/* Instead of the command: refused to dfuERROR, or in place; no change. */
#define DFU_SIDE_EFFECT_REFUSED	"(refused)"
#define DFU_SIDE_EFFECT_IGNORED	"(ignored)"
#define DFU_SIDE_EFFECT_STAYS		"(stays)"

extern const struct dfu_side_effect dfu_side_effects[];
extern const size_t dfu_side_effects_count;

/*
 * The row for a command (as the table of commands names it; "dnload 0" is
 * the one of length 0, "wait" is no request) accepted in state to a device of
 * stack (NULL: not known). NULL: no such command.
 */
const struct dfu_side_effect *dfu_side_effect_of(const struct dfu_stack *stack,
	    uint8_t state, const char *command, int dfuse);

#endif
