/* SPDX-License-Identifier: ISC */
/*
 * Requests that are no longer at hand, in little memory: what they have in
 * common is kept once, and what the trace has of them is read there. For
 * session.c and session_apply.c alone.
 */
#ifndef SESSION_ARCHIVE_H
#define SESSION_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/intern.h"

struct request;
struct trace;

struct archived {
	uint32_t	number;
	uint32_t	style;
	uint32_t	address;	/* of its meaning */
	uint32_t	submit;		/* in the trace */
	uint32_t	complete;	/* from submit on; 0: none */
};

#define ARCHIVE_OPEN	16

/* Zero it to begin. */
struct archive {
	struct archived	*list;		/* in order */
	size_t		 n;
	size_t		 cap;
	struct intern	 styles;	/* requests: what differs is 0 */
	struct request	*open;		/* ARCHIVE_OPEN of them, in turn */
	size_t		 opened;
};

void	archive_free(struct archive *a);
size_t	archive_bytes(const struct archive *a);

/* The next one; what does not fit its numbers is left out. */
void	archive_add(struct archive *a, const struct request *r);

/* The place of the first whose number is not below; n: there is none. */
size_t	archive_find(const struct archive *a, uint32_t number);

/* Request i (< n) into r; false: the trace has it no more. */
bool	archive_take(const struct archive *a, size_t i,
	    const struct trace *t, struct request *r);

/* Request i (< n) means something else than when it was added. */
void	archive_mean(struct archive *a, size_t i, const struct request *r);

/*
 * Request i (< n), valid until ARCHIVE_OPEN more are asked for; NULL if the
 * trace has it no more.
 */
const struct request *archive_open(struct archive *a, size_t i,
	    const struct trace *t);

#endif
