/* SPDX-License-Identifier: ISC */
/*
 * Recovery: the actions of a ladder out of a state that a device is stuck in,
 * the mildest first, and what each is expected to do to this kind of device.
 */
#ifndef DIAGNOSIS_RECOVERY_H
#define DIAGNOSIS_RECOVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/dfuse.h"
#include "dfu/stack.h"

struct session;

/* The mildest first. */
enum recovery_action {
	RECOVERY_WAIT,
	RECOVERY_POLL,
	RECOVERY_CLRSTATUS,
	RECOVERY_ABORT,
	RECOVERY_PAIR,		/* makes an error to get out of it */
	RECOVERY_DETACH,
	RECOVERY_ALTERNATE,
	RECOVERY_RESET,
	RECOVERY_UNPLUG
};
#define RECOVERY_COUNT	(RECOVERY_UNPLUG + 1)

struct recovery_row {
	const char	*id;		/* "clrstatus-pair": recover ID */
	const char	*name;		/* "two CLRSTATUS", 16 columns */
	const char	*sentence;	/* what is done */
	const char	*risk;		/* what it may lose or spoil */
	enum dfu_danger	 danger;
	/* The same by hand, for a recipe; NULL: nobody can but the hand. */
	const char	*command;
	const char	*off_bus;	/* why not, if it is disconnected */
};

/* By enum recovery_action. */
extern const struct recovery_row recovery_rows[];

/* The action of that id, or -1. */
int	recovery_named(const char *id);

/* What may be hoped of a action, the best first. */
enum recovery_forecast {
	RECOVERY_OUT,		/* dfuIDLE, or off the bus */
	RECOVERY_MOVES,		/* on to another state, or tells something */
	RECOVERY_UNKNOWN,	/* nobody knows */
	RECOVERY_POINTLESS,	/* nothing will change */
	RECOVERY_HARMS		/* it makes things worse */
};

struct recovery_option {
	enum recovery_action	 action;
	enum recovery_forecast	 forecast;
	struct buf		 words;	/* what it is expected to do, why */
	enum dfu_certainty	 certainty;
	const char		*whose; /* who is known for it: "TinyUSB" */
	unsigned		 polls;	/* RECOVERY_POLL: at most so many */
};

/* It is where nothing has to be recovered from: dfuIDLE or appIDLE. */
bool	recovery_is_out(uint8_t state);

/* Off the bus, or in a state that it has reported and is not out of. */
bool	recovery_is_stuck(const struct session *s, uint64_t now);

/*
 * Fills offers[RECOVERY_COUNT] for the session as it is now, for stack (NULL:
 * by the specification): what may help, mildest first, then what is known to
 * be pointless, then what harms. The caller frees them with
 * recovery_options_free. Returns how many may help.
 */
size_t	recovery_option(const struct session *s, const struct dfu_stack *stack,
	    uint64_t now, struct recovery_option options[RECOVERY_COUNT]);
void	recovery_options_free(struct recovery_option options[RECOVERY_COUNT]);

/*
 * What is refused speaks for a read protection: against that there is none
 * that keeps the contents.
 */
bool	recovery_is_protected(const struct session *s);
#define RECOVERY_LAST		"unprotect"	/* the command */
#define RECOVERY_LAST_WORDS	"against a read protection: none that keeps " \
    "the contents; unprotect erases everything"

/* "hoped", "pointless": how an offer is called. */
const char *recovery_forecast_words(enum recovery_forecast forecast);

/* What one action did. */
struct recovery_try {
	uint8_t		 action;		/* enum recovery_action */
	uint8_t		 before;	/* state, NO_STATE: unknown */
	uint8_t		 after;		/* the same; NO_STATE: no answer */
	bool		 left;		/* the device, off the bus */
	uint8_t		 outcome;	/* of its own last request */
	uint32_t	 first;		/* request numbers; 0: none */
	uint32_t	 last;
	uint32_t	 sent;		/* requests, the looks included */
	uint32_t	 polls;		/* GETSTATUS of RECOVERY_POLL */
	uint64_t	 waited;	/* us of RECOVERY_WAIT */
	uint64_t	 at;		/* us */
};
#define RECOVERY_TRIES	64

/* What was tried on one device since it was last well. */
struct recovery_log {
	struct recovery_try	 tries[RECOVERY_TRIES];
	size_t			 n;
	uint32_t		 sent;	/* requests, every look included */
	uint16_t		 dev;
	bool			 over;	/* the last one got it out */
	const struct dfu_stack	*stack;
};

/* The latest try of a action, or NULL. */
const struct recovery_try *recovery_tried(const struct recovery_log *log,
	    enum recovery_action action);

/* The try that got it out, the last one, or NULL: it is not out. */
const struct recovery_try *recovery_worked(const struct recovery_log *log);

/* "#3-#10: dfuMANIFEST -> left the bus"; "waited 1.0 s; not asked" */
void	recovery_try_words(struct buf *b, const struct recovery_try *t);

/*
 * Writes the shortest way out that the log knows as a recipe, one command a
 * line. False if nothing has got the device out yet.
 */
bool	recovery_recipe(const struct recovery_log *log,
	    const struct session *s, struct buf *b);

#endif
