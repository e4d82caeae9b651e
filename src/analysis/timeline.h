/* SPDX-License-Identifier: ISC */
/*
 * States over time: the moments of a session at which something happened,
 * with a summary over them, so that any stretch of time can be told at once,
 * however many requests it holds. Screen and SVG draw from it.
 */
#ifndef ANALYSIS_TIMELINE_H
#define ANALYSIS_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/follow.h"
#include "analysis/timeline_fold.h"
#include "base/buf.h"
#include "base/packed.h"
#include "diagnosis/sessions.h"
#include "diagnosis/verdict.h"

/*
 * Lanes: the eleven states by their numbers, then unknown, off the bus, and
 * undefined states in the order in which they came; the last takes all
 * undefined ones for which no lane is left.
 */
#define TIMELINE_UNKNOWN	11
#define TIMELINE_OFF	12
#define TIMELINE_ODD	13
#define TIMELINE_LANES	32

/* What happened at a moment; bits, the gravest last. */
#define TIMELINE_WAIT	0x0001	/* a wait was announced: see poll */
#define TIMELINE_REQUEST	0x0002	/* a request ended */
#define TIMELINE_NOTE	0x0004
#define TIMELINE_ARRIVED	0x0008
#define TIMELINE_RESET	0x0010
#define TIMELINE_LEFT	0x0020	/* went off the bus */
#define TIMELINE_LOST	0x0040	/* events are missing in the trace */
#define TIMELINE_OVERDUE 0x0080 /* too long in a busy state, from here on */
#define TIMELINE_CANCELLED	0x0100
#define TIMELINE_BROKEN	0x0200	/* bus error, babble, denied */
#define TIMELINE_STALL	0x0400
#define TIMELINE_TIMEOUT	0x0800	/* no answer */
#define TIMELINE_GONE	0x1000	/* left instead of answering */
#define TIMELINE_ERROR	0x2000	/* told dfuERROR, or an undefined state */
#define TIMELINE_VERDICT 0x4000 /* none of these, but the verdict warns */
#define TIMELINE_LATE	0x8000	/* overdue before, and still so */
#define TIMELINE_TROUBLE	(TIMELINE_LEFT | TIMELINE_LOST | \
	TIMELINE_OVERDUE | TIMELINE_CANCELLED | TIMELINE_BROKEN | \
	TIMELINE_STALL | TIMELINE_TIMEOUT | TIMELINE_GONE | \
	TIMELINE_ERROR | TIMELINE_VERDICT)

struct timeline_moment {
	uint64_t	at;		/* us: of the answer */
	size_t		index;		/* in the trace */
	uint32_t	request;	/* number, 0: none */
	uint32_t	took;		/* us since it was sent */
	uint32_t	poll;		/* ms announced from here on */
	uint16_t	marks;
	uint8_t		lane;		/* from here on */
	uint8_t		how;		/* enum estimate_how */
};

/* Of a block of moments. */
struct timeline_sum {
	uint32_t	lanes;
	uint32_t	requests;
	uint16_t	marks;
};
#define TIMELINE_LEVELS	6
#define TIMELINE_GAPS	32

/* The busy state that the device told last, as in struct wait statistics. */
struct timeline_stay {
	bool		here;
	uint8_t		lane;
	uint64_t	late;	/* overdue from here on, us */
};

/* What the verdict warns of now, and no moment tells. */
struct timeline_live {
	uint16_t	 marks; /* one of TIMELINE_TROUBLE; 0: nothing */
	const char	*word;		/* of the verdict */
	uint64_t	 from;		/* us */
	uint32_t	 by;		/* the request that proves it, or 0 */
};

/* A stretch in which nothing happened. */
struct timeline_gap {
	uint64_t	from;
	uint64_t	to;
};

struct timeline {
	const struct session	*of;
	struct follow		 follow;
	size_t			 n;	/* moments, in order of time */
	struct timeline_moment	 last;
	struct packed		 moments;	/* those before it */
	struct timeline_sum	*sums[TIMELINE_LEVELS];
	size_t			 sums_cap[TIMELINE_LEVELS];
	struct timeline_gap	 gaps[TIMELINE_GAPS]; /* the longest */
	size_t			 ngaps;
	uint8_t			 odd[TIMELINE_LANES]; /* bState of a lane */
	unsigned		 nodd;
	uint32_t		 lanes;		/* that occurred, as bits */
	struct timeline_stay	 stay;
	struct timeline_live	 live;
	struct timeline_folds	 folds;
};

/* Moment i (< n). */
struct timeline_moment timeline_moment(const struct timeline *sc, size_t i);

/* Bytes of memory that it takes. */
size_t	timeline_memory(const struct timeline *sc);

/* What a stretch of time holds. */
struct timeline_stretch {
	uint32_t	lanes;		/* as bits */
	uint8_t		first;		/* lane in which it begins */
	uint8_t		last;
	uint8_t		how_first;	/* enum estimate_how */
	uint8_t		how;
	uint16_t	marks;		/* of its moments */
	uint32_t	requests;	/* that ended in it */
	bool		began;		/* the first moment is past */
	bool		pending;	/* a request was on its way */
	bool		waiting;	/* an announced wait ran */
	bool		overdue;	/* the device was busy for too long */
};

/*
 * Takes in what is new, at most so many events; another session begins anew.
 * True while more is left.
 */
bool	timeline_update(struct timeline *sc, const struct sessions *b,
	    const struct session *s, size_t budget);
void	timeline_clear(struct timeline *sc);

/*
 * Takes in the verdict at now: what it warns of is a trouble here, while time
 * alone goes by too. Without a session it is not read.
 */
void	timeline_judge(struct timeline *sc, const struct session *s,
	    const struct verdict *v, uint64_t now);

/* Of the moments first <= i < end, in few steps. */
struct timeline_sum timeline_sum(const struct timeline *sc, size_t first,
    size_t end);

/* What happened from `from` to before `to`, us; now is what is now. */
struct timeline_stretch timeline_stretch(const struct timeline *sc,
	    const struct session *s, uint64_t now, uint64_t from, uint64_t to);

/* When the wait that it announced is over, us. */
uint64_t timeline_wait_end(const struct timeline_moment *m);

/* The first moment at t or behind it; n if there is none. */
size_t	timeline_find(const struct timeline *sc, uint64_t t);

/*
 * The next moment behind i (before it if step < 0) with one of the marks, or
 * SIZE_MAX. i may be n, and for the first one SIZE_MAX with step > 0.
 */
size_t	timeline_seek(const struct timeline *sc, size_t i, int step,
	    uint16_t marks);

/* The moment that answers the request, or SIZE_MAX. */
size_t	timeline_of_request(const struct timeline *sc, uint32_t number);

/* Lanes in the order in which they are shown; returns how many occurred. */
unsigned timeline_lanes(const struct timeline *sc, const struct session *s,
	    uint64_t now, uint8_t order[TIMELINE_LANES]);

/* "7 dfuMANIFEST", "unknown", "not on the bus", "15 undefined". */
void	timeline_lane_words(struct buf *b, const struct timeline *sc,
    uint8_t lane);

/* "STALL", "no answer": of the gravest mark; "" for none. */
const char *timeline_mark_name(uint16_t marks);
/* One letter for it: 'S', 'T'; 0 for none. */
char	timeline_mark_letter(uint16_t marks);
/* The i-th mark that has a letter, the gravest first; 0 past the last. */
uint16_t timeline_mark(size_t i);

/* When it began: the first moment, or now if there is none. */
uint64_t timeline_begin(const struct timeline *sc, uint64_t now);

#endif
