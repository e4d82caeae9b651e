/* SPDX-License-Identifier: ISC */
/*
 * A session is what is known of the device at one place, made of events alone
 * and surviving re-enumeration. It keeps what the device reported and what
 * the specification makes of it since: never the same thing.
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/descriptor.h"
#include "dfu/meaning.h"
#include "dfu/spec.h"
#include "dfu/stack.h"
#include "dfu/transition.h"
#include "session/archive.h"
#include "session/prediction.h"
#include "session/session_memory.h"
#include "session/wait_stats.h"
#include "trace/event.h"
#include "trace/fact.h"
#include "trace/identity.h"
#include "trace/trace.h"
#include "trace/words.h"

struct findings;

#define SESSION_NEVER	UINT64_MAX

/*
 * On real hubs an unplug shows as a bus error first and as the device's
 * leaving some 100 ms later: us for one to follow the other.
 */
#define SESSION_GONE_WITHIN	2000000
/* What comes back in the place of a device that left does so within, us. */
#define SESSION_BACK_WITHIN	3000000

/* How the believed state is known. */
enum estimate_how {
	ESTIMATE_UNKNOWN, /* nothing was asked, or the answer is lost */
	ESTIMATE_REPORTED,	/* the device said so, nothing happened since */
	ESTIMATE_MOVED,		/* by stack or specification: a request since */
	ESTIMATE_TIMED		/* the same: time since */
};

struct estimate {
	enum estimate_how	 how;
	uint8_t		 state;		/* valid unless ESTIMATE_UNKNOWN */
	uint8_t		 work;		/* enum dfu_work: still to be done */
	bool		 by_stack;	/* the stack has it so, and */
	uint8_t		 certainty;	/* enum dfu_certainty: how well known */
	uint32_t	 by;		/* the request behind it, 0: none */
	uint64_t	 since;		/* in this state since, us */
	/* The row behind MOVED, TIMED; one that UNKNOWN's answer breaks. */
	const char	*clause;	/* or NULL */
};

/* The device's own word: the latest GETSTATUS or GETSTATE answer. */
struct reported {
	bool		 known;
	uint8_t		 state;
	uint32_t	 by;		/* request number: the proof */
	uint64_t	 at;		/* when it said so, us */
	uint64_t	 since; /* first time it said this without break */
};

/* The latest GETSTATUS answer. */
struct status_seen {
	bool			 known;
	struct dfu_status_reply	 reply;
	uint32_t		 by;
	uint64_t		 at; /* us: the announced wait runs from here */
};

/* The request in flight. number 0: none. */
struct pending {
	uint32_t	 number;
	struct setup	 setup;
	uint64_t	 at;		/* us */
	uint32_t	 timeout;	/* ms, 0: none */
};

/* One request and its answer. */
struct request {
	uint32_t		 number;
	struct setup		 setup;
	uint8_t			 stood; /* as before, if time moves nothing */
	uint8_t			 alternate;	/* it was meant for */
	uint16_t		 revision;	/* of what meaning is made of */
	uint64_t		 at;		/* submitted, us */
	uint64_t		 done;		/* ended, us; 0 while pending */
	uint8_t			 outcome;	/* enum outcome */
	uint8_t			 before; /* believed state, or NO_STATE */
	uint8_t			 after;		/* the same, once it ended */
	uint8_t			 spec_stood;	/* the three by DFU 1.1 alone */
	uint8_t			 spec_before;
	uint8_t			 spec_after;
	bool			 replied;	/* reply is valid */
	uint8_t			 told;	/* EVENT_KNOWS_ bits of that */
	struct dfu_status_reply	 reply;		/* of GETSTATUS */
	struct dfu_meaning	 meaning;
	size_t			 submit;	/* indices in the trace */
	size_t			 complete;	/* or NO_EVENT */
	/* What was expected of it when it was sent; never NULL. */
	const struct prediction *predicted;
};
_Static_assert(sizeof(struct request) <= 88, "a session holds millions");
#define NO_STATE	0xfe
#define SESSION_AT_HAND	65536
#define SESSION_AGAIN	4096
#define NO_EVENT	SIZE_MAX

/* The states that answers named since it arrived. */
struct session_told {
	uint16_t	states;		/* as bits */
	bool		manifest;	/* the last one was dfuMANIFEST */
	bool		resumed;	/* and was left for where it goes on */
	bool		transfers;	/* a block was answered */
};

