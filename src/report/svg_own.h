/* SPDX-License-Identifier: ISC */
/* What the files of the picture share; for svg*.c alone. */
#ifndef REPORT_SVG_OWN_H
#define REPORT_SVG_OWN_H

#include "analysis/timeline_axis.h"
#include "command/app.h"

#define SVG_LEFT	240	/* names of the lanes */
#define SVG_ROW		18	/* from line to line of the words */

struct drawing {
	struct buf		*b;
	const struct session	*s;
	const struct trace	*trace;
	struct timeline		 timeline;
	struct timeline_axis	 axis;
	uint64_t		 now;
	uint8_t			 order[TIMELINE_LANES];
	unsigned		 nlanes;
	int			 y[TIMELINE_LANES];
	int			 bottom;	/* of the lanes */
	int			 plot;		/* width of the axis */
	const struct finding	**findings;	/* in the order of proof */
	size_t			 nfindings;
};

/* Text of any origin, escaped. */
void	svg_text(struct drawing *d, double x, double y, const char *class,
	    const char *s);
void	svg_box(struct drawing *d, double x, double y, double w, double h,
	    const char *class);

/* Where that time is, from the left. */
double	svg_x(const struct drawing *d, uint64_t t);

/* How many lines of words svg_words draws. */
int	svg_words_lines(const struct drawing *d);

/* Under the picture: troubles, findings and the end, from y on. */
void	svg_words(struct drawing *d, int y);

/* Marks of the findings in their row. */
void	svg_findings(struct drawing *d);

#endif
