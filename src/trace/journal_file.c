/* Reading a journal from a file; journal.c knows the lines. */
#include "config.h"

#include "trace/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/mem.h"
#include "base/text.h"

struct journal_file {
	FILE			*f;
	char			*path;
	char			*line;
	size_t			 cap;
	size_t			 length;	/* of the line, newline apart */
	uint64_t		 offset;	/* of the line */
	uint64_t		 next;
	unsigned long		 number;
	bool			 headed;
	bool			 whole;		/* the line had its newline */
	struct journal_scratch	 scratch;
};

struct journal_file *
journal_open(const char *path, struct buf *error)
{
	struct journal_file *j;
	FILE *f = fopen(path, "re");

	if (f == NULL) {
		text_escape(error, path, strlen(path));
		buf_addf(error, ": %s", strerror(errno));
		return (NULL);
	}
	j = mem_alloc(sizeof(*j));
	j->f = f;
	j->path = mem_strdup(path);
	return (j);
}

static enum journal_result
refuse(const struct journal_file *j, struct buf *error, const char *what)
{
	char *why = mem_strdup(what);

	buf_reset(error);
	text_escape(error, j->path, strlen(j->path));
	if (j->number != 0)
		buf_addf(error, ", line %lu", j->number);
	buf_addf(error, ": %s", why);
	if (j->number != 0 && !j->whole)
		buf_adds(error, "; the file is cut off here");
	free(why);
	return (JOURNAL_BAD);
}

/* The next line; false at the end. */
static bool
next_line(struct journal_file *j)
{
	ssize_t n = getline(&j->line, &j->cap, j->f);

	if (n < 0)
		return (false);
	j->offset = j->next;
	j->next += (uint64_t)n;
	j->number++;
	j->whole = n > 0 && j->line[n - 1] == '\n';
	if (j->whole)
		j->line[--n] = '\0';
	if (n > 0 && j->line[n - 1] == '\r')
		j->line[--n] = '\0';
	j->length = (size_t)n;
	return (true);
}

enum journal_result
journal_read(struct journal_file *j, struct event *e, struct buf *error)
{
	enum journal_result r;

	while (next_line(j)) {
		r = journal_parse(j->line, j->length, e, &j->scratch, error);
		if (!j->headed && r != JOURNAL_HEADER)
			return (refuse(j, error, "this is no journal: it does "
			    "not begin with dfuscope-journal"));
		j->headed = true;
		if (r == JOURNAL_BAD)
			return (refuse(j, error, buf_str(error)));
		if (r == JOURNAL_EVENT)
			return (r);
	}
	if (ferror(j->f))
		return (refuse(j, error, strerror(errno)));
	if (!j->headed)
		return (refuse(j, error, "the file is empty: no journal"));
	return (JOURNAL_BLANK);
}

void
journal_where(const struct journal_file *j, uint64_t *offset,
    size_t *length)
{
	*offset = j->offset;
	*length = j->length;
}

bool
journal_cut(const struct journal_file *j)
{
	return (j->number != 0 && !j->whole);
}

unsigned long
journal_line(const struct journal_file *j)
{
	return (j->number);
}

int
journal_fd(const struct journal_file *j)
{
	return (fileno(j->f));
}

void
journal_close(struct journal_file *j)
{
	if (j == NULL)
		return;
	fclose(j->f);
	free(j->path);
	free(j->line);
	journal_scratch_free(&j->scratch);
	free(j);
}
