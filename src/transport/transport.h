/* SPDX-License-Identifier: ISC */
/*
 * Who answers: real devices, simulated ones, recorded ones. One thread owns
 * everything; nothing in here waits. A transport reports what happened as
 * events, in order; the loop asks with read until there is nothing left.
 */
#ifndef TRANSPORT_TRANSPORT_H
#define TRANSPORT_TRANSPORT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "trace/event.h"

#define TRANSPORT_NEVER	UINT64_MAX

/* Why a device that came back as its application is not opened. */
#define TRANSPORT_NO_DFU \
	"cannot open the device: it has no DFU interface"

/* Numbers for devices, shared by all transports of one loop. */
struct dev_numbers {
	uint16_t	last;	/* the next arrival gets last + 1 */
	uint32_t	request; /* likewise, where others ask as well */
};

/*
 * Opening took so long (us): a device that was asleep did not wake up at once,
 * and the kernel resets it then (usb_port_resume, usb_reset_and_verify_device).
 * True: b has that, for EVENT_LOST, for nobody was told of the reset.
 */
#define TRANSPORT_SLOW_OPEN	4000000
bool	transport_words_slow_open(uint64_t took, struct buf *b);

struct transport_ops;

/* The common head of every transport. */
struct transport {
	const struct transport_ops	*ops;
	struct dev_numbers		*numbers;
	bool				 simulated;	/* any clock will do */
	bool				 past;	/* it only tells what was */
	bool				 served;	/* others ask, not we */
	/* What the operator says its devices speak, enum dfu_dialect. */
	uint8_t				 dialect;
};

/* A fault of a simulated device, as the row of sim_parameters has it. */
struct transport_fault {
	const char	*name;
	const char	*value;
	const char	*initial;
	const char	*sentence;
};

struct transport_ops {
	const char	*name;		/* the word before ':' in a TARGET */
	const char	*usage;		/* "sim:PROFILE[,NAME=VALUE...]" */
	bool		 live;	/* takes dialect=dfuse|plain behind a comma */
	const char	*sentence;

	/*
	 * Opens the transport; arg is what follows "name:" ("" if nothing).
	 * No request may reach any device. NULL: error says why.
	 */
	struct transport *(*open)(const char *arg,
	    struct dev_numbers *numbers, struct buf *error);

	/* Ends everything; pending transfers are dropped. */
	void	(*close)(struct transport *);

	/* Stores at most max descriptors to poll; returns how many. */
	size_t	(*pollfds)(struct transport *, struct pollfd *fds, size_t max);

	/* When read must be called even if no descriptor is ready. */
	uint64_t (*deadline)(const struct transport *);

	/*
	 * The next thing that happened up to now, or false. *e, its data and
	 * who are valid until the next read. ARRIVED comes first for every
	 * device that is already there.
	 */
	bool	(*read)(struct transport *, uint64_t now, struct event *e);

	/*
	 * Opens the device for requests. Answered by OPENED: OK; DENIED, BUSY
	 * or GONE with text for the operator.
	 */
	void	(*open_device)(struct transport *, uint16_t dev, uint64_t now);

	/* Lets go of it; answered by CLOSED. Pending transfers end first. */
	void	(*close_device)(struct transport *, uint16_t dev,
	    uint64_t now);

	/*
	 * Starts a transfer on an open device; at most one a device. Always
	 * answered by one COMPLETE with that number, whatever happens. x and
	 * its data are copied. x->timeout is kept by the transport.
	 */
	void	(*submit)(struct transport *, uint16_t dev, uint32_t number,
	    const struct xfer *x, uint64_t now);

	/* Gives the pending transfer up: CANCELLED, or as it did end. */
	void	(*cancel)(struct transport *, uint16_t dev, uint64_t now);

	/* Bus reset; nothing may be pending. Answered by RESET. */
	void	(*reset)(struct transport *, uint16_t dev, uint64_t now);

	/* Opening would wake it up (it is suspended). May be NULL: no. */
	bool	(*asleep)(struct transport *, uint16_t dev);

	/* Simulated devices: plug or unplug by hand. May be NULL. */
	void	(*plug)(struct transport *, uint16_t dev, uint64_t now,
	    bool in);

	/*
	 * Simulated devices: takes it as its target has it, whatever was done
	 * to it; it leaves and arrives. May be NULL.
	 */
	void	(*anew)(struct transport *, uint16_t dev, uint64_t now);

