/* SPDX-License-Identifier: ISC */
/*
 * A finding is a mechanism that the events of a session prove: what went
 * wrong (or only looks wrong), on whose side it is, and what helps. What
 * comes later may take it back: so far it holds, and then it stands or is
 * withdrawn, for good. The rows match mechanisms; the name of a board alone
 * proves nothing.
 */
#ifndef DIAGNOSIS_FINDING_H
#define DIAGNOSIS_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "session/severity.h"
#include "trace/fact.h"

struct event;
struct session;
struct finding_case;
struct finding_state;

enum finding_class {
	FINDING_POLL,		/* waits, polls and time limits */
	FINDING_MANIFEST,	/* the end of a download, and leaving */
	FINDING_DFUSE,		/* commands, addresses and protection */
	FINDING_DATA,		/* blocks, lengths, errors of a transfer */
	FINDING_HOST,		/* requests that do not fit the state */
	FINDING_RUNTIME,	/* DETACH, reset, coming back */
	FINDING_BUS,		/* cable, system, driver, permission */
	FINDING_DEVICE		/* what descriptors and strings say */
};
#define FINDING_CLASS_COUNT	(FINDING_DEVICE + 1)

enum finding_fault {
	FINDING_FAULT_HOST,
	FINDING_FAULT_DEVICE,
	FINDING_FAULT_SYSTEM,	/* cable, operating system, driver */
	FINDING_FAULT_NOBODY,	/* it is fine, whatever it looks like */
	FINDING_FAULT_OPEN	/* the trace does not tell which side */
};

enum finding_life {
	FINDING_SO_FAR,		/* what comes next may take it back */
	FINDING_STANDS,
	FINDING_WITHDRAWN
};
#define FINDING_LIFE_COUNT	(FINDING_WITHDRAWN + 1)

struct finding;

/* The moments at which a row's predicate is asked, bits of `when`. */
#define FINDING_ON_ARRIVED	0x0001
#define FINDING_ON_LEFT		0x0002
#define FINDING_ON_OPENED	0x0004	/* open failed */
#define FINDING_ON_CLOSED	0x0008
#define FINDING_ON_RESET	0x0010	/* a bus reset ended */
#define FINDING_ON_SENT		0x0020	/* a DFU request goes out */
#define FINDING_ON_STATUS	0x0040	/* told a state; not the next three */
#define FINDING_ON_BUSY		0x0080	/* told dfuDNLOAD-SYNC, dfuDNBUSY */
#define FINDING_ON_MANIFEST	0x0100	/* told one of the three of it */
#define FINDING_ON_ERROR	0x0200	/* told dfuERROR */
#define FINDING_ON_TAKEN	0x0400	/* another request was answered */
#define FINDING_ON_STALL	0x0800
#define FINDING_ON_SILENT	0x1000	/* no answer: time-out, cancelled */
#define FINDING_ON_BROKEN	0x2000	/* bus error, babble, gone */
#define FINDING_ON_OTHER	0x4000	/* a standard request was answered */
#define FINDING_ON_TIME		0x8000	/* nothing happened for a second */
#define FINDING_ON_END		0x10000	/* no more events will come */
#define FINDING_ON_SAID		0x20000	/* a tool said it; see finding_said.c */
#define FINDING_MOMENTS		18
#define FINDING_BIT(x)		(UINT32_C(1) << (x))
#define FINDING_ON_TOLD		(FINDING_ON_STATUS | FINDING_ON_BUSY | \
    FINDING_ON_MANIFEST | FINDING_ON_ERROR)
#define FINDING_ON_FAILED	(FINDING_ON_STALL | FINDING_ON_SILENT | \
    FINDING_ON_BROKEN)

struct finding_row {
	const char	*id;		/* "manifest-stuck" */
	/*
	 * FACT() bits of what it rests on: where one is not known, or is not
	 * so, it is not raised. 0: the requests and their outcomes are enough.
	 */
	uint16_t	 needs;
	const char	*title;		/* at most 60 characters */
	enum finding_class	 class;
	enum severity		 severity;
	enum finding_fault	 fault;
	/* One to three sentences, or "lint:ID": what that row of lint says. */
	const char	*mechanism;
	const char	*apart;		/* what looks so too, what tells */
	/* What helps and is no request, in words; or NULL. */
	const char	*advice;
	const char	*firmware;	/* for its author, or NULL */
	const char	*source;	/* clause, document, report */
	unsigned	 when;		/* FINDING_ON_ bits */
	/*
	 * Of moments that have a request, it can be so only where that is one
	 * of these, what is under way one of these, the state told one of
	 * these: FINDING_BIT()s of enum dfu_input, dfu_kind and dfu_state; a
	 * state before it, where one was told last. 0: whatever it is. Its
	 * predicate is not asked elsewhere.
	 */
	uint32_t	 requests;
	uint32_t	 works;
	uint32_t	 states;
	uint32_t	 before;	/* told by the request before it */
	/*
	 * How little it says: 0 names a cause; what is more general is not
	 * told of a request that another row has told something of, and is
	 * taken back when the answer to the next GETSTATUS tells more.
	 */
	unsigned	 general;
	bool		 beside;	/* ... and no cause: told besides */
	/*
	 * Of the rows with the same group (not 0), the first that an event
	 * proves is the only one: the special cause stands before the
	 * general one.
	 */
	unsigned	 group;
	/* Is it so? May say evidence; see finding_rule.h. NULL: it is said. */
	bool		(*predicate)(struct finding_case *c);
	/*
	 * What takes it back, asked at each event that follows; NULL: it
	 * stands at once. It stands, too, when one of the moments `settled`
	 * came, `within` us after its latest proof (0: never), or at the end.
	 */
	bool		(*taken_back)(const struct finding_case *c,
			    const struct finding *f);
	unsigned	 settled;
	uint64_t	 within;
	/* The advice after such a moment that is no dfuERROR, or NULL. */
	const char	*over;
};

