/* SPDX-License-Identifier: ISC */
/*
 * What a device did, as the device itself has it: one move for each request,
 * bus reset and lapse of time that moved it. Questions are marked by it.
 */
#ifndef LESSON_LESSON_TRACE_H
#define LESSON_LESSON_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/spec.h"
#include "dfu/transition.h"
#include "lesson/lesson.h"
#include "wire/xfer.h"

struct app;
struct session;

struct lesson_move {
	size_t			 line;	/* that sent it, of those played */
	int			 input;	/* enum dfu_input, or -1: no row */
	bool			 request;
	struct setup		 setup;	/* of a request */
	enum lesson_answer	 answer;	/* likewise */
	uint32_t		 len;	/* bytes it carried */
	bool			 replied;	/* reply is valid */
	struct dfu_status_reply	 reply;
	bool			 addressed;	/* address is where it acted */
	uint32_t		 address;
	int			 before;	/* own states, or LESSON_GONE */
	int			 after;
	uint64_t		 took;	/* by time: us in the state before */
};

struct lesson_trace {
	struct lesson_move	*moves;
	size_t			 n;
	int			 truth;	/* the state it is in now, or GONE */
	struct dfu_conditions	 conditions;	/* by its descriptors */
	bool			 will_detach;
	uint32_t		 vendor;	/* idVendor << 16 | idProduct */
	size_t			 line;	/* that moves are counted to */
	int			*ends;	/* the state behind each line */
	size_t			 nends;
	size_t			 seen;	/* events of the session's trace */
	uint16_t		 dev;	/* of its arrival before */
	bool			 begun;
	bool			 pending;	/* between request and answer */
	uint64_t		 since;	/* in this state, us */
};

void	lesson_trace_free(struct lesson_trace *t);

/*
 * Takes in what happened since, up to now (us): to be called each turn, with
 * the session in view being the device's. What was before the first call is
 * not seen.
 */
void	lesson_trace_watch(struct lesson_trace *t, const struct app *d,
	    uint64_t now);

/* A line begins: what follows is of it. */
void	lesson_trace_line(struct lesson_trace *t);

/* The requests in moves from that one on. */
size_t	lesson_trace_requests(const struct lesson_trace *t, size_t from);

/* The last request from that move on, or NULL. */
const struct lesson_move *lesson_trace_last(const struct lesson_trace *t,
	    size_t from);

/* "DNLOAD block 0, 4 bytes"; "300 ms"; "bus reset". */
void	lesson_move_words(const struct lesson_move *m, struct buf *b);

/* "ok", "STALL", "dfuDNBUSY, wait 300 ms". */
void	lesson_move_answer(const struct lesson_move *m, struct buf *b);

/* Lines to be played; look, unless NULL, is asked every turn. */
struct lesson_play {
	const char	*target;
	const char	*const *lines;
	size_t		 n;
	void		(*look)(void *arg, const struct lesson_trace *t,
			    const struct app *d, uint64_t now);
	void		*arg;
};

/*
 * Who plays lines of commands on a device of their own, on a clock of its
 * own: what an operator does elsewhere changes nothing in it. False: error
 * says which line could not be played. The caller frees t in any case.
 */
struct lesson_bench {
	bool	(*play)(const struct lesson_bench *b,
		    const struct lesson_play *p, struct lesson_trace *t,
		    struct buf *error);
};

/*
 * The goals of a step hold at once, by the moves from that one on; there has
 * to be one. now in us.
 */
bool	lesson_goals_hold(const struct lesson_step *s,
	    const struct lesson_trace *t, size_t from, const struct app *d,
	    uint64_t now);

/* What was done from that move on and is not allowed, or NULL. */
const char *lesson_forbidden(const struct lesson_step *s,
	    const struct lesson_trace *t, size_t from);

#endif
