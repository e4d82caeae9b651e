/* SPDX-License-Identifier: ISC */
/* The policies of keeping events, and what they cost. */
#include "config.h"

#include "tests/dfu/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "trace/identity.h"
#include "trace/journal.h"
#include "trace/pack.h"
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
	/* Whole chunks. */
	assert_in_range(events, 10000 * 24, 12288 * 24 + 10000);
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

/* Little data lies in the ring itself, more does not: both go round. */
static void
test_window_of_any_data(void **state)
{
	static const size_t sizes[] = { 1, 7, 8 };
	uint8_t bytes[2 * PACK_INLINE + 1];
	struct trace *t;
	struct event e;
	uint32_t i, k;
	size_t n;

	(void)state;
	for (n = 0; n < COUNT(sizes); n++) {
		t = trace_new_window(sizes[n]);
		for (i = 0; i < 100; i++) {
			e = event_of(i);
			memset(bytes, (int)i, sizeof(bytes));
			e.data = bytes;
			e.len = e.kept = (uint32_t)(i % sizeof(bytes));
			trace_add(t, &e);
			k = i < sizes[n] ? 0 : i + 1 - (uint32_t)sizes[n];
			memset(bytes, (int)k, sizeof(bytes));
			e = event_of(k);
			e.data = bytes;
			e.len = e.kept = (uint32_t)(k % sizeof(bytes));
			assert_true(event_equal(trace_get(t, k), &e));
		}
		trace_free(t);
	}
}

static char path[64];

/* So many events into a journal and into a trace with that bound. */
static struct trace *
trace_over(int *fd, uint32_t n, size_t most, size_t chunk)
{
	struct buf b = { 0 };
	struct trace *t = trace_new();
	struct event e;
	uint32_t i;

	*fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(*fd >= 0);
	trace_chunk(t, chunk);
	trace_bound(t, most);
	trace_store(t, *fd);
	for (i = 0; i < n; i++) {
		e = event_of(i);
		trace_next_at(t, b.len);
		journal_print(&b, &e, NULL);
		assert_int_equal(trace_add(t, &e), i);
	}
	assert_int_equal(write(*fd, b.data, b.len), b.len);
	buf_free(&b);
	return (t);
}

static void
test_bound_reads_back(void **state)
{
	static const size_t bounds[] = { 0, 1, 2, 7, 8, 9, 1000, 5000 };
	size_t i, events, payload;
	struct trace *t;
	int fd;

	(void)state;
	for (i = 0; i < COUNT(bounds); i++) {
		t = trace_over(&fd, 1000, bounds[i], 8);
		assert_kept(t, 0, 1000);
		assert_int_equal(trace_lost(t), 0);
		trace_memory(t, &events, &payload);
		assert_in_range(1000 - trace_held(t), 0, 1000);
		if (bounds[i] == 0 || bounds[i] >= 1000)
			assert_int_equal(trace_held(t), 0);
		else
			assert_in_range(1000 - trace_held(t), bounds[i],
			    bounds[i] + 7);
		assert_int_equal(payload,
		    (1000 - trace_held(t)) * sizeof(six));
		trace_free(t);
		close(fd);
	}
}

static void
test_bound_without_journal(void **state)
{
	struct trace *t = trace_new();
	size_t events, payload;

	(void)state;
	trace_chunk(t, 8);
	trace_bound(t, 20);
	add_many(t, 100);
	assert_kept(t, 80, 100);
	assert_int_equal(trace_lost(t), 80);
	trace_memory(t, &events, &payload);
	assert_int_equal(payload, 20 * sizeof(six));
	trace_free(t);
}

/* A new file and one in place of another: each tells where its lines are. */
static void
test_bound_over_a_journal_that_is_written(void **state)
{
	struct buf error = { 0 };
	struct journal_writer *w;
	struct trace *t;
	struct event e;
	uint64_t at;
	uint32_t i;
	int fd, code, round;

	(void)state;
	unlink(path);
	for (round = 0; round < 2; round++) {
		w = journal_create(path, false, &code, &error);
		assert_non_null(w);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		t = trace_new();
		trace_chunk(t, 8);
		trace_bound(t, 1);
		trace_store(t, fd);
		for (i = 0; i < 100; i++) {
			e = event_of(i);
			assert_true(journal_where(w, &at));
			trace_next_at(t, at);
			journal_write(w, &e, NULL, NULL);
			trace_add(t, &e);
		}
		assert_kept(t, 0, 100);
		trace_free(t);
		close(fd);
		journal_finish(w);
	}
}

