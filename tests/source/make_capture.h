/* SPDX-License-Identifier: ISC */
/*
 * Captures made for tests: what happened, in the records of each link type,
 * in files of each kind. Nothing of src/wire is used for it, so that the two
 * are held against each other.
 */
#ifndef TESTS_SOURCE_MAKE_CAPTURE_H
#define TESTS_SOURCE_MAKE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "trace/event.h"

/* How a file holds its packets. */
struct maker_form {
	bool	 ng;
	bool	 big;
	bool	 nano;
	uint32_t snap;		/* 0: all of a packet is kept */
};

/* Zero it to begin, with form, link and the rest as wanted. */
struct maker {
	struct maker_form form;
	unsigned	 link;
	uint16_t	 bus;		/* 0: 1 */
	uint8_t		 address;	/* of the device that speaks */
	bool		 old;		/* USBPcap: three records */
	bool		 qemu;		/* usbmon's layout, as it fills it */
	bool		 sigrok;	/* likewise */
	uint8_t		 between;	/* endpoint within a split, or 0 */
	uint64_t	 id;		/* of the latest transfer */
	uint32_t	 interface;
	bool		 begun;
	uint64_t	 time;		/* us since 1970, of the next record */
	size_t		 records;	/* packets so far */
	struct setup	 setup;		/* of the latest submit */
	uint8_t		 transfer;	/* of endpoint, 0: control */
	uint8_t		 endpoint;
	struct buf	 data;		/* of that, OUT */
	struct buf	 file;
};

void	maker_free(struct maker *m);

/* The header of the file; done by the first packet, too. */
void	maker_begin(struct maker *m);
/* pcapng: one more interface, of m->link, which later packets are of. */
void	maker_interface(struct maker *m);
/* pcapng: one more section, and an interface in it. */
void	maker_section(struct maker *m);
/* pcapng: a block with this body. */
void	maker_block(struct maker *m, uint32_t type, const void *p, size_t n);
/* pcapng: what Packetry says of the bus. */
void	maker_packetry(struct maker *m, uint8_t code);

/* Any bytes as one packet. */
void	maker_packet(struct maker *m, const void *p, size_t n);

/* A control transfer, in as many records as the link type takes. */
void	maker_submit(struct maker *m, const struct setup *s,
	    const uint8_t *data);
void	maker_complete(struct maker *m, enum outcome outcome,
	    const uint8_t *data, uint32_t n);
/* Both, and the time between. */
void	maker_control(struct maker *m, const struct setup *s,
	    const uint8_t *out, enum outcome outcome, const uint8_t *in,
	    uint32_t n);

/*
 * One that is no control transfer (1: interrupt, 3: bulk) of n bytes, as
 * usbmon and USBPcap tell it, and a bus: in packets of 64 bytes, which nobody
 * acknowledges if it is isochronous (0).
 */
void	maker_other(struct maker *m, uint8_t transfer, uint8_t endpoint,
	    const uint8_t *data, uint32_t n);

/*
 * On a bus: a bulk OUT or an interrupt IN of at most 64 bytes through a hub's
 * transaction translator, which takes it and asks for it in two parts.
 */
void	maker_split(struct maker *m, uint8_t endpoint, const uint8_t *data,
	    uint32_t n);
/* On a bus: that endpoint answers with a STALL. */
void	maker_stall(struct maker *m, uint8_t endpoint);

/* A GET_DESCRIPTOR of each of these descriptors. */
void	maker_descriptors(struct maker *m, const uint8_t *p, size_t n);

/* The link type can say that a request ended so. */
bool	maker_can_say(const struct maker *m, enum outcome outcome);

/* Puts n bytes at offset at of the file. */
void	maker_patch(struct maker *m, size_t at, uint64_t v, size_t n);

#endif
