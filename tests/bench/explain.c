/* SPDX-License-Identifier: ISC */
/*
 * What explaining a long journal costs: one of 10^6 events is written, as a
 * host leaves it that writes block after block, and explained by the program
 * that is named. At most 3 s and 32 MB are meant.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EVENTS	1000000u

static unsigned long long now = 1000;	/* us */
static unsigned number;

static void
line(FILE *f, unsigned gap)
{
	fprintf(f, "%llu.%06llu d1 ", now / 1000000, now % 1000000);
	now += gap;
}

/* A GETSTATUS and its answer. */
static void
status(FILE *f, const char *reply, unsigned gap)
{
	line(f, 300);
	fprintf(f, "submit #%u setup=a103000000000600 timeout=5000 ; "
	    "GETSTATUS\n", ++number);
	line(f, gap);
	fprintf(f, "complete #%u ok len=6 data=%s ; a state\n", number,
	    reply);
}

static void
block(FILE *f, unsigned n)
{
	line(f, 400);
	fprintf(f, "submit #%u setup=2101%02x%02x00000008 timeout=5000 "
	    "len=2048 data=11111111111111111111111111111111.."
	    "22222222222222222222222222222222 crc=12345678 ; DNLOAD block "
	    "%u, 2048 bytes\n", ++number, n & 0xff, n >> 8, n);
	line(f, 300);
	fprintf(f, "complete #%u ok len=2048 ; ok\n", number);
	status(f, "000a00000400", 12000);
	status(f, "000000000500", 500);
}

static void
make_journal(FILE *f)
{
	unsigned i;

	fprintf(f, "dfuscope-journal 1 " PACKAGE_VERSION "\n"
	    "0.000000 d1 arrived transport=\"usb\" place=\"1-1\" "
	    "id=0483:df11 version=2200 bus=1 devnum=1 incarnation=1 "
	    "product=\"STM32  BOOTLOADER\" "
	    "name=0.0:\"@Internal Flash  /0x08000000/64*02Kg\" "
	    "descriptors=1201000200000040830411df00020102030109021b000101"
	    "008032090400000000fe01020409210bff0000081a01\n");
	for (i = 0; i < EVENTS / 6; i++)
		block(f, 2 + i % 60000);
}

int
main(int argc, char **argv)
{
	char path[] = "/tmp/dfuscope-bench-XXXXXX";
	struct timespec begin, end;
	struct rusage used;
	FILE *f;
	int fd = mkstemp(path), code = 1;
	pid_t pid;

	if (argc != 2 || fd < 0 || (f = fdopen(fd, "w")) == NULL)
		return (1);
	make_journal(f);
	if (fclose(f) != 0)
		goto out;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) != NULL)
			execl(argv[1], argv[1], "explain", path,
			    (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &code, 0, &used) != pid || code != 0) {
		fprintf(stderr, "explain: it did not end well\n");
		goto out;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("explain: %u events in %.2f s, %.1f MB\n", EVENTS,
	    (double)(end.tv_sec - begin.tv_sec) +
	    (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
	    (double)used.ru_maxrss / 1024);
out:
	unlink(path);
	return (code != 0);
}
