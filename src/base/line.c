/* SPDX-License-Identifier: ISC */
#include "base/line.h"

#include <string.h>

#include "base/text.h"

void
line_begin(struct line_reader *w, const char *line)
{
	*w = (struct line_reader){ .start = line, .p = line, .at = line };
}

void
line_end(struct line_reader *w)
{
	buf_free(&w->word);
}

static bool
ends_command(char c)
{
	return (c == '\0' || c == ';' || c == '\n' || c == '#');
}

const char *
line_peek(struct line_reader *w)
{
	size_t n;

	if (w->peeked)
		return (buf_str(&w->word));
	w->p += strspn(w->p, " \t\r");
	w->at = w->p;
	if (ends_command(*w->p))
		return (NULL);
	buf_reset(&w->word);
	if (*w->p == '"') {
		n = text_unquote(&w->word, w->p);
		if (n == 0) {
			w->broken = true;
			n = strlen(w->p);
			buf_add(&w->word, w->p, n);
		}
	} else {
		n = strcspn(w->p, " \t\r\n;#");
		buf_add(&w->word, w->p, n);
	}
	w->p += n;
	w->peeked = true;
	return (buf_str(&w->word));
}

void
line_take(struct line_reader *w)
{
	w->peeked = false;
}

bool
line_accept(struct line_reader *w, const char *word)
{
	const char *next = line_peek(w);

	if (next == NULL || strcmp(next, word) != 0)
		return (false);
	line_take(w);
	return (true);
}

bool
line_next_command(struct line_reader *w)
{
	for (;;) {
		if (line_peek(w) != NULL)
			return (true);
		if (*w->p == '#')
			w->p += strcspn(w->p, "\n");
		if (*w->p == '\0')
			return (false);
		w->p++;
	}
}

void
line_rest(struct line_reader *w, struct buf *b)
{
	size_t n;

	if (line_peek(w) == NULL)
		return;
	/* A remark may speak of #5; a quote keeps its ';'. */
	n = *w->at == '"' ? (size_t)(w->p - w->at) : 0;
	n += strcspn(w->at + n, ";\n");
	while (n > 0 && strchr(" \t\r", w->at[n - 1]) != NULL)
		n--;
	buf_add(b, w->at, n);
	w->p = w->at + n;
	w->peeked = false;
	/* As it was typed: an open quote is part of the remark. */
	w->broken = false;
}

bool
line_number(struct line_reader *w, const char *what, uint64_t max, uint64_t *v,
    struct buf *error)
{
	const char *word = line_peek(w);

	if (word != NULL && text_number(word, max, v)) {
		line_take(w);
		return (true);
	}
	buf_addf(error, "expected %s, not ", what);
	line_show(w, error);
	return (false);
}

void
line_show(struct line_reader *w, struct buf *b)
{
	if (line_peek(w) == NULL) {
		buf_adds(b, "nothing");
		return;
	}
	buf_addc(b, '"');
	text_escape(b, w->word.data, w->word.len);
	buf_addc(b, '"');
}
