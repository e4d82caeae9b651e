/* SPDX-License-Identifier: ISC */
/*
 * Recipes: text files of command lines. A file is read, its parameters are
 * filled in, and it is checked with all the files that it sources before
 * anything is sent.
 */
#ifndef COMMAND_RECIPE_H
#define COMMAND_RECIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct recipe_line {
	unsigned	 number;	/* in the file, from 1 */
	char		*text;		/* parameters filled in */
};

struct recipe {
	char			*path;
	struct recipe_line	*lines;
	size_t			 nlines;
};

/*
 * Reads n bytes of the file at path. args: "NAME=VALUE" for its parameters.
 * False: error names file, line and what is wrong; r is empty then. Commands
 * are not looked at.
 */
bool	recipe_read(struct recipe *r, const char *path, const uint8_t *p,
	    size_t n, char *const *args, size_t nargs, struct buf *error);
void	recipe_free(struct recipe *r);

/* "NAME=VALUE", and NAME could be a parameter's. */
bool	recipe_is_argument(const char *word);

/* What lines source, as found while they are compiled. */
struct recipe_source {
	char		 *path;
	char		**args;
	size_t		  nargs;
	size_t		  parent;	/* index of who sources it */
	unsigned	  depth;	/* jobs on top of each other above it */
	uint32_t	  hash;		/* of path and args */
};

struct recipe_sources {
	struct recipe_source	*list;
	size_t			 n;
	size_t			 reading;	/* whose lines are compiled */
	bool			 whole;	/* one needs all that happened */
};

/*
 * Adds one found at depth commands deep; takes copies. The same file with the
 * same args is checked once, at the greatest depth.
 */
void	recipe_sources_add(struct recipe_sources *s, const char *path,
	    char *const *args, size_t nargs, unsigned depth);
void	recipe_sources_free(struct recipe_sources *s);

/*
 * The check of a recipe and all it sources: who drives it reads the file
 * that is wanted and gives its bytes, until none is wanted any more.
 */
struct recipe_check {
	struct recipe_sources	 sources;	/* list[0]: itself */
	size_t			 next;		/* to be read */
	struct recipe		 recipe;	/* of list[0], once read */
};

void	recipe_check_begin(struct recipe_check *c, const char *path,
	    char *const *args, size_t nargs);

/* The path of the file to be read, or NULL: everything is checked. */
const char *recipe_check_wants(const struct recipe_check *c);

/* False: error says what is wrong in which file and line. */
bool	recipe_check_give(struct recipe_check *c, const uint8_t *p, size_t n,
	    struct buf *error);
void	recipe_check_end(struct recipe_check *c);

#endif
