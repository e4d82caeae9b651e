/* SPDX-License-Identifier: ISC */
/*
 * The way of a session through the states, from its requests: repeats and
 * loops folded, a middle that is too long left out and counted.
 */
#ifndef ANALYSIS_STATE_PATH_H
#define ANALYSIS_STATE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct event;
struct session;

#define STATE_PATH_LOOP	8	/* steps of the longest loop */
#define STATE_PATH_HEAD	64	/* steps that are kept of the beginning */
#define STATE_PATH_MOST	256	/* and in all */

enum state_path_kind {
	STATE_PATH_REQUEST,
	STATE_PATH_ARRIVED,
	STATE_PATH_LEFT,
	STATE_PATH_RESET
};

/* From the state of the step before to state. */
struct state_path_step {
	/* Steps are alike if these four are. */
	uint8_t		kind;		/* enum state_path_kind */
	uint8_t		input;		/* enum dfu_input, of a request */
	uint8_t		outcome;
	uint8_t		state;		/* after it, or NO_STATE */
	uint32_t	first;		/* requests; 0: none */
	uint32_t	last;
	uint32_t	least;		/* so often in a row */
	uint32_t	most;
	uint32_t	loop;		/* so many steps from here, 0: none */
	uint32_t	rounds;		/* so often */
};

struct path {
	struct state_path_step	steps[STATE_PATH_MOST + 1];
	size_t			n;
	size_t			gap;	/* the step behind what is left out */
	uint64_t		omitted; /* requests; 0: none */
};

/* e was applied to s. */
void	state_path_event(struct path *p, const struct session *s,
	    const struct event *e);

/* Folds the end: nothing more comes. */
void	state_path_finish(struct path *p);

/* "-#2 DNLOAD-> dfuDNLOAD-SYNC", of steps[i], without what folds it. */
void	state_path_step_words(const struct path *p, size_t i, struct buf *b);

#endif
