/* SPDX-License-Identifier: ISC */
/*
 * The list of requests as the operator sees it: which row is selected,
 * which are marked, which are looked for.
 */
#ifndef UI_LIST_LIST_H
#define UI_LIST_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "diagnosis/sessions.h"
#include "ui/list/fold.h"

struct list {
	struct fold	 fold;
	bool		 behind;	/* events are not all taken in yet */
	bool		 paused;	/* does not follow the latest */
	bool		 resumes;	/* paused until its row is left */
	size_t		 first;		/* trace index: before it is lost */
	size_t		 selected; /* of the rows shown; last if following */
	size_t		 top;		/* first row in sight */
	int		 rows;		/* in sight, as drawn */
	int		 at;		/* canvas row of the first, as drawn */
	bool		 staying;	/* at the row of that trace index */
	size_t		 stay;
	size_t		*marks;		/* trace indices, ascending */
	size_t		 nmarks;
	struct buf	 sought;	/* text looked for, or "" */
	long		 hunting;	/* 1 down, -1 up, 0 not now */
	size_t		 hunt_at;
	size_t		 hunt_left;	/* rows not looked at yet */
	bool		 hunt_failed;
};

/* Takes in what is new, and goes on with a search. */
void	list_update(struct list *l, const struct sessions *b,
	    const struct session *s);
void	list_free(struct list *l);

/* The row selected, or NULL if there is none. */
const struct fold_row *list_selected(const struct list *l);

/* Moves by so many rows; the list stops to follow until the end is met. */
void	list_step(struct list *l, long step);
void	list_select(struct list *l, size_t row);
void	list_toggle_pause(struct list *l);

/* Shows what passes the filter, which it takes over; keeps the selected. */
void	list_sift(struct list *l, struct list_filter *s);

/* Looks for text (case ignored) from the selected row on, down or up. */
void	list_seek(struct list *l, const char *text);
void	list_seek_again(struct list *l, long step);

/* Why there is nothing to be shown of a row: it was asked for just now. */
void	list_gone_words(struct buf *b, const struct list *l,
	    const struct trace *t, const struct fold_row *row);

/* Appends what a row says, as it is looked for in. */
void	list_words(struct buf *b, const struct sessions *sessions,
	    const struct session *s, const struct fold_row *row);

/* Marks the selected row, or takes its mark away. */
void	list_toggle_mark(struct list *l);
bool	list_marked(const struct list *l, const struct fold_row *row);

/* Selects the next row that is marked, down or up; false: there is none. */
bool	list_next_mark(struct list *l, long step);

/* The latest marked row at or before row, else the first one; or NULL. */
const struct fold_row *list_mark_of(const struct list *l,
	    const struct fold_row *row);

/* Unfolds or folds the selected loop; false: it is none. */
bool	list_toggle_fold(struct list *l, const struct session *s);

#endif
