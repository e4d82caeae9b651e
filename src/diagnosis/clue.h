/* SPDX-License-Identifier: ISC */
/*
 * What in the descriptors of a device tells which stack it runs. An id alone
 * never does: boards keep the id of the example that they began with, and
 * one id is used by several stacks.
 */
#ifndef DIAGNOSIS_CLUE_H
#define DIAGNOSIS_CLUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct session;

/* What of the descriptors is looked at. */
enum clue_part {
	CLUE_ID,		/* vendor and product */
	CLUE_VENDOR,
	CLUE_DEVICE,		/* bcdDevice */
	CLUE_MANUFACTURER,	/* a part of the string */
	CLUE_PRODUCT,		/* a part of the string */
	CLUE_ALTERNATE,		/* a part of the name of one of them */
	CLUE_DFU,		/* bcdDFUVersion */
	CLUE_ATTRIBUTES,	/* bmAttributes */
	CLUE_SIZE,		/* wTransferSize */
	CLUE_DETACH		/* wDetachTimeOut */
};

enum clue_strength {
	CLUE_TYPICAL,		/* in keeping; another value says nothing */
	CLUE_ALWAYS,		/* in keeping; another value contradicts */
	CLUE_SHARED,		/* an id that others use too */
	CLUE_OWN		/* nobody else is known to have it */
};

struct clue {
	const char		*stack;		/* dfu_stack.id */
	enum clue_part		 part;
	enum clue_strength	 strength;
	uint32_t		 number;	/* vendor << 16, product */
	const char		*text;		/* of strings, else NULL */
	const char		*source;	/* who says so */
};

extern const struct clue clues[];
extern const size_t clues_count;

enum clue_answer {
	CLUE_UNKNOWN,		/* that part of it is not known */
	CLUE_FITS,
	CLUE_DIFFERS
};

enum clue_answer clue_ask(const struct clue *c, const struct session *s);

/* "0483:df11", "product string \"DFU Demo\"", "wTransferSize 1024" */
void	clue_words(const struct clue *c, struct buf *b);

#endif
