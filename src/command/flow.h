/* SPDX-License-Identifier: ISC */
/*
 * Jobs made of commands: lines one after the other, rounds, conditions,
 * recipes.
 */
#ifndef COMMAND_FLOW_H
#define COMMAND_FLOW_H

#include <stddef.h>
#include <stdint.h>

#include "job/condition.h"
#include "job/job.h"

/* Jobs of children, one after the other; takes `children` and the array. */
struct job	*job_script(struct job **children, size_t n);

/* Waits ms; ms < 0: the rest of the announced wait. */
struct job	*job_wait(int64_t ms);

struct job	*job_expect(const struct condition *c);

/* command is compiled anew for each round; it was checked before. */
struct job	*job_until(const struct condition *c, unsigned max,
		    const char *command);
struct job	*job_repeat(unsigned n, const char *command);

/* Does the command if the condition is the case, else nothing. */
struct job	*job_on(const struct condition *c, const char *command);

/* Does the command; its failing is told, but is none. */
struct job	*job_try(const char *command);

/*
 * Reads the recipe and all that it sources, checks all of it, then does its
 * lines one after the other. args: "NAME=VALUE".
 */
struct job	*job_source(const char *path, char *const *args,
		    size_t nargs);

/* A command that changes the application state, in its turn. */
struct job	*job_act(const char *line);

#endif
