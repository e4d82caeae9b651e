/*
 * WHAT of expect, until and break: a condition on a session.
 */
#ifndef MODEL_CONDITION_H
#define MODEL_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct dfu_stack;
struct session;
struct words;

enum condition_kind {
	CONDITION_STATE,	/* reported (or believed, after a request) */
	CONDITION_STATUS,
	CONDITION_OUTCOME,	/* of the last request */
	CONDITION_POLL,		/* bwPollTimeout CMP MS */
	CONDITION_GONE,
	CONDITION_BACK,
	CONDITION_VERDICT	/* value: a row that has the word */
};

enum comparison { LESS, LESS_EQUAL, EQUAL, NOT_EQUAL, GREATER_EQUAL, GREATER };

struct condition {
	enum condition_kind	kind;
	enum comparison		compare;
	uint32_t		value;
};

/* Takes the condition's words off w; false: error names the wrong one. */
bool	condition_parse(struct condition *c, struct words *w,
	    struct buf *error);

/* It holds now; stack is the operator's word for it, or NULL. */
bool	condition_holds(const struct condition *c, const struct session *s,
	    const struct dfu_stack *stack, uint64_t now);

/* "state dfuMANIFEST" */
void	condition_words(const struct condition *c, struct buf *b);

/* What is the case instead: "the state is dfuIDLE (#4)". */
void	condition_instead(const struct condition *c, const struct session *s,
	    const struct dfu_stack *stack, uint64_t now, struct buf *b);

#endif
