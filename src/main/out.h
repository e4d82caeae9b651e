/* SPDX-License-Identifier: ISC */
/*
 * Standard output and standard error on what may stop taking: a terminal
 * behind Ctrl-S, a pipe whose reader pauses, a connection. What is printed
 * there is kept, and a thread hands it on: nobody else waits for it.
 */
#ifndef MAIN_OUT_H
#define MAIN_OUT_H

#include <stdbool.h>
#include <stddef.h>

/* So much is kept of each of the two. */
#define OUT_KEEP	((size_t)8 * 1024 * 1024)

/*
 * From now on terminals, pipes and sockets are waited for by a thread; files
 * and devices are written to as before. Once, before anything is printed.
 */
void	out_begin(void);

/*
 * True, as it begins: who prints more than is kept waits until there is room,
 * or a signal came. False: whole lines of it are dropped, and counted.
 */
void	out_patient(bool patient);

/*
 * Prints n bytes to descriptor 1 or 2. False: they were not taken, errno says
 * why; what was dropped counts as taken.
 */
bool	out_put(int fd, const void *p, size_t n);

/*
 * Waits until all is printed; once a signal has come, a second more at most.
 * Returns the lines that were dropped. False in *ok: errno says why something
 * could not be printed.
 */
unsigned long	 out_finish(bool *ok);

#endif
