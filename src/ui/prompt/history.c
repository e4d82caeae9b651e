/* SPDX-License-Identifier: ISC */
#include "ui/prompt/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

#define FILE_MAX_BYTES	(8 * 1024 * 1024)
/* A firmware block typed in hexadecimal is no line one looks for again. */
#define LINE_MAX_BYTES	4096

static void
drop(struct history *h, size_t i)
{
	free(h->lines[i]);
	h->n--;
	memmove(h->lines + i, h->lines + i + 1,
	    (h->n - i) * sizeof(*h->lines));
}

static void
append(struct history *h, const char *line, size_t n)
{
	size_t i;

	if (n == 0 || n > LINE_MAX_BYTES)
		return;
	for (i = 0; i < h->n; i++) {
		if (strncmp(h->lines[i], line, n) == 0 &&
		    h->lines[i][n] == '\0') {
			drop(h, i);
			break;
		}
	}
	if (h->n == HISTORY_MAX)
		drop(h, 0);
	h->lines = mem_array(h->lines, h->n + 1, sizeof(*h->lines));
	h->lines[h->n] = mem_alloc(n + 1);
	memcpy(h->lines[h->n++], line, n);
}

static void
clear(struct history *h)
{
	while (h->n > 0)
		drop(h, h->n - 1);
}

/* The lines of the file, if it can be read, in place of those in memory. */
static void
reread(struct history *h)
{
	struct buf text = { 0 }, why = { 0 };
	const char *p;
	size_t n;

	if (file_read(h->path, FILE_MAX_BYTES, &text, &why)) {
		clear(h);
		for (p = buf_str(&text); *p != '\0'; p += n + (p[n] != '\0')) {
			n = strcspn(p, "\n");
			append(h, p, n);
		}
	}
	buf_free(&why);
	buf_free(&text);
}

void
history_open(struct history *h, const char *path)
{
	h->path = mem_strdup(path);
	if (h->path != NULL)
		reread(h);
}

bool
history_add(struct history *h, const char *line, struct buf *error)
{
	struct buf text = { 0 };
	bool ok;
	size_t i;

	if (h->path != NULL)
		reread(h);
	append(h, line, strlen(line));
	if (h->path == NULL)
		return (true);
	for (i = 0; i < h->n; i++)
		buf_addf(&text, "%s\n", h->lines[i]);
	ok = file_keep(h->path, text.data, text.len, error);
	buf_free(&text);
	return (ok);
}

size_t
history_find(const struct history *h, size_t before, const char *text)
{
	size_t i;

	for (i = before; i-- > 0;)
		if (i < h->n && strstr(h->lines[i], text) != NULL)
			return (i);
	return (h->n);
}

void
history_free(struct history *h)
{
	clear(h);
	free(h->lines);
	free(h->path);
	memset(h, 0, sizeof(*h));
}
