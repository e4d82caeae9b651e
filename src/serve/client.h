/* SPDX-License-Identifier: ISC */
/*
 * One connection: a host, or whoever else found the port. What it sends is
 * not believed: what breaks the protocol, asks too much at a time or does not
 * get on ends the connection, and nothing else.
 */
#ifndef SERVE_CLIENT_H
#define SERVE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "serve/serve_own.h"

/* More bytes than that in the way to a host: nothing is read from it. */
#define CLIENT_BACKLOG	262144

struct client {
	int		 fd;		/* -1: none, the bytes stay in out */
	char		*who;
	struct buf	 in;		/* not yet a message */
	struct buf	 out;		/* from `sent` on still to be sent */
	size_t		 sent;
	uint64_t	 asked;		/* since when `in` is half a message */
	uint64_t	 told;		/* since when `out` is not taken */
	struct served	*device;	/* imported, or NULL */
	bool		 ending;	/* once out is sent */
	bool		 gone;
};

/* fd is the client's from now on. */
struct client	*client_new(uint64_t now, int fd, const char *who);

/* Lets go of its device, closes. */
void		 client_free(struct client *c);

/* Takes bytes that it sent; answers go to out, not further. */
void		 client_feed(struct client *c, struct serve *s, uint64_t now,
		    const uint8_t *p, size_t n);

/* Lets its device work up to now, and ends it if the device is lost. */
void		 client_work(struct client *c, struct serve *s, uint64_t now);

/* What poll(2) is to wait for; and what to do when it came. */
short		 client_events(const struct client *c);
void		 client_read(struct client *c, struct serve *s, uint64_t now,
		    short revents);
void		 client_write(struct client *c, struct serve *s,
		    uint64_t now);

/* When it has had its time, or SERVE_NEVER; cuts it off then. */
uint64_t	 client_deadline(const struct client *c);
void		 client_hurry(struct client *c, struct serve *s,
		    uint64_t now);

#endif
