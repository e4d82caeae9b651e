/* SPDX-License-Identifier: ISC */
/*
 * The list of findings that is shown. Which one is selected is kept by its
 * row, for the list changes under the selection.
 */
#ifndef UI_VIEW_FINDINGS_SHOWN_H
#define UI_VIEW_FINDINGS_SHOWN_H

#include "diagnosis/finding.h"

/*
 * The list as it is at now, errors first, what was withdrawn during the
 * latest job last; release with findings_drop.
 */
struct findings_shown {
	const struct finding	**list;
	size_t			  n;
	size_t			  standing; /* of them: not withdrawn */
	size_t			  selected;
	struct finding		  held[FINDINGS_AT_MOST];
	size_t			  nheld;
};

/* s and row, the one that is selected, may be NULL. */
void	findings_take(struct findings_shown *f, const struct session *s,
	    const struct finding_row *row, uint64_t now);
void	findings_drop(struct findings_shown *f);

#endif
