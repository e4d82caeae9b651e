/* SPDX-License-Identifier: ISC */
/*
 * What is printed to a reader that pauses: nobody waits, each line that comes
 * is whole and in order, and those that do not come are counted.
 */
#include "config.h"

#include "tests/dfu/check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "main/out.h"

/* Four times what is kept, in lines of up to so many bytes. */
#define LONGEST 20000
#define TOTAL (4 * OUT_KEEP)

/* In the middle it waits until some was read, if go is not -1. */
static unsigned long
print_all(int go)
{
	static char filler[LONGEST];
	unsigned long n;
	size_t bytes = 0, length;

	memset(filler, 'x', sizeof(filler));
	for (n = 0; bytes < TOTAL; n++) {
		if (bytes > TOTAL / 2 && go >= 0) {
			if (read(go, filler, 1) != 1)
				_exit(3);
			filler[0] = 'x';
			go = -1;
		}
		length = n * 7919 % LONGEST;
		bytes += (size_t)printf(
		    "%lu %.*s %zu\n", n, (int)length, filler, length);
		/* A line may come in pieces, and several as one. */
		if (n % 3 == 0)
			fflush(stdout);
	}
	fflush(stdout);
	return (n);
}

/* The program: tells how many lines it printed, then how many it dropped. */
static void
print_apart(const int *out, const int *told, int go, bool patient)
{
	unsigned long numbers[2];
	bool ok;

	dup2(out[1], STDOUT_FILENO);
	close(out[0]);
	out_begin();
	out_patient(patient);
	numbers[0] = print_all(go);
	if (write(told[1], numbers, sizeof(*numbers)) < 0)
		_exit(1);
	numbers[1] = out_finish(&ok);
	if (write(told[1], numbers + 1, sizeof(*numbers)) < 0)
		_exit(1);
	_exit(ok ? 0 : 2);
}

static void
check_line(const char *line, unsigned long *n, unsigned long *missing)
{
	unsigned long number;
	size_t length, said;
	const char *at;
	char *end;

	number = strtoul(line, &end, 10);
	assert_true(end > line && *end == ' ');
	length = strspn(end + 1, "x");
	at = end + 1 + length;
	said = strtoul(at, &end, 10);
	assert_true(said == length && *end == '\n');
	assert_true(number >= *n);
	*missing += number - *n;
	*n = number + 1;
}

static unsigned long
read_lines(FILE *f, size_t most, unsigned long *n)
{
	static char line[LONGEST + 100];
	unsigned long missing = 0;
	size_t bytes = 0;

	while (bytes < most && fgets(line, sizeof(line), f) != NULL) {
		bytes += strlen(line);
		check_line(line, n, &missing);
	}
	return (missing);
}

static void
print_to(bool patient)
{
	unsigned long n = 0, missing = 0, numbers[2] = { 0, 0 };
	int out[2], told[2], go[2], status;
	FILE *f;
	pid_t pid;

	assert_true(pipe(out) == 0 && pipe(told) == 0 && pipe(go) == 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		print_apart(out, told, patient ? -1 : go[0], patient);
	close(out[1]);
	f = fdopen(out[0], "r");
	assert_non_null(f);
	/* Then it comes to its end while nobody reads. */
	if (!patient) {
		missing = read_lines(f, OUT_KEEP / 2, &n);
		assert_int_equal(write(go[1], "", 1), 1);
		assert_int_equal(
		    read(told[0], numbers, sizeof(*numbers)), sizeof(*numbers));
	}
	missing += read_lines(f, SIZE_MAX, &n);
	fclose(f);
	if (patient)
		assert_int_equal(
		    read(told[0], numbers, sizeof(*numbers)), sizeof(*numbers));
	assert_int_equal(
	    read(told[0], numbers + 1, sizeof(*numbers)), sizeof(*numbers));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	/* The last ones may be among those that were dropped. */
	assert_int_equal(missing + numbers[0] - n, numbers[1]);
	assert_true(patient ? numbers[1] == 0 :
			      numbers[1] > 0 && numbers[1] < numbers[0]);
	close(told[0]);
	close(told[1]);
	close(go[0]);
	close(go[1]);
}

static void
test_drops(void **state)
{
	(void)state;
	print_to(false);
}

static void
test_waits(void **state)
{
	(void)state;
	print_to(true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drops),
		cmocka_unit_test(test_waits),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
