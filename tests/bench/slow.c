/* SPDX-License-Identifier: ISC */
/*
 * Measures what a terminal costs a flash: 16 blank pages of a simulated device
 *in the console, whose terminal is read at once, at 11 kB/s, at 1 kB/s and not
 * at all, as parts of the same flash without a screen. There time jumps, so
 * that it takes what the device announces, and no more. Times are those of
 * the journal, from the first erase to the last answer.
 *
 *	tests/bench/slow ./dfuscope
 */
#include "config.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TURNS 5
#define BYTES (16 * 2048)
#define TARGET "sim:stm32f072,flash=pattern"
#define TICK 50 /* ms between two reads */
#define PATIENCE 60000

static char folder[] = "/tmp/dfuscope-bench-XXXXXX";
static char firmware[64];
static char journal[64];
static char command[128];

static void
run_program(const char *program, bool screen)
{
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("XDG_STATE_HOME", folder, 1);
	if (screen)
		execl(program, program, "-T", TARGET, "-j", journal,
		    (char *)NULL);
	else
		execl(program, program, "run", "--yes", "-T", TARGET, "-j",
		    journal, "-x", command, (char *)NULL);
	_exit(127);
}

/* Seconds from the first erase to the last answer; 0: it is not over. */
static double
flash_time(void)
{
	FILE *f = fopen(journal, "r");
	double first = -1, last = -1, at;
	static char line[65536];
	bool over = false;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		if (sscanf(line, "%lf", &at) != 1)
			continue;
		if (first < 0 && strstr(line, " submit #") != NULL &&
		    strstr(line, " erase ") != NULL)
			first = at;
		if (strstr(line, " complete #") != NULL)
			last = at;
		over |= strstr(line, " note text=\"0x08000000") != NULL;
	}
	if (f != NULL)
		fclose(f);
	return (over ? last - first : 0);
}

static double
flash_alone(const char *program)
{
	pid_t pid;

	(void)unlink(journal);
	pid = fork();
	if (pid == 0) {
		if (freopen("/dev/null", "w", stdout) != NULL)
			run_program(program, false);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	return (flash_time());
}

/* Reads for ms, at so many bytes a second. */
static void
read_for(int fd, int ms, size_t rate)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	static char bytes[65536];
	size_t most = rate * TICK / 1000;

	for (; ms > 0; ms -= TICK) {
		(void)poll(NULL, 0, TICK);
		if (most > sizeof(bytes))
			most = sizeof(bytes);
		if (most != 0 && poll(&p, 1, 0) == 1 &&
		    read(fd, bytes, most) < 0)
			break;
	}
}

/* In the console, whose terminal is read at so many bytes a second. */
static double
flash_beside(const char *program, size_t rate)
{
	struct winsize size = { .ws_row = 30, .ws_col = 100 };
	double took = 0;
	int fd, ms;
	pid_t pid;
	bool ok;

	(void)unlink(journal);
	pid = forkpty(&fd, NULL, NULL, &size);
	if (pid == 0)
		run_program(program, true);
	read_for(fd, 500, 1000000);
	ok = write(fd, ":", 1) == 1 &&
	    write(fd, command, strlen(command)) > 0 && write(fd, "\r", 1) == 1;
	/* It reads what is there, and asks whether to erase it. */
	read_for(fd, 1500, 1000000);
	if (ok && write(fd, "y", 1) == 1)
		for (ms = 0; ms < PATIENCE && took == 0; ms += 500) {
			read_for(fd, 500, rate);
			took = flash_time();
		}
	kill(pid, SIGTERM);
	kill(pid, SIGINT);
	waitpid(pid, NULL, 0);
	close(fd);
	return (took);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

static bool
measure(const char *program, const char *what, size_t rate)
{
	double alone, beside, ratios[TURNS];
	int i;

	for (i = 0; i < TURNS; i++) {
		alone = flash_alone(program);
		beside = flash_beside(program, rate);
		if (alone <= 0 || beside <= 0) {
			fprintf(stderr, "slow: the flash did not end\n");
			return (false);
		}
		ratios[i] = beside / alone;
	}
	qsort(ratios, TURNS, sizeof(ratios[0]), compare);
	printf("16 pages beside a terminal that is read %-11s median %.3f "
	       "(min %.3f, max %.3f of %d)\n",
	    what, ratios[TURNS / 2], ratios[0], ratios[TURNS - 1], TURNS);
	/* Not once more by who is forked from here. */
	fflush(stdout);
	return (true);
}

static bool
prepare(void)
{
	FILE *f;
	int i;

	if (mkdtemp(folder) == NULL)
		return (false);
	snprintf(firmware, sizeof(firmware), "%s/fw", folder);
	snprintf(journal, sizeof(journal), "%s/journal", folder);
	snprintf(command, sizeof(command), "flash %s 0x08000000", firmware);
	f = fopen(firmware, "w");
	for (i = 0; f != NULL && i < BYTES; i++)
		fputc(i * 7 + i / 256, f);
	return (f != NULL && fclose(f) == 0);
}

int
main(int argc, char **argv)
{
	const char *program = argc > 1 ? argv[1] : "./dfuscope";
	char remove[64];
	bool ok = prepare() && measure(program, "at once", 1000000) &&
	    measure(program, "at 11 kB/s", 11000) &&
	    measure(program, "at 1 kB/s", 1000) &&
	    measure(program, "not at all", 0);

	snprintf(remove, sizeof(remove), "rm -rf %s", folder);
	return (system(remove) == 0 && ok ? 0 : 1);
}
