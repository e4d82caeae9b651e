/* SPDX-License-Identifier: ISC */
/* What the rows of verdicts are made of; for the verdict*.c files alone. */
#ifndef DIAGNOSIS_VERDICT_OWN_H
#define DIAGNOSIS_VERDICT_OWN_H

#include "diagnosis/verdict.h"
#include "session/session.h"

struct verdict_facts {
	const struct session	*s;
	const struct dfu_stack	*stack;	/* or NULL */
	uint64_t		 now;
	struct estimate		 estimate;	/* at now */
	struct estimate		 by_spec;	/* by DFU 1.1 alone */
	const struct request	*last;	/* ended, of this arrival; or NULL */
};

/* The rows of a topic; in verdict.c is their order. */
struct verdict_table {
	const struct verdict_row	*rows;
	size_t				 n;
};
extern const struct verdict_table verdict_memory;
extern const struct verdict_table verdict_job;
extern const struct verdict_table verdict_left;		/* off the bus */
extern const struct verdict_table verdict_pending;
extern const struct verdict_table verdict_back;		/* on it again */
extern const struct verdict_table verdict_unanswered;
extern const struct verdict_table verdict_error;
extern const struct verdict_table verdict_wait;		/* without end */
extern const struct verdict_table verdict_detach;
extern const struct verdict_table verdict_manifest;
extern const struct verdict_table verdict_busy;		/* a block */
extern const struct verdict_table verdict_rest;

/* The state as of the last event, NO_STATE: unknown. */
uint8_t	verdict_state(const struct verdict_facts *f);

/* Time alone has led there. */
bool	verdict_timed_into(const struct verdict_facts *f, uint8_t state);

/* "dfuERROR, status 10 errFIRMWARE (#1)." */
void	verdict_say_state(const struct verdict_facts *f, struct buf *b);

/* " (#3)", nothing for 0 */
void	verdict_add_number(struct buf *b, uint32_t number);
/* "#3 GETSTATUS" */
void	verdict_add_request(struct buf *b, const struct request *r);
/* " after 5 GETSTATUS" */
void	verdict_add_polls(struct buf *b, uint32_t polls);
/* "dfuDNBUSY announced 100 ms (#3)": by the latest GETSTATUS */
void	verdict_add_announced(const struct verdict_facts *f, struct buf *b);

#endif
