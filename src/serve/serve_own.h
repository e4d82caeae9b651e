/* SPDX-License-Identifier: ISC */
/*
 * What the files of the server share: the devices and who is connected.
 */
#ifndef SERVE_SERVE_OWN_H
#define SERVE_SERVE_OWN_H

#include "serve/served.h"
#include "serve/serve.h"

struct client;

struct serve {
	struct buf	*log;
	struct served	**devices;
	size_t		 devices_count;
	struct client	**clients;
	size_t		 clients_count;
	int		 listener;	/* or -1 */
	struct pollfd	*fds;
	size_t		 polled;	/* clients that are in there */
};

/* The device on that port, or NULL. */
struct served	*serve_device(const struct serve *s, const char *busid);

#endif
