/* SPDX-License-Identifier: ISC */
/*
 * What usb.c and usb_task.c, which alone know libusb, and usb_device.c, which
 * knows what must be told in which order, have in common.
 */
#ifndef TRANSPORT_USB_DEVICE_H
#define TRANSPORT_USB_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "transport/transport.h"
#include "transport/usb_look.h"
#include "transport/usb_queue.h"
#include "transport/usb_sysfs.h"
#include "transport/usb_worker.h"

struct libusb_context;
struct libusb_device;
struct libusb_device_handle;
struct libusb_transfer;

enum usb_task_kind {
	USB_TASK_OPEN,
	USB_TASK_CLOSE,
	USB_TASK_RESET,
	USB_TASK_LOOK
};

/* What blocks; all but owner and told is the thread's until it is done. */
struct usb_task {
	struct usb_job			 job;
	enum usb_task_kind		 kind;
	struct libusb_device		*device;	/* OPEN: referenced */
	struct libusb_device_handle	*handle;	/* OPEN gets it */
	/* OPEN makes it for want of a device, CLOSE ends it. */
	struct libusb_context		*context;
	unsigned			 bus;
	unsigned			 devnum;
	struct usb_interfaces		 interfaces;	/* OPEN claims them */
	struct usb_look			 look;		/* LOOK */
	enum outcome			 outcome;
	const char			*why;		/* libusb's words */
	struct usb_device		*owner;
	bool				 told;		/* its event is made */
};

/* One control transfer in flight. */
struct usb_request {
	struct libusb_transfer	*transfer;
	struct usb_device	*owner;
	uint32_t		 number;
	bool			 told;		/* its event is made */
};

struct usb_device {
	struct usb			*usb;
	/* Referenced; NULL: found in sysfs, libusb was not told of it. */
	struct libusb_device		*device;
	struct libusb_device_handle	*handle;	/* open */
	struct libusb_context		*context;	/* its own, or NULL */
	uint16_t			 dev;	/* 0: not announced yet */
	unsigned			 bus;
	unsigned			 devnum;
	char				*place;	/* "": a root hub */
	char				*home;	/* the port, by one name */
	struct usb_interfaces		 interfaces;
	uint64_t			 since;	/* came (0: before us), left */
	uint64_t			 look;	/* at sysfs again */
	uint64_t			 opening;	/* it began */
	bool				 gone;	/* off the bus */
	bool				 told;	/* LEFT is made */
	bool				 closing; /* CLOSED is owed */
	struct usb_request		*pending;
	struct usb_task			*task;
};

/* How often something arrived at a place. */
struct usb_place {
	char			*name;
	uint32_t		 arrivals;
	uint16_t		 left;	/* who did; 0: it is here */
	uint64_t		 left_at;
};

struct usb {
	struct transport	 head;
	struct libusb_context	*context;
	int			 hotplug;	/* libusb's handle */
	bool			 plugs;		/* hotplug is valid */
	struct usb_worker	*worker;
	struct usb_queue	 queue;
	struct usb_device	**devices;
	size_t			 ndevices;
	struct usb_place	*places;
	size_t			 nplaces;
	size_t			 closes;	/* tasks that close */
	int			 kmsg;		/* or -1: not for us */
	uint64_t		 rescan;	/* sysfs at; 0: udevd tells */
	bool			 rescans;	/* it was said */
	struct usb_seen		*seen;		/* by the last scan */
	size_t			 nseen;
	uint64_t		 now;		/* of the last read */
	bool			 short_of_fds;	/* at the last pollfds */
	struct usb		*abandoned;	/* the one before */
};

/* The transport is the head of it. */
struct usb	*usb_of(struct transport *t);

/* usb_task.c: begins what blocks; it ends in usb_task_finished. */
void	usb_task_start(struct usb_device *d, enum usb_task_kind kind,
	    uint64_t now);

/* usb_task.c: the worker gave it back. Calls usb_task_finished, frees it. */
void	usb_task_end(struct usb_task *t, uint64_t now);

/* A new device, not announced yet. Copies place; device is NULL still. */
struct usb_device *usb_device_add(struct usb *u, const char *place,
	    unsigned bus, unsigned devnum, uint64_t since);

/* That one, if it has not left, or NULL. */
struct usb_device *usb_device_at(const struct usb *u, unsigned bus,
	    unsigned devnum);

/* It is off the bus since now, which is said by the next steps. */
void	usb_device_gone(struct usb_device *d, uint64_t now);

/*
 * Where no udevd runs: begins to look at sysfs instead, which sends nothing.
 * Before libusb lists what is there, lest one that comes meanwhile be missed.
 */
void	usb_rescan_begin(struct usb *u, uint64_t now);

/* Looks, if it is time; what came and left is added and marked. */
void	usb_rescan_step(struct usb *u, uint64_t now);

/* Somebody left lately: what the kernel says of the place is of interest. */
bool	usb_device_missed(const struct usb *u, uint64_t now);

/* Says what the kernel's log tells of those who are missed. */
void	usb_device_listen(struct usb *u, uint64_t now);

/* usb.c: gives the pending request up, if there is one. */
void	usb_request_cancel(struct usb_device *d);

/* Neither a request nor anything that blocks is under way. */
bool	usb_device_is_idle(const struct usb_device *d);

/* The announced device of that number, or NULL. */
struct usb_device *usb_device_find(const struct usb *u, uint16_t dev);

/* Puts an event about dev into the queue, with text unless that is NULL. */
void	usb_say(struct usb *u, uint16_t dev, enum event_kind kind,
	    enum outcome outcome, const char *text, uint64_t now);

/* The answer to a request, without data. */
void	usb_say_complete(struct usb *u, uint16_t dev, uint32_t number,
	    enum outcome outcome, uint64_t now);

/* The answer to a request that never left this machine. */
void	usb_refuse(struct usb *u, uint16_t dev, uint32_t number,
	    const char *why, uint64_t now);

/* The task of d has ended: says so. The caller frees it. */
void	usb_task_finished(struct usb_device *d, struct usb_task *t,
	    uint64_t now);

/* sysfs has had the time it needs to be complete. */
bool	usb_device_is_late(const struct usb_device *d, uint64_t now);

/* Does and says what is due for d. */
void	usb_device_step(struct usb_device *d, uint64_t now);

/* All is said and done: it can be freed. */
bool	usb_device_is_over(const struct usb_device *d);

/* When the next step is due by itself, or TRANSPORT_NEVER. */
uint64_t usb_device_deadline(const struct usb_device *d);

/* Operations of transport_usb that need no libusb. */
void	usb_open_device(struct transport *t, uint16_t dev, uint64_t now);
void	usb_close_device(struct transport *t, uint16_t dev, uint64_t now);
void	usb_cancel(struct transport *t, uint16_t dev, uint64_t now);
void	usb_reset(struct transport *t, uint16_t dev, uint64_t now);
bool	usb_asleep(struct transport *t, uint16_t dev);

#endif
