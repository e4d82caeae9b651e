/* SPDX-License-Identifier: ISC */
/*
 * The devices of another transport, with what a traced tool asks of them. The
 * tap in each of its processes connects to a socket of ours; what it tells is
 * read as it comes, in the order in which each process told it.
 */
#include "config.h"

#include "transport/transport.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "dfu/spec.h"
#include "source/said.h"
#include "source/tap.h"
#include "transport/tool.h"
#include "wire/tap.h"
#include "wire/usb.h"

#define CONNECTIONS	64
#define AT_ONCE		256	/* messages of one connection in one turn */
/* Without a descriptor for its end the tool is asked after so often, us. */
#define LOOK_AFTER	50000
#define OUTPUT_MOST	((size_t)64 * 1024)	/* that nobody took yet */
#define LINE_MOST	512	/* bytes of a line that is looked at */
#define TOLD_WORDS	96	/* bytes of the command line in a note */

/* The device's latest answer to GETSTATUS, to hold the tool's words against. */
struct answered {
	uint16_t	 dev;		/* the latest that was asked, 0: none */
	uint32_t	 asking;	/* GETSTATUS that is open, 0: none */
	uint32_t	 number;	/* the one that was answered, 0: none */
	uint8_t		 state;
	uint8_t		 status;
};

struct connection {
	int		 fd;
	uint32_t	 pid;	/* of who connected */
};

struct tapped {
	struct transport	 head;
	struct transport	*inner;
	struct tap		*tap;
	char			*dir;
	char			*path;
	int			 events;	/* epoll */
	int			 listening;
	int			 end;		/* of the tool: pidfd, or -1 */
	int			 terminal;	/* our side of its own, or -1 */
	struct buf		 output;	/* it wrote there */
	struct buf		 unread;	/* of it, by take_lines */
	struct buf		 line;		/* of it, not ended yet */
	struct answered		 answered;
	struct buf		 words;		/* of the device, a line each */
	struct connection	 connections[CONNECTIONS];
	size_t			 nconnections;
	struct tap_tool		 tool;
	bool			 exited;	/* there may be more to read */
	uint64_t		 last;		/* event, us */
	uint64_t		 looked;	/* after the tool, us */
	unsigned long		 strange;	/* packets that are none */
	struct buf		 notes;		/* to be told, a line each */
	struct buf		 note;		/* told just now */
	uint8_t			 packet[TAP_MESSAGE_MAX + 1];
};

static struct tapped *
tapped_of(struct transport *t)
{
	return ((struct tapped *)t);
}

bool
transport_is_tap(const struct transport *t)
{
	return (t != NULL && t->ops == &transport_tapped);
}

struct transport *
transport_tap(struct transport *inner)
{
	struct tapped *t = mem_alloc(sizeof(*t));

	t->head = *inner;
	t->head.ops = &transport_tapped;
	t->inner = inner;
	t->events = t->listening = t->end = t->terminal = -1;
	t->tap = tap_new(&inner->numbers->request);
	return (&t->head);
}

/* The socket, in a directory that nobody else may enter. */

static const char *
place_for_sockets(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");
	struct sockaddr_un a;

	if (dir == NULL || access(dir, W_OK | X_OK) != 0 ||
	    strlen(dir) + 40 > sizeof(a.sun_path))
		dir = getenv("TMPDIR");
	if (dir == NULL || access(dir, W_OK | X_OK) != 0 ||
	    strlen(dir) + 40 > sizeof(a.sun_path))
		dir = "/tmp";
	return (dir);
}

static void
watch_fd(struct tapped *t, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	(void)epoll_ctl(t->events, EPOLL_CTL_ADD, fd, &e);
}

