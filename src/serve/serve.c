/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "serve/serve.h"

#include <sys/socket.h>

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/text.h"
#include "serve/client.h"
#include "serve/serve_own.h"

#define BEFORE_CLIENTS	2	/* descriptors: the caller's, the listener */
#define ACCEPTS		16	/* connections that one turn takes */
#define DEVICES_MAX	64

struct serve *
serve_new(struct buf *log)
{
	struct serve *s = mem_alloc(sizeof *s);

	s->log = log;
	s->listener = -1;
	return (s);
}

void
serve_free(struct serve *s)
{
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; i < s->clients_count; i++)
		client_free(s->clients[i]);
	for (i = 0; i < s->devices_count; i++)
		served_free(s->devices[i]);
	if (s->listener >= 0)
		close(s->listener);
	free(s->clients);
	free(s->devices);
	free(s->fds);
	free(s);
}

bool
serve_add(struct serve *s, const char *spec, struct buf *error)
{
	struct served *d;

	if (s->devices_count == DEVICES_MAX) {
		buf_addf(error, "more than %d devices", DEVICES_MAX);
		return (false);
	}
	d = served_new(spec, (uint32_t)s->devices_count + 1, error);
	if (d == NULL)
		return (false);
	s->devices = mem_array(s->devices, s->devices_count + 1,
	    sizeof *s->devices);
	s->devices[s->devices_count++] = d;
	return (true);
}

void
serve_watch(struct serve *s, const struct serve_watcher *w)
{
	size_t i;

	for (i = 0; i < s->devices_count; i++)
		s->devices[i]->watcher = w;
}

struct sim *
serve_sim(const struct serve *s, size_t device, const char **busid)
{
	if (device >= s->devices_count)
		return (NULL);
	*busid = s->devices[device]->busid;
	return (s->devices[device]->sim);
}

struct served *
serve_device(const struct serve *s, const char *busid)
{
	size_t i;

	for (i = 0; i < s->devices_count; i++) {
		if (strcmp(s->devices[i]->busid, busid) == 0)
			return (s->devices[i]);
	}
	return (NULL);
}

/* "ADDR:PORT" in two; the address is *at, without brackets. */
static char *
split(char **at)
{
	char *colon = strrchr(*at, ':'), *end;

	if (colon == NULL || colon == *at)
		return (NULL);
	*colon = '\0';
	if (**at != '[')
		return (colon + 1);
	end = *at + strlen(*at) - 1;
	if (*end != ']')
		return (NULL);
	*end = '\0';
	++*at;
	return (colon + 1);
}

static struct addrinfo *
resolve(const char *at, struct buf *error)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
	    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV }, *found = NULL;
	char *copy = mem_strdup(at), *address = copy;
	char *port = split(&address);
	uint64_t number;

	/* getaddrinfo takes more than there is. */
	if (port == NULL || !text_number(port, UINT16_MAX, &number) ||
	    getaddrinfo(address, port, &hints, &found) != 0) {
		buf_adds(error, "--listen: ");
		text_quote(error, at, strlen(at));
		buf_adds(error, " is not an address and port in digits, such "
		    "as "
		    SERVE_LISTEN);
		found = NULL;
	}
	free(copy);
	return (found);
}

static void
add_address(struct buf *b, const struct sockaddr *a, socklen_t length)
{
	char host[NI_MAXHOST], port[NI_MAXSERV];
	bool six = a->sa_family == AF_INET6;

	if (getnameinfo(a, length, host, sizeof host, port, sizeof port,
	    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		buf_adds(b, "a host");
	else
		buf_addf(b, "%s%s%s:%s", six ? "[" : "", host,
		    six ? "]" : "", port);
}

static bool
is_loopback(const struct sockaddr *a)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)
	    (const void *)a;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)
	    (const void *)a;

	if (a->sa_family == AF_INET)
		return (ntohl(four->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET);
	return (a->sa_family == AF_INET6 &&
	    IN6_IS_ADDR_LOOPBACK(&six->sin6_addr));
}

