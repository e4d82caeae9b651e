/* SPDX-License-Identifier: ISC */
/*
 * What reading a long capture costs, beside others on the same file: usbmon's
 * records of a download with 64 and with 2048 bytes in a block, and of a host
 * that polls on and on, are written, then walked with nothing done, explained
 * by the program that is named, looked at in its console until the first
 * screen is there, and read by tshark where there is one. Each the median of
 * five; but for the screen, of a processor's time. At least 50 times tshark's
 * speed is meant, at most 5 times the walk, 32 MB, and 0.3 s for the screen.
 *
 *	[CAPTURE_RECORDS=10000000] tests/bench/capture ./dfuscope
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/mem.h"

#define TIMES	5
#define WINDOW	((size_t)1024 * 1024)

static unsigned long long now = 1700000000000000;	/* us since 1970 */
static unsigned long long id;

static void
record(FILE *f, char type, const uint8_t *setup, const uint8_t *data,
    uint32_t n, uint32_t moved)
{
	uint8_t p[16 + 64] = { 0 };

	put_u32(p, (uint32_t)(now / 1000000));
	put_u32(p + 4, (uint32_t)(now % 1000000));
	put_u32(p + 8, 64 + n);
	put_u32(p + 12, 64 + n);
	put_u32(p + 16, (uint32_t)id);
	p[24] = (uint8_t)type;
	p[25] = 2;
	p[26] = setup[0] & 0x80;
	p[27] = 5;
	p[28] = 1;
	p[30] = type == 'S' ? 0 : '-';
	p[31] = n != 0 ? 0 : '<';
	put_u32(p + 32, (uint32_t)(now / 1000000));
	put_u32(p + 40, (uint32_t)(now % 1000000));
	put_u32(p + 44, type == 'S' ? (uint32_t)-115 : 0);
	put_u32(p + 48, moved);
	put_u32(p + 52, n);
	if (type == 'S')
		memcpy(p + 56, setup, 8);
	fwrite(p, 1, sizeof(p), f);
	fwrite(data, 1, n, f);
	now += 150;
}

static void
status(FILE *f, uint8_t wait, uint8_t state)
{
	static const uint8_t setup[8] = { 0xa1, 3, 0, 0, 0, 0, 6, 0 };
	uint8_t reply[6] = { 0, wait, 0, 0, state, 0 };

	id++;
	record(f, 'S', setup, NULL, 0, 6);
	record(f, 'C', setup, reply, 6, 6);
	now += wait * 1000u;
}

static void
begin_capture(FILE *f)
{
	static const uint8_t head[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0,
	    [18] = 4, [20] = 220 };

	fwrite(head, 1, sizeof(head), f);
	status(f, 0, 2);
}

static void
block(FILE *f, unsigned i, unsigned size)
{
	uint8_t setup[8] = { 0x21, 1 }, data[2048];

	memset(data, 0x5a, sizeof(data));
	put_u16(setup + 2, (uint16_t)(2 + i % 60000));
	put_u16(setup + 6, (uint16_t)size);
	id++;
	record(f, 'S', setup, data, size, size);
	record(f, 'C', setup, NULL, 0, size);
}

static void
make_download(FILE *f, unsigned records, unsigned size)
{
	unsigned i;

	begin_capture(f);
	for (i = 0; i < records / 6; i++) {
		block(f, i, size);
		status(f, 5, 4);
		status(f, 0, 5);
	}
}

static void
make_polls(FILE *f, unsigned records, unsigned size)
{
	unsigned i;

	begin_capture(f);
	block(f, 0, size);
	for (i = 0; i < records / 2; i++)
		status(f, 5, 4);
}

/* The limit: its records looked at in windows, and nothing else. */
static int
bare_walk(const char *path)
{
	uint8_t *p = mem_alloc(2 * WINDOW);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t have = 0, at = 24;
	unsigned long long n = 0;
	uint32_t length;
	ssize_t got;

	while ((got = read(fd, p + have, WINDOW)) > 0) {
		have += (size_t)got;
		while (at + 16 <= have) {
			memcpy(&length, p + at + 8, 4);
			if (at + 16 + length > have)
				break;
			n += p[at + 16 + 8] == 'S';
			at += 16 + (size_t)length;
		}
		memmove(p, p + at, have - at);
		have -= at;
		at = 0;
	}
	close(fd);
	free(p);
	return (n == 0);
}

static int
by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

static double
seconds_of(struct timeval t)
{
	return ((double)t.tv_sec + (double)t.tv_usec / 1e6);
}

