/* SPDX-License-Identifier: ISC */
/*
 * What happened, as lines of text. Everything foreign is escaped.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "command/app.h"

struct what_if_row;

/*
 * The line for an event, newline included; nothing for events that are told
 * by another one (a SUBMIT by its COMPLETE). begin: time of the first event,
 * us. several: name the place.
 */
void	text_event(struct buf *b, const struct app *d,
	    const struct event *e, uint64_t begin, bool several);

/*
 * Polls with equal answers and nothing else to remark, of one session: the
 * first is told by its line, those behind it together. Begins zeroed.
 */
struct text_polls {
	uint32_t	 last;		/* request told or counted, 0: none */
	uint32_t	 first;		/* of those that were only counted */
	uint32_t	 count;
};

/*
 * Before text_event: true if e is one more poll with the answer before, and
 * is only counted. What was counted and ends with e is added to b first.
 */
bool	text_polls_take(struct text_polls *p, struct buf *b,
	    const struct app *d, const struct event *e, uint64_t begin,
	    bool several);

/* Adds the line of what was counted, if anything was. */
void	text_polls_end(struct text_polls *p, struct buf *b,
	    const struct app *d, const struct session *s, uint64_t begin,
	    bool several);

/*
 * The findings of s but for what is withdrawn, errors first, with what holds
 * at now (us) because nothing has happened since: a paragraph each, of notes
 * title and proof alone; nothing if there are none.
 */
void	text_findings(struct buf *b, const struct session *s, uint64_t now);

/* A line for each row and each text: "id  severity  title". */
void	text_finding_rows(struct buf *b);

/* What is known of the row or text of that id; false: there is none. */
bool	text_finding_about(struct buf *b, const char *id);

/*
 * How it stands with a device at the end: the waits that it announced, and
 * the verdict. fixed is the operator's word for the device stack, or NULL.
 */
void	text_session(struct buf *b, const struct session *s,
	    const struct dfu_stack *fixed, uint64_t now, bool several);

/* "help     getstate: asks for ..."; nothing of no command. */
void	text_help(struct buf *b, const char *command);

/* "dialect  DfuSe: bcdDFUVersion is 011a" */
void	text_dialect(struct buf *b, const struct session *s);

/*
 * What the request asked for, or each if NULL, would do in the session in
 * view.
 */
void	text_what_if(struct buf *b, const struct app *d,
	    const struct what_if_row *asked, uint64_t now);

/* A device with its alternate settings. */
void	text_device(struct buf *b, const struct session *s);

/* What contradicts what in it, and what tools do otherwise with it. */
void	text_lint(struct buf *b, const struct session *s);

#endif
