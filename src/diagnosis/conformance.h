/* SPDX-License-Identifier: ISC */
/*
 * Whether an answer agrees with what the specification, and with what the
 * likely device stack, has for it; and if not, whose rule was broken.
 */
#ifndef DIAGNOSIS_CONFORMANCE_H
#define DIAGNOSIS_CONFORMANCE_H

#include <stddef.h>

#include "base/buf.h"
#include "dfu/stack.h"

struct request;
struct session;

enum conforms {
	CONFORMS_UNJUDGED, /* no answer, or it is not known from which state */
	CONFORMS_YES,
	CONFORMS_NO
};

struct conformance {
	enum conforms		 spec;
	enum conforms		 stack;		/* UNJUDGED without one */
	const char		*clause; /* of the broken rule, or NULL */
	uint32_t		 since;	/* the answer that it is judged from */
	const struct dfu_stack	*of;		/* whose stack it is */
};

/*
 * Of a request of the session; stack may be NULL. Judged only where what
 * the device said itself, and the rules since, leave no doubt which states
 * it could be in: at most a few requests are looked at, nothing is kept.
 * A time-out, a cancel and a vanished device break no rule.
 */
struct conformance conformance_of(const struct session *s,
		    const struct request *r, const struct dfu_stack *stack);

/*
 * Its answer is the one that was foretold when it was sent, by DFU 1.1 or by
 * the stack: conformance_of does not find both broken then. stack may be NULL.
 */
bool		 conformance_foretold(const struct request *r,
		    const struct dfu_stack *stack);

/* Only the stack's half of it, which costs less. */
enum conforms	 conformance_with(const struct session *s,
		    const struct request *r, const struct dfu_stack *stack);

/* A rule was broken. */
bool		 conformance_broken(const struct conformance *a);

/* "not as DFU 1.1 A.2.5 has it, but as TinyUSB does"; "" if unbroken. */
void		 conformance_words(const struct conformance *a, struct buf *b);

/* The same in few columns: "not DFU 1.1", "not U-Boot". */
void		 conformance_brief(const struct conformance *a, struct buf *b);

#endif
