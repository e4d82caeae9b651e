/*
 * Signals while the terminal is ours. Those that ask for an end set a flag
 * and wake a pipe; those that mean a crash restore the terminal first.
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

/* SIGTERM, SIGINT or SIGHUP came (its number), else 0. */
int	guard_signalled(void);

/* Asks for the end as if the signal had come. */
void	guard_signal(int sig);

/* Stops the process as SIGTSTP does by default; returns when continued. */
void	guard_stop(void);

#endif
