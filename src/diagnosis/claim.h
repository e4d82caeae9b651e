/* SPDX-License-Identifier: ISC */
/*
 * What another tool claims by how it ended, beside what is the case with a
 * device that it used.
 */
#ifndef DIAGNOSIS_CLAIM_H
#define DIAGNOSIS_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "session/session.h"

/*
 * "dfu-util claims success (exit 0); that is not so: ...", with what to do.
 * code is what it ended with, 128 + a signal's number. False: it claimed
 * success, and that is not so. now in us.
 */
bool	claim_words(struct buf *b, const struct session *s, const char *name,
	    int code, uint64_t now);

/*
 * Until when the device may yet do what it was asked for, us: to leave, or to
 * come back. 0: there is nothing to wait for.
 */
uint64_t claim_due(const struct session *s, uint64_t now);

/*
 * Of a tool of which no request to a DFU device was seen: loaded, the tap was
 * in it; changed, a device came or left meanwhile.
 */
void	claim_words_unseen(struct buf *b, const char *name, int code,
	    bool loaded, bool changed);

#endif
