/* SPDX-License-Identifier: ISC */
/*
 * Measures what the tap adds to one request: 100000 ioctls that the kernel
 * refuses at once, bare, and with the tap in the program and somebody who
 * reads what it tells. Run it from the build directory:
 *
 *	tests/bench/tap ./dfuscope-tap.so
 */
#include "config.h"

#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "wire/tap.h"

#define CALLS	100000
#define TURNS	5
/* The shortest that a control transfer with data takes at full speed, us. */
#define REQUEST	1000.0

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return ((double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3);
}

/* In the program that is measured; prints us a call. */
static int
measure(const char *node)
{
	uint8_t data[6] = { 0 };
	struct usbdevfs_ctrltransfer c = { .bRequestType = 0xa1,
	    .bRequest = 3, .wLength = sizeof(data), .data = data };
	int fd = open(node, O_RDWR | O_CREAT, 0600), i;
	double began = now_us();

	for (i = 0; i < CALLS; i++)
		(void)ioctl(fd, USBDEVFS_CONTROL, &c);
	printf("%.3f\n", (now_us() - began) / CALLS);
	return (0);
}

/* Reads what the tap tells until nobody tells anything any more. */
static void
listen_to(int fd)
{
	static uint8_t packet[TAP_MESSAGE_MAX];
	int c;

	while ((c = accept(fd, NULL, NULL)) >= 0) {
		while (recv(c, packet, sizeof(packet), 0) > 0)
			continue;
		close(c);
	}
	_exit(0);
}

static double
run(const char *self, const char *dir, const char *tap)
{
	char *line = mem_printf("%s%s%s " TAP_SOCKET "='%s/tap' "
	    "'%s' measure '%s/bus/usb/001/001'", tap != NULL ?
	    "LD_PRELOAD='" : "", tap != NULL ? tap : "",
	    tap != NULL ? "'" : "", dir, self, dir);
	FILE *f = popen(line, "r");
	double us = -1;

	if (f == NULL || fscanf(f, "%lf", &us) != 1)
		us = -1;
	if (f != NULL)
		pclose(f);
	free(line);
	return (us);
}

static void
prepare(const char *dir, struct sockaddr_un *a)
{
	char *line = mem_printf("mkdir -p '%s/bus/usb/001'", dir);

	if (system(line) != 0)
		perror(line);
	free(line);
	a->sun_family = AF_UNIX;
	snprintf(a->sun_path, sizeof(a->sun_path), "%s/tap", dir);
}

int
main(int argc, char **argv)
{
	char dir[] = "/tmp/bench_tap-XXXXXX", *line;
	struct sockaddr_un a = { 0 };
	double bare = 0, tapped = 0, us;
	int fd, i;
	pid_t pid;

	if (argc == 3 && strcmp(argv[1], "measure") == 0)
		return (measure(argv[2]));
	if (argc != 2 || mkdtemp(dir) == NULL)
		return (64);
	prepare(dir, &a);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(fd, 4) != 0)
		return (1);
	pid = fork();
	if (pid == 0)
		listen_to(fd);
	for (i = 0; i < TURNS; i++) {
		us = run(argv[0], dir, NULL);
		bare = i == 0 || us < bare ? us : bare;
		us = run(argv[0], dir, argv[1]);
		tapped = i == 0 || us < tapped ? us : tapped;
	}
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	printf("tap: %.2f us a call, %.2f us without it: %.2f us more, "
	    "%.2f %% of a request of %.0f us\n", tapped, bare, tapped - bare,
	    (tapped - bare) / REQUEST * 100, REQUEST);
	line = mem_printf("rm -rf '%s'", dir);
	i = system(line);
	free(line);
	return (i == 0 && bare > 0 && tapped > 0 ? 0 : 1);
}
