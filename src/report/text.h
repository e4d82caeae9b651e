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

/*
 * How it stands with a device at the end: the waits that it announced, and
 * the verdict. fixed is the operator's word for the device stack, or NULL.
 */
void	text_session(struct buf *b, const struct session *s,
	    const struct dfu_stack *fixed, uint64_t now, bool several);

/* What desk->what_if_row, or each request, would do in the session in view. */
void	text_what_if(struct buf *b, const struct desk *d, uint64_t now);

/* A device with its alternate settings. */
void	text_device(struct buf *b, const struct session *s);

/* What contradicts what in it, and what tools do otherwise with it. */
void	text_lint(struct buf *b, const struct session *s);

#endif
