/*
 * What explaining a long log costs: 100 MB of what dfu-util -vvv prints with
 * the debug lines of libusb, run after run. At most 2 s and 32 MB are meant.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BYTES	(100L * 1024 * 1024)

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
run(FILE *f)
{
	unsigned i;

	fputs("dfu-util 0.11\n\nOpening DFU capable USB device...\n"
	    "Device ID 0483:df11\nDevice DFU version 011a\n"
	    "Claiming USB DFU Interface...\n"
	    "Setting Alternate Interface #0 ...\n"
	    "Determining device status...\n", f);
	transfer(f, 1, 6);
	fputs("DFU state(2) = dfuIDLE, status(0) = No error condition is "
	    "present\nDFU mode device DFU version 011a\n"
	    "Device returned transfer size 2048\n"
	    "DfuSe interface name: \"Internal Flash  \"\n"
	    "Downloading element to address = 0x08000000, size = 65536\n", f);
	for (i = 0; i < 32; i++) {
		fprintf(f, "Erasing page size 2048 at address 0x%08x, page "
		    "starting at 0x%08x\n", 0x08000000 + i * 2048,
		    0x08000000 + i * 2048);
		transfer(f, i, 5);
		transfer(f, i, 6);
		transfer(f, i, 6);
	}
	fputs("File downloaded successfully\nSubmitting leave request...\n"
	    "Transitioning to dfuMANIFEST state\n", f);
}

static int
measure(const char *program, const char *path)
{
	struct timespec begin, end;
	struct rusage used;
	int code = 1;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) != NULL)
			execl(program, program, "explain", path,
			    (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &code, 0, &used) != pid ||
	    !WIFEXITED(code) || WEXITSTATUS(code) == 127) {
		fprintf(stderr, "logs: it did not end well\n");
		return (1);
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("logs: 100 MB in %.2f s, %.1f MB\n",
	    (double)(end.tv_sec - begin.tv_sec) +
	    (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
	    (double)used.ru_maxrss / 1024);
	return (0);
}

int
main(int argc, char **argv)
{
	char path[] = "/tmp/dfuscope-bench-XXXXXX";
	int fd = mkstemp(path), code = 1;
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (argc != 2 || f == NULL)
		return (1);
	while (ftell(f) < BYTES)
		run(f);
	if (fclose(f) == 0)
		code = measure(argv[1], path);
	unlink(path);
	return (code);
}
