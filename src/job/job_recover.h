/*
 * What job_recover.c and job_recover_say.c share: the job, and how it ends.
 */
#ifndef JOB_JOB_RECOVER_H
#define JOB_JOB_RECOVER_H

#include "job/jobs.h"
#include "session/session.h"

enum recover_phase {
	PHASE_BEGIN,
	PHASE_TO_IDLE,		/* before the first look */
	PHASE_QUERY,		/* GETSTATUS: what is it in now? */
	PHASE_QUERIED,
	PHASE_PICK,		/* the next action */
	PHASE_WAIT,
	PHASE_POLL,
	PHASE_POLLED,
	PHASE_REQUEST,		/* the action's own request */
	PHASE_REQUESTED,
	PHASE_RESET,
	PHASE_DONE
};

/* What was tried is counted for each state; those undefined are one. */
#define STATES		(DFU_STATE_COUNT + 2)
#define STATE_UNDEFINED	DFU_STATE_COUNT
#define STATE_UNKNOWN	(DFU_STATE_COUNT + 1)

struct recover_job {
	struct job		 job;
	enum recover_reach	 reach;
	enum recovery_action	 action;
	enum recover_phase		 phase;
	bool			 waiting;	/* a request is under way */
	bool			 acting;	/* try is being made */
	bool			 second;	/* CLRSTATUS of the pair */
	struct recovery_try	 try;
	unsigned		 polls;		/* at most so many */
	unsigned		 tries[STATES][RECOVERY_COUNT];
	unsigned		 done;		/* actions, ever */
	unsigned		 looks;		/* in vain, one after another */
	unsigned		 timeouts;	/* of them */
	uint32_t		 sent;
	uint64_t		 asked;		/* the latest GETSTATUS, us */
	uint64_t		 started;	/* of the action, us */
	uint64_t		 pause;		/* us: then on */
	uint64_t		 left;		/* us, 0: it did not */
	size_t			 mine;		/* first try of this job */
	const struct dfu_stack	*stack;
	struct recovery_log	*log;
};

/* It left: what it took, and what came back. */
enum job_step	recover_done_left(struct recover_job *k,
		    const struct session *s);

/* It is in dfuIDLE or appIDLE. */
enum job_step	recover_done_out(struct recover_job *k, uint8_t state);

/* One action was asked for, and is over. */
enum job_step	recover_done_one(struct recover_job *k, uint8_t state);

/* No action is left: what was tried, and what remains. */
enum job_step	recover_done_stuck(struct recover_job *k,
		    const struct session *s, uint8_t state, uint64_t now);

#endif
