/* SPDX-License-Identifier: ISC */
/*
 * What the files of the loop share. Nobody else looks inside.
 */
#ifndef LOOP_LOOP_OWN_H
#define LOOP_LOOP_OWN_H

#include <stdio.h>

#include "loop/loop.h"
#include "trace/effect.h"
#include "trace/journal.h"
#include "transport/transports.h"

struct loop {
	struct app		 app;	/* first: see has_time */
	struct transports		*transports;
	struct frontend		*frontend;
	const struct filter	*filter;
	struct journal_writer	*journal;	/* NULL: none */
	int			 store;		/* it, to be read; -1: none */
	bool			 virtual;
	uint64_t		 now;
	uint64_t		(*clock)(void);		/* unless virtual */
	uint64_t		 ahead;	/* of it, by what was hurried */
	uint64_t		 drawing;	/* a frame was begun at, us */
	uint32_t		 number;	/* of the latest request */
	bool			 dirty;		/* something to draw */
	bool			 touched;	/* by a key */
	bool			 told;		/* of what went wrong */
	bool			 quit;
	uint64_t		 drawn;

	uint64_t		 leave_by;	/* jobs wind down; 0: no */
	struct buf		 parting;	/* what became of them */

	struct buf		 traced;	/* a tool's line; "": none */
	struct buf		 tool;		/* its name */
	bool			 trace_begins;
	uint64_t		 trace_from;	/* it began */
	uint64_t		 trace_due;	/* its devices may yet act */
	int			 trace_rows;	/* of its terminal */
	int			 trace_cols;

	FILE			*record;	/* a recipe, NULL: none */
	size_t			 record_of;	/* that session's commands */
	uint64_t		 recorded;	/* the latest, us */
	uint32_t		 waited; /* the answer whose wait is in it */
	struct buf		 unwritten;	/* until the job has ended */
	struct buf		 record_lost;	/* why it ended early, or "" */
};

/* loop.c: the way of every event, and the message line. */
void	loop_deliver(struct loop *l, const struct event *e);
void	loop_deliver_text(struct loop *l, enum event_kind kind, uint16_t dev,
	    const char *text);
void	loop_say(struct loop *l, enum severity severity, const char *text);

/* loop_effect.c: performs what jobs wish for. */
void	loop_perform(struct loop *l, size_t i, const struct effect *effect);
void	loop_report_result(struct loop *l, size_t i);
/* Everything that all sessions wish for; *until: when to ask again. */
bool	loop_run_sessions(struct loop *l, uint64_t *until);

/* loop_command.c: turns the front's lines into jobs, or does them at once. */
bool	loop_take_commands(struct loop *l);
/* What a command wants done; false: error says why it could not be. */
bool	loop_grant(struct loop *l, const struct app_effect *e,
	    struct buf *error);
/* The first signal that asks for an end stops what runs, as cancel does. */
void	loop_take_signal(struct loop *l);
/* Quits once the jobs that were stopped have wound down. */
void	loop_wind_down(struct loop *l);

/* loop_record.c: what is done by hand becomes a recipe. */
/* False: error says why it cannot begin. */
bool	loop_record_start(struct loop *l, const char *path,
	    struct buf *error);
void	loop_record_stop(struct loop *l);
void	loop_record_command(struct loop *l, const char *line);
/* The job of session i was answered with no: its lines become comments. */
void	loop_record_declined(struct loop *l, size_t i);
/* One that acts at once and is to be recorded was done. */
void	loop_record_act(struct loop *l, const char *line);
void	loop_record_result(struct loop *l, size_t i,
	    const struct job_result *r);

/* loop_trace.c: another tool at work, in a terminal of its own. */
/* False: error says why it cannot begin. */
bool	loop_trace_start(struct loop *l, const char *line,
	    struct buf *error);
/* Its output, its keys and its end; true: something happened. */
bool	loop_trace_turn(struct loop *l);

/* loop_export.c: false: they are not the same; error says how, or why not. */
bool	loop_compare(struct loop *l, const char *path,
	    const struct image_comparison *what, struct buf *error);

/* loop_export.c: writes the file; false: error says why not. */
bool	loop_export(struct loop *l, const char *path,
	    const struct export *what, struct buf *error);

#endif
