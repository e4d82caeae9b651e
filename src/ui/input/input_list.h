/* What the hand does with the list of requests. For input.c. */
#ifndef UI_INPUT_INPUT_LIST_H
#define UI_INPUT_INPUT_LIST_H

#include "ui/view/view.h"

struct input {
	struct view		*view;
	const struct app	*app;
	uint64_t		 now;
	struct buf		*line;
	bool			*by_key;
};

/* Says something in the message line: "what: why". */
void	input_notice(const struct input *h, const char *what, const char *why);

/* Acts of the list: search, filter, marks, copies, the editor. */
void	input_list(const struct input *h, enum act a);

/* Shows what passes; "" shows all. */
void	input_filter(const struct input *h, const char *text);

/* Takes what stands in the prompt into the editor. */
void	input_edit_line(const struct input *h);

#endif
