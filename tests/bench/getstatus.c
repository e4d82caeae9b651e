/* SPDX-License-Identifier: ISC */
/*
 * Measures what the loop adds to one GETSTATUS: a bare libusb loop against
 * the console with its screen on and its journal written, on the same
 * device, in turns. Run it where a DFU device is, real or in the lab:
 *
 *	tests/bench/getstatus ./dfuscope VID PID
 */
#include "config.h"

#include <fcntl.h>
#include <libusb.h>
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

#define TURNS	7
#define REQUESTS 1000
#define SKIP	50	/* the first ones warm things up */

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3);
}

static void LIBUSB_CALL
on_done(struct libusb_transfer *t)
{
	*(int *)t->user_data = 1;
}

/* One asynchronous GETSTATUS after the other, nothing else; us each. */
static double
bare(uint16_t vendor, uint16_t product)
{
	unsigned char bytes[8 + 6] = { 0xa1, 3, 0, 0, 0, 0, 6, 0 };
	libusb_device_handle *handle;
	libusb_context *context;
	struct libusb_transfer *t;
	double began = 0, took = -1;
	int done, i;

	if (libusb_init(&context) != 0)
		return (-1);
	handle = libusb_open_device_with_vid_pid(context, vendor, product);
	if (handle == NULL || libusb_claim_interface(handle, 0) != 0)
		goto out;
	t = libusb_alloc_transfer(0);
	for (i = 0; i < SKIP + REQUESTS; i++) {
		if (i == SKIP)
			began = now_us();
		done = 0;
		libusb_fill_control_transfer(t, handle, bytes, on_done,
		    &done, 5000);
		if (libusb_submit_transfer(t) != 0)
			goto out;
		while (!done)
			libusb_handle_events_completed(context, &done);
	}
	took = (now_us() - began) / REQUESTS;
	libusb_free_transfer(t);
out:
	if (handle != NULL)
		libusb_close(handle);
	libusb_exit(context);
	return (took);
}

static bool
wait_text(int fd, const char *text, int seconds)
{
	double end = now_us() + seconds * 1e6;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	static char seen[1 << 20];
	size_t len = 0;
	ssize_t n;

	while (now_us() < end && poll(&p, 1, 100) >= 0) {
		if ((p.revents & POLLIN) == 0)
			continue;
		if (len > sizeof(seen) / 2)
			len = 0;
		n = read(fd, seen + len, sizeof(seen) - len);
		if (n <= 0)
			return (false);
		len += (size_t)n;
		if (memmem(seen, len, text, strlen(text)) != NULL)
			return (true);
	}
	return (false);
}

/* Until the journal holds the remark behind the last request. */
static bool
wait_mark(int fd, const char *path, int seconds)
{
	double end = now_us() + seconds * 1e6;
	bool found = false;
	char line[4096];
	FILE *f;

	while (!found && now_us() < end) {
		(void)wait_text(fd, "\x01", 1);
		f = fopen(path, "r");
		while (f != NULL && fgets(line, sizeof(line), f) != NULL)
			found |= strstr(line, " note text=\"finished\"") !=
			    NULL;
		if (f != NULL)
			fclose(f);
	}
	return (found);
}

/* Seconds of the journal's clock between two submits; us each. */
static double
from_journal(const char *path)
{
	double t, first = 0, last = 0;
	char line[4096], *submit;
	unsigned n = 0;
	FILE *f = fopen(path, "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		submit = strstr(line, " submit #");
		if (submit == NULL || sscanf(line, "%lf", &t) != 1)
			continue;
		if (n == SKIP)
			first = t;
		if (n == SKIP + REQUESTS)
			last = t;
		n++;
	}
	if (f != NULL)
		fclose(f);
	return (n > SKIP + REQUESTS ? (last - first) * 1e6 / REQUESTS : -1);
}

static double
looped(const char *program)
{
	struct winsize size = { .ws_row = 30, .ws_col = 100 };
	char journal[] = "/tmp/dfuscope-bench-XXXXXX", keys[128];
	double took = -1;
	int fd, file = mkstemp(journal);
	pid_t pid;

	if (file >= 0)
		close(file);
	pid = forkpty(&fd, NULL, NULL, &size);
	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execl(program, program, "-j", journal, (char *)NULL);
		_exit(127);
	}
	snprintf(keys, sizeof(keys), ":repeat %d getstatus; mark finished\r",
	    SKIP + REQUESTS + 1);
	if (wait_text(fd, "Quit", 5) &&
	    write(fd, keys, strlen(keys)) == (ssize_t)strlen(keys) &&
	    wait_mark(fd, journal, 60))
		took = from_journal(journal);
	kill(pid, SIGTERM);
	(void)wait_text(fd, "\x01", 1);
	close(fd);
	waitpid(pid, NULL, 0);
	unlink(journal);
	return (took);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

int
main(int argc, char **argv)
{
	double bares[TURNS], loops[TURNS], ratios[TURNS];
	uint16_t vendor, product;
	int i;

	if (argc != 4) {
		fprintf(stderr, "usage: getstatus PROGRAM VID PID\n");
		return (64);
	}
	vendor = (uint16_t)strtoul(argv[2], NULL, 16);
	product = (uint16_t)strtoul(argv[3], NULL, 16);
	for (i = 0; i < TURNS; i++) {
		bares[i] = bare(vendor, product);
		loops[i] = looped(argv[1]);
		if (bares[i] < 0 || loops[i] < 0) {
			fprintf(stderr, "turn %d could not be measured (bare "
			    "%.1f, console %.1f)\n", i, bares[i], loops[i]);
			return (1);
		}
		ratios[i] = loops[i] / bares[i];
		printf("turn %d: bare libusb %.1f us, console %.1f us, "
		    "ratio %.3f\n", i, bares[i], loops[i], ratios[i]);
	}
	qsort(ratios, TURNS, sizeof(ratios[0]), compare);
	printf("GETSTATUS through the console against bare libusb: median "
	    "ratio %.3f (min %.3f, max %.3f)\n", ratios[TURNS / 2],
	    ratios[0], ratios[TURNS - 1]);
	return (0);
}
