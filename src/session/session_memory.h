/* SPDX-License-Identifier: ISC */
/*
 * What was asked of a device's memory, held against what it says it holds:
 * whether all that was erased was written, and whether what is read back is
 * what was written. Made of the requests alone, whoever sent them, and of
 * what jobs say of themselves. Nothing is kept of a device that nothing was
 * asked of.
 */
#ifndef SESSION_SESSION_MEMORY_H
#define SESSION_SESSION_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dfu/layout.h"
#include "session/blocks.h"

struct event;
struct request;
struct session;
struct trace;

/* What a DNLOAD asked for, until a state says that it was done. */
enum memory_work_kind {
	MEMORY_WORK_NONE,
	MEMORY_WORK_ERASE,
	MEMORY_WORK_ERASE_ALL,
	MEMORY_WORK_UNPROTECT,	/* it erases all, and restarts the device */
	MEMORY_WORK_WRITE,
	MEMORY_WORK_END		/* of a plain download */
};

struct memory_work {
	uint8_t		 kind;		/* enum memory_work_kind */
	uint8_t		 alternate;
	bool		 begun;		/* dfuDNBUSY was told */
	bool		 placed;	/* from and to are known */
	bool		 whole;		/* of WRITE: block is all of it */
	uint32_t	 by;
	uint32_t	 from;		/* plain: bytes of the download */
	uint32_t	 to;		/* the last byte */
	struct block	 block;		/* of WRITE */
};

/* How an operation on memory came to an end before its time. */
enum memory_cut {
	MEMORY_CUT_NOT,
	MEMORY_CUT_STALL,	/* a request was refused */
	MEMORY_CUT_ERROR,	/* dfuERROR */
	MEMORY_CUT_SILENT,	/* no answer, or none that came through */
	MEMORY_CUT_LEFT,
	MEMORY_CUT_RESET,	/* of the bus */
	MEMORY_CUT_ABORTED,
	MEMORY_CUT_DROPPED,	/* a block was answered with dfuIDLE */
	MEMORY_CUT_UNWRITTEN,	/* all was erased, and not all written */
	MEMORY_CUT_NOTHING	/* nothing followed */
};
#define MEMORY_CUT_COUNT	(MEMORY_CUT_NOTHING + 1)

/* What whoever sends the requests is after, as far as a command tells. */
enum memory_intent {
	MEMORY_INTENT_WRITE,	/* that, or not known */
	MEMORY_INTENT_ERASE,	/* and nothing more */
	MEMORY_INTENT_HAND	/* request by request: whatever comes of it */
};

/* One flash, download or erase, as far as it was seen. */
struct memory_operation {
	bool		 alive;
	bool		 plain;
	bool		 late;	/* plain: its first block was not seen */
	uint8_t		 intent;	/* enum memory_intent */
	bool		 acted;		/* memory was changed, or may be */
	bool		 doubt;		/* what was begun may not be done */
	bool		 all;		/* everything was erased */
	bool		 quiet;		/* nothing follows, as it seems */
	bool		 last_short;	/* its latest block */
	bool		 manifests;	/* by the device's word */
	uint8_t		 alternate;
	uint8_t		 how;		/* enum memory_cut */
	uint32_t	 first;		/* request */
	uint32_t	 cut_by;	/* request, 0: none */
	uint64_t	 cut_at;	/* us */
	uint64_t	 bytes;		/* written, by the device's word */
	bool		 placed;	/* from and to are known */
	uint32_t	 from;		/* what it touched */
	uint32_t	 to;
};

/* Memory that was erased, or is in doubt, and was not written since. */
struct memory_gap {
	uint32_t	 from;
	uint32_t	 to;		/* the last byte */
	uint32_t	 by;		/* request */
	uint8_t		 alternate;
	bool		 doubt;		/* whether it was done is not known */
	bool		 touched;	/* some of its sector was written */
	bool		 meant;		/* it was to be erased, no more */
};