/* What a journal ceased to have is lost, and what it has stays. */
static void
test_bound_where_the_journal_ends(void **state)
{
	struct trace *t;
	struct event e;
	uint32_t i;
	int fd;

	(void)state;
	t = trace_over(&fd, 16, 8, 8);
	for (i = 16; i < 48; i++) {
		e = event_of(i);
		trace_add(t, &e);
	}
	assert_int_equal(trace_first(t), 0);
	assert_int_equal(trace_lost(t), 24);
	for (i = 0; i < 48; i++) {
		e = event_of(i);
		if (i < 16 || i >= 40) {
			assert_true(event_equal(trace_get(t, i), &e));
			continue;
		}
		assert_null(trace_get(t, i));
		assert_string_equal(trace_trouble(t), "no journal has it");
	}
	trace_free(t);
	close(fd);
}

/* What stands in no journal stays in memory, between what does. */
static void
test_bound_keeps_its_own(void **state)
{
	static const char remark[] = "a remark, and of some length";
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct trace *t = trace_new();
	struct buf b = { 0 };
	struct event e;
	uint32_t i;

	(void)state;
	trace_chunk(t, 8);
	trace_bound(t, 1);
	trace_store(t, fd);
	for (i = 0; i < 100; i++) {
		e = i % 3 != 0 ? event_of(i) :
		    event_text(EVENT_NOTE, i, 1, remark);
		if (i % 3 != 0) {
			trace_next_at(t, b.len);
			journal_print(&b, &e, NULL);
		}
		trace_add(t, &e);
	}
	assert_int_equal(write(fd, b.data, b.len), b.len);
	for (i = 0; i < 100; i++) {
		e = i % 3 != 0 ? event_of(i) :
		    event_text(EVENT_NOTE, i, 1, remark);
		assert_non_null(trace_get(t, i));
		assert_true(event_equal(trace_get(t, i), &e));
	}
	assert_int_equal(trace_lost(t), 0);
	trace_free(t);
	close(fd);
	buf_free(&b);
}

/* Lines far from each other, a line with other bytes, a file cut short. */
static void
test_bound_of_a_journal_that_changes(void **state)
{
	static const uint8_t many[3000] = { 7 };
	struct trace *t = trace_new();
	struct buf b = { 0 };
	struct event e;
	uint32_t i;
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	(void)state;
	trace_chunk(t, 8);
	trace_bound(t, 1);
	trace_store(t, fd);
	for (i = 0; i < 80; i++) {
		e = event_of(i);
		e.data = many;
		e.len = e.kept = i < 10 ? sizeof(many) : 6;
		while (i % 16 == 4 && b.len < i * 100000)
			buf_adds(&b, "; passed over\n");
		trace_next_at(t, b.len);
		journal_print(&b, &e, NULL);
		trace_add(t, &e);
	}
	assert_int_equal(write(fd, b.data, b.len), b.len);
	for (i = 0; i < 80; i++) {
		assert_non_null(trace_get(t, i));
		assert_int_equal(trace_get(t, i)->number, i);
		assert_int_equal(trace_get(t, i)->kept,
		    i < 10 ? sizeof(many) : 6);
	}
	assert_int_equal(ftruncate(fd, 500000), 0);
	assert_null(trace_get(t, 39));
	assert_string_equal(trace_trouble(t), "the journal was truncated");
	assert_int_equal(pwrite(fd, "1", 1, 0), 1);
	assert_null(trace_get(t, 1));
	assert_string_equal(trace_trouble(t), "the journal was changed");
	assert_non_null(trace_get(t, 79));
	assert_string_equal(trace_trouble(t), "");
	trace_free(t);
	close(fd);
	buf_free(&b);
}

/* Styles run out, and what is odd is kept all the same. */
static void
test_all_that_differ(void **state)
{
	struct trace *t = trace_new();
	struct event e;
	uint32_t i;

	(void)state;
	for (i = 0; i < 70000; i++) {
		e = event_of(i);
		e.setup.wIndex = (uint16_t)i;
		e.timeout = i;
		e.crc = i % 3 == 0 ? 0x12345678 : 0;
		e.line = i % 5 == 0 ? i : 0;
		trace_add(t, &e);
	}
	for (i = 0; i < 70000; i++) {
		e = event_of(i);
		e.setup.wIndex = (uint16_t)i;
		e.timeout = i;
		e.crc = i % 3 == 0 ? 0x12345678 : 0;
		e.line = i % 5 == 0 ? i : 0;
		assert_true(event_equal(trace_get(t, i), &e));
	}
	trace_free(t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_keeps_everything),
		cmocka_unit_test(test_all_copies),
		cmocka_unit_test(test_window_forgets_the_oldest),
		cmocka_unit_test(test_window_of_any_data),
		cmocka_unit_test(test_all_that_differ),
		cmocka_unit_test(test_bound_reads_back),
		cmocka_unit_test(test_bound_without_journal),
		cmocka_unit_test(test_bound_over_a_journal_that_is_written),
		cmocka_unit_test(test_bound_where_the_journal_ends),
		cmocka_unit_test(test_bound_keeps_its_own),
		cmocka_unit_test(test_bound_of_a_journal_that_changes),
	};
	int failed;

	snprintf(path, sizeof(path), "test_trace.%ld.journal",
	    (long)getpid());
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return (failed);
}
