/* The lesson under way: what it says, what it asks, what became of it. */
#include "ui/view/view.h"

#include <string.h>

#include "lesson/lesson.h"

void
view_lesson_title(struct buf *b, const struct frame *sc)
{
	const struct lesson_run *r = sc->view->lesson;

	if (r->step == r->lesson->nsteps)
		buf_adds(b, "lesson finished");
	else
		buf_addf(b, "lesson, %zu of %zu", r->step + 1,
		    r->lesson->nsteps);
	if (r->asked != 0)
		buf_addf(b, ", %u of %u right", r->rights, r->asked);
	buf_addf(b, ": %s", r->lesson->title);
}

/* Paragraph by paragraph; returns the rows it takes. */
static int
draw_text(struct area a, int row, enum style st, const char *text)
{
	struct buf line = { 0 };
	size_t n;

	while (*text != '\0') {
		n = strcspn(text, "\n");
		buf_reset(&line);
		buf_add(&line, text, n);
		row += area_wrap(a, row, 1, a.cols - 2, st, buf_str(&line));
		text += n + (text[n] == '\n');
	}
	buf_free(&line);
	return (row);
}

/* "1 dfuIDLE   2 dfuERROR"; as many in a row as fit. */
static int
draw_choices(struct area a, int row, const struct lesson_run *r)
{
	const char *word;
	unsigned digit;
	int col = 1, width;

	/* Apart from the text, where there is room. */
	row += row < a.rows - 3;
	for (digit = 1; (word = lesson_choice(r, digit)) != NULL; digit++) {
		width = 2 + (int)strlen(word);
		if (col > 1 && col + width > a.cols - 1) {
			row++;
			col = 1;
		}
		area_textf(a, row, col, STYLE_KEY, "%u", digit);
		area_text(a, row, col + 2, STYLE_STRONG, word);
		col += width + 3;
	}
	return (row + 1);
}

static int
draw_told(struct area a, const struct lesson_run *r, bool asked)
{
	const char *told = buf_str(&r->told), *rest = strchr(told, '\n');
	struct buf first = { 0 };
	int row;

	if (!asked)
		return (draw_text(a, 0, STYLE_NORMAL, told));
	buf_add(&first, told, strcspn(told, "\n"));
	row = draw_text(a, 0, r->right ? STYLE_STRONG : STYLE_WARNING,
	    buf_str(&first));
	if (rest != NULL)
		row = draw_text(a, row, STYLE_NORMAL, rest + 1);
	buf_free(&first);
	return (row);
}

void
view_lesson(struct area a, const struct frame *sc)
{
	const struct lesson_run *r = sc->view->lesson;
	const struct lesson_step *s;
	const char *question;
	int row;

	if (r->step == r->lesson->nsteps) {
		draw_text(a, 0, STYLE_NORMAL, "That was all. The devices stay "
		    "as they are: go on trying, or quit. dfuscope learn lists "
		    "the other lessons.");
		return;
	}
	s = &r->lesson->steps[r->step];
	if (r->phase == LESSON_TELLS) {
		row = draw_told(a, r, s->ask == LESSON_STATE ||
		    s->ask == LESSON_ANSWER);
		draw_choices(a, row, r);
		return;
	}
	if (r->phase == LESSON_REPLAYS) {
		draw_text(a, 0, STYLE_DIM, "back to where you were ...");
		return;
	}
	row = draw_text(a, 0, STYLE_NORMAL, s->text);
	if (s->send != NULL)
		row += area_textf(a, row, 1, STYLE_STRONG, "> %s", s->send) > 0;
	question = lesson_question(r);
	if (*question != '\0')
		row = draw_text(a, row, STYLE_LABEL, question);
	if (r->phase == LESSON_ASKS)
		draw_choices(a, row, r);
}
