/* SPDX-License-Identifier: ISC */
/*
 * What contradicts what in the words of a device: its descriptors, its
 * strings, and the states that it was seen in. Rows, each with what it means
 * for whoever has the device on the application state.
 */
#ifndef DFU_LINT_H
#define DFU_LINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dfu/descriptor.h"

struct lint_look;
struct buf;

/* In order of weight. */
enum lint_severity {
	LINT_NOTE,		/* odd, and some program may stumble */
	LINT_WARNING,		/* a promise that will mislead */
	LINT_ERROR		/* something cannot work as it stands */
};

struct lint_row {
	const char		*id;		/* "transfer-size-zero" */
	enum lint_severity	 severity;
	const char		*what;		/* what contradicts what */
	const char		*consequence;	/* and what comes of it */
	const char		*source;	/* clause, or who met it */
	/* True if it is so; appends the values, a phrase, to detail. */
	bool			 (*is)(const struct lint_look *look,
				    unsigned arg, struct buf *detail);
	unsigned		 arg;
};

extern const struct lint_row lint_rows[];
extern const size_t lint_rows_count;

/* The row of that id, or NULL. */
const struct lint_row *lint_named(const char *id);

/* What is known of a device. Everything is borrowed. */
struct lint_subject {
	const struct dfu_descriptors	*descriptors;
	const struct dfu_function	*function;	/* of them, or NULL */
	const void			*bytes;	/* that they were read from */
	size_t				 nbytes;
	const char			*names[256]; /* of its alternates */
	const char			*manufacturer;	/* NULL: not known */
	const char			*product;
	const char			*serial;
	uint16_t			 states; /* reported: 1 << bState */
	bool				 resumed; /* 7 was left for 6 or 2 */
};

struct lint_finding {
	const struct lint_row	*row;
	char			*detail;	/* "wTransferSize 0", or "" */
};

struct lint {
	struct lint_finding	*findings;	/* the weightiest first */
	size_t			 n;
};

/* All rows against s into *l (overwritten); release with lint_free. */
void	lint_check(struct lint *l, const struct lint_subject *s);
void	lint_free(struct lint *l);

/* Appends what contradicts what, the values included: one sentence. */
void	lint_words(struct buf *b, const struct lint_finding *f);

#endif
