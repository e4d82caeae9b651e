/* SPDX-License-Identifier: ISC */
/*
 * Measures the console in a terminal of its own (a pty of 100x30): time from
 * exec to the first whole frame, wake-ups a second with no clock running and
 * with one, bytes sent to the terminal for one tick of a clock, and how long
 * a key waits for its answer on the screen while requests run at full speed.
 *
 *	tests/bench/console ./dfuscope
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS	21
#define WATCHED	5	/* seconds over which wake-ups and bytes count */

static uint64_t
microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ((uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000);
}

static pid_t
start(const char *program, int *fd)
{
	struct winsize size = { .ws_row = 30, .ws_col = 100 };
	pid_t pid = forkpty(fd, NULL, NULL, &size);

	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execl(program, program, "-T", "sim:stm32f072,stuck=7",
		    "--no-journal", (char *)NULL);
		_exit(127);
	}
	return (pid);
}

/* Reads what comes within ms; returns how many bytes. */
static size_t
drain(int fd, int ms)
{
	uint64_t end = microseconds() + (uint64_t)ms * 1000, now;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char bytes[4096];
	size_t total = 0;
	ssize_t n;

	while ((now = microseconds()) < end) {
		if (poll(&p, 1, (int)((end - now) / 1000) + 1) <= 0)
			break;
		n = read(fd, bytes, sizeof(bytes));
		if (n <= 0)
			break;
		total += (size_t)n;
	}
	return (total);
}

static bool
wait_text(int fd, const char *text)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	static char seen[65536];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(seen) - 1 && poll(&p, 1, 5000) > 0) {
		n = read(fd, seen + len, sizeof(seen) - 1 - len);
		if (n <= 0)
			return (false);
		len += (size_t)n;
		seen[len] = '\0';
		if (memmem(seen, len, text, strlen(text)) != NULL)
			return (true);
	}
	return (false);
}

/* Until the key bar's last word has come: the frame is whole then. */
static bool
wait_frame(int fd)
{
	return (wait_text(fd, "Quit"));
}

static void
stop(pid_t pid, int fd)
{
	kill(pid, SIGTERM);
	drain(fd, 200);
	waitpid(pid, NULL, 0);
	close(fd);
}

static unsigned long
switches(pid_t pid)
{
	unsigned long n = 0;
	char path[64], line[256];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		(void)sscanf(line, "voluntary_ctxt_switches: %lu", &n);
	if (f != NULL)
		fclose(f);
	return (n);
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return ((x > y) - (x < y));
}

static int
bench_start(const char *program)
{
	uint64_t took[RUNS], began;
	pid_t pid;
	int fd, i;

	for (i = 0; i < RUNS; i++) {
		began = microseconds();
		pid = start(program, &fd);
		if (pid < 0 || !wait_frame(fd)) {
			fprintf(stderr, "no frame came\n");
			return (1);
		}
		took[i] = microseconds() - began;
		stop(pid, fd);
	}
	qsort(took, RUNS, sizeof(took[0]), compare);
	printf("start to first frame: median %.1f ms (min %.1f, max %.1f of "
	    "%d)\n", (double)took[RUNS / 2] / 1000, (double)took[0] / 1000,
	    (double)took[RUNS - 1] / 1000, RUNS);
	return (0);
}

static void
bench_clock(const char *program)
{
	unsigned long before, after;
	size_t bytes;
	pid_t pid;
	int fd;

	pid = start(program, &fd);
	wait_frame(fd);
	drain(fd, 500);
	before = switches(pid);
	bytes = drain(fd, WATCHED * 1000);
	after = switches(pid);
	printf("no clock running: %.2f wake-ups/s, %zu bytes in %d s\n",
	    (double)(after - before) / WATCHED, bytes, WATCHED);
	if (write(fd, "g", 1) != 1)
		fprintf(stderr, "no key could be sent\n");
	drain(fd, 500);
	before = switches(pid);
	bytes = drain(fd, WATCHED * 1000);
	after = switches(pid);
	printf("clocks under 10 s: %.2f wake-ups/s, %.0f bytes a tick\n",
	    (double)(after - before) / WATCHED,
	    (double)bytes / (WATCHED * 5));
	drain(fd, 6000);
	before = switches(pid);
	bytes = drain(fd, WATCHED * 1000);
	after = switches(pid);
	printf("clocks over 10 s: %.2f wake-ups/s, %.0f bytes a tick\n",
	    (double)(after - before) / WATCHED, (double)bytes / WATCHED);
	stop(pid, fd);
}

static int
bench_key(const char *program)
{
	static const char run[] = ":repeat 10000000 getstatus\r";
	uint64_t took[RUNS], began;
	pid_t pid;
	int fd, i, failed = 0;

	pid = start(program, &fd);
	wait_frame(fd);
	failed |= write(fd, run, strlen(run)) < 0;
	drain(fd, 1000);
	for (i = 0; i < RUNS && !failed; i++) {
		began = microseconds();
		failed |= write(fd, "?", 1) != 1 || !wait_text(fd, "Keys of");
		took[i] = microseconds() - began;
		failed |= write(fd, "\033", 1) != 1;
		drain(fd, 150 + i);
	}
	stop(pid, fd);
	if (failed) {
		fprintf(stderr, "a key was not answered\n");
		return (1);
	}
	qsort(took, RUNS, sizeof(took[0]), compare);
	printf("a key while requests run: median %.1f ms (max %.1f of %d)\n",
	    (double)took[RUNS / 2] / 1000, (double)took[RUNS - 1] / 1000,
	    RUNS);
	return (0);
}

int
main(int argc, char **argv)
{
	const char *program = argc > 1 ? argv[1] : "./dfuscope";

	if (bench_start(program) != 0)
		return (1);
	bench_clock(program);
	return (bench_key(program));
}
