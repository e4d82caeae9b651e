/* SPDX-License-Identifier: ISC */
/*
 * The command line: what was asked for, checked, before anything is done.
 */
#ifndef MAIN_OPTIONS_H
#define MAIN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "session/filter.h"

enum subcommand {
	SUB_CONSOLE,
	SUB_LIST,
	SUB_RUN,
	SUB_LEARN,
	SUB_SIMS,
	SUB_INFO,
	SUB_EXPLAIN,
	SUB_DOCTOR,
	SUB_CONFIG,
	SUB_FINDINGS,
	SUB_SERVE,
	SUB_COMPLETE,
	SUB_TRACE,
	SUB_DIFF,
	SUB_HELP,
	SUB_VERSION
};

/* One row a subcommand: help and completion are made from them. */
struct subcommand_row {
	const char	*name;		/* NULL: none is typed */
	const char	*usage;
	const char	*sentence;
	enum subcommand	 sub;
	size_t		 most;		/* words behind it */
};
extern const struct subcommand_row subcommand_rows[];
extern const size_t subcommand_rows_count;

/* One row an option: help is printed from them. */
struct option_row {
	int		 letter;	/* over 255: no letter */
	const char	*name;
	const char	*argument;	/* "TARGET", NULL: takes none */
	unsigned	 on;		/* bits 1 << enum subcommand */
	const char	*sentence;
};
extern const struct option_row option_rows[];
extern const size_t option_rows_count;

/* Strings point into argv; release with options_free. */
struct options {
	enum subcommand	 sub;
	const char	**targets;
	size_t		 ntargets;
	struct filter	 filter;
	bool		 narrowed;	/* the filter says something */
	const char	*journal;	/* "": explicitly none */
	struct buf	 recording;	/* target of a FILE, or "" */
	struct buf	 script;	/* all -x, one a line */
	bool		 has_script;
	char		**files;	/* recipes, firmware, journals */
	size_t		 nfiles;
	unsigned long	 keep_events;	/* in memory; 0: not said */
	unsigned long	 rounds;	/* of the script; 0: not said */
	const char	*about;		/* --about, or NULL */
	const char	*listen;	/* --listen, or NULL */
	const char	*from;		/* --from, or NULL */
	unsigned	 parts;		/* of an exam, bits from A; 0: all */
	int		 minutes;	/* of an exam; 0: no limit */
	bool		 all;
	bool		 batch;
	bool		 check;
	bool		 html;
	bool		 key;
	bool		 print;
	bool		 json;
	bool		 markdown;
	bool		 names;
	bool		 verbose;
	bool		 yes;
	bool		 wake;
	bool		 read_only;
	bool		 payload;
};

/* False: error says what is wrong with the line (exit 64). */
bool	options_parse(struct options *o, int argc, char **argv,
	    struct buf *error);
void	options_free(struct options *o);

/* Appends what --help prints. */
void	options_help(struct buf *b);

#endif
