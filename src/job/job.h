/* SPDX-License-Identifier: ISC */
/*
 * A job is a pure step: told what happened, it says what it wants next. It
 * never waits and knows no clock but the number it is given.
 */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/code.h"
#include "trace/effect.h"
#include "trace/event.h"

struct dfu_stack;
struct job;
struct recovery_log;
struct session;

/*
 * Jobs on top of each other: a line, recipes and rounds in each other, then a
 * job with requests of its own.
 */
#define JOB_DEPTH	16
#define JOB_FOREVER	UINT64_MAX

/* What a job says when it is asked. */
enum job_step {
	JOB_EFFECT,	/* do *effect, tell me of the events, ask again */
	JOB_WAIT,	/* ask again on any event, or at *until (us) */
	JOB_CALL,	/* run *child first; the runner frees it */
	JOB_DONE	/* finished: result is set */
};

struct job_result {
	int		 code;		/* CODE_OK ... */
	struct buf	 text;		/* a sentence for the operator, or "" */
};

/* Settings that a session's jobs share. */
struct job_settings {
	uint32_t	 timeout;	/* ms a request; 0: by the request */
	uint16_t	 xfer_size;	/* bytes, 0: wTransferSize */
	/* The device stack that the operator says it is, or NULL. */
	const struct dfu_stack	*stack;
	bool		 read_only;	/* what loses or destroys is refused */
	/* The announced wait of this answer is skipped; 0: none is. */
	uint32_t	 skipped;
	uint32_t	 skips;		/* so often was a wait skipped */
	struct recovery_log	*recovery;	/* where recover writes */
};

/* How far a job is with what it does now. */
struct job_progress {
	const char	*what;		/* "writing" */
	uint32_t	 address;	/* where it is, if has_address */
	bool		 has_address;
	uint64_t	 done;		/* bytes */
	uint64_t	 total;		/* bytes, 0: not known */
	uint64_t	 since;		/* us */
};

/* What a question adds where option bytes are written. */
#define JOB_OPTION_BYTES \
	"These are option bytes: a wrong value can lock the device permanently."

struct job_ops {
	const char	*name;
	/* What it destroys; allowed as a whole before it sends anything. */
	const char	*destroys;
	/* Its children are commands of their own: a yes covers one only. */
	bool		separate;
	/* What it says stands before what the job inside says. */
	bool		around;
	enum job_step	(*next)(struct job *j, const struct session *s,
		    const struct job_settings *set, uint64_t now);
	/* Optional: an event of this session's device. */
	void		(*event)(struct job *j, const struct session *s,
		    const struct event *e);
	/*
	 * Optional: the file it asked for; n bytes, or error (not NULL). An
	 * act is answered here too: error says why it could not be done, n
	 * the code to end with (0: CODE_USAGE).
	 */
	void		(*file)(struct job *j, const void *p, size_t n,
		    const char *error);
	/* Optional: how a called child ended. Without it the code is kept. */
	void		(*child)(struct job *j, const struct job_result *r);
	/* Optional: how far it is, in words. */
	void		(*words)(const struct job *j, struct buf *b,
		    uint64_t now);
	/* Optional: the same in numbers; false: there is nothing to say. */
	bool		(*progress)(const struct job *j,
		    struct job_progress *p);
	/*
	 * Optional: it is to end, and does so by itself, leaving the device
	 * in order. sent: a request of its is on its way and being cancelled.
	 * why: "cancelled". Such a job is also asked on when its device has
	 * left.
	 */
	void		(*stop)(struct job *j, bool sent, const char *why);
	void		(*free)(struct job *j);
};

/* The head of every job: members that next fills are read by the runner. */
struct job {
	const struct job_ops	*ops;
	struct effect		 effect;
	uint64_t		 until;
	bool			 skippable;	/* JOB_WAIT: skip ends it */
	bool			 announced; /* and the device announced it */
	struct job		*child;
	struct job_result	 result;
	bool			 allowed;	/* for the runner */
	bool			 paused;	/* by the runner */
	/* "expect back": it waits for a device to come back; or NULL. */
	const char		*wants_back;
	/* What is behind it: the next one that does, or NULL; anything. */
	const char		*back_wanted;
	bool			 followed;
};

/* One turn of a job, for what the job is made of. */
struct job_turn {
	struct job		*job;
	const struct session	*s;
	const struct job_settings *set;
	uint64_t		 now;		/* us */
	enum job_step		 step;		/* what the job returns */
};

/* "writing 0x08000800, 2 of 128 KiB (1 %), 19.2 KiB/s, 6.6 s left" */
void	job_progress_words(const struct job_progress *p, struct buf *b,
	    uint64_t now);

/* What is left of the announced wait, us; 0 when it is over or skipped. */
uint64_t job_wait_left(const struct session *s,
	    const struct job_settings *set, uint64_t now);

/* Waits until us for what the device announced: returns JOB_WAIT. */
enum job_step	job_wait_announced(struct job *j, uint64_t until);

/*
 * It waits for longer than LIMIT_ANNOUNCED_S because the device announced
 * that: then b says so, and what would wait all the same.
 */
bool	job_wait_absurd(const struct job *j, const struct session *s,
	    uint64_t now, struct buf *b);

/* ", 3.2 s of the announced wait left" while it waits so. */
void	job_words_wait(const struct job *j, struct buf *b, uint64_t now);

/* Frees a job and what it holds; NULL is fine. */
void	job_free(struct job *j);

/* Ends a job: sets code and, printf-like, text; returns JOB_DONE. */
enum job_step	job_done(struct job *j, int code, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

#endif
