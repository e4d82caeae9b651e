/* SPDX-License-Identifier: ISC */
/*
 * Memory through DfuSe (AN3156): one block read, one block written, one
 * command done, each as one thing. What must come before it (the address
 * pointer, an ABORT between writing and reading) is sent when it is needed
 * and not otherwise.
 */
#ifndef JOB_MEMORY_IO_H
#define JOB_MEMORY_IO_H

#include <stdbool.h>
#include <stdint.h>

#include "dfu/dfuse.h"
#include "job/poll.h"

struct memory_io {
	struct poll	 poll;
	uint16_t	 unit;	/* wTransferSize: blocks lie so far apart */
	uint32_t	 anchor;	/* where the pointer is best set */
	uint32_t	 base;		/* where it is, if is_set */
	bool		 is_set;

	/* What is asked for. */
	uint8_t		 bRequest;
	uint32_t	 address;
	const uint8_t	*data;
	uint16_t	 len;
	enum dfu_kind	 command;	/* data is one; NONE: it is a block */
	uint32_t	 limit;		/* ms */
	unsigned	 phase;		/* private to memory_io.c */
	unsigned	 prepared;
	uint8_t		 bytes[5];
	uint8_t		 pointer[5];
};

/* Blocks are unit bytes apart; where the pointer is, is not known. */
void	memory_io_begin(struct memory_io *io, uint16_t unit);
void	memory_io_free(struct memory_io *io);

/* len bytes at address; they are in io->poll.in when it is done. */
void	memory_io_read(struct memory_io *io, uint32_t address, uint16_t len);

/* data is borrowed until it ended. */
void	memory_io_write(struct memory_io *io, uint32_t address,
	    const uint8_t *data, uint16_t len);

/* A command of AN3156; one that takes no address does not look at it. */
void	memory_io_command(struct memory_io *io, enum dfu_kind command,
	    uint32_t address, uint32_t limit);

/* As poll_next; io->poll says more of how it ended. */
enum poll_end memory_io_next(struct memory_io *io, struct job_turn *t);

/*
 * It may have been done, although it did not end as DONE: it was sent, and not
 * only what comes before it. sent: so was a request that is unanswered.
 */
bool	memory_io_may_have_acted(const struct memory_io *io, bool sent);

/* "DNLOAD at 0x08000000", what it was doing when it ended. */
void	memory_io_words(const struct memory_io *io, struct buf *b);

#endif
