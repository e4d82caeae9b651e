/* Any bytes as lines of a journal: what parses is printed as it was. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
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
	static const struct words_context dfuse = { .dfuse = true,
	    .pointer_known = true, .pointer = 0xfffffff0,
	    .transfer_size = 65535 };

	buf_reset(words);
	words_event(words, e, NULL, &dfuse);
	if (e->kind == EVENT_COMPLETE)
		words_event(words, e, e, &dfuse);
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

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct journal_scratch scratch = { 0 };
	const uint8_t *end;
	size_t length;

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
