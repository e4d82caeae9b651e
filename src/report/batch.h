/* SPDX-License-Identifier: ISC */
/*
 * The front end without a screen: runs one line of commands on one or on all
 * devices, prints what happens as text or as JSON lines.
 */
#ifndef REPORT_BATCH_H
#define REPORT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "command/frontend.h"

struct batch_config {
	const char	*script;	/* command lines; NULL: only look */
	size_t		 most; /* devices to run on; more is an error */
	bool		 json;
	bool		 list;		/* print devices instead of events */
	bool		 verbose;	/* with what contradicts what */
	/* For list, in place of what it prints of a device; or NULL. */
	void		(*each)(struct buf *b, const struct session *s,
			    void *argument);
	void		*argument;
	unsigned long	 rounds; /* of the script: above 1, only a summary */
	bool		 one_reader;	/* out and err are the same person */
	FILE		*out;
	FILE		*err;
};

/* The config is copied, its strings are borrowed. */
struct frontend	*batch_new(const struct batch_config *config);
void		 batch_free(struct frontend *frontend);

/*
 * The exit code: 0, 64 if several devices match, 69 if none does, else the
 * worst of the jobs in the order 74 76 69 77 65 of severity; memory of a
 * device it ran on that is incomplete or differs is a 76. Findings never
 * count.
 */
int		 batch_code(const struct frontend *frontend);

#endif
