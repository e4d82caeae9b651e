/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "transport/usb_kmsg.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG "/dev/kmsg"
#define RECORD_MAX 8192 /* of the kernel's, with its lines */
#define TURN_MAX 256    /* records a turn */

/* What the kernel says when a device does not answer as a new one has to. */
static const char *const failures[] = {
	"unable to enumerate USB device",
	"device descriptor read/",
	"device not accepting address ",
};

int
usb_kmsg_open(void)
{
	int fd = open(LOG, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0)
		usb_kmsg_skip(fd);
	return (fd);
}

void
usb_kmsg_skip(int fd)
{
	(void)lseek(fd, 0, SEEK_END);
}

bool
usb_kmsg_read(int fd, struct usb_kmsg *k)
{
	char record[RECORD_MAX];
	ssize_t n;
	int i;

	for (i = 0; i < TURN_MAX; i++) {
		n = read(fd, record, sizeof(record));
		/* EPIPE: some were written over before they were read. */
		if (n == 0 || (n < 0 && errno != EINTR && errno != EPIPE))
			return (false);
		if (n > 0 && usb_kmsg_parse(record, (size_t)n, k))
			return (true);
	}
	return (false);
}

/* "usb1-port2" is "1-2", "1-1-port2" is "1-1.2", "1-1" is itself. */
static bool
set_place(struct usb_kmsg *k, const char *name, size_t n)
{
	const char *port = memmem(name, n, "-port", 5);
	size_t hub = port != NULL ? (size_t)(port - name) : n;
	const char *number = port != NULL ? port + 5 : "";
	size_t digits = port != NULL ? n - hub - 5 : 0;
	bool root = hub > 3 && memcmp(name, "usb", 3) == 0;

	if (root) {
		name += 3;
		hub -= 3;
	}
	if (hub == 0 || hub + digits + 2 > sizeof(k->place) ||
	    !isdigit((unsigned char)name[0]) || (port != NULL && digits == 0))
		return (false);
	snprintf(k->place, sizeof(k->place), "%.*s%s%.*s", (int)hub, name,
	    port == NULL ? "" :
		root     ? "-" :
			   ".",
	    (int)digits, number);
	return (k->place[strspn(k->place, "0123456789-.")] == '\0' &&
	    strchr(k->place, '-') != NULL);
}

static bool
is_failure(const char *words, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		if (n >= strlen(failures[i]) &&
		    memcmp(words, failures[i], strlen(failures[i])) == 0)
			return (true);
	return (false);
}

bool
usb_kmsg_parse(const void *p, size_t n, struct usb_kmsg *k)
{
	const char *text = memchr(p, ';', n), *end, *colon;
	size_t left;

	if (text == NULL)
		return (false);
	left = n - (size_t)(++text - (const char *)p);
	end = memchr(text, '\n', left);
	if (end != NULL)
		left = (size_t)(end - text);
	if (left < 4 || memcmp(text, "usb ", 4) != 0)
		return (false);
	colon = memchr(text, ':', left);
	if (colon == NULL || (size_t)(colon - text) + 2 > left ||
	    colon[1] != ' ' || colon < text + 4 ||
	    !set_place(k, text + 4, (size_t)(colon - text) - 4) ||
	    !is_failure(colon + 2, left - (size_t)(colon + 2 - text)))
		return (false);
	snprintf(k->words, sizeof(k->words), "%.*s", (int)left, text);
	return (true);
}
