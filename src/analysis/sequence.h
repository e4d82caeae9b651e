/* SPDX-License-Identifier: ISC */
/*
 * The ladder: host on the left, device on the right, what went between them
 * as actions of a few lines. Screen and text draw the same.
 */
#ifndef ANALYSIS_SEQUENCE_H
#define ANALYSIS_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/operation.h"
#include "base/buf.h"

enum sequence_zoom {
	SEQUENCE_OPERATIONS,
	SEQUENCE_REQUESTS,
	SEQUENCE_FIELDS
};
#define SEQUENCE_ZOOM_COUNT	(SEQUENCE_FIELDS + 1)

enum sequence_kind {
	SEQUENCE_WAIT,		/* time between, nothing on the wire */
	SEQUENCE_EVENT,		/* no request: a reset, an arrival */
	SEQUENCE_ASK,		/* host to device */
	SEQUENCE_SENT,		/* fields of what was asked */
	SEQUENCE_ANSWER,		/* device to host */
	SEQUENCE_REFUSAL,		/* the same: STALL */
	SEQUENCE_SILENCE,		/* nothing came back, or not yet */
	SEQUENCE_GOT,		/* fields of the answer */
	SEQUENCE_OPERATION	/* there and back, many times */
};

struct sequence_line {
	enum sequence_kind	 kind;
	struct buf		 text;
	uint64_t		 at;	/* us, or SEQUENCE_NO_TIME */
	uint64_t		 span;	/* ANSWER: since it was asked, us */
	bool			 bad;	/* worth a warning */
	const char		*why;	/* how an OPERATION failed, or NULL */
};
#define SEQUENCE_LINES	8
#define SEQUENCE_NO_TIME	UINT64_MAX

struct sequence_row {
	struct sequence_line	lines[SEQUENCE_LINES];
	size_t			n;
	uint32_t		number;	/* of the request, 0: none */
	uint8_t			state;	/* believed behind it, or NO_STATE */
};

/* One request, or the first of a loop of equal polls and its last one. */
struct sequence_step {
	const struct request	*first;
	const struct request	*last;
	uint32_t		 count;
	uint64_t		 before; /* end of what came before, us, or 0 */
	const struct request	*asked;	/* the request before, or NULL */
	uint64_t		 now;	/* us, for what is pending */
};

/*
 * Each fills a row that was zeroed or cleared. Waits are told from 1 ms on,
 * with what was announced.
 */
void	sequence_request(struct sequence_row *entry, const struct trace *t,
	    const struct sequence_step *step, enum sequence_zoom zoom);
void	sequence_operation(struct sequence_row *entry,
	    const struct operation *op);
void	sequence_event(struct sequence_row *entry, const struct event *e);
void	sequence_clear(struct sequence_row *entry);

/* Both got the same answer to the same question: polls that may be folded. */
bool	sequence_same(const struct trace *t, const struct request *x,
	    const struct request *y);

/* "operations"; and back. */
const char *sequence_zoom_name(enum sequence_zoom zoom);
bool	sequence_zoom_named(const char *name, enum sequence_zoom *zoom);

#endif
