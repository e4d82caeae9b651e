/* SPDX-License-Identifier: ISC */
/*
 * What others did to devices, as captures and taps tell it, made into events.
 * A DFU device is found by what it says of itself or by what is asked of it;
 * what went before that is told then. All other devices are passed over.
 */
#ifndef SOURCE_LISTENER_H
#define SOURCE_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "trace/event.h"
#include "wire/usb_record.h"

struct listener;

/* Whose numbers devices get: *last + 1 and so on. */
struct listener	*listener_new(uint16_t *last);
void		 listener_free(struct listener *l);

/*
 * What records point to stays from then on until all that was told of them is
 * read: it is not copied.
 */
void		 listener_borrow(struct listener *l);

/*
 * A device that is known without any record of it, before its first; who is
 * copied. Its place, names and descriptors are taken from there.
 */
void		 listener_device(struct listener *l,
		    const struct identity *who);

/*
 * Devices arrive and leave elsewhere: none is found in records, and what is
 * heard of one waits for listener_adopt. Requests are counted in *numbers.
 */
void		 listener_adopts(struct listener *l, uint32_t *numbers);
/* The device at bus and address is the one of that number: who is copied. */
void		 listener_adopt(struct listener *l,
		    const struct identity *who, uint16_t dev);
/* It left, as is told elsewhere; what was asked of it may still end. */
void		 listener_drop(struct listener *l, uint16_t dev);

/* What else was done to a device; e's time is that of records. */
void		 listener_act(struct listener *l, uint8_t host, uint16_t bus,
		    uint16_t address, const struct event *e);

/* The device at that address is not there any more, since time. */
void		 listener_left(struct listener *l, uint8_t host,
		    uint16_t bus, uint16_t address, uint64_t time);

/* The next record, the number-th of the file. */
void		 listener_record(struct listener *l,
		    const struct usb_record *r, uint64_t number);

/* Nothing follows: what was counted of other transfers is told. */
void		 listener_end_runs(struct listener *l);

/* Something happened to all devices of a bus. */
void		 listener_bus(struct listener *l, enum capture_bus what,
		    uint8_t host, uint16_t bus, uint64_t time);

/*
 * Something to be said of a device, or of all that are there: bus 0. kind is
 * EVENT_NOTE or EVENT_LOST.
 */
void		 listener_text(struct listener *l, enum event_kind kind,
		    uint8_t host, uint16_t bus, uint16_t address,
		    const char *text);

/* The time that counts as 0, us since 1970; the first record's else. */
void		 listener_begins(struct listener *l, uint64_t zero);

/*
 * The time that counts as 0, us since 1970, of a trace that has a clock and a
 * wall clock already, and that is at now.
 */
void		 listener_starts(struct listener *l, uint64_t zero,
		    uint64_t now);

/*
 * An event as it is, with its own time, number and device. It ends what is
 * found out of records.
 */
void		 listener_event(struct listener *l, const struct event *e);

/* The next event; *e borrows until the next call of this room. */
bool		 listener_read(struct listener *l, struct event *e);

/* Devices that were told of. */
unsigned	 listener_devices(const struct listener *l);

#endif