static bool
listen_there(struct tapped *t, struct buf *error)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	t->dir = mem_printf("%s/dfuscope-XXXXXX", place_for_sockets());
	if (mkdtemp(t->dir) == NULL) {
		buf_addf(error, "%s: %s", t->dir, strerror(errno));
		free(t->dir);
		t->dir = NULL;
		return (false);
	}
	t->path = mem_printf("%s/tap", t->dir);
	strncpy(a.sun_path, t->path, sizeof(a.sun_path) - 1);
	t->events = epoll_create1(EPOLL_CLOEXEC);
	t->listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);
	if (t->events < 0 || t->listening < 0 || bind(t->listening,
	    (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(t->listening, CONNECTIONS) != 0) {
		buf_addf(error, "%s: %s", t->path, strerror(errno));
		return (false);
	}
	watch_fd(t, t->listening);
	return (true);
}

static void
stop_listening(struct tapped *t)
{
	size_t i;

	for (i = 0; i < t->nconnections; i++)
		close(t->connections[i].fd);
	t->nconnections = 0;
	if (t->end >= 0)
		close(t->end);
	if (t->terminal >= 0)
		close(t->terminal);
	if (t->listening >= 0)
		close(t->listening);
	if (t->events >= 0)
		close(t->events);
	t->end = t->terminal = t->listening = t->events = -1;
	if (t->path != NULL)
		(void)unlink(t->path);
	if (t->dir != NULL)
		(void)rmdir(t->dir);
	free(t->path);
	free(t->dir);
	t->path = t->dir = NULL;
}

static void
add_words(struct buf *b, char *const *argv)
{
	size_t from = b->len;

	for (; *argv != NULL; argv++) {
		buf_addc(b, ' ');
		text_word(b, *argv);
		if (b->len - from > TOLD_WORDS && argv[1] != NULL) {
			buf_adds(b, " ...");
			return;
		}
	}
}

/* A terminal of its own; its path, NULL: error says why there is none. */
static const char *
make_terminal(struct tapped *t, const struct tap_size *size,
    struct buf *error)
{
	const char *name = NULL;

	t->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC |
	    O_NONBLOCK);
	if (t->terminal >= 0 && grantpt(t->terminal) == 0 &&
	    unlockpt(t->terminal) == 0)
		name = ptsname(t->terminal);
	if (name == NULL) {
		buf_addf(error, "cannot open a terminal for the tool: %s",
		    strerror(errno));
		return (NULL);
	}
	transport_tap_resize(&t->head, size);
	watch_fd(t, t->terminal);
	return (name);
}

/* Known before it starts: that nothing will be seen. */
static void
warn(struct tapped *t, const char *program)
{
	struct buf why = { 0 };

	tool_unseen(program, &why);
	if (why.len != 0)
		buf_addf(&t->notes, "%s\n", buf_str(&why));
	buf_free(&why);
}

bool
transport_tap_start(struct transport *head, char *const *argv,
    const struct tap_size *size, struct buf *error)
{
	struct tapped *t = tapped_of(head);
	const char *terminal = NULL;
	pid_t pid = -1;

	if (t->tool.started && !t->tool.ended) {
		buf_adds(error, "another tool is still being traced. Wait "
		    "until it ends");
		return (false);
	}
	stop_listening(t);
	if (listen_there(t, error) && (size == NULL ||
	    (terminal = make_terminal(t, size, error)) != NULL))
		pid = tool_start(argv, t->path, terminal, error);
	if (pid < 0) {
		stop_listening(t);
		return (false);
	}
	t->tool = (struct tap_tool){ .started = true, .pid = pid };
	t->answered = (struct answered){ .dev = 0 };
	buf_reset(&t->line);
	t->exited = false;
#ifdef SYS_pidfd_open
	t->end = (int)syscall(SYS_pidfd_open, pid, 0);
#endif
	if (t->end >= 0)
		watch_fd(t, t->end);
	buf_adds(&t->notes, "traced:");
	add_words(&t->notes, argv);
	buf_addf(&t->notes, " (process %ld)\n", (long)pid);
	warn(t, argv[0]);
	return (true);
}

struct tap_tool
transport_tap_tool(const struct transport *head)
{
	const struct tapped *t = (const struct tapped *)head;
	struct tap_tool tool = t->tool;
	struct termios modes;

	tool.requests = tap_requests(t->tap);
	tool.processes = tap_processes(t->tap);
	if (t->terminal >= 0 && tcgetattr(t->terminal, &modes) == 0)
		tool.raw = (modes.c_lflag & ICANON) == 0;
	return (tool);
}

