/* SPDX-License-Identifier: ISC */
/*
 * The way a device took through the states, and how its present state is to
 * be marked: what the three forms of the map share.
 */
#ifndef UI_VIEW_MAP_PATH_H
#define UI_VIEW_MAP_PATH_H

#include "ui/view/view.h"

struct map_path {
	struct path_step	 steps[SESSION_PATH + 1]; /* oldest first */
	size_t			 n;
	const struct path_step	*failed;	/* the last attempt, or NULL */
};

/* The moves that led to the present state, that of time alone included. */
void	map_path_find(struct map_path *w, const struct frame *sc);

enum mark_kind { MARK_NONE, MARK_REPORTED, MARK_ESTIMATED, MARK_GHOST };

struct mark {
	enum mark_kind	 kind;
	enum style	 style;
	enum style	 clock_style;
	char		 clock[32];	/* time in it, or its proof */
};

struct mark map_path_mark(const struct frame *sc, uint8_t state);

/* "[[ 7 dfuMANIFEST  12 s ]]", "( 8 ... )", "{ 6 ... }"; clock may be NULL. */
void	map_path_box(struct buf *b, const struct mark *m, uint8_t state,
	    const char *clock);

/* "DNLOAD len=0"; short, for arrows. */
const char *map_path_input(const struct path_step *step);

/* "DNLOAD STALL #9" */
void	map_path_step_words(const struct path_step *step, struct buf *b);

/* The present state is none of the eleven. */
bool	map_path_apart(const struct frame *sc);
void	map_path_why_unknown(const struct frame *sc, struct buf *b);

/* The way in one line, latest last, as much of it as fits. */
void	map_path_line(struct area a, const struct map_path *w);

#endif
