/*
 * The rows of the list of requests: one a request, polls that repeat folded
 * into one, and what else happened to the device in between.
 */
#ifndef UI_FOLD_H
#define UI_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/bench.h"

struct fold_row {
	bool		 event;		/* not a request: event is its index */
	uint32_t	 first;		/* request numbers, both included */
	uint32_t	 last;
	uint32_t	 count;
	size_t		 index;		/* in the trace */
	uint64_t	 at;		/* of the first, us */
	uint64_t	 end;		/* of the last answer, us; 0: pending */
	uint64_t	 before; /* end of what came before, us; 0: none */
};

#define FOLD_DEVICES	16

struct fold {
	const struct session	*of;
	struct fold_row		*rows;
	size_t			 nrows;
	size_t			 cap;
	size_t			 next; /* trace index to read on from */
	uint64_t		 start;	/* the first event: time 0, us */
	uint16_t		 devs[FOLD_DEVICES];
	size_t			 ndevs;
};

/* Takes in what is new in the trace; true while more is left to be read. */
bool	fold_update(struct fold *f, const struct bench *b,
	    const struct session *s);
void	fold_clear(struct fold *f);

#endif
