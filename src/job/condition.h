/* SPDX-License-Identifier: ISC */
/*
 * WHAT of expect, until and break: a condition on a session.
 */
#ifndef JOB_CONDITION_H
#define JOB_CONDITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct dfu_stack;
struct session;
struct line_reader;

enum condition_kind {
	CONDITION_STATE,	/* reported (or believed, after a request) */
	CONDITION_STATUS,
	CONDITION_OUTCOME,	/* of the last request */
	CONDITION_POLL,		/* bwPollTimeout CMP MS */
	CONDITION_GONE,
	CONDITION_BACK,
	CONDITION_VERDICT,	/* value: a row that has the word */
	CONDITION_REQUEST,	/* the last request, or the next for break */
	CONDITION_ADDRESS,	/* DfuSe: it concerns that address */
	CONDITION_TIME		/* the last request took CMP MS */
};

enum comparison { LESS, LESS_EQUAL, EQUAL, NOT_EQUAL, GREATER_EQUAL, GREATER };

struct condition {
	enum condition_kind	kind;
	enum comparison		compare;
	uint32_t		value;
};

struct setup;
struct dfu_meaning;

/* What is parsed and printed; the manual page shows the rest. */
struct condition_row {
	const char		*word;
	enum condition_kind	 kind;
	const char		*args;		/* "CMP MS", "": takes none */
	const char		*sentence;	/* when it is the case */
	const char		*what;	/* its value is, or NULL: takes none */
	bool			(*value)(const char *word, uint32_t *v);
	uint32_t		 fixed;	/* the value of one that takes none */
};
extern const struct condition_row condition_rows[];
extern const size_t condition_rows_count;

/* Takes the condition's words off w; false: error names the wrong one. */
bool	condition_parse(struct condition *c, struct line_reader *w,
	    struct buf *error);

/* It holds now; stack is the operator's word for it, or NULL. */
bool	condition_holds(const struct condition *c, const struct session *s,
	    const struct dfu_stack *stack, uint64_t now);

/* It is about a request as such, so it can be told before it is sent. */
bool	condition_foresees(const struct condition *c);

/* It holds for a request that means this. */
bool	condition_meets(const struct condition *c, const struct setup *setup,
	    const struct dfu_meaning *meaning);

/* "state dfuMANIFEST" */
void	condition_words(const struct condition *c, struct buf *b);

/* What is the case instead: "the state is dfuIDLE (#4)". */
void	condition_instead(const struct condition *c, const struct session *s,
	    const struct dfu_stack *stack, uint64_t now, struct buf *b);

#endif
