/* SPDX-License-Identifier: ISC */
/*
 * Two histories side by side: which request came next in one and not in the
 * other. Polls with the same answer count once. Text and screen show it.
 */
#ifndef ANALYSIS_DIFFERENCE_H
#define ANALYSIS_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct session;
struct trace;

/* A request, or polls with the same answer. */
struct difference_step {
	char		*asked;
	char		*answer;
	uint32_t	 first;		/* numbers */
	uint32_t	 last;
	uint32_t	 count;
};

/* One of the two. */
struct difference_way {
	char			*name;	/* of the file, escaped */
	char			*place;	/* of the device, escaped */
	struct difference_step	*steps;
	size_t			 n;
	uint32_t		 requests;
};

/* What both asked, or one; without either: so many equal ones left out. */
struct difference_row {
	const struct difference_step	*a;
	const struct difference_step	*b;
	size_t				 equal;
};

struct difference {
	struct difference_way	 a;
	struct difference_way	 b;
	size_t			 same;	/* steps before the first one */
	size_t			 first;	/* its row; n: they are the same */
	bool			 too_long; /* the rest is not compared */
	struct difference_row	*rows;
	size_t			 n;
};

/* What was asked of a session. s may be NULL: of no device. */
void	difference_take(struct difference_way *w, const char *name,
	    const struct session *s, const struct trace *t);

/* Compares a and b, which were taken before. True: they are the same. */
bool	difference_make(struct difference *d);
void	difference_free(struct difference *d);

/* "first difference after 3 equal requests: A #4 ABORT; B #4 CLRSTATUS" */
void	difference_words(const struct difference *d, struct buf *b);

/* "A  FILE: 12 requests, 1-1" */
void	difference_title(const struct difference_way *w, char name,
	    struct buf *b);

/* "< ", "> ", "  ": who asked it. */
const char *difference_mark(const struct difference_row *row);

/* "#3-8", of a step or of NULL. */
void	difference_number(const struct difference_step *s, struct buf *b);

/* The answer, and the other's behind " | " where it is another. */
void	difference_answer(const struct difference_row *row, struct buf *b);

#endif
