/* SPDX-License-Identifier: ISC */
#include "report/wrap.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

struct wrap {
	struct buf	*b;
	int		 rest;
	int		 col;		/* of what is written */
	bool		 begun;		/* a word stands in the line */
};

static void
new_line(struct wrap *w)
{
	buf_addf(w->b, "\n%*s", w->rest, "");
	w->col = w->rest;
	w->begun = false;
}

static int
columns_of(const char *s, size_t n)
{
	uint32_t cp;
	size_t i;
	int cols = 0, wide;

	for (i = 0; i < n;) {
		i += text_decode(s + i, n - i, &cp);
		wide = text_width(cp);
		cols += wide > 0 ? wide : 0;
	}
	return (cols);
}

/* Bytes of the word that still go into the line. */
static size_t
that_fit(const struct wrap *w, const char *s, size_t n)
{
	uint32_t cp;
	size_t fit = 0, next;

	while (fit < n) {
		next = fit + text_decode(s + fit, n - fit, &cp);
		if (w->col + columns_of(s, next) > WRAP_COLUMNS)
			break;
		fit = next;
	}
	return (fit != 0 ? fit : n);
}

static void
add_word(struct wrap *w, const char *s, size_t n)
{
	int cols = columns_of(s, n);
	size_t fit;

	if (w->begun && w->col + 1 + cols > WRAP_COLUMNS)
		new_line(w);
	if (w->begun) {
		buf_addc(w->b, ' ');
		w->col++;
	}
	for (; w->col + cols > WRAP_COLUMNS; cols = columns_of(s, n)) {
		fit = that_fit(w, s, n);
		buf_add(w->b, s, fit);
		s += fit;
		n -= fit;
		if (n == 0)
			break;
		new_line(w);
	}
	buf_add(w->b, s, n);
	w->col += columns_of(s, n);
	w->begun = true;
}

void
wrap_hang(struct buf *b, int first, int rest, const char *text)
{
	struct wrap w = { .b = b, .rest = rest, .col = first };
	size_t n;

	buf_addf(b, "%*s", first, "");
	while (*text != '\0') {
		n = strcspn(text, " \n");
		if (n != 0)
			add_word(&w, text, n);
		text += n;
		if (*text == '\n')
			new_line(&w);
		text += *text != '\0';
	}
	buf_addc(b, '\n');
}

void
wrap_add(struct buf *b, int indent, const char *label, const char *text)
{
	struct buf all = { 0 };

	if (text == NULL)
		return;
	buf_addf(&all, "%s%s", label, text);
	wrap_hang(b, indent, indent, buf_str(&all));
	buf_free(&all);
}
