/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "source/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/code.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "source/source_own.h"
#include "trace/journal.h"

/* Characters that no text has, however it is encoded in one byte each. */
static bool
is_binary(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] < 0x20 && strchr("\t\n\r\f\b\033", p[i]) == NULL)
			return (true);
		if (p[i] == '\0')
			return (true);
	}
	return (false);
}

const struct source_kind *
source_sniff(const uint8_t *p, size_t n, struct buf *words)
{
	enum source_certainty best = SOURCE_NOT, is;
	const struct source_kind *kind = NULL, *k;

	for (k = source_kinds; k < source_kinds + source_kinds_count; k++) {
		is = k->sniff(k, p, n);
		if (is > best) {
			best = is;
			kind = k;
		}
	}
	if (kind != NULL) {
		buf_adds(words, kind->words);
		if (kind->detail != NULL)
			kind->detail(words, p, n);
	} else {
		buf_adds(words, n == 0 ? "an empty file" :
		    is_binary(p, n) ? "a binary file of unknown format" :
		    "a text file of unknown format");
	}
	return (kind);
}

void
source_place(const struct source *s, unsigned long line, struct buf *error)
{
	char *what = buf_take(error);

	text_escape(error, s->path, strlen(s->path));
	if (line != 0)
		buf_addf(error, ", line %lu", line);
	buf_addf(error, ": %s", what != NULL ? what : "");
	free(what);
}

/* A file that is none of what is read here: a sentence says what it is. */
static void
refuse(const struct source *s, const uint8_t *p, size_t n,
    const struct buf *words, struct buf *error)
{
	buf_reset(error);
	if (n == 0) {
		buf_adds(error, "the file is empty");
	} else if (s->kind == NULL && !is_binary(p, n)) {
		buf_addf(error, "not a journal or a log of a known DFU tool: "
		    "probably %s", source_log_seems(p, n));
	} else {
		buf_adds(error, "not a journal: probably ");
		buf_add(error, words->data, words->len);
	}
	source_place(s, 0, error);
}

static bool
sniff(struct source *s, struct buf *error)
{
	uint8_t *p = mem_alloc(SOURCE_SNIFF);
	ssize_t n = pread(s->lines.fd, p, SOURCE_SNIFF, 0);
	struct buf words = { 0 };

	if (n < 0) {
		buf_adds(error, strerror(errno));
		source_place(s, 0, error);
	} else {
		s->kind = source_sniff(p, (size_t)n, &words);
		if (s->kind == NULL || s->kind->begin == NULL)
			refuse(s, p, (size_t)n, &words, error);
	}
	buf_free(&words);
	free(p);
	return (s->kind != NULL && s->kind->begin != NULL);
}

struct source *
source_open_fd(int fd, const char *name, struct buf *error)
{
	struct source *s = mem_alloc(sizeof(*s));

	s->path = mem_strdup(name);
	s->lines.fd = fd;
	if (sniff(s, error) && s->kind->begin(s, error))
		return (s);
	source_close(s);
	return (NULL);
}

struct source *
source_open(const char *path, int *code, struct buf *error)
{
	int fd = file_open(path, error);

	if (code != NULL)
		*code = fd < 0 ? CODE_NO_INPUT : CODE_BAD_FILE;
	return (fd < 0 ? NULL : source_open_fd(fd, path, error));
}

enum source_result
source_read(struct source *s, struct event *e, struct buf *error)
{
	return (s->kind->read(s, e, error));
}

void
source_close(struct source *s)
{
	if (s == NULL)
		return;
	if (s->kind != NULL && s->kind->end != NULL)
		s->kind->end(s);
	close(s->lines.fd);
	source_lines_end(&s->lines);
	free(s->path);
	free(s);
}

const struct source_kind *
source_kind_of(const struct source *s)
{
	return (s->kind);
}

void
source_where(const struct source *s, uint64_t *offset, size_t *length)
{
	*offset = s->lines.offset;
	*length = s->lines.text.len;
}

unsigned long
source_line(const struct source *s)
{
	return (s->lines.number);
}

int
source_fd(const struct source *s)
{
	return (s->lines.fd);
}

unsigned long
source_cut(const struct source *s)
{
	return (s->cut);
}

unsigned long
source_damaged(const struct source *s, unsigned long *first)
{
	if (first != NULL)
		*first = s->first;
	return (s->damaged);
}
