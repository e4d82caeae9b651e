/* SPDX-License-Identifier: ISC */
/*
 * What the operator looks at of states over time: which part, how close, and
 * where the cursor stands.
 */
#ifndef UI_VIEW_TIMELINE_VIEW_H
#define UI_VIEW_TIMELINE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/timeline.h"
#include "analysis/timeline_axis.h"

struct timeline_view {
	struct timeline	 timeline;
	bool		 behind;	/* events are not all taken in yet */
	bool		 held;		/* the cursor does not follow now */
	bool		 whole;		/* gaps are not cut */
	double		 scale;		/* us a column; 0: all in sight */
	double		 left;		/* column of the axis at the left */
	uint64_t	 cursor;	/* us */
	int		 cols;		/* of the axis in sight, as drawn */
};

/* Takes in what is new, and the verdict at now; s may be NULL. */
void	timeline_view_update(struct timeline_view *l, const struct sessions *b,
	    const struct session *s, const struct verdict *v,
	    uint64_t now);
void	timeline_view_clear(struct timeline_view *l);

/* The axis as it is looked at; keeps the cursor in sight. */
void	timeline_view_axis(struct timeline_view *l, uint64_t now,
	    struct timeline_axis *a);

/* The moment under the cursor, or SIZE_MAX. */
size_t	timeline_view_moment(const struct timeline_view *l, uint64_t now);

/* Moves the cursor by columns; at the end of the axis it follows again. */
void	timeline_view_move(struct timeline_view *l, uint64_t now,
    double columns);
/* To the next moment with one of the marks; false: there is none. */
bool	timeline_view_seek(struct timeline_view *l, uint64_t now, int step,
	    uint16_t marks);
void	timeline_view_go(struct timeline_view *l, uint64_t t);
void	timeline_view_zoom(struct timeline_view *l, uint64_t now,
    double factor);
/* All in sight again. */
void	timeline_view_fit(struct timeline_view *l);

#endif
