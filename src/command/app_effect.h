/* SPDX-License-Identifier: ISC */
/*
 * What a command that acts at once wants done with the application. Only the
 * loop does it.
 */
#ifndef COMMAND_APP_EFFECT_H
#define COMMAND_APP_EFFECT_H

#include <stdbool.h>

#include "base/buf.h"
#include "command/export.h"

struct dfu_stack;
struct what_if_row;

enum app_effect_kind {
	APP_NOTHING,
	APP_SAY,		/* text: what holds from now on */
	APP_HELP,	/* the front end shows its help; text: of which */
	APP_WHAT_IF,		/* it tells it; what_if: of which, NULL: all */
	APP_WAYS,		/* it tells the ways out */
	APP_DIFF,	/* text: the path of what it is compared with */
	APP_STACK,		/* stack: what the device is, NULL: not said */
	APP_CANCEL,		/* the request in flight, and the job */
	APP_ANSWER,		/* the question of the job: see yes */
	APP_QUERY,		/* the device itself is asked about that */
	APP_DIALECT,	/* text: the operator's word for it, or "" */
	APP_INSTEAD,		/* text: a command, of the held request */
	APP_PLUG,		/* the simulated device */
	APP_UNPLUG,
	APP_ANEW,		/* the simulated device, as at its start */
	APP_RESTART,		/* it resets itself */
	APP_FAULT,		/* text: NAME=VALUE,... of it */
	APP_MARK,		/* text: for the journal */
	APP_MEANT,		/* text: that memory is as it is meant to be */
	APP_EXPORT,		/* text: the path; export */
	APP_COMPARE,		/* text: the path, or ""; comparison */
	APP_RECORD,		/* text: the recipe to begin with */
	APP_UNRECORD,		/* ends it */
	APP_TRACE,		/* text: the command line of another tool */
	APP_QUIT		/* yes: the question whether to was answered */
};

struct app_effect {
	enum app_effect_kind		 kind;
	bool				 yes;
	struct buf			 text;	/* owned by who has it done */
	const struct what_if_row	*what_if;
	const struct dfu_stack		*stack;
	struct export			 export;
	struct image_comparison	 comparison;
};

#endif
