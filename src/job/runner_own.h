/* SPDX-License-Identifier: ISC */
/*
 * What the files of the runner share. Nobody else looks inside.
 */
#ifndef JOB_RUNNER_OWN_H
#define JOB_RUNNER_OWN_H

#include "job/runner.h"

enum runner_pass {
	RUNNER_PASS,
	RUNNER_PASS_WAIT,	/* for an answer */
	RUNNER_PASS_ENDED	/* the job, or what was held */
};

/* Ends all jobs with this result. */
void	runner_end_with(struct runner *r, int code, const char *text);

/* What destroys asks; what only loses a state asks when one key sent it. */
enum runner_pass runner_pass_danger(struct runner *r, const struct effect *e,
	    const struct session *s);

/* Opening wakes a device that is suspended. */
enum runner_pass runner_pass_wake(struct runner *r);

/* A question of the job itself: a yes to it covers all that it sends. */
enum runner_pass runner_pass_question(struct runner *r);

/* Where all is read-only, a job that destroys does not begin. */
bool	runner_may_begin(struct runner *r, const struct job *j);

/*
 * What the jobs that run destroy is allowed before they reach the device or
 * ask, or never: until then they have read their files and held them against
 * it.
 */
bool	runner_are_allowed(struct runner *r);

#endif
