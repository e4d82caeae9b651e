/* SPDX-License-Identifier: ISC */
/* Keys of a lesson: the marks move, numbers are typed, Enter says it. */
#include "ui/input/input_act.h"

#include "lesson/lesson_run.h"
#include "ui/view/screen_stack.h"

static bool
is_small(const struct input *in)
{
	return (in->view->lesson == NULL || in->view->lesson_small);
}

void
input_lesson_move(const struct input *in, long step)
{
	if (!is_small(in))
		(void)lesson_move_mark(in->view->lesson, step);
}

void
input_lesson_open(const struct input *in)
{
	struct lesson_run *r = in->view->lesson;

	if (is_small(in))
		return;
	if (!lesson_enter(r) && r->phase == LESSON_ASKS)
		input_notice(in, "Enter", "type a number first");
	else if (r->phase == LESSON_ENDS)
		input_notice(in, "Enter", "the lesson is finished: n next "
		    "lesson, q quit");
}

static void
refuse(const struct input *in, const char *key)
{
	const struct lesson_run *r = in->view->lesson;

	input_notice(in, key, r->phase == LESSON_ENDS ? "the lesson is over" :
	    r->config.exam ? "not in an exam" :
	    r->config.recorded ? "this is a recording" :
	    r->at.lesson != r->lesson ? "a card is answered from memory" :
	    "this step does not use this key");
}

/* Keys of the lesson's own, wherever its screen is in sight. */
void
input_lesson(const struct input *in)
{
	struct lesson_run *r = in->view->lesson;
	bool done = false;

	if (is_small(in))
		return;
	if (in->act == ACT_HINT)
		done = lesson_hint(r);
	else if (in->act == ACT_SHOW)
		done = lesson_show(r);
	else if (in->act == ACT_PLAY)
		done = lesson_play(r);
	else if (in->act == ACT_UNDO)
		done = lesson_undo(r);
	else if (r->phase == LESSON_ENDS && lesson_next(r) != NULL) {
		in->view->lesson_next = done = true;
		input_fire(in, "quit");
	}
	if (!done)
		refuse(in, in->act == ACT_HINT ? "hint" : in->act == ACT_SHOW ?
		    "show" : in->act == ACT_PLAY ? "try it" :
		    in->act == ACT_UNDO ? "undo" : "next");
}

bool
input_lesson_act(const struct input *in, enum act a)
{
	if (is_small(in))
		return (a != ACT_HELP && a != ACT_PROMPT);
	if (a == ACT_LEFT || a == ACT_RIGHT)
		return (lesson_turn_answer(in->view->lesson,
		    a == ACT_LEFT ? -1 : 1));
	/* What a request would do is asked; told of it is where it is tried. */
	if (a == ACT_WHAT_IF) {
		if (lesson_hides(in->view->lesson) ||
		    !lesson_play(in->view->lesson))
			input_notice(in, "I", "after your answer");
		else
			screen_show(in->view, SCREEN_WHAT_IF);
		return (true);
	}
	if (a == ACT_NUMBER) {
		input_notice(in, "digit", "this digit is none of the answers");
		return (true);
	}
	return (false);
}

bool
input_lesson_press(const struct input *in, const struct press *p)
{
	char c = '\0';

	if (is_small(in))
		return (p->kind == PRESS_CHAR && p->cp >= '0' && p->cp <= '9');
	if (p->kind == PRESS_BACKSPACE)
		c = '\b';
	else if (p->kind == PRESS_CHAR && p->cp > ' ' && p->cp < 0x7f)
		c = (char)p->cp;
	/* Letters are digits only where a number is typed. */
	if ((c < '0' || c > '9') && c != '-' &&
	    !lesson_asks_number(in->view->lesson))
		return (false);
	return (lesson_type(in->view->lesson, c));
}