	/*
	 * Simulated devices: sets faults, as sim_set does; false: error. May
	 * be NULL.
	 */
	bool	(*fault)(struct transport *, uint16_t dev, uint64_t now,
		    const char *faults, struct buf *error);

	/*
	 * The i'th fault that it can have, and appended to now what it is;
	 * false: there are no more. May be NULL.
	 */
	bool	(*fault_at)(const struct transport *, uint16_t dev, size_t i,
		    struct transport_fault *f, struct buf *now);

	/* Simulated devices: it resets itself, as sim_reboot. May be NULL. */
	void	(*restart)(struct transport *, uint16_t dev, uint64_t now);

	/* Simulated devices: the state it is in, or -1. May be NULL. */
	int	(*truth)(const struct transport *, uint16_t dev);

	/*
	 * A recording: why what was asked cannot be answered from it, or NULL
	 * while all goes as recorded. May be NULL.
	 */
	const char *(*diverged)(const struct transport *);

	/*
	 * The journal that the event just read stands in, and where its line
	 * begins; -1: it stands in none. May be NULL: none does.
	 */
	int	(*where)(const struct transport *, uint64_t *offset);

	/*
	 * A file that is read bit by bit: adds how many bytes were read, and
	 * how many there are. May be NULL.
	 */
	void	(*read_so_far)(const struct transport *, uint64_t *at,
		    uint64_t *of);
};

extern const struct transport_ops transport_usb;
extern const struct transport_ops transport_usbmon;
extern const struct transport_ops transport_sim;
extern const struct transport_ops transport_replay;
extern const struct transport_ops transport_recording;
extern const struct transport_ops transport_served;
extern const struct transport_ops transport_tapped;

/*
 * Test access: the device behind a transport of the kind "sim", so that its
 * memory can be looked at beside the wire; NULL for any other kind.
 */
struct sim;
struct sim	*transport_sim_device(struct transport *t);

/* What a host would know of the device at that place; to be freed. */
struct identity	*transport_sim_identity(const struct sim *sim,
		    const char *place);

/*
 * What hosts elsewhere ask the devices of a server, which outlives it. The
 * server's time began at that time of the loop; its log is told as notes.
 */
struct serve;
struct transport *transport_serve(struct serve *serve, struct buf *log,
		    uint64_t began, struct dev_numbers *numbers);

/* Test access: a transport to that device, which outlives it. */
struct transport *transport_sim_lend(struct sim *sim,
		    struct dev_numbers *numbers);

/*
 * tap.c: the devices of inner, which it owns from now on, with the
 * requests of another tool to them as the tap in it tells. It asks nothing
 * itself; until a tool is started it is inner and nothing else.
 */
struct transport *transport_tap(struct transport *inner);

/* t is one of these. */
bool	transport_is_tap(const struct transport *t);

/*
 * Starts a tool with the tap in it; argv ends with NULL. size: it gets a
 * terminal of its own of so many cells; NULL: it has ours. False: error is a
 * sentence that says why not. One tool at a time.
 */
struct tap_size {
	int	rows;
	int	cols;
};
bool	transport_tap_start(struct transport *t, char *const *argv,
	    const struct tap_size *size, struct buf *error);

/* Of its own terminal: what it wrote, taken; keys for it; another size. */
void	transport_tap_output(struct transport *t, struct buf *b);
void	transport_tap_type(struct transport *t, const void *p, size_t n);
void	transport_tap_resize(struct transport *t,
	    const struct tap_size *size);

/* How far that is. */
struct tap_tool {
	bool		 started;
	bool		 ended;	/* and all that it told has been read */
	bool		 raw;	/* its terminal hands out keys one by one */
	int		 status;	/* of wait(2) */
	long		 pid;
	unsigned long	 requests;	/* control transfers so far */
	unsigned long	 processes;	/* that the tap was in */
	uint64_t	 since;		/* it ended, us */
};
struct tap_tool	 transport_tap_tool(const struct transport *t);

/* Passes a signal on to it. */
void	transport_tap_signal(struct transport *t, int sig);

/*
 * Opens the transport that target names ("usb", "usbmon:BUS",
 * "sim:PROFILE...", "replay:FILE", "recording:FILE"). NULL: error names what is
 * wrong.
 */
struct transport *transport_open(const char *target,
	    struct dev_numbers *numbers, struct buf *error);

#endif
