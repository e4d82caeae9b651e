/* SPDX-License-Identifier: ISC */
/*
 * The terminal: shows a canvas, reads keys. One at a time; term.c is the only
 * file that knows curses.
 */
#ifndef UI_CELLS_TERM_H
#define UI_CELLS_TERM_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/cells/canvas.h"
#include "ui/cells/press.h"
#include "ui/cells/style.h"

struct term_config {
	bool			colour;	/* where the terminal has it */
	bool			ascii;	/* nothing else, even if it could */
	bool			mouse;
	enum style_ground	ground;
};

/* Takes the terminal over; false: error says why not. */
bool	term_open(const struct term_config *config, struct buf *error);

/*
 * Gives the terminal back as it was. May be called at any time, twice too.
 * One that takes nothing is waited for no longer than a second.
 */
void	term_close(void);

/* When it was given back, the terminal took nothing any more. */
bool	term_stalled(void);

/* Nothing but ASCII can be shown. */
bool	term_ascii(void);

void	term_size(int *rows, int *cols);

/* It has taken all of the last frame: there is sense in another. */
bool	term_ready(void);

/*
 * Sends what differs from what was shown last; nothing, while the terminal
 * has not taken the last frame: term_pollfds wakes when it has.
 */
void	term_show(const struct canvas *c);

/* Has everything sent anew with the next term_show. */
void	term_redraw(void);

/*
 * Offers n bytes to the terminal's clipboard (OSC 52). False: this terminal
 * would not know what to do with it, or they are too many.
 */
bool	term_copy(const void *p, size_t n);

/* The next press, or PRESS_NONE if there is none now. Never waits. */
struct press term_read(void);

/*
 * Keyboard and signals: wakes a poll for whatever term_read has to say; and,
 * as POLLOUT, the terminal while it has not taken a frame.
 */
size_t	term_pollfds(struct pollfd *fds, size_t max);

/* Stops the program as Ctrl-Z does; returns when it is continued. */
void	term_suspend(void);

/*
 * Lends the terminal whole to another program, or takes it back. While it is
 * lent nothing is shown or read but by the two that follow.
 */
void	term_lend(bool lent);
bool	term_is_lent(void);

/* n bytes of that program, as they are. */
void	term_pass(const void *p, size_t n);

/* Adds what was typed, as it came; false: Ctrl-] was, which is left out. */
bool	term_take_keys(struct buf *b);

#endif
