/* SPDX-License-Identifier: ISC */
/*
 * The axis of time under a scope: from times to columns and back. Long
 * stretches in which nothing happened can be cut short, and so can equal ones;
 * each cut is marked and says how long it is, or how many, so that nothing is
 * squeezed away by waiting.
 */
#ifndef ANALYSIS_TIMELINE_AXIS_H
#define ANALYSIS_TIMELINE_AXIS_H

#include "analysis/timeline.h"

/* What the axis is to be; columns are cells or pixels. */
struct timeline_frame {
	uint64_t	now;		/* where it ends, us */
	double		columns;	/* in sight */
	double		cut;		/* columns of a cut; 0: none is made */
	double		fold;		/* of a fold; 0: none is made */
	double		scale;		/* us a column; 0: all in sight */
};

struct timeline_piece {
	uint64_t	from;		/* us */
	uint64_t	to;
	double		at;		/* column */
	double		width;
	bool		cut;
	uint32_t	times;		/* folded in it; 0: none */
	uint32_t	lanes;		/* of these, as bits */
};
#define TIMELINE_PIECES	(2 * (TIMELINE_GAPS + TIMELINE_FOLDS) + 6)

struct timeline_axis {
	struct timeline_piece	pieces[TIMELINE_PIECES];
	size_t			n;	/* at least 1 */
	double			scale;	/* us a column, cuts apart */
	double			width;	/* columns in all */
};

void	timeline_axis_make(struct timeline_axis *a, const struct timeline *sc,
	    const struct timeline_frame *f);

/* The time at a column and back; both are held within the axis. */
uint64_t timeline_axis_time(const struct timeline_axis *a, double column);
double	timeline_axis_column(const struct timeline_axis *a, uint64_t t);

/* A time between ticks of 1, 2 or 5 that take so many columns at least. */
uint64_t timeline_axis_step(const struct timeline_axis *a, double columns);

/* "3.12 s": as exact as ticks step us apart need it. */
void	timeline_axis_words(struct buf *b, uint64_t t, uint64_t step);

#endif
