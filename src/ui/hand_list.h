/* What the hand does with the list of requests. For hand.c. */
#ifndef UI_HAND_LIST_H
#define UI_HAND_LIST_H

#include "ui/view.h"

struct hand {
	struct look		*look;
	const struct desk	*desk;
	uint64_t		 now;
	struct buf		*line;
	bool			*by_key;
};

/* Says something in the message line: "what: why". */
void	hand_notice(const struct hand *h, const char *what, const char *why);

/* Acts of the list: search, filter, marks, copies, the editor. */
void	hand_list(const struct hand *h, enum act a);

/* Shows what passes; "" shows all. */
void	hand_filter(const struct hand *h, const char *text);

/* Takes what stands in the prompt into the editor. */
void	hand_edit_line(const struct hand *h);

#endif
