/* SPDX-License-Identifier: ISC */
/*
 * The skeleton of a job that works on memory: a file, what must be known
 * first, dfuIDLE, one question for all of it, its own work, and in the end
 * dfuIDLE again and how it went. A job is a kind with its phases as rows.
 */
#ifndef JOB_MEMORY_JOB_H
#define JOB_MEMORY_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/image.h"
#include "dfu/layout.h"
#include "job/job.h"
#include "job/memory_io.h"
#include "job/to_idle.h"
#include "session/blocks.h"

struct memory_job;

/* What a turn of a phase has led to. */
enum memory_turn {
	MEMORY_STEP,		/* t->step is what the job returns */
	MEMORY_NEXT,		/* the phase is over: the row's next begins */
	MEMORY_TURN		/* it has entered another phase, or failed */
};

/* The phases of all; those of a job's own count from MEMORY_OWN. */
enum memory_phase_id {
	MEMORY_FILE,		/* it begins here */
	MEMORY_FIRST,		/* names, alternate; all that can be wrong */
	MEMORY_TO_IDLE,
	MEMORY_ASK,
	MEMORY_END,
	MEMORY_OWN
};

/* One phase of one kind. A turn that has failed leads to MEMORY_END. */
struct memory_phase {
	enum memory_turn (*turn)(struct memory_job *m, struct job_turn *t);
	uint8_t		 next;
	const char	*verb;	/* of its progress, "writing"; or NULL */
	const char	*words;	/* where there is no progress; or NULL */
	bool		 anyway;	/* it goes on though it has failed */
};

enum memory_known {
	MEMORY_KNOWS_NOTHING,
	MEMORY_KNOWS_WHOLE,	/* what was cut there is whole */
	MEMORY_KNOWS_CUT	/* half of its work is done */
};

struct memory_kind {
	struct job_ops	 ops;		/* first; MEMORY_JOB_OPS, its name */
	const struct memory_phase *phases;
	bool		 saves;		/* path is written, not read */
	/* Optional: what memory_job_first checks; it fails by itself. */
	void	(*check)(struct memory_job *m, struct job_turn *t);
	/* The question, and m->word if yes is not enough. */
	void	(*ask)(struct memory_job *m, struct job_turn *t,
		    struct buf *b);
	/* Where it is, and bytes; false: there are no numbers. */
	bool	(*progress)(const struct memory_job *m,
		    struct job_progress *p);
	/* Optional: it is to end; sent as for job_ops.stop. */
	void	(*stopped)(struct memory_job *m, bool sent);
	/* Optional: it ends early, in m->phase: what to say of that. */
	void	(*failed)(struct memory_job *m);
	/*
	 * Optional: what it knows of the memory that requests do not tell;
	 * words of a cut into b.
	 */
	enum memory_known (*knows)(const struct memory_job *m,
		    const struct session *s, struct buf *b);
	/* Optional: frees what is its own. */
	void	(*free)(struct memory_job *m);
};

struct memory_job {
	struct job		job;
	struct to_idle		to_idle;
	struct memory_io	io;
	char			*path;		/* or NULL: no file */
	bool			replace;	/* the file, if it saves */
	bool			raw;	/* its bytes, whatever it is */
	struct image		image;
	bool			has_image;
	char			*question;
	const char		*word;		/* that answers it, or NULL */
	uint32_t		address;	/* the first */
	uint32_t		length;
	struct layout		layout;		/* memory_job_layout */

	uint8_t			phase;
	bool			called;	/* a child or effect, in this phase */
	uint64_t		since;		/* of this phase, us */
	size_t			at;		/* its block or page */
	unsigned		again;		/* tries of that one */
	uint64_t		done;		/* bytes of this phase */
	uint64_t		begun;		/* us, 0: not yet */
	bool			busy;		/* io or to_idle is at work */
	bool			left;		/* the device, since it began */
	bool			failed;
	bool			stopped;	/* by somebody else */
	bool			ending;
	bool			quiet;	/* the device may be left as it is */
	unsigned		firsts;		/* requests of MEMORY_FIRST */
	bool			named;	/* names were asked for */
	bool			queried;	/* and the dialect */
	int			code;
	struct buf		said;	/* what it has to say in the end */
	struct buf		tail;	/* more of that, behind the state */
	char			*error;		/* of the file */
	char			*remark;	/* said last, or NULL */
	bool			told;
	/* What is said before it asks, also where nobody is asked; or NULL. */
	const char		*warning;
	bool			warned;
};

