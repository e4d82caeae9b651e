/* SPDX-License-Identifier: ISC */
/*
 * The front end of a tool that is traced without a screen: what it asks is
 * printed as it happens, and at its end what it claims beside what is the
 * case. The tool's own output is not touched.
 */
#ifndef REPORT_TRACED_H
#define REPORT_TRACED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "command/frontend.h"

/* How far the tool is. */
struct traced_tool {
	bool		 ended;
	int		 code;	/* it ended with, 128 + a signal's number */
	unsigned long	 requests;
	unsigned long	 processes;	/* that the tap was in */
};

struct traced_config {
	const char	*name;	/* of the tool */
	bool		 json;
	FILE		*out;	/* events, and what is to be said */
	/* False: error says why it cannot be started. */
	bool		(*start)(void *argument, struct buf *error);
	struct traced_tool (*tool)(void *argument);
	void		(*stop)(void *argument);	/* asks it to end */
	void		*argument;
};

/* The config is copied, what it names is borrowed. */
struct frontend	*traced_new(const struct traced_config *config);
void		 traced_free(struct frontend *frontend);

/*
 * 76 if the tool claimed success and that is not so, else what it ended with;
 * 66 if it could not be started.
 */
int		 traced_code(const struct frontend *frontend);

#endif
