/*
 * What session_apply keeps for the watch: the ledger of waits, and the leave
 * that is under way. For session_apply.c alone.
 */
#ifndef MODEL_SESSION_WATCH_H
#define MODEL_SESSION_WATCH_H

#include <stdint.h>

struct request;
struct session;

/* r was sent; it has ended, and the session knows of its answer. */
void	watch_submit(struct session *s, const struct request *r);
void	watch_complete(struct session *s, const struct request *r);

/* The device leaves the bus at us; the session still says how it was. */
void	watch_left(struct session *s, uint64_t at);

/* It begins anew: an arrival, a bus reset. */
void	watch_restart(struct session *s);

#endif
