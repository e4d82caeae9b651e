/* SPDX-License-Identifier: ISC */
/*
 * What the operator looks at of the ladder: its rows are those of the list of
 * requests, with its selection, filter and marks.
 */
#ifndef UI_VIEW_SEQUENCE_VIEW_H
#define UI_VIEW_SEQUENCE_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/sequence.h"
#include "ui/list/list.h"

struct sequence_view {
	struct operations	 operations;
	bool			 behind; /* not all is taken in yet */
	enum sequence_zoom	 zoom;
	bool			 opened; /* an operation: Back closes it */
	size_t			 top;	/* first row in sight */
};

/* Rows of the list that are drawn as one: first <= i < end. */
struct sequence_unit {
	size_t			 first;
	size_t			 end;
	bool			 whole;	/* one operation, not one row */
	struct operation	 operation;
};

/* Takes in what is new. */
void	sequence_view_update(struct sequence_view *l, const struct sessions *b,
	    const struct session *s);
void	sequence_view_clear(struct sequence_view *l);

/* The unit that holds row i (i < fold_count). */
struct sequence_unit sequence_unit(const struct sequence_view *l,
	    const struct fold *f, size_t i);

/* Selects so many units up or down. */
void	sequence_view_step(struct sequence_view *l, struct list *list,
	    long step);

/* Closer or further; false: that is as far as it goes. */
bool	sequence_view_zoom(struct sequence_view *l, int step);

#endif
