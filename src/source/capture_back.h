/* SPDX-License-Identifier: ISC */
/*
 * Captures that this program exported, read back: the requests from their
 * packets, what else happened from the entries of a journal between them.
 */
#ifndef SOURCE_CAPTURE_BACK_H
#define SOURCE_CAPTURE_BACK_H

#include "trace/journal.h"
#include "wire/usb_record.h"

/* Ids of packets that were not on the bus have this bit. */
#define CAPTURE_BACK_MADE_UP	((uint64_t)1 << 63)
/* Fields of an entry: us since 1970 of time 0, and a line of the journal. */
#define CAPTURE_BACK_ZERO	"DFUSCOPE_ZERO"
#define CAPTURE_BACK_EVENT	"DFUSCOPE_EVENT"

/* Zero it to begin. */
struct capture_back {
	bool			 begun;	/* an entry was read */
	uint64_t		 zero;	/* us since 1970 */
	uint16_t		 dev;	/* that arrived last */
	uint32_t		 number;	/* of the latest request */
	uint16_t		 wLength;	/* of the latest request */
	struct journal_scratch	 scratch;
	struct buf		 line;
	struct buf		 data;
};

void	capture_back_free(struct capture_back *k);

/*
 * An event from an entry of the journal, or from a packet, of which u was
 * read; false: there is none in it. *e borrows from k and the record.
 */
bool	capture_back_entry(struct capture_back *k,
	    const struct capture_record *r, struct event *e);
bool	capture_back_packet(struct capture_back *k,
	    const struct capture_record *r, const struct usb_record *u,
	    struct event *e);

#endif
