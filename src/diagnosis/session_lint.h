/* SPDX-License-Identifier: ISC */
/*
 * What a session knows of its device, as dfu/lint.h and dfu/quirk.h ask
 * for it: descriptors and strings, and the states that its answers named.
 */
#ifndef DIAGNOSIS_SESSION_LINT_H
#define DIAGNOSIS_SESSION_LINT_H

#include "dfu/lint.h"
#include "dfu/quirk.h"
#include "session/session.h"
#include "session/severity.h"

/*
 * Checks the DFU interface in use. Nothing that was said before the latest
 * arrival counts. Release *l with lint_free.
 */
void	session_lint(const struct session *s, struct lint *l);

/* The weight of a finding in the words of all reports. */
enum severity session_lint_weight(const struct lint_row *row);

/*
 * What tools do otherwise with this device: at most max rows of dfu_quirks.
 * Returns how many fit.
 */
size_t	session_quirks(const struct session *s,
	    const struct dfu_quirk **rows, size_t max);

/* "waits 35 s when a mass erase announces 100 ms: ... [source]" */
void	session_lint_quirk(const struct dfu_quirk *q, struct buf *b);

#endif
