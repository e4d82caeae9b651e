/* SPDX-License-Identifier: ISC */
/*
 * Failures that no trace of the bus can show: what is known of them, for
 * `explain --about`, with what points there.
 */
#ifndef DIAGNOSIS_FINDING_TEXT_H
#define DIAGNOSIS_FINDING_TEXT_H

#include <stddef.h>

struct finding_text {
	const char	*id;		/* "no-enumeration" */
	const char	*title;		/* at most 60 characters */
	const char	*text;		/* paragraphs, '\n' between them */
	const char	*try;		/* what to try */
	const char	*source;
};

extern const struct finding_text finding_texts[];
extern const size_t finding_texts_count;

/* The text of that id, or NULL. */
const struct finding_text *finding_text_named(const char *id);

#endif