/* A change of the believed state, or an attempt that failed. */
struct path_step {
	uint8_t		 from;		/* NO_STATE: unknown */
	uint8_t		 to;		/* NO_STATE: unknown */
	int8_t		 input;		/* enum dfu_input; -1: none of them */
	uint8_t		 outcome;	/* of that request */
	uint32_t	 by;		/* request number, 0: time */
	uint64_t	 at;
};
#define SESSION_PATH	16

struct visit {
	uint32_t	 count;
	uint64_t	 total;		/* us, the present stay not counted */
};

/* A leave under way: from the zero-length DNLOAD on, or found so. */
struct leaving {
	uint32_t	 by;	/* that DNLOAD, or the look; 0: none */
	bool		 found;		/* it was begun by somebody else */
	bool		 accepted;
	uint64_t	 began;		/* us */
	uint32_t	 polls;		/* answers to GETSTATUS, till done */
	uint64_t	 polling;	/* us of GETSTATUS and what they wait */
	uint64_t	 polled;	/* the latest one ended, us; 0: none */
	bool		 done;		/* dfuIDLE was told */
};

/* What may have made the device leave the bus. */
enum departure_cause {
	DEPARTURE_UNASKED,
	DEPARTURE_LEAVE,
	DEPARTURE_DETACH,
	DEPARTURE_RESET,	/* of the bus */
	DEPARTURE_UNPROTECT,	/* a read unprotect, which restarts it */
	DEPARTURE_HAND,		/* the operator's unplug */
	DEPARTURE_ANEW		/* another one, as at the start, is here */
};

/* How the device was when it last left the bus. */
struct departure {
	bool		 dfu;		/* it had a DFU interface */
	bool		 runtime;	/* in run-time mode */
	uint16_t	 vendor;
	uint16_t	 product;
	uint32_t	 by;		/* the latest request then, 0: none */
	struct leaving	 leaving;	/* by 0: nobody had asked it to */
	enum departure_cause cause;
	uint32_t	 cause_by;	/* the request, 0: none */
};

/* The latest job that failed, until another is begun. */
struct job_failure {
	uint32_t	 code;		/* 0: none did */
	char		*text;		/* what it came to, escaped */
	uint64_t	 at;		/* us */
	uint32_t	 by;		/* the latest request then, 0: none */
};

struct session {
	char			*place;
	uint16_t		 dev;		/* of the latest arrival */
	bool			 present;
	bool			 opened;
	/* Why this program could not open it since; UNKNOWN: it could. */
	enum outcome		 refused;
	uint32_t		 arrivals;
	uint64_t		 arrived_at;
	size_t			 arrival;	/* its index in the trace */
	/* Grows when what came to be known changes earlier requests. */
	uint16_t		 revision;
	uint64_t		 left_at;	/* valid if not present */
	struct identity		*who;		/* of the latest arrival */
	struct dfu_descriptors	 descriptors;
	uint32_t		 described_by;	/* request, 0: the arrival */
	size_t			 function;	/* index into descriptors */
	const char		*wanted_alternate; /* to look at, or NULL */
	int			 wanted_interface; /* -1: any */
	uint8_t			 dialect; /* enum dfu_dialect: decided */
	uint8_t			 dialect_said;	/* by the operator */
	uint32_t		 dialect_shown;	/* by that answer, 0: none */
	uint32_t		 dialect_by;	/* request behind it, or 0 */
	const char		*dialect_why;	/* a phrase */
	uint8_t			 alternate;	/* in use or looked at */
	bool			 alternate_set;	/* by a SET_INTERFACE seen */
	char			*strings[256];	/* read by request, by index */
	uint8_t			 map;	/* enum known: a name is a memory map */
	uint8_t			 option_bytes[32]; /* a bit an alternate */

	struct reported		 reported;
	struct status_seen	 status;
	/* FACT() bits that the latest answer to GETSTATUS did not tell. */
	uint16_t		 untold;
	/*
	 * What it is taken for: as the operator says, or NULL; and that, or
	 * what its descriptors make likely. sessions.c sets them.
	 */
	const struct dfu_stack	*said_stack;
	const struct dfu_stack	*stack;

	/* As of the last event: as the stack does, where that is known. */
	struct estimate		 estimate;
	/* Its answer named another state than the one it is in, or NO_STATE. */
	uint8_t			 stands;
	uint64_t		 timer; /* time moves it at, us; or NEVER */
	struct estimate		 by_spec;	/* the same by DFU 1.1 alone */
	uint64_t		 spec_timer;
	bool	 at_once;	/* it was seen to be done before its answer */
	bool	 unannounced;	/* it is busy, and timer is of 0 ms */
	uint64_t		 entered;	/* of the present visit, us */
	struct pending		 pending;
	uint64_t		 reset_at; /* of the bus, this arrival; 0 */
	uint64_t		 last_answer;	/* us, 0: never answered */
	uint32_t		 sent;	/* submits of this program, ever */
	uint32_t		 seen;	/* submits of others, ever */

