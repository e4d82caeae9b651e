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
	uint64_t	 done;
};

struct finding_span {
	uint32_t	 from;
	uint32_t	 to;		/* the last byte */
};
#define FINDING_SPANS	64

/* What is remembered: of this arrival, but for the last part. */
struct finding_state {
	struct finding_past	 past;		/* DFU requests: the latest */
	struct finding_past	 before;	/* and the one before it */
	uint64_t		 last_event;
	uint32_t		 told;		/* answers that told a state */
	uint32_t		 first_told;	/* request */

	/*
	 * What the latest DNLOAD or UPLOAD set going, else NONE. WRITE is all
	 * that carries firmware, to whatever block; END is a leave, too.
	 */
	enum dfu_kind		 work;
	uint32_t		 work_by;	/* request */
	uint32_t		 work_polls;	/* GETSTATUS answers since */
	uint32_t		 work_wait;	/* ms, announced by the first */
	bool			 work_over;	/* told a state that ends it */
	uint32_t		 work_address;
	uint32_t		 work_length;

	uint32_t		 busy_first;	/* dfuDNBUSY in a row */
	uint32_t		 busy_polls;
	uint32_t		 busy_zero;	/* in a row with 0 ms */
	uint32_t		 busy_wait;	/* ms, the latest */
	uint64_t		 busy_since;
	uint32_t		 early;		/* request sent too early */
	uint32_t		 early_left;	/* ms that were left */

	uint64_t		 announced;	/* us of waits, in all */
	uint64_t		 begin;		/* of the first request */

	uint32_t		 manifest_first; /* dfuMANIFEST: request */
	uint32_t		 manifest_polls;
	uint64_t		 manifest_since;
	uint32_t		 wait_reset;	/* dfuMANIFEST-WAIT-RESET */
	uint32_t		 error_first;	/* dfuERROR in a row */
	uint32_t		 error_polls;

	uint32_t		 data_first;	/* of this download */
	uint32_t		 data_last;
	uint32_t		 data_blocks;
	uint32_t		 data_lowest;	/* DfuSe address */
	bool			 data_placed;	/* lowest is known */
	uint16_t		 data_block;	/* wValue of the latest */
	const char		*file;	/* what went to the start, or NULL */
	uint32_t		 file_by;	/* request */
	uint32_t		 instant;	/* blocks done with 0 ms ... */
	uint32_t		 instant_slow;	/* ... and the host waited */
	uint32_t		 whole_4096;	/* blocks of 4096 bytes */
	uint32_t		 upload_first;
	uint32_t		 upload_bytes;
	uint16_t		 upload_block;
	bool			 upload_any;

	uint32_t		 erases;
	uint32_t		 erases_done;	/* that ended well */
	uint32_t		 turns;	/* from writing back to erasing */
	bool			 all_erased;
	struct finding_span	 erased[FINDING_SPANS];
	size_t			 nerased;
	struct finding_span	 written[FINDING_SPANS];
	size_t			 nwritten;

	uint32_t		 timeouts;
	uint32_t		 timeout_first;
	uint32_t		 broken;	/* bus errors */
	uint32_t		 broken_first;
	uint32_t		 abort;	/* in dfuDNLOAD-IDLE, the latest */
	bool			 reset;		/* one since the last answer */
	uint32_t		 reset_after;	/* last request before it */
	uint8_t			 reset_state;	/* believed before it */
	uint32_t		 reset_left;	/* ms not over yet */
	uint32_t		 unended;	/* a download left by ABORT */

	uint32_t		 set_after; /* SET_INTERFACE after STALL */
	bool			 dfuse;		/* session_dfuse, kept */
	struct layout		 layout;	/* of the alternate in use */
	const char		*layout_name;	/* what it was made of */

	/* These outlive the arrival. */
	uint32_t		 leave;		/* a leave, request */
	uint64_t		 leave_at;
	uint32_t		 detach;	/* a DETACH, request */
	uint64_t		 detach_at;
	bool			 detach_taken;
	uint16_t		 detach_timeout;
	bool			 detach_reset;	/* a reset came after it */
	uint64_t		 reset_at;
	bool			 reset_ever;
	bool			 left;		/* at least once */
	uint64_t		 left_at;
	uint32_t		 left_after;	/* request before that */
	bool			 left_erased;	/* it was unprotecting */
	bool			 plugged;	/* by hand, since */
	bool			 was_dfu;	/* in DFU mode when it left */
	uint16_t		 was_vendor;
	uint16_t		 was_product;
	uint32_t		 arrivals;
};

struct finding_case {
	const struct session		*s;	/* after the event */
	const struct finding_state	*w;	/* before it */
	const struct event		*e;	/* NULL: only time passed */
	const struct request		*r;	/* of SUBMIT, COMPLETE */
	uint64_t			 now;
	uint8_t				 state;	/* told, or NO_STATE */
	bool				 known;	/* found before: say no more */

	/* What the predicate may set: */
	uint32_t			 first;	/* else r, or past */
	uint32_t			 last;
	struct buf			*evidence;	/* see finding_say */
	struct buf			*remedy;	/* see finding_helps */
};

/* Writes the evidence, unless it is known; always true. */
bool	finding_say(struct finding_case *c, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* The same with the first request of the proof. */
bool	finding_since(struct finding_case *c, uint32_t first,
	    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* A command line instead of the row's remedy, unless it is known. */
void	finding_helps(struct finding_case *c, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

/* c->r is that DFU request; false: another, or none. */
bool	finding_is(const struct finding_case *c, uint8_t bRequest);
/* ... a DNLOAD of length 0. */
bool	finding_is_end(const struct finding_case *c);
/* The work is an erase, of a sector or of all. */
bool	finding_erases(const struct finding_case *c);
/* The DFU request before was that, and it was answered. */
bool	finding_after(const struct finding_case *c, uint8_t bRequest);
/* "STALL", "no answer", "gone": how a request ended. */
const char *finding_ended(uint8_t outcome);
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

/* Of rows with the same group an event proves at most one. */
enum finding_group {
	GROUP_NONE,
	GROUP_STALL,		/* why a request was stalled */
	GROUP_SILENT,		/* why there was no answer */
	GROUP_BROKEN,		/* why a transfer broke */
	GROUP_ERROR,		/* why dfuERROR was told */
	GROUP_LEFT,		/* why it left the bus */
	GROUP_BACK		/* what it came back as */
};

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
extern const struct finding_row finding_poll_rows[];
extern const size_t finding_poll_count;
extern const struct finding_row finding_runtime_rows[];
extern const size_t finding_runtime_count;

#endif
