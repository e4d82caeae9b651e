/*
 * States over time: the moments of a session at which something happened,
 * with a summary over them, so that any stretch of time can be told at once,
 * however many requests it holds. Screen and SVG draw from it.
 */
#ifndef MODEL_SCOPE_H
#define MODEL_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/stack.h"
#include "model/bench.h"
#include "model/follow.h"

/*
 * Lanes: the eleven states by their numbers, then unknown, off the bus, and
 * undefined states in the order in which they came; the last takes all
 * undefined ones for which no lane is left.
 */
#define SCOPE_UNKNOWN	11
#define SCOPE_OFF	12
#define SCOPE_ODD	13
#define SCOPE_LANES	32

/* What happened at a moment; bits, the gravest last. */
#define SCOPE_WAIT	0x0001	/* a wait was announced: see poll */
#define SCOPE_REQUEST	0x0002	/* a request ended */
#define SCOPE_NOTE	0x0004
#define SCOPE_ARRIVED	0x0008
#define SCOPE_RESET	0x0010
#define SCOPE_LEFT	0x0020	/* went off the bus */
#define SCOPE_LOST	0x0040	/* events are missing in the trace */
#define SCOPE_OVERDUE	0x0080	/* too long in a busy state, from here on */
#define SCOPE_CANCELLED	0x0100
#define SCOPE_BROKEN	0x0200	/* bus error, babble, denied */
#define SCOPE_STALL	0x0400
#define SCOPE_TIMEOUT	0x0800	/* no answer */
#define SCOPE_GONE	0x1000	/* left instead of answering */
#define SCOPE_ERROR	0x2000	/* told dfuERROR, or an undefined state */
#define SCOPE_VERDICT	0x4000	/* none of these, but the verdict warns */
#define SCOPE_LATE	0x8000	/* overdue before, and still so */
#define SCOPE_TROUBLE	(SCOPE_LEFT | SCOPE_LOST | SCOPE_OVERDUE | \
	SCOPE_CANCELLED | SCOPE_BROKEN | SCOPE_STALL | SCOPE_TIMEOUT | \
	SCOPE_GONE | SCOPE_ERROR | SCOPE_VERDICT)

struct scope_moment {
	uint64_t	at;		/* us: of the answer */
	size_t		index;		/* in the trace */
	uint32_t	request;	/* number, 0: none */
	uint32_t	took;		/* us since it was sent */
	uint32_t	poll;		/* ms announced from here on */
	uint16_t	marks;
	uint8_t		lane;		/* from here on */
	uint8_t		how;		/* enum belief_how */
};

/* Of a block of moments. */
struct scope_sum {
	uint32_t	lanes;
	uint32_t	requests;
	uint16_t	marks;
};
#define SCOPE_LEVELS	6
#define SCOPE_GAPS	32

/* The busy state that the device told last, as in struct ledger. */
struct scope_stay {
	bool		here;
	uint8_t		lane;
	uint64_t	late;	/* overdue from here on, us */
};

/* What the verdict warns of now, and no moment tells. */
struct scope_live {
	uint16_t	 marks;		/* one of SCOPE_TROUBLE; 0: nothing */
	const char	*word;		/* of the verdict */
	uint64_t	 from;		/* us */
	uint32_t	 by;		/* the request that proves it, or 0 */
};

/* A stretch in which nothing happened. */
struct scope_gap {
	uint64_t	from;
	uint64_t	to;
};

struct scope {
	const struct session	*of;
	struct follow		 follow;
	struct scope_moment	*moments;	/* in order of time */
	size_t			 n;
	size_t			 cap;
	struct scope_sum	*sums[SCOPE_LEVELS];
	size_t			 sums_cap[SCOPE_LEVELS];
	struct scope_gap	 gaps[SCOPE_GAPS]; /* the longest */
	size_t			 ngaps;
	uint8_t			 odd[SCOPE_LANES]; /* bState of a lane */
	unsigned		 nodd;
	uint32_t		 lanes;		/* that occurred, as bits */
	struct scope_stay	 stay;
	struct scope_live	 live;
};

/* What a stretch of time holds. */
struct scope_stretch {
	uint32_t	lanes;		/* as bits */
	uint8_t		first;		/* lane in which it begins */
	uint8_t		last;
	uint8_t		how_first;	/* enum belief_how */
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
bool	scope_update(struct scope *sc, const struct bench *b,
	    const struct session *s, size_t budget);
void	scope_clear(struct scope *sc);

/*
 * Takes in the verdict at now: what it warns of is a trouble here, while time
 * alone goes by too. fixed is the operator's word for the stack or NULL.
 */
void	scope_judge(struct scope *sc, const struct session *s,
	    const struct dfu_stack *fixed, uint64_t now);

/* Of the moments first <= i < end, in few steps. */
struct scope_sum scope_sum(const struct scope *sc, size_t first, size_t end);

/* What happened from `from` to before `to`, us; now is what is now. */
struct scope_stretch scope_stretch(const struct scope *sc,
	    const struct session *s, uint64_t now, uint64_t from, uint64_t to);

/* When the wait that it announced is over, us. */
uint64_t scope_wait_end(const struct scope_moment *m);

/* The first moment at t or behind it; n if there is none. */
size_t	scope_find(const struct scope *sc, uint64_t t);

/*
 * The next moment behind i (before it if step < 0) with one of the marks, or
 * SIZE_MAX. i may be n, and for the first one SIZE_MAX with step > 0.
 */
size_t	scope_seek(const struct scope *sc, size_t i, int step,
	    uint16_t marks);

/* The moment that answers the request, or SIZE_MAX. */
size_t	scope_of_request(const struct scope *sc, uint32_t number);

/* Lanes in the order in which they are shown; returns how many occurred. */
unsigned scope_lanes(const struct scope *sc, const struct session *s,
	    uint64_t now, uint8_t order[SCOPE_LANES]);

/* "7 dfuMANIFEST", "unknown", "not on the bus", "15 undefined". */
void	scope_lane_words(struct buf *b, const struct scope *sc, uint8_t lane);

/* "STALL", "no answer": of the gravest mark; "" for none. */
const char *scope_mark_name(uint16_t marks);
/* One letter for it: 'S', 'T'; 0 for none. */
char	scope_mark_letter(uint16_t marks);
/* The i-th mark that has a letter, the gravest first; 0 past the last. */
uint16_t scope_mark(size_t i);

/* When it began: the first moment, or now if there is none. */
uint64_t scope_begin(const struct scope *sc, uint64_t now);

#endif
