/* SPDX-License-Identifier: ISC */
/*
 * Commands: one row each, one name everywhere (prompt, recipe, key, help,
 * man page). A line of commands is compiled into a job before anything is
 * sent.
 */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "command/app_effect.h"
#include "dfu/dfuse.h"

struct app;
struct job;
struct recipe_sources;
struct runner;
struct session;
struct line_reader;

enum command_group {
	COMMAND_REQUEST,	/* one request of the specification */
	COMMAND_DFUSE,		/* one DfuSe command */
	COMMAND_JOB,		/* many requests */
	COMMAND_FLOW,		/* waits, conditions, stepping */
	COMMAND_HOUSE		/* the program itself */
};
#define COMMAND_GROUP_COUNT	(COMMAND_HOUSE + 1)

/* Commands inside commands (until, repeat, source): so many at most. */
#define COMMAND_NEST		5

/* Kinds of words that completion knows, as bits. */
enum command_words {
	WORDS_FILE = 1 << 0,
	WORDS_AT_FILE = 1 << 1,	/* @FILE, once the @ stands there */
	WORDS_COMMAND = 1 << 2,	/* all of the rest is a command */
	WORDS_CONDITION = 1 << 3,	/* and its value */
	WORDS_STATE = 1 << 4,
	WORDS_STATUS = 1 << 5,
	WORDS_OUTCOME = 1 << 6,
	WORDS_VERDICT = 1 << 7,
	WORDS_REQUEST = 1 << 8,
	WORDS_STACK = 1 << 9,
	WORDS_TOOL = 1 << 10,
	WORDS_TASK = 1 << 11,	/* of a tool */
	WORDS_WHAT_IF = 1 << 12,
	WORDS_RECOVERY = 1 << 13
};

/* What may stand at one place behind a name. Numbers may stand anywhere. */
struct command_place {
	unsigned	 words;		/* enum command_words */
	const char	*literals;	/* "verify leave max", or NULL */
	bool		 several;	/* of the literals, in any order */
	const char	*under;	/* only behind one of these words; or NULL */
};
#define COMMAND_PLACES	4

/* Where a command acts that does so at once. */
struct command_context {
	struct app		*app;
	struct runner		*runner;	/* of the device in view */
	struct app_effect	*effect;	/* to be filled in */
};

/*
 * What a key does is a command line too (`press`), so nothing about keys is
 * special; one that ends with a blank is put into the prompt to be finished.
 * key is a character, 0 for none; upper case for what moves more.
 */
struct command_row {
	const char		*name;
	const char		*args; /* "[BLOCK] [hex:BYTES | @FILE]" */
	const char		*sentence;	/* what it does */
	enum command_group	 group;
	int			 key;
	const char		*press; /* text the key fires; NULL: name */
	const char		*label;		/* for the key bar: "Status" */
	enum dfu_danger		 danger;	/* at worst */
	bool			 device;	/* it acts on one */
	/* It acts, and asks the device or adds to what happened. */
	bool			 adds;
	/* It acts, and a recipe that is recorded has to do it, too. */
	bool			 recorded;
	bool			 whole;		/* it needs all that happened */
	bool			 jobs;	/* about those, or requests to come */
	/*
	 * Exactly one of the four. compile makes a job of the words behind the
	 * name, job one of none. act changes the application state at once,
	 * even while a job runs, or has the loop do so, and effect does it of
	 * no words; with c NULL act only checks the words. NULL and false:
	 * error says why.
	 */
	struct job		*(*compile)(const struct command_row *row,
				    struct line_reader *w, struct buf *error);
	bool			 (*act)(const struct command_context *c,
				    struct line_reader *w, struct buf *error);
	struct job		*(*job)(void);
	enum app_effect_kind	 effect;
	/*
	 * Why it makes no sense now, with nothing behind its name, or NULL; s
	 * is a session whose device is present in the groups of requests and
	 * jobs, else s and r may be NULL. NULL: it always does.
	 */
	const char		*(*refuse)(const struct session *s,
				    const struct runner *r, uint64_t now);
	/* What completion offers; the place behind the last is empty. */
	struct command_place	 places[COMMAND_PLACES + 1];
};

/* The rows, in the order in which help shows them; NULL behind the last. */
const struct command_row *command_at(size_t n);

const char	*command_group_title(enum command_group g);

/* The row of that name, or NULL. */
const struct command_row *command_named(const char *name);

/*
 * What a word that is no command was probably meant to be: appends "; did you
 * mean getstate?", "; the key s is the command getstate", or nothing.
 */
void	command_unknown(const char *word, struct buf *error);

/* The row of the first word of a line, or NULL. */
const struct command_row *command_of_line(const char *line);

/* The row whose key it is, or NULL. */
const struct command_row *command_keyed(int key);

/* It does something to a device that is served, or to the program. */
bool		 command_for_server(const struct command_row *row);

/* It can be given where all there is has been: it adds no request. */
bool		 command_for_past(const struct command_row *row);

/*
 * Why the row, with nothing behind its name, makes no sense for this session
 * now ("the device is not on the bus"); NULL if it does. s and r may be NULL:
 * no device.
 */
const char	*command_refusal(const struct command_row *row,
		    const struct session *s, const struct runner *r,
		    uint64_t now);

/*
 * Compiles a line of commands, separated by ';' or newlines, '#' begins a
 * comment. Everything is checked before anything is sent: NULL means that
 * error holds a sentence naming the word, and *at (unless at is NULL) where
 * that word begins, in bytes; that is the end of a command that lacks one. An
 * empty line gives a job that does nothing.
 */
struct job	*command_compile(const char *line, struct buf *error,
		    size_t *at);

/*
 * The same; adds the recipes that the line sources to *sources, and whether a
 * command of it needs all that happened since the first event.
 */
struct job	*command_compile_in(const char *line,
		    struct recipe_sources *sources, struct buf *error,
		    size_t *at);

/* The same for one command at w, which is left behind it. */
struct job	*command_compile_one(struct line_reader *w, struct buf *error);

/*
 * If the line is one command that acts at once, does it to the application
 * state and returns its row: *ok says whether it could, else error why. What
 * the loop is to do about it goes to *effect, empty before; the caller frees
 * its text.
 */
const struct command_row *command_act(const char *line, struct app *app,
		    struct app_effect *effect, bool *ok, struct buf *error);

#endif
