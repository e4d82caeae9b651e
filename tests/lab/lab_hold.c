/* SPDX-License-Identifier: ISC */
/* Files of the kernel that are played: held back, or a log. */
#include "config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/lab/lab_bus.h"

/* Our end of the pipe, or -1. */
static int writer = -1;

/* That of the log, or -1: one test makes one. */
static int log_fd = -1;

/*
 * The pipe is open for writing from the start: so it can be opened to read,
 * too, which umockdev lets one thread do at a time, and the read waits.
 */
void
lab_hold(struct lab *lab, int i, const char *name)
{
	char *device = lab_device_path(lab->devices[i]);
	char *path = mem_printf("%s/%s", device, name);

	unlink(path);
	if (mkfifo(path, 0600) != 0 ||
	    (writer = open(path, O_RDWR | O_CLOEXEC)) < 0)
		abort();
	free(path);
	free(device);
}

void
lab_let_go(const char *value)
{
	if (write(writer, value, strlen(value)) < 0)
		abort();
	close(writer);
	writer = -1;
}

/* Open for writing here from the start: a reader never sees its end. */
void
lab_kmsg(struct lab *lab, const char *record)
{
	char *path = mem_printf("%s/dev/kmsg", lab->root);

	if (log_fd < 0 && (mkfifo(path, 0600) != 0 ||
	    (log_fd = open(path, O_RDWR | O_CLOEXEC)) < 0))
		abort();
	if (write(log_fd, record, strlen(record)) < 0)
		abort();
	free(path);
}

bool
lab_kmsg_unread(void)
{
	int n = 0;

	return (ioctl(log_fd, FIONREAD, &n) == 0 && n > 0);
}
