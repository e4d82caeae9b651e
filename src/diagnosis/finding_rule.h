/* SPDX-License-Identifier: ISC */
/*
 * What the predicates of finding_*.c look at: the session, the event, and
 * what is remembered of the events before.
 */
#ifndef DIAGNOSIS_FINDING_RULE_H
#define DIAGNOSIS_FINDING_RULE_H

#include "dfu/layout.h"
#include "diagnosis/finding.h"
#include "session/session.h"

/* One request that ended. */
struct finding_past {
	uint32_t	 number;
	uint8_t		 request;	/* bRequest */
	uint8_t		 outcome;
	uint8_t		 before;	/* believed state, or NO_STATE */
	uint8_t		 state;		/* told, or NO_STATE */
	uint32_t	 line;		/* of the log that told its end */
	uint64_t	 done;
};

struct finding_span {
	uint32_t	 from;
	uint32_t	 to;		/* the last byte */
};
#define FINDING_SPANS	64

/*
 * What is remembered, by how long it is true. Each part is cleared as one:
 * `here` at an arrival, `op` when an operation ends, `work` at the DNLOAD or
 * UPLOAD that sets the next going, `stay` when the device tells another state.
 */
struct finding_here {
	struct finding_past	 past;		/* DFU requests: the latest */
	uint32_t		 told;		/* answers that told a state */
	uint32_t		 acted;	/* the latest that moves it */
	bool			 forced; /* it was stuck by then */
	uint64_t		 begin;		/* of the first request */
	uint32_t		 opened;	/* last request before that */
	bool			 closed;	/* and nothing sent since */
	bool			 hasty;	/* asked in the announced wait */
	uint64_t		 announced;	/* us of waits, in all */
	uint32_t		 early;		/* sent too early */
	uint32_t		 early_left;	/* ms that were left */
	const char		*file;	/* what went to the start, or NULL */
	uint32_t		 file_by;	/* request */
	uint32_t		 timeouts;
	uint32_t		 timeout_first;
	uint32_t		 broken;	/* bus errors */
	uint32_t		 broken_first;
	uint64_t		 broken_at;	/* the latest */
	uint32_t		 abort;	/* in dfuDNLOAD-IDLE, the latest */
	uint32_t		 unended;	/* a download left by ABORT */
	uint32_t		 dropped;	/* dfuIDLE told amid one */
	uint16_t		 transfer_size;
	uint32_t		 set_after; /* SET_INTERFACE after STALL */
	bool			 reset;		/* one since the last answer */
	uint32_t		 reset_after;	/* last request before it */
	uint8_t			 reset_state;	/* believed before it */
	uint32_t		 reset_left;	/* ms not over yet */
	uint32_t		 erases_done;	/* that ended well */
	uint32_t		 stored;	/* bytes, of blocks that did */
	uint32_t		 longest;	/* block that was answered */
	bool			 all_erased;
	bool			 partial; /* it was not seen from its start */
	struct finding_span	 erased[FINDING_SPANS];
	size_t			 nerased;
	bool			 placed;	/* lowest is known */
	uint32_t		 lowest;	/* DfuSe address written */
	uint32_t		 lowest_by;	/* that download: request */
	enum dfu_dialect	 dialect;	/* of the alternate in use */
	struct layout		 layout;	/* of the alternate in use */
	const char		*layout_name;	/* what it was made of */
};

/* A download or upload: until dfuIDLE is told, or the interface closed. */
struct finding_op {
	uint32_t		 first;		/* block, request */
	uint32_t		 blocks;
	uint16_t		 block;		/* wValue of the latest */
	uint32_t		 instant;	/* blocks done with 0 ms ... */
	uint32_t		 instant_slow;	/* ... and the host waited */
	uint32_t		 whole_4096;	/* blocks of 4096 bytes */
	uint32_t		 turns;	/* from writing back to erasing */
	struct finding_span	 written[FINDING_SPANS];
	size_t			 nwritten;
	uint32_t		 upload_first;
	uint32_t		 upload_bytes;
	uint16_t		 upload_block;
	bool			 upload_any;
	bool			 upload_short;	/* the latest block */
};

/*
 * What the latest DNLOAD or UPLOAD set going, else NONE. WRITE is all that
 * carries firmware, to whatever block; END is a leave, too.
 */