void
transport_tap_output(struct transport *head, struct buf *b)
{
	struct tapped *t = tapped_of(head);

	buf_add(b, t->output.data, t->output.len);
	buf_reset(&t->output);
}

/* What it does not take at once is more than anybody types. */
void
transport_tap_type(struct transport *head, const void *p, size_t n)
{
	const struct tapped *t = tapped_of(head);

	if (t->terminal >= 0 && write(t->terminal, p, n) < 0)
		return;
}

void
transport_tap_resize(struct transport *head, const struct tap_size *size)
{
	const struct tapped *t = tapped_of(head);
	struct winsize w = { .ws_row = (unsigned short)size->rows,
	    .ws_col = (unsigned short)size->cols };

	if (t->terminal >= 0)
		(void)ioctl(t->terminal, TIOCSWINSZ, &w);
}

void
transport_tap_signal(struct transport *head, int sig)
{
	struct tapped *t = tapped_of(head);

	if (t->tool.started && !t->exited)
		kill((pid_t)t->tool.pid, sig);
}

/* What the processes tell. */

static void
answer(struct tapped *t)
{
	struct ucred who;
	socklen_t n = sizeof(who);
	int fd;

	while (t->nconnections < CONNECTIONS && (fd = accept4(t->listening,
	    NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) != 0) {
			close(fd);
			continue;
		}
		t->connections[t->nconnections++] = (struct connection){
		    .fd = fd, .pid = (uint32_t)who.pid };
		watch_fd(t, fd);
	}
}

static void
hang_up(struct tapped *t, size_t i, uint64_t now)
{
	uint32_t pid = t->connections[i].pid;
	size_t k;

	close(t->connections[i].fd);
	memmove(t->connections + i, t->connections + i + 1,
	    (--t->nconnections - i) * sizeof(t->connections[0]));
	for (k = 0; k < t->nconnections; k++) {
		if (t->connections[k].pid == pid)
			return;
	}
	tap_ended(t->tap, pid, now);
}

/* False: whoever it was has gone. */
static bool
hear(struct tapped *t, const struct connection *c, unsigned *n)
{
	ssize_t got = 1;

	for (*n = 0; *n < AT_ONCE; ++*n) {
		got = recv(c->fd, t->packet, sizeof(t->packet), 0);
		if (got <= 0)
			break;
		if (!tap_take(t->tap, t->packet, (size_t)got) &&
		    t->strange++ == 0)
			buf_adds(&t->notes, "cannot read the messages of a "
			    "process: its version of the tap differs\n");
	}
	return (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)));
}

static void
note_end(struct tapped *t)
{
	struct buf *b = &t->notes;

	if (WIFSIGNALED(t->tool.status))
		buf_addf(b, "process %ld was ended by signal %d", t->tool.pid,
		    WTERMSIG(t->tool.status));
	else
		buf_addf(b, "process %ld ended with exit code %d", t->tool.pid,
		    WEXITSTATUS(t->tool.status));
	buf_addf(b, " after %lu request%s\n", tap_requests(t->tap),
	    tap_requests(t->tap) == 1 ? "" : "s");
}

static void
look_after(struct tapped *t, uint64_t now)
{
	int status;

	if (!t->tool.started || t->exited || (t->end < 0 &&
	    now < t->looked + LOOK_AFTER))
		return;
	t->looked = now;
	if (waitpid((pid_t)t->tool.pid, &status, WNOHANG) <= 0)
		return;
	t->exited = true;
	t->tool.status = status;
	t->tool.since = now;
	if (t->end >= 0)
		close(t->end);
	t->end = -1;
}

/* What it prints, beside the requests: what the two do not agree on is said. */

static void
tell_line(struct tapped *t, const char *line, size_t n)
{
	const struct answered *a = &t->answered;
	struct said said;

	if (a->dev == 0 || !said_read(line, n, &said))
		return;
	buf_addf(&t->words, "%s says: ", said.tool);
	text_escape(&t->words, line, n);
	buf_addc(&t->words, '\n');
	if (!said.has_state || a->number == 0 ||
	    (said.state == a->state && said.status == a->status))
		return;
	buf_addf(&t->words, "the device answered something else: %s, status "
	    "%u (#%u)\n", dfu_state_row(a->state) != NULL ?
	    dfu_state_name(a->state) : "not a DFU state", a->status,
	    a->number);
}

