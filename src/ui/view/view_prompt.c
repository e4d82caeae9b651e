/* SPDX-License-Identifier: ISC */
/* The prompt, and the box with what was copied. */
#include "ui/view/view.h"

#include <string.h>

#define SYNTAX_ROWS	18	/* of a terminal that has a row for it */

/* Bytes of the word at p->wrong. */
static size_t
wrong_length(const struct prompt *p)
{
	size_t end = p->wrong;

	while (end < p->text.len && p->text.data[end] != ' ' &&
	    p->text.data[end] != ';')
		end++;
	return (end - p->wrong);
}

/* Columns of the first n bytes. */
static int
columns_before(const struct area *a, const struct buf *text, size_t n)
{
	struct buf b = { 0 };
	int columns;

	buf_add(&b, text->data, n < text->len ? n : text->len);
	columns = area_columns(a, buf_str(&b));
	buf_free(&b);
	return (columns);
}

static const char *
sign_of(const struct prompt *p)
{
	switch (p->kind) {
	case PROMPT_COMMAND:
		return (":");
	case PROMPT_SEARCH:
		return ("/");
	case PROMPT_FILTER:
		return ("filter: ");
	}
	return ("");
}

static const char *
hint_of(const struct prompt *p)
{
	switch (p->kind) {
	case PROMPT_COMMAND:
		return ("Tab Complete  Up Recall  Ctrl-R Search  Ctrl-X Edit "
		    "bytes  Esc Cancel");
	case PROMPT_SEARCH:
		return ("Text of a request or its answer, or #12   Esc Cancel");
	case PROMPT_FILTER:
		return ("request getstatus, outcome stall, state dfuERROR, "
		    "since #12; not before a term; Tab");
	}
	return ("");
}

/* The error, its caret under the word where there is room for both. */
static void
draw_error(struct area a, const struct prompt *p, int col)
{
	const char *error = buf_str(&p->error);
	int width = area_columns(&a, error);
	bool wrong = prompt_is_wrong(p);

	if (!wrong || col < 0 || col >= a.cols) {
		area_fit(a, 0, 1, a.cols - 2, STYLE_LABEL, error);
	} else if (col + 2 + width <= a.cols) {
		area_text(a, 0, col, STYLE_DANGER, "^");
		area_text(a, 0, col + 2, STYLE_NORMAL, error);
	} else if (width + 2 <= col) {
		area_text(a, 0, col, STYLE_DANGER, "^");
		area_text(a, 0, col - 1 - width, STYLE_NORMAL, error);
	} else {
		area_fit(a, 0, 1, a.cols - 2, STYLE_NORMAL, error);
	}
}

/* The command that is being typed, or NULL; all of it goes to line. */
static const struct command_row *
typed(const struct prompt *p, struct buf *line)
{
	const char *text = buf_str(&p->text), *from = text, *at;

	if (p->kind != PROMPT_COMMAND)
		return (NULL);
	for (at = text; at < text + p->at; at++)
		if (*at == ';')
			from = at + 1;
	from += strspn(from, " ");
	buf_add(line, from, strcspn(from, ";"));
	return (command_of_line(buf_str(line)));
}

/* What may stand behind the name, and what it is for. */
static void
draw_syntax(struct area a, const struct command_row *row)
{
	int col = 1;

	col += area_text(a, 0, col, STYLE_KEY, row->name);
	if (row->args[0] != '\0')
		col += 1 + area_text(a, 0, col + 1, STYLE_STRONG, row->args);
	area_fit(a, 0, col + 2, a.cols - col - 3, STYLE_LABEL,
	    row->sentence);
}

/* Why it cannot be sent now, whatever stands behind its name; or NULL. */
static const char *
refusal(const struct frame *sc, const struct command_row *row,
    const char *line)
{
	if (row->refuse != NULL && strcmp(line, row->name) != 0)
		return (NULL);
	return (command_refusal(row, sc->session, sc->runner, sc->now));
}

/* Below a line that can be sent: what that would do. */
static void
draw_forecast(struct area a, const struct frame *sc,
    const struct command_row *row, const char *line)
{
	const char *why = refusal(sc, row, line);
	struct buf b = { 0 };
	enum style st = STYLE_NORMAL;

	if (why != NULL) {
		st = STYLE_WARNING;
		buf_addf(&b, "not now: %s", why);
	} else {
		st = view_forecast(sc, row, line, &b);
	}
	area_fit(a, 0, 1, a.cols - 2, st, buf_str(&b));
	buf_free(&b);
}

