/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "main/out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/signals.h"

#define PIECE		4096		/* bytes handed on at once */
#define PATIENCE	1000000		/* after a signal, us */

/* On its way to a descriptor. The thread allocates nothing. */
struct queue {
	bool		 open;
	int		 fd;
	pthread_mutex_t	 lock;
	pthread_cond_t	 more;
	struct buf	 kept;
	size_t		 sent;		/* of kept */
	int		 error;		/* it takes no more: errno */
	int		 moved[2];	/* readable when some was taken */
	unsigned long	 lost;		/* lines */
	bool		 skips;		/* up to the end of a line */
};

static struct queue queues[2] = {
	{ .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER },
	{ .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER }
};
static bool is_patient = true;
static bool is_one;	/* both descriptors are the same file */

static struct queue *
queue_of(int fd)
{
	return (&queues[is_one || fd == STDOUT_FILENO ? 0 : 1]);
}

static size_t
waiting(const struct queue *q)
{
	return (q->kept.len - q->sent);
}

/* The thread. */

/* The next piece; waits for one. */
static size_t
take(struct queue *q, uint8_t *piece)
{
	size_t n;

	pthread_mutex_lock(&q->lock);
	while (waiting(q) == 0)
		pthread_cond_wait(&q->more, &q->lock);
	n = waiting(q) < PIECE ? waiting(q) : PIECE;
	memcpy(piece, q->kept.data + q->sent, n);
	pthread_mutex_unlock(&q->lock);
	return (n);
}

static void
taken(struct queue *q, ssize_t n, int error)
{
	struct pollfd fd = { q->fd, POLLOUT, 0 };

	/* Somebody else has made it one that does not block. */
	if (n < 0 && error == EAGAIN)
		(void)poll(&fd, 1, -1);
	if (n < 0 && (error == EAGAIN || error == EINTR))
		return;
	pthread_mutex_lock(&q->lock);
	if (n < 0)
		q->error = error;
	q->sent = n < 0 ? q->kept.len : q->sent + (size_t)n;
	pthread_mutex_unlock(&q->lock);
	if (write(q->moved[1], "", 1) < 0) {
		/* Full: somebody is woken already. */
	}
}

static void *
hand_on(void *argument)
{
	struct queue *q = argument;
	uint8_t piece[PIECE];
	ssize_t n;
	size_t length;

	for (;;) {
		length = take(q, piece);
		n = write(q->fd, piece, length);
		taken(q, n, errno);
	}
	return (NULL);
}

/* Who reads no more says so to whoever writes; the rest is for the others. */
static bool
start(struct queue *q)
{
	sigset_t all, before;
	pthread_t thread;
	bool ok;
	int i;

	if (pipe(q->moved) != 0)
		return (false);
	for (i = 0; i < 2; i++) {
		fcntl(q->moved[i], F_SETFL, O_NONBLOCK);
		fcntl(q->moved[i], F_SETFD, FD_CLOEXEC);
	}
	sigfillset(&all);
	sigdelset(&all, SIGPIPE);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	ok = pthread_create(&thread, NULL, hand_on, q) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (ok)
		pthread_detach(thread);
	return (ok);
}

/* Who prints. */

static void
add(struct queue *q, const char *p, size_t n)
{
	if (q->sent > q->kept.len / 2) {
		memmove(q->kept.data, q->kept.data + q->sent, waiting(q));
		buf_cut(&q->kept, waiting(q));
		q->sent = 0;
	}
	buf_add(&q->kept, p, n);
	pthread_cond_signal(&q->more);
}

/* The end of a line that was begun is kept; whole lines are not. */
static void
drop(struct queue *q, const char *p, size_t n)
{
	const char *end = memchr(p, '\n', n);
	size_t rest = end != NULL ? (size_t)(end - p) + 1 : n;

	if (!q->skips && q->kept.len > 0 &&
	    q->kept.data[q->kept.len - 1] != '\n') {
		add(q, p, rest);
		p += rest;
		n -= rest;
	}
	for (; n > 0; p += rest, n -= rest) {
		end = memchr(p, '\n', n);
		rest = end != NULL ? (size_t)(end - p) + 1 : n;
		q->lost += end != NULL;
		q->skips = end == NULL;
	}
}

/* Behind a line whose begin was dropped. */
static size_t
skip(struct queue *q, const char *p, size_t n)
{
	const char *end;

	if (!q->skips)
		return (0);
	end = memchr(p, '\n', n);
	q->skips = end == NULL;
	q->lost += end != NULL;
	return (end != NULL ? (size_t)(end - p) + 1 : n);
}

