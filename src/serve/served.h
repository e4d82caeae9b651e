/* SPDX-License-Identifier: ISC */
/*
 * One device of the server: the simulated device, what it is to a host, and
 * the transfers that wait for it, which EP0 does one after the other.
 */
#ifndef SERVE_SERVED_H
#define SERVE_SERVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "device/sim.h"
#include "serve/serve.h"
#include "wire/usbip.h"

/* A transfer that was submitted and has no answer yet. */
struct served_transfer {
	uint32_t		 seqnum;
	uint32_t		 endpoint;
	uint32_t		 length;	/* of its buffer */
	bool			 in;
	struct setup		 setup;
	struct buf		 out;
	bool			 begun;
	enum sim_answer		 answer;	/* once it has begun */
	uint64_t		 due;	/* us, when the answer is there */
	struct buf		 reply;
};

struct served {
	struct sim		*sim;
	char			*spec;
	char			*busid;
	uint32_t		 devnum;
	bool			 held;		/* some host has imported it */
	bool			 configured;	/* that host has done so */
	uint32_t		 incarnation;	/* which that host has */
	const struct serve_watcher *watcher;	/* who looks on, or NULL */
	struct served_transfer	*waiting;	/* the oldest first */
	size_t			 waiting_count;
};

/* The number'th device, from 1; NULL: error says what is wrong with spec. */
struct served	*served_new(const char *spec, uint32_t number,
		    struct buf *error);
void		 served_free(struct served *d);

/* What lists tell of it as it is now; the strings are lent. */
void		 served_describe(const struct served *d,
		    struct usbip_device *to);

/* A host imports it, and lets go; it keeps its state then. */
void		 served_hold(struct served *d);
void		 served_release(struct served *d, uint64_t now);

/* The device that was imported is no longer there. */
bool		 served_is_lost(const struct served *d);

/* It has not answered a transfer of that number. */
bool		 served_has(const struct served *d, uint32_t seqnum);

/* Takes a transfer; the bytes are copied. */
void		 served_submit(struct served *d,
		    const struct usbip_request *r);

/* Gives one up; false if there is none. A line goes to log. */
bool		 served_unlink(struct served *d, uint64_t now,
		    uint32_t seqnum, struct buf *log);

/*
 * Lets the device work up to now, on the transfers that wait too: their
 * answers are appended to out, a line for each to log. Stops where the device
 * is lost.
 */
void		 served_run(struct served *d, uint64_t now, struct buf *out,
		    struct buf *log);

/* When something will happen by itself, or SIM_NEVER. */
uint64_t	 served_deadline(const struct served *d);

#endif
