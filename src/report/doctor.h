/* SPDX-License-Identifier: ISC */
/*
 * What stands between this user and a device, as text and as JSON: what was
 * found is handed in, by whoever knows the machine.
 */
#ifndef REPORT_DOCTOR_H
#define REPORT_DOCTOR_H

#include "base/buf.h"

enum doctor_how {
	DOCTOR_FINE,
	DOCTOR_NOTE,		/* something does not work, devices do */
	DOCTOR_IN_THE_WAY
};

/* What was found of one thing that was looked at. */
struct doctor_finding {
	const char	*id;		/* "permission" */
	enum doctor_how	 how;
	struct buf	 place;		/* of a device, or "" */
	struct buf	 words;
	struct buf	 mend;		/* a command for a shell, or "" */
};

/* "ok", "note", "in the way" */
const char *doctor_how_words(enum doctor_how how);

/* Appends it: two lines at most, the command in one of its own. */
void	doctor_text(struct buf *b, const struct doctor_finding *f);

/* The same, {"v":2,"type":"doctor",...}. */
void	doctor_json(struct buf *b, const struct doctor_finding *f);

#endif
