/* SPDX-License-Identifier: ISC */
/*
 * What the files of the listener share: devices, what is open, what waits.
 */
#ifndef SOURCE_LISTENER_OWN_H
#define SOURCE_LISTENER_OWN_H

#include "source/listener.h"

#include "trace/identity.h"

struct listener_queued {
	struct event	 e;		/* without data and who */
	struct identity	*who;		/* owned */
	size_t		 at;		/* of its data in bytes, or LENT */
	bool		 numbered;
};

#define LISTENER_LENT	SIZE_MAX	/* it is where e says */

struct listener_queue {
	struct listener_queued	*list;
	size_t			 n;
	size_t			 cap;
	size_t			 next;	/* to be read */
	struct buf		 bytes;
};

/* Transfers that are no control transfers: alike, one after the other. */
struct listener_run {
	uint8_t		 transfer;
	uint8_t		 endpoint;	/* bit 7: IN */
	uint8_t		 outcome;
	uint64_t	 bytes;		/* of each; of packets: of all */
	uint32_t	 n;		/* 0: none */
	uint64_t	 at;		/* the first, as captured */
};

struct listener_device {
	uint8_t		 host;		/* whose buses they are */
	uint16_t	 bus;
	uint16_t	 address;
	uint16_t	 dev;		/* as it was told */
	bool		 told;		/* its arrival */
	bool		 left;
	bool		 began;		/* its enumeration was captured */
	bool		 away;	/* it was asked to leave, or went silent */
	bool		 followed;	/* another goes on in its place */
	bool		 dull;		/* it has no DFU interface */
	bool		 described;	/* by who, not by records */
	bool		 cut;		/* data of it was */
	bool		 dropped;	/* of held, some */
	bool		 no_stall;
	bool		 is_hub;
	bool		 spoken;	/* something was asked of it */
	bool		 has_device;
	uint8_t		 device[18];	/* descriptor */
	bool		 placed;	/* by the port that it hangs on: */
	uint16_t	 hub;
	uint16_t	 port;
	uint64_t	 first;		/* record, us */
	uint64_t	 last;		/* us; 0: none */
	uint32_t	 room;		/* bytes of data in a record, at most */
	struct identity	*who;
	struct buf	 config;	/* whole configuration descriptors */
	struct listener_run run;
	struct listener_queue held;	/* until it is known to be DFU */
};

/* A transfer that has begun. */
struct listener_open {
	uint8_t			 host;
	uint16_t		 bus;
	uint16_t		 address;
	uint64_t		 id;
	struct listener_device	*device;
	struct setup		 setup;
	uint64_t		 at;
	uint32_t		 number;
	bool			 real;	/* no provisional number */
	bool			 held;	/* its data is still to come */
	struct buf		 data;
};

/* A hub of the bus resets a port: who answers next hangs there. */
struct listener_bus {
	uint8_t		 host;
	uint16_t	 bus;
	bool		 resetting;
	uint16_t	 hub;
	uint16_t	 port;
};

struct listener {
	uint16_t		 *last_dev;
	bool			  begun;
	uint64_t		  zero;	/* us since 1970 */
	uint64_t		  now;	/* of what was told last, us */
	uint64_t		  captured; /* now, us since 1970 */
	uint32_t		  number;
	uint32_t		 *numbers;	/* number, or another's */
	bool			  adopts;
	uint32_t		  provisional;
	unsigned		  narrived;
	struct listener_device	**devices;
	size_t			  ndevices;
	struct listener_open	**open;
	size_t			  nopen;
	size_t			  open_cap;
	bool			  borrows;
	const uint8_t		 *lent;	/* data of the record, if it stays */
	struct listener_open	 *spare;	/* for the next, or NULL */
	struct listener_bus	 *buses;
	size_t			  nbuses;
	struct listener_queue	  out;
	struct identity		 *told;	/* of the event just read */
};

/* The latest at that address, or NULL; made if there is none (NULL: full). */
struct listener_device *listener_find(const struct listener *l, uint8_t host,
		    uint16_t bus, uint16_t address);
struct listener_device *listener_get(struct listener *l, uint8_t host,
		    uint16_t bus, uint16_t address);
struct listener_device *listener_new_device(struct listener *l, uint8_t host,
		    uint16_t bus, uint16_t address);
void		 listener_forget(struct listener *l,
		    struct listener_device *d);

/* An event of d, now or once it is known to be DFU; time as captured. */
void		 listener_tell(struct listener *l,
		    struct listener_device *d, struct event *e);

/* One row for the run, if there is one. */
void		 listener_end_run(struct listener *l,
		    struct listener_device *d);

/* It is DFU, or goes on where one was; it left. */
void		 listener_arrived(struct listener *l,
		    struct listener_device *d);
void		 listener_leaves(struct listener *l,
		    struct listener_device *d, uint64_t time,
		    enum event_basis basis);

/* In listener_device.c: what requests and answers tell of devices. */
void		 listener_sent(struct listener *l,
		    struct listener_device *d, const struct setup *s,
		    uint64_t time);
void		 listener_answered(struct listener *l,
		    struct listener_device *d, const struct setup *s,
		    const struct event *e);
/* The port that the place of one that is described names. */
void		 listener_on_port(struct listener *l,
		    struct listener_device *d);
/* Whether it goes on in the place of another; it has a place then. */
void		 listener_settle(struct listener *l,
		    struct listener_device *d);
/* Is it DFU, as far as is known? */
void		 listener_judge(struct listener *l,
		    struct listener_device *d);
/* Another device, or the same again, at the address of one that left. */
struct listener_device *listener_again(struct listener *l,
		    struct listener_device *d);

#endif
