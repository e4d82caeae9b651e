/* SPDX-License-Identifier: ISC */
#include "base/nearest.h"

#include <string.h>

/* Longer words are no names. */
#define LONGEST 40

void
nearest_begin(struct nearest *n, const char *word)
{
	*n = (struct nearest){ .word = word };
}

static char
lower(char c)
{
	return (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
}

static bool
begins(const char *name, const char *word)
{
	while (*word != '\0' && lower(*word) == lower(*name)) {
		word++;
		name++;
	}
	return (*word == '\0');
}

static unsigned
least(unsigned a, unsigned b)
{
	return (a < b ? a : b);
}

/* Letters left out, put in, changed or swapped that make a of b. */
static unsigned
distance(const char *a, size_t alen, const char *b, size_t blen)
{
	unsigned rows[3][LONGEST + 1], *above, *row, *last;
	size_t i, j;

	for (j = 0; j <= blen; j++)
		rows[0][j] = (unsigned)j;
	for (i = 1; i <= alen; i++) {
		row = rows[i % 3];
		above = rows[(i + 2) % 3];
		last = rows[(i + 1) % 3];
		row[0] = (unsigned)i;
		for (j = 1; j <= blen; j++) {
			row[j] =
			    above[j - 1] + (lower(a[i - 1]) != lower(b[j - 1]));
			row[j] = least(row[j], above[j] + 1);
			row[j] = least(row[j], row[j - 1] + 1);
			if (i > 1 && j > 1 &&
			    lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]))
				row[j] = least(row[j], last[j - 2] + 1);
		}
	}
	return (rows[alen % 3][blen]);
}

void
nearest_offer(struct nearest *n, const char *name)
{
	size_t wlen = n->word != NULL ? strlen(n->word) : 0;
	size_t len = strlen(name);
	unsigned d;

	if (wlen < 2 || wlen > LONGEST || len > LONGEST)
		return;
	d = distance(n->word, wlen, name, len);
	/* The rest of a name that was begun counts as half a letter. */
	if (begins(name, n->word))
		d = 1;
	else if (d > (wlen > len ? wlen : len) / 3)
		return;
	else
		d *= 2;
	if (n->name != NULL && d >= n->distance)
		return;
	n->name = name;
	n->distance = d;
}

const char *
nearest_name(const struct nearest *n)
{
	return (n->name);
}

bool
nearest_ask(const struct nearest *n, struct buf *b)
{
	if (n->name != NULL)
		buf_addf(b, "; did you mean %s?", n->name);
	return (n->name != NULL);
}
