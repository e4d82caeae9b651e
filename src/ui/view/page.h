/* SPDX-License-Identifier: ISC */
/*
 * A page: lines of text that are longer than the screen, and scroll.
 */
#ifndef UI_VIEW_PAGE_H
#define UI_VIEW_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "ui/view/view.h"

struct page_line {
	enum style	 style;		/* of head */
	char		*head;
	uint8_t		*styles;	/* of each byte of head, or NULL */
	int		 column;	/* where text begins, and wraps to */
	char		*text;
};

struct page {
	struct page_line	*lines;
	size_t			 n;
	size_t			 cap;
};

/* A line; head and text are copied, NULL is none. */
void	page_add(struct page *p, enum style st, const char *head, int column,
	    const char *text);

/* A line of ASCII in which each character has a style of its own. */
void	page_cells(struct page *p, const char *head, const uint8_t *styles);
void	page_title(struct page *p, const char *title);

/* Adds the memory map and what was done to it, for so many columns. */
void	page_memory(struct page *p, const struct frame *sc, int cols);

/* How many rows the list of pages has. */
size_t	page_subjects(void);

/* Draws from view->scroll on, and says there how far it can go. */
void	page_draw(struct area a, const struct page *p, struct view *view);
void	page_free(struct page *p);

#endif
