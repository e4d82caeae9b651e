/*
 * The axis of time under a scope: from times to columns and back. Long
 * stretches in which nothing happened can be cut short; each cut is marked
 * and says how long it is, so that nothing is squeezed away by waiting.
 */
#ifndef MODEL_SCOPE_AXIS_H
#define MODEL_SCOPE_AXIS_H

#include "model/scope.h"

/* What the axis is to be; columns are cells or pixels. */
struct scope_frame {
	uint64_t	now;		/* where it ends, us */
	double		columns;	/* in sight */
	double		cut;		/* columns of a cut; 0: none is made */
	double		scale;		/* us a column; 0: all in sight */
};

struct scope_piece {
	uint64_t	from;		/* us */
	uint64_t	to;
	double		at;		/* column */
	double		width;
	bool		cut;
};
#define SCOPE_PIECES	(2 * SCOPE_GAPS + 4)

struct scope_axis {
	struct scope_piece	pieces[SCOPE_PIECES];
	size_t			n;	/* at least 1 */
	double			scale;	/* us a column, cuts apart */
	double			width;	/* columns in all */
};

void	scope_axis_make(struct scope_axis *a, const struct scope *sc,
	    const struct scope_frame *f);

/* The time at a column and back; both are held within the axis. */
uint64_t scope_axis_time(const struct scope_axis *a, double column);
double	scope_axis_column(const struct scope_axis *a, uint64_t t);

/* A time between ticks of 1, 2 or 5 that take so many columns at least. */
uint64_t scope_axis_step(const struct scope_axis *a, double columns);

/* "3.12 s": as exact as ticks step us apart need it. */
void	scope_axis_words(struct buf *b, uint64_t t, uint64_t step);

#endif
