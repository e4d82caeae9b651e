/* SPDX-License-Identifier: ISC */
/*
 * Files of captured packets: pcap in both byte orders, with microseconds or
 * nanoseconds, and pcapng with its sections and interfaces. This walks the
 * records of a window of such a file and knows nothing of what is in them.
 */
#ifndef WIRE_CAPTURE_H
#define WIRE_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Bytes that are enough for a window: of a longer record the rest is cut. */
#define CAPTURE_WINDOW	((size_t)256 * 1024)
#define CAPTURE_TIMELESS UINT64_MAX

/* What packets are, as the file says (LINKTYPE_ of www.tcpdump.org). */
#define CAPTURE_USB_LINUX	189
#define CAPTURE_USB_LINUX_MMAPPED 220
#define CAPTURE_USBPCAP		249
#define CAPTURE_USB_DARWIN	266
#define CAPTURE_USB_2_0		288
#define CAPTURE_USB_2_0_LOW	293
#define CAPTURE_USB_2_0_FULL	294
#define CAPTURE_USB_2_0_HIGH	295

/* Blocks of pcapng, their options, and the words that begin a section. */
#define PCAPNG_SECTION		0x0a0d0d0au
#define PCAPNG_ORDER		0x1a2b3c4du
#define PCAPNG_INTERFACE	1
#define PCAPNG_PACKET		2	/* obsolete */
#define PCAPNG_SIMPLE		3
#define PCAPNG_STATISTICS	5
#define PCAPNG_ENHANCED		6
#define PCAPNG_JOURNAL		9	/* of systemd */
#define PCAPNG_CUSTOM		0x40000badu	/* not to be copied */
#define PCAPNG_OPTION_END	0
#define PCAPNG_COMMENT		1
#define PCAPNG_APPLICATION	4	/* of a section */
#define PCAPNG_NAME		2	/* of an interface */
#define PCAPNG_RESOLUTION	9
#define PCAPNG_OFFSET		14
#define PCAPNG_RECEIVED		4	/* of statistics */
#define PCAPNG_DROPPED		5

/* What a bus did besides packets, as Packetry's files tell. */
enum capture_bus {
	CAPTURE_BUS_OTHER,
	CAPTURE_BUS_STOPPED,	/* the capture, by itself or full */
	CAPTURE_BUS_POWERED,
	CAPTURE_BUS_UNPOWERED,
	CAPTURE_BUS_SUSPENDED,
	CAPTURE_BUS_RESUMED,
	CAPTURE_BUS_RESET
};

enum capture_kind {
	CAPTURE_PACKET,		/* link, big, data, original, comment */
	CAPTURE_BUS,		/* bus */
	CAPTURE_JOURNAL,	/* data: an entry of systemd's journal */
	CAPTURE_LOST		/* lost: packets that are not in the file */
};

struct capture_record {
	enum capture_kind	 kind;
	uint64_t		 number;	/* of packets, from 1 */
	uint64_t		 time;	/* us since 1970, or TIMELESS */
	uint32_t		 interface;
	uint32_t		 link;
	uint32_t		 snap;	/* at most so many bytes; 0: all */
	bool			 big;	/* numbers of the capturing host */
	const uint8_t		*data;	/* in the window */
	uint32_t		 captured;
	uint32_t		 original;
	const uint8_t		*comment;	/* NULL: none */
	uint32_t		 comment_length;
	/* The one of a section that dfuscope wrote that begins with "#". */
	const uint8_t		*facts;
	uint32_t		 facts_length;
	enum capture_bus	 bus;
	uint64_t		 lost;
};

struct capture_interface {
	uint32_t	 link;
	uint32_t	 snap;
	uint8_t		 resolution;	/* as in the file */
	int64_t		 offset;	/* s */
	uint64_t	 lost;		/* told so far */
};

struct capture {
	bool			 begun;
	bool			 ng;
	bool			 big;
	bool			 nano;		/* pcap */
	bool			 own;	/* a section that dfuscope wrote */
	struct capture_interface *interfaces;	/* of this section */
	size_t			 ninterfaces;
	uint64_t		 number;	/* of packets so far */
};

enum capture_result {
	CAPTURE_GOT,		/* *r */
	CAPTURE_NOTHING,	/* what was passed over holds no record */
	CAPTURE_MORE,		/* n is too little */
	CAPTURE_END,		/* n is 0, and nothing follows */
	CAPTURE_CUT,		/* the file ends in a record */
	CAPTURE_BAD		/* why: how it is damaged; nothing follows */
};

/*
 * The next record of the n bytes at p, where the last call's *used left off;
 * *used may reach beyond them. last: nothing follows these n bytes; n of
 * CAPTURE_WINDOW are always enough. c is zeroed to begin, and freed. r
 * borrows from p.
 */
enum capture_result capture_next(struct capture *c, const uint8_t *p,
	    size_t n, bool last, uint64_t *used, struct capture_record *r,
	    struct buf *why);
void	capture_free(struct capture *c);

/* These bytes begin such a file; ng: of the newer kind. */
bool	capture_is_pcap(const uint8_t *p, size_t n);
bool	capture_is_pcapng(const uint8_t *p, size_t n);

#endif
