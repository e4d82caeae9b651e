/* SPDX-License-Identifier: ISC */
/*
 * lab_run SIM... -- PROGRAM [ARGUMENT...]: runs a program, unmodified, on a
 * USB bus with these simulated devices, and ends as it ends. SIGUSR1 unplugs
 * the first device, SIGUSR2 plugs it in. In the environment:
 *
 *   LAB_PRELOAD	what is preloaded into the program instead (with a
 *		sanitizer its library comes first)
 *   LAB_BIND	this kernel driver has interface 0 of the first device
 *   LAB_POWER	its power/runtime_status: "suspended"
 *   LAB_DENY	if set, its node refuses the program, which is not root
 *   LAB_LOG	this file gets what has happened at the nodes in the end,
 *		"1-1 claim 0": see lab_log
 *   LAB_IDS	"03eb:2ff4": in its descriptors in place of its own ids
 *   LAB_LOG_DATA	if set, with what goes to the devices: lab_log_data
 *
 * The lab tells of plugs through a libudev that has to see its sysfs: lab_run
 * starts itself again if it was not preloaded.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/lab/lab.h"

#define PRELOAD		"libumockdev-preload.so.0"
#define CANNOT_RUN	127
#define BAD_USAGE	64

static int
usage(void)
{
	fputs("usage: lab_run SIM... -- PROGRAM [ARGUMENT...]\n", stderr);
	return (BAD_USAGE);
}

/* Comes back if it was preloaded, or cannot be. */
static void
preload_self(char **argv)
{
	const char *now = getenv("LD_PRELOAD");

	if (now != NULL && strstr(now, PRELOAD) != NULL)
		return;
	setenv("LD_PRELOAD", PRELOAD, 1);
	execv("/proc/self/exe", argv);
	perror("lab_run: /proc/self/exe");
}

static void
run_child(char **argv, const sigset_t *mask)
{
	const char *preload = getenv("LAB_PRELOAD");
	uid_t user;

	sigprocmask(SIG_SETMASK, mask, NULL);
	/* Nothing is preloaded into a program whose two users differ. */
	if (geteuid() != getuid()) {
		user = geteuid();
		if (seteuid(0) != 0 || setuid(user) != 0)
			perror("lab_run: setuid");
	}
	setenv("LD_PRELOAD", preload != NULL ? preload : PRELOAD, 1);
	execvp(argv[0], argv);
	fprintf(stderr, "lab_run: %s: %s\n", argv[0], strerror(errno));
	_exit(CANNOT_RUN);
}

static int
exit_code(int status)
{
	return (WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status));
}

/* Until the program ends; other signals are passed on to it. */
static int
attend(struct lab *lab, pid_t child, const sigset_t *signals)
{
	int signal, status = 0;

	for (;;) {
		if (sigwait(signals, &signal) != 0)
			continue;
		if (signal == SIGUSR1 || signal == SIGUSR2)
			lab_plug(lab, 0, signal == SIGUSR2);
		else if (signal != SIGCHLD)
			kill(child, signal);
		else if (waitpid(child, &status, WNOHANG) == child)
			return (exit_code(status));
	}
}

static int
run(struct lab *lab, char **argv, const sigset_t *signals,
    const sigset_t *before)
{
	pid_t child = fork();

	if (child == 0)
		run_child(argv, before);
	if (child > 0)
		return (attend(lab, child, signals));
	perror("lab_run: fork");
	return (CANNOT_RUN);
}

/* What the environment wishes for the first device. */
static void
prepare(struct lab *lab)
{
	if (getenv("LAB_BIND") != NULL)
		lab_bind(lab, 0, getenv("LAB_BIND"));
	if (getenv("LAB_POWER") != NULL)
		lab_power(lab, 0, getenv("LAB_POWER"));
	if (getenv("LAB_DENY") != NULL)
		lab_deny(lab, 0, true);
	if (getenv("LAB_LOG_DATA") != NULL)
		lab_log_data(lab);
}

static void
write_log(struct lab *lab, int n)
{
	const char *path = getenv("LAB_LOG");
	FILE *f = path != NULL ? fopen(path, "w") : NULL;
	char *log, *line;
	int i;

	if (f == NULL)
		return;
	for (i = 0; i < n; i++) {
		log = lab_log(lab, i);
		for (line = strtok(log, "\n"); line != NULL;
		    line = strtok(NULL, "\n"))
			fprintf(f, "1-%d %s\n", i + 1, line);
		free(log);
	}
	fclose(f);
}

/* Before the lab starts its threads: no other one shall get the signals. */
static void
hold_signals(sigset_t *signals, sigset_t *before)
{
	sigemptyset(signals);
	sigaddset(signals, SIGCHLD);
	sigaddset(signals, SIGUSR1);
	sigaddset(signals, SIGUSR2);
	sigaddset(signals, SIGTERM);
	sigprocmask(SIG_BLOCK, signals, before);
}

int
main(int argc, char **argv)
{
	struct buf error = { 0 };
	int i, code = BAD_USAGE;
	sigset_t signals, before;
	struct lab *lab;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		;
	if (i + 1 >= argc || i == 1)
		return (usage());
	preload_self(argv);
	hold_signals(&signals, &before);
	lab = lab_new();
	for (i = 1; strcmp(argv[i], "--") != 0; i++) {
		if (lab_add(lab, argv[i], &error) < 0) {
			fprintf(stderr, "lab_run: %s\n", buf_str(&error));
			goto out;
		}
	}
	prepare(lab);
	code = run(lab, argv + i + 1, &signals, &before);
	if (getenv("LAB_DENY") != NULL)
		lab_deny(lab, 0, false);
	write_log(lab, i - 1);
out:
	lab_free(lab);
	buf_free(&error);
	return (code);
}
