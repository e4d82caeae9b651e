/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "ui/cells/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"

#define PATIENCE	1000000		/* of tty_finish, us */

static struct {
	bool		 open;
	int		 fd;
	bool		 gone;
	struct termios	 shell;
	struct buf	 out;
	size_t		 sent;		/* of out */
} tty = { .fd = -1 };

/*
 * O_NONBLOCK belongs to the open file, which is shared with the shell: the
 * terminal is opened anew. Its node may be another user's (su); /dev/tty is
 * everybody's.
 */
static int
open_anew(void)
{
	const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
	const char *name;
	int fd = -1;

	if (tcgetsid(STDOUT_FILENO) == getsid(0))
		fd = open("/dev/tty", flags);
	if (fd < 0 && (name = ttyname(STDOUT_FILENO)) != NULL)
		fd = open(name, flags);
	return (fd);
}

bool
tty_open(struct buf *error)
{
	if (tty.open)
		return (true);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &tty.shell) != 0) {
		buf_adds(error, "the console needs a terminal");
		return (false);
	}
	tty.fd = open_anew();
	if (tty.fd < 0) {
		buf_addf(error, "cannot open the terminal a second time: %s",
		    strerror(errno));
		return (false);
	}
	tty.sent = 0;
	tty.gone = false;
	tty.open = true;
	return (true);
}

void
tty_close(void)
{
	if (!tty.open)
		return;
	tty_shell_modes();
	close(tty.fd);
	tty.fd = -1;
	buf_free(&tty.out);
	tty.open = false;
}

int
tty_fd(void)
{
	return (tty.fd);
}

/* TCSADRAIN would wait for the terminal. */
static void
set_modes(const struct termios *modes)
{
	while (tcsetattr(STDIN_FILENO, TCSANOW, modes) != 0 && errno == EINTR)
		continue;
}

void
tty_program_modes(void)
{
	struct termios modes = tty.shell;

	modes.c_iflag &= (tcflag_t)~(ICRNL | INLCR | IGNCR);
	modes.c_lflag &= (tcflag_t)~(ICANON | ECHO | ECHONL);
	/* Curses places its cursor with bare line feeds and with tabs. */
	modes.c_oflag &= (tcflag_t)~(ONLCR | TABDLY);
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VTIME] = 0;
	set_modes(&modes);
}

void
tty_shell_modes(void)
{
	set_modes(&tty.shell);
}

void
tty_wire_modes(void)
{
	struct termios modes = tty.shell;

	cfmakeraw(&modes);
	set_modes(&modes);
}

bool
tty_size(int *rows, int *cols)
{
	struct winsize size;

	if (ioctl(tty.fd, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 ||
	    size.ws_col == 0)
		return (false);
	*rows = size.ws_row;
	*cols = size.ws_col;
	return (true);
}

void
tty_send(const void *p, size_t n)
{
	if (tty.open && !tty.gone)
		buf_add(&tty.out, p, n);
}

bool
tty_pump(void)
{
	ssize_t n;

	while (tty_waits()) {
		n = write(tty.fd, tty.out.data + tty.sent,
		    tty.out.len - tty.sent);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return (true);
		/* A terminal that went away takes no more of anything. */
		if (n <= 0) {
			tty.gone = true;
			break;
		}
		tty.sent += (size_t)n;
	}
	buf_reset(&tty.out);
	tty.sent = 0;
	return (!tty.gone);
}

bool
tty_waits(void)
{
	return (!tty.gone && tty.sent < tty.out.len);
}

void
tty_drop(void)
{
	buf_reset(&tty.out);
	tty.sent = 0;
}

bool
tty_finish(void)
{
	uint64_t until = clock_now() + PATIENCE, now;
	struct pollfd fd = { tty.fd, POLLOUT, 0 };

	while (tty_pump() && tty_waits() && (now = clock_now()) < until)
		(void)poll(&fd, 1, (int)((until - now) / 1000) + 1);
	return (!tty_waits());
}

size_t
tty_pollfds(struct pollfd *fds)
{
	fds[0] = (struct pollfd){ STDIN_FILENO, POLLIN, 0 };
	/* A descriptor below 0 is passed over. */
	fds[1] = (struct pollfd){ tty_waits() ? tty.fd : -1, POLLOUT, 0 };
	return (2);
}
