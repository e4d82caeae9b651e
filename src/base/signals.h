/* SPDX-License-Identifier: ISC */
/*
 * The signals that ask the program to end, as events: the first is noted and
 * wakes who waits, so that what is under way can be wound down; the second
 * ends the program at once, unless it only says once more that nobody reads or
 * that the terminal is gone. There is one set of signals in a process.
 */
#ifndef BASE_SIGNALS_H
#define BASE_SIGNALS_H

#include <stdbool.h>

/*
 * Takes SIGINT, SIGTERM, SIGHUP and SIGPIPE, but for those that whoever
 * started the program had it ignore. False: there are no descriptors.
 */
bool	signals_open(void);

/* Gives them back. */
void	signals_close(void);

/* Becomes readable with the first of them, and stays so; -1: not open. */
int	signals_fd(void);

/* The number of the first that came, else 0. */
int	signals_ended(void);

/* "SIGTERM": the name of the one that came; "" while none did. */
const char *signals_name(void);

/* Asks for the end as if that signal had come. */
void	signals_raise(int sig);

/*
 * Called before the second one ends the program; only what a signal handler
 * may call. NULL: nothing.
 */
void	signals_before_end(void (*restore)(void));

/* Ends the program by the signal that came; returns if none did. */
void	signals_die(void);

#endif