	uint16_t		 next_block; /* default of dnload and upload */
	uint32_t		 pointer;	/* DfuSe address pointer */
	bool			 pointer_known;
	bool pointer_pending;  /* takes effect on GETSTATUS */
	uint32_t		 pointer_next;
	bool			 erasing; /* an erase was sent, not done */

	char			*command; /* the latest, escaped; or NULL */
	struct job_failure	 failure;
	struct leaving		 leaving;
	/* What may make it leave, a leave apart, until it denies that. */
	enum departure_cause	 cause;
	uint32_t		 cause_by;	/* the request, 0: none */
	struct departure	 departure;	/* valid once it left */
	struct intern		 predictions;	/* of its requests */
	struct prediction_memo	 predicted[PREDICTION_MEMOS];
	/*
	 * The event that was applied last, and, if that is a SUBMIT, where the
	 * device stood then: the answer to it begins there.
	 */
	size_t			 heard;		/* in the trace, or NO_EVENT */
	struct estimate		 asked;
	struct estimate		 spec_asked;
	struct wait_stats		 wait_stats;
	struct session_memory	 memory; /* what was asked of it */

	struct visit		 visits[DFU_STATE_COUNT];
	struct path_step	 path[SESSION_PATH];	/* oldest first */
	size_t			 npath;
	/*
	 * Those at hand: if all are kept the latest, SESSION_AT_HAND at least;
	 * the others are in the archive, and of those that did something to
	 * this arrival the latest are here again, at the front. See
	 * session_nth.
	 */
	struct request		*requests;	/* oldest first */
	size_t			 nrequests;
	size_t			 nagain;	/* of them are archived */
	size_t			 at_hand;	/* 0: SESSION_AT_HAND */
	size_t			 requests_cap;
	size_t			 requests_gone;	/* before them, in the array */
	size_t			 requests_kept;	/* at most so many, 0: all */
	struct archive		 archive;
	const struct trace	*trace;		/* that its events are in */
	struct session_told	 told;	/* by those not at hand any more */
	/* What diagnosis/ found, and owns; this room only keeps it here. */
	struct findings		*findings;
};

/* Whether something is so, where that can be known at all. */
enum known { KNOWN_NOT, KNOWN_YES, KNOWN_NO };

/*
 * A fact of this session: whether the device has descriptors, attributes, a
 * memory map, others that use it; of the rest whether the source holds it.
 */
enum known session_fact(const struct session *s, enum fact fact);

/* None of these facts (bits FACT()) is unknown. */
bool	session_knows(const struct session *s, uint16_t facts);
/* Those that are so. */
uint16_t session_facts(const struct session *s);
/* Each of them is so. */
bool	session_holds(const struct session *s, uint16_t facts);

/* Requests to the device, whoever sent them. */
uint32_t session_requests(const struct session *s);

/* The DFU interface in use; NULL if the device has none (never for usb). */
const struct dfu_function *session_function(const struct session *s);

/* Present, and its DFU interface is the run-time one. */
bool	session_runtime(const struct session *s);

/* How it reads blocks, as far as that is decided: diagnosis/dialect.h. */
enum dfu_dialect session_dialect(const struct session *s);

/* "in DFU mode", "in run-time mode" or "without DFU": as what it arrived. */
const char *session_mode_words(const struct session *s);

/* wTransferSize, or DFU_TRANSFER_SIZE_UNKNOWN. */
uint16_t session_transfer_size(const struct session *s);

/* What the table of moves needs to know of it. */
struct dfu_conditions session_conditions(const struct session *s);

/*
 * The believed state at `now`: as of the last event, and what time alone has
 * done since (4 to 3, 7 to 6 or 8, 1 to 0). As the likely stack does where
 * that is known, else by DFU 1.1.
 */
struct estimate session_estimate(const struct session *s, uint64_t now);

/* The same by DFU 1.1 alone. */
struct estimate session_estimate_spec(const struct session *s, uint64_t now);

/* The same as that stack does, which may be another than the likely one. */
struct estimate session_estimate_by(const struct session *s,
		    const struct dfu_stack *stack, uint64_t now);

/* Both are known, and are different states. */
bool	session_estimates_differ(const struct session *s, uint64_t now);

/*
 * When time alone will next change what the session says (the end of an
 * announced wait, of the detach timer), or SESSION_NEVER. us.
 */
