/* SPDX-License-Identifier: ISC */
/* Writing a journal to a file; journal.c knows the lines. */
#include "config.h"

#include "trace/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "trace/words.h"

struct journal_writer {
	char		*path;
	int		 fd;		/* -1 once writing failed */
	int		 error;		/* errno of that, 0: none */
	bool		 payload;
	uint64_t	 written;	/* bytes */
	struct buf	 line;
	struct buf	 words;
};

static void
complain(const struct journal_writer *w, int error, struct buf *b)
{
	buf_adds(b, "journal ");
	text_escape(b, w->path, strlen(w->path));
	buf_addf(b, ": %s", strerror(error));
}

/* The show goes on without a journal; journal_written tells. */
static void
write_line(struct journal_writer *w)
{
	if (w->fd < 0)
		return;
	w->written += w->line.len;
	if (w->written > JOURNAL_MOST)
		w->error = EFBIG;
	else if (!file_put(w->fd, w->line.data, w->line.len))
		w->error = errno;
	if (w->error == 0)
		return;
	close(w->fd);
	w->fd = -1;
}

/* What is there already: a journal of ours, which nobody writes; else why. */
static bool
may_replace(int fd, struct buf *why)
{
	char head[sizeof(JOURNAL_MAGIC) - 1];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	if (n != (ssize_t)sizeof(head) ||
	    memcmp(head, JOURNAL_MAGIC, sizeof(head)) != 0)
		buf_adds(why, n == 0 ? "not written: an empty file with this "
		    "name exists, and only a journal is replaced" :
		    "not written: a file with this name exists and is not a "
		    "journal of dfuscope");
	else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		buf_adds(why, "another dfuscope is writing this journal");
	return (why->len == 0);
}

/*
 * The first line goes into a file beside the old one, which is locked before
 * anybody can see it, and takes its place only when the line is in it.
 */
static bool
open_over(struct journal_writer *w, struct buf *error)
{
	char *draft;
	bool ok;

	w->fd = file_draft(w->path, &draft, error);
	if (w->fd < 0)
		return (false);
	(void)flock(w->fd, LOCK_EX | LOCK_NB);
	ok = file_put(w->fd, w->line.data, w->line.len);
	if (!ok) {
		text_escape(error, w->path, strlen(w->path));
		buf_addf(error, ": %s", strerror(errno));
	}
	ok = ok && file_draft_becomes(draft, w->path, error);
	if (!ok)
		(void)unlink(draft);
	free(draft);
	return (ok);
}

static bool
open_new(struct journal_writer *w, struct buf *error)
{
	w->fd = file_create(w->path, 0600, error);
	if (w->fd < 0)
		return (false);
	(void)flock(w->fd, LOCK_EX | LOCK_NB);
	w->written = 0;
	write_line(w);
	return (true);
}

/* False: error, and *code. */
static bool
open_file(struct journal_writer *w, int *code, struct buf *error)
{
	struct buf why = { 0 };
	struct stat st;
	bool ok;
	int old;

	*code = CODE_LOST;
	if (lstat(w->path, &st) != 0)
		return (open_new(w, error));
	*code = CODE_BAD_FILE;
	old = file_open(w->path, error);
	if (old < 0)
		return (false);
	ok = may_replace(old, &why);
	if (ok) {
		*code = CODE_LOST;
		ok = open_over(w, error);
	} else {
		text_escape(error, w->path, strlen(w->path));
		buf_addf(error, ": %s", buf_str(&why));
	}
	buf_free(&why);
	/* Until the new one has its place the old one is locked. */
	close(old);
	return (ok);
}

struct journal_writer *
journal_create(const char *path, bool payload, int *code, struct buf *error)
{
	struct journal_writer *w = mem_alloc(sizeof(*w));
	struct buf why = { 0 };
	bool opened;

	w->path = mem_strdup(path);
	w->payload = payload;
	w->fd = -1;
	journal_print_header(&w->line);
	w->written = w->line.len;
	opened = open_file(w, code, &why);
	if (!opened)
		buf_addf(error, "journal %s", buf_str(&why));
	buf_free(&why);
	if (opened)
		return (w);
	journal_finish(w);
	return (NULL);
}

void
journal_write(struct journal_writer *w, const struct event *e,
    const struct event *submit, const struct dfu_meaning *m)
{
	uint8_t edge[2 * EVENT_ELIDED_EDGE];
	struct event kept = *e;

	if (w->fd < 0)
		return;
	buf_reset(&w->line);
	buf_reset(&w->words);
	if (!w->payload)
		kept = event_elide(e, submit, edge);
	if (e->kind == EVENT_SUBMIT || e->kind == EVENT_COMPLETE)
		words_event(&w->words, e, submit, m);
	journal_print(&w->line, &kept, buf_str(&w->words));
	write_line(w);
}

bool
journal_where(const struct journal_writer *w, uint64_t *offset)
{
	*offset = w->written;
	return (w->fd >= 0);
}

bool
journal_written(const struct journal_writer *w, struct buf *error)
{
	if (w->error != 0)
		complain(w, w->error, error);
	return (w->error == 0);
}

void
journal_finish(struct journal_writer *w)
{
	if (w == NULL)
		return;
	if (w->fd >= 0)
		close(w->fd);
	buf_free(&w->line);
	buf_free(&w->words);
	free(w->path);
	free(w);
}
