/* SPDX-License-Identifier: ISC */
/*
 * Measures GETSTATUS through the server on loopback, each answered before the
 * next is sent, against a bare process that sends as many bytes back as the
 * server does; in turns, each on connections of their own:
 *
 *	tests/bench/serve ./dfuscope
 */
#include "config.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TURNS		7
#define REQUESTS	20000
#define SKIP		500	/* the first ones warm things up */
#define ASKED		48	/* USBIP_CMD_SUBMIT */
#define ANSWERED	54	/* USBIP_RET_SUBMIT and six bytes */
#define IMPORTED	320	/* OP_REP_IMPORT */

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3);
}

static bool
get(int fd, uint8_t *p, size_t n)
{
	ssize_t got;

	for (; n != 0; p += got, n -= (size_t)got) {
		got = recv(fd, p, n, 0);
		if (got <= 0)
			return (false);
	}
	return (true);
}

static bool
put(int fd, const uint8_t *p, size_t n)
{
	return (send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n);
}

static struct sockaddr_in
loopback(uint16_t port)
{
	return ((struct sockaddr_in){ .sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) });
}

static int
connected(uint16_t port)
{
	struct sockaddr_in to = loopback(port);
	int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
		perror("serve: connect");
		exit(1);
	}
	return (fd);
}

/* The bare one: takes the bytes of a request, sends those of an answer. */
static pid_t
start_bare(uint16_t *port)
{
	struct sockaddr_in at = loopback(0);
	socklen_t length = sizeof at;
	uint8_t bytes[ANSWERED] = { 0 };
	int on = 1, fd, listener = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid;

	if (listener < 0 || bind(listener, (struct sockaddr *)&at,
	    sizeof at) != 0 || listen(listener, TURNS) != 0 ||
	    getsockname(listener, (struct sockaddr *)&at, &length) != 0 ||
	    (pid = fork()) < 0) {
		perror("serve: listen");
		exit(1);
	}
	*port = ntohs(at.sin_port);
	if (pid != 0) {
		close(listener);
		return (pid);
	}
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		while (get(fd, bytes, ASKED) && put(fd, bytes, ANSWERED))
			continue;
		close(fd);
	}
	_exit(0);
}

/* dfuscope serve, its lines in a file as somebody may keep them. */
static pid_t
start_server(const char *program, uint16_t *port)
{
	char line[128] = "";
	FILE *f = tmpfile();
	unsigned number = 0;
	pid_t pid = fork();

	if (f == NULL || pid < 0) {
		perror("serve: start");
		exit(1);
	}
	if (pid == 0) {
		dup2(fileno(f), STDOUT_FILENO);
		close(STDIN_FILENO);
		execl(program, program, "serve", "stm32f072,latency=0",
		    "--listen", "127.0.0.1:0", (char *)NULL);
		_exit(127);
	}
	while (strchr(line, '\n') == NULL) {
		if (waitpid(pid, NULL, WNOHANG) != 0) {
			fprintf(stderr, "serve: %s did not start\n", program);
			exit(1);
		}
		usleep(10000);
		if (pread(fileno(f), line, sizeof line - 1, 0) < 0)
			break;
	}
	sscanf(line, "listening at 127.0.0.1:%u", &number);
	*port = (uint16_t)number;
	return (pid);
}

/* us each */
static double
ask(int fd)
{
	static const uint8_t submit[ASKED] = { 0, 0, 0, 1, 0, 0, 0, 9, 0, 1, 0,
	    1, 0, 0, 0, 1, [27] = 6, [32] = 0xff, 0xff, 0xff, 0xff,
	    [40] = 0xa1, 3, 0, 0, 0, 0, 6, 0 };
	uint8_t answer[ANSWERED];
	double began = 0;
	int i;

	for (i = 0; i < SKIP + REQUESTS; i++) {
		if (i == SKIP)
			began = now_us();
		if (!put(fd, submit, sizeof submit) ||
		    !get(fd, answer, sizeof answer)) {
			fprintf(stderr, "serve: the connection ended\n");
			exit(1);
		}
	}
	return ((now_us() - began) / REQUESTS);
}

static double
turn(uint16_t port, bool import)
{
	uint8_t message[40] = { 1, 0x11, 0x80, 3, 0, 0, 0, 0, '1', '-', '1' };
	uint8_t told[IMPORTED];
	int fd = connected(port);
	double took;

	if (import && (!put(fd, message, sizeof message) ||
	    !get(fd, told, sizeof told) || told[7] != 0)) {
		fprintf(stderr, "serve: no import\n");
		exit(1);
	}
	took = ask(fd);
	close(fd);
	return (took);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

int
main(int argc, char **argv)
{
	double bare[TURNS], served[TURNS];
	uint16_t bare_port, served_port;
	pid_t bare_pid, served_pid;
	int i;

	if (argc != 2) {
		fprintf(stderr, "usage: serve ./dfuscope\n");
		return (64);
	}
	bare_pid = start_bare(&bare_port);
	served_pid = start_server(argv[1], &served_port);
	for (i = 0; i < TURNS; i++) {
		bare[i] = turn(bare_port, false);
		served[i] = turn(served_port, true);
	}
	kill(bare_pid, SIGTERM);
	kill(served_pid, SIGTERM);
	qsort(bare, TURNS, sizeof bare[0], compare);
	qsort(served, TURNS, sizeof served[0], compare);
	printf("serve: GETSTATUS on loopback, median of %d turns of %d: "
	    "%.1f us; a bare TCP ping-pong of the same sizes %.1f us; "
	    "%.2f times\n", TURNS, REQUESTS, served[TURNS / 2],
	    bare[TURNS / 2], served[TURNS / 2] / bare[TURNS / 2]);
	return (0);
}