uint64_t session_deadline(const struct session *s, uint64_t now);

/* Of the announced bwPollTimeout: us left at now; 0 when it is over. */
uint64_t session_wait_left(const struct session *s, uint64_t now);

/*
 * It stays where it should not, by its own answers: LIMIT_STUCK_POLLS of them
 * unchanged over LIMIT_STUCK_S seconds and twice the longest wait that it
 * announced; LIMIT_STUCK_SYNC in a state that one GETSTATUS has to end.
 */
bool	session_is_stuck(const struct session *s);

/* The name of an alternate setting: from the host or read; NULL: not read. */
const char *session_alternate_name(const struct session *s,
	    uint8_t alternate);

/* That name says that its memory is option bytes. */
static inline bool
session_option_bytes(const struct session *s, uint8_t alternate)
{
	return ((s->option_bytes[alternate / 8] >> alternate % 8 & 1) != 0);
}

/* Bytes of memory that its requests take. */
size_t	session_bytes(const struct session *s);

/*
 * The request of that number, or NULL. One that is not at hand is valid until
 * ARCHIVE_OPEN more of them are asked for.
 */
const struct request *session_request(const struct session *s,
	    uint32_t number);

/*
 * All its requests, i < session_history: likewise; NULL for one of which the
 * trace has lost the events.
 */
size_t	session_history(const struct session *s);
const struct request *session_nth(const struct session *s, size_t i);
/* The place of the first since it arrived; session_history: none. */
size_t	session_since_arrival(const struct session *s);
/* The number of that one, which it always has. */
uint32_t session_number(const struct session *s, size_t i);
/* The place of the first whose number is not below; session_history: none. */
size_t	session_place_of(const struct session *s, uint32_t number);

/* Of the first request whose number is greater. */
size_t	session_place_after(const struct session *s, uint32_t number);

/* The request before r, which is one of s, or NULL. */
const struct request *session_before(const struct session *s,
	    const struct request *r);

/*
 * r, which is one of s, at *i behind n others at most that came before it:
 * where it is at hand, else in room, which has n + 1.
 */
const struct request *session_behind(const struct session *s,
	    const struct request *r, size_t n, struct request *room,
	    size_t *i);

/* Takes in one more of its requests, in order. */
void	session_told_add(struct session_told *k, const struct request *r);

/* The latest request of this arrival that ended, or NULL. */
const struct request *session_last_ended(const struct session *s);

/* A block was sent or read since it arrived, and answered. */
bool	session_transfers(const struct session *s);

/* Nothing but its first answer has told of a state. */
bool	session_is_found(const struct session *s);

/*
 * The input that it was: an UPLOAD that was answered with less than asked for
 * is another one. -1: none (see dfu_input_of).
 */
int	session_input_of(const struct request *r);

/*
 * What a request would mean to this device as it is known now; setup, data
 * and n as for dfu_meaning. One that was sent keeps its meaning itself.
 */
struct dfu_meaning session_meaning(const struct session *s,
	    const struct setup *setup, const uint8_t *data, size_t n);

/* The same of a transfer with all its bytes. */
struct dfu_meaning session_xfer_meaning(const struct session *s,
	    const struct xfer *x);

/* One line of who it is: "1-1.2  0483:df11  STM32  BOOTLOADER", escaped. */
void	session_title(const struct session *s, struct buf *b);

/* Where it is, "?" if that is not known; who may be NULL. */
const char	*session_place(const struct identity *who);

/*
 * An arrival of who goes on with the session: the same place on the same
 * transport. The recording of a device that was there is another session.
 */
bool		 session_is_of(const struct session *s,
		    const struct identity *who);

/* For sessions.c alone: */
/*
 * It is taken for that stack (NULL: for none) from now on; the state that it
 * is believed to be in is DFU 1.1's then, until something happens.
 */
void		 session_take_stack(struct session *s,
		    const struct dfu_stack *stack);
struct session	*session_new(const char *place);
void		 session_free(struct session *s);
/* index: of e in the trace. */
void		 session_apply(struct session *s, const struct event *e,
		    size_t index, const struct trace *t);

/* For session.c, session_fact.c and session_apply.c alone: */
/* The names of alternate settings are other ones now. */
void		 session_note_names(struct session *s);
struct dfu_context session_context(const struct session *s,
		    uint8_t alternate);
/*
 * The dialect came to be another: works out anew what
 * the requests of this arrival mean, and where their pointer was. What t has
 * forgotten keeps its meaning.
 */
void		 session_read_again(struct session *s, const struct trace *t);

#endif
