/* SPDX-License-Identifier: ISC */
/*
 * The recovery actions that the page shows: those that may help, and those
 * that were tried; what makes no sense in this state is not among them.
 */
#ifndef UI_VIEW_RECOVERY_SHOWN_H
#define UI_VIEW_RECOVERY_SHOWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/recovery.h"
#include "job/runner.h"

struct recovery_shown {
	/* Those that are shown first, in order; behind n all others. */
	struct recovery_option	 options[RECOVERY_COUNT];
	size_t			 n;
	size_t			 selected;	/* of n, unless n is 0 */
	bool			 open;		/* it is to be got out */
};

/* For wanted, else the first, as selected. The caller drops it. */
void	recovery_shown_take(struct recovery_shown *l, const struct session *s,
	    const struct runner *r, const struct dfu_stack *stack,
	    uint64_t now, enum recovery_action wanted);
void	recovery_shown_drop(struct recovery_shown *l);

/* What got it out, as long as nothing else was sent since; or NULL. */
const struct recovery_try *recovery_shown_worked(const struct session *s,
	    const struct runner *r);

#endif
