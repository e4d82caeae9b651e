/*
 * The ladder: host on the left, device on the right, what went between them
 * as rungs of a few lines. Screen and text draw the same.
 */
#ifndef MODEL_LADDER_H
#define MODEL_LADDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/operation.h"

enum ladder_zoom {
	LADDER_OPERATIONS,
	LADDER_REQUESTS,
	LADDER_FIELDS
};
#define LADDER_ZOOM_COUNT	(LADDER_FIELDS + 1)

enum ladder_kind {
	LADDER_WAIT,		/* time between, nothing on the wire */
	LADDER_EVENT,		/* no request: a reset, an arrival */
	LADDER_ASK,		/* host to device */
	LADDER_SENT,		/* fields of what was asked */
	LADDER_ANSWER,		/* device to host */
	LADDER_REFUSAL,		/* the same: STALL */
	LADDER_SILENCE,		/* nothing came back, or not yet */
	LADDER_GOT,		/* fields of the answer */
	LADDER_OPERATION	/* there and back, many times */
};

struct ladder_line {
	enum ladder_kind	 kind;
	struct buf		 text;
	uint64_t		 at;	/* us, or LADDER_NO_TIME */
	uint64_t		 span;	/* ANSWER: since it was asked, us */
	bool			 bad;	/* worth a warning */
};
#define LADDER_LINES	8
#define LADDER_NO_TIME	UINT64_MAX

struct ladder_rung {
	struct ladder_line	lines[LADDER_LINES];
	size_t			n;
	uint32_t		number;	/* of the request, 0: none */
	uint8_t			state;	/* believed behind it, or NO_STATE */
};

/* One request, or the first of a loop of equal polls and its last one. */
struct ladder_step {
	const struct request	*first;
	const struct request	*last;
	uint32_t		 count;
	uint64_t		 before; /* end of what came before, us, or 0 */
	const struct request	*asked;	/* the request before, or NULL */
	uint64_t		 now;	/* us, for what is pending */
};

/*
 * Each fills a rung that was zeroed or cleared. Waits are told from 1 ms on,
 * with what was announced.
 */
void	ladder_request(struct ladder_rung *rung, const struct trace *t,
	    const struct ladder_step *step, enum ladder_zoom zoom);
void	ladder_operation(struct ladder_rung *rung,
	    const struct operation *op);
void	ladder_event(struct ladder_rung *rung, const struct event *e);
void	ladder_clear(struct ladder_rung *rung);

/* Both got the same answer to the same question: polls that may be folded. */
bool	ladder_same(const struct trace *t, const struct request *x,
	    const struct request *y);

/* "operations"; and back. */
const char *ladder_zoom_name(enum ladder_zoom zoom);
bool	ladder_zoom_named(const char *name, enum ladder_zoom *zoom);

#endif
