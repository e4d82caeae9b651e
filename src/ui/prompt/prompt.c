/* SPDX-License-Identifier: ISC */
#include "ui/prompt/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "command/command.h"
#include "job/job.h"
#include "ui/list/list_filter.h"
#include "ui/prompt/complete.h"
#include "ui/prompt/prompt_move.h"

static void
check(struct prompt *p)
{
	struct list_filter list_filter;

	buf_reset(&p->error);
	p->wrong = 0;
	switch (p->kind) {
	case PROMPT_COMMAND:
		job_free(command_compile(buf_str(&p->text), &p->error,
		    &p->wrong));
		break;
	case PROMPT_FILTER:
		if (list_filter_parse(
			&list_filter, buf_str(&p->text), &p->error, &p->wrong))
			list_filter_free(&list_filter);
		break;
	case PROMPT_SEARCH:
		break;
	}
}

static void
set_text(struct prompt *p, const char *text)
{
	buf_reset(&p->text);
	buf_adds(&p->text, text);
	p->at = p->text.len;
	check(p);
}

void
prompt_ask(struct prompt *p, enum prompt_kind kind, const char *text)
{
	p->open = true;
	p->kind = kind;
	p->recalled = p->history.n;
	p->seeking = false;
	buf_reset(&p->choices);
	set_text(p, text);
}

void
prompt_open(struct prompt *p, const char *text)
{
	prompt_ask(p, PROMPT_COMMAND, text);
}

void
prompt_close(struct prompt *p)
{
	p->open = p->seeking = false;
	buf_reset(&p->choices);
}

void
prompt_free(struct prompt *p)
{
	history_free(&p->history);
	buf_free(&p->text);
	buf_free(&p->error);
	buf_free(&p->choices);
	buf_free(&p->killed);
	buf_free(&p->sought);
	buf_free(&p->trouble);
	memset(p, 0, sizeof(*p));
}

bool
prompt_is_wrong(const struct prompt *p)
{
	size_t end = p->wrong;

	if (p->error.len == 0 || p->wrong >= p->text.len)
		return (false);
	while (end < p->text.len && p->text.data[end] != ' ' &&
	    p->text.data[end] != ';')
		end++;
	return (end < p->text.len || p->at < p->wrong);
}

/* Puts `with` in place of n bytes at from; the cursor goes behind it. */
static void
replace(struct prompt *p, size_t from, size_t n, const char *with)
{
	char *tail = mem_strdup(buf_str(&p->text) + from + n);

	buf_cut(&p->text, from);
	buf_adds(&p->text, with);
	p->at = p->text.len;
	buf_adds(&p->text, tail);
	free(tail);
	check(p);
}

/* Takes the bytes between two places out, to be brought back by Ctrl-Y. */
static void
kill_between(struct prompt *p, size_t from, size_t to)
{
	if (from == to)
		return;
	buf_reset(&p->killed);
	buf_add(&p->killed, p->text.data + from, to - from);
	replace(p, from, to - from, "");
}

static void
recall(struct prompt *p, int step)
{
	if (p->kind != PROMPT_COMMAND)
		return;
	if (step < 0 && p->recalled > 0)
		p->recalled--;
	else if (step > 0 && p->recalled < p->history.n)
		p->recalled++;
	else
		return;
	set_text(p, p->recalled < p->history.n ?
	    p->history.lines[p->recalled] : "");
}

static void
complete(struct prompt *p)
{
	struct buf word = { 0 };
	size_t from;
	char *line;

	if (p->kind == PROMPT_SEARCH)
		return;
	line = mem_alloc(p->at + 1);
	if (p->at > 0)
		memcpy(line, p->text.data, p->at);
	buf_reset(&p->choices);
	if (p->kind == PROMPT_FILTER)
		complete_filter(line, &from, &word, &p->choices);
	else
		complete_line(line, &from, &word, &p->choices);
	replace(p, from, p->at - from, buf_str(&word));
	free(line);
	buf_free(&word);
}

static enum prompt_result
enter(struct prompt *p)
{
	if (p->error.len > 0)
		return (PROMPT_OPEN);
	prompt_close(p);
	if (p->text.len == 0 && p->kind == PROMPT_COMMAND)
		return (PROMPT_CLOSED);
	buf_reset(&p->trouble);
	if (p->kind == PROMPT_COMMAND)
		history_add(&p->history, buf_str(&p->text), &p->trouble);
	return (PROMPT_LINE);
}

static void
type(struct prompt *p, uint32_t cp)
{
	struct buf b = { 0 };

	if (text_width(cp) < 0)
		return;
	text_encode(&b, cp);
	replace(p, p->at, 0, buf_str(&b));
	buf_free(&b);
}

/* Lines of a paste become one line: nothing is carried out before Enter. */
static void
paste(struct prompt *p, const char *text)
{
	size_t left = strlen(text), n;
	struct buf b = { 0 };
	uint32_t cp;

	while (left > 0 && text[left - 1] == '\n')
		left--;
	for (; left > 0; text += n, left -= n) {
		n = text_decode(text, left, &cp);
		if (cp == '\n')
			buf_addc(&b, ';');
		if (cp == '\n' || cp == '\t')
			cp = ' ';
		if (text_width(cp) >= 0)
			text_encode(&b, cp);
	}
	replace(p, p->at, 0, buf_str(&b));
	buf_free(&b);
}

