/*
 * The way a device took through the states, and how its present state is to
 * be marked: what the three forms of the map share.
 */
#ifndef UI_WAY_H
#define UI_WAY_H

#include "ui/view.h"

struct way {
	struct trail_step	 steps[SESSION_TRAIL + 1]; /* oldest first */
	size_t			 n;
	const struct trail_step	*failed;	/* the last attempt, or NULL */
};

/* The moves that led to the present state, that of time alone included. */
void	way_find(struct way *w, const struct scene *sc);

enum mark_kind { MARK_NONE, MARK_REPORTED, MARK_BELIEVED };

struct mark {
	enum mark_kind	 kind;
	enum style	 style;
	enum style	 clock_style;
	char		 clock[32];	/* time in it, or its proof */
};

struct mark way_mark(const struct scene *sc, uint8_t state);

/* "[[ 7 dfuMANIFEST  12 s ]]" or "( 8 ... )"; clock may be NULL. */
void	way_box(struct buf *b, const struct mark *m, uint8_t state,
	    const char *clock);

/* "DNLOAD 0"; short, for arrows. */
const char *way_input(const struct trail_step *step);

/* "DNLOAD STALL #9" */
void	way_step_words(const struct trail_step *step, struct buf *b);

/* The present state is none of the eleven. */
bool	way_apart(const struct scene *sc);
void	way_why_unknown(const struct scene *sc, struct buf *b);

/* The way in one line, latest last, as much of it as fits. */
void	way_line(struct area a, const struct way *w);

#endif
