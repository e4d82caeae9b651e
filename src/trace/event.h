/* SPDX-License-Identifier: ISC */
/*
 * Everything that happened is an event. A live device, a simulated one, a
 * recorded one: all speak this.
 */
#ifndef TRACE_EVENT_H
#define TRACE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/xfer.h"

struct identity;

enum event_kind {
	EVENT_OTHER,		/* a journal line of a kind not known here */
	EVENT_WALL, /* text: the wall clock at this time, RFC 3339 */
	EVENT_ARRIVED,		/* who */
	EVENT_LEFT,
	EVENT_OPENED,		/* outcome; text: why not, and what to do */
	EVENT_CLOSED,
	EVENT_SUBMIT,		/* number, setup, timeout, data (OUT) */
	EVENT_COMPLETE,		/* number, outcome, len, data (IN) */
	EVENT_RESET,		/* outcome unknown: begins; else: ended */
	EVENT_COMMAND,		/* text: what the operator asked for */
	EVENT_NOTE,		/* text: what the program has to say */
	EVENT_LOST		/* text: events are missing here, and why */
};
#define EVENT_KIND_COUNT	(EVENT_LOST + 1)

/* How an event is known. */
enum event_basis {
	EVENT_SEEN,		/* on the wire, or by the program itself */
	EVENT_TOLD,		/* a tool said so */
	EVENT_INFERRED		/* it follows from what a tool said */
};
#define EVENT_BASIS_COUNT	(EVENT_INFERRED + 1)

/* Who asked for it. */
enum event_agent {
	EVENT_BY_SELF,		/* this program */
	EVENT_BY_OTHER,		/* another one */
	EVENT_BY_UNKNOWN
};
#define EVENT_AGENT_COUNT	(EVENT_BY_UNKNOWN + 1)

/* Which parts of an answer a tool told: a state without its status, say. */
#define EVENT_KNOWS_STATUS	0x1	/* bStatus */
#define EVENT_KNOWS_WAIT	0x2	/* bwPollTimeout */
#define EVENT_KNOWS_STATE	0x4	/* bState */
#define EVENT_KNOWS_STRING	0x8	/* iString */
#define EVENT_KNOWS_ALL		0xf

/*
 * len counts the bytes that crossed the wire (or of the text); data holds
 * `kept` of them. elided: data is the first and the last
 * EVENT_ELIDED_EDGE bytes, crc the CRC-32 (zlib) of all len bytes.
 *
 * A COMPLETE of an OUT request has len = bytes taken and no data.
 */
struct event {
	uint64_t		 time;	/* us on the trace's clock */
	uint32_t		 number;	/* of a request; 0: none */
	uint16_t		 dev;	/* bound by ARRIVED; 0: no device */
	uint8_t			 kind;
	uint8_t			 outcome;
	struct setup		 setup;
	union {
		uint32_t	 timeout;	/* ms, 0: none */
		/* Of a NOTE: it is what a job came to; 0: none, or well. */
		uint32_t	 code;
	};
	uint32_t		 len;
	uint32_t		 kept;
	uint32_t		 crc;
	bool			 elided;
	uint8_t			 basis : 4;	/* enum event_basis */
	uint8_t			 agent : 4;	/* enum event_agent */
	uint8_t			 known;	/* EVENT_KNOWS_ bits: event_knows */
	uint32_t		 line;	/* of the log that told it, 0: none */
	const uint8_t		*data;	/* owned by whoever holds the event */
	/*
	 * Likewise: who ARRIVED; of other kinds only what a later format of
	 * the journal says besides (see more there), mostly NULL.
	 */
	const struct identity	*who;
};
_Static_assert(sizeof(struct event) <= 64, "a trace holds millions of them");

#define EVENT_ELIDED_EDGE	16

/* "submit"; NULL if out of range. */
const char	*event_kind_name(enum event_kind kind);
/* What it is, for people: no capital, no full stop. */
const char	*event_kind_sentence(enum event_kind kind);
bool		 event_kind_parse(const char *name, enum event_kind *kind);

/* "told", "other"; NULL if out of range. */
const char	*event_basis_name(enum event_basis basis);
bool		 event_basis_parse(const char *name, enum event_basis *basis);
const char	*event_agent_name(enum event_agent agent);
bool		 event_agent_parse(const char *name, enum event_agent *agent);

/* That part of an answer is known: all of what was seen, else what was told. */
static inline bool
event_knows(const struct event *e, unsigned part)
{
	return (e->basis == EVENT_SEEN || (e->known & part) == part);
}

/* Same in every field, bytes and identity included. */
bool		 event_equal(const struct event *a, const struct event *b);

/* An event of text; the text is borrowed. */
struct event	 event_text(enum event_kind kind, uint64_t time, uint16_t dev,
		    const char *text);

/*
 * e with its payload elided into edge (2 * EVENT_ELIDED_EDGE bytes): a
 * DNLOAD's or UPLOAD's data over 64 bytes is; anything else is returned as it
 * is. submit is the request's SUBMIT for a COMPLETE, else NULL.
 */
struct event	 event_elide(const struct event *e, const struct event *submit,
		    uint8_t *edge);

#endif
