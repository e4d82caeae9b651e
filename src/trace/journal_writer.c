/* Writing a journal to a file; journal.c knows the lines. */
#include "config.h"

#include "trace/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "trace/words.h"

struct journal_writer {
	char		*path;
	int		 fd;		/* -1 once writing failed */
	int		 error;		/* errno of that, 0: none */
	bool		 payload;
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
	size_t done = 0;
	ssize_t n;

	while (w->fd >= 0 && done < w->line.len) {
		n = write(w->fd, w->line.data + done, w->line.len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			w->error = errno;
			close(w->fd);
			w->fd = -1;
			return;
		}
		done += (size_t)n;
	}
}

struct journal_writer *
journal_create(const char *path, bool payload, struct buf *error)
{
	struct journal_writer *w = mem_alloc(sizeof(*w));

	w->path = mem_strdup(path);
	w->payload = payload;
	w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (w->fd < 0) {
		complain(w, errno, error);
		journal_finish(w);
		return (NULL);
	}
	journal_print_header(&w->line);
	write_line(w);
	return (w);
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
