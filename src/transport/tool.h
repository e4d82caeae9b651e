/* SPDX-License-Identifier: ISC */
/*
 * Another program with the tap in it: what it is given besides its words, and
 * its process.
 */
#ifndef TRANSPORT_TOOL_H
#define TRANSPORT_TOOL_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"

/* Where the tap is: beside the program, else installed. To be freed. */
char	*tool_tap_path(void);

/*
 * Starts argv[0], looked for as a shell does, with the tap and who listens
 * (the path of a socket) in its environment. terminal: its own, or NULL: it
 * has ours. -1: error is a sentence.
 */
pid_t	tool_start(char *const *argv, const char *socket,
	    const char *terminal, struct buf *error);

/* LD_PRELOAD with the tap in it: behind sanitizers, before all others. */
void	tool_preload(struct buf *b, const char *was, const char *tap);

/*
 * Says why nothing of that program will be seen, as far as its name and its
 * file tell, and what to do instead; nothing where nothing stands against it.
 */
void	tool_unseen(const char *program, struct buf *b);

#endif