/* Until some more was taken, or a signal came, or that time. */
static void
wait_moved(const struct queue *q, uint64_t until)
{
	struct pollfd fds[2] = { { q->moved[0], POLLIN, 0 },
		{ signals_ended() == 0 ? signals_fd() : -1, POLLIN, 0 } };
	uint64_t now = clock_now();
	char bytes[64];

	(void)poll(fds, 2, until == UINT64_MAX ? -1 : until <= now ? 0 :
	    (int)((until - now) / 1000) + 1);
	if (read(q->moved[0], bytes, sizeof(bytes)) < 0) {
		/* Another look at the queue tells. */
	}
}

/* Room for n bytes; false: they are to be dropped. */
static bool
has_room(struct queue *q, size_t n)
{
	while (waiting(q) != 0 && waiting(q) + n > OUT_KEEP) {
		if (!is_patient || signals_ended() != 0)
			return (false);
		pthread_mutex_unlock(&q->lock);
		wait_moved(q, UINT64_MAX);
		pthread_mutex_lock(&q->lock);
	}
	return (true);
}

static void
put(struct queue *q, const char *p, size_t n)
{
	size_t part;

	part = skip(q, p, n);
	for (p += part, n -= part; n > 0; p += part, n -= part) {
		part = n < OUT_KEEP / 2 ? n : OUT_KEEP / 2;
		if (has_room(q, part))
			add(q, p, part);
		else
			drop(q, p, part);
	}
}

bool
out_put(int fd, const void *p, size_t n)
{
	struct queue *q = queue_of(fd);
	int error;

	if (!q->open)
		return (file_put(fd, p, n));
	pthread_mutex_lock(&q->lock);
	if (q->error == 0)
		put(q, p, n);
	error = q->error;
	pthread_mutex_unlock(&q->lock);
	errno = error;
	return (error == 0);
}

void
out_patient(bool patient)
{
	is_patient = patient;
}

static ssize_t
write_out(void *cookie, const char *p, size_t n)
{
	return (out_put(*(const int *)cookie, p, n) ? (ssize_t)n : 0);
}

/* The stream in front of a descriptor; one that is another already stays. */
static FILE *
stream_of(FILE *was, const int *fd, int mode)
{
	const cookie_io_functions_t io = { .write = write_out };
	FILE *f = fileno(was) == *fd ?
	    fopencookie((void *)(uintptr_t)fd, "w", io) : NULL;

	if (f == NULL)
		return (was);
	setvbuf(f, NULL, mode, BUFSIZ);
	return (f);
}

static bool
is_slow(int fd, struct stat *st)
{
	return (fstat(fd, st) == 0 && (S_ISFIFO(st->st_mode) ||
	    S_ISSOCK(st->st_mode) || isatty(fd)));
}

void
out_begin(void)
{
	static const int fds[2] = { STDOUT_FILENO, STDERR_FILENO };
	struct stat st[2];
	bool slow[2];
	int i;

	for (i = 0; i < 2; i++) {
		slow[i] = is_slow(fds[i], &st[i]);
		queues[i].fd = fds[i];
	}
	is_one = slow[0] && slow[1] && st[0].st_dev == st[1].st_dev &&
	    st[0].st_ino == st[1].st_ino;
	queues[0].open = slow[0] && start(&queues[0]);
	queues[1].open = slow[1] && !is_one && start(&queues[1]);
	if (queues[0].open)
		stdout = stream_of(stdout, &fds[0], isatty(fds[0]) ? _IOLBF :
		    _IOFBF);
	if (queue_of(STDERR_FILENO)->open)
		stderr = stream_of(stderr, &fds[1], _IONBF);
}

/* False: errno says why it was not all taken. */
static bool
finish(struct queue *q)
{
	uint64_t until = UINT64_MAX;
	bool empty;
	int error;

	do {
		pthread_mutex_lock(&q->lock);
		empty = waiting(q) == 0;
		error = q->error;
		pthread_mutex_unlock(&q->lock);
		if (until == UINT64_MAX && signals_ended() != 0)
			until = clock_now() + PATIENCE;
		if (!empty)
			wait_moved(q, until);
	} while (!empty && clock_now() < until);
	errno = error;
	return (error == 0);
}

unsigned long
out_finish(bool *ok)
{
	unsigned long lost = 0;
	int i, error = 0;

	for (i = 0; i < 2; i++) {
		if (!queues[i].open)
			continue;
		if (!finish(&queues[i]) && error == 0)
			error = errno;
		lost += queues[i].lost;
	}
	*ok = error == 0;
	errno = error;
	return (lost);
}
