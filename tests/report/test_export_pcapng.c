/* SPDX-License-Identifier: ISC */
/*
 * Every session of the tests, exported as a capture and read back, is the
 * same: requests, states, verdict, findings. Without what dfuscope put beside
 * the packets it is a capture of usbmon as any other.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "command/app.h"
#include "diagnosis/finding.h"
#include "diagnosis/verdict.h"
#include "report/export.h"
#include "source/source.h"
#include "trace/words.h"

#define JOURNALS	TESTS_DIR "/differential/journals"

static char path[64];
static int memory;

static struct sessions *
sessions_of(const char *name)
{
	struct sessions *b = sessions_new(trace_new(), 0);
	struct buf error = { 0 };
	struct source *s = source_open(name, NULL, &error);
	enum source_result r;
	struct event e;

	if (s == NULL)
		fail_msg("%s", buf_str(&error));
	while ((r = source_read(s, &e, &error)) != SOURCE_END) {
		if (r == SOURCE_BAD)
			fail_msg("%s", buf_str(&error));
		if (r == SOURCE_EVENT)
			sessions_apply(b, &e);
	}
	sessions_finish(b, b->last, false);
	source_close(s);
	return (b);
}

static void
add_findings(struct buf *b, const struct session *s, uint64_t now)
{
	struct finding held[FINDINGS_AT_MOST];
	const struct finding **sorted;
	size_t i, n, nheld;

	n = findings_sorted(s, now, held, &nheld, &sorted);
	for (i = 0; i < n; i++)
		buf_addf(b, "%s %u..%u\n", sorted[i]->row->id,
		    sorted[i]->first, sorted[i]->last);
	for (i = 0; i < nheld; i++)
		finding_free(&held[i]);
	free(sorted);
}

/* What is known of a session, as lines. */
static void
add_session(struct buf *b, const struct session *s, const struct sessions *of)
{
	const struct request *r;
	size_t i;

	session_title(s, b);
	buf_addf(b, " %u arrivals, %u sent, %u seen\n", s->arrivals, s->sent,
	    s->seen);
	for (i = 0; i < s->nrequests; i++) {
		r = &s->requests[i];
		buf_addf(b, "#%u %llu %llu %u %u %u ", r->number,
		    (unsigned long long)r->at, (unsigned long long)r->done,
		    /* A journal may say either of an answer that is short. */
		    outcome_is_answer((enum outcome)r->outcome) ? 0 :
		    r->outcome, r->before, r->after);
		words_event(b, trace_get(of->trace, r->submit), NULL,
		    &r->meaning);
		buf_addc(b, '\n');
	}
	buf_addf(b, "%s\n", verdict_of(s, NULL, of->last).row->word);
	add_findings(b, s, of->last);
}

/* The session of the same place, which may be the only one in a file. */
static void
check_session(const char *journal, const struct sessions *all, size_t i)
{
	struct export what = { .kind = EXPORT_PCAPNG };
	struct app app = { .sessions = (struct sessions *)(uintptr_t)all };
	struct buf file = { 0 }, was = { 0 }, is = { 0 };
	struct sessions *back;

	export_write(&file, &app, all->list[i], &what, all->last);
	assert_int_equal(ftruncate(memory, 0), 0);
	assert_int_equal(pwrite(memory, file.data, file.len, 0), file.len);
	back = sessions_of(path);
	assert_int_equal(back->n, 1);
	/* What happened last may have happened to another. */
	back->last = all->last;
	add_session(&was, all->list[i], all);
	add_session(&is, back->list[0], back);
	if (strcmp(buf_str(&was), buf_str(&is)) != 0)
		fail_msg("%s:\n%s---- is not\n%s", journal, buf_str(&is),
		    buf_str(&was));
	sessions_free(back);
	buf_free(&file);
	buf_free(&was);
	buf_free(&is);
}

static size_t
walk(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *d;
	struct sessions *all;
	size_t n = 0, i, length;
	char *name;

	assert_non_null(dir);
	while ((d = readdir(dir)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		name = mem_printf("%s/%s", folder, d->d_name);
		length = strlen(name);
		if (length < 8 || strcmp(name + length - 8, ".journal") != 0) {
			n += walk(name);
			free(name);
			continue;
		}
		all = sessions_of(name);
		for (i = 0; i < all->n; i++)
			check_session(name, all, i);
		n += all->n;
		sessions_free(all);
		free(name);
	}
	closedir(dir);
	return (n);
}

static void
test_reads_back_what_it_exports(void **state)
{
	(void)state;
	assert_true(walk(JOURNALS) > 150);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_back_what_it_exports),
	};

	memory = memfd_create("export", MFD_CLOEXEC);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	return (cmocka_run_group_tests(tests, NULL, NULL));
}