struct finding_work {
	enum dfu_kind		 kind;
	uint32_t		 by;		/* request */
	uint32_t		 polls;		/* GETSTATUS answers since */
	uint32_t		 wait;		/* ms, announced by the first */
	bool			 over;		/* told a state that ends it */
	uint32_t		 address;
	uint32_t		 length;
	bool			 unsure; /* it may be another command */
};

/* The same state told in a row, and nothing but asked for in between. */
struct finding_stay {
	uint8_t			 state;		/* NO_STATE: none */
	uint32_t		 first;		/* request */
	uint32_t		 told;		/* answers */
	uint32_t		 asked;		/* of them: to GETSTATUS */
	uint32_t		 zero;		/* of them: 0 ms, in a row */
	uint32_t		 wait;		/* ms, the latest */
	uint64_t		 since;
};

/* These outlive the arrival: the latest leave, DETACH, reset, departure. */
struct finding_leave {
	uint32_t		 by;		/* request; 0: none */
	uint64_t		 at;
};

struct finding_detach {
	uint32_t		 by;		/* request; 0: none */
	uint64_t		 at;
	bool			 taken;
	uint16_t		 timeout;
	bool			 reset;		/* a bus reset came after it */
};

struct finding_bus_reset {
	bool			 ever;
	uint64_t		 at;
};

struct finding_gone {
	bool			 ever;
	uint64_t		 at;
	uint32_t		 after;		/* request before that */
	uint8_t			 state;		/* told by that, or NO_STATE */
	uint64_t		 idle;		/* us with nothing to be done */
	bool			 erased;	/* it was unprotecting */
	bool			 plugged;	/* by hand, since */
	bool			 was_dfu;	/* in DFU mode when it left */
	uint16_t		 vendor;
	uint16_t		 product;
};

struct finding_state {
	uint64_t		 last_event;
	struct finding_here	 here;
	struct finding_op	 op;
	struct finding_work	 work;
	struct finding_stay	 stay;
	struct finding_leave	 leave;
	struct finding_detach	 detach;
	struct finding_bus_reset bus_reset;
	struct finding_gone	 gone;
};

struct finding_case {
	const struct session		*s;	/* after the event */
	const struct finding_state	*w;	/* before it */
	const struct event		*e;	/* NULL: only time passed */
	const struct request		*r;	/* of SUBMIT, COMPLETE */
	uint64_t			 now;
	uint8_t				 state;	/* told, or NO_STATE */
	bool				 known;	/* found before: say no more */
	uint32_t			 culprit;	/* see struct finding */

	/* What the predicate may set: */
	uint32_t			 first;	/* else r, or past */
	uint32_t			 last;
	struct buf			*evidence;	/* see finding_say */
	/* Instead of the row's, where the proof tells more; else NULL. */
	const char			*mechanism;
	const char			*advice;
};

