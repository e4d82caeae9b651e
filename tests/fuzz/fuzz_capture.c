/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a capture: what is told is in order, of devices that arrived,
 * and each answer of a request; sessions take it. Cut anywhere, the file
 * tells no more than whole.
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
#include "diagnosis/sessions.h"
#include "source/source.h"
#include "trace/trace.h"

int	LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* A file without a name that has these bytes. */
static struct source *
file_of(const uint8_t *p, size_t n)
{
	static char path[32];
	static int fd = -1;
	struct buf error = { 0 };
	struct source *s;

	if (fd < 0) {
		fd = memfd_create("capture", MFD_CLOEXEC);
		must(fd >= 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	must(ftruncate(fd, 0) == 0);
	must(n == 0 || pwrite(fd, p, n, 0) == (ssize_t)n);
	s = source_open(path, NULL, &error);
	must((s == NULL) == (error.len != 0));
	buf_free(&error);
	return (s);
}

/* A file that says that dfuscope wrote it may have any numbers. */
static bool is_own;

static void
check(const struct event *e, uint64_t *time, uint16_t *devs, uint32_t *number)
{
	must(e->kind < EVENT_KIND_COUNT && e->outcome < OUTCOME_COUNT);
	must(e->kept <= e->len && (e->kept == 0 || e->data != NULL));
	must(e->time >= *time);
	*time = e->time;
	if (is_own) {
		*number += e->kind == EVENT_SUBMIT;
		return;
	}
	if (e->kind == EVENT_ARRIVED) {
		must(e->who != NULL && e->dev == *devs + 1);
		*devs = e->dev;
	}
	must(e->dev <= *devs);
	if (e->kind == EVENT_SUBMIT)
		must(e->number == ++*number && e->dev != 0);
	if (e->kind == EVENT_COMPLETE)
		must(e->number != 0 && e->number <= *number && e->dev != 0);
}

static uint32_t
tell(const uint8_t *p, size_t n)
{
	struct source *s = file_of(p, n);
	struct sessions *b;
	struct buf error = { 0 };
	enum source_result r;
	struct event e;
	uint64_t time = 0;
	uint16_t devs = 0;
	uint32_t number = 0;

	if (s == NULL)
		return (0);
	b = sessions_new(trace_new_window(64), 64);
	while ((r = source_read(s, &e, &error)) != SOURCE_END &&
	    r != SOURCE_BAD) {
		if (r != SOURCE_EVENT)
			continue;
		check(&e, &time, &devs, &number);
		sessions_apply(b, &e);
	}
	must((r == SOURCE_BAD) == (error.len != 0));
	sessions_finish(b, b->last, source_cut(s) != 0);
	sessions_free(b);
	source_close(s);
	buf_free(&error);
	return (number);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint32_t all;
	size_t at = n == 0 ? 0 : ((size_t)p[0] * 31 + p[n / 2] * 7 +
	    p[n - 1]) % n;

	is_own = n != 0 && memmem(p, n, "dfuscope ", 9) != NULL;
	all = tell(p, n);
	/* Of each address of a bus, what has not ended is told at the end. */
	must(tell(p, at) <= all + 128);
	return (0);
}