/* A bar is drawn again and again in one line: the last of it counts. */
static void
take_lines(struct tapped *t, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (p[i] == '\n') {
			if (t->line.len != 0)
				tell_line(t, buf_str(&t->line), t->line.len);
			buf_reset(&t->line);
		} else if (p[i] == '\r') {
			if (i + 1 < n && p[i + 1] != '\n')
				buf_reset(&t->line);
		} else if (t->line.len < LINE_MOST) {
			buf_addc(&t->line, p[i]);
		}
	}
}

/* What passes on its way to the front end. */
static void
note_answer(struct tapped *t, const struct event *e)
{
	struct answered *a = &t->answered;

	if (e->kind == EVENT_SUBMIT) {
		if (a->dev != e->dev)
			*a = (struct answered){ .dev = e->dev };
		if (setup_is_class(&e->setup) && setup_is_in(&e->setup) &&
		    e->setup.bRequest == DFU_GETSTATUS)
			a->asking = e->number;
	} else if (e->kind == EVENT_COMPLETE && e->number == a->asking &&
	    e->number != 0 && e->kept >= DFU_GETSTATUS_LENGTH) {
		a->number = e->number;
		a->status = e->data[0];
		a->state = e->data[4];
	}
}

/* What it writes, as much as is wanted. */
static void
watch_output(struct tapped *t)
{
	uint8_t chunk[4096];
	ssize_t n = 0;

	while (t->terminal >= 0 && t->output.len < OUTPUT_MOST &&
	    (n = read(t->terminal, chunk, sizeof(chunk))) > 0) {
		buf_add(&t->output, chunk, (size_t)n);
		buf_add(&t->unread, chunk, (size_t)n);
	}
	/* Nobody has the other side any more. */
	if (n < 0 && errno == EIO && t->exited) {
		close(t->terminal);
		t->terminal = -1;
	}
}

/* One turn; false: nothing came. */
static bool
attend(struct tapped *t, uint64_t now)
{
	unsigned n, all = 0;
	size_t i;

	if (t->events < 0)
		return (false);
	/* Before its messages: then those are all there are. */
	look_after(t, now);
	answer(t);
	/* What was printed comes after what was asked before it. */
	watch_output(t);
	for (i = t->nconnections; i > 0; i--) {
		if (!hear(t, &t->connections[i - 1], &n))
			hang_up(t, i - 1, now);
		all += n;
	}
	/* Children of the tool may go on without it. */
	if (t->exited && t->nconnections == 0 && !t->tool.ended && all == 0) {
		t->tool.ended = true;
		note_end(t);
		stop_listening(t);
	}
	return (all != 0 || t->notes.len != 0 || t->unread.len != 0);
}

/* The first of these lines, as an event; false: there is none. */
static bool
take_line(struct tapped *t, struct buf *lines, uint64_t now, struct event *e)
{
	const char *text = buf_str(lines);
	size_t n = strcspn(text, "\n");
	struct buf rest = { 0 };

	if (lines->len == 0)
		return (false);
	buf_reset(&t->note);
	buf_add(&t->note, text, n);
	buf_adds(&rest, text + n + (text[n] == '\n'));
	buf_free(lines);
	*lines = rest;
	*e = event_text(EVENT_NOTE, now, 0, buf_str(&t->note));
	return (true);
}

/* The tool's words, as told by it of the device that it asks. */
static bool
take_words(struct tapped *t, uint64_t now, struct event *e)
{
	if (!take_line(t, &t->words, now, e))
		return (false);
	e->dev = t->answered.dev;
	e->agent = EVENT_BY_OTHER;
	e->basis = EVENT_TOLD;
	return (true);
}

/* The clock of events never goes back. */
static bool
in_order(struct tapped *t, uint64_t now, struct event *e)
{
	if (e->time > now)
		e->time = now;
	if (e->time < t->last)
		e->time = t->last;
	t->last = e->time;
	return (true);
}

