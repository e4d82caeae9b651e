/* SPDX-License-Identifier: ISC */
/* How much something matters. */
#ifndef SESSION_SEVERITY_H
#define SESSION_SEVERITY_H

enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_ERROR
};

/* "note", "warning", "error" */
const char	*severity_name(enum severity s);

#endif
