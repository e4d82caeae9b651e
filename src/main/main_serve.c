/* SPDX-License-Identifier: ISC */
/* Simulated devices for other programs and other machines. */
#include "config.h"

#include "main/main_own.h"
#include "main/out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/signals.h"
#include "serve/serve.h"

#define MAX_LINE	4096	/* of a command */

/* The devices' time begins with the server's. */
static uint64_t began;

static uint64_t
now(void)
{
	return (clock_now() - began);
}

/* Commands come a line at a time, the last one perhaps without an end. */
struct commands {
	struct buf	 line;
	bool		 closed;
};

static void
print(struct buf *b)
{
	fputs(buf_str(b), stdout);
	fflush(stdout);
	buf_reset(b);
}

/* The lines that are whole; false: one of them was `quit`. */
static bool
obey(struct serve *s, struct commands *c)
{
	struct buf answer = { 0 };
	char *end, *line = (char *)c->line.data;
	bool goes_on = true;
	size_t left;

	while (goes_on && line != NULL && (end = strchr(line, '\n')) != NULL) {
		*end = '\0';
		goes_on = serve_command(s, now(), line, &answer);
		line = end + 1;
	}
	if (line != NULL) {
		left = c->line.len - (size_t)(line - (char *)c->line.data);
		memmove(c->line.data, line, left);
		buf_cut(&c->line, left);
	}
	print(&answer);
	buf_free(&answer);
	return (goes_on);
}

static bool
read_commands(struct serve *s, struct commands *c)
{
	char chunk[512];
	ssize_t n = read(STDIN_FILENO, chunk, sizeof chunk);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return (true);
	if (n <= 0)
		c->closed = true;
	/* A NUL or an endless line is no command. */
	if (n <= 0 || memchr(chunk, '\0', (size_t)n) != NULL ||
	    c->line.len > MAX_LINE)
		buf_addc(&c->line, '\n');
	else
		buf_add(&c->line, chunk, (size_t)n);
	return (obey(s, c));
}

static bool
wait_for(struct serve *s, struct commands *c)
{
	uint64_t due = serve_deadline(s), us = now();
	struct timespec limit;
	struct pollfd *fds;
	size_t n;

	us = due <= us ? 0 : due - us;
	limit = (struct timespec){ .tv_sec = (time_t)(us / 1000000),
	    .tv_nsec = (long)(us % 1000000) * 1000 };
	fds = serve_pollfds(s, &n);
	if (!c->closed)
		fds[0] = (struct pollfd){ .fd = STDIN_FILENO,
		    .events = POLLIN };
	if (ppoll(fds, n, due != SERVE_NEVER ? &limit : NULL, NULL) < 0)
		return (true);
	if (fds[0].revents != 0)
		return (read_commands(s, c));
	return (true);
}

static int
serve(struct serve *s, struct buf *log)
{
	struct commands c = { 0 };
	bool goes_on;

	do {
		goes_on = wait_for(s, &c);
		serve_turn(s, now());
		print(log);
	} while (goes_on && !ferror(stdout));
	buf_free(&c.line);
	return (0);
}

static bool
on_terminal(void)
{
	return (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO));
}

static bool
begin(struct serve *s, const struct options *o, struct buf *where, int *code,
    struct buf *error)
{
	const char *at = o->listen != NULL ? o->listen : SERVE_LISTEN;
	bool open = false;
	size_t i;

	*code = EX_USAGE;
	for (i = 0; i < o->nfiles; i++) {
		if (!serve_add(s, o->files[i], error))
			return (false);
	}
	*code = serve_listen(s, at, where, &open, error);
	if (*code != 0)
		return (false);
	if (open)
		fprintf(stderr, "dfuscope: warning: USB/IP has no "
		    "authentication: anyone who reaches %s can use these "
		    "devices\n", buf_str(where));
	/* The console covers the warning. */
	if (open && on_terminal())
		buf_adds(where, " without authentication");
	return (true);
}

/* On a terminal: the console, on what the hosts do. */
static int
watch(struct serve *s, const char *where, struct buf *log)
{
	static struct dev_numbers numbers;
	struct loop_config config = { .policy = { .interactive = true } };
	struct transport **open = mem_array(NULL, 1, sizeof(*open));
	struct buf notice = { 0 }, error = { 0 };
	struct loop *l;
	int code = EX_SOFTWARE;

	buf_addf(&notice, "listening at %s; F faults and u unplugs the "
	    "device", where);
	open[0] = transport_serve(s, log, began, &numbers);
	l = loop_new(&config, open, 1, &error);
	if (l != NULL) {
		signals_open();
		code = main_watch(l, buf_str(&notice));
	} else
		main_complain(code, &error);
	loop_free(l);
	buf_free(&notice);
	buf_free(&error);
	return (code);
}

static int
print_lines(struct serve *s, const char *where, struct buf *log)
{
	struct buf state = { 0 };

	/* A reader that pauses holds no host back. */
	out_begin();
	out_patient(false);
	printf("listening at %s\n", where);
	serve_command(s, now(), "state", &state);
	print(&state);
	buf_free(&state);
	return (serve(s, log));
}

int
main_serve(const struct options *o)
{
	struct buf log = { 0 }, error = { 0 }, where = { 0 };
	struct serve *s = serve_new(&log);
	int code;

	began = clock_now();
	if (!begin(s, o, &where, &code, &error))
		main_complain(code, &error);
	else if (on_terminal())
		code = watch(s, buf_str(&where), &log);
	else
		code = print_lines(s, buf_str(&where), &log);
	serve_free(s);
	buf_free(&log);
	buf_free(&error);
	buf_free(&where);
	return (code);
}
