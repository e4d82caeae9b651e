/*
 * What the operator looks at of the ladder: its rows are those of the list of
 * requests, with its selection, filter and marks.
 */
#ifndef UI_LADDER_LOOK_H
#define UI_LADDER_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "model/ladder.h"
#include "ui/list.h"

struct ladder_look {
	struct operations	 operations;
	bool			 behind; /* not all is taken in yet */
	enum ladder_zoom	 zoom;
	size_t			 top;	/* first row in sight */
};

/* Rows of the list that are drawn as one: first <= i < end. */
struct ladder_unit {
	size_t			 first;
	size_t			 end;
	const struct operation	*operation;	/* NULL: one row */
};

/* Takes in what is new. */
void	ladder_look_update(struct ladder_look *l, const struct bench *b,
	    const struct session *s);
void	ladder_look_clear(struct ladder_look *l);

/* The unit that holds row i (i < fold_count). */
struct ladder_unit ladder_unit(const struct ladder_look *l,
	    const struct fold *f, size_t i);

/* Selects so many units up or down. */
void	ladder_look_step(struct ladder_look *l, struct list *list,
	    long step);

/* Closer or further; false: that is as far as it goes. */
bool	ladder_look_zoom(struct ladder_look *l, int step);

#endif
