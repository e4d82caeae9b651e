/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a log of other tools: it ends, each event is printed and read
 * back as it was, each request has at most one end and a line, and sessions
 * take all of it.
 */
#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "diagnosis/sessions.h"
#include "source/log_own.h"
#include "source/said.h"
#include "source/source.h"
#include "trace/journal.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_law(const struct event *e)
{
	struct journal_scratch scratch = { 0 };
	struct buf line = { 0 }, error = { 0 };
	struct event back;

	journal_print(&line, e, NULL);
	must(line.len > 0 && line.data[line.len - 1] == '\n');
	buf_cut(&line, line.len - 1);
	must(journal_parse(buf_str(&line), line.len, &back, &scratch,
	    &error) == JOURNAL_EVENT);
	must(event_equal(e, &back));
	journal_scratch_free(&scratch);
	buf_free(&line);
	buf_free(&error);
}

/* It is read as a log whatever it seems to be. */
static struct source *
source_of(const uint8_t *p, size_t n)
{
	static int fd = -1;
	struct buf error = { 0 };
	struct source *s = mem_alloc(sizeof(*s));

	if (fd < 0)
		fd = memfd_create("log", MFD_CLOEXEC);
	must(fd >= 0 && ftruncate(fd, 0) == 0);
	must(n == 0 || pwrite(fd, p, n, 0) == (ssize_t)n);
	s->path = mem_strdup("log");
	s->lines.fd = dup(fd);
	must(s->lines.fd >= 0 && lseek(s->lines.fd, 0, SEEK_SET) == 0);
	must(source_log_begin(s, &error));
	return (s);
}

static void
release(struct source *s)
{
	int fd = s->lines.fd;

	source_log_end(s);
	source_lines_end(&s->lines);
	close(fd);
	free(s->path);
	free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct source *s = source_of(p, n);
	struct sessions *all = sessions_new(trace_new_window(256), 128);
	struct buf error = { 0 }, words = { 0 };
	uint32_t open = 0;
	uint64_t time = 0;
	enum source_result r;
	struct event e;
	struct said said;

	while ((r = source_log_read(s, &e, &error)) != SOURCE_END) {
		must(r != SOURCE_BAD);
		if (r != SOURCE_EVENT)
			continue;
		check_law(&e);
		must(e.time > time && e.line != 0);
		time = e.time;
		must(e.kind != EVENT_COMPLETE || e.number == open);
		open = e.kind == EVENT_SUBMIT ? e.number : e.kind ==
		    EVENT_COMPLETE ? 0 : open;
		sessions_apply(all, &e);
	}
	sessions_finish(all, time, false);
	if (said_read((const char *)p, n, &said))
		must(said.tool != NULL);
	source_sniff(p, n < SOURCE_SNIFF ? n : SOURCE_SNIFF, &words);
	sessions_free(all);
	release(s);
	buf_free(&error);
	buf_free(&words);
	return (0);
}
