/* SPDX-License-Identifier: ISC */
/*
 * What there is to say of a finding, part by part, in the order and with the
 * labels that the console and the reports share.
 */
#ifndef DIAGNOSIS_FINDING_PART_H
#define DIAGNOSIS_FINDING_PART_H

#include "base/buf.h"

struct advice;
struct finding;
struct finding_row;

enum finding_part {
	FINDING_PART_EVIDENCE,	/* "#6-#7: ABORT in dfuMANIFEST" */
	FINDING_PART_CAUSE,	/* who, and the mechanism */
	FINDING_PART_CHECK,	/* what looks so too, and how to tell */
	FINDING_PART_TRY,	/* what is advised now, if it is for this one */
	FINDING_PART_CURE,	/* what helps and is no request */
	FINDING_PART_FIRMWARE,
	FINDING_PART_SOURCES
};
#define FINDING_PART_COUNT	(FINDING_PART_SOURCES + 1)

const char	*finding_part_label(enum finding_part part);

/*
 * Appends the part; nothing if there is none. f, the finding itself, may be
 * NULL: of the row alone. a is what is advised if it is for this finding,
 * else NULL.
 */
void		 finding_part_words(enum finding_part part,
		    const struct finding_row *row, const struct finding *f,
		    const struct advice *a, struct buf *b);

#endif
