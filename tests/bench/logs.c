/* SPDX-License-Identifier: ISC */
/*
 * What explaining a long log costs: 100 MB of what dfu-util prints with -v,
 * and with -vvv and the debug lines of libusb, run after run. Each the median
 * of five, of a processor's time. At most 2 s and 32 MB are meant.
 *
 *	[LOG_MB=10] tests/bench/logs ./dfuscope
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMES	5

static void
transfer(FILE *f, unsigned n, int length)
{
	fprintf(f, "[ %u.%06u] [00000f15] libusb: debug "
	    "[libusb_submit_transfer] transfer 0x55c543f3c2d0\n"
	    "[ %u.%06u] [00000f15] libusb: debug [add_to_flying_list] arm "
	    "timer for timeout in 5000ms (first in line)\n"
	    "[ %u.%06u] [00000f15] libusb: debug [usbi_wait_for_events] "
	    "poll() 3 fds with timeout in 60000ms\n"
	    "[ %u.%06u] [00000f15] libusb: debug [usbi_wait_for_events] "
	    "poll() returned 1\n"
	    "[ %u.%06u] [00000f15] libusb: debug [reap_for_handle] urb "
	    "type=2 status=0 transferred=%d\n"
	    "[ %u.%06u] [00000f15] libusb: debug [sync_transfer_cb] "
	    "actual_length=%d\n", n, n, n, n, n, n, n, n, n, n, length, n, n,
	    length);
}

static void
begin(FILE *f)
{
	fputs("dfu-util 0.11\n\nOpening DFU capable USB device...\n"
	    "Device ID 0483:df11\nDevice DFU version 011a\n"
	    "Claiming USB DFU Interface...\n"
	    "Setting Alternate Interface #0 ...\n"
	    "Determining device status...\n", f);
}

static void
target(FILE *f)
{
	fputs("DFU state(2) = dfuIDLE, status(0) = No error condition is "
	    "present\nDFU mode device DFU version 011a\n"
	    "Device returned transfer size 2048\n"
	    "DfuSe interface name: \"Internal Flash  \"\n"
	    "Downloading element to address = 0x08000000, size = 65536\n", f);
}

static void
end(FILE *f)
{
	fputs("File downloaded successfully\nSubmitting leave request...\n"
	    "Transitioning to dfuMANIFEST state\n", f);
}

static void
erase(FILE *f, unsigned i)
{
	fprintf(f, "Erasing page size 2048 at address 0x%08x, page "
	    "starting at 0x%08x\n", 0x08000000 + i * 2048,
	    0x08000000 + i * 2048);
}

static void
run_plain(FILE *f)
{
	unsigned i;

	begin(f);
	target(f);
	for (i = 0; i < 32; i++)
		erase(f, i);
	for (i = 0; i < 32; i++)
		fprintf(f, " Download from image offset %08x to memory "
		    "%08x-%08x, size 2048\n", i * 2048,
		    0x08000000 + i * 2048, 0x08000000 + i * 2048 + 2047);
	end(f);
}

static void
run_debug(FILE *f)
{
	unsigned i;

	begin(f);
	transfer(f, 1, 6);
	target(f);
	for (i = 0; i < 32; i++) {
		erase(f, i);
		transfer(f, i, 5);
		transfer(f, i, 6);
		transfer(f, i, 6);
	}
	end(f);
}

static int
by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

/* Seconds of a processor, or negative: it did not end well. */
static double
once(const char *program, const char *path, double *mb)
{
	struct rusage used;
	int code = 1;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) != NULL)
			execl(program, program, "explain", path,
			    (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &code, 0, &used) != pid ||
	    !WIFEXITED(code) || WEXITSTATUS(code) == 127)
		return (-1);
	*mb = (double)used.ru_maxrss / 1024;
	return ((double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	    (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
}

static int
measure(const char *program, const char *what, void (*run)(FILE *f), long mb)
{
	char path[] = "/tmp/dfuscope-bench-XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	double t[TIMES], memory = 0;
	size_t i;

	if (f == NULL)
		return (1);
	while (ftell(f) < mb * 1024 * 1024)
		run(f);
	if (fclose(f) != 0)
		return (1);
	for (i = 0; i < TIMES; i++)
		t[i] = once(program, path, &memory);
	unlink(path);
	qsort(t, TIMES, sizeof(t[0]), by_time);
	if (t[0] < 0) {
		fprintf(stderr, "logs: it did not end well\n");
		return (1);
	}
	printf("logs: %ld MB of %s in %.2f s, %.1f MB\n", mb, what,
	    t[TIMES / 2], memory);
	fflush(stdout);
	return (0);
}

int
main(int argc, char **argv)
{
	const char *wanted = getenv("LOG_MB");
	long mb = wanted != NULL ? atol(wanted) : 100;

	if (argc != 2)
		return (1);
	return (measure(argv[1], "dfu-util -v", run_plain, mb) |
	    measure(argv[1], "dfu-util -vvv", run_debug, mb));
}
