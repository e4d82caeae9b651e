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
#include "dfu/transition.h"
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
	ESTIMATE_MOVED,		/* by the table of moves: a request since */
	ESTIMATE_TIMED		/* by the table of moves: time since */
};

struct estimate {
	enum estimate_how	 how;
	uint8_t		 state;		/* valid unless ESTIMATE_UNKNOWN */
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
	bool			 replied;	/* reply is valid */
	struct dfu_status_reply	 reply;		/* of GETSTATUS */
	size_t			 submit;	/* indices in the trace */
	size_t			 complete;	/* or NO_EVENT */
	struct dfu_meaning	 meaning;
};
#define NO_STATE	0xfe
#define NO_EVENT	SIZE_MAX

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
	uint32_t	 polls;		/* answers to GETSTATUS since */
};

/* What may have made the device leave the bus. */
enum departure_cause {
	DEPARTURE_UNASKED,
	DEPARTURE_LEAVE,
	DEPARTURE_DETACH,
	DEPARTURE_RESET,	/* of the bus */
	DEPARTURE_UNPROTECT	/* a read unprotect, which restarts it */
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
	size_t			 function;	/* index into descriptors */
	const char		*wanted_alternate; /* to look at, or NULL */
	int			 wanted_interface; /* -1: any */
	uint8_t			 alternate;	/* in use or looked at */
	bool			 alternate_set;	/* by a SET_INTERFACE seen */
	char			*strings[256];	/* read by request, by index */

	struct reported		 reported;
	struct status_seen	 status;
	struct estimate		 estimate;	/* as of the last event */
	uint64_t		 timer; /* time moves it at, us; or NEVER */
	uint64_t		 entered;	/* of the present visit, us */
	struct pending		 pending;
	uint64_t		 last_answer;	/* us, 0: never answered */
	uint32_t		 sent;	/* submits of this program, ever */
	uint32_t		 seen;	/* submits of others, ever */

	uint16_t		 next_block; /* default of dnload and upload */
	uint32_t		 pointer;	/* DfuSe address pointer */
	bool			 pointer_known;
	bool pointer_pending;  /* takes effect on GETSTATUS */
	uint32_t		 pointer_next;
	bool			 erasing; /* an erase was sent, not done */

	struct leaving		 leaving;
	/* What may make it leave, a leave apart, until it denies that. */
	enum departure_cause	 cause;
	uint32_t		 cause_by;	/* the request, 0: none */
	struct departure	 departure;	/* valid once it left */
	struct wait_stats		 wait_stats;

	struct visit		 visits[DFU_STATE_COUNT];
	struct path_step	 path[SESSION_PATH];	/* oldest first */
	size_t			 npath;
	struct request		*requests;	/* oldest first */
	size_t			 nrequests;
	size_t			 requests_cap;
	size_t			 requests_kept;	/* at most so many, 0: all */
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

/* Requests to the device, whoever sent them. */
uint32_t session_requests(const struct session *s);

/* The DFU interface in use; NULL if the device has none (never for usb). */
const struct dfu_function *session_function(const struct session *s);

/* Present, and its DFU interface is the run-time one. */
bool	session_runtime(const struct session *s);

/* dfu_is_dfuse of that alternate setting. */
enum dfu_dialect session_dialect(const struct session *s, uint8_t alternate);

/* "in DFU mode", "in run-time mode" or "without DFU": as what it arrived. */
const char *session_mode_words(const struct session *s);

/* It speaks DfuSe, by the alternate setting in use. */
bool	session_dfuse(const struct session *s);

/* wTransferSize, or DFU_TRANSFER_SIZE_UNKNOWN. */
uint16_t session_transfer_size(const struct session *s);

/* What the table of moves needs to know of it. */
struct dfu_conditions session_conditions(const struct session *s);

/*
 * The believed state at `now`: as of the last event, and what time alone has
 * done since by the table of moves (4 to 3, 7 to 6 or 8, 1 to 0).
 */
struct estimate session_estimate(const struct session *s, uint64_t now);

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

/* The request of that number, or NULL. */
const struct request *session_request(const struct session *s,
	    uint32_t number);

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
struct session	*session_new(const char *place);
void		 session_free(struct session *s);
/* index: of e in t. */
void		 session_apply(struct session *s, const struct event *e,
		    size_t index, const struct trace *t);

/* For session.c and session_apply.c alone: */
struct dfu_context session_context(const struct session *s,
		    uint8_t alternate);
/*
 * The dialect of an alternate setting came to be known: works out anew what
 * the requests of this arrival mean, and where their pointer was. What t has
 * forgotten keeps its meaning.
 */
void		 session_read_again(struct session *s, const struct trace *t);

#endif
