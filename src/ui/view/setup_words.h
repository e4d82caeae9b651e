/* SPDX-License-Identifier: ISC */
/*
 * Fields of a setup packet in words: for the request that is decoded and for
 * the one that is edited. Each appends to b, or nothing.
 */
#ifndef UI_VIEW_SETUP_WORDS_H
#define UI_VIEW_SETUP_WORDS_H

#include "base/buf.h"
#include "session/session.h"

void	setup_type_words(struct buf *b, uint8_t type);
void	setup_request_words(struct buf *b, const struct setup *s);
void	setup_value_words(struct buf *b, const struct setup *s);
void	setup_index_words(struct buf *b, const struct setup *s);

/* What about it is not as the specification or the device would have it. */
void	setup_odd_words(struct buf *b, const struct session *s,
	    const struct xfer *x);

/* "6.1.2": the rows write "S" for the specification itself. */
const char *setup_clause(const char *clause);

/* "DFU 1.1 A.2.3", "AN3156": a clause with what it is a clause of. */
void	setup_clause_words(struct buf *b, const char *clause);

#endif