/* Seconds of a processor that it takes; argv NULL: the walk. */
static double
once(const char *path, char *const *argv, double *mb)
{
	struct rusage used;
	int code;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		if (argv == NULL)
			_exit(bare_walk(path));
		if (freopen("/dev/null", "w", stdout) != NULL &&
		    freopen("/dev/null", "w", stderr) != NULL)
			execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &code, 0, &used) != pid ||
	    (WEXITSTATUS(code) != 0 && WEXITSTATUS(code) != 76))
		return (-1);
	*mb = (double)used.ru_maxrss / 1024;
	return (seconds_of(used.ru_utime) + seconds_of(used.ru_stime));
}

/* From exec to the last word of the key bar: the screen is whole then. */
static double
first_screen(const char *program, const char *path)
{
	struct winsize size = { .ws_row = 30, .ws_col = 100 };
	struct timespec begin, end;
	struct pollfd p = { .events = POLLIN };
	static char seen[65536];
	size_t len = 0;
	bool whole = false;
	ssize_t n;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = forkpty(&p.fd, NULL, NULL, &size);
	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		setenv("LC_ALL", "C.UTF-8", 1);
		execl(program, program, path, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && !whole && len < sizeof(seen) &&
	    poll(&p, 1, 60000) > 0 &&
	    (n = read(p.fd, seen + len, sizeof(seen) - len)) > 0) {
		len += (size_t)n;
		whole = memmem(seen, len, "Quit", 4) != NULL;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(p.fd);
	}
	return (!whole ? -1 : (double)(end.tv_sec - begin.tv_sec) +
	    (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
}

/* The median; negative: it could not be done. */
static double
measure(const char *what, const char *path, char *const *argv)
{
	double t[TIMES], mb = 0;
	unsigned i;

	for (i = 0; i < TIMES; i++)
		t[i] = once(path, argv, &mb);
	qsort(t, TIMES, sizeof(t[0]), by_time);
	if (t[0] < 0)
		printf("    %-8s not measured\n", what);
	else
		printf("    %-8s %8.3f s  %8.1f MB\n", what, t[TIMES / 2],
		    mb);
	fflush(stdout);
	return (t[0] < 0 ? -1 : t[TIMES / 2]);
}

static void
measure_screen(const char *program, const char *path)
{
	double t[TIMES];
	unsigned i;

	for (i = 0; i < TIMES; i++)
		t[i] = first_screen(program, path);
	qsort(t, TIMES, sizeof(t[0]), by_time);
	if (t[0] < 0)
		printf("    screen   not measured\n");
	else
		printf("    screen   %8.3f s\n", t[TIMES / 2]);
}

static void
measure_all(char *program, char *path)
{
	char *explain[] = { program, (char[]){ "explain" }, path, NULL };
	char *tshark[] = { (char[]){ "tshark" }, (char[]){ "-r" }, path,
	    NULL };
	double walk, own, other;

	walk = measure("walk", path, NULL);
	own = measure("explain", path, explain);
	other = measure("tshark", path, tshark);
	measure_screen(program, path);
	if (walk > 0 && own > 0)
		printf("    explain takes %.1f times a walk\n", own / walk);
	if (other > 0 && own > 0)
		printf("    explain has %.1f times tshark's speed\n",
		    other / own);
	fflush(stdout);
}

static const struct row {
	const char	*name;
	void		(*make)(FILE *f, unsigned records, unsigned size);
	unsigned	 size;
} rows[] = {
	{ "a download", make_download, 64 },
	{ "a download", make_download, 2048 },
	{ "polls", make_polls, 64 },
};

int
main(int argc, char **argv)
{
	const char *wanted = getenv("CAPTURE_RECORDS");
	unsigned records = wanted != NULL ? (unsigned)atol(wanted) : 1000000;
	char path[] = "/tmp/dfuscope-bench-XXXXXX";
	int fd = mkstemp(path), code = 0;
	const struct row *row;
	FILE *f;

	if (argc != 2 || fd < 0)
		return (1);
	close(fd);
	for (row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++) {
		f = fopen(path, "we");
		if (f == NULL)
			return (1);
		row->make(f, records, row->size);
		if (fclose(f) != 0) {
			code = 1;
			break;
		}
		printf("capture: %s, %u records, blocks of %u bytes\n",
		    row->name, records, row->size);
		measure_all(argv[1], path);
	}
	unlink(path);
	return (code);
}
