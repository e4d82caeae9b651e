/* The three policies of keeping events, and what they cost. */
#include "config.h"

#include "tests/dfu/check.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "source/source.h"
#include "trace/identity.h"
#include "trace/journal.h"
#include "trace/trace.h"
#include "trace/words.h"

static const uint8_t six[6] = { 0, 104, 0, 0, 4, 0 };

static struct event
event_of(uint32_t number)
{
	struct event e = { .time = number * 1000u, .dev = 1,
	    .kind = EVENT_COMPLETE, .number = number, .outcome = OUTCOME_OK,
	    .data = six, .len = sizeof(six), .kept = sizeof(six) };

	return (e);
}

static void
add_many(struct trace *t, uint32_t n)
{
	struct event e;
	uint32_t i;

	for (i = 0; i < n; i++) {
		e = event_of(i);
		assert_int_equal(trace_add(t, &e), i);
	}
}

static void
assert_kept(const struct trace *t, size_t first, size_t end)
{
	struct event e;
	size_t i;

	assert_int_equal(trace_first(t), first);
	assert_int_equal(trace_end(t), end);
	for (i = 0; i < end + 2; i++) {
		if (i < first || i >= end) {
			assert_null(trace_get(t, i));
			continue;
		}
		e = event_of((uint32_t)i);
		assert_non_null(trace_get(t, i));
		assert_true(event_equal(trace_get(t, i), &e));
	}
	assert_null(trace_get(t, SIZE_MAX));
}

static void
test_all_keeps_everything(void **state)
{
	struct trace *t = trace_new();
	size_t events, payload;

	(void)state;
	assert_kept(t, 0, 0);
	add_many(t, 10000);
	assert_kept(t, 0, 10000);
	trace_memory(t, &events, &payload);
	assert_int_equal(payload, 10000 * sizeof(six));
	/* The goal of the house: under 200 bytes an event. */
	assert_in_range(events, 10000 * sizeof(struct event), 10000 * 200);
	trace_free(t);
}

static void
test_all_copies(void **state)
{
	struct trace *t = trace_new();
	struct identity *who = identity_new();
	uint8_t bytes[2] = { 1, 2 };
	struct event e = { .kind = EVENT_ARRIVED, .who = who, .data = bytes,
	    .len = 2, .kept = 2 };

	(void)state;
	who->place = mem_strdup("1-1");
	trace_add(t, &e);
	identity_free(who);
	bytes[0] = 9;
	assert_int_equal(trace_get(t, 0)->data[0], 1);
	assert_string_equal(trace_get(t, 0)->who->place, "1-1");
	trace_free(t);
}

static void
test_window_forgets_the_oldest(void **state)
{
	static const uint32_t counts[] = { 0, 1, 7, 8, 9, 100 };
	struct trace *t;
	size_t i, events, payload;

	(void)state;
	for (i = 0; i < COUNT(counts); i++) {
		t = trace_new_window(8);
		add_many(t, counts[i]);
		assert_kept(t, counts[i] > 8 ? counts[i] - 8 : 0, counts[i]);
		trace_memory(t, &events, &payload);
		assert_int_equal(payload, sizeof(six) *
		    (counts[i] > 8 ? 8 : counts[i]));
		trace_free(t);
	}
}

static char path[64];

static void
write_journal(uint32_t n)
{
	struct buf error = { 0 };
	int code;
	struct journal_writer *w = journal_create(path, true, &code, &error);
	struct event e;
	uint32_t i;

	assert_non_null(w);
	for (i = 0; i < n; i++) {
		e = event_of(i);
		journal_write(w, &e, NULL, NULL);
	}
	assert_true(journal_written(w, &error));
	journal_finish(w);
}

static void
test_file_reads_back(void **state)
{
	struct buf error = { 0 };
	struct source *j;
	struct trace *t;
	struct event e;
	uint64_t offset;
	size_t length, events, payload;

	(void)state;
	write_journal(1000);
	j = source_open(path, NULL, &error);
	assert_non_null(j);
	t = trace_new_file(source_fd(j));
	while (source_read(j, &e, &error) == SOURCE_EVENT) {
		source_where(j, &offset, &length);
		trace_add_at(t, &e, offset, length);
	}
	assert_int_equal(error.len, 0);
	assert_kept(t, 0, 1000);
	trace_memory(t, &events, &payload);
	assert_int_equal(payload, 0);
	assert_in_range(events, 1000 * TRACE_INDEX_SIZE,
	    2000 * TRACE_INDEX_SIZE);
	/* The file shrinks under it: no event, and no harm. */
	assert_int_equal(truncate(path, 100), 0);
	assert_null(trace_get(t, 999));
	trace_free(t);
	source_close(j);
}

static void
test_file_without_place(void **state)
{
	struct trace *t = trace_new_file(-1);
	struct event e = event_of(0);

	(void)state;
	assert_int_equal(trace_add(t, &e), 0);
	assert_null(trace_get(t, 0));
	trace_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_keeps_everything),
		cmocka_unit_test(test_all_copies),
		cmocka_unit_test(test_window_forgets_the_oldest),
		cmocka_unit_test(test_file_reads_back),
		cmocka_unit_test(test_file_without_place),
	};
	int failed;

	snprintf(path, sizeof(path), "test_trace.%ld.journal",
	    (long)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return (failed);
}
