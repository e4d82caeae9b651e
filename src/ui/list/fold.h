/* SPDX-License-Identifier: ISC */
/*
 * The rows of the list of requests: one a request, polls that repeat folded
 * into one, and what else happened to the device in between. A filter can
 * leave rows out; both are kept up to date by what is new alone.
 */
#ifndef UI_LIST_FOLD_H
#define UI_LIST_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/follow.h"
#include "diagnosis/sessions.h"
#include "ui/list/list_filter.h"

struct fold_row {
	uint32_t	 event : 1;	/* not a request: index is the event */
	uint32_t	 count : 31;	/* requests */
	uint32_t	 first;		/* their numbers, both included */
	uint32_t	 last;
	uint32_t	 loop;	/* unfolded: first of its loop, else 0 */
	size_t		 index;		/* in the trace */
	uint64_t	 at;		/* of the first, us */
	uint64_t	 end;		/* of the last answer, us; 0: pending */
};
_Static_assert(sizeof(struct fold_row) == 40, "a list has millions of them");

struct fold {
	const struct session	*of;
	struct fold_row		*rows;
	size_t			 nrows;
	size_t			 cap;
	struct follow		 follow;
	/* Of the first rows the events are lost; one row stands for them. */
	size_t			 gone;
	struct fold_row		 lost;		/* if has_lost */
	bool			 has_lost;

	struct list_filter		 list_filter;
	uint32_t		*shown;	/* indices of rows that pass it */
	size_t			 nshown;
	size_t			 shown_cap;
	size_t			 judged;	/* rows before have passed */
	size_t			 settled; /* those of them that are final */
};

/*
 * Takes in what is new in the trace; true while more is left to be read:
 * then it wants to be called again soon.
 */
bool	fold_update(struct fold *f, const struct sessions *b,
	    const struct session *s);
void	fold_clear(struct fold *f);

/* The row that stands for those whose events are lost. */
bool	fold_is_lost(const struct fold *f, const struct fold_row *row);

/* Bytes of memory held for rows. */
size_t	fold_memory(const struct fold *f);

/* The end of what came before a row of fold_at, us; 0: none, or not yet. */
uint64_t fold_before(const struct fold *f, const struct fold_row *row);

/* Rows that pass the filter, and the i-th of them (i < fold_count). */
size_t	fold_count(const struct fold *f);
const struct fold_row *fold_at(const struct fold *f, size_t i);

/*
 * The first row that is shown and begins at the trace index or behind it;
 * fold_count if there is none.
 */
size_t	fold_find(const struct fold *f, size_t index);

/* The row that shows the request of that number, or the next one. */
size_t	fold_find_request(const struct fold *f, uint32_t number);

/*
 * Unfolds the loop that the i-th row shown is, or folds the one it is part
 * of; false if it is neither.
 */
bool	fold_toggle(struct fold *f, const struct session *s, size_t i);

/* Takes a filter over (it is zeroed); rows are judged anew, bit by bit. */
void	fold_sift(struct fold *f, struct list_filter *list_filter);

#endif
