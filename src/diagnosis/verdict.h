/* SPDX-License-Identifier: ISC */
/*
 * The verdict: one word for how it stands with a device, and what proves it.
 * What to do about it is advice. Made from a session and the time alone; one
 * more row is the way to say more.
 */
#ifndef DIAGNOSIS_VERDICT_H
#define DIAGNOSIS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/stack.h"
#include "session/session.h"
#include "session/severity.h"

struct verdict_facts;

/* No announced wait is overdue before this, us. */
#define VERDICT_PATIENCE	500000

/* What time a row's threshold counts from. */
enum verdict_clock {
	VERDICT_ANY_TIME,	/* it has none */
	VERDICT_PENDING,	/* the request in flight was sent */
	VERDICT_LEFT,		/* the device left the bus */
	/*
	 * The state was first reported; the threshold is what was announced
	 * then, if that is longer.
	 */
	VERDICT_REPORTED
};

/* What a row tells the age of, and what proves it. */
enum verdict_origin {
	VERDICT_FROM_STATE,	/* the state is believed */
	VERDICT_FROM_REPORT,	/* the state was first reported */
	VERDICT_FROM_LAST,	/* the latest request that ended */
	VERDICT_FROM_PENDING,
	VERDICT_FROM_LEAVE,	/* the leave began */
	VERDICT_FROM_LEFT,
	VERDICT_FROM_BACK,	/* it arrived again */
	VERDICT_FROM_READ,	/* what was read back differs */
	VERDICT_FROM_CUT,	/* the work on memory was cut */
	VERDICT_FROM_JOB	/* a job failed */
};

/*
 * The first row of the table that fits is the verdict. Several rows may have
 * the same word: it is what conditions and readers of JSON go by.
 */
struct verdict_row {
	const char		*word;
	enum severity		 severity;
	bool			 quiet;	/* nothing to call attention to */
	int			 code;	/* of a job that ends with this */
	enum verdict_origin	 origin;
	enum verdict_clock	 clock;
	uint64_t		 from;		/* us on that clock */
	bool			 (*holds)(const struct verdict_facts *f);
	void			 (*say)(const struct verdict_facts *f,
				    struct buf *b);
	const char		*more;	/* behind that, or NULL */
};

/* All rows in the order in which they are asked; NULL past the last. */
const struct verdict_row *verdict_row(size_t i);

/* What a word means, whichever row it comes from; in order of the table. */
struct verdict_meaning {
	const char	*word;
	const char	*sentence;
};
extern const struct verdict_meaning verdict_meanings[];
extern const size_t verdict_meanings_count;

/* The sentence of that word. */
const char *verdict_meaning(const char *word);

/* What version 0.1.0 said for a word: still understood, never said. */
struct verdict_alias {
	const char	*old;
	const char	*word;
};
extern const struct verdict_alias verdict_aliases[];
extern const size_t verdict_aliases_count;

/* word, one of now or of 0.1.0, stands for the word now. */
bool	verdict_means(const char *word, const char *now);

struct verdict {
	const struct verdict_row	*row;
	const struct dfu_stack		*stack;	/* NULL: none is likely */
	uint64_t			 since;	/* us */
	uint32_t			 by;	/* the proof, 0: no request */
	/* How it stands with the device, where row is about something else. */
	const struct verdict_row	*under;	/* or NULL */
};

/* The verdict at now; fixed is the operator's word for the stack or NULL. */
struct verdict	verdict_of(const struct session *s,
		    const struct dfu_stack *fixed, uint64_t now);

/* The same without a word of its memory and of jobs. */
struct verdict	verdict_of_device(const struct session *s,
		    const struct dfu_stack *fixed, uint64_t now);

/* A few short sentences without running clocks, for the operator. */
void	verdict_words(const struct verdict *v, const struct session *s,
	    uint64_t now, struct buf *b);

/* "dfuERROR, errFIRMWARE (#1)": how the session stands. */
void	verdict_words_state(const struct session *s, struct buf *b);

/* "the device left after 5 polls (40 ms)", of one that is gone. */
void	verdict_words_left(const struct session *s, struct buf *b);

/* "the device still reports dfuMANIFEST after 5 polls, for 40 ms." */
void	verdict_words_still(const struct session *s, struct buf *b);

/*
 * "what was read back at 0x08000000 (#26) is not what was written (#19): ...",
 * without a full stop; nothing if nothing differs. The same of an operation
 * on memory that was cut: "the flash (#10) was cut at #31: ...; 0x08000800 to
 * 0x08000fff erased and not written".
 */
void	verdict_words_mismatch(const struct session *s, struct buf *b);
void	verdict_words_incomplete(const struct session *s, struct buf *b);

/* When time alone may next change the verdict, or SESSION_NEVER. us. */
uint64_t verdict_deadline(const struct session *s, uint64_t now);

/* The first row of that word, or NULL. */
const struct verdict_row *verdict_named(const char *word);

#endif
