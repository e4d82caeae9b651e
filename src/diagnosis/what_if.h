/* SPDX-License-Identifier: ISC */
/*
 * What a request would do now, in words: session/prediction.h has it.
 */
#ifndef DIAGNOSIS_WHAT_IF_H
#define DIAGNOSIS_WHAT_IF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/meaning.h"
#include "dfu/side_effect.h"
#include "session/prediction.h"

struct session;

/* What the operator may do next, as a row each. */
struct what_if_row {
	const char	*ask;		/* "getstatus", "dnload 0", "wait" */
	const char	*name;		/* "GETSTATUS", at most 14 columns */
	const char	*command;	/* the row of its command, or NULL */
	int8_t		 input;		/* enum dfu_input, or ALTERNATE */
	bool		 dfuse;		/* only where DfuSe is spoken */
	const char	*means;		/* what it is besides, or NULL */
};
#define WHAT_IF_ALTERNATE	(-1)

extern const struct what_if_row what_if_rows[];
extern const size_t what_if_rows_count;

/* The row of that name, for this device or any; or NULL. */
const struct what_if_row *what_if_named(const char *ask);

/* The row that a request of this meaning is, or NULL. */
const struct what_if_row *what_if_row_of(const struct dfu_meaning *m);

/* The one asked for, or all that apply if asked is NULL. */
bool	what_if_wanted(const struct what_if_row *row,
	    const struct what_if_row *asked, const struct session *s);

/*
 * "by DFU 1.1, as time has passed, it is in 8 dfuMANIFEST-WAIT-RESET", or why
 * not; both states, where the stack's is another.
 */
void	what_if_title(const struct session *s, uint64_t now, struct buf *b);

/* As predict(), for a row; SET_INTERFACE has no spec row. */
struct prediction what_if_row(const struct session *s,
		    const struct what_if_row *row,
		    const struct dfu_stack *stack, uint64_t now);

/* Everything there is to say of a row at now; buffers are the caller's. */
struct what_if_words {
	struct buf	 state;		/* by DFU 1.1; "" if unknown */
	struct buf	 spec;		/* "answered, stays in ..." */
	struct buf	 clause;	/* "DFU 1.1 A.2.8" */
	struct buf	 stack;		/* "" without a stack */
	const char	*certainty;	/* "tested", or NULL */
	const char	*source;	/* of what the stack does, or NULL */
	bool		 differs;
	const char	*undo;		/* NULL: not known */
	const char	*spoils;	/* NULL: nothing */
	const char	*side_effect_source;
};

void	what_if_tell(const struct session *s, const struct what_if_row *row,
	    const struct dfu_stack *stack, uint64_t now,
	    struct what_if_words *w);
void	what_if_words_free(struct what_if_words *w);

#endif
