/* What the files of the view of states over time share. */
#ifndef UI_VIEW_VIEW_TIMELINE_OWN_H
#define UI_VIEW_VIEW_TIMELINE_OWN_H

#include "ui/view/view.h"

#define TIMELINE_ROWS_UNDER 4	/* requests, waits, events, findings */
#define TIMELINE_ROWS_READ	5	/* what the cursor reads */

/* What one drawing of it shares. */
struct chart {
	struct area		 area;		/* lanes, right of labels */
	struct area		 labels;
	const struct frame	*sc;
	struct timeline_view	*view;
	struct timeline_axis	 axis;
	uint64_t		 start;		/* time 0 */
	uint8_t			 order[TIMELINE_LANES];
	unsigned		 nlanes;
	int			 row[TIMELINE_LANES];
	int			 gap;		/* rows from lane to lane */
	int			 under;		/* first row below the lanes */
};

/* Of a line in that lane, which is known so. */
enum style	timeline_style(uint8_t lane, uint8_t how);

/* What is so at the cursor, in TIMELINE_ROWS_READ rows. */
void		timeline_draw_reading(struct area a, const struct chart *c);

#endif
