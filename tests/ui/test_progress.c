/* SPDX-License-Identifier: ISC */
/* How far somebody is in lessons, kept in a file. */
#include "config.h"

#include "tests/dfu/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "ui/prompt/progress.h"

static char path[] = "/tmp/dfuscope-progress-XXXXXX";

static void
write_lines(const char *lines)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(lines, f);
	assert_int_equal(fclose(f), 0);
}

static void
assert_lines(const char *lines)
{
	struct buf b = { 0 }, error = { 0 };

	assert_true(file_read(path, 4096, &b, &error));
	assert_string_equal(buf_str(&b), lines);
	buf_free(&b);
}

static void
a_step_is_of_its_lesson_alone(void **state)
{
	(void)state;
	write_lines("states 3\nstates-more 5\nerror 7\nerrors\nerrors x\n"
	    "late-8\nlate 2\nlate 4\nlast 6");
	assert_int_equal(progress_of(path, "states"), 3);
	assert_int_equal(progress_of(path, "states-more"), 5);
	assert_int_equal(progress_of(path, "state"), 0);
	assert_int_equal(progress_of(path, "errors"), 0);
	assert_int_equal(progress_of(path, "late"), 2);
	assert_int_equal(progress_of(path, "last"), 6);
	assert_int_equal(progress_of(path, "x"), 0);
	assert_int_equal(progress_of(NULL, "states"), 0);
	assert_int_equal(progress_of("/nonexistent/x", "states"), 0);
}

static void
keeping_one_keeps_the_others(void **state)
{
	(void)state;
	write_lines("states 3\n\nstates-more 5\nlate 2\nlate 4\nlast 6");
	progress_keep(path, "states", 4);
	assert_lines("states-more 5\nlate 2\nlate 4\nlast 6\nstates 4\n");
	progress_keep(path, "late", 9);
	assert_lines("states-more 5\nlast 6\nstates 4\nlate 9\n");
	progress_keep(path, "last", 0);
	assert_int_equal(progress_of(path, "last"), 0);
	assert_int_equal(progress_of(path, "late"), 9);
	progress_keep(NULL, "late", 1);
	progress_keep("/nonexistent/x", "late", 1);
}

/* A disk that takes no more leaves what was there, whole. */
static void
a_full_disk_leaves_what_was_there(void **state)
{
	struct rlimit was, small = { .rlim_cur = 8 };
	struct buf b = { 0 };

	(void)state;
	write_lines("rule R6 1 1 0 5\n");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small.rlim_max = was.rlim_max;
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	buf_adds(&b, "rule R6 2 2 1 6\nrule R7 1 0 0 6\n");
	progress_write(path, &b);
	progress_keep(path, "states", 4);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_lines("rule R6 1 1 0 5\n");
	progress_write(path, &b);
	assert_lines(buf_str(&b));
	progress_write(NULL, &b);
	progress_write("/nonexistent/x", &b);
	buf_reset(&b);
	progress_read("/nonexistent/x", &b);
	assert_int_equal(b.len, 0);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_is_of_its_lesson_alone),
		cmocka_unit_test(keeping_one_keeps_the_others),
		cmocka_unit_test(a_full_disk_leaves_what_was_there)
	};
	int fd = mkstemp(path), failed;

	if (fd < 0 || close(fd) != 0)
		return (1);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(path);
	return (failed);
}
