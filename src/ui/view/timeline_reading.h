/* SPDX-License-Identifier: ISC */
/* What the cursor of the states over time reads, in words. */
#ifndef UI_VIEW_TIMELINE_READING_H
#define UI_VIEW_TIMELINE_READING_H

#include "ui/view/view.h"

#define TIMELINE_READING_ROWS	5

/* Needs a session and the rows; times are told in steps of so many us. */
int	timeline_reading(struct area a, const struct frame *sc, uint64_t step,
	    uint64_t until);

/* Of a line in that lane, which is known so. */
enum style	timeline_reading_style(uint8_t lane, uint8_t how);

#endif
