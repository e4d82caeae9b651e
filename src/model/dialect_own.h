/*
 * What the files of the do-as job share. Nobody else looks inside.
 */
#ifndef MODEL_DIALECT_OWN_H
#define MODEL_DIALECT_OWN_H

#include "base/buf.h"
#include "dfu/spec.h"
#include "model/dialect.h"
#include "model/job.h"

enum dialect_phase {
	DO_AS_FILE,
	DO_AS_CHECK,
	DO_AS_STEP,		/* the next step begins */
	DO_AS_SENT,
	DO_AS_ASK,		/* GETSTATUS when due */
	DO_AS_ASKED,
	DO_AS_ACT,		/* ABORT, CLRSTATUS or reset after that */
	DO_AS_ACTED,
	DO_AS_WHY,		/* one GETSTATUS behind a refusal */
	DO_AS_TOLD_WHY,
	DO_AS_WATCH,		/* nothing is sent: does it leave? */
	DO_AS_END
};

struct dialect_job {
	struct job		 job;
	struct dialect_order	 order;
	char			*path;
	bool			 asked;		/* for the file */
	char			*question;
	struct image		 image;
	bool			 has_image;
	struct layout		 layout;
	struct dialect_plan	 plan;
	size_t			 at;
	enum dialect_phase	 phase;

	/* The way of asking in use. */
	const struct dialect_poll *poll;
	bool			 first;
	unsigned		 rounds;
	unsigned		 zeros;
	unsigned		 stalls;
	uint64_t		 polling;	/* since, us */
	char			 letter;	/* of DO_AS_ACT, DO_AS_WHY */

	/* The latest request. */
	bool			 begun;		/* there was one */
	bool			 resets;	/* it was a bus reset */
	struct setup		 setup;
	bool			 answered;
	bool			 told;		/* a status */
	uint8_t			 outcome;
	uint32_t		 number;
	uint64_t		 ended;		/* us */
	struct dfu_status_reply	 reply;

	/* What the tool believes. */
	uint8_t			 state;		/* or DIALECT_NO_STATE */
	uint8_t			 status;
	uint32_t		 wait;		/* ms */
	uint64_t		 due;		/* us: it sleeps until then */
	bool			 manifest;	/* was seen since it asked */
	bool			 differs;
	const struct dfu_stack	*stack;	/* by the operator's word */

	/* How it ended. */
	bool			 left;		/* the device */
	uint64_t		 left_at;
	uint64_t		 leave_from;	/* us, 0: not asked to */
	uint64_t		 watch_until;
	bool			 failed;
	bool			 endless;
	int			 code;		/* of the tool */
	struct buf		 said;		/* by the tool */
	struct buf		 stopped;	/* why */
	struct buf		 error;		/* ours */
	int			 error_code;
};

/* On to the next step, or to a way of asking. */
void	dialect_next_step(struct dialect_job *k);
void	dialect_begin_poll(struct dialect_job *k,
	    const struct dialect_poll *poll, uint64_t now);

/* A GETSTATUS ended; the ABORT, CLRSTATUS or reset behind one did. */
void	dialect_after_answer(struct dialect_job *k, uint64_t now);
void	dialect_after_act(struct dialect_job *k, uint64_t now);

/* It takes the device for manifesting and sends no GETSTATUS. */
bool	dialect_is_mute(const struct dialect_job *k,
	    const struct session *s);

/* The tool gives up with these words; the former also ends its steps. */
void	dialect_give_up(struct dialect_job *k,
	    const struct dialect_words *w);
void	dialect_fail(struct dialect_job *k, const struct dialect_words *w);

/* What it would say, and what is the case: into the result. */
void	dialect_say(struct dialect_job *k, const struct session *s,
	    uint64_t now);

/*
 * Everything that can be wrong before anything is sent, and the plan; false:
 * error and error_code tell.
 */
bool	dialect_check(struct dialect_job *k, const struct session *s,
	    const struct job_settings *set);

/* The question for all of it. */
const char *dialect_question(struct dialect_job *k);

#endif
