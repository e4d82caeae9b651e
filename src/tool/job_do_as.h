/* SPDX-License-Identifier: ISC */
#ifndef TOOL_JOB_DO_AS_H
#define TOOL_JOB_DO_AS_H

#include "job/job.h"
#include "tool/tool_plan.h"

/*
 * What another tool would send to the device in this state, request by
 * request, and what it would claim in the end beside what is the case, of the
 * device and of its memory. path: of a flash, else NULL. Code 0 if the tool
 * would claim success, and nothing that is known is against that; 76 if it is
 * not so, or if the tool would fail.
 */
struct job	*job_do_as(const struct tool_order *order,
		    const char *path);

#endif