static bool
tapped_read(struct transport *head, uint64_t now, struct event *e)
{
	struct tapped *t = tapped_of(head);

	for (;;) {
		/* What was told before the end comes before its note. */
		if (tap_next(t->tap, e)) {
			note_answer(t, e);
			return (in_order(t, now, e));
		}
		/* A line is held against what was answered before it. */
		take_lines(t, t->unread.data, t->unread.len);
		buf_reset(&t->unread);
		if (take_words(t, now, e) ||
		    take_line(t, &t->notes, now, e))
			return (in_order(t, now, e));
		if (!attend(t, now))
			break;
	}
	if (!t->inner->ops->read(t->inner, now, e))
		return (false);
	if (e->kind == EVENT_ARRIVED)
		tap_arrived(t->tap, e->who, e->dev);
	else if (e->kind == EVENT_LEFT)
		tap_left(t->tap, e->dev);
	return (in_order(t, now, e));
}

/* The rest is the other transport's. */

static void
tapped_close(struct transport *head)
{
	struct tapped *t = tapped_of(head);

	/* Whoever traces is gone: the tool goes on. */
	stop_listening(t);
	t->inner->ops->close(t->inner);
	tap_free(t->tap);
	buf_free(&t->output);
	buf_free(&t->unread);
	buf_free(&t->line);
	buf_free(&t->words);
	buf_free(&t->notes);
	buf_free(&t->note);
	free(t);
}

static size_t
tapped_pollfds(struct transport *head, struct pollfd *fds, size_t max)
{
	struct tapped *t = tapped_of(head);
	size_t n = 0;

	if (t->events >= 0 && max > 0)
		fds[n++] = (struct pollfd){ .fd = t->events,
		    .events = POLLIN };
	return (n + t->inner->ops->pollfds(t->inner, fds + n, max - n));
}

static uint64_t
tapped_deadline(const struct transport *head)
{
	const struct tapped *t = (const struct tapped *)head;
	uint64_t until = t->inner->ops->deadline(t->inner);

	if (t->notes.len != 0)
		return (0);
	if (t->tool.started && !t->exited && t->end < 0 &&
	    t->looked + LOOK_AFTER < until)
		until = t->looked + LOOK_AFTER;
	return (until);
}

static void
tapped_open_device(struct transport *head, uint16_t dev, uint64_t now)
{
	struct transport *inner = tapped_of(head)->inner;

	inner->ops->open_device(inner, dev, now);
}

static void
tapped_close_device(struct transport *head, uint16_t dev, uint64_t now)
{
	struct transport *inner = tapped_of(head)->inner;

	inner->ops->close_device(inner, dev, now);
}

static void
tapped_submit(struct transport *head, uint16_t dev, uint32_t number,
    const struct xfer *x, uint64_t now)
{
	struct transport *inner = tapped_of(head)->inner;

	inner->ops->submit(inner, dev, number, x, now);
}

static void
tapped_cancel(struct transport *head, uint16_t dev, uint64_t now)
{
	struct transport *inner = tapped_of(head)->inner;

	inner->ops->cancel(inner, dev, now);
}

static void
tapped_reset(struct transport *head, uint16_t dev, uint64_t now)
{
	struct transport *inner = tapped_of(head)->inner;

	inner->ops->reset(inner, dev, now);
}

static bool
tapped_asleep(struct transport *head, uint16_t dev)
{
	struct transport *inner = tapped_of(head)->inner;

	return (inner->ops->asleep != NULL && inner->ops->asleep(inner, dev));
}

const struct transport_ops transport_tapped = {
	.name = "usb",
	.usage = "usb",
	.live = true,
	.sentence = "show the devices of another target and the requests of a "
	    "traced tool",
	.close = tapped_close,
	.pollfds = tapped_pollfds,
	.deadline = tapped_deadline,
	.read = tapped_read,
	.open_device = tapped_open_device,
	.close_device = tapped_close_device,
	.submit = tapped_submit,
	.cancel = tapped_cancel,
	.reset = tapped_reset,
	.asleep = tapped_asleep,
};
