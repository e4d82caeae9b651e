/* SPDX-License-Identifier: ISC */
/*
 * However long a file is, explain holds a window of it: of a capture and of a
 * log eight times as long it takes no more memory. Each is explained by a
 * process of its own, and the most that it had at a time is counted.
 */
#include "config.h"

#include "tests/source/make_capture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/explain.h"
#include "tests/dfu/check.h"
#include "wire/usb.h"

#define TIMES	8
#define GROWTH	4096	/* KB that chance may make */
#define BLOCKS	6000

/* What a sanitizer keeps of what was freed is no memory of the program's. */
const char	*__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return ("quarantine_size_mb=1");
}

/* Watched by valgrind a long file takes long. */
static unsigned
blocks(void)
{
	return (getenv("WALK_SHORT") != NULL ? BLOCKS / 4 : BLOCKS);
}

static void
flush(struct maker *m, FILE *f)
{
	assert_int_equal(fwrite(m->file.data, 1, m->file.len, f), m->file.len);
	buf_reset(&m->file);
}

static void
status(struct maker *m, uint8_t wait, uint8_t state)
{
	static const struct setup setup = { 0xa1, DFU_GETSTATUS, 0, 0, 6 };
	uint8_t reply[6] = { 0, wait, 0, 0, state, 0 };

	maker_control(m, &setup, NULL, OUTCOME_OK, reply, sizeof(reply));
}

static void
make_capture(FILE *f, unsigned n)
{
	struct maker m = { .link = 220, .address = 5,
	    .time = 1700000000000000 };
	struct setup setup = { 0x21, DFU_DNLOAD, 0, 0, 512 };
	uint8_t data[512] = { 0x5a };
	unsigned i;

	status(&m, 0, 2);
	for (i = 0; i < n; i++) {
		setup.wValue = (uint16_t)(2 + i % 60000);
		maker_control(&m, &setup, data, OUTCOME_OK, NULL, 512);
		status(&m, 5, 4);
		status(&m, 0, 5);
		flush(&m, f);
	}
	flush(&m, f);
	maker_free(&m);
}

static void
make_log(FILE *f, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		if (i % 64 == 0)
			fputs("dfu-util 0.11\n\n"
			    "Opening DFU capable USB device...\n"
			    "Device ID 0483:df11\nDevice DFU version 011a\n"
			    "Claiming USB DFU Interface...\n"
			    "Setting Alternate Interface #0 ...\n"
			    "Determining device status...\n"
			    "DFU state(2) = dfuIDLE, status(0) = No error "
			    "condition is present\n"
			    "DFU mode device DFU version 011a\n"
			    "Device returned transfer size 2048\n"
			    "DfuSe interface name: \"Internal Flash  \"\n"
			    "Downloading element to address = 0x08000000, "
			    "size = 131072\n", f);
		fprintf(f, " Download from image offset %08x to memory "
		    "%08x-%08x, size 2048\n", i % 64 * 2048,
		    0x08000000 + i % 64 * 2048,
		    0x08000000 + i % 64 * 2048 + 2047);
		if (i % 64 == 63)
			fputs("File downloaded successfully\n"
			    "Submitting leave request...\n"
			    "Transitioning to dfuMANIFEST state\n", f);
	}
}

/* KB, at the most, of a process that explains such a file. */
static long
taken_by(void (*make)(FILE *f, unsigned n), unsigned n)
{
	char path[] = "/tmp/dfuscope-test-XXXXXX";
	char *files[] = { path };
	int fd = mkstemp(path), code;
	FILE *f = fdopen(fd, "w"), *out;
	struct rusage used;
	pid_t pid;

	assert_non_null(f);
	make(f, n);
	assert_int_equal(fclose(f), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		out = fopen("/dev/null", "we");
		_exit(out != NULL && explain_files(files, 1, EXPLAIN_TEXT, out,
		    out) < 64 ? 0 : 1);
	}
	assert_int_equal(wait4(pid, &code, 0, &used), pid);
	assert_true(WIFEXITED(code) && WEXITSTATUS(code) == 0);
	unlink(path);
	return (used.ru_maxrss);
}

static void
assert_constant(void (*make)(FILE *f, unsigned n))
{
	long once = taken_by(make, blocks());
	long more = taken_by(make, TIMES * blocks());

	if (more > once + GROWTH)
		fail_msg("%ld KB for a file, %ld KB for one %d times as long",
		    once, more, TIMES);
}

static void
test_capture(void **state)
{
	(void)state;
	assert_constant(make_capture);
}

static void
test_log(void **state)
{
	(void)state;
	assert_constant(make_log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capture),
		cmocka_unit_test(test_log),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
