/*
 * What happened, as lines of text. Everything foreign is escaped.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "base/buf.h"
#include "model/desk.h"

/*
 * The line for an event, newline included; nothing for events that are told
 * by another one (a SUBMIT by its COMPLETE). begin: time of the first event,
 * us. several: name the place.
 */
void	text_event(struct buf *b, const struct desk *d,
	    const struct event *e, uint64_t begin, bool several);

/* A device with its alternate settings. */
void	text_device(struct buf *b, const struct session *s);

/* What contradicts what in it, and what tools do otherwise with it. */
void	text_lint(struct buf *b, const struct session *s);

#endif
