/* SPDX-License-Identifier: ISC */
#include "ui/cells/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/signals.h"
#include "ui/cells/tty.h"

static const int crashes[] = { SIGQUIT, SIGSEGV, SIGABRT, SIGBUS, SIGFPE,
    SIGILL };
static const int turns[] = { SIGWINCH, SIGTSTP, SIGCONT };

#define NCRASHES	(sizeof(crashes) / sizeof(crashes[0]))
#define NTURNS		(sizeof(turns) / sizeof(turns[0]))

/* One terminal, one set of signals: the process has no more. */
static struct {
	bool			 open;
	int			 pipe[2];
	struct termios		 modes;
	bool			 has_modes;
	char			 bytes[256];
	volatile size_t		 nbytes;
	struct sigaction	 old_crashes[NCRASHES];
	struct sigaction	 old_turns[NTURNS];
} guard;

static volatile sig_atomic_t resized, stopping, continued;

static void
wake(void)
{
	int saved = errno;

	if (write(guard.pipe[1], "", 1) < 0) {
		/* Full: somebody is woken already. */
	}
	errno = saved;
}

/* Only what may be called from a signal handler. */
static void
restore(void)
{
	/* Never waits: the terminal may be what does not answer. */
	if (guard.nbytes > 0 &&
	    write(tty_fd(), guard.bytes, guard.nbytes) < 0) {
		/* Nothing else can be done about it. */
	}
	if (guard.has_modes)
		tcsetattr(STDIN_FILENO, TCSANOW, &guard.modes);
}

static void
on_crash(int sig)
{
	size_t i;

	restore();
	for (i = 0; i < NCRASHES; i++)
		if (crashes[i] == sig)
			sigaction(sig, &guard.old_crashes[i], NULL);
	raise(sig);
}

static void
on_turn(int sig)
{
	if (sig == SIGWINCH)
		resized = 1;
	if (sig == SIGTSTP)
		stopping = 1;
	if (sig == SIGCONT)
		continued = 1;
	wake();
}

static void
take(const int *sigs, size_t n, struct sigaction *old, void (*handler)(int))
{
	struct sigaction sa;
	size_t i;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = handler;
	sigemptyset(&sa.sa_mask);
	sa.sa_flags = SA_RESTART;
	for (i = 0; i < n; i++)
		sigaction(sigs[i], &sa, &old[i]);
}

static void
give_back(const int *sigs, size_t n, const struct sigaction *old)
{
	size_t i;

	for (i = 0; i < n; i++)
		sigaction(sigs[i], &old[i], NULL);
}

static bool
open_pipe(void)
{
	int i;

	if (pipe(guard.pipe) < 0)
		return (false);
	for (i = 0; i < 2; i++) {
		fcntl(guard.pipe[i], F_SETFL, O_NONBLOCK);
		fcntl(guard.pipe[i], F_SETFD, FD_CLOEXEC);
	}
	return (true);
}

bool
guard_open(void)
{
	if (guard.open)
		return (true);
	if (!open_pipe())
		return (false);
	guard.has_modes = tcgetattr(STDIN_FILENO, &guard.modes) == 0;
	resized = stopping = continued = 0;
	signals_before_end(restore);
	take(crashes, NCRASHES, guard.old_crashes, on_crash);
	take(turns, NTURNS, guard.old_turns, on_turn);
	guard.open = true;
	return (true);
}

void
guard_restore_bytes(const void *bytes, size_t n)
{
	guard.nbytes = 0;
	if (n > sizeof(guard.bytes))
		n = sizeof(guard.bytes);
	if (n > 0)
		memcpy(guard.bytes, bytes, n);
	guard.nbytes = n;
}

void
guard_close(void)
{
	if (!guard.open)
		return;
	signals_before_end(NULL);
	give_back(crashes, NCRASHES, guard.old_crashes);
	give_back(turns, NTURNS, guard.old_turns);
	close(guard.pipe[0]);
	close(guard.pipe[1]);
	guard.nbytes = 0;
	guard.open = false;
}

int
guard_fd(void)
{
	return (guard.open ? guard.pipe[0] : -1);
}

struct guard_news
guard_take(void)
{
	struct guard_news news;
	char drain[64];

	while (read(guard.pipe[0], drain, sizeof(drain)) > 0)
		continue;
	news.resized = resized != 0;
	resized = 0;
	news.stop = stopping != 0;
	stopping = 0;
	news.continued = continued != 0;
	continued = 0;
	return (news);
}

void
guard_stop(void)
{
	struct sigaction dfl, mine;
	sigset_t set, old;

	memset(&dfl, 0, sizeof(dfl));
	dfl.sa_handler = SIG_DFL;
	sigemptyset(&dfl.sa_mask);
	sigaction(SIGTSTP, &dfl, &mine);
	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &set, &old);
	kill(0, SIGTSTP);
	sigprocmask(SIG_SETMASK, &old, NULL);
	sigaction(SIGTSTP, &mine, NULL);
	continued = 0;
	stopping = 0;
}
