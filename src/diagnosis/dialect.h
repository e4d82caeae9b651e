/* SPDX-License-Identifier: ISC */
/*
 * Which dialect a device speaks, DfuSe or plain DFU, or that this is not
 * decided: nothing that a plain device would store is sent on a guess.
 */
#ifndef DIAGNOSIS_DIALECT_H
#define DIAGNOSIS_DIALECT_H

#include <stdbool.h>

#include "base/buf.h"
#include "session/session.h"

/*
 * e has just been applied to s: decides anew. DfuSe by bcdDFUVersion 011a, or
 * by an UPLOAD of block 0 answered with the commands of AN3156; plain by a
 * stack that is known to be, or where no alternate setting is named like a
 * memory layout; either by the operator's word (a command event with what
 * dialect_line says), until the next arrival. A STALL decides nothing. True:
 * requests of this arrival are to be read again.
 */
bool	dialect_event(struct session *s, const struct event *e);

/* "dialect dfuse", as the operator says it; NULL for none of the two. */
const char *dialect_line(enum dfu_dialect d);

/* "DfuSe", "plain DFU", "undecided". */
const char *dialect_title(enum dfu_dialect d);

/* "DfuSe: bcdDFUVersion is 011a"; of an undecided one also what would tell. */
void	dialect_tell(const struct session *s, struct buf *b);

#endif
