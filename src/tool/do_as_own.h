/* SPDX-License-Identifier: ISC */
/*
 * What the files of the do-as job share. Nobody else looks inside.
 */
#ifndef TOOL_DO_AS_OWN_H
#define TOOL_DO_AS_OWN_H

#include "base/buf.h"
#include "dfu/spec.h"
#include "job/job.h"
#include "tool/tool_plan.h"

enum do_as_phase {
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

struct do_as_job {
	struct job		 job;
	struct tool_order	 order;
	char			*path;
	bool			 asked;		/* for the file */
	char			*question;
	struct image		 image;
	bool			 has_image;
	struct layout		 layout;
	struct tool_plan	 plan;
	size_t			 at;
	enum do_as_phase	 phase;

	/* The way of asking in use. */
	const struct script_poll *poll;
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
	uint8_t			 state;		/* or SCRIPT_NO_STATE */
	uint8_t			 status;
	uint32_t		 wait;		/* ms */
	uint64_t		 due;		/* us: it sleeps until then */
	bool			 manifest;	/* was seen since it asked */
	bool			 differs;
	uint32_t		 accepted;	/* bytes that it sent */
	uint32_t		 compared;	/* bytes read, and the same */
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
void	do_as_next_step(struct do_as_job *k);
void	do_as_begin_poll(struct do_as_job *k,
	    const struct script_poll *poll, uint64_t now);

/* A GETSTATUS ended; the ABORT, CLRSTATUS or reset behind one did. */
void	do_as_after_answer(struct do_as_job *k, uint64_t now);
void	do_as_after_act(struct do_as_job *k, uint64_t now);

/* It takes the device for manifesting and sends no GETSTATUS. */
bool	do_as_is_mute(const struct do_as_job *k,
	    const struct session *s);

/* The tool gives up with these words; the former also ends its steps. */
void	do_as_give_up(struct do_as_job *k,
	    const struct script_message *w);
void	do_as_fail(struct do_as_job *k, const struct script_message *w);

/* What it would say, and what is the case: into the result. */
void	do_as_say(struct do_as_job *k, const struct session *s,
	    uint64_t now);

/*
 * Everything that can be wrong before anything is sent, and the plan; false:
 * error and error_code tell.
 */
bool	do_as_check(struct do_as_job *k, const struct session *s,
	    const struct job_settings *set);

/* The question for all of it. */
const char *do_as_question(struct do_as_job *k);

#endif