int
serve_listen(struct serve *s, const char *at, struct buf *where, bool *open,
    struct buf *error)
{
	struct addrinfo *to = resolve(at, error);
	struct sockaddr_storage bound;
	socklen_t length = sizeof bound;
	int fd, on = 1, code = CODE_OK;

	if (to == NULL)
		return (CODE_USAGE);
	*open = !is_loopback(to->ai_addr);
	fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof on) != 0 || bind(fd, to->ai_addr, to->ai_addrlen) != 0 ||
	    listen(fd, ACCEPTS) != 0 || getsockname(fd,
	    (struct sockaddr *)&bound, &length) != 0) {
		code = errno == EACCES || errno == EPERM ? CODE_DENIED :
		    CODE_NO_DEVICE;
		buf_addf(error, "cannot listen at %s: %s", at,
		    strerror(errno));
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(to);
	if (fd < 0)
		return (code);
	s->listener = fd;
	add_address(where, (struct sockaddr *)&bound, length);
	return (CODE_OK);
}

void
serve_adopt(struct serve *s, uint64_t now, int fd, const char *who)
{
	if (s->clients_count == SERVE_CLIENTS) {
		buf_addf(s->log, "%s rejected: too many connections\n",
		    who);
		close(fd);
		return;
	}
	s->clients = mem_array(s->clients, s->clients_count + 1,
	    sizeof *s->clients);
	s->clients[s->clients_count++] = client_new(now, fd, who);
}

static void
accept_some(struct serve *s, uint64_t now)
{
	struct sockaddr_storage from;
	struct buf who = { 0 };
	socklen_t length;
	int fd, i, on = 1;

	for (i = 0; i < ACCEPTS; i++) {
		length = sizeof from;
		fd = accept4(s->listener, (struct sockaddr *)&from, &length,
		    SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			break;
		/* Answers are small, and the host waits for each. */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		buf_reset(&who);
		add_address(&who, (struct sockaddr *)&from, length);
		serve_adopt(s, now, fd, buf_str(&who));
	}
	buf_free(&who);
}

struct pollfd *
serve_pollfds(struct serve *s, size_t *n)
{
	size_t i;

	*n = BEFORE_CLIENTS + s->clients_count;
	s->fds = mem_array(s->fds, *n, sizeof *s->fds);
	s->fds[0] = (struct pollfd){ .fd = -1 };
	s->fds[1] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
	for (i = 0; i < s->clients_count; i++)
		s->fds[BEFORE_CLIENTS + i] = (struct pollfd){
		    .fd = s->clients[i]->fd,
		    .events = client_events(s->clients[i]) };
	s->polled = s->clients_count;
	return (s->fds);
}

uint64_t
serve_deadline(const struct serve *s)
{
	uint64_t due, first = SERVE_NEVER;
	size_t i;

	for (i = 0; i < s->devices_count; i++) {
		due = served_deadline(s->devices[i]);
		if (due < first)
			first = due;
	}
	for (i = 0; i < s->clients_count; i++) {
		due = client_deadline(s->clients[i]);
		if (due < first)
			first = due;
	}
	return (first);
}

static void
remove_gone(struct serve *s)
{
	size_t i, n = 0;

	for (i = 0; i < s->clients_count; i++) {
		if (s->clients[i]->gone)
			client_free(s->clients[i]);
		else
			s->clients[n++] = s->clients[i];
	}
	s->clients_count = n;
}

void
serve_turn(struct serve *s, uint64_t now)
{
	size_t i;

	for (i = 0; i < s->polled; i++)
		client_read(s->clients[i], s, now,
		    s->fds[BEFORE_CLIENTS + i].revents);
	if (s->polled != 0 || s->fds != NULL) {
		if ((s->fds[1].revents & POLLIN) != 0)
			accept_some(s, now);
	}
	s->polled = 0;
	for (i = 0; i < s->devices_count; i++) {
		if (!s->devices[i]->held)
			sim_run(s->devices[i]->sim, now);
	}
	for (i = 0; i < s->clients_count; i++) {
		client_work(s->clients[i], s, now);
		client_write(s->clients[i], s, now);
		client_hurry(s->clients[i], s, now);
	}
	remove_gone(s);
}
