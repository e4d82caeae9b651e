/* SPDX-License-Identifier: ISC */
/*
 * Operations: what an operator calls one thing ("erase page 0x08000000",
 * "write block 2 to 40", "leave"), made of the requests it took. Requests are
 * taken in as they end, each at a cost that does not depend on how many there
 * were.
 */
#ifndef ANALYSIS_OPERATION_H
#define ANALYSIS_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/follow.h"
#include "analysis/ideal_host.h"
#include "base/buf.h"
#include "base/packed.h"
#include "diagnosis/sessions.h"

enum operation_kind {
	OPERATION_QUERY,		/* GETSTATUS, GETSTATE on their own */
	OPERATION_SET_ADDRESS,
	OPERATION_ERASE,	/* one page */
	OPERATION_MASS_ERASE,
	OPERATION_READ_UNPROTECT,
	OPERATION_COMMAND,	/* a DNLOAD of block 0 of no known command */
	OPERATION_GET_COMMANDS,
	OPERATION_WRITE,	/* DNLOADs with data, one after the other */
	OPERATION_READ,		/* UPLOADs */
	OPERATION_MANIFEST,	/* the zero-length DNLOAD and what follows */
	OPERATION_LEAVE,	/* the same with DfuSe */
	OPERATION_CLEAR,	/* CLRSTATUS */
	OPERATION_ABORT,
	OPERATION_DETACH,
	OPERATION_OTHER		/* outside the DFU class */
};
#define OPERATION_KIND_COUNT	(OPERATION_OTHER + 1)

/*
 * Times, us. asked: between a request and its answer. announced: what the
 * answers told to wait, of those after which the host did go on; waited: what
 * it waited there, late of it after the wait was over. What is left of
 * end - at is the host's own, as late is. obeyed: what a host that obeyed the
 * device would have needed.
 */
struct operation {
	uint8_t		kind;		/* enum operation_kind */
	uint8_t		state;		/* believed at its end, or NO_STATE */
	uint8_t		outcome;	/* the worst of its requests */
	bool		addressed;	/* address is valid */
	bool		told;	/* its last request was a poll */
	uint16_t	block;		/* the first, WRITE and READ */
	uint16_t	block_last;
	uint32_t	first;		/* request numbers */
	uint32_t	last;
	uint32_t	requests;
	uint32_t	polls;		/* GETSTATUS and GETSTATE among them */
	uint32_t	refused;	/* STALLs */
	uint32_t	failed;		/* without any answer */
	uint32_t	address;
	uint64_t	bytes;		/* of data, that crossed */
	uint64_t	at;		/* the first request was sent */
	uint64_t	end;		/* the last one ended */
	uint64_t	asked;
	uint64_t	announced;
	uint64_t	waited;
	uint64_t	late;
	uint64_t	ideal;
	size_t		index;		/* of its first SUBMIT in the trace */
};

struct operations {
	const struct session	*of;
	uint16_t		 revision;	/* of its requests */
	size_t			 n;		/* in order */
	struct operation	 last;
	struct packed		 list;		/* those before it */
	struct follow		 follow;
	bool			 cut;	/* no request: what follows is new */
	uint32_t		 poll;	/* ms, of the last answer */
	uint64_t		 poll_at; /* of that answer, us; 0: none */
	struct ideal_host		 ideal_host;
};

/*
 * Takes in what is new, at most so many events; another session begins anew.
 * What is no request (a reset, an arrival, a remark) ends an operation. True
 * while more is left.
 */
bool	operations_update(struct operations *o, const struct sessions *b,
	    const struct session *s, size_t budget);

/*
 * The two halves of that, for who follows s: it begins anew where that is
 * another session, or its requests mean something else now; and takes in e,
 * which ended r (see follow_ended).
 */
void	operations_begin(struct operations *o, const struct session *s);
void	operations_event(struct operations *o, const struct event *e,
	    const struct request *r, const struct trace *t);
void	operations_clear(struct operations *o);

/* Forgets all but the last, which may still grow. */
void	operations_forget(struct operations *o);

/* Operation i (< n). */
struct operation operations_at(const struct operations *o, size_t i);

/*
 * The operation that holds the request of that number, or the last one before
 * it; false: there is none.
 */
bool	operations_of(const struct operations *o, uint32_t number,
	    struct operation *op);

/* Bytes of memory that they take. */
size_t	operations_memory(const struct operations *o);

/* "erase page", for headings. */
const char *operation_name(enum operation_kind kind);

/* "erase page 0x08000000", "write block 2 to 40, 79872 bytes". */
void	operation_words(struct buf *b, const struct operation *op);

/* "3 requests, 104 ms, STALL". */
void	operation_cost(struct buf *b, const struct operation *op);

#endif
