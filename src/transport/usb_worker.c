/* SPDX-License-Identifier: ISC */
#include "config.h"

#include "transport/usb_worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"

struct usb_worker {
	pthread_mutex_t	 lock;
	struct usb_job	*done;		/* guarded by lock */
	unsigned	 users;		/* guarded by lock: owner, threads */
	int		 fd;
};

struct usb_worker *
usb_worker_new(void)
{
	struct usb_worker *w;
	int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	if (fd < 0)
		return (NULL);
	w = mem_alloc(sizeof(*w));
	pthread_mutex_init(&w->lock, NULL);
	w->users = 1;
	w->fd = fd;
	return (w);
}

/* The last one who lets go, owner or thread, puts the light out. */
static void
worker_unref(struct usb_worker *w)
{
	bool last;

	pthread_mutex_lock(&w->lock);
	last = --w->users == 0;
	pthread_mutex_unlock(&w->lock);
	if (!last)
		return;
	pthread_mutex_destroy(&w->lock);
	close(w->fd);
	free(w);
}

void
usb_worker_free(struct usb_worker *w)
{
	if (w != NULL)
		worker_unref(w);
}

int
usb_worker_fd(const struct usb_worker *w)
{
	return (w->fd);
}

static void *
thread_main(void *p)
{
	struct usb_job *job = p, **end;
	struct usb_worker *w = job->worker;
	uint64_t one = 1;
	ssize_t n;

	job->run(job->arg);
	pthread_mutex_lock(&w->lock);
	for (end = &w->done; *end != NULL; end = &(*end)->next)
		;
	*end = job;
	n = write(w->fd, &one, sizeof(one));
	(void)n;	/* it fails only when it is readable already */
	pthread_mutex_unlock(&w->lock);
	worker_unref(w);
	return (NULL);
}

/* Signals are for the thread that owns the screen. */
static int
thread_start(struct usb_job *job)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, before;
	int error;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, &attr, thread_main, job);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return (error);
}

bool
usb_worker_start(struct usb_worker *w, struct usb_job *job)
{
	job->worker = w;
	job->next = NULL;
	pthread_mutex_lock(&w->lock);
	w->users++;
	pthread_mutex_unlock(&w->lock);
	if (thread_start(job) == 0)
		return (true);
	worker_unref(w);
	return (false);
}

void *
usb_worker_done(struct usb_worker *w)
{
	struct usb_job *job;
	uint64_t count;
	ssize_t n;

	pthread_mutex_lock(&w->lock);
	job = w->done;
	if (job != NULL) {
		w->done = job->next;
	} else {
		n = read(w->fd, &count, sizeof(count));
		(void)n;	/* it fails if it was not readable */
	}
	pthread_mutex_unlock(&w->lock);
	return (job != NULL ? job->arg : NULL);
}