/* Requests that prove it together. */
struct finding_proof {
	uint32_t	 first;
	uint32_t	 last;
};
/* The first proofs and the latest. */
#define FINDING_PROOFS	4

struct finding {
	const struct finding_row *row;
	enum finding_life life;
	uint32_t	 change;	/* its number, see struct findings */
	uint64_t	 changed;	/* us: when its life changed last */
	uint64_t	 at;		/* us: when it was proved first */
	uint64_t	 latest;	/* us */
	/* The request that went wrong, of the latest proof; 0: none did. */
	uint32_t	 culprit;
	uint32_t	 first;		/* requests that prove it; 0: none */
	uint32_t	 last;
	uint32_t	 count;		/* how often */
	struct finding_proof proofs[FINDING_PROOFS];
	uint8_t		 nproofs;
	bool		 left_out;	/* some, before the last */
	uint32_t	 line;		/* of a log, first told there; or 0 */
	uint32_t	 last_line;
	char		*evidence;	/* a phrase, or NULL */
	const char	*mechanism;	/* instead of the row's, or NULL */
	const char	*advice;	/* instead of the row's, or NULL */
};

/* All rows, class by class. NULL past the last. */
size_t	finding_rows_count(void);
const struct finding_row *finding_row(size_t i);
const struct finding_row *finding_row_named(const char *id);

const char	*finding_class_name(enum finding_class class);
/* "host software", "no fault" */
const char	*finding_fault_words(enum finding_fault fault);

/* How sure it is at now, us. */
enum finding_life finding_life(const struct finding *f, uint64_t now);
/* "so-far", "stands", "withdrawn". */
const char	*finding_life_name(enum finding_life life);

/* The row's mechanism in words; NULL: it names a row of lint that is none. */
const char	*finding_mechanism(const struct finding_row *row);
/* The same of this finding: its proof may tell more than the row knows. */
const char	*finding_cause(const struct finding *f);
/* What helps against it in words: its own, else the row's, or NULL. */
const char	*finding_advice(const struct finding *f);

/* What a session has been found to be. */
struct findings {
	struct finding	*list;		/* in the order of proof */
	size_t		 n;
	size_t		 cap;
	/*
	 * Counts what there is to tell: one was raised, its life changed, or
	 * the end came and it had been proved again. Each finding keeps the
	 * number of its latest change.
	 */
	uint32_t	 changes;
	uint64_t	 job;		/* us: when the latest began */
	/* Each row is asked at its moments, whatever the request: a test. */
	bool		 unmasked;
	/* For finding.c alone: */
	uint16_t	 lacks;		/* FACT() bits, and the rows that */
	uint64_t	*barred;	/* cannot be so without, by moment */
	struct finding_state *state;
	uint32_t	*known;		/* by row: index + 1 in list, or 0 */
};

/*
 * How many may hold at a time because nothing happened since the last event.
 * They enter the list when the next event shows that they held.
 */
#define FINDINGS_AT_MOST	8

/* One that findings_sorted put into held. */
void	finding_free(struct finding *f);

/*
 * The list but for what is withdrawn, and what holds at now, errors first,
 * each severity in the order of proof: pointers into *s and into held,
 * FINDINGS_AT_MOST long, whose *nheld are the caller's to release. Returns
 * how many; *sorted is the caller's to free.
 */
size_t	findings_sorted(const struct session *s, uint64_t now,
	    struct finding *held, size_t *nheld,
	    const struct finding ***sorted);

/* When findings_sorted may next hold something else, or SESSION_NEVER. us. */
uint64_t findings_deadline(const struct session *s, uint64_t now);

/* "#5-#9", "#5, #7, #9 ... #20", "" into b. */
void	finding_requests(const struct finding *f, struct buf *b);

/* For sessions.c: before e changes the session, and after. */
void	findings_before(struct session *s, const struct event *e);
void	findings_after(struct session *s, const struct event *e);
/*
 * The run or recording ends at now: what holds because nothing happened enters
 * the list, and what was so far stands. cut: it may go on elsewhere, and what
 * was so far stays so.
 */
void	findings_finish(struct session *s, uint64_t now, bool cut);
struct findings	*findings_new(void);
void	findings_free(struct findings *f);

#endif
