/*
 * An event, or a request with its answer, in words.
 */
#ifndef TRACE_WORDS_H
#define TRACE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "trace/event.h"

/* What the words depend on besides the event itself. */
struct words_context {
	bool		 dfuse;
	bool		 pointer_known;
	uint32_t	 pointer;	/* DfuSe address pointer */
	uint16_t	 transfer_size;
};

/* "GETSTATUS", "DNLOAD", "GET_DESCRIPTOR", "0x21 0x09" for a strange one. */
void	words_request_name(struct buf *b, const struct setup *s);

/* What is asked: "block 0, 5 bytes  set address 0x08000000"; may be empty. */
void	words_request(struct buf *b, const struct event *submit,
	    const struct words_context *c);

/*
 * What was answered: "dfuDNBUSY, wait 104 ms", "STALL", "no answer in
 * 5.0 s", "2048 bytes"; submit is the request's SUBMIT (never NULL).
 */
void	words_answer(struct buf *b, const struct event *submit,
	    const struct event *complete);

/* One event of any kind in one line; submit for a COMPLETE, or NULL. */
void	words_event(struct buf *b, const struct event *e,
	    const struct event *submit, const struct words_context *c);

#endif