/* What was read back and is not what was written; count 0: nothing is. */
struct memory_mismatch {
	uint32_t	 by;		/* UPLOAD */
	uint32_t	 written;	/* DNLOAD */
	uint64_t	 at;		/* us */
	bool		 plain;		/* address: bytes from the start */
	uint8_t		 alternate;
	uint32_t	 address; /* of the first byte, if exact, or block */
	uint32_t	 block;		/* where the block begins */
	bool		 exact;
	enum block_how	 how;
	uint32_t	 old;		/* UPLOAD that read that before; 0 */
	size_t		 count;		/* blocks that differ now */
};

struct session_memory {
	struct memory_work	 work;
	struct memory_operation	 operation;	/* the latest */
	struct memory_operation	 cut;	/* earlier ones; alive: not mended */
	struct memory_gap	*gaps;	/* by setting and address, disjoint */
	size_t			 ngaps;
	size_t			 gaps_cap;
	char			*told;	/* by a job, of its cut; or NULL */
	uint8_t			 intent;	/* of the latest command */

	struct blocks		 written;
	struct blocks		 before;	/* what was read before that */
	uint32_t		 swept;	/* requests looked through for it */
	struct memory_mismatch	 mismatch;
	uint32_t		 compared;	/* UPLOAD, the latest */
	bool			 compared_differs;	/* it does */
	char			*map_name;	/* of map, or NULL */
	struct layout		 map;

	/* A plain upload: where the next block lies. */
	bool			 up;
	uint16_t		 up_block;
	uint32_t		 up_next;
};

/*
 * A flash, a download or an erase was cut, and what it left undone was not
 * done since. An operation that goes on is not cut.
 */
bool	session_memory_is_cut(const struct session *s);

/* The one that was cut: how, by what, and what it touched. NULL: none. */
const struct memory_operation *session_memory_cut(const struct session *s);

/* What was read back differs from what was written, or NULL. */
const struct memory_mismatch *session_memory_mismatch(
	    const struct session *s);

/* A walk over what uploads brought; zero it to begin. */
struct memory_reads {
	uint32_t	 swept;		/* requests walked over */
	bool		 up;		/* plain: where the next block lies */
	uint16_t	 block;
	uint32_t	 next;
};

/*
 * The next UPLOAD that brought bytes of a known place, and that place: of plain
 * DFU, bytes from the start. NULL: there is none.
 */
const struct request *session_memory_next_read(const struct session *s,
	    const struct trace *t, struct memory_reads *w, uint32_t *address);

/* A cut operation touched memory of from..to, or lies right beside it. */
bool	session_memory_cut_touches(const struct session *s,
	    uint8_t alternate, uint32_t from, uint32_t to);

/*
 * What jobs say for the record, as remarks: that all is as it should be, and
 * that it is not, with what they know of it behind a ": ".
 */
#define SESSION_MEMORY_WHOLE	"the memory is whole again"
#define SESSION_MEMORY_CUT	"the memory is not whole"
/* What the operator says to that. */
#define SESSION_MEMORY_MEANT	"mark complete"

/*
 * For session_apply.c alone: r has ended, or a request was sent; the device
 * leaves, before the session takes that in; it has arrived, and is another
 * than the one that left; the bus was reset; the operator or a job said
 * something.
 */
void	session_memory_request(struct session *s, const struct request *r,
	    const struct trace *t);
void	session_memory_sent(struct session *s);
void	session_memory_leaves(struct session *s, const struct event *e,
	    const struct trace *t);
void	session_memory_arrives(struct session *s, bool other);
void	session_memory_reset(struct session *s, const struct event *e);
void	session_memory_text(struct session *s, const struct event *e);
/* Events are missing here. */
void	session_memory_lost(struct session *s);
/* Anew from the requests of this arrival, for they mean something else. */
void	session_memory_again(struct session *s, const struct trace *t);
void	session_memory_free(struct session_memory *m);

/* For sessions.c and the loop: nothing follows, at now (us). */
void	session_memory_finish(struct session *s, uint64_t now);

#endif