#define MEMORY_UNVERIFIED \
	"not verifiable: the device cannot be read back"

/* The functions of job_ops that are the skeleton's; words may be others. */
#define MEMORY_JOB_OPS				\
	.next = memory_job_next,		\
	.event = memory_job_event,		\
	.file = memory_job_file,		\
	.progress = memory_job_progress,	\
	.stop = memory_job_stop,		\
	.free = memory_job_free

enum job_step memory_job_next(struct job *j, const struct session *s,
	    const struct job_settings *set, uint64_t now);
void	memory_job_event(struct job *j, const struct session *s,
	    const struct event *e);
void	memory_job_file(struct job *j, const void *p, size_t n,
	    const char *error);
void	memory_job_words(const struct job *j, struct buf *b, uint64_t now);
bool	memory_job_progress(const struct job *j, struct job_progress *p);
void	memory_job_stop(struct job *j, bool sent, const char *why);
void	memory_job_free(struct job *j);

/* Of size bytes, a struct memory_job first; path is copied, or NULL. */
void	*memory_job_new(size_t size, const struct memory_kind *kind,
	    const char *path);

/* Turns of the phases that are alike, in their order. */
enum memory_turn memory_job_open(struct memory_job *m, struct job_turn *t);
enum memory_turn memory_job_first(struct memory_job *m, struct job_turn *t);
enum memory_turn memory_job_to_idle(struct memory_job *m,
	    struct job_turn *t);
enum memory_turn memory_job_ask(struct memory_job *m, struct job_turn *t);
enum memory_turn memory_job_end(struct memory_job *m, struct job_turn *t);

/*
 * The device is there and in DFU mode, and what is needed of names, of the
 * alternate and of the dialect is known, which is asked for if it is not:
 * MEMORY_NEXT. For kinds with a MEMORY_FIRST of their own.
 */
enum memory_turn memory_job_ready(struct memory_job *m, struct job_turn *t);

/* It is on the bus and in DFU mode; false: it has failed. */
bool	memory_job_is_there(struct memory_job *m, const struct session *s);

/* Another phase begins now (us). Returns MEMORY_TURN. */
enum memory_turn memory_job_enter(struct memory_job *m, uint8_t phase,
	    uint64_t now);

/* child runs next, or an effect is performed. Both return MEMORY_STEP. */
enum memory_turn memory_job_call(struct memory_job *m, struct job_turn *t,
	    struct job *child);
enum memory_turn memory_job_wish(struct memory_job *m, struct job_turn *t,
	    const struct effect *effect);

/*
 * Says for the record what the requests do not tell, once. MEMORY_NEXT: it has
 * been said, or nothing is to be.
 */
enum memory_turn memory_job_tell(struct memory_job *m, struct job_turn *t);

/*
 * What was read back differs: as the verdict says it, where the session knows
 * of it in from..to, else of the file; at, how: the first difference.
 */
void	memory_job_fail_differs(struct memory_job *m,
	    const struct session *s, uint32_t from, uint32_t to, bool plain,
	    uint32_t at, enum block_how how);

/* One turn of what m->io, or its poll alone, was told to do. */
enum poll_end memory_job_io(struct memory_job *m, struct job_turn *t);
enum poll_end memory_job_poll(struct memory_job *m, struct job_turn *t);

/* It has failed like this: code, and the words of it. */
void	memory_job_fail(struct memory_job *m, int code, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4)));

/* What m->io, or its poll alone, was told to do has ended like this. */
void	memory_job_fail_io(struct memory_job *m, enum poll_end how);
void	memory_job_fail_poll(struct memory_job *m, enum poll_end how,
	    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * Waits for what comes back after the device left, or should have, when this
 * phase began. MEMORY_NEXT: it is over, and m->said has a "; ..." of it.
 */
enum memory_turn memory_job_await(struct memory_job *m, struct job_turn *t);

/* wTransferSize, or what the operator wants a block to have. */
uint16_t memory_job_block_size(const struct job_turn *t);

/* The memory of an alternate into m->layout; false: it has failed. */
bool	memory_job_layout(struct memory_job *m, const struct session *s,
	    uint8_t alternate);

#endif