static void
control(struct prompt *p, uint32_t c)
{
	if (c == PRESS_CONTROL('a'))
		p->at = 0;
	else if (c == PRESS_CONTROL('e'))
		p->at = p->text.len;
	else if (c == PRESS_CONTROL('b'))
		p->at = move_left(&p->text, p->at);
	else if (c == PRESS_CONTROL('f'))
		p->at = move_right(&p->text, p->at);
	else if (c == PRESS_CONTROL('p'))
		recall(p, -1);
	else if (c == PRESS_CONTROL('n'))
		recall(p, 1);
	else if (c == PRESS_CONTROL('k'))
		kill_between(p, p->at, p->text.len);
	else if (c == PRESS_CONTROL('u'))
		kill_between(p, 0, p->at);
	else if (c == PRESS_CONTROL('w'))
		kill_between(p, move_blank_left(&p->text, p->at), p->at);
	else if (c == PRESS_CONTROL('y'))
		replace(p, p->at, 0, buf_str(&p->killed));
	else if (c == PRESS_CONTROL('d'))
		replace(p, p->at, move_right(&p->text, p->at) - p->at, "");
}

static void
alt(struct prompt *p, const struct press *press)
{
	size_t left = move_word_left(&p->text, p->at);
	size_t right = move_word_right(&p->text, p->at);

	if (press->kind == PRESS_BACKSPACE)
		kill_between(p, left, p->at);
	else if (press->kind != PRESS_CHAR)
		return;
	else if (press->cp == 'b')
		p->at = left;
	else if (press->cp == 'f')
		p->at = right;
	else if (press->cp == 'd')
		kill_between(p, p->at, right);
}

static void
erase(struct prompt *p, bool back)
{
	size_t from = back ? move_left(&p->text, p->at) : p->at;
	size_t to = back ? p->at : move_right(&p->text, p->at);

	replace(p, from, to - from, "");
}

static enum prompt_result
edit(struct prompt *p, const struct press *press)
{
	if (press->alt)
		alt(p, press);
	else if (press->kind == PRESS_LEFT)
		p->at = move_left(&p->text, p->at);
	else if (press->kind == PRESS_RIGHT)
		p->at = move_right(&p->text, p->at);
	else if (press->kind == PRESS_HOME)
		p->at = 0;
	else if (press->kind == PRESS_END)
		p->at = p->text.len;
	else if (press->kind == PRESS_UP)
		recall(p, -1);
	else if (press->kind == PRESS_DOWN)
		recall(p, 1);
	else if (press->kind == PRESS_DELETE)
		erase(p, false);
	else if (press->kind == PRESS_BACKSPACE)
		erase(p, true);
	else if (press->kind == PRESS_PASTE)
		paste(p, press->text);
	else if (press->kind == PRESS_CHAR && press->cp < 0x20)
		control(p, press->cp);
	else if (press->kind == PRESS_CHAR)
		type(p, press->cp);
	return (PROMPT_OPEN);
}

/* Shows the latest line before `before` that contains what is sought. */
static void
seek(struct prompt *p, size_t before)
{
	size_t i = history_find(&p->history, before, buf_str(&p->sought));

	if (i == p->history.n)
		return;
	p->recalled = i;
	set_text(p, p->history.lines[i]);
}

/* False: the press ends the search and is an ordinary one. */
static bool
seek_press(struct prompt *p, const struct press *press)
{
	size_t n = p->history.n;

	if (press->alt)
		return (false);
	if (press->kind == PRESS_CHAR && press->cp == PRESS_CONTROL('r')) {
		seek(p, p->recalled);
	} else if (press->kind == PRESS_BACKSPACE) {
		buf_cut(&p->sought, move_left(&p->sought, p->sought.len));
		seek(p, n);
	} else if (press->kind == PRESS_CHAR && press->cp >= 0x20 &&
	    text_width(press->cp) >= 0) {
		text_encode(&p->sought, press->cp);
		seek(p, n);
	} else if (press->kind == PRESS_ESCAPE) {
		/* What was found stays, to be changed or given up. */
		p->seeking = false;
	} else {
		return (false);
	}
	return (true);
}

enum prompt_result
prompt_press(struct prompt *p, const struct press *press)
{
	if (p->seeking && seek_press(p, press))
		return (PROMPT_OPEN);
	p->seeking = false;
	if (press->kind == PRESS_TAB) {
		complete(p);
		return (PROMPT_OPEN);
	}
	buf_reset(&p->choices);
	if (press->kind == PRESS_ENTER)
		return (enter(p));
	if (press->kind == PRESS_ESCAPE ||
	    (press->kind == PRESS_BACKSPACE && p->text.len == 0)) {
		prompt_close(p);
		return (PROMPT_CLOSED);
	}
	if (press->kind == PRESS_CHAR && p->kind == PROMPT_COMMAND) {
		if (press->cp == PRESS_CONTROL('x'))
			return (PROMPT_EDIT);
		if (press->cp == PRESS_CONTROL('r')) {
			p->seeking = true;
			buf_reset(&p->sought);
			return (PROMPT_OPEN);
		}
	}
	return (edit(p, press));
}
