#ifndef TOOL_JOB_DO_AS_H
#define TOOL_JOB_DO_AS_H

#include "job/job.h"
#include "tool/tool_plan.h"

/*
 * What another tool would send to the device in this state, request by
 * request, and what it would claim in the end beside what is the case. path:
 * of a flash, else NULL. Code 0 if the tool would claim success.
 */
struct job	*job_do_as(const struct tool_order *order,
		    const char *path);

#endif
