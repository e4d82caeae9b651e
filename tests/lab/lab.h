/* SPDX-License-Identifier: ISC */
/*
 * A USB bus for tests: simulated devices behind the usbfs of umockdev. The
 * program under test and its libusb are real; the kernel is played here.
 */
#ifndef TESTS_LAB_LAB_H
#define TESTS_LAB_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "device/sim.h"

#define LAB_DEVICES	16

struct lab;

/* An empty bus 1. There can be one lab at a time in a process. */
struct lab	*lab_new(void);
void		 lab_free(struct lab *lab);

/*
 * Plugs a simulated device into the next free port: index i is at place
 * "1-<i + 1>". -1 for a bad spec: error says what is wrong with it.
 */
int		 lab_add(struct lab *lab, const char *spec, struct buf *error);

/* The cable. Comes back when sysfs shows it and the uevent is out. */
void		 lab_plug(struct lab *lab, int i, bool in);

/*
 * No udevd runs: what is plugged is in sysfs, and nobody is told. In two
 * calls: false before the transport is opened, true behind that. It runs again
 * with the next lab. A program that lab_run starts sees the machine's.
 */
void		 lab_no_udevd(struct lab *lab, bool opened);

/* The kernel's log gets that record; before the transport is opened: "". */
void		 lab_kmsg(struct lab *lab, const char *record);

/* Some of it was not read yet: two records would become one. */
bool		 lab_kmsg_unread(void);

/* "suspended", "active": what sysfs says of it from now on. */
void		 lab_power(struct lab *lab, int i, const char *status);

/*
 * The value of an attribute below the device's directory from now on, until
 * it is plugged again; NULL: there is none.
 */
void		 lab_attribute(struct lab *lab, int i, const char *name,
		    const char *value);

/*
 * Holds back who reads that attribute, as the kernel does while it configures
 * a device, until lab_let_go. One at a time. Whoever was held reads value.
 */
void		 lab_hold(struct lab *lab, int i, const char *name);
void		 lab_let_go(const char *value);

/*
 * The port of device i is one with that port ("usb2-port3" or "2-1-port3")
 * of another bus.
 */
void		 lab_peer(struct lab *lab, int i, const char *port);

/* That kernel driver has its interface 0 from now on; NULL: none has. */
void		 lab_bind(struct lab *lab, int i, const char *driver);

/*
 * Makes the node refuse everybody but root; root itself becomes somebody
 * else until it is allowed again.
 */
void		 lab_deny(struct lab *lab, int i, bool deny);

/* How long (us) things take from now on. */
enum lab_delay {
	LAB_OPEN,	/* opening the node */
	LAB_LATE	/* pending transfers end this long after an unplug */
};
void		 lab_slow(struct lab *lab, int i, enum lab_delay what,
		    uint64_t us);

/*
 * What has happened at its node, a line each: "open", "claim 0", "release 0",
 * "reset", "close", "detach driver", and each request in hexadecimal,
 * "a1 05 0000 0000 0001". The caller frees.
 */
char		*lab_log(struct lab *lab, int i);

/*
 * What goes to a device is in its log, too, from now on: the first bytes and a
 * sum of all of them, "21 01 0002 0000 0800 00100020:5fd21c3a".
 */
void		 lab_log_data(struct lab *lab);

/* Where the device node is now, as the machine itself sees it. */
void		 lab_node(struct lab *lab, int i, struct buf *path);

/* The simulated device itself; nothing else happens to it meanwhile. */
struct sim	*lab_lock(struct lab *lab, int i);
void		 lab_unlock(struct lab *lab);

#endif
