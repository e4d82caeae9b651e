/*
 * What reading a long capture costs, beside others on the same file: a
 * download in usbmon's records is written, of 10^6 records (or CAPTURE_RECORDS)
 * with 64 and with 2048 bytes in a block, then walked with nothing done,
 * explained by the program that is named, and read by tshark where there is
 * one. Each the median of five; tshark once.
 */
#include "config.h"

#include <fcntl.h>
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
make_capture(FILE *f, unsigned records, unsigned size)
{
	static const uint8_t head[24] = { 0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0,
	    [18] = 4, [20] = 220 };
	uint8_t setup[8] = { 0x21, 1 }, data[2048];
	unsigned i;

	memset(data, 0x5a, sizeof(data));
	fwrite(head, 1, sizeof(head), f);
	status(f, 0, 2);
	for (i = 0; i < records / 6; i++) {
		put_u16(setup + 2, (uint16_t)(2 + i % 60000));
		put_u16(setup + 6, (uint16_t)size);
		id++;
		record(f, 'S', setup, data, size, size);
		record(f, 'C', setup, NULL, 0, size);
		status(f, 5, 4);
		status(f, 0, 5);
	}
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

/* Seconds that it takes; argv NULL: the walk. */
static double
once(const char *path, char *const *argv, double *mb)
{
	struct timespec begin, end;
	struct rusage used;
	int code;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &begin);
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
	clock_gettime(CLOCK_MONOTONIC, &end);
	*mb = (double)used.ru_maxrss / 1024;
	return ((double)(end.tv_sec - begin.tv_sec) +
	    (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
}

static void
measure(const char *what, const char *path, char *const *argv, unsigned times)
{
	double t[TIMES], mb = 0;
	unsigned i;

	for (i = 0; i < times; i++)
		t[i] = once(path, argv, &mb);
	qsort(t, times, sizeof(t[0]), by_time);
	if (t[0] < 0)
		printf("    %-8s not measured\n", what);
	else
		printf("    %-8s %8.3f s  %8.1f MB\n", what, t[times / 2], mb);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	const char *wanted = getenv("CAPTURE_RECORDS");
	unsigned records = wanted != NULL ? (unsigned)atol(wanted) : 1000000;
	static const unsigned sizes[] = { 64, 2048 };
	char path[] = "/tmp/dfuscope-bench-XXXXXX";
	char *explain[] = { argv[1], (char[]){ "explain" }, path, NULL };
	char *tshark[] = { (char[]){ "tshark" }, (char[]){ "-r" }, path,
	    NULL };
	int fd = mkstemp(path);
	size_t i;
	FILE *f;

	if (argc != 2 || fd < 0)
		return (1);
	close(fd);
	for (i = 0; i < 2; i++) {
		f = fopen(path, "we");
		if (f == NULL)
			return (1);
		make_capture(f, records, sizes[i]);
		if (fclose(f) != 0)
			return (1);
		printf("capture: %u records, blocks of %u bytes\n", records,
		    sizes[i]);
		measure("walk", path, NULL, TIMES);
		measure("explain", path, explain, TIMES);
		measure("tshark", path, tshark, 1);
	}
	unlink(path);
	return (0);
}
