/* SPDX-License-Identifier: ISC */
/*
 * transport_usb in a lab, driven through its operations alone.
 */
#ifndef TESTS_LAB_RIG_H
#define TESTS_LAB_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tests/lab/lab.h"
#include "trace/event.h"
#include "trace/identity.h"
#include "transport/transport.h"
#include "wire/usb.h"

#define RIG_MS		1000	/* us */
#define RIG_LIMIT	8000	/* ms to wait for an event at most */

/* Of class requests to interface 0. */
#define RIG_OUT		0x21
#define RIG_IN		0xa1

struct rig {
	struct lab		*lab;
	struct transport	*t;
	struct dev_numbers	 numbers;
	uint32_t		 number;	/* of the latest request */
	struct event		 event;		/* the latest one */
	struct buf		 bytes;		/* its data */
	struct identity		*who;		/* and its identity */
};

uint64_t rig_now(void);

/* A lab with these devices (ends with NULL), nothing read yet. */
void	rig_lab(struct rig *r, const char *const *specs);

/* Opens the transport; with rig_one also reads ARRIVED of one device. */
void	rig_start(struct rig *r);
void	rig_one(struct rig *r, const char *spec);
void	rig_end(struct rig *r);

/* Ends the rig of a test that failed: libusb looks at one lab at a time. */
int	rig_teardown(void **state);

/* The next event within ms, into r->event; false if there is none. */
bool	rig_next(struct rig *r, unsigned ms);

/* The next event must be that one. */
void	rig_expect(struct rig *r, enum event_kind kind, enum outcome outcome);

/* Opens the device and expects it to work. */
void	rig_open(struct rig *r, uint16_t dev);

/* Starts a request; its data for OUT is data, zeros for NULL. */
void	rig_submit(struct rig *r, uint16_t dev, uint8_t type, uint8_t request,
	    uint16_t value, uint16_t length, const void *data,
	    uint32_t timeout);

/* The same, and expects its COMPLETE. */
void	rig_ask(struct rig *r, uint8_t type, uint8_t request, uint16_t value,
	    uint16_t length, enum outcome outcome);

/* The COMPLETE of the latest request is next. */
void	rig_complete(struct rig *r, enum outcome outcome);

/* What the device's node has seen must become this, or contains it. */
void	rig_log_is(struct rig *r, int i, const char *text);
bool	rig_log_has(struct rig *r, int i, const char *text);

#endif
