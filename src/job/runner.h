/* SPDX-License-Identifier: ISC */
/*
 * The runner drives one session's jobs: a stack of at most JOB_DEPTH, behind
 * a gate that steps, breaks and asks before harm is done.
 */
#ifndef JOB_RUNNER_H
#define JOB_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dfu/stack.h"
#include "diagnosis/recovery.h"
#include "job/condition.h"
#include "job/job.h"
#include "session/session.h"

/* What the operator allows without being asked. */
struct runner_policy {
	bool	read_only;	/* nothing that loses or destroys, ever */
	bool	yes;		/* answers every question */
	bool	wake;		/* answers whether to wake a device */
	bool	confirm_off; /* requests that lose a state go unasked */
	bool	interactive;	/* somebody can be asked at all */
	bool	loses_asks;	/* ask for requests that only lose a state */
	bool	past;		/* a recording: nothing can be sent at all */
	bool	served;		/* others ask: nothing is sent from here */
};

#define RUNNER_BREAKS	8

enum runner_gate {
	RUNNER_RUN,
	RUNNER_STEP,		/* one request, then hold */
	RUNNER_STEP_STATE,	/* until the state is another, then hold */
	RUNNER_PAUSE
};

struct runner {
	struct job		*jobs[JOB_DEPTH];
	size_t			 depth;
	struct job_settings	 settings;
	struct runner_policy	 policy;
	enum runner_gate	 gate;
	bool			 stepping;	/* jobs begin held */
	struct condition	 breaks[RUNNER_BREAKS];
	size_t			 nbreaks;
	bool			 by_key;	/* this job came from one key */

	struct effect		 paused;		/* before the gate */
	bool			 has_paused;
	bool			 broke;		/* breaks were asked of it */
	const struct condition	*broke_at;	/* or NULL */
	struct estimate		 stepped_from;	/* RUNNER_STEP_STATE */

	/* A job put in before a held request: what waits below it. */
	size_t			 inserted;	/* its depth, 0: none */
	bool			 instead;	/* held is not sent then */
	struct effect		 aside;		/* held, meanwhile */
	bool			 aside_by_key;
	bool			 aside_granted;
	bool			 aside_guessed;
	enum runner_gate	 aside_gate;	/* to go on with then */

	char			*question;	/* asked now, or NULL */
	const char		*word;	/* that answers it, NULL: yes does */
	bool			 granted;	/* yes was said to this job */
	/* What a plain device would store: whether it is one is undecided. */
	bool			 asks_guess;	/* the question is about that */
	bool			 guessed;	/* yes was said to this job */
	bool			 querying; /* what is put in is the query */
	bool			 queried; /* for what is held: result */
	bool			 asks_wake;	/* the question is about that */
	bool			 wake_granted;
	bool			 asleep;	/* the loop says: suspended */
	bool			 opening;
	size_t			 stopping;	/* depth of who winds down */

	bool			 ended; /* a job has just ended: result */
	struct job_result	 result;	/* of the last job */

	uint64_t		 waits_until;	/* us; skip ends it; 0: none */

	uint64_t		 watch;		/* period, us; 0: off */
	bool			 watch_status;	/* GETSTATUS, not GETSTATE */
	uint64_t		 watch_next;

	struct recovery_log	 recovery;	/* what recover did */
};
void	runner_init(struct runner *r);
void	runner_clear(struct runner *r);

/* Why nothing can be done to what is past. */
#define RUNNER_PAST	"a recording cannot be changed: nothing was sent"

/* Nor to what others have. */
#define RUNNER_SERVED	"another host uses this device: only unplug, plug, " \
	"restart and fault work here"

/* Why nothing can be sent, or NULL. */
const char *runner_bound(const struct runner_policy *p);

/* A job runs, is held or asks. */
bool	runner_busy(const struct runner *r);

/*
 * Starts a job, which it owns from now on. Must not be busy. by_key: one key
 * fired it, so it asks before a state is lost unless that is armed.
 */
void	runner_start(struct runner *r, struct job *j, bool by_key);

/* A request of its job is held: it can be skipped, or another put before. */
bool	runner_is_paused(const struct runner *r);

/* It holds, and another job can be put in before the held request. */
bool	runner_takes_in(const struct runner *r);

/*
 * Puts a job, which it owns from now on, before the held request; instead:
 * the held one is not sent afterwards. Must hold, and nothing be put in yet.
 */
void	runner_insert(struct runner *r, struct job *j, bool by_key,
	    bool instead);

/*
 * Does not send the held request: its job goes on as if it had been sent and
 * had changed nothing.
 */
void	runner_skip(struct runner *r);

/* The held request in words: "DNLOAD block 2, 0 bytes  leave". */
void	runner_paused_words(const struct runner *r, const struct session *s,
	    struct buf *b);

/* An event of the session's device was applied. */
void	runner_event(struct runner *r, const struct session *s,
	    const struct event *e);

/*
 * The next wish, or false: then *until says when to ask again at the latest.
 * The effect is valid until the next call.
 */
bool	runner_next(struct runner *r, const struct session *s, uint64_t now,
	    struct effect *effect, uint64_t *until);

/* What READ_FILE brought, n bytes, how ACT, WRITE_FILE went: error or NULL. */
void	runner_file(struct runner *r, const void *p, size_t n,
	    const char *error);

/* The operator's yes or no to the question. */
void	runner_answer(struct runner *r, bool yes);

/* The question is whether to send what a plain device would store. */
bool	runner_asks_guess(const struct runner *r);

/*
 * Asks the device itself about that, before the request that is held; false:
 * that is not the question, or nothing more can be put in.
 */
bool	runner_query(struct runner *r);

/* It runs a job that would lead the device back if it were stopped. */
bool	runner_winds_down(const struct runner *r);

/*
 * Gives the job up; a request in flight must be cancelled by the caller. A job
 * that can wind down does so first; said once more it is dropped. Either ends
 * with CODE_PROTOCOL and says in what state the device is at now (us).
 */
void	runner_stop(struct runner *r, const struct session *s, uint64_t now,
	    const char *why);

/* The same where nothing can happen any more: it ends with 76. */
void	runner_give_up(struct runner *r, uint64_t now);

/* How far it is; false: nothing to say. */
bool	runner_progress(const struct runner *r, struct job_progress *p);

/* Ends the wait that a job is in; false: none is in one. */
bool	runner_skip_wait(struct runner *r, const struct session *s);

/* What it is doing, in words: "leave: 3 of at most 100 GETSTATUS". */
void	runner_words(const struct runner *r, struct buf *b, uint64_t now);

#endif
