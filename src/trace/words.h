/* SPDX-License-Identifier: ISC */
/*
 * An event, or a request with its answer, in words.
 */
#ifndef TRACE_WORDS_H
#define TRACE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "dfu/meaning.h"
#include "trace/event.h"

/* "GETSTATUS", "DNLOAD", "GET_DESCRIPTOR", "0x21 0x09" for a strange one. */
void	words_request_name(struct buf *b, const struct setup *s);

/*
 * What is asked: "block 0, 5 bytes  set address 0x08000000"; may be empty. m
 * is what the request means, NULL where that is not known.
 */
void	words_request(struct buf *b, const struct event *submit,
	    const struct dfu_meaning *m);

/* The same without the size of the block where its meaning has it. */
void	words_request_brief(struct buf *b, const struct event *submit,
	    const struct dfu_meaning *m);

/* A request that is not sent yet, named: "DNLOAD block 0, 5 bytes  ...". */
void	words_xfer(struct buf *b, const struct xfer *x,
	    const struct dfu_meaning *m);

/*
 * What was answered: "dfuDNBUSY, wait 104 ms", "STALL", "no answer in
 * 5.0 s", "2048 bytes"; submit is the request's SUBMIT (never NULL).
 */
void	words_answer(struct buf *b, const struct event *submit,
	    const struct event *complete);

/*
 * One event of any kind in one line; submit for a COMPLETE, m for a SUBMIT,
 * or NULL.
 */
void	words_event(struct buf *b, const struct event *e,
	    const struct event *submit, const struct dfu_meaning *m);

#endif
