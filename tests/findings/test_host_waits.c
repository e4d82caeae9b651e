/* SPDX-License-Identifier: ISC */
/*
 * A host that is slow though the device asks for no wait: how long it has to
 * wait, after how many blocks, and what the device has to announce.
 */
#include "config.h"

#include "tests/findings/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diagnosis/finding.h"

static char path[] = "/tmp/dfuscope-waits-XXXXXX";

#define QUICK	"getstatus 5\n"
#define ASKS	"getstatus 5,0,5\n"
#define SLOW	"getstatus 4\ngetstatus 5\n"
#define WAITS	"wait 5\n"

/* Blocks of a download, with the lines behind each; then more of others. */
struct shape {
	unsigned	 blocks;
	const char	*lines;
	unsigned	 more;
	const char	*others;
	bool		 raised;
};

static void
write_trace(const struct shape *p)
{
	FILE *f = fopen(path, "w");
	unsigned i;

	assert_non_null(f);
	fputs("trace download\ndevice plain\ngetstatus 2\n", f);
	for (i = 0; i < p->blocks + p->more; i++)
		fprintf(f, "data %u 2048\n%s", i,
		    i < p->blocks ? p->lines : p->others);
	assert_int_equal(fclose(f), 0);
}

static void
look(const struct play_trace *t, void *arg)
{
	bool *raised = arg;
	size_t i;

	for (i = 0; i < t->s->findings->n; i++) {
		if (strcmp(t->s->findings->list[i].row->id, "host-waits") == 0)
			*raised = true;
	}
}

static void
host_waits_is_raised_by_what_it_says(void **state)
{
	static const struct shape shapes[] = {
		{ 66, QUICK WAITS, 0, NULL, true },
		{ 64, QUICK WAITS, 0, NULL, false },
		{ 66, QUICK, 0, NULL, false },
		{ 66, QUICK "wait 4\n", 0, NULL, true },
		{ 66, QUICK "wait 3\n", 0, NULL, false },
		/* Most of them, not some. */
		{ 50, QUICK WAITS, 16, QUICK, true },
		{ 16, QUICK WAITS, 50, QUICK, false },
		/* The device asked for a wait, or took its time. */
		{ 66, ASKS WAITS, 0, NULL, false },
		{ 66, SLOW WAITS, 0, NULL, false },
		{ 60, QUICK WAITS, 20, ASKS, false },
		{ 60, QUICK WAITS, 20, SLOW, false },
		{ 70, QUICK, 60, ASKS WAITS, false },
		/* It waits for the answer, and not for the next block. */
		{ 66, WAITS QUICK, 0, NULL, false },
	};
	bool raised;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(shapes); i++) {
		raised = false;
		write_trace(&shapes[i]);
		play_file(path, look, &raised);
		if (raised != shapes[i].raised)
			fail_msg("shape %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_waits_is_raised_by_what_it_says)
	};
	int fd = mkstemp(path), failed;

	if (fd < 0 || close(fd) != 0)
		return (1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return (failed);
}
