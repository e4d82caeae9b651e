/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as lines of a journal: what parses is printed as it was. The same
 * bytes as a file: cut anywhere it tells a beginning of what it tells whole,
 * and a line that cannot be read hides no other.
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
#include "source/source.h"
#include "trace/journal.h"
#include "trace/words.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Words may be put behind any event. */
static void
comment(const struct event *e, struct buf *words)
{
	static const struct dfu_context dfuse = {
		.dialect = DFU_DIALECT_DFUSE,
		.pointer_known = true,
		.pointer = 0xfffffff0,
		.transfer_size = 65535,
	};
	struct dfu_meaning m = dfu_meaning(&e->setup, e->data, e->kept, &dfuse);

	buf_reset(words);
	words_event(words, e, NULL, &m);
	if (e->kind == EVENT_COMPLETE)
		words_event(words, e, e, &m);
}

static void
check_law(const struct event *e)
{
	struct journal_scratch scratch = { 0 };
	struct buf line = { 0 }, words = { 0 }, error = { 0 };
	struct event back;

	must(e->kind < EVENT_KIND_COUNT && e->outcome < OUTCOME_COUNT);
	must(e->kept <= e->len && (e->kept == 0 || e->data != NULL));
	comment(e, &words);
	journal_print(&line, e, buf_str(&words));
	must(line.data[line.len - 1] == '\n');
	buf_cut(&line, line.len - 1);
	must(memchr(line.data, '\n', line.len) == NULL);
	must(journal_parse(buf_str(&line), line.len, &back, &scratch,
	    &error) == JOURNAL_EVENT);
	must(event_equal(e, &back));
	journal_scratch_free(&scratch);
	buf_free(&line);
	buf_free(&words);
	buf_free(&error);
}

static void
run_line(const uint8_t *p, size_t n, struct journal_scratch *scratch)
{
	struct buf error = { 0 };
	struct event e;
	char *line = malloc(n + 1);

	must(line != NULL);
	memcpy(line, p, n);
	line[n] = '\0';
	switch (journal_parse(line, n, &e, scratch, &error)) {
	case JOURNAL_EVENT:
		check_law(&e);
		break;
	case JOURNAL_BAD:
		must(strncmp(buf_str(&error), "column ", 7) == 0);
		break;
	case JOURNAL_HEADER:
	case JOURNAL_BLANK:
		must(error.len == 0);
		break;
	}
	buf_free(&error);
	free(line);
}

/* A file without a name that has these bytes. */
static struct source *
file_of(const struct buf *b)
{
	static char path[32];
	static int fd = -1;
	struct buf error = { 0 };
	struct source *s;

	if (fd < 0) {
		fd = memfd_create("journal", MFD_CLOEXEC);
		must(fd >= 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	must(ftruncate(fd, 0) == 0);
	must(b->len == 0 || pwrite(fd, b->data, b->len, 0) ==
	    (ssize_t)b->len);
	s = source_open(path, NULL, &error);
	must((s == NULL) == (error.len != 0));
	buf_free(&error);
	return (s);
}

/* What a file tells, as lines, but for what it lost. */
static void
tell(const struct buf *b, struct buf *told, unsigned long *damaged)
{
	struct source *s = file_of(b);
	struct buf error = { 0 };
	enum source_result r;
	struct event e;

	*damaged = 0;
	if (s == NULL)
		return;
	do {
		r = source_read(s, &e, &error);
		must(r != SOURCE_BAD && error.len == 0);
		if (r != SOURCE_EVENT)
			continue;
		check_law(&e);
		if (e.kind != EVENT_LOST)
			journal_print(told, &e, NULL);
	} while (r != SOURCE_END);
	must(source_cut(s) == 0 || (b->len != 0 &&
	    b->data[b->len - 1] != '\n'));
	*damaged = source_damaged(s, NULL);
	source_close(s);
}

/* The file up to n bytes; then that, a bad line, and the rest. */
static void
check_cut(const struct buf *file, size_t n, const struct buf *told,
    unsigned long damaged)
{
	struct buf b = { 0 }, part = { 0 };
	unsigned long bad;

	buf_add(&b, file->data, n);
	tell(&b, &part, &bad);
	must(part.len <= told->len && bad <= damaged &&
	    (part.len == 0 || memcmp(part.data, told->data, part.len) == 0));
	if (n != 0 && file->data[n - 1] == '\n') {
		buf_adds(&b, "oops\n");
		buf_add(&b, file->data + n, file->len - n);
		buf_reset(&part);
		tell(&b, &part, &bad);
		must(part.len == told->len && bad == damaged + 1 &&
		    (part.len == 0 || memcmp(part.data, told->data,
		    part.len) == 0));
	}
	buf_free(&b);
	buf_free(&part);
}

static void
run_file(const uint8_t *p, size_t n)
{
	struct buf file = { 0 }, told = { 0 };
	unsigned long damaged;
	const uint8_t *end;
	size_t at, header;

	buf_add(&file, p, n);
	tell(&file, &told, &damaged);
	buf_reset(&told);
	buf_reset(&file);
	journal_print_header(&file);
	header = file.len;
	buf_add(&file, p, n);
	tell(&file, &told, &damaged);
	/* At a place that the bytes decide, and behind the line there. */
	at = n == 0 ? 0 : ((size_t)p[0] * 31 + p[n / 2] * 7 + p[n - 1]) % n;
	check_cut(&file, header + at, &told, damaged);
	end = n == 0 ? NULL : memchr(p + at, '\n', n - at);
	if (end != NULL)
		check_cut(&file, header + (size_t)(end - p) + 1, &told,
		    damaged);
	buf_free(&file);
	buf_free(&told);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct journal_scratch scratch = { 0 };
	const uint8_t *end;
	size_t length;

	run_file(p, n);
	while (n > 0) {
		end = memchr(p, '\n', n);
		length = end != NULL ? (size_t)(end - p) : n;
		run_line(p, length, &scratch);
		length += end != NULL;
		p += length;
		n -= length;
	}
	journal_scratch_free(&scratch);
	return (0);
}
