/* SPDX-License-Identifier: ISC */
#include "ui/prompt/progress.h"

#include <string.h>

#include "base/file.h"
#include "base/text.h"

#define MAX_BYTES	65536

void
progress_read(const char *path, struct buf *b)
{
	struct buf error = { 0 };

	if (path == NULL || !file_read(path, MAX_BYTES, b, &error))
		buf_reset(b);
	buf_free(&error);
}

/* The line of id at s: its number in *step. */
static bool
is_line_of(const char *s, size_t n, const char *id, uint64_t *step)
{
	struct buf number = { 0 };
	size_t length = strlen(id);
	bool is = n > length + 1 && strncmp(s, id, length) == 0 &&
	    s[length] == ' ';

	if (is) {
		buf_add(&number, s + length + 1, n - length - 1);
		is = text_number(buf_str(&number), SIZE_MAX, step);
	}
	buf_free(&number);
	return (is);
}

void
progress_write(const char *path, const struct buf *b)
{
	struct buf error = { 0 };

	if (path != NULL)
		file_keep(path, b->data, b->len, &error);
	buf_free(&error);
}

size_t
progress_of(const char *path, const char *id)
{
	struct buf b = { 0 };
	uint64_t step = 0;
	const char *s;
	size_t n;

	progress_read(path, &b);
	for (s = buf_str(&b); *s != '\0'; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		if (is_line_of(s, n, id, &step))
			break;
	}
	buf_free(&b);
	return ((size_t)step);
}

void
progress_keep(const char *path, const char *id, size_t step)
{
	struct buf b = { 0 }, out = { 0 }, error = { 0 };
	const char *s;
	uint64_t was;
	size_t n;

	if (path == NULL)
		return;
	progress_read(path, &b);
	for (s = buf_str(&b); *s != '\0'; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		if (n != 0 && !is_line_of(s, n, id, &was)) {
			buf_add(&out, s, n);
			buf_addc(&out, '\n');
		}
	}
	buf_addf(&out, "%s %zu\n", id, step);
	file_keep(path, out.data, out.len, &error);
	buf_free(&b);
	buf_free(&out);
	buf_free(&error);
}
