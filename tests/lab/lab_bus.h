/* SPDX-License-Identifier: ISC */
/*
 * What lab.c (sysfs, uevents) and lab_usbfs.c (ioctls) have in common.
 */
#ifndef TESTS_LAB_LAB_BUS_H
#define TESTS_LAB_LAB_BUS_H

#include <pthread.h>
#include <umockdev.h>

#include "tests/lab/lab.h"

struct lab_device {
	struct lab		*lab;
	struct sim		*sim;
	UMockdevIoctlBase	*handler;
	GPtrArray		*clients;
	int			 port;
	uint64_t		 slow[LAB_LATE + 1];
	char			*driver;	/* kernel's, or NULL */
	void			*claimer;	/* client that has claimed */
	struct buf		 log;
	unsigned		 devnum;	/* 0: sysfs does not show it */
	bool			 shown;	/* and its last uevent is out */
	uint32_t		 incarnation;	/* that sysfs shows */
	unsigned		 interfaces;	/* a bit for each it shows */
	uint64_t		 gone_at;	/* 0: still there */
};

/*
 * lock guards the devices. umockdev's own calls are made without it: they
 * wait for the thread in which the ioctls are answered.
 */
struct lab {
	UMockdevTestbed		*bed;
	char			*root;
	pthread_mutex_t		 lock;
	pthread_t		 watcher;
	bool			 watching;
	bool			 stop;
	struct lab_device	*devices[LAB_DEVICES];
	int			 ndevices;
	unsigned		 devnums;
	uint64_t		 base;
	bool			 denied;
	bool			 logs_data;
};

/* us since the lab began: the clock of its devices. */
uint64_t	 lab_now(const struct lab *lab);

/* The device left the bus, or is another one than sysfs shows. */
bool		 lab_is_gone(struct lab_device *d);

/* Its directory in the sysfs of the lab; the caller frees. */
char		*lab_device_path(const struct lab_device *d);

/* lab_udevd.c: what is there for the libraries that look. */
void		 lab_udevd(bool runs);

/* The driver link and the name of the alternate in the interface's folder. */
void		 lab_show_driver(struct lab_device *d, const char *driver);
void		 lab_show_alternate(struct lab_device *d, unsigned interface,
		    unsigned alternate);

/* Makes and ends what answers ioctls for d: its handler and clients. */
void		 lab_usbfs_begin(struct lab_device *d);
void		 lab_usbfs_end(struct lab_device *d);

/* Forgets the open files that were closed; the lock is held. */
void		 lab_usbfs_sweep(struct lab_device *d);

#endif
