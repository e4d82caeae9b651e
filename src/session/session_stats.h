/* SPDX-License-Identifier: ISC */
/*
 * What session_apply keeps for the verdict: the wait statistics, and the leave
 * that is under way. For session_apply.c alone.
 */
#ifndef SESSION_SESSION_STATS_H
#define SESSION_SESSION_STATS_H

#include <stdint.h>

struct request;
struct session;

/* r was sent; it has ended, and the session knows of its answer. */
void	session_stats_submit(struct session *s, const struct request *r);
void	session_stats_complete(struct session *s, const struct request *r);

/* The device leaves the bus at us; the session still says how it was. */
void	session_stats_left(struct session *s, uint64_t at);

/* It begins anew: an arrival, a bus reset. */
void	session_stats_restart(struct session *s);
/* The same after a bus reset, which it may answer by leaving. */
void	session_stats_reset(struct session *s);

#endif
