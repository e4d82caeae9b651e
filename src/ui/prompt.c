#include "ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "model/command.h"
#include "model/job.h"
#include "ui/complete.h"

static void
check(struct prompt *p)
{
	buf_reset(&p->error);
	job_free(command_compile(buf_str(&p->text), &p->error, NULL));
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
prompt_open(struct prompt *p, const char *text)
{
	p->open = true;
	p->recalled = p->nhistory;
	buf_reset(&p->choices);
	set_text(p, text);
}

void
prompt_close(struct prompt *p)
{
	p->open = false;
	buf_reset(&p->choices);
}

void
prompt_free(struct prompt *p)
{
	size_t i;

	for (i = 0; i < p->nhistory; i++)
		free(p->history[i]);
	buf_free(&p->text);
	buf_free(&p->error);
	buf_free(&p->choices);
	memset(p, 0, sizeof(*p));
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

static size_t
left_of(const struct prompt *p)
{
	size_t i = p->at;

	if (i > 0)
		i--;
	while (i > 0 && (p->text.data[i] & 0xc0) == 0x80)
		i--;
	return (i);
}

static size_t
right_of(const struct prompt *p)
{
	uint32_t cp;

	if (p->at >= p->text.len)
		return (p->text.len);
	return (p->at + text_decode((char *)p->text.data + p->at,
	    p->text.len - p->at, &cp));
}

static size_t
word_left(const struct prompt *p)
{
	const char *s = buf_str(&p->text);
	size_t i = p->at;

	while (i > 0 && s[i - 1] == ' ')
		i--;
	while (i > 0 && s[i - 1] != ' ')
		i--;
	return (i);
}

static void
recall(struct prompt *p, int step)
{
	if (step < 0 && p->recalled > 0)
		p->recalled--;
	else if (step > 0 && p->recalled < p->nhistory)
		p->recalled++;
	else
		return;
	set_text(p, p->recalled < p->nhistory ? p->history[p->recalled] : "");
}

static void
complete(struct prompt *p)
{
	struct buf more = { 0 };
	char *line;

	line = mem_alloc(p->at + 1);
	if (p->at > 0)
		memcpy(line, p->text.data, p->at);
	buf_reset(&p->choices);
	complete_line(line, &more, &p->choices);
	replace(p, p->at, 0, buf_str(&more));
	free(line);
	buf_free(&more);
}

static void
remember(struct prompt *p)
{
	const char *s = buf_str(&p->text);

	if (p->nhistory > 0 && strcmp(p->history[p->nhistory - 1], s) == 0)
		return;
	if (p->nhistory == PROMPT_HISTORY) {
		free(p->history[0]);
		p->nhistory--;
		memmove(p->history, p->history + 1,
		    p->nhistory * sizeof(p->history[0]));
	}
	p->history[p->nhistory++] = mem_strdup(s);
}

static enum prompt_result
enter(struct prompt *p)
{
	if (p->error.len > 0)
		return (PROMPT_OPEN);
	prompt_close(p);
	if (p->text.len == 0)
		return (PROMPT_CLOSED);
	remember(p);
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
	uint32_t cp;

	while (left > 0 && text[left - 1] == '\n')
		left--;
	for (; left > 0; text += n, left -= n) {
		n = text_decode(text, left, &cp);
		if (cp == '\n')
			type(p, ';');
		type(p, cp == '\n' || cp == '\t' ? ' ' : cp);
	}
}

static void
control(struct prompt *p, uint32_t c)
{
	if (c == PRESS_CONTROL('a'))
		p->at = 0;
	else if (c == PRESS_CONTROL('e'))
		p->at = p->text.len;
	else if (c == PRESS_CONTROL('b'))
		p->at = left_of(p);
	else if (c == PRESS_CONTROL('f'))
		p->at = right_of(p);
	else if (c == PRESS_CONTROL('p'))
		recall(p, -1);
	else if (c == PRESS_CONTROL('n'))
		recall(p, 1);
	else if (c == PRESS_CONTROL('k'))
		replace(p, p->at, p->text.len - p->at, "");
	else if (c == PRESS_CONTROL('u'))
		replace(p, 0, p->at, "");
	else if (c == PRESS_CONTROL('w')) {
		size_t from = word_left(p);

		replace(p, from, p->at - from, "");
	}
}

static void
erase(struct prompt *p, bool back)
{
	size_t from = back ? left_of(p) : p->at;
	size_t to = back ? p->at : right_of(p);

	replace(p, from, to - from, "");
}

static enum prompt_result
edit(struct prompt *p, const struct press *press)
{
	if (press->kind == PRESS_LEFT)
		p->at = left_of(p);
	else if (press->kind == PRESS_RIGHT)
		p->at = right_of(p);
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
	else if (press->kind == PRESS_PASTE)
		paste(p, press->text);
	else if (press->kind == PRESS_CHAR && press->cp < 0x20)
		control(p, press->cp);
	else if (press->kind == PRESS_CHAR)
		type(p, press->cp);
	return (PROMPT_OPEN);
}

enum prompt_result
prompt_press(struct prompt *p, const struct press *press)
{
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
	if (press->kind == PRESS_BACKSPACE) {
		erase(p, true);
		return (PROMPT_OPEN);
	}
	return (edit(p, press));
}
