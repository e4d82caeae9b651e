/* SPDX-License-Identifier: ISC */
/*
 * The terminal as a device that may not answer: its modes, its size, and what
 * is on its way to it. Nothing here waits for it but tty_finish, which has a
 * bound. There is one.
 */
#ifndef UI_CELLS_TTY_H
#define UI_CELLS_TTY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * A descriptor of its own for the terminal of standard output, which does not
 * block, and the terminal's modes kept. False: error says why not.
 */
bool	tty_open(struct buf *error);

/* Gives the modes back; what is still on its way is dropped. */
void	tty_close(void);

/* The descriptor; writing to it never waits. -1: not open. */
int	tty_fd(void);

/* The modes of a program that is drawn on; those that were there before. */
void	tty_program_modes(void);
void	tty_shell_modes(void);
/* Those of a wire: each byte as it comes, both ways. */
void	tty_wire_modes(void);

/* False: the terminal does not say. */
bool	tty_size(int *rows, int *cols);

/* Has n bytes sent, in one piece as far as the terminal takes them. */
void	tty_send(const void *p, size_t n);

/* Sends more of what is on its way; false: the terminal is gone. */
bool	tty_pump(void);

/* Something is on its way that the terminal has not taken yet. */
bool	tty_waits(void);

/* What the terminal has not begun to take is not sent any more. */
void	tty_drop(void);

/* Waits until it took everything, at most a second; false: it did not. */
bool	tty_finish(void);

/* Keyboard, and the terminal while something is on its way to it: 2. */
size_t	tty_pollfds(struct pollfd *fds);

#endif
