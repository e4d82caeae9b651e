/*
 * The screens of findings: the list of them, and the page about one. Which
 * one is selected is kept by its row, for the list changes under the hand.
 */
#ifndef UI_FINDINGS_H
#define UI_FINDINGS_H

#include "ui/hand_list.h"
#include "ui/view.h"

/* The list as it is at now, errors first; release with findings_drop. */
struct findings_shown {
	const struct finding	**list;
	size_t			  n;
	size_t			  selected;
	struct finding		  held[FINDINGS_AT_MOST];
	size_t			  nheld;
};

void	findings_take(struct findings_shown *f, const struct session *s,
	    const struct view *view, uint64_t now);
void	findings_drop(struct findings_shown *f);

/* What the hand does there. */
void	input_findings_move(const struct input *h, long step);
void	input_findings_open(const struct input *h);

/* Goes to the request that proves the selected finding. */
void	input_findings_proof(const struct input *h);

/* Fires the remedy of the selected finding as a key would. */
void	input_findings_try(const struct input *h);

#endif
