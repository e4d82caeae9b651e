/* SPDX-License-Identifier: ISC */
/*
 * Signals while the terminal is ours: those that mean a crash restore it
 * first, and so does the second that asks for an end (base/signals.h).
 */
#ifndef UI_CELLS_GUARD_H
#define UI_CELLS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* What has come since guard_take was last asked. */
struct guard_news {
	bool	resized;
	bool	stop;		/* Ctrl-Z */
	bool	continued;
};

/*
 * Keeps the terminal's modes and `restore`, the n bytes that bring it back to
 * what it was, and takes the signals. Before curses starts.
 */
bool	guard_open(void);
void	guard_restore_bytes(const void *restore, size_t n);

/* Gives the signals back. */
void	guard_close(void);

/* Becomes readable when a signal came. */
int	guard_fd(void);
struct guard_news guard_take(void);

/* Stops the process as SIGTSTP does by default; returns when continued. */
void	guard_stop(void);

#endif
