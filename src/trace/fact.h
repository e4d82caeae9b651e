/* SPDX-License-Identifier: ISC */
/*
 * What a source of events can hold or not: a live device tells its
 * descriptors, a capture that begins in mid session does not; a pasted log
 * has no clock. A rule that rests on a fact abstains without it.
 */
#ifndef TRACE_FACT_H
#define TRACE_FACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum fact {
	FACT_CLOCK,		/* when things happened */
	FACT_WAITS,		/* bwPollTimeout of the answers */
	FACT_PAYLOAD,		/* the bytes that crossed */
	FACT_DESCRIPTORS,	/* any of them */
	FACT_ATTRIBUTES,	/* bmAttributes of the functional descriptor */
	FACT_MAP,		/* names of alternate settings */
	FACT_STATUS,		/* bState of the answers */
	FACT_ERROR_CODE,	/* bStatus of the answers */
	FACT_OTHERS		/* whether other programs used the device */
};
#define FACT_COUNT	(FACT_OTHERS + 1)
#define FACT(f)		((uint16_t)(1u << (f)))
#define FACTS_ALL	((uint16_t)((1u << FACT_COUNT) - 1))

/* "clock"; NULL if out of range. */
const char	*fact_name(enum fact f);
bool		 fact_parse(const char *name, enum fact *f);

/* "clock,waits": the names of a mask, in the order of the enum. */
void		 fact_mask_print(struct buf *b, uint16_t mask);
/* False: a name that is none; *mask is then unspecified. */
bool		 fact_mask_parse(const char *names, uint16_t *mask);

#endif
