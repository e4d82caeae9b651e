/*
 * What the operator looks at of states over time: which part, how close, and
 * where the cursor stands.
 */
#ifndef UI_SCOPE_LOOK_H
#define UI_SCOPE_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "model/scope.h"
#include "model/scope_axis.h"

struct scope_look {
	struct scope	 scope;
	bool		 behind;	/* events are not all taken in yet */
	bool		 held;		/* the cursor does not follow now */
	bool		 whole;		/* gaps are not cut */
	double		 scale;		/* us a column; 0: all in sight */
	double		 left;		/* column of the axis at the left */
	uint64_t	 cursor;	/* us */
	int		 cols;		/* of the axis in sight, as drawn */
};

/* Takes in what is new, and the verdict at now; fixed as for verdict_of. */
void	scope_look_update(struct scope_look *l, const struct bench *b,
	    const struct session *s, const struct dfu_stack *fixed,
	    uint64_t now);
void	scope_look_clear(struct scope_look *l);

/* The axis as it is looked at; keeps the cursor in sight. */
void	scope_look_axis(struct scope_look *l, uint64_t now,
	    struct scope_axis *a);

/* The moment under the cursor, or SIZE_MAX. */
size_t	scope_look_moment(const struct scope_look *l, uint64_t now);

/* Moves the cursor by columns; at the end of the axis it follows again. */
void	scope_look_move(struct scope_look *l, uint64_t now, double columns);
/* To the next moment with one of the marks; false: there is none. */
bool	scope_look_seek(struct scope_look *l, uint64_t now, int step,
	    uint16_t marks);
void	scope_look_go(struct scope_look *l, uint64_t t);
void	scope_look_zoom(struct scope_look *l, uint64_t now, double factor);
/* All in sight again. */
void	scope_look_fit(struct scope_look *l);

#endif
