/* SPDX-License-Identifier: ISC */
/*
 * Work that blocks, each piece in a thread of its own: it touches nothing but
 * its own record. What is done shows by a descriptor that becomes readable.
 */
#ifndef TRANSPORT_USB_WORKER_H
#define TRANSPORT_USB_WORKER_H

#include <stdbool.h>

struct usb_worker;

/* One piece of work, embedded in the caller's record. */
struct usb_job {
	void			(*run)(void *arg);	/* in the thread */
	void			*arg;
	struct usb_worker	*worker;
	struct usb_job		*next;
};

/* NULL (errno set) if the descriptor cannot be had. */
struct usb_worker *usb_worker_new(void);

/*
 * All jobs must have been given back. Does not wait for their threads: these
 * keep what they need until they have ended.
 */
void	usb_worker_free(struct usb_worker *w);

/* Readable when usb_worker_done has something to give. */
int	usb_worker_fd(const struct usb_worker *w);

/*
 * Runs job->run(job->arg) in a thread. False if there is no thread to be had;
 * nothing was run then.
 */
bool	usb_worker_start(struct usb_worker *w, struct usb_job *job);

/* The arg of a job that ended, in the order in which they did, or NULL. */
void	*usb_worker_done(struct usb_worker *w);

#endif