/* Writes the evidence, unless it is known; always true. */
bool	finding_say(struct finding_case *c, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* The same with the first request of the proof. */
bool	finding_since(struct finding_case *c, uint32_t first,
	    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* "no answer in 5.0 s"; how long only a clock tells. Always true. */
bool	finding_no_answer(struct finding_case *c, uint32_t first);

/* The bStatus told now by name; "dfuERROR" if it was not told. */
const char *finding_status(const struct finding_case *c);

/* c->r is that DFU request; false: another, or none. */
bool	finding_is(const struct finding_case *c, uint8_t bRequest);
/* ... a DNLOAD of length 0. */
bool	finding_is_end(const struct finding_case *c);
/* It asks for the state, and changes nothing. */
bool	finding_asks(const struct setup *setup);

/*
 * What is told first is what the device was in before anyone here used it:
 * not in a recording that begins in the middle of what others did.
 */
bool	finding_knows_before(const struct finding_case *c);
/* It is known to speak DfuSe; it is known not to. */
bool	finding_dfuse(const struct finding_case *c);
bool	finding_plain(const struct finding_case *c);
/* What the work is, is known: no other command reads like it. */
bool	finding_sure(const struct finding_case *c);
/* The work is an erase, of a sector or of all. */
bool	finding_erases(const struct finding_case *c);
/* The DFU request before was that, and it was answered. */
bool	finding_after(const struct finding_case *c, uint8_t bRequest);
/* Takes back what says that nothing came back. */
bool	finding_back(const struct finding_case *c, const struct finding *f);
/*
 * Takes back what says that memory is not stored, erased or read: the same was
 * done there since, without a reset in between.
 */
bool	finding_done_after_all(const struct finding_case *c,
	    const struct finding *f);
/* It does not get out by itself: nothing is disturbed by what is tried. */
bool	finding_is_stuck(const struct session *s);

/* "STALL", "no answer", "gone": how a request ended. */
const char *finding_ended(uint8_t outcome);
/* How often the state that c tells was told in a row before. */
uint32_t finding_stayed(const struct finding_case *c);
/* A clock that stood still from one GETSTATUS to now tells of no wait. */
bool	finding_clock_stands(const struct finding_case *c);
/* us since the last event. */
uint64_t finding_idle(const struct finding_case *c);
/* The functional descriptor's bits; 0 if it has none. */
uint8_t	finding_attributes(const struct session *s);

/*
 * What is sent to the start of the memory, if it begins as a file does that no
 * device runs as it is ("an ELF file"); else NULL. c->e is a SUBMIT of data.
 */
const char *finding_file(const struct finding_case *c);
/* It is sent to the start of the memory that can be written (DfuSe). */
bool	finding_to_start(const struct finding_case *c);

/* Takes the event of c into what is remembered; finding_state.c. */
void	finding_note(struct finding_state *w, const struct finding_case *c);
/* Releases what *w holds, but not w. */
void	finding_forget(struct finding_state *w);
/* Some of [from, to] is in one of the spans. */
bool	finding_touches(const struct finding_span *spans, size_t n,
	    uint32_t from, uint32_t to);

/* Requests of rows: with bytes or without. */
#define FINDING_OF_DNLOAD	(FINDING_BIT(DFU_IN_DNLOAD) | \
    FINDING_BIT(DFU_IN_DNLOAD0))
#define FINDING_OF_ASKING	(FINDING_BIT(DFU_IN_GETSTATUS) | \
    FINDING_BIT(DFU_IN_GETSTATE))
#define FINDING_OF_UPLOAD	(FINDING_BIT(DFU_IN_UPLOAD) | \
    FINDING_BIT(DFU_IN_UPLOAD0))

/* Of rows with the same group an event proves at most one. */
enum finding_group {
	GROUP_NONE,
	GROUP_STALL,		/* why a request was stalled */
	GROUP_SILENT,		/* why there was no answer */
	GROUP_BROKEN,		/* why a transfer broke */
	GROUP_ERROR,		/* why dfuERROR was told */
	GROUP_LEFT,		/* why it left the bus */
	GROUP_BACK,		/* what it came back as */
	GROUP_PATH		/* what is wrong with a state told */
};

/* What a log tells proves the row; true of what is no log. */
bool	finding_has_facts(const struct finding_case *c,
	    const struct finding_row *row);
/* Takes out of the evidence what the source of the events does not hold. */
void	finding_untold(struct finding_case *c);
/*
 * The next finding that what a tool said proves: its id, with evidence and
 * advice or NULL; *i begins at 0. False: there is no more.
 */
bool	finding_said(struct finding_case *c, size_t *i, const char **id,
	    const char **advice);

/* The rows: one table a file, put together in finding.c. */
extern const struct finding_row finding_data_rows[];
extern const size_t finding_data_count;
extern const struct finding_row finding_device_rows[];
extern const size_t finding_device_count;
extern const struct finding_row finding_dfuse_rows[];
extern const size_t finding_dfuse_count;
extern const struct finding_row finding_host_rows[];
extern const size_t finding_host_count;
extern const struct finding_row finding_manifest_rows[];
extern const size_t finding_manifest_count;
extern const struct finding_row finding_memory_rows[];
extern const size_t finding_memory_count;
extern const struct finding_row finding_path_rows[];
extern const size_t finding_path_count;
extern const struct finding_row finding_poll_rows[];
extern const size_t finding_poll_count;
extern const struct finding_row finding_runtime_rows[];
extern const size_t finding_runtime_count;
extern const struct finding_row finding_said_rows[];
extern const size_t finding_said_count;

#endif
