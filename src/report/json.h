/* SPDX-License-Identifier: ISC */
/*
 * What happened, as JSON lines: {"v":2,"type":...}, one object a line. Times
 * are in seconds, and absent where there was no clock; text of devices is
 * escaped before it is encoded. data/dfuscope.schema.json is the law of it.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include "base/buf.h"
#include "command/app.h"
#include "job/repeat_stats.h"

struct what_if_row;

/* type "event" */
void	json_event(struct buf *b, const struct app *d,
	    const struct event *e);

/* type "device": who is there; verbose: lint and quirks, too */
void	json_device(struct buf *b, const struct session *s, bool verbose);

/* {"type":"dialect",...}: which dialect its device speaks, and why. */
void	json_dialect(struct buf *b, const struct session *s);

/*
 * type "session": where it stands at the end; fixed is the operator's word
 * for the device stack, or NULL
 */
void	json_session(struct buf *b, const struct session *s,
	    const struct dfu_stack *fixed, uint64_t now);

/* type "what-if": an object for the one asked for, or for each if NULL */
void	json_what_if(struct buf *b, const struct app *d,
	    const struct what_if_row *asked, uint64_t now);

/*
 * type "finding": one line for each of a session that is not withdrawn,
 * errors first, with what holds at now (us) because nothing has happened
 * since.
 */
void	json_findings(struct buf *b, const struct session *s, uint64_t now);

/*
 * The same for each that was raised, or changed its life, after so many
 * changes (see struct findings); returns how many there are now. No advice:
 * work may still go on, which has the word then.
 */
uint32_t json_finding_changes(struct buf *b, const struct session *s,
	    uint32_t since);

/* type "soak": what many rounds came to */
void	json_repeat_stats(struct buf *b, const struct session *s,
	    const struct repeat_stats *k);

/*
 * type "progress": how far a job of the session is: bytes of a total, bytes a
 * second, the address it is at (null: none)
 */
void	json_progress(struct buf *b, const struct session *s,
	    const struct job_progress *p, uint64_t now);

/* type "result": how the job of a session ended; s may be NULL */
void	json_result(struct buf *b, const struct session *s,
	    const struct job_result *r);

#endif