static void
draw_below(struct area a, const struct frame *sc, int wrong)
{
	const struct prompt *p = &sc->view->prompt;
	const struct command_row *row;
	struct buf line = { 0 };

	row = typed(p, &line);
	if (p->seeking)
		area_fit(a, 0, 1, a.cols - 2, STYLE_LABEL, "Ctrl-R Previous  "
		    "Enter Run  Esc Edit");
	else if (p->choices.len > 0)
		area_fit(a, 0, 1, a.cols - 2, STYLE_LABEL,
		    buf_str(&p->choices));
	else if (p->text.len == 0)
		area_fit(a, 0, 1, a.cols - 2, STYLE_LABEL, hint_of(p));
	else if (row != NULL && p->error.len == 0)
		draw_forecast(a, sc, row, buf_str(&line));
	else
		draw_error(a, p, wrong);
	buf_free(&line);
}

int
view_prompt_rows(const struct frame *sc, int rows)
{
	struct buf line = { 0 };
	const struct command_row *row = typed(&sc->view->prompt, &line);

	buf_free(&line);
	return (row != NULL && rows >= SYNTAX_ROWS ? 3 : 2);
}

static void
draw_state(struct area a, const struct prompt *p)
{
	bool good = p->error.len == 0, wrong = prompt_is_wrong(p);

	if (p->text.len > 0 && p->kind != PROMPT_SEARCH && a.cols >= 24)
		area_right(a, 0, good ? STYLE_GOOD : wrong ? STYLE_DANGER :
		    STYLE_LABEL, good ? " ok" : wrong ? " wrong" :
		    " not yet");
}

void
view_prompt(struct area a, const struct frame *sc)
{
	const struct prompt *p = &sc->view->prompt;
	struct buf sign = { 0 };
	int before, room, cursor, shift, wrong;
	struct area line;

	area_fill(a, 0, 0, a.rows, a.cols, STYLE_NORMAL);
	if (a.rows > 2) {
		draw_syntax(area_part(a, 0, 0, 1, a.cols), typed(p, &sign));
		buf_reset(&sign);
		a = area_part(a, 1, 0, 2, a.cols);
	}
	if (p->seeking)
		buf_addf(&sign, "history \"%s\": ", buf_str(&p->sought));
	else
		buf_adds(&sign, sign_of(p));
	before = area_columns(&a, buf_str(&sign));
	room = a.cols - before - 9;
	if (room < 4)
		room = a.cols - before - 1;
	cursor = columns_before(&a, &p->text, p->at);
	shift = cursor >= room ? cursor - room + 1 : 0;
	area_text(a, 0, 0, STYLE_KEY, buf_str(&sign));
	line = area_part(a, 0, before, 1, room);
	area_text(line, 0, -shift, p->error.len == 0 ? STYLE_GOOD :
	    STYLE_NORMAL, buf_str(&p->text));
	wrong = columns_before(&a, &p->text, p->wrong) - shift;
	if (prompt_is_wrong(p))
		area_restyle(line, 0, wrong, (int)wrong_length(p),
		    STYLE_WRONG);
	draw_state(a, p);
	a.canvas->cursor_row = a.row;
	a.canvas->cursor_col = a.col + before + cursor - shift;
	draw_below(area_part(a, 1, 0, 1, a.cols), sc, wrong + before);
	buf_free(&sign);
}

/*
 * Lines without a frame at their sides, so that the mouse can select them.
 */
void
view_box(struct area a, const struct frame *sc)
{
	const char *text = buf_str(&sc->view->box);
	const struct rc *rc = sc->view->rc;
	struct area nowhere = area_part(a, 0, 0, 0, 0), box;
	int rows;

	nowhere.cols = a.cols;
	rows = area_wrap(nowhere, 0, 0, a.cols, STYLE_NORMAL, text);
	if (rows > a.rows - 2)
		rows = a.rows - 2;
	box = area_part(a, a.rows - rows - 2, 0, rows + 2, a.cols);
	area_fill(box, 0, 0, box.rows, box.cols, STYLE_NORMAL);
	area_line(box, 0, 0, 0, box.cols - 1, LINE_LIGHT, STYLE_FRAME);
	area_line(box, rows + 1, 0, rows + 1, box.cols - 1, LINE_LIGHT,
	    STYLE_FRAME);
	area_fit(box, 0, 2, box.cols - 3, STYLE_TITLE,
	    sc->view->box_is_log ? " Log of another tool, explained " :
	    rc == NULL || rc->clipboard ?
	    " Copied to the terminal's clipboard, if it allows that " :
	    " Text to copy ");
	area_wrap(area_part(box, 1, 0, rows, box.cols), 0, 0, box.cols,
	    STYLE_NORMAL, text);
	area_fit(box, rows + 1, 2, box.cols - 3, STYLE_TITLE,
	    " Shift and the mouse also select; any key closes ");
}
