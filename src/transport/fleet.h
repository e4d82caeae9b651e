/*
 * Several transports as one: which of them a device belongs to, and which
 * devices are meant at all.
 */
#ifndef TRANSPORT_FLEET_H
#define TRANSPORT_FLEET_H

#include "transport/transport.h"

struct fleet;

/* Takes the array and the n open transports over; n may be 0. */
struct fleet	*fleet_new(struct transport **open, size_t n);
void		 fleet_free(struct fleet *f);

/* Every transport is simulated: any clock will do. */
bool		 fleet_simulated(const struct fleet *f);

/* Some transport tells of what was: nothing can be sent at all. */
bool		 fleet_past(const struct fleet *f);

/*
 * The next event up to now that concerns a device that is meant, or false.
 * An ARRIVED is meant if `meant` (NULL: always) says so of its identity.
 */
bool		 fleet_read(struct fleet *f, uint64_t now, struct event *e,
		    bool (*meant)(const void *, const struct identity *),
		    const void *arg);

/* The transport of a device, or NULL. */
struct transport *fleet_owner(const struct fleet *f, uint16_t dev);

size_t		 fleet_pollfds(struct fleet *f, struct pollfd *fds,
		    size_t max);
uint64_t	 fleet_deadline(const struct fleet *f);

/* The first recording that differed, as a sentence; NULL: none did. */
const char	*fleet_diverged(const struct fleet *f);

#endif
