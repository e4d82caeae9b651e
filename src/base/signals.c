/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const struct {
	int		 sig;
	const char	*name;
} ends[] = { { SIGTERM, "SIGTERM" }, { SIGINT, "SIGINT" },
	{ SIGHUP, "SIGHUP" }, { SIGPIPE, "SIGPIPE" } };

#define NENDS	(sizeof(ends) / sizeof(ends[0]))

static struct {
	bool			 open;
	int			 pipe[2];
	struct sigaction	 old[NENDS];
	void			(*restore)(void);
} signals;

static volatile sig_atomic_t ended;

static void
wake(void)
{
	if (write(signals.pipe[1], "", 1) < 0) {
		/* Full: somebody is woken already. */
	}
}

static void
on_end(int sig)
{
	int saved = errno;

	/*
	 * Who reads no more says so of each line, and a terminal that hangs
	 * up says so to the leader of its session and to its foreground,
	 * which may be the same process.
	 */
	if (ended != 0 && (sig == SIGPIPE || (sig == SIGHUP && ended == sig)))
		return;
	if (ended != 0) {
		if (signals.restore != NULL)
			signals.restore();
		signal(sig, SIG_DFL);
		raise(sig);
	}
	ended = sig;
	wake();
	errno = saved;
}

static bool
open_pipe(void)
{
	int i;

	if (pipe(signals.pipe) < 0)
		return (false);
	for (i = 0; i < 2; i++) {
		fcntl(signals.pipe[i], F_SETFL, O_NONBLOCK);
		fcntl(signals.pipe[i], F_SETFD, FD_CLOEXEC);
	}
	return (true);
}

bool
signals_open(void)
{
	struct sigaction sa;
	size_t i;

	if (signals.open)
		return (true);
	if (!open_pipe())
		return (false);
	ended = 0;
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_end;
	sigemptyset(&sa.sa_mask);
	sa.sa_flags = SA_RESTART;
	for (i = 0; i < NENDS; i++) {
		sigaction(ends[i].sig, NULL, &signals.old[i]);
		/* nohup, and a shell's background: not asked to end by it. */
		if (signals.old[i].sa_handler != SIG_IGN)
			sigaction(ends[i].sig, &sa, NULL);
	}
	signals.open = true;
	return (true);
}

void
signals_close(void)
{
	size_t i;

	if (!signals.open)
		return;
	for (i = 0; i < NENDS; i++)
		sigaction(ends[i].sig, &signals.old[i], NULL);
	close(signals.pipe[0]);
	close(signals.pipe[1]);
	signals.restore = NULL;
	signals.open = false;
}

int
signals_fd(void)
{
	return (signals.open ? signals.pipe[0] : -1);
}

int
signals_ended(void)
{
	return (ended);
}

void
signals_raise(int sig)
{
	if (ended == 0)
		ended = sig;
	if (signals.open)
		wake();
}

const char *
signals_name(void)
{
	size_t i;

	for (i = 0; i < NENDS; i++)
		if (ends[i].sig == ended)
			return (ends[i].name);
	return ("");
}

void
signals_before_end(void (*restore)(void))
{
	signals.restore = restore;
}

void
signals_die(void)
{
	if (ended == 0)
		return;
	signal(ended, SIG_DFL);
	raise(ended);
}
