/* SPDX-License-Identifier: ISC */
/*
 * The words of a command line: separated by blanks, "quoted" where a blank
 * belongs to the word; a command ends at ';', a newline or '#'.
 */
#ifndef BASE_LINE_H
#define BASE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct recipe_sources;

struct line_reader {
	const char	*start;
	const char	*p;		/* behind the word that is peeked */
	const char	*at;		/* where that word begins */
	struct buf	 word;
	bool		 peeked;
	bool		 broken;	/* an unclosed quote */
	unsigned	 depth;		/* of commands in commands */
	struct recipe_sources *sources;	/* found on the way, or NULL */
};

void		 line_begin(struct line_reader *w, const char *line);
void		 line_end(struct line_reader *w);

/* The next word of this command, or NULL at its end. Stays until taken. */
const char	*line_peek(struct line_reader *w);
void		 line_take(struct line_reader *w);

/* If the next word is `word`, takes it. */
bool		 line_accept(struct line_reader *w, const char *word);

/* Goes to the next command of the line; false if there is none. */
bool		 line_next_command(struct line_reader *w);

/*
 * The rest of this command as it was typed, up to ';' or a newline, '#'
 * included, blanks trimmed; takes it.
 */
void		 line_rest(struct line_reader *w, struct buf *b);

/*
 * Takes a number of at most max; error says what was expected, "a block
 * number from 0 to 65535", and what stands there.
 */
bool		 line_number(struct line_reader *w, const char *what,
		    uint64_t max, uint64_t *v, struct buf *error);

/* Appends `"word"`, escaped, or "nothing" at the end of the command. */
void		 line_show(struct line_reader *w, struct buf *b);

#endif
