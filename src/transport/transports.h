/* SPDX-License-Identifier: ISC */
/*
 * Several transports as one: which of them a device belongs to, and which
 * devices are meant at all.
 */
#ifndef TRANSPORT_TRANSPORTS_H
#define TRANSPORT_TRANSPORTS_H

#include "transport/transport.h"

struct transports;

/* Takes the array and the n open transports over; n may be 0. */
struct transports	*transports_new(struct transport **open, size_t n);
void		 transports_free(struct transports *f);

/* Every transport is simulated: any clock will do. */
bool		 transports_simulated(const struct transports *f);

/* Some transport tells of what was: nothing can be sent at all. */
bool		 transports_past(const struct transports *f);

/* Others ask the devices of some transport: nothing is sent from here. */
bool		 transports_served(const struct transports *f);

/*
 * The next event up to now that concerns a device that is meant, or false.
 * An ARRIVED is meant if `meant` (NULL: always) says so of its identity.
 */
bool		 transports_read(struct transports *f, uint64_t now,
		    struct event *e,
		    bool (*meant)(const void *, const struct identity *),
		    const void *arg);

/* The transport of a device, or NULL. */
struct transport *transports_owner(const struct transports *f, uint16_t dev);

size_t		 transports_pollfds(struct transports *f, struct pollfd *fds,
		    size_t max);
uint64_t	 transports_deadline(const struct transports *f);

/*
 * The journal that the event just read stands in, and where its line begins;
 * -1: in none, or there are several transports.
 */
int		 transports_where(const struct transports *f,
		    uint64_t *offset);

/* Bytes that were read of files, of so many; both 0: there is none to read. */
void		 transports_read_so_far(const struct transports *f,
		    uint64_t *at, uint64_t *of);

/* The first recording that differed, as a sentence; NULL: none did. */
const char	*transports_diverged(const struct transports *f);

/* The one that can trace a tool, or NULL. */
struct transport *transports_tap(const struct transports *f);

#endif
