/* SPDX-License-Identifier: ISC */
/*
 * What a log of other tools tells: what happened, what became of the device,
 * what the text does not hold, what that is, with the lines that prove it.
 */
#ifndef REPORT_EXPLAIN_LOG_H
#define REPORT_EXPLAIN_LOG_H

#include "report/explain_own.h"
#include "source/source.h"

/* Keeps what a log's request tells, for its JSON; e is a COMPLETE. */
void	explain_log_request(struct explain *x, const struct event *e);

/* The text tells that it did not end well. */
bool	explain_log_failed(const struct session *s);

/* As text, as JSON lines, as a short answer for an issue in Markdown. */
void	explain_log_text(struct buf *b, const struct explain *x,
	    const struct source *source);
void	explain_log_json(struct buf *b, const struct explain *x,
	    const struct source *source);
void	explain_log_markdown(struct buf *b, const struct explain *x,
	    const struct source *source);

/* A line of a paste with serial numbers, names of people and hosts masked. */
void	explain_log_mask(struct buf *b, const char *line, size_t n);

#endif
