/* SPDX-License-Identifier: ISC */
/*
 * What explain.c has made of a journal, for its text and its JSON.
 */
#ifndef REPORT_EXPLAIN_OWN_H
#define REPORT_EXPLAIN_OWN_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/state_path.h"
#include "analysis/timing.h"
#include "base/buf.h"
#include "diagnosis/sessions.h"

struct explain_part {
	struct path	path;
	struct timing	timing;
};

struct explain {
	const char		 *name;	/* of the file, without its place */
	const char		 *noun;		/* what it is: "journal" */
	const char		 *unit;		/* what is counted: "line" */
	struct sessions		 *sessions;
	struct explain_part	**parts;	/* as many as sessions */
	size_t			  nparts;
	uint64_t		  events;
	uint64_t		  begin;	/* us */
	struct buf		  wall;	/* when that was, or "" */
	unsigned long		  cut;	/* at this line; 0: it is whole */
	unsigned long		  damaged;	/* lines, not read */
	unsigned long		  first_damaged;	/* of them */
	bool			  log;	/* of another tool, not a journal */
	bool			  listed;	/* requests are */
	struct buf		  requests; /* of a log, as JSON lines */
	uint64_t		  nrequests;
	uint8_t			  known; /* EVENT_KNOWS_ of its answers */
};

/*
 * The whole way, in one line. glue stands for the blanks within a step: ' ',
 * or something that no line is broken at.
 */
void	explain_path(const struct path *p, int glue, struct buf *b);

/* The request that was in flight at the end, or 0. */
uint32_t explain_pending(const struct session *s);

void	explain_text(struct buf *b, const struct explain *x);
void	explain_json(struct buf *b, const struct explain *x);
/* Short: no time, no path, no name of a file, no serial number. */
void	explain_markdown(struct buf *b, const struct explain *x);

#endif
