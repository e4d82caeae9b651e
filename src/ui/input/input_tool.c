/* SPDX-License-Identifier: ISC */
/* Keys for a traced tool, as a terminal would send them. */
#include "ui/input/input_act.h"

#include "base/text.h"
#include "ui/view/screen_stack.h"

static const struct {
	enum press_kind	 kind;
	const char	*bytes;
} sequences[] = {
	{ PRESS_UP, "\033[A" }, { PRESS_DOWN, "\033[B" },
	{ PRESS_RIGHT, "\033[C" }, { PRESS_LEFT, "\033[D" },
	{ PRESS_PAGE_UP, "\033[5~" }, { PRESS_PAGE_DOWN, "\033[6~" },
	{ PRESS_HOME, "\033[H" }, { PRESS_END, "\033[F" },
	{ PRESS_ENTER, "\r" }, { PRESS_ESCAPE, "\033" },
	{ PRESS_TAB, "\t" }, { PRESS_BACKTAB, "\033[Z" },
	{ PRESS_BACKSPACE, "\177" }, { PRESS_DELETE, "\033[3~" },
	{ PRESS_INSERT, "\033[2~" },
};

/* Up is older. */
void
input_tool_move(const struct input *in, long step)
{
	struct view *v = in->view;
	long to = v->scroll - step;

	v->scroll = (int)(to < 0 ? 0 : to > v->scroll_max ? v->scroll_max :
	    to);
}

/* While the tool runs all are its own. */
bool
input_tool_wants(const struct view *view)
{
	return (view->tool.runs);
}

bool
input_tool_press(const struct input *in, const struct press *p)
{
	struct buf *b = &in->view->tool.typed;
	size_t i;

	if (!input_tool_wants(in->view))
		return (false);
	in->view->scroll = 0;
	if (p->kind == PRESS_CHAR)
		text_encode(b, p->cp);
	else if (p->kind == PRESS_PASTE)
		buf_adds(b, p->text);
	for (i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
		if (sequences[i].kind == p->kind)
			buf_adds(b, sequences[i].bytes);
	}
	return (true);
}

/* There and back. */
void
input_tool(const struct input *in)
{
	if (in->view->screen == SCREEN_TOOL)
		input_leave(in);
	else
		screen_show(in->view, SCREEN_TOOL);
}
